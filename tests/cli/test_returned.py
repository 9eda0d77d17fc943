#!/usr/bin/env python3
"""receive: what becomes of a copy that comes back, case by case."""
import base64
import ctypes
import json
import os
import platform
import re
import resource
import shutil
import shlex
import struct
import subprocess
import sys
import zipfile
from tap import Cli, HEAD, PROGRAM

TEXT = HEAD + """# Priorities {#priorities}

{#igf}
We urge *Member States* to give the Forum a **permanent** mandate, with stable funding.[^n]

{#mid}
The middle paragraph speaks of exchange points in small places.

{#points}
1. Train operators;
2. mentor engineers, as in [](#igf).

{#table}
| Who | What |
|---|---|
| States | a mandate |

{#last}
Small places have waited for years.

[^n]: See the report of 2024.
"""
ME = ["--author", "Mei Lin <mei@example.org>"]
FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
 <office:scripts>
  <office:script script:language="ooo:Basic">
   <ooo:libraries xmlns:ooo="http://openoffice.org/2004/office">
    <ooo:library-embedded ooo:name="Standard">%s</ooo:library-embedded>
   </ooo:libraries>
  </office:script>
 </office:scripts>
 <office:body>
  <office:text>
   <text:tracked-changes text:track-changes="false">
    <text:changed-region xml:id="c1" text:id="c1">
     <text:deletion>
      <office:change-info>
       <dc:creator>Aroha Kingi</dc:creator>
       <dc:date>2025-10-01T09:00:00</dc:date>
      </office:change-info>
     </text:deletion>
    </text:changed-region>
   </text:tracked-changes>
   <text:p>Kept words<text:note text:id="n1" text:note-class="footnote">
     <text:note-citation>1</text:note-citation>
     <text:note-body>
      <text:p>A note.</text:p>
     </text:note-body>
    </text:note><text:change-start text:change-id="c1"/> and gone ones<text:change-end text:change-id="c1"/>.</text:p>
  </office:text>
 </office:body>
