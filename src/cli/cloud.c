#include "cli/cloud.h"

#include <stdlib.h>

#include "cli/ui.h"
#include "io/file.h"

#define REMEMBERED "chapeau.cloud" /* in the repository's own settings, which never travel */

/* Folders are called "OneDrive - PNNC", "Dropbox (Team)", "GoogleDrive-mei@example.org". */
static const struct {
	const char *begins, *name;
} folders[] = {
	{ "OneDrive", "OneDrive" },	  { "Dropbox", "Dropbox" },	{ "Google Drive", "Google Drive" }, { "GoogleDrive", "Google Drive" },
	{ "My Drive", "Google Drive" }, { "Mobile Documents", "iCloud" }, { "iCloud", "iCloud" },	      { "com~apple~CloudDocs", "iCloud" },
	{ "Nextcloud", "Nextcloud" },
};

/* What the services leave in the top folder that they keep, whatever it is called. */
static const struct {
	const char *file, *name;
} marks[] = {
	{ ".dropbox", "Dropbox" },
	{ ".dropbox.cache", "Dropbox" },
	{ ".nextcloudsync.log", "Nextcloud" },
	{ ".tmp.driveupload", "Google Drive" },
	{ ".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive" },
};

const char *cloud_of(const char *folder)
{
	char *full = realpath(folder, NULL);
	const char *found = NULL;

	for (char *slash = full; slash && !found; slash = strchr(slash + 1, '/'))
		for (size_t i = 0; i < ARRAY_LEN(folders) && !found; i++)
			if (strncmp(slash + 1, folders[i].begins, strlen(folders[i].begins)) == 0)
				found = folders[i].name;
	/* from the folder upwards */
	for (char *end = full ? full + strlen(full) : NULL; end && end > full && !found; end = strrchr(full, '/')) {
		*end = '\0';
		for (size_t i = 0; i < ARRAY_LEN(marks) && !found && *full; i++) {
			CLEANUP(mem_freep) char *path = path_join(full, marks[i].file);

			if (file_exists(path))
				found = marks[i].name;
		}
	}
	free(full);
	return found;
}

void cloud_warn(struct cli *c, const char *folder, struct repo *g)
{
	const char *name = cloud_of(folder);
	CLEANUP(buf_done) struct buf said = { 0 }, text = { 0 };
	char *full;

	if (!name)
		return;
	if (g && repo_setting(g, REMEMBERED, &said) && span_is(buf_span(&said), name))
		return;
	full = realpath(folder, NULL);
	ui_safe(&text, span_str(full ? full : folder));
	ui_note(c, "%.*s: warning: this folder is kept by %s, which can damage the version history. Move it and keep %s for exchange:  "
		   "chapeau sync --folder \"%.*s\"",
		SPAN_ARG(buf_span(&text)), name, name, SPAN_ARG(buf_span(&text)));
	free(full);
	/* Where it cannot be remembered it is said again. */
	if (g)
		repo_set_setting(g, REMEMBERED, name, NULL);
}
