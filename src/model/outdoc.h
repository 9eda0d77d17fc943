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

#include "model/image.h"
#include "model/number.h"
#include "model/secret.h"
#include "model/statement.h"

#define INTERNAL_BANNER "INTERNAL: NOT FOR PUBLICATION"
#define SPEECH_HALF_POINTS 28u /* DOMAIN.md section 7: 14 points, lines one and a half apart */
#define SPEECH_LINE 150u

enum audience { AUDIENCE_PUBLIC, AUDIENCE_REVIEW, AUDIENCE_INTERNAL };

struct outdoc_options {
	enum audience audience;
	enum channel channel;      /* CHANNEL_UNSAID: the front matter's, else written */
	enum numbering numbering;  /* NUMBERING_UNSAID: the front matter's, else none */
	struct xref_words words;   /* p NULL: by the doc's language */
	bool comparison;           /* the doc is a comparison: marks are printed for every audience, in author's name */
	bool opening;              /* of a comparison: the lines around the text are compared too */
	struct span house;         /* the organisation of texts that name none, for that */
	bool whole_notes;          /* of a comparison: where notes come or go, or hold pictures, one with references that say other words is
				    * written twice, as it was and as it is: LibreOffice finds no place of such a change in a DOCX then */
	bool cut_oral;             /* leave out oral=cut clauses: over the hard limit */
	struct span organisation, group, input_to, document_label, endorsers_label; /* information block; p NULL: by the doc, or left out */
	bool information_block;    /* public exports open with one (FORMAT.md F10) */
	struct out_speech {
		unsigned half_points, line; /* of its letters, and its lines in per cent of the usual; 0: 14 points, 150 */
		struct span delivery;       /* "Check against delivery"; p NULL: no such line */
	} speech;                  /* how a text of the oral channel is laid out */
	struct span author;        /* of comparison marks in a public file: the organisation */
	struct span date;          /* document date, YYYY-MM-DD: SOURCE_DATE_EPOCH, else front matter, else 1980-01-01 */
	bool anchors;              /* review and internal: bookmarks of FORMAT.md F8 */
	bool map;                  /* and chapeau.map */
	struct span cover;         /* lines of a review copy's cover box, LF between them; p NULL: none */
	struct span draft_name, blob; /* for anchors and map */
	/* Loads an image named in the text: bytes into the arena; false and a sentence why not (FORMAT.md F11).  The
	 * model opens no files: format_load_image does, and knows which folders it may look into.  NULL: no images. */
	bool (*load_image)(void *ctx, struct span url, struct arena *arena, struct span *ret_bytes, struct buf *ret_why);
	void *load_ctx;
	/* The statement of another draft, for [](DRAFT#x), or NULL; borrowed until outdoc_make returns. */
	const struct statement *(*other_draft)(void *ctx, struct span draft);
	void *other_ctx;
	struct span language;      /* where the front matter names none; p NULL: by the script of the text */
};

/* The lines around the text as the older one has them; gone NULL: they are not compared. */
struct out_earlier {
	const struct mark *gone, *came;
	struct span title, organisation, shown_date, endorsers_label;
	const struct span *endorsers;
	size_t endorser_count;
};

struct out_image {
	struct span url;           /* as run.image->url */
	struct span bytes;
	enum image_type type;
	unsigned width, height;    /* pixels */
};

struct out_anchor {
	const struct block *block; /* the block, in this copy, that starts with the anchor */
	char name[40];             /* "cl_0123456789", "cl_0123456789_2", "_Ref000000001" */
	bool further;              /* of a clause around the block, all of whose words are other clauses': a reference leads to it */
};

/* What a reference printed in the older text, where its target says something else now. */
struct out_was {
	const struct run *run;
	struct span words;
};

/* What a block prints in the newer and the older text of a comparison. */
struct out_number {
	struct span printed, path, was_path;
};

/* An image that could not be taken in: its alternative text is written in its place. */
struct out_missing {
	struct span url, why;
};

