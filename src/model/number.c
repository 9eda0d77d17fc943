#include "model/number.h"

#include <unicase.h>

static const struct {
	struct span language;
	struct xref_words words;
} shipped[] = {
	{ SPAN("en"), { SPAN("paragraph"), SPAN("section"), SPAN("table"), SPAN("“"), SPAN("”"), SPAN("Stakeholder group: "),
			SPAN("Check against delivery"), SPAN("Read out verbatim"), SPAN("Endorsed by"), NULL, NULL } },
	{ SPAN("fr"), { SPAN("paragraphe"), SPAN("section"), SPAN("tableau"), SPAN("«\u00a0"), SPAN("\u00a0»"), SPAN("Groupe de parties prenantes\u00a0: "),
			SPAN("Seul le texte prononcé fait foi"), SPAN("Lu mot à mot"), SPAN("Avec l’appui de"), NULL, NULL } },
	{ SPAN("es"), { SPAN("párrafo"), SPAN("sección"), SPAN("cuadro"), SPAN("«"), SPAN("»"), SPAN("Grupo de partes interesadas: "),
			SPAN("Cotéjese con el texto pronunciado"), SPAN("Lectura textual"), SPAN("Con el apoyo de"), NULL, NULL } },
	{ SPAN("ru"), { SPAN("пункт"), SPAN("раздел"), SPAN("таблица"), SPAN("«"), SPAN("»"), SPAN("Группа заинтересованных сторон: "),
			SPAN("Сверять с фактическим выступлением"), SPAN("Зачитывается дословно"), SPAN("При поддержке"), NULL, NULL } },
	{ SPAN("ar"), { SPAN("الفقرة"), SPAN("القسم"), SPAN("الجدول"), SPAN("”"), SPAN("“"), SPAN("مجموعة أصحاب المصلحة: "),
			SPAN("يراجع النص عند الإلقاء"), SPAN("يُقرأ النص حرفيا"), SPAN("بتأييد من"), NULL, NULL } },
	{ SPAN("zh"), { SPAN("段落"), SPAN("章节"), SPAN("表"), SPAN("“"), SPAN("”"), SPAN("利益攸关方群体："),
			SPAN("以现场发言为准"), SPAN("照稿宣读"), SPAN("联署方"), NULL, NULL } },
	{ SPAN("he"), { SPAN("פסקה"), SPAN("סעיף"), SPAN("טבלה"), SPAN("”"), SPAN("“"), SPAN("קבוצת בעלי עניין: "),
			SPAN("הנוסח הקובע הוא הנאמר"), SPAN("נקרא כלשונו"), SPAN("בתמיכת"), NULL, NULL } },
	{ SPAN("fa"), { SPAN("بند"), SPAN("بخش"), SPAN("جدول"), SPAN("«"), SPAN("»"), SPAN("گروه ذی‌نفعان: "),
			SPAN("متن ایرادشده معتبر است"), SPAN("عیناً قرائت می‌شود"), SPAN("با حمایت"), NULL, NULL } },
};

/* The row of a language by its BCP 47 tag; ARRAY_LEN(shipped): none. */
static size_t shipped_row(struct span language)
{
	size_t dash = 0, row = 0;

	while (dash < language.n && language.p[dash] != '-')
		dash++;
	while (row < ARRAY_LEN(shipped) && !span_eq_nocase(shipped[row].language, span_sub(language, 0, dash)))
		row++;
	return row;
}

struct xref_words xref_words_for(struct span language)
{
	size_t row = shipped_row(language);

	if (row < ARRAY_LEN(shipped))
		return shipped[row].words;
	if (language.n) {
		struct xref_words words = shipped[0].words;

		words.group = words.endorsers = (struct span){ 0 };
		return words;
	}
	return shipped[0].words;
}

