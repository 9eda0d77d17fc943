#!/usr/bin/env python3
"""receive: what a colleague did to the shape of a copy: tables put in, rows, items among others, paragraphs joined.

Each case is a draft, an edit of the copy's XML, and the draft that the edit makes once it is accepted.  Rejected, the draft is
there byte for byte; and the same file received again brings nothing new."""
import re
import zipfile
from tap import Cli, HEAD

MAIN = {"docx": "word/document.xml", "odt": "content.xml"}
HAND = 'w:id="%d" w:author="Ben" w:date="2025-10-02T09:00:00Z"'
PARA = {"docx": r"<w:p>(?:(?!</w:p>).)*%s(?:(?!</w:p>).)*</w:p>", "odt": r"<text:(p|h) (?:(?!</text:\1>).)*%s(?:(?!</text:\1>).)*</text:\1>"}
ROW = {"docx": r"<w:tr>(?:(?!<w:tr>).)*%s.*?</w:tr>", "odt": r"<table:table-row(?:(?!<table:table-row).)*%s.*?</table:table-row>"}


def found(form, what, words, x):
    return re.search(what[form] % words, x, re.S)[0]


def para(words, properties="", tracked=False):
    run = f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'
    if tracked:
        return f"<w:p><w:pPr>{properties}<w:rPr><w:ins {HAND % 801}/></w:rPr></w:pPr><w:ins {HAND % 802}>{run}</w:ins></w:p>"
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>"


