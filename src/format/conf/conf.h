/*
 * conf: the YAML files of a workspace, read into the model.
 *
 * Unknown keys, wrong types and values out of range are faults FAULT_INPUT with file, line, column, the line with
 * a caret, and a way out.  Source: FORMAT.md F7, F9, F10, F11; examples of every key: templates/calls.
 */
#ifndef FORMAT_CONF_CONF_H
#define FORMAT_CONF_CONF_H

#include "base/buf.h"
#include "base/fault.h"
#include "model/agreed.h"
#include "model/contacts.h"
#include "model/priority.h"
#include "model/profile.h"
#include "model/reviews.h"
#include "model/workspace.h"

/* path is kept for messages (copied). */
int conf_priorities(struct span text, const char *path, struct priorities **ret, struct fault *f);
int conf_agreed(struct span text, const char *path, struct agreed **ret, struct fault *f);
int conf_contacts(struct span text, const char *path, struct contacts **ret, struct fault *f);
int conf_profile(struct span text, const char *path, struct profile **ret, struct fault *f);
int conf_workspace(struct span text, const char *path, struct workspace **ret, struct fault *f);
int conf_reviews(struct span text, const char *path, struct reviews **ret, struct fault *f);

/* Appends to ret the reviews file `text` (empty: a new one) with count entries more at its end, each following the one before it;
 * their after and hash_of are not looked at.  Every byte of text stays. */
int conf_reviews_append(struct span text, const char *path, const struct review *e, size_t count, struct buf *ret, struct fault *f);

#endif
