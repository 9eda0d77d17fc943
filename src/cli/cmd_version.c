#include "cli/commands.h"

#include "base/json.h"

int cmd_version(struct cli *c, struct fault *f)
{
	(void)f;
	if (cli_format_is(c, "json")) {
		struct json j;

		json_begin(&j, &c->out);
		json_object(&j);
		json_put_string(&j, "schema", SPAN_LIT("chapeau/version@1"));
		json_put_string(&j, "version", span_str(cli_version()));
		json_object_end(&j);
		buf_char(&c->out, '\n');
	} else {
		buf_printf(&c->out, "chapeau %s\n", cli_version());
	}
	return 0;
}
