/* The parts of a sheet: what goes into the package as it is, and how it is referred to. */
#include "format/docx/sheet_internal.h"

struct sheet_part *sheet_add_part(struct sheet *s, const char *name, const char *type)
{
	s->parts = mem_resize(s->parts, s->part_count + 1, sizeof(*s->parts));
	s->parts[s->part_count] = (struct sheet_part){ .name = name, .type = type };
	return &s->parts[s->part_count++];
}

void sheet_add_rel(struct sheet *s, const char *id, const char *type, const char *target)
{
	s->rels = mem_resize(s->rels, s->rel_count + 1, sizeof(*s->rels));
	s->rels[s->rel_count++] = (struct sheet_rel){ id, type, target };
}

int sheet_refuse(const struct package *p, struct fault *f, const char *what)
{
	return fault_set(f, FAULT_INPUT, (struct srcpos){ .file = p->path }, "this template cannot be used: %s", what);
}
