#include "format/docx/package.h"

#include <stdio.h>
#include <stdlib.h>

#include "format/docx/names.h"
#include "io/xml.h"
#include "model/doc.h"

/* ---- relationships ---- */

struct rels_ctx {
	struct package *p;
	struct rels *out;
	const char *part;
};

/* A target against the folder of the part that names it; empty where it leaves the package. */
static struct span resolve_target(struct arena *a, const char *part, struct span target)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct span rest, seg;
	const char *slash = strrchr(part, '/');

	if (target.n && target.p[0] != '/' && slash)
		buf_put(&b, part, (size_t)(slash - part));
	rest = target;
	while (rest.n && span_split(&rest, '/', &seg)) {
		if (seg.n == 0 || span_is(seg, "."))
			continue;
		if (span_is(seg, "..")) {
			if (b.n == 0)
				return (struct span){ 0 };
			while (b.n && b.p[b.n - 1] != '/')
				b.n--;
			if (b.n)
				b.n--;
			continue;
		}
		if (b.n)
			buf_char(&b, '/');
		buf_add(&b, seg);
	}
	return arena_dup(a, buf_span(&b));
}

static void rels_start(void *ctx, const struct xml_tag *t)
{
	struct rels_ctx *c = ctx;
	struct rel *r;
	struct span type, target;
	size_t slash;

	if (t->ns != NS_REL || !span_is(t->local, "Relationship"))
		return;
	if (c->out->count == c->out->cap) {
		c->out->cap = c->out->cap ? 2 * c->out->cap : 16;
		c->out->items = mem_resize(c->out->items, c->out->cap, sizeof(struct rel));
	}
	r = &c->out->items[c->out->count++];
	*r = (struct rel){ .external = span_is(xml_attr_get(t, -2, "TargetMode"), "External") };
	type = xml_attr_get(t, -2, "Type");
	slash = type.n;
	while (slash && type.p[slash - 1] != '/')
		slash--;
	r->type = arena_dup(&c->p->arena, span_sub(type, slash, type.n));
	r->id = arena_dup(&c->p->arena, xml_attr_get(t, -2, "Id"));
	if (r->id.n && !*span_map_put(&c->out->by_id, r->id))
		*span_map_put(&c->out->by_id, r->id) = (unsigned)c->out->count;
	target = xml_attr_get(t, -2, "Target");
	r->target = r->external ? arena_dup(&c->p->arena, target) : resolve_target(&c->p->arena, c->part, target);
}

int package_rels(struct package *p, const char *part, struct rels *ret, struct fault *f)
{
	struct rels_ctx c = { .p = p, .out = ret, .part = part };
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = rels_start, .ctx = &c };
	CLEANUP(buf_done) struct buf b = { 0 }, name = { 0 };
	const char *slash = strrchr(part, '/');
	int r;

	if (slash)
		buf_put(&name, part, (size_t)(slash - part) + 1);
	BUF_LIT(&name, "_rels/");
	buf_str(&name, slash ? slash + 1 : part);
	BUF_LIT(&name, ".rels");
	buf_char(&name, '\0');
	if (!zip_in_has(p->zip, name.p))
		return 0;
	r = zip_in_read(p->zip, name.p, &b, f);
	return r < 0 ? r : xml_parse(buf_span(&b), p->path, name.p, &h, f);
}

struct rel *rels_find(const struct rels *r, struct span id)
{
	const unsigned *at = id.n ? span_map_find(&r->by_id, id) : NULL;

	return at ? &r->items[*at - 1] : NULL;
}

void rels_done(struct rels *r)
{
	free(r->items);
	span_map_done(&r->by_id);
	*r = (struct rels){ 0 };
}

const struct rel *rels_of_type(const struct rels *r, const char *type)
{
	for (size_t i = 0; i < r->count; i++)
		if (!r->items[i].external && span_is(r->items[i].type, type))
			return &r->items[i];
	return NULL;
}

/* ---- styles ---- */

static int number_of(struct span s, int least, int most, int otherwise)
{
	uint64_t v;

	/* Out of range, negative or not a number: as if it were not there; no index is made of it. */
	return span_number(s, (uint64_t)most, &v) && (int)v >= least ? (int)v : otherwise;
}

