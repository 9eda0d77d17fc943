/* The comparison of two statements: kinds, parts, moves, splits, merges, leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>
#include <uniwbrk.h>

#include "diff/diff.h"
#include "diff/words.h"
#include "format/format.h"
#include "joins.h"
#include "tiny.h"

/* "a=edited* b=added ..." : ids (or "-"), kinds, a star where moved */
static char *kinds(const struct comparison *c)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < c->count; i++)
		buf_printf(&b, "%s%.*s=%s%s", i ? " " : "", c->entries[i].id.n ? (int)c->entries[i].id.n : 1,
			   c->entries[i].id.n ? c->entries[i].id.p : "-", change_name(c->entries[i].kind), c->entries[i].moved ? "*" : "");
	buf_char(&b, '\0');
	return b.p;
}

/* "the =text -was +is |" of one entry */
static char *parts(const struct change_entry *e)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < e->part_count; i++) {
		const struct part *p = &e->parts[i];

		if (p->op == '=')
			buf_add(&b, p->text);
		else
			buf_printf(&b, p->op == '-' ? "[-%.*s-]" : "{+%.*s+}", SPAN_ARG(p->text));
	}
	buf_char(&b, '\0');
	return b.p;
}

struct fixture {
	struct statement *a, *b;
	struct comparison *c;
};

static struct fixture compare(const char *old, const char *new)
{
	struct fixture f = { .a = tiny(old), .b = tiny(new) };
	struct diff_options o = { 0 };

	assert_int_equal(diff_statements(f.a, f.b, &o, &f.c, NULL), 0);
	assert_null(parts_wrong(f.c));
	return f;
}

static void done(struct fixture *f)
{
	comparison_free(f->c);
	statement_free(f->a);
	statement_free(f->b);
}

static void check_kinds(const char *old, const char *new, const char *want)
{
	struct fixture f = compare(old, new);
	char *got = kinds(f.c);

	assert_string_equal(got, want);
	free(got);
	done(&f);
}

static void check_parts(const char *old, const char *new, size_t entry, const char *want)
{
	struct fixture f = compare(old, new);
	char *got;

	assert_true(entry < f.c->count);
	got = parts(&f.c->entries[entry]);
	assert_string_equal(got, want);
	free(got);
	done(&f);
}

static void kinds_of_change(void **state)
{
	(void)state;
	check_kinds("{#a}\nOne two three.\n\n{#b}\nFour five six.", "{#a}\nOne two three.\n\n{#b}\nFour five seven.", "a=same b=edited");
	check_kinds("{#a}\nOne two three.", "{#a}\nOne two three.\n\n{#b}\nNew words.", "a=same b=added");
	check_kinds("{#a}\nOne two three.\n\n{#b}\nOld words.\n\n{#c}\nLast.", "{#a}\nOne two three.\n\n{#c}\nLast.",
		    "a=same b=removed c=same");
	check_kinds("One two three.\n\nFour five six.", "One two three.\n\nFour five seven.", "-=same -=edited");
	check_kinds("{#a}\nOne *two* three.", "{#a}\nOne two three.", "a=formatted");
	check_kinds("{#a}\nOne two\nthree.", "{#a}\nOne\ntwo   three.", "a=same");
	check_kinds("{#a}\nAlpha beta gamma.\n\n{#b}\nDelta epsilon.\n\n{#c}\nZeta eta theta.",
		    "{#c}\nZeta eta theta.\n\n{#a}\nAlpha beta gamma.\n\n{#b}\nDelta epsilon.", "c=same* a=same b=same");
}

static void words_of_an_edit(void **state)
{
	(void)state;
	check_parts("{#a}\nWe call on Member States to give the Forum a permanent mandate, with stable funding for its secretariat.",
		    "{#a}\nWe call on Member States to give the Forum a permanent mandate, with stable and predictable funding for its secretariat.",
		    0, "We call on Member States to give the Forum a permanent mandate, with stable {+and predictable +}funding for its secretariat.");
	check_parts("{#a}\nGovernments should recognize Internet exchange points as critical digital infrastructure: they keep local traffic local.",
		    "{#a}\nGovernments should recognize Internet exchange points as critical local infrastructure: they keep local traffic local, and make it faster and cheaper.",
		    0, "Governments should recognize Internet exchange points as critical [-digital-]{+local+} infrastructure: they keep local traffic local{+, and make it faster and cheaper+}.");
	check_parts("{#a}\nWe urge governments to give the Internet Governance Forum a permanent mandate.",
		    "{#a}\nWe call on Member States to give the Internet Governance Forum a permanent mandate.",
		    0, "We [-urge governments-]{+call on Member States+} to give the Internet Governance Forum a permanent mandate.");
	/* a new sentence is one hunk from its beginning, not from the full stop before it */
	check_parts("{#a}\nThe first is here. The third is here.", "{#a}\nThe first is here. The second is here. The third is here.", 0,
		    "The first is here. {+The second is here. +}The third is here.");
	check_parts("{#a}\nThe first is here. The second is here. The third is here.", "{#a}\nThe first is here. The third is here.", 0,
		    "The first is here. [-The second is here. -]The third is here.");
	check_parts("{#a}\n互联网治理论坛应常设。", "{#a}\n互联网治理论坛必须常设。", 0, "互联网治理论坛[-应-]{+必须+}常设。");
	check_parts("{#a}\nThe café’s owner agrees.", "{#a}\nThe café’s tenant agrees.", 0, "The café’s [-owner-]{+tenant+} agrees.");
}

