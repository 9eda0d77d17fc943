/*
 * suggestions, accept, reject, suggest: what colleagues propose, and what becomes of it.
 */
#include "cli/commands.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cli/opt.h"
#include "cli/record.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "cli/when.h"
#include "format/format.h"
#include "model/text.h"

static const char *kind_name(enum suggestion_kind k)
{
	static const char *const names[] = { [SUGGEST_INSERT] = "insert", [SUGGEST_DELETE] = "delete", [SUGGEST_REPLACE] = "replace" };

	return names[k];
}

struct open_draft {
	struct draft d;
	struct doc *doc;        /* READING_MARKED: the suggestions, in their places */
	struct statement *accepted; /* the other reading: clauses that suggestions bring stand there alone */
	struct buf original;    /* of a draft that was divided: its bytes */
	const struct block **blocks; /* of each suggestion */
	struct reviews *reviews; /* which copies went out; NULL: none */
};

static void open_done(struct open_draft *o)
{
	mem_free(o->blocks);
	statement_free(o->accepted);
	buf_done(&o->original);
	reviews_free(o->reviews);
	doc_free(o->doc);
	draft_done(&o->d);
}

static int open_marked(struct cli *c, const char *word, unsigned flags, struct open_draft *o, struct fault *f)
{
	int r = draft_find(c, word, flags, &o->d, f);

	if (!r)
		r = draft_load(c, &o->d, f);
	if (!r)
		r = draft_doc(c, &o->d, READING_MARKED, &o->doc, f);
	if (!r)
		o->blocks = doc_suggestion_blocks(o->doc);
	if (!r && o->d.ws)
		r = draft_reviews(c, &o->d, &o->reviews, f);
	/* Of all that is on record only the copies are looked at, for each suggestion. */
	if (!r && o->reviews) {
		size_t n = 0;

		for (size_t i = 0; i < o->reviews->count; i++)
			if (o->reviews->items[i].what == REVIEW_COPY_SENT)
				o->reviews->items[n++] = o->reviews->items[i];
		o->reviews->count = n;
	}
	return r;
}

static struct span label_of(const struct draft *d, struct span id)
{
	const struct clause *k = id.n ? statement_find(d->statement, id) : NULL;

	return k ? k->label : (struct span){ 0 };
}

/* The file that a suggestion came in: the last copy that its author had before it.  Empty: nobody knows. */
static struct span file_of(const struct open_draft *o, const struct suggestion *s)
{
	const struct workspace *conf = o->d.ws ? o->d.ws->conf : NULL;
	struct span file = { 0 };

	for (size_t i = 0; o->reviews && s->author.n && i < o->reviews->count; i++) {
		const struct review *e = &o->reviews->items[i];
		const struct person *p;

		p = conf ? workspace_person(conf, e->to) : NULL;
		if ((span_eq(e->to, s->author) || (p && span_eq(p->name, s->author))) && span_cmp(span_sub(e->time, 0, 16), span_sub(s->time, 0, s->time.n < 16 ? s->time.n : 16)) <= 0)
			file = e->file;
	}
	return file;
}

#define AROUND 60 /* bytes of the sentence shown on each side */

/* The suggestion that says which words this one would replace: itself, or the first of the alternatives (FORMAT.md F5.7). */
static const struct suggestion *replaces(const struct open_draft *o, const struct suggestion *s)
{
	size_t first = md_alternatives(o->doc, (size_t)(s - o->doc->suggestions));

	for (size_t i = first; s->kind == SUGGEST_INSERT && i < (size_t)(s - o->doc->suggestions); i++)
		if (o->doc->suggestions[i].kind == SUGGEST_REPLACE && md_alternatives(o->doc, i) == first)
			return &o->doc->suggestions[i];
	return s;
}

/* The words around a suggestion, with it between signs; other suggestions as they stand when not accepted.  old: whose removed
 * words it would replace. */
