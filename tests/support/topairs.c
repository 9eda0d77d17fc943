/*
 * Writes random pairs of drafts, an older and a newer one, for tests that other programs judge:
 *	topairs FIRST COUNT DIR [numbers]
 * makes DIR/N.old.md and DIR/N.new.md for each N from FIRST on, and the picture that they show.  Of three pairs one holds every construct
 * of the format with changes of its lines and words, one is made of paragraphs, lists and tables that move, split, join and change their
 * kind, and one of six is of two texts that have nothing in common.  numbers: which paragraphs take one changes as well, and how the text is numbered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "drafts.h"
#include "gen.h"
#include "io/file.h"

#define LINES_MAX 2048u

static bool numbers; /* which paragraphs take numbers changes too */

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool begins(struct span s, const char *with)
{
	return s.n >= strlen(with) && memcmp(s.p, with, strlen(with)) == 0;
}

/* Words in a line come, go and change, where that cannot make another construct of it. */
static void change_words(uint64_t *r, struct span line, struct buf *out)
{
	static const char *const fresh[] = { "brand new", "other", "sustained", "predictable", "not", "2030" };

	for (size_t k = 0; k < line.n; k++) {
		buf_char(out, line.p[k]);
		if (line.p[k] != ' ' || !k || !is_letter(line.p[k - 1]) || k + 1 >= line.n || !is_letter(line.p[k + 1]))
			continue;
		switch (gen_below(r, 11)) {
		case 0:
			buf_str(out, fresh[gen_below(r, ARRAY_LEN(fresh))]);
			buf_char(out, ' ');
			break;
		case 1: { /* the word behind the space goes, up to the next space */
			size_t end = k + 1;

			while (end < line.n && is_letter(line.p[end]))
				end++;
			if (end + 1 < line.n && line.p[end] == ' ' && is_letter(line.p[end + 1]))
				k = end;
			break;
		}
		default:
			break;
		}
	}
}

/* The label in a tag: another one, or none any more. */
static bool change_label(uint64_t *r, struct span line, bool literal, struct buf *out)
{
	static const char *const others[] = { " label=\"3 ter\"", " label=7", " label=\"[12]\"", "" };
	size_t at = span_find(line, SPAN_LIT(" label="), 0), end;

	if (literal || at == SIZE_MAX || gen_below(r, 2))
		return false;
	end = span_find(line, SPAN_LIT("bis\""), at);
	if (end == SIZE_MAX)
		return false;
	buf_add(out, span_sub(line, 0, at));
	buf_str(out, others[gen_below(r, ARRAY_LEN(others))]);
	buf_add(out, span_sub(line, end + 4, line.n));
	buf_char(out, '\n');
	return true;
}

/* A paragraph that takes a number or takes none from now on; the numbering of all, rarely. */
static bool change_numbering(uint64_t *r, struct span line, struct span next, bool literal, struct buf *out)
{
	static const char *const none[] = { " .unnumbered", " role=courtesy" };
	static const char *const modes[] = { "numbering: paragraphs", "numbering: headings", "numbering: none" };
	struct span tag = line;
	size_t at;

	if (literal && begins(line, "numbering:") && gen_below(r, 4) == 0) {
		buf_str(out, modes[gen_below(r, ARRAY_LEN(modes))]);
		buf_char(out, '\n');
		return true;
	}
	at = literal ? SIZE_MAX : span_find(line, SPAN_LIT(" .unnumbered"), 0);
	if (at != SIZE_MAX && gen_below(r, 2)) {
		buf_add(out, span_sub(line, 0, at));
		buf_add(out, span_sub(line, at + strlen(" .unnumbered"), line.n));
		buf_char(out, '\n');
		return true;
	}
	at = span_find_char(line, '}', 0);
	if (literal || at == SIZE_MAX || !begins(tag, "{#") || !next.n || !is_letter(next.p[0]) || gen_below(r, 4))
		return false;
	buf_add(out, span_sub(line, 0, at));
	buf_str(out, none[gen_below(r, ARRAY_LEN(none))]);
	buf_add(out, span_sub(line, at, line.n));
	buf_char(out, '\n');
	return true;
}

