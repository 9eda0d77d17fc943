#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "format/format.h"
#include "model/statement.h"
#include "model/text.h"

static struct doc *read_as(const char *text, size_t n, enum reading reading)
{
	struct read_options o = { .path = "t.md", .reading = reading };
	struct fault f = { 0 };
	struct doc *d = NULL;

	if (md_read(span_of(text, n), &o, &d, &f) < 0)
		fail_msg("%s:%zu:%zu: %s", "t.md", f.pos.line, f.pos.column, f.message);
	assert_int_equal(d->lost_steps, 0);
	return d;
}

static struct doc *read_text(const char *text)
{
	return read_as(text, strlen(text), READING_REJECTED);
}

/* All words, blocks divided by a bar. */
static char *words_of(struct doc *d, enum reading reading)
{
	struct buf out = { 0 };

	for (size_t i = 0; i <= d->note_count; i++) {
		struct block *top = i ? d->notes[i - 1]->body : d->root;

		for (struct block *b = block_next(top, top); b; b = block_next(b, top)) {
			if (!block_is_leaf(b))
				continue;
			text_of_leaf(b, reading, &out);
			buf_char(&out, '|');
		}
	}
	buf_char(&out, '\0');
	return out.p;
}

static void check_words(const char *text, const char *want)
{
	struct doc *d = read_text(text);
	char *got = words_of(d, READING_REJECTED);

	assert_string_equal(got, want);
	free(got);
	doc_free(d);
}

/* A comment behind the words of a cell is that cell's, not the first one's of its line. */
static void test_comments_in_cells(void **state)
{
	static const char text[] = "| a {==b==}{>>@A: one<<} | c | d{>>@B: two<<} |\n|---|---|---|\n| e{>>@C: three<<} | f | g |\n";
	struct doc *d = read_as(text, sizeof(text) - 1, READING_MARKED);
	struct block *row = d->root->first->first;

	(void)state;
	assert_int_equal(row->first->run_count, 2);
	assert_int_equal(row->first->next->run_count, 1);
	assert_int_equal(row->last->run_count, 2);
	assert_true(span_is(row->last->runs[1].comment->text, "two"));
	assert_int_equal(row->next->first->run_count, 2);
	doc_free(d);
}

/* A row without a bar in front may begin with a change: it is one row of one table, and the change stands in its cell. */
static void test_rows_that_begin_with_a_change(void **state)
{
	static const char text[] = "{~~A~>B~~} | b\n---|---\n{++c ++}d | e\n{--go | ne\n--}{--f--}g | h\n";
	struct doc *d = read_as(text, sizeof(text) - 1, READING_MARKED);
	struct block *table = d->root->first, *row = table->first;

	(void)state;
	assert_int_equal(d->remark_count, 0);
	assert_ptr_equal(table, d->root->last);
	assert_null(table->mark);
	assert_int_equal(row->first->run_count, 2);
	assert_null(row->mark);
	row = row->next;
	assert_null(row->mark);
	assert_int_equal(row->first->run_count, 2);
	row = row->next;
	assert_int_equal(row->mark->kind, MARK_DELETED);
	row = row->next;
	assert_null(row->mark);
	assert_int_equal(row->first->run_count, 2);
	assert_ptr_equal(row, table->last);
	doc_free(d);
}

/* A comment in a note's definition is the note's, also where paragraphs follow. */
static void test_comments_in_notes(void **state)
{
	static const char text[] = "Text.[^n]\n\n[^n]: Note{>>@A: one<<} on.\n\nMore{>>@B: two<<} words.\n";
	struct doc *d = read_as(text, sizeof(text) - 1, READING_MARKED);
	struct block *more = d->root->last, *note = d->notes[0]->body->first;

	(void)state;
	assert_int_equal(more->run_count, 3);
	assert_int_equal(more->runs[1].kind, RUN_COMMENT);
	assert_true(span_is(more->runs[1].comment->text, "two"));
	assert_int_equal(note->run_count, 3);
	assert_int_equal(note->runs[1].kind, RUN_COMMENT);
	assert_true(span_is(note->runs[1].comment->text, "one"));
	doc_free(d);
}

/* ---- the clause hash: FORMAT.md F2's golden values ---- */

