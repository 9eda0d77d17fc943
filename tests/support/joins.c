#include "joins.h"

#include "base/buf.h"
#include "model/statement.h"

static bool joins(const struct change_entry *e)
{
	struct buf was = { 0 }, is = { 0 };
	bool good;

	for (size_t k = 0; k < e->part_count; k++) {
		if (e->parts[k].op != '+')
			buf_add(&was, e->parts[k].text);
		if (e->parts[k].op != '-')
			buf_add(&is, e->parts[k].text);
	}
	good = (!e->from || span_eq(buf_span(&was), e->from->text)) && (!e->to || span_eq(buf_span(&is), e->to->text));
	buf_done(&was);
	buf_done(&is);
	return good;
}

const struct change_entry *parts_wrong(const struct comparison *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (!joins(&c->entries[i]))
			return &c->entries[i];
	return NULL;
}