static void little_in_common(void **state)
{
	(void)state;
	check_kinds("{#a}\nOne thing that stays.\n\nAlpha beta gamma delta epsilon.\n\n{#b}\nThe last that stays.",
		    "{#a}\nOne thing that stays.\n\nQuite another text with nothing shared.\n\n{#b}\nThe last that stays.", "a=same -=removed -=added b=same");
	/* the id holds the pair together: one removal, one addition, no confetti */
	check_kinds("{#a}\nAlpha beta gamma delta epsilon.", "{#a}\nQuite another text without delta things, really nothing.", "a=edited");
	check_parts("{#a}\nAlpha beta gamma delta epsilon.", "{#a}\nQuite another text without delta things, really nothing.", 0,
		    "[-Alpha beta gamma delta epsilon.-]{+Quite another text without delta things, really nothing.+}");
}

static void splits_and_merges(void **state)
{
	const char *whole = "{#a}\nThe Forum needs a permanent mandate from the Assembly. Exchange points keep local traffic local and cheap.";
	const char *two = "{#a}\nThe Forum needs a permanent mandate from the Assembly.\n\n{#b}\nExchange points keep local traffic local and cheap.";
	struct fixture f;
	char *s;

	(void)state;
	check_kinds(whole, two, "a=split b=split");
	check_kinds(two, whole, "a=merged b=merged");
	f = compare(whole, two);
	assert_true(span_is(f.c->entries[1].of, "a"));
	assert_null(f.c->entries[1].from);
	assert_int_equal(f.c->entries[0].words_changed, 0);
	s = parts(&f.c->entries[1]);
	assert_string_equal(s, "Exchange points keep local traffic local and cheap.");
	free(s);
	s = parts(&f.c->entries[0]);
	assert_string_equal(s, "The Forum needs a permanent mandate from the Assembly.[- Exchange points keep local traffic local and cheap.-]");
	free(s);
	done(&f);
	f = compare(two, whole);
	assert_true(span_is(f.c->entries[1].into, "a"));
	assert_null(f.c->entries[1].to);
	done(&f);
	/* without ids */
	check_kinds("The Forum needs a permanent mandate from the Assembly. Exchange points keep local traffic local and cheap.\n\nMore.",
		    "The Forum needs a permanent mandate from the Assembly.\n\nExchange points keep local traffic local and cheap.\n\nMore.",
		    "-=split -=split -=same");
}

static void renames(void **state)
{
	struct fixture f;

	(void)state;
	check_kinds("{#a}\nAlpha beta gamma delta.", "{#b was=a}\nOmega psi.", "b=edited");
	f = compare("{#a}\nAlpha beta gamma delta.", "{#b}\nAlpha beta gamma delta.");
	assert_int_equal(f.c->entries[0].kind, CHANGE_SAME);
	assert_int_equal(f.c->entries[0].attribute_count, 1);
	assert_true(span_is(f.c->entries[0].attributes[0].key, "id"));
	done(&f);
	f = compare("{#a role=ask}\nAlpha beta gamma delta.", "{#a role=claim para=4}\nAlpha beta gamma delta.");
	assert_int_equal(f.c->entries[0].kind, CHANGE_SAME);
	assert_int_equal(f.c->entries[0].attribute_count, 2);
	assert_true(span_is(f.c->entries[0].attributes[0].was, "ask"));
	assert_true(span_is(f.c->entries[0].attributes[0].is, "claim"));
	assert_null(f.c->entries[0].attributes[1].was.p);
	done(&f);
}

