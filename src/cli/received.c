#include "cli/received.h"

#include "base/hashmap.h"
#include "base/json.h"
#include "cli/draft.h"
#include "cli/opt.h"
#include "cli/ui.h"
#include "format/format.h"

static bool only_layout(const struct arrival *a, const struct receive_lost *l)
{
	/* Our own copies have a header and a footer, and nobody's words are in them. */
	return a->ours && (span_is(l->what, "header") || span_is(l->what, "footer") || span_is(l->what, "header or footer"));
}

/* ---- where they differ ---- */

/* Suggestions of one block, from the first on, by two people or more who do not propose the same. */
struct dispute {
	const struct block *block;
	size_t first;
};

struct disputes {
	struct doc *doc; /* the draft with all suggestions */
	const struct block **blocks;
	struct dispute *items;
	size_t count;
};

static void disputes_done(struct disputes *x)
{
	mem_free(x->items);
	mem_free(x->blocks);
	doc_free(x->doc);
}

static bool is_new(const struct totals *t, struct span author)
{
	for (size_t i = 0; i < t->people_count; i++)
		if (span_eq(t->people[i], author))
			return true;
	return false;
}

/* What an author proposes in a paragraph: words for words; of alternatives only the first says what it would replace, so they go by the first. */
static uint64_t proposal(const struct suggestion *s, struct span author, size_t alternatives)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	buf_add(&b, author);
	buf_char(&b, '\n');
	if (alternatives == SIZE_MAX)
		buf_add(&b, s->old_text);
	else
		buf_printf(&b, "%zu", alternatives);
	buf_printf(&b, "\n%d", alternatives == SIZE_MAX);
	buf_add(&b, s->new_text);
	return span_hash(buf_span(&b));
}

#define AUTHORS_MAX 32 /* in one paragraph; where there are more they differ */

static size_t find_authors(const struct suggestion *s, size_t count, struct span *ret)
{
	size_t n = 0, k;

	for (size_t i = 0; i < count && n < AUTHORS_MAX; i++) {
		for (k = 0; k < n && !span_eq(ret[k], s[i].author);)
			k++;
		if (k == n)
			ret[n++] = s[i].author;
	}
	return n;
}

/* Suggestions stand in the order of the text, so those of one paragraph follow one another. */
static bool disputed(const struct disputes *x, const struct totals *t, size_t from, size_t to)
{
	const struct suggestion *all = x->doc->suggestions;
	struct span authors[AUTHORS_MAX];
	size_t count = find_authors(all + from, to - from, authors);
	struct hash_map said = { 0 };
	bool found = count == AUTHORS_MAX;

	for (size_t i = from; i < to && count > 1; i++) {
		size_t same = md_alternatives(x->doc, i);

		*hash_map_put(&said, proposal(&all[i], all[i].author, SIZE_MAX)) = 1;
		if (same != SIZE_MAX)
			*hash_map_put(&said, proposal(&all[i], all[i].author, same)) = 1;
	}
	for (size_t i = from; i < to && count > 1 && !found; i++) {
		size_t same = md_alternatives(x->doc, i);

		for (size_t k = 0; k < count && !found && is_new(t, all[i].author); k++)
			found = !span_eq(authors[k], all[i].author) && !hash_map_find(&said, proposal(&all[i], authors[k], SIZE_MAX)) &&
				!(same != SIZE_MAX && hash_map_find(&said, proposal(&all[i], authors[k], same)));
	}
	hash_map_done(&said);
	return found;
}

