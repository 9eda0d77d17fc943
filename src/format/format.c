#include "format/format.h"

#include "format/docx/docx.h"
#include "format/html/html.h"
#include "format/odt/odt.h"
#include "format/odt/read.h"
#include "format/text/text.h"

const struct format formats[] = {
	{ .name = "md", .ending = ".md", .media_type = "text/markdown", .read = md_read, .write = md_write, .reopen = md_reopen },
	{ .name = "docx",
	  .ending = ".docx",
	  .media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	  .probe = docx_probe,
	  .read = docx_read,
	  .write = docx_write,
	  .reopen = docx_reopen },
	{ .name = "odt",
	  .ending = ".odt",
	  .media_type = "application/vnd.oasis.opendocument.text",
	  .probe = odt_probe,
	  .read = odt_read,
	  .write = odt_write,
	  .reopen = odt_reopen },
	{ .name = "html", .ending = ".html", .media_type = "text/html", .write = html_write, .reopen = html_reopen },
	{ .name = "txt", .ending = ".txt", .media_type = "text/plain", .write = text_write, .reopen = text_reopen },
};
const size_t format_count = ARRAY_LEN(formats);

const struct format *format_by_name(struct span name)
{
	for (size_t i = 0; i < format_count; i++)
		if (span_is(name, formats[i].name))
			return &formats[i];
	return NULL;
}

const struct format *format_by_path(struct span path)
{
	static const struct {
		struct span ending, name;
	} others[] = {
		{ SPAN(".markdown"), SPAN("md") }, { SPAN(".htm"), SPAN("html") }, { SPAN(".text"), SPAN("txt") },
		{ SPAN(".fodt"), SPAN("odt") },
	};

	for (size_t i = 0; i < format_count; i++) {
		struct span ending = span_str(formats[i].ending);

		if (path.n > ending.n && span_eq_nocase(span_sub(path, path.n - ending.n, path.n), ending))
			return &formats[i];
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (path.n > others[i].ending.n &&
		    span_eq_nocase(span_sub(path, path.n - others[i].ending.n, path.n), others[i].ending))
			return format_by_name(others[i].name);
	return NULL;
}
