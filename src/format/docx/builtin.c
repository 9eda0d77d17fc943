#include "format/docx/builtin.h"

#include <assert.h>

#define W_NS "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""

#define SPACING(before, after, line) "<w:spacing w:before=\"" before "\" w:after=\"" after "\" w:line=\"" line "\" w:lineRule=\"auto\"/>"
#define SIZE(half_points) "<w:sz w:val=\"" half_points "\"/><w:szCs w:val=\"" half_points "\"/>"
#define BOLD "<w:b/><w:bCs/>"
#define ITALIC "<w:i/><w:iCs/>"
/* start and hanging, as numbering indents them too */
#define INDENT(left, hanging) "<w:ind w:left=\"" left "\" w:hanging=\"" hanging "\"/>"
#define HEADING(before, level, run)                                                                              \
	"<w:pPr><w:keepNext/><w:keepLines/>" SPACING(before, "120", "259") "<w:outlineLvl w:val=\"" level "\"/></w:pPr><w:rPr>" run \
	"</w:rPr>"
#define BORDER(side) "<w:" side " w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>"

const struct builtin_style builtin_styles[] = {
	{ STYLE_TITLE, "paragraph", "Title", "Title", NULL, "", "ParaPlain",
	  "<w:pPr><w:keepNext/>" SPACING("120", "240", "259") "</w:pPr><w:rPr>" BOLD SIZE("36") "</w:rPr>", false },
	{ STYLE_SUBTITLE, "paragraph", "Subtitle", "Subtitle", NULL, "", "ParaPlain",
	  "<w:pPr><w:keepNext/>" SPACING("0", "120", "259") "</w:pPr><w:rPr>" SIZE("28") "</w:rPr>", false },
	{ STYLE_INFO_LABEL, "paragraph", "InfoLabel", "InfoLabel", NULL, "", "InfoValue",
	  "<w:pPr><w:keepNext/>" SPACING("0", "60", "259") "</w:pPr><w:rPr>" BOLD "</w:rPr>", true },
	{ STYLE_INFO_VALUE, "paragraph", "InfoValue", "InfoValue", NULL, "", "InfoValue",
	  "<w:pPr>" SPACING("0", "60", "259") "</w:pPr>", true },
	{ STYLE_HEADING_1, "paragraph", "Heading1", "heading 1", NULL, "", "ParaPlain", HEADING("360", "0", BOLD SIZE("28")), false },
	{ STYLE_HEADING_2, "paragraph", "Heading2", "heading 2", NULL, "", "ParaPlain", HEADING("280", "1", BOLD SIZE("24")), false },
	{ STYLE_HEADING_3, "paragraph", "Heading3", "heading 3", NULL, "", "ParaPlain", HEADING("240", "2", BOLD ITALIC SIZE("24")), false },
	{ STYLE_HEADING_4, "paragraph", "Heading4", "heading 4", NULL, "", "ParaPlain", HEADING("200", "3", BOLD SIZE("22")), false },
	{ STYLE_HEADING_5, "paragraph", "Heading5", "heading 5", NULL, "", "ParaPlain", HEADING("200", "4", ITALIC SIZE("22")), false },
	{ STYLE_HEADING_6, "paragraph", "Heading6", "heading 6", NULL, "", "ParaPlain", HEADING("200", "5", ITALIC SIZE("20")), false },
	{ STYLE_PARA_NUMBERED, "paragraph", "ParaNumbered", "ParaNumbered", NULL, "", NULL,
	  "<w:pPr>" SPACING("0", "160", "276") INDENT("680", "680") "</w:pPr>", true },
	{ STYLE_PARA_PLAIN, "paragraph", "ParaPlain", "ParaPlain", NULL, "", NULL, "<w:pPr>" SPACING("0", "160", "276") "</w:pPr>", true },
	{ STYLE_SUB_PARA_1, "paragraph", "SubPara1", "SubPara1", NULL, "", NULL,
	  "<w:pPr>" SPACING("0", "120", "276") INDENT("1247", "567") "</w:pPr>", true },
	{ STYLE_SUB_PARA_2, "paragraph", "SubPara2", "SubPara2", NULL, "", NULL,
	  "<w:pPr>" SPACING("0", "120", "276") INDENT("1871", "624") "</w:pPr>", true },
	{ STYLE_SUB_PARA_3, "paragraph", "SubPara3", "SubPara3", NULL, "", NULL,
	  "<w:pPr>" SPACING("0", "120", "276") INDENT("2438", "567") "</w:pPr>", true },
	{ STYLE_SUB_PARA_4, "paragraph", "SubPara4", "SubPara4", NULL, "", NULL,
	  "<w:pPr>" SPACING("0", "120", "276") INDENT("3005", "567") "</w:pPr>", true },
	{ STYLE_QUOTE, "paragraph", "BlockQuote", "BlockQuote", "quote,blocktext,intensequote", "", NULL,
	  "<w:pPr>" SPACING("0", "160", "276") "<w:ind w:left=\"1134\" w:right=\"567\"/></w:pPr>", true },
	{ STYLE_LIST_BULLET, "paragraph", "ListBullet", "List Bullet", NULL, "", NULL, "<w:pPr>" SPACING("0", "120", "276") "</w:pPr>", false },
	{ STYLE_LIST_NUMBER, "paragraph", "ListNumber", "List Number", NULL, "", NULL, "<w:pPr>" SPACING("0", "120", "276") "</w:pPr>", false },
	{ STYLE_CODE, "paragraph", "Code", "Code", "sourcecode,htmlpreformatted,preformattedtext", "", NULL,
	  "<w:pPr>" SPACING("0", "160", "240") "<w:ind w:left=\"567\"/></w:pPr><w:rPr><w:rFonts w:ascii=\"Courier New\" "
	  "w:hAnsi=\"Courier New\" w:cs=\"Courier New\"/><w:noProof/>" SIZE("20") "</w:rPr>", true },
	{ STYLE_RULE, "paragraph", "Rule", "Rule", "horizontalline", "", "ParaPlain",
	  "<w:pPr><w:pBdr>" BORDER("bottom") "</w:pBdr>" SPACING("0", "240", "240") "</w:pPr>", true },
	{ STYLE_FOOTNOTE_TEXT, "paragraph", "FootnoteText", "footnote text", "footnote", "", NULL,
	  "<w:pPr>" SPACING("0", "40", "240") "</w:pPr><w:rPr>" SIZE("20") "</w:rPr>", false },
	{ STYLE_TABLE_HEAD, "paragraph", "TableHead", "TableHead", "tableheading", "TableText", NULL,
	  "<w:pPr><w:keepNext/></w:pPr><w:rPr>" BOLD "</w:rPr>", true },
	{ STYLE_TABLE_TEXT, "paragraph", "TableText", "TableText", "tablecontents", "", NULL,
	  "<w:pPr>" SPACING("40", "40", "240") "</w:pPr><w:rPr>" SIZE("20") "</w:rPr>", true },
	{ STYLE_ENDORSERS, "paragraph", "Endorsers", "Endorsers", NULL, "", NULL,
	  "<w:pPr>" SPACING("0", "60", "259") INDENT("284", "284") "</w:pPr>", true },
	{ STYLE_SIGNATURE, "paragraph", "Signature", "Signature", NULL, "", NULL, "<w:pPr>" SPACING("240", "0", "259") "</w:pPr>", false },
	{ STYLE_DELIVERY_MARK, "paragraph", "DeliveryMark", "DeliveryMark", NULL, "", NULL,
	  "<w:pPr>" SPACING("0", "240", "240") "<w:jc w:val=\"right\"/></w:pPr><w:rPr>" ITALIC "</w:rPr>", true },
	{ STYLE_CHAPEAU, "paragraph", "Chapeau", "Chapeau", NULL, "", NULL,
	  "<w:pPr><w:pBdr>" BORDER("top") BORDER("left") BORDER("bottom") BORDER("right") "</w:pBdr>" SPACING("0", "240", "259")
	  "<w:jc w:val=\"center\"/></w:pPr><w:rPr>" BOLD "</w:rPr>", true },
	{ STYLE_HEADER, "paragraph", "Header", "header", NULL, "", NULL,
	  "<w:pPr><w:tabs><w:tab w:val=\"center\" w:pos=\"4513\"/><w:tab w:val=\"right\" w:pos=\"9026\"/></w:tabs></w:pPr><w:rPr>" SIZE("18")
	  "</w:rPr>", false },
	{ STYLE_FOOTER, "paragraph", "Footer", "footer", NULL, "", NULL,
	  "<w:pPr><w:tabs><w:tab w:val=\"center\" w:pos=\"4513\"/><w:tab w:val=\"right\" w:pos=\"9026\"/></w:tabs><w:jc w:val=\"center\"/></w:pPr>"
	  "<w:rPr>" SIZE("18") "</w:rPr>", false },
	{ STYLE_COMMENT_TEXT, "paragraph", "CommentText", "annotation text", NULL, "", NULL, "<w:rPr>" SIZE("20") "</w:rPr>", false },
	{ STYLE_FOOTNOTE_REFERENCE, "character", "FootnoteReference", "footnote reference", "footnotecharacters,footnoteanchor", NULL, NULL,
	  "<w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr>", false },
	{ STYLE_HYPERLINK, "character", "Hyperlink", "Hyperlink", "internetlink", NULL, NULL,
	  "<w:rPr><w:color w:val=\"0B3C8C\"/><w:u w:val=\"single\"/></w:rPr>", false },
	{ STYLE_CODE_TEXT, "character", "CodeText", "CodeText", "verbatimchar,htmlcode,sourcetext", NULL, NULL,
	  "<w:rPr><w:rFonts w:ascii=\"Courier New\" w:hAnsi=\"Courier New\" w:cs=\"Courier New\"/><w:noProof/></w:rPr>", true },
	{ STYLE_COMMENT_REFERENCE, "character", "CommentReference", "annotation reference", NULL, NULL, NULL, "<w:rPr>" SIZE("16") "</w:rPr>", false },
	{ STYLE_AMEND_ADD, "character", "AmendAdd", "AmendAdd", NULL, NULL, NULL, "<w:rPr>" BOLD "</w:rPr>", true },
	{ STYLE_AMEND_DEL, "character", "AmendDel", "AmendDel", NULL, NULL, NULL, "<w:rPr><w:strike/></w:rPr>", true },
	{ STYLE_BRACKETED, "character", "Bracketed", "Bracketed", NULL, NULL, NULL, "<w:rPr>" ITALIC "</w:rPr>", true },
	{ STYLE_TABLE, "table", "StatementTable", "StatementTable", NULL, NULL, NULL,
	  "<w:tblPr><w:tblBorders>" BORDER("top") BORDER("left") BORDER("bottom") BORDER("right") BORDER("insideH") BORDER("insideV")
	  "</w:tblBorders><w:tblCellMar><w:top w:w=\"28\" w:type=\"dxa\"/><w:left w:w=\"100\" w:type=\"dxa\"/><w:bottom w:w=\"28\" w:type=\"dxa\"/>"
	  "<w:right w:w=\"100\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>", true },
};
static_assert(ARRAY_LEN(builtin_styles) == STYLE_COUNT, "a style has no row");

