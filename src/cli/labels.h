/*
 * labels: what the paragraphs of an imported file are called: "57", "12 bis", "[58.]", (a) under 57; and what refers to them.
 *
 * ids: the ids that were given out so far.  Source: FORMAT.md F10.
 */
#ifndef CLI_LABELS_H
#define CLI_LABELS_H

#include "base/spanmap.h"
#include "model/doc.h"

/* Printed and typed labels become label= and ids; a copy of our own gets its numbering back instead. */
void labels_find(struct doc *d, struct span_map *ids);

/* A reference of a copy of ours leads to an anchor: it is one to the clause there again.  Where the anchor is gone, its words
 * stay. */
void labels_reference(struct doc *d, struct span_map *ids);

/* A link to another place in the file is a reference to the clause there where that prints the words of the link: "paragraph 57", or a
 * heading's own.  The others are words now, and listed. */
void labels_places(struct doc *d, struct span_map *ids);

#endif
