#!/usr/bin/env python3
"""import of files as Word, LibreOffice and others make them: what each construct becomes in a draft, and what is listed of it.

A row is a name, the body of a DOCX or of a flat ODT, what the draft holds behind its front matter (ids left out), and what is listed."""
import re
import zipfile
from tap import Cli

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
SPACES = ('xmlns:w="%s" xmlns:r="%s" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
          'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"' % (W, REL))
ANA = 'w:author="Ana" w:date="2026-01-02T03:04:05Z"'
BY = "{>>@Ana 2026-01-02T03:04:05Z<<}"


def r(words, look=""):
    return '<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>' % (look and f"<w:rPr>{look}</w:rPr>", words)


def p(words, style="", num=None, more=""):
    words = words if words.startswith("<") or not words else r(words)
    number = num and '<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>' % num[::-1] or ""
    return '<w:p><w:pPr>%s%s%s</w:pPr>%s</w:p>' % (style and f'<w:pStyle w:val="{style}"/>', number, more, words)


def table(*rows):
    cell = lambda c: c if c.startswith("<w:tc>") else "<w:tc>%s</w:tc>" % (c if c.startswith("<w:p>") else p(c))  # noqa: E731
    return "<w:tbl>" + "".join(row if isinstance(row, str) else "<w:tr>" + "".join(map(cell, row)) + "</w:tr>" for row in rows) + "</w:tbl>"


def ins(x):
    return f'<w:ins w:id="1" {ANA}>{x}</w:ins>'


def gone(words, look=""):
    return f'<w:del w:id="1" {ANA}>' + r(words, look).replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ") + "</w:del>"


def row(kind, *cells):
    return '<w:tr><w:trPr><w:%s w:id="1" %s/></w:trPr>' % (kind, ANA) + "".join("<w:tc>%s</w:tc>" % p(c) for c in cells) + "</w:tr>"


def field(instruction, words):
    return '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>%s</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>%s<w:r><w:fldChar w:fldCharType="end"/></w:r>' % (instruction, words)


def level(n, kind, text, more=""):
    return '<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/>%s<w:lvlText w:val="%s"/></w:lvl>' % (n, kind, more, text)


LISTS = [[level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)"), level(2, "lowerRoman", "(%3)")],
         [level(0, "bullet", "•"), level(1, "bullet", "o")],
         [level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)", '<w:lvlRestart w:val="0"/>')],
         [level(0, "ordinal", "%1"), level(1, "upperLetter", "%2)")],
         [level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)", '<w:pStyle w:val="H1"/>')]]
STYLES = ('<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
          '<w:style w:type="paragraph" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>')
BOX = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>%s</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"


def docx(path, body, notes=""):
    kinds = ["document.main", "styles", "numbering"] + ["footnotes"] * bool(notes)
    part = lambda k: k.split(".")[0]  # noqa: E731
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                               + "".join('<Override PartName="/word/%s.xml" ContentType="%s%s+xml"/>' % (part(k), TYPES, k) for k in kinds) + "</Types>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="%s/officeDocument" Target="word/document.xml"/></Relationships>' % REL,
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join('<Relationship Id="%s" Type="%s/%s" Target="%s.xml"/>' % (k, REL, k, k) for k in kinds[1:]) + "</Relationships>",
        "word/styles.xml": f"<w:styles {SPACES}>{STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {SPACES}>" + "".join('<w:abstractNum w:abstractNumId="%d">%s</w:abstractNum>' % (i, "".join(x)) for i, x in enumerate(LISTS))
                              + "".join('<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>' % (i + 1, i) for i in range(len(LISTS))) + "</w:numbering>",
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/footnotes.xml": f"<w:footnotes {SPACES}>{notes}</w:footnotes>",
    }
    with zipfile.ZipFile(path, "w") as z:
        for name, data in parts.items():
            if notes or "footnotes" not in name:
                z.writestr(name, data)


NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
WORD = [
    ("sub-paragraphs keep their labels, also behind a table and where they go on", p("One:", num=(1, 0)) + p("a", num=(1, 1)) + table(["x", "y"]) + p("b", num=(1, 1)) + p("i", num=(1, 2)) + p("Two.", num=(1, 0)),
     "<!-- {label=1} -->\nOne:\n\n1. <!-- {label=(a)} --> a\n\n| x | y |\n|---|---|\n\n1. <!-- {label=(b)} --> b\n   1. <!-- {label=(i)} --> i\n\n<!-- {label=2} -->\nTwo.\n", []),
    ("labels that are typed", p("[58.] One.") + p("(a) under it") + p("59 bis. Two.") + p("[Suggested for Closure]") + p("[57. Words [in brackets].]"),
     '<!-- {label="[58.]"} -->\nOne.\n\n<!-- {label=(a)} -->\nunder it\n\n<!-- {label="59 bis"} -->\nTwo.\n\n\\[Suggested for Closure\\]\n\n\\[57. Words \\[in brackets\\].\\]\n', []),
    ("a number that comes or goes is a suggestion", p(gone("57.") + ins(r("58.")) + r(" One.")) + p(ins(r("59. ")) + r("Two.")) + p(r("60") + ins(r(" bis")) + r(". Three.")) + p("<w:r><w:tab/></w:r>" + r("61. Four.")),
     "{--57\\.--}%s{++58\\.++}%s One.\n\n{++59\\. ++}%sTwo.\n\n60{++ bis++}%s\\. Three.\n\n<!-- {label=61} -->\nFour.\n" % (BY, BY, BY, BY), []),
    ("nor is one a label that alone has a note", p(r("57") + NOTE + r(". Words.")), "57[^1]. Words.\n\n[^1]: Note.\n", [], '<w:footnote w:id="2">%s</w:footnote>' % p("Note.")),
    ("a list that says which level a style is", p("One", "H1"), "<!-- {label=(a)} -->\n# One\n", []),
    ("an address without quotation marks, an old formula", p(field("HYPERLINK https://e.org/x \\h", r("here"))) + p(r("So ") + field("EQ \\f(1,2)", "").replace('<w:r><w:fldChar w:fldCharType="separate"/></w:r>', "") + r(".")),
     "[here](https://e.org/x)\n\nSo .\n", ["field that prints what its instruction says"]),
    ("letters that never start anew", p("One:", num=(3, 0)) + p("a", num=(3, 1)) + p("Two:", num=(3, 0)) + p("b", num=(3, 1)),
     "<!-- {label=1} -->\nOne:\n\n1. <!-- {label=(a)} --> a\n\n<!-- {label=2} -->\nTwo:\n\n1. <!-- {label=(b)} --> b\n", []),
    ("other numbers", p("One.", num=(4, 0)) + p("a", num=(4, 1)) + p("Two.", num=(4, 0)),
     "<!-- {label=1st} -->\nOne.\n\n1. <!-- {label=A)} --> a\n\n<!-- {label=2nd} -->\nTwo.\n", []),
    ("a level that is left out", p("One:", num=(1, 0)) + p("bullet", num=(2, 1)) + p("bullet", num=(2, 1)) + p("Two.", num=(1, 0)),
     "<!-- {label=1} -->\nOne:\n\n- bullet\n- bullet\n\n<!-- {label=2} -->\nTwo.\n", []),
    ("numbers in a table's cells", table(["No.", "Text"], [p("", num=(1, 0)), "first"], [p("second", num=(1, 0)), "x"]) + p("Three.", num=(1, 0)),
     "| No. | Text |\n|---|---|\n| 1\\. | first |\n| 2\\. second | x |\n\n<!-- {label=3} -->\nThree.\n", []),
    ("columns that a row leaves free", table(["a", "b", "c"], '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc>%s</w:tc><w:tc>%s</w:tc></w:tr>' % (p("d"), p("e"))),
     "| a | b | c |\n|---|---|---|\n|  | d | e |\n", []),
    ("a control in a wide cell", table(["a", "b"], "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:sdt><w:sdtPr/><w:sdtContent>%s</w:sdtContent></w:sdt></w:tc></w:tr>" % p("wide"), ["c", "d"]),
     "| a | b |\n|---|---|\n| wide |  |\n| c | d |\n", ["merged table cells"]),
    ("a table in a text box", p(r("Words.") + BOX % (p("Boxed.") + table(["x", "y"]) + p("Behind."))),
     "Words.\n\nBoxed.\n\n| x | y |\n|---|---|\n\nBehind.\n", ["text box"]),
    ("a big first letter", p("O", more='<w:framePr w:dropCap="drop" w:lines="3"/>') + p("nce upon a time."), "Once upon a time.\n", []),
    ("a big letter and nothing else", p("Words.") + p("O", more='<w:framePr w:dropCap="drop"/>'), "Words.\n\nO\n", []),
    ("a field that does not end", p(r("Before ") + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + r("lost words")), "Before\n", ["words in a field's instruction"]),
    ("a field in a field's instruction", p(field("IF " + "</w:instrText></w:r>" + field("MERGEFIELD X", r("1")) + "<w:r><w:instrText> = 1", r("shown"))), "shown\n", []),
    ("a formula, a drawing", p(r("Here ") + "<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>") + p(r("There ") + "<w:r><w:drawing><wp:inline><wp:docPr id='1' name='Diagram'/></wp:inline></w:drawing></w:r>"),
     "Here E=mc\n\nThere\n", ["formula", "drawing"]),
    ("words of a hidden style", p("Seen.") + p(r("Not seen. ") + r("But this.", '<w:vanish w:val="0"/>'), "Secret"), "Seen.\n\nBut this.\n", ["hidden text (text, paragraph 2): Not seen."]),
    ("white space is no heading", p(" ", "H1") + p("Words."), "Words.\n", []),
    ("a title stands in front matter alone", p("The title", "Title") + p("Words."), "Words.\n", []),
    ("but not without its note", p(r("The title") + NOTE, "Title") + p("Words."), "The title[^1]\n\nWords.\n\n[^1]: Note.\n", [], '<w:footnote w:id="2">%s</w:footnote>' % p("Note.")),
    ("a title that changes", p(r("The ") + gone("old ") + ins(r("new ")) + r("title"), "Title") + p("Words."), "Words.\n", ["tracked change of the title"]),
    ("changes stand in emphasis", p(r("We ") + r("strongly ", "<w:b/>") + gone("urge", "<w:b/>") + ins(r("request", "<w:b/>")) + r(" all", "<w:b/>") + r(".")),
     "We **strongly {--urge--}%s{++request++}%s all**.\n" % (BY, BY), []),
    ("or beside it, with emphasis of their own", p(r("We ") + r("act ", "<w:i/>") + ins(r("now", "<w:i/>")) + r(".")), "We *act* {++*now*++}%s.\n" % BY, []),
    ("and bare where one reading would not have it", p(r("We a") + ins(r("b")) + r("(c)", "<w:b/>") + r("d.")), "We a{++b++}%s(c)d.\n" % BY, ["emphasis"]),
    ("words that came into a note that goes", p(r("Words.") + f'<w:del w:id="1" {ANA}>{NOTE}</w:del>'), "Words.{--[^1]--}%s\n\n{--[^1]: Old note.\n--}%s\n" % (BY, BY), ["words put into a note that goes"],
     '<w:footnote w:id="2">%s</w:footnote>' % p(r("Old ") + ins(r("newer ")) + r("note."))),
    ("a table's heads replaced", table(row("del", gone("Old"), gone("Heads")), row("ins", ins(r("New")), ins(r("Ones"))), ["x", "y"]),
     "| {--Old--}%s{++New++}%s | {--Heads--}%s{++Ones++}%s |\n|---|---|\n| x | y |\n" % (BY, BY, BY, BY), []),
]

