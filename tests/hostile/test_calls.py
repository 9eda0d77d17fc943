#!/usr/bin/env python3
"""Calls that nobody would make, drawn from every command, its options and all kinds of words: each ends with an exit code of the
contract and, where it is 2 or more, with words; no signal, no sanitizer's finding.  CALLS=5000 SEED=7 for a longer look by hand."""
import os
import random
import re
from tap import Cli

CALLS, SEED = int(os.environ.get("CALLS", "150")), int(os.environ.get("SEED", "1"))
S = "wsis20-zero-draft"
MARKED = """---
title: Marked
---
{#a}
One {++two++}{>>@A B 2025-01-01T00:00:00Z: why<<} {~~x~>y~~} end.[^1]

| a | b |
|---|---|
| {--c--} | d |

[^1]: A note {--x--}
"""
WORDS = [S, S + "@last", S + "@HEAD~1", S + "@2025-01-01", S + "#igf-mandate", "igf-mandate", S + "#igf-mandate@last", "p4", "s1", "s2", "bad.docx", "bad.md", "open.md", "marked.md",
         "e.docx", "e.odt", "nosuch", "nosuch.md", "/etc/passwd", ".", "drafts", "", "-", "--all", "a", "Legal Counsel", "exports/EXR_wsis20-zero-draft_REVIEW_legal.docx",
         "wsis20-zero-draft-written", "x@y", "#", "a#b@c", "chapeau.yaml", "priorities.yaml", "/dev/null", "HEAD", "last", "weak", "gap", "2", "éà", "\u202e", "p999", "stable", "and", "drafts/deep.md"]
VALUES = ["json", "text", "html", "docx", "odt", "critic", "sarif", "github", "md", "txt", "pdf", "public", "review", "internal", "oral", "written", "last", "HEAD", "nosuch", "", "-", "out.x",
          "sub/out.x", "Legal Counsel", "Mei", "e.docx", "priorities.yaml", "templates/reference.docx", "2025-01-01", "0", "auto", "always", ".", "drafts"]

with Cli() as t:
    t.env["NO_COLOR"] = "1"
    t.run("init", ".")
    t.run("save")
    t.write("bad.docx", b"PK\x03\x04junk")
    t.write("bad.md", b"a\xff")
    t.write("open.md", "{#a}\nx {++y\n\n::: internal\n")
    t.write("marked.md", MARKED)
    t.write("drafts/deep.md", "> - > - > - words\n\n{#a}\n")
    t.run("export", S, "--to", "docx", "-o", "e.docx")
    t.run("export", S, "--to", "odt", "-o", "e.odt")
    t.run("review-copy", S, "--to", "Legal Counsel")
    commands = re.findall(r"^  ([a-z][a-z-]+) ", t.run("help")[1].split("For every command")[0], re.M)
    options = {c: re.findall(r"^  (?:-\w, )?(--[a-z-]+)( [A-Z]+)?", t.run("help", c)[1], re.M) for c in commands}
    t.ok(len(commands) > 20 and all(options.values()), "help names every command and its options", options)
    r = random.Random(SEED)
    for first in range(0, CALLS, 25):
        wrong = []
        for _ in range(25):
            command = r.choice([c for c in commands if c not in ("sync", "undo")] * 4 + commands)
            call = [command, *(r.choice(WORDS) for _ in range(r.choice((0, 1, 1, 2, 2, 3))))]
            for _ in range(r.choice((0, 0, 1, 1, 2))):
                option, value = r.choice(options[command])
                if option != "--watch":
                    call += [option, r.choice(VALUES)] if value else [option]
            code, out, err = t.run(*call, timeout=120)
            if code not in (0, 1, 2, 3, 4) or "Sanitizer" in err or "runtime error" in err or "without an answer" in err or (code > 1 and not out + err):
                wrong.append(f"exit {code}: {call}\n{err[-2000:]}")
        t.ok(not wrong, f"calls {first + 1} to {first + 25}", "\n".join(wrong))