static struct span val_of(const struct xml_tag *t)
{
	return xml_attr_get(t, NS_W, "val");
}

/* A length in twips; strict files may say points, centimetres, inches. */
static int length_of(struct span s)
{
	bool minus = s.n && s.p[0] == '-';
	int64_t v = 0;
	size_t i = minus;

	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && v < 1000000; i++)
		v = v * 10 + (s.p[i] - '0');
	if (i == minus || v >= 1000000)
		return INDENT_UNSAID;
	s = span_sub(s, i, s.n);
	if (s.n && s.p[0] == '.')
		for (s = span_sub(s, 1, s.n); s.n && s.p[0] >= '0' && s.p[0] <= '9';)
			s = span_sub(s, 1, s.n);
	v *= span_is(s, "pt") ? 20 : span_is(s, "cm") ? 567 : span_is(s, "mm") ? 57 : span_is(s, "in") ? 1440 : 1;
	return v > 100000 ? INDENT_UNSAID : minus ? -(int)v : (int)v;
}

void package_indent(const struct xml_tag *t, struct indent *in)
{
	struct span left = xml_attr_get(t, NS_W, "left"), right = xml_attr_get(t, NS_W, "right"), hanging = xml_attr_get(t, NS_W, "hanging"), first = xml_attr_get(t, NS_W, "firstLine");

	if (!left.n)
		left = xml_attr_get(t, NS_W, "start");
	if (left.n)
		in->left = length_of(left);
	if (!right.n)
		right = xml_attr_get(t, NS_W, "end");
	if (right.n)
		in->right = length_of(right);
	if (hanging.n)
		in->hanging = length_of(hanging);
	else if (first.n && length_of(first) != INDENT_UNSAID)
		in->hanging = -length_of(first);
}

static bool is_on(const struct xml_tag *t)
{
	struct span v = val_of(t);

	return !v.p || !(span_is(v, "0") || span_is(v, "false") || span_is(v, "off") || span_is(v, "none"));
}

struct styles_ctx {
	struct package *p;
	struct style *now;
};

static void styles_start(void *ctx, const struct xml_tag *t)
{
	struct styles_ctx *c = ctx;
	struct package *p = c->p;

	if (t->ns != NS_W)
		return;
	switch ((int)w_name_of(t->local)) {
	case W_style:
		if (p->style_count == p->style_cap) {
			p->style_cap = p->style_cap ? 2 * p->style_cap : 32;
			p->styles = mem_resize(p->styles, p->style_cap, sizeof(struct style));
		}
		c->now = &p->styles[p->style_count++];
		*c->now = (struct style){ .id = arena_dup(&p->arena, xml_attr_get(t, NS_W, "styleId")),
					  .num_id = -1,
					  .ilvl = -1,
					  .outline = -1,
					  .indent = INDENT_NONE,
					  .paragraph = !span_is(xml_attr_get(t, NS_W, "type"), "character") };
		if (c->now->id.n && !*span_map_put(&p->style_ids, c->now->id))
			*span_map_put(&p->style_ids, c->now->id) = (unsigned)p->style_count;
		break;
	case W_name:
		if (c->now)
			c->now->name = arena_dup(&p->arena, val_of(t));
		break;
	case W_basedOn:
		if (c->now)
			c->now->based_on = arena_dup(&p->arena, val_of(t));
		break;
	case W_numId:
		if (c->now)
			c->now->num_id = number_of(val_of(t), 0, 1 << 30, -1);
		break;
	case W_ilvl:
		if (c->now)
			c->now->ilvl = number_of(val_of(t), 0, LEVELS - 1, -1);
		break;
	case W_ind:
		if (c->now)
			package_indent(t, &c->now->indent);
		break;
	case W_outlineLvl:
		if (c->now)
			c->now->outline = number_of(val_of(t), 0, 8, -1);
		break;
	case W_vanish:
		if (c->now)
			c->now->shows = is_on(t) ? HIDDEN : SHOWN;
		break;
	case W_b:
		if (c->now && is_on(t))
			c->now->format |= FMT_STRONG;
		break;
	case W_i:
		if (c->now && is_on(t))
			c->now->format |= FMT_EMPH;
		break;
	}
}