static void golden_hashes(void **state)
{
	static const struct { const char *source, *text, *hash; } cases[] = {
		{ "{#a}\nWe urge *Member States* to make the\n[Internet Governance Forum](https://example.org/igf) **permanent**.\n",
		  "We urge Member States to make the Internet Governance Forum permanent.",
		  "dfe7419ea2b574ab5e6ab7b7ae1259d0153db0faaa7f6c95722a219725256808" },
		{ "{#nris}\nOver 350 initiatives meet each year &amp; report.[^n] ![Map of IXPs](map.png)\n\n[^n]: See IGF, “Annual report”,\n    2024.\n",
		  "Over 350 initiatives meet each year & report. Map of IXPs\nSee IGF, “Annual report”, 2024.",
		  "6776738207a2d136c81ef282132f50a53f9792ee9b513017c0c6363419810773" },
		{ "{#f}\nWe ask for {++long-term and ++}stable {~~financing~>funding~~}{>>@Mei Lin 2025-10-01T09:00:00Z: source?<<} now{-- or later--}.\n",
		  "We ask for stable financing now or later.", "ab6eb1a06729d333bfc7973864c6b851c6414a73589269e02db430a0e86a1884" },
		{ "{#training priority=technical-capacity}\n1. Train operators in IPv6\n   as in [](#ipv6-plan);\n2. {#mentoring} Mentor young engineers;\n3. keep "
		  "coope&#x301;ration local.\n",
		  "Train operators in IPv6 as in [#ipv6-plan]; keep coopération local.", "ebf27be99910934a6b1041ac20439a83b7aeeb0b64762bbdfd74511893253ed4" },
		{ "{#tbl}\n| Paragraph | Proposed text |\n|---|---|\n| 12 bis | Insert IXP \\| NRI |\n", "Paragraph Proposed text 12 bis Insert IXP | NRI",
		  "747e5cc310710c4a2cc46588303d3d911e4e1cfe022dc285275b0d133ccb7b95" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct statement *s = statement_new(read_text(cases[i].source));

		assert_true(s->count >= 1);
		assert_int_equal(s->clauses[0].text.n, strlen(cases[i].text));
		assert_memory_equal(s->clauses[0].text.p, cases[i].text, strlen(cases[i].text));
		assert_string_equal(clause_hash(&s->clauses[0]), cases[i].hash);
		statement_free(s);
	}
}

/* The same words, spelled otherwise. */
static void spelling_does_not_matter(void **state)
{
	(void)state;
	check_words("a *b* c\n", "a b c|");
	check_words("\xef\xbb\xbf# T\r\n\r\nOne\r\ntwo.", "T|One two.|");
	check_words("# T\r\rOne\rtwo.\r", "T|One two.|");
	check_words("<!i\n```>\n{#a\n", "<!i|{#a\n|");
	check_words("---\ntitle: T\n---\n\xef\xbb\xbfOne.\n", "\xef\xbb\xbfOne.|");
	check_words("One[^a]\r[^a]: Two.\r\rThree.\r", "One|Three.|Two.|");
	check_words("a\\*b &lt;c&gt; &#233; &notit; `x  y` ``a`b``\n", "a*b <c> é &notit; x  y a`b|");
	check_words("&amp;amp; &#xFFFF; [a](b&#xFFFE;) &#x110000;\n", "&amp; \xef\xbf\xbd a \xef\xbf\xbd|");
	check_words("&AMP; &aMp; &copy;&copy;&nope;&amp;copy; &fjlig; &#38;amp;\n", "& &aMp; \xc2\xa9\xc2\xa9&nope;&copy; fj &amp;|");
	check_words("> a\nlazy\n> b\n", "a lazy b|");
	check_words("> - a\\\n \t > b\r\n>\t`c\r\n\t d`\r\n", "a  \t > b c \t d|"); /* as cmark has it */
	check_words("> a\n<b>\nc\n", "a c|");
	check_words("`\n` `` \n\n", "  ``|");
	check_words("[a]: b\n---\nc [a]\n", "--- c a|");
	check_words("[a]:\n[b \"c\n\n[d](<e\\>f> 'g\\') h\n", "[a]: [b \"c|d h|");
	check_words("-{#a}\n=\n\nb\n#{#c}\n=\n\n[d]: e {#f}\n=\n", "-|b #|[d]: e |");
	check_words("a\n{#b}\n===\nc\n- {#d}\ne\n", "a|c|e|");
	check_words("- a\n\n      code\n", "a|code\n|");
	check_words("1. a\n   - b\n     c\n", "a|b c|");
	check_words("[r]: http://x 'title'\n\nsee [r] and [x][r] and [y][] [z]\n", "see r and x and [y][] [z]|");
	check_words("[r]: http://x\nwords [r]\n", "words r|");
	check_words("[^]:  ", "[^]:|");
	check_words("<!-- gone --> words\n\n- > <!-- a --> b\n\n<!-- c\nd --> e\n", "words|b|e|");
	check_words("a<!-- gone -->b <b>c</b>\n", "ab c|");
	check_words("<https://x.org/?a&amp;b>\n", "https://x.org/?a&b|");
	check_words("| a | b |\n|--|--|\n| `x|y` | c\\|d |\n", "a|b|x|y|c|d|");
	check_words("| # | a # |\n|--|--|\n", "#|a #|");
	check_words("x[^1]\n\n[^1]: https://x.org\n", "x|https://x.org|");
	check_words("x[^1] `[^1]`\n\n[^1]: n\n", "x [^1]|n|");
	check_words("> [^1]: https://x.org\n", "[^1]: https://x.org|");
	check_words("```\nopen [^a]\n\n[^a]: in code\n", "open [^a]\n\n[^a]: in code\n|");
	check_words("a[^a]\n\n[^a]: b\n\n```\nopen\n", "a|open\n|b|");
}

/* A file of names that are no entities: none is looked for among all that came before it. */
static void many_entities(void **state)
{
	struct buf text = { 0 };
	struct doc *d;
	clock_t begin;

	(void)state;
	for (unsigned i = 0; i < 120000; i++)
		buf_printf(&text, "&e%x;%s", i, i % 50 ? " " : "\n\n");
	begin = clock();
	d = read_as(text.p, text.n, READING_REJECTED);
	/* A thirtieth of a second of its own time; looking through all took 12. */
	assert_true(clock() - begin < 3 * CLOCKS_PER_SEC);
	doc_free(d);
	buf_done(&text);
}

/* ---- positions ---- */

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* A word that stands nowhere else, planted behind every construct: it is found at its line and column. */
static void planted_words(void **state)
{
	static const char *const before[] = {
		"a *b* ",
		"**c** _d_ ",
		"&amp; &eacute; &#x41; ",
		"\\* \\_ \\[ ",
		"[l *m*](http://x \"t (u)\") ",
		"[ref] [x][ref] [ref][] ",
		"<https://a.b/?q&amp;c> ",
		"`co de` ``x`y`` ",
		"![alt *x*](i.png) ",
		"caf\xc3\xa9 \xe2\x80\x9cquoted\xe2\x80\x9d ",
		"n[^n] ",
		"[](#x) ",
		"<!-- c --> ",
		"{++new++}{>>@A 2025-01-01T00:00:00Z<<} ",
		"{--old--} {~~a~>b~~} {==c==} ",
		"tab\there ",
		"\xe4\xb8\xad\xe6\x96\x87 ",
		"*",
		"**",
		"[",
	};
	static const char *const after[] = { "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "*", "**", "](http://y)" };
	static const char *const frames[] = { "%s\n", "> %s\n", "> > %s\n", "- %s\n", "1. {#i%zu} %s\n", "# %s\n", "| x | %s |\n|---|---|\n| %s | y |\n", "- > %s\n", "x[^w%zu]\n\n[^w%zu]: %s\n",
					      "%s {#h%zu}\n===\n", "<!-- {#p%zu} -->\n%s\n", "- x\n  %s\n  %s\n", "> x\n\t%s\n>\ty\n", "[d]: e\n%s\n- x\\\n%s\n",
					      "> - > x *y\n %s\n>\t> z* %s\n" };
	static const char *const ends[] = { "\n", "\r\n" };
	uint64_t seed = 88172645463325252u;
	size_t found = 0, planted = 0;

	(void)state;
	for (size_t round = 0; round < 12; round++) {
		struct buf text = { 0 };
		const char *eol = ends[round % 2];
		struct doc *d;

		if (round % 3 == 0)
			buf_str(&text, UTF8_BOM);
		if (round % 4 == 1)
			buf_printf(&text, "---%stitle: x%s---%s", eol, eol, eol);
		for (size_t i = 0; i < 60; i++) {
			const char *p = frames[next(&seed) % ARRAY_LEN(frames)];

			for (; *p; p++) {
				if (*p == '\n') {
					buf_str(&text, eol);
				} else if (p[0] == '%' && p[1] == 's') {
					size_t n = 1 + next(&seed) % 3;

					for (size_t k = 0; k < n; k++) {
						size_t c = next(&seed) % ARRAY_LEN(before);

						buf_printf(&text, "%splant%zu%s ", before[c], planted++, after[c]);
					}
					p++;
				} else if (p[0] == '%') {
					buf_printf(&text, "%zu", i);
					p += 2;
				} else {
					buf_char(&text, *p);
				}
			}
			buf_str(&text, eol);
		}
		buf_printf(&text, "[ref]: http://r.example%s%s[^n]: note%s", eol, eol, eol);
		d = read_as(text.p, text.n, READING_REJECTED);
		for (size_t i = 0; i <= d->note_count; i++) {
			struct block *top = i ? d->notes[i - 1]->body : d->root;

			for (struct block *b = block_next(top, top); b; b = block_next(b, top))
				for (size_t k = 0; k < b->run_count; k++) {
					struct run *r = &b->runs[k];
					size_t at = 0;

					while ((at = span_find(r->text, SPAN_LIT("plant"), at)) != SIZE_MAX) {
						struct span here = span_sub(text.p ? buf_span(&text) : r->text, r->src.begin, text.n);

						assert_int_equal(r->src.end - r->src.begin, r->text.n);
						assert_true(span_starts(span_sub(here, at, here.n), span_sub(r->text, at, r->text.n)));
						found++;
						at += 5;
					}
				}
		}
		for (size_t i = 0; i < d->remark_count; i++)
			if (strcmp(d->remarks[i].rule, "note-in-note") != 0)
				fail_msg("%s: %.*s", d->remarks[i].rule, SPAN_ARG(d->remarks[i].message));
		doc_free(d);
		buf_done(&text);
	}
	assert_true(planted >= 500);
	assert_int_equal(found, planted);
}

static void columns_are_code_points(void **state)
{
	struct doc *d = read_text("\xef\xbb\xbfé *ü* here\n");
	size_t line, column;
	struct block *p = d->root->first;

	(void)state;
	assert_int_equal(p->run_count, 3);
	doc_position(d, p->runs[2].src.begin + 1, &line, &column);
	assert_int_equal(line, 1);
	assert_int_equal(column, 7);
	doc_free(d);
}

/* ---- attributes ---- */

static const struct block *by_id(struct doc *d, const char *id)
{
	for (struct block *b = d->root; b; b = block_next(b, d->root))
		if (b->attrs && span_is(b->attrs->id, id))
			return b;
	return NULL;
}

static void attributes_at_their_places(void **state)
{
	struct doc *d = read_text("# A {#a}\n\nB {#b .x}\n---\n\n## C ## <!-- {#c} -->\n\n{#d}\n{role=ask}\npara\n\n{#e}\n- {#f} x\n- <!-- {#g} --> y\n  1. {#h} z\n\n"
				  "{#i}\n> {#j}\n> q\n\n{#k}\n| a |\n|---|\n\n{#l}\n```\ncode {#no}\n```\n\n\\{#m} text `{#n}`\n");
	static const struct { const char *id; enum block_kind kind; } want[] = {
		{ "a", BLOCK_HEADING }, { "b", BLOCK_HEADING }, { "c", BLOCK_HEADING }, { "d", BLOCK_PARAGRAPH }, { "e", BLOCK_LIST },
		{ "f", BLOCK_ITEM },	{ "g", BLOCK_ITEM },	{ "h", BLOCK_ITEM },	{ "i", BLOCK_QUOTE },	  { "j", BLOCK_PARAGRAPH },
		{ "k", BLOCK_TABLE },	{ "l", BLOCK_CODE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		const struct block *b = by_id(d, want[i].id);

		assert_non_null(b);
		assert_int_equal(b->kind, want[i].kind);
	}
	assert_null(by_id(d, "m"));
	assert_null(by_id(d, "n"));
	assert_true(span_is(attrs_get(by_id(d, "d")->attrs, "role"), "ask"));
	assert_int_equal(d->remark_count, 0);
	doc_free(d);
}

static void lists_apart_by_their_tags(void **state)
{
	struct doc *d = read_text("{#one}\n- a\n\n{#two}\n- b\n");

	(void)state;
	assert_int_equal(by_id(d, "one")->kind, BLOCK_LIST);
	assert_int_equal(by_id(d, "two")->kind, BLOCK_LIST);
	doc_free(d);
}

static void internal_text(void **state)
{
	struct doc *d = read_text("public\n\n::: internal\nsecret\n\n- list\n:::\npublic\n\n{.internal}\n> hidden\n");
	size_t hidden = 0, shown = 0;

	(void)state;
	for (struct block *b = d->root; b; b = block_next(b, d->root))
		if (block_is_leaf(b))
			*(b->internal ? &hidden : &shown) += 1;
	assert_int_equal(hidden, 3);
	assert_int_equal(shown, 2);
	doc_free(d);
}

/* What is no tag, and no slip of one. */
static void honest_words(void **state)
{
	static const char *const cases[] = {
		"<!-- TODO: ask Mei Lin -->\na\n", "<!-- #todo -->\na\n", "<!-- .gitignore -->\na\n", "<!-- internal consistency: see #12 -->\na\n",
		"<!-- x=1 -->\n<!-- the oral version\nis shorter -->\na\n", "{x, y} and .net, .org} or {a\n", "#IGF20\n(#12)\n[.5]\n", "\\{.internal}\n",
		"`.internal}` and `{.internal`\n", "Internal\n\n(internal)\n\n[internal]\n", "The set\n{a,\nb}\n", "    .internal}\n", "a \xc2\xa0{5}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct doc *d = read_text(cases[i]);

		if (d->remark_count)
			fail_msg("%s: %s", cases[i], d->remarks[0].rule);
		doc_free(d);
	}
}

/* Words that look like a tag, whole or torn, are escaped where they mean themselves. */
static void escaped_words(void **state)
{
	static const char *const cases[] = {
		".internal", ".internal}", "internal}", "(.internal)", "role=ask}", "#x .internal}", "{.internal", "a {.internal b", "a .internal} b", "{#x}",
		"\xef\xbd\x9b.internal\xef\xbd\x9d", "{\xe2\x80\x8b.internal}", "<!-- .internal -->", "see .net {x}", "{,internal}", "internal\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = { 0 };
		struct doc *d;
		char *got;

		md_escape(span_str(cases[i]), &out);
		d = read_as(out.p, out.n, READING_REJECTED);
		got = words_of(d, READING_REJECTED);
		if (d->remark_count || strncmp(got, cases[i], strlen(cases[i])) != 0)
			fail_msg("%s as %.*s: %s", cases[i], SPAN_ARG(buf_span(&out)), got);
		free(got);
		doc_free(d);
		buf_done(&out);
	}
}

/* One finding each, at its place: rule, line, column. */
static void remarks(void **state)
{
	static const struct { const char *source, *rule; size_t line, column; } cases[] = {
		{ "a\n\n- b\n  ::: internal\n", "container-open", 4, 3 },
		{ "::: internl\nx\n:::\n", "class-unknown", 1, 1 },
		{ "- {#x}\n\nd\n", "attribute-dangling", 1, 3 },
		{ "{#x} words\n", "attribute-in-text", 1, 1 },
		{ "<!-- {#x} --> words\n", "attribute-in-text", 1, 1 },
		{ "a <!-- b\n\nc\n", "comment-open", 1, 3 },
		{ "# A {#x y}\n", "attribute-malformed", 1, 9 },
		{ "{#x}\n\n\na\n", "attribute-dangling", 4, 1 },
		{ "a\n\n{#x}\n", "attribute-dangling", 3, 1 },
		{ "| a | b |\n|---|\n", "table-ragged", 2, 1 },
		{ "a `{++` b {--c\n", "critic-unclosed", 1, 11 },
		{ "a {~~b~~} c\n", "critic-unclosed", 1, 3 },
		{ "{++a {++b++} c++}\n", "critic-nested", 1, 6 },
		{ "# A {++b\n\nc++}\n", "critic-crosses", 1, 5 },
		{ "| a | b |\n|---|---|\n| c {++d | e++} |\n", "critic-crosses", 3, 5 },
		{ "[a {--b](u) c--}\n", "critic-crosses", 1, 4 },
		{ "---\ntitel: x\n---\n", "key-unknown", 2, 1 },
		{ "a[^x] b\n\n[^x]: c[^y]\n\n", "note-in-note", 3, 8 },
		{ "<div>x</div>\n", "raw-html", 1, 1 },
		{ "<!--  .internal: no -->\na\n", "attribute-malformed", 1, 7 },
		{ "<!-- #x role=ask -->\na\n", "attribute-malformed", 1, 6 },
		{ "{.inter\xe2\x80\x8bnal}\na\n", "attribute-malformed", 1, 8 },
		{ "- a\n- {\xc2\xa0.internal} b\n", "attribute-malformed", 2, 4 },
		{ "{,internal}\na\n", "attribute-malformed", 1, 1 },
		{ "a\n{\"internal\"}\n", "attribute-in-text", 2, 1 },
		{ "- .internal} b\n", "attribute-in-text", 1, 3 },
		{ "a {.internal b\n", "attribute-in-text", 1, 3 },
		{ "> a\n> #x .internal}\n", "attribute-in-text", 2, 3 },
		{ "{#a{>>x<<}b}\nc\n", "attribute-malformed", 1, 11 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct doc *d = read_text(cases[i].source);
		size_t line = 0, column = 0;

		if (d->remark_count != 1)
			fail_msg("%s: %zu remarks", cases[i].source, d->remark_count);
		assert_string_equal(d->remarks[0].rule, cases[i].rule);
		doc_position(d, d->remarks[0].offset, &line, &column);
		if (line != cases[i].line || column != cases[i].column)
			fail_msg("%s: %zu:%zu", cases[i].source, line, column);
		doc_free(d);
	}
}

/* ---- suggestions ---- */

static void settle_all(struct doc *d, enum settle how, bool comments, struct buf *out)
{
	enum settle *what = mem_zero(d->suggestion_count, sizeof(*what));
	struct edits e = { 0 };

	for (size_t i = 0; i < d->suggestion_count; i++)
		what[i] = how;
	assert_int_equal(md_settle(d, what, comments, &e, NULL), 0);
	edits_apply(&e, d->source, out);
	edits_done(&e);
	free(what);
}

static void check_settled(const char *text, const char *rejected, const char *accepted)
{
	struct doc *d = read_as(text, strlen(text), READING_MARKED);
	struct buf r = { 0 }, a = { 0 };

	settle_all(d, SETTLE_REJECT, true, &r);
	settle_all(d, SETTLE_ACCEPT, true, &a);
	buf_char(&r, '\0');
	buf_char(&a, '\0');
	assert_string_equal(r.p, rejected);
	assert_string_equal(a.p, accepted);
	buf_done(&r);
	buf_done(&a);
	doc_free(d);
}

static void settling(void **state)
{
	(void)state;
	check_settled("a{++ b++}{>>@X<<} c\n", "a c\n", "a b c\n");
	check_settled("a {~~b~>c~~} {==d==}{>>e<<}\n", "a b d\n", "a c d\n");
	check_settled("p1\n\n{++p2\n\n++}p3", "p1\n\np3", "p1\n\np2\n\np3");
	check_settled("p1\n\n{--p2\n\n--}p3\n", "p1\n\np2\n\np3\n", "p1\n\np3\n");
	check_settled("- a\n- {++x++}\n- b\n", "- a\n- b\n", "- a\n- x\n- b\n");
	check_settled("| a |\n|---|\n{--| b |--}\n| c |\n", "| a |\n|---|\n| b |\n| c |\n", "| a |\n|---|\n| c |\n");
	check_settled("{#p}\n{--gone--}\n\nnext\n", "{#p}\ngone\n\nnext\n", "\nnext\n");
	check_settled("{#p .internal}\n{--gone--}\nstays\n", "{#p .internal}\ngone\nstays\n", "{#p .internal}\nstays\n");
	/* A tag goes when all that it stood on goes, and not before. */
	check_settled("{#l}\n- {--a--}\n- {--b--}\n\nx\n", "{#l}\n- a\n- b\n\nx\n", "\nx\n");
	check_settled("{#l}\n- {--a--}\n- b\n\nx\n", "{#l}\n- a\n- b\n\nx\n", "{#l}\n- b\n\nx\n");
	check_settled("{#q}\n> {--a--}\n> {--b--}\n\nx\n", "{#q}\n> a\n> b\n\nx\n", "\nx\n");
	check_settled("> {#in}\n> {--a--}\n>\n> x\n", "> {#in}\n> a\n>\n> x\n", ">\n> x\n");
	check_settled("> {#in}\n> {--a--}\n> b\n", "> {#in}\n> a\n> b\n", "> {#in}\n> b\n");
	check_settled("{#h}\n{--# Old\n--}\nx\n", "{#h}\n# Old\nx\n", "x\n");
	check_settled("{#c}\n{--```\ncode\n```\n--}\nx\n", "{#c}\n```\ncode\n```\nx\n", "x\n");
	/* The underline of a heading goes with its words: at the head of a file it would open a front matter. */
	check_settled("{--Old--}\n---\n\nx\n\n---\n", "Old\n---\n\nx\n\n---\n", "\nx\n\n---\n");
	check_settled("{--Old--} {#h}\r\n===\r\n\r\nx\r\n", "Old {#h}\r\n===\r\n\r\nx\r\n", "\r\nx\r\n");
	check_settled("Title\n{--sub--}\n---\n", "Title\nsub\n---\n", "Title\n---\n");
	check_settled("x\n\n{++New.++}\n---\n", "x\n\n---\n", "x\n\nNew.\n---\n");
	check_settled("# {--Old--} {#h}\n\nx\n", "# Old {#h}\n\nx\n", "\nx\n");
	check_settled("{++\np\n\n++}\nq\n", "q\n", "p\n\nq\n");
	check_settled("{++a {--b--} {~~c~>d~~}++} e\n", " e\n", "a  d e\n");
	check_settled("`{++a++}` {++b++}\n", "`{++a++}` \n", "`{++a++}` b\n");
	check_settled("\\{++a\\++} {++b\\++}c++}\n", "\\{++a\\++} \n", "\\{++a\\++} b\\++}c\n");
	/* A suggested block of code: what looks like signs in it is code. */
	check_settled("p\n\n{++```\ncode {++x\n```\n\n++}q\n", "p\n\nq\n", "p\n\n```\ncode {++x\n```\n\nq\n");
	check_settled("- a\n\n  {--~~~ x\n  code --}\n  ~~~\n  --}\n", "- a\n\n  ~~~ x\n  code --}\n  ~~~\n", "- a\n\n");
	check_settled("{++```\ncode\n```++}\n\nq\n", "\nq\n", "```\ncode\n```\n\nq\n");
	/* behind a note that goes, what another holds is words and no code */
	check_settled("p[^a][^b]\n\n{--[^a]: one\n\n--}{>>@A<<}[^b]: two\n\n    1. x {++y++}\n", "p[^a][^b]\n\n[^a]: one\n\n[^b]: two\n\n    1. x \n",
		      "p[^a][^b]\n\n[^b]: two\n\n    1. x y\n");
	check_settled("p[^b]\n\n{++[^a]: one\n\n    - {--x--}\n\n++}[^b]: two\n\n    1. x {++y++}\n", "p[^b]\n\n[^b]: two\n\n    1. x \n",
		      "p[^b]\n\n[^a]: one\n\n\n[^b]: two\n\n    1. x y\n");
	check_settled("{++```a```++} b\n", " b\n", "```a``` b\n");
	check_settled("```\n{++a++}\n```\n{++b++}c\r\n", "```\n{++a++}\n```\nc\r\n", "```\n{++a++}\n```\nbc\r\n");
	check_settled("<!-- {++a++} --> [x](u{++b++}) {++c++}d\n", "<!-- {++a++} --> [x](u{++b++}) d\n", "<!-- {++a++} --> [x](u{++b++}) cd\n");
}

static void settling_some(void **state)
{
	const char *text = "{~~old~>mine~~}{>>@A 2025-01-01T00:00:00Z<<}{++yours++}{>>@B 2025-01-01T00:00:00Z: why<<} x{-- y--}\n";
	struct doc *d = read_as(text, strlen(text), READING_MARKED);
	static const struct { enum settle what[3]; const char *want; } cases[] = {
		{ { SETTLE_ACCEPT, SETTLE_LEAVE, SETTLE_LEAVE }, "mine{>>@B 2025-01-01T00:00:00Z: why<<} x{-- y--}\n" },
		{ { SETTLE_LEAVE, SETTLE_ACCEPT, SETTLE_LEAVE }, "yours{>>@B 2025-01-01T00:00:00Z: why<<} x{-- y--}\n" },
		{ { SETTLE_REJECT, SETTLE_REJECT, SETTLE_LEAVE }, "old{>>@B 2025-01-01T00:00:00Z: why<<} x{-- y--}\n" },
		{ { SETTLE_ACCEPT, SETTLE_ACCEPT, SETTLE_ACCEPT }, "mineyours{>>@B 2025-01-01T00:00:00Z: why<<} x\n" },
		{ { SETTLE_LEAVE, SETTLE_LEAVE, SETTLE_REJECT }, "{~~old~>mine~~}{>>@A 2025-01-01T00:00:00Z<<}{++yours++}{>>@B 2025-01-01T00:00:00Z: why<<} x y\n" },
	};

	(void)state;
	assert_int_equal(d->suggestion_count, 3);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct edits e = { 0 };
		struct buf out = { 0 };

		assert_int_equal(md_settle(d, cases[i].what, false, &e, NULL), 0);
		edits_apply(&e, d->source, &out);
		buf_char(&out, '\0');
		assert_string_equal(out.p, cases[i].want);
		buf_done(&out);
		edits_done(&e);
	}
	doc_free(d);
}

/* Random texts with every sign: what is settled reads as the reading said, and both stand in the marked document. */
static void both_readings(void **state)
{
	static const char *const pieces[] = { "word ", "{++", "++}", "{--", "--}", "{~~", "~>", "~~}", "{==", "==}", "{>>", "<<}", "{>>@A 2025-01-01T00:00:00Z: t<<}", "\n", "\n\n", "- ", "# ",
					      "> ", "| a | b |\n|---|---|\n| c | d |\n", "*x*", "**", "`", "[^n]", "\n[^n]: note\n", "[l](u)", "{#i}\n", "1. ", "\\", "é" };
	uint64_t seed = 4242;

	(void)state;
	for (size_t round = 0; round < 3000; round++) {
		struct buf text = { 0 };
		struct doc *d[3];
		char *want[2], *got[2], *settled[2];
		size_t n = 3 + next(&seed) % 24;

		for (size_t i = 0; i < n; i++) {
			/* Mostly whole suggestions. */
			if (next(&seed) % 2) {
				static const char *const whole[] = { "{++new %s++}", "{--old %s--}", "{~~a %s~>b %s~~}", "{==h %s==}", "{++\n\np %s++}", "{--%s\n\n--}", "{++- %s\n++}" };
				const char *p = whole[next(&seed) % ARRAY_LEN(whole)];

				for (; *p; p++) {
					if (p[0] == '%') {
						buf_str(&text, pieces[next(&seed) % ARRAY_LEN(pieces)]);
						p++;
					} else {
						buf_char(&text, *p);
					}
				}
			} else {
				buf_str(&text, pieces[next(&seed) % ARRAY_LEN(pieces)]);
			}
		}
		for (int k = 0; k < 3; k++)
			d[k] = read_as(text.p, text.n, (enum reading)k);
		for (int k = 0; k < 2; k++) {
			struct buf out = { 0 };
			struct doc *e;
			char *p, *q;

			want[k] = words_of(d[k], (enum reading)k);
			got[k] = words_of(d[READING_MARKED], (enum reading)k);
			/* Blocks apart: a split stands as two. */
			for (p = q = want[k]; *p; p++)
				if (*p != '|')
					*q++ = *p;
			*q = '\0';
			for (p = q = got[k]; *p; p++)
				if (*p != '|')
					*q++ = *p;
			*q = '\0';
			if (strcmp(want[k], got[k]) != 0)
				fail_msg("round %zu, %.*s\nreading %d: [%s]\nmarked: [%s]", round, (int)text.n, text.p, k, want[k], got[k]);
			/* Unbalanced signs are text, and settling around them may make new ones. */
			settle_all(d[READING_MARKED], k ? SETTLE_ACCEPT : SETTLE_REJECT, true, &out);
			e = read_as(out.p ? out.p : "", out.n, READING_REJECTED);
			settled[k] = words_of(e, READING_REJECTED);
			if (!e->has_critic && e->remark_count == 0) {
				for (p = q = settled[k]; *p; p++)
					if (*p != '|')
						*q++ = *p;
				*q = '\0';
				if (strcmp(want[k], settled[k]) != 0)
					fail_msg("round %zu, %.*s\nreading %d: [%s]\nsettled: [%s]", round, (int)text.n, text.p, k, want[k], settled[k]);
			}
			doc_free(e);
			buf_done(&out);
		}
		for (int k = 0; k < 2; k++) {
			free(want[k]);
			free(got[k]);
			free(settled[k]);
		}
		for (int k = 0; k < 3; k++)
			doc_free(d[k]);
		buf_done(&text);
	}
}

/* ---- limits and bytes that are no text ---- */

static void refused(const char *p, size_t n, enum fault_kind kind, size_t line, size_t column)
{
	struct read_options o = { .path = "t.md" };
	struct fault f = { 0 };
	struct doc *d = NULL;

	assert_int_equal(md_read(span_of(p, n), &o, &d, &f), -(int)kind);
	assert_non_null(f.message);
	if (line) {
		assert_int_equal(f.pos.line, line);
		assert_int_equal(f.pos.column, column);
	}
	fault_done(&f);
}

static void no_text(void **state)
{
	(void)state;
	refused("a\nb\xe9 c\n", 7, FAULT_INPUT, 2, 2);
	refused("\xff\xfe#\0", 4, FAULT_INPUT, 1, 1);
	refused("\0#\0 \0T\0\n", 8, FAULT_INPUT, 1, 1);
	refused("a\0b", 3, FAULT_INPUT, 1, 2);
	refused("\xc3", 1, FAULT_INPUT, 1, 1);
	refused("---\ntitle: [x\n---\n", 18, FAULT_INPUT, 0, 0);
	refused("---\ntitle: x\ntitle: y\n---\n", 26, FAULT_INPUT, 3, 1);
	refused("---\nchannel: loud\n---\n", 22, FAULT_INPUT, 2, 10);
	refused("---\ntitle: x\n", 13, FAULT_INPUT, 1, 1);
}

static void repeated(const char *unit, size_t count, const char *tail)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < count; i++)
		buf_str(&b, unit);
	buf_str(&b, tail);
	refused(b.p, b.n, FAULT_LIMIT, 0, 0);
	buf_done(&b);
}

static void over_limits(void **state)
{
	struct buf b = { 0 };

	(void)state;
	repeated("[", LIMIT_PARAGRAPH_BRACKETS + 1, "\n");
	repeated("*a_", LIMIT_PARAGRAPH_STARS / 2 + 1, "\n");
	repeated("<a ", LIMIT_PARAGRAPH_BRACKETS + 1, "\n");
	repeated("> ", LIMIT_LINE_CONTAINERS + 1, "a\n");
	repeated("- ", LIMIT_LINE_CONTAINERS + 1, "a\n");
	repeated("0123456789abcde\n", (LIMIT_TEXT_BYTES >> 4) + 1, "");
	repeated("{++a++}", LIMIT_CRITIC_MARKS + 1, "\n");
	repeated("[^a]: b\n", LIMIT_NOTES + 1, "\n");
	for (size_t i = 0; i <= LIMIT_BLOCK_DEPTH; i++) {
		for (size_t k = 0; k < i; k++)
			buf_str(&b, "  ");
		buf_str(&b, "- a\n");
	}
	refused(b.p, b.n, FAULT_LIMIT, 0, 0);
	buf_clear(&b);
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i <= LIMIT_TABLE_COLUMNS; i++)
			buf_str(&b, k ? "|-" : "|a");
		buf_str(&b, "|\n");
	}
	refused(b.p, b.n, FAULT_LIMIT, 0, 0);
	buf_clear(&b);
	for (size_t k = 0; k <= LIMIT_TABLE_CELLS / 200 + 1; k++) {
		for (size_t i = 0; i < 200; i++)
			buf_str(&b, k == 1 ? "|-" : "|a");
		buf_str(&b, "|\n");
	}
	refused(b.p, b.n, FAULT_LIMIT, 0, 0);
	buf_done(&b);
}