static void put_context(const struct cli *c, const struct block *b, unsigned number, unsigned old, struct buf *out)
{
	CLEANUP(buf_done) struct buf before = { 0 }, middle = { 0 }, after = { 0 };
	bool seen = false;
	size_t cut;

	for (size_t i = 0; b && i < b->run_count; i++) {
		const struct run *r = &b->runs[i];
		const struct mark *m = r->mark;
		bool ours = false;
		struct span text = r->kind == RUN_SOFT || r->kind == RUN_HARD ? SPAN_LIT(" ") : r->text;
		CLEANUP(buf_done) struct buf note = { 0 };

		for (; m; m = m->outer)
			if (m->group == number || (m->group == old && m->kind == MARK_DELETED)) {
				ours = true;
				break;
			}
		if (ours) {
			bool gone = m->kind == MARK_DELETED;

			/* A note's mark is all that some suggestions are. */
			if (r->kind == RUN_NOTE) {
				buf_printf(&note, "[^%.*s]", SPAN_ARG(r->note->label));
				text = buf_span(&note);
			}
			seen = true;
			buf_add(&middle, buf_span(&after));
			buf_clear(&after);
			buf_str(&middle, c->color ? (gone ? "\033[31;9m" : "\033[32;4m") : gone ? "[-" : "{+");
			ui_safe(&middle, text);
			buf_str(&middle, c->color ? "\033[0m" : gone ? "-]" : "+}");
		} else if (mark_rejected(r->mark)) {
			ui_safe(seen ? &after : &before, text);
		}
	}
	/* Neighbouring pieces of one kind read as one. */
	cut = before.n > AROUND ? before.n - AROUND : 0;
	while (cut < before.n && cut && before.p[cut - 1] != ' ')
		cut++;
	if (cut)
		BUF_LIT(out, "...");
	buf_put(out, before.p + cut, before.n - cut);
	for (size_t i = 0; i < middle.n; i++) {
		struct span rest = span_sub(buf_span(&middle), i, middle.n);

		if (span_starts(rest, SPAN_LIT("-][-")) || span_starts(rest, SPAN_LIT("+}{+"))) {
			i += 3;
			continue;
		}
		buf_char(out, middle.p[i]);
	}
	cut = after.n;
	if (cut > AROUND) {
		cut = AROUND;
		while (cut && after.p[cut] != ' ')
			cut--;
	}
	buf_put(out, after.p, cut);
	if (cut < after.n)
		BUF_LIT(out, "...");
}

static void put_date(struct buf *out, struct span time)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	uint64_t m, d;

	if (time.n >= 16 && span_number(span_sub(time, 5, 7), 12, &m) && m && span_number(span_sub(time, 8, 10), 31, &d))
		buf_printf(out, ", %d %s %.4s %.5s", (int)d, months[m - 1], time.p, time.p + 11);
}

static void put_one(const struct cli *c, const struct open_draft *o, const struct suggestion *s, struct buf *out)
{
	const struct block *b = o->blocks[s - o->doc->suggestions];
	struct span id = block_id(b), label = label_of(&o->d, id);
	CLEANUP(buf_done) struct buf words = { 0 };

	buf_printf(out, "s%u  ", s->number);
	if (label.n)
		buf_printf(out, "para %.*s  ", SPAN_ARG(label));
	ui_safe(out, id.n ? id : SPAN_LIT("(no id)"));
	BUF_LIT(out, "  ");
	ui_safe(out, s->author.n ? s->author : SPAN_LIT("unsigned"));
	put_date(out, s->time);
	if (file_of(o, s).n) {
		BUF_LIT(out, "  (");
		ui_safe(out, file_of(o, s));
		BUF_LIT(out, ")");
	}
	if (s->outer)
		buf_printf(out, "  (inside s%u)", s->outer);
	BUF_LIT(out, "\n    ");
	put_context(c, b, s->number, replaces(o, s)->number, &words);
	ui_wrap(out, buf_span(&words), c->width ? c->width : 80, 4, 4);
	buf_char(out, '\n');
	for (const struct comment *k = s->comments; k; k = k->next) {
		if (!k->text.n)
			continue;
		BUF_LIT(out, "    ");
		ui_safe(out, k->author.n ? k->author : SPAN_LIT("note"));
		BUF_LIT(out, ": ");
		ui_safe(out, k->text);
		buf_char(out, '\n');
	}
}

