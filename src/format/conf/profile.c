#include "format/conf/conf.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/limits.h"
#include "format/conf/util.h"
#include "io/zone.h"
#include "model/rule.h"

/*
 * A profile is read by tables: a row a key, with what it takes and where it goes.  The same rows say which keys are
 * known.  A mapping's row names the table of its own keys; tables stand at most three deep.
 */
enum takes {
	TAKES_TEXT,
	TAKES_TEXTS,  /* one or a list; the count stands in the size_t after the pointer's member, at `count` */
	TAKES_FLAG,
	TAKES_NUMBER, /* struct given */
	TAKES_LIMIT,  /* struct limit: a number, or soft and hard, or numbers by kind of organisation */
	TAKES_WORD,   /* one of choices */
	TAKES_WORDS,
	TAKES_KEYS,   /* table */
	TAKES_ANY,    /* known, and for the people who read the profile */
	TAKES_OWN,    /* read */
};

struct row {
	const char *key;
	enum takes takes;
	size_t at, count; /* offsets into struct profile */
	const char *const *choices;
	const struct row *table;
	int (*read)(struct conf *c, const struct yaml_node *n, struct profile *p);
};

#define AT(member) offsetof(struct profile, member)
#define LARGEST 100000000u /* characters, words, seconds: more is a slip of the keyboard */

static int read_rows(struct conf *c, const struct yaml_node *n, const struct row *rows, struct profile *p);

static const char *const kinds[] = { "written", "oral", "amendments", "form", "letter", "contribution", NULL };
static const char *const permissions[] = { "allowed", "avoid", "forbidden", NULL };
static const char *const numberings[] = { "paragraphs", "headings", "none", "allowed", "avoid", "forbidden", NULL };
static const char *const acronym_rules[] = { "expand_on_first_use", "say_in_full_once", "avoid", "restricted", "allowed", NULL };
static const char *const channels[] = { "web-form", "email", "upload", "portal", "list", NULL };
static const char *const formats[] = { "pdf", "docx", "odt", "doc", "html", "txt", "md", NULL };
static const char *const joints[] = { "allowed", "exclusive", "forbidden", "many", NULL };
static const char *const revisions[] = { "yes", "no", "ask", "discouraged", NULL };
static const char *const consents[] = { "required", "optional", "none", NULL };
static const char *const deliveries[] = { "check_against_delivery", "verbatim", NULL };
static const char *const references[] = { "paragraph", "page", "any", NULL };
static const char *const tracked[] = { "none", "allowed", "required", NULL };
static const char *const levels[] = { "off", "note", "warning", "error", NULL };
static const char *const gates[] = { "coverage", "red_lines", "evidence", "style",   "limits",       "time",    "sections",
				     "deadline", "sign_off",  "consent",  "numbering", "clean_export", "endorsements", NULL };

/* ---- values with a shape of their own ---- */

static int read_limit(struct conf *c, const struct yaml_node *n, struct limit *ret)
{
	/* A call may give other numbers to other organisations (consultative status, groups).  Which is ours it cannot know:
	 * past the smallest is past the soft limit, past the greatest past the hard one. */
	static const char *const known[] = { "soft", "hard", "general", "special", "roster", "single", "group", "coalition", "joint_general", "joint_special", NULL };
	struct given least = { 0 }, most = { 0 };
	int r;

	if (n->kind != YAML_MAPPING)
		return conf_given(c, n, LARGEST, &ret->hard);
	if ((r = conf_mapping(c, n, known)) < 0 || (r = conf_given(c, yaml_get(n, "soft"), LARGEST, &ret->soft)) < 0 ||
	    (r = conf_given(c, yaml_get(n, "hard"), LARGEST, &ret->hard)) < 0)
		return r;
	for (size_t i = 2; known[i]; i++) {
		struct given v = { 0 };

		if ((r = conf_given(c, yaml_get(n, known[i]), LARGEST, &v)) < 0)
			return r;
		if (v.is != GIVEN_SET)
			continue;
		if (least.is != GIVEN_SET || v.value < least.value)
			least = v;
		if (most.is != GIVEN_SET || v.value > most.value)
			most = v;
	}
	if (most.is == GIVEN_SET && ret->hard.is != GIVEN_SET)
		ret->hard = most;
	if (most.is == GIVEN_SET && least.value < most.value && ret->soft.is != GIVEN_SET)
		ret->soft = least;
	if (ret->soft.is == GIVEN_SET && ret->hard.is == GIVEN_SET && ret->soft.value > ret->hard.value)
		return yaml_fault(c->y, yaml_get(n, "soft") ? yaml_get(n, "soft") : n, false, c->f,
				  "the soft limit (%llu) is above the hard one (%llu): exchange them, or leave one out", (unsigned long long)ret->soft.value,
				  (unsigned long long)ret->hard.value);
	return 0;
}

