/*
 * odt: OpenDocument text, written from an outdoc and opened again.
 *
 * A written package holds mimetype, manifest, content, styles, meta, settings and pictures, in this order and with the
 * same bytes for the same input.  Styles, page, header and footer come from the reference file, looked up by the names
 * that people see; a style that is not there is made, never left to Standard.
 * Source: ODF 1.3 (OASIS, 2021); DESIGN.md section 8; MARKUP.md sections 0, 2, 3 and 5; FORMAT.md F4, F8, F10.
 */
#ifndef FORMAT_ODT_ODT_H
#define FORMAT_ODT_ODT_H

#include "base/buf.h"
#include "base/fault.h"
#include "model/outdoc.h"

struct write_options;

/* FAULT_INPUT where the reference file is no template that can be used; the fault names the file and what is wrong. */
int odt_write(const struct outdoc *out, const struct write_options *o, struct buf *ret, struct fault *f);

/* The text of every part of a package that odt_write made, attribute values included: words that stand in one
 * paragraph are together however they are tagged, paragraphs and values are lines. */
int odt_reopen(struct span bytes, struct buf *ret_text, struct fault *f);

bool odt_probe(struct span bytes);

#endif
