#include "gen.h"

uint64_t gen_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

size_t gen_below(uint64_t *state, size_t n)
{
	return (size_t)(gen_random(state) % n);
}

static const char *const latin[] = {
	"we", "the", "Internet", "Governance", "Forum", "permanent", "mandate", "funding", "IPv6", "operators", "and", "of",
	"train", "engineers", "exchange", "points", "communities", "networks", "support", "should", "States", "multistakeholder",
	"coopération", "réseau", "año", "naïve", "façade", "350", "2024", "well-known", "and/or", "states’", "resolution", "in",
	"to", "for", "with", "open", "secure", "regional", "initiatives", "secretariat", "“quoted”", "capacity", "mentoring",
};
static const char *const arabic[] = {
	"نطلب", "تمويلا", "مستقرا", "للمنتدى", "الإنترنت", "الحوكمة", "الدول", "الأعضاء", "ولاية", "دائمة", "المجتمعات", "الشبكات",
	"التدريب", "المهندسين", "نقاط", "التبادل", "٢٠٢٤", "IPv6",
};
static const char *const chinese[] = {
	"我们", "要求", "互联网", "治理", "论坛", "永久", "授权", "资金", "稳定", "网络", "社区", "培训", "工程师", "交换", "支持", "国家",
};

struct gen {
	uint64_t r;
	const struct gen_options *o;
	struct buf *out;
	const char *const *words;
	size_t word_count;
	bool spaces;      /* between words */
	unsigned ids, notes, tokens, refs;
	unsigned targets[256]; /* ids that a reference may name */
	size_t target_count;
	unsigned pending[64];  /* notes referred to, not yet defined */
	size_t pending_count;
	unsigned secret_notes[32];
	size_t secret_count;
	const char *prefix;    /* of every line but the first of the block at hand */
	bool internal;         /* in internal text */
	bool in_note, in_cell, in_heading, in_suggestion;
	bool suggestions;      /* allowed here */
	bool after_note;       /* what is indented now belongs to a note */
	unsigned depth;
};

static bool off(const struct gen *g, unsigned what)
{
	return g->o->off & what;
}

static size_t below(struct gen *g, size_t n)
{
	return gen_below(&g->r, n);
}

/* One time in n. */
static bool chance(struct gen *g, size_t n)
{
	return below(g, n) == 0;
}

static void put(struct gen *g, const char *s)
{
	buf_str(g->out, s);
}

static void line_end(struct gen *g)
{
	buf_char(g->out, '\n');
	put(g, g->prefix);
}

static void put_number(struct gen *g, uint64_t n)
{
	buf_number(g->out, n);
}

/* The next planted word, or an innocent one. */
static void put_token(struct gen *g)
{
	if (!g->o->token) {
		put(g, "aside");
		return;
	}
	put(g, g->o->token);
	buf_char(g->out, (char)('a' + below(g, 26)));
	put_number(g, ++g->tokens);
}

static void put_id(struct gen *g, unsigned id)
{
	put(g, g->o->token ? g->o->token : "c");
	if (g->o->token)
		buf_char(g->out, '-');
	put_number(g, id);
}

static void put_word(struct gen *g)
{
	if (g->internal && g->o->token && chance(g, 3))
		put_token(g);
	else
		put(g, g->words[below(g, g->word_count)]);
}

static void put_space(struct gen *g)
{
	if (!g->in_cell && !g->in_heading && !off(g, GEN_NO_BREAKS) && chance(g, 12)) {
		line_end(g);
		return;
	}
	if (!g->spaces)
		return;
	buf_char(g->out, ' ');
	if (chance(g, 60))
		buf_char(g->out, ' ');
}

static void put_words(struct gen *g, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_str(g->out, g->spaces ? " " : "");
		put_word(g);
	}
}

static void put_author(struct gen *g)
{
	static const char *const names[] = { "Mei Lin", "Tomas Rey", "J. Tamati", "Ana" };

	put(g, "@");
	if (g->o->token && chance(g, 3))
		put_token(g);
	else
		put(g, names[below(g, ARRAY_LEN(names))]);
	if (chance(g, 2)) {
		put(g, " 2025-10-0");
		put_number(g, 1 + below(g, 9));
		put(g, "T09:0");
		put_number(g, below(g, 10));
		put(g, ":00Z");
	}
}

