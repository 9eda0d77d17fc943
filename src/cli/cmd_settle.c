/*
 * accept, reject: what becomes of suggestions.
 */
#include "cli/commands.h"

#include <stdlib.h>

#include "cli/opt.h"
#include "cli/record.h"
#include "cli/step.h"
#include "cli/suggested.h"
#include "cli/ui.h"
#include "format/format.h"

/* The clause that a word names, in both readings; either may be NULL. */
struct target {
	struct span id;
	const struct clause *now, *then;
};

static bool within(const struct clause *k, struct origin words)
{
	for (size_t i = 0; k && i < k->leaf_count; i++)
		if (words.begin < k->leaves[i]->inner.end && words.end > k->leaves[i]->inner.begin)
			return true;
	return false;
}

/* By where its words stand; a suggestion that brings a paragraph is open at the end of the one before. */
static bool touches_clause(const struct suggested *o, const struct suggestion *s, const struct target *t)
{
	if (within(t->now, s->old_part) || within(t->then, s->new_part))
		return true;
	return (s->kind == SUGGEST_INSERT ? !t->then : !t->now) && span_eq(block_id(o->blocks[s - o->doc->suggestions]), t->id);
}

static bool find_target(struct cli *c, struct suggested *o, struct span word, struct target *ret)
{
	struct doc *doc = NULL;

	if (!o->accepted && draft_doc(c, &o->d, READING_ACCEPTED, &doc, NULL) == 0)
		o->accepted = statement_new(doc);
	ret->now = statement_find(o->d.statement, word);
	if (!ret->now && word.n > 1 && word.p[0] == 'p')
		ret->now = statement_find_label(o->d.statement, span_sub(word, 1, word.n));
	ret->id = ret->now ? ret->now->id : word;
	ret->then = o->accepted && ret->id.n ? statement_find(o->accepted, ret->id) : NULL;
	return ret->now || ret->then;
}

static bool is_number(struct span word, uint64_t *ret)
{
	return word.n > 1 && word.p[0] == 's' && span_number(span_sub(word, 1, word.n), 1u << 30, ret);
}

/* Reads the draft anew, with other bytes. */
static int reopen(struct cli *c, struct suggested *o, struct buf *bytes, struct fault *f)
{
	int r;

	o->original = o->d.bytes;
	o->d.bytes = *bytes;
	*bytes = (struct buf){ 0 };
	statement_freep(&o->d.statement);
	statement_freep(&o->accepted);
	doc_free(o->doc);
	o->doc = NULL;
	r = draft_load(c, &o->d, f);
	if (!r)
		r = draft_doc(c, &o->d, READING_MARKED, &o->doc, f);
	if (!r)
		suggested_find(o);
	return r;
}

/* A suggestion over several clauses is settled as a whole unless clauses are named: then only what stands in them (FORMAT.md F5.3). */
static int divide_named(struct cli *c, struct suggested *o, struct fault *f)
{
	CLEANUP(mem_freep) struct span *names = mem_zero(c->arg_count, sizeof(*names));
	CLEANUP(edits_done) struct edits e = { 0 };
	CLEANUP(buf_done) struct buf bytes = { 0 };
	size_t count = 0;
	uint64_t number;

	if (opt_given(c, "all") || opt_given(c, "by"))
		return 0;
	for (size_t a = 1; a < c->arg_count; a++) {
		struct target t;

		if (is_number(span_str(c->args[a]), &number) || !find_target(c, o, span_str(c->args[a]), &t) || !t.id.n)
			return 0;
		names[count++] = arena_dup(&c->arena, t.id);
	}
	for (size_t i = 0; count && o->accepted && i < o->doc->suggestion_count; i++) {
		const struct suggestion *s = &o->doc->suggestions[i];

		md_divide(o->doc, s->kind == SUGGEST_DELETE ? o->d.statement->doc : o->accepted->doc, i, names, count, &e);
	}
	if (!e.count)
		return 0;
	edits_apply(&e, o->doc->source, &bytes);
	return reopen(c, o, &bytes, f);
}

