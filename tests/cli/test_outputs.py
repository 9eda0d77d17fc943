#!/usr/bin/env python3
"""export: what -o may name, and what becomes of it when the machine fails."""
import os
import re
import resource
import subprocess
import threading
import zipfile
from tap import Cli, PROGRAM

TEXT = "---\ntitle: Input\n---\n\n# Introduction\n\nGovernments should recognize exchange points.\n"


def words(path):
    with zipfile.ZipFile(path) as z:
        name = "word/document.xml" if path.endswith("docx") else "content.xml"
        return re.sub("<[^>]*>", " ", z.read(name).decode())


with Cli() as t:
    t.write("in.md", TEXT)
    for to in ("docx", "odt", "txt", "html", "md"):
        t.ok(t.run("export", "in.md", "--to", to, "-o", "out." + to)[0] == 0, f"{to}: written")
    for to in ("docx", "odt"):
        t.ok("1980" not in words(t.path("out." + to)), f"{to}: no date is printed where the statement names none")

    # A pipe is written into, and is still a pipe.
    pipe = t.path("pipe")
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(open(pipe, "rb").read()), daemon=True)
    reader.start()
    code, out, err = t.run("export", "in.md", "--to", "docx", "-o", "pipe")
    reader.join(10)
    t.ok(code == 0 and got == [t.read("out.docx")] and not os.path.isfile(pipe), "-o of a named pipe writes into it", err)
    code, out, err = t.run("export", "in.md", "--to", "txt", "-o", "/dev/stdout")
    t.ok(code == 0 and "exchange points" in out, "-o /dev/stdout", err)

    # A limit on the size of files.
    before = t.read("out.docx")
    done = subprocess.run([PROGRAM, "export", "in.md", "--to", "docx", "-o", "out.docx"], cwd=t.top, env=t.env, capture_output=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
    t.same(done.returncode, 4, "past the limit on file sizes: exit 4")
    t.ok(b"cannot write" in done.stderr and t.read("out.docx") == before, "it says so, and yesterday's file is whole", done.stderr)
    t.same([n for n in os.listdir(t.top) if n.startswith(".")], [], "nothing half-written is left")

    # A folder, and a file that is protected.
    os.mkdir(t.path("folder"))
    t.same(t.run("export", "in.md", "--to", "docx", "-o", "folder")[0], 4, "-o of a folder: exit 4")
    os.chmod(t.path("out.txt"), 0o444)
    if os.geteuid() == 0:
        t.skip("a write-protected file stays", "the superuser may write it")
    else:
        t.same(t.run("export", "in.md", "--to", "txt", "-o", "out.txt")[0], 4, "a write-protected file stays")

    # A large text is checked too, whatever it is called.
    t.write("large.md", TEXT + "\nGovernments should recognize exchange points in every economy.\n" * 20000 + "\nTBC: more.\n")
    code, out, err = t.run("export", "large.md", "--to", "txt", "-o", "large.txt")
    t.ok(code == 0 and "Not final" in err, "over 1 MiB: what is not final is said", err)
    code, got = t.json("export", "large.md", "--to", "txt", "-o", "large.txt")
    t.same((code, got.get("final")), (0, False), "over 1 MiB: JSON says so too")
    t.write("broken.yaml", "schema: chapeau/priorities/1\nprioritys: []\n")
    before = t.read("large.txt")
    code, out, err = t.run("export", "large.md", "--to", "md", "--priorities", "broken.yaml", "-o", "large.txt")
    t.ok(code == 3 and t.read("large.txt") == before, "over 1 MiB: a check that cannot be made writes nothing", err)

    # Templates that are none, and what a format cannot hold.
    t.write("empty.docx", b"")
    code, out, err = t.run("export", "in.md", "--to", "docx", "--template", "empty.docx", "-o", "x.docx")
    t.ok(code == 3 and "empty" in err and not t.exists("x.docx"), "an empty template: exit 3", err)
    t.run("export", "in.md", "--to", "docx", "-o", "template.docx")
    before = t.read("template.docx")
    code, out, err = t.run("export", "in.md", "--to", "docx", "--template", "template.docx", "-o", "./template.docx")
    t.ok(code == 2 and t.read("template.docx") == before, "the template is never replaced: exit 2", err)
    code, out, err = t.run("export", "in.md", "--to", "html", "--template", "template.docx", "-o", "x.html")
    t.ok(code == 0 and "not used" in err, "a template for HTML: it says that it is not used", err)
    t.write("map.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    t.write("map.md", "---\ntitle: Map\n---\n\n![Map of exchange points](map.svg)\n")
    for to in ("docx", "odt", "html"):
        code, out, err = t.run("export", "map.md", "--to", to, "-o", "map." + to)
        t.ok(code == 0 and ("map.svg" in err) == (to == "docx"), f"{to}: an SVG that stays out is said", err)

    # The words of a drawing are words of the file: those of an internal note refuse it, by themselves and no sign more.
    t.write("map.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>Our fallback: a mandate, of ten years</text></svg>')
    t.write("map.md", "---\ntitle: Map\n---\n\n![Map of exchange points](map.svg)\n\n{.internal}\nOur fallback, a mandate of ten years.\n")
    for to in ("odt", "html"):
        code, out, err = t.run("export", "map.md", "--to", to, "-o", "words." + to)
        t.ok(code == 1 and '"Our fallback a mandate"' in err and not t.exists("words." + to), f"{to}: internal words in a drawing", err)

    # Items that open with something else than a paragraph print their number all the same.
    t.write("items.md", "---\nnumbering: paragraphs\n---\nThey should:\n\n1. > Quote.\n2. 1. nested\n3. | a | b |\n   |---|---|\n   | 1 | 2 |\n4. ```\n   code\n"
                        "   ```\n5.\n6. last\n\n- > quoted\n- 1. inner\n")
    code, out, err = t.run("export", "items.md", "--to", "txt", "-o", "-")
    for line in ("(a) Quote.", "(b) (i) nested", "(c) a | b", "(d)", "(e)", "(f) last", "-   quoted", "-   (a) inner"):
        t.ok(line in [x.rstrip() for x in out.splitlines()], f"txt: {line}", out)

    # Room around the information block, after tables and before endorsers; references that follow their heading; small lists in notes.
    t.write("layout.md", "---\ntitle: T\norganisation: O\ndate: 2025-10-02\nlanguage: en\nendorsed-by: [First, Second]\n---\n\nSee [](#h) and [](#p).\n\n"
                         "# Heading {#h}\n\n{#p}\nPlain.[^1]\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- item\n\n[^1]: Note:\n\n    - in a note\n")
    for to, part in (("docx", "word/document.xml"), ("odt", "content.xml")):
        code, out, err = t.run("export", "layout.md", "--to", to, "-o", "layout." + to)
        if not t.ok(code == 0, f"{to}: written", err):
            continue
        with zipfile.ZipFile(t.path("layout." + to)) as z:
            xml = {n: z.read(n).decode("utf-8", "replace") for n in z.namelist() if n.endswith(".xml")}

        def paragraph(words, of=part):
            return [p for p in re.findall("<(?:w:p|text:p)[ >].*?</(?:w:p|text:p)>", xml[of]) if words in re.sub("<[^>]*>", "", p)][-1]

        if to == "docx":
            t.has(paragraph("2025-10-02"), 'w:after="240"', "docx: room after the information block")
            t.has(paragraph("item"), 'w:before="160"', "docx: room between a table and a list")
            t.has(paragraph("Endorsed by"), 'w:before="240"', "docx: room before the endorsers")
            t.ok("w:spacing" not in paragraph("First") + paragraph("Second"), "docx: and between them none but the style's")
            t.has(paragraph("See"), " REF _Ref000000001 \\h ", "docx: a reference to a heading follows its words")
            t.has(paragraph("in a note", "word/footnotes.xml"), 'w:pStyle w:val="FootnoteText"', "docx: a list in a note is as small as the note")
            t.has(xml["word/footer1.xml"], "<w:t>T</w:t>", "docx: the footer has the title")
        else:
            named = lambda words: re.search('text:style-name="([^"]*)"', paragraph(words)).group(1)
            styles = dict(re.findall('<style:style style:name="(P[0-9]+)"(.*?)</style:style>', xml[part]))
            t.has(styles.get(named("2025-10-02"), ""), "fo:margin-bottom", "odt: room after the information block")
            t.has(styles.get(named("Endorsed by"), ""), "fo:margin-top", "odt: room before the endorsers")
            t.same(named("Second"), "Endorsers", "odt: and between them none but the style's")
            t.has(paragraph("See"), '<text:a xlink:type="simple" xlink:href="#_Ref000000002" text:style-name="CrossReference"', "odt: a reference is no blue link")
            t.ok(re.search('text:style-name="FootnoteText">in a note', xml[part]), "odt: a list in a note is as small as the note")

    # Words of cross-references and of the information block: shipped, the workspace's, the profile's.
    t.workspace()
    t.write("chapeau.yaml", "schema: chapeau/workspace/1\norganisation: {name: R, short: R, group: technical community}\nlanguage: en\n"
                            "words: {fr: {paragraph: alinéa}, en: {open: '<<', close: '>>'}}\n")
    t.write("templates/calls/c.yaml", "schema: chapeau/profile/1\nid: c\ntitle: Call\nkind: written\nwords: {es: {paragraph: apartado, group: Sector, endorsers: Con}}\n")
    for language, call, want in (("en", "", ("paragraph 1", "<<Heading>>", "Stakeholder group: technical community")),
                                 ("fr", "", ("alinéa 1", "«\u00a0Heading\u00a0»", "Groupe de parties prenantes : communauté technique")),
                                 ("fr-CA", "", ("alinéa 1",)), ("es", "", ("párrafo 1",)), ("es", "call: c\n", ("apartado 1", "Sector: comunidad técnica", "\nCon\nA\n")),
                                 ("ru", "", ("пункт 1", "техническое сообщество")), ("ar", "", ("الفقرة 1",)), ("zh", "", ("段落 1", "利益攸关方群体：技术界")), ("he", "", ("פסקה 1",)), ("fa", "", ("بند 1",)), ("de", "", ("paragraph 1", "\ntechnical community\n"))):
        t.write("drafts/w.md", f"---\ntitle: W\nlanguage: {language}\n{call}numbering: paragraphs\nendorsed-by: [A]\n---\n\n# Heading\n\n{{#a}}\nOne.\n\n"
                               "{#b .unnumbered}\nPlain.\n\nSee [](#a) and [](#b).\n")
        code, out, err = t.run("export", "w", "--to", "txt", "-o", "-")
        for words_ in want:
            t.has(out, words_, f"{language}{' by the call' if call else ''}: {' '.join(words_.split())}")

    # A reference to a heading says what the heading prints, also of the references in it: an id, or the name of an anchor, is for nobody.
    t.write("drafts/w.md", "---\ntitle: T\nnumbering: paragraphs\n---\n\nBefore it [](#h).\n\n{#h}\n# On [](#a), [](#i)\n\n{#a}\nSee [](#h), [](#b).\n\n{#b .unnumbered}\nPlain.\n\n{#i}\n# Of it [](#a)\n\n{#j}\n# Round [](#j)\n")
    t.has(t.run("export", "w", "--to", "txt", "-o", "-")[1], "2. See On paragraph 2, Of it paragraph 2, <<On paragraph 2, Of it paragraph 2>>.", "a heading with references in it, referred to")
    for fmt in ("docx", "odt"):
        for audience in ("public", "review"):
            t.run("export", "w", "--audience", audience, "-o", "w." + fmt)
            t.run("import", "w." + fmt, "-o", "w-back.md", "--force")
            text = t.read("w-back.md").decode()
            t.ok("[#" not in text and "\\[#" not in text, f"{fmt}, {audience}: no id is printed", text)

    t.write("drafts/w.md", "---\ntitle: عنوان\nlanguage: ar\ndate: 2025-10-02\n---\n\nنص.\n")
    t.has(t.run("export", "w", "--to", "html", "-o", "-")[1], "<p>2025-10-02</p>", "a date stands where the page begins, on the right in Arabic")

    # What people write by hand is not written over.
    t.write("drafts/other.md", "Another statement.\n")
    for name in ("drafts/other.md", "chapeau.yaml", "priorities.yaml"):
        before = t.read(name)
        code, out, err = t.run("export", "w", "--to", "md", "-o", name)
        t.ok(code == 2 and t.read(name) == before, f"-o {name}: refused", err)
    t.ok(t.run("export", "w", "--to", "md", "-o", "drafts/new.md")[0] == 0, "a new file may stand in drafts/")

    # A heading without a number stands at the margin.
    t.write("headings.md", "---\nnumbering: headings\n---\n\n# One\n\n# Plain {.unnumbered}\n\nText.\n")
    t.run("export", "headings.md", "--to", "odt", "-o", "headings.odt")
    with zipfile.ZipFile(t.path("headings.odt")) as z:
        xml = z.read("content.xml").decode()
    style = re.search('<text:h[^>]*text:style-name="([^"]*)"[^>]*>(?:<[^>]*>)*Plain', xml).group(1)
    t.has(re.search(f'<style:style style:name="{style}".*?</style:style>', xml + f'<style:style style:name="{style}"</style:style>').group(0),
          'fo:margin-left="0cm"', "odt: a heading without a number stands at the margin")

    # A picture in a note is a picture.
    png = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082")
    t.write("dot.png", png)
    t.write("note.md", "A note.[^1]\n\n[^1]: ![dot](dot.png) words.\n")
    code, out, err = t.run("export", "note.md", "--to", "docx", "-o", "note.docx")
    with zipfile.ZipFile(t.path("note.docx")) as z:
        t.ok(b'r:embed="rIdP1"' in z.read("word/footnotes.xml") and b'Id="rIdP1"' in z.read("word/_rels/footnotes.xml.rels"), "docx: a picture in a note", err)

    # A paragraph that takes a number in one of two texts alone: a tracked change of its style in DOCX; ODF has none, and that is said.
    text = "---\ntitle: T\nnumbering: paragraphs\n---\n\nOne.\n\n%sTwo.\n\nThree.\n"
    for tag in ('{label="2 bis"}\n', "{.unnumbered}\n", "{role=courtesy}\n"):
        t.write("was.md", text % tag)
        t.write("is.md", text % "")
        for old, new, number in (("was.md", "is.md", False), ("is.md", "was.md", True)):
            code, out, err = t.run("diff", old, new, "--format", "docx", "-o", "numbers.docx")
            with zipfile.ZipFile(t.path("numbers.docx")) as z:
                changes = re.findall("<w:pPrChange .*?</w:pPrChange>", z.read("word/document.xml").decode())
            t.ok(code == 0 and not err.strip() and len(changes) == 1 and ("<w:numPr>" in changes[0]) == number, f"docx: {tag.strip()} of {old}: a change of style", f"{err} {changes}")
            code, out, err = t.run("diff", old, new, "--format", "odt", "-o", "numbers.odt")
            t.ok(code == 0 and "1 paragraph takes a number in one of the two texts alone" in err, f"odt: {tag.strip()} of {old}: said", err)