static void put_comment(struct gen *g)
{
	put(g, "{>>");
	if (chance(g, 2)) {
		put_author(g);
		put(g, ": ");
	}
	put(g, "why ");
	put_token(g);
	put(g, "?<<}");
}

/* Plain words with, now and then, an emphasis that opens and closes inside. */
static void put_plain(struct gen *g, size_t count)
{
	if (!off(g, GEN_NO_EMPHASIS) && chance(g, 5)) {
		put(g, "*");
		put_words(g, count);
		put(g, "*");
		return;
	}
	put_words(g, count);
}

static void put_suggestion(struct gen *g)
{
	switch (below(g, 5)) {
	case 0:
		put(g, "{++");
		put_plain(g, 1 + below(g, 3));
		if (g->spaces && chance(g, 3))
			put(g, " ");
		put(g, "++}");
		break;
	case 1:
		put(g, "{--");
		put_plain(g, 1 + below(g, 3));
		put(g, "--}");
		break;
	case 2:
		put(g, "{~~");
		put_plain(g, 1 + below(g, 3));
		put(g, "~>");
		put_plain(g, 1 + below(g, 3));
		put(g, "~~}");
		break;
	case 3: /* a colleague edits a suggestion */
		put(g, "{++");
		put_words(g, 1);
		put(g, g->spaces ? " {--" : "{--");
		put_words(g, 1);
		put(g, "--}");
		put(g, g->spaces ? " " : "");
		put_words(g, 1);
		put(g, "++}");
		break;
	case 4:
		put(g, "{++");
		put_words(g, 1);
		put(g, "++}{>>");
		put_author(g);
		put(g, "<<}");
		break;
	}
	if (!off(g, GEN_NO_COMMENTS) && chance(g, 4))
		put_comment(g);
}

static void put_note_mark(struct gen *g)
{
	unsigned n;

	if (g->in_note || g->pending_count == ARRAY_LEN(g->pending))
		return;
	if (!g->internal && g->pending_count && chance(g, 4)) {
		n = g->pending[below(g, g->pending_count)]; /* a second mark of the same note */
	} else {
		n = ++g->notes;
		if (g->internal) {
			if (g->secret_count == ARRAY_LEN(g->secret_notes))
				return;
			g->secret_notes[g->secret_count++] = n;
		} else {
			g->pending[g->pending_count++] = n;
		}
	}
	put(g, "[^");
	put_id(g, n);
	put(g, "]");
}

