#include "base/hashmap.h"
#include "base/json.h"
#include "base/sha256.h"
#include "format/report/report.h"
#include "model/rule.h"

/* SARIF 2.1.0.  Section numbers below are of the OASIS standard. */

/* A rule's id as a descriptor has it: the row of all house styles is "style", whose results are "style/…" (3.52.4). */
static struct span descriptor_id(const struct rule *r)
{
	struct span id = span_str(r->id), star = SPAN("/*");

	return span_ends(id, star) ? span_sub(id, 0, id.n - star.n) : id;
}

static void put_text(struct json *j, const char *key, struct span text)
{
	json_key(j, key);
	json_object(j);
	json_put_string(j, "text", text);
	json_object_end(j);
}

static void put_rules(struct json *j)
{
	json_key(j, "rules");
	json_array(j);
	for (size_t i = 0; i < rule_count; i++) {
		const struct rule *r = &rules[i];

		json_object(j);
		json_put_string(j, "id", descriptor_id(r));
		put_text(j, "shortDescription", span_str(r->about));
		put_text(j, "help", span_str(r->help));
		json_key(j, "defaultConfiguration");
		json_object(j);
		json_put_string(j, "level", span_str(level_name(r->level)));
		json_object_end(j);
		json_object_end(j);
	}
	json_array_end(j);
}

/* A path as a relative URI (3.4.3): what is no unreserved character is percent-encoded, byte by byte. */
static void put_uri(struct json *j, const char *key, struct span path)
{
	CLEANUP(buf_done) struct buf uri = { 0 };
	struct span here = SPAN("./");

	if (span_starts(path, here))
		path = span_sub(path, here.n, path.n);
	if (path.n && path.p[0] == '/')
		buf_str(&uri, "file://");
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~/", c)))
			buf_char(&uri, (char)c);
		else
			buf_printf(&uri, "%%%02X", c);
	}
	json_put_string(j, key, buf_span(&uri));
}

static void put_location(struct json *j, const struct result *r, const struct finding *f)
{
	json_key(j, "locations");
	json_array(j);
	json_object(j);
	json_key(j, "physicalLocation");
	json_object(j);
	json_key(j, "artifactLocation");
	json_object(j);
	put_uri(j, "uri", r->file);
	json_object_end(j);
	json_key(j, "region");
	json_object(j);
	json_put_number(j, "startLine", (int64_t)(f->line ? f->line : 1));
	json_put_number(j, "startColumn", (int64_t)(f->column ? f->column : 1));
	json_object_end(j);
	json_object_end(j);
	if (f->clause.n) {
		CLEANUP(buf_done) struct buf full = { 0 };

		buf_add(&full, r->draft);
		buf_char(&full, '#');
		buf_add(&full, f->clause);
		json_key(j, "logicalLocations");
		json_array(j);
		json_object(j);
		json_put_string(j, "name", f->clause);
		json_put_string(j, "fullyQualifiedName", buf_span(&full));
		json_object_end(j);
		json_array_end(j);
	}
	json_object_end(j);
	json_array_end(j);
}

/* How often a fingerprint came before: two equal findings must not be one. */
static int64_t seen_before(struct hash_map *s, struct span draft, const char *key)
{
	return (*hash_map_put(s, span_hash(draft) * 31 ^ span_hash(span_of(key, SHA256_HEX))))++;
}

static void put_fingerprint(struct json *j, struct hash_map *s, const struct result *r, const struct finding *f)
{
	char key[SHA256_HEX + 1];
	CLEANUP(buf_done) struct buf b = { 0 };
	int64_t before;

	finding_key(f, key);
	before = seen_before(s, r->draft, key);
	buf_str(&b, key);
	if (before)
		buf_printf(&b, ":%lld", (long long)before + 1);
	json_key(j, "partialFingerprints");
	json_object(j);
	json_put_string(j, "chapeauClauseRule/v1", buf_span(&b));
	json_object_end(j);
}

static void put_result(struct json *j, struct hash_map *s, const struct result *r, const struct finding *f)
{
	const struct rule *rule = rule_find(span_str(f->rule));

	json_object(j);
	json_put_string(j, "ruleId", span_str(f->rule));
	if (rule)
		json_put_number(j, "ruleIndex", rule - rules);
	json_put_string(j, "level", span_str(level_name(f->level)));
	put_text(j, "message", f->message);
	put_location(j, r, f);
	put_fingerprint(j, s, r, f);
	if (f->waived) {
		CLEANUP(buf_done) struct buf why = { 0 };

		buf_add(&why, f->waived_because);
		buf_str(&why, why.n ? " (" : "(");
		buf_add(&why, f->waived_by);
		buf_char(&why, ')');
		json_key(j, "suppressions");
		json_array(j);
		json_object(j);
		json_put_string(j, "kind", SPAN_LIT("external"));
		json_put_string(j, "status", SPAN_LIT("accepted"));
		json_put_string(j, "justification", buf_span(&why));
		json_object_end(j);
		json_array_end(j);
	}
	json_object_end(j);
}

void report_sarif(struct result *const *results, size_t count, const struct report_options *o, struct buf *out)
{
	struct hash_map seen = { 0 };
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_put_string(&j, "$schema", SPAN_LIT("https://json.schemastore.org/sarif-2.1.0.json"));
	json_put_string(&j, "version", SPAN_LIT("2.1.0"));
	json_key(&j, "runs");
	json_array(&j);
	json_object(&j);
	json_key(&j, "tool");
	json_object(&j);
	json_key(&j, "driver");
	json_object(&j);
	json_put_string(&j, "name", SPAN_LIT("chapeau"));
	json_put_string(&j, "version", span_str(o->version ? o->version : "0"));
	put_rules(&j);
	json_object_end(&j);
	json_object_end(&j);
	json_put_string(&j, "columnKind", SPAN_LIT("unicodeCodePoints"));
	json_key(&j, "results");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < results[i]->findings.count; k++)
			if (results[i]->findings.items[k].level != LEVEL_OFF)
				put_result(&j, &seen, results[i], &results[i]->findings.items[k]);
	json_array_end(&j);
	json_object_end(&j);
	json_array_end(&j);
	json_object_end(&j);
	buf_char(out, '\n');
	hash_map_done(&seen);
}
