/*
 * chars: the checks of the text itself that are nearly never wrong: broken or mixed quotation marks, placeholders,
 * characters that nobody can see or that look like others, numbers typed by hand.
 *
 * Source: DESIGN.md section 6; FORMAT.md F4 (typed numbers).
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "check/internal.h"
#include "check/token.h"
#include "check/words.h"

#define SUSPENDED 40u /* bytes behind "short-" in which "long-term" is looked for */

/* ---- characters that cannot be seen ---- */

static const char *hidden_name(uint32_t cp)
{
	static const struct { uint32_t cp; const char *name; } names[] = {
		{ 0xb, "a line end of another program" },
		{ 0xc, "a page end of another program" },
		{ 0x85, "a line end of another program" },
		{ 0x2028, "a line end of another program" },
		{ 0x2029, "the end of a paragraph in another program" },
		{ 0xad, "a soft hyphen" },
		{ 0x200b, "a zero width space" },
		{ 0x200c, "a zero width non-joiner" },
		{ 0x200d, "a zero width joiner" },
		{ 0x200e, "a left-to-right mark" },
		{ 0x200f, "a right-to-left mark" },
		{ 0x202a, "a left-to-right embedding" },
		{ 0x202b, "a right-to-left embedding" },
		{ 0x202c, "the end of a change of direction" },
		{ 0x202d, "a left-to-right override" },
		{ 0x202e, "a right-to-left override" },
		{ 0x2060, "a word joiner" },
		{ 0x2066, "a left-to-right isolate" },
		{ 0x2067, "a right-to-left isolate" },
		{ 0x2068, "a first strong isolate" },
		{ 0x2069, "the end of an isolate" },
		{ 0x61c, "an Arabic letter mark" },
		{ 0xfeff, "a zero width no-break space" },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].cp == cp)
			return names[i].name;
	if (cp < 0xa0)
		return "a control character";
	return "a character that nobody can see";
}