/* Which suggestions the words name; count in *ret_named. */
static int choose(struct cli *c, struct suggested *o, enum settle how, enum settle *what, size_t *ret_named, struct fault *f)
{
	const char *by = opt_get(c, "by");
	size_t n = o->doc->suggestion_count;

	*ret_named = 0;
	for (size_t i = 0; i < n; i++) {
		const struct suggestion *s = &o->doc->suggestions[i];

		if (opt_given(c, "all") || (by && (span_eq_nocase(s->author, span_str(by)) ||
						     (s->author.n > strlen(by) && s->author.p[strlen(by)] == ' ' &&
						      span_eq_nocase(span_sub(s->author, 0, strlen(by)), span_str(by))))))
			what[i] = how;
	}
	for (size_t a = 1; a < c->arg_count; a++) {
		struct span word = span_str(c->args[a]);
		struct target t;
		uint64_t number;
		bool found = false;

		if (is_number(word, &number)) {
			for (size_t i = 0; i < n; i++) {
				if (o->doc->suggestions[i].number != number)
					continue;
				what[i] = how;
				found = true;
			}
			if (found)
				continue;
			fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "there is no suggestion %s in %s; %zu %s open", c->args[a], o->d.path, n, n == 1 ? "is" : "are");
			return fault_hint(f, "List them: chapeau suggestions %.*s", SPAN_ARG(draft_typed(&o->d)));
		}
		/* An id on two paragraphs names neither. */
		if (statement_require_unique(o->d.statement, f) < 0)
			return -(int)f->kind;
		if (!find_target(c, o, word, &t)) {
			fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "\"%s\" is no suggestion and no clause of %s", c->args[a], o->d.path);
			return fault_hint(f, "Suggestions are s1, s2...: chapeau suggestions %.*s", SPAN_ARG(draft_typed(&o->d)));
		}
		for (size_t i = 0; i < n; i++)
			if (touches_clause(o, &o->doc->suggestions[i], &t)) {
				what[i] = how;
				found = true;
			}
		if (!found) {
			fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "no suggestion is open in the clause \"%s\"", c->args[a]);
			return fault_hint(f, "List them: chapeau suggestions %.*s", SPAN_ARG(draft_typed(&o->d)));
		}
	}
	for (size_t i = 0; i < n; i++)
		*ret_named += what[i] != SETTLE_LEAVE;
	if (by && !*ret_named && c->arg_count < 2) {
		fault_set(f, FAULT_NOT_FOUND, (struct srcpos){ 0 }, "no suggestion of \"%s\" is open in %s", by, o->d.path);
		return fault_hint(f, "List them: chapeau suggestions %.*s", SPAN_ARG(draft_typed(&o->d)));
	}
	return 0;
}

/* Of several wordings for the same words one can be accepted (FORMAT.md F5, rule 7): with --all the first, else it must be said. */
static int one_wording(struct cli *c, const struct suggested *o, enum settle *what, size_t *named, struct fault *f)
{
	size_t n = o->doc->suggestion_count;
	CLEANUP(mem_freep) size_t *accepted = mem_zero(n + 1, sizeof(*accepted)); /* by the first of the wordings: index + 1 */

	for (size_t i = 0; i < n; i++) {
		size_t first = what[i] == SETTLE_ACCEPT ? md_alternatives(o->doc, i) : SIZE_MAX;

		if (first == SIZE_MAX)
			continue;
		if (!accepted[first]) {
			accepted[first] = i + 1;
			continue;
		}
		if (!opt_given(c, "all")) {
			unsigned a = o->doc->suggestions[accepted[first] - 1].number, b = o->doc->suggestions[i].number;

			fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "s%u and s%u are two wordings for the same words: accept one of them, and the other is rejected", a, b);
			return fault_hint(f, "Nothing was changed.");
		}
		what[i] = SETTLE_LEAVE;
		--*named;
	}
	return 0;
}

/* The labels of notes that a proposed text holds: [^2] where one is marked (definitions: false), [^2]: at a line's start where one is
 * defined. */
