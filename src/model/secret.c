#include "model/secret.h"

#include <stdlib.h>
#include <unicase.h>

#include "base/utf8.h"

#define PRIME 0x9e3779b97f4a7c15u

void secrets_done(struct secrets *s)
{
	buf_done(&s->text);
	free(s->grams);
	free(s->filter);
	*s = (struct secrets){ 0 };
}

/* ---- words ---- */

struct words {
	struct span text;
	size_t at;
	bool parted;     /* a form feed stood before the word at hand */
	struct buf norm; /* text in NFC where it was not */
};

static void words_begin(struct words *w, struct span text)
{
	*w = (struct words){ .text = text };
	if (utf8_surely_nfc(text))
		return;
	utf8_nfc(text, &w->norm);
	w->text = buf_span(&w->norm);
}

static inline uint64_t mix(uint64_t h, uint32_t cp)
{
	return (h ^ cp) * 0x100000001b3u;
}

/* The hash of the next word, never 0; 0 at the end.  ret: its place in w->text; letters: its code points. */
static uint64_t words_next(struct words *w, struct span *ret, size_t *ret_letters)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t from = SIZE_MAX, to = 0, letters = 0, at = w->at;
	const char *p = w->text.p;
	size_t n = w->text.n;

	w->parted = false;
	while (at < n) {
		unsigned char c = (unsigned char)p[at];
		size_t begin = at;
		uint32_t cp;

		if (c < 0x80) {
			at++;
			if ((unsigned char)((c | 32) - 'a') < 26)
				cp = c | 32u;
			else if ((unsigned char)(c - '0') < 10)
				cp = c;
			else if (from != SIZE_MAX) {
				/* A form feed is left for the next word, which it parts from this one. */
				at -= c == '\f';
				break;
			} else {
				w->parted |= c == '\f';
				continue;
			}
		} else {
			cp = utf8_next(p, n, &at);
			if (cp_ignorable(cp))
				continue;
			if (cp_ideograph(cp)) {
				if (from != SIZE_MAX) {
					at = begin;
					break;
				}
				from = begin;
				letters = 1;
				h = mix(h, cp);
				begin = at;
				w->at = at;
				*ret = span_sub(w->text, from, at);
				*ret_letters = 1;
				return h | 1;
			}
			if (!cp_letter(cp) && !cp_digit(cp)) {
				if (from == SIZE_MAX)
					continue;
				break;
			}
			cp = uc_tolower(cp);
		}
		if (from == SIZE_MAX)
			from = begin;
		h = mix(h, cp);
		letters++;
		to = at;
	}
	w->at = at;
	if (from == SIZE_MAX)
		return 0;
	*ret = span_sub(w->text, from, to);
	*ret_letters = letters;
	return h | 1;
}

/* Hashes of the last k words grow from those of k - 1: start with 0, add the words newest first, and finish. */
static inline uint64_t grow(uint64_t h, uint64_t word)
{
	return (h + word) * PRIME;
}

static inline uint64_t finish(uint64_t h, size_t k)
{
	h ^= h >> 29;
	return (h ^ k) | 1;
}

static uint64_t gram_hash(const struct secret_walk *w, size_t k)
{
	uint64_t h = 0;

	for (size_t i = 0; i < k; i++)
		h = grow(h, w->words[i]);
	return finish(h, k);
}

static void push(struct secret_walk *w, uint64_t word)
{
	for (size_t i = SECRET_LONG - 1; i; i--)
		w->words[i] = w->words[i - 1];
	w->words[0] = word;
	w->seen++;
}

static struct secret_gram *slot(const struct secrets *s, uint64_t hash)
{
	size_t at = hash >> 8 & (s->size - 1);

	while (s->grams[at].hash && s->grams[at].hash != hash)
		at = (at + 1) & (s->size - 1);
	return &s->grams[at];
}

/* A bit for each secret, so that most words of a file are passed without a look into the table. */
static inline bool filtered(const struct secrets *s, uint64_t hash)
{
	return !(s->filter[hash >> 38 & (SECRET_FILTER - 1)] >> (hash >> 32 & 63) & 1);
}

static void add_gram(struct secrets *s, uint64_t hash, size_t words, size_t text, size_t length)
{
	struct secret_gram *g;

	if (!s->filter)
		s->filter = mem_zero(SECRET_FILTER, sizeof(*s->filter));
	if (2 * (s->count + 1) > s->size) {
		struct secrets bigger = { .size = s->size ? 2 * s->size : 64 };

		bigger.grams = mem_zero(bigger.size, sizeof(*bigger.grams));
		for (size_t i = 0; i < s->size; i++)
			if (s->grams[i].hash)
				*slot(&bigger, s->grams[i].hash) = s->grams[i];
		free(s->grams);
		s->grams = bigger.grams;
		s->size = bigger.size;
	}
	g = slot(s, hash);
	if (g->hash)
		return;
	s->filter[hash >> 38 & (SECRET_FILTER - 1)] |= (uint64_t)1 << (hash >> 32 & 63);
	*g = (struct secret_gram){ .hash = hash, .words = (uint32_t)words, .text = (uint32_t)text, .length = (uint32_t)length };
	s->count++;
	s->lengths[words] = true;
	s->longest = words > s->longest ? words : s->longest;
}