FLAT = ('<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"><office:styles><style:style style:name="Title" style:family="paragraph"/>'
        '<style:style style:name="Secret" style:family="paragraph"><style:text-properties text:display="none"/></style:style>'
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/><text:list-level-style-number text:level="2" style:num-prefix="(" style:num-suffix=")" style:num-format="a"/></text:list-style>'
        '<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/><text:list-level-style-bullet text:level="2" text:bullet-char="o"/></text:list-style>'
        '<text:list-style style:name="L3"><text:list-level-style-number text:level="1" style:num-prefix="[" style:num-suffix="]" style:num-format="01"/></text:list-style>'
        "</office:styles><office:body><office:text>%s</office:text></office:body></office:document>")


def tp(words):
    return f"<text:p>{words}</text:p>"


def listed(style, *items, more=""):
    return f'<text:list text:style-name="{style}"{more}>' + "".join(f"<text:list-item>{x}</text:list-item>" for x in items) + "</text:list>"


def grid(*rows, columns=0):
    return "<table:table>" + (f'<table:table-column table:number-columns-repeated="{columns}"/>' if columns else "") + "".join(rows) + "</table:table>"


def line(*cells, more=""):
    return f"<table:table-row{more}>" + "".join(c if c.startswith("<table:") else f"<table:table-cell>{tp(c)}</table:table-cell>" for c in cells) + "</table:table-row>"


