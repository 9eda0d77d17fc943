/*
 * zip: packages, read with bounds and written the same way every time.
 *
 * The sole home of <zip.h>.  Reading: the whole package is in memory; entries are inflated on demand and
 * counted as they come out, never by what the directory claims; names with .., links, absolute paths,
 * backslashes or NUL are refused, and so is a name that stands twice, an encrypted entry, and anything
 * over the limits of base/limits.h.  Writing: into memory, entries in the order given, fixed time stamps.
 * Source: APPNOTE 6.3.3; ISO/IEC 21320-1; DESIGN.md section 9.
 */
#ifndef IO_ZIP_H
#define IO_ZIP_H

#include "base/buf.h"
#include "base/fault.h"

struct zip_in;

/* Borrows bytes until zip_in_free.  path is for messages. */
int zip_in_open(struct span bytes, const char *path, struct zip_in **ret, struct fault *f);
void zip_in_free(struct zip_in *z);
void zip_in_freep(struct zip_in **z);
size_t zip_in_count(const struct zip_in *z);
const char *zip_in_name(const struct zip_in *z, size_t i);
bool zip_in_has(const struct zip_in *z, const char *name);
/* Inflates one entry into *ret (appends).  FAULT_INPUT where it is not there or is damaged. */
int zip_in_read(struct zip_in *z, const char *name, struct buf *ret, struct fault *f);

struct zip_out;
struct zip_out *zip_out_new(void);
void zip_out_free(struct zip_out *z);
void zip_out_freep(struct zip_out **z);
/* Takes data (its memory goes with the package; *data is zeroed).  stored: no compression. */
void zip_out_add(struct zip_out *z, const char *name, struct buf *data, bool stored);
int zip_out_finish(struct zip_out *z, struct buf *ret, struct fault *f);

#endif
