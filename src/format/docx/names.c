#include "format/docx/names.h"

const char *const ooxml_namespaces[] = {
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
	"http://schemas.openxmlformats.org/markup-compatibility/2006",
	"http://schemas.openxmlformats.org/drawingml/2006/main",
	"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
	"http://schemas.openxmlformats.org/drawingml/2006/picture",
	"urn:schemas-microsoft-com:vml",
	"http://schemas.microsoft.com/office/word/2010/wordml",
	"http://schemas.microsoft.com/office/word/2012/wordml",
	"http://schemas.openxmlformats.org/package/2006/relationships",
	"http://schemas.openxmlformats.org/package/2006/content-types",
	"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
	"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
	"http://schemas.openxmlformats.org/officeDocument/2006/math",
	/* the strict forms of the same */
	"http://purl.oclc.org/ooxml/wordprocessingml/main",
	"http://purl.oclc.org/ooxml/officeDocument/relationships",
	"http://purl.oclc.org/ooxml/drawingml/main",
	"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
	"http://purl.oclc.org/ooxml/drawingml/picture",
	"http://purl.oclc.org/ooxml/officeDocument/customProperties",
	"http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
	"http://purl.oclc.org/ooxml/officeDocument/math",
	NULL,
};

const int ooxml_alias[] = { NS_W,  NS_R,  NS_MC, NS_A, NS_WP, NS_PIC, NS_V,   NS_W14, NS_W15, NS_REL, NS_CT,
			    NS_CP, NS_VT, NS_M,  NS_W, NS_R,  NS_A,   NS_WP,  NS_PIC, NS_CP,  NS_VT,  NS_M };

_Static_assert(ARRAY_LEN(ooxml_alias) + 1 == ARRAY_LEN(ooxml_namespaces), "a namespace has no index");

static const struct {
	struct span name;
	enum w_name number;
} names[] = {
#define X(n) { SPAN(#n), W_##n },
	W_NAMES(X)
#undef X
};

enum w_name w_name_of(struct span local)
{
	/* The list is sorted as span_cmp sorts, but for capital letters inside: a scan from the first letter on is as quick. */
	size_t low = 0, high = ARRAY_LEN(names);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if ((unsigned char)names[mid].name.p[0] < (unsigned char)local.p[0])
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < ARRAY_LEN(names) && names[low].name.p[0] == local.p[0]; low++)
		if (span_eq(names[low].name, local))
			return names[low].number;
	return W_other;
}
