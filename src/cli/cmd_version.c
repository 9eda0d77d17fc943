#include "cli/commands.h"

#include "base/json.h"
#include "io/child.h"

int cmd_version(struct cli *c, struct fault *f)
{
	bool calls = child_guards() & CHILD_CALLS;

	(void)f;
	if (cli_format_is(c, "json")) {
		struct json j;

		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/version@1"));
		json_put_string(&j, "version", span_str(cli_version()));
		json_put_bool(&j, "seccomp", calls);
		json_object_end(&j);
		buf_char(&c->out, '\n');
	} else {
		buf_printf(&c->out, "chapeau %s\n", cli_version());
		if (!calls)
			BUF_LIT(&c->out, "Built without libseccomp: the process that opens a DOCX or ODT has bounds on memory, time and\n"
					 "files, but is not kept from the network.\n");
	}
	return 0;
}
