#include "model/remark.h"

bool remark_refuses_public(const char *rule)
{
	static const char *const refusing[] = {
		"attribute-two-ids", "attribute-dangling", "attribute-malformed", "attribute-in-text", "class-unknown",
		"comment-open",      "container-open",     "critic-unclosed",     "critic-nested",     "critic-crosses",
		"conflict",
	};

	for (size_t i = 0; i < ARRAY_LEN(refusing); i++)
		if (strcmp(rule, refusing[i]) == 0)
			return true;
	return false;
}
