/*
 * floor: the least that an export of a Markdown file can cost: cmark parses it, zlib packs the main part once, in one process.
 *
 *     floor STATEMENT.md PART.xml
 */
#include <cmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

static unsigned char *slurp(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "rb");
	unsigned char *p;
	long n;

	if (!f || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0) {
		perror(path);
		exit(1);
	}
	rewind(f);
	p = malloc((size_t)n + 1);
	if (!p || fread(p, 1, (size_t)n, f) != (size_t)n) {
		perror(path);
		exit(1);
	}
	fclose(f);
	*ret_n = (size_t)n;
	return p;
}

int main(int argc, char **argv)
{
	unsigned char *text, *part, *packed;
	size_t text_n, part_n;
	cmark_node *doc;
	uLongf packed_n;

	if (argc != 3)
		return 2;
	text = slurp(argv[1], &text_n);
	part = slurp(argv[2], &part_n);
	doc = cmark_parse_document((const char *)text, text_n, CMARK_OPT_DEFAULT);
	packed_n = compressBound(part_n);
	packed = malloc(packed_n);
	if (!doc || !packed || compress2(packed, &packed_n, part, part_n, 6) != Z_OK)
		return 1;
	cmark_node_free(doc);
	free(packed);
	free(part);
	free(text);
	return 0;
}
