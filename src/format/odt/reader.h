/*
 * reader: the state of one reading of an ODT, shared by its tags (read_tags.c), its words and blocks (read_blocks.c) and its
 * parts (read.c).
 */
#ifndef FORMAT_ODT_READER_H
#define FORMAT_ODT_READER_H

#include "base/limits.h"
#include "format/odt/styles.h"
#include "io/xml.h"
#include "model/doc.h"
#include "model/nest.h"
#include "model/places.h"

struct list_state {
	struct span style;
	struct span of_item; /* the style that the open item prints its number in, where that is another */
	bool first_in_item, header;
};

/* A paragraph of a region, and where it stood. */
struct kept_para {
	const struct block *block;
	const struct odt_style *style;
	unsigned list_depth; /* 0: in none */
	struct list_state list;
	const struct kept_para *next;
};

struct region {
	struct span id;
	bool deletion, format; /* format: of looks alone; its words stood there before */
	struct span author, time;
	struct block *kept; /* deletion: a BLOCK_ROOT of leaves */
	struct kept_para *kept_first, *kept_last; /* those of them that are paragraphs */
	const struct mark *mark;
};

struct odt_para {
	struct runs runs;
	bool heading, unnumbered; /* unnumbered: text:is-list-header */
	unsigned level;
	const struct odt_style *style;
	struct span label;
	unsigned label_level;
	bool item;               /* first in a list item */
	bool space;              /* the text so far ends in white space */
	bool shown;              /* what is around it is not hidden */
	struct span anchors[8];
	size_t anchor_count;
	size_t begin;
	unsigned list_depth;     /* that it stands in */
	const struct kept_para *tail; /* its last words are those of this one, whose start was deleted with the break before it */
	struct block *container; /* to go back to */
};

/* Where the numbering of a list style stands: lists that continue one another share it. */
struct counter {
	struct span style;
	unsigned at[ODT_LEVELS]; /* 0: not begun */
};

struct annotation {
	struct span name;
	struct comment *comment;
	const struct mark *mark;
	bool ended;
	bool joined; /* it begins with another one, whose highlight shows both */
};

#define NEST_MAX 6
#define SPAN_DEPTH (LIMIT_XML_DEPTH + 2)

struct reader {
	struct doc *d;
	struct odt_styles styles;
	const char *path;
	bool in_body, root_ok, want_pictures, want_places;
	bool older_numbers; /* what came counts in no numbering, instead of what went */
	unsigned depth;          /* open elements that are not read over */
	unsigned skip;

	struct block *container, *table, *row, *cell;
	const struct mark *row_mark; /* the insertion that the row began in */
	bool ours;               /* margins say what stands in what, as our exports set them */
	bool ours_known;
	struct nest nest, note_nest; /* below container; note_nest: around the note that is open */
	struct runs cell_runs;
	struct run_room room; /* behind the words of the last run */
	bool cell_has_text, header_rows, merge_reported;
	unsigned table_depth;
	unsigned cell_depth;     /* para_depth of the cell's own paragraphs: those of text boxes in them lie deeper */
	unsigned columns;        /* of the table, as it says; 0: it does not */
	unsigned cell_times, row_times; /* that the open one is said to stand there */
	unsigned row_cells;      /* of the open row so far */
	unsigned cells_made;     /* of rows that stand there again, in the whole text */

	struct odt_para paras[NEST_MAX];
	unsigned para_depth;

	unsigned formats[SPAN_DEPTH]; /* by depth: what to go back to */
	const struct link *links[SPAN_DEPTH];
	bool hiddens[SPAN_DEPTH];
	bool holds_words[SPAN_DEPTH]; /* or elements only: white space between those is layout of the file */
	unsigned script_depth;   /* of office:script, 0: none */
	bool script_empty;       /* a library without modules, as word processors write it */
	unsigned format;
	bool hidden;
	const struct link *link;

	struct list_state lists[LIMIT_BLOCK_DEPTH];
	unsigned list_depth, list_base; /* lists open; those of them around the note that is open */
	struct counter *counters;
	size_t counter_count;

