#include "model/reviews.h"

#include <stdlib.h>

const char *review_name(enum review_what w)
{
	static const char *const names[] = {
#define X(kind, name) name,
		REVIEW_LIST(X)
#undef X
	};

	return names[w];
}

void reviews_free(struct reviews *r)
{
	if (!r)
		return;
	free(r->path);
	arena_done(&r->arena);
	free(r);
}

void reviews_freep(struct reviews **r)
{
	reviews_free(*r);
	*r = NULL;
}

static void add(struct sha256 *h, const char *key, struct span value)
{
	if (!value.n)
		return;
	sha256_add(h, span_str(key));
	sha256_add(h, SPAN_LIT(": "));
	sha256_add(h, value);
	sha256_add(h, SPAN_LIT("\n"));
}

void review_hash(const struct review *r, char ret_hex[SHA256_HEX + 1])
{
	struct sha256 h;
	unsigned char digest[SHA256_BYTES];

	sha256_init(&h);
	add(&h, "what", span_str(review_name(r->what)));
#define X(member, key) add(&h, key, r->member);
	REVIEW_TEXTS(X)
#undef X
	for (size_t i = 0; i < r->except_count; i++)
		add(&h, "except", r->except[i]);
	if (r->withdrawn)
		add(&h, "withdrawn", SPAN_LIT("true"));
	add(&h, "after", r->after);
	sha256_end(&h, digest);
	sha256_hex(digest, ret_hex);
}
