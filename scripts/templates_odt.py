"""The ODT half of the templates: the one place where our ODF styles are written down.

templates/reference.odt and the built-in styles that the writer falls back to (src/format/odt/builtin.inc) both come
from the tables below, so a style that the writer has to make looks like the one that the template would have had.
Deterministic: same tables, same bytes.
"""
import io
import zipfile

NS = (
    ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
    ("style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
    ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
    ("table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
    ("draw", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"),
    ("fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
    ("svg", "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"),
    ("number", "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"),
    ("xlink", "http://www.w3.org/1999/xlink"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"),
)
DECLARED = " ".join('xmlns:%s="%s"' % pair for pair in NS)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

# Named fallbacks: a machine without Times New Roman takes the next name that it has.
FONTS = (
    ("Serif", "'Times New Roman', 'Liberation Serif', 'Nimbus Roman', serif", "roman", "variable"),
    ("Serif Asian", "'Noto Serif CJK SC', 'Source Han Serif SC', SimSun, 'MS Mincho', serif", "roman", "variable"),
    ("Serif Complex", "'Times New Roman', 'Noto Naskh Arabic', 'Noto Serif Hebrew', 'Noto Serif Devanagari', FreeSerif, serif",
     "roman", "variable"),
    ("Fixed", "'Courier New', 'Liberation Mono', 'DejaVu Sans Mono', monospace", "modern", "fixed"),
)
SIZE = "12pt"


def size(points):
    return 'fo:font-size="%s" style:font-size-asian="%s" style:font-size-complex="%s"' % ((points,) * 3)


BOLD = 'fo:font-weight="bold" style:font-weight-asian="bold" style:font-weight-complex="bold"'
ITALIC = 'fo:font-style="italic" style:font-style-asian="italic" style:font-style-complex="italic"'


def para(text, properties=""):
    return ("<style:paragraph-properties %s/>" % text if text else "") + (
        "<style:text-properties %s/>" % properties if properties else "")


SPACE = 'fo:margin-top="0cm" fo:margin-bottom="0.282cm"'
# (key in C, family, display name, parent's display name or "", further attributes, properties)
STYLES = [
    ("STANDARD", "paragraph", "Standard", "", 'style:class="text"', para('fo:orphans="2" fo:widows="2"')),
    ("TITLE", "paragraph", "Title", "Standard", 'style:class="chapter"',
     para('fo:margin-top="0.212cm" fo:margin-bottom="0.353cm" fo:keep-with-next="always"', size("18pt") + " " + BOLD)),
    ("SUBTITLE", "paragraph", "Subtitle", "Standard", 'style:class="chapter"',
     para('fo:margin-top="0cm" fo:margin-bottom="0.212cm" fo:keep-with-next="always"', size("14pt"))),
    ("INFO_LABEL", "paragraph", "InfoLabel", "Standard", "",
     para('fo:margin-top="0cm" fo:margin-bottom="0.106cm" fo:keep-with-next="always"', BOLD)),
    ("INFO_VALUE", "paragraph", "InfoValue", "Standard", "", para('fo:margin-top="0cm" fo:margin-bottom="0.106cm"')),
    ("HEADING_1", "paragraph", "Heading 1", "Standard", 'style:default-outline-level="1" style:class="text"',
     para('fo:margin-top="0.635cm" fo:margin-bottom="0.212cm" fo:keep-with-next="always"', size("14pt") + " " + BOLD)),
    ("HEADING_2", "paragraph", "Heading 2", "Standard", 'style:default-outline-level="2" style:class="text"',
     para('fo:margin-top="0.494cm" fo:margin-bottom="0.212cm" fo:keep-with-next="always"', size("12pt") + " " + BOLD)),
    ("HEADING_3", "paragraph", "Heading 3", "Standard", 'style:default-outline-level="3" style:class="text"',
     para('fo:margin-top="0.423cm" fo:margin-bottom="0.212cm" fo:keep-with-next="always"', size("12pt") + " " + BOLD + " " + ITALIC)),
    ("HEADING_4", "paragraph", "Heading 4", "Standard", 'style:default-outline-level="4" style:class="text"',
     para('fo:margin-top="0.353cm" fo:margin-bottom="0.212cm" fo:keep-with-next="always"',
          size("11pt") + " " + BOLD)),
    ("HEADING_5", "paragraph", "Heading 5", "Standard", 'style:default-outline-level="5" style:class="text"',
     para('fo:margin-top="0.353cm" fo:margin-bottom="0.212cm" fo:keep-with-next="always"', size("11pt") + " " + ITALIC)),
    ("HEADING_6", "paragraph", "Heading 6", "Standard", 'style:default-outline-level="6" style:class="text"',
     para('fo:margin-top="0.353cm" fo:margin-bottom="0.212cm" fo:keep-with-next="always"', size("10pt") + " " + ITALIC)),
    ("PARA_PLAIN", "paragraph", "ParaPlain", "Standard", "", para(SPACE + ' fo:line-height="115%"')),
    ("PARA_NUMBERED", "paragraph", "ParaNumbered", "ParaPlain", "", para(SPACE)),
    ("PARA_LABEL", "paragraph", "ParaLabel", "ParaPlain", "",
     '<style:paragraph-properties fo:margin-left="1.2cm" fo:text-indent="-1.2cm" %s/>' % SPACE),
    ("SPEECH", "paragraph", "SpeechText", "Standard", "",
     para('fo:line-height="150%" fo:margin-top="0cm" fo:margin-bottom="0.423cm" fo:text-align="start" fo:keep-together="always"', size("14pt"))),
    ("SUB_PARA_1", "paragraph", "SubPara1", "ParaPlain", "", para('fo:margin-top="0cm" fo:margin-bottom="0.212cm"')),
    ("SUB_PARA_2", "paragraph", "SubPara2", "ParaPlain", "", para('fo:margin-top="0cm" fo:margin-bottom="0.212cm"')),
    ("SUB_PARA_3", "paragraph", "SubPara3", "ParaPlain", "", para('fo:margin-top="0cm" fo:margin-bottom="0.212cm"')),
    ("SUB_PARA_4", "paragraph", "SubPara4", "ParaPlain", "", para('fo:margin-top="0cm" fo:margin-bottom="0.212cm"')),
    ("BLOCK_LABEL", "paragraph", "BlockLabel", "ParaPlain", "",
     para('fo:margin-top="0.212cm" fo:margin-bottom="0.141cm" fo:keep-with-next="always"')),
    ("QUOTE", "paragraph", "BlockQuote", "ParaPlain", "",
     para('fo:margin-left="1.27cm" fo:margin-right="1.27cm" fo:text-indent="0cm" ' + SPACE)),
    ("LIST_BULLET", "paragraph", "ListBullet", "ParaPlain", "", para('fo:margin-top="0cm" fo:margin-bottom="0.212cm"')),
    ("LIST_NUMBER", "paragraph", "ListNumber", "ParaPlain", "", para('fo:margin-top="0cm" fo:margin-bottom="0.212cm"')),
    ("CODE_BLOCK", "paragraph", "CodeBlock", "Standard", "",
     para('fo:margin-left="0.635cm" fo:margin-right="0cm" fo:margin-top="0cm" fo:margin-bottom="0.212cm" fo:text-align="left" '
          'style:writing-mode="lr-tb"',
          'style:font-name="Fixed" style:font-name-asian="Fixed" style:font-name-complex="Fixed" ' + size("10pt") +
          ' fo:language="zxx" fo:country="none" style:language-asian="zxx" style:country-asian="none" '
          'style:language-complex="zxx" style:country-complex="none"')),
    ("RULE", "paragraph", "HorizontalRule", "Standard", "",
     para('fo:margin-top="0cm" fo:margin-bottom="0.353cm" fo:padding="0cm" fo:border-left="none" fo:border-right="none" '
          'fo:border-top="none" fo:border-bottom="0.5pt solid #000000"', size("6pt"))),
    ("FOOTNOTE_TEXT", "paragraph", "FootnoteText", "Standard", 'style:class="extra"',
     para('fo:margin-left="0.499cm" fo:margin-right="0cm" fo:text-indent="-0.499cm" fo:margin-top="0cm" '
          'fo:margin-bottom="0.071cm"', size("10pt"))),
    ("TABLE_HEAD", "paragraph", "TableHead", "Standard", 'style:class="extra"',
     para('fo:margin-top="0.035cm" fo:margin-bottom="0.035cm" fo:keep-with-next="always"', size("10pt") + " " + BOLD)),
    ("TABLE_TEXT", "paragraph", "TableText", "Standard", 'style:class="extra"',
     para('fo:margin-top="0.035cm" fo:margin-bottom="0.035cm"', size("10pt"))),
    ("ENDORSERS", "paragraph", "Endorsers", "Standard", "",
     para('fo:margin-left="0.5cm" fo:margin-right="0cm" fo:text-indent="-0.5cm" fo:margin-top="0cm" fo:margin-bottom="0.106cm"')),
    ("SIGNATURE", "paragraph", "Signature", "Standard", "", para('fo:margin-top="1.27cm" fo:margin-bottom="0cm"')),
    ("DELIVERY_MARK", "paragraph", "DeliveryMark", "Standard", "", para('fo:text-align="end" fo:margin-top="0cm" fo:margin-bottom="0.423cm"', ITALIC)),
    ("BANNER", "paragraph", "Chapeau", "Standard", "",
     para('fo:text-align="center" fo:margin-top="0cm" fo:margin-bottom="0.353cm" fo:padding="0.106cm" '
          'fo:border="0.5pt solid #000000"', BOLD)),
    ("HEADER", "paragraph", "Header", "Standard", 'style:class="extra"',
     '<style:paragraph-properties><style:tab-stops><style:tab-stop style:position="7.96cm" style:type="center"/>'
     '<style:tab-stop style:position="15.92cm" style:type="right"/></style:tab-stops></style:paragraph-properties>'
     "<style:text-properties %s/>" % size("9pt")),
    ("FOOTER", "paragraph", "Footer", "Standard", 'style:class="extra"',
     '<style:paragraph-properties><style:tab-stops><style:tab-stop style:position="15.92cm" style:type="right"/></style:tab-stops>'
     "</style:paragraph-properties><style:text-properties %s/>" % size("9pt")),
    ("EMPHASIS", "text", "Emphasis", "", "", para("", ITALIC)),
    ("STRONG", "text", "Strong Emphasis", "", "", para("", BOLD)),
    ("CODE", "text", "CodeText", "", "",
     para("", 'style:font-name="Fixed" style:font-name-asian="Fixed" style:font-name-complex="Fixed" fo:language="zxx" '
              'fo:country="none"')),
    ("FOOTNOTE_REFERENCE", "text", "FootnoteReference", "", "", para("", 'style:text-position="super 58%"')),
    ("NOTE_SEPARATOR", "text", "NoteSeparator", "", "", para("", 'style:text-position="super 58%"')),
    ("PRINTED_LABEL", "text", "PrintedLabel", "", "", ""),
    ("LINK", "text", "Internet link", "", "",
     para("", 'fo:color="#1f3864" style:text-underline-style="solid" style:text-underline-width="auto" '
              'style:text-underline-color="font-color"')),
    ("CROSS_REFERENCE", "text", "CrossReference", "", "", ""),
    ("AMEND_ADD", "text", "AmendAdd", "", "", para("", BOLD)),
    ("AMEND_DEL", "text", "AmendDel", "", "", para("", 'style:text-line-through-style="solid"')),
    ("BRACKETED", "text", "Bracketed", "", "", para("", ITALIC)),
]


def level(number, kind, fmt, prefix, suffix, margin, indent, tab, style=""):
    """One level of a list: kind is number or bullet, fmt the number format or the bullet."""
    edge = ('<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
            '<style:list-level-label-alignment text:label-followed-by="%s"%s fo:text-indent="%s" fo:margin-left="%s"/>'
            "</style:list-level-properties>") % (
        "listtab" if tab else "nothing", ' text:list-tab-stop-position="%s"' % tab if tab else "", indent, margin)
    around = (' style:num-prefix="%s"' % prefix if prefix else "") + (' style:num-suffix="%s"' % suffix if suffix else "")
    if kind == "bullet":
        return '<text:list-level-style-bullet text:level="%d" text:bullet-char="%s">%s</text:list-level-style-bullet>' % (
            number, fmt, edge)
    tag = "text:outline-level-style" if kind == "outline" else "text:list-level-style-number"
    return '<%s text:level="%d"%s style:num-format="%s">%s</%s>' % (tag, number, around, fmt, edge, tag)


def cm(value):
    return "%gcm" % round(value, 3)


PARA_FORMATS = (("1", "", "."), ("a", "(", ")"), ("i", "(", ")"), ("1", "(", ")"))


# Where the words begin and how far the number hangs out of them, as in the DOCX template.
PARA_EDGES = ((1.2, 1.2), (2.2, 1.0), (3.3, 1.1), (4.3, 1.0))


def para_levels():
    out = []
    for n in range(1, 11):
        fmt, prefix, suffix = PARA_FORMATS[min(n, 4) - 1]
        left, hanging = PARA_EDGES[n - 1] if n <= 4 else (PARA_EDGES[3][0] + 1.0 * (n - 4), 1.0)
        out.append(level(n, "number", fmt, prefix, suffix, cm(left), cm(-hanging), cm(left)))
    return out


def bullet_levels():
    return [level(n, "bullet", "\u2022\u2013"[(n - 1) % 2], "", "", cm(0.9 + 1.0 * n), "-0.7cm", cm(0.9 + 1.0 * n)) for n in range(1, 11)]


def number_levels():
    return [level(n, "number", "1", "", ".", cm(1.0 * n), "-1cm", cm(1.0 * n)) for n in range(1, 11)]


HEADING_FORMATS = (("I", "", "."), ("A", "", "."), ("1", "", "."), ("a", "(", ")"), ("i", "(", ")"))


def outline(numbered):
    out = []
    for n in range(1, 11):
        fmt, prefix, suffix = HEADING_FORMATS[n - 1] if numbered and n <= 5 else ("", "", "")
        out.append(level(n, "outline", fmt, prefix, suffix, cm(1.27) if fmt else "0cm", "-1.27cm" if fmt else "0cm",
                         "1.27cm" if fmt else ""))
    return out


LISTS = [
    ("PARA", "ParaNumbering", para_levels()),
    ("BULLET", "BulletList", bullet_levels()),
    ("NUMBER", "NumberList", number_levels()),
]


def code_name(display):
    """The style:name of a display name: what an NCName can't hold is written as LibreOffice writes it."""
    return display.replace(" ", "_20_")


def style_xml(row):
    _, family, display, parent, more, properties = row
    name = code_name(display)
    out = '<style:style style:name="%s"' % name
    if name != display:
        out += ' style:display-name="%s"' % display
    out += ' style:family="%s"' % family
    if parent:
        out += ' style:parent-style-name="%s"' % code_name(parent)
    return out + (" " + more if more else "") + (">%s</style:style>" % properties if properties else "/>")


def list_xml(row):
    return '<text:list-style style:name="%s">%s</text:list-style>' % (row[1], "".join(row[2]))


DEFAULTS = (
    '<style:default-style style:family="paragraph"><style:paragraph-properties fo:hyphenation-ladder-count="no-limit" '
    'style:text-autospace="ideograph-alpha" style:punctuation-wrap="hanging" style:line-break="strict" '
    'style:tab-stop-distance="1.27cm" style:writing-mode="page"/><style:text-properties style:font-name="Serif" '
    'style:font-name-asian="Serif Asian" style:font-name-complex="Serif Complex" ' + size(SIZE) +
    ' fo:language="en" fo:country="GB" style:language-asian="zh" style:country-asian="CN" style:language-complex="ar" '
    'style:country-complex="SA" fo:hyphenate="false"/></style:default-style>')
TABLE_DEFAULTS = '<style:default-style style:family="table"><style:table-properties table:border-model="collapsing"/></style:default-style>'
NOTES = (
    '<text:notes-configuration text:note-class="footnote" text:citation-style-name="FootnoteReference" '
    'text:citation-body-style-name="FootnoteReference" text:default-style-name="FootnoteText" style:num-format="1" '
    'text:start-value="0" text:footnotes-position="page" text:start-numbering-at="document"/>')
PAGE = (
    '<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
    'style:print-orientation="portrait" fo:margin-top="2.54cm" fo:margin-bottom="1.5cm" fo:margin-left="2.54cm" '
    'fo:margin-right="2.54cm" style:writing-mode="lr-tb"><style:footnote-sep style:width="0.018cm" '
    'style:distance-before-sep="0.2cm" style:distance-after-sep="0.1cm" style:line-style="solid" style:adjustment="left" '
    'style:rel-width="25%" style:color="#000000"/></style:page-layout-properties><style:header-style/>'
    '<style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.44cm"/></style:footer-style>'
    "</style:page-layout>")
FOOTER = (
    '<style:footer><text:p text:style-name="Footer"><text:title/><text:tab/><text:page-number '
    'text:select-page="current">1</text:page-number> / <text:page-count>1</text:page-count></text:p></style:footer>')
MASTER = '<style:master-page style:name="Standard" style:page-layout-name="Page">' + FOOTER + "</style:master-page>"


def font_xml(row):
    return ('<style:font-face style:name="%s" svg:font-family="%s" style:font-family-generic="%s" style:font-pitch="%s"/>'
            % row)


def styles_xml():
    return (HEAD + "<office:document-styles %s office:version=\"1.3\"><office:font-face-decls>" % DECLARED +
            "".join(map(font_xml, FONTS)) + "</office:font-face-decls><office:styles>" + DEFAULTS + TABLE_DEFAULTS +
            "".join(map(style_xml, STYLES)) + '<text:outline-style style:name="Outline">' + "".join(outline(False)) +
            "</text:outline-style>" + "".join(map(list_xml, LISTS)) + NOTES +
            "</office:styles><office:automatic-styles>" + PAGE + "</office:automatic-styles><office:master-styles>" +
            MASTER + "</office:master-styles></office:document-styles>")


CONTENT = (HEAD + '<office:document-content %s office:version="1.3"><office:body><office:text><text:p '
           'text:style-name="ParaPlain"/></office:text></office:body></office:document-content>') % DECLARED
META = HEAD + ('<office:document-meta %s office:version="1.3"><office:meta><dc:title/></office:meta></office:document-meta>') % DECLARED
SETTINGS = HEAD + (
    '<office:document-settings xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" office:version="1.3"><office:settings>'
    '<config:config-item-set config:name="ooo:configuration-settings"><config:config-item config:name="EmbedFonts" '
    'config:type="boolean">false</config:config-item></config:config-item-set></office:settings></office:document-settings>')
MIMETYPE = "application/vnd.oasis.opendocument.text"
MANIFEST = HEAD + (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="%s"/>' % MIMETYPE +
    "".join('<manifest:file-entry manifest:full-path="%s" manifest:media-type="text/xml"/>' % name
            for name in ("content.xml", "styles.xml", "meta.xml", "settings.xml")) + "</manifest:manifest>")


def reference():
    """The bytes of templates/reference.odt."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in (("mimetype", MIMETYPE), ("META-INF/manifest.xml", MANIFEST), ("content.xml", CONTENT),
                           ("styles.xml", styles_xml()), ("meta.xml", META), ("settings.xml", SETTINGS)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            package.writestr(entry, text.encode())
    return out.getvalue()


def c_string(text):
    """A C literal over several lines; the bytes are UTF-8."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    pieces = [text[i:i + 96] for i in range(0, len(text), 96)] or [""]
    # A backslash must not be cut from what it escapes.
    for i in range(len(pieces) - 1):
        while (len(pieces[i]) - len(pieces[i].rstrip("\\"))) % 2:
            pieces[i], pieces[i + 1] = pieces[i][:-1], "\\" + pieces[i + 1]
    return "\n\t\t".join('"%s"' % piece for piece in pieces)


def builtin():
    """The text of src/format/odt/builtin.inc."""
    out = ["/* Made by scripts/make-templates from scripts/templates_odt.py; change it there. */"]
    out.append("#define ODT_STYLE_LIST(X) \\")
    out.append(" \\\n".join("\tX(%s)" % row[0] for row in STYLES))
    out.append("\n#define ODT_LIST_LIST(X) \\")
    out.append(" \\\n".join("\tX(%s)" % row[0] for row in LISTS))
    out.append("\n#ifdef ODT_BUILTIN_TABLES")
    out.append("static const struct builtin_style builtin_styles[] = {")
    for row in STYLES:
        out.append('\t{ "%s", "%s", "%s", "%s",\n\t\t%s },' % (row[1], row[2], code_name(row[2]), code_name(row[3]),
                                                          c_string(style_xml(row))))
    out.append("};\n\nstatic const struct builtin_style builtin_lists[] = {")
    for row in LISTS:
        out.append('\t{ "list", "%s", "%s", "",\n\t\t%s },' % (row[1], row[1], c_string(list_xml(row))))
    out.append("};\n\nstatic const struct builtin_style builtin_fonts[] = {")
    for row in FONTS:
        out.append('\t{ "font", "%s", "%s", "",\n\t\t%s },' % (row[0], row[0], c_string(font_xml(row))))
    out.append("};\n")
    for name, text in (("builtin_defaults", DEFAULTS), ("builtin_table_defaults", TABLE_DEFAULTS), ("builtin_notes", NOTES),
                       ("builtin_outline_plain", "".join(outline(False))),
                       ("builtin_outline_numbered", "".join(outline(True))),
                       ("builtin_styles_xml", styles_xml())):
        out.append("static const char %s[] =\n\t\t%s;\n" % (name, c_string(text)))
    out.append("#endif")
    return "\n".join(out) + "\n"
