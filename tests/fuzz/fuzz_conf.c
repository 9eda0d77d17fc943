/* The readers of priorities, agreed language, profiles, chapeau.yaml and reviews: any bytes are read, or refused with a place; what is read as
 * reviews can be added to, or says why not. */
#include <stdlib.h>

#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void settle(int r, struct fault *f)
{
	if (r < 0 && (!f->message || !f->pos.line || !f->pos.column))
		abort();
	fault_done(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size);
	struct fault f = { 0 };
	struct priorities *list = NULL;
	struct agreed *agreed = NULL;
	struct contacts *contacts = NULL;
	struct profile *profile = NULL;
	struct workspace *w = NULL;
	struct reviews *v = NULL;
	struct buf out = { 0 };
	struct review e = { .what = REVIEW_WAIVER, .by = SPAN("a"), .time = SPAN("2025-10-02T09:00:00Z"), .because = span_of((const char *)data, 0) };

	settle(conf_priorities(text, "fuzz.yaml", &list, &f), &f);
	settle(conf_contacts(text, "fuzz.yaml", &contacts, &f), &f);
	settle(conf_agreed(text, "fuzz.yaml", &agreed, &f), &f);
	settle(conf_profile(text, "fuzz.yaml", &profile, &f), &f);
	settle(conf_workspace(text, "fuzz.yaml", &w, &f), &f);
	settle(conf_reviews(text, "fuzz.yaml", &v, &f), &f);
	if (conf_reviews_append(text, "fuzz.yaml", &e, 1, &out, &f) < 0 && out.n)
		abort();
	fault_done(&f);
	priorities_free(list);
	agreed_free(agreed);
	contacts_free(contacts);
	profile_free(profile);
	workspace_free(w);
	reviews_free(v);
	buf_done(&out);
	return 0;
}
