/*
 * joins: do the parts of a comparison give both of its texts?
 */
#ifndef SUPPORT_JOINS_H
#define SUPPORT_JOINS_H

#include <stdbool.h>

#include "model/comparison.h"

/* The first entry whose `=` and `-` parts are not the old text, or whose `=` and `+` parts are not the new; NULL: none. */
const struct change_entry *parts_wrong(const struct comparison *c);

#endif
