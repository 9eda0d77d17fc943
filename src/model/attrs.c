#include "model/attrs.h"

#include "base/limits.h"

struct span attrs_get(const struct attrs *a, const char *key)
{
	if (a)
		for (size_t i = a->count; i-- > 0;)
			if (span_is(a->items[i].key, key))
				return a->items[i].value;
	return (struct span){ 0 };
}

bool attrs_has(const struct attrs *a, unsigned classes)
{
	return a && (a->classes & classes);
}

bool id_valid(struct span s)
{
	if (s.n == 0 || s.n > LIMIT_ID_BYTES || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '-' ? s.p[i - 1] == '-' : !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			return false;
	}
	return true;
}