/* What is counted, added up in bits; of an oral profile's words the salutation and the closing are paragraphs too. */
static int counted(struct conf *c, const struct yaml_node *n, unsigned *ret)
{
	static const char *const names[] = { "body",       "headings", "lists",       "tables",       "footnotes", "information_block", "endorsers", "annex",
					     "salutation", "closing",  "stage_notes", "full_version", "cover",     NULL };
	static const unsigned bits[] = { COUNT_BODY,      COUNT_HEADINGS, COUNT_LISTS, COUNT_TABLES, COUNT_FOOTNOTES, COUNT_INFORMATION_BLOCK, COUNT_ENDORSERS, COUNT_ANNEX,
					 COUNT_BODY,      COUNT_BODY,     0,           0,            COUNT_INFORMATION_BLOCK };
	struct span *words = NULL;
	size_t count = 0;
	int r = conf_words(c, n, names, &words, &count);

	for (size_t i = 0; !r && i < count; i++)
		for (size_t k = 0; k < ARRAY_LEN(bits); k++)
			if (span_is(words[i], names[k]))
				*ret |= bits[k];
	return r;
}

static int read_counts(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	return counted(c, n, &p->counts);
}

/* Without `counts`, all that is visible but what `excludes` names.  It stands after `counts` in the table. */
static int read_excludes(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	unsigned out = 0;
	int r = counted(c, n, &out);

	if (!r && out && !p->counts)
		p->counts = COUNT_BODY | COUNT_HEADINGS | COUNT_LISTS | COUNT_TABLES | COUNT_FOOTNOTES;
	p->counts &= ~out;
	return r;
}

/* A zone that is known, or a fault.  A machine without zone files can still work with a call whose deadline is open. */
static int read_zone(struct conf *c, const struct yaml_node *n, bool needed, struct span *ret)
{
	CLEANUP(buf_done) struct buf near = { 0 };

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind != YAML_SCALAR)
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" takes a place, such as America/New_York, or UTC, UTC+5:30", SPAN_ARG(n->key));
	if (zone_known(n->text) || (!needed && !zone_files())) {
		*ret = arena_dup(c->arena, n->text);
		return 0;
	}
	if (!zone_files())
		return fault_set(c->f, FAULT_SYSTEM, (struct srcpos){ c->y->path, n->line, n->column },
				 "this machine has no time zone files, so \"%.*s\" cannot be looked up: install tzdata, or write UTC-5 and the like", SPAN_ARG(n->text));
	if (zone_nearest(n->text, &near))
		return yaml_fault(c->y, n, false, c->f, "\"%.*s\" is no time zone: did you mean \"%.*s\"?", SPAN_ARG(n->text), SPAN_ARG(buf_span(&near)));
	return yaml_fault(c->y, n, false, c->f, "\"%.*s\" is no time zone: write a place, such as America/New_York or Europe/Zurich, or UTC, UTC+5:30", SPAN_ARG(n->text));
}

