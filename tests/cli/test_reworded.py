#!/usr/bin/env python3
"""receive: words that a colleague typed at the edges of emphasis, links, notes, pictures and line breaks of a copy.

Each case is a text, an edit of the copy's XML, the text that the edit makes once it is accepted, and what is listed.  Rejected, the
draft is there byte for byte; the same file received again brings nothing new; and `check` finds no fault in what was written."""
import re
import zipfile
from tap import Cli

HAND = 'w:id="%d" w:author="Ben" w:date="2025-10-02T09:00:00Z"'
BOLD, ITALIC = "<w:b/><w:bCs/>", "<w:i/><w:iCs/>"
BREAK = "<w:br/>"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082")


def words(text, tag="w:t"):
    return f'<{tag} xml:space="preserve">{text}</{tag}>'


def run(text, look="", tag="w:t"):
    return "<w:r>%s%s</w:r>" % (look and f"<w:rPr>{look}</w:rPr>", text if text.startswith("<") else words(text, tag))


def came(*runs):
    return f"<w:ins {HAND % 801}>{''.join(runs)}</w:ins>"


def gone(*runs):
    return f"<w:del {HAND % 802}>{''.join(runs)}</w:del>"


def put(old, new):
    """An edit: these pieces of the document's XML become those."""
    def edit(x):
        assert old in x, old
        return x.replace(old, new, 1)
    return edit


def with_picture(x):
    """Behind the first paragraph one with words and the picture that stands in it."""
    picture = re.search(r"<w:r><w:drawing>.*?</w:drawing></w:r>", x)[0]
    end = x.index("</w:p>", x.index(picture)) + len("</w:p>")
    return x[:end] + "<w:p>" + run("A copy ") + picture + run(" of it.") + "</w:p>" + x[end:]


def divided(x):
    """The paragraph ends right behind its line break."""
    return x.replace(BREAK, BREAK + "</w:r></w:p><w:p><w:r>", 1)


CASES = (
    ("plain words typed into bold ones", "We **have waited** long.", put(run("have waited", BOLD), run("have ", BOLD) + came(run("not ")) + run("waited", BOLD)), "We **have** not **waited** long.", []),
    ("plain words for bold ones", "We **have waited** long.", put(run("have waited", BOLD), run("hoped")), "We hoped long.", []),
    ("slanted words for slanted and bold ones that end it", "We **have *waited* long**.", put(run("waited", BOLD + ITALIC) + run(" long", BOLD), gone(run("waited", BOLD + ITALIC, "w:delText"), run(" long", BOLD, "w:delText")) + came(run("hoped", BOLD + ITALIC))),
     "We **have *hoped***.", []),
    ("a bold full stop", "Some words.", put(run("Some words."), run("Some words") + run(".", BOLD)), None, ["change of emphasis"]),
    ("bold words that begin with a sign", "Some words here.", put(run("Some words here."), run("Some words") + came(run("(all)", BOLD)) + run(" here.")), "Some words(all) here.",
     ["emphasis of words that Markdown has no signs for"]),
    ("words typed on in slanted ones with a comment", "Some {==*words*==}{>>@Mei: why?<<} here.", put(run("words", ITALIC), run("words", ITALIC) + came(run("too", ITALIC))), "Some *wordstoo* here.", []),
    ("a line break", "Some words here.", put(words("Some words here."), words("Some words,") + BREAK + words("here.")), "Some words,\\\nhere.", []),
    ("a line break for a space", "Some words here.", put(words("Some words here."), words("Some words") + BREAK + words("here.")), "Some words\\\nhere.", []),
    ("a space for a line break", "Some words\\\nhere.", put(words("Some words") + BREAK + words("here."), words("Some words here.")), "Some words here.", []),
    ("a line break in a table", "| one |\n|---|\n| two |", put(words("two"), words("two") + BREAK + words("more")), "| one |\n|---|\n| two more |", ["line break where there can be none"]),
    ("divided at a line break", "Some words\\\nhere.", divided, "Some words\n\nhere.", []),
    ("divided at a line break in bold words", "**Some words\\\nhere.**", lambda x: divided(x).replace("</w:p><w:p><w:r>", "</w:p><w:p><w:r><w:rPr>%s</w:rPr>" % BOLD), "**Some words**\n\n**here.**", []),
    ("the words behind a line break go", "Some words\\\nhere.", put(words("here."), ""), "Some words", []),
    ("typed before a note's mark", "Some words[^1] here.\n\n[^1]: A note.", put(run("Some words"), run("Some words") + run(" too")), "Some words too[^1] here.\n\n[^1]: A note.", []),
    ("words that go around a note's mark", "Some words[^1] here.\n\n[^1]: A note.", lambda x: re.sub(re.escape(run("Some words")) + "(<w:r>.*?</w:r>)" + re.escape(run(" here.")), lambda m: run("Some") + gone(run(" words", tag="w:delText") + m[1] + run(" here", tag="w:delText")) + run("."), x), "Some.\n\n[^1]: A note.", []),
    ("a picture in a new paragraph", "Words and ![a map](map.png) here.", with_picture, "Words and ![a map](map.png) here.\n\nA copy ![a map](map.png) of it.", []),
    ("a comment on words that are gone", "# Some words\n\nMore of them.", put(run("Some words"), '<w:commentRangeStart w:id="0"/><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'), "More of them.", ["comment on words that are gone"]),
    ("words in the line of a table's label", '{label="2 bis"}\n| one |\n|---|\n| two |', put(words("Table "), words("A new Table ")), None, ["change to the line of a label"]),
    ("the last row, lines that end in CR LF", "| one |\r\n|---|\r\n| two |\r\n\r\nWords.", lambda x: re.sub(r"<w:tr>(?:(?!<w:tr>).)*two.*?</w:tr>", "", x), "| one |\r\n|---|\r\n\r\nWords.", []),
    ("a second mark of a note behind a cell's words", "Words[^1].\n\n| one |\n|---|\n| two and[^1] |\n\n[^1]: A note.", put(words("two and"), words("two or")), "Words[^1].\n\n| one |\n|---|\n| two or[^1] |\n\n[^1]: A note.", []),
    ("a paragraph above an underlined heading", "Words.\n\nA heading\n-----\n\nMore.", put(run("Words.") + "</w:p>", run("Words.") + "</w:p><w:p>" + run("New words.") + "</w:p>"), "Words.\n\nNew words.\n\nA heading\n-----\n\nMore.", []),
)
COMMENT = ('<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:comment w:id="0" w:author="Ben" w:date="2025-10-02T09:00:00Z"><w:p>'
           "<w:r><w:t>Why?</w:t></w:r></w:p></w:comment></w:comments>")
