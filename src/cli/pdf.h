/*
 * pdf: an ODT turned into a PDF by LibreOffice, where it is installed.
 *
 * LibreOffice is only ever given what chapeau wrote itself, never a stranger's file.  It runs with a profile of its own in
 * a folder that is gone afterwards, and within a time limit.
 */
#ifndef CLI_PDF_H
#define CLI_PDF_H

#include "base/buf.h"
#include "base/fault.h"

/* date: of the document, YYYY-MM-DD.  The same ODT and date give the same bytes, by one version of LibreOffice with one set
 * of fonts.  FAULT_SYSTEM where LibreOffice is missing, fails or takes too long. */
int pdf_make(struct span odt, struct span date, bool say, struct buf *ret, struct fault *f); /* say: that it takes a while, on stderr */

#endif