static void tables_and_notes(void **state)
{
	struct fixture f;

	(void)state;
	check_parts("{#t}\n| Para | Text |\n| 12 | Insert IXP |\n| 13 | Keep |", "{#t}\n| Para | Text |\n| 12 | Insert exchange points |\n| 12 bis | New row |\n| 13 | Keep |",
		    0, "Para Text 12 Insert [-IXP-]{+exchange points 12 bis New row+} 13 Keep");
	f = compare("{#t}\n| Para | Text |\n| 12 | Insert IXP |\n| 13 | Keep |", "{#t}\n| Para | Text |\n| 12 | Insert exchange points |\n| 12 bis | New row |\n| 13 | Keep |");
	assert_int_equal(f.c->entries[0].leaf_count, 8);
	assert_null(f.c->entries[0].leaves[4].from);
	assert_non_null(f.c->entries[0].leaves[3].from);
	done(&f);
	check_parts("{#a}\nOver 350 meet.[^n]\n\n[^n]: See the report, 2023.", "{#a}\nOver 350 meet.[^n]\n\n[^n]: See the report, 2024.", 0,
		    "Over 350 meet.\nSee the report, [-2023-]{+2024+}.");
	check_parts("{#a}\nOver 350 meet.", "{#a}\nOver 350 meet.[^n]\n\n[^n]: See the report.", 0, "Over 350 meet.{+\nSee the report.+}");
	check_parts("{#l}\n- one apple\n- two pears\n- three figs", "{#l}\n- one apple\n- three ripe figs", 0, "one apple[- two pears-] three {+ripe +}figs");
}

/* "word[-gone-]{+come+}", blocks divided by " | ", whole blocks as (- … -) and (+ … +), breaks as [/] deleted and {/} inserted */
static char *marked(const char *old, const char *new)
{
	struct fixture f = compare(old, new);
	struct diff_options o = { .author = SPAN_LIT("chapeau") };
	struct fault fault = { 0 };
	struct buf b = { 0 };

	if (diff_mark(f.c, &o, &fault) != 0)
		fail_msg("%s", fault.message);
	for (const struct block *k = f.c->marked->root; k; k = block_next(k, f.c->marked->root)) {
		const struct mark *whole = NULL;

		if (!block_is_leaf(k))
			continue;
		for (const struct block *up = k; up; up = up->parent)
			whole = up->mark ? up->mark : whole;
		if (b.n)
			buf_str(&b, " | ");
		if (whole)
			buf_str(&b, whole->kind == MARK_DELETED ? "(-" : "(+");
		for (size_t i = 0; i < k->run_count; i++) {
			const struct run *r = &k->runs[i];
			const char *open = !r->mark ? "" : r->mark->kind == MARK_DELETED ? "[-" : "{+";
			const char *close = !r->mark ? "" : r->mark->kind == MARK_DELETED ? "-]" : "+}";

			if (r->kind == RUN_NOTE)
				buf_printf(&b, "%s^%.*s%s", open, SPAN_ARG(r->note->label), close);
			else
				buf_printf(&b, "%s%s%.*s%s%s", open, r->format ? "*" : "", SPAN_ARG(r->kind == RUN_TEXT ? r->text : SPAN_LIT(" ")),
					   r->format ? "*" : "", close);
		}
		if (whole)
			buf_str(&b, whole->kind == MARK_DELETED ? "-)" : "+)");
		if (k->break_mark)
			buf_str(&b, k->break_mark->kind == MARK_DELETED ? "[/]" : "{/}");
	}
	buf_char(&b, '\0');
	done(&f);
	return b.p;
}

static void check_marked(const char *old, const char *new, const char *want)
{
	char *got = marked(old, new);

	assert_string_equal(got, want);
	free(got);
}

