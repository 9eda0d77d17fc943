#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void fault_done(struct fault *f)
{
	if (!f)
		return;
	free(f->file);
	free(f->message);
	free(f->hint);
	free(f->line);
	*f = (struct fault){ 0 };
}

__attribute__((format(printf, 1, 0), nonnull(1))) static char *format(const char *fmt, va_list ap)
{
	va_list again;
	int n;
	char *s;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return mem_strdup(fmt);
	s = mem_alloc((size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

int fault_set(struct fault *f, enum fault_kind kind, struct srcpos pos, const char *fmt, ...)
{
	va_list ap;

	if (!f || f->kind)
		return -(int)kind;
	f->kind = kind;
	f->pos = pos;
	if (pos.file)
		f->pos.file = f->file = mem_strdup(pos.file);
	va_start(ap, fmt);
	f->message = format(fmt, ap);
	va_end(ap);
	return -(int)kind;
}

int fault_hint(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	if (!f)
		return -1;
	if (!f->hint) {
		va_start(ap, fmt);
		f->hint = format(fmt, ap);
		va_end(ap);
	}
	return -(int)f->kind;
}

void fault_line(struct fault *f, struct span line)
{
	if (!f || f->line)
		return;
	f->line = mem_alloc(line.n + 1);
	if (line.n)
		memcpy(f->line, line.p, line.n);
	f->line[line.n] = '\0';
}

int fault_pass(struct fault *from, struct fault *f)
{
	enum fault_kind kind = from->kind;

	if (f && f->kind == FAULT_NONE) {
		*f = *from;
		*from = (struct fault){ 0 };
	} else {
		fault_done(from);
	}
	return -(int)kind;
}

int fault_exit_code(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_NONE:
		return 0;
#define X(k, code, name) \
	case k:          \
		return code;
		FAULT_LIST(X)
#undef X
	}
	return 4;
}

const char *fault_name(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_NONE:
		return "none";
#define X(k, code, name) \
	case k:          \
		return name;
		FAULT_LIST(X)
#undef X
	}
	return "none";
}
