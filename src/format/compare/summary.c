#include "format/compare/internal.h"

/* A public page has neither internal words nor the reasons for a proposal, as no public file has. */
static bool is_held(const struct clause *k, const struct compare_options *o)
{
	const struct block *b = k && o->audience == AUDIENCE_PUBLIC ? k->block : NULL;

	while (b && !attrs_has(b->attrs, CLASS_RATIONALE))
		b = b->parent;
	return b || (k && k->internal);
}

bool entry_shown(const struct change_entry *e, const struct compare_options *o)
{
	if (o->audience == AUDIENCE_INTERNAL)
		return true;
	return !is_held(e->from, o) && !is_held(e->to, o) && !is_held(e->partner, o);
}

bool entry_changed(const struct change_entry *e)
{
	return e->kind != CHANGE_SAME || e->moved;
}

bool compare_differs(const struct comparison *c, const struct compare_options *o)
{
	for (size_t i = 0; i < c->count; i++)
		if (entry_shown(&c->entries[i], o) && (entry_changed(&c->entries[i]) || c->entries[i].attribute_count))
			return true;
	return c->meta_count > 0;
}

struct summary summarise(const struct comparison *c, const struct compare_options *o)
{
	struct summary s = { 0 };

	for (size_t i = 0; i < c->count; i++) {
		const struct change_entry *e = &c->entries[i];

		if (!entry_shown(e, o)) {
			s.hidden += entry_changed(e);
			continue;
		}
		switch (e->kind) {
		case CHANGE_SAME:
			s.moved_only += e->moved;
			s.same += !e->moved;
			s.attributes += e->attribute_count > 0 && !e->moved;
			break;
		case CHANGE_EDITED:
			s.changed++;
			s.moved_changed += e->moved;
			break;
		case CHANGE_ADDED:
			s.added++;
			break;
		case CHANGE_REMOVED:
			s.removed++;
			break;
		case CHANGE_SPLIT:
			s.split += e->from != NULL;
			break;
		case CHANGE_MERGED:
			s.merged += e->to != NULL;
			break;
		case CHANGE_FORMATTED:
			s.formatted++;
			break;
		}
	}
	return s;
}

static void count(struct buf *out, size_t from, size_t n, const char *what)
{
	if (!n)
		return;
	if (out->n > from)
		BUF_LIT(out, ", ");
	buf_number(out, n);
	buf_str(out, what);
}

void summary_line(const struct summary *s, bool whole, bool short_form, struct buf *out)
{
	size_t from = out->n, changed = s->changed + s->moved_only;

	if (changed) {
		buf_number(out, changed);
		buf_str(out, short_form ? " changed" : changed == 1 ? " paragraph changed" : " paragraphs changed");
		if (s->moved_changed + s->moved_only) {
			size_t moved = s->moved_changed + s->moved_only;

			BUF_LIT(out, " (");
			if (moved == changed)
				buf_str(out, short_form ? "moved" : changed == 1 ? "it moved" : "all of them moved");
			else
				buf_printf(out, short_form ? "%zu moved" : "%zu of them moved", moved);
			BUF_LIT(out, ")");
		}
	}
	count(out, from, s->added, " new");
	count(out, from, s->removed, " removed");
	count(out, from, s->split, " split");
	count(out, from, s->merged, " merged");
	count(out, from, s->formatted, " with other formatting");
	if (out->n == from)
		BUF_LIT(out, "nothing changed");
	if (s->same) {
		buf_str(out, short_form ? ", " : "; ");
		buf_number(out, s->same);
		buf_str(out, short_form ? " same" : " the same");
		if (!whole && !short_form)
			BUF_LIT(out, ", not shown");
	}
}