static void marks(void **state)
{
	(void)state;
	check_marked("{#a}\nWith *stable* funding\nfor it.", "{#a}\nWith *stable and predictable*\nfunding for it.",
		     "With *stable *{+*and predictable*+}{+ +}funding for it.");
	check_marked("{#a}\nOne two three.\n\n{#b}\nFour five six.", "{#a}\nOne two three.\n\n{#c}\nNew words here.",
		     "One two three. | (-Four five six.-) | (+New words here.+)");
	check_marked("{#a}\nFirst of all.\n\n{#b}\nSecond of all.\n\n{#c}\nThird of all.", "{#c}\nThird of all.\n\n{#a}\nFirst of all.\n\n{#b}\nSecond of all.",
		     "(+Third of all.+) | First of all. | Second of all. | (-Third of all.-)");
	check_marked("{#a}\nThe Forum needs a permanent mandate. Exchange points keep local traffic local.",
		     "{#a}\nThe Forum needs a permanent mandate.\n\n{#b}\nExchange points keep all local traffic local.",
		     "The Forum needs a permanent mandate.[- -]{/} | Exchange points keep {+all +}local traffic local.");
	check_marked("{#a}\nThe Forum needs a permanent mandate.\n\n{#b}\nExchange points keep all local traffic local.",
		     "{#a}\nThe Forum needs a permanent mandate. Exchange points keep local traffic local.",
		     "The Forum needs a permanent mandate.{+ +}[/] | Exchange points keep [-all -]local traffic local.");
	check_marked("{#a}\nOver 350 meet.[^n]\n\n[^n]: The report, 2023.", "{#a}\nOver 400 meet.[^n] And more.[^m]\n\n[^n]: The report, 2024.\n\n[^m]: New.",
		     "Over [-350-]{+400+} meet.^n{+ And more.+}{+^m+}");
	check_marked("{#t}\n| Para | Text |\n| 12 | Insert IXP |", "{#t}\n| Para | Text |\n| 12 | Insert IXPs |\n| 13 | New |",
		     "Para | Text | 12 | Insert [-IXP-]{+IXPs+} | (+13+) | (+New+)");
	check_marked("{#t}\n| Para | Text |\n| 12 | Insert |", "{#t}\n| Para | Text | More |\n| 12 | Insert | x |",
		     "(-Para-) | (-Text-) | (-12-) | (-Insert-) | (+Para+) | (+Text+) | (+More+) | (+12+) | (+Insert+) | (+x+)");
	check_marked("{#l}\n- one apple\n- two pears\n- three figs", "{#l}\n- one apple\n- three ripe figs", "one apple | (-two pears-) | three {+ripe +}figs");
	/* what is held back from now on was public, and is seen to go */
	check_marked("{#a}\nOne two three.\n\n{#b}\nFour five six.", "{#a .internal}\nOne two three.\n\n{#b}\nFour five six.",
		     "(-One two three.-) | (+One two three.+) | Four five six.");
	/* words that go as a whole refer to a note that stays elsewhere; else to one of their own */
	check_marked("{#a}\nOver 350 meet.[^n]\n\n{#b}\nSo they say.[^n]\n\n[^n]: Report.", "{#a}\nOver 350 meet.[^n]\n\n{#b}\nAll agree on that.\n\n[^n]: Report.",
		     "Over 350 meet.^n | [-So they say.-][-^n-]{+All agree on that.+}");
	check_marked("{#b}\nSo they say.[^n]\n\n[^n]: Report.", "{#b}\nAll agree on that.[^n]\n\n[^n]: Report.",
		     "[-So they say.-][-^n-old-]{+All agree on that.+}{+^n+}");
	/* a mark that moves stands at either place in its reading; one behind words that were replaced does not move */
	check_marked("{#a}\nThe Forum[^n] needs a mandate.\n\n[^n]: Report.", "{#a}\nThe Forum needs a mandate[^n].\n\n[^n]: Report.",
		     "The Forum[-^n-old-] needs a mandate{+^n+}.");
	check_marked("{#a}\nThe Forum needs money[^n] now.\n\n[^n]: Report.", "{#a}\nThe Forum needs funding[^n] right now.\n\n[^n]: Report.",
		     "The Forum needs [-money-]{+funding+}^n{+ right+} now.");
	/* changes in notes behind one in a table, which LibreOffice does not see in a DOCX */
	check_marked("{#t}\n| A | B.[^m] |\n\n{#a}\nOver 350 meet.[^n]\n\n[^m]: New.\n\n[^n]: The report, 2023.",
		     "{#t}\n| A | B.[^m] |\n\n{#a}\nOver 350 meet.[^n]\n\n[^m]: New.\n\n[^n]: The report, 2024.",
		     "A | B.^m | Over 350 meet.{+^n+}[-^n-old-]");
}

/* Our own fast path for ASCII must break words where the library does. */
static void tokens_as_uax29(void **state)
{
	static const char chars[] = "ab1_ .',:;-/()Z9\"";
	uint32_t seed = 4711;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		char text[24], breaks[24];
		struct vocab v = { 0 };
		struct tokens t = { 0 };
		size_t n = 1 + round % 23, k = 0;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525u + 1013904223u;
			text[i] = chars[(seed >> 16) % (sizeof(chars) - 1)];
		}
		u8_wordbreaks((const uint8_t *)text, n, breaks);
		tokens_add(&v, span_of(text, n), &t);
		for (size_t i = 0; i < n; i++) {
			bool space = i && text[i] == ' ' && text[i - 1] == ' '; /* folded text has no two spaces */
			bool ours = k < t.count && t.at[k] == i;

			k += ours;
			if (!space && ours != (i == 0 || breaks[i]))
				fail_msg("'%.*s' at %zu: %d, library %d", (int)n, text, i, ours, breaks[i]);
		}
		tokens_done(&t);
		vocab_done(&v);
	}
}