static void list_json(struct cli *c, const struct open_draft *o)
{
	struct json j;

	json_begin(&j, &c->out);
	json_object(&j);
	json_put_string(&j, "schema", SPAN_LIT("chapeau/suggestions@1"));
	json_put_string(&j, "draft", o->d.name);
	json_key(&j, "suggestions");
	json_array(&j);
	for (size_t i = 0; i < o->doc->suggestion_count; i++) {
		const struct suggestion *s = &o->doc->suggestions[i];
		const struct block *b = o->blocks[s - o->doc->suggestions];
		CLEANUP(buf_done) struct buf number = { 0 };
		size_t line, column;

		doc_position(o->doc, s->origin.begin, &line, &column);
		buf_printf(&number, "s%u", s->number);
		json_object(&j);
		json_put_string(&j, "id", buf_span(&number));
		json_put_string_or_null(&j, "clause", block_id(b));
		json_put_string_or_null(&j, "label", label_of(&o->d, block_id(b)));
		json_put_number(&j, "line", (int64_t)line);
		json_put_number(&j, "column", (int64_t)column);
		json_put_string(&j, "kind", span_str(kind_name(replaces(o, s)->kind)));
		json_put_string(&j, "old", replaces(o, s)->old_text);
		json_put_string(&j, "new", s->new_text);
		json_put_string_or_null(&j, "author", s->author);
		json_put_string_or_null(&j, "time", s->time);
		json_put_string_or_null(&j, "comment", s->comments ? s->comments->text : (struct span){ 0 });
		json_put_string_or_null(&j, "file", file_of(o, s));
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	buf_char(&c->out, '\n');
}

static void list_text(struct cli *c, const struct open_draft *o, struct buf *out)
{
	for (size_t i = 0; i < o->doc->suggestion_count; i++)
		put_one(c, o, &o->doc->suggestions[i], out);
}

int cmd_suggestions(struct cli *c, struct fault *f)
{
	CLEANUP(open_done) struct open_draft o = { 0 };
	int r = open_marked(c, c->args[0], DRAFT_WITH_REV, &o, f);

	if (r < 0)
		return r;
	if (cli_format_is(c, "json")) {
		list_json(c, &o);
		return 0;
	}
	list_text(c, &o, &c->out);
	if (!o.doc->suggestion_count)
		buf_printf(&c->out, "No suggestion is open in %s.  Next: chapeau check %.*s\n", o.d.path, SPAN_ARG(draft_typed(&o.d)));
	else
		buf_printf(&c->out, "%zu open.  Next: chapeau accept %.*s s1, or reject, or --by NAME, or --all\n", o.doc->suggestion_count, SPAN_ARG(draft_typed(&o.d)));
	return 0;
}

/* ---- accept and reject ---- */

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
static bool touches_clause(const struct open_draft *o, const struct suggestion *s, const struct target *t)
{
	if (within(t->now, s->old_part) || within(t->then, s->new_part))
		return true;
	return (s->kind == SUGGEST_INSERT ? !t->then : !t->now) && span_eq(block_id(o->blocks[s - o->doc->suggestions]), t->id);
}

static bool find_target(struct cli *c, struct open_draft *o, struct span word, struct target *ret)
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
static int reopen(struct cli *c, struct open_draft *o, struct buf *bytes, struct fault *f)
{
	int r;

	o->original = o->d.bytes;
	o->d.bytes = *bytes;
	*bytes = (struct buf){ 0 };
	statement_freep(&o->d.statement);
	statement_freep(&o->accepted);
	mem_free(o->blocks);
	o->blocks = NULL;
	doc_free(o->doc);
	o->doc = NULL;
	r = draft_load(c, &o->d, f);
	if (!r)
		r = draft_doc(c, &o->d, READING_MARKED, &o->doc, f);
	if (!r)
		o->blocks = doc_suggestion_blocks(o->doc);
	return r;
}

/* A suggestion over several clauses is settled as a whole unless clauses are named: then only what stands in them (FORMAT.md F5.3). */
static int divide_named(struct cli *c, struct open_draft *o, struct fault *f)
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
static int choose(struct cli *c, struct open_draft *o, enum settle how, enum settle *what, size_t *ret_named, struct fault *f)
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
static int one_wording(struct cli *c, const struct open_draft *o, enum settle *what, size_t *named, struct fault *f)
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
static void settle_halves(const struct open_draft *o, enum settle how, enum settle *what, size_t *named, struct buf *list)
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
	CLEANUP(open_done) struct open_draft o = { 0 };
	CLEANUP(mem_freep) enum settle *what = NULL;
	CLEANUP(mem_freep) enum settle *recorded = NULL;
	CLEANUP(edits_done) struct edits e = { 0 };
	CLEANUP(buf_done) struct buf bytes = { 0 }, command = { 0 }, list = { 0 }, goes = { 0 };
	bool comments = opt_given(c, "comments");
	size_t named = 0, instead = 0;
	int r = open_marked(c, c->args[0], 0, &o, f);

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
		list_text(c, &o, &c->out);
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
			put_one(c, &o, &o.doc->suggestions[i], &list);
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
		put_one(c, &o, &o.doc->suggestions[i], &list);
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
				files[i] = file_of(&o, &o.doc->suggestions[i]);
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
	else if (o.d.ws->root)
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

/* ---- suggest ---- */

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
		fault_set(f, FAULT_REFUSED, (struct srcpos){ d.path, k->line, k->column }, "another suggestion already stands on these words");
		return fault_hint(f, "Settle it first: chapeau suggestions %.*s", SPAN_ARG(draft_typed(&d)));
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
