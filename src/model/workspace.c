#include "model/workspace.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

void workspace_free(struct workspace *w)
{
	if (!w)
		return;
	free(w->root);
	arena_done(&w->arena);
	free(w);
}

void workspace_freep(struct workspace **w)
{
	workspace_free(*w);
	*w = NULL;
}

const struct person *workspace_person(const struct workspace *w, struct span who)
{
	const struct person *found = NULL;

	for (size_t i = 0; i < w->person_count; i++)
		if (span_eq(w->people[i].id, who) || span_eq_nocase(w->people[i].name, who))
			return &w->people[i];
	for (size_t i = 0; i < w->person_count; i++) {
		struct span name = w->people[i].name;

		if (who.n && name.n > who.n && name.p[who.n] == ' ' && span_eq_nocase(span_sub(name, 0, who.n), who)) {
			if (found)
				return NULL;
			found = &w->people[i];
		}
	}
	return found;
}

/* As a shell takes it for one word. */
static struct span quoted(struct arena *a, struct span s)
{
	struct buf out = { 0 };
	bool plain = s.n > 0;

	for (size_t i = 0; i < s.n; i++)
		plain = plain && ((unsigned char)s.p[i] >= 0x80 || (s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') ||
				  (s.p[i] && strchr("-_./,:+@%=", s.p[i])));
	if (plain)
		return s;
	buf_char(&out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			buf_str(&out, "'\\''");
		else
			buf_char(&out, s.p[i]);
	}
	buf_char(&out, '\'');
	s = arena_dup(a, buf_span(&out));
	buf_done(&out);
	return s;
}

struct span workspace_typed(struct arena *a, struct span path)
{
	size_t base = path.n, end;
	struct span dir;

	while (base && path.p[base - 1] != '/')
		base--;
	dir = span_sub(path, 0, base);
	if (!span_eq(dir, SPAN_LIT("drafts/")) && !span_ends(dir, SPAN_LIT("/drafts/")) && !span_eq(dir, SPAN_LIT("texts/")) &&
	    !span_ends(dir, SPAN_LIT("drafts/texts/")))
		return quoted(a, path);
	/* A name that begins as an option does is typed with its folder. */
	if (base < path.n && path.p[base] == '-')
		return quoted(a, path);
	for (end = path.n; end > base + 1 && path.p[end - 1] != '.';)
		end--;
	return quoted(a, span_sub(path, base, end > base + 1 ? end - 1 : path.n));
}
