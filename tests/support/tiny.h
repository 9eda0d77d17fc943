/*
 * tiny: statements for tests from a few lines of text, without the Markdown reader.
 *
 * A test of the comparison should fail for the comparison's faults alone.  Understood: paragraphs, "# " headings, "- " items,
 * "| a | b |" rows (the first is the header; no delimiter row), "{#id key=value .internal}" on a line above a block, *emphasis*,
 * [^label] marks and "[^label]: text" definitions, each block divided from the next by an empty line.
 */
#ifndef SUPPORT_TINY_H
#define SUPPORT_TINY_H

#include "model/statement.h"

struct statement *tiny(const char *text);

#endif