/*
 * One clause of 8,000 sentences and a clause for each of them; as many rules, and as many notes of one label, that have no partner.
 * A second of its own time at most: each took the square of that.  apart: other clauses stand between the pieces.
 */
static void many_pieces(void **state)
{
	enum { MANY = 8000 };

	(void)state;
	for (int way = 0; way < 6; way++) {
		bool apart = way & 2, rules = way == 4, notes = way == 5;
		struct buf whole = { 0 }, pieces = { 0 };
		struct fixture f;
		size_t split = 0;
		clock_t begin;

		BUF_LIT(&whole, "{#a}\n");
		BUF_LIT(&pieces, "{#a}\n");
		for (unsigned i = 0; i < MANY; i++) {
			if (rules || notes) {
				buf_str(&whole, rules ? "***\n\n" : "[^n]: one\n\n");
				buf_printf(&pieces, notes ? "" : "p%u is new.\n\n", i);
				continue;
			}
			buf_printf(&whole, "s%u w%u are h%u now. ", i, i, i);
			buf_printf(&pieces, "s%u w%u are h%u now.\n\n", i, i, i);
			if (apart)
				buf_printf(&pieces, "o%u p%u.\n\n", i, i);
		}
		BUF_LIT(&whole, "x[^n]\n");
		BUF_LIT(&pieces, "x\n");
		buf_char(&whole, '\0');
		buf_char(&pieces, '\0');
		begin = clock();
		f = way & 1 && !notes ? compare(pieces.p, whole.p) : compare(whole.p, pieces.p);
		assert_int_equal(diff_mark(f.c, &(struct diff_options){ .author = SPAN_LIT("A"), .time = SPAN_LIT("2025-10-02T00:00:00Z") }, NULL), 0);
		assert_true(clock() - begin < 4 * CLOCKS_PER_SEC);
		for (size_t i = 0; i < f.c->count; i++) {
			const struct change_entry *e = &f.c->entries[i];

			split += e->kind == (way & 1 ? CHANGE_MERGED : CHANGE_SPLIT);
			/* each piece's words came from the whole */
			if (e->partner && (e->part_count != 1 || e->parts[0].op != '='))
				fail_msg("way %d: %s", way, parts(e));
		}
		assert_int_equal(split, rules || notes ? 0 : MANY);
		done(&f);
		buf_done(&whole);
		buf_done(&pieces);
	}
}

static void json_shape(void **state)
{
	struct fixture f = compare("{#a}\nOne two three four.", "{#a}\nOne two three five.");
	struct compare_options o = { .audience = AUDIENCE_INTERNAL };
	struct buf out = { 0 };
	char want[1024];

	(void)state;
	f.c->from_name = SPAN_LIT("x@last");
	f.c->to_name = SPAN_LIT("x");
	compare_json(f.c, &o, &out);
	buf_char(&out, '\0');
	snprintf(want, sizeof(want),
		 "{\"schema\":\"chapeau/diff@1\",\"from\":\"x@last\",\"to\":\"x\",\"clauses\":[{\"id\":\"a\",\"kind\":\"edited\",\"moved\":false,"
		 "\"from\":{\"line\":2,\"label\":null,\"hash\":\"%s\",\"text\":\"One two three four.\"},"
		 "\"to\":{\"line\":2,\"label\":null,\"hash\":\"%s\",\"text\":\"One two three five.\"},"
		 "\"parts\":[[\"=\",\"One two three \"],[\"-\",\"four\"],[\"+\",\"five\"],[\"=\",\".\"]]}],\"front_matter\":{}}\n",
		 clause_hash(&f.a->clauses[0]), clause_hash(&f.b->clauses[0]));
	assert_string_equal(out.p, want);
	buf_done(&out);
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_change),   cmocka_unit_test(words_of_an_edit), cmocka_unit_test(little_in_common),
		cmocka_unit_test(splits_and_merges), cmocka_unit_test(renames),          cmocka_unit_test(tables_and_notes),
		cmocka_unit_test(tokens_as_uax29),   cmocka_unit_test(json_shape), cmocka_unit_test(many_pieces),
		cmocka_unit_test(marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