OPEN = [
    ("sub-paragraphs keep their labels", listed("L1", tp("One:") + listed("L1", tp("a"), tp("b") + tp("more of b")) + tp("more of one"), tp("Two.")),
     "<!-- {label=1} -->\nOne:\n\n1. <!-- {label=(a)} --> a\n\n2. <!-- {label=(b)} --> b\n\n   more of b\n\nmore of one\n\n<!-- {label=2} -->\nTwo.\n", []),
    ("a level that is left out", listed("L2", listed("L2", tp("deep"), tp("deep"))), "- deep\n- deep\n", []),
    ("paragraphs with numbers of their own", "".join(f'<text:numbered-paragraph text:style-name="L1" text:level="{n}">{tp(w)}</text:numbered-paragraph>' for n, w in ((1, "One:"), (2, "a"), (2, "b"), (1, "Two."))) + tp("Last."),
     "<!-- {label=1} -->\nOne:\n\n1. <!-- {label=(a)} --> a\n2. <!-- {label=(b)} --> b\n\n<!-- {label=2} -->\nTwo.\n\nLast.\n", []),
    ("an item in another list's style", listed("L1", tp("One.")).replace("</text:list>", '<text:list-item text:style-override="L3">%s</text:list-item></text:list>' % tp("Two.")), "<!-- {label=1} -->\nOne.\n\n<!-- {label=\"[02]\"} -->\nTwo.\n", []),
    ("hidden words", '<text:p text:style-name="Secret">Not seen.</text:p>' + tp("Seen.") + '<text:section text:display="none">%s</text:section>' % tp("Nor this.") + tp("Seen again."),
     "Seen.\n\nSeen again.\n", ["hidden text (text, paragraph 1): Not seen.", "hidden text"]),
    ("a script, and a deletion without a place", '<text:tracked-changes><text:changed-region xml:id="c1"><text:deletion>%s</text:deletion></text:changed-region></text:tracked-changes>' % tp("Gone.") + tp("Words <text:script>alert(1)</text:script>here."),
     "Words here.\n", ["script", "tracked deletion that has no place"]),
    ("cells with words that stand there twice", grid(line("a", '<table:table-cell table:number-columns-repeated="2">%s</table:table-cell>' % tp("b")), line("c", "d", "e")),
     "| a | b | b |\n|---|---|---|\n| c | d | e |\n", []),
    ("and rows", grid(line("a", "b"), line("c", "d", more=' table:number-rows-repeated="3"')), "| a | b |\n|---|---|\n| c | d |\n| c | d |\n| c | d |\n", []),
    ("but not 10^9 of them", grid(line("a", '<table:table-cell table:number-columns-repeated="1000000000">%s</table:table-cell>' % tp("b")), line("c", "d", more=' table:number-rows-repeated="1000000000"')),
     "| a | b |\n|---|---|\n| c | d |\n", ["table cell that is repeated very often", "table row that is repeated very often"]),
    ("empty ones up to the table's last column", grid(line("a", "b"), line("c", '<table:table-cell table:number-columns-repeated="1000000000"/>'), columns=2), "| a | b |\n|---|---|\n| c |  |\n", []),
    ("numbers in a table's cells", grid(line("No.", "Text"), line("<table:table-cell>%s</table:table-cell>" % listed("L1", tp("first")), "x")) + listed("L1", tp("Two."), more=' text:continue-numbering="true"'),
     "| No. | Text |\n|---|---|\n| 1\\. first | x |\n\n<!-- {label=2} -->\nTwo.\n", []),
    ("a table in a note", tp('Words.<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>%s</text:note-body></text:note>' % (tp("Note:") + grid(line("a", "b")))),
     "Words.[^1]\n\n[^1]: Note:\n\n    | a | b |\n    |---|---|\n", []),
    ("a title stands in front matter alone", '<text:p text:style-name="Title">The title</text:p>' + tp("Words."), "Words.\n", []),
    ("a style by its name alone", '<text:p text:style-name="Quotations">Quoted.</text:p>' + tp("Words."), "> Quoted.\n\nWords.\n", []),
    ("an answer to a comment", tp('<office:annotation office:name="a"><text:p>Source?</text:p></office:annotation><office:annotation><text:p>There.</text:p></office:annotation>Words<office:annotation-end office:name="a"/>.'),
     "{==Words==}{>>Source?<<}{>>There.<<}.\n", []),
    ("a number that alone has a comment", tp('<office:annotation office:name="a"><text:p>Why?</text:p></office:annotation>57.<office:annotation-end office:name="a"/> Words.'), "{==57\\.==}{>>Why?<<} Words.\n", []),
    ("signs in a comment, and none", tp("Words<office:annotation><dc:creator>A: &lt;b></dc:creator><text:p>{++x++} `tick &lt;b> \\[y] [z](u) {#id} &lt;&lt;} ~> --} \\</text:p></office:annotation> with `code`<office:annotation><text:p/></office:annotation>"
                                         "<office:annotation><text:p>@Ben: see</text:p></office:annotation>."),
     "Words{>>@A b>: \\{++x\\++} \\`tick \\<b> \\\\[y] [z\\](u) \\{#id} \\<\\<} \\~> \\--} \\\\<<} with \\`code\\`{>>\\@Ben: see<<}.\n", []),
    ("white space is no paragraph", tp("Words.") + tp("<text:s/>") + tp("More."), "Words.\n\nMore.\n", []),
]