static bool is_hidden(uint32_t cp)
{
	if (cp < 0x80)
		return (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || cp == 0x7f;
	return cp < 0xa0 || cp_ignorable(cp) || (cp >= 0x200e && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2061 && cp <= 0x206f) ||
	       cp == 0x61c || cp == 0x180e || (cp >= 0xfff9 && cp <= 0xfffb) || (cp >= 0xe0000 && cp <= 0xe0fff);
}

static bool is_closing(uint32_t cp)
{
	return cp == 0x202c || cp == 0x2069;
}

/* Scripts in which joiners and direction marks are part of good spelling. */
static bool uses_joiners(uint32_t cp)
{
	enum script s = cp_script(cp);

	return s == SCRIPT_RTL || s == SCRIPT_COMPLEX;
}

static bool is_allowed(struct span s, size_t at, size_t after, uint32_t cp, bool rtl)
{
	size_t before = at;

	if (cp == 0x200e || cp == 0x200f || cp == 0x61c)
		return rtl;
	if (cp != 0x200c && cp != 0x200d)
		return false;
	if (!at)
		return false;
	do
		before--;
	while (before && ((unsigned char)s.p[before] & 0xc0) == 0x80);
	if (uses_joiners(utf8_next(s.p, s.n, &before)))
		return true;
	/* a joiner in a picture made of several, 👩‍💻 */
	return cp == 0x200d && after < s.n && utf8_next(s.p, s.n, &after) >= 0x1f000;
}

static void hidden(struct check *k, const struct clause *c)
{
	struct span s = leaf_span(&k->leaf);
	uint32_t said[16];
	size_t count = 0, i = 0;
	bool rtl = false;

	for (size_t at = 0; at < s.n && !rtl;)
		rtl = (unsigned char)s.p[at] >= 0xd6 ? cp_script(utf8_next(s.p, s.n, &at)) == SCRIPT_RTL : (at++, false);
	while (i < s.n) {
		size_t at = i, times = 0;
		uint32_t cp = utf8_next(s.p, s.n, &i);
		bool known = false;
		struct finding *f;

		if (!is_hidden(cp) || is_allowed(s, at, i, cp, rtl) || (is_closing(cp) && count))
			continue;
		for (size_t n = 0; n < count; n++)
			known |= said[n] == cp;
		/* one finding a paragraph for each such character */
		if (known || count == ARRAY_LEN(said) || !(f = check_find(k, "hidden-char", c, check_source(k, (uint32_t)at))))
			continue;
		said[count++] = cp;
		for (size_t j = at; j < s.n;)
			times += utf8_next(s.p, s.n, &j) == cp;
		f->excerpt = arena_printf(&k->r->findings.arena, "U+%04X", cp);
		if (cp_white(cp))
			check_say(k, f, "U+%04X, %s, stands here, and some readers show a box for it: put a space or an empty line in its place.", cp, hidden_name(cp));
		else if (times > 1)
			check_say(k, f, "U+%04X, %s, stands here, and %zu times in this paragraph. No reader can see it: delete it.", cp, hidden_name(cp), times);
		else
			check_say(k, f, "U+%04X, %s, stands here. No reader can see it: delete it.", cp, hidden_name(cp));
	}
}

/* The letter of a mixed word that is out of place: the first that is not of the script of most. */
static void mixed(struct check *k, const struct clause *c)
{
	struct span s = leaf_span(&k->leaf);

	for (size_t t = 0; t < k->leaf.token_count; t++) {
		const struct token *w = &k->leaf.tokens[t];
		size_t latin = 0, other = 0, odd = SIZE_MAX, odd_latin = SIZE_MAX;
		uint32_t cp = 0, latin_cp = 0;
		struct finding *f;

		if (!(w->flags & TOKEN_MIXED))
			continue;
		for (size_t i = w->begin; i < w->end;) {
			size_t at = i;
			uint32_t ch = utf8_next(s.p, w->end, &i);

			if (!cp_letter(ch) || cp_mark(ch))
				continue;
			if (ch < 0x250) {
				latin++;
				if (odd_latin == SIZE_MAX) {
					odd_latin = at;
					latin_cp = ch;
				}
			} else {
				other++;
				if (odd == SIZE_MAX) {
					odd = at;
					cp = ch;
				}
			}
		}
		/* "10 µm", "α-particle", "δW" are good spelling: one Greek letter at the head of a word. */
		if (!latin || !other || (cp >= 0x370 && cp < 0x400 && other == 1 && odd == w->begin))
			continue;
		if (other > latin) {
			odd = odd_latin;
			cp = latin_cp;
		}
		f = check_find(k, "hidden-char", c, check_source(k, (uint32_t)odd));
		if (!f)
			continue;
		f->excerpt = arena_dup(&k->r->findings.arena, span_sub(s, w->begin, w->end));
		check_say(k, f, "U+%04X (%s) stands in the word \"%.*s\" among letters of another script that look like it: search and print will not find the word. Type it again.",
			  cp, cp < 0x250 ? "Latin" : cp < 0x400 ? "Greek" : cp < 0x530 ? "Cyrillic" : "full-width", SPAN_ARG(f->excerpt));
	}
}

/* ---- quotation marks ---- */

static bool is_letter_at(struct span s, size_t at)
{
	return at < s.n && token_class_of(utf8_next(s.p, s.n, &at)) != TOKEN_SEPARATES;
}

static bool letter_before(struct span s, size_t at)
{
	if (!at)
		return false;
	do
		at--;
	while (at && ((unsigned char)s.p[at] & 0xc0) == 0x80);
	return is_letter_at(s, at);
}

/* Does a mark at [at, end) stand where a quotation begins: before a letter, and behind none? */
static bool before_word(struct span s, size_t at, size_t end)
{
	return is_letter_at(s, end) && !letter_before(s, at);
}

/* ”Så här”: languages that open a quotation with the mark that closes it. */
static bool quotes_alike(struct span language)
{
	for (size_t i = 0; i < words_quotes_alike_count; i++) {
		struct span tag = span_str(words_quotes_alike[i]);

		if (language.n >= tag.n && span_eq_nocase(span_sub(language, 0, tag.n), tag) && (language.n == tag.n || language.p[tag.n] == '-' || language.p[tag.n] == '_'))
			return true;
	}
	return false;
}

static void say_quote(struct check *k, const struct clause *c, size_t at, size_t end, const char *what)
{
	struct finding *f = check_find(k, "quotes", c, check_source(k, (uint32_t)at));

	if (!f)
		return;
	f->excerpt = arena_dup(&k->r->findings.arena, span_sub(leaf_span(&k->leaf), at, end));
	check_say(k, f, "%.*s %s", SPAN_ARG(f->excerpt), what);
}

/* One finding a paragraph, at the first mark that is wrong. */
static void quotes(struct check *k, const struct clause *c)
{
	struct span s = leaf_span(&k->leaf);
	size_t open = SIZE_MAX, open_end = 0, low = SIZE_MAX, angle = SIZE_MAX, straight = SIZE_MAX, first_straight = SIZE_MAX;
	bool curly = false, alike = k->leaf.mark_count && quotes_alike(k->d->meta.language), turned = false; /* turned: »so« */

	for (size_t m = 0; m < k->leaf.mark_count; m++) {
		size_t at = k->leaf.marks[m], i = at;
		uint32_t cp = utf8_next(s.p, s.n, &i);
		const struct run *run = leaf_run(&k->leaf, (uint32_t)at);

		if (run && run->format & FMT_CODE)
			continue; /* a name, a command */
		switch (cp) {
		case 0x201c: /* “ */
			if (low != SIZE_MAX) {
				low = SIZE_MAX;
				break;
			}
			if (open != SIZE_MAX) {
				say_quote(k, c, open, open_end, "opens a quotation that is not closed before the next one opens. Close it with ”.");
				return;
			}
			open = at;
			open_end = i;
			curly = true;
			break;
		case 0x201d: /* ” */
			if (open == SIZE_MAX && low == SIZE_MAX && alike && before_word(s, at, i)) {
				open = at;
				open_end = i;
				curly = true;
				break;
			}
			if (open == SIZE_MAX && low == SIZE_MAX) {
				say_quote(k, c, at, i, "closes a quotation that no “ opens. Put “ where it begins, or take the mark out.");
				return;
			}
			if (low != SIZE_MAX)
				low = SIZE_MAX;
			else
				open = SIZE_MAX;
			break;
		case 0x201e:
			low = at;
			break;
		case 0xab:
			turned = turned && angle != SIZE_MAX;
			angle = turned ? SIZE_MAX : at;
			break;
		case 0xbb:
			turned = angle == SIZE_MAX && before_word(s, at, i);
			angle = turned ? at : SIZE_MAX;
			break;
		case '"':
			if (first_straight == SIZE_MAX)
				first_straight = at;
			straight = straight == SIZE_MAX ? at : SIZE_MAX;
			break;
		}
	}
	/* A quotation of several paragraphs opens each of them and closes the last: “ alone at the head is good style. */
	if (open != SIZE_MAX && straight != SIZE_MAX)
		say_quote(k, c, open, open_end, "opens a quotation that a straight mark \" closes. Use one kind: “ … ”.");
	else if (open != SIZE_MAX && open > 0)
		say_quote(k, c, open, open_end, "opens a quotation that is not closed in this paragraph. Close it with ”.");
	else if (low != SIZE_MAX)
		say_quote(k, c, low, low + 3, "opens a quotation that is not closed in this paragraph. Close it with “.");
	else if (angle != SIZE_MAX)
		say_quote(k, c, angle, angle + 2, turned ? "opens a quotation that is not closed in this paragraph. Close it with «." :
							   "opens a quotation that is not closed in this paragraph. Close it with ».");
	else if (straight != SIZE_MAX && !(letter_before(s, straight) && straight && s.p[straight - 1] >= '0' && s.p[straight - 1] <= '9'))
		say_quote(k, c, straight, straight + 1, "stands here without a partner. Close the quotation, or take the mark out.");
	else if (curly && first_straight != SIZE_MAX)
		say_quote(k, c, first_straight, first_straight + 1, "is a straight mark, and others in this paragraph are curly (“ … ”). Use one kind.");
}

/* ---- placeholders ---- */

static bool equals(struct span s, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_eq_nocase(s, span_str(words[i])))
			return true;
	return false;
}

