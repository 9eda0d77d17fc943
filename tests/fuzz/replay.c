/*
 * replay: runs a fuzzer's function over every file of the folders given, whole, cut short and with bytes changed, without
 * libFuzzer.  The changes come from a fixed seed: a run that fails fails again.  Prints TAP, one line a folder.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHANGED_COPIES 12
#define LARGEST (256u << 10)

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* A copy of exact size, so that a sanitizer sees the first byte read past its end. */
static void run(const char *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	if (n)
		memcpy(copy, p, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static size_t replay(const char *path)
{
	static const char signs[] = "\n\t \"'#:-[]{}(),&*!|>%@`~^<=+.\\/\r\0\x1b\xc3\xa9\xff";
	struct buf b = { 0 };
	uint64_t seed = 88172645463325252u;
	size_t runs = 1;

	if (file_read(path, LARGEST, &b, NULL, NULL) < 0)
		return 0;
	run(b.p, b.n);
	for (size_t i = 0; i < CHANGED_COPIES && b.n; i++, runs += 2) {
		size_t cut = next(&seed) % b.n, changes = 1 + next(&seed) % 4;
		char *p = malloc(b.n);

		if (!p)
			abort();
		run(b.p, cut);
		memcpy(p, b.p, b.n);
		while (changes--)
			p[next(&seed) % b.n] = signs[next(&seed) % (sizeof(signs) - 1)];
		run(p, b.n);
		free(p);
	}
	buf_done(&b);
	return runs;
}

int main(int argc, char **argv)
{
	int failed = 0;

	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);
		size_t files = 0, runs = 0;

		for (struct dirent *e; dir && (e = readdir(dir));) {
			char *path = path_join(argv[i], e->d_name);

			if (e->d_name[0] != '.' && !file_is_dir(path)) {
				files++;
				runs += replay(path);
			}
			mem_free(path);
		}
		if (dir)
			closedir(dir);
		failed |= !files;
		printf("%sok %d - %s: %zu files, %zu inputs\n", files ? "" : "not ", i, strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i], files, runs);
	}
	return failed;
}
