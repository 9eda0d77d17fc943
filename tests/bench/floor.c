/*
 * floor: the least that a work can cost, in one process.
 *
 *     floor STATEMENT.md PART.xml    an export of Markdown: cmark parses it, zlib packs the main part once
 *     floor --parse PACKAGE          an import: libzip inflates the parts, libxml2 parses those that are XML
 */
#include <cmark.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>
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

static int parse(const char *path)
{
	zip_t *z = zip_open(path, ZIP_RDONLY, NULL);
	zip_stat_t st;

	if (!z)
		return 1;
	for (zip_int64_t i = 0; i < zip_get_num_entries(z, 0); i++) {
		zip_file_t *f = zip_fopen_index(z, (zip_uint64_t)i, 0);
		size_t n;
		char *p;

		if (!f || zip_stat_index(z, (zip_uint64_t)i, 0, &st) < 0)
			return 1;
		n = strlen(st.name);
		p = malloc(st.size + 1);
		if (!p || zip_fread(f, p, st.size) != (zip_int64_t)st.size)
			return 1;
		zip_fclose(f);
		if (n > 4 && (strcmp(st.name + n - 4, ".xml") == 0 || strcmp(st.name + n - 4, "rels") == 0)) {
			xmlDocPtr doc = xmlReadMemory(p, (int)st.size, NULL, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);

			if (!doc)
				return 1;
			xmlFreeDoc(doc);
		}
		free(p);
	}
	zip_discard(z);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned char *text, *part, *packed;
	size_t text_n, part_n;
	cmark_node *doc;
	uLongf packed_n;

	if (argc != 3)
		return 2;
	if (strcmp(argv[1], "--parse") == 0)
		return parse(argv[2]);
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
