#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "io/yaml.h"

static int load(struct span text, struct yaml_file *y, struct fault *f)
{
	*f = (struct fault){ 0 };
	return yaml_load(text, "x.yaml", 1, y, f);
}

static void refused(struct span text, enum fault_kind kind)
{
	struct yaml_file y;
	struct fault f;
	clock_t begin = clock();

	assert_int_equal(load(text, &y, &f), -(int)kind);
	assert_non_null(f.message);
	assert_true(f.pos.line > 0 && f.pos.column > 0);
	/* Bounded time, whatever the shape: a good second on a slow machine, where quadratic work took minutes. */
	assert_true((clock() - begin) / CLOCKS_PER_SEC < 5);
	fault_done(&f);
}

static void repeat(struct buf *b, const char *s, size_t n)
{
	while (n--)
		buf_str(b, s);
}

static void test_tree(void **state)
{
	struct yaml_file y;
	struct fault f;
	struct yaml_node *n;

	(void)state;
	assert_int_equal(load(SPAN_LIT("a: 1\nb: [x, 'y', ~, \"no\"]\nc:\n  d: |\n    two\n    lines\n  e:\nlabel: \xc3\xa9\n"), &y, &f), 0);
	assert_int_equal(y.root->kind, YAML_MAPPING);
	assert_int_equal(y.root->count, 4);
	n = yaml_get(y.root, "b");
	assert_int_equal(n->count, 4);
	assert_int_equal(n->line, 2);
	assert_int_equal(n->column, 4);
	assert_int_equal(n->key_column, 1);
	assert_true(span_is(n->first->next->text, "y") && n->first->next->quoted && !n->first->quoted);
	assert_int_equal(n->first->next->next->kind, YAML_NULL);
	assert_int_equal(n->first->next->next->next->kind, YAML_SCALAR);
	n = yaml_get(yaml_get(y.root, "c"), "d");
	assert_true(span_is(n->text, "two\nlines\n") && n->quoted);
	assert_int_equal(yaml_get(yaml_get(y.root, "c"), "e")->kind, YAML_NULL);
	assert_null(yaml_get(y.root, "z"));
	yaml_done(&y);
}

static void test_spellings(void **state)
{
	struct yaml_file y;
	struct fault f;
	static const char *const known[] = { "organisation", "colour", NULL };

	(void)state;
	assert_int_equal(load(SPAN_LIT("organization: a\ncolor: b\n"), &y, &f), 0);
	assert_int_equal(yaml_known_keys(&y, y.root, known, &f), 0);
	assert_non_null(yaml_get(y.root, "organisation"));
	assert_non_null(yaml_get(y.root, "colour"));
	yaml_done(&y);
	/* Both spellings of one key are the same key twice. */
	refused(SPAN_LIT("organization: a\norganisation: b\n"), FAULT_INPUT);
}

static void test_first_line(void **state)
{
	struct yaml_file y;
	struct fault f = { 0 };

	(void)state;
	assert_true(yaml_load(SPAN_LIT("a: b\n\xc3\xa9\xc3\xa9: \"x\n"), "draft.md", 2, &y, &f) < 0);
	assert_int_equal(f.pos.line, 3);
	assert_int_equal(f.pos.column, 5);
	assert_string_equal(f.line, "\xc3\xa9\xc3\xa9: \"x");
	fault_done(&f);
}

static void test_bytes(void **state)
{
	struct buf b = { 0 };

	(void)state;
	repeat(&b, "# comment\n", LIMIT_YAML_BYTES / 10 + 1);
	refused(buf_span(&b), FAULT_LIMIT);
	buf_done(&b);
}

static void test_depth(void **state)
{
	struct buf b = { 0 };
	struct yaml_file y;
	struct fault f;

	(void)state;
	repeat(&b, "[", LIMIT_YAML_DEPTH);
	repeat(&b, "]", LIMIT_YAML_DEPTH);
	assert_int_equal(load(buf_span(&b), &y, &f), 0);
	yaml_done(&y);
	buf_clear(&b);
	repeat(&b, "[", LIMIT_YAML_DEPTH + 1);
	repeat(&b, "]", LIMIT_YAML_DEPTH + 1);
	refused(buf_span(&b), FAULT_LIMIT);
	buf_done(&b);
}

/* libyaml itself is quadratic on these: none may get far. */
static void test_deep_shapes(void **state)
{
	static const char *const shapes[] = { "[", "{", "- ", "? ", "[{", "{a: [", "[\n", "-\n", "[\"", "- - [", "{? [" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct buf b = { 0 };
		struct yaml_file y;
		struct fault f;
		clock_t begin = clock();

		repeat(&b, shapes[i], LIMIT_YAML_BYTES / strlen(shapes[i]));
		assert_true(load(buf_span(&b), &y, &f) < 0 || y.root);
		yaml_done(&y);
		fault_done(&f);
		assert_true((clock() - begin) / CLOCKS_PER_SEC < 5);
		buf_done(&b);
	}
}

static void test_nodes(void **state)
{
	struct buf b = { 0 };

	(void)state;
	repeat(&b, "- a\n", LIMIT_YAML_NODES + 1);
	refused(buf_span(&b), FAULT_LIMIT);
	buf_done(&b);
}

static void test_keys(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (unsigned i = 0; i <= LIMIT_YAML_KEYS; i++)
		buf_printf(&b, "k%u: v\n", i);
	refused(buf_span(&b), FAULT_LIMIT);
	buf_done(&b);
}

/* A key of a megabyte makes no message of a megabyte, nor one cut inside a character. */
static void test_long_key(void **state)
{
	static const char *const known[] = { "a", NULL };
	struct buf b = { 0 };
	struct yaml_file y;
	struct fault f;

	(void)state;
	repeat(&b, "\xc3\xa9", 500);
	buf_str(&b, ": 1\n");
	assert_int_equal(load(buf_span(&b), &y, &f), 0);
	assert_true(yaml_known_keys(&y, y.root, known, &f) < 0);
	assert_true(strlen(f.message) < 1300);
	fault_done(&f);
	yaml_done(&y);
	buf_done(&b);
}

static void test_refused(void **state)
{
	(void)state;
	refused(SPAN_LIT("a: &x b\n"), FAULT_INPUT);
	refused(SPAN_LIT("a: *x\n"), FAULT_INPUT);
	refused(SPAN_LIT("a: !t b\n"), FAULT_INPUT);
	refused(SPAN_LIT("!t\na: b\n"), FAULT_INPUT);
	refused(SPAN_LIT("&a x: b\n"), FAULT_INPUT);
	refused(SPAN_LIT("<<: {a: b}\n"), FAULT_INPUT);
	refused(SPAN_LIT("a: b\n---\nc: d\n"), FAULT_INPUT);
	refused(SPAN_LIT("a: b\na: c\n"), FAULT_INPUT);
	refused(SPAN_LIT("? [a]\n: b\n"), FAULT_INPUT);
	refused(SPAN_LIT("a: \xff\n"), FAULT_INPUT);
	refused(SPAN_LIT("a: \0b\n"), FAULT_INPUT);
	refused(SPAN_LIT("%YAML 9.9\n---\na: b\n"), FAULT_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),  cmocka_unit_test(test_spellings), cmocka_unit_test(test_first_line), cmocka_unit_test(test_bytes), cmocka_unit_test(test_depth),
		cmocka_unit_test(test_deep_shapes), cmocka_unit_test(test_nodes), cmocka_unit_test(test_keys), cmocka_unit_test(test_long_key), cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
