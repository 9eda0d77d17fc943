#!/usr/bin/env python3
"""save, log, diff, restore, undo, check --since, export --changes-since: one draft through a few versions."""
import os
import re
import zipfile
from tap import Cli, HEAD

TEXT = HEAD + """{#igf}
We urge governments to give the Forum a permanent mandate.

{#ixp}
Governments should recognize exchange points as critical infrastructure.

{#old}
We ask that oversight stay where it is.
"""

with Cli() as t:
    t.run("init")
    t.write("drafts/in.md", TEXT)
    me = ["--author", "Mei Lin <mei@example.org>"]
    code, out, err = t.run("save", "-m", "first", "--tag", "one", *me)
    t.same(code, 0, "save", ) or print("#", err)
    code, out, err = t.run("save")
    t.same(code, 0, "save with nothing to keep")
    second = TEXT.replace("urge governments", "call on Member States").replace("{#old}\nWe ask that oversight stay where it is.\n",
                                                                              "{#new}\nSmall places have waited for years. XX\n")
    t.write("drafts/in.md", second)
    code, out, err = t.run("status")
    t.has(out, "NOT SAVED", "status says what is not saved")

    code, got = t.json("diff", "in")
    kinds = {c["id"]: c["kind"] for c in got["clauses"]}
    t.same((code, got["schema"], kinds), (0, "chapeau/diff@1", {"igf": "edited", "ixp": "same", "old": "removed", "new": "added"}), "diff: what became of each clause")
    for c in got["clauses"]:
        for side, skip in (("from", "+"), ("to", "-")):
            if c[side]:
                t.same("".join(p for op, p in c["parts"] if op != skip), c[side]["text"], f"diff: the parts of {c['id']} give its {side} text")
    t.same(t.run("diff", "in", "--exit-code")[0], 1, "diff --exit-code: differences")
    t.same(t.run("diff", "in@last", "in@last", "--exit-code")[0], 0, "diff --exit-code: none")
    code, out, err = t.run("diff", "in")
    t.ok(code == 0 and re.search(r"\[-urge\s+governments-\]\{\+call\s+on\s+Member\s+States\+\}", out), "diff as text, without colour", out + err)
    for fmt, part, word in (("docx", "word/document.xml", "w:del"), ("odt", "content.xml", "text:tracked-changes")):
        code, out, err = t.run("diff", "in", "--format", fmt, "-o", "d." + fmt)
        t.ok(code == 0 and word in zipfile.ZipFile(t.path("d." + fmt)).read(part).decode(), f"diff as {fmt}: tracked changes", err)
    code, out, err = t.run("diff", "in", "--format", "critic")
    t.ok(code == 0 and "{++" in out and "{--" in out, "diff as CriticMarkup", out + err)
    code, out, err = t.run("diff", "in", "--format", "html", "-o", "d.html")
    t.ok(code == 0 and b"<ins" in t.read("d.html"), "diff as a page", err)
    t.same(t.run("diff", "in@nosuch", "in")[0], 2, "diff: no such version: exit 2")
    t.same(t.run("diff", "in@{1}", "in")[0], 2, "diff: @{...} is refused")
    t.write("twice.md", TEXT.replace("{#ixp}", "{#igf}"))
    t.same(t.run("diff", "twice.md", "in")[0], 3, "diff: an id that stands twice: exit 3")

    code, got = t.json("check", "in", "--since", "last")
    rules = {f["rule"] for d in got["drafts"] for f in d["findings"]}
    t.ok("placeholder" in rules and "gap" not in rules, "check --since: only what is new", rules)
    code, out, err = t.run("export", "in", "--to", "docx", "--changes-since", "one", "-o", "c.docx")
    text = zipfile.ZipFile(t.path("c.docx")).read("word/document.xml").decode() if code == 0 else ""
    t.ok('w:author="Example Registry"' in text and "Mei Lin" not in text, "export --changes-since: tracked changes in the organisation's name", err)

    t.run("save")
    code, got = t.json("log", "in")
    t.ok(code == 0 and len(got["versions"]) == 2 and got["versions"][1]["message"] == "first" and got["versions"][1]["author"] == "Mei Lin", "log of the draft", got)
    t.ok("igf edited" in got["versions"][0]["message"], "a message is made from what changed", got["versions"][0]["message"])
    code, got = t.json("log", "in#igf")
    t.ok(code == 0 and [v["text"].split()[1] for v in got["versions"]] == ["call", "urge"], "log of a clause: its wordings, newest first", got)
    code, out, err = t.run("restore", "in#igf@one", "-o", "-")
    t.ok(code == 0 and "urge governments" in out and t.read("drafts/in.md").decode() == second, "restore -o - prints", out + err)
    code, out, err = t.run("restore", "in#igf@one")
    t.same((code, t.read("drafts/in.md").decode()), (0, second.replace("call on Member States", "urge governments")), "restore puts one clause back, and nothing else")
    code, out, err = t.run("undo")
    t.same((code, t.read("drafts/in.md").decode()), (0, second), "undo takes it back")

    # A wording is its footnotes and where its links lead, too; what another clause has stays.
    notes = "---\ntitle: N\n---\n\n{#a}\nWe urge action.[^1]\n\n{#b}\nOther [words][w].[^2]\n\n{#c}\nThird.[^3]\n\n{#d}\nFourth.[^3]\n\n[^1]: One.\n[^2]: Two.\n[^3]: Three.\n\n[w]: https://example.org/w\n"
    t.write("drafts/n.md", notes)
    t.run("save", "--tag", "noted")
    then = {c["id"]: c["to"]["hash"] for c in t.json("diff", "n@noted", "n@noted")[1]["clauses"]}
    t.write("drafts/n.md", notes.replace("urge", "ask for").replace("One.", "Uno.").replace("Three.", "Drei.").replace("{#b}\nOther [words][w].[^2]\n\n", "")
            .replace("[^2]: Two.\n", "").replace("\n[w]: https://example.org/w\n", ""))
    for one in "abc":
        code, out, err = t.run("restore", f"n#{one}@noted")
        now = {c["id"]: c["to"]["hash"] for c in t.json("diff", "n", "n")[1]["clauses"]}
        t.ok(code == 0 and now[one] == then[one] and "but for" not in out, f"restore of {one}: the words of then, notes and links too", out + err + t.read("drafts/n.md").decode())
    t.ok(now["d"] != then["d"] and b"[^3]: Drei." in t.read("drafts/n.md"), "the note that another clause has too stays as it is", t.read("drafts/n.md").decode())
    before = t.read("drafts/n.md")
    t.same((t.run("restore", "n@noted", "-o", "then.md")[0], t.read("then.md").decode(), t.read("drafts/n.md")), (0, notes, before), "restore -o FILE writes there, and the draft stays")

    # Clauses in a clause: each is put back alone, and what stood otherwise then is not put back by half.
    nested = ("---\ntitle: L\n---\n\n{#list}\n- Some words old.\n- {#a} Words of a old.\n- {#b} Words of b old.\n\n{#quote}\n> Quoted old.\n>\n> {#inner}\n> Inner old,\n> second line.\n\n"
              "1. {#one} First old\n\n   {#below}\n   Below old.\n\n{#para}\nA paragraph old.\n\n{#long}\n> Long old\n> of two lines.\n\n{#heading}\n# A heading old\n")
    t.write("drafts/l.md", nested)
    t.run("save", "--tag", "nested")
    changed = nested.replace("old", "new").replace("{#para}\nA paragraph new.\n\n{#long}\n> Long new\n> of two lines.", "- {#para} A paragraph new.\n- {#long} Long new.")
    for one, was in {"list": "Some words", "a": "Words of a", "quote": "Quoted", "inner": "Inner", "one": "First", "below": "Below", "heading": "A heading", "para": "A paragraph"}.items():
        t.write("drafts/l.md", changed)
        code, out, err = t.run("restore", f"l#{one}@nested")
        t.same((code, t.read("drafts/l.md").decode()), (0, changed.replace(was + " new", was + " old")), f"restore of {one}: its words, and no others")
    t.run("restore", "l#long@nested")
    t.same(t.read("drafts/l.md").decode(), changed.replace("A paragraph new", "A paragraph old").replace("Long new.", "Long old\nof two lines."), "a quote's words in an item")
    moved = changed.replace("- {#b} Words of b new.\n", "") + "\n{#b}\nWords of b new.\n"
    for text, kept in ((moved, moved.replace("Some words new", "Some words old")), (moved.replace("{#list}\n- Some words new.\n", ""),) * 2):
        t.write("drafts/l.md", text)
        code, out, err = t.run("restore", "l#list@nested")
        t.same((code, t.read("drafts/l.md").decode()), (int(text == kept), kept), "a clause that stands elsewhere now is not put back with another")

    # What was held back stays so.
    held = "---\ntitle: H\n---\n\n{#open}\nOpen words.\n\n::: internal\n{#plan}\nOur plan.\n\n{#other}\nAnother.\n:::\n\n{#next}\nNext words.\n\n{#last}\nLast words.\n"
    t.write("drafts/l.md", held)
    t.run("save", "--tag", "held")
    for gone in ("::: internal\n{#plan}\nOur plan.\n\n{#other}\nAnother.\n:::\n\n", "{#plan}\nOur plan.\n\n", "{#next}\nNext words.\n\n"):
        t.write("drafts/l.md", held.replace(gone, ""))
        code, out, err = t.run("restore", "l#next@held" if "next" in gone else "l#plan@held")
        text = t.run("export", "l", "--to", "txt", "-o", "-")[1]
        t.ok(code == 0 and "plan" not in text and text.count("words.") == 3 and ("Our plan." in t.read("drafts/l.md").decode()), "an internal clause comes back internal, a public one public",
             (out, err, t.read("drafts/l.md").decode(), text))
    t.write("drafts/l.md", held.replace("Our", "My").replace("::: internal\n", "").replace(":::\n", ""))
    t.same((t.run("restore", "l#plan@held")[0], b"My plan." in t.read("drafts/l.md")), (1, True), "internal words are not put into what is public now")
    # Nor are they let loose by another name: a draft that was renamed, or copied, before it is saved and after.
    long = held.replace("Our plan.", "Our plan is a mandate of five years and not a day more.")
    t.write("drafts/l.md", long)
    t.run("save")
    bare = long.replace("::: internal\n", "").replace(":::\n", "")
    t.write("drafts/copy.md", bare)
    os.unlink(t.path("drafts/l.md"))
    t.write("drafts/moved.md", re.sub("{#.*}\n", "", bare))
    for name, saved in (("copy", False), ("moved", False), ("copy", True)):
        if saved:
            t.run("save")
        code, out, err = t.run("export", name, "--to", "txt", "-o", "-")
        t.ok(code == 1 and "were in an internal note until" in err, f"{name}, {'saved' if saved else 'not saved yet'}: words that were internal under another name", out + err)
    os.unlink(t.path("drafts/copy.md"))
    os.unlink(t.path("drafts/moved.md"))
    for rev in ("2025-02-30", "2025-09-03T10:61:00Z", "2025-09-03T24:00:00Z"):
        t.has(t.run("diff", f"n@{rev}")[2], "no version is called", f"{rev} is no date")
    os.unlink(t.path("drafts/n.md"))
    t.run("save")
    t.run("undo")

    # Suggestions.
    code, out, err = t.run("suggest", "in", "igf", "permanent", "stable and permanent", "--by", "Tomas Rey")
    t.ok(code == 0 and b"Tomas Rey" in t.read("drafts/in.md"), "suggest", out + err)
    marked = t.read("drafts/in.md")
    code, got = t.json("suggestions", "in")
    t.same(code, 0, "suggestions")
    t.same(t.run("accept", "in")[0], 2, "accept without names: exit 2")
    t.same(t.read("drafts/in.md"), marked, "and nothing is changed")
    t.same(t.run("export", "in", "--to", "txt")[0], 1, "no public file while it is open")
    t.same(t.run("reject", "in", "--all", "--comments")[0], 0, "reject --all --comments")
    t.same(t.read("drafts/in.md").decode(), second, "gives the draft back byte for byte")
    t.write("drafts/in.md", marked)
    code, out, err = t.run("accept", "in", "s1", "--comments")
    t.same((code, t.read("drafts/in.md").decode()), (0, second.replace("a permanent", "a stable and permanent")), "accept s1")

    # How changes stand in each form.
    was = "{#a}\nWe call for a stable and predictable mandate for it. It is stable.\n\n{#b}\nThe market does not.\n\n{#gone}\nGone[^n] words.\n\n{#last}\nThe last[^m] of it.\n\n[^n]: Note of it.\n\n[^m]: Another.\n"
    now = was.replace("stable and predictable", "stable, predictable").replace("for it.", "with funds for it.").replace("not.", "not serve.")
    now = now.replace("{#gone}\nGone[^n] words.\n\n", "").replace("[^n]: Note of it.\n\n", "") + "\n# Head\n\n{#came}\nAs we say in [](#came).\n"
    t.write("was.md", was)
    t.write("now.md", now)
    code, out, err = t.run("diff", "was.md", "now.md")
    t.has(out, "    We call for a stable[- and-]{+,+} predictable mandate {+with funds+} for it.\n    It is stable.\n",
          "white space stands outside the signs where both texts have it there, and inside where one has")
    t.has(out, "from  was.md\nto    now.md\n", "two files by their names")
    t.has(out, "    The market does not{+ serve+}.\n", "so that either text can be read off")
    # A block of code that comes, goes or changes is a suggestion as a whole.
    PLAIN, CODE = "First.\n\nLast.\n", "First.\n\n```\n%s {++code\n```\n\nLast.\n"
    for name, text in (("code-none.md", PLAIN), ("code-old.md", CODE % "old"), ("code-new.md", CODE % "new")):
        t.write(name, text)
    for old, new in (("none", "new"), ("old", "none"), ("old", "new")):
        out = t.run("diff", f"code-{old}.md", f"code-{new}.md", "--format", "critic")[1]
        for settle, want in (("accept", new), ("reject", old)):
            t.write("code.md", out[out.index("First."):])
            t.run(settle, "code.md", "--all", "--comments")
            t.same(re.sub("\n\n+", "\n\n", t.read("code.md").decode()), t.read(f"code-{want}.md").decode(), f"code, {old} to {new}: {settle}")
    # A page says what references print, in either text.
    REFERS = "---\ntitle: T\nnumbering: paragraphs\n---\n\nFirst, see [](#p).\n\n%s{#p}\nLast %s words.\n"
    t.write("ref-old.md", REFERS % ("", "old"))
    t.write("ref-new.md", REFERS % ("A paragraph comes.\n\n", "new"))
    t.has(t.run("diff", "ref-old.md", "ref-new.md", "--format", "html")[1], "see <span title=\"in the old text: paragraph 2\">paragraph 3</span>.", "a page prints references")
    # In an item of which other words change it stays as it is.
    for when in ("old", "new"):
        t.write(f"item-{when}.md", f"- {{#i}} First {when} words.\n\n  ```\n  code of it\n  ```\n")
    t.run("diff", "item-old.md", "item-new.md", "--format", "docx", "-o", "item.docx")
    with zipfile.ZipFile(t.path("item.docx")) as z:
        t.same(z.read("word/document.xml").count(b"code of it"), 1, "code beside words that change")
    # So do the rows of a table without ids, of which one cell says something else.
    for year in ("2027", "2028"):
        t.write(f"cell-{year}.md", f"| Measure | By when |\n|---|---|\n| IPv6 | 2030 |\n| IXPs | {year} |\n")
    t.run("diff", "cell-2027.md", "cell-2028.md", "--format", "docx", "-o", "cell.docx")
    with zipfile.ZipFile(t.path("cell.docx")) as z:
        t.same([z.read("word/document.xml").count(word) for word in (b"IXPs", b"2030", b"2027", b"2028", b"<w:trPr><w:ins", b"<w:trPr><w:del")], [1, 1, 1, 1, 0, 0], "a cell that changes in a table without ids")
    # Word by word beside what folding changes, note marks, rows and items; whole only where words cannot say it.
    NOTE, MORE = "\n[^n]: Note.\n", "\n[^m]: More.\n"
    HEAD_ROWS = "{#t}\n| a | b |\n|---|---|\n"
    for name, old, new, want in (
        ("no-break spaces", "Un&nbsp;deux\u202f: trois.\n", "Un&nbsp;deux\u202f: quatre.\n", "{~~trois~>quatre~~}."),
        ("letters that compose", "One coope\u0301ration two.\n", "One coope\u0301ration three.\n", "{~~two~>three~~}."),
        ("a note that comes", "One two three.\n", "One two[^n] three.\n" + NOTE, "One two{++[^n]++} three."),
        ("a note that goes", "One two[^n] three.\n" + NOTE, "One two three.\n", "One two{--[^n]--} three."),
        ("a note that moves", "One two[^n] three.\n" + NOTE, "One two three[^n].\n" + NOTE, "One two{--[^n]--} three{++[^n]++}."),
        ("a note behind new words", "One two[^n] three.\n" + NOTE, "One four[^n] three.\n" + NOTE, "One {~~two~>four~~}[^n] three."),
        ("another note", "One two[^n] three.\n" + NOTE, "One two[^m] three.\n" + MORE, "One two{++[^m]++}{--[^n]--} three."),
        ("a note in words that go", "One two[^n] three four.\n" + NOTE, "One four.[^n]\n" + NOTE, "One {--two[^n] three --}four.{++[^n]++}"),
        ("a note among new words", "One two.\n", "One two, of a[^n] kind.\n" + NOTE, "One two{++, of a++}{++[^n]++}{++ kind++}."),
        ("new words in their look", "One two.\n", "One **very *old* wide** [place](https://example.org/p) two.\n", "One {++**very** ***old*** **wide** [place](https://example.org/p) ++}two."),
        ("new words that are code", "One two.\n", "One `code` two.\n", "One {++`code` ++}two."),
        ("a row that comes", HEAD_ROWS + "| one two | x |\n", HEAD_ROWS + "| new[^n] | row |\n| one two | x |\n" + NOTE, "|---|---|{++\n| new[^n] | row |++}\n| one two | x |"),
        ("a row that goes", HEAD_ROWS + "| one two | x |\n| three | y |\n", HEAD_ROWS + "| one four | x |\n", "| one {~~two~>four~~} | x |{--\n| three | y |--}\n"),
        ("a row for another", HEAD_ROWS + "| one two | x |\n| f | g |\n", HEAD_ROWS + "| one two | x |\n| last | one |\n", "x |{--\n| f | g |--}{++\n| last | one |++}\n"),
        ("an item that comes", "{#t}\n1. One two.\n2. Three four.\n", "{#t}\n1. One two.\n2. {#m} New *item*.\n3. Three five.\n", "1. One two.{++\n1. {#m} New *item*.++}\n2. Three {~~four~>five~~}."),
        ("an item that goes", "{#t}\n- One two.\n- Three four.\n- Five.\n", "{#t}\n- One two.\n- Five.\n", "- One two.{--\n- Three four.--}\n- Five."),
        ("what cannot be said", "\u1112\u1161\u11ab one.\n\nNext one.\n", "\u1112\u1161\u11ab two.\n\nNext two.\n", "Next {~~one~>two~~}."),
    ):
        for file, text in (("w-old.md", old), ("w-new.md", new)):
            t.write(file, "---\ntitle: T\n---\n\n" + text)
        out = t.run("diff", "w-old.md", "w-new.md", "--format", "critic")[1]
        t.has(re.sub(r"\{>>[^<]*<<\}", "", out), want, f"CriticMarkup: {name}")
        t.write("w.md", out)
        t.run("reject", "w.md", "--all", "--comments")
        t.same(t.read("w.md"), t.read("w-old.md"), f"{name}: rejected, the old file byte for byte")
        t.write("w.md", out)
        t.run("accept", "w.md", "--all", "--comments")
        t.same(t.run("diff", "w-new.md", "w.md", "--exit-code")[0], 0, f"{name}: accepted, the new text")
    code, out, err = t.run("diff", "was.md", "now.md", "--format", "critic")
    t.ok(re.search(r"\{--\[\^n\]: Note of it\.\n\n--\}", out), "CriticMarkup: a note goes with its paragraph", out + err)
    for fmt, part, gone in (("docx", "word/footnotes.xml", "<w:delText[^>]*>Note of it"), ("odt", "content.xml", "<text:deletion>.*?Note of it.*?</text:deletion>")):
        t.run("diff", "was.md", "now.md", "--format", fmt, "-o", "n." + fmt)
        with zipfile.ZipFile(t.path("n." + fmt)) as z:
            t.ok(re.search(gone, z.read(part).decode()), f"{fmt}: so do its words", z.read(part).decode()[:3000])
            t.ok("[#" not in "".join(z.read(n).decode() for n in z.namelist() if n.endswith(".xml")), f"{fmt}: a reference to a paragraph that came is live")
    # Where blocks move between containers, all from the first that differs to the last is said twice, and both texts come of it.
    FRONT = "---\ntitle: T\nnumbering: paragraphs\n---\n\n"
    HELD = "::: internal\n%s\n:::\n\n"
    FIRST, LAST = "{#first}\nThe first words.\n\n", "{#last}\nThe last words.\n"
    for name, old, new in (("a paragraph between two", HELD % "One of ours." + HELD % "Two of ours." + "Moved words of it.\n\n", HELD % "One of ours." + "Moved words of it.\n\n" + HELD % "Two more of ours."),
                           ("into one", HELD % "One of ours." + "{#m}\nMoved words.\n\n", HELD % "One of ours.\n\n{#m}\nMoved words."),
                           ("at an end", "{#m}\nMoved words.\n\n" + HELD % "One of ours.", HELD % "One of ours." + "{#m}\nMoved words.\n\n")):
        for around, tail in ((FIRST, LAST), ("", LAST), (FIRST, ""), ("", "")):
            texts = [FRONT + around + text + tail for text in (old, new)]
            t.write("c-old.md", texts[0])
            t.write("c-new.md", texts[1])
            code, out, err = t.run("diff", "c-old.md", "c-new.md", "--format", "critic", "-o", "c.md")
            laid = t.read("c.md").decode()
            got = []
            for how in ("reject", "accept"):
                t.write("c-one.md", laid)
                t.run(how, "c-one.md", "--all")
                got.append(re.sub("\n+", "\n", t.read("c-one.md").decode()))
            t.same(got, [re.sub("\n+", "\n", text) for text in texts], f"CriticMarkup, {name}: both texts")
            t.ok(not (around and tail) or (laid.startswith(FRONT + around) and laid.endswith(tail)), f"CriticMarkup, {name}: what stays is said once", laid)
    # A reference is live where nothing before its paragraph comes or goes; elsewhere it is words, of both texts where they differ.
    ONE, TWO, SEE = "{#one}\nOne.\n\n", "{#two}\nTwo.\n\n", "{#see}\nWe %s as in [](#two).\n"
    for name, old, new, words, live in (
        ("nothing but words changes", ONE + TWO + SEE % "say", ONE + TWO + SEE % "urge", "paragraph 2", True),
        ("a paragraph comes before it", ONE + TWO + SEE % "say", ONE + "{#x}\nNew.\n\n" + TWO + SEE % "say", "paragraph 2paragraph 3", False),
        ("another takes the place of one before it", ONE + TWO + SEE % "say", "{#x}\nQuite other words.\n\n" + TWO + SEE % "say", "paragraph 2", False),
        ("a paragraph goes behind it", ONE + TWO + "{#x}\nGone.\n\n" + SEE % "say", ONE + TWO + SEE % "say", "paragraph 2", True),
        ("it comes", ONE + SEE % "say", ONE + TWO + SEE % "say", "[…]paragraph 2", False),
        ("it goes", ONE + TWO + SEE % "say", ONE + SEE % "say", "paragraph 2[…]", False),
        ("it has another id now", ONE + TWO + SEE % "say", ONE + TWO.replace("{#two}", "{#other}") + SEE % "say", "paragraph 2[…]", False),
    ):
        t.write("r-old.md", FRONT + old)
        t.write("r-new.md", FRONT + new)
        for fmt, part, field in (("docx", "word/document.xml", " REF _Ref"), ("odt", "content.xml", "<text:bookmark-ref ")):
            code, out, err = t.run("diff", "r-old.md", "r-new.md", "--format", fmt, "-o", "r." + fmt)
            with zipfile.ZipFile(t.path("r." + fmt)) as z:
                xml = z.read(part).decode()
            if fmt == "odt":  # what went stands in regions before the body
                got = re.sub("<[^>]+>", "", xml)
                t.ok(code == 0 and (words in got or all(w in got for w in re.findall(r"paragraph \d|\[…\]", words))), f"{fmt}: {name}: its words", err + got)
            else:
                got = re.sub("<[^>]+>", "", re.sub("<w:instrText.*?</w:instrText>", "", xml[xml.index("<w:body>"):]))
                t.ok(code == 0 and "as in " + words + "." in got, f"{fmt}: {name}: its words", err + got)
            t.same(field in xml, live, f"{fmt}: {name}: live or not")

    # A paragraph that was divided is one in the older text; a note's further mark says the number that it has in each.
    for name, old, new, words in (
        ("divided", ONE + "{#two}\nTwo words of it. And a second sentence of the same.\n\n{#three}\nThree.\n\nSee [](#three).\n",
         ONE + "{#two}\nTwo words of it.\n\n{#half from=two}\nAnd a second sentence of the same.\n\n{#three}\nThree.\n\nSee [](#three).\n", "paragraph 3paragraph 4"),
        ("a note before it comes", ONE + "Two[^n].\n\nThree[^n] words.\n\n[^n]: N.\n", "{#one}\nOne[^m].\n\nTwo[^n].\n\nThree[^n] words.\n\n[^n]: N.\n\n[^m]: M.\n", "Three12 words"),
        ("a note before it goes", "{#one}\nOne[^m].\n\nTwo[^n].\n\nThree[^n] words.\n\n[^n]: N.\n\n[^m]: M.\n", ONE + "Two[^n].\n\nThree[^n] words.\n\n[^n]: N.\n", "Three21 words"),
    ):
        t.write("r-old.md", FRONT + old)
        t.write("r-new.md", FRONT + new)
        code, out, err = t.run("diff", "r-old.md", "r-new.md", "--format", "docx", "-o", "r.docx")
        with zipfile.ZipFile(t.path("r.docx")) as z:
            xml = z.read("word/document.xml").decode()
        got = re.sub("<[^>]+>", "", re.sub("<w:(instrText|delInstrText).*?</w:\\1>", "", xml[xml.index("<w:body>"):]))
        t.ok(code == 0 and words in got, f"docx: {name}: both numbers", err + got)

    # Words from right to left stand so in a page, whatever a screen reader is told between them.
    t.write("ar-old.md", "---\ntitle: T\nlanguage: ar\n---\n\n{#a}\nنحن نطلب.\n")
    t.write("ar-new.md", "---\ntitle: T\nlanguage: ar\n---\n\n{#a}\nنحن ندعو.\n")
    page = t.run("diff", "ar-old.md", "ar-new.md", "--format", "html")[1]
    hidden = re.findall(r"<span class=vh([^>]*)>", page)
    t.ok(hidden and all("dir=ltr" in x for x in hidden) and "<p dir=auto>" in page, "html: the direction of a paragraph is that of its own words", page[-2000:])

    # Reports to send: status and log as DOCX and ODT, the life of a clause with its changes shown.
    t.run("save", "-m", "settled")
    for to, main in (("docx", "word/document.xml"), ("odt", "content.xml")):
        for name, call, words in (("status", ["status"], ["Statements", "Musts", "Input"]), ("draft", ["status", "in"], ["Status of Input", "igf", "ixp"]),
                                  ("versions", ["log"], ["Versions", "settled", "first", "Mei Lin"]), ("of", ["log", "in"], ["Versions of in", "one"]),
                                  ("clause", ["log", "igf"], ["igf of in", "urge governments", "call on Member States"])):
            code, out, err = t.run(*call, "--format", to, "-o", f"{name}.{to}")
            with zipfile.ZipFile(t.path(f"{name}.{to}")) as z:
                xml = z.read(main).decode()
            text = re.sub("<[^>]+>", "", xml.replace("<text:s/>", " "))
            t.ok(code == 0 and all(w in text for w in words), f"{' '.join(call)} as {to}", err + text)
        t.has(text, "stable and permanent mandate", f"{to}: spaces stand between words that changed and others")
        t.ok("<w:strike/>" in xml or "line-through" in xml, f"{to}: what went is struck out")

    # What went with the clause that held it, and is internal now, is in no file for the public.
    FALLBACK = "---\ntitle: F\n---\n\n{#open}\nOpen words of it.\n\n{#f%s}\nOur fallback is a mandate of ten years.\n"
    t.write("f-old.md", FALLBACK % "")
    t.write("f-new.md", FALLBACK % " .internal")
    t.write("drafts/f.md", FALLBACK % "")
    t.run("save", "-m", "f")
    t.write("drafts/f.md", FALLBACK % " .internal")
    for fmt in ("docx", "odt"):
        for call in (["diff", "f-old.md", "f-new.md", "--format", fmt], ["export", "f", "--to", fmt, "--changes-since", "last"]):
            code, out, err = t.run(*call, "--audience", "public", "-o", "f." + fmt)
            t.ok(code == 1 and not t.exists("f." + fmt) and "became internal" in err and "--audience review" in err, f"{call[0]} as {fmt}: refused to the public", err)
            t.same(t.run(*call, "--audience", "review", "-o", "f." + fmt)[0], 0, "and shown to reviewers")
            os.unlink(t.path("f." + fmt))
    os.unlink(t.path("drafts/f.md"))

    # A page for the public: no reasons, nothing of the front matter that no file prints, no message that names internal clauses.
    t.write("drafts/p.md", "---\ntitle: P\nsecret: zebra one\n---\n\n{#open}\nOpen words.\n\n{#why .rationale}\nBecause of zebra one.\n\n::: internal\n{#zebra-one}\nZebra.\n:::\n")
    t.run("save", "-m", "zebra-one new")
    t.write("drafts/p.md", t.read("drafts/p.md").decode().replace("zebra one", "zebra two").replace("Zebra", "More zebra").replace("title: P", "title: Q").replace("Open", "More open"))
    for fmt in ("text", "json", "html", "critic"):
        for audience in ("public", "internal"):
            code, out, err = t.run("diff", "p", "--format", fmt, "--audience", audience)
            t.ok(code == 0 and "open" in out and bool(re.search("(?i)zebra", out)) == (audience == "internal") and ("Q" in out or fmt == "critic"), f"{fmt}: what the {audience} sees", out + err)
            if fmt == "html":
                t.same(("Not for others" in out, ", internal, changed<" in out, "both texts are in this page in full" in out), (audience == "internal",) * 3, f"a page for {audience} says whether it has internal notes")
    os.unlink(t.path("drafts/p.md"))
    t.same(t.run("save", "-q"), (0, "", ""), "save -q says nothing where it went well")
    # Nor an id or an attribute; programs are told the ids.
    t.write("drafts/tags.md", "---\ntitle: Tags\n---\n\n{#fallback-if-reopened owner=quokka}\nOne, and all of its words.\n\n{#second-quokka}\nWhat follows it, as in [](#fallback-if-reopened) and [](#held-quokka).\n\n"
            "{#held-quokka .internal}\nHeld back.\n")
    t.run("save", "-m", "tags")
    t.write("drafts/tags.md", t.read("drafts/tags.md").decode().replace("One", "Two").replace("owner=quokka", "owner=numbat").replace("What follows it,", "What follows,"))
    for fmt in ("text", "html", "json"):
        code, out, err = t.run("diff", "tags", "--audience", "public", "--format", fmt)
        t.ok("quokka" not in (re.sub("(second|held)-quokka", "", out) if fmt == "json" else out) and ("[...]" in out) == (fmt != "json") and "numbat" not in out and ("fallback-if" in out) == (fmt == "json") and "Two" in out, f"diff for the public, {fmt}: nothing of tags", out)


    # A clause that went to another draft under another id.
    t.run("save", "-q", "--tag", "before", *me)
    t.write("drafts/in.md", t.read("drafts/in.md").decode().replace("{#new}\nSmall places have waited for years. XX\n", ""))
    t.write("drafts/there.md", "---\ntitle: There\n---\n\n{#small was=new}\nSmall places have waited for many years. XX\n")
    t.run("save", "-q", *me)
    code, out, err = t.run("restore", "there#small@before", "-o", "-")
    t.ok(code == 0 and out.strip() == "Small places have waited for years. XX", "restore: from the draft where it stood then, under its id there", out + err)
    t.same(t.run("restore", "there@before", "-o", "-")[0], 2, "the draft itself was not there")
    code, out, err = t.run("log", "there#small")
    t.has(out, "have waited for {+many+} years.", "log: spaces stand outside the signs")
