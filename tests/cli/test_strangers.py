#!/usr/bin/env python3
"""diff of files that others made: DOCX, ODT and Markdown in any pair, as a reader of negotiating texts compares them."""
import itertools
import re
import zipfile
from tap import Cli

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."

# What a negotiating text is made of: ("h", words), ("p", words), ("t", rows).
OLD = [("h", "Data governance"), ("p", "55. Data is a resource for development."), ("p", "57 bis. [We decide to set up a group.]"),
       ("p", "58. The private sector invests in networks."), ("t", [["Action line", "Facilitator"], ["C2", "ITU"], ["C5", "ITU and others"]]),
       ("h", "The Forum"), ("p", "59. The management of the Internet is a matter for all."), ("p", "60. The Forum is permanent.")]
NEW = [("h", "Data governance"), ("p", "55. Data is a resource for development."), ("p", "56. We decide to set up a group."),
       ("p", "57. The group reports each year."), ("p", "58. The private sector invests in networks and in skills."),
       ("t", [["Action line", "Facilitator"], ["C2", "ITU"], ["C4", "All"], ["C5", "Others"]]),
       ("h", "The Forum"), ("p", "59. The management of the Internet is a matter for all."), ("p", "60. The Forum is permanent.")]


def para(words, style="", change=""):
    run = '<w:r><w:t xml:space="preserve">%s</w:t></w:r>' % words
    if change == "ins":
        return '<w:p><w:pPr>%s<w:rPr><w:ins w:id="1" w:author="Ana" w:date="2026-01-02T03:04:05Z"/></w:rPr></w:pPr><w:ins w:id="2" w:author="Ana" w:date="2026-01-02T03:04:05Z">%s</w:ins></w:p>' % (style, run)
    return "<w:p>%s%s</w:p>" % (style and "<w:pPr>%s</w:pPr>" % style, run)


def docx(path, blocks, header="", more=""):
    body = ""
    for kind, words in blocks:
        if kind == "t":
            body += "<w:tbl>" + "".join("<w:tr>" + "".join("<w:tc>%s</w:tc>" % para(c) for c in row) + "</w:tr>" for row in words) + "</w:tbl>"
        else:
            body += para(words, '<w:pStyle w:val="Heading1"/>' if kind == "h" else "")
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                               '<Override PartName="/word/document.xml" ContentType="%sdocument.main+xml"/><Override PartName="/word/header1.xml" ContentType="%sheader+xml"/></Types>' % (TYPES, TYPES),
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="%s/officeDocument" Target="word/document.xml"/></Relationships>' % REL,
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="h1" Type="%s/header" Target="header1.xml"/></Relationships>' % REL,
        "word/header1.xml": '<w:hdr xmlns:w="%s">%s</w:hdr>' % (W, para(header)),
        "word/document.xml": '<w:document xmlns:w="%s" xmlns:r="%s"><w:body>%s%s<w:sectPr><w:headerReference w:type="default" r:id="h1"/></w:sectPr></w:body></w:document>' % (W, REL, body, more),
    }
    with zipfile.ZipFile(path, "w") as z:
        for name, data in parts.items():
            z.writestr(name, data)


def markdown(blocks):
    out = "---\ntitle: Outcome\n---\n"
    for kind, words in blocks:
        if kind == "t":
            out += "\n" + "".join("| " + " | ".join(row) + " |\n" + ("|---|---|\n" if i == 0 else "") for i, row in enumerate(words))
        else:
            out += "\n" + ("# " if kind == "h" else "") + words + "\n"
    return out


def changes(t, *names):
    """Kind, label and words of what changed, but for a title that an export prints, which is no paragraph of a draft."""
    entries = t.json("diff", *names)[1]["clauses"]
    return [(e["kind"], (e["to"] or e["from"])["label"], [p for p in e["parts"] if p[0] != "="]) for e in entries
            if e["kind"] != "same" and [p[1] for p in e["parts"]] not in (["old"], ["new"])]


WANT = [("edited", "56", [["-", "["], ["-", "]"]]), ("added", "57", [["+", "The group reports each year."]]),
        ("edited", "58", [["+", " and in skills"]])]

