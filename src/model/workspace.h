/*
 * workspace: what chapeau.yaml says (FORMAT.md F10).  Owns its strings.
 */
#ifndef MODEL_WORKSPACE_H
#define MODEL_WORKSPACE_H

#include "base/mem.h"

struct person {
	struct span id, name, organisation;
	struct span *roles;
	size_t role_count;
};

struct workspace_words {
	struct span language, word, value; /* fr, paragraph, paragraphe */
};

struct workspace {
	struct arena arena;
	char *root; /* folder that holds chapeau.yaml, without a slash at its end */
	struct span organisation, organisation_short, group, region, language;
	struct person *people;
	size_t person_count;
	struct span *sign_order;
	size_t sign_order_count;
	struct { struct span role; unsigned count; } *quorum;
	size_t quorum_count;
	bool attributes_plain; /* attributes: plain */
	bool track_on_save;    /* track: on-save */
	struct workspace_words *words;
	size_t word_count;
	unsigned undo_steps;
};

void workspace_free(struct workspace *w);
void workspace_freep(struct workspace **w);

/* By id, by name, or by a name that begins so and no other does; NULL if none. */
const struct person *workspace_person(const struct workspace *w, struct span who);

/* What a person types to name the draft at this path: the name alone where it lies in drafts/ or drafts/texts/, else the path (FORMAT.md F8). */
struct span workspace_typed(struct arena *a, struct span path);

#endif
