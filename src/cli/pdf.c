#define _XOPEN_SOURCE 700 /* nftw */

#include "cli/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/sha256.h"
#include "io/file.h"

#define PDF_SECONDS 120
#define PDF_BYTES (256u << 20)
#define POLL_MS 20
/* Tagged, so that a reading program finds headings, lists and the texts of pictures; with an outline to move by. */
#define CONVERT "pdf:writer_pdf_Export:{\"UseTaggedPDF\":{\"type\":\"boolean\",\"value\":\"true\"}," \
		"\"ExportBookmarks\":{\"type\":\"boolean\",\"value\":\"true\"}}"

static char *find_program(const char *const *names, size_t count)
{
	const char *path = getenv("PATH");
	struct span rest = span_str(path ? path : "/usr/local/bin:/usr/bin:/bin"), dir;

	while (span_split(&rest, ':', &dir)) {
		for (size_t i = 0; i < count && dir.n; i++) {
			char *folder = mem_alloc(dir.n + 1), *full;

			memcpy(folder, dir.p, dir.n);
			folder[dir.n] = '\0';
			full = path_join(folder, names[i]);
			mem_free(folder);
			if (access(full, X_OK) == 0 && !file_is_dir(full))
				return full;
			mem_free(full);
		}
	}
	return NULL;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *w)
{
	(void)s;
	(void)kind;
	(void)w;
	remove(path);
	return 0;
}

/* Runs it in dir; 0, or -1 where it failed or ran out of time. */
static int convert(const char *program, const char *dir, bool say, bool *ret_late)
{
	char *profile = path_join(dir, "profile"), *in = path_join(dir, "statement.odt");
	struct buf env = { 0 };
	int status = -1;
	pid_t pid;

	buf_printf(&env, "-env:UserInstallation=file://%s", profile);
	buf_char(&env, '\0');
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		setpgid(0, 0);
		if (null >= 0) {
			dup2(null, STDIN_FILENO);
			dup2(null, STDOUT_FILENO);
			dup2(null, STDERR_FILENO);
		}
		setenv("TZ", "UTC", 1); /* the date has the same form everywhere */
		setenv("HOME", dir, 1); /* nothing is written into the user's folder, and there may be none */
		execl(program, program, env.p, "--headless", "--norestore", "--convert-to", CONVERT, "--outdir", dir, in, (char *)NULL);
		_exit(127);
	}
	*ret_late = false;
	if (pid > 0) {
		for (int ms = 0;; ms += POLL_MS) {
			pid_t got = waitpid(pid, &status, WNOHANG);

			if (got == pid || (got < 0 && errno != EINTR))
				break;
			if (ms > PDF_SECONDS * 1000) {
				*ret_late = true;
				kill(-pid, SIGKILL);
				waitpid(pid, &status, 0);
				status = -1;
				break;
			}
			if (say && ms / 1000 == 1 && (ms - POLL_MS) / 1000 == 0)
				fputs("LibreOffice makes the PDF...\n", stderr);
			nanosleep(&(struct timespec){ .tv_nsec = POLL_MS * 1000000L }, NULL);
		}
	}
	buf_done(&env);
	mem_free(profile);
	mem_free(in);
	return pid > 0 && status == 0 ? 0 : -1;
}

/* The run of hex digits after a key of the trailer, from *from on; n 0: none. */
static struct span hex_after(struct buf *pdf, const char *key, size_t *from)
{
	size_t at = span_find(buf_span(pdf), span_str(key), *from), end;

	if (at == SIZE_MAX)
		return (struct span){ 0 };
	at += strlen(key);
	for (end = at; end < pdf->n && ((pdf->p[end] >= '0' && pdf->p[end] <= '9') || (pdf->p[end] >= 'A' && pdf->p[end] <= 'F')); end++)
		;
	*from = end;
	return span_sub(buf_span(pdf), at, end);
}

