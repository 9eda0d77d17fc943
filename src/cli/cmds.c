#include "cli/commands.h"

#include "cli/cmd.h"

#define ANY SIZE_MAX

const struct opt common_options[] = {
	{ NULL, 'C', "DIR", NULL, "work as if started in DIR" },
	{ "format", 0, "FORMAT", NULL, "how to write the result" },
	{ NULL, 'o', "FILE", NULL, "write the result to FILE; - is standard output" },
	{ "color", 0, "WHEN", "auto|always|never", "colours on the terminal (NO_COLOR is heeded too)" },
	{ "quiet", 'q', NULL, NULL, "say only what went wrong" },
	{ "help", 'h', NULL, NULL, "show this help" },
	{ 0 },
};

#define PRIORITIES_OPTION \
	{ "priorities", 0, "FILE", NULL, "check against this list instead of the workspace's priorities.yaml" }
#define AGREED_OPTION \
	{ "agreed", 0, "FILE", NULL, "compare quotations with this library instead of templates/agreed-language.yaml" }
#define CALL_OPTION \
	{ "call", 0, "ID", NULL, "the call's profile: its id, file name or path (else the one that the draft names)" }
#define CHANNEL_OPTION \
	{ "channel", 0, "CHANNEL", "written|oral", "the written text, or the spoken version" }

static const struct opt new_options[] = {
	{ "call", 0, "ID", NULL, "the call to answer: a profile's id or file name" },
	{ 0 },
};

static const struct opt track_options[] = {
	{ "plain", 0, NULL, NULL, "write bare braces, {#id}, instead of the form that other programs hide" },
	{ "dry-run", 0, NULL, NULL, "say what would change, and write nothing" },
	{ 0 },
};

static const struct opt check_options[] = {
	{ "final", 0, NULL, NULL, "be as strict as the hand-in: limits, sections, deadline and placeholders are errors" },
	CALL_OPTION,
	CHANNEL_OPTION,
	PRIORITIES_OPTION,
	AGREED_OPTION,
	{ "since", 0, "REV", NULL, "only what that version of the draft did not have" },
	{ "watch", 0, NULL, NULL, "check again whenever a file changes, until interrupted" },
	{ 0 },
};

static const struct opt diff_options_table[] = {
	{ "exit-code", 0, NULL, NULL, "exit 1 where anything differs" },
	{ "audience", 0, "WHO", "public|review|internal", "who may see the comparison: review for docx and odt, internal for the others unless said" },
	{ "accepted", 0, NULL, NULL, "compare with all suggestions accepted" },
	{ "whole", 0, NULL, NULL, "show unchanged clauses too" },
	{ "template", 0, "FILE", NULL, "for docx and odt: styles, page, header and footer from this file" },
	{ 0 },
};

static const struct opt export_options[] = {
	{ "to", 0, "FORMAT", "docx|odt|html|txt|md|pdf", "what to write; pdf needs LibreOffice" },
	{ "audience", 0, "WHO", "public|review|internal",
	  "public unless said: the clean file; review adds suggestions and comments; internal adds internal notes and a banner" },
	CHANNEL_OPTION,
	CALL_OPTION,
	PRIORITIES_OPTION,
	{ "template", 0, "FILE", NULL, "styles, page, header and footer from this DOCX or ODT file" },
	{ "changes-since", 0, "REV", NULL, "show what changed since that version as tracked changes (docx, odt, html, md)" },
	{ "no-map", 0, NULL, NULL, "leave out the map that brings a review copy home" },
	{ 0 },
};

static const struct opt status_options[] = {
	CALL_OPTION,
	PRIORITIES_OPTION,
	{ 0 },
};

static const struct opt save_options[] = {
	{ "message", 'm', "TEXT", NULL, "what changed and why; without it a message is made from what changed" },
	{ "tag", 0, "NAME", NULL, "give the version a name" },
	{ "author", 0, "NAME", NULL, "who you are, \"Mei Lin <mei@example.org>\"; remembered in this workspace" },
	{ 0 },
};

