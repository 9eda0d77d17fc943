/*
 * The working state of receive_plan, shared by its three phases: pairing the paragraphs of the returned file with the base's
 * (pair.c), the words that changed in a pair (words.c), and the plan in places of the draft (receive.c, blocks.c).
 */
#ifndef RECEIVE_PLAN_H
#define RECEIVE_PLAN_H

#include "base/hashmap.h"
#include "receive/receive.h"

#define GROW(array, count, cap, type)                                        \
	do {                                                                 \
		if ((count) == (cap)) {                                      \
			(cap) = (cap) ? 2 * (cap) : 32;                      \
			(array) = mem_resize((array), (cap), sizeof(type));  \
		}                                                            \
	} while (0)

/* A leaf of the base, and what it is paired with. */
struct base_leaf {
	const struct block *block;
	struct span text;          /* text_of_leaf */
	struct span folded;        /* for comparing */
	struct span printed;       /* the same with its references as they are printed, where it has any */
	const struct block *draft; /* the same leaf in the draft as it is now; NULL: gone */
	char anchor[32];           /* "": untracked */
	size_t first, count;       /* paragraphs of the returned file; count 0: none */
	bool goes;                 /* it moved as it was: said as one taken out and one put in */
	bool moved;                /* out of the order that most paragraphs kept */
	bool carried;              /* its words go to the end of another leaf */
};

/* A paragraph of the returned file. */
struct para {
	const struct block *block;
	struct span old, new;      /* without and with its changes */
	struct span old_folded, new_folded;
	size_t leaf;               /* SIZE_MAX: none */
	const struct block *replaces; /* the first cell of a table: the draft's table in whose place it comes */
	bool joined;               /* a piece of the paragraph before it */
	bool taken;                /* said already, with its row or the paragraph that it follows */
	size_t carrier;            /* the leaf whose end its words go to; SIZE_MAX: they stay, or go */
	size_t new_carrier;        /* to that of a paragraph that is new; SIZE_MAX: to none */
	const struct mark *join;   /* who says so */
};

struct plan {
	struct received *out;
	const struct receive_options *o;
	struct statement *base, *draft;
	struct doc *returned;
	struct base_leaf *leaves;
	size_t leaf_count;
	struct para *paras;
	size_t para_count;
	bool *notes_marked, *notes_kept; /* by note of the returned file and of the base: text that has a place refers to it */
	const struct block *row, *above; /* the last new row, and the cell that it hangs on */
	bool restyled;              /* what was tracked as a change of formatting is a suggestion */
	struct note_first {
		const struct base_leaf *leaf; /* that refers to it first */
		size_t number;                /* as printed: what stays in house is not counted */
	} *note_first;              /* by number of the base's notes */
	struct hash_map comment_at; /* by address: which leaf has it, and as which of its comments */
	size_t *leaf_at, *para_at;  /* by the serial of their blocks, 1 more than the place; 0: none */
};

bool receive_blank(struct span s);
struct span receive_folded(struct plan *p, struct span s); /* text_fold, in the arena */
struct span receive_text_in(struct plan *p, const struct block *b, enum reading reading);
void receive_lose(struct plan *p, const char *what, struct span where, struct span text);
void receive_lose_comments(struct plan *p, const char *what, struct span where, const struct comment *c);
/* The list with all comments on a leaf of the returned file behind it: they go with what is said of the whole leaf. */
struct comment *receive_comments_on(struct plan *p, const struct block *leaf, struct comment *list);

/* The leaves of the base, those of the draft that they are now, and the paragraphs of the returned file, paired. */
void receive_pair(struct plan *p);
void receive_pair_as(struct plan *p, size_t para, size_t leaf);
/* A cell by its neighbours in the row; a table, or its head, that was written anew, by its place. */
void receive_pair_cells(struct plan *p);
void receive_pair_tables(struct plan *p);
/* Once the draft's leaves are known: no cell of a table whose columns are others than they were is paired (para.replaces). */
void receive_replace_reshaped(struct plan *p);
/* The base's leaf that this leaf of a note or text is paired as, or SIZE_MAX. */
size_t receive_leaf_of(const struct plan *p, const struct block *base_block);
/* The place of a block of the returned file among the paragraphs, or SIZE_MAX. */
size_t receive_para_of(const struct plan *p, const struct block *returned_block);
/* The body of the text, or of the note, that a block stands in. */
const struct block *receive_top(const struct block *b);
/* Does any paragraph of a returned note stand in the base? */
bool receive_note_known(const struct plan *p, const struct note *returned);

/* The words of a paragraph as they are now. */
void receive_set_texts(struct plan *p, struct para *x);
/* Before the paragraphs are listed: labels that a program which knows no styles left in words that did not change otherwise. */
void receive_typed_labels(struct plan *p);
/* Takes labels that stand in the words out of them, and says which came back other than they went. */
void receive_labels(struct plan *p);

