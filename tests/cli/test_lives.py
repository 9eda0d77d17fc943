#!/usr/bin/env python3
"""log: every wording of a clause, whatever became of it, is what the versions themselves say."""
import os
import random
import re
import zipfile
from tap import Cli

TEXT = """---
title: Input
numbering: paragraphs
---

First line of the heading
second line {#head}
=========================

{#list}
- alpha stands here
- {#item} beta stands there
  1. deeper one

- {#item-two} gamma stands far

  {#inner}
  more of gamma

- delta stands last

> {#quoted}
> Words that were said.
>
> And more words.

{#quote}
> Words without a name.
>
> {#in-quote}
> Words with one.
>
> The end of it.

{#table}
| Para | Text |
|---|---|
| one | two[^n] |

{#plain}
We urge [governments][g] to stay.[^m]

# Last {#last}

[g]: https://example.org/g "A title"

[^n]: A note on two.
[^m]: A note on governments,

    with a second paragraph.
"""
WORDS = ["First", "second", "alpha", "beta", "deeper", "gamma", "more", "delta", "said", "And", "without", "with one", "end of", "one |", "two", "urge",
         "A note", "second paragraph", "Last", "far"]


def lives(t, draft, revs, read):
    """id -> hashes, newest first, each once in a row, from the versions themselves."""
    out = {}
    for rev in revs:
        for clause in read(rev):
            if clause["id"]:
                hashes = out.setdefault(clause["id"], [])
                if not hashes or hashes[-1] != clause["to"]["hash"]:
                    hashes.append(clause["to"]["hash"])
    return out