/* ---- track ---- */

static char *tracked(const char *text, const struct track_options *o, char **ret_notes)
{
	struct doc *d = read_text(text);
	struct track_result r = { 0 };
	struct buf out = { 0 }, notes = { 0 };

	assert_int_equal(md_track(d, o, &r, NULL), 0);
	edits_apply(&r.edits, d->source, &out);
	buf_char(&out, '\0');
	for (size_t i = 0; i < r.note_count; i++)
		buf_printf(&notes, "%zu: %.*s\n", r.notes[i].line, SPAN_ARG(r.notes[i].message));
	buf_char(&notes, '\0');
	if (ret_notes)
		*ret_notes = notes.p;
	else
		buf_done(&notes);
	track_result_done(&r);
	doc_free(d);
	return out.p;
}

static void check_tracked(const char *text, bool plain, const char *want)
{
	struct track_options o = { .plain = plain };
	char *got = tracked(text, &o, NULL), *again;

	assert_string_equal(got, want);
	/* What is tracked stays as it is. */
	again = tracked(got, &o, NULL);
	assert_string_equal(again, got);
	free(got);
	free(again);
}

static void tracking(void **state)
{
	(void)state;
	check_tracked("# Où va l’Élysée?\n\nWe urge *Member States* to act.\r\n", true,
		      "# Où va l’Élysée? {#ou-va-lelysee}\n\n{#we-urge-member-states}\nWe urge *Member States* to act.\r\n");
	check_tracked("- one\n- two\n  - nested\n", false, "- <!-- {#one} --> one\n- <!-- {#two-nested} --> two\n  - nested\n");
	check_tracked("{#l}\n- one\n- two\n", false, "{#l}\n- one\n- two\n");
	check_tracked("a\n\na\n\na\n", true, "{#a}\na\n\n{#a-2}\na\n\n{#a-3}\na\n");
	check_tracked("{.internal}\nnote\n", false, "{#note .internal}\nnote\n");
	check_tracked("extraordinarily long words everywhere\n", true, "{#extraordinarily-long-words-every}\nextraordinarily long words everywhere\n");
	check_tracked("para\n> quote\n", true, "{#para}\npara\n\n{#quote}\n> quote\n");
	check_tracked("Words. {#x role=ask .internal}\n\n# H {#h} #\n", true, "{#x role=ask .internal}\nWords.\n\n# H # {#h}\n");
	check_tracked("- Words {#x label=\"a b\"}\n", false, "- <!-- {#x label=\"a b\"} --> Words\n");
	check_tracked("{role=ask}\nWords {#x}\n", true, "{#x role=ask}\nWords\n");
	check_tracked("{#w}\nWords {#x}\n", true, "{#w absorbs=x}\nWords\n");
	check_tracked("Text {#x} more\nlines\n", true, "{#text-more-lines absorbs=x}\nText more\nlines\n");
	check_tracked("Title\n===\n\n| a |\n|---|\n\n```\nx\n```\n", true, "Title {#title}\n===\n\n{#a}\n| a |\n|---|\n\n{#x}\n```\nx\n```\n");
	check_tracked("p1\n\n{++p2\n\n++}p3\n", true, "{#p1}\np1\n\n{++p2\n\n++}{#p3}\np3\n");
	check_tracked("{++New ++}words\n", true, "{#words}\n{++New ++}words\n");
	check_tracked("{--p1\n\n--}{>>@Ana<<}{--```\nif {++x++}\n\nmore\n```\n\n--}{>>@Ben<<}p2\n", true,
		      "{#p1}\n{--p1\n\n--}{>>@Ana<<}{#if-x-more}\n{--```\nif {++x++}\n\nmore\n```\n\n--}{>>@Ben<<}{#p2}\np2\n");
	/* Behind what was said of a suggestion, or that is nobody's any more. */
	check_tracked("{++p2\n\n++}{>>@Ana: a<<}{>>@Ben<<}p3\n", true, "{++p2\n\n++}{>>@Ana: a<<}{>>@Ben<<}{#p3}\np3\n");
	check_tracked("{--p1\n\n--}{>>@Ana<<}{--p2\n\n--}{>>@Ben<<}p3\n", true,
		      "{#p1}\n{--p1\n\n--}{>>@Ana<<}{#p2}\n{--p2\n\n--}{>>@Ben<<}{#p3}\np3\n");
	/* What is joined to the paragraph before it loses its tag with the break. */
	check_tracked("p1{--\n\n--}{>>@Ana<<}p2\n", true, "{#p1}\np1{--\n\n{#p2}\n--}{>>@Ana<<}p2\n");
	check_tracked("p1{-- more\n\nall\n\n--}p2\n", true, "{#p1-more}\np1{-- more\n\n{#all}\nall\n\n{#p2}\n--}p2\n");
	check_tracked("p1{~~\n\n~> ~~}{>>@Ana<<}p2\n", true, "{#p1}\np1{~~\n\n{#p2}\n~> ~~}{>>@Ana<<}p2\n");
	check_tracked("{++New\npara ++}words\n", true, "{#words}\n{++New\npara ++}words\n");
	check_tracked("{#d}\nfirst\n\n{#d}\nsecond\n", true, "{#d}\nfirst\n\n{#second from=d}\nsecond\n");
	check_tracked("{#d}\nfirst {#e role=ask} second\n", true, "{#d absorbs=e}\nfirst second\n");
	/* One that has no tag of its own, so that it gets an id as well. */
	check_tracked("# Head {#h} {#s .internal} x\n", true, "# Head x {#head-x absorbs=h,s .internal}\n");
	check_tracked("one {#s .internal} two\n", true, "{#one-two absorbs=s .internal}\none two\n");
	check_tracked("{#d}\nfirst\n<!-- {#e .internal} -->\nsecond\n", true, "{#d absorbs=e .internal}\nfirst\nsecond\n");
	check_tracked("\xe4\xb8\xad\xe6\x96\x87\n", true, "{#c-72726d}\n\xe4\xb8\xad\xe6\x96\x87\n");
}

