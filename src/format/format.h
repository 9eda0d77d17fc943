/*
 * format: the door to every file format.
 *
 * A format reads bytes into a doc, writes an outdoc to bytes, and may patch the bytes that a doc was
 * read from.  A format that cannot do one has NULL there.  No format includes another.
 */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include "base/buf.h"
#include "base/fault.h"
#include "model/outdoc.h"

struct read_options {
	const char *path;     /* for messages */
	enum reading reading; /* of a package all is read, marked; READING_REJECTED: numbered as without its changes */
	bool pictures;        /* a package's pictures too, into doc.pictures */
	bool places;          /* a package's links within the file stay links (model/places.h), for who makes references of them */
	bool lasting;         /* Markdown: the bytes outlive the doc and a NUL stands behind them, so that they are not copied */
};

struct write_options {
	struct span reference;      /* bytes of the reference file (docx, odt); empty: the format's own default styles */
	const char *reference_path; /* for messages */
	const char *dest;           /* for messages; never opened */
};

struct format {
	const char *name;   /* as --to and --format name it */
	const char *ending; /* ".docx" */
	const char *media_type;
	bool (*probe)(struct span bytes);
	int (*read)(struct span bytes, const struct read_options *o, struct doc **ret, struct fault *f);
	int (*write)(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f);
	/* The plain text of every part of a written file, for the search that follows writing: words as they are read, however
	 * they are tagged; a form feed between what only happens to follow each other (parts, values). */
	int (*reopen)(struct span bytes, struct buf *ret_text, struct fault *f);
};

extern const struct format formats[];
extern const size_t format_count;

const struct format *format_by_name(struct span name);
const struct format *format_by_path(struct span path); /* by its ending; NULL if unknown */

/* The formats' own doors, for those who may only enter by this one. */
#include "format/compare/compare.h"
#include "format/conf/conf.h"
#include "format/html/html.h"
#include "format/image.h"
#include "format/md/md.h"
#include "format/report/report.h"

#endif
