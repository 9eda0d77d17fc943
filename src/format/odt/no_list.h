/* no_list: what the writer and the reader know of each other. */
#ifndef FORMAT_ODT_NO_LIST_H
#define FORMAT_ODT_NO_LIST_H

/* A list that prints and indents nothing: what went from behind an item would else come back in its list. */
#define ODT_NO_LIST "NoList"

#endif
