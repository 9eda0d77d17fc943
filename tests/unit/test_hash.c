/* The clause hash on the golden files of FORMAT.md F2, through the Markdown reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "format/format.h"
#include "model/statement.h"

static const struct {
	const char *source, *id, *text, *hash;
} golden[] = {
	{ "{#a}\nWe urge *Member States* to make the\n[Internet Governance Forum](https://example.org/igf) **permanent**.\n", "a",
	  "We urge Member States to make the Internet Governance Forum permanent.",
	  "dfe7419ea2b574ab5e6ab7b7ae1259d0153db0faaa7f6c95722a219725256808" },
	{ "{#nris}\nOver 350 initiatives meet each year &amp; report.[^n] ![Map of IXPs](map.png)\n\n"
	  "[^n]: See IGF, “Annual report”,\n    2024.\n", "nris",
	  "Over 350 initiatives meet each year & report. Map of IXPs\nSee IGF, “Annual report”, 2024.",
	  "6776738207a2d136c81ef282132f50a53f9792ee9b513017c0c6363419810773" },
	{ "{#f}\nWe ask for {++long-term and ++}stable {~~financing~>funding~~}{>>@Mei Lin 2025-10-01T09:00:00Z: source?<<} "
	  "now{-- or later--}.\n", "f", "We ask for stable financing now or later.",
	  "ab6eb1a06729d333bfc7973864c6b851c6414a73589269e02db430a0e86a1884" },
	{ "{#training priority=technical-capacity}\n1. Train operators in IPv6\n   as in [](#ipv6-plan);\n"
	  "2. {#mentoring} Mentor young engineers;\n3. keep coope&#x301;ration local.\n", "training",
	  "Train operators in IPv6 as in [#ipv6-plan]; keep coopération local.",
	  "ebf27be99910934a6b1041ac20439a83b7aeeb0b64762bbdfd74511893253ed4" },
	{ "{#tbl}\n| Paragraph | Proposed text |\n|---|---|\n| 12 bis | Insert IXP \\| NRI |\n", "tbl",
	  "Paragraph Proposed text 12 bis Insert IXP | NRI",
	  "747e5cc310710c4a2cc46588303d3d911e4e1cfe022dc285275b0d133ccb7b95" },
};

/* The same file in every shape that must not change a hash. */
static void check(struct span source, size_t i, enum reading reading)
{
	struct doc *d = NULL;
	struct fault f = { 0 };
	struct statement *s;
	struct clause *c;
	struct buf text = { 0 };

	assert_int_equal(md_read(source, &(struct read_options){ .path = "x.md", .reading = reading }, &d, &f), 0);
	s = statement_new(d);
	c = statement_find(s, span_str(golden[i].id));
	assert_non_null(c);
	buf_add(&text, c->text);
	buf_char(&text, '\0');
	assert_string_equal(text.p, golden[i].text);
	assert_string_equal(clause_hash(c), golden[i].hash);
	buf_done(&text);
	statement_free(s);
}

static void test_golden(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(golden); i++) {
		check(span_str(golden[i].source), i, READING_REJECTED);
		check(span_str(golden[i].source), i, READING_MARKED);
	}
}

static void test_line_ends_and_bom(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(golden); i++) {
		struct buf b = { 0 };

		BUF_LIT(&b, "\xef\xbb\xbf");
		for (const char *p = golden[i].source; *p; p++) {
			if (*p == '\n')
				buf_char(&b, '\r');
			buf_char(&b, *p);
		}
		check(buf_span(&b), i, READING_REJECTED);
		/* no final line end */
		b.n -= 2;
		check(buf_span(&b), i, READING_REJECTED);
		buf_done(&b);
	}
}

static void test_hidden_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(golden); i++) {
		struct buf b = { 0 };
		size_t end = span_find_char(span_str(golden[i].source), '}', 0) + 1;

		BUF_LIT(&b, "<!-- ");
		buf_put(&b, golden[i].source, end);
		BUF_LIT(&b, " -->");
		buf_str(&b, golden[i].source + end);
		check(buf_span(&b), i, READING_REJECTED);
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_line_ends_and_bom),
		cmocka_unit_test(test_hidden_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
