/*
 * cloud: folders that a program copies elsewhere while Git writes in them, which can damage the versions.
 */
#ifndef CLI_CLOUD_H
#define CLI_CLOUD_H

#include "cli/cli.h"
#include "io/repo.h"

/* The service that keeps the folder, by its path and by what the service leaves in it; NULL: none is known. */
const char *cloud_of(const char *folder);
/* Says so on stderr, once for a workspace; g: where that it was said is remembered, NULL: nowhere. */
void cloud_warn(struct cli *c, const char *folder, struct repo *g);

#endif
