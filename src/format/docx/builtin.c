#include "format/docx/builtin.h"

#include <assert.h>

/* The same tables that templates/reference.docx is made from. */
#include "format/docx/builtin.inc"

static_assert(ARRAY_LEN(builtin_styles) == STYLE_COUNT, "a style has no row");
