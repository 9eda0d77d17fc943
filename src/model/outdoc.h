/*
 * outdoc: the only shape of a document that a writer accepts.
 *
 * Organisations mark passages internal while they negotiate.  A writer given the whole doc would leak
 * one the day somebody forgets a test, so it is not given it.  Only outdoc_make makes one: it copies
 * what the audience may see and nothing else, resolves cross-references and numbers, loads images,
 * and counts: words in the source = words written + words held back, or it refuses.
 *
 * Owns its copy; the doc it came from may be freed first.
 * Source: DESIGN.md sections 4 and 8; FORMAT.md F4, F8, F10, F11.
 */
#ifndef MODEL_OUTDOC_H
#define MODEL_OUTDOC_H

#include "model/number.h"
#include "model/statement.h"

enum audience { AUDIENCE_PUBLIC, AUDIENCE_REVIEW, AUDIENCE_INTERNAL };

struct outdoc_options {
	enum audience audience;
	enum channel channel;      /* CHANNEL_UNSAID: the front matter's, else written */
	enum numbering numbering;  /* NUMBERING_UNSAID: the front matter's, else none */
	struct xref_words words;   /* p NULL: by the doc's language */
	bool comparison;           /* the doc is a comparison: marks are printed for every audience, in author's name */
	bool cut_oral;             /* leave out oral=cut clauses: over the hard limit */
	struct span organisation, group, input_to, document_label, endorsers_label; /* information block; p NULL: by the doc, or left out */
	bool information_block;    /* public exports open with one (FORMAT.md F10) */
	struct span author;        /* of comparison marks in a public file: the organisation */
	struct span date;          /* document date, YYYY-MM-DD: SOURCE_DATE_EPOCH, else front matter, else 1980-01-01 */
	bool anchors;              /* review and internal: bookmarks of FORMAT.md F8 */
	bool map;                  /* and chapeau.map */
	struct span draft_name, blob; /* for anchors and map */
	const char *image_root;    /* images are taken only from below it or below the draft's folder */
};

struct out_image {
	struct span url;           /* as run.image->url */
	struct span bytes;
	enum image_type { IMAGE_PNG, IMAGE_JPEG, IMAGE_SVG } type;
	unsigned width, height;    /* pixels */
};

struct out_anchor {
	const struct block *block; /* the block, in this copy, that starts with the anchor */
	char name[32];             /* "cl_0123456789", "cl_0123456789_2", "_Ref000000001" */
};

struct outdoc {
	struct doc *doc;           /* the filtered copy, READING_MARKED where marks may be seen; notes renumbered */
	enum audience audience;
	enum channel channel;
	enum numbering numbering;
	struct span title, language, date, organisation, group, input_to, document_label, endorsers_label;
	const struct span *endorsers;
	size_t endorser_count;
	bool information_block;
	bool right_to_left;        /* by the language */
	struct span banner;        /* review and internal: "INTERNAL: NOT FOR PUBLICATION"; else p NULL */
	struct out_image *images;
	size_t image_count;
	struct out_anchor *anchors; /* by block serial */
	size_t anchor_count;
	struct span map;           /* value of chapeau.map, or p NULL */
	size_t words_source, words_written, words_held;
	/* What must not be found in the written file: folded word sequences of all internal text. */
	struct span *secrets;
	size_t secret_count;
};

/* d is only read; it must be READING_MARKED (or hold no CriticMarkup) for review and internal, READING_REJECTED
 * for public.  Faults: FAULT_REFUSED with the finding that refuses a public export. */
int outdoc_make(struct doc *d, const struct outdoc_options *o, struct outdoc **ret, struct fault *f);
void outdoc_free(struct outdoc *o);
void outdoc_freep(struct outdoc **o);

/* The anchor of a block of this copy, or NULL. */
const char *outdoc_anchor(const struct outdoc *o, const struct block *b);
const struct out_image *outdoc_image(const struct outdoc *o, const struct run *r);

/* After writing: does the plain text of the written file hold any internal word sequence?  0, or
 * -FAULT_REFUSED naming what was found.  text is what the reopened file's parts hold. */
int outdoc_search(const struct outdoc *o, struct span text, const char *file, struct fault *f);

#endif
