#!/usr/bin/env python3
"""What exported files print beside the statement's own words, labels above all: every format shows it, and what comes back knows
that nobody wrote it."""
import re
import zipfile
from tap import Cli

HEAD = """---
title: Answers
language: %s
organisation: Example Registry
numbering: paragraphs
---

"""
LABELS = """Opening, with [](#t).

{#p label="12 bis"}
A labelled paragraph.

{#t label=3}
| Paragraph | Proposal |
|---|---|
| nine | ten |

{#l label=L1}
- first of a list
- second of a list

Between.

- {#i label="z)"} labelled item
- plain item
- {#k label="y)"} another labelled item

Between again.

1. lettered item
2. {#s label="(a bis)"} labelled letter
3. lettered again

{#q label=Q7}
> A quoted paragraph.

{#c label=C9}
```
code
```

## Heading {#h label=H2}

The end.

::: internal
{#n label=secretlabel}
| held |
|---|
| back |
:::
"""
PRINTED = (("12 bis.", "A labelled paragraph."), ("Table 3", "Paragraph"), ("L1.", "first of a list"), ("z)", "labelled item"),
           ("y)", "another labelled item"), ("(a bis)", "labelled letter"), ("Q7.", "A quoted paragraph."), ("C9.", "code"),
           ("H2.", "Heading"))


def words(path):
    """The text of a file as its readers see it, tags taken out."""
    if path.endswith((".docx", ".odt")):
        with zipfile.ZipFile(path) as z:
            text = z.read("word/document.xml" if path.endswith(".docx") else "content.xml").decode()
        text = text[text.index("<w:body") if "<w:body" in text else text.index("<office:text"):]
        text = re.sub(r"<w:instrText[^>]*>[^<]*", "", text)
        text = re.sub(r"</w:p>|</text:[ph]>|<w:tab/>|<text:tab/>", " ", text)
    else:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        text = text[text.find("<body"):] if path.endswith(".html") else text
    if not path.endswith((".txt", ".md")):
        text = re.sub(r"<[^>]*>", "", text)
    return re.sub(r"[ \t\n]+", " ", text.replace("\\", ""))


NOTES = """Sentence with two notes.[^a][^b] Another with three[^a][^b][^c], and apart[^a] [^b].

[^a]: First note.
[^b]: Second note.
[^c]: Third note.
"""

