/*
 * names: the WordprocessingML names that reading knows, as small numbers.
 *
 * Transitional and strict namespaces (ISO 29500-4 and -1) give the same index.
 */
#ifndef FORMAT_DOCX_NAMES_H
#define FORMAT_DOCX_NAMES_H

#include "base/span.h"

enum ooxml_ns { NS_W, NS_R, NS_MC, NS_A, NS_WP, NS_PIC, NS_V, NS_W14, NS_W15, NS_REL, NS_CT, NS_CP, NS_VT, NS_M, NS_COUNT };

extern const char *const ooxml_namespaces[]; /* NULL-terminated */
extern const int ooxml_alias[];

#define W_NAMES(X)                                                                                                       \
	X(abstractNum) X(abstractNumId) X(altChunk) X(annotationRef) X(attachedTemplate) X(b) X(basedOn) X(body) X(bookmarkEnd) \
	X(bookmarkStart) X(br) X(cellDel) X(cellIns) X(cellMerge) X(comment) X(commentRangeEnd) X(commentRangeStart) X(commentReference) X(continuationSeparator)   \
	X(cr) X(customXml) X(del) X(delInstrText) X(delText) X(document) X(drawing) X(dstrike) X(endnote) X(endnoteRef)           \
	X(endnoteReference) X(fldChar) X(fldSimple) X(footnote) X(footnoteRef) X(footnoteReference) X(framePr) X(ftr) X(gridAfter) X(gridBefore) X(gridSpan) X(hdr) X(hyperlink) X(i) \
	X(ilvl) X(ind) X(ins) X(instrText) X(isLgl) X(lvl) X(lvlOverride) X(lvlRestart) X(lvlText) X(moveFrom) X(moveFromRangeEnd)         \
	X(moveFromRangeStart) X(moveTo) X(moveToRangeEnd) X(moveToRangeStart) X(name) X(noBreakHyphen) X(num) X(numFmt) X(numId)    \
	X(numPr) X(numStyleLink) X(object) X(outlineLvl) X(p) X(pPr) X(pPrChange) X(pStyle) X(pict) X(ptab) X(r) X(rPr) X(rPrChange) \
	X(rStyle) X(rt) X(sdt) X(sdtContent) X(sdtPr) X(sectPr) X(sectPrChange) X(separator) X(smartTag) X(softHyphen) X(start)            \
	X(startOverride) X(strike) X(style) X(styleLink) X(sym) X(t) X(tab) X(tbl) X(tblGrid) X(tblHeader) X(tblInd) X(tblPr) X(tblPrChange)    \
	X(tc) X(tcPr) X(tcPrChange) X(tr) X(trPr) X(trPrChange) X(txbxContent) X(type) X(u) X(vMerge) X(vanish) X(vertAlign)

enum w_name {
	W_other,
#define X(n) W_##n,
	W_NAMES(X)
#undef X
};

enum w_name w_name_of(struct span local);

#endif