/* Another version: rows, items and paragraphs come, go and change places; words change. */
static void change_lines(uint64_t *r, struct span text, struct buf *out)
{
	static struct span lines[LINES_MAX];
	size_t n = 0;
	bool literal = begins(text, "---"); /* front matter, code */

	for (size_t at = 0, end; at < text.n && n < LINES_MAX; at = end + 1) {
		end = span_find_char(text, '\n', at);
		end = end == SIZE_MAX ? text.n : end;
		lines[n++] = span_sub(text, at, end);
	}
	for (size_t i = 0; i < n; i++) {
		struct span line = lines[i];
		bool alone = (i == 0 || !lines[i - 1].n) && i + 1 < n && !lines[i + 1].n; /* a paragraph of one line */
		bool item = begins(line, "- ") && i && (!lines[i - 1].n || begins(lines[i - 1], "- "));
		bool row = begins(line, "|") && i > 1 && begins(lines[i - 2], "|") && i + 1 < n;

		if (begins(line, "```") || begins(line, "~~~") || (literal && i && begins(line, "---")))
			literal = !literal;
		if (change_label(r, line, literal, out) || (numbers && change_numbering(r, line, i + 1 < n ? lines[i + 1] : (struct span){ 0 }, literal, out)))
			continue;
		if (literal || span_find_char(line, '{', 0) != SIZE_MAX || span_find_char(line, '<', 0) != SIZE_MAX || begins(line, ":::")) {
			buf_add(out, line);
			buf_char(out, '\n');
			continue;
		}
		alone = alone && line.n && is_letter(line.p[0]) && (i < 2 || !begins(lines[i - 2], "[^"));
		if ((alone || item || row) && gen_below(r, 9) == 0)
			continue;
		if (row && i + 1 < n && begins(lines[i + 1], "|") && gen_below(r, 7) == 0) {
			lines[i] = lines[i + 1];
			lines[i + 1] = line;
			line = lines[i];
		}
		if (alone && i + 2 < n && lines[i + 2].n && is_letter(lines[i + 2].p[0]) && gen_below(r, 8) == 0) {
			lines[i] = lines[i + 2];
			lines[i + 2] = line;
			line = lines[i];
		}
		change_words(r, line, out);
		buf_char(out, '\n');
		if (alone && gen_below(r, 8) == 0)
			buf_str(out, "\nA whole new paragraph of its own that nobody has seen before.\n");
		if (alone && gen_below(r, 14) == 0)
			buf_str(out, "\n- one item that came\n- another\n");
		if (alone && gen_below(r, 18) == 0)
			buf_str(out, "\n| A | B |\n|---|---|\n| came | with it |\n");
		if (item && gen_below(r, 8) == 0)
			buf_str(out, "- a new item\n");
	}
}

static void make(unsigned seed, struct buf *old, struct buf *new)
{
	static const char *const languages[] = { "en", "fr", "ar", "zh", "en", "es" };
	struct gen_options g = { .language = languages[seed / 3 % ARRAY_LEN(languages)] };
	uint64_t r = seed;

	if (seed % 6 == 5)
		g.off = GEN_NO_XREFS; /* the ids of the two name other clauses, which those of a draft never do */
	if (seed % 3) {
		gen_statement(seed, &g, old);
		if (seed % 6 == 5)
			gen_statement(seed + 100000, &g, new);
		else
			change_lines(&r, buf_span(old), new);
	} else {
		struct random x = { seed * 31337u };
		struct draft a, b;
		char *text;

		draft_make(&x, &a, 1 + upto(&x, 9), seed % 2);
		b = draft_copy(&a);
		for (unsigned i = upto(&x, 7); i > 0; i--)
			draft_mutate(&x, &b);
		buf_str(old, text = draft_text(&a, 1, true));
		free(text);
		buf_str(new, text = draft_text(&b, 2, true));
		free(text);
		draft_done_random(&a);
		draft_done_random(&b);
	}
}

static int put(const char *dir, unsigned n, const char *what, struct span bytes)
{
	char path[512];
	struct fault f = { 0 };

	snprintf(path, sizeof(path), "%s/%u%s", dir, n, what);
	if (file_replace(path, bytes, NULL, &f) == 0)
		return 0;
	fprintf(stderr, "%s: %s\n", path, f.message);
	return 1;
}

int main(int argc, char **argv)
{
	char path[512];
	struct fault f = { 0 };
	unsigned first, count;

	if (argc != 4 && argc != 5)
		return 2;
	numbers = argc == 5;
	first = (unsigned)strtoul(argv[1], NULL, 10);
	count = (unsigned)strtoul(argv[2], NULL, 10);
	snprintf(path, sizeof(path), "%s/" GEN_IMAGE, argv[3]);
	if (file_replace(path, gen_png(), NULL, &f) < 0)
		return 4;
	for (unsigned i = first; i < first + count; i++) {
		struct buf old = { 0 }, new = { 0 };
		int r;

		make(i, &old, &new);
		r = put(argv[3], i, ".old.md", buf_span(&old)) || put(argv[3], i, ".new.md", buf_span(&new));
		buf_done(&old);
		buf_done(&new);
		if (r)
			return 4;
	}
	return 0;
}