/* Title, information block, endorsers and cover box that came back other than they went. */
void receive_look_around(struct plan *p);
/* Underlined words and the like. */
void receive_list_looks(struct plan *p);
/* Are both paragraphs of an item, of lists of one kind and level? */
bool receive_item_alike(const struct block *a, const struct block *b);
/* Says which paragraphs came back as something else: another heading's level, an item that was none. */
void receive_list_shapes(struct plan *p);

/* Does it stand on the line of its note's label?  That line stays when its words go, or the mark would lead nowhere. */
bool receive_opens_note(const struct block *b);
/* Which notes are brought home by their marks, and which of the base have one in text that is gone from the draft. */
void receive_look_for_marks(struct plan *p);
/* Says, at the first cell of a row or table that was struck, that it goes.  False: this cell's words are to be looked at. */
bool receive_plan_struck(struct plan *p, const struct base_leaf *l);
/* A leaf of the base that is in no paragraph of the returned file: gone without a mark. */
void receive_plan_gone(struct plan *p, const struct base_leaf *l);
/* Paragraphs that pair with nothing are new, unless all their words are gone again. */
void receive_plan_new(struct plan *p);

/* Sets para.carrier and base_leaf.carried.  Then, once all else is planned: ends that go between neighbours. */
void receive_find_joins(struct plan *p);
void receive_plan_joins(struct plan *p);

/* Sets base_leaf.moved. */
void receive_find_moves(struct plan *p);

/* A step from the base's words to the returned ones. */
struct op {
	size_t begin, end;        /* bytes of the base's text that go; equal: an insertion there */
	struct span text;
	struct span author, time;
	bool untracked, split;
	bool new_item;            /* split: what follows is an item of its own */
	int beside_note;          /* begin == end: below 0 before a note's mark there, above 0 behind it */
	bool restyled;            /* the same words in another look; stands by itself */
	struct receive_style *styles; /* text by its looks, in the arena; NULL: all plain */
	size_t style_count, style_cap;
	size_t text_cap;          /* of text, where it is a join of several */
	const struct note *note;  /* text is empty: the mark of a new note, or of one that goes */
	bool note_goes;
	unsigned group;           /* of the mark that says so; 0: none */
};

struct ops {
	struct op *items;
	size_t count, cap;
	bool parted; /* the mark of a note that stays stands behind the last: what comes next is no part of it */
};

/* Words of ours that a program which does not know them leaves as plain ones: [begin, end) of the base's text is [from, to) of the spelt. */
struct spelt_unit {
	size_t begin, end, from, to;
};
struct spelling {
	struct span text;
	struct spelt_unit *units;
	size_t count;
};
void receive_note_firsts(struct plan *p);
/* The leaf's text with the references that do not stand in `old` as they are printed; text is the leaf's own where nothing is spelt. */
void receive_spell(struct plan *p, const struct base_leaf *l, struct span old, struct spelling *ret);
/* Places of the spelt text as places of the base's. */
size_t receive_unspelt(const struct spelling *s, size_t at, bool end_of);
/* As the copy printed a reference; old: the words of the paragraph that it stands in. */
void receive_spell_reference(const struct plan *p, struct span target, struct span old, struct buf *out);
/* The word that a reference prints is its own; who changes it is told so. */
void receive_list_references(struct plan *p);
void receive_unspell(struct plan *p, const struct spelling *s, struct ops *ops);

/* At its place among those by their begin. */
void receive_op_insert(struct ops *o, struct op x);

/* Where the i-th run stands among the leaf's words. */
size_t receive_place_of_run(const struct base_leaf *l, size_t i);

#define LOOKS (FMT_EMPH | FMT_STRONG) /* what Markdown can say */

/* Words of the base that stayed, and how they look now. */
struct kept {
	struct kept_part {
		size_t begin, end;
		unsigned format;
		struct span url;
		const struct mark *restyled; /* who says so; NULL: nobody */
		bool picture;                /* they are words of one */
	} *items;
	size_t count, cap;
};

/* Words made bold, or no longer in italics: suggestions of the same words in another look. */
void receive_find_restyled(struct plan *p, const struct base_leaf *l, const struct kept *k, struct ops *ops);
/* Words that became a link, or lead elsewhere: listed. */
void receive_find_links(struct plan *p, const struct base_leaf *l, const struct kept *k);

/* Comments found on the way, in places of the base's words. */
struct found_comment {
	struct comment *comment;
	size_t begin, end;
};

void receive_words(struct plan *p, const struct base_leaf *l, struct ops *ret, struct found_comment **ret_comments, size_t *ret_comment_count);
/* Has the returned paragraph fewer marks of notes than the leaf? */
bool receive_lacks_marks(const struct plan *p, const struct base_leaf *l);
/* The change that decides whether words stand, or NULL. */
const struct mark *receive_deciding(const struct mark *m);
struct comment *receive_comments_of(const struct run *r, size_t n);

#endif