static int find_disputes(const struct draft *d, const struct totals *t, struct span bytes, struct disputes *ret, struct fault *f)
{
	size_t cap = 0;
	int r;

	/* One person alone, over a draft without suggestions, differs with nobody. */
	if (t->people_count < 2 && !d->statement->doc->has_critic)
		return 0;
	r = md_read(bytes, &(struct read_options){ .path = d->path, .reading = READING_MARKED }, &ret->doc, f);

	if (r < 0)
		return r;
	ret->blocks = doc_suggestion_blocks(ret->doc);
	for (size_t i = 0, k; i < ret->doc->suggestion_count; i = k) {
		for (k = i + 1; k < ret->doc->suggestion_count && ret->blocks[k] == ret->blocks[i]; k++)
			;
		if (!ret->blocks[i] || k - i < 2 || !disputed(ret, t, i, k))
			continue;
		if (ret->count == cap) {
			cap = cap ? 2 * cap : 16;
			ret->items = mem_resize(ret->items, cap, sizeof(*ret->items));
		}
		ret->items[ret->count++] = (struct dispute){ ret->blocks[i], i };
	}
	return 0;
}

static struct span label_of(struct draft *d, const struct block *b)
{
	const struct clause *k = block_id(b).n ? statement_find(d->statement, block_id(b)) : NULL;

	return k ? k->label : (struct span){ 0 };
}

static void put_proposal(const struct suggestion *s, struct buf *out)
{
	BUF_LIT(out, "            ");
	ui_safe(out, s->author.n ? s->author : SPAN_LIT("unsigned"));
	BUF_LIT(out, ": ");
	if (s->old_text.n) {
		BUF_LIT(out, "[-");
		ui_safe(out, span_trim(s->old_text));
		BUF_LIT(out, "-]");
	}
	if (s->new_text.n) {
		BUF_LIT(out, "{+");
		ui_safe(out, span_trim(s->new_text));
		BUF_LIT(out, "+}");
	}
	buf_char(out, '\n');
}

static void say_disputes(struct draft *d, const struct disputes *x, struct buf *out)
{
	if (x->count)
		buf_printf(out, "%zu paragraph%s where they differ:\n", x->count, x->count == 1 ? "" : "s");
	for (size_t i = 0; i < x->count; i++) {
		const struct block *b = x->items[i].block;
		struct span label = label_of(d, b);

		BUF_LIT(out, "        ");
		if (label.n)
			buf_printf(out, "para %.*s  ", SPAN_ARG(label));
		ui_safe(out, block_id(b).n ? block_id(b) : SPAN_LIT("(no id)"));
		buf_char(out, '\n');
		for (size_t k = x->items[i].first; k < x->doc->suggestion_count && x->blocks[k] == b; k++)
			put_proposal(&x->doc->suggestions[k], out);
	}
}

static void disputes_json(struct draft *d, const struct disputes *x, struct json *j)
{
	json_key(j, "differ");
	json_array(j);
	for (size_t i = 0; i < x->count; i++) {
		const struct block *b = x->items[i].block;

		json_object(j);
		json_put_string_or_null(j, "clause", block_id(b));
		json_put_string_or_null(j, "label", label_of(d, b));
		json_key(j, "proposals");
		json_array(j);
		for (size_t k = x->items[i].first; k < x->doc->suggestion_count && x->blocks[k] == b; k++) {
			const struct suggestion *s = &x->doc->suggestions[k];

			json_object(j);
			json_put_string_or_null(j, "author", s->author);
			json_put_string(j, "old", s->old_text);
			json_put_string(j, "new", s->new_text);
			json_object_end(j);
		}
		json_array_end(j);
		json_object_end(j);
	}
	json_array_end(j);
}

/* ---- the files ---- */

/* "a.docx: copy 2 for Tomas Rey, sent 2025-10-02 14:20 UTC, from before the draft's last changes" */
static void say_file(const struct arrival *a, struct buf *out)
{
	const struct review *e = a->copy.entry;

	buf_printf(out, "%s: ", a->file);
	if (e) {
		buf_printf(out, "copy %u for ", a->copy.nth);
		ui_safe(out, a->copy.who);
		if (e->time.n >= 16)
			buf_printf(out, ", sent %.10s %.5s UTC", e->time.p, e->time.p + 11);
		if (a->record)
			buf_printf(out, ", on record in %s", a->record);
	} else {
		buf_str(out, a->ours ? "a copy of this draft" : "not one of our copies; paragraphs were found by their words");
	}
	buf_str(out, a->base ? ", from before the draft's last changes\n" : a->base_missing ? ", from a text that is not kept here: what changed in the draft since looks like the file's own changes\n" : "\n");
}

