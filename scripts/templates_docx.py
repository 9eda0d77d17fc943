"""The DOCX half of the templates: the one place where our WordprocessingML styles are written down.

templates/reference.docx and the built-in styles that the writer falls back to (src/format/docx/builtin.inc) both come
from the tables below, so a style that the writer has to make looks like the one that the template would have had.
Deterministic: same tables, same bytes (nothing is compressed, since zlib's versions differ).
"""
import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NS = 'xmlns:w="%s"' % W

# Named fallbacks: a machine without the first name takes the second (w:altName).
FONTS = (
    ("Times New Roman", "Liberation Serif", "00", "roman"),
    ("SimSun", "Noto Serif CJK SC", "86", "auto"),
    ("Courier New", "Liberation Mono", "00", "modern"),
)
BODY = "24"  # half points


def spacing(before, after, line="276"):
    return '<w:spacing w:before="%s" w:after="%s" w:line="%s" w:lineRule="auto"/>' % (before, after, line)


def size(half_points):
    return '<w:sz w:val="%s"/><w:szCs w:val="%s"/>' % (half_points, half_points)


def indent(left, hanging):
    """Start and hanging, as numbering indents them too."""
    return '<w:ind w:left="%s" w:hanging="%s"/>' % (left, hanging)


def para(properties, run=""):
    return ("<w:pPr>%s</w:pPr>" % properties if properties else "") + ("<w:rPr>%s</w:rPr>" % run if run else "")


def run(properties):
    return para("", properties)


def border(*sides):
    return "".join('<w:%s w:val="single" w:sz="4" w:space="0" w:color="auto"/>' % side for side in sides)


def heading(before, level, properties):
    return para("<w:keepNext/><w:keepLines/>" + spacing(before, "120", "259") + '<w:outlineLvl w:val="%s"/>' % level, properties)


BOLD = "<w:b/><w:bCs/>"
ITALIC = "<w:i/><w:iCs/>"
MONO = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:noProof/>'
RUNNING = '<w:tabs><w:tab w:val="right" w:pos="9026"/></w:tabs>'
HEADED = '<w:tabs><w:tab w:val="center" w:pos="4513"/><w:tab w:val="right" w:pos="9026"/></w:tabs>'

