/*
 * sha256: SHA-256 (FIPS 180-4) by libcrypto.  Digests are 32 bytes; hex is 64 lower-case digits
 * and a NUL.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/span.h"

#define SHA256_BYTES 32
#define SHA256_HEX 64

struct sha256 {
	void *ctx;
};

void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, struct span s);
void sha256_end(struct sha256 *h, unsigned char ret_digest[SHA256_BYTES]); /* frees the state */

void sha256_of(struct span s, unsigned char ret_digest[SHA256_BYTES]);
void sha256_hex(const unsigned char digest[SHA256_BYTES], char ret_hex[SHA256_HEX + 1]);
void sha256_hex_of(struct span s, char ret_hex[SHA256_HEX + 1]);

#endif