static void say_lost(const struct receive_lost *l, struct buf *out)
{
	BUF_LIT(out, "    not placed: ");
	ui_safe(out, l->what);
	/* An anchor says nothing to people. */
	if (l->where.n && !span_starts(l->where, SPAN_LIT("cl_"))) {
		BUF_LIT(out, " (");
		ui_safe(out, l->where);
		BUF_LIT(out, ")");
	}
	if (l->text.n) {
		BUF_LIT(out, ": ");
		ui_safe(out, l->text);
	}
	buf_char(out, '\n');
}

static void lost_json(const struct receive_lost *l, struct json *j)
{
	json_object(j);
	json_put_string(j, "what", l->what);
	json_put_string(j, "where", l->where);
	json_put_string(j, "text", l->text);
	json_object_end(j);
}

static void say_totals(struct cli *c, struct draft *d, struct totals *t, const struct disputes *x)
{
	size_t clauses = totals_clauses(t);

	buf_printf(&c->out, "%zu change%s by %zu %s in %zu clause%s, %zu comment%s, %zu not placed%s\n", t->suggestions, t->suggestions == 1 ? "" : "s",
		   t->people_count, t->people_count == 1 ? "person" : "people", clauses, clauses == 1 ? "" : "s", t->comments,
		   t->comments == 1 ? "" : "s", t->unplaced, opt_given(c, "dry-run") ? "; nothing written (--dry-run)" : "");
	if (t->accepted || t->rejected)
		buf_printf(&c->out, "Of the draft's own suggestions %zu were accepted and %zu rejected in the copies: it stands beside each.\n", t->accepted, t->rejected);
	say_disputes(d, x, &c->out);
	if (t->unplaced)
		buf_str(&c->out, "What is not placed stands nowhere in the draft: where it is right, make the same change there by hand.\n");
	if (!t->suggestions && !t->comments)
		buf_str(&c->out, t->unplaced ? "Next: look at what could not be placed\n" : "Nobody changed anything in it.\n");
	else
		buf_printf(&c->out, "Next: chapeau %s %.*s\n", opt_given(c, "dry-run") ? "receive, without --dry-run, then  chapeau suggestions" : "suggestions",
			   SPAN_ARG(draft_typed(d)));
}

int received_say(struct cli *c, struct draft *d, const struct arrival *all, size_t count, struct totals *t, struct span bytes, struct fault *f)
{
	CLEANUP(disputes_done) struct disputes x = { 0 };
	bool json = cli_format_is(c, "json");
	struct json j;
	int r = find_disputes(d, t, bytes, &x, f);

	if (r < 0)
		return r;
	if (json) {
		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/receive@1"));
		json_put_number(&j, "clauses", (int64_t)totals_clauses(t));
		json_put_number(&j, "suggestions", (int64_t)t->suggestions);
		json_put_number(&j, "comments", (int64_t)t->comments);
		json_key(&j, "unplaced");
		json_array(&j);
	}
	for (size_t i = 0; i < count; i++) {
		const struct arrival *a = &all[i];

		if (!json)
			say_file(a, &c->out);
		for (size_t k = 0; k < a->plan.lost_count; k++) {
			const struct receive_lost *l = &a->plan.lost[k];

			if (only_layout(a, l))
				continue;
			t->unplaced++;
			if (json)
				lost_json(l, &j);
			else
				say_lost(l, &c->out);
		}
	}
	if (json) {
		json_array_end(&j);
		disputes_json(d, &x, &j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
	} else {
		say_totals(c, d, t, &x);
	}
	c->answer = t->unplaced > 0;
	return 0;
}