struct outdoc {
	struct doc *doc;           /* the filtered copy, READING_MARKED where marks may be seen; notes renumbered */
	enum audience audience;
	enum channel channel;
	enum numbering numbering;
	struct span shown_date;    /* of the information block: the front matter's; p NULL: none */
	struct span title, language, date, organisation, group, input_to, document_label, endorsers_label;
	const struct span *endorsers;
	size_t endorser_count;
	bool information_block;
	struct out_earlier earlier;
	struct out_speech speech;  /* half_points 0: it is not one that is read aloud */
	bool right_to_left;        /* by the language */
	struct span banner;        /* the cover box, or "INTERNAL: NOT FOR PUBLICATION"; lines, LF between them; else p NULL */
	struct out_image *images;
	size_t image_count, image_bytes;
	struct out_missing *missing;
	size_t missing_count;
	struct out_anchor *anchors; /* by block serial */
	size_t anchor_count;
	const struct note **notes;  /* by printed number, from 1; count + 1 of them */
	uint32_t *anchor_of;        /* by block serial: index + 1 */
	uint32_t *anchor_names;     /* by name: open addressing, index + 1 */
	size_t anchor_mask;
	struct out_was *was;        /* by run */
	size_t was_count;
	struct out_number *numbers; /* by block serial, of a comparison with references; else NULL */
	bool comparison;            /* of two texts, and no copy with suggestions */
	bool renumbered;            /* the two texts of a comparison are numbered in two ways */
	enum numbering numbering_was; /* the older one in this */
	size_t first_change;        /* with numbers: serial of the first block that comes, goes, is joined or divided; SIZE_MAX: none */
	const struct mark *gone, *came; /* of a comparison, for what its references print; else NULL */
	/* Value of chapeau.map, or p NULL: "chapeau-map-1 DRAFT BLOB cl_0123456789=0123456789abcdef …", fields between single
	 * spaces, %XX for what would end a field in DRAFT, the first 16 hex digits of the clause hash for each clause. */
	struct span map;
	size_t words_source, words_written, words_held;
	struct secrets secrets;     /* what must not be found in the written file: all that is internal (model/secret.h) */
};

/*
 * What differs in the copy from the doc: attribute lists are gone (blocks keep printed numbers, paths and, for the
 * internal audience, `internal`); info strings of code, labels of notes and all origins are gone; the target of a
 * RUN_XREF is the name of an anchor, or empty where it is plain words; its printed words are set; images without
 * bytes are text.
 */
/* d is only read; it must be READING_MARKED (or hold no CriticMarkup) for review and internal, READING_REJECTED
 * for public.  Faults: FAULT_REFUSED with the finding that refuses a public export. */
int outdoc_make(struct doc *d, const struct outdoc_options *o, struct outdoc **ret, struct fault *f);
void outdoc_free(struct outdoc *o);
void outdoc_freep(struct outdoc **o);

/* The anchor of a block of this copy, or NULL. */
const char *outdoc_anchor(const struct outdoc *o, const struct block *b);
/* Its further ones, from i = 0 on; NULL behind the last. */
const char *outdoc_further_anchor(const struct outdoc *o, const struct block *b, size_t i);
/* The parts of a live cross-reference: the word ("paragraph") and the number with its path ("12 (a)"), both empty where
 * it prints a heading's words; and the block of the anchor.  False where it is plain words: write run.printed. */
bool outdoc_xref(const struct outdoc *o, const struct run *r, struct span *ret_word, struct span *ret_number,
		 const struct block **ret_block);
/* What a reference that stands in both texts printed in the older one; empty where it prints the same. */
struct span outdoc_xref_was(const struct outdoc *o, const struct run *r);
/* The number that a block prints in the newer text of a comparison; there block.printed counts what went, too, as lists do that hold both. */
struct span outdoc_printed(const struct outdoc *o, const struct block *b);
/* Of a comparison: how many paragraphs that stand in both texts take a number in one of them alone. */
size_t outdoc_recounted(const struct outdoc *o);
/* What a paragraph of the text printed in the older one. */
struct span outdoc_printed_was(const struct outdoc *o, const struct block *paragraph);
/* May a field follow a block?  In a comparison it prints what it printed with all changes shown until somebody makes it anew, and it is left
 * without its source where that comes or goes: the block must stand in both texts, with the same number in both and in a text that holds
 * both, and no block may come or go before it, since LibreOffice gives what stands behind that another list, or none. */
bool outdoc_steady(const struct outdoc *o, const struct block *b);
/* A line around the text as runs, at most two: what it was, marked as deleted, and what it is, as inserted; or what it is, where they are
 * the same or are not compared. */
size_t outdoc_line(const struct outdoc *o, struct span was, struct span is, struct run ret[2]);
/* The note that prints this number, or NULL. */
const struct note *outdoc_note(const struct outdoc *o, unsigned number);
const struct out_image *outdoc_image(const struct outdoc *o, const struct run *r);

/* After writing: does the plain text of the written file hold any internal word sequence?  0, or
 * -FAULT_REFUSED naming what was found.  text is what the reopened file's parts hold;
 * SECRET_END between what does not belong together. */
int outdoc_search(const struct outdoc *o, struct span text, const char *file, struct fault *f);

#endif