static void styles_end(void *ctx, int ns, struct span local, size_t end)
{
	struct styles_ctx *c = ctx;

	(void)end;
	if (ns == NS_W && w_name_of(local) == W_style)
		c->now = NULL;
}

const struct style *package_style(const struct package *p, struct span id)
{
	const unsigned *at = id.n ? span_map_find(&p->style_ids, id) : NULL;

	return at ? &p->styles[*at - 1] : NULL;
}

#define STYLE_CHAIN 16 /* based on based on …: longer chains, and circles, end here */

static void indent_inherit(struct indent *in, const struct indent *from)
{
	if (in->left == INDENT_UNSAID)
		in->left = from->left;
	if (in->hanging == INDENT_UNSAID)
		in->hanging = from->hanging;
}

static void styles_resolve(struct package *p)
{
	for (size_t i = 0; i < p->style_count; i++)
		if (p->styles[i].based_on.n)
			p->styles[i].base = (struct style *)package_style(p, p->styles[i].based_on);
	for (size_t i = 0; i < p->style_count; i++) {
		struct style *s = &p->styles[i];
		const struct style *b = s->base;

		for (unsigned hops = 0; b && hops < STYLE_CHAIN; b = b->base, hops++) {
			if (s->num_id < 0)
				s->num_id = b->num_id;
			if (s->ilvl < 0)
				s->ilvl = b->ilvl;
			if (s->outline < 0)
				s->outline = b->outline;
			if (s->shows == SHOWN_UNSAID)
				s->shows = b->shows;
			indent_inherit(&s->indent, &b->indent);
		}
	}
}

/* ---- numbering ---- */

struct numbering_ctx {
	struct package *p;
	struct abstract_num *abstract;
	struct num_level *level;
	struct num *num;
	int override;
};

static struct span number_key(struct package *p, int n)
{
	return arena_printf(&p->arena, "%d", n);
}

/* The last of that id. */
static struct abstract_num *abstract_find(struct package *p, int id)
{
	char key[16];
	const unsigned *at = span_map_find(&p->abstract_ids, span_of(key, (size_t)snprintf(key, sizeof(key), "%d", id)));

	return at ? &p->abstracts[*at - 1] : NULL;
}

static const struct num_level level_unsaid = { .start = 1, .indent = { INDENT_UNSAID, INDENT_UNSAID, INDENT_UNSAID }, .restart = -1, .format = "decimal" };