static int read_moment(struct conf *c, const struct yaml_node *at, const struct yaml_node *zone, struct deadline *ret)
{
	struct zone_time t;
	bool given;
	int r = read_zone(c, zone, at && at->kind == YAML_SCALAR, &ret->zone);

	if (r < 0 || !at)
		return r;
	ret->line = at->key_line;
	if (at->kind == YAML_NULL) {
		ret->is = DEADLINE_OPEN;
		return 0;
	}
	if (at->kind != YAML_SCALAR || !zone_parse(at->text, &t, &given))
		return yaml_fault(c->y, at, false, c->f,
				  "\"%.*s\" takes a date and a time that the calendar has, such as 2025-10-03 23:59, a date alone (then its last second), or ~ while "
				  "the call is still to be read",
				  SPAN_ARG(at->key));
	ret->is = DEADLINE_SET;
	ret->at = arena_dup(c->arena, at->text);
	zone_resolve(given ? SPAN_LIT("UTC") : ret->zone, &t, &ret->time);
	ret->time -= given ? t.offset : 0;
	return 0;
}

static int read_warn_days(struct conf *c, const struct yaml_node *n, struct deadline *d)
{
	const struct yaml_node *k = n;
	int r = 0;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind == YAML_SEQUENCE)
		k = n->first;
	for (; !r && k; k = n->kind == YAML_SEQUENCE ? k->next : NULL) {
		uint64_t v;

		if (k->kind != YAML_SCALAR || !span_number(k->text, 3650, &v))
			return yaml_fault(c->y, k, false, c->f, "\"warn_days\" takes whole numbers of days: write  warn_days: [7, 3, 1]");
		if (d->warn_count == ARRAY_LEN(d->warn_days))
			return yaml_fault(c->y, k, false, c->f, "\"warn_days\" takes at most %zu numbers: take some out", ARRAY_LEN(d->warn_days));
		d->warn_days[d->warn_count++] = v;
	}
	return r;
}

static const struct row internal_rows[] = {
	{ "freeze_text", TAKES_NUMBER, AT(deadline.freeze_text), 0, NULL, NULL, NULL },
	{ "sign_off", TAKES_NUMBER, AT(deadline.sign_off), 0, NULL, NULL, NULL },
	{ "endorsements_close", TAKES_NUMBER, AT(deadline.endorsements_close), 0, NULL, NULL, NULL },
	{ "expert_review", TAKES_NUMBER, AT(deadline.expert_review), 0, NULL, NULL, NULL },
	{ "first_draft", TAKES_NUMBER, AT(deadline.first_draft), 0, NULL, NULL, NULL },
	{ 0 },
};

static int read_deadline(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	static const char *const known[] = { "at", "zone", "warn_days", "internal", NULL };
	const struct yaml_node *internal = yaml_get(n, "internal");
	int r;

	if (n->kind != YAML_MAPPING) /* deadline: 2014-03-01 */
		return read_moment(c, n, NULL, &p->deadline);
	if ((r = conf_mapping(c, n, known)) < 0 || (r = read_moment(c, yaml_get(n, "at"), yaml_get(n, "zone"), &p->deadline)) < 0 ||
	    (r = read_warn_days(c, yaml_get(n, "warn_days"), &p->deadline)) < 0)
		return r;
	return internal ? read_rows(c, internal, internal_rows, p) : 0;
}

/* "12:00 Europe/Zurich": the clock of a deadline whose date is given apart. */
static int read_deadline_clock(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	struct span rest = n->text, clock = { 0 };
	struct yaml_node at = *n, zone = *n;
	CLEANUP(buf_done) struct buf whole = { 0 };
	struct zone_time t;
	bool given;
	int r;

	if (n->kind == YAML_NULL)
		return 0;
	if (n->kind == YAML_SCALAR)
		span_split(&rest, ' ', &clock);
	buf_str(&whole, "2000-01-01 ");
	buf_add(&whole, clock);
	if (n->kind != YAML_SCALAR || !clock.n || !zone_parse(buf_span(&whole), &t, &given))
		return yaml_fault(c->y, n, false, c->f, "\"deadline_clock\" takes a time of day and a place: write  deadline_clock: \"12:00 Europe/Zurich\"");
	zone.text = span_trim(rest);
	if ((r = read_zone(c, &zone, true, &p->deadline.zone)) < 0 || p->deadline.is != DEADLINE_SET || p->deadline.at.n != 10)
		return r;
	buf_clear(&whole);
	buf_add(&whole, p->deadline.at);
	buf_char(&whole, ' ');
	buf_add(&whole, clock);
	at.text = buf_span(&whole);
	return read_moment(c, &at, &zone, &p->deadline);
}