with Cli() as t:
    for name, blocks in (("old", OLD), ("new", NEW)):
        docx(t.path(name + ".docx"), blocks, "Zero draft")
        t.write(name + ".md", markdown(blocks))
        t.run("import", name + ".docx", "-o", name + "-draft.md")
        t.same(t.run("export", name + "-draft.md", "--to", "odt", "--audience", "internal", "--no-map", "-o", name + ".odt")[0], 0, f"{name}.odt: written")

    # The same text in another format is the same text.
    for a, b in itertools.permutations(("old.docx", "old-draft.md"), 2):
        t.same(changes(t, a, b), [], f"{a} and {b} say the same")
    out = t.run("diff", "old.docx", "old-draft.md")[1]
    t.ok("nothing changed" in out and "front matter" not in out and "attribute" not in out, "a draft's tags and front matter are no change against a file that cannot have any", out)

    # What changed, by printed numbers, whatever the formats.
    for a, b in (("old.docx", "new.docx"), ("old-draft.md", "new-draft.md"), ("old.docx", "new-draft.md"), ("old-draft.md", "new.docx")):
        got = changes(t, a, b)
        t.same(got[:3], WANT, f"{a} to {b}: the paragraphs by their numbers")
        t.same([w for k, l, w in got[3:]], [[["+", " C4 All"], ["-", "ITU and others"], ["+", "Others"]]], f"{a} to {b}: the table cell by cell")
    got = changes(t, "old.odt", "new.odt")
    t.ok([g[1] for g in got][:3] == ["56", "57", "58"], "old.odt to new.odt: the same paragraphs", got)

    # Where a paragraph without a number stands, and where it does not.
    out = t.run("diff", "old.docx", "new.docx")[1]
    t.ok("paragraph 6 of the file" in out and "line 1" not in out and "no id" not in out, "a file without lines is told by its paragraphs", out)
    t.has(out, "{+C4+} | {+All+}", "a row of a stranger's table is a row")

    # The comparison in Word's and LibreOffice's terms gives both back.
    for to in ("docx", "odt"):
        for a, b in (("old.docx", "new.docx"), ("old.docx", "new-draft.md"), ("old-draft.md", "new.docx")):
            t.same(t.run("diff", a, b, "--format", to, "-o", "marked." + to)[0], 0, f"{a} to {b} as {to}")
            for options, other in ((["--accepted"], b), ([], a)):
                got = changes(t, "marked." + to, other, *options)
                # ODF tracks no row of a table: the words of one come and go, the row stays.
                t.same([g for g in got if to == "docx" or g[1]], [], f"{a} to {b} as {to}: {'accepted it is the newer' if options else 'not accepted the older'}")

    # What was read over is said, where it stands in one of the two.
    docx(t.path("header.docx"), OLD, "Rev. 1")
    code, out, err = t.run("diff", "old.docx", "header.docx")
    t.ok("the same, word for word" in out and "old.docx: not compared: header (word/header1.xml): Zero draft\n" in err and "header.docx: not compared: header (word/header1.xml): Rev. 1\n" in err,
         "two headers that differ are not passed over in silence", out + err)
    t.same(t.run("diff", "old.docx", "old.docx")[2], "", "and headers that do not differ need no word")
    docx(t.path("page.docx"), OLD, "3")
    t.has(t.run("diff", "old.docx", "page.docx")[2], "old.docx: not compared", "one header of two")
    t.ok("page.docx: not compared" not in t.run("diff", "old.docx", "page.docx")[2], "a page number is no words")
    more = "".join('<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret %s</w:t></w:r></w:p>' % chr(97 + i % 26) * 1 + "" for i in range(26))
    docx(t.path("many.docx"), OLD, "Zero draft", more)
    err = t.run("diff", "old.docx", "many.docx")[2]
    t.ok(err.count("many.docx: not compared") == 20 and "many.docx: 6 more parts were not compared" in err, "of many the first twenty are named", err)

    # Tracked changes in a stranger's file: which of its two texts is compared is said.
    docx(t.path("tracked.docx"), OLD, "Zero draft", para("61. We meet again.", "", "ins"))
    code, out, err = t.run("diff", "old.docx", "tracked.docx")
    t.ok("nothing changed" in out and "tracked.docx: changes are tracked in it, and compared as not accepted" in err, "not accepted unless asked", out + err)
    t.same(changes(t, "old.docx", "tracked.docx", "--accepted"), [("added", "61", [["+", "We meet again."]])], "--accepted reads them as accepted")

    # A label that is typed is words on the page: it comes, goes and changes as they do, and so do the references that print it.
    KINDS = {"paragraph": "{#a%s}\nWe decide this.", "heading": "# Head {#a%s}", "item": "1. {#a%s} one\n2. two", "bullet": "- {#a%s} one\n- two", "quote": "{#a%s}\n> one",
             "table": "{#a%s}\n| x | y |\n|---|---|\n| u | v |", "list": "{#a%s}\n- one\n- two", "code": "{#a%s}\n```\ncode\n```", "quoted list": "{#a%s}\n> - one"}
    for kind, block in KINDS.items():
        for was, now in (("57 bis", "57"), ("57", ""), ("", "57"), ("[58]", "58")):
            if kind == "heading" and not (was and now):
                continue
            for name, label in (("label-old.md", was), ("label-new.md", now)):
                t.write(name, "---\ntitle: T\n---\n\n" + block % (label and ' label="%s"' % label) + "\n\nSee [](#a).\n\nLast.\n")
            got = []
            for to in ("docx", "odt"):
                t.run("diff", "label-old.md", "label-new.md", "--format", to, "-o", "label." + to)
                for how, label in (("--accept", now), ("--reject", was)):
                    text = t.run("import", "label." + to, "-o", "-", how)[1]
                    labels = [a or b for a, b in re.findall(r'label=(?:"([^"]*)"|([^ }]*))', text)]
                    if labels != [label] * bool(label) or ("paragraph 57" in text and "57" not in label):
                        got.append((to, how, text))
                # The line of a label that went is a removed paragraph in ODT, in front of what it named.
                if to == "odt" and not now and kind in ("list", "code", "quoted list"):
                    continue
                code, out, err = t.run("import", "label." + to, "-o", "-")
                if (was and 'label="%s"' % was not in out.replace("label=" + was, 'label="%s"' % was)) or "tracked change of a label" not in err:
                    got.append((to, out, err))
            t.same(got, [], f"{kind}: label “{was}” to “{now}”")

    # References are what they print.
    t.write("refers.md", "---\ntitle: T\nnumbering: paragraphs\n---\n\n# Intro {#intro}\n\n{#a}\nSee [](#b) and [](#intro)[^n].\n\n{#b}\nOne.\n\n[^n]: As in [](#b).\n")
    for to in ("docx", "odt"):
        t.run("export", "refers.md", "--to", to, "--audience", "internal", "-o", "refers." + to)
        out = t.run("diff", "refers.md", "refers." + to)[1]
        t.ok("[#" not in out and "\npara 1" not in out, f"a reference in a {to} is the words that it prints", out)
    t.same(changes(t, "refers.docx", "refers.odt"), [], "the same export in both formats")
