/* The classes that mean something, by their names. */
#include "format/md/internal.h"

#include "base/limits.h"

const struct known_class known_classes[CLASSES_KNOWN] = {
	{ "internal", CLASS_INTERNAL },
	{ "rationale", CLASS_RATIONALE },
	{ "oral", CLASS_ORAL },
	{ "unnumbered", CLASS_UNNUMBERED },
};

const char *class_named(struct span name)
{
	for (size_t k = 0; k < CLASSES_KNOWN; k++)
		if (span_eq_nocase(name, span_str(known_classes[k].name)))
			return known_classes[k].name;
	return NULL;
}

const char *attrlist_class(struct span name, unsigned slips)
{
	char letters[LIMIT_ID_BYTES];
	struct span lower = span_of(letters, name.n < sizeof(letters) ? name.n : sizeof(letters));
	const char *near = NULL;
	unsigned best = slips + 1;

	for (size_t k = 0; k < lower.n; k++)
		letters[k] = name.p[k] >= 'A' && name.p[k] <= 'Z' ? (char)(name.p[k] + 32) : name.p[k];
	for (size_t k = 0; k < CLASSES_KNOWN; k++) {
		unsigned n = span_distance(lower, span_str(known_classes[k].name), slips + 1);

		/* Two slips in "oral" are another word. */
		if (n < best && (n < 2 || strlen(known_classes[k].name) > 4)) {
			best = n;
			near = known_classes[k].name;
		}
	}
	return near;
}