static int read_event(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	static const char *const known[] = { "starts", "zone", "place", "register_by", "speaker_list", "interpretation", NULL };
	int r;

	if (n->kind == YAML_NULL)
		return 0;
	if ((r = conf_mapping(c, n, known)) < 0 || (r = read_moment(c, yaml_get(n, "starts"), yaml_get(n, "zone"), &p->event)) < 0 ||
	    (r = conf_text(c, yaml_get(n, "place"), &p->event_place)) < 0 || (r = conf_text(c, yaml_get(n, "register_by"), &p->event_register_by)) < 0 ||
	    (r = conf_text(c, yaml_get(n, "speaker_list"), &p->event_speaker_list)) < 0)
		return r;
	return conf_flag(c, yaml_get(n, "interpretation"), &p->event_interpretation);
}

static int read_wpm(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	static const char *const known[] = { "interpreted", "plain", NULL };
	const struct yaml_node *k[2] = { n, NULL };
	struct given *to[2] = { &p->wpm_plain, &p->wpm_interpreted };
	int r = 0;

	if (n->kind == YAML_MAPPING) {
		if ((r = conf_mapping(c, n, known)) < 0)
			return r;
		k[0] = yaml_get(n, "plain");
		k[1] = yaml_get(n, "interpreted");
	}
	for (int i = 0; i < 2; i++) {
		if ((r = conf_given(c, k[i], 1000, to[i])) < 0)
			return r;
		if (to[i]->is == GIVEN_SET && !to[i]->value)
			return yaml_fault(c->y, k[i], false, c->f, "nobody speaks 0 words a minute: 100 to 160 is usual");
	}
	return 0;
}

static int read_numbering(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	int i = -1, r = conf_choice(c, n, numberings, &i);

	if (i >= 3)
		p->numbering_permission = (enum permission)(PERMIT_ALLOWED + i - 3);
	else if (i >= 0)
		p->numbering = (enum numbering)(NUMBERING_PARAGRAPHS + i);
	return r;
}

static int read_footnotes(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	int i = -1, r = conf_choice(c, n, permissions, &i);

	if (i >= 0)
		p->footnotes = (enum permission)(PERMIT_ALLOWED + i);
	return r;
}

static int read_numbering_permission(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	int i = -1, r = conf_choice(c, n, permissions, &i);

	if (i >= 0)
		p->numbering_permission = (enum permission)(PERMIT_ALLOWED + i);
	return r;
}

static int read_no_criticism(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	struct yaml_node word = *n;

	if (n->kind == YAML_SCALAR && span_is(n->text, "warn"))
		word.text = SPAN_LIT("warning");
	return conf_word(c, &word, levels, &p->no_criticism);
}

static int read_characters_no_spaces(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	p->characters_without_spaces = true;
	return read_limit(c, n, &p->characters);
}

static int read_sections(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	static const char *const known[] = { "id", "title", "required", "max_words", "max_items", "form", NULL };
	int r = 0;

	if (n->kind == YAML_NULL)
		return 0;
	if (n->kind != YAML_SEQUENCE)
		return yaml_fault(c->y, n, false, c->f, "\"sections\" takes a list: each entry begins with  - {id: intro, title: Introduction}");
	p->sections = ARENA_ARRAY(c->arena, n->count, struct section);
	for (const struct yaml_node *k = n->first; k; k = k->next) {
		struct section *s = &p->sections[p->section_count];

		if (k->kind != YAML_MAPPING)
			return yaml_fault(c->y, k, false, c->f, "a section takes keys: write  - {id: intro, title: Introduction, required: true}");
		if ((r = conf_mapping(c, k, known)) < 0 || (r = conf_required(c, k, "id")) < 0 || (r = conf_id(c, yaml_get(k, "id"), &s->id)) < 0 ||
		    (r = conf_text(c, yaml_get(k, "title"), &s->title)) < 0 || (r = conf_flag(c, yaml_get(k, "required"), &s->required)) < 0 ||
		    (r = conf_given(c, yaml_get(k, "max_words"), LARGEST, &s->max_words)) < 0 ||
		    (r = conf_given(c, yaml_get(k, "max_items"), LARGEST, &s->max_items)) < 0 || (r = conf_text(c, yaml_get(k, "form"), &s->form)) < 0)
			return r;
		for (size_t i = 0; i < p->section_count; i++)
			if (span_eq(p->sections[i].id, s->id))
				return yaml_fault(c->y, yaml_get(k, "id"), false, c->f, "the section \"%.*s\" stands twice: rename or take out one of them", SPAN_ARG(s->id));
		p->section_count++;
	}
	return 0;
}

