/*
 * Packages and bare XML made to do harm (make-hostile.py): what the zip and XML layers alone must refuse, they
 * refuse with a message; nothing crashes, hangs or takes memory by a claim.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/format.h"
#include "io/file.h"
#include "io/xml.h"
#include "io/zip.h"

static char dir[64];

static bool is_xml_name(const char *name)
{
	return span_ends(span_str(name), SPAN_LIT(".xml")) || span_ends(span_str(name), SPAN_LIT(".rels"));
}

/* Opens, unpacks and parses everything that the file holds; 0 or the first fault. */
static int read_all(const char *path, const char *kind, struct fault *f)
{
	static const struct xml_handler nothing = { 0 };
	CLEANUP(buf_done) struct buf bytes = { 0 };
	CLEANUP(zip_in_freep) struct zip_in *z = NULL;
	int r = file_read(path, LIMIT_ZIP_BYTES, &bytes, NULL, f);

	if (r < 0)
		return r;
	if (strcmp(kind, "xml") == 0)
		return xml_parse(buf_span(&bytes), path, "-", &nothing, f);
	if ((r = zip_in_open(buf_span(&bytes), path, &z, f)) < 0)
		return r;
	for (size_t i = 0; i < zip_in_count(z); i++) {
		CLEANUP(buf_done) struct buf part = { 0 };
		const char *name = zip_in_name(z, i);

		if ((r = zip_in_read(z, name, &part, f)) < 0)
			return r;
		if (is_xml_name(name) && (r = xml_parse(buf_span(&part), path, name, &nothing, f)) < 0)
			return r;
	}
	return 0;
}

static void packages(void **state)
{
	CLEANUP(mem_freep) char *manifest = path_join(dir, "MANIFEST.tsv");
	char line[1024], name[128], kind[16], class[32], verdict[16];
	unsigned seen = 0, wrong = 0;
	FILE *in = fopen(manifest, "r");
	struct rusage usage;

	(void)state;
	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		CLEANUP(mem_freep) char *path = NULL;
		struct fault f = { 0 };
		clock_t began = clock();
		bool must_refuse, must_read;
		int r;

		if (sscanf(line, "%127s %15s %31s %15s", name, kind, class, verdict) != 4)
			continue;
		if (strcmp(kind, "docx") != 0 && strcmp(kind, "odt") != 0 && strcmp(kind, "xml") != 0)
			continue;
		path = path_join(dir, name);
		r = read_all(path, kind, &f);
		/* What only a reader of the format can judge (class package) is not asked here. */
		must_refuse = strcmp(verdict, "reject") == 0 && strcmp(class, "package") != 0;
		must_read = strcmp(verdict, "accept") == 0;
		seen++;
		if ((must_refuse && r == 0) || (must_read && r < 0) || (r < 0 && (!f.message || fault_exit_code(f.kind) != 3)) ||
		    clock() - began > 5 * CLOCKS_PER_SEC) {
			print_error("%s (%s, %s): %d %s, %.1f s\n", name, class, verdict, r, f.message ? f.message : "",
				    (double)(clock() - began) / CLOCKS_PER_SEC);
			wrong++;
		}
		fault_done(&f);
	}
	fclose(in);
	assert_true(seen >= 100);
	assert_int_equal(wrong, 0);
	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	assert_true(usage.ru_maxrss < 256 << 10 || getenv("ASAN_OPTIONS"));
}

/* The same files through the readers: here all verdicts hold. */
static void readers(void **state)
{
	CLEANUP(mem_freep) char *manifest = path_join(dir, "MANIFEST.tsv");
	char line[1024], name[128], kind[16], class[32], verdict[16];
	unsigned seen = 0, wrong = 0, max_mb, max_s;
	FILE *in = fopen(manifest, "r");

	(void)state;
	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		CLEANUP(mem_freep) char *path = NULL;
		CLEANUP(buf_done) struct buf bytes = { 0 };
		struct read_options o = { .reading = READING_MARKED };
		struct doc *d = NULL;
		struct fault f = { 0 };
		clock_t began = clock();
		double seconds;
		int r;

		if (sscanf(line, "%127s %15s %31s %15s %u %u", name, kind, class, verdict, &max_mb, &max_s) != 6)
			continue;
		if (strcmp(kind, "docx") != 0 && strcmp(kind, "odt") != 0)
			continue;
		path = path_join(dir, name);
		o.path = path;
		r = file_read(path, LIMIT_ZIP_BYTES, &bytes, NULL, &f);
		if (r == 0)
			r = format_by_name(span_str(kind))->read(buf_span(&bytes), &o, &d, &f);
		seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
		seen++;
		if ((strcmp(verdict, "reject") == 0 && r == 0) || (strcmp(verdict, "accept") == 0 && r < 0) ||
		    (r < 0 && (!f.message || fault_exit_code(f.kind) != 3)) || (seconds > max_s && !getenv("ASAN_OPTIONS"))) {
			print_error("%s (%s, %s): %d %s, %.1f s\n", name, class, verdict, r, f.message ? f.message : "", seconds);
			wrong++;
		}
		doc_free(d);
		fault_done(&f);
	}
	fclose(in);
	assert_true(seen >= 100);
	assert_int_equal(wrong, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(packages), cmocka_unit_test(readers) };
	char command[1024];
	int r;

	if (argc != 2 || access(argv[1], R_OK) != 0) {
		printf("1..1\nok 1 - packages # SKIP make-hostile.py is not there\n");
		return 0;
	}
	snprintf(dir, sizeof(dir), "/tmp/chapeau-hostile-XXXXXX");
	if (!mkdtemp(dir))
		return 99;
	snprintf(command, sizeof(command), "python3 '%s' '%s' >/dev/null", argv[1], dir);
	if (system(command) != 0) {
		printf("1..1\nok 1 - packages # SKIP make-hostile.py needs python3\n");
		return 0;
	}
	r = cmocka_run_group_tests_name("packages", tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command) != 0 ? 99 : r;
}