# (key in C, type, id, name, other names it is found by (folded), based on, next, properties, one of Word's own)
# based on: "" is the default paragraph style, None nothing.
STYLES = (
    ("TITLE", "paragraph", "Title", "Title", None, "", "ParaPlain", para("<w:keepNext/>" + spacing("120", "240", "259"), BOLD + size("36")), True),
    ("SUBTITLE", "paragraph", "Subtitle", "Subtitle", None, "", "ParaPlain", para("<w:keepNext/>" + spacing("0", "120", "259"), size("28")), True),
    ("INFO_LABEL", "paragraph", "InfoLabel", "InfoLabel", None, "", "InfoValue", para("<w:keepNext/>" + spacing("0", "60", "259"), BOLD), False),
    ("INFO_VALUE", "paragraph", "InfoValue", "InfoValue", None, "", "InfoValue", para(spacing("0", "60", "259")), False),
    ("HEADING_1", "paragraph", "Heading1", "heading 1", None, "", "ParaPlain", heading("360", "0", BOLD + size("28")), True),
    ("HEADING_2", "paragraph", "Heading2", "heading 2", None, "", "ParaPlain", heading("280", "1", BOLD + size("24")), True),
    ("HEADING_3", "paragraph", "Heading3", "heading 3", None, "", "ParaPlain", heading("240", "2", BOLD + ITALIC + size("24")), True),
    ("HEADING_4", "paragraph", "Heading4", "heading 4", None, "", "ParaPlain", heading("200", "3", BOLD + size("22")), True),
    ("HEADING_5", "paragraph", "Heading5", "heading 5", None, "", "ParaPlain", heading("200", "4", ITALIC + size("22")), True),
    ("HEADING_6", "paragraph", "Heading6", "heading 6", None, "", "ParaPlain", heading("200", "5", ITALIC + size("20")), True),
    ("PARA_NUMBERED", "paragraph", "ParaNumbered", "ParaNumbered", None, "", None, para(spacing("0", "160") + indent("680", "680")), False),
    ("PARA_PLAIN", "paragraph", "ParaPlain", "ParaPlain", None, "", None, para(spacing("0", "160")), False),
    ("SPEECH", "paragraph", "SpeechText", "SpeechText", None, "", None,
     para("<w:keepLines/>" + spacing("0", "240", "360"), size("28")), False),
    ("SUB_PARA_1", "paragraph", "SubPara1", "SubPara1", None, "", None, para(spacing("0", "120") + indent("1247", "567")), False),
    ("SUB_PARA_2", "paragraph", "SubPara2", "SubPara2", None, "", None, para(spacing("0", "120") + indent("1871", "624")), False),
    ("SUB_PARA_3", "paragraph", "SubPara3", "SubPara3", None, "", None, para(spacing("0", "120") + indent("2438", "567")), False),
    ("SUB_PARA_4", "paragraph", "SubPara4", "SubPara4", None, "", None, para(spacing("0", "120") + indent("3005", "567")), False),
    ("BLOCK_LABEL", "paragraph", "BlockLabel", "BlockLabel", None, "", "ParaPlain", para("<w:keepNext/>" + spacing("120", "80", "259")), False),
    ("QUOTE", "paragraph", "BlockQuote", "BlockQuote", "quote,blocktext,intensequote", "", None,
     para(spacing("0", "160") + '<w:ind w:left="1134" w:right="567"/>'), False),
    ("LIST_BULLET", "paragraph", "ListBullet", "List Bullet", None, "", None, para(spacing("0", "120")), True),
    ("LIST_NUMBER", "paragraph", "ListNumber", "List Number", None, "", None, para(spacing("0", "120")), True),
    ("CODE", "paragraph", "Code", "Code", "sourcecode,htmlpreformatted,preformattedtext", "", None,
     para(spacing("0", "160", "240") + '<w:ind w:left="567"/>', MONO + size("20")), False),
    ("RULE", "paragraph", "Rule", "Rule", "horizontalline", "", "ParaPlain",
     para("<w:pBdr>" + border("bottom") + "</w:pBdr>" + spacing("0", "240", "240")), False),
    ("FOOTNOTE_TEXT", "paragraph", "FootnoteText", "footnote text", "footnote", "", None, para(spacing("0", "40", "240"), size("20")), True),
    ("TABLE_HEAD", "paragraph", "TableHead", "TableHead", "tableheading", "TableText", None, para("<w:keepNext/>", BOLD), False),
    ("TABLE_TEXT", "paragraph", "TableText", "TableText", "tablecontents", "", None, para(spacing("40", "40", "240"), size("20")), False),
    ("ENDORSERS", "paragraph", "Endorsers", "Endorsers", None, "", None, para(spacing("0", "60", "259") + indent("284", "284")), False),
    ("SIGNATURE", "paragraph", "Signature", "Signature", None, "", None, para(spacing("240", "0", "259")), True),
    ("DELIVERY_MARK", "paragraph", "DeliveryMark", "DeliveryMark", None, "", None,
     para(spacing("0", "240", "240") + '<w:jc w:val="right"/>', ITALIC), False),
    ("CHAPEAU", "paragraph", "Chapeau", "Chapeau", None, "", None,
     para("<w:pBdr>" + border("top", "left", "bottom", "right") + "</w:pBdr>" + spacing("0", "240", "259") + '<w:jc w:val="center"/>', BOLD), False),
    ("HEADER", "paragraph", "Header", "header", None, "", None, para(HEADED, size("18")), True),
    ("FOOTER", "paragraph", "Footer", "footer", None, "", None, para(RUNNING, size("18")), True),
    ("COMMENT_TEXT", "paragraph", "CommentText", "annotation text", None, "", None, run(size("20")), True),
    ("FOOTNOTE_REFERENCE", "character", "FootnoteReference", "footnote reference", "footnotecharacters,footnoteanchor", None, None,
     run('<w:vertAlign w:val="superscript"/>'), True),
    ("NOTE_SEPARATOR", "character", "NoteSeparator", "NoteSeparator", None, None, None, run('<w:vertAlign w:val="superscript"/>'), False),
    ("PRINTED_LABEL", "character", "PrintedLabel", "PrintedLabel", None, None, None, "", False),
    ("HYPERLINK", "character", "Hyperlink", "Hyperlink", "internetlink", None, None, run('<w:color w:val="0B3C8C"/><w:u w:val="single"/>'), True),
    ("CODE_TEXT", "character", "CodeText", "CodeText", "verbatimchar,htmlcode,sourcetext", None, None, run(MONO), False),
    ("COMMENT_REFERENCE", "character", "CommentReference", "annotation reference", None, None, None, run(size("16")), True),
    ("AMEND_ADD", "character", "AmendAdd", "AmendAdd", None, None, None, run(BOLD), False),
    ("AMEND_DEL", "character", "AmendDel", "AmendDel", None, None, None, run("<w:strike/>"), False),
    ("BRACKETED", "character", "Bracketed", "Bracketed", None, None, None, run(ITALIC), False),
    ("TABLE", "table", "StatementTable", "StatementTable", None, None, None,
     "<w:tblPr><w:tblBorders>" + border("top", "left", "bottom", "right", "insideH", "insideV") + "</w:tblBorders><w:tblCellMar>"
     + "".join('<w:%s w:w="%d" w:type="dxa"/>' % side for side in (("top", 28), ("left", 100), ("bottom", 28), ("right", 100)))
     + "</w:tblCellMar></w:tblPr>", False),
)