static int read_levels(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	int r;

	if (n->kind == YAML_NULL)
		return 0;
	if (n->kind != YAML_MAPPING)
		return yaml_fault(c->y, n, false, c->f, "\"levels\" takes rules: write  levels: {acronyms: off, placeholder: error}");
	p->levels = ARENA_ARRAY(c->arena, n->count, struct level_override);
	for (const struct yaml_node *k = n->first; k; k = k->next) {
		struct level_override *o = &p->levels[p->level_count];
		int i = -1;

		if (!rule_find(k->key)) {
			const char *near = NULL;
			unsigned best = 4;

			for (size_t j = 0; j < rule_count; j++) {
				unsigned d = span_distance(k->key, span_str(rules[j].id), best);

				if (d < best && d < k->key.n) {
					best = d;
					near = rules[j].id;
				}
			}
			if (near)
				return yaml_fault(c->y, k, true, c->f, "there is no rule \"%.*s\": did you mean \"%s\"?", SPAN_ARG(k->key), near);
			return yaml_fault(c->y, k, true, c->f, "there is no rule \"%.*s\": a finding names its rule in brackets at its end, such as [placeholder]", SPAN_ARG(k->key));
		}
		if ((r = conf_choice(c, k, levels, &i)) < 0)
			return r;
		if (i < 0)
			continue;
		*o = (struct level_override){ .rule = arena_dup(c->arena, k->key), .level = (enum level)i };
		p->level_count++;
	}
	return 0;
}

/* Every {word} of a pattern must be one that release can fill in. */
static int read_pattern(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	static const char *const known[] = { "org", "org_short", "text", "text_short", "title", "call", "lang", "date", "day", "mon", "month", "year", "event_date" };
	int r = conf_text(c, n, &p->naming_pattern);
	struct span s = p->naming_pattern;

	for (size_t i = 0; !r && i < s.n; i++) {
		size_t end;
		bool found = false;

		if (s.p[i] == '/' || s.p[i] == '\\')
			return yaml_fault(c->y, n, false, c->f, "\"pattern\" is a file name and cannot hold \"%c\": take it out", s.p[i]);
		if (s.p[i] != '{')
			continue;
		end = span_find_char(s, '}', i);
		if (end == SIZE_MAX)
			return yaml_fault(c->y, n, false, c->f, "a brace is not closed in \"%.*s\": write {org_short} and the like", SPAN_ARG(s));
		for (size_t k = 0; !found && k < ARRAY_LEN(known); k++)
			found = span_is(span_sub(s, i + 1, end), known[k]);
		if (!found)
			return yaml_fault(c->y, n, false, c->f, "\"{%.*s}\" is nothing that chapeau can fill in: it knows org, org_short, text, text_short, title, call, lang, "
								"date, day, mon, month, year and event_date",
					  SPAN_ARG(span_sub(s, i + 1, end)));
		i = end;
	}
	return r;
}

/* Nothing in a profile names a file outside the workspace (DESIGN.md section 2). */
static int read_template(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	int r = conf_text(c, n, &p->template_name);
	struct span s = p->template_name;

	if (!r && (span_find_char(s, '/', 0) != SIZE_MAX || span_find_char(s, '\\', 0) != SIZE_MAX || span_starts(s, SPAN_LIT("."))))
		return yaml_fault(c->y, n, false, c->f, "\"template\" is the name of a file in templates/, such as reference: leave the folder out");
	return r;
}