/* The groups that FORMAT.md F10 names, as the UN's texts on stakeholders call them. */
static const struct span groups[][6] = {
	{ SPAN("government"), SPAN("private sector"), SPAN("civil society"), SPAN("technical community"), SPAN("academia"), SPAN("international organization") },
	{ SPAN("gouvernement"), SPAN("secteur privé"), SPAN("société civile"), SPAN("communauté technique"), SPAN("milieux universitaires"), SPAN("organisation internationale") },
	{ SPAN("gobierno"), SPAN("sector privado"), SPAN("sociedad civil"), SPAN("comunidad técnica"), SPAN("sector académico"), SPAN("organización internacional") },
	{ SPAN("правительство"), SPAN("частный сектор"), SPAN("гражданское общество"), SPAN("техническое сообщество"), SPAN("академические круги"), SPAN("международная организация") },
	{ SPAN("حكومة"), SPAN("القطاع الخاص"), SPAN("المجتمع المدني"), SPAN("الأوساط التقنية"), SPAN("الأوساط الأكاديمية"), SPAN("منظمة دولية") },
	{ SPAN("政府"), SPAN("私营部门"), SPAN("民间社会"), SPAN("技术界"), SPAN("学术界"), SPAN("国际组织") },
	{ SPAN("ממשלה"), SPAN("המגזר הפרטי"), SPAN("החברה האזרחית"), SPAN("הקהילה הטכנית"), SPAN("אקדמיה"), SPAN("ארגון בין־לאומי") },
	{ SPAN("دولت"), SPAN("بخش خصوصی"), SPAN("جامعهٔ مدنی"), SPAN("جامعهٔ فنی"), SPAN("دانشگاهیان"), SPAN("سازمان بین‌المللی") },
};
_Static_assert(ARRAY_LEN(groups) == ARRAY_LEN(shipped), "a row of groups for each language");

struct span number_group(struct span language, struct span group)
{
	size_t row = shipped_row(language);

	for (size_t i = 0; row < ARRAY_LEN(groups) && i < ARRAY_LEN(groups[0]); i++)
		if (span_eq(groups[0][i], group))
			return groups[row][i];
	return group;
}

/* a, b, … z, aa, bb: as Word and (with letter sync) ODF count on. */
static void put_letters(struct buf *out, unsigned n, char first)
{
	for (unsigned times = (n - 1) / 26 + 1; times; times--)
		buf_char(out, (char)(first + (n - 1) % 26));
}