/* One piece of inline text; never empty. */
static void put_piece(struct gen *g)
{
	switch (below(g, 26)) {
	case 0:
		if (off(g, GEN_NO_EMPHASIS))
			break;
		put(g, "*");
		put_words(g, 1 + below(g, 3));
		put(g, "*");
		return;
	case 1:
		if (off(g, GEN_NO_EMPHASIS))
			break;
		put(g, "**");
		put_words(g, 1 + below(g, 3));
		put(g, "**");
		return;
	case 2:
		if (off(g, GEN_NO_CODE))
			break;
		put(g, chance(g, 3) ? "``a ` b``" : "`ip -6 route`");
		return;
	case 3:
		if (off(g, GEN_NO_LINKS))
			break;
		put(g, "[");
		put_words(g, 1 + below(g, 3));
		put(g, "](https://example.org/");
		put_number(g, below(g, 100));
		put(g, chance(g, 3) ? " \"A title\")" : ")");
		return;
	case 4:
		if (off(g, GEN_NO_LINKS))
			break;
		put(g, "<https://example.org/auto>");
		return;
	case 5:
		if (off(g, GEN_NO_LINKS))
			break;
		put(g, "[");
		put_words(g, 1);
		put(g, "][");
		put(g, g->o->token ? g->o->token : "ref");
		put(g, "-ref]");
		return;
	case 6:
		if (off(g, GEN_NO_ENTITIES))
			break;
		put_word(g);
		put(g, "&amp;");
		put_word(g);
		return;
	case 7:
		if (off(g, GEN_NO_ENTITIES))
			break;
		put_word(g);
		put(g, chance(g, 2) ? " \\*literal\\* \\{#brace\\}" : "&#x301;x &eacute;");
		return;
	case 8:
	case 9:
		if (off(g, GEN_NO_NOTES))
			break;
		put_word(g);
		put_note_mark(g);
		return;
	case 10:
	case 11:
		if (off(g, GEN_NO_XREFS | GEN_NO_ATTRS | GEN_NO_HEADINGS) || !g->target_count || g->in_heading)
			break;
		put_word(g);
		put(g, " [](#");
		put_id(g, g->targets[below(g, g->target_count)]);
		put(g, ")");
		return;
	case 12:
		if (off(g, GEN_NO_IMAGES) || g->in_heading)
			break;
		put(g, "![");
		put_words(g, 1 + below(g, 3));
		put(g, "](" GEN_IMAGE ")");
		return;
	case 13:
		if (off(g, GEN_NO_HTML) || g->in_cell)
			break;
		put_word(g);
		put(g, "<!-- hidden ");
		put_token(g);
		put(g, " -->");
		return;
	case 14:
		if (off(g, GEN_NO_HTML))
			break;
		put_word(g);
		put(g, "<span title=\"");
		put_token(g);
		put(g, "\">");
		put_word(g);
		put(g, "</span>");
		return;
	case 15:
	case 16:
		if (off(g, GEN_NO_COMMENTS) || !g->suggestions)
			break;
		put_word(g);
		if (chance(g, 2)) {
			put(g, g->spaces ? " {==" : "{==");
			put_plain(g, 2);
			put(g, "==}");
		}
		put_comment(g);
		return;
	case 17:
	case 18:
	case 19:
		if (off(g, GEN_NO_SUGGESTIONS) || !g->suggestions || g->in_suggestion)
			break;
		put_word(g);
		put(g, g->spaces ? " " : "");
		put_suggestion(g);
		return;
	case 20:
		if (off(g, GEN_NO_BREAKS) || g->in_cell || g->in_heading)
			break;
		put_word(g);
		put(g, chance(g, 2) ? "  " : "\\");
		line_end(g);
		put_word(g);
		return;
	case 21:
		if (!g->in_cell)
			break;
		put(g, "IXP \\| NRI");
		return;
	default:
		break;
	}
	put_words(g, 1 + below(g, 5));
}

static void put_inlines(struct gen *g, size_t pieces)
{
	put_word(g);
	for (size_t i = 0; i < pieces; i++) {
		put_space(g);
		put_piece(g);
	}
}

static void put_sentences(struct gen *g, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			put(g, g->spaces ? " " : "");
		put_inlines(g, 2 + below(g, 6));
		put(g, g->spaces ? "." : "。");
	}
}

/* ---- attribute lists ---- */

#define ATTR_NO_ID 1u
#define ATTR_NO_TARGET 2u
#define ATTR_PARAGRAPH 4u

/* extra: more items, or NULL.  Returns the id given, or 0. */
static unsigned put_list(struct gen *g, unsigned flags, const char *extra)
{
	bool hidden = chance(g, 2);
	unsigned id = 0;

	put(g, hidden ? "<!-- {" : "{");
	if (!(flags & ATTR_NO_ID)) {
		id = ++g->ids;
		put(g, "#");
		put_id(g, id);
		if (!g->internal && !(flags & ATTR_NO_TARGET) && g->target_count < ARRAY_LEN(g->targets) && !g->in_suggestion)
			g->targets[g->target_count++] = id;
	} else {
		put(g, "role=context");
	}
	if (chance(g, 3))
		put(g, flags & ATTR_NO_ID ? " x=1" : " role=ask");
	if (chance(g, 3)) {
		put(g, " note=\"see ");
		put_token(g);
		put(g, chance(g, 2) ? " there\"" : " \\\"so\\\"\"");
	}
	if (g->o->token && chance(g, 3)) {
		put(g, " ");
		put_token(g);
		put(g, "=");
		put_token(g);
	}
	if (flags & ATTR_PARAGRAPH && chance(g, 6))
		put(g, " .unnumbered");
	/* Told by the id, so that a text with labels is otherwise what it was without. */
	if (id && !extra && !g->o->token && !off(g, GEN_NO_LABELS) && id % 5 == 2) {
		put(g, " label=\"");
		put_number(g, id);
		put(g, " bis\"");
	}
	if (extra) {
		put(g, " ");
		put(g, extra);
	}
	put(g, hidden ? "} -->" : "}");
	return id;
}