static void numbering_start(void *ctx, const struct xml_tag *t)
{
	struct numbering_ctx *c = ctx;
	struct package *p = c->p;
	int n;

	if (t->ns != NS_W)
		return;
	switch ((int)w_name_of(t->local)) {
	case W_abstractNum:
		if (p->abstract_count == p->abstract_cap) {
			p->abstract_cap = p->abstract_cap ? 2 * p->abstract_cap : 16;
			p->abstracts = mem_resize(p->abstracts, p->abstract_cap, sizeof(struct abstract_num));
		}
		c->num = NULL;
		c->abstract = &p->abstracts[p->abstract_count++];
		*c->abstract = (struct abstract_num){ .id = number_of(xml_attr_get(t, NS_W, "abstractNumId"), 0, 1 << 30, -1) };
		*span_map_put(&p->abstract_ids, number_key(p, c->abstract->id)) = (unsigned)p->abstract_count;
		for (n = 0; n < LEVELS; n++) {
			c->abstract->levels[n] = level_unsaid;
			c->abstract->counters[n] = -1;
		}
		break;
	case W_lvl:
		n = number_of(xml_attr_get(t, NS_W, "ilvl"), 0, LEVELS - 1, -1);
		c->level = c->abstract && n >= 0 ? &c->abstract->levels[n] : NULL;
		if (c->num && n >= 0 && n == c->override) {
			c->level = c->num->levels[n] = ARENA_NEW(&p->arena, struct num_level);
			*c->level = level_unsaid;
		}
		break;
	case W_numFmt:
		if (c->level) {
			struct span v = val_of(t);
			size_t len = v.n < sizeof(c->level->format) - 1 ? v.n : sizeof(c->level->format) - 1;

			memcpy(c->level->format, v.p ? v.p : "", len);
			c->level->format[len] = '\0';
		}
		break;
	case W_lvlText:
		if (c->level)
			c->level->text = arena_dup(&p->arena, val_of(t));
		break;
	case W_pStyle:
		if (c->level)
			c->level->style = arena_dup(&p->arena, val_of(t));
		break;
	case W_start:
		if (c->level)
			c->level->start = number_of(val_of(t), 0, 1 << 20, 1);
		break;
	case W_lvlRestart:
		if (c->level)
			c->level->restart = number_of(val_of(t), 0, LEVELS, -1);
		break;
	case W_ind:
		if (c->level)
			package_indent(t, &c->level->indent);
		break;
	case W_isLgl:
		if (c->level)
			c->level->legal = is_on(t);
		break;
	case W_numStyleLink:
		if (c->abstract)
			c->abstract->style_link = arena_dup(&p->arena, val_of(t));
		break;
	case W_num:
		if (p->num_count == p->num_cap) {
			p->num_cap = p->num_cap ? 2 * p->num_cap : 16;
			p->nums = mem_resize(p->nums, p->num_cap, sizeof(struct num));
		}
		c->abstract = NULL;
		c->level = NULL;
		c->num = &p->nums[p->num_count++];
		c->override = -1;
		*c->num = (struct num){ .id = number_of(xml_attr_get(t, NS_W, "numId"), 0, 1 << 30, -1), .abstract_id = -1 };
		{
			unsigned *at = span_map_put(&p->num_ids, number_key(p, c->num->id));

			*at = *at ? *at : (unsigned)p->num_count;
		}
		for (n = 0; n < LEVELS; n++)
			c->num->start_override[n] = -1;
		break;
	case W_abstractNumId:
		if (c->num)
			c->num->abstract_id = number_of(val_of(t), 0, 1 << 30, -1);
		break;
	case W_lvlOverride:
		c->override = number_of(xml_attr_get(t, NS_W, "ilvl"), 0, LEVELS - 1, -1);
		break;
	case W_startOverride:
		if (c->num && c->override >= 0)
			c->num->start_override[c->override] = number_of(val_of(t), 0, 1 << 20, 1);
		break;
	}
}

static struct num *num_find(struct package *p, int id)
{
	char key[16];
	const unsigned *at = span_map_find(&p->num_ids, span_of(key, (size_t)snprintf(key, sizeof(key), "%d", id)));

	return at ? &p->nums[*at - 1] : NULL;
}

/* A list may say "as that numbering style": one step, since a style that points back is a circle. */
static void numbering_resolve(struct package *p)
{
	/* Now that all are read: the array has moved while it grew. */
	for (size_t i = 0; i < p->num_count; i++)
		p->nums[i].abstract = abstract_find(p, p->nums[i].abstract_id);
	for (size_t i = 0; i < p->num_count; i++) {
		struct abstract_num *a = p->nums[i].abstract;
		const struct style *s;
		struct num *other;

		if (!a || !a->style_link.n)
			continue;
		s = package_style(p, a->style_link);
		other = s && s->num_id >= 0 ? num_find(p, s->num_id) : NULL;
		if (other && other->abstract && other->abstract != a)
			p->nums[i].abstract = other->abstract;
	}
}

static const struct num_level *level_of(const struct num *n, int ilvl)
{
	return n->levels[ilvl] ? n->levels[ilvl] : &n->abstract->levels[ilvl];
}

/* The list says which of its levels a style stands at (17.9.23). */
static void levels_of_styles(struct package *p)
{
	for (size_t i = 0; i < p->style_count; i++) {
		struct style *s = &p->styles[i];
		struct num *n = s->num_id > 0 ? num_find(p, s->num_id) : NULL;

		for (int k = 0; n && n->abstract && k < LEVELS; k++)
			if (level_of(n, k)->style.n && span_eq(level_of(n, k)->style, s->id))
				s->ilvl = k;
	}
}

const struct indent *package_list_indent(struct package *p, int num_id, int ilvl)
{
	const struct num *n = num_find(p, num_id);

	return n && n->abstract && ilvl >= 0 && ilvl < LEVELS ? &level_of(n, ilvl)->indent : NULL;
}