static void put_roman(struct buf *out, unsigned n, bool upper)
{
	static const struct {
		unsigned value;
		char digits[3];
	} steps[] = {
		{ 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" },
		{ 40, "xl" },  { 10, "x" },   { 9, "ix" },  { 5, "v" },    { 4, "iv" },  { 1, "i" },
	};

	if (n > 3999) {
		buf_number(out, n);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		for (; n >= steps[i].value; n -= steps[i].value) {
			for (const char *p = steps[i].digits; *p; p++)
				buf_char(out, upper ? (char)(*p - 'a' + 'A') : *p);
		}
	}
}

struct numberer {
	struct doc *d;
	enum numbering mode;
	bool one;                    /* count what stands in one reading, and not all that a marked text has */
	enum reading reading;        /* of these */
	unsigned paragraphs;
	unsigned items;              /* (a) so far since the last numbered paragraph */
	unsigned headings[7];
	struct span heading_path[7]; /* by level */
	struct span paragraph;       /* printed number of the last numbered paragraph */
	struct buf buf;
};

static void set_printed(struct numberer *n, struct block *b, struct span above, unsigned level)
{
	b->printed = arena_dup(&n->d->arena, buf_span(&n->buf));
	b->path = above.n ? arena_printf(&n->d->arena, "%.*s %.*s", SPAN_ARG(above), SPAN_ARG(b->printed)) : b->printed;
	b->number_level = level;
	buf_clear(&n->buf);
}

static void number_heading(struct numberer *n, struct block *b)
{
	struct span above = { 0 };
	unsigned level = b->level;

	if (level < 1 || level > 6)
		return;
	for (unsigned i = level + 1; i <= 6; i++) {
		n->headings[i] = 0;
		n->heading_path[i] = (struct span){ 0 };
	}
	n->heading_path[level] = (struct span){ 0 };
	if (level > 5 || attrs_has(b->attrs, CLASS_UNNUMBERED))
		return;
	n->headings[level]++;
	switch (level) {
	case 1:
		put_roman(&n->buf, n->headings[level], true);
		break;
	case 2:
		put_letters(&n->buf, n->headings[level], 'A');
		break;
	case 3:
		buf_number(&n->buf, n->headings[level]);
		break;
	case 4:
		buf_char(&n->buf, '(');
		put_letters(&n->buf, n->headings[level], 'a');
		buf_char(&n->buf, ')');
		break;
	case 5:
		buf_char(&n->buf, '(');
		put_roman(&n->buf, n->headings[level], false);
		buf_char(&n->buf, ')');
		break;
	}
	for (unsigned i = level - 1; i >= 1 && !above.n; i--)
		above = n->heading_path[i];
	set_printed(n, b, above, level - 1);
	n->heading_path[level] = b->path;
}

static bool at_top(const struct block *list)
{
	for (const struct block *b = list->parent; b; b = b->parent)
		if (b->kind != BLOCK_ROOT && b->kind != BLOCK_LIST && b->kind != BLOCK_ITEM)
			return false;
	return !list->in_note;
}

/* index: of the item in its list, from 0, as printed. */
static void number_item(struct numberer *n, struct block *b, unsigned index)
{
	const struct block *outer = NULL; /* nearest item that a number around this one could come from */
	struct span above = { 0 };
	unsigned level = 1;

	for (const struct block *p = b->parent->parent; p; p = p->parent) {
		if (p->kind == BLOCK_ITEM && p->parent->ordered) {
			outer = outer ? outer : p;
			level++;
		}
	}
	if (outer && outer->path.n)
		above = outer->path;
	else if (!outer && n->mode == NUMBERING_PARAGRAPHS && at_top(b->parent))
		above = n->paragraph;
	if (n->mode == NUMBERING_NONE) {
		unsigned first = b->parent->start || b->parent->origin.end ? b->parent->start : 1;

		buf_number(&n->buf, (uint64_t)first + index);
		set_printed(n, b, above, level);
		return;
	}
	b->number_level = level > 3 ? 3 : level;
	if (level > 3)
		return; /* F4: a `numbering` finding; text of level 3 */
	/* One run of (a) … under each numbered paragraph, however many lists it takes. */
	if (level == 1 && n->mode == NUMBERING_PARAGRAPHS && b->parent->parent->kind == BLOCK_ROOT && !b->in_note)
		index = n->items++;
	buf_char(&n->buf, '(');
	if (level == 1)
		put_letters(&n->buf, index + 1, 'a');
	else if (level == 2)
		put_roman(&n->buf, index + 1, false);
	else
		buf_number(&n->buf, index + 1);
	buf_char(&n->buf, ')');
	set_printed(n, b, above, level);
}

/* A sub-paragraph's label, "(a)", stands under the paragraph or item that it belongs to; any other is a number of its own. */
static struct span path_above(const struct numberer *n, const struct block *item, struct span label)
{
	const struct block *outer = item->parent;

	if (item->kind != BLOCK_ITEM || label.p[0] != '(')
		return (struct span){ 0 };
	while (outer && outer->kind != BLOCK_ITEM)
		outer = outer->parent;
	if (outer)
		return outer->path;
	return at_top(item->parent) ? n->paragraph : (struct span){ 0 };
}

/* A block with a label prints it, takes no number and does not advance the count. */
static bool print_label(struct numberer *n, struct block *b)
{
	struct span label = n->one && n->reading == READING_REJECTED && b->relabelled ? b->label_was : attrs_get(b->attrs, "label");

	b->labelled = label.n != 0;
	if (b->labelled) {
		buf_add(&n->buf, label);
		set_printed(n, b, path_above(n, b, label), 0);
	}
	return b->labelled;
}

bool number_uncounted(const struct block *paragraph)
{
	return attrs_has(paragraph->attrs, CLASS_UNNUMBERED) || span_is(attrs_get(paragraph->attrs, "role"), "courtesy");
}

static void number_block(struct numberer *n, struct block *b, unsigned *item_index)
{
	if (print_label(n, b)) {
		if (b->kind == BLOCK_PARAGRAPH && b->parent->kind == BLOCK_ROOT && !b->in_note) {
			n->paragraph = b->printed;
			n->items = 0;
		}
		return;
	}
	switch (b->kind) {
	case BLOCK_HEADING:
		if (n->mode == NUMBERING_HEADINGS && b->parent->kind == BLOCK_ROOT && !b->in_note)
			number_heading(n, b);
		break;
	case BLOCK_PARAGRAPH:
		if (n->mode != NUMBERING_PARAGRAPHS || b->parent->kind != BLOCK_ROOT || b->in_note || !b->run_count ||
		    (n->one && n->reading == READING_REJECTED && b->recounted ? b->uncounted_was : number_uncounted(b)))
			break;
		buf_number(&n->buf, ++n->paragraphs);
		set_printed(n, b, (struct span){ 0 }, 0);
		n->paragraph = b->printed;
		n->items = 0;
		break;
	case BLOCK_ITEM:
		if (b->parent->ordered)
			number_item(n, b, (*item_index)++);
		break;
	case BLOCK_ROOT:
	case BLOCK_CODE:
	case BLOCK_RULE:
	case BLOCK_QUOTE:
	case BLOCK_LIST:
	case BLOCK_TABLE:
	case BLOCK_ROW:
	case BLOCK_CELL:
		break;
	}
}

/* Does the reader of the public, written file not see it?  Descendants go with it. */
static bool unseen(const struct block *b)
{
	return b->internal || attrs_has(b->attrs, CLASS_RATIONALE | CLASS_ORAL);
}

/* Is it of the other reading, or a line that only prints the label of another block? */
static bool not_counted(const struct numberer *n, const struct block *b)
{
	if (!n->one)
		return false;
	return b->label_line.n || !(n->reading == READING_ACCEPTED ? mark_accepted(b->mark) : mark_rejected(b->mark));
}

/* Is it part of the paragraph before it in the one reading that is counted, of which the other reading divided it? */
static bool goes_on(const struct numberer *n, const struct block *b)
{
	const struct mark *m = n->one && b->prev ? b->prev->break_mark : NULL;

	return m && !(n->reading == READING_ACCEPTED ? mark_accepted(m) : mark_rejected(m));
}

static void number_tree(struct numberer *n, struct block *top)
{
	/* How many numbered items each open list has had, by depth of nesting; deeper lists share the last. */
	unsigned counts[128] = { 0 };
	size_t depth = 0;

	for (struct block *b = top, *next; b; b = next) {
		next = block_next(b, top);
		b->printed = b->path = (struct span){ 0 };
		b->number_level = 0;
		if (not_counted(n, b)) {
			next = block_next_skip(b, top);
			continue;
		}
		if (goes_on(n, b)) {
			b->printed = b->prev->printed;
			b->path = b->prev->path;
			b->number_level = b->prev->number_level;
			continue;
		}
		if (b != top && unseen(b) && !(b->internal && top->internal)) {
			struct block *end = block_next_skip(b, top);

			for (struct block *c = b; c && c != end; c = block_next(c, b)) {
				c->printed = c->path = (struct span){ 0 };
				c->number_level = 0;
				if (c->internal || (b->attrs && attrs_has(b->attrs, CLASS_INTERNAL)))
					print_label(n, c);
			}
			next = end;
			continue;
		}
		if (b->kind != BLOCK_LIST && b->kind != BLOCK_ITEM) {
			number_block(n, b, NULL);
			continue;
		}
		depth = 0;
		for (const struct block *p = b->kind == BLOCK_ITEM ? b->parent : b; p != top; p = p->parent)
			depth += p->kind == BLOCK_LIST;
		if (depth >= ARRAY_LEN(counts))
			depth = ARRAY_LEN(counts) - 1;
		if (b->kind == BLOCK_LIST)
			counts[depth] = 0;
		number_block(n, b, &counts[depth]);
	}
}

static void number_all(struct numberer *n)
{
	number_tree(n, n->d->root);
	for (size_t i = 0; i < n->d->note_count; i++)
		number_tree(n, n->d->notes[i]->body);
	buf_done(&n->buf);
}

void number_doc(struct doc *d, enum numbering mode)
{
	struct numberer n = { .d = d, .mode = mode };

	if (n.mode == NUMBERING_UNSAID)
		n.mode = d->meta.numbering == NUMBERING_UNSAID ? NUMBERING_NONE : d->meta.numbering;
	number_all(&n);
	d->numbered = n.mode;
}

void number_reading(struct doc *d, enum numbering mode, enum reading reading)
{
	number_all(&(struct numberer){ .d = d, .mode = mode, .one = true, .reading = reading });
}

void number_path(const struct block *b, struct buf *out)
{
	buf_add(out, b->path);
}

bool number_takes_stop(struct span printed)
{
	char last = printed.n ? printed.p[printed.n - 1] : ')';

	return last != ')' && last != ']' && last != '.';
}

bool number_says(struct span label, struct span word)
{
	int differ = 1;

	return word.n && label.n > word.n && label.p[word.n] == ' ' &&
	       u8_casecmp((const uint8_t *)label.p, word.n, (const uint8_t *)word.p, word.n, NULL, NULL, &differ) == 0 && !differ;
}

unsigned number_ordinal(struct span s, bool roman)
{
	static const char digits[] = "ivxlcdm";
	static const unsigned values[] = { 1, 5, 10, 50, 100, 500, 1000 };
	unsigned n = 0, letter;

	while (s.n && s.p[0] == '(')
		s = span_sub(s, 1, s.n);
	while (s.n && (s.p[s.n - 1] == ')' || s.p[s.n - 1] == '.'))
		s.n--;
	if (!s.n)
		return 0;
	if (s.p[0] >= '0' && s.p[0] <= '9') {
		for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && n < 10000000; i++)
			n = n * 10 + (unsigned)(s.p[i] - '0');
		return n;
	}
	letter = (unsigned)(s.p[0] | 0x20);
	if (!roman)
		return letter >= 'a' && letter <= 'z' ? letter - 'a' + 1 + 26 * (unsigned)(s.n - 1) : 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *d = strchr(digits, s.p[i] | 0x20), *e = i + 1 < s.n ? strchr(digits, s.p[i + 1] | 0x20) : NULL;
		unsigned value = d && *d ? values[d - digits] : 0;

		n = e && *e && values[e - digits] > value ? n - value : n + value;
	}
	return n;
}
