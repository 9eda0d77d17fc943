#include "diff/aligner.h"

void find_wholes(struct aligner *x, struct side *own, struct side *other)
{
	for (size_t i = 0; i < own->n; i++) {
		struct row *r = &own->rows[i], *m;
		struct token_range a, b;
		size_t common;

		if (r->exact || r->mate == NO_ROW)
			continue;
		m = &other->rows[r->mate];
		/* who gave a sentence away is shorter for it: this keeps edited clauses from being read word by word here */
		if (!r->hinted && r->clause->text.n < m->clause->text.n + 8)
			continue;
		tokenise(x, r);
		tokenise(x, m);
		a = all_of(r);
		b = all_of(m);
		common = (size_t)(likeness(&x->like, &x->al->vocab, &a, &b) * (r->words + m->words) / 2 + 0.5);
		r->whole = r->words >= common + 3;
	}
}

/*
 * Is the row a piece of `whole`, a row of the other side that has a mate: are most of its words words of whole that the
 * mate did not keep?  hinted: an attribute says so.  loaded: whose words are counted in x->like, which mostly are those of the
 * same whole again.
 */
static bool is_piece(struct aligner *x, const struct row *piece, const struct row *whole, const struct side *own, bool hinted, const struct row **loaded)
{
	struct measure m;

	if (whole->mate == NO_ROW || !whole->whole)
		return false;
	if (*loaded != whole) {
		load_counts(x, &x->like, whole);
		hold_against(x, &x->like, &own->rows[whole->mate], true);
		*loaded = whole;
	}
	m = hold_against(x, &x->like, piece, false);
	if (hinted)
		return m.words * 4 >= m.all && m.words;
	return m.words >= 3 && m.words * 10 >= m.all * 5 && m.weight * 10 >= m.all_weight * 5;
}

void find_pieces(struct aligner *x, struct side *own, struct side *other, bool splits, const struct statement *from)
{
	const struct row *loaded = NULL;

	for (size_t i = 0; i < own->n; i++) {
		struct row *r = &own->rows[i];
		struct candidates c = { .count = 0 };
		uint32_t hint = NO_ROW, expected;

		if (r->mate != NO_ROW || r->piece_of != NO_ROW || !r->words)
			continue;
		if (splits && !x->options->official) {
			struct span ids = attrs_get(r->clause->block->attrs, "from"), id;

			while (next_ref(&ids, &id)) {
				size_t o = row_by_id(from, id);

				if (o != NO_ROW) {
					hint = (uint32_t)o;
					candidate(&c, hint);
				}
			}
		}
		/* the neighbours' mates are where a piece mostly comes from */
		for (size_t k = i; k-- > 0 && i - k <= 3;)
			if (own->rows[k].mate != NO_ROW || own->rows[k].piece_of != NO_ROW) {
				candidate(&c, own->rows[k].mate != NO_ROW ? own->rows[k].mate : own->rows[k].piece_of);
				break;
			}
		for (size_t k = i + 1; k < own->n && k - i <= 3; k++)
			if (own->rows[k].mate != NO_ROW) {
				candidate(&c, own->rows[k].mate);
				break;
			}
		expected = i && own->rows[i - 1].mate != NO_ROW ? own->rows[i - 1].mate : (uint32_t)i;
		gather(x, r, other, expected, &c);
		for (size_t k = 0; k < c.count; k++) {
			struct row *whole = &other->rows[c.rows[k]];
			bool hinted = c.rows[k] == hint;

			if (!splits && !x->options->official && !hinted) {
				struct span ids = attrs_get(whole->clause->block->attrs, "absorbs"), id;

				while (!hinted && next_ref(&ids, &id))
					hinted = span_eq(id, r->clause->id);
			}
			if (whole->piece_of != NO_ROW || !is_piece(x, r, whole, own, hinted, &loaded))
				continue;
			r->piece_of = c.rows[k];
			whole->has_pieces = true;
			break;
		}
	}
}

void seat_pieces(struct side *own, struct side *other, bool official)
{
	for (size_t i = 0; i < own->n; i++) {
		struct row *r = &own->rows[i], *whole, *keeper;

		if (r->piece_of == NO_ROW)
			continue;
		whole = &other->rows[r->piece_of];
		keeper = &own->rows[whole->mate];
		if (!official && whole->clause->id.n && span_eq(keeper->clause->id, whole->clause->id))
			continue;
		if (keeper < r || keeper->has_pieces)
			continue;
		keeper->piece_of = r->piece_of;
		keeper->mate = NO_ROW;
		r->mate = r->piece_of;
		r->piece_of = NO_ROW;
		whole->mate = (uint32_t)i;
	}
}