/* 1.5 is 150 per cent. */
static int read_line(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	struct span s, whole, rest;
	uint64_t ones, tenths = 0;
	int r = conf_text(c, n, &s);

	if (r || !s.n)
		return r;
	rest = s;
	if (!span_split(&rest, '.', &whole) || !span_number(whole, 3, &ones) || (rest.n && !span_number(span_sub(rest, 0, 1), 9, &tenths)) || rest.n > 2 ||
	    ones < 1)
		return yaml_fault(c->y, n, false, c->f, "\"line\" is how far apart lines stand, from 1 to 3.9, such as 1.5");
	p->speech_line = (unsigned)(100 * ones + 10 * tenths);
	return 0;
}

/* A call's limit on words, or the words of cross-references by language (FORMAT.md F4). */
static int read_words(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	for (const struct yaml_node *v = n->kind == YAML_MAPPING ? n->first : NULL; v; v = v->next)
		if (v->kind == YAML_MAPPING)
			return conf_words_by_language(c, n, &p->cross_words, &p->cross_word_count);
	return read_limit(c, n, &p->words);
}

/* ---- the tables ---- */

#define TEXT(key, member) { key, TAKES_TEXT, AT(member), 0, NULL, NULL, NULL }
#define TEXTS(key, member, number) { key, TAKES_TEXTS, AT(member), AT(number), NULL, NULL, NULL }
#define FLAG(key, member) { key, TAKES_FLAG, AT(member), 0, NULL, NULL, NULL }
#define NUMBER(key, member) { key, TAKES_NUMBER, AT(member), 0, NULL, NULL, NULL }
#define LIMIT(key, member) { key, TAKES_LIMIT, AT(member), 0, NULL, NULL, NULL }
#define WORD(key, member, list) { key, TAKES_WORD, AT(member), 0, list, NULL, NULL }
#define WORDS(key, member, number, list) { key, TAKES_WORDS, AT(member), AT(number), list, NULL, NULL }
#define KEYS(key, rows) { key, TAKES_KEYS, 0, 0, NULL, rows, NULL }
#define ANY(key) { key, TAKES_ANY, 0, 0, NULL, NULL, NULL }
#define OWN(key, function) { key, TAKES_OWN, 0, 0, NULL, NULL, function }
#define END { NULL, TAKES_ANY, 0, 0, NULL, NULL, NULL }

static const struct row label_rows[] = { TEXT("document", label_document), TEXT("proposals", label_proposals), TEXT("endorsers", label_endorsers), END };
static const struct row call_rows[] = { TEXT("page", page), TEXT("reference_text", reference_text), TEXT("published", published), END };
static const struct row channel_rows[] = { WORD("type", channel_type, channels), WORDS("formats", formats, format_count, formats), FLAG("one_file", channel_one_file),
					   FLAG("send_text_ahead", channel_text_ahead), END };
static const struct row naming_rows[] = { OWN("pattern", read_pattern), NUMBER("max_chars", naming_max), FLAG("ascii_only", naming_ascii), END };
static const struct row submission_rows[] = { NUMBER("per_organization", per_organization), WORD("joint", joint, joints), WORD("revise_after", revise_after, revisions),
					      WORD("consent_to_publish", consent_to_publish, consents), TEXT("language", language),
					      TEXTS("languages", languages, language_count), END };
static const struct row metadata_rows[] = { TEXTS("required", metadata_required, metadata_required_count), TEXTS("optional", metadata_optional, metadata_optional_count),
					    FLAG("contact_in_document", contact_in_document), END };
