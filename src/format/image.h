/*
 * image: loads the pictures that a statement names (FORMAT.md F11).
 *
 * Only regular files below the draft's own folder or the workspace, links resolved first; never an address, never an
 * absolute path.  Here and not in the model, which opens no files.
 */
#ifndef FORMAT_IMAGE_H
#define FORMAT_IMAGE_H

#include "base/buf.h"
#include "io/zip.h"
#include "model/doc.h"

struct image_folders {
	const char *draft;     /* the folder that names are relative to */
	const char *workspace; /* NULL: none */
};

/* outdoc_options.load_image; ctx is a struct image_folders. */
bool format_load_image(void *ctx, struct span url, struct arena *arena, struct span *ret_bytes, struct buf *ret_why);

/* May the name be loaded at all?  False, and a sentence why not.  Reads nothing of the file. */
bool format_find_image(const struct image_folders *folders, struct span url, struct buf *ret_path, struct buf *ret_why);

/* Fills in the bytes of doc.pictures from a package; what is not there, damaged, too large, or no PNG or JPEG stays empty and
 * is reported as lost.  (An SVG may hold programs and addresses: from a stranger it is not taken.) */
void format_read_pictures(struct zip_in *z, struct doc *d);
/* The same for one whose bytes stand in the file itself. */
void format_keep_picture(struct doc *d, struct doc_picture *p, struct span bytes);

#endif