static void put_attr_line(struct gen *g, unsigned flags, const char *extra)
{
	if (off(g, GEN_NO_ATTRS))
		return;
	put_list(g, flags, extra);
	line_end(g);
}

static void maybe_attr_line(struct gen *g, unsigned flags)
{
	if (chance(g, 2))
		put_attr_line(g, flags, NULL);
}

/* ---- blocks: each begins where a line begins and ends after its last line's end, prefix not written ---- */

static void end_block(struct gen *g)
{
	buf_char(g->out, '\n');
}

static void blank(struct gen *g)
{
	size_t n = strlen(g->prefix);

	while (n && g->prefix[n - 1] == ' ')
		n--;
	buf_put(g->out, g->prefix, n);
	buf_char(g->out, '\n');
}

static void put_heading(struct gen *g)
{
	unsigned level = 1 + (unsigned)below(g, 3);

	g->in_heading = true;
	if (chance(g, 5)) {
		maybe_attr_line(g, 0);
		put_inlines(g, 1 + below(g, 3));
		line_end(g);
		put(g, level > 1 ? "-----" : "=====");
	} else {
		for (unsigned i = 0; i < level; i++)
			put(g, "#");
		put(g, " ");
		put_inlines(g, 1 + below(g, 3));
		if (chance(g, 4))
			put(g, " ##");
		if (!off(g, GEN_NO_ATTRS) && chance(g, 2)) {
			put(g, " ");
			put_list(g, 0, NULL);
		}
	}
	g->in_heading = false;
	end_block(g);
}

static void put_paragraph(struct gen *g)
{
	put_sentences(g, 1 + below(g, 3));
	end_block(g);
}

static void put_table(struct gen *g)
{
	size_t columns = 1 + below(g, 4), rows = 1 + below(g, 4);
	static const char *const rules[] = { "---", ":--", "--:", ":-:" };

	g->in_cell = true;
	for (size_t r = 0; r <= rows; r++) {
		put(g, "|");
		for (size_t c = 0; c < columns; c++) {
			put(g, " ");
			if (r == 0 || !chance(g, 8))
				put_inlines(g, below(g, 3));
			put(g, " |");
		}
		if (r == 0) {
			line_end(g);
			put(g, "|");
			for (size_t c = 0; c < columns; c++) {
				put(g, rules[below(g, ARRAY_LEN(rules))]);
				put(g, "|");
			}
		}
		if (r < rows)
			line_end(g);
	}
	g->in_cell = false;
	end_block(g);
}

static void put_code(struct gen *g)
{
	bool fenced = chance(g, 2) || g->depth || g->after_note;
	const char *prefix = g->prefix;

	if (fenced) {
		put(g, "```");
		if (g->o->token && chance(g, 2))
			put_token(g);
		line_end(g);
		put(g, "if (x) { /* {++no markup++} [^nor] | a note */ }");
		line_end(g);
		put(g, "  second   line");
		line_end(g);
		put(g, "```");
	} else {
		put(g, "    indented {#code} *here*");
		buf_char(g->out, '\n');
		put(g, "    and here");
	}
	g->prefix = prefix;
	end_block(g);
}

static void put_block(struct gen *g);
static void put_quote(struct gen *g);

