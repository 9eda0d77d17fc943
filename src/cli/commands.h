/*
 * commands: the handlers of cmds[], one file a command, cmd_VERB.c.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

int cmd_accept(struct cli *c, struct fault *f);
int cmd_check(struct cli *c, struct fault *f);
int cmd_completions(struct cli *c, struct fault *f);
int cmd_diff(struct cli *c, struct fault *f);
int cmd_export(struct cli *c, struct fault *f);
int cmd_help(struct cli *c, struct fault *f);
int cmd_init(struct cli *c, struct fault *f);
int cmd_log(struct cli *c, struct fault *f);
int cmd_merge_file(struct cli *c, struct fault *f);
int cmd_new(struct cli *c, struct fault *f);
int cmd_reject(struct cli *c, struct fault *f);
int cmd_restore(struct cli *c, struct fault *f);
int cmd_review_copy(struct cli *c, struct fault *f);
int cmd_save(struct cli *c, struct fault *f);
int cmd_status(struct cli *c, struct fault *f);
int cmd_suggest(struct cli *c, struct fault *f);
int cmd_suggestions(struct cli *c, struct fault *f);
int cmd_sync(struct cli *c, struct fault *f);
int cmd_import(struct cli *c, struct fault *f);
int cmd_receive(struct cli *c, struct fault *f);
int cmd_track(struct cli *c, struct fault *f);
int cmd_undo(struct cli *c, struct fault *f);
int cmd_version(struct cli *c, struct fault *f);
int cmd_waive(struct cli *c, struct fault *f);

#endif
