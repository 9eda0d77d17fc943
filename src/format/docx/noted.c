#include "format/docx/noted.h"

#include "base/sha256.h"

struct span noted_name(struct noted *n, struct span author, struct span time, struct span text, struct arena *a)
{
	struct sha256 h;
	unsigned char digest[SHA256_BYTES];
	char hex[SHA256_HEX + 1];
	struct span key;

	sha256_init(&h);
	sha256_add(&h, author);
	sha256_add(&h, SPAN_LIT("\n"));
	sha256_add(&h, span_sub(time, 0, time.n < 19 ? time.n : 19)); /* to the second */
	sha256_add(&h, SPAN_LIT("\n"));
	sha256_add(&h, text);
	sha256_end(&h, digest);
	sha256_hex(digest, hex);
	key = arena_printf(a, "cn_%.10s", hex);
	return arena_printf(a, "%.*s_%u", SPAN_ARG(key), ++*span_map_put(&n->counts, key));
}

void noted_done(struct noted *n)
{
	span_map_done(&n->counts);
}