with Cli() as t:
    t.workspace()
    t.run("init")
    me = ["--author", "Mei Lin <mei@example.org>"]
    for seed in range(2):
        r = random.Random(seed)
        # An id belongs to its clause for life, in whatever draft.
        text, name = re.sub(r"\{#([a-z-]+)", rf"{{#\1-{seed}", TEXT), f"d{seed}"
        for i in range(9):
            t.write(f"drafts/{name}.md", text)
            t.run("save", "-m", f"version {i}", *me)
            word = r.choice(WORDS)
            text = text.replace(word, word + r.choice([" too", " indeed", " not"]), 1)
        code, got = t.json("log", name)
        revs = [v["rev"] for v in got["versions"]]
        want = lives(t, name, revs, lambda rev: t.json("diff", f"{name}@{rev}", f"{name}@{rev}")[1]["clauses"])
        t.ok(len(revs) == 9 and len(want) == 11, f"seed {seed}: nine versions of eleven clauses", f"{len(revs)} {sorted(want)}")
        for one, hashes in sorted(want.items()):
            code, got = t.json("log", f"{name}#{one}")
            t.same((code, [v["hash"] for v in got.get("versions", [])]), (0, hashes), f"seed {seed}: the wordings of {one}")

    # Renamed, split, joined, moved, taken out: the life goes on, and a clause that is gone still has one.
    t.write("drafts/a.md", "---\ntitle: A\nnumbering: paragraphs\n---\n\n{#old}\nWe urge governments to act.\n\n{#long}\nOne thing is said here. Another thing is said there.\n\n"
            "{#one}\nFirst of two.\n\n{#two}\nSecond of two.\n")

    def change(message, *pairs, name="drafts/a.md"):
        text = t.read(name).decode()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        t.write(name, text)
        return t.run("save", "-m", message)

    def life(*args):
        code, got = t.json("log", *args)
        return code, [(v["message"], v["draft"], v["id"], v["text"]) for v in got.get("versions", [])], got

    t.run("save", "-m", "begun")
    change("renamed", ("{#old}", "{#act was=old}"))
    change("split", (" Another", "\n\n{#other from=long}\nAnother"))
    change("joined", ("{#one}\nFirst of two.\n\n{#two}\n", "{#one absorbs=two}\nFirst of two. "))
    act = "{#act was=old}\nWe urge governments to act.\n\n"
    t.write("drafts/b.md", "---\ntitle: B\n---\n\n" + act)
    change("moved", (act, ""))
    change("sharper", ("urge", "call on"), name="drafts/b.md")
    code, lived, got = life("act")
    t.same((code, lived), (0, [("sharper", "b", "act", "We call on governments to act."), ("moved", "b", "act", "We urge governments to act."),
                               ("renamed", "a", "act", "We urge governments to act."), ("begun", "a", "old", "We urge governments to act.")]), "renamed and moved")
    t.same(life("old")[1], lived, "the old id leads to the clause")
    t.same([v[1:3] for v in life("other")[1]], [("a", "other"), ("a", "long")], "split off")
    t.has(t.run("log", "one")[1], "took in two", "joined: what it took in")
    code, lived, got = life("two")
    t.same((code, lived, got["gone"]["message"], got["gone"]["into"]), (0, [("begun", "a", "two", "Second of two.")], "joined", "one"), "a clause that is gone")
    t.has(t.run("log", "two")[1], "GONE: its words went into one", "and where its words went")
    os.unlink(t.path("drafts/b.md"))
    t.run("save", "-m", "dropped")
    t.same([v[0] for v in life("act")[1]], ["sharper", "moved", "renamed", "begun"], "a clause of a draft that is gone")
    t.same(t.run("restore", "b#act@last")[0], 2, "is not there to be changed")
    t.same([v["message"] for v in t.json("log", "b")[1]["versions"]], ["dropped", "sharper", "moved"], "the versions of a draft that is gone")
    t.same(t.json("diff", "b@HEAD~1", "b@HEAD~1")[1]["clauses"][0]["id"], "act", "it can be named as it was")
    t.has(t.run("log", "act")[1], "Bring its draft back: chapeau restore b@", "log says how it comes back")
    t.same((t.run("restore", "b@HEAD~1")[0], b"call on" in t.read("drafts/b.md")), (0, True), "and it does")
    t.same((t.run("undo")[0], t.exists("drafts/b.md")), (0, False), "undo takes it away again")
    # A draft under another name goes on, changed in the same version or not; one that goes when another comes is no other name of it.
    t.write("drafts/plan.md", "---\ntitle: Plan\n---\n\n{#p}\nOne plan.\n\n{#q}\nTwo plans.\n\n{#r}\nThree plans.\n")
    t.run("save", "-m", "planned")
    os.rename(t.path("drafts/plan.md"), t.path("drafts/scheme.md"))
    t.run("save", "-m", "named")
    os.rename(t.path("drafts/scheme.md"), t.path("drafts/way.md"))
    change("named again", ("Two plans", "Two ways"), name="drafts/way.md")
    change("changed", ("Three plans", "Three ways"), name="drafts/way.md")
    t.same([(v["message"], v["draft"]) for v in t.json("log", "way")[1]["versions"]], [("changed", "way"), ("named again", "way"), ("named", "scheme"), ("planned", "plan")],
           "the versions of a draft under all its names")
    t.has(t.run("log", "way")[1], ": planned  (then plan)\n", "and what it was called then")
    os.unlink(t.path("drafts/way.md"))
    t.write("drafts/else.md", "---\ntitle: Else\n---\n\n{#e}\nWhat has nothing to do with it.\n")
    t.run("save", "-m", "else")
    t.same([v["message"] for v in t.json("log", "else")[1]["versions"]], ["else"], "another draft is no other name")
    code, out, err = t.run("log", "nosuch")
    t.ok(code == 2 and "no draft and no clause" in err, "neither draft nor clause", err)

    # Whose suggestion it was, when and in which file, as text, JSON, page and paper.
    t.write("drafts/s.md", "---\ntitle: S\n---\n\n{#s}\nWe {~~urge~>call on~~}{>>@Tomas Rey 2025-09-29T09:00:00Z: style<<} you{++ all++}{>>@Ana<<}.\n")
    t.has(t.run("status")[1], "OPEN        s: 2 suggestions        chapeau suggestions s", "status counts what is open")
    t.run("save", "-m", "asked")
    t.run("accept", "s", "--all")
    t.run("save", "-m", "legal")
    t.has(t.run("log", "s#s")[1], "from a suggestion by Tomas Rey, 29 Sep 2025; Ana", "whose suggestions they were")
    t.same(life("s#s")[2]["versions"][0]["suggested_by"], "Tomas Rey, 29 Sep 2025; Ana", "in JSON")
    t.has(t.run("log", "s#s", "--format", "html")[1], "From a suggestion by Tomas Rey, 29 Sep 2025; Ana.", "on the page")
    t.write("drafts/turned.md", "{#t}\nWe ask\u202e for funding.\n")
    page = t.run("log", "turned#t", "--format", "html")[1]
    t.ok("\u202e" not in page and "We ask&lt;U+202E&gt; for" in page, "a character that turns the words around is shown on the page, not sent", page)
    t.has(t.read("drafts/reviews/s.yaml").decode(), 'made: "2025-09-29T09:00:00Z"', "and on record")
    keys = ["rev", "time", "author", "message", "tags", "draft", "id", "line", "hash", "text", "parts"]
    for args in ((), ("s",), ("s#s",)):
        got = t.json("log", *args)[1]
        t.ok(list(got) == ["schema", "clause", "draft", "versions"] and all(list(v)[:11] == keys for v in got["versions"]), f"log {' '.join(args)}: the keys", got)

    # Times are the reader's, as are the dates by which a version is named.
    here, there = t.run("log", "--limit", "1")[1][:17], t.run("log", "--limit", "1", env={"TZ": "<+12>-12"})[1][:17]
    t.ok(here != there, "times are the reader's", f"{here} {there}")

    # What was internal with older words is no report for everybody, though it is public now, or gone.
    t.write("drafts/held.md", "{#h .internal}\nTen years is our fallback.\n")
    t.run("save", "-m", "held", "-q")
    t.write("drafts/held.md", "{#h}\nWe ask for more.\n")
    t.run("save", "-m", "open", "-q")
    for what in ("public now", "gone"):
        t.ok(t.run("log", "held#h")[1].count("    INTERNAL\n") == 1 and t.run("log", "held#h", "--format", "html")[1].count('<b dir="ltr">INTERNAL</b>') == 1, f"{what}: which wording was internal")
        for fmt, part in (("docx", "word/document.xml"), ("odt", "content.xml")):
            t.run("log", "held#h", "--format", fmt, "-o", "h." + fmt)
            with zipfile.ZipFile(t.path("h." + fmt)) as z:
                text = z.read(part).decode()
            t.ok("Ten years" in text and "NOT FOR PUBLICATION" in text, f"{what}, {fmt}: the report says for whom it is", text)
        t.write("drafts/held.md", "Other words.\n")
        t.run("save", "-m", "gone", "-q")
    t.run("log", "s#s", "--format", "docx", "-o", "s.docx")
    with zipfile.ZipFile(t.path("s.docx")) as z:
        t.ok("NOT FOR PUBLICATION" not in z.read("word/document.xml").decode(), "what never was internal bears no such line")