static double fake_likeness(void *ctx, struct span id, struct span text)
{
	(void)ctx;
	if (span_is(id, "d"))
		return span_is(text, "second half here") ? 0.9 : 0.2;
	if (span_is(id, "whole"))
		return span_is(text, "one two three four") ? 1 : 0.6;
	return -1;
}

static struct span fake_id(void *ctx, struct span text, bool *ret_internal)
{
	(void)ctx;
	*ret_internal = span_is(text, "was held back");
	return span_is(text, "was tagged once") ? SPAN_LIT("old-id") : (struct span){ 0 };
}

static void mending(void **state)
{
	struct track_options o = { .plain = true, .saved_likeness = fake_likeness, .saved_id = fake_id };
	char *notes = NULL, *got = tracked("{#d}\ncopy\n\n{#d}\nsecond half here\n\nwas tagged once\n\nwas held back\n\n{#whole .internal}\none two\n\nthree four\n", &o, &notes);

	(void)state;
	assert_string_equal(got, "{#copy from=d}\ncopy\n\n{#d}\nsecond half here\n\n{#old-id}\nwas tagged once\n\n{#was-held-back .internal}\nwas held back\n\n{#whole .internal}\none two\n\n"
				 "{#three-four from=whole .internal}\nthree four\n");
	assert_non_null(strstr(notes, "1: the id \"d\" stood on two blocks: line 4 keeps it"));
	assert_non_null(strstr(notes, "7: these words had the id \"old-id\""));
	assert_non_null(strstr(notes, "was split"));
	free(got);
	free(notes);
}