DEFAULTS_HEAD = ('<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun" '
                 'w:cs="Times New Roman"/>' + size(BODY))
DEFAULTS_TAIL = "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
NORMAL = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" '
    'w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/></w:style>')
FONT_TABLE = "<w:fonts %s>%s</w:fonts>" % (NS, "".join(
    '<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="%s"/><w:family w:val="%s"/></w:font>' % font for font in FONTS))


def field(code, words="1"):
    char = '<w:r><w:fldChar w:fldCharType="%s"/></w:r>'
    return (char % "begin" + '<w:r><w:instrText xml:space="preserve"> %s </w:instrText></w:r>' % code + char % "separate"
            + "<w:r><w:t>%s</w:t></w:r>" % words + char % "end")


def footer(style):
    """The title, and page x of y in signs that every language reads."""
    return ('<w:ftr %s><w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>' % (NS, style) + field("TITLE", "") + "<w:r><w:tab/></w:r>" + field("PAGE")
            + '<w:r><w:t xml:space="preserve"> / </w:t></w:r>' + field("NUMPAGES") + "</w:p></w:ftr>")


def styles():
    out = [HEAD, "<w:styles %s>" % NS, DEFAULTS_HEAD, '<w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/>', DEFAULTS_TAIL, NORMAL]
    for _, kind, ident, name, _, base, after, body, words_own in STYLES:
        out.append('<w:style w:type="%s"%s w:styleId="%s"><w:name w:val="%s"/>' % (kind, "" if words_own else ' w:customStyle="1"', ident, name))
        if base is not None:
            out.append('<w:basedOn w:val="%s"/>' % (base or "Normal"))
        if after:
            out.append('<w:next w:val="%s"/>' % after)
        out.append(("" if kind == "table" else "<w:qFormat/>") + body + "</w:style>")
    return "".join(out) + "</w:styles>"


def relationships(*rows):
    return HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % "".join(
        '<Relationship Id="rId%d" Type="%s" Target="%s"/>' % (n + 1, row[0] if ":" in row[0] else R + "/" + row[0], row[1])
        for n, row in enumerate(rows))


def reference():
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    overrides = (
        ("word/document.xml", word + "document.main+xml"), ("word/styles.xml", word + "styles+xml"),
        ("word/settings.xml", word + "settings+xml"), ("word/fontTable.xml", word + "fontTable+xml"),
        ("word/footer1.xml", word + "footer+xml"), ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"))
    parts = (
        ("[Content_Types].xml", HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Default Extension="xml" ContentType="application/xml"/>'
         + "".join('<Override PartName="/%s" ContentType="%s"/>' % row for row in overrides) + "</Types>"),
        ("_rels/.rels", relationships(("officeDocument", "word/document.xml"), (
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"))),
        ("word/document.xml", HEAD + '<w:document %s xmlns:r="%s"><w:body><w:p><w:pPr><w:pStyle w:val="ParaPlain"/></w:pPr></w:p><w:sectPr>'
         '<w:footerReference w:type="default" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" '
         'w:bottom="1440" w:left="1440" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr></w:body></w:document>' % (NS, R)),
        ("word/_rels/document.xml.rels", relationships(("styles", "styles.xml"), ("settings", "settings.xml"),
                                                       ("fontTable", "fontTable.xml"), ("footer", "footer1.xml"))),
        ("word/styles.xml", styles()),
        ("word/settings.xml", HEAD + '<w:settings %s><w:defaultTabStop w:val="567"/><w:compat><w:compatSetting w:name="compatibilityMode" '
         'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>' % NS),
        ("word/fontTable.xml", HEAD + FONT_TABLE),
        ("word/footer1.xml", HEAD + footer("Footer")),
        ("docProps/core.xml", HEAD + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
         'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Statement</dc:title></cp:coreProperties>'),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, text in parts:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 0
            z.writestr(info, text.encode())
    return out.getvalue()


def c_string(text):
    if text is None:
        return "NULL"
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def builtin():
    out = ["/* Made by scripts/make-templates from scripts/templates_docx.py: change it there. */",
           "const struct builtin_style builtin_styles[] = {"]
    for key, kind, ident, name, aliases, base, after, body, words_own in STYLES:
        out.append("\t{ STYLE_%s, %s,\n\t  %s, %s },"
                   % (key, ", ".join(c_string(s) for s in (kind, ident, name)), ", ".join(c_string(s) for s in (aliases, base, after, body)),
                      "false" if words_own else "true"))
    out.append("};")
    for name, text in (("defaults_head", DEFAULTS_HEAD), ("defaults_tail", DEFAULTS_TAIL), ("normal", NORMAL), ("fonts", FONT_TABLE),
                       ("footer", footer("%s"))):
        out.append("const char builtin_%s[] =\n\t%s;" % (name, c_string(text)))
    return "\n".join(out) + "\n"