static const struct row limit_rows[] = { LIMIT("words", words), LIMIT("characters", characters), LIMIT("chars", characters), LIMIT("body_chars_with_spaces", characters),
					 OWN("characters_without_spaces", read_characters_no_spaces), LIMIT("abstract_chars", abstract_characters), LIMIT("keywords", keywords),
					 LIMIT("pages", pages), LIMIT("seconds", seconds), NUMBER("seconds_group", seconds_group), OWN("words_per_minute", read_wpm),
					 OWN("counts", read_counts), OWN("excludes", read_excludes), END };
static const struct row layout_rows[] = { NUMBER("font_pt", speech_points), OWN("line", read_line), ANY("page_numbers"), ANY("time_marks_every_s"), ANY("no_split_sentence_over_page"), END };
static const struct row speech_rows[] = { ANY("figures"), ANY("paragraph_reference"), ANY("marks"), KEYS("layout", layout_rows), END };
static const struct row structure_rows[] = { OWN("sections", read_sections), WORD("references", references, references), END };
static const struct row style_rows[] = { TEXT("pack", style_pack), WORD("acronyms", acronyms, acronym_rules), OWN("footnotes", read_footnotes),
					 OWN("numbering", read_numbering_permission), OWN("no_criticism_of_states", read_no_criticism), TEXT("typefaces", typefaces), END };
static const struct row min_rows[] = { NUMBER("must", min_must), NUMBER("should", min_should), NUMBER("may", min_may), END };
static const struct row strip_rows[] = { ANY("author"), ANY("strip"), END };
static const struct row export_rows[] = { OWN("template", read_template), WORD("tracked_changes", tracked_changes, tracked), TEXTS("versions", versions, version_count),
					  KEYS("metadata", strip_rows), END };

static int read_channel(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	return n->kind == YAML_SCALAR ? conf_word(c, n, channels, &p->channel_type) : read_rows(c, n, channel_rows, p);
}

static int read_metadata(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	return n->kind == YAML_SEQUENCE ? conf_texts(c, n, &p->metadata_required, &p->metadata_required_count) : read_rows(c, n, metadata_rows, p);
}

/* The organ that the call is for; or, of a call that says how the text must look, its typeface. */
static int read_body(struct conf *c, const struct yaml_node *n, struct profile *p)
{
	static const char *const known[] = { "font", "pt", "justified", NULL };

	return n->kind == YAML_MAPPING ? conf_mapping(c, n, known) : conf_text(c, n, &p->body);
}

/* The first rows are the keys of a profile as the examples have them; then what calls of other kinds say. */
static const struct row profile_rows[] = {
	ANY("schema"),
	OWN("id", NULL),
	OWN("title", NULL),
	WORD("kind", kind, kinds),
	OWN("body", read_body),
	TEXT("secretariat", secretariat),
	TEXTS("addressees", addressees, addressee_count),
	KEYS("labels", label_rows),
	KEYS("calls", call_rows),
	OWN("event", read_event),
	OWN("deadline", read_deadline),
	OWN("channel", read_channel),
	KEYS("naming", naming_rows),
	KEYS("submission", submission_rows),
	OWN("metadata", read_metadata),
	TEXTS("stakeholder_groups", groups, group_count),
	WORD("delivery", delivery, deliveries),
	KEYS("limits", limit_rows),
	KEYS("speech", speech_rows),
	KEYS("structure", structure_rows),
	OWN("numbering", read_numbering),
	KEYS("style", style_rows),
	TEXT("priorities", priorities),
	KEYS("priorities_min", min_rows),
	WORDS("gates", gates, gate_count, gates),
	OWN("levels", read_levels),
	KEYS("export", export_rows),

	OWN("words", read_words),
	LIMIT("pages", pages),
	LIMIT("oral_seconds", seconds),
	OWN("counts", read_counts),
	OWN("footnotes", read_footnotes),
	WORD("acronyms", acronyms, acronym_rules),
	OWN("no_criticism_of_states", read_no_criticism),
	WORDS("formats", formats, format_count, formats),
	TEXT("language", language),
	TEXTS("languages", languages, language_count),
	NUMBER("per_organization", per_organization),
	WORD("joint", joint, joints),
	WORD("revise_after", revise_after, revisions),
	WORD("track_changes", tracked_changes, tracked),
	WORD("revision_marks", tracked_changes, tracked),
	OWN("template", read_template),
	OWN("deadline_clock", read_deadline_clock),
	ANY("amendment_codes"),
	ANY("base_text"),
	ANY("blank_line_between_paragraphs"),
	ANY("by"),
	ANY("cosponsors"),
	ANY("counts_cover_words"),
	ANY("days_before"),
	ANY("email_subject"),
	ANY("endorsers"),
	ANY("endorsers_order"),
	ANY("fields"),
	ANY("fonts"),
	ANY("footnote_pt"),
	ANY("hard_copy_signed_every_page"),
	ANY("individual"),
	ANY("latest_days_before"),
	ANY("list_closes_hours_before"),
	ANY("non_status_supporters"),
	ANY("open_days_min"),
	ANY("original_language_named"),
	ANY("page_numbers"),
	ANY("publish"),
	ANY("translated_if_days_before"),
	ANY("un_header"),
	END,
};