with Cli() as t:
    t.write("in.md", HEAD % "en" + LABELS)
    for to in ("docx", "odt", "html", "txt", "md"):
        code, out, err = t.run("export", "in.md", "--to", to, "-o", "out." + to)
        if not t.ok(code == 0, f"{to}: written", err):
            continue
        text = words(t.path("out." + to))
        for label, after in PRINTED:
            found = re.search(re.escape(label) + r"[^A-Za-z0-9(]*" + re.escape(after), text)
            t.ok(found, f"{to}: {label} stands before what it labels", text)
        t.has(text, "with table 3", f"{to}: a reference names it")
        t.ok("secretlabel" not in text, f"{to}: not that of internal text")
    # Of internal text it stands in the internal copy.  A label that says "Table" itself gets no second one.  Endorsers stand under a line.
    t.write("own.md", (HEAD % "en").replace("---\n\n", "endorsed-by: [A Body]\n---\n\n") + LABELS.replace("label=3", 'label="Table 3"'))
    for to in ("docx", "odt", "html", "txt", "md"):
        t.run("export", "own.md", "--to", to, "--audience", "internal", "-o", "internal." + to)
        text = words(t.path("internal." + to))
        t.has(text, "secretlabel", f"{to}: the internal copy prints that of internal text")
        t.ok("Table 3" in text and "able Table" not in text and "with Table 3" in text, f"{to}: a label that says the word", text)
        t.ok(re.search("Endorsed by[^A-Za-z]*A Body", text), f"{to}: words above the endorsers", text)
    t.write("fr.md", (HEAD % "fr").replace("---\n\n", "endorsed-by: [Un organisme]\n---\n\n") + LABELS)
    t.run("export", "fr.md", "--to", "txt", "-o", "fr.txt")
    t.has(t.read("fr.txt").decode(), "\nTableau 3\n", "the word is that of the statement's language")
    t.has(t.read("fr.txt").decode(), "\nAvec l’appui de\nUn organisme\n", "that above the endorsers too")
    plain = t.json("check", "in.md", "--format", "json")[1]["drafts"][0]["words"]
    t.write("bare.md", HEAD % "en" + re.sub(r' ?label=("[^"]*"|[^} ]*)', "", LABELS).replace("[](#t)", "table 3"))
    t.same(plain, t.json("check", "bare.md", "--format", "json")[1]["drafts"][0]["words"], "printed labels are no words")

    for to in ("docx", "odt"):
        code, out, err = t.run("export", "in.md", "--to", to, "--audience", "review", "-o", "copy." + to)
        before = t.read("in.md")
        code, out, err = t.run("receive", "copy." + to, "in.md", "--dry-run")
        t.ok(code == 0 and "0 changes" in out and "0 not placed" in out and t.read("in.md") == before,
             f"{to}: a copy that nobody touched brings nothing back", out + err)
        code, out, err = t.run("import", "copy." + to, "-o", f"back-{to}.md")
        back = t.read(f"back-{to}.md").decode() if code == 0 else ""
        for label in ('label="12 bis"', "label=3", "label=L1", "label=z)", "label=y)", 'label="(a bis)"', "label=Q7", "label=C9", "label=H2"):
            t.has(back, label, f"{to}: import finds {label}")
        t.ok("Table 3" not in back and "Q7." not in back, f"{to}: and takes none for words", back)

    # A label that came back other than it went is said; one that a program without styles left in the words is none of them.
    ONE = HEAD % "en" + '{#p label="12 bis"}\nA labelled paragraph with some words.\n'
    t.write("one.md", ONE)
    t.run("export", "one.md", "--to", "docx", "--audience", "review", "-o", "one.docx")
    for old, new, changes, lost, name in (
            ("12 bis.", "12 ter.", "0 changes", "changed label (label 12 bis): 12 ter", "a changed label is said"),
            ('<w:rPr><w:rStyle w:val="PrintedLabel"/></w:rPr>', "", "0 changes", "0 not placed", "a label that lost its style is no edit"),
            ('some words', "more words", "1 change", "0 not placed", "an edit beside a label is one")):
        with zipfile.ZipFile(t.path("one.docx")) as old_zip, zipfile.ZipFile(t.path("other.docx"), "w") as new_zip:
            for entry in old_zip.infolist():
                data = old_zip.read(entry)
                new_zip.writestr(entry, data.replace(old.encode(), new.encode()) if entry.filename == "word/document.xml" else data)
        code, out, err = t.run("receive", "other.docx", "one.md", "--dry-run")
        t.ok(changes in out and lost in out + err, name, out + err)

    # "1" and "2" side by side would be note 12.
    t.write("notes.md", HEAD % "en" + NOTES)
    for to in ("docx", "odt", "html"):
        t.run("export", "notes.md", "--to", to, "-o", "notes." + to)
        text = words(t.path("notes." + to))
        t.same(len(re.findall(",\u00a0", text)), 3, f"{to}: commas between the marks of notes") if to != "html" else t.has(
            text, "notes.1,\u00a02 Another with three1,\u00a02,\u00a03, and apart1 2.", f"{to}: commas between the marks of notes")
    for to in ("docx", "odt"):
        t.run("export", "notes.md", "--to", to, "--audience", "review", "-o", "notes." + to)
        code, out, err = t.run("receive", "notes." + to, "notes.md", "--dry-run")
        t.ok(code == 0 and "0 changes" in out and "0 not placed" in out, f"{to}: nobody typed them", out + err)
        t.run("import", "notes." + to, "-o", f"notes-{to}.md")
        t.has(t.read(f"notes-{to}.md").decode(), "two notes.[^1][^2] Another", f"{to}: import finds none")

    # What is read aloud: large letters, lines apart, no notes, and the mark that the call asks for.
    SPOKEN = (HEAD % "en").replace("numbering: paragraphs", "channel: oral\ncall: spoken") + "# Points\n\nWe speak.[^a]\n\n- a point\n\n[^a]: A note.\n"
    t.workspace()
    t.write("templates/calls/spoken.yaml", """schema: chapeau/profile/1
id: spoken
title: A hearing
kind: oral
labels: {document: Statement}
delivery: check_against_delivery
speech: {layout: {font_pt: 16, line: 2}}
""")
    t.write("drafts/spoken.md", SPOKEN)
    for to in ("docx", "odt", "html", "txt", "md"):
        t.run("export", "spoken", "--to", to, "-o", "spoken." + to)
        text = words(t.path("spoken." + to))
        t.has(text, "Check against delivery", f"{to}: the mark of a spoken text")
        t.ok("We speak" in text and "A note" not in text, f"{to}: notes are not spoken", text)
    with zipfile.ZipFile(t.path("spoken.docx")) as z:
        body = z.read("word/document.xml").decode()
    t.ok(re.search(r'"SpeechText"/>(?:(?!</w:p>).)*w:line="480"(?:(?!</w:p>).)*<w:sz w:val="32"/>(?:(?!</w:p>).)*We speak', body), "docx: size and lines as the call asks", body)
    t.ok(re.search(r'"ListBullet"/>(?:(?!</w:p>).)*<w:sz w:val="32"/>(?:(?!</w:p>).)*a point', body), "docx: lists too", body)
    with zipfile.ZipFile(t.path("spoken.odt")) as z:
        body = z.read("content.xml").decode()
    t.ok('parent-style-name="SpeechText"><style:paragraph-properties fo:line-height="200%"/><style:text-properties fo:font-size="16pt"' in body,
         "odt: size and lines as the call asks", body)
    t.write("templates/calls/spoken.yaml", t.read("templates/calls/spoken.yaml").decode().replace("line: 2", "line: wide"))
    t.same(t.run("check", "spoken")[0], 3, "a distance of lines that is none: exit 3")

    # A table of many long words stands on a page on its side, with its label and heading; what follows is upright again.
    LONG = ["interoperability", "representatives", "infrastructure", "multistakeholder"] * 3
    WIDE = (HEAD % "en") + "Before.\n\n# Table\n\n{#t label=1}\n|" + "|".join(LONG) + "|\n" + "|---" * 12 + "|\n|" + "|".join("%d" % n for n in range(12)) + "|\n\nAfter.\n"
    for name, text, turned in (("wide", WIDE, True), ("narrow", WIDE.replace("multistakeholder", "open").replace("infrastructure", "yes").replace(
            "interoperability", "no").replace("representatives", "all"), False)):
        t.write(name + ".md", text)
        for to in ("docx", "odt"):
            t.run("export", name + ".md", "--to", to, "-o", name + "." + to)
        with zipfile.ZipFile(t.path(name + ".docx")) as z:
            body = z.read("word/document.xml").decode()
        kinds = ["landscape" in part for part in re.findall(r"<w:sectPr>.*?</w:sectPr>", body)]
        t.same(kinds, [False, True, False] if turned else [False], f"docx: pages of a {name} table")
        if turned:
            t.ok(re.search(r"Before\..*?<w:sectPr>.*?Table<.*?<w:tbl>.*?</w:tbl>.*?<w:sectPr>.*?landscape.*?After\.", body), "docx: its heading is with it", body)
        with zipfile.ZipFile(t.path(name + ".odt")) as z:
            content, styles = z.read("content.xml").decode(), z.read("styles.xml").decode()
        t.same(re.findall(r'style:master-page-name="(\w+)"', content), ["LandscapePage", "Standard"] if turned else [], f"odt: pages of a {name} table")
        t.same('print-orientation="landscape"' in styles, turned, f"odt: the page of a {name} table")
        # The page number stands at the right of the wider page too: 24.62 cm, 13958 twentieths of a point.
        with zipfile.ZipFile(t.path(name + ".docx")) as z:
            feet = [re.findall(r'<w:tab w:val="(\w+)" w:pos="(\d+)"/>', z.read(part).decode()) for part in sorted(z.namelist()) if "/footer" in part]
            refs = re.findall(r'<w:footerReference [^>]*r:id="(\w+)"', body)
        t.same((feet, len(set(refs))), ([[], [("clear", "9026"), ("right", "13958")]], 2) if turned else ([[]], 1), f"docx: feet of a {name} table's pages")
        own = re.search(r'<style:style style:name="FooterSide".*?position="([\d.]+)cm" style:type="right"', styles)
        t.same((own and own[1], 'text:style-name="FooterSide"' in styles), ("24.620", True) if turned else (None, False), f"odt: feet of a {name} table's pages")
    t.run("export", "wide.md", "--to", "docx", "--audience", "review", "-o", "wide.docx")
    code, out, err = t.run("receive", "wide.docx", "wide.md", "--dry-run")
    t.ok(code == 0 and "0 changes" in out and "0 not placed" in out, "a copy with turned pages brings nothing back", out + err)