static void put_roman(struct buf *b, int n, bool upper)
{
	static const struct {
		int value;
		const char *lower, *upper;
	} parts[] = { { 1000, "m", "M" }, { 900, "cm", "CM" }, { 500, "d", "D" }, { 400, "cd", "CD" }, { 100, "c", "C" },
		      { 90, "xc", "XC" }, { 50, "l", "L" },   { 40, "xl", "XL" }, { 10, "x", "X" },   { 9, "ix", "IX" },
		      { 5, "v", "V" },   { 4, "iv", "IV" },  { 1, "i", "I" } };

	if (n > 3999) {
		buf_number(b, (uint64_t)n);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		for (; n >= parts[i].value; n -= parts[i].value)
			buf_str(b, upper ? parts[i].upper : parts[i].lower);
}

static void put_number(struct buf *b, const char *format, int n)
{
	if (strcmp(format, "lowerLetter") == 0 || strcmp(format, "upperLetter") == 0) {
		/* Word counts a … z, aa, bb, …: the letter is repeated. */
		int times = n > 0 ? (n - 1) / 26 + 1 : 0;

		for (int i = 0; i < times && i < 8; i++)
			buf_char(b, (char)((format[0] == 'l' ? 'a' : 'A') + (n - 1) % 26));
	} else if (strcmp(format, "lowerRoman") == 0 || strcmp(format, "upperRoman") == 0) {
		put_roman(b, n, format[0] == 'u');
	} else if (strcmp(format, "decimalZero") == 0) {
		buf_printf(b, "%02d", n);
	} else if (strcmp(format, "ordinal") == 0) {
		int last = n % 100 / 10 == 1 ? 0 : n % 10;

		buf_printf(b, "%d%s", n, last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
	} else if (strcmp(format, "none") != 0) {
		buf_number(b, n > 0 ? (uint64_t)n : 0);
	}
}

struct span package_label(struct package *p, int num_id, int ilvl, bool count, struct arena *a, bool *ret_bullet, int *ret_level)
{
	struct num *n = num_find(p, num_id);
	struct abstract_num *abs = n ? n->abstract : NULL;
	CLEANUP(buf_done) struct buf b = { 0 };
	const struct num_level *l;
	int stood;

	*ret_bullet = false;
	*ret_level = ilvl < 0 ? 0 : ilvl >= LEVELS ? LEVELS - 1 : ilvl;
	if (!abs)
		return (struct span){ 0 };
	l = level_of(n, *ret_level);
	if (strcmp(l->format, "bullet") == 0) {
		/* pandoc: a further paragraph of an item stands in a list whose bullet is a space. */
		*ret_bullet = !l->text.p || span_trim(l->text).n;
		return (struct span){ 0 };
	}
	for (int i = 0; i < *ret_level; i++)
		if (abs->counters[i] < 0)
			abs->counters[i] = level_of(n, i)->start;
	stood = abs->counters[*ret_level];
	if (n->start_override[*ret_level] >= 0 && !n->overrides_used[*ret_level]) {
		abs->counters[*ret_level] = n->start_override[*ret_level];
		n->overrides_used[*ret_level] = true;
	} else if (abs->counters[*ret_level] < 0) {
		abs->counters[*ret_level] = l->start;
	} else {
		abs->counters[*ret_level]++;
	}
	if (count)
		for (int i = *ret_level + 1; i < LEVELS; i++)
			if (level_of(n, i)->restart < 0 || *ret_level < level_of(n, i)->restart)
				abs->counters[i] = -1;
	for (size_t i = 0; i < l->text.n; i++) {
		char c = l->text.p[i];

		if (c == '%' && i + 1 < l->text.n && l->text.p[i + 1] >= '1' && l->text.p[i + 1] <= '9') {
			int k = l->text.p[++i] - '1';

			put_number(&b, l->legal && k != *ret_level ? "decimal" : level_of(n, k)->format, abs->counters[k] < 0 ? level_of(n, k)->start : abs->counters[k]);
		} else {
			buf_char(&b, c);
		}
	}
	/* A deleted paragraph prints its number and leaves the count where it was. */
	if (!count)
		abs->counters[*ret_level] = stood;
	return arena_dup(a, buf_span(&b));
}

void package_restart_labels(struct package *p)
{
	for (size_t i = 0; i < p->num_count; i++) {
		struct num *n = &p->nums[i];

		for (int k = 0; k < LEVELS; k++) {
			n->overrides_used[k] = false;
			if (n->abstract)
				n->abstract->counters[k] = -1;
		}
	}
}

/* ---- opening ---- */

static int read_part(struct package *p, const char *type, void (*start)(void *, const struct xml_tag *), void (*end)(void *, int, struct span, size_t),
		     void *ctx, struct fault *f)
{
	const struct rel *rel = rels_of_type(&p->rels, type);
	struct xml_handler h = { .namespaces = ooxml_namespaces, .alias = ooxml_alias, .start = start, .end = end, .ctx = ctx };
	CLEANUP(buf_done) struct buf b = { 0 };
	int r;

	/* A target that leaves the package, or that is not there, is no part of it: read on without. */
	if (!rel || !rel->target.n || !zip_in_has(p->zip, rel->target.p))
		return 0;
	r = zip_in_read(p->zip, rel->target.p, &b, f);
	return r < 0 ? r : xml_parse(buf_span(&b), p->path, rel->target.p, &h, f);
}

static int sniff(struct span bytes, const char *path, struct fault *f)
{
	struct srcpos at = { path, 0, 0 };

	if (bytes.n == 0)
		return fault_set(f, FAULT_INPUT, at, "this file is empty; ask for it again");
	if (span_starts(bytes, SPAN_LIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
		return fault_set(f, FAULT_INPUT, at,
				 "this is an old Word file (.doc) or one with a password, which chapeau does not read. In Word or LibreOffice: File > "
				 "Save As > .docx, without a password, then again");
	if (span_starts(bytes, SPAN_LIT("%PDF")))
		return fault_set(f, FAULT_INPUT, at,
				 "this is a PDF file, which chapeau does not read. Ask for the Word or LibreOffice file that it was made from");
	if (span_starts(bytes, SPAN_LIT("{\\rtf")))
		return fault_set(f, FAULT_INPUT, at, "this is an RTF file. In Word or LibreOffice: File > Save As > .docx, then again");
	return 0;
}

int package_open(struct span bytes, const char *path, struct package *ret, struct fault *f)
{
	struct package *p = ret;
	struct styles_ctx styles = { .p = p };
	struct numbering_ctx numbering = { .p = p, .override = -1 };
	const struct rel *main;
	int r;

	*p = (struct package){ .path = path };
	r = sniff(bytes, path, f);
	if (!r)
		r = zip_in_open(bytes, path, &p->zip, f);
	if (!r && !zip_in_has(p->zip, "[Content_Types].xml"))
		r = fault_set(f, FAULT_INPUT, (struct srcpos){ path, 0, 0 },
			      "this is not a Word document (.docx): [Content_Types].xml is missing; open it in Word or LibreOffice, and save it as .docx");
	if (!r)
		r = package_rels(p, "", &p->root, f);
	if (r < 0)
		goto fail;
	main = rels_of_type(&p->root, "officeDocument");
	if (!main || !main->target.n || !zip_in_has(p->zip, main->target.p)) {
		r = fault_set(f, FAULT_INPUT, (struct srcpos){ path, 0, 0 },
			      "this is not a Word document (.docx): its main part is missing; open it in Word or LibreOffice, and save it as .docx");
		goto fail;
	}
	p->main_part = arena_str(&p->arena, main->target);
	r = zip_in_read(p->zip, p->main_part, &p->main, f);
	if (!r)
		r = package_rels(p, p->main_part, &p->rels, f);
	if (!r)
		r = read_part(p, "styles", styles_start, styles_end, &styles, f);
	if (!r)
		r = read_part(p, "numbering", numbering_start, NULL, &numbering, f);
	if (r < 0)
		goto fail;
	styles_resolve(p);
	numbering_resolve(p);
	levels_of_styles(p);
	return 0;
fail:
	package_done(p);
	return r;
}

void package_done(struct package *p)
{
	if (!p)
		return;
	zip_in_free(p->zip);
	buf_done(&p->main);
	rels_done(&p->root);
	rels_done(&p->rels);
	span_map_done(&p->style_ids);
	span_map_done(&p->num_ids);
	span_map_done(&p->abstract_ids);
	free(p->styles);
	free(p->abstracts);
	free(p->nums);
	arena_done(&p->arena);
	*p = (struct package){ 0 };
}