/* Words typed between a tag and the paragraph that it stands for do not take the id with them. */
static void typed_under_a_tag(void **state)
{
	struct track_options o = { .plain = true, .saved_likeness = fake_likeness };
	static const char *const cases[][2] = {
		{ "{#d role=ask}\nNew words\n\nMore of them\n\nsecond half here\n", "{#new-words}\nNew words\n\n{#more-of-them}\nMore of them\n\n{#d role=ask}\nsecond half here\n" },
		/* What the tag hid stays hidden, and so does what was typed where it hid. */
		{ "{#d .internal}\nNew words\n\nsecond half here\n", "{#new-words .internal}\nNew words\n\n{#d .internal}\nsecond half here\n" },
		{ "- {#d} New words\n- second half here\n", "- {#new-words} New words\n- {#d} second half here\n" },
		{ "{#d}\n# New words\n\nsecond half here\n", "{#new-words}\n# New words\n\n{#d}\nsecond half here\n" },
		/* Behind a heading's words stands the heading's own, and behind another tag begins another clause. */
		{ "# New words {#d}\n\nsecond half here\n", "# New words {#d}\n\n{#second-half-here}\nsecond half here\n" },
		{ "{#d}\nNew words\n\n{#e}\nOther\n\nsecond half here\n", "{#d}\nNew words\n\n{#e}\nOther\n\n{#second-half-here}\nsecond half here\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *notes = NULL, *got = tracked(cases[i][0], &o, &notes);

		assert_string_equal(got, cases[i][1]);
		assert_int_equal(strstr(notes, "1: between the tag of \"d\" and its words others were typed") != NULL, i < 4);
		free(got);
		free(notes);
	}
}

/* A line right behind a note that begins a block is the body's: its words were in neither. */
static void items_behind_a_note(void **state)
{
	static const char *const texts[] = { "t[^a]\n\n[^a]: E\n2. word\n", "t[^a]\n\n[^a]: E\n- word\n", "t[^a]\n\n[^a]: E\n0)\n1) word\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct doc *d = read_text(texts[i]);
		struct buf all = { 0 };

		assert_int_equal(d->lost_steps, 0);
		for (struct block *b = d->root; b; b = block_next(b, d->root))
			text_of_leaf(b, READING_REJECTED, &all);
		assert_true(span_ends(buf_span(&all), SPAN_LIT("word")));
		buf_done(&all);
		doc_free(d);
	}
}

/* What a tag parts from the list mark before it is no rule with it. */
static void marks_behind_a_tag(void **state)
{
	static const char *const texts[] = { "- {#a} --\n", "- {#a} - -\n", "* <!-- {#a} --> **\n", "> - {#a} --\n", "- x\n\n  - {#a} --\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct doc *d = read_text(texts[i]);

		assert_non_null(by_id(d, "a"));
		assert_int_equal(d->lost_steps, 0);
		doc_free(d);
	}
}

static void replaced(void **state)
{
	const char *text = "# Head {#h}\n\n- {#i} old *words*\n  more\n- b\n\n| a | b |\n|---|---|\n";
	struct doc *d = read_text(text);
	struct edits e = { 0 };
	struct buf out = { 0 };
	const struct block *item = by_id(d, "i"), *cell = d->root->last->first->last;

	(void)state;
	assert_int_equal(md_replace_block(d, by_id(d, "h"), SPAN_LIT("New"), &e, NULL), 0);
	assert_int_equal(md_replace_block(d, item->first, SPAN_LIT("one\ntwo\n"), &e, NULL), 0);
	assert_int_equal(md_replace_block(d, cell, SPAN_LIT("x"), &e, NULL), 0);
	edits_apply(&e, d->source, &out);
	buf_char(&out, '\0');
	assert_string_equal(out.p, "# New {#h}\n\n- {#i} one\n  two\n- b\n\n| a | x |\n|---|---|\n");
	edits_done(&e);
	buf_done(&out);
	doc_free(d);
}

/* Whatever an item opens with, the number that other formats print before it is typed. */
static void item_numbers(void **state)
{
	static const char source[] = "1. a\n2. # b\n3. ```\n   c\n   ```\n4. | d |\n   |---|\n5. > e\n6. * * *\n7.\n8. 1. f\n";
	static const char want[] = "- (a) a\n- # (b) b\n- (c)\n  ```\n  c\n  ```\n- (d)\n\n  | d |\n  |---|\n- > (e) e\n- (f)\n  * * *\n- (g)\n- - (h) (i) f\n";
	struct doc *d = read_text(source);
	struct outdoc *o = NULL;
	struct fault f = { 0 };
	struct buf out = { 0 };

	(void)state;
	d->meta.numbering = NUMBERING_PARAGRAPHS;
	assert_int_equal(outdoc_make(d, &(struct outdoc_options){ .audience = AUDIENCE_PUBLIC }, &o, &f), 0);
	assert_int_equal(md_write(o, &(struct write_options){ .dest = "t.md" }, &out, &f), 0);
	buf_char(&out, '\0');
	assert_string_equal(out.p, want);
	buf_done(&out);
	outdoc_free(o);
	doc_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comments_in_notes),
		cmocka_unit_test(test_comments_in_cells),
		cmocka_unit_test(test_rows_that_begin_with_a_change),
		cmocka_unit_test(golden_hashes),
		cmocka_unit_test(spelling_does_not_matter),
		cmocka_unit_test(many_entities),
		cmocka_unit_test(planted_words),
		cmocka_unit_test(columns_are_code_points),
		cmocka_unit_test(attributes_at_their_places),
		cmocka_unit_test(lists_apart_by_their_tags),
		cmocka_unit_test(internal_text),
		cmocka_unit_test(honest_words),
		cmocka_unit_test(escaped_words),
		cmocka_unit_test(remarks),
		cmocka_unit_test(settling),
		cmocka_unit_test(settling_some),
		cmocka_unit_test(both_readings),
		cmocka_unit_test(no_text),
		cmocka_unit_test(over_limits),
		cmocka_unit_test(tracking),
		cmocka_unit_test(mending),
		cmocka_unit_test(items_behind_a_note),
		cmocka_unit_test(marks_behind_a_tag),
		cmocka_unit_test(typed_under_a_tag),
		cmocka_unit_test(item_numbers),
		cmocka_unit_test(replaced),
	};

	return cmocka_run_group_tests_name("md", tests, NULL, NULL);
}
