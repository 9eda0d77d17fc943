/*
 * image: what kind of picture some bytes are, and how large.
 *
 * Looks at headers only; the pictures are never decoded.  Source: PNG (ISO 15948),
 * JPEG (ITU T.81), SVG 1.1; FORMAT.md F11.
 */
#ifndef MODEL_IMAGE_H
#define MODEL_IMAGE_H

#include "base/span.h"

enum image_type { IMAGE_PNG, IMAGE_JPEG, IMAGE_SVG };

/* False for anything else, for a side of 0 or over LIMIT_IMAGE_PIXELS.  An SVG without a
 * size is 300 wide, and as high as its viewBox says, else 150. */
bool image_sniff(struct span bytes, enum image_type *ret_type, unsigned *ret_width, unsigned *ret_height);
#define IMAGE_WRONG_KIND "it is no PNG, JPEG or SVG, or its sides are not 1 to 20,000 pixels"
const char *image_media_type(enum image_type type);

#endif
