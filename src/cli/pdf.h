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

/* FAULT_SYSTEM where LibreOffice is missing, fails or takes too long. */
int pdf_make(struct span odt, struct buf *ret, struct fault *f);

#endif
