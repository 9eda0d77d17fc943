/*
 * json: a small streaming writer.  Keys come out in the order they are given; strings are escaped so that the
 * output is ASCII-safe for controls and valid UTF-8 otherwise.  Source: RFC 8259.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

#define JSON_DEPTH 32

struct json {
	struct buf *buf;
	unsigned depth;
	bool filled[JSON_DEPTH]; /* something stands on this level already */
	bool after_key;
};

void json_begin(struct json *j, struct buf *buf);
void json_object(struct json *j);
void json_object_end(struct json *j);
void json_array(struct json *j);
void json_array_end(struct json *j);
void json_key(struct json *j, const char *key);
void json_string(struct json *j, struct span s);
void json_number(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);
/* key and value in one */
void json_put_string(struct json *j, const char *key, struct span s);
void json_put_string_or_null(struct json *j, const char *key, struct span s); /* p NULL or empty: null */
void json_put_number(struct json *j, const char *key, int64_t v);
void json_put_bool(struct json *j, const char *key, bool v);

#endif