static void placeholders(struct check *k, const struct clause *c)
{
	struct span s = leaf_span(&k->leaf);
	const struct token *t = k->leaf.tokens;

	for (size_t i = 0; i < k->leaf.sentence_count; i++) {
		const struct sentence *sen = &k->leaf.sentences[i];
		bool found = false;

		if (!(sen->flags & CLASS_PLACEHOLDER))
			continue;
		for (uint32_t w = sen->first; w < sen->last && !found; w++) {
			struct span word = span_sub(s, t[w].begin, t[w].end), shown = word;
			size_t open = t[w].begin;
			struct finding *f;

			if (!(k->terms->classes[t[w].class].flags & CLASS_PLACEHOLDER))
				continue;
			while (open && s.p[open - 1] == ' ')
				open--;
			if (open && s.p[open - 1] == '[') {
				size_t close = span_find_char(s, ']', t[w].end);

				shown = check_excerpt(k, span_sub(s, open - 1, close == SIZE_MAX ? t[w].end : close + 1));
				open--;
				if (close == SIZE_MAX)
					continue;
			} else if (!equals(word, words_placeholders, words_placeholder_count) ||
				   (w && (k->terms->classes[t[w - 1].class].flags & CLASS_REFERENCE)) ||
				   (word.n > 2 && word.p[0] != 'X' && word.p[0] != 'x' && word.p[0] != 'T')) {
				/* "Article XX" is a number; "tbc" in small letters may be a word of some language */
				continue;
			} else {
				open = t[w].begin;
			}
			f = check_find(k, "placeholder", c, check_source(k, (uint32_t)open));
			found = true;
			if (!f)
				continue;
			f->excerpt = arena_dup(&k->r->findings.arena, shown);
			check_say(k, f, "\"%.*s\" is a placeholder: write what belongs here, or take it out.", SPAN_ARG(f->excerpt));
		}
	}
}