HEAD = "---\ntitle: T\n---\n\n"

with Cli() as t:
    t.workspace()
    t.write("drafts/map.png", PNG)

    def edited(edit):
        with zipfile.ZipFile(t.path("copy.docx")) as old, zipfile.ZipFile(t.path("back.docx"), "w") as new:
            names = old.namelist()
            for name in names:
                data = old.read(name)
                if name == "word/document.xml":
                    before = data.decode()
                    data = edit(before).encode()
                    assert data.decode() != before, edit
                elif "word/comments.xml" not in names and name == "[Content_Types].xml":
                    data = data.replace(b"</Types>", b'<Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"/></Types>')
                elif "word/comments.xml" not in names and name == "word/_rels/document.xml.rels":
                    data = data.replace(b"</Relationships>", b'<Relationship Id="rIdT" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="comments.xml"/></Relationships>')
                new.writestr(name, data)
            if "word/comments.xml" not in names:
                new.writestr("word/comments.xml", COMMENT)

    for name, text, edit, accepted, listed in CASES:
        end = "\r\n" if "\r\n" in text else "\n"
        draft = (HEAD.replace("\n", end) + text + end).encode()
        t.write("drafts/in.md", draft)
        t.run("export", "in", "--to", "docx", "--audience", "review", "-o", "copy.docx")
        edited(edit)
        code, got = t.json("receive", "back.docx", "in")
        arrived, why = t.read("drafts/in.md"), []
        if [u["what"] for u in got.get("unplaced", [{"what": got}])] != listed:
            why.append(f"listed: {got}")
        faults = [f for d in t.json("check", "in")[1]["drafts"] for f in d["findings"] if f["rule"].startswith("critic")]
        if faults:
            why.append(f"check: {faults}")
        t.run("receive", "back.docx", "in")
        if t.read("drafts/in.md") != arrived:
            why.append(f"received again: {t.read('drafts/in.md').decode()}")
        t.write("drafts/in.md", arrived)
        t.run("accept", "in", "--all", "--comments")
        now = t.read("drafts/in.md").decode().split("---" + end, 2)[2].strip()
        if now != (accepted or text):
            why.append(f"accepted:\n{now}")
        t.write("drafts/in.md", arrived)
        t.run("reject", "in", "--all", "--comments")
        if t.read("drafts/in.md") != re.sub(rb"\{==|==\}|\{>>.*?<<\}", b"", draft):
            why.append(f"rejected:\n{t.read('drafts/in.md').decode()}")
        t.ok(not why, name, "\n".join(why))
