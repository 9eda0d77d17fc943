/*
 * bytes: eight bytes of text at a time.
 *
 * A mask holds the highest bit of each byte that is meant; the tests of ASCII want a word in which no byte has it.
 * No branch on what a word holds: how long the words of a text are cannot be foretold.
 * Source: H. S. Warren, Hacker's Delight, 6-1 (zero bytes) and 2-18 (sums of several bytes in one word).
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdint.h>
#include <string.h>

#define BYTES_EACH UINT64_C(0x0101010101010101)
#define BYTES_HIGH UINT64_C(0x8080808080808080)

/* The byte at p is the lowest one, on every machine. */
static inline uint64_t bytes_load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* ASCII only: bytes from lo to hi. */
static inline uint64_t bytes_between(uint64_t w, unsigned char lo, unsigned char hi)
{
	return ((w | BYTES_HIGH) - lo * BYTES_EACH) & ((hi | 0x80u) * BYTES_EACH - w) & BYTES_HIGH;
}

/* Bytes that are c, whatever else there is. */
static inline uint64_t bytes_equal(uint64_t w, unsigned char c)
{
	w ^= c * BYTES_EACH;
	return ~(((w & ~BYTES_HIGH) + ~BYTES_HIGH) | w) & BYTES_HIGH;
}

/* How many bytes a mask means. */
static inline unsigned bytes_count(uint64_t mask)
{
	return (unsigned)((mask >> 7) * BYTES_EACH >> 56);
}

/* One bit a byte, the lowest for the first one. */
static inline unsigned bytes_bits(uint64_t mask)
{
	return (unsigned)((mask >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

#endif
