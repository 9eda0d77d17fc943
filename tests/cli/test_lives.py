#!/usr/bin/env python3
"""log: every wording of a clause, whatever became of it, is what the versions themselves say."""
import random
import re
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
