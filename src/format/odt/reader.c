/* What the files that read an ODT share. */
#include "format/odt/reader.h"

struct span odt_dup(struct reader *r, struct span s)
{
	return arena_dup(&r->d->arena, s);
}

struct span odt_where(struct reader *r)
{
	return arena_printf(&r->d->arena, "text, paragraph %zu", r->paragraph_number + 1);
}
