/*
 * number: printed numbers, and the words of cross-references (FORMAT.md F4).
 */
#ifndef MODEL_NUMBER_H
#define MODEL_NUMBER_H

#include "base/buf.h"
#include "model/doc.h"

struct statement;

/* The words that cross-references use, for one language, and the marks that quote a heading's words. */
struct xref_words {
	struct span paragraph, section, table;
	struct span open, close;
	struct span group; /* before the stakeholder group in the information block; p NULL: nothing */
	struct span delivery, verbatim; /* how a text that is read aloud stands to what is said */
	struct span endorsers; /* above their names, where the profile has no words; p NULL: nothing */
	const struct statement *(*other_draft)(void *ctx, struct span draft); /* for references in a heading that is referred to; NULL: none */
	void *other_ctx;
};
/* By BCP 47 tag; those of the UN's languages, Hebrew and Persian shipped as data, others fall back to en, without its labels of the group and of endorsers. */
struct xref_words xref_words_for(struct span language);

/* A stakeholder group of chapeau.yaml in a text's language, where that is shipped; else as it stands. */
struct span number_group(struct span language, struct span group);

/* Sets printed, path and number_level on every block that prints a number, and doc.numbered.  What the reader
 * of the public file does not see (internal text, rationales, oral wordings of a written text) takes no number
 * and advances no count.  NUMBERING_UNSAID: the front matter's, else none. */
void number_doc(struct doc *d, enum numbering mode);

/* The same for one reading of a marked text: what is in it has the numbers that it has without the other; the rest has none that mean
 * anything.  doc.numbered stays. */
void number_reading(struct doc *d, enum numbering mode, enum reading reading);

/* "12", "12 (a)", "II" with the path; "" where the block prints no number. */
void number_path(const struct block *b, struct buf *out);

/* Does a label say the word itself, as in label="Table 3"? */
bool number_says(struct span label, struct span word);

/* The number that printed shows: "12" or "(c)" or "IV"; roman tells "(i)" from the letter.  0: none. */
unsigned number_ordinal(struct span printed, bool roman);

/* Does a full stop follow the printed number: "12." but "(a)"? */
bool number_takes_stop(struct span printed);

/* Does its tag say that it takes no number? */
bool number_uncounted(const struct block *paragraph);

#endif