static const struct opt merge_file_options[] = {
	{ "path", 0, "FILE", NULL, "what to call the file in messages, for Git: %P" },
	{ "marker-size", 0, "N", NULL, "length of the conflict marks of texts that can only be merged line by line; 7 unless said" },
	{ 0 },
};

static const struct opt log_options[] = {
	{ "limit", 0, "N", NULL, "at most N versions or wordings" },
	{ 0 },
};

static const struct opt undo_options[] = {
	{ "dry-run", 0, NULL, NULL, "say what would be taken back, and write nothing" },
	{ 0 },
};

#define SETTLE_OPTIONS                                                                                  \
	{ "by", 0, "NAME", NULL, "the suggestions of one person" },                                     \
	{ "all", 0, NULL, NULL, "every open suggestion" },                                              \
	{ "comments", 0, NULL, NULL, "take comments out too" },                                         \
	{ "dry-run", 0, NULL, NULL, "say what would change, and write nothing" }

static const struct opt accept_options[] = {
	SETTLE_OPTIONS,
	{ 0 },
};

static const struct opt reject_options[] = {
	SETTLE_OPTIONS,
	{ "because", 0, "TEXT", NULL, "why, kept on the record" },
	{ 0 },
};

static const struct opt waive_options[] = {
	{ "clause", 0, "ID", NULL, "the clause that the finding stands in" },
	{ "as", 0, "NAME", NULL, "who lets it pass" },
	{ "because", 0, "TEXT", NULL, "why" },
	{ 0 },
};

static const struct opt suggest_options[] = {
	{ "by", 0, "NAME", NULL, "whose suggestion it is" },
	{ "note", 0, "TEXT", NULL, "a comment on it" },
	{ 0 },
};

static const struct opt sync_options[] = {
	{ "folder", 0, "DIR", NULL, "exchange through a shared folder instead of a host" },
	{ "host", 0, "ADDRESS", NULL, "where the host is; remembered, so that it is typed once" },
	{ 0 },
};

static const struct opt import_options[] = {
	{ "accept", 0, NULL, NULL, "settle tracked changes: all accepted" },
	{ "reject", 0, NULL, NULL, "settle tracked changes: all rejected" },
	{ "force", 0, NULL, NULL, "replace a draft that is there" },
	{ 0 },
};

static const struct opt review_copy_options[] = {
	{ "to", 0, "NAME", NULL, "for whom: an id of chapeau.yaml, or a name; more names may follow" },
	{ "odt", 0, NULL, NULL, "an ODT instead of a DOCX" },
	{ "by", 0, "TIME", NULL, "until when an answer is needed, as it is to be printed" },
	{ "answer-to", 0, "NAME", NULL, "to whom the answer goes, as it is to be printed" },
	{ "no-map", 0, NULL, NULL, "leave out the map that brings the copy home" },
	{ 0 },
};

static const struct opt receive_options[] = {
	{ "dry-run", 0, NULL, NULL, "say what would arrive, and write nothing" },
	{ "from", 0, "AUTHOR", NULL, "whose the untracked edits are" },
	{ 0 },
};