/* A list at the current prefix; its lines get a deeper one. */
static void put_list_block(struct gen *g)
{
	bool ordered = chance(g, 2), loose = chance(g, 3);
	size_t items = 1 + below(g, 4);
	const char *outer = g->prefix;
	char inner[256];
	size_t n = strlen(outer);

	if (n + 4 >= sizeof(inner))
		return;
	memcpy(inner, outer, n);
	memcpy(inner + n, ordered ? "   " : "  ", ordered ? 4 : 3);
	g->depth++;
	for (size_t i = 0; i < items; i++) {
		bool internal = g->internal;

		if (i)
			put(g, outer);
		if (ordered) {
			put_number(g, i + 1);
			put(g, ". ");
		} else {
			put(g, "- ");
		}
		g->prefix = inner;
		if (!off(g, GEN_NO_ATTRS) && !g->in_note && chance(g, 3)) {
			if (!off(g, GEN_NO_INTERNAL) && !g->internal && i && chance(g, 3)) {
				g->internal = true;
				put_list(g, 0, ".internal");
			} else {
				put_list(g, 0, NULL);
			}
			put(g, " ");
		}
		put_sentences(g, 1);
		end_block(g);
		if (g->depth < 3 && chance(g, 4)) {
			if (loose)
				blank(g);
			put(g, inner);
			put_list_block(g);
			g->prefix = inner;
		} else if (loose && chance(g, 4)) {
			blank(g);
			put(g, inner);
			if (!off(g, GEN_NO_QUOTES) && g->depth < 3 && chance(g, 4))
				put_quote(g);
			else if (!off(g, GEN_NO_CODE) && chance(g, 3))
				put_code(g);
			else
				put_paragraph(g);
		}
		g->internal = internal;
		g->prefix = outer;
		if (loose && i + 1 < items)
			blank(g);
	}
	g->depth--;
	g->prefix = outer;
}

static void put_quote(struct gen *g)
{
	const char *outer = g->prefix;
	char inner[256];
	size_t n = strlen(outer);

	if (n + 3 >= sizeof(inner))
		return;
	memcpy(inner, outer, n);
	memcpy(inner + n, "> ", 3);
	put(g, "> ");
	g->prefix = inner;
	g->depth++;
	/* One in six opens with something else than a paragraph. */
	if (!off(g, GEN_NO_LISTS) && chance(g, 8))
		put_list_block(g);
	else if (!off(g, GEN_NO_CODE) && !g->after_note && chance(g, 12))
		put_code(g);
	else
		put_paragraph(g);
	if (chance(g, 3)) {
		blank(g);
		put(g, inner);
		if (!off(g, GEN_NO_LISTS) && chance(g, 2))
			put_list_block(g);
		else
			put_paragraph(g);
	}
	g->depth--;
	g->prefix = outer;
}

static void put_html(struct gen *g)
{
	switch (below(g, 3)) {
	case 0:
		put(g, "<!-- a comment: ");
		put_token(g);
		put(g, " -->");
		break;
	case 1:
		put(g, "<!-- a comment\nof two lines, ");
		put_token(g);
		put(g, " -->");
		break;
	case 2:
		put(g, "<div class=\"");
		put_token(g);
		put(g, "\">\n");
		put_token(g);
		put(g, "\n</div>");
		break;
	}
	end_block(g);
}

static void define_notes(struct gen *g, unsigned *notes, size_t *count, bool internal)
{
	bool was = g->internal;

	g->internal = internal;
	g->in_note = true;
	for (size_t i = 0; i < *count; i++) {
		put(g, "[^");
		put_id(g, notes[i]);
		put(g, "]: ");
		g->prefix = "    ";
		put_sentences(g, 1);
		end_block(g);
		if (chance(g, 4)) {
			buf_char(g->out, '\n');
			put(g, "    ");
			if (!off(g, GEN_NO_LISTS) && chance(g, 3))
				put_list_block(g);
			else if (!off(g, GEN_NO_CODE) && chance(g, 3))
				g->depth++, put_code(g), g->depth--;
			else
				put_paragraph(g);
		}
		g->prefix = "";
		buf_char(g->out, '\n');
	}
	g->after_note = *count != 0;
	*count = 0;
	g->in_note = false;
	g->internal = was;
}

static void put_container(struct gen *g)
{
	size_t blocks = 1 + below(g, 3);

	put(g, chance(g, 3) ? "::: internal tlp=amber\n\n" : "::: internal\n\n");
	g->internal = true;
	for (size_t i = 0; i < blocks; i++)
		put_block(g);
	g->internal = false;
	put(g, ":::\n");
}