</office:document>
"""


with Cli() as t:
    t.run("init")
    t.write("drafts/in.md", TEXT)
    t.same(t.run("save", "-m", "first", *ME)[0], 0, "save")

    # A second copy shows what changed since the first as tracked changes: they are the draft's, and nobody's answer.
    t.run("review-copy", "in", "--to", "legal")
    for old, new in (("stable funding", "stable and sound funding"), ("Small places have", "Small islands have"),
                     ("{#last}", "{#added}\nA paragraph that is new.\n\n{#last}"), ("2. mentor", "2. and mentor"),
                     ("{#mid}\nThe middle paragraph speaks of exchange points in small places.\n\n", "")):
        TEXT = TEXT.replace(old, new)
    t.write("drafts/in.md", TEXT)
    for fmt, more in (("docx", []), ("odt", ["--odt"])):
        t.run("review-copy", "in", "--to", "head")
        t.write("drafts/in.md", TEXT.replace("stable and sound", "sound"))
        t.run("review-copy", "in", "--to", "head")
        t.write("drafts/in.md", TEXT)
        code, got = t.json("review-copy", "in", "--to", "head" if fmt == "odt" else "legal", *more)
        path = got["copies"][0]["path"]
        with zipfile.ZipFile(t.path(path)) as z:
            t.has(z.read("word/document.xml" if fmt == "docx" else "content.xml").decode(), "EXR", fmt + ": the copy has tracked changes of ours")
        code, got = t.json("receive", path, "in")
        t.same((code, got["suggestions"], got["unplaced"], t.read("drafts/in.md")), (0, 0, [], TEXT.encode()), fmt + ": a second copy as it went out: nothing comes back")
        main = "word/document.xml" if fmt == "docx" else "content.xml"
        with zipfile.ZipFile(t.path(path)) as old, zipfile.ZipFile(t.path("back." + fmt), "w") as new:
            for entry in old.infolist():
                data = old.read(entry)
                new.writestr(entry, data.replace(b"a mandate", b"a say") if entry.filename == main else data)
        code, got = t.json("receive", "back." + fmt, "in")
        listed = t.json("suggestions", "in")[1]["suggestions"]
        t.same([(s["clause"], s["old"], s["new"], s["author"]) for s in listed], [("table", "mandate", "say", "Legal Counsel" if fmt == "docx" else "Head of Office")],
               fmt + ": an edit in it arrives alone, by the person whose copy it is")
        t.write("drafts/in.md", TEXT)

    # So does a file that `export` made with what changed since a copy, and nothing of it comes back.
    for fmt in ("docx", "odt"):
        t.run("export", "in", "--to", fmt, "--audience", "review", "--changes-since", "last", "-o", "since." + fmt)
        with zipfile.ZipFile(t.path("since." + fmt)) as z:
            t.ok(b'"cl_' in z.read("word/document.xml" if fmt == "docx" else "content.xml") and b"Example Registry" in z.read("word/document.xml" if fmt == "docx" else "content.xml"),
                 fmt + ": export --changes-since for review has anchors")
        code, got = t.json("receive", "since." + fmt, "in", "--dry-run")
        t.same((code, got["suggestions"], got["unplaced"]), (0, 0, []), fmt + ": as it went out, nothing comes back")

    # A reference to what holds other clauses alone leads to it, not to the first of them; labels of every kind, a changed one too.
    held = HEAD + ("# Asks {#asks}\n\n{#ours%s}\n- {#one} One thing.\n- {#two} Another.\n\n{#see}\nSee [](#ours), [](#said) and [](#one).\n\n{#said%s}\n> - {#three} A third.\n\n"
                   "{#rows%s}\n| Who | What |\n|---|---|\n| States | a say |\n\n{#para%s}\nA paragraph.\n\n- {#item%s} An item.\n- {#next} The next.\n"
                   + "".join(f"\n{{#q{i}}}\nWe ask of [](#steps{i}), and of [](#first{i}):\n\n{{#steps{i}}}\n1. {{#first{i}}} Step {i}.\n2. {{#second{i}}} Another.\n" for i in range(5)))
    labels = lambda *names: held % tuple(' label="%s"' % n if n else "" for n in names)
    for k, text in enumerate((labels("", "", "", "", ""), labels("4", "5", "6", "12 bis", "(x)"), labels("4 bis", "", "7", "12", ""))):
        t.write("drafts/held.md", text)
        t.run("save", "-m", "held", *ME)
        for fmt, more in (("docx", []), ("odt", ["--odt"])):
            path = t.json("review-copy", "held", "--to", "Ana", *more)[1]["copies"][0]["path"]
            code, got = t.json("receive", path, "held")
            t.same((code, got["suggestions"], got["unplaced"], t.read("drafts/held.md").decode()), (0, 0, [], text), f"{fmt}: what holds other clauses, labels {k}: nothing comes back")
            if shutil.which("pandoc") and fmt == "docx":
                t.run("export", "held", "--to", "docx", "--audience", "review", "-o", "whole.docx")
                subprocess.run(["pandoc", "whole.docx", "-o", t.path("anew.docx")], cwd=t.top)
                code, got = t.json("receive", "anew.docx", "held", "--dry-run")
                t.same((code, got["suggestions"], got["unplaced"]), (0, 0, []), f"a program that knows no styles wrote it anew, labels {k}: nothing comes back")
    os.unlink(t.path("drafts/held.md"))

    # Whose file a suggestion came in.
    t.run("receive", "back.docx", "in")
    t.same([s["file"] for s in t.json("suggestions", "in")[1]["suggestions"]], ["EXR_in_REVIEW_legal.docx"], "suggestions names the source file")
    t.has(t.run("suggestions", "in")[1], "(EXR_in_REVIEW_legal.docx)", "in words too")
    t.write("drafts/in.md", TEXT)

    # A flat ODT as LibreOffice writes it: deleted words stand between the two points of their change, lines are indented.
    for name, macro in (("flat.fodt", ""), ("macro.fodt", '<ooo:module ooo:name="Module1">Sub Main</ooo:module>')):
        t.write(name, FLAT % macro)
        code, got = t.json("import", name, "-o", name + ".md")
        t.ok(b"Kept words[^1]{-- and gone ones--}{>>@Aroha Kingi 2025-10-01T09:00:00Z<<}." in t.read(name + ".md"), name + ": its words, and its deletion where it was", t.read(name + ".md"))
        t.same([u["what"] for u in got["unplaced"]], ["macros, not run"] if macro else [], name + ": a library without modules is no macro")

    # Paragraphs that are joined, at a space: the tag of the second goes with the break.
    t.write("joined.fodt", re.sub(r"(?s)<text:p>Kept words.*</text:p>", '<text:p>Two and<text:change-start text:change-id="c1"/></text:p><text:p><text:change-end text:change-id="c1"/> <text:s/>three</text:p>',
                                 (FLAT % "").replace("text:deletion", "text:insertion")))
    t.run("import", "joined.fodt", "-o", "joined.md")
    for how, words in (("reject", "Two and three\n"), ("accept", "Two and\n\nthree\n")):
        t.write("settled.md", t.read("joined.md"))
        t.run(how, "settled.md", "--all")
        t.same(re.sub(r"<!--.*?-->\n| (?=\n)", "", t.read("settled.md").decode().split("---\n\n")[1]), words, "joined.fodt, and " + how)

    # Its pictures stand in it.
    png = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082")
    frame = ('<draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0">\n <draw:image>\n'
             '<office:binary-data>%s</office:binary-data>\n </draw:image>\n <svg:title>a map</svg:title></draw:frame>')
    for name, data, wanted in (("good", base64.encodebytes(png).decode(), []), ("bad", "no*base64", ["picture that is damaged, not saved"])):
        t.write(name + ".fodt", (FLAT % "").replace("Kept words", "Kept words " + frame % data))
        code, got = t.json("import", name + ".fodt", "-o", name + ".md")
        t.same((code, [u["what"] for u in got["unplaced"]], t.exists(name + "-images/1.png") and t.read(name + "-images/1.png") == png), (0, wanted, name == "good"), name + " picture in a flat file")
        t.has(t.read(name + ".md").decode(), "![a map](good-images/1.png)" if name == "good" else "a map", name + ": its words stay")

    # Settling the tracked changes of a file leaves the comments on its words.
    t.write("drafts/said.md", "---\ntitle: T\n---\n\n{#a}\nSome {==words==}{>>@Ana 2025-10-01T09:00:00Z: which?<<} and {~~old~>new~~}{>>@Ben 2025-10-01T09:00:00Z<<} ones.\n")
    t.run("export", "said", "--audience", "review", "-o", "said.docx")
    for way, word in (("--accept", b"new"), ("--reject", b"old")):
        code, got = t.json("import", "said.docx", "-o", "said" + way + ".md", way)
        t.ok(code == 0 and b"{==words==}{>>@Ana 2025-10-01T09:00:00Z: which?<<} and " + word + b" ones." in t.read("said" + way + ".md"), "import " + way + " keeps comments",
             t.read("said" + way + ".md"))

    # A review copy in Markdown: a row, a paragraph that comes or goes is one suggestion, and leaves nothing behind.
    t.write("drafts/whole.md", "---\ntitle: T\n---\n\nFirst.\n\n{++New one.\n\n++}{>>@Ana<<}Second.\n\n| a | b |\n|---|---|\n| c | d |{++\n| e | f |++}{>>@Ana<<}\n\n{--Gone one.\n\n--}{>>@Ben<<}Third.\n")
    t.run("export", "whole", "--to", "md", "--audience", "review", "-o", "whole.md")
    for how, want in (("accept", "First.\n\nNew one.\n\nSecond.\n\n| a | b |\n|---|---|\n| c | d |\n| e | f |\n\nThird.\n"), ("reject", "First.\n\nSecond.\n\n| a | b |\n|---|---|\n| c | d |\n\nGone one.\n\nThird.\n")):
        t.write("settled.md", t.read("whole.md"))
        t.run(how, "settled.md", "--all", "--comments")
        t.same(t.read("settled.md").decode().split("community\n\n")[1], want, "export for review to Markdown, and " + how)
    os.unlink(t.path("drafts/whole.md"))

    # New rows, new notes, notes that went, rows that went, a paragraph that stands elsewhere: each is a suggestion.
    def changed(source, dest, *edits):
        with zipfile.ZipFile(t.path(source)) as old, zipfile.ZipFile(t.path(dest), "w") as new:
            for entry in old.infolist():
                data = old.read(entry).decode() if entry.filename.endswith(".xml") else old.read(entry)
                for name, edit in edits:
                    if entry.filename == name:
                        before, data = data, edit(data)
                        t.ok(data != before, f"{dest}: the edit of {name} took")
                new.writestr(entry, data)

    def back(file, name, wanted, count, unplaced=()):
        """What came, accepted, is `wanted`: (old, new) in the draft's source; rejected, the draft."""
        code, got = t.json("receive", file, "in", "--from", "Jane")
        t.same((got.get("suggestions"), [u["what"] for u in got.get("unplaced", [])]), (count, list(unplaced)), name + ": each is one suggestion")
        arrived = t.read("drafts/in.md")
        t.run("accept", "in", "--all", "--comments")
        want = TEXT
        for old, new in wanted:
            want = want.replace(old, new, 1)
        t.same(t.read("drafts/in.md").decode(), want, name + ": accepted")
        t.write("drafts/in.md", arrived)
        t.run("reject", "in", "--all", "--comments")
        t.same(t.read("drafts/in.md").decode(), TEXT, name + ": rejected, the draft byte for byte")
        t.write("drafts/in.md", TEXT)

    ROW = {"docx": r"<w:tr>(?:(?!<w:tr>).)*?a mandate.*?</w:tr>", "odt": r"<table:table-row(?:(?!<table:table-row).)*?a mandate.*?</table:table-row>"}
    NOTE = {"docx": r'<w:r>(?:(?!<w:r>).)*<w:footnoteReference w:id="\d+"/></w:r>', "odt": r"<text:note .*?</text:note>"}
    PARA = {"docx": r"<w:p>(?:(?!<w:p>).)*?%s.*?</w:p>", "odt": r"<text:list-item><text:p (?:(?!<text:p ).)*?%s.*?</text:list-item>"}
    for fmt, main in (("docx", "word/document.xml"), ("odt", "content.xml")):
        t.run("export", "in", "--audience", "review", "-o", "copy." + fmt)
        row = lambda x: re.search(ROW[fmt], x, re.S).group(0)
        plain = lambda x: re.sub(r"<w:bookmark[^>]*/>|<text:bookmark[^>]*/>", "", x)
        changed("copy." + fmt, "back." + fmt, (main, lambda x: x.replace(row(x), row(x) + plain(row(x)).replace("States", "Others").replace("a mandate", "a say") +
                                                                         plain(row(x)).replace("States", "All").replace("a mandate", "a | bar"))))
        back("back." + fmt, fmt + ", two new rows", [("| States | a mandate |\n", "| States | a mandate |\n| Others | a say |\n| All | a \\| bar |\n")], 2)
        if fmt == "docx":
            look = lambda x: plain(row(x)).replace("States", "Others").replace("<w:t xml:space=\"preserve\">a mandate", "<w:t>a </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>firm | say").replace("<w:t>a mandate", "<w:t xml:space=\"preserve\">a </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>firm | say")
            changed("copy.docx", "back.docx", (main, lambda x: x.replace(row(x), row(x) + look(x).replace("<w:t>a <", '<w:t xml:space="preserve">a <'))))
            back("back.docx", "docx, a new row with words in bold", [("| States | a mandate |\n", "| States | a mandate |\n| Others | a **firm \\| say** |\n")], 1)
        changed("copy." + fmt, "back." + fmt, (main, lambda x: x.replace(row(x), "")))
        back("back." + fmt, fmt + ", a row that went", [("| States | a mandate |\n", "")], 1)
        changed("copy." + fmt, "back." + fmt, (main, lambda x: re.sub(r"<w:tbl>.*?</w:tbl>|<table:table .*?</table:table>", "", x, flags=re.S)))
        back("back." + fmt, fmt + ", a table that went", [("{#table}\n| Who | What |\n|---|---|\n| States | a mandate |\n\n", "")], 1)
        changed("copy." + fmt, "back." + fmt, (main, lambda x: re.sub(NOTE[fmt], "", x, flags=re.S)))
        back("back." + fmt, fmt + ", a note that went", [("funding.[^n]", "funding.")], 1)
        if fmt == "odt":
            changed("copy.odt", "back.odt", (main, lambda x: x.replace("for years", "for " + re.search(NOTE["odt"], x, re.S).group(0).replace("See the report of 2024", "Ten, twelve").replace('text:id="', 'text:id="new') + "years")))
        else:
            changed("copy.docx", "back.docx",
                    (main, lambda x: x.replace("for years", "for </w:t></w:r>" + re.sub(r'w:id="\d+"', 'w:id="77"', re.search(NOTE["docx"], x, re.S).group(0)) + "<w:r><w:t>years")),
                    ("word/footnotes.xml", lambda x: x.replace("</w:footnotes>", '<w:footnote w:id="77"><w:p><w:r><w:t>Ten, twelve.</w:t></w:r></w:p></w:footnote></w:footnotes>')))
        back("back." + fmt, fmt + ", a new note", [("for years", "for [^2]years"), ("report of 2024.\n", "report of 2024.\n\n[^2]: Ten, twelve.\n")], 1)
        para = lambda x: re.search(PARA[fmt] % "Small islands", x, re.S).group(0)
        changed("copy." + fmt, "back." + fmt, (main, lambda x: re.sub(r"(?=" + re.escape(re.search(PARA[fmt] % "We urge ", x, re.S).group(0)) + ")", para(x).replace("\\", r"\\"), x.replace(para(x), ""), count=1)))
        back("back." + fmt, fmt + ", a paragraph that stands elsewhere", [("{#last}\nSmall islands have waited for years.\n\n", ""), ("{#igf}\n", "{#last}\nSmall islands have waited for years.\n\n{#igf}\n")], 2)
        # A copy that brought its bookmark along: a claim, and the words are against it.
        changed("copy." + fmt, "back." + fmt, (main, lambda x: re.sub(r"(?=" + re.escape(re.search(PARA[fmt] % "We urge ", x, re.S).group(0)) + ")", para(x).replace("for years", "for ages"), x, count=1)))
        back("back." + fmt, fmt + ", a paragraph that was copied and edited", [("{#igf}\n", "Small islands have waited for ages.\n\n{#igf}\n")], 1)
        changed("copy." + fmt, "back." + fmt, (main, lambda x: re.sub(r"(?=" + re.escape(re.search(PARA[fmt] % "We urge ", x, re.S).group(0)) + ")", para(x).replace("for years", "for ages"), x.replace(para(x), ""), count=1)))
        code, got = t.json("receive", "back." + fmt, "in", "--from", "Jane")
        t.ok(got["suggestions"] == 1 and got["comments"] == 1 and b'Jane' in t.read("drafts/in.md") and b"moved: in this copy it stands behind" in t.read("drafts/in.md") and b"{~~years~>ages~~}" in t.read("drafts/in.md"),
             fmt + ", moved and edited: the edit in its place, and a word about the move", t.read("drafts/in.md"))
        t.write("drafts/in.md", TEXT)

    # No comment is dropped: two on the same words, those on a row or a paragraph that came and on a row that went.
    t.write("drafts/in.md", TEXT.replace("mentor engineers", "mentor {==engineers==}{>>@Ana 2025-10-01T09:00:00Z: known<<}"))
    said = [f"remark {word}" for word in ("one", "two", "new row", "first on new", "second on new", "struck row")]
    HAND = 'w:id="%d" w:author="Ben" w:date="2025-10-02T09:00:00Z"'
    word_run = lambda s: f'<w:r><w:t xml:space="preserve">{s}</w:t></w:r>'
    ON = {"docx": lambda s, *ids: "".join(f'<w:commentRangeStart w:id="{90 + i}"/>' for i in ids) + s + "".join(f'<w:commentRangeEnd w:id="{90 + i}"/><w:r><w:commentReference w:id="{90 + i}"/></w:r>' for i in ids),
          "odt": lambda s, *ids: "".join(f'<office:annotation office:name="z{i}"><dc:creator>Ben</dc:creator><dc:date>2025-10-02T09:00:00</dc:date><text:p>{said[i]}</text:p></office:annotation>' for i in ids) + s
                 + "".join(f'<office:annotation-end office:name="z{i}"/>' for i in reversed(ids))}

    def struck(x):
        x = x.replace("</w:trPr>", f"<w:del {HAND % 701}/></w:trPr>", 1)
        x = re.sub(r"<w:r>.*?</w:r>", lambda m: f"<w:del {HAND % 702}>" + re.sub(r"(</?w:)t\b", r"\1delText", m.group(0)) + "</w:del>", x)
        return re.sub(r"<w:del (?:(?!<w:del ).)*?States.*?</w:del>", lambda m: ON["docx"](m.group(0), 5), x)

    def commented(x):
        old, come, new = row(x), plain(row(x)).replace("a mandate", "a say"), plain(para(x))
        if fmt == "docx":
            x = x.replace(word_run("Small islands have waited for years."), ON[fmt](word_run("Small islands"), 0, 1) + word_run(" have waited for years."))
            new = new.replace(word_run("Small islands have waited for years."), ON[fmt](word_run("All of it"), 3) + ON[fmt](word_run(" is new."), 4))
            return x.replace(old, struck(old) + come.replace(word_run("States"), ON[fmt](word_run("Others"), 2))).replace("<w:sectPr", new + "<w:sectPr", 1)
        x = x.replace("Small islands", ON[fmt]("Small islands", 0, 1))
        new = new.replace("Small islands have waited for years.", ON[fmt]("All of it", 3) + ON[fmt](" is new.", 4))
        return x.replace(old, old + come.replace("States", ON[fmt]("Others", 2))).replace("</office:text>", new + "</office:text>")

    for fmt, main in (("docx", "word/document.xml"), ("odt", "content.xml")):
        t.run("export", "in", "--audience", "review", "-o", "asked." + fmt)
        parts = [(main, commented)]
        if fmt == "docx":
            parts.append(("word/comments.xml", lambda x: x.replace("</w:comments>", "".join(f"<w:comment {HAND % (90 + i)}><w:p>{word_run(s)}</w:p></w:comment>" for i, s in enumerate(said)) + "</w:comments>")))
        changed("asked." + fmt, "back." + fmt, *parts)
        code, got = t.json("receive", "back." + fmt, "in")
        text, count = t.read("drafts/in.md").decode(), 6 if fmt == "docx" else 5
        text += "".join(u["text"] for u in got["unplaced"])
        listed = [u["what"] for u in got["unplaced"]]
        t.same((listed in ([], ["paragraph that is gone", "comment"]), [s for s in said[:count] if text.count(s) != 1]), (True, []), fmt + ": each comment stands in the draft once, or is listed")
        code, got = t.json("import", "back." + fmt, "-o", fmt + "-back.md")
        text = t.read(fmt + "-back.md").decode()
        t.same((code, [s for s in said[:count] if text.count(s) != 1]), (0, []), fmt + ": and in what is imported")
        t.run("reject", "in", "--all", "--comments")
        t.same(t.read("drafts/in.md").decode(), TEXT, fmt + ": without them it is the draft")
        t.write("drafts/in.md", TEXT.replace("mentor engineers", "mentor {==engineers==}{>>@Ana 2025-10-01T09:00:00Z: known<<}"))
    t.write("drafts/in.md", TEXT)
    t.write("nested.fodt", (FLAT % "").replace("Kept words", ON["odt"]("Kept " + ON["odt"]("words", 1), 0)))
    t.run("import", "nested.fodt", "-o", "nested.md")
    t.has(t.read("nested.md").decode(), "{==Kept {==words==}{>>@Ben 2025-10-02T09:00:00Z: remark two<<}==}{>>@Ben 2025-10-02T09:00:00Z: remark one<<}", "a comment within the words of another")

    # Comments whose words overlap, and those on words among which some changed: each once, by its author, and not again when the file comes twice.
    START = {"docx": lambda i: f'<w:commentRangeStart w:id="{90 + i}"/>', "odt": lambda i: ON["odt"]("", i).partition("<office:annotation-end")[0]}
    END = {"docx": lambda i: ON["docx"]("", i).partition("/>")[2], "odt": lambda i: f'<office:annotation-end office:name="z{i}"/>'}
    KNOWN = TEXT.replace("mentor engineers", "mentor {==engineers==}{>>@Ana 2025-10-01T09:00:00Z: known<<}")
    one, two, three = ("{>>@Ben 2025-10-02T09:00:00Z: remark %s<<}" % n for n in ("one", "two", "new row"))
    came = "{++old ++}{>>@Ben 2025-10-02T09:00:00Z<<}"
    for name, pieces, arrives, imported in (
            ("within", "0(Small 1(islands )1have )0waited", "{==Small {==islands ==}%shave ==}%swaited" % (two, one), None),
            ("across", "0(Small 1(islands )0have )1waited", "{==Small {==islands ==}==}%s{==have ==}%swaited" % (one, two), "{==Small {==islands ==}==}%s{==have ==}%swaited" % (one, two)),
            ("across, in another", "0(Small 1(islands 2(have )1waited )2for )0years", "{==Small {==islands {==have ==}==}%s{==waited ==}%sfor ==}%syears" % (two, three, one), None),
            ("around a change", "0(Small +old islands )0have waited", "Small %sislands have" % (came[:-3] + ": remark one<<}"), "%s%sislands" % (one, came)),
            ("around a change and another", "0(Small 1(+old islands )1have )0waited", "Small %s{==islands ==}%shave" % (came[:-3] + ": remark one<<}", two), None)):
        for fmt, main in (("docx", "word/document.xml"), ("odt", "content.xml")):
            xml, number, words = "", pieces.count("("), re.sub(r"\d\(|\)\d|\+\w+ ", "", pieces)
            for piece in re.findall(r"\d\(|\)\d|\+?\w+ ?", pieces):
                if piece[1:] == "(" or piece[0] == ")":
                    xml += START[fmt](int(piece[0])) if piece[1:] == "(" else END[fmt](int(piece[1]))
                elif fmt == "docx":
                    xml += f"<w:ins {HAND % 701}>{word_run(piece[1:])}</w:ins>" if piece[0] == "+" else word_run(piece)
                else:
                    xml += f'<text:change-start text:change-id="ctX"/>{piece[1:]}<text:change-end text:change-id="ctX"/>' if piece[0] == "+" else piece
            t.write("drafts/in.md", KNOWN)
            t.run("export", "in", "--audience", "review", "-o", "asked." + fmt)
            if fmt == "docx":
                parts = [(main, lambda x: x.replace(word_run("Small islands have waited for years."), xml + word_run("Small islands have waited for years.".partition(words)[2]))),
                         ("word/comments.xml", lambda x: x.replace("</w:comments>", "".join(f"<w:comment {HAND % (90 + i)}><w:p>{word_run(s)}</w:p></w:comment>" for i, s in enumerate(said[:3])) + "</w:comments>"))]
            else:
                parts = [(main, lambda x: re.sub("(<office:text[^>]*>)", r'\1<text:tracked-changes><text:changed-region xml:id="ctX" text:id="ctX"><text:insertion><office:change-info><dc:creator>Ben</dc:creator>'
                                                 "<dc:date>2025-10-02T09:00:00</dc:date></office:change-info></text:insertion></text:changed-region></text:tracked-changes>", x).replace(words, xml))]
            changed("asked." + fmt, "over." + fmt, *parts)
            got = t.json("receive", "over." + fmt, "in")[1]
            text = t.read("drafts/in.md").decode()
            t.has(text, arrives, f"{fmt}, a comment {name}: received")
            t.same((got["comments"], t.json("receive", "over." + fmt, "in")[1]["comments"], t.read("drafts/in.md").decode() == text), (number, 0, True), f"{fmt}, a comment {name}: once")
            got = t.json("import", "over." + fmt, "-o", "over.md", "--force")[1]
            text = t.read("over.md").decode()
            t.same((got["comments"], text.count("remark one"), text.count("remark two")), (number + 1, 1, int("1(" in pieces)), f"{fmt}, a comment {name}: imported once")
            t.has(text, imported or "remark one", f"{fmt}, a comment {name}: in its words")
            t.write("drafts/in.md", TEXT)

    # Links: other words for a whole link keep its address, new ones bring theirs, and what is done to a link on words that stay is listed.
    LINKED = HEAD + "\n{#a}\nSee the %s of today.\n\n{#b}\nTwo words.\n"
    run_of = r"(<w:r><w:fldChar w:fldCharType=.separate./></w:r>)(.*?)(<w:r><w:fldChar w:fldCharType=.end./></w:r>)"
    link_to = lambda url, words: (f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> HYPERLINK {url} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                                  + word_run(words) + '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    report, two = "[*Forum* report](https://e.org/x)", '"https://e.org/new" \\l "p2"'
    for name, edit, wanted, listed in (
            ("other words", lambda x: re.sub(run_of, lambda m: m[1] + word_run("map") + m[3], x), "[map](https://e.org/x)", None),
            ("another link", lambda x: re.sub(r"<w:r><w:fldChar w:fldCharType=.begin.*?fldCharType=.end./></w:r>", lambda m: link_to(two, "the map"), x), "[the map](https://e.org/new#p2)", None),
            ("new words", lambda x: x.replace(word_run("Two words."), word_run("Two words") + link_to(two, " of it") + word_run(".")), "words [of it](https://e.org/new#p2).", None),
            ("a new paragraph", lambda x: x.replace("<w:sectPr", "<w:p>" + word_run("New: ") + link_to('"https://e.org/y"', "https://e.org/y") + word_run(" and ") + link_to(two, "it") + word_run(".") + "</w:p><w:sectPr", 1), "New: <https://e.org/y> and [it](https://e.org/new#p2).", None),
            ("on words", lambda x: x.replace(word_run("Two words."), word_run("Two ") + link_to(two, "words") + word_run(".")), None, "link put on words"),
            ("elsewhere", lambda x: x.replace("https://e.org/x", "https://e.org/z"), None, "link that leads elsewhere now"),
            ("off", lambda x: re.sub(r"<w:r><w:fldChar w:fldCharType=.begin.*?" + run_of, lambda m: m[2], x), None, "link taken off words"),
            ("spelt otherwise", lambda x: x.replace("https://e.org/x", "https://e.org/%78/"), None, None)):
        t.write("drafts/linked.md", LINKED % report)
        t.run("export", "linked", "--audience", "review", "-o", "linked.docx")
        changed("linked.docx", "other.docx", ("word/document.xml", edit))
        got = t.json("receive", "other.docx", "linked")[1]
        t.same((got["suggestions"], [u["what"] for u in got["unplaced"]]), (int(wanted is not None), [listed] if listed else []), f"a link, {name}: said once")
        t.run("accept", "linked", "--all", "--comments")
        t.has(t.read("drafts/linked.md").decode(), wanted or LINKED % report, f"a link, {name}: its words and address")
    os.unlink(t.path("drafts/linked.md"))

    # The draft has another name since.
    t.write("drafts/other.md", TEXT)
    code, got = t.json("receive", "copy.docx", "other")
    t.same((code, got["suggestions"], t.read("drafts/other.md")), (0, 0, TEXT.encode()), "a copy of a draft that was renamed: its references are known")

    # One takes a paragraph out; another does too, a third one changes words of it.
    changed("copy.docx", "out.docx", ("word/document.xml", lambda x: re.sub(PARA["docx"] % "Small islands", "", x)))
    changed("copy.docx", "word.docx", ("word/document.xml", lambda x: x.replace("for years", "for many years")))
    for name, author in (("out.docx", "Ana"), ("out.docx", "Ben"), ("word.docx", "Cleo")):
        code, got = t.json("receive", name, "in", "--from", author)
        t.same((code, got["suggestions"], got["comments"], got["unplaced"]), (0, author != "Ben", author == "Ben", []), f"{author} has a place")
    arrived = t.read("drafts/in.md")
    t.ok(b": takes this out too; not tracked<<}" in arrived, "two agree: a word is said to the first", arrived)
    for who, want in (("Ana", TEXT.replace("{#last}\nSmall islands have waited for years.\n\n", "")), ("Cleo", TEXT.replace("for years", "for many years"))):
        t.run("accept", "in", "--by", who, "--comments")
        t.same(t.read("drafts/in.md").decode(), want, "they are alternatives: accepted what " + who + " wants")
        t.write("drafts/in.md", arrived)
    t.run("reject", "in", "--all", "--comments")
    t.same(t.read("drafts/in.md").decode(), TEXT, "rejected, the draft byte for byte")

    # A colleague accepts and rejects, in the copy, what others proposed: each is said at its suggestion, and is no new edit.
    OPEN = """---
title: T
---

{#a}
First words of the {~~text~>statement~~}{>>@Ana 2025-10-01T09:00:00Z<<}, {++and more, ++}{>>@Ben 2025-10-01T09:00:00Z<<}all of {--them--}{>>@Ana 2025-10-01T10:00:00Z<<} here.

{#b}
Second words{++ and last++}{>>@Ana 2025-10-01T09:00:00Z<<} of it.

{++A paragraph that Ben proposes.

++}{>>@Ben 2025-10-01T09:00:00Z<<}{--{#c}
Third words, which go.

--}{>>@Ana 2025-10-01T09:00:00Z<<}{#d}
Fourth words, as they are.
"""
    t.write("drafts/open.md", OPEN)
    for fmt in ("docx", "odt"):
        t.run("export", "open", "--audience", "review", "-o", "open." + fmt)
        for name, steps, accepted, rejected in (("all accepted", [("accept", "--all")], 6, 0), ("all rejected", [("reject", "--all")], 0, 6),
                                                ("some of each", [("accept", "s1"), ("reject", "s1"), ("reject", "s2"), ("accept", "s3")], 2, 2)):
            for step in steps:
                t.run(step[0], "open", *step[1:])
            words = "Fourth sentences, typed" if name == "all accepted" else "Fourth words"
            t.write("drafts/open.md", t.read("drafts/open.md").replace(b"Fourth words", words.encode()))
            t.run("export", "open", "--audience", "review", "-o", "settled." + fmt)
            t.write("drafts/open.md", OPEN)
            with zipfile.ZipFile(t.path("open." + fmt)) as old, zipfile.ZipFile(t.path("settled." + fmt)) as made, zipfile.ZipFile(t.path("back." + fmt), "w") as new:
                for entry in made.infolist():
                    new.writestr(entry, (old if entry.filename in ("docProps/custom.xml", "meta.xml") else made).read(entry.filename))
            code, got = t.json("receive", "back." + fmt, "open", "--from", "Jane")
            text = t.read("drafts/open.md").decode()
            t.same((got["suggestions"], got["comments"], text.count(": accepted in the copy"), text.count(": rejected in the copy"), got["unplaced"]),
                   (1 if "typed" in words else 0, accepted + rejected, accepted, rejected, []), f"{fmt}, {name}: each is said, and nothing is a new edit")
            t.same(re.sub(r"\{>>@Jane [^<]*<<\}", "", text) if "typed" not in words else OPEN, OPEN, f"{fmt}, {name}: at its suggestion, and nowhere else")
            t.json("receive", "back." + fmt, "open", "--from", "Jane")
            t.same(t.read("drafts/open.md").decode().count(" in the copy"), accepted + rejected, f"{fmt}, {name}: received twice, it is said once")
            t.write("drafts/open.md", OPEN)

    # Two people's files at once: all arrives, and the summary says which copies they were and where the two differ.
    t.write("drafts/in.md", TEXT)
    for who in ("legal", "head"):
        t.run("review-copy", "in", "--to", who)
    nth = t.read("drafts/reviews/in.yaml").decode().count("to: legal")
    main = "word/document.xml"
    changed("exports/EXR_in_REVIEW_legal.docx", "one.docx", (main, lambda x: x.replace("for years", "for ages").replace("a mandate", "a say")))
    changed("exports/EXR_in_REVIEW_head.docx", "two.docx", (main, lambda x: x.replace("for years", "for decades").replace("a mandate", "a say").replace("sound", "solid")))
    code, out, err = t.run("receive", "one.docx", "two.docx", "in", "--dry-run")
    t.ok(re.search(r"one\.docx: copy %d for Legal Counsel, sent \d{4}-\d\d-\d\d \d\d:\d\d UTC\n" % nth, out) and "two.docx: copy" in out and " for Head of Office" in out, "receive says which copies came", out + err)
    t.has(out, "1 paragraph where they differ:\n        para 3  last\n            Legal Counsel: [-years-]{+ages+}\n            Head of Office: {+decades+}\n", "and the paragraph where two people differ, not the one where they agree")
    code, got = t.json("receive", "one.docx", "two.docx", "in")
    t.same((got["suggestions"], [(d["clause"], d["label"], [p["author"] for p in d["proposals"]]) for d in got["differ"]]), (5, [("last", "3", ["Legal Counsel", "Head of Office"])]), "in JSON too")
    together = t.read("drafts/in.md")
    t.write("drafts/in.md", TEXT)
    t.run("receive", "one.docx", "in")
    code, got = t.json("receive", "two.docx", "in")
    t.same([d["clause"] for d in got["differ"]], ["last"], "received one after the other they differ in the same place")
    strip = lambda x: re.sub(rb" \d{4}-\d\d-\d\dT[^Z]*Z", b"", x)
    t.same(strip(t.read("drafts/in.md")), strip(together), "and the draft is the same")
    t.write("drafts/in.md", TEXT)

    # What stands around the text is front matter: what was done to it is listed.
    t.write("drafts/round.md", "---\ntitle: Input on funding\norganisation: Example Registry\nendorsed-by: [First Organisation]\n---\n\nSome words.\n")
    t.run("export", "round", "--to", "docx", "--audience", "review", "-o", "round.docx")
    who = 'w:author="Tomas Rey" w:date="2025-10-01T09:00:00Z"'
    changed(t.path("round.docx"), t.path("round-back.docx"), ("word/document.xml", lambda x: x.replace("Input on funding", "Input on money").replace(
        '<w:r><w:t xml:space="preserve">First Organisation</w:t></w:r>', f'<w:ins w:id="900" {who}><w:r><w:t xml:space="preserve">The </w:t></w:r></w:ins><w:r><w:t xml:space="preserve">First Organisation</w:t></w:r>')))
    code, got = t.json("receive", "round-back.docx", "round")
    t.same((code, [(u["what"], u["text"]) for u in got["unplaced"]]), (1, [("change to the title", "Input on money"), ("change to the endorsers", "The First Organisation")]), "a changed title and endorser are listed")
    code, got = t.json("receive", "round.docx", "round")
    t.same((code, got["unplaced"]), (0, []), "and as they went out they are no news")
    # Typed over without tracking, in a copy with a box, from before the draft's title changed.
    t.write("drafts/round.md", t.read("drafts/round.md").replace(b"---\n\nSome", b"date: 2025-10-02\n---\n\nSome"))
    for fmt, main in (("docx", "word/document.xml"), ("odt", "content.xml")):
        t.run("review-copy", "round", "--to", "legal", *(["--odt"] if fmt == "odt" else []))
        copy = "exports/EXR_round_REVIEW_legal." + fmt
        kept = t.read("drafts/round.md")
        t.write("drafts/round.md", kept.replace(b"on funding", b"on all funding").replace(b"2025-10-02", b"2025-10-03"))
        code, got = t.json("receive", copy, "round")
        t.same((code, got["suggestions"], got["unplaced"]), (0, 0, []), fmt + ": what stands around an older copy is no news")
        for old, new, wanted in (("2025-10-02<", "2025-10-05<", ("change to the information block", "2025-10-05")), (">Example Registry", ">Example Registries", ("change to the information block", "Example Registries")),
                                 ("and send it back;", "and send it back; I agree with all", ("change to the cover box", "- edit or comment in this file (any Word or LibreOffice), and send it back; I agree with all")),
                                 ("REVIEW COPY for Legal Counsel (legal)", "REVIEW COPY for Somebody Else (legal)", ("change to the cover box", "REVIEW COPY for Somebody Else (legal). NOT FOR PUBLICATION")),
                                 ("Input on funding<", "Input on money<", ("change to the title", "Input on money"))):
            # The title stands in the box too, where its words can be any.
            changed(copy, "round-back." + fmt, (main, lambda x: x.replace(old, new)))
            code, got = t.json("receive", "round-back." + fmt, "round", "--dry-run")
            t.same((code, got["suggestions"], [(u["what"], u["text"]) for u in got["unplaced"]]), (1, 0, [wanted]), f"{fmt}: {old} typed over is listed")
        changed(copy, "round-back." + fmt, (main, lambda x: re.sub(r"<w:p>(?:(?!<w:p>).)*2025-10-02</w:t></w:r></w:p>|<text:p [^>]*>2025-10-02</text:p>", "", x)))
        code, got = t.json("receive", "round-back." + fmt, "round", "--dry-run")
        t.same((code, [(u["what"], u["text"]) for u in got["unplaced"]]), (1, [("line that is gone from the information block", "2025-10-02")]), fmt + ": so is a line that is gone")
        t.write("drafts/round.md", kept)
    # A name with spaces, and one that begins as an option does: each copy is known as its own draft's, and what is to be typed can be.
    for name in ("two = 100% words", "-dash"):
        t.write(f"drafts/{name}.md", HEAD + "{#a}\nOne, and all of its words.\n\n{#b}\nWhat follows it.\n")
        sent = t.json("review-copy", f"drafts/{name}.md", "--to", "legal")[1]["copies"][0]["path"]
        code, out, err = t.run("receive", sent, f"drafts/{name}.md", "--dry-run")
        t.ok(code == 0 and "made from" not in out + err and "0 changes" in out, f"a copy of {name!r} comes home", f"{sent} {out}{err}")
        typed = re.search("chapeau receive FILE (.*)", t.run("review-copy", f"drafts/{name}.md", "--to", "head")[1]).group(1)
        t.same(t.run("receive", sent, *shlex.split(typed), "--dry-run")[0], 0, f"what is to be typed of {name!r}: {typed}")
        os.unlink(t.path(f"drafts/{name}.md"))
    # The draft has another name since, and its record has not: the copy is known by what it was made from, whatever names stand in the file.
    t.write("drafts/anew.md", t.read("drafts/round.md").replace(b"Some", b"Some better"))
    os.unlink(t.path("drafts/round.md"))
    changed(copy, "anew.odt", (main, lambda x: x.replace("and send it back;", "and send it back.")))
    code, out, err = t.run("receive", "anew.odt", "anew", "--dry-run")
    t.ok("for Legal Counsel, sent" in out and "on record in drafts/reviews/round.yaml, from before" in out and "0 changes" in out and "change to the cover box" in out, "a copy of a draft whose record kept its old name", out + err)
    os.unlink(t.path("drafts/anew.md"))

    # Emphasis that a colleague changed without a word of the text.
    LOOKS = "---\ntitle: T\n---\n\n{#a}\nWe urge *Member States* to give a **permanent** mandate, with stable funding.\n\n{#b}\nSmall places **have waited** for years[^1] and more.\n\n{#c}\n- One item, of words.\n\n[^1]: See the report.\n"
    t.write("drafts/looks.md", LOOKS)
    t.run("export", "looks", "--to", "docx", "--audience", "review", "-o", "looks.docx")

    def run(words, look=""):
        return "<w:r>%s<w:t xml:space=\"preserve\">%s</w:t></w:r>" % (look and "<w:rPr>%s</w:rPr>" % look, words)
    B, I, who = "<w:b/><w:bCs/>", "<w:i/><w:iCs/>", 'w:author="Tomas" w:date="2025-10-01T09:00:00Z"'
    stable = run(" mandate, with stable funding.")
    # Behind the mark of a note that ends the paragraph, or in front of it: words go where they were typed.
    ENDS = "---\ntitle: T\n---\n\n{#a}\nThe register of donors.[^n]\n\n{#b}\nMore words.\n\n[^n]: A note.\n"
    mark = r"(<w:r>(?:(?!</w:r>).)*<w:footnoteReference[^>]*/></w:r>)"
    for tracked in (True, False):
        typed = lambda words: ('<w:ins w:id="901" %s>%s</w:ins>' % (who, run(words))) if tracked else run(words)
        for where, old, new in (("behind it", r"donors.</w:t></w:r>" + mark, "donors.[^n] And more."), ("in front of it", r"donors.</w:t></w:r>(?=" + mark + ")", "donors. And more.[^n]")):
            t.write("drafts/ends.md", ENDS)
            t.run("export", "ends", "--to", "docx", "--audience", "review", "-o", "ends.docx")
            changed(t.path("ends.docx"), t.path("ends-back.docx"), ("word/document.xml", lambda x: re.sub(old, lambda m: m[0] + typed(" And more."), x, count=1)))
            t.run("receive", "ends-back.docx", "ends")
            listed = t.json("suggestions", "ends")[1]["suggestions"]
            t.run("accept", "ends", "--all", "--comments")
            t.same((len(listed), t.read("drafts/ends.md").decode()), (1, ENDS.replace("donors.[^n]", new)), f"words put in at a note's mark, {where}, {'tracked' if tracked else 'typed'}")
    os.unlink(t.path("drafts/ends.md"))

    ITEMS = "---\ntitle: T\nnumbering: paragraphs\n---\n\n{#a}\nWords:\n\n1. {#i} one thing, first;\n2. another.\n"
    # A paragraph divided within bold words, or within a link.
    HALVES = ("---\ntitle: T\n---\n\n{#a}\nWe ask for **stable funding** and a [public register](https://example.org/r) now.\n\n- an item\n\n  > What others have said.[^n]\n\n"
              "[^n]: A note of words.\n")
    t.write("drafts/halves.md", HALVES)
    t.run("export", "halves", "--to", "docx", "--audience", "review", "-o", "halves.docx")
    ends = "</w:t></w:r></w:p><w:p>%s<w:r><w:t xml:space=\"preserve\">"
    for old, new, where, halves in ((">What others have said", '>What others' + ends % '<w:pPr><w:pStyle w:val="BlockQuote"/><w:ind w:left="964" w:right="567" w:firstLine="0"/></w:pPr>' + " have said", "a quotation", "  > What others\n  >\n  >  have said.[^n]"),
                                    (">A note of words", ">A note" + ends % '<w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>' + " of words", "a note", "[^n]: A note\n\n     of words."),
                                    (run("stable funding", B), run("stable", B) + "</w:p><w:p>" + run(" funding", B), "bold words", "**stable**\n\n **funding** and"),
                                    (">public register<", ">public</w:t></w:r></w:p><w:p><w:r><w:t>register<", "a link", "[public](https://example.org/r)\n\n[register](https://example.org/r) now")):
        t.write("drafts/halves.md", HALVES)
        changed(t.path("halves.docx"), t.path("halves-back.docx"), ("word/footnotes.xml" if where == "a note" else "word/document.xml", lambda x: x.replace(old, new)))
        t.run("receive", "halves-back.docx", "halves")
        arrived = t.read("drafts/halves.md")
        t.run("accept", "halves", "--all", "--comments")
        now = t.read("drafts/halves.md").decode()
        t.write("drafts/halves.md", arrived)
        t.run("reject", "halves", "--all", "--comments")
        t.ok(halves in now and t.read("drafts/halves.md").decode() == HALVES, f"a paragraph divided within {where}", now)
    os.unlink(t.path("drafts/halves.md"))

    # An item divided with changes tracked: its end is an item of its own, one suggestion by who divided it.  One typed behind it is new.
    t.write("drafts/items.md", ITEMS)
    t.run("export", "items", "--to", "docx", "--audience", "review", "-o", "items.docx")
    tag = '<w:rPr><w:ins w:id="77" %s/></w:rPr>' % who

    def divided(rest):
        def edit(xml):
            paragraph = next(m[0] for m in re.finditer(r"<w:p>(?:(?!</w:p>).)*</w:p>", xml) if "one thing" in m[0])
            layout = re.search(r"<w:pPr>.*?</w:pPr>", paragraph)[0]
            first, behind = ("one", run(" thing, first;")) if rest else ("one thing, first;", '<w:ins w:id="78" %s>%s</w:ins>' % (who, run("quite new;")))
            return xml.replace(paragraph, "<w:p>" + layout.replace("</w:pPr>", tag + "</w:pPr>") + run(first) + "</w:p><w:p>" + layout + behind + "</w:p>")
        return edit
    for rest, want in ((True, "1. {#i} one\n1. thing, first;"), (False, "1. {#i} one thing, first;\n1. quite new;")):
        t.write("drafts/items.md", ITEMS)
        changed(t.path("items.docx"), t.path("items-back.docx"), ("word/document.xml", divided(rest)))
        t.run("receive", "items-back.docx", "items")
        arrived, listed = t.read("drafts/items.md"), t.json("suggestions", "items")[1]["suggestions"]
        t.run("accept", "items", "--all", "--comments")
        now = t.read("drafts/items.md").decode()
        t.write("drafts/items.md", arrived)
        t.run("reject", "items", "--all", "--comments")
        t.same(([x["author"] for x in listed], now, t.read("drafts/items.md").decode()), (["Tomas"], ITEMS.replace("1. {#i} one thing, first;", want), ITEMS), f"an item {'divided' if rest else 'put in'} behind a tracked end")
    os.unlink(t.path("drafts/items.md"))

    # An item whose first words are struck, but not the space behind them, still holds what stands below it.
    HELD = "---\ntitle: T\n---\n\n{#a}\nWords:\n\n1. Stable funding;\n   - of two kinds\n2. another.\n"
    t.write("drafts/held.md", HELD)
    t.run("export", "held", "--to", "docx", "--audience", "review", "-o", "held.docx")
    changed(t.path("held.docx"), t.path("held-back.docx"), ("word/document.xml", lambda x: x.replace(run("Stable funding;"), '<w:del w:id="77" %s>%s</w:del>' % (who, run("Stable").replace("w:t", "w:delText")) + run(" funding;"))))
    for _ in "12":
        t.run("receive", "held-back.docx", "held")
    arrived = t.read("drafts/held.md")
    t.run("accept", "held", "--all", "--comments")
    t.same((t.read("drafts/held.md").decode(), arrived.count(b"{--")), (HELD.replace("Stable ", ""), 1), "the first words of an item struck")
    os.unlink(t.path("drafts/held.md"))

    # A cross-reference that somebody copied to another place is one there too: its id is no words.
    REFER = "---\ntitle: T\nnumbering: paragraphs\n---\n\n{#a}\nWords as in [](#b), said.\n\n{#b}\nOther words.\n"
    t.write("drafts/refer.md", REFER)
    t.run("export", "refer", "--to", "docx", "--audience", "review", "-o", "refer.docx")
    for tracked in (True, False):
        t.write("drafts/refer.md", REFER)

        def copied(xml):
            field = re.search(r'<w:r><w:fldChar w:fldCharType="begin"/></w:r>.*?(?=<w:r><w:t xml:space="preserve">, said)', xml)[0]
            words = run(" See ") + field
            return xml.replace(run("Other words."), run("Other words.") + ('<w:ins w:id="77" %s>%s</w:ins>' % (who, words) if tracked else words))
        changed(t.path("refer.docx"), t.path("refer-back.docx"), ("word/document.xml", copied))
        t.run("receive", "refer-back.docx", "refer")
        t.run("accept", "refer", "--all", "--comments")
        t.same(t.read("drafts/refer.md").decode(), REFER.replace("Other words.", "Other words. See [](#b)"), f"a copied reference, {'tracked' if tracked else 'typed'}")
    os.unlink(t.path("drafts/refer.md"))

    # A part of an address that prints itself changes together with words in another look beside it.
    t.write("drafts/address.md", "---\ntitle: T\n---\n\n{#a}\nSee <https://example.org/auto> and *the words* now.\n")
    t.run("export", "address", "--to", "docx", "--audience", "review", "-o", "address.docx")
    changed(t.path("address.docx"), t.path("address-back.docx"), ("word/document.xml", lambda x: x.replace(">https://example.org/auto<", ">https://example.org/au<", 1).replace(run(" and "), run(" nd ", "<w:i/>"))))
    code, got = t.json("receive", "address-back.docx", "address")
    t.same((code, got.get("suggestions"), got.get("unplaced")), (0, 1, []), "a part of an address and words in italics behind it")

    # Words in its place are no address: its signs go with it.
    for draft, old, new, want in (
            ("See <https://example.org/auto> now.", "https://example.org/auto", "our page", "See [our page](https://example.org/auto) now."),
            ("See *<https://example.org/auto>* now.", "https://example.org/auto", "our page", "See *[our page](https://example.org/auto)* now."),
            ("See <https://example.org/auto>", "https://example.org/auto", "https://example.org/new", "See <https://example.org/new>"),
            ("See <desk@example.org>.", "desk@example.org", "help@example.org", "See [help@example.org](mailto:help@example.org)."),
            ("See <https://example.org/auto>*there* now.", "there", " far there", "See <https://example.org/auto> *far there* now.")):
        for fmt, part in (("docx", "word/document.xml"), ("odt", "content.xml")):
            t.write("drafts/address.md", "---\ntitle: T\n---\n\n{#a}\n" + draft + "\n")
            t.run("export", "address", "--to", fmt, "--audience", "review", "-o", "address." + fmt)
            changed(t.path("address." + fmt), t.path("address-back." + fmt), (part, lambda x: x.replace(f">{old}<", f">{new}<", 1)))
            t.run("receive", "address-back." + fmt, "address")
            t.run("accept", "address", "--all", "--comments")
            t.same(t.read("drafts/address.md").decode().split("{#a}\n")[1], want + "\n", f"other words for {old} in {fmt}")
    os.unlink(t.path("drafts/address.md"))

    # LibreOffice puts a joiner, which nobody sees, into the empty cells of a row that was put in.
    t.write("drafts/joiner.md", "---\ntitle: T\n---\n\n{#a}\n| one | two |\n|---|---|\n| x | alone |\n")
    for fmt, part, old, new in (("docx", "word/document.xml", r"<w:t[^>]*>x</w:t>", "<w:t>\u200d</w:t>"), ("odt", "content.xml", ">x<", ">\u200d<")):
        t.run("export", "joiner", "--to", fmt, "--audience", "review", "-o", "joiner." + fmt)
        changed(t.path("joiner." + fmt), t.path("joiner-back." + fmt), (part, lambda x: re.sub(old, new, x, count=1)))
        t.run("receive", "joiner-back." + fmt, "joiner")
        t.ok("\u200d" not in t.read("drafts/joiner.md").decode() and "{--x--}" in t.read("drafts/joiner.md").decode(), f"{fmt}: a joiner in an empty cell is no word", t.read("drafts/joiner.md").decode())
        t.run("reject", "joiner", "--all", "--comments")
    os.unlink(t.path("drafts/joiner.md"))

    # A program that knows no code makes a paragraph of it, in which rows of spaces are one: nobody's edit.  Words in it are somebody's.
    t.write("drafts/spaced.md", "---\ntitle: T\n---\n\nFirst words of the text.\n\n```\nif (x)   then   y\n```\n\nLast words.\n")
    t.run("export", "spaced", "--to", "docx", "--audience", "review", "--no-map", "-o", "spaced.docx")
    for now, unplaced in (("if (x) then y", 0), ("if (x) then z", 1)):
        changed(t.path("spaced.docx"), t.path("spaced-back.docx"), ("word/document.xml", lambda x: x.replace('<w:pStyle w:val="Code"/>', "", 1).replace("if (x)   then   y", now)))
        code, got = t.json("receive", "spaced-back.docx", "spaced")
        t.same((got["suggestions"], len([u for u in got["unplaced"] if u["what"] != "footer"])), (0, unplaced), f"code that came back as the paragraph {now!r}")
    os.unlink(t.path("drafts/spaced.md"))

    # The word that a reference prints is its own: who types another one is told.
    t.write("drafts/printed.md", "---\ntitle: T\nnumbering: paragraphs\n---\n\n{#a}\nThe first.\n\n{#b}\nAs said in [](#a), so here.\n\n{#c label=\"7 bis\"}\nThe third.\n\n{#d}\nAs said in [](#c), too.\n")
    for fmt, part in (("odt", "content.xml"), ("docx", "word/document.xml")):
        once = t.read("drafts/printed.md")
        t.run("export", "printed", "--to", fmt, "--audience", "review", "-o", "printed." + fmt)
        for old, new, said in ((">paragraph <", ">point <", "point "), (">paragraph 7 bis<", ">item 7 bis<", "item 7 bis")):
            changed(t.path("printed." + fmt), t.path("printed-back." + fmt), (part, lambda x: x.replace(old, new, 1)))
            code, got = t.json("receive", "printed-back." + fmt, "printed")
            t.ok((code, got["suggestions"], len(got["unplaced"])) == (1, 0, 1) and got["unplaced"][0]["what"] == "words of a reference, which prints its own" and
                 got["unplaced"][0]["text"].startswith(said), f"{fmt}: {new} in a reference is listed", json.dumps(got))
            t.same(t.read("drafts/printed.md"), once, f"{fmt}: and the draft is as it was")
    # LibreOffice leaves the code of a field that was struck outside of what was struck.
    struck = lambda x: re.sub(r"<w:r>((?:(?!</w:r>).)*)<w:t( [^>]*)?>paragraph 7 bis</w:t></w:r>", r'<w:del w:id="990" w:author="Ana" w:date="2025-10-01T09:00:00Z"><w:r>\1<w:delText>paragraph 7 bis</w:delText></w:r></w:del>', x)
    changed(t.path("printed.docx"), t.path("printed-back.docx"), ("word/document.xml", struck))
    code, got = t.json("receive", "printed-back.docx", "printed")
    t.same((code, got["suggestions"]), (0, 1), "a reference whose printed words were struck")
    t.has(t.read("drafts/printed.md").decode(), "{--[](#c)--}{>>@Ana 2025-10-01T09:00:00Z<<}", "it is struck")
    os.unlink(t.path("drafts/printed.md"))

    # A paragraph made something else by hand: no words changed, so it is listed.
    SHAPES = ("---\ntitle: T\nnumbering: paragraphs\n---\n\n{#first}\nThe first paragraph.\n\n# A heading {#h}\n\n1. {#i} one item;\n2. another item,\n   - of two bullets\n   - in a list.\n\n"
              "> {#q}\n> Quoted words.\n\n{#last}\nThe last paragraph.\n")
    t.write("drafts/shapes.md", SHAPES)
    for fmt in ("docx", "odt"):
        t.run("export", "shapes", "--to", fmt, "--audience", "review", "-o", "shapes." + fmt)

    def reshaped(words, old, new):
        def edit(xml):
            whole = next(m for m in re.finditer(r"<w:p>(?:(?!</w:p>).)*</w:p>|<text:[ph] (?:(?!</text:[ph]>).)*</text:[ph]>", xml) if words in re.sub("<[^>]*>", "", m[0]))
            assert re.search(old, whole[0]), (old, whole[0])
            return xml[:whole.start()] + re.sub(old, new, whole[0], count=1) + xml[whole.end():]
        return edit
    A_LEVEL = '<w:ilvl w:val="1"/>'
    for fmt, words, old, new, listed in (
            ("docx", "A heading", "Heading1", "Heading2", ("now a heading of level 2, was a heading of level 1", "h")),
            ("docx", "A heading", "<w:pPr>.*?</w:pPr>", "", ("now a paragraph, was a heading of level 1", "h")),
            ("docx", "The last", "<w:pPr>.*?</w:pPr>", '<w:pPr><w:pStyle w:val="Heading2"/></w:pPr>', ("now a heading of level 2, was a paragraph with a number", "last")),
            ("docx", "The last", "<w:numPr>.*?</w:numPr>", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>', ("now a paragraph, was a paragraph with a number", "last")),
            ("docx", "another item", A_LEVEL, A_LEVEL.replace("1", "2"), ("now an item of a numbered list, level 2, was an item of a numbered list, level 1", "")),
            ("docx", "in a list", "<w:pPr>.*?</w:pPr>", "", ("now a paragraph, was an item of a bulleted list, level 2", "")),
            ("docx", "Quoted", "<w:pPr>.*?</w:pPr>", "", ("now a paragraph, was a quotation", "q")),
            ("odt", "A heading", 'outline-level="1"', 'outline-level="3"', ("now a heading of level 3, was a heading of level 1", "h"))):
        part = "word/document.xml" if fmt == "docx" else "content.xml"
        changed(t.path("shapes." + fmt), t.path("shapes-back." + fmt), (part, reshaped(words, old, new)))
        code, got = t.json("receive", "shapes-back." + fmt, "shapes")
        t.same((code, got["suggestions"], [(u["what"], u["where"]) for u in got["unplaced"]], t.read("drafts/shapes.md").decode()), (1, 0, [listed], SHAPES), f"{fmt}: {listed[0]}: listed")

    for name, edits, accepted, lost in (
            ("words made bold", [(stable, run(" mandate, with ") + run("stable", B) + run(" funding."))], [("with stable", "with **stable**")], []),
            ("bold words typed on", [(run("permanent", B), run("permanent", B) + '<w:ins w:id="9" %s>%s</w:ins>' % (who, run("ly", B)))], [("**permanent**", "**permanently**")], []),
            ("bold words and a space typed on", [(run("permanent", B), run("permanent", B) + '<w:ins w:id="9" %s>%s</w:ins>' % (who, run("ly ", B)))], [("**permanent**", "**permanently** ")], []),
            ("bold words typed in front", [(run("permanent", B), '<w:ins w:id="9" %s>%s</w:ins>' % (who, run("im", B)) + run("permanent", B))], [("**permanent**", "**impermanent**")], []),
            ("bold taken off", [(run("permanent", B), run("permanent"))], [("**permanent**", "permanent")], []),
            ("italics for bold", [(run("permanent", B), run("permanent", I))], [("**permanent**", "*permanent*")], []),
            ("a part of bold words", [(run("have waited", B), run("have", B) + run(" waited"))], [("**have waited**", "**have** waited")], []),
            ("an item", [(run("One item, of words."), run("One item, of words.", B))], [("One item, of words.", "**One item, of words.**")], []),
            ("on both sides of a note", [(run(" for years"), run(" for years", B)), (run(" and more."), run(" and more.", B))], [(" for years[^1] and more.", " **for years**[^1] **and more.**")], []),
            ("bold words put in", [(stable, run(" mandate, with ") + '<w:ins w:id="9" %s>%s</w:ins>' % (who, run("really ", B)) + run("stable funding."))], [("with stable", "with **really** stable")], []),
            ("bold words put into bold ones", [(run("have waited", B), run("have ", B) + '<w:ins w:id="9" %s>%s</w:ins>' % (who, run("long ", B)) + run("waited", B))], [("**have waited**", "**have long waited**")], []),
            ("tracked as a change of formatting", [(stable, run(" mandate, with ") + run("stable", B + '<w:rPrChange w:id="5" %s><w:rPr/></w:rPrChange>' % who) + run(" funding."))], [("with stable", "with **stable**")], []),
            ("bold words put in beside words made bold", [(stable, run(" mandate, with ") + '<w:ins w:id="9" %s>%s</w:ins>' % (who, run("really ", B)) + run("stable", B) + run(" funding."))], [("with stable", "with **really** **stable**")], []),
            ("words put in behind words made bold", [(stable, run(" mandate, with ") + run("stable", B) + '<w:ins w:id="9" %s>%s</w:ins>' % (who, run(" and firm")) + run(" funding."))], [("with stable", "with **stable** and firm")], []),
            ("a new paragraph", [("<w:sectPr>", "<w:p>" + run("A new ") + run("bold", B) + run(" paragraph.") + "</w:p><w:sectPr>")], [("of words.\n", "of words.\n\nA new **bold** paragraph.\n")], []),
            ("underlined words", [(stable, run(" mandate, with ") + run("stable", '<w:u w:val="single"/>') + run(" funding."))], [], [("underlined words", "a", "stable")]),
            ("words struck by hand", [(stable, run(" mandate, with ") + run("stable", "<w:strike/>") + run(" funding."))], [], [("words struck through by hand", "a", "stable")])):
        def all_of(xml):
            for old, new in edits:
                assert old in xml, old
                xml = xml.replace(old, new, 1)
            return xml
        changed(t.path("looks.docx"), t.path("looks-back.docx"), ("word/document.xml", all_of))
        t.write("drafts/looks.md", LOOKS)
        code, got = t.json("receive", "looks-back.docx", "looks", "--from", "Jane")
        arrived = t.read("drafts/looks.md")
        why = [] if (code, [(u["what"], u["where"], u["text"]) for u in got["unplaced"]]) == (len(lost) > 0, lost) else [f"{code} {got}"]
        t.json("receive", "looks-back.docx", "looks", "--from", "Jane")
        if t.read("drafts/looks.md") != arrived:
            why.append("received twice: " + t.read("drafts/looks.md").decode())
        want = LOOKS
        for old, new in accepted:
            want = want.replace(old, new, 1)
        t.run("accept", "looks", "--all", "--comments")
        if t.read("drafts/looks.md").decode() != want:
            why.append("accepted: " + t.read("drafts/looks.md").decode())
        t.write("drafts/looks.md", arrived)
        t.run("reject", "looks", "--all", "--comments")
        if t.read("drafts/looks.md").decode() != LOOKS:
            why.append("rejected: " + t.read("drafts/looks.md").decode())
        t.ok(not why, "receive: " + name, "\n".join(why))
    # Two people who track changes of looks: each is by its own.
    track = lambda words, look, n, who: run(words, look + '<w:rPrChange w:id="%d" w:author="%s" w:date="2025-10-01T09:00:00Z"><w:rPr/></w:rPrChange>' % (n, who))
    changed(t.path("looks.docx"), t.path("looks-back.docx"), ("word/document.xml", lambda x: x.replace(stable, run(" mandate, with ") + track("stable", B, 5, "Tomas") + run(" funding.")).replace(
        run("One item, of words."), track("One item", I, 6, "Aroha") + run(", of words."))))
    t.write("drafts/looks.md", LOOKS)
    t.run("receive", "looks-back.docx", "looks", "--from", "Jane")
    t.same([(s["author"], s["new"]) for s in t.json("suggestions", "looks")[1]["suggestions"]], [("Tomas", "**stable**"), ("Aroha", "*One item*")], "changes of looks by two people")
    os.unlink(t.path("drafts/looks.md"))

    # A new note is its mark and its text: what is settled of one of them is of both.
    HALF = "---\ntitle: T\n---\n\n{#a}\nSome words{++[^2]++}{>>@Ana<<} here.\n\n{#b}\nMore words{++[^2] too++}{>>@Ana<<}.\n\n{++[^2]: A note.\n++}{>>@Ana<<}"
    for words, rest in ((["accept", "half", "s1"], "Some words[^2] here.\n\n{#b}\nMore words{++[^2] too++}{>>@Ana<<}.\n\n[^2]: A note.\n"), (["accept", "half", "a"], None),
                        (["accept", "half", "s3"], "Some words[^2] here.\n\n{#b}\nMore words[^2] too.\n\n[^2]: A note.\n"),
                        (["reject", "half", "s1"], "Some words here.\n\n{#b}\nMore words{++[^2] too++}{>>@Ana<<}.\n\n{++[^2]: A note.\n++}{>>@Ana<<}"),
                        (["reject", "half", "s1", "s2"], "Some words here.\n\n{#b}\nMore words.\n\n"), (["reject", "half", "s3"], None)):
        t.write("drafts/half.md", HALF)
        code, out, err = t.run(*words)
        want = rest or want
        t.ok(code == 0 and t.read("drafts/half.md").decode().endswith("{#a}\n" + want), " ".join(words) + ": a note's mark and its text go together", out + err + t.read("drafts/half.md").decode())
    t.has(out, "Some words{+[^2]+} here.\n", "a suggested note mark is shown")
    os.unlink(t.path("drafts/half.md"))

    # The summary counts every clause, however many.
    t.write("drafts/long.md", "---\ntitle: T\n---\n\n" + "\n".join("{#c%d}\nParagraph %d of the **long** text.\n" % (i, i) for i in range(400)))
    t.run("export", "long", "--to", "docx", "--audience", "review", "-o", "long.docx")
    changed(t.path("long.docx"), t.path("long-back.docx"), ("word/document.xml", lambda x: x.replace("of the ", "in this ")))
    code, got = t.json("receive", "long-back.docx", "long", "--dry-run")
    t.same((code, got["clauses"], got["suggestions"]), (0, 400, 400), "400 clauses are counted")
    os.unlink(t.path("drafts/long.md"))

    # Notes of several paragraphs: what is typed over, put in or taken out in them arrives in them, and never goes silently.
    NOTED = ("---\ntitle: T\n---\n\n{#a}\nOpening remark[^q] stands.\n\n{#b}\nSecond remark[^r] too.\n\n[^q]: Remark begins here.\n\n    Middle paragraph of it.\n\n    - bulleted piece\n    - second piece\n\n"
             "    Ending remark.\n\n[^r]: A one-line remark.\n\nLast words.\n")
    for form, part, tag, item in (("docx", "word/footnotes.xml", "w:p", "w:p"), ("odt", "content.xml", "text:p", "text:list-item")):
        t.write("drafts/noted.md", NOTED)
        t.run("export", "noted", "--to", form, "--audience", "review", "-o", "noted." + form)
        fresh = "<w:p><w:r><w:t>Fresh words.</w:t></w:r></w:p>" if form == "docx" else "<text:p>Fresh words.</text:p>"

        def around(x, words, tag=tag):
            return max(x.rfind("<%s>" % tag, 0, x.index(words)), x.rfind("<%s " % tag, 0, x.index(words))), x.index("</%s>" % tag, x.index(words)) + len("</%s>" % tag)

        def put_in(x, words, what=fresh):
            end = around(x, words)[1]
            return x[:end] + what + x[end:]

        def take_out(x, words):
            begin, end = around(x, words)
            return x[:begin] + x[end:]

        def one_more(x):
            begin, end = around(x, "bulleted piece", item)
            return x[:end] + x[begin:end].replace("bulleted piece", "Fresh words.") + x[end:]
        for what, change, old, new in (
                ("words of an item", lambda x: x.replace("bulleted", "listed"), "bulleted", "listed"),
                ("all words of an item and of what follows", lambda x: x.replace("second piece", "quite another").replace("Ending remark", "So it ends"), "second piece\n\n    Ending remark", "quite another\n\n    So it ends"),
                ("a paragraph behind the first", lambda x: put_in(x, "Remark begins"), "here.\n\n    Middle", "here.\n\n    Fresh words.\n\n    Middle"),
                ("one behind the last", lambda x: put_in(x, "Ending"), "Ending remark.\n", "Ending remark.\n\n    Fresh words.\n"),
                ("one in a note of one line", lambda x: put_in(x, "one-line"), "one-line remark.\n", "one-line remark.\n\n    Fresh words.\n"),
                ("an item more", one_more, "bulleted piece\n", "bulleted piece\n    - Fresh words.\n"),
                ("a paragraph less", lambda x: take_out(x, "Middle"), "    Middle paragraph of it.\n\n", ""),
                ("an item less", lambda x: take_out(x, "second piece"), "    - second piece\n", ""),
                ("the last one less", lambda x: take_out(x, "Ending"), "    Ending remark.\n\n", ""),
                ("the first one less", lambda x: take_out(x, "Remark begins"), "Remark begins here.", "")):
            changed(t.path("noted." + form), t.path("noted-back." + form), (part, change))
            code, got = t.json("receive", "noted-back." + form, "noted", "--from", "Jane")
            arrived = t.read("drafts/noted.md")
            t.run("accept", "noted", "--all", "--comments")
            t.same((code, got["unplaced"], t.read("drafts/noted.md").decode()), (0, [], NOTED.replace(old, new)), f"{form}, in a note: {what}")
            t.write("drafts/noted.md", arrived)
            t.run("reject", "noted", "--all", "--comments")
            t.same(t.read("drafts/noted.md").decode(), NOTED, f"{form}, in a note: {what}, rejected")
        changed(t.path("noted." + form), t.path("noted-back." + form), (part, lambda x: x[:around(x, "Remark begins")[0]] + fresh + x[around(x, "Remark begins")[0]:]))
        code, got = t.json("receive", "noted-back." + form, "noted", "--from", "Jane")
        t.same((code, [(u["what"], u["text"]) for u in got["unplaced"]]), (1, [("new paragraph of a footnote", "Fresh words.")]), f"{form}: in front of all words of a note is no place, and that is said")
    os.unlink(t.path("drafts/noted.md"))

    # A paragraph written anew as a whole is its clause, by its anchor; so is the one of few words between two that are known.
    ANEW = "---\ntitle: T\n---\n\n{#a}\nFirst words of all.\n\n{#b}\nBeta ends here.\n\n# A section {#s}\n\nTwo words.\n\n{#c}\nClosing sentence.\n"
    NOTED_ANEW = "---\ntitle: T\n---\n\n{#a}\nFirst words of all.\n\n{#b}\nBeta ends[^n].\n\n[^n]: A note of it.\n"
    t.write("drafts/noted.md", NOTED_ANEW)
    for form in ("docx", "odt"):
        t.run("export", "noted", "--to", form, "--audience", "review", "-o", "noted." + form)
        changed(t.path("noted." + form), t.path("noted-back." + form), *((part, lambda x: x.replace("Beta ends", "Quite another").replace("A note of it", "Other words here")) for part in (("word/document.xml", "word/footnotes.xml") if form == "docx" else ("content.xml",))))
        code, got = t.json("receive", "noted-back." + form, "noted", "--from", "Jane")
        t.run("accept", "noted", "--all", "--comments")
        t.same(t.read("drafts/noted.md").decode(), NOTED_ANEW.replace("Beta ends", "Quite another").replace("A note of it", "Other words here"), f"{form}: written anew with its note, it is still its clause, and the note its note")
        t.write("drafts/noted.md", NOTED_ANEW)
    os.unlink(t.path("drafts/noted.md"))
    t.write("drafts/anew.md", ANEW)
    for form, part in (("docx", "word/document.xml"), ("odt", "content.xml")):
        t.run("export", "anew", "--to", form, "--audience", "review", "-o", "anew." + form)
        changed(t.path("anew." + form), t.path("anew-back." + form), (part, lambda x: x.replace("Beta ends here", "Quite another thing").replace("Two words", "Three words").replace("Closing sentence", "So it closes")))
        code, got = t.json("receive", "anew-back." + form, "anew", "--from", "Jane")
        t.same([(s["clause"], s["old"], s["new"]) for s in t.json("suggestions", "anew")[1]["suggestions"]], [("b", "Beta ends here", "Quite another thing"), (None, "Two", "Three"), ("c", "Closing sentence", "So it closes")], f"{form}: written anew, it is still its clause")
        t.run("reject", "anew", "--all", "--comments")
        t.same(t.read("drafts/anew.md").decode(), ANEW, f"{form}: written anew and rejected")
    os.unlink(t.path("drafts/anew.md"))

    # LibreOffice saves a reference to an item as a link around the fields of its path, and a further mark of a note as a raised number.
    SAVED = "---\ntitle: T\nnumbering: paragraphs\n---\n\n{#one}\nFirst words[^n]:\n\n1. {#i} an item;\n2. another:\n   1. {#deep} a deep one.\n\n{#two}\nAs in [](#i), again[^n], and in [](#deep), as [](#one) has it.\n\n[^n]: A note.\n"
    t.write("drafts/saved.md", SAVED)
    t.run("export", "saved", "--to", "docx", "--audience", "review", "-o", "saved.docx")
    FIELD = r'<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:fldChar w:fldCharType="%s"/></w:r>'

    def as_saved(x):
        end = FIELD % "end"
        x, n = re.subn(FIELD % "begin" + r'<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:instrText[^>]*> HYPERLINK \\l (?:"|&quot;)(\w+)(?:"|&quot;) </w:instrText></w:r>' + FIELD % "separate" + "(.*?" + end + ")" + end,
                       r'<w:hyperlink w:anchor="\1">\2</w:hyperlink>', x)
        x, m = re.subn(FIELD % "begin" + r'(?:(?!fldChar).)*NOTEREF.*?' + end, '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r>', x)
        t.same((n, m), (3, 1), "references and a further mark as LibreOffice saves them")
        return x
    changed("saved.docx", "saved-back.docx", ("word/document.xml", as_saved))
    code, got = t.json("receive", "saved-back.docx", "saved", "--from", "Jane")
    t.same((code, got["suggestions"], got["unplaced"], t.read("drafts/saved.md").decode()), (0, 0, [], SAVED), "saved so it is nobody's edit")
    os.unlink(t.path("drafts/saved.md"))

    # Words on both sides of a note's mark, or of a picture without words, are rewritten, and it stays between them.
    t.write("drafts/dot.png", base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="))
    BESIDE = "---\ntitle: T\n---\n\n{#a}\nFirst mark[^x] and second[^y] plus fourth[^w].\n\n{#b}\nBetween ![](dot.png) pictures ![](dot.png) here.\n\n[^x]: Xray.\n\n[^y]: Yankee.\n\n[^w]: Whiskey.\n"
    t.write("drafts/beside.md", BESIDE)
    for form, part in (("docx", "word/document.xml"), ("odt", "content.xml")):
        t.run("export", "beside", "--to", form, "--audience", "review", "-o", "beside." + form)
        for edits in ((("and second", "and another"), ("plus fourth", "minus more")), (("First mark", "The sign"), ("and second", "but another"), ("plus fourth", "minus more")),
                      (("Between ", "Among "), (" pictures ", " images "), (" here", " there"))):
            want = BESIDE
            for old, new in edits:
                want = want.replace(old, new)
            changed(t.path("beside." + form), t.path("beside-back." + form), (part, lambda x: [x := x.replace(old, new) for old, new in edits][-1]))
            code, got = t.json("receive", "beside-back." + form, "beside", "--from", "Jane")
            once = t.read("drafts/beside.md")
            t.run("receive", "beside-back." + form, "beside", "--from", "Jane")
            t.same(t.read("drafts/beside.md"), once, f"{form}: {len(edits)} rewritten beside marks of notes, the same again")
            t.run("accept", "beside", "--all", "--comments")
            t.same(t.read("drafts/beside.md").decode(), want, f"{form}: {len(edits)} rewritten beside marks of notes")
            t.write("drafts/beside.md", once)
            t.run("reject", "beside", "--all", "--comments")
            t.same(t.read("drafts/beside.md").decode(), BESIDE, f"{form}: and rejected")
    os.unlink(t.path("drafts/beside.md"))

    # What the copy did not carry nobody settled in it: suggestions in text that stays in house, and in what a file for reading does not show.
    HOUSE = ("---\ntitle: T\n---\n\n{#a}\nWords {~~older~>newer~~}{>>@Zed 2025-01-01T00:00:00Z: why<<} here.\n\n::: internal\nHidden {++secret++} words[^s].\n\n{--Hidden whole.\n\n--}Rest.\n:::\n\n"
             "{#i .internal}\nOther {++secret ++}words.\n\n- x\n- {#it .internal} item {--secret--}\n\n{.rationale}\nBecause {++of ++}reasons.\n\n{.oral for=a}\nSpoken {++of ++}words.\n\n[^s]: Note of {++secret ++}text.\n")
    for form in ("docx", "odt"):
        for audience in ("review", "internal"):
            t.write("drafts/house.md", HOUSE)
            t.run("export", "house", "--to", form, "--audience", audience, "-o", "house." + form)
            code, got = t.json("receive", "house." + form, "house", "--from", "Jane")
            t.same((code, got["suggestions"], got["comments"], t.read("drafts/house.md").decode()), (0, 0, 0, HOUSE), f"{form}, {audience}: suggestions in what the copy did not carry stay open")
    os.unlink(t.path("drafts/house.md"))

    # A paragraph with a note's mark among its words goes as one, struck or without a mark; the same file again brings nothing.
    MARKED = "---\ntitle: T\n---\n\nNote words here[^a].\n\nNext words.\n\n[^a]: Explanation of it.\n"
    BY = 'w:id="%d" w:author="Jane" w:date="2025-09-01T10:00:00Z"'
    for form, part in (("docx", "word/document.xml"), ("odt", "content.xml")):
        t.write("drafts/marked.md", MARKED)
        t.run("export", "marked", "--to", form, "--audience", "review", "-o", "marked." + form)

        def strike_all(x):
            p = re.search(r"<w:p>(?:(?!</w:p>).)*Note words.*?</w:p>", x)[0]
            struck = re.sub(r"<w:r>.*</w:r>", lambda m: "<w:del " + BY % 901 + ">" + m[0].replace("<w:t", "<w:delText").replace("</w:t>", "</w:delText>") + "</w:del>", p)
            return x.replace(p, struck.replace("</w:pPr>", "<w:rPr><w:del " + BY % 900 + "/></w:rPr></w:pPr>"))
        for what, change, count in (("struck", strike_all, 1), ("typed over", lambda x: x.replace("Note words here", "Quite another"), 2)):
            if form == "odt" and what == "struck":
                continue
            changed(t.path("marked." + form), t.path("marked-back." + form), (part, change))
            code, got = t.json("receive", "marked-back." + form, "marked", "--from", "Jane")
            once = t.read("drafts/marked.md")
            t.same((code, got["suggestions"], got["unplaced"]), (0, count, []), f"{form}: a paragraph with a note among its words, {what}")
            code, got = t.json("receive", "marked-back." + form, "marked", "--from", "Jane")
            t.same((got["suggestions"], got["comments"], t.read("drafts/marked.md")), (0, 0, once), f"{form}: the same again, {what}")
            t.run("reject", "marked", "--all", "--comments")
            t.same(t.read("drafts/marked.md").decode(), MARKED, f"{form}: rejected, {what}")
    os.unlink(t.path("drafts/marked.md"))

    # What no suggestion can say is listed, and all else of the file arrives.
    ODD = "---\ntitle: T\n---\n\n{#a}\nType `ip -6 route` to see {==the routes==}{>>@Ana: which?<<} of the network.\n\n{#b}\nSecond words of the text.\n\n```\ncode line\n```\n\n{#c}\nSee <https://example.org/x> now.\n"
    t.write("drafts/odd.md", ODD)
    t.run("export", "odd", "--to", "docx", "--audience", "review", "-o", "odd.docx")
    changed(t.path("odd.docx"), t.path("odd-back.docx"), ("word/document.xml", lambda x: x.replace("ip -6 route", "ip -6 address").replace("the routes", "all routes").replace("Second words", "Other words")
            .replace("code line", "code words").replace("example.org/x</w:t>", "example.org/y</w:t>")))
    code, got = t.json("receive", "odd-back.docx", "odd", "--from", "Jane")
    t.same((code, got["suggestions"], [(u["what"], u["where"], u["text"].strip()) for u in got["unplaced"]]),
           (1, 4, [("new block of code", "", "code words"), ("block of code that is gone", "", "code line")]), "blocks of code are listed, the rest arrives")
    arrived = re.sub(rb"\{>>@Jane[^<]*<<\}", b"", t.read("drafts/odd.md")).decode()
    for words in ("{~~{==the routes==}~>all routes~~}{>>@Ana: which?<<}", "{~~`ip -6 route`~>`ip -6 address`~~}", "{~~Second~>Other~~}", "{~~<https://example.org/x>~><https://example.org/y>~~}"):
        t.has(arrived, words, "and " + words)
    arrived = t.read("drafts/odd.md")
    t.run("reject", "odd", "--all")
    unsigned = lambda: re.sub(rb"\{>>@Jane[^<]*<<\}", b"", t.read("drafts/odd.md")).decode()
    t.same(unsigned(), ODD, "rejected, it is the draft again")
    t.write("drafts/odd.md", arrived)
    t.run("accept", "odd", "--all")
    t.has(unsigned(), "Type `ip -6 address` to see all routes{>>@Ana: which?<<} of the network.", "accepted, what was said of the words stays")
    os.unlink(t.path("drafts/odd.md"))

    # Word processors make a paragraph of each line of code.
    W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(t.path("lines.docx"), "w") as z:
        z.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        for name, kind, target in (("_rels/.rels", "officeDocument", "word/document.xml"), ("word/_rels/document.xml.rels", "styles", "styles.xml")):
            z.writestr(name, f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{R}/{kind}" Target="{target}"/></Relationships>')
        z.writestr("word/styles.xml", f'<w:styles {W}><w:style w:type="paragraph" w:styleId="c"><w:name w:val="HTML Preformatted"/></w:style></w:styles>')
        z.writestr("word/document.xml", f"<w:document {W}><w:body>" + "".join(
            '<w:p><w:pPr><w:pStyle w:val="c"/></w:pPr>%s</w:p>' % (f'<w:r><w:t xml:space="preserve">{x}</w:t></w:r>' if x else "") for x in ("", "if (x) {", "    y();", "", "}", "")) + "</w:body></w:document>")
    t.write("lines.fodt", (FLAT % "").replace("<text:p>Kept words", '<text:p text:style-name="Preformatted_20_Text">if (x) {<text:line-break/> <text:s text:c="3"/>y();</text:p><text:p text:style-name="Preformatted_20_Text"/><text:p text:style-name="Preformatted_20_Text">}</text:p><text:p>Kept words').replace(
        "<office:body>", '<office:automatic-styles><style:style xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" style:name="Preformatted_20_Text" style:family="paragraph"/></office:automatic-styles><office:body>'))
    for name, want in (("lines.docx", b"```\nif (x) {\n    y();\n\n}\n```\n"), ("lines.fodt", b"```\nif (x) {\n    y();\n\n}\n```\n")):
        code, out, err = t.run("import", name, "-o", name + ".md")
        t.ok(code == 0 and want in t.read(name + ".md") and t.read(name + ".md").count(b"```") == 2, name + ": one block of code", err + (t.read(name + ".md").decode() if code == 0 else ""))

    # Merged cells, a text box, and looks that Markdown has no signs for.
    V = W + ' xmlns:v="urn:schemas-microsoft-com:vml"'
    cell = lambda words, more="": "<w:tc><w:tcPr>%s</w:tcPr><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>" % (more, words)
    with zipfile.ZipFile(t.path("merged.docx"), "w") as z:
        z.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        z.writestr("_rels/.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>')
        z.writestr("word/document.xml", f"<w:document {V}><w:body><w:tbl><w:tr>%s%s</w:tr><w:tr>%s%s%s</w:tr><w:tr>%s%s</w:tr></w:tbl>" % (
            cell("Head", '<w:gridSpan w:val="2"/>'), cell("Last"), cell("a", '<w:vMerge w:val="restart"/>'), cell("b"), cell("c"), cell("", "<w:vMerge/>"), cell("d")) +
            "<w:p><w:r><w:t>Before</w:t></w:r><w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
            '<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve"> underlined</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve"> struck</w:t></w:r></w:p></w:body></w:document>')
    code, got = t.json("import", "merged.docx", "-o", "merged.md")
    t.same((code, re.findall(r"^\|.*|^[A-Z].*", t.read("merged.md").decode(), re.M)), (0, ["| Head |  | Last |", "|---|---|---|", "| a | b | c |", "|  | d |  |", "Before underlined struck", "In the box"]),
           "import: merged cells stay in their columns, a text box's words stand behind its paragraph")
    t.same([(u["what"], u["text"]) for u in got["unplaced"]], [("merged table cells, written apart", ""), ("text box, its words put after the paragraph that holds it", ""), ("words struck through by hand", "struck"),
           ("underlined words", "underlined")], "and what was read over is listed")

    # Where a system lets no process give up the network, files are read all the same, and it is said.
    calls = {"x86_64": (317, 157), "aarch64": (277, 167)}.get(platform.machine())  # seccomp, prctl
    name = "a system without seccomp: the file is read within the bounds, and it is said"
    with open(PROGRAM, "rb") as program:
        built_in = b"libseccomp" in program.read()
    if sys.platform != "linux" or not calls or not built_in or any(n in os.environ for n in ("ASAN_OPTIONS", "UBSAN_OPTIONS")):
        t.skip(name, "only where libseccomp is built in, and the calls have these numbers")
    else:
        allow, refuse = 0x7FFF0000, 0x00050000 | 38  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO, ENOSYS
        rules = [(0x20, 0, 0, 0), (0x15, 3, 0, calls[0]), (0x15, 0, 3, calls[1]), (0x20, 0, 0, 16), (0x15, 0, 1, 22), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *r) for r in rules))
        program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rules), ctypes.addressof(code)))

        def without():
            libc = ctypes.CDLL(None)
            libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
            libc.prctl(22, 2, ctypes.byref(program), 0, 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        done = subprocess.run([PROGRAM, "import", "merged.docx", "-o", "merged-2.md"], cwd=t.top, env=t.env, capture_output=True, text=True, preexec_fn=without)
        t.ok(done.returncode == 0 and "this system lets no process give up the network and other programs (seccomp)" in done.stderr and t.exists("merged-2.md"), name, done.stderr)

    # Very many styles, relationships and comments cost no more than their number.
    if not any(name in os.environ for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS")):
        W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        N = 60000
        rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
        with zipfile.ZipFile(t.path("many.docx"), "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
            z.writestr("_rels/.rels", rels % f'<Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/>')
            z.writestr("word/_rels/document.xml.rels", rels % (f'<Relationship Id="s" Type="{R}/styles" Target="styles.xml"/><Relationship Id="c" Type="{R}/comments" Target="comments.xml"/>' + "".join(
                f'<Relationship Id="h{i}" Type="{R}/hyperlink" Target="https://example.org/{i}" TargetMode="External"/>' for i in range(N))))
            z.writestr("word/styles.xml", f"<w:styles {W}>" + "".join(f'<w:style w:type="paragraph" w:styleId="s{i}"><w:name w:val="n{i}"/></w:style>' for i in range(N)) + "</w:styles>")
            z.writestr("word/comments.xml", f"<w:comments {W}>" + "".join(f'<w:comment w:id="{i}" w:author="A"><w:p><w:r><w:t>c</w:t></w:r></w:p></w:comment>' for i in range(N)) + "</w:comments>")
            z.writestr("word/document.xml", f"<w:document {W}><w:body>" + "".join(
                f'<w:p><w:pPr><w:pStyle w:val="s{N - 1 - i}"/></w:pPr><w:hyperlink r:id="h{N - 1 - i}"><w:r><w:t>w{i}</w:t></w:r></w:hyperlink><w:r><w:commentReference w:id="{N - 1 - i}"/></w:r></w:p>' for i in range(N)) + "</w:body></w:document>")
        began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        code, got = t.json("import", "many.docx", "-o", "many.md")
        took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
        t.ok(code == 0 and got.get("comments") == N and took < 12, f"{N} styles, links and comments are looked up by index", f"{code} {got} {took} s")

    # Of what a file would fetch or run, 50 are listed one by one, and the rest counted (LIMIT_RISKS).
    W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(t.path("risks.docx"), "w") as z:
        z.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        for name, rows in (("_rels/.rels", f'<Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/>'),
                           ("word/_rels/document.xml.rels", "".join(f'<Relationship Id="o{i}" Type="{R}/oleObject" Target="file:///{i}" TargetMode="External"/>' for i in range(61)))):
            z.writestr(name, f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>')
        z.writestr("word/document.xml", f"<w:document {W}><w:body><w:p><w:r><w:t>Words</w:t></w:r></w:p></w:body></w:document>")
    t.write("risks.fodt", (FLAT % "").replace("Kept words", "Kept words" + '<draw:object-ole xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"/>' * 61))
    for name in ("risks.docx", "risks.fodt"):
        code, got = t.json("import", name, "-o", name + ".md")
        what = [u["what"] for u in got["unplaced"]]
        t.same((code, sum("OLE" in w for w in what), [u["text"] for u in got["unplaced"] if "more" in u["what"]]), (0, 50, ["11 not listed"]), name + ": 50 risks, and how many more")

    # Sub-paragraphs that are typed as paragraphs are clauses under their number.
    t.write("sub.txt", "57. The Forum shall:\n\n(a) be permanent;\n\n(i) in name;\n\n(ii) in fact;\n\n(b) be funded.\n\n(c) not a list; (d) nor this.\n\n58. Another.\n\n(a) again.\n\n(see above) is no label.\n")
    t.run("import", "sub.txt", "-o", "sub.md")
    t.same(re.findall(r"\{#(para[^ }]*) label=(\"[^\"]*\"|\S*)\} -->\n(\S+)", t.read("sub.md").decode()),
           [("para-57", "57", "The"), ("para-57-a", "(a)", "be"), ("para-57-a-i", "(i)", "in"), ("para-57-a-ii", "(ii)", "in"), ("para-57-b", "(b)", "be"), ("para-57-c", "(c)", "not"),
            ("para-58", "58", "Another."), ("para-58-a", "(a)", "again.")], "import: typed (a) and (i) are clauses of their paragraph")
    # The last words of a paragraph, struck, are known when the file comes again.
    t.write("drafts/last.md", HEAD + "\n{#a}\nQuoted words here.\n\n{#b}\nTwo.\n")
    t.run("export", "last", "--audience", "review", "-o", "last.docx")
    changed("last.docx", "last-back.docx", ("word/document.xml", lambda x: x.replace(word_run("Quoted words here."), word_run("Quoted words ") + f"<w:del {HAND % 701}>" + word_run("here.").replace("w:t", "w:delText") + "</w:del>")))
    t.same([t.json("receive", "last-back.docx", "last")[1]["suggestions"] for _ in range(2)], [1, 0], "last words struck: once")
    os.unlink(t.path("drafts/last.md"))

    # Word tracks the mark of a note and not its text: imported, the two come or go together.
    t.write("drafts/noted.md", HEAD + "\n{#a}\nWords with a note[^n] here.\n\n[^n]: The note's words.\n")
    t.run("export", "noted", "--audience", "review", "-o", "noted.docx")
    for tag, sign in (("ins", "++"), ("del", "--")):
        changed("noted.docx", "noted-back.docx", ("word/document.xml", lambda x: re.sub(r"<w:r>(?:(?!</w:r>).)*<w:footnoteReference [^>]*/></w:r>", lambda m: f"<w:{tag} {HAND % 701}>{m[0]}</w:{tag}>", x)))
        for how in ("accept", "reject"):
            t.run("import", "noted-back.docx", "-o", "noted-now.md", "--force", "--" + how)
            t.run("import", "noted-back.docx", "-o", "noted-later.md", "--force")
            later = t.read("noted-later.md").decode()
            t.run(how, "noted-later.md", "--all", "--comments")
            t.same((t.read("noted-later.md").decode().strip(), "{" + sign + "[^1]: The note" in later), (t.read("noted-now.md").decode().strip(), True), f"import: a note whose mark is in w:{tag}, then {how}")
    os.unlink(t.path("drafts/noted.md"))

    # A paragraph that is joined, or cut, says so, in its own clause, though another suggestion stands near.
    t.write("drafts/breaks.md", HEAD + "\n{#a}\nFirst words{--\n\n{#b}\n--}{>>@Ana 2025-09-01T10:00:00Z<<}go on.\n\n{#c}\nCut {++\n\n++}{>>@Ben 2025-09-01T10:00:00Z<<}here it is.\n")
    t.same([s["clause"] for s in t.json("suggestions", "breaks")[1]["suggestions"]], ["a", "c"], "suggestions: a break is its clause's")
    out = t.run("suggestions", "breaks")[1]
    t.ok("First words  [the next paragraph is joined to this one]" in out and "[a paragraph ends here]" in out, "suggestions: a break that comes or goes is said", out)
    os.unlink(t.path("drafts/breaks.md"))

    # Numbers that name those above them are paragraphs' own; small words above others and hidden fields are said; a comment over two paragraphs is one.
    W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    OPC, OFFICE = "http://schemas.openxmlformats.org/package/2006/", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    level = lambda i, fmt, text: f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:isLgl/><w:lvlText w:val="{text}"/></w:lvl>' if i else f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:lvlText w:val="{text}"/></w:lvl>'
    item = lambda i, words: f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{i}"/><w:numId w:val="1"/></w:numPr></w:pPr>{words}</w:p>'
    body = (item(0, word_run("Chapter.")) + item(1, '<w:commentRangeStart w:id="0"/>' + word_run("First.")) + item(2, word_run("Deep.") + '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>')
            + item(1, "<w:r><w:ruby><w:rubyPr/><w:rt>" + word_run("reading") + "</w:rt><w:rubyBase>" + word_run("Second.") + "</w:rubyBase></w:ruby></w:r>"))
    parts = {"document": f"<w:document {W}><w:body>{body}</w:body></w:document>", "comments": f'<w:comments {W}><w:comment w:id="0" w:author="Ana" w:date="2025-09-01T10:00:00Z"><w:p>{word_run("both")}</w:p></w:comment></w:comments>',
             "numbering": f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level(0, "upperRoman", "%1.")}{level(1, "decimal", "%1.%2")}{level(2, "decimal", "%1.%2.%3")}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'}
    with zipfile.ZipFile(t.path("legal.docx"), "w") as z:
        z.writestr("[Content_Types].xml", f'<Types xmlns="{OPC}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                   + "".join(f'<Override PartName="/word/{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{n}{".main" if n == "document" else ""}+xml"/>' for n in parts) + "</Types>")
        z.writestr("_rels/.rels", f'<Relationships xmlns="{OPC}relationships"><Relationship Id="r1" Type="{OFFICE}officeDocument" Target="word/document.xml"/></Relationships>')
        z.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{OPC}relationships">' + "".join(f'<Relationship Id="r{n}" Type="{OFFICE}{n}" Target="{n}.xml"/>' for n in parts if n != "document") + "</Relationships>")
        for n, xml in parts.items():
            z.writestr(f"word/{n}.xml", xml)
    flat = ("<text:list text:style-name='L'><text:list-item><text:p>Chapter.</text:p><text:list><text:list-item><text:p>First.</text:p><text:list><text:list-item><text:p>Deep.</text:p></text:list-item></text:list></text:list-item>"
            "<text:list-item><text:p><text:ruby><text:ruby-base>Second.</text:ruby-base><text:ruby-text>reading</text:ruby-text></text:ruby><text:hidden-text text:string-value='unseen'/><draw:custom-shape xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'><text:p>Drawn.</text:p><text:p>Twice.</text:p></draw:custom-shape></text:p></text:list-item></text:list></text:list-item></text:list>")
    t.write("legal.fodt", re.sub("<text:p>Kept.*</text:p>\\s*</office:text>", flat + "</office:text>", FLAT % "", flags=re.S).replace("<office:body>", "<office:automatic-styles><text:list-style style:name='L' xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0'>"
            "<text:list-level-style-number text:level='1' style:num-format='I' style:num-suffix='.'/><text:list-level-style-number text:level='2' text:display-levels='2' style:num-format='1'/><text:list-level-style-number text:level='3' text:display-levels='3' style:num-format='1'/>"
            "</text:list-style></office:automatic-styles><office:body>", 1))
    for name, one, said, comments in (("legal.docx", "1", ["ruby, small words above others: reading"], 1), ("legal.fodt", "I", ["ruby, small words above others: reading", "hidden text: unseen"], 0)):
        got = t.json("import", name, "-o", "legal.md", "--force")[1]
        text = t.read("legal.md").decode()
        t.same(re.findall(r"label=(\S+)\} -->\n\W*(\w+)", text), [("I", "Chapter"), (one + ".1", "First"), (one + ".1.1", "Deep"), (one + ".2", "Second")], f"{name}: each number is its paragraph's label")
        t.same([u["what"].split(",")[0] for u in got["unplaced"] if not u["text"]], ["text box"] if "fodt" in name else [], f"{name}: a shape with words is a text box")
        t.same((sorted(f"{u['what']}: {u['text']}" for u in got["unplaced"] if u["text"]), got["comments"], text.count("both")), (sorted(said), comments, comments), f"{name}: what is read over is said, a comment over two paragraphs stands once")
    # Words right behind what somebody else rewords are a suggestion of their own, and no other wording: both can be accepted.
    t.write("drafts/in.md", TEXT)
    t.run("export", "in", "--audience", "review", "-o", "plain.docx")
    for before, new in (("years", " and more"), ("year", "XX")):
        rest = "Small islands have waited for years."[len("Small islands have waited for ") + len(before):]
        changed("plain.docx", "behind.docx", ("word/document.xml", lambda x: x.replace(word_run("Small islands have waited for years."), word_run("Small islands have waited for " + before)
                + '<w:ins w:id="900" w:author="Ben" w:date="2025-10-02T09:00:00Z">' + word_run(new) + "</w:ins>" + word_run(rest))))
        t.write("drafts/in.md", TEXT.replace("waited for " + before, "waited for {~~" + before + "~>age~~}{>>@Zed 2025-01-01T00:00:00Z<<}"))
        got = t.json("receive", "behind.docx", "in")[1]
        once = t.read("drafts/in.md")
        t.same((got["suggestions"], t.json("receive", "behind.docx", "in")[1]["suggestions"], t.read("drafts/in.md") == once), (1, 0, True), f"{new!r} behind a rewording: one suggestion, and once")
        t.run("accept", "in", "--by", "Zed")
        t.run("accept", "in", "--by", "Ben")
        t.has(t.read("drafts/in.md").decode(), "waited for age" + new + rest, f"{new!r} behind a rewording: both are accepted")

    # What word processors do that Markdown has no word for: a level of one list's own, a page break amid words, a cell that came or went.
    numbering = ('<w:abstractNum w:abstractNumId="1">' + "".join(f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{f}"/><w:lvlText w:val="{x}"/></w:lvl>' for i, f, x in ((0, "decimal", "%1."), (1, "lowerLetter", "(%2)")))
                 + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1)"/></w:lvl></w:lvlOverride></w:num>'
                   '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="57"/></w:lvlOverride></w:num>')
    in_list = lambda number, words: f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>{word_run(words)}</w:p>'
    broken = "<w:p>%s<w:r><w:br w:type='page'/></w:r>%s<w:r><w:br w:type='page'/></w:r></w:p>" % (word_run("Before"), word_run("behind."))
    cells = "<w:tbl><w:tr><w:tc><w:p>%s</w:p></w:tc><w:tc><w:tcPr><w:cellIns w:id='5' w:author='Ana' w:date='2025-10-01T09:00:00Z'/></w:tcPr><w:p>%s</w:p></w:tc></w:tr></w:tbl>" % (word_run("one"), word_run("two"))
    with zipfile.ZipFile(t.path("legal.docx")) as old, zipfile.ZipFile(t.path("own.docx"), "w") as z:
        for n in old.namelist():
            z.writestr(n, f"<w:document {W}><w:body>{''.join(in_list(k, w) for k, w in ((1, 'One.'), (2, 'Two.'), (2, 'Three.'), (1, 'Four.'), (3, 'Five.')))}{broken}{cells}</w:body></w:document>" if n == "word/document.xml"
                       else f"<w:numbering {W}>{numbering}</w:numbering>" if n == "word/numbering.xml" else old.read(n))
    got = t.json("import", "own.docx", "-o", "own.md", "--force")[1]
    text = t.read("own.md").decode()
    t.same(re.findall(r"label=(\S+)\} -->\n\W*(\w+)", text), [("1", "One"), ("II)", "Two"), ("III)", "Three"), ("4", "Four"), ("57", "Five")], "a level of one list's own, and a number to begin with")
    t.has(text, "\nBefore\\\nbehind.\n", "a page break parts words, and is nothing behind them")
    t.same([u["what"] for u in got["unplaced"]], ["tracked change of a table cell, read as if it had always been there"], "a cell that came is said")

    # A table amid what was deleted, words in a cell that another covers.
    gone = '<text:deletion><office:change-info><dc:creator>Ana</dc:creator><dc:date>2025-10-01T09:00:00</dc:date></office:change-info><text:p>from here</text:p><table:table><table:table-row><table:table-cell><text:p>gone cell</text:p></table:table-cell></table:table-row></table:table><text:p>to there</text:p></text:deletion>'
    flat = ('<text:p>Words<text:change text:change-id="c1"/> stay.</text:p><table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>wide</text:p></table:table-cell>'
            '<table:covered-table-cell><text:p>covered</text:p></table:covered-table-cell></table:table-row></table:table>')
    t.write("amid.fodt", re.sub("<text:p>Kept.*</text:p>\\s*</office:text>", flat + "</office:text>", re.sub("<text:deletion>.*</text:deletion>", gone, FLAT % "", flags=re.S), flags=re.S)
            .replace("<office:document ", "<office:document xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' ", 1))
    for how, want in (("accept", "Words\n\nstay.\n\n| wide | covered |\n|---|---|\n"), ("reject", "Wordsfrom here\n\n| gone cell |\n|---|\n\nto there stay.\n\n| wide | covered |\n|---|---|\n")):
        t.run("import", "amid.fodt", "-o", "amid.md", "--force")
        t.run(how, "amid.md", "--all")
        t.same(re.sub(r"<!--.*?-->\n| (?=\n)|(?<=\n) ", "", re.sub(r"\n\n+", "\n\n", t.read("amid.md").decode().split("---\n\n")[1])), want, f"a table amid what was deleted, and {how}")
    # Links from one place of a file to another: a reference where that prints the same words, else words, and said.
    mark = lambda name, words: f'<w:bookmarkStart w:id="{len(name)}" w:name="{name}"/>{words}<w:bookmarkEnd w:id="{len(name)}"/>'
    jump = lambda name, words: f'<w:hyperlink w:anchor="{name}" w:history="1">{words}</w:hyperlink>'
    para = lambda words, style="": f'<w:p>{f"<w:pPr><w:outlineLvl w:val={chr(34)}0{chr(34)}/></w:pPr>" if style else ""}{words}</w:p>'
    say = lambda url, words: re.sub("HYPERLINK", r"HYPERLINK \\l", link_to(f'"{url}"', words))
    ref = lambda name, words: link_to(name + " \\r \\h", words).replace("HYPERLINK", "REF")
    body = (para(jump("_Toc1", word_run("Scope 1"))) + para(jump("_Toc2", word_run("Means 2"))) + mark("_Toc1", "") + para(word_run("Scope"), "h")
            + para(mark("p57", word_run("57. We welcome it."))) + para(word_run("58. As ") + jump("p57", word_run("para") + word_run("graph 57")) + word_run(" and ") + say("s", "Means") + word_run(" say, ") + jump("p57", word_run("so there")) + word_run("."))
            + para(word_run("59. See ") + say("gone", "nowhere") + word_run(".")) + para(mark("s", mark("_Toc2", word_run("Means"))), "h")
            + para(word_run("60. As paragraph ") + ref("p57", "57") + word_run(" says, and Paragraph ") + ref("p57", "57") + word_run(", and ") + ref("_Ref812345678", "item 8") + word_run(".")))
    with zipfile.ZipFile(t.path("legal.docx")) as old, zipfile.ZipFile(t.path("places.docx"), "w") as z:
        for n in old.namelist():
            z.writestr(n, f"<w:document {W}><w:body>{body}</w:body></w:document>" if n == "word/document.xml" else old.read(n))
    a = lambda name, words: f"<text:a xlink:href='#{name}' xmlns:xlink='http://www.w3.org/1999/xlink'>{words}</text:a>"
    b = lambda name, words: f"<text:bookmark-start text:name='{name}'/>{words}<text:bookmark-end text:name='{name}'/>"
    f = lambda name, words: f"<text:bookmark-ref text:reference-format='number' text:ref-name='{name}'>{words}</text:bookmark-ref>"
    p = lambda words, tag="p": f"<text:{tag}>{words}</text:{tag}>"
    flat = (p(a("__RefHeading___Toc1_2", "Scope 1")) + p(a("1.Means|outline", "Means 2")) + p("Scope", "h") + p(b("p57", "57. We welcome it.")) + p("58. As " + a("p57", "para<text:span>graph 57</text:span>") + " and " + a("s", "Means")
            + " say, " + a("p57", "so there") + ".") + p("59. See " + a("gone", "nowhere") + ".") + p(b("s", "Means"), "h")
            + p("60. As paragraph " + f("p57", "57") + " says, and Paragraph " + f("p57", "57") + ", and " + f("_Ref812345678", "item 8") + "."))
    t.write("places.fodt", re.sub("<text:p>Kept.*</text:p>\\s*</office:text>", flat + "</office:text>", FLAT % "", flags=re.S))
    for name in ("places.docx", "places.fodt"):
        got = t.json("import", name, "-o", "places.md", "--force")[1]
        t.has(t.read("places.md").decode(), "\nAs [](#para-57) and [](#means) say, so there.\n", f"{name}: references")
        t.same([(u["what"].split(",")[0], u["where"], u["text"]) for u in got["unplaced"]], [("links of a table of contents", "text, paragraph 1", "Scope 1"), ("link to a place in the file", "text, paragraph 5", "so there"), ("link to a place in the file", "text, paragraph 6", "nowhere"),
                ("link to a place in the file", "text, paragraph 8", "57"), ("link to a place in the file", "text, paragraph 8", "item 8")], f"{name}: other links are said")
        t.has(t.read("places.md").decode(), "\nAs [](#para-57) says, and Paragraph 57, and item 8.", f"{name}: references of a word processor, to the number alone")
        t.write("drafts/other.md", "---\ntitle: Other\n---\n\n{#x}\nOther words.\n")
        t.has(str(t.json("receive", name, "other", "--dry-run")[1]["unplaced"]), "so there", f"{name}, received: so they are")
    for form in ("docx", "odt"):
        t.write("drafts/other.md", "---\ntitle: Other\nnumbering: paragraphs\n---\n\n{#x}\nOther words.\n\n{#y}\n1. As in [](#x);\n2. {#z} and [](#z).\n")
        t.run("export", "other", "--to", form, "-o", "other." + form)
        got = t.json("import", "other." + form, "-o", "again.md", "--force")[1]
        t.has(t.read("again.md").decode(), "As in [](#para-1);", f"our public {form}: a reference comes back")
        t.same([u for u in got["unplaced"] if "link" in u["what"]], [], f"our public {form}: nothing of it is lost")
    # What stays of an item whose first words are struck takes its sign, and what comes in place of a list stands apart from what follows it.
    hand = 'w:id="90%d" w:author="Ana" w:date="2025-09-01T10:00:00Z"'

    def by_hand(p, tag):
        p = re.sub(r"(<w:r>.*?</w:r>)", lambda k: f"<w:{tag} {hand % 1}>" + (re.sub("(</?w:)t(?=[ >])", r"\1delText", k[1]) if tag == "del" else k[1]) + f"</w:{tag}>", p)
        return re.sub(r"<w:pPr>(.*?)</w:pPr>|<w:p>(?!<w:pPr>)", lambda k: ("" if k[1] is not None else "<w:p>") + f"<w:pPr>{k[1] or ''}<w:rPr><w:{tag} {hand % 2}/></w:rPr></w:pPr>", p, count=1)
    for text, gone, behind, want in (("First.\n\n1. struck a\n   - struck b\n\n   kept c\n2. kept d\n\nLast.\n", "ab", "", "First.\n\n1. kept c\n2. kept d\n\nLast.\n"),
                                     ("First.\n\n1. struck a\n   - struck b\n   - kept c\n\n   kept d\n2. kept e\n\nLast.\n", "ab", "", "First.\n\n1. - kept c\n\n   kept d\n2. kept e\n\nLast.\n"),
                                     ("First.\n\n1. struck a\n   - struck b\n   - struck c\n\n   kept d\n\nLast.\n", "abc", "b", "First.\n\n1. - new words\n\n   kept d\n\nLast.\n"),
                                     ("First.\n\n- kept a\n- struck b\n\n  > struck c\n  >\n  > 1. kept d\n\nLast.\n", "bc", "", "First.\n\n- kept a\n- > 1. kept d\n\nLast.\n"),
                                     ("First.\n\n- kept a\n  - struck b\n    - struck c\n\n      struck d\n    - kept e\n\nLast.\n", "bcd", "d", "First.\n\n- kept a\n\n    - new words\n    - kept e\n\nLast.\n"),
                                     ("First.\n\n- struck a\n- struck b\n\n  struck c\n\nLast.\n", "abc", "a", "First.\n\n- new words\n\nLast.\n")):
        t.write("drafts/other.md", HEAD + text)
        t.run("export", "other", "--audience", "review", "-o", "other.docx")

        def strike(p):
            letter = (re.findall(r"(?:struck|kept) (\w)<", p[0]) or ["-"])[0]
            new = by_hand(re.sub(r"<w:r>.*</w:r>", word_run("new words"), re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", p[0])), "ins") if letter in behind else ""
            return (by_hand(p[0], "del") if letter in gone else p[0]) + new
        changed("other.docx", "struck.docx", ("word/document.xml", lambda x: re.sub(r"<w:p>(?:(?!</w:p>).)*</w:p>", strike, x)))
        code, got = t.json("receive", "struck.docx", "other")
        t.same((got["suggestions"], got["unplaced"]), (len(gone + behind), []), f"{want!r}: each is one suggestion")
        t.run("accept", "other", "--all")
        t.same(t.read("drafts/other.md").decode(), HEAD + want, f"{want!r}: accepted")
        t.run("undo")
        t.run("reject", "other", "--all")
        t.same(t.read("drafts/other.md").decode(), HEAD + text, f"{want!r}: rejected, the draft byte for byte")

    # What stands in what comes back as it went out, though a page has margins alone.
    for name, text in (("a list behind one in a quote", "The first.\n\n> Said.\n>\n> - one\n> - two\n\n- three\n- four\n"),):
        t.write("drafts/other.md", HEAD + text)
        for form in ("docx", "odt"):
            t.run("export", "other", "--to", form, "--audience", "review", "-o", "other." + form)
            t.run("import", "other." + form, "-o", "again.md", "--force")
            t.same(re.sub(r"<!-- {#.*?} -->\s", "", t.read("again.md").decode().split("---\n\n")[1]), text, f"{form}: {name} is imported as it went out")
    # As LibreOffice writes an ODT of a DOCX: lists are where their paragraphs say, and a further paragraph of an item stands in none.
    t.write("drafts/other.md", HEAD + "The first.\n\n> Said.\n>\n> - one\n>\n>   more\n>\n> - two\n")
    t.run("export", "other", "--to", "odt", "--audience", "review", "-o", "other.odt")
    made = lambda words, style: f'<text:p text:style-name="{style}">{words}</text:p>'
    item = lambda words: f'<text:list text:style-name="BulletList"><text:list-item>{made(words, "P91")}</text:list-item></text:list>'
    style = ('<style:style style:name="%s" style:family="paragraph" style:parent-style-name="ListBullet"%s><style:paragraph-properties fo:margin-left="1.97cm" fo:text-indent="%s"/></style:style>')
    changed("other.odt", "moved.odt", ("content.xml", lambda x: re.sub(r"<text:list [^>]*>(?:(?!<text:list ).)*one.*two.*?</text:list>", item("one") + made("more", "P92") + item("two"), x)
                                       .replace("</office:automatic-styles>", style % ("P91", ' style:list-style-name="BulletList"', "-0.7cm") + style % ("P92", "", "0cm") + "</office:automatic-styles>")))
    got = t.json("receive", "moved.odt", "other", "--dry-run")[1]
    t.same((got["suggestions"], got["unplaced"]), (0, []), "lists of a quote, as LibreOffice places them: nothing comes back")
    t.write("drafts/other.md", HEAD + "The first.\n\n> Said.\n>\n> - one\n> - two\n>\n>   more\n> - three\n")
    t.run("export", "other", "--to", "odt", "--audience", "review", "-o", "other.odt")
    gone = ('<text:tracked-changes><text:changed-region xml:id="ct9" text:id="ct9"><text:deletion><office:change-info><dc:creator>Ana</dc:creator><dc:date>2025-10-01T09:00:00</dc:date></office:change-info>'
            + item("one").replace("BulletList", "ParaNumbering") + '<text:p text:style-name="P91"/></text:deletion></text:changed-region></text:tracked-changes>')
    changed("other.odt", "struck.odt", ("content.xml", lambda x: re.sub("(<office:text[^>]*>)", lambda m: m[1] + gone, re.sub(r"<text:list [^>]*>(?:(?!<text:list ).)*one.*three.*?</text:list>",
                                        item('<text:change text:change-id="ct9"/>two') + made("more", "P92") + item("three"), x))
                                        .replace("</office:automatic-styles>", style % ("P91", ' style:list-style-name="BulletList"', "-0.7cm") + style % ("P92", "", "0cm") + "</office:automatic-styles>")))
    got = t.json("receive", "struck.odt", "other", "--dry-run")[1]
    t.same((got["suggestions"], got["unplaced"]), (1, []), "an item that was struck there, in a list of paragraphs: it alone comes back")
    t.run("import", "struck.odt", "-o", "again.md", "--force", "--reject")
    t.has(t.read("again.md").decode(), "- one\n", "imported, it is an item with a bullet")

    # So does what a comparison took away, in its own list or in none, and what stands behind it.
    old = "The first.\n\n## A heading that goes\n\nA paragraph that goes.\n\n- an item that goes\n\n  - and one in it\n\nThe last.[^1]\n\n[^1]: Said:\n\n    - once\n"
    new = "The first.\n\n1. what comes\n2. and more of it\n\nThe last.\n"
    t.write("drafts/old.md", HEAD + old)
    t.write("drafts/new.md", HEAD + new)
    for form in ("docx", "odt"):
        t.run("diff", "drafts/old.md", "drafts/new.md", "--format", form, "-o", "other." + form)
        for how, want in (("accept", new), ("reject", old)):
            lines = lambda text: [line.rstrip() for line in re.sub(r"<!-- {.*?} -->\s?", "", text).splitlines() if line.strip()]
            t.run("import", "other." + form, "-o", "again.md", "--force", "--" + how)
            t.same(lines(t.read("again.md").decode().split("2025-10-02\n\n")[1]), lines(want), f"{form}: a comparison, imported with --{how}")
            t.run("import", "other." + form, "-o", "again.md", "--force")
            t.run(how, "again.md", "--all")
            t.same(lines(t.read("again.md").decode().split("2025-10-02\n\n")[1]), lines(want), f"{form}: imported, then {how}")
    # A comparison that is imported and settled has the numbers of the text that is left: of what went, came, was joined and split.
    numbered = "---\ntitle: T\nnumbering: paragraphs\n---\n\n"
    was = "One stands.\n\nTwo is joined to it.\n\nThree goes.\n\n> A quote of words.\n\nFour is split. Here it is.\n\nFive stands.\n"
    now = "Nothing was here.\n\nOne stands. Two is joined to it.\n\nA quote of words.\n\nFour is split.\n\nHere it is.\n\nFive stands.\n"
    t.write("drafts/was.md", numbered + was)
    t.write("drafts/now.md", numbered + now)
    for form in ("docx", "odt"):
        t.run("diff", "drafts/was.md", "drafts/now.md", "--format", form, "-o", "settled." + form)
        for how, count in (("reject", 5), ("accept", 6)):
            t.run("import", "settled." + form, "-o", "settled.md", "--" + how, "--force")
            t.same(re.findall(r"label=(\d+)", t.read("settled.md").decode()), [str(n + 1) for n in range(count)], f"{form}: import --{how} has the numbers of that text")
    for name in ("was", "now"):
        os.unlink(t.path(f"drafts/{name}.md"))
    for name, words in (("old.doc", "an old Word file (.doc), which chapeau does not read. In Word or LibreOffice: File > Save As > .docx"), ("x.pdf", "a PDF, which chapeau does not read. Ask for")):
        t.write(name, "x")
        for command in (["import", name, "-o", "no.md"], ["receive", name, "in"]):
            code, out, err = t.run(*command)
            t.ok(code == 3 and words in err, f"{command[0]} {name}: the sentence that helps", f"{code} {err}")
