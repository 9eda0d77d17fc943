/*
 * profile: what one call asks for (templates/calls/ID.yaml; DESIGN.md section 6, FORMAT.md F10, F11).
 *
 * Every member may be unsaid: then there is no such rule.  A field that the call left open (`~`) is
 * known and empty: shown as TO CHECK, never guessed.  Owns its strings.  Nothing about any one call
 * stands in C.
 */
#ifndef MODEL_PROFILE_H
#define MODEL_PROFILE_H

#include "base/mem.h"
#include "model/finding.h"
#include "model/meta.h"

/* A number that a call may give, leave open, or not speak of. */
struct given {
	enum { GIVEN_UNSAID, GIVEN_OPEN, GIVEN_SET } is;
	uint64_t value;
};

struct limit {
	struct given soft, hard;
};

enum permission { PERMIT_UNSAID, PERMIT_ALLOWED, PERMIT_AVOID, PERMIT_FORBIDDEN };

#define COUNT_BODY 1u
#define COUNT_HEADINGS 2u
#define COUNT_LISTS 4u
#define COUNT_TABLES 8u
#define COUNT_FOOTNOTES 16u
#define COUNT_INFORMATION_BLOCK 32u
#define COUNT_ENDORSERS 64u
#define COUNT_ANNEX 128u

/* A point in time as the call gives it: local, in a zone. */
struct deadline {
	enum { DEADLINE_UNSAID, DEADLINE_OPEN, DEADLINE_SET } is;
	struct span at;    /* "2025-10-03 23:59", as written */
	struct span zone;  /* IANA name, UTC, or UTC+hh:mm; empty: UTC */
	int64_t time;      /* seconds since 1970, resolved by the reader; only with DEADLINE_SET */
	size_t line;       /* of `at:` in the profile */
	uint64_t warn_days[8];
	size_t warn_count;
	/* worked back from `at`, in working days */
	struct given freeze_text, sign_off, endorsements_close, expert_review, first_draft;
};

struct section {
	struct span id, title;
	bool required;
	struct given max_words, max_items;
	struct span form;
};

struct level_override {
	struct span rule;
	enum level level;
};

struct profile {
	struct arena arena;
	char *path;
	struct span id, title, kind; /* kind: written, oral, amendments, form, letter, … */
	struct span body, secretariat;
	struct span label_document, label_proposals, label_endorsers;
	struct span page, reference_text, published;
	struct deadline deadline;
	struct limit words, characters, pages, seconds;
	bool characters_without_spaces;
	struct given wpm_interpreted, wpm_plain;
	bool event_interpretation;
	unsigned counts;   /* COUNT_*; 0: all visible words with footnotes */
	enum numbering numbering;
	enum permission footnotes, numbering_permission;
	struct span acronyms;    /* expand_on_first_use, say_in_full_once, avoid, …; empty: no rule */
	struct span style_pack;  /* empty: none */
	struct section *sections;
	size_t section_count;
	struct span priorities;  /* must equal `set` of priorities.yaml */
	struct given min_must, min_should, min_may; /* priorities_min */
	struct span *gates;
	size_t gate_count;
	struct level_override *levels;
	size_t level_count;
	struct span *formats;
	size_t format_count;
	struct span naming_pattern;
	struct given naming_max;
	bool naming_ascii;
	struct span language;
	struct span template_name;
	struct workspace_words *cross_words; /* of cross-references, by language; over the workspace's */
	size_t cross_word_count;

	/* what handing in needs, beside the above */
	struct span *addressees;
	size_t addressee_count;
	struct deadline event;       /* starts */
	struct span event_place, event_register_by, event_speaker_list;
	struct span channel_type;    /* web-form, email, …; empty: unsaid */
	bool channel_one_file, channel_text_ahead;
	struct given per_organization;
	struct span joint, revise_after, consent_to_publish; /* words of the call; empty: unsaid */
	struct span *languages;      /* that the call takes */
	size_t language_count;
	struct span *metadata_required, *metadata_optional;
	size_t metadata_required_count, metadata_optional_count;
	bool contact_in_document;
	struct span *groups;         /* stakeholder groups that the form knows */
	size_t group_count;
	struct given seconds_group;  /* for a statement of several organisations */
	struct limit abstract_characters, keywords;
	struct span delivery;        /* check_against_delivery, verbatim */
	struct given speech_points;  /* letters of a text that is read aloud */
	unsigned speech_line;        /* its lines, per cent of the usual; 0: unsaid */
	struct span references;      /* paragraph: cite paragraphs, never pages */
	struct span no_criticism;    /* off, note, warning, error; empty: unsaid */
	struct span typefaces;
	struct span tracked_changes; /* none, required; empty: unsaid */
	struct span *versions;       /* of the exported file */
	size_t version_count;
};

void profile_free(struct profile *p);
void profile_freep(struct profile **p);

#endif