/* Whole blocks inserted or removed, and a removal across a paragraph's end. */
static void put_block_suggestion(struct gen *g)
{
	bool was = g->suggestions;

	g->suggestions = false;
	g->in_suggestion = true;
	switch (below(g, 4)) {
	case 0:
		put(g, "{++");
		put_paragraph(g);
		buf_char(g->out, '\n');
		put(g, "++}");
		put_paragraph(g); /* what was there */
		break;
	case 1:
		put(g, "{--");
		put_paragraph(g);
		buf_char(g->out, '\n');
		put_paragraph(g);
		buf_char(g->out, '\n');
		put(g, "--}");
		put_paragraph(g);
		break;
	case 2: /* two paragraphs to become one */
		put_words(g, 3);
		put(g, " {--");
		put_words(g, 2);
		put(g, ".\n\n");
		put_words(g, 2);
		put(g, " --}");
		put_words(g, 3);
		put(g, ".\n");
		break;
	case 3: /* one to become two */
		put_words(g, 3);
		put(g, "{++.\n\n++}");
		put_words(g, 3);
		put(g, ".\n");
		break;
	}
	g->suggestions = was;
	g->in_suggestion = false;
}

/* One block at the margin, with what may stand above it, and a blank line after. */
static void put_block(struct gen *g)
{
	bool internal = g->internal;
	size_t kind = below(g, 24);

	if (kind < 3 && !off(g, GEN_NO_HEADINGS)) {
		put_heading(g);
	} else if (kind < 6 && !off(g, GEN_NO_LISTS)) {
		maybe_attr_line(g, 0);
		put_list_block(g);
		if (chance(g, 2)) {
			/* So that the next list is another one. */
			blank(g);
			put_paragraph(g);
		} else {
			blank(g);
			put_words(g, 2);
			end_block(g);
		}
	} else if (kind < 8 && !off(g, GEN_NO_TABLES)) {
		maybe_attr_line(g, 0);
		put_table(g);
	} else if (kind < 9 && !off(g, GEN_NO_QUOTES)) {
		maybe_attr_line(g, 0);
		put_quote(g);
	} else if (kind < 10 && !off(g, GEN_NO_CODE)) {
		maybe_attr_line(g, 0);
		put_code(g);
	} else if (kind < 11 && !off(g, GEN_NO_RULES)) {
		put(g, "* * *\n");
	} else if (kind < 12 && !off(g, GEN_NO_HTML)) {
		put_html(g);
	} else if (kind < 14 && !off(g, GEN_NO_INTERNAL | GEN_NO_ATTRS) && !g->internal) {
		g->internal = true;
		put_attr_line(g, chance(g, 2) ? ATTR_NO_ID : 0, ".internal");
		put_paragraph(g);
		g->internal = internal;
	} else if (kind < 15 && !off(g, GEN_NO_INTERNAL) && !g->internal) {
		put_container(g);
	} else if (kind < 16 && !off(g, GEN_NO_INTERNAL | GEN_NO_ATTRS) && !g->internal) {
		/* Its notes are no secrets, but nobody sees them either. */
		g->internal = true;
		put_attr_line(g, ATTR_NO_ID, ".rationale");
		put_paragraph(g);
		g->internal = internal;
	} else if (kind < 17 && !off(g, GEN_NO_ORAL | GEN_NO_ATTRS) && !g->internal) {
		unsigned id = g->ids + 1;
		char oral[48];
		struct buf name = { 0 };

		put_attr_line(g, ATTR_PARAGRAPH, chance(g, 3) ? "oral=cut" : NULL);
		put_paragraph(g);
		buf_char(g->out, '\n');
		buf_str(&name, ".oral for=");
		buf_str(&name, g->o->token ? g->o->token : "c");
		buf_str(&name, g->o->token ? "-" : "");
		buf_number(&name, id);
		memcpy(oral, name.p, name.n);
		oral[name.n] = '\0';
		buf_done(&name);
		put_attr_line(g, ATTR_NO_ID, oral);
		put_words(g, 5);
		end_block(g);
	} else if (kind < 19 && !off(g, GEN_NO_SUGGESTIONS | GEN_NO_BLOCK_SUGGESTIONS) && g->suggestions) {
		put_block_suggestion(g);
	} else {
		maybe_attr_line(g, ATTR_PARAGRAPH);
		put_paragraph(g);
	}
	buf_char(g->out, '\n');
	g->after_note = false;
	if (!g->internal && g->pending_count && chance(g, 5))
		define_notes(g, g->pending, &g->pending_count, false);
}