const char builtin_defaults_head[] =
	"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"SimSun\" "
	"w:cs=\"Times New Roman\"/><w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>";
const char builtin_defaults_tail[] = "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>";

const char builtin_normal[] = "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>"
	"<w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\"><w:name w:val=\"Default Paragraph Font\"/></w:style>"
	"<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/>"
	"<w:tblCellMar><w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"108\" w:type=\"dxa\"/><w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"108\" "
	"w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>"
	"<w:style w:type=\"numbering\" w:default=\"1\" w:styleId=\"NoList\"><w:name w:val=\"No List\"/></w:style>";

#define FONT(name, alt, charset, family) \
	"<w:font w:name=\"" name "\"><w:altName w:val=\"" alt "\"/><w:charset w:val=\"" charset "\"/><w:family w:val=\"" family "\"/></w:font>"
const char builtin_fonts[] = "<w:fonts " W_NS ">" FONT("Times New Roman", "Liberation Serif", "00", "roman")
	FONT("SimSun", "Noto Serif CJK SC", "86", "auto") FONT("Courier New", "Liberation Mono", "00", "modern") "</w:fonts>";

#define FIELD(code)                                                                                                        \
	"<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> " code " </w:instrText></w:r><w:r><w:fldChar " \
	"w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
const char builtin_footer[] = "<w:ftr " W_NS "><w:p><w:pPr><w:pStyle w:val=\"%s\"/></w:pPr>" FIELD("PAGE")
	"<w:r><w:t xml:space=\"preserve\"> / </w:t></w:r>" FIELD("NUMPAGES") "</w:p></w:ftr>";
