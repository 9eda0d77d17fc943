#include "model/rule.h"

#define NOTE LEVEL_NOTE
#define WARN LEVEL_WARNING
#define ERROR LEVEL_ERROR

/* In the order of DESIGN.md section 5. */
const struct rule rules[] = {
	/* priorities */
	{ "gap", ERROR, ERROR, "A priority does not reach the state that the list asks for.",
	  "Say what you ask of whom, in the paragraph that names it; where evidence is needed, add a footnote, a figure or a citation." },
	{ "contrary", ERROR, ERROR, "Red-line words of a priority stand in the text.", "Take them out, or oppose them in the same sentence." },
	{ "negated", WARN, WARN, "All words that name a priority are negated.", "Say the ask without a negation, or say it again elsewhere." },
	{ "weak", WARN, WARN, "Words that water down an ask stand in a paragraph that covers a priority.", "Take them out, or keep them on the record with waive." },
	{ "claim", WARN, WARN, "priority= claims a priority that the words do not bear out.", "Name the priority in the words, or take it off the claim." },
	{ "language", ERROR, ERROR, "The priorities list does not speak the statement's language, so nothing was checked.",
	  "Add phrases in that language to priorities.yaml, or mend language: in the front matter." },
	/* what the call asks for */
	{ "words", WARN, ERROR, "The text has more words than the call allows.", "Cut it; the limit and what counts stand in the call's profile." },
	{ "chars", WARN, ERROR, "The text has more characters than the call allows.", "Cut it; the limit stands in the call's profile." },
	{ "pages", WARN, ERROR, "The text is longer than the pages that the call allows (an estimate).", "Cut it, or look at the exported file." },
	{ "seconds", WARN, ERROR, "The text takes longer to read aloud than the call allows.", "Cut it, or mark what can go with oral=cut or oral=skip." },
	{ "section", WARN, ERROR, "A section that the call requires is missing or too long.", "Add the heading, or section= on the clause that is it." },
	{ "deadline", WARN, ERROR, "The call's deadline has passed.", "Ask the secretariat, or mend the deadline in the call's profile." },
	{ "numbering", WARN, ERROR, "The numbering is not the one that the call asks for, or lists are nested deeper than it has numbers for.",
	  "Mend numbering: in the front matter, or make the list flatter." },
	{ "notes", WARN, ERROR, "The call does not take footnotes.", "Bring the note's words into the text, or leave them out." },
	{ "acronyms", WARN, WARN, "An acronym stands without its full name.", "Write the name in full where it comes first, with the acronym in parentheses." },
	{ "open-suggestion", WARN, ERROR, "A suggestion is not settled.", "Accept or reject it; suggestions lists them." },
	{ "internal-note", NOTE, NOTE, "The draft holds internal notes; no public file shows them.", "Nothing to do: this counts them." },
	{ "internal-heading", WARN, WARN, ".internal stands on a heading and covers the heading alone.", "Mark the paragraphs, or put all of it between ::: internal and :::." },
	{ "was-internal", ERROR, ERROR, "Words that stood in an internal note of a saved version are public now.", "Make them internal again, or release them on the record with waive." },
	/* the text itself */
	{ "quotes", WARN, WARN, "Quotation marks are broken or mixed.", "Close the quotation, or use one kind of marks." },
	{ "placeholder", WARN, ERROR, "A placeholder stands where words are to come.", "Write the words, or take it out." },
	{ "hidden-char", WARN, WARN, "A character that nobody can see stands in the text.", "Take it out." },
	{ "typed-number", NOTE, NOTE, "A number was typed by hand where the list numbers itself.", "Take it out; chapeau numbers the items." },
	{ "image-missing", ERROR, ERROR, "An image is not there, or is none that can be taken in.", "Put a PNG or JPEG beside the draft, under that name." },
	{ "call-unknown", WARN, WARN, "call: names no profile of this workspace.", "Mend the name, or add the profile to templates/calls." },
	{ "value-unknown", WARN, WARN, "An attribute has a value that is not known.", "Use one of the known values." },
	{ "attribute-twice", WARN, WARN, "A key stands twice in an attribute list; the last one counts.", "Take one of them out." },
	{ "note-undefined", ERROR, ERROR, "A footnote is referred to and nowhere written.", "Write it: [^label]: and its words." },
	{ "note-unused", WARN, WARN, "A footnote is written and nowhere referred to, so it is printed nowhere.", "Refer to it, or take it out." },
	{ "note-duplicate", WARN, WARN, "A footnote is written twice; the first one counts.", "Rename or take out one of them." },
	{ "note-in-note", ERROR, ERROR, "A footnote refers to a footnote.", "Bring both into one note." },
	{ "xref-dead", ERROR, ERROR, "A cross-reference leads to no paragraph that the reader may see.", "Mend its id." },
	{ "xref-unnumbered", ERROR, ERROR, "A cross-reference leads to a paragraph that has no number.", "Give the paragraph a number, or name it in words." },
	{ "id-duplicate", ERROR, ERROR, "An id stands on two paragraphs.", "Rename one, or let track mend it." },
	{ "table-ragged", ERROR, ERROR, "A row of a table has more or fewer cells than its header.", "Add or take out cells; write a bar in a cell as \\|." },
	{ "attribute-malformed", ERROR, ERROR, "A tag in braces cannot be read.", "Mend it: {#id key=value key=\"two words\" .class}." },
	{ "attribute-dangling", ERROR, ERROR, "A tag belongs to no paragraph.", "Put it directly above its paragraph, without an empty line between." },
	{ "attribute-two-ids", ERROR, ERROR, "A paragraph has two ids.", "Take one of them out." },
	{ "attribute-in-text", ERROR, ERROR, "A tag stands inside a paragraph and would be printed.", "Put an empty line before it, or let track mend it." },
	{ "class-unknown", ERROR, ERROR, "A class is nearly one that chapeau knows.", "Mend its spelling." },
	{ "comment-open", ERROR, ERROR, "An HTML comment has no end on its line and hides what follows.", "Add --> where the comment ends." },
	{ "container-open", ERROR, ERROR, "::: internal is not closed, or ::: closes nothing.", "Put ::: alone on a line after the internal text." },
	{ "critic-unclosed", ERROR, ERROR, "A suggestion or comment is opened and not closed, or closed and not opened.", "Add its other half, or put a backslash before the brace." },
	{ "critic-nested", ERROR, ERROR, "A suggestion stands inside one that cannot hold it.", "Settle the outer one first." },
	{ "critic-crosses", ERROR, ERROR, "A suggestion begins inside bold, a link, a cell or a heading and ends outside.", "Divide it into two." },
	{ "conflict", ERROR, ERROR, "Two versions of the same lines stand between lines of < = and >.", "Keep one of them, or both, and take those lines out." },
	{ "key-unknown", WARN, WARN, "A key of the front matter is nearly one that chapeau knows.", "Mend its spelling." },
	{ "raw-html", WARN, WARN, "Raw HTML stands in the text; it is never exported.", "Write it in Markdown." },
	{ "agreed", WARN, ERROR, "A quotation of agreed language is not the agreed words.", "Copy the words from the source, or take the quotation marks off." },
	{ "style/*", WARN, WARN, "The house style that the call's profile names is not kept.", "Follow the suggestion, or switch the style off in the profile." },
};
const size_t rule_count = ARRAY_LEN(rules);

const struct rule *rule_find(struct span id)
{
	const struct span style = SPAN("style/");

	if (span_starts(id, style) && id.n > style.n)
		return &rules[rule_count - 1];
	for (size_t i = 0; i < rule_count; i++)
		if (span_is(id, rules[i].id))
			return &rules[i];
	return NULL;
}