with Cli() as t:
    def row_of(name, path, want, listed_as):
        code, out, err = t.run("import", path, "-o", "got.md", "--force")
        text = t.read("got.md").decode() if code == 0 else ""
        body = re.sub(r"(?:^| |(?<=\n))<!-- \{#[\w-]+\} -->[ \n]?", lambda m: " " if m.group(0).endswith(" ") and m.group(0)[0] == " " else "", text.split("\n---\n\n", 1)[-1])
        t.same(re.sub(r"\{#[\w-]+ ", "{", body), want, f"{path[:-1].split('.')[1][:3]}: {name}")
        said = [x for x in out.splitlines() if x.startswith("not in the draft: ")]
        t.ok(len(said) == len(listed_as) and all(w in s for w, s in zip(listed_as, said)), f"{name}: what is listed", out + err)
        code, out, err = t.run("check", "got.md")
        t.ok("not settled" in out or code == 0, f"{name}: a draft without faults", out + err)
    for name, body, want, listed_as, *notes in WORD:
        docx(t.path("in.docx"), body, *notes)
        row_of(name, "in.docx", want, listed_as)
    for name, body, want, listed_as in OPEN:
        t.write("in.fodt", FLAT % body)
        row_of(name, "in.fodt", want, listed_as)

    # A reference in a note, and one right behind the note's mark: two, and the mark stays.
    t.write("in.md", "---\ntitle: T\nnumbering: paragraphs\n---\n\n{#a}\nSee[^n][](#b) and here[^m]word [](#b).\n\n{#b}\nWords.\n\n[^n]: As in [](#b)\n\n[^m]: As [](#b), as in [](#b)\n")
    for fmt in ("docx", "odt"):
        t.run("export", "in.md", "--to", fmt, "--audience", "review", "-o", "copy." + fmt)
        t.run("import", "copy." + fmt, "-o", "got.md", "--force")
        t.has(t.read("got.md").decode(), "[^1][](#words) and here[^2]word [](#words).", f"{fmt}: references in notes and beside their marks")

    # A sub-paragraph that has its label is referred to with what it stands under, and comes home so.
    t.write("in.md", '---\ntitle: T\n---\n\n<!-- {#c label=3} -->\nFollowing:\n\n1. <!-- {#x label="(a)"} --> one\n   1. <!-- {#y label="(ii)"} --> two\n2. <!-- {#z label="7 bis"} --> three\n\nSee [](#x), [](#y), [](#z).\n')
    t.has(t.run("export", "in.md", "--to", "txt", "-o", "-")[1], "See paragraph 3 (a), paragraph 3 (a) (ii), paragraph 7 bis.", "labels of items with their paths")
    for fmt in ("docx", "odt"):
        t.run("export", "in.md", "--to", fmt, "--audience", "review", "-o", "copy." + fmt)
        t.run("import", "copy." + fmt, "-o", "got.md", "--force")
        t.has(t.read("got.md").decode(), "See [](#one), [](#two), [](#three).", f"{fmt}: references to labelled items")

    # A stranger's file over the draft that was made of it: its lists count what the draft has as labels.
    docx(t.path("in.docx"), p("One:", num=(1, 0)) + p("a under it", num=(1, 1)) + table(["x", "y"]) + p("b", num=(1, 1)) + p("Two.", num=(1, 0)))
    t.run("import", "in.docx", "-o", "got.md", "--force")
    out = t.run("receive", "in.docx", "got.md", "--dry-run")[1]
    t.ok("Nobody changed anything in it." in out and "not placed:" not in out, "a file received over its own draft brings nothing", out)