static bool is_mixed(struct span word)
{
	bool digit = false, letter = false;

	for (size_t i = 0; i < word.n; i++) {
		bool d = word.p[i] >= '0' && word.p[i] <= '9';

		digit |= d;
		letter |= !d;
	}
	return digit && letter && word.n >= 6;
}

/* The slot of the last k words, whose hash grows from call to call; NULL: no gram has that length, or surely not these words. */
static struct secret_gram *gram_of(const struct secrets *s, const struct secret_walk *w, size_t k, uint64_t *all)
{
	uint64_t hash;

	*all = grow(*all, w->words[k - 1]);
	hash = finish(*all, k);
	return !s->lengths[k] || filtered(s, hash) ? NULL : slot(s, hash);
}

void secrets_add(struct secrets *s, struct span text)
{
	struct words words;
	struct secret_walk walk = { 0 };
	size_t starts[SECRET_LONG] = { 0 }, counts[SECRET_LONG] = { 0 }; /* of the last words, newest first */
	size_t letters, total = 0, begin = s->text.n;
	bool mixed = false;
	struct span word;
	uint64_t h;

	words_begin(&words, text);
	while ((h = words_next(&words, &word, &letters))) {
		size_t last = 0, length;

		mixed |= is_mixed(word);
		total += letters;
		if (s->text.n > begin)
			buf_char(&s->text, ' ');
		for (size_t i = SECRET_LONG - 1; i; i--) {
			starts[i] = starts[i - 1];
			counts[i] = counts[i - 1];
		}
		starts[0] = s->text.n;
		counts[0] = letters;
		buf_add(&s->text, word);
		push(&walk, h);
		for (size_t i = 0; i < SECRET_WORDS; i++)
			last += counts[i];
		length = last >= SECRET_LETTERS ? SECRET_WORDS : SECRET_LONG;
		if (walk.seen >= length)
			add_gram(s, gram_hash(&walk, length), length, starts[length - 1], s->text.n - starts[length - 1]);
	}
	if (walk.seen && walk.seen < SECRET_LONG &&
	    (mixed || (walk.seen > 1 && total >= SECRET_LETTERS) || walk.seen >= SECRET_WORDS))
		add_gram(s, gram_hash(&walk, walk.seen), walk.seen, begin, s->text.n - begin);
	buf_char(&s->text, ' ');
	buf_done(&words.norm);
}

void secrets_allow(struct secrets *s, struct secret_walk *w, struct span text)
{
	struct words words;
	struct span word;
	size_t letters;
	uint64_t h;

	if (!s->count)
		return;
	words_begin(&words, text);
	while ((h = words_next(&words, &word, &letters))) {
		uint64_t all = 0;

		push(w, h);
		for (size_t k = 1; k <= s->longest && k <= w->seen; k++) {
			struct secret_gram *g = gram_of(s, w, k, &all);

			if (g && g->hash)
				g->words = 0;
		}
	}
	buf_done(&words.norm);
}

/* One line: words that need normalising are rare, and only their line pays for it. */
static bool find_in_line(const struct secrets *s, struct secret_walk *w, bool *parted, struct span line, struct span *ret_words)
{
	struct words words;
	struct span word;
	size_t letters;
	bool found = false;
	uint64_t h;

	words_begin(&words, line);
	while (!found && (h = words_next(&words, &word, &letters))) {
		uint64_t all = 0;

		if (words.parted || *parted)
			w->seen = 0;
		*parted = false;
		push(w, h);
		for (size_t k = 1; k <= s->longest && k <= w->seen && !found; k++) {
			const struct secret_gram *g = gram_of(s, w, k, &all);

			if (!g || g->words != k)
				continue;
			*ret_words = span_sub(buf_span(&s->text), g->text, g->text + g->length);
			found = true;
		}
	}
	*parted = *parted || words.parted;
	buf_done(&words.norm);
	return found;
}

bool secrets_find(const struct secrets *s, struct span text, struct span *ret_words)
{
	struct secret_walk w = { 0 };
	bool parted = false;

	if (!s->count)
		return false;
	while (text.n) {
		size_t end = span_find_char(text, '\n', 0);

		if (end == SIZE_MAX)
			end = text.n;
		if (find_in_line(s, &w, &parted, span_sub(text, 0, end), ret_words))
			return true;
		text = span_sub(text, end < text.n ? end + 1 : end, text.n);
	}
	return false;
}
