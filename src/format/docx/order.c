#include "format/docx/order.h"

#include "base/mem.h"

/* ---- markup by bytes ---- */

struct span markup_name(struct span s, size_t open, size_t *ret_end)
{
	size_t i = open + 1, colon;

	if (i < s.n && s.p[i] == '/')
		i++;
	open = i;
	while (i < s.n && !strchr(" \t\r\n/>", s.p[i]))
		i++;
	*ret_end = i;
	colon = span_find_char(span_sub(s, open, i), ':', 0);
	return span_sub(s, colon == SIZE_MAX ? open : open + colon + 1, i);
}

size_t markup_end(struct span s, size_t i)
{
	char quote = 0;

	for (; i < s.n; i++) {
		if (quote)
			quote = s.p[i] == quote ? 0 : quote;
		else if (s.p[i] == '"' || s.p[i] == '\'')
			quote = s.p[i];
		else if (s.p[i] == '>')
			return i + 1;
	}
	return s.n;
}

/* ---- what the schema says ---- */

static const struct {
	const char *parent, *children; /* children: each between spaces */
} orders[] = {
	{ "style", " name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal "
		   "personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr " },
	{ "tblStylePr", " pPr rPr tblPr trPr tcPr " },
	{ "rPr", " rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden "
		 "color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath " },
	{ "pPr", " pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens "
		 "kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing "
		 "mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr " },
	{ "pBdr", " top left bottom right between bar " },
	{ "tblPr", " tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd "
		   "tblLayout tblCellMar tblLook tblCaption tblDescription " },
	{ "tblBorders", " top left start bottom right end insideH insideV " },
	{ "tcBorders", " top left start bottom right end insideH insideV tl2br tr2bl " },
	{ "tblCellMar", " top left start bottom right end " },
	{ "tcMar", " top left start bottom right end " },
	{ "tcPr", " cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark " },
};

static const char *order_of(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(orders); i++)
		if (span_is(name, orders[i].parent))
			return orders[i].children;
	return NULL;
}

/* Where a child stands; what the list does not have goes last, as other programs' additions do. */
static unsigned rank_of(const char *children, struct span name)
{
	struct span rest = span_str(children), child;

	for (unsigned i = 0; span_split(&rest, ' ', &child); i++)
		if (child.n && span_eq(child, name))
			return i;
	return 1000;
}

/* ---- the tree ---- */

#define STEPS_MAX 1000u /* children looked at for a place: no honest style has more, and a stranger's must not cost a square */

struct node {
	size_t gap, open, inner, close, end; /* gap: where the text before it begins; inner: after its tag; close: its end tag */
	size_t parent, first, next, last;    /* 0: none (0 is the part itself) */
	size_t tail;                         /* where the text after its last child begins */
	const char *children;                /* NULL: in the order of the source */
	unsigned rank;
	bool dropped;
};

struct tree {
	struct span s;
	struct node *nodes;
	size_t count, cap;
};

static size_t add_node(struct tree *t, size_t parent, size_t open, size_t end, struct span name)
{
	struct node *n, *p;

	if (t->count == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 256;
		t->nodes = mem_resize(t->nodes, t->cap, sizeof(*n));
	}
	n = &t->nodes[t->count];
	p = &t->nodes[parent];
	*n = (struct node){ .gap = p->tail, .open = open, .inner = end, .close = end, .end = end, .parent = parent, .tail = end };
	n->children = order_of(name);
	if (p->children) {
		/* Into its place among the children, which mostly is the last. */
		size_t before = 0;

		n->rank = rank_of(p->children, name);
		if (p->last && t->nodes[p->last].rank > n->rank) {
			unsigned steps = STEPS_MAX;

			for (size_t i = p->first; i && steps && t->nodes[i].rank <= n->rank; i = t->nodes[i].next, steps--)
				before = i;
			if (!steps)
				before = p->last;
		} else {
			before = p->last;
		}
		n->next = before ? t->nodes[before].next : p->first;
		if (before)
			t->nodes[before].next = t->count;
		else
			p->first = t->count;
		if (!n->next)
			p->last = t->count;
	} else {
		if (p->last)
			t->nodes[p->last].next = t->count;
		else
			p->first = t->count;
		p->last = t->count;
	}
	return t->count++;
}

static struct span value_of(struct span tag)
{
	size_t at = span_find(tag, SPAN_LIT("val="), 0), end;

	if (at == SIZE_MAX || at + 5 >= tag.n)
		return (struct span){ 0 };
	end = span_find_char(tag, tag.p[at + 4], at + 5);
	return end == SIZE_MAX ? (struct span){ 0 } : span_sub(tag, at + 5, end);
}

static void grow(struct tree *t, bool (*exists)(void *ctx, struct span id), void *ctx)
{
	size_t at = 0, now = 0;

	t->nodes = mem_zero(t->cap = 256, sizeof(*t->nodes));
	t->count = 1;
	t->nodes[0].close = t->nodes[0].end = t->s.n;
	while ((at = span_find_char(t->s, '<', at)) != SIZE_MAX) {
		size_t end = markup_end(t->s, at), name_end;
		struct span name = markup_name(t->s, at, &name_end);

		if (at + 1 < t->s.n && t->s.p[at + 1] == '/') {
			t->nodes[now].close = at;
			t->nodes[now].end = end;
			now = t->nodes[now].parent;
			t->nodes[now].tail = end;
		} else if (at + 1 < t->s.n && t->s.p[at + 1] != '?') {
			size_t made = add_node(t, now, at, end, name);

			if (span_is(name, "basedOn") || span_is(name, "next") || span_is(name, "link"))
				t->nodes[made].dropped = !exists(ctx, value_of(span_sub(t->s, at, end)));
			if (end - 2 > at && t->s.p[end - 2] == '/')
				t->nodes[now].tail = end;
			else
				now = made;
		}
		at = end;
	}
}

static void write_tree(const struct tree *t, struct buf *ret)
{
	size_t i = t->nodes[0].first, parent = 0;

	for (;;) {
		/* Down to the next child, else up. */
		while (i && t->nodes[i].dropped)
			i = t->nodes[i].next;
		if (i) {
			const struct node *n = &t->nodes[i];

			if (!t->nodes[parent].children)
				buf_add(ret, span_sub(t->s, n->gap, n->open));
			buf_add(ret, span_sub(t->s, n->open, n->inner));
			if (n->end > n->inner) {
				parent = i;
				i = n->first;
			} else {
				i = n->next;
			}
			continue;
		}
		if (!t->nodes[parent].children)
			buf_add(ret, span_sub(t->s, t->nodes[parent].tail, t->nodes[parent].close));
		if (!parent)
			return;
		buf_add(ret, span_sub(t->s, t->nodes[parent].close, t->nodes[parent].end));
		i = t->nodes[parent].next;
		parent = t->nodes[parent].parent;
	}
}

void order_styles(struct span part, bool (*exists)(void *ctx, struct span id), void *ctx, struct buf *ret)
{
	struct tree t = { .s = part };

	if (part.n > ORDER_LIMIT || span_find(part, SPAN_LIT("<!"), 0) != SIZE_MAX) {
		buf_add(ret, part);
		return;
	}
	grow(&t, exists, ctx);
	write_tree(&t, ret);
	mem_free(t.nodes);
}
