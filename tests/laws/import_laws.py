#!/usr/bin/env python3
"""import_laws.py PROGRAM SOURCE SHARED TODOCX SHOW FROM TO: TAP on stdout.

A statement that went out for review and is imported again is the same model: kinds, the lists and quotes around, words, format,
links, notes, numbers, marks, comments, references, over random statements, as DOCX and ODT.  What Markdown cannot say where it stands is listed.
"""
import difflib
import json
import os
import re
import subprocess
import sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import Cli

TODOCX, SHOW, FROM, TO = os.path.abspath(sys.argv[4]), os.path.abspath(sys.argv[5]), int(sys.argv[6]), int(sys.argv[7])
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082")


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
