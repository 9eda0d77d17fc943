/*
 * image_clean: a picture without what it says of who made it.
 *
 * Cameras and drawing programs write names, places, paths and older versions of a drawing into a picture.  A public file
 * carries none of that (DESIGN.md section 8), so what is embedded is the pixels, and what their colours and their way up
 * need.  Never decodes: PNG by chunks, JPEG by segments, SVG by elements and attributes.
 * Source: PNG (ISO 15948) 11.3; JPEG (ITU T.81) B.1; Exif 2.3, tag 0112; SVG 1.1.
 */
#ifndef FORMAT_IMAGE_CLEAN_H
#define FORMAT_IMAGE_CLEAN_H

#include "base/buf.h"

/* Appends the cleaned picture to ret.  False, and a sentence why not, for an SVG that is no well-formed XML or declares
 * entities; bytes that are no picture are taken as they are, for the caller to refuse. */
bool image_clean(struct span bytes, struct buf *ret, struct buf *ret_why);

#endif