static bool holds_note(struct span text, struct span label, bool definition)
{
	for (size_t at = span_find(text, SPAN_LIT("[^"), 0); at != SIZE_MAX; at = span_find(text, SPAN_LIT("[^"), at + 2)) {
		size_t close = span_find_char(text, ']', at);
		bool starts = at == 0 || text.p[at - 1] == '\n';

		if (close == SIZE_MAX)
			return false;
		if (!span_eq_nocase(span_sub(text, at + 2, close), label))
			continue;
		if ((starts && close + 1 < text.n && text.p[close + 1] == ':') == definition)
			return true;
	}
	return false;
}

/* A new note is a mark and a definition, and neither says anything without the other: what is settled of one of them is of both.
 * The note's label where s proposes a definition. */
static struct span defines(const struct suggestion *s)
{
	struct span text = span_trim(s->new_text);
	size_t close = span_starts(text, SPAN_LIT("[^")) ? span_find_char(text, ']', 2) : SIZE_MAX;

	return s->kind == SUGGEST_INSERT && close != SIZE_MAX && close + 1 < text.n && text.p[close + 1] == ':' ? span_sub(text, 2, close) : (struct span){ 0 };
}

/* Settles the other half of new notes; says so in list. */
static void settle_halves(const struct suggested *o, enum settle how, enum settle *what, size_t *named, struct buf *list)
{
	const struct suggestion *all = o->doc->suggestions;
	size_t n = o->doc->suggestion_count;

	for (size_t d = 0; d < n; d++) {
		struct span label = defines(&all[d]);
		size_t marks = 0, settled = 0, from = SIZE_MAX;

		if (!label.n || note_find(o->d.statement->doc, label))
			continue;
		for (size_t i = 0; i < n; i++)
			if (i != d && holds_note(all[i].new_text, label, false)) {
				marks++;
				settled += what[i] == how;
				from = what[i] == how && from == SIZE_MAX ? i : from;
			}
		/* The definition is rejected with its last mark, and accepted with the first. */
		if (what[d] == SETTLE_LEAVE && settled && (how == SETTLE_ACCEPT || settled == marks)) {
			what[d] = how;
			++*named;
			buf_printf(list, "s%u goes with s%u: the note that it marks.\n", all[d].number, all[from].number);
		} else if (what[d] == how) {
			for (size_t i = 0; i < n; i++) {
				if (i == d || what[i] != SETTLE_LEAVE || !holds_note(all[i].new_text, label, false) || (how == SETTLE_ACCEPT && settled))
					continue;
				what[i] = how;
				++*named;
				buf_printf(list, "s%u goes with s%u: it marks that note.\n", all[i].number, all[d].number);
			}
		}
	}
}

