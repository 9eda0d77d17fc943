/*
 * reader: the state of one reading of a DOCX, shared by its tags (read_tags.c), its words and blocks (read_blocks.c) and its
 * stories (read.c).
 */
#ifndef FORMAT_DOCX_READER_H
#define FORMAT_DOCX_READER_H

#include "base/limits.h"
#include "format/docx/names.h"
#include "format/docx/package.h"
#include "io/xml.h"
#include "model/doc.h"
#include "model/nest.h"
#include "model/places.h"

/* A paragraph while it is being read. */
struct para {
	struct runs runs;
	bool page_break;         /* one stands behind its words so far */
	bool drop_cap;           /* its letters are the first of the next paragraph's words */
	struct span style;       /* id */
	int num_id, ilvl;        /* -1: not said, by style */
	int outline;
	struct indent indent;
	const struct mark *mark_ins, *mark_del; /* of the paragraph mark */
	struct span anchors[8];
	bool anchor_gone[8];
	size_t anchor_count;
	size_t begin;            /* offset of its tag in the part */
	struct block *before;    /* last of its container when it began: text boxes in it come behind it */
};

struct field {
	struct buf instr;
	bool result;             /* after separate */
	const struct link *link;
	bool hide;               /* its result is a cross-reference of ours: one run stands for it */
	const struct link *outer_link;
	struct para *para;       /* hide: where that run is */
	size_t run;
	struct buf printed;
	const struct mark *mark; /* hide: what all that it prints came or went with */
	bool mark_known;
};

struct comment_range {
	struct span id;          /* the comment's; of a bookmark in a note "cn_" and the bookmark's */
	struct comment *comment;
	const struct mark *mark; /* made for the first run in it */
	bool joined;             /* it begins with another one, whose highlight shows both */
};

struct comment_entry {
	struct span id, para;
	struct comment *comment;
	bool reply;              /* to another: it stands in that one's chain */
	bool noted;              /* on words of a note, which a bookmark holds (noted.h) */
	struct comment *last;    /* of its chain */
};

/* What an open element means for its end. */
struct open_element {
	int what;                /* enum w_name, or one of the below */
	const struct mark *mark; /* to go back to */
	const struct link *link;
};

#define NOTE_MAX LIMIT_NOTES
#define NEST_MAX 6    /* paragraphs inside paragraphs (text boxes) */
#define FIELD_MAX 16
#define FIELD_WORDS 1024 /* kept of what stands in a field's instruction, to say what it was */

enum story { STORY_BODY, STORY_FOOTNOTES, STORY_ENDNOTES, STORY_COMMENTS, STORY_OTHER };

struct reader {
	struct package pkg;
	struct doc *d;
	enum story story;
	const char *part;
	struct rels *rels;

	struct open_element open[LIMIT_XML_DEPTH + 2];
	unsigned depth;
	unsigned skip;           /* elements left open in a subtree that is read over */

	struct block *container; /* where blocks go */
	bool ours;               /* margins say what stands in what, as our exports set them */
	struct nest nest;        /* below container */
	bool table_indented, merge_reported;
	unsigned cell_span;      /* columns that the open cell takes */
	unsigned cells_made;     /* without words, in the whole text */
	bool cells_said;         /* that there are too many */
	unsigned cell_depth;     /* para_depth of its own paragraphs: those of text boxes in them lie deeper */
	struct block *table, *row, *cell;
	struct runs cell_runs;   /* of the cell that is open */
	struct run_room room;    /* behind the words of the last run */
	struct runs drop_cap;    /* of the paragraph that comes */
	bool cell_has_text;
	unsigned table_depth;

	struct para paras[NEST_MAX];
	struct block *outer_container[NEST_MAX];
	unsigned para_depth;     /* 0: between paragraphs */
	const struct mark *restyled; /* who tracked a change of the run's look */
	bool in_ppr, in_rpr, in_trpr, in_run, in_numpr;
	bool in_text, text_deleted, keep_space;
	unsigned format;
	bool hidden;
	struct buf text;         /* of the run element that is open */

