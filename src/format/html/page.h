/* page: the style sheet of a statement's page. */
#ifndef FORMAT_HTML_PAGE_H
#define FORMAT_HTML_PAGE_H

extern const char html_style[];

#endif
