#include "base/sha256.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

void sha256_init(struct sha256 *h)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL))
		abort(); /* out of memory, or a libcrypto without SHA-256: neither can be mended here */
	h->ctx = ctx;
}

void sha256_add(struct sha256 *h, struct span s)
{
	if (s.n && !EVP_DigestUpdate(h->ctx, s.p, s.n))
		abort();
}

void sha256_end(struct sha256 *h, unsigned char ret_digest[SHA256_BYTES])
{
	if (!EVP_DigestFinal_ex(h->ctx, ret_digest, NULL))
		abort();
	EVP_MD_CTX_free(h->ctx);
	h->ctx = NULL;
}

/* Ten thousand short clauses: the algorithm is looked up, and a context made, once a thread.  The first thread's goes with the process. */
static pthread_key_t contexts;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void drop_context(void *ctx)
{
	EVP_MD_CTX_free(ctx);
}

static void make_key(void)
{
	if (pthread_key_create(&contexts, drop_context))
		abort();
}

void sha256_of(struct span s, unsigned char ret_digest[SHA256_BYTES])
{
	struct sha256 h;

	pthread_once(&once, make_key);
	h.ctx = pthread_getspecific(contexts);
	if (!h.ctx) {
		sha256_init(&h);
		pthread_setspecific(contexts, h.ctx);
	} else if (!EVP_DigestInit_ex(h.ctx, NULL, NULL)) {
		abort();
	}
	sha256_add(&h, s);
	if (!EVP_DigestFinal_ex(h.ctx, ret_digest, NULL))
		abort();
}

void sha256_hex(const unsigned char digest[SHA256_BYTES], char ret_hex[SHA256_HEX + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_BYTES; i++) {
		ret_hex[2 * i] = digits[digest[i] >> 4];
		ret_hex[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_hex[SHA256_HEX] = '\0';
}

void sha256_hex_of(struct span s, char ret_hex[SHA256_HEX + 1])
{
	unsigned char digest[SHA256_BYTES];

	sha256_of(s, digest);
	sha256_hex(digest, ret_hex);
}
