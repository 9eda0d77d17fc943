/*
 * internal: what the renderers of a comparison share.
 */
#ifndef FORMAT_COMPARE_INTERNAL_H
#define FORMAT_COMPARE_INTERNAL_H

#include "format/compare/compare.h"

/* May this audience see the entry?  Words that were internal on either side are internal. */
bool entry_shown(const struct change_entry *e, const struct compare_options *o);
/* Did anything of it change that a reader would look at (attributes apart)? */
bool entry_changed(const struct change_entry *e);

struct summary {
	size_t changed, moved_changed, moved_only, added, removed, split, merged, formatted, attributes, same;
	size_t hidden; /* internal ones that changed */
};
struct summary summarise(const struct comparison *c, const struct compare_options *o);
/* "2 paragraphs changed (1 of them moved), 1 new, 1 removed; 5 the same" */
void summary_line(const struct summary *s, bool whole, bool short_form, struct buf *out);

#endif
