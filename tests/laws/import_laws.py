#!/usr/bin/env python3
"""import_laws.py PROGRAM SOURCE SHARED TODOCX SHOW TOPAIRS FROM TO: TAP on stdout.

A statement that went out for review and is imported again is the same model: kinds, the lists and quotes around, words, format,
links, notes, numbers, marks, comments, references, over random statements, as DOCX and ODT.  What Markdown cannot say where it stands is listed.
A random comparison that is imported as suggestions and settled is the one that import settles itself.
"""
import difflib
import json
import os
import re
import subprocess
import sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import Cli

TODOCX, SHOW, TOPAIRS = map(os.path.abspath, sys.argv[4:7])
FROM, TO = map(int, sys.argv[7:9])
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082")

# Quotes in items, and quotes that open with something else than a paragraph: the page tells them by their margins alone.
QUOTES = ("> - A third.\n> - A fourth.\n>\n> And words of it.\n\nMore.\n\n> 1. one\n> 2. two\n>    - three\n\nBetween.\n\n> ```\n> code\n> ```\n\nAgain.\n\n> > - two deep\n",
          "1. one\n   1. two\n\n      > quoted\n      >\n      > - listed\n\n2. b\n\n   > quoted\n   >\n   > - listed\n   > - again\n   >\n   > 1. x\n   >    - y\n\n- one\n  - two\n\n    > quoted\n    >\n    > 1. listed\n",
          "- item\n\n  > - listed in quote\n\nLast.\n\n- x\n  - y\n    - z\n\n> - quoted\n",
          "1. quoted\n\n   1. nested\n\n      > for\n      >\n      > 1. {#c2 label=\"2 bis\"} labelled\n      > 2. second\n\n   2. {#c4} of resolution\n",
          "1. a\n   1. {#i label=\"17 bis\"} labelled\n   2. b\n\n      > 1. q\n      > 2. r\n\n2. c\n",
          "- a\n  - {#i label=\"7 bis\"} labelled\n    1. deep\n    2. deeper\n\n> 1. q\n>    1. r\n>\n> ```\n> code\n> ```\n",
          "Text.[^a]\n\n[^a]: Note.\n\n    1. one\n    2. two\n\n       > quote words\n       >\n       > - listed\n       > - again\n\n    - bullet\n\n      > quote words\n      >\n      > more\n      >\n      > - listed\n\n    > root quote\n    >\n    > - listed\n    >\n    > 1. num\n\n    > - opens\n")


def stretches(model, without):
    """Lines of show FILE model, neighbours of one kind as one; without: formats that are left out of account."""
    out = []
    for line in model.replace("@Example Registry ", "@ ").splitlines():
        m = re.match(r'("(?:[^"\\\\]|\\\\.)*")(.*)$', line)
        if not m:
            out.append(line)
            continue
        words, kind = m.group(1)[1:-1], m.group(2)
        for name in without:
            kind = kind.replace(" " + name, "")
        last = out[-1] if out else None
        if isinstance(last, list) and last[1] == kind and not re.search("note|image|reference|comment", kind):
            last[0] += words
        else:
            out.append([words, kind])
    return out


def front(text):
    """Of the front matter what a copy shows: title, date, who endorses it."""
    head = dict(re.findall(r"^(title|date|endorsed-by): *(.*?)\r?$", re.split(r"^---\r?$", text, maxsplit=2, flags=re.M)[1] if text.lstrip("\ufeff").startswith("---") else "", re.M))
    return {k: [x.strip(' "') for x in v.strip("[]").split(",")] for k, v in head.items()} if "title" in head else {}