static void overwrite(struct buf *pdf, struct span what, const char *with, size_t n)
{
	size_t at = (size_t)(what.p - pdf->p);

	for (size_t i = 0; i < what.n; i++)
		pdf->p[at + i] = n ? with[i % n] : '0';
}

/* The document's date in the place of the time of day, and names made from the bytes in the place of those made from it:
 * the same statement is the same file.  Lengths stay, and with them the offsets that a PDF is full of. */
static void settle(struct buf *pdf, struct span date)
{
	static const char *const keys[] = { "/ID [ <", "<", "/DocChecksum /" };
	struct span found[ARRAY_LEN(keys)] = { { 0 } };
	char hex[SHA256_HEX + 1], digits[15] = "19800101000000";
	size_t at = 0, tail;

	for (size_t i = 0, n = 0; i < date.n && n < 8; i++)
		if (date.p[i] >= '0' && date.p[i] <= '9')
			digits[n++] = date.p[i];
	for (int i = 0; i < 2; i++) {
		struct span day;

		at = 0;
		day = hex_after(pdf, i ? "/ModDate(D:" : "/CreationDate(D:", &at);
		if (day.n == 14)
			overwrite(pdf, day, digits, 14);
	}
	/* The trailer is the last thing in the file. */
	tail = pdf->n > 2048 ? pdf->n - 2048 : 0;
	at = span_find(buf_span(pdf), SPAN_LIT("\ntrailer"), tail);
	if (at == SIZE_MAX)
		return;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		found[i] = hex_after(pdf, keys[i], &at);
		overwrite(pdf, found[i], NULL, 0);
	}
	sha256_hex_of(buf_span(pdf), hex);
	for (size_t i = 0; hex[i]; i++)
		hex[i] = hex[i] >= 'a' ? (char)(hex[i] - 'a' + 'A') : hex[i];
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (found[i].n <= SHA256_HEX)
			overwrite(pdf, found[i], hex, SHA256_HEX);
}

int pdf_make(struct span odt, struct span date, bool say, struct buf *ret, struct fault *f)
{
	static const char *const names[] = { "soffice", "libreoffice" };
	const char *tmp = getenv("TMPDIR");
	char *program = find_program(names, ARRAY_LEN(names)), *dir, *in = NULL, *out = NULL;
	bool late = false;
	int r;

	if (!program) {
		fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "a PDF needs LibreOffice, which is not installed here");
		return fault_hint(f, "Install libreoffice-writer-nogui, or export to docx and print it to PDF from Word.");
	}
	dir = path_join(tmp && *tmp == '/' ? tmp : "/tmp", "chapeau-pdf-XXXXXX");
	if (!mkdtemp(dir)) {
		r = fault_set(f, FAULT_SYSTEM, (struct srcpos){ .file = dir }, "no folder could be made here: %s", strerror(errno));
		mem_free(dir);
		mem_free(program);
		return r;
	}
	in = path_join(dir, "statement.odt");
	out = path_join(dir, "statement.pdf");
	r = file_replace(in, odt, NULL, f);
	if (r == 0 && convert(program, dir, say, &late) < 0) {
		r = late ? fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "LibreOffice did not finish the PDF within %d seconds", PDF_SECONDS)
			 : fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "LibreOffice could not make the PDF");
		fault_hint(f, "Export to docx or odt, and print that to PDF.");
	}
	if (r == 0 && !file_exists(out)) {
		r = fault_set(f, FAULT_SYSTEM, (struct srcpos){ 0 }, "LibreOffice made no PDF (is libreoffice-writer-nogui installed?)");
		fault_hint(f, "Export to docx or odt, and print that to PDF.");
	}
	if (r == 0)
		r = file_read(out, PDF_BYTES, ret, NULL, f);
	if (r == 0)
		settle(ret, date);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(in);
	mem_free(out);
	mem_free(dir);
	mem_free(program);
	return r;
}
