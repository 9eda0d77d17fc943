/*
 * meta: a statement's front matter (DESIGN.md section 3).
 *
 * Spans are borrowed from the doc's arena; one that is not there has p NULL.  Unknown keys are kept in
 * the file and ignored here; a near miss of a known key is a remark (key-unknown).
 */
#ifndef MODEL_META_H
#define MODEL_META_H

#include "base/span.h"

enum channel { CHANNEL_UNSAID, CHANNEL_WRITTEN, CHANNEL_ORAL };
enum numbering { NUMBERING_UNSAID, NUMBERING_PARAGRAPHS, NUMBERING_HEADINGS, NUMBERING_NONE };

/* Keys of the front matter; "consultation" is the same key as "call". */
#define META_LIST(X)                                                                                   \
	X(title) X(call) X(organisation) X(language) X(date) X(channel) X(numbering) X(answers) X(variant_of) \
	X(endorsed_by)

struct meta {
	struct span title, call, organisation, language, date, answers, variant_of;
	enum channel channel;
	enum numbering numbering;
	const struct span *endorsed_by;
	size_t endorsed_count;
	struct span raw;      /* the YAML between the --- lines, as in the file */
	size_t body;          /* offset of the first byte after the front matter */
	bool present;
	size_t call_offset;   /* where the call is named, for findings; 0 if it is not */
};

bool meta_is_date(struct span s); /* a day of the calendar, YYYY-MM-DD */

#endif