/* ---- numbers and bullets typed by hand ---- */

static bool is_roman(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("ivxlcIVXLC", s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_letter_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Does b stand directly behind a, as a paragraph or as the one in the next item? */
static bool follows_on(const struct block *a, const struct block *b)
{
	return a->next == b || (a->parent->kind == BLOCK_ITEM && a->parent->next == b->parent);
}

/*
 * A word cut in two at a line end, as in text from a PDF: the line end becomes a space behind the hyphen.  "short-" above
 * "and long-term" is meant so.
 */
static void cut_words(struct check *k, const struct clause *c)
{
	const struct block *b = k->leaf.block;
	struct span s = k->d->source;
	size_t end = b->origin.end < s.n ? b->origin.end : s.n, at;

	if (b->kind != BLOCK_PARAGRAPH || b->part.n)
		return; /* only Markdown has lines */
	for (at = b->origin.begin; at < end && (at = span_find_char(span_sub(s, 0, end), '\n', at)) != SIZE_MAX; at++) {
		size_t hyphen = at - (at > b->origin.begin && s.p[at - 1] == '\r'), from, next = at + 1, to, word;
		struct finding *f;

		if (hyphen < b->origin.begin + 2 || s.p[hyphen - 1] != '-' || !is_letter_byte(s.p[hyphen - 2]))
			continue;
		while (next < end && (s.p[next] == ' ' || s.p[next] == '>'))
			next++;
		for (to = word = next; to < end && is_letter_byte(s.p[to]);)
			to++;
		word = next;
		if (word == to || !cp_lower(utf8_next(s.p, s.n, &word)))
			continue;
		for (from = hyphen - 1; from > b->origin.begin && is_letter_byte(s.p[from - 1]);)
			from--;
		for (word = to; word < end && word < to + SUSPENDED && s.p[word] != '\n' && !(s.p[word] == '-' && word + 1 < end && is_letter_byte(s.p[word + 1]));)
			word++;
		if (word < end && word < to + SUSPENDED && s.p[word] == '-')
			continue;
		f = check_find(k, "hidden-char", c, from);
		if (f) {
			f->excerpt = arena_printf(&k->r->findings.arena, "%.*s %.*s", SPAN_ARG(span_sub(s, from, hyphen)), SPAN_ARG(span_sub(s, next, to)));
			check_say(k, f, "a line ends inside a word, so \"%.*s\" is printed, with a space: write the word in one piece.", SPAN_ARG(f->excerpt));
		}
		return; /* one finding a paragraph */
	}
}

static void typed_number(struct check *k, const struct clause *c)
{
	struct span s = leaf_span(&k->leaf);
	size_t at = 0, begin;
	struct span inner;
	struct finding *f;
	bool bullet = false, paren, follows;

	if (k->leaf.block->kind != BLOCK_PARAGRAPH || k->leaf.block->in_note || !s.n)
		return;
	static const char *const bullets[] = { "•", "▪", "◦", "‣", "●", "○", "■", "□", "·", "–", "\xef\x82\xb7" /* U+F0B7, of Symbol, as Word types it */ };

	for (size_t i = 0; i < ARRAY_LEN(bullets); i++) {
		size_t n = strlen(bullets[i]);

		if (s.n > n && memcmp(s.p, bullets[i], n) == 0 && (s.p[n] == ' ' || s.p[n] == '\t')) {
			bullet = true;
			at = n;
		}
	}
	if (!bullet) {
		paren = s.p[0] == '(';
		at = begin = paren;
		while (at < s.n && at - begin < 5 && token_byte[(unsigned char)s.p[at]] > TOKEN_HIGH)
			at++;
		inner = span_sub(s, begin, at);
		if (!inner.n || at + 1 >= s.n || s.p[at + 1] != ' ' || !(s.p[at] == ')' || (s.p[at] == '.' && !paren)))
			return;
		/* one letter, a number, or a roman number */
		if (!(inner.n == 1 || is_roman(inner) || strspn(inner.p, "0123456789") >= inner.n))
			return;
		/* "A. Smith": a capital and a full stop may be somebody's name */
		if (s.p[at] == '.' && !is_roman(inner) && !(inner.p[0] >= '0' && inner.p[0] <= '9') && !(inner.p[0] >= 'a' && inner.p[0] <= 'z'))
			return;
		at++;
	}
	/* One list typed by hand is one slip, said at its first line. */
	follows = k->typed && follows_on(k->typed, k->leaf.block);
	k->typed = k->leaf.block;
	if (follows || !(f = check_find(k, "typed-number", c, check_source(k, 0))))
		return;
	f->excerpt = arena_dup(&k->r->findings.arena, span_sub(s, 0, at));
	if (bullet)
		check_say(k, f, "\"%.*s\" was typed as a bullet, and is text to every reader. Begin the line with \"- \" to make a list of it.", SPAN_ARG(f->excerpt));
	else
		check_say(k, f, "\"%.*s\" was typed by hand and is text: it does not count on when items come or go. Begin the line with \"1. \" to make a numbered list of it.",
			  SPAN_ARG(f->excerpt));
}

void chars_leaf(struct check *k, const struct clause *c)
{
	if (k->leaf.flags & LEAF_ODD) {
		hidden(k, c);
		mixed(k, c);
	}
	if (k->leaf.flags & LEAF_QUOTE_MARKS && k->leaf.block->kind != BLOCK_CODE)
		quotes(k, c);
	placeholders(k, c);
	cut_words(k, c);
	typed_number(k, c);
}
