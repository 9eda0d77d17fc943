/*
 * suggest: a suggestion that came by e-mail or telephone, written into the draft.
 */
#include "cli/commands.h"

#include "base/utf8.h"
#include "cli/opt.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "cli/when.h"
#include "format/format.h"
#include "model/text.h"

/* White space in what was typed may be any in the text: a line end, two spaces. */
static size_t match_at(struct span text, size_t at, struct span words)
{
	size_t i = 0, k = at;

	while (i < words.n) {
		if (words.p[i] == ' ' || words.p[i] == '\n' || words.p[i] == '\t') {
			size_t from = k;

			while (i < words.n && (words.p[i] == ' ' || words.p[i] == '\n' || words.p[i] == '\t'))
				i++;
			while (k < text.n && (text.p[k] == ' ' || text.p[k] == '\n' || text.p[k] == '\t'))
				k++;
			if (k == from)
				return 0;
			continue;
		}
		if (k >= text.n || text.p[k] != words.p[i])
			return 0;
		k++;
		i++;
	}
	return k;
}

/* Words that go take one of the two spaces beside them along. */
static void with_space(const struct block *leaf, struct md_hunk *h)
{
	CLEANUP(buf_done) struct buf text = { 0 };

	text_of_leaf(leaf, READING_REJECTED, &text);
	if (h->end < text.n && text.p[h->end] == ' ' && (!h->begin || text.p[h->begin - 1] == ' '))
		h->end++;
	else if (h->begin && text.p[h->begin - 1] == ' ' && (h->end == text.n || strchr(".,;:!?)", text.p[h->end])))
		h->begin--;
}

int cmd_suggest(struct cli *c, struct fault *f)
{
	CLEANUP(draft_done) struct draft d = { 0 };
	CLEANUP(edits_done) struct edits e = { 0 };
	CLEANUP(buf_done) struct buf time = { 0 }, bytes = { 0 }, command = { 0 };
	struct span id, words, to;
	const struct clause *k;
	const struct block *leaf = NULL;
	struct md_hunk hunk = { 0 };
	const char *by = opt_get(c, "by"), *note = opt_get(c, "note");
	size_t found = 0;
	int r = draft_find(c, c->args[0], 0, &d, f);

	if (!r)
		r = draft_load(c, &d, f);
	if (!r)
		r = statement_require_unique(d.statement, f);
	if (r < 0)
		return r;
	if (!by || !*by) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "whose suggestion is it? --by NAME is missing");
		return fault_hint(f, "Such as: chapeau suggest %s %s \"old words\" \"new words\" --by \"Mei Lin\"", c->args[0], c->args[1]);
	}
	id = span_str(c->args[1]);
	k = statement_find(d.statement, id);
	if (!k && id.n > 1 && id.p[0] == 'p')
		k = statement_find_label(d.statement, span_sub(id, 1, id.n));
	if (!k) {
		fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "there is no clause \"%s\" in %s", c->args[1], d.path);
		return fault_hint(f, "The clauses there are: chapeau status %.*s", SPAN_ARG(draft_typed(&d)));
	}
	words = span_trim(span_str(c->args[2]));
	to = span_trim(span_str(c->args[3]));
	if (!words.n && !to.n)
		return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "suggest needs old words, new words, or both");
	for (size_t i = 0; i < k->leaf_count; i++) {
		CLEANUP(buf_done) struct buf text = { 0 };

		text_of_leaf(k->leaves[i], READING_REJECTED, &text);
		if (!words.n) {
			/* New words without old ones come at the clause's end. */
			leaf = k->leaves[i];
			hunk.begin = hunk.end = text.n;
			found = 1;
			continue;
		}
		for (size_t at = 0; at < text.n; at++) {
			size_t end = match_at(buf_span(&text), at, words);

			if (!end)
				continue;
			found++;
			leaf = k->leaves[i];
			hunk.begin = at;
			hunk.end = end;
			at = end - 1;
		}
	}
	if (found != 1) {
		if (!found)
			fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ d.path, k->line, k->column }, "the words \"%.*s\" do not stand in the clause \"%.*s\"", SPAN_ARG(words), SPAN_ARG(k->id));
		else
			fault_set(f, FAULT_USAGE, (struct srcpos){ d.path, k->line, k->column }, "the words \"%.*s\" stand %zu times in the clause \"%.*s\"", SPAN_ARG(words), found,
				  SPAN_ARG(k->id));
		return fault_hint(f, found ? "Name some more of the words around them." : "It reads: %.*s", SPAN_ARG(k->text));
	}
	when_rfc3339(&time, c->now, 0);
	if (!to.n)
		with_space(leaf, &hunk);
	if (!words.n) {
		CLEANUP(buf_done) struct buf spaced = { 0 };

		buf_char(&spaced, ' ');
		buf_add(&spaced, to);
		hunk.text = arena_dup(&c->arena, buf_span(&spaced));
	} else {
		hunk.text = to;
	}
	hunk.author = span_str(by);
	hunk.time = buf_span(&time);
	hunk.note = span_str(note);
	md_suggest(d.statement->doc, leaf, &hunk, 1, &e);
	if (!hunk.placed) {
		if (d.statement->doc->suggestion_count) {
			fault_set(f, FAULT_REFUSED, (struct srcpos){ d.path, k->line, k->column }, "another suggestion already stands on these words");
			return fault_hint(f, "Settle it first: chapeau suggestions %.*s", SPAN_ARG(draft_typed(&d)));
		}
		fault_set(f, FAULT_REFUSED, (struct srcpos){ d.path, k->line, k->column }, "these words begin or end within code, a link or a picture and cannot be replaced in part");
		return fault_hint(f, "Name fewer words, or all of what they stand in.");
	}
	edits_apply(&e, d.statement->doc->source, &bytes);
	/* What was not accepted must read as before: else the words were cut where they must not be. */
	{
		struct read_options ro = { .path = d.path, .reading = READING_REJECTED };
		CLEANUP(statement_freep) struct statement *again = NULL;
		struct doc *doc = NULL;
		char before[SHA256_HEX + 1], after[SHA256_HEX + 1];

		r = md_read(buf_span(&bytes), &ro, &doc, f);
		if (r < 0)
			return r;
		again = statement_new(doc);
		statement_hash(d.statement, before);
		statement_hash(again, after);
		if (strcmp(before, after) != 0)
			return fault_set(f, FAULT_REFUSED, (struct srcpos){ d.path, k->line, k->column },
					 "these words cannot be marked without touching others; name whole words, or a whole bold or italic passage; in code no suggestion can stand");
	}
	buf_printf(&command, "suggest %.*s %.*s", SPAN_ARG(d.name), SPAN_ARG(k->id));
	buf_char(&command, '\0');
	r = draft_write(c, &d, buf_span(&bytes), command.p, f);
	if (r < 0)
		return r;
	if (c->quiet)
		return 0;
	buf_printf(&c->out, "Written into %s as a suggestion of ", d.path);
	ui_safe(&c->out, span_str(by));
	buf_printf(&c->out, ".  Next: chapeau suggestions %.*s\n", SPAN_ARG(draft_typed(&d)));
	return 0;
}