const struct cmd cmds[] = {
	{
		.name = "init",
		.group = "Write",
		.synopsis = "[DIR]",
		.about = "start a workspace: settings, priorities, templates, a sample, a Git repository",
		.example = "chapeau init\nchapeau init statements",
		.more = "What is there already is kept as it is.",
		.formats = "text|json",
		.max_args = 1,
		.flags = CMD_REPORTS,
		.run = cmd_init,
	},
	{
		.name = "new",
		.group = "Write",
		.synopsis = "[NAME]",
		.about = "a draft from a call's starter; without --call the calls with their deadlines",
		.example = "chapeau new\nchapeau new zero-draft-input --call wsis20-zero-draft-written",
		.formats = "text|json",
		.options = new_options,
		.max_args = 1,
		.flags = CMD_REPORTS,
		.run = cmd_new,
	},
	{
		.name = "track",
		.group = "Write",
		.synopsis = "DRAFT...",
		.about = "give each paragraph an id of its own, and mend what an editor did to ids",
		.example = "chapeau track wsis20-input\nchapeau track drafts/*.md --dry-run",
		.formats = "text|json",
		.options = track_options,
		.min_args = 1,
		.max_args = ANY,
		.run = cmd_track,
	},
	{
		.name = "check",
		.group = "Write",
		.synopsis = "[DRAFT...]",
		.about = "priorities, the call's limits and house style; every statement if none is named",
		.example = "chapeau check\nchapeau check wsis20-input --final\nchapeau check --format html -o exports/check.html --watch",
		.more = "Exits 1 where anything of level error was found.",
		.formats = "text|json|sarif|github|html",
		.options = check_options,
		.max_args = ANY,
		.flags = CMD_PACKAGES,
		.run = cmd_check,
	},
	{
		.name = "save",
		.group = "Write",
		.synopsis = "[-m TEXT] [--tag NAME]",
		.about = "keep a version of the workspace",
		.example = "chapeau save\nchapeau save -m \"legal: UN style, Member States\" --tag sent-to-board",
		.more = "Keeps settings, priorities, drafts, templates and what was handed in. Nothing is ever overwritten.",
		.formats = "text|json",
		.options = save_options,
		.flags = CMD_REPORTS,
		.run = cmd_save,
	},
	{
		.name = "restore",
		.group = "Write",
		.synopsis = "DRAFT[#ID]@REV",
		.about = "put an older wording back into the draft; nothing else moves",
		.example = "chapeau restore wsis20-input#igf-mandate@2025-09-25\nchapeau restore wsis20-input@last\n"
			   "chapeau restore wsis20-input#igf-mandate@last -o -",
		.more = "With -o - the older words are printed, with -o FILE they go there, and the draft stays as it is.",
		.formats = "text",
		.min_args = 1,
		.max_args = 1,
		.flags = CMD_REPORTS,
		.run = cmd_restore,
	},
	{
		.name = "undo",
		.group = "Write",
		.synopsis = "",
		.about = "take back what chapeau's last command wrote into drafts",
		.example = "chapeau undo\nchapeau undo --dry-run",
		.more = "Twenty steps can be taken back. Saved versions stay as they are.",
		.formats = "text",
		.options = undo_options,
		.flags = CMD_REPORTS,
		.run = cmd_undo,
	},
	{
		.name = "diff",
		.group = "Review",
		.synopsis = "A [B]",
		.about = "what changed, clause by clause and word by word; A is the older",
		.example = "chapeau diff wsis20-input\nchapeau diff wsis20-input@2025-09-25 wsis20-input\n"
			   "chapeau diff zero.docx rev1.docx --format html -o changes.html",
		.more = "A draft alone is compared with its last saved version, DRAFT@REV alone with the draft as it is now.",
		.formats = "text|json|html|critic|docx|odt",
		.options = diff_options_table,
		.min_args = 1,
		.max_args = 2,
		.flags = CMD_PACKAGES,
		.run = cmd_diff,
	},
	{
		.name = "log",
		.group = "Review",
		.synopsis = "[DRAFT|ID|DRAFT#ID]",
		.about = "versions of the workspace or a draft, or every wording of one clause",
		.example = "chapeau log\nchapeau log wsis20-input\nchapeau log igf-mandate",
		.formats = "text|json|html|docx|odt",
		.options = log_options,
		.max_args = 1,
		.run = cmd_log,
	},
	{
		.name = "suggestions",
		.group = "Review",
		.synopsis = "DRAFT",
		.about = "the open suggestions, numbered s1, s2..., each in its sentence",
		.example = "chapeau suggestions wsis20-input",
		.formats = "text|json",
		.min_args = 1,
		.max_args = 1,
		.run = cmd_suggestions,
	},
	{
		.name = "accept",
		.group = "Review",
		.synopsis = "DRAFT s1...|ID...|--by NAME|--all",
		.about = "take suggestions into the text",
		.example = "chapeau accept wsis20-input s1 s3\nchapeau accept wsis20-input --by \"Mei Lin\"",
		.more = "Comments stay unless --comments is given. Without names it lists what is open and changes nothing.",
		.formats = "text",
		.options = accept_options,
		.min_args = 1,
		.max_args = ANY,
		.flags = CMD_REPORTS,
		.run = cmd_accept,
	},
	{
		.name = "reject",
		.group = "Review",
		.synopsis = "DRAFT s1...|ID...|--by NAME|--all",
		.about = "leave the text as it was before suggestions",
		.example = "chapeau reject wsis20-input s2 --because \"not agreed language\"",
		.more = "Comments stay unless --comments is given. Without names it lists what is open and changes nothing.",
		.formats = "text",
		.options = reject_options,
		.min_args = 1,
		.max_args = ANY,
		.flags = CMD_REPORTS,
		.run = cmd_reject,
	},
	{
		.name = "suggest",
		.group = "Review",
		.synopsis = "DRAFT ID OLD NEW --by NAME",
		.about = "write a suggestion that came by e-mail or telephone",
		.example = "chapeau suggest wsis20-input igf-mandate \"stable\" \"stable and predictable\" --by \"Mei Lin\"",
		.more = "OLD may be empty (\"\"): the new words then come at the clause's end. NEW may be empty: the old words go.",
		.formats = "text",
		.options = suggest_options,
		.min_args = 4,
		.max_args = 4,
		.flags = CMD_REPORTS,
		.run = cmd_suggest,
	},
	{
		.name = "review-copy",
		.group = "Review",
		.synopsis = "DRAFT --to NAME...",
		.about = "a DOCX or ODT for each reviewer, with what changed since the copy that person last had",
		.example = "chapeau review-copy wsis20-input --to legal\nchapeau review-copy wsis20-input --to legal head --by \"Fri 3 Oct 12:00\"",
		.more = "What was sent is remembered as DRAFT@seen:NAME. The files and a letter for each stand in exports/.",
		.formats = "text|json",
		.options = review_copy_options,
		.min_args = 1,
		.max_args = ANY,
		.flags = CMD_REPORTS,
		.run = cmd_review_copy,
	},
	{
		.name = "receive",
		.group = "Review",
		.synopsis = "FILE... DRAFT",
		.about = "lay returned DOCX or ODT files over the draft as suggestions",
		.example = "chapeau receive REVIEW_tomas.docx wsis20-input\nchapeau receive back/*.docx wsis20-input --dry-run",
		.more = "Tracked changes keep their author and time; untracked edits are found by comparison. What could not be placed is listed, and the exit code is 1.",
		.formats = "text|json",
		.options = receive_options,
		.min_args = 2,
		.max_args = ANY,
		.flags = CMD_REPORTS,
		.run = cmd_receive,
	},
	{
		.name = "waive",
		.group = "Review",
		.synopsis = "DRAFT RULE [--clause ID] --as NAME --because TEXT",
		.about = "let one finding pass, on the record, as long as these words stand",
		.example = "chapeau waive wsis20-input weak --clause capacity --as \"Aroha Kingi\" --because \"agreed with partners\"\n"
			   "chapeau waive wsis20-input gap:nris --as \"Aroha Kingi\" --because \"no room in three minutes\"",
		.more = "A finding on the whole statement takes no clause. Where several are missing, the priority follows a colon.",
		.formats = "text",
		.options = waive_options,
		.min_args = 2,
		.max_args = 2,
		.flags = CMD_REPORTS,
		.run = cmd_waive,
	},
	{
		.name = "status",
		.group = "Hand in",
		.synopsis = "[DRAFT]",
		.about = "due dates in your time and the call's, lengths, priorities, what is open",
		.example = "chapeau status\nchapeau status wsis20-input\nchapeau status --format html -o exports/status.html",
		.formats = "text|json|html|docx|odt",
		.options = status_options,
		.max_args = 1,
		.run = cmd_status,
	},
	{
		.name = "export",
		.group = "Hand in",
		.synopsis = "DRAFT",
		.about = "the file to hand in or to send round, searched for internal words before it is written",
		.example = "chapeau export wsis20-input --to docx\nchapeau export wsis20-input --to odt --audience review\n"
			   "chapeau export wsis20-input --to html -o -",
		.more = "Without -o the file is exports/NAME.docx, NAME.NOT-FINAL.docx while `check --final` finds errors, NAME.REVIEW.docx or "
			"NAME.INTERNAL.docx; outside a workspace it stands beside the draft. Its path is printed.",
		.formats = "text|json",
		.options = export_options,
		.min_args = 1,
		.max_args = 1,
		.flags = CMD_OWN_OUTPUT,
		.run = cmd_export,
	},
	{
		.name = "import",
		.group = "Negotiate",
		.synopsis = "FILE -o DRAFT",
		.about = "a DOCX, ODT, Markdown or text file into a draft, each numbered paragraph a clause",
		.example = "chapeau import zero-draft.docx -o drafts/texts/wsis20-zero-draft.md\nchapeau import rev1.docx -o drafts/texts/rev1.md --accept",
		.more = "Tracked changes become suggestions unless --accept or --reject settles them. Images are saved in DRAFT-images/ beside the draft. A draft that is there is never replaced without --force.",
		.formats = "text|json",
		.options = import_options,
		.min_args = 1,
		.max_args = 1,
		.flags = CMD_OWN_OUTPUT,
		.run = cmd_import,
	},
	{
		.name = "sync",
		.group = "Together",
		.synopsis = "[--folder DIR | --host ADDRESS]",
		.about = "exchange versions with your host, or through a shared folder",
		.example = "chapeau sync\nchapeau sync --folder ~/OneDrive/Statements",
		.more = "Both sides' changes are put together clause by clause; where the same words differ, both stand as suggestions. "
			"In an empty folder it brings the workspace that others keep there.",
		.formats = "text",
		.options = sync_options,
		.flags = CMD_REPORTS,
		.run = cmd_sync,
	},
	{
		.name = "merge-file",
		.group = "Together",
		.synopsis = "BASE OURS THEIRS",
		.about = "merge two people's changes to one text, clause by clause and word by word, into OURS",
		.example = "chapeau merge-file base.md ours.md theirs.md\ngit config merge.chapeau.driver 'chapeau merge-file %O %A %B --path %P'",
		.more = "Exits 1 where both changed the same words: both wordings are kept, as suggestions by ours and theirs. With -o the merged text goes "
			"there, and OURS stays as it is.",
		.formats = "text",
		.options = merge_file_options,
		.min_args = 3,
		.max_args = 3,
		.run = cmd_merge_file,
	},
	{
		.name = "help",
		.group = "Help",
		.synopsis = "[COMMAND]",
		.about = "what chapeau can do, or how one command works",
		.example = "chapeau help\nchapeau help export",
		.formats = "text",
		.max_args = 1,
		.run = cmd_help,
	},
	{
		.name = "version",
		.group = "Help",
		.synopsis = "",
		.about = "the version of this program",
		.example = "chapeau version",
		.formats = "text|json",
		.run = cmd_version,
	},
	{
		.name = "completions",
		.group = "Help",
		.synopsis = "bash|zsh|fish",
		.about = "a script that completes commands and options in a shell",
		.example = "chapeau completions bash >~/.local/share/bash-completion/completions/chapeau",
		.formats = "text",
		.min_args = 1,
		.max_args = 1,
		.flags = CMD_HIDDEN,
		.run = cmd_completions,
	},
};
const size_t cmd_count = ARRAY_LEN(cmds);

const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; i < cmd_count; i++)
		if (strcmp(cmds[i].name, name) == 0)
			return &cmds[i];
	return NULL;
}
