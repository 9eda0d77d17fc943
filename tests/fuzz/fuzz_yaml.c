/* The YAML loader: any bytes give a tree within the limits, with places inside the text, or a fault with one. */
#include <stdlib.h>

#include "base/limits.h"
#include "io/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tree(const struct yaml_file *y, size_t lines)
{
	const struct yaml_node *stack[LIMIT_YAML_DEPTH + 2];
	size_t depth = 0, nodes = 0;

	if (y->root)
		stack[depth++] = y->root;
	while (depth) {
		const struct yaml_node *n = stack[--depth];

		if (++nodes > LIMIT_YAML_NODES || !n->line || n->line > lines + 1 || !n->column)
			abort();
		if (n->next)
			stack[depth++] = n->next;
		if (n->first) {
			if (depth > LIMIT_YAML_DEPTH)
				abort();
			stack[depth++] = n->first;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size);
	struct yaml_file y;
	struct fault f = { 0 };
	size_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r' || data[i] == 0x85 || data[i] == 0xa8 || data[i] == 0xa9;
	if (yaml_load(text, "fuzz.yaml", 1, &y, &f) == 0)
		check_tree(&y, lines);
	else if (!f.message || !f.pos.line || !f.pos.column || fault_exit_code(f.kind) != 3)
		abort();
	yaml_done(&y);
	fault_done(&f);
	return 0;
}