static int read_row(struct conf *c, const struct yaml_node *n, const struct row *row, struct profile *p)
{
	char *at = (char *)p + row->at;
	size_t *count = (size_t *)(void *)((char *)p + row->count);

	switch (row->takes) {
	case TAKES_TEXT:
		return conf_text(c, n, (struct span *)(void *)at);
	case TAKES_TEXTS:
		return conf_texts(c, n, (struct span **)(void *)at, count);
	case TAKES_FLAG:
		return conf_flag(c, n, (bool *)at);
	case TAKES_NUMBER:
		return conf_given(c, n, LARGEST, (struct given *)(void *)at);
	case TAKES_LIMIT:
		return read_limit(c, n, (struct limit *)(void *)at);
	case TAKES_WORD:
		return conf_word(c, n, row->choices, (struct span *)(void *)at);
	case TAKES_WORDS:
		return conf_words(c, n, row->choices, (struct span **)(void *)at, count);
	case TAKES_KEYS:
		return read_rows(c, n, row->table, p);
	case TAKES_ANY:
		return 0;
	case TAKES_OWN:
		return row->read ? row->read(c, n, p) : 0;
	}
	return 0;
}

#define MAX_ROWS 96

static int read_rows(struct conf *c, const struct yaml_node *n, const struct row *rows, struct profile *p)
{
	const char *known[MAX_ROWS];
	size_t count = 0;
	int r;

	if (n->kind == YAML_NULL)
		return 0;
	for (; rows[count].key && count + 1 < MAX_ROWS; count++)
		known[count] = rows[count].key;
	known[count] = NULL;
	if ((r = conf_mapping(c, n, known)) < 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *k = yaml_get(n, rows[i].key);

		if (k && (r = read_row(c, k, &rows[i], p)) < 0)
			return r;
	}
	return 0;
}
static_assert(ARRAY_LEN(profile_rows) <= MAX_ROWS, "read_rows has no room for the keys of a profile");

static int read_profile(struct conf *c, struct profile *p)
{
	static const char *const must[] = { "id", "title", "kind" };
	int r = conf_schema(c, "chapeau/profile/1");

	for (size_t i = 0; !r && i < ARRAY_LEN(must); i++)
		r = conf_required(c, c->y->root, must[i]);
	if (r < 0 || (r = read_rows(c, c->y->root, profile_rows, p)) < 0 || (r = conf_id(c, yaml_get(c->y->root, "id"), &p->id)) < 0)
		return r;
	return conf_text(c, yaml_get(c->y->root, "title"), &p->title);
}

int conf_profile(struct span text, const char *path, struct profile **ret, struct fault *f)
{
	struct yaml_file y;
	struct profile *p;
	struct conf c = { .y = &y, .f = f };
	int r = yaml_load(text, path, 1, &y, f);

	if (r < 0)
		return r;
	p = mem_zero(1, sizeof(*p));
	p->path = mem_strdup(path);
	c.arena = &p->arena;
	r = read_profile(&c, p);
	yaml_done(&y);
	if (r < 0) {
		profile_free(p);
		return r;
	}
	*ret = p;
	return 0;
}