with Cli() as t:
    t.run("init")
    t.write("drafts/gen-image.png", PNG)
    for seed in range(FROM, TO + 1):
        made = subprocess.run([TODOCX, "-m", "seed=%d" % seed, t.path("drafts/in.md")], capture_output=True)
        if made.returncode:
            t.ok(False, "a random statement", made.stderr)
            break
        draft = t.read("drafts/in.md").decode()
        want = subprocess.run([SHOW, t.path("drafts/in.md"), "model"], capture_output=True, text=True, errors="replace").stdout
        for fmt in ("docx", "odt"):
            name = f"seed {seed}, {fmt}: exported for review and imported, the same model"
            if t.run("export", "in", "--to", fmt, "--audience", "review", "-o", "copy." + fmt)[0]:
                t.skip(name, "this statement is refused")
                continue
            code, got = t.json("import", "copy." + fmt, "-o", "back.md")
            back = subprocess.run([SHOW, t.path("back.md"), "model"], capture_output=True, text=True, errors="replace").stdout
            lost = any("emphasis" in u["what"] for u in got.get("unplaced", []))
            a, b = (stretches(x, ("emph", "strong") if lost else ()) for x in (want, back))
            heads = [front(x) for x in (draft, t.read("back.md").decode())]
            t.ok(code == 0 and a == b and want and (heads[0] == heads[1] or not heads[0]), name, f"exit {code}, {json.dumps(got)[:300]} {heads if heads[0] != heads[1] else ''}\n" + "\n".join(difflib.unified_diff(*([" ".join(y) if isinstance(y, list) else y for y in x] for x in (a, b)), lineterm="", n=2))[:1500])
            for made in ("back.md", "back-images"):
                subprocess.run(["rm", "-rf", t.path(made)])

    for n, words in enumerate(QUOTES):
        for numbering in ("none", "paragraphs", "headings"):
            t.write("drafts/in.md", f"---\ntitle: T\nnumbering: {numbering}\n---\n\nWords.\n\n{words}")
            want = subprocess.run([SHOW, t.path("drafts/in.md"), "model"], capture_output=True, text=True).stdout
            for fmt in ("docx", "odt"):
                t.run("export", "in", "--to", fmt, "--audience", "review", "-o", "copy." + fmt)
                t.run("import", "copy." + fmt, "-o", "back.md", "--force")
                t.same(subprocess.run([SHOW, t.path("back.md"), "model"], capture_output=True, text=True).stdout, want, f"quotes {n}, numbering {numbering}, {fmt}: exported for review and imported, the same model")

    # Two ways to settle a file's changes.
    def model(path, ids):
        shown = subprocess.run([SHOW, t.path(path), "model"], capture_output=True, text=True, errors="replace").stdout
        lines = [" ".join(x) if isinstance(x, list) else x for x in stretches(shown, ("emph", "strong"))]
        # Settled at once the older text's numbers are known; suggestions say nothing of numbers, so settled later the newer text's stay.
        return [re.sub(r"^((?:\d+ )?(?:heading \d|paragraph|item)) \S.*$", r"\1", x) for x in lines] if ids else [re.sub(r"(#|id=)\S+", "", x) for x in lines]
    subprocess.run([TOPAIRS, str(FROM), str(TO - FROM + 1), t.path("drafts")], check=True)
    for n in range(FROM, TO + 1, 3):
        # A tag cannot say that a label is to change: import lists that one, and a label that nobody changes is in other pairs.
        for when in ("old", "new"):
            t.write(f"drafts/{n}.{when}.md", re.sub(rb' label=("[^"]*"|[^ }]*)', b"", t.read(f"drafts/{n}.{when}.md")))
        for fmt in ("docx", "odt"):
            if t.run("diff", f"drafts/{n}.old.md", f"drafts/{n}.new.md", "--format", fmt, "-o", "red." + fmt)[0]:
                continue
            for how in ("accept", "reject"):
                t.run("import", "red." + fmt, "-o", "at-once.md", "--force", "--" + how)
                t.run("import", "red." + fmt, "-o", "later.md", "--force")
                t.run(how, "later.md", "--all", "--comments")
                # Ids are made of the words that stood there.
                a, b = (model(name, how == "reject") for name in ("at-once.md", "later.md"))
                # A reference whose words change comes as words of either text: settled at once it may be one again, and prints the same.
                if a != b and "reference to" in "\n".join(a):
                    # (A link in which something was settled may be two, and its address printed behind both.)
                    a, b = (re.sub(r" ?<https?://[^>]*>", "", t.run("export", name, "--to", "txt", "-o", "-")[1]).split("\n") for name in ("at-once.md", "later.md"))
                    if how == "reject":
                        a, b = ([re.sub(r"^\S+\. +", "", x) for x in y] for y in (a, b))
                t.ok(a and a == b, f"pair {n}, {fmt}: import --{how} is import and {how} --all", "\n".join(difflib.unified_diff(a, b, lineterm="", n=1))[:1500])
                for made in ("at-once-images", "later-images"):
                    subprocess.run(["rm", "-rf", t.path(made)])
