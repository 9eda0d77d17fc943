/*
 * package: the parts of a DOCX around its main part, as reading needs them.
 *
 * Owns everything it hands out, until package_done.
 * Source: ISO/IEC 29500-2 (OPC), 29500-1 sections 17.7 (styles), 17.9 (numbering), 17.13.4 (comments).
 */
#ifndef FORMAT_DOCX_PACKAGE_H
#define FORMAT_DOCX_PACKAGE_H

#include "base/spanmap.h"
#include "base/buf.h"
#include "base/fault.h"
#include "io/xml.h"
#include "io/zip.h"

struct rel {
	struct span id, type, target; /* type: the last part of its URI; target: a part's name, or an address if external */
	bool external, said;         /* said: the reader has reported it */
	size_t picture;              /* see struct image */
};
struct rels {
	struct rel *items;
	size_t count, cap;
	struct span_map by_id; /* 1 more than the place */
};
void rels_done(struct rels *r);

#define INDENT_UNSAID (-0x7fffffff)
/* Twips; INDENT_UNSAID: not said. */
struct indent {
	int left;
	int hanging; /* below 0: the first line is indented */
	int right;
};
#define INDENT_NONE ((struct indent){ INDENT_UNSAID, INDENT_UNSAID, INDENT_UNSAID })

struct style {
	struct span id, name, based_on;
	int num_id, ilvl;   /* -1: none */
	int outline;        /* 0 to 8, -1: none */
	struct indent indent;
	bool paragraph;
	enum { SHOWN_UNSAID, SHOWN, HIDDEN } shows; /* its words */
	struct style *base; /* resolved, cycles cut */
	unsigned format;    /* character styles: FMT_* that are on */
};

struct num_level {
	char format[24];   /* numFmt: decimal, bullet, lowerLetter, … */
	struct span text;  /* "%1." */
	struct span style; /* that paragraphs of this level have */
	int start, restart; /* restart: -1 unless given */
	bool legal;
	struct indent indent;
};
#define LEVELS 9
struct abstract_num {
	int id;
	struct num_level levels[LEVELS];
	struct span style_link; /* numStyleLink */
	int counters[LEVELS];   /* running; -1: not begun */
};
struct num {
	int id, abstract_id;
	struct abstract_num *abstract;
	int start_override[LEVELS]; /* -1: none */
	struct num_level *levels[LEVELS]; /* that it has in place of the abstract one's; NULL: none */
	bool overrides_used[LEVELS];
};

struct package {
	struct zip_in *zip;
	const char *path;
	struct arena arena;
	char *main_part;
	struct buf main;
	struct rels root, rels; /* of the package, of the main part */
	struct style *styles;
	size_t style_count, style_cap;
	struct span_map style_ids, num_ids, abstract_ids; /* 1 more than the place of the one that counts */
	struct abstract_num *abstracts;
	size_t abstract_count, abstract_cap;
	struct num *nums;
	size_t num_count, num_cap;
};

/* Opens, finds the main part, reads it and what it leans on.  FAULT_INPUT says in one sentence what and where. */
int package_open(struct span bytes, const char *path, struct package *ret, struct fault *f);
void package_done(struct package *p);

struct rel *rels_find(const struct rels *r, struct span id);
const struct rel *rels_of_type(const struct rels *r, const char *type);
int package_rels(struct package *p, const char *part, struct rels *ret, struct fault *f); /* none: empty */

const struct style *package_style(const struct package *p, struct span id);

/* All lists begin anew: notes are counted apart from the text. */
void package_restart_labels(struct package *p);
/* Takes w:ind, or the parts of it that the tag says. */
void package_indent(const struct xml_tag *t, struct indent *in);
/* What the list says of a paragraph's margin; NULL: there is no such list. */
const struct indent *package_list_indent(struct package *p, int num_id, int ilvl);
/* The printed label of the next paragraph with this numbering, "57." or "(a)"; counts on.  Empty where the list prints
 * none or a bullet (ret_bullet).  ret_level: 0 to 8. */
struct span package_label(struct package *p, int num_id, int ilvl, bool count, struct arena *a, bool *ret_bullet, int *ret_level);

#endif