static void put_front_matter(struct gen *g, const char *language)
{
	static const char *const numbering[] = { "paragraphs", "paragraphs", "headings", "none" };

	put(g, "---\ntitle: Input on the outcome, number ");
	put_number(g, below(g, 1000));
	put(g, "\nlanguage: ");
	put(g, language);
	put(g, "\norganisation: Example Registry\nnumbering: ");
	put(g, numbering[below(g, ARRAY_LEN(numbering))]);
	if (chance(g, 2))
		put(g, "\ndate: 2025-10-02");
	if (chance(g, 3))
		put(g, "\nendorsed-by: [First Network Group, Second Users' Union]");
	if (chance(g, 2)) {
		put(g, "\nhandled-with: \"");
		put_token(g);
		put(g, "\"   # and ");
		put_token(g);
	}
	put(g, "\n---\n\n");
}

static void finish(struct gen *g, struct buf *text, struct buf *out)
{
	bool crlf = !off(g, GEN_NO_CRLF) && chance(g, 4);

	if (!off(g, GEN_NO_CRLF) && chance(g, 6))
		buf_str(out, "\xef\xbb\xbf");
	if (!off(g, GEN_NO_CRLF) && chance(g, 5))
		while (text->n && text->p[text->n - 1] == '\n')
			text->n--;
	for (size_t i = 0; i < text->n; i++) {
		if (text->p[i] == '\n' && crlf)
			buf_char(out, '\r');
		buf_char(out, text->p[i]);
	}
}

void gen_statement(uint64_t seed, const struct gen_options *o, struct buf *out)
{
	static const char *const languages[] = { "en", "en", "fr", "es", "ar", "zh" };
	struct buf text = { 0 };
	struct gen g = { .r = seed, .o = o, .out = &text, .prefix = "", .suggestions = true };
	size_t blocks;
	const char *language;

	gen_random(&g.r);
	blocks = o->blocks ? o->blocks : 4 + below(&g, 21);
	language = languages[below(&g, off(&g, GEN_NO_SCRIPTS) ? 4 : ARRAY_LEN(languages))];
	if (o->language)
		language = o->language;
	g.words = latin;
	g.word_count = ARRAY_LEN(latin);
	g.spaces = true;
	if (strcmp(language, "ar") == 0) {
		g.words = arabic;
		g.word_count = ARRAY_LEN(arabic);
	} else if (strcmp(language, "zh") == 0) {
		g.words = chinese;
		g.word_count = ARRAY_LEN(chinese);
		g.spaces = false;
	}
	if (!off(&g, GEN_NO_FRONT_MATTER) && !chance(&g, 8))
		put_front_matter(&g, language);
	/* A heading first, so that every reference has words to print. */
	if (!off(&g, GEN_NO_HEADINGS)) {
		put(&g, "# ");
		put_words(&g, 3);
		put(&g, "\n\n");
	}
	for (size_t i = 0; i < blocks; i++)
		put_block(&g);
	define_notes(&g, g.pending, &g.pending_count, false);
	define_notes(&g, g.secret_notes, &g.secret_count, true);
	if (!off(&g, GEN_NO_LINKS)) {
		put(&g, "[");
		put(&g, o->token ? o->token : "ref");
		put(&g, "-ref]: https://example.org/reference 'Its title'\n");
	}
	finish(&g, &text, out);
	buf_done(&text);
}

struct span gen_png(void)
{
	static const char png[] =
		"\211\120\116\107\015\012\032\012\000\000\000\015\111\110\104\122\000\000\000\002\000\000\000\002"
		"\010\000\000\000\000\127\335\122\370\000\000\000\014\111\104\101\124\170\332\143\140\370\017\204"
		"\000\006\000\001\377\255\054\067\045\000\000\000\000\111\105\116\104\256\102\140\202";

	return span_of(png, sizeof(png) - 1);
}
