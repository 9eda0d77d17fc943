#include "cli/commands.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cli/opt.h"
#include "cli/step.h"
#include "cli/ui.h"
#include "cli/when.h"

#define NAME_MAX_BYTES 80u

/* A name that every system can hold and every command can read: no "@" or "#", which name versions and clauses. */
static int check_name(const char *name, struct fault *f)
{
	static const char *const devices[] = { "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "lpt1", "lpt2", "lpt3" };
	struct span s = span_str(name);
	bool good = s.n && s.n <= NAME_MAX_BYTES && utf8_invalid(s) == SIZE_MAX && name[0] != '.' && name[0] != '-' && name[s.n - 1] != '.' &&
		    name[s.n - 1] != ' ' && !strpbrk(name, "<>:\"/\\|?*@#{}");

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			good = false;
	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		if (span_eq_nocase(s, span_str(devices[i])))
			good = false;
	if (good)
		return 0;
	fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "\"%s\" is no name for a draft", name);
	return fault_hint(f, "Take letters, digits and hyphens, such as zero-draft-input; the file will be drafts/NAME.md.");
}

static int list_calls(struct cli *c, struct ws *w, struct fault *f)
{
	struct ws_profile **calls;
	struct json j;
	size_t count, wide = 4;
	int r = ws_profiles(c, w, &calls, &count, f);

	if (r < 0)
		return r;
	if (cli_format_is(c, "json")) {
		struct buf time = { 0 };

		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/new@1"));
		json_key(&j, "calls");
		json_array(&j);
		for (size_t i = 0; i < count; i++) {
			const struct profile *p = calls[i]->profile;

			buf_clear(&time);
			if (p->deadline.is == DEADLINE_SET)
				when_rfc3339(&time, p->deadline.time, 0);
			json_object(&j);
			json_put_string(&j, "id", p->id);
			json_put_string(&j, "title", p->title);
			json_put_string_or_null(&j, "deadline", buf_span(&time));
			json_put_string(&j, "file", span_str(calls[i]->path));
			json_object_end(&j);
		}
		json_array_end(&j);
		json_object_end(&j);
		buf_char(&c->out, '\n');
		buf_done(&time);
		return 0;
	}
	if (!count) {
		BUF_LIT(&c->out, "No calls in templates/calls/ yet: each is a profile, see chapeau-profile(5).\n");
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		if (calls[i]->profile->id.n > wide)
			wide = calls[i]->profile->id.n;
	ui_pad(&c->out, SPAN_LIT("CALL"), (unsigned)wide + 2);
	BUF_LIT(&c->out, "DEADLINE\n");
	for (size_t i = 0; i < count; i++) {
		ui_pad(&c->out, calls[i]->profile->id, (unsigned)wide + 2);
		when_deadline(&calls[i]->profile->deadline, c->now, &c->out);
		BUF_LIT(&c->out, "\n    ");
		ui_safe(&c->out, calls[i]->profile->title);
		buf_char(&c->out, '\n');
	}
	buf_printf(&c->out, "Next: chapeau new %s --call %.*s\n", c->arg_count ? c->args[0] : "NAME", SPAN_ARG(calls[0]->profile->id));
	return 0;
}

/* A starter for a call that has none: its front matter, and its sections as headings. */
static void plain_starter(const struct profile *p, struct buf *out)
{
	bool oral = span_is(p->kind, "oral");

	/* Quoted as YAML's double quotes want it, whatever the title holds. */
	BUF_LIT(out, "---\ntitle: \"");
	for (size_t i = 0; i < p->title.n; i++) {
		if (p->title.p[i] == '"' || p->title.p[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, p->title.p[i]);
	}
	BUF_LIT(out, "\"\ncall: ");
	buf_add(out, p->id);
	if (p->language.n) {
		BUF_LIT(out, "\nlanguage: ");
		buf_add(out, p->language);
	}
	buf_printf(out, "\nchannel: %s\n---\n", oral ? "oral" : "written");
	for (size_t i = 0; i < p->section_count; i++)
		buf_printf(out, "\n# %.*s {section=%.*s}\n", SPAN_ARG(p->sections[i].title.n ? p->sections[i].title : p->sections[i].id),
			   SPAN_ARG(p->sections[i].id));
	if (!p->section_count)
		buf_str(out, "\n");
}

int cmd_new(struct cli *c, struct fault *f)
{
	const char *call = opt_get(c, "call"), *path, *starter;
	struct profile *profile = NULL;
	struct buf text = { 0 };
	struct ws *w;
	char *dir;
	struct span name;
	int r = ws_here(c, &w, f);

	if (r < 0)
		return r;
	if (!call)
		return list_calls(c, w, f);
	if (!c->arg_count) {
		fault_set(f, FAULT_USAGE, (struct srcpos){ 0 }, "the draft needs a name");
		return fault_hint(f, "Type: chapeau new NAME --call %s", call);
	}
	/* "x.md" means the file that x is. */
	name = span_str(c->args[0]);
	if (span_ends(name, SPAN_LIT(".md")) && name.n > 3)
		name.n -= 3;
	r = check_name(arena_str(&c->arena, name), f);
	if (r == 0)
		r = ws_profile_named(c, w, call, &profile, f);
	if (r < 0)
		return r;
	path = ws_path(c, w, arena_printf(&c->arena, "drafts/%.*s.md", SPAN_ARG(name)).p);
	if (file_exists(path)) {
		fault_set(f, FAULT_REFUSED, (struct srcpos){ .file = path }, "this draft is there already, and is left as it is");
		return fault_hint(f, "Take another name.");
	}
	/* PROFILE.md beside PROFILE.yaml. */
	starter = arena_printf(&c->arena, "%.*s.md", (int)(strlen(profile->path) - strlen(".yaml")), profile->path).p;
	if (file_exists(starter))
		r = file_read(starter, LIMIT_TEXT_BYTES, &text, NULL, f);
	else
		plain_starter(profile, &text);
	dir = path_dir(path);
	if (r == 0)
		r = file_make_dirs(dir, f);
	mem_free(dir);
	if (r == 0)
		r = draft_write(c, &(struct draft){ .path = path, .ws = w, .stamp.missing = true }, buf_span(&text), arena_printf(&c->arena, "new %.*s", SPAN_ARG(name)).p, f);
	buf_done(&text);
	if (r < 0)
		return r;
	if (cli_format_is(c, "json")) {
		struct json j;

		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/new@1"));
		json_put_string(&j, "draft", name);
		json_put_string(&j, "file", span_str(path));
		json_put_string(&j, "call", profile->id);
		json_object_end(&j);
		buf_char(&c->out, '\n');
		return 0;
	}
	buf_printf(&c->out, "%s\n", path);
	if (!c->quiet) {
		BUF_LIT(&c->out, "Deadline: ");
		when_deadline(&profile->deadline, c->now, &c->out);
		buf_printf(&c->out, "\nNext: write in it, then  chapeau check %.*s\n", SPAN_ARG(name));
	}
	return 0;
}