	const struct mark *mark; /* from wrappers */
	const struct link *link;
	unsigned from_ranges, to_ranges; /* moveFromRangeStart without its end */
	struct mark *range_from, *range_to;
	struct field fields[FIELD_MAX];
	unsigned field_depth;
	unsigned groups;

	/* A picture that follows a reference: LibreOffice 7.4 writes it into every run of the field, and not behind it. */
	struct image *field_image;
	struct span field_image_text;
	bool in_ruby;            /* in the small words above others */
	struct comment_range ranges[16];
	unsigned range_count;
	struct comment_entry *comments;
	size_t comment_count, comment_cap;
	struct comment_entry *comment_now;
	struct span_map comment_names; /* by their names for notes: 1 more than the place; filled when a note asks */
	bool comments_named;
	struct buf comment_text;

	struct { struct span id; struct note *note; bool end; } *notes;
	size_t note_count, note_cap;
	struct span_map note_ids[2], comment_ids, comment_paras; /* 1 more than the place: footnotes, endnotes; comments */

	bool choice_taken[LIMIT_XML_DEPTH + 2];

	struct span drawing_text, drawing_embed;
	bool drawing_boxed;      /* a text box stood in it, whose words were read */
	size_t paragraph_number;
	struct buf other_text;   /* headers and footers */
	bool formatting_reported, property_reported;
	bool older_numbers;      /* what came counts in no numbering, instead of what went */
	bool want_places;        /* import: links in the file become references where they can */
	bool root_known;         /* the main part's root is w:document */
};

/* reader.c */
struct span docx_dup(struct reader *r, struct span s);
struct span docx_first_of(struct reader *r, struct span a, struct span b);
struct span docx_val_of(const struct xml_tag *t);
bool docx_is_on(const struct xml_tag *t);
int docx_small_number(struct span s, int most, int otherwise);
struct span docx_where(struct reader *r);

/* read_blocks.c */
const struct mark *docx_mark_of(struct reader *r, enum mark_kind kind, const struct xml_tag *t, const struct mark *outer);
struct para *docx_para_now(struct reader *r);
bool docx_field_hides(const struct reader *r);
struct run *docx_add_run(struct reader *r, enum run_kind kind);
void docx_add_text(struct reader *r, struct span s);
bool docx_style_is(const struct style *s, const char *a, const char *b);
/* Is it laid out as our exports are? */
void docx_know_margins(struct reader *r);
void docx_begin_container(struct reader *r, struct block *container);
/* Of a story: a big letter that no paragraph follows is one. */
void docx_end_drop_cap(struct reader *r);
void docx_end_paragraph(struct reader *r, size_t end);
struct note *docx_note_of(struct reader *r, struct span id, bool end);
/* What stood between its beginning and its result, if not as an instruction, is said. */
void docx_field_unread(struct reader *r, struct field *f);
void docx_field_separate(struct reader *r, struct field *f);
void docx_field_char(struct reader *r, struct span type);
/* Words that lead to a bookmark of the same file begin here. */
void docx_inner_link(struct reader *r, struct span name);
void docx_inner_link_end(struct reader *r);
/* A link's address with the place in what it leads to. */
struct span docx_url(struct reader *r, struct span target, struct span place);
/* A comment whose range held words is known by its highlight; one that did not marks a place. */
void docx_comment_here(struct reader *r, struct comment *c);
/* In a note: a bookmark that may hold the words of a comment begins, or one ends. */
void docx_noted_begin(struct reader *r, struct span id, struct span name);
void docx_noted_end(struct reader *r, struct span id);
struct comment_entry *docx_comment_find(struct reader *r, struct span id);
void docx_range_end(struct reader *r, struct span id);

/* read_tags.c */
void docx_on_start(void *ctx, const struct xml_tag *t);
void docx_on_text(void *ctx, struct span s);
void docx_on_end(void *ctx, int ns, struct span local, size_t end);

#endif