static int settle(struct cli *c, enum settle how, struct fault *f)
{
	CLEANUP(suggested_done) struct suggested o = { 0 };
	CLEANUP(mem_freep) enum settle *what = NULL;
	CLEANUP(mem_freep) enum settle *recorded = NULL;
	CLEANUP(edits_done) struct edits e = { 0 };
	CLEANUP(buf_done) struct buf bytes = { 0 }, command = { 0 }, list = { 0 }, goes = { 0 };
	bool comments = opt_given(c, "comments");
	size_t named = 0, instead = 0;
	int r = suggested_open(c, c->args[0], 0, &o, f);

	if (r < 0)
		return r;
	r = divide_named(c, &o, f);
	if (r < 0)
		return r;
	what = mem_zero(o.doc->suggestion_count, sizeof(*what));
	r = choose(c, &o, how, what, &named, f);
	if (r < 0)
		return r;
	if (!named && !opt_given(c, "all")) {
		/* Nothing named is never everything. */
		suggested_list(c, &o, &c->out);
		r = cli_flush(c, f);
		if (r < 0)
			return r;
		if (!o.doc->suggestion_count)
			return fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "no suggestion is open in %s", o.d.path);
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "which of them? Name suggestions (s1), clauses, --by NAME, or --all");
		return fault_hint(f, "Nothing was changed.");
	}
	if (how == SETTLE_ACCEPT && (r = one_wording(c, &o, what, &named, f)) < 0)
		return r;
	settle_halves(&o, how, what, &named, &goes);
	for (size_t i = 0; i < o.doc->suggestion_count; i++)
		if (what[i] != SETTLE_LEAVE)
			suggested_say(c, &o, &o.doc->suggestions[i], &list);
	buf_add(&list, buf_span(&goes));
	r = md_settle(o.doc, what, comments, &e, f);
	if (r < 0)
		return r;
	/* Other wordings for the same words go with an accepted one (FORMAT.md F5, rule 7). */
	recorded = mem_zero(o.doc->suggestion_count, sizeof(*recorded));
	for (size_t i = 0; i < o.doc->suggestion_count; i++) {
		size_t by = md_rejected_by(o.doc, what, i);

		recorded[i] = by != SIZE_MAX ? SETTLE_REJECT : what[i];
		if (by == SIZE_MAX)
			continue;
		instead++;
		suggested_say(c, &o, &o.doc->suggestions[i], &list);
		buf_printf(&list, "s%u is rejected with this: it is another wording for the words of s%u.\n", o.doc->suggestions[i].number,
			   o.doc->suggestions[by].number);
	}
	edits_apply(&e, o.doc->source, &bytes);
	buf_printf(&command, "%s %.*s", how == SETTLE_ACCEPT ? "accept" : "reject", SPAN_ARG(o.d.name));
	for (size_t i = 0; i < o.doc->suggestion_count; i++)
		if (what[i] != SETTLE_LEAVE && command.n < 120)
			buf_printf(&command, " s%u", o.doc->suggestions[i].number);
	buf_char(&command, '\0');
	if (!opt_given(c, "dry-run")) {
		CLEANUP(record_done) struct record record = { 0 };
		CLEANUP(mem_freep) struct span *files = mem_zero(o.doc->suggestion_count + 1, sizeof(*files));

		for (size_t i = 0; i < o.doc->suggestion_count; i++)
			if (recorded[i] != SETTLE_LEAVE)
				files[i] = suggested_file(&o, &o.doc->suggestions[i]);
		r = settled_record(c, &o.d, o.doc, recorded, files, opt_get(c, "because"), &record, f);
		if (!r && o.original.n) {
			struct buf divided = o.d.bytes;

			/* what is replaced, and what undo gives back, is the file as it was */
			o.d.bytes = o.original;
			o.original = divided;
		}
		if (!r)
			r = draft_write(c, &o.d, buf_span(&bytes), command.p, f);
		if (r < 0)
			return r;
		r = record_write(c, &o.d, &record, command.p, f);
		if (r < 0)
			return fault_hint(f, "The draft has the change; only the record of whose it was is missing. To take it back: chapeau undo");
	}
	buf_add(&c->out, buf_span(&list));
	if (!o.doc->suggestion_count && !e.count) {
		buf_printf(&c->out, "No suggestion is open in %s.  Next: chapeau check %.*s\n", o.d.path, SPAN_ARG(draft_typed(&o.d)));
		return 0;
	}
	buf_printf(&c->out, "%zu %s%s in %s.  ", named, how == SETTLE_ACCEPT ? "accepted" : "rejected", opt_given(c, "dry-run") ? " (nothing written: --dry-run)" : "",
		   o.d.path);
	if (o.doc->suggestion_count > named + instead)
		buf_printf(&c->out, "%zu still open: chapeau suggestions %.*s\n", o.doc->suggestion_count - named - instead, SPAN_ARG(draft_typed(&o.d)));
	else if (draft_kept(&o.d))
		BUF_LIT(&c->out, "Take it back: chapeau undo.  Keep it: chapeau save\n");
	else
		buf_printf(&c->out, "Next: chapeau check %.*s\n", SPAN_ARG(draft_typed(&o.d)));
	return 0;
}

int cmd_accept(struct cli *c, struct fault *f)
{
	return settle(c, SETTLE_ACCEPT, f);
}

int cmd_reject(struct cli *c, struct fault *f)
{
	return settle(c, SETTLE_REJECT, f);
}