	struct region *regions;
	size_t region_count, region_cap;
	size_t *region_slots;    /* by id: open addressing, index + 1 */
	size_t region_mask;
	struct region *region;   /* that is being read */
	struct region *inserting[16];
	unsigned inserting_count;
	unsigned inserting_from; /* in a note: what began outside it is about its mark, not about its words */
	const struct mark *mark_cache;
	bool mark_known;
	unsigned groups;

	unsigned shapes;         /* drawn ones that are open */
	bool shape_said;         /* the words of this one */
	unsigned xref_depth;     /* of the span of a cross-reference that is being read, 0: none */
	struct buf xref_words;
	struct span xref_target;
	const struct mark *xref_mark; /* of its words: a change of them may begin and end in the span */
	bool xref_field, xref_words_first; /* it holds a number's field; words stand in front of that */
	size_t xref_end;         /* 1 more than the run of the one that ended, where nothing came since; 0: none */
	struct span note_bookmark; /* that is open, and may hold a note */
	struct span_map note_marks; /* notes by such bookmarks: 1 more than the place */
	struct note *noteref;    /* a field of another program's refers to it */
	bool noteref_words;      /* what that field printed is being read over */

	struct note *note;
	bool note_promised;      /* a reference came before its note */
	bool in_info;            /* of a change: who, when, and what was said about it */
	struct block *note_outer;
	unsigned note_para_depth;
	bool in_citation;

	struct annotation *notes_on[16]; /* annotations whose range is open */
	unsigned range_count;
	struct annotation *annotations;
	size_t annotation_count, annotation_cap;
	struct span_map annotation_names; /* 1 more than the place of the first */
	struct annotation *annotation;   /* that is being read */
	struct buf words;        /* of creator, date, annotation */
	enum { WORDS_NONE, WORDS_CREATOR, WORDS_DATE, WORDS_ANNOTATION, WORDS_TITLE, WORDS_META, WORDS_LANGUAGE, WORDS_BINARY, WORDS_RUBY, WORDS_OTHER } collect;

	struct span image_url, image_text;
	size_t flat_pictures;    /* that stand in a flat file itself: they have no names */
	bool in_frame, meta_map;
	size_t paragraph_number;
	struct buf other_text;
	bool in_master;
	struct region *restyling; /* whose change of looks is open; NULL: none */
	bool formatting_reported;
	size_t risks;            /* found so far; LIMIT_RISKS are listed one by one */
};

/* reader.c */
struct span odt_dup(struct reader *r, struct span s);
struct span odt_where(struct reader *r);

/* read_blocks.c */
struct region *odt_region_find(struct reader *r, struct span id);
struct region *odt_region_add(struct reader *r, struct span id);
struct odt_para *odt_para_now(struct reader *r);
struct run *odt_add_run(struct reader *r, enum run_kind kind);
void odt_put_text(struct reader *r, struct span s);
void odt_add_text(struct reader *r, struct span s);
/* A table with that style: what it stands in. */
struct block *odt_place_table(struct reader *r, struct span style);
void odt_begin_container(struct reader *r, struct block *container);
void odt_begin_para(struct reader *r, bool heading, unsigned level, struct span style, size_t offset);
struct counter *odt_counter_of(struct reader *r, struct span style);
void odt_end_para(struct reader *r, size_t end);
/* Of the whole text: what was deleted where no one can tell is said. */
void odt_unplaced(struct reader *r);
void odt_put_deleted(struct reader *r, struct span id, size_t offset);
/* The insertions that are open here, as one chain. */
const struct mark *odt_insertions(struct reader *r);

/* read_tables.c */
void odt_start_table(struct reader *r, const struct xml_tag *t);
void odt_end_table(struct reader *r, struct span local, size_t end);

/* read_tags.c */
void odt_on_start(void *ctx, const struct xml_tag *t);
void odt_on_text(void *ctx, struct span s);
void odt_on_end(void *ctx, int ns, struct span local, size_t end);

#endif