def table(form, *rows, tracked=False):
    if form == "docx":
        mark = f"<w:trPr><w:ins {HAND % 803}/></w:trPr>" if tracked else ""
        return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{mark}" + "".join(f"<w:tc>{para(c, tracked=tracked)}</w:tc>" for c in r) + "</w:tr>" for r in rows) + "</w:tbl>"
    return "<table:table>" + "".join("<table:table-row>" + "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in r) + "</table:table-row>" for r in rows) + "</table:table>"


def behind(what, words, new):
    """An edit: this behind the paragraph or row with these words; in ODT behind the list around it."""
    def edit(form, x):
        old = found(form, what, words, x)
        more = new(form) if callable(new) else new
        if form == "odt" and what is PARA:
            return re.sub(re.escape(old) + r"(</text:list-item></text:list>)*", lambda m: m[0] + more, x)
        return x.replace(old, old + more)
    return edit


def like(words, new):
    """A new paragraph, tracked, that is what the one with these words is: an edit puts it behind others."""
    def edit_behind(others):
        return lambda form, x: behind(PARA, others, para(new, re.search(r"<w:pPr>(.*?)</w:pPr>", found(form, PARA, words, x))[1], True))(form, x)
    return edit_behind


def end_of(*words):
    """The ends of these paragraphs struck."""
    def edit(form, x):
        for one in words:
            old = found(form, PARA, one, x)
            x = x.replace(old, re.sub(r"</w:pPr>", f"<w:rPr><w:del {HAND % 804}/></w:rPr></w:pPr>", old, count=1) if "</w:pPr>" in old
                          else old.replace("<w:p>", f"<w:p><w:pPr><w:rPr><w:del {HAND % 804}/></w:rPr></w:pPr>", 1))
        return x
    return edit


def without(what, words):
    return lambda form, x: x.replace(found(form, what, words, x), "")


GRID = "| Who | What |\n|---|---|\n| States | a mandate |\n"
CAME = (("New", "words"), ("a | bar", "x"))
PUT = "| New | words |\n|---|---|\n| a \\| bar | x |\n"

CASES = [
    # name, formats, draft, edit, accepted, suggestions
    ("a table put in", "docx odt", "One is here.\n\nTwo is here.\n", behind(PARA, "One is", lambda f: table(f, *CAME)), "One is here.\n\n" + PUT + "\nTwo is here.\n", 1),
    ("a table put in, tracked", "docx", "One is here.\n\nTwo is here.\n", behind(PARA, "One is", lambda f: table(f, *CAME, tracked=True)), "One is here.\n\n" + PUT + "\nTwo is here.\n", 1),
    ("a table of uneven rows put in at the end", "docx", "One is here.\n\nTwo is here.\n", behind(PARA, "Two is", lambda f: table(f, ("New",), ("a", "b"))), "One is here.\n\nTwo is here.\n\n| New |  |\n|---|---|\n| a | b |\n", 1),
    ("a table put in between items", "docx", "One is here:\n\n1. an item;\n2. another.\n\nTwo is here.\n", behind(PARA, "an item", lambda f: table(f, *CAME)),
     "One is here:\n\n1. an item;\n\n   " + PUT.replace("\n", "\n   ").rstrip(" ") + "2. another.\n\nTwo is here.\n", 1),
    ("a row above one with an empty cell", "docx odt", GRID + "| | none |\n\nTwo is here.\n", behind(ROW, "a mandate", lambda f: found(f, ROW, "x", table(f, ("x", "y")))), GRID + "| x | y |\n| | none |\n\nTwo is here.\n", 1),
    ("a row that begins with an empty cell taken out", "docx odt", GRID + "| | none |\n| Others | a say |\n\nTwo is here.\n", without(ROW, "none"), GRID + "| Others | a say |\n\nTwo is here.\n", 1),
    ("an item amid a list in another", "docx", "One:\n\n1. an item\n   1. first in it\n   2. second in it\n2. another\n",
     like("another", "new item")("first in it"), "One:\n\n1. an item\n   1. first in it\n1. new item\n\n   2. second in it\n2. another\n", 1),
    ("a paragraph between items", "docx", "One:\n\n1. an item\n2. another\n\nTwo is here.\n", behind(PARA, "an item", para("New words.", tracked=True)), "One:\n\n1. an item\n\nNew words.\n\n2. another\n\nTwo is here.\n", 1),
    ("an item amid a quotation", "docx", "> One is said.\n>\n> Two is said.\n\n- an item\n", like("an item", "new item")("One is"),
     "> One is said.\n> - new item\n>\n> Two is said.\n\n- an item\n", 1),
]


def divided(words):
    """The paragraph cut in two behind these words, tracked."""
    def edit(form, x):
        old = found(form, PARA, words, x)
        properties = re.search(r"<w:pPr>(.*?)</w:pPr>", old)[1]
        run = re.search(r"<w:r>(?:(?!</w:r>).)*" + words, old)[0]
        head = re.sub(r"</w:pPr>", f"<w:rPr><w:ins {HAND % 805}/></w:rPr></w:pPr>", old[:old.index(run)], count=1) + run + "</w:t></w:r></w:p>"
        return x.replace(old, head + f"<w:p><w:pPr>{properties}</w:pPr>" + '<w:r><w:t xml:space="preserve">' + old[old.index(run) + len(run):])
    return edit


def both(*edits):
    def edit(form, x):
        for one in edits:
            x = one(form, x)
        return x
    return edit


CASES += [
    ("a heading divided", "docx", "# One long head {#head}\n\nOne is here.\n", divided("One long"), "# One long {#head}\n\n# head\n\nOne is here.\n", 2),
    ("words in front of a paragraph and one before it", "docx", "One is here.\n\nTwo is here.\n", both(behind(PARA, "One is", para("New words.", tracked=True)), lambda f, x: x.replace(">Two is", ">So two is")),
     "One is here.\n\nNew words.\n\nSo two is here.\n", 2),
    ("an item divided, which holds others, not tracked", "docx", "1. an item here:\n   - inner\n\n   more of it\n2. another\n", lambda f, x: x.replace("item here:", "item</w:t></w:r></w:p>"
     + re.match(r"<w:p>.*?</w:pPr>", found(f, PARA, "an item", x))[0] + '<w:r><w:t xml:space="preserve"> here:'), "1. an item\n1. here:\n   - inner\n\n   more of it\n2. another\n", 2),
    ("a new paragraph, joined to the next", "docx", "One is here.\n\n- an item\n- another\n\nLast.\n", both(behind(PARA, "One is", para("New words.", tracked=True)),
     lambda f, x: re.sub(r'(<w:rPr><w:ins [^>]*/>)(</w:rPr></w:pPr><w:ins [^>]*><w:r><w:t xml:space="preserve">New)', r"\1" + f"<w:del {HAND % 806}/>" + r"\2", x)), "One is here.\n\nNew words.\n\n- an item\n- another\n\nLast.\n", 1),
    ("an item that moved, not tracked", "docx", "- an item\n- another\n- a third\n\nLast.\n", lambda f, x: x.replace(found(f, PARA, "an item", x), "").replace(found(f, PARA, "a third", x), found(f, PARA, "a third", x) + found(f, PARA, "an item", x)),
     "- another\n- a third\n- an item\n\nLast.\n", 2),
    ("a space behind the words of a cell", "docx", GRID + "\nTwo is here.\n", lambda f, x: x.replace("States</w:t></w:r>", f'States</w:t></w:r><w:ins {HAND % 807}><w:r><w:tab/></w:r></w:ins>'), GRID + "\nTwo is here.\n", 0),
]
def anew(*words):
    """These words, one by one, written anew, not tracked."""
    def edit(form, x):
        for one in words:
            x = x.replace(f">{one}<", f">{one[::-1].upper()}{one[::-1]}<")
        return x
    return edit


def said_anew(text, *words):
    return re.sub("|".join(words), lambda m: m[0][::-1].upper() + m[0][::-1], text)


WIDE = "| Who | What |\n|---|---|\n| States | mandate |\n| Others | nothing |\n"
CELLS = ("Who", "What", "States", "mandate", "Others", "nothing")
CASES += [
    ("a table written anew in every cell", "docx odt", "One is here.\n\n" + WIDE + "\nTwo is here.\n", anew(*CELLS), said_anew("One is here.\n\n" + WIDE + "\nTwo is here.\n", *CELLS), 6),
    ("the head of a table written anew", "docx odt", WIDE + "\nTwo is here.\n", anew("Who", "What"), said_anew(WIDE + "\nTwo is here.\n", "Who", "What"), 2),
    ("a table in the place of another", "docx odt", "One is here.\n\n" + WIDE + "\nTwo is here.\n", lambda f, x: re.sub(r"<w:tbl>.*?</w:tbl>|<table:table .*?</table:table>", table(f, *CAME), x, flags=re.S),
     "One is here.\n\n" + PUT + "\nTwo is here.\n", 2),
]
def cells(form, x, edit):
    """Each row of the table with its cells, a list, as `edit` makes them."""
    row, cell = ("<w:tr>.*?</w:tr>", "<w:tc>.*?</w:tc>") if form == "docx" else ("<table:table-row.*?</table:table-row>", "<table:table-cell.*?</table:table-cell>")
    return re.sub(row, lambda r: r[0].replace("".join(re.findall(cell, r[0], re.S)), "".join(edit(re.findall(cell, r[0], re.S)))), x, flags=re.S)


CASES += [
    ("a column put in", "docx odt", "One is here.\n\n{#t}\n" + WIDE + "\nTwo is here.\n", lambda f, x: cells(f, x, lambda c: c + [re.sub(r">(\w+)<", r">New \1<", re.sub("<(w|text):bookmark[^>]*>", "", c[1]))]),
     "One is here.\n\n{#t}\n| Who | What | New What |\n|---|---|---|\n| States | mandate | New mandate |\n| Others | nothing | New nothing |\n\nTwo is here.\n", 2),
    ("a paragraph divided before its end and the mark of a note, not tracked", "docx", "One is said.[^n]\n\nLast.\n\n[^n]: A note.\n", 
     lambda f, x: x.replace("is said.</w:t></w:r>", "is said</w:t></w:r></w:p>" + re.match(r"<w:p>.*?</w:pPr>", found(f, PARA, "is said", x))[0] + "<w:r><w:t>.</w:t></w:r>"),
     "One is said\n\n.[^n]\n\nLast.\n\n[^n]: A note.\n", 1),
    ("a column taken out", "docx odt", "One is here.\n\n{#t}\n" + WIDE + "\nTwo is here.\n", lambda f, x: cells(f, x, lambda c: c[:1]),
     "One is here.\n\n{#t}\n| Who |\n|---|\n| States |\n| Others |\n\nTwo is here.\n", 2),
]
CASES += [
    ("what opened an item taken out, and what it held a level up", "docx", "- an item\n- second\n  1. inner\n\nLast.\n", lambda f, x: without(PARA, "second")(f, x).replace(found(f, PARA, "inner", x), found(f, PARA, "inner", x).replace('w:ilvl w:val="1"', 'w:ilvl w:val="0"')),
     "- an item\n  1. inner\n\nLast.\n", 1),
    ("a paragraph that moved to amid a list", "docx", "{#one}\nOne is here.\n\n- an item\n- another\n\nLast.\n", lambda f, x: without(PARA, "One is")(f, x).replace(found(f, PARA, "an item", x), found(f, PARA, "an item", x) + found(f, PARA, "One is", x)),
     "- an item\n\n{#one}\nOne is here.\n\n- another\n\nLast.\n", 2),
]
NEW_NOTE = '<text:note text:id="new" text:note-class="footnote"><text:note-citation>9</text:note-citation><text:note-body><text:p>New words.</text:p></text:note-body></text:note>'
CASES += [
    ("a note behind another one at the end", "odt", "One is said.[^n]\n\nLast.\n\n[^n]: A note.\n", lambda f, x: x.replace("</text:note>", "</text:note>" + NEW_NOTE, 1),
     "One is said.[^n][^2]\n\nLast.\n\n[^n]: A note.\n\n[^2]: New words.\n", 1),
]
ITEMS = "Before.\n\n1. first\n2. second\n   - inner\n   - other\n3. third\n\n- bullet\n- last\n\nBehind.\n"
CASES += [(f"items written anew, not tracked: {', '.join(w)}", "docx odt", ITEMS, anew(*w), said_anew(ITEMS, *w), len(w)) for w in (("bullet",), ("first", "second", "inner"), ("second", "third", "bullet"))]
JOINS = [
    ("the end of a paragraph behind which the next stands", "One is here.\n\n{#two}\nTwo is *here*.\n", end_of("One is"), "One is here.Two is *here*.\n", 1),
    ("an item and the next", "1. an item;\n2. another;\n3. a third.\n\nLast.\n", end_of("an item"), "1. an item;another;\n3. a third.\n\nLast.\n", 2),
    ("an item and one that holds more", "1. an item;\n2. another:\n   - inner\n3. a third.\n\nLast.\n", end_of("an item"), "1. an item;another:\n   - inner\n3. a third.\n\nLast.\n", 1),
    ("an item and the one that it holds", "- an item:\n  1. inner;\n  2. second.\n\nLast.\n", end_of("an item"), "- an item:inner;\n  1. second.\n\nLast.\n", 2),
    ("an item and the one in it, which holds more", "- an item:\n  1. inner:\n     - deep\n  2. second.\n\nLast.\n", end_of("an item", "inner", "deep"), "- an item:inner:deepsecond.\n\nLast.\n", 6),
    ("the last item and what follows the list", "- an item\n\n{#two}\nTwo *is* here, as in [](#two).[^n]\n\nLast.\n\n[^n]: A note.\n", end_of("an item"), "- an itemTwo *is* here, as in [](#two).[^n]\n\nLast.\n\n[^n]: A note.\n", 2),
    ("a quotation and what follows it", "> One is said.\n\n{#two}\nTwo is here.\n\nLast.\n", end_of("One is"), "> One is said.Two is here.\n\nLast.\n", 2),
    ("a paragraph and the quotation behind it", "{#one}\nOne is here.\n\n> Two is said.\n>\n> More is said.\n\nLast.\n", end_of("One is"), "{#one}\nOne is here.Two is said.\n\n> More is said.\n\nLast.\n", 2),
    ("a heading and its text", "# Head {#head}\n\nOne is here.\n\nLast.\n", end_of("Head"), "# HeadOne is here. {#head}\n\nLast.\n", 2),
]
CASES += [(f"joined, {name}", "docx", text, edit, want, count) for name, text, edit, want, count in JOINS]


REGION = ('<text:tracked-changes><text:changed-region xml:id="r1" text:id="r1"><text:deletion><office:change-info><dc:creator>Ben</dc:creator><dc:date>2025-10-02T09:00:00</dc:date>'
          "</office:change-info>%s</text:deletion></text:changed-region></text:tracked-changes>")


def struck_between(first, last):
    """In ODT, the end of a paragraph and all that stands between it and words of a later one, in one region."""
    def edit(form, x):
        begin = x.index("</text:p>", x.index(first))
        end = x.index(last)
        gone = re.sub(r"</?text:list(-item)?( [^>]*)?>", "", '<text:p text:style-name="BlockQuote">' + x[begin:end] + "</text:p>")
        closing = "</text:list-item></text:list>" * (x[begin:end].count("</text:list>") - x[begin:end].count("<text:list "))
        x = x[:begin] + '<text:change text:change-id="r1"/>' + x[end:].replace("</text:p>", "</text:p>" + closing, 1)
        x = re.sub(r'(<style:table-properties )', r'\1fo:margin-left="0.3cm" ', x)
        return re.sub("(<office:text[^>]*>)", lambda m: m[1] + REGION % gone, x)
    return edit


CASES += [
    ("struck with the table behind it, up to amid the next words", "odt", "One is here.\n\n" + GRID + "\nTwo has more.\n\nLast.\n", struck_between("One is", "has more"), "One is here.has more.\n\nLast.\n", 3),
    ("struck from an item to amid the next", "odt", "- an item\n- another more\n- third\n\nLast.\n", struck_between("an item", "more"), "- an itemmore\n- third\n\nLast.\n", 2),
    ("struck from amid a list to amid what follows", "odt", "- an item\n- another\n- third\n\nTwo has more.\n\n# Last\n", struck_between("an item", "more"), "- an itemmore.\n\n# Last\n", 4),
]


def change(t, source, dest, form, edit):
    with zipfile.ZipFile(t.path(source)) as old, zipfile.ZipFile(t.path(dest), "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == MAIN[form]:
                before, data = data.decode(), edit(form, data.decode()).encode()
                t.ok(data.decode() != before, f"{dest}: the edit took")
            new.writestr(entry, data)


with Cli() as t:
    t.workspace()
    for name, forms, text, edit, want, count in CASES:
        for form in forms.split():
            t.write("drafts/in.md", HEAD + text)
            t.run("export", "in", "--to", form, "--audience", "review", "-o", "copy." + form)
            change(t, "copy." + form, "back." + form, form, edit)
            got = t.json("receive", "back." + form, "in", "--from", "Jane")[1]
            t.same((got.get("suggestions"), got.get("unplaced")), (count, []), f"{form}, {name}: {count} suggestions and nothing else")
            arrived = t.read("drafts/in.md")
            t.run("receive", "back." + form, "in", "--from", "Jane")
            t.same(t.read("drafts/in.md").decode(), arrived.decode(), f"{form}, {name}: the same file again brings nothing new")
            t.run("accept", "in", "--all", "--comments")
            t.same(t.read("drafts/in.md").decode()[len(HEAD):], want, f"{form}, {name}: accepted")
            t.write("drafts/in.md", arrived)
            t.run("reject", "in", "--all", "--comments")
            t.same(t.read("drafts/in.md").decode()[len(HEAD):], text, f"{form}, {name}: rejected, the draft byte for byte")
