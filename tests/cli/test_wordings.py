#!/usr/bin/env python3
"""Two people who change the same words (FORMAT.md F5, rule 7): every outcome can be had, and rejecting all gives the bytes back."""
import re
from tap import Cli

TEXT = "We urge Member States to make the mandate permanent."
DRAFT = "---\ntitle: T\n---\n\n{#a}\n" + TEXT + "\n"
# What each proposes (old, new), and what the text is if it alone is accepted.
CASES = [
    ("overlapping", [("make the mandate", "renew the mandate", "We urge Member States to renew the mandate permanent."),
                     ("the mandate permanent", "the Forum permanent", "We urge Member States to make the Forum permanent.")]),
    ("one inside the other", [("mandate", "term", "We urge Member States to make the term permanent."),
                              ("States to make the mandate permanent", "States to extend it", "We urge Member States to extend it.")]),
    ("the other way about", [("States to make the mandate permanent", "States to extend it", "We urge Member States to extend it."),
                             ("mandate", "term", "We urge Member States to make the term permanent.")]),
    ("the same words", [("mandate", "term", "We urge Member States to make the term permanent."),
                        ("mandate", "Forum", "We urge Member States to make the Forum permanent.")]),
    ("three people", [("mandate", "term", "We urge Member States to make the term permanent."),
                      ("the mandate", "a mandate", "We urge Member States to make a mandate permanent."),
                      ("mandate permanent", "Forum last", "We urge Member States to make the Forum last.")]),
    ("a deletion and a change", [("to make ", "", "We urge Member States the mandate permanent."),
                                 ("make the", "keep the", "We urge Member States to keep the mandate permanent.")]),
    ("a change and a deletion", [("make the", "keep the", "We urge Member States to keep the mandate permanent."),
                                 ("Member States to make ", "", "We urge the mandate permanent.")]),
]

with Cli() as t:
    t.workspace()
    for name, people in CASES:
        t.write("drafts/one.md", DRAFT)
        for (old, new, _), who in zip(people, ("Ana", "Ben", "Cy")):
            code, out, err = t.run("suggest", "one", "a", old, new, "--by", who)
            t.same(code, 0, f"{name}: {who} suggests")
        written = t.read("drafts/one.md").decode()
        t.ok("instead of" not in written, f"{name}: side by side", written)

        def outcome(*args):
            t.write("drafts/one.md", written)
            code, out, err = t.run(*args)
            now = t.read("drafts/one.md").decode()
            return code, out + err, now, now.split("{#a}\n", 1)[1].rstrip("\n")

        for i, (_, _, want) in enumerate(people, 1):
            code, said, now, text = outcome("accept", "one", f"s{i}")
            t.same(text, want, f"{name}: s{i} accepted")
            t.ok("is rejected with this" in said, f"{name}: s{i} accepted, and it says that the others go", said)
            code, said, now, text = outcome("reject", "one", f"s{i}")
            t.ok("{" in text, f"{name}: s{i} rejected, the others are open", text)
            rest = [k for k in range(1, len(people) + 1) if k != i]
            before = now
            for k, number in enumerate(rest, 1):
                t.write("drafts/one.md", before)
                t.run("accept", "one", f"s{k}")
                t.same(t.read("drafts/one.md").decode().split("{#a}\n", 1)[1].rstrip("\n"), people[number - 1][2],
                       f"{name}: s{i} rejected, then s{number} accepted")
            t.write("drafts/one.md", before)
            t.run("reject", "one", "--all")
            t.same(t.read("drafts/one.md").decode(), DRAFT, f"{name}: s{i} rejected, then all")
        code, said, now, text = outcome("reject", "one", "--all")
        t.same(now, DRAFT, f"{name}: all rejected, byte for byte")
        code, said, now, text = outcome("accept", "one", "--all")
        t.same(text, people[0][2], f"{name}: all accepted is the first")
        code, said, now, text = outcome("accept", "one", "s1", "s2")
        t.ok(code == 2 and now == written and "two wordings" in said, f"{name}: two of them at once are refused", f"{code} {said}")

    # Each is listed with the words that it would replace.
    t.write("drafts/one.md", DRAFT)
    for who, new in (("Ana", "term"), ("Ben", "Forum")):
        t.run("suggest", "one", "a", "mandate", new, "--by", who)
    got = t.json("suggestions", "one")[1]["suggestions"]
    t.same([(s["author"], s["kind"], s["old"], s["new"]) for s in got], [("Ana", "replace", "mandate", "term"), ("Ben", "replace", "mandate", "Forum")],
           "two wordings for the same words, in JSON")
    out = " ".join(t.run("suggestions", "one")[1].split())
    t.ok("the [-mandate-]{+term+} perm" in out and "the [-mandate-]{+Forum+} perm" in out, "and as text", out)

    # Two insertions at one place are no alternatives.
    t.write("drafts/one.md", DRAFT)
    t.run("suggest", "one", "a", "", " First.", "--by", "Ana")
    t.run("suggest", "one", "a", "", " Second.", "--by", "Ben")
    written = t.read("drafts/one.md")
    t.run("accept", "one", "--all")
    t.has(re.sub(r"\{>>.*?<<\}", "", t.read("drafts/one.md").decode()), "First. Second.", "two insertions at one place both stand")
    t.write("drafts/one.md", written)
    t.run("reject", "one", "--all")
    t.same(t.read("drafts/one.md").decode(), DRAFT, "two insertions at one place: all rejected")

    # Over several clauses: settled together, unless clauses are named (rule 3).
    over = [  # the draft's body, what is called, what it becomes
        ("{#a}\nOne has {--that\n\n{#b}\nand more--}{>>@Ana<<} of it.\n", ("accept", "a"), "{#a}\nOne has \n\n{#b}\n{--and more--}{>>@Ana<<} of it.\n"),
        ("{#a}\nOne has {--that\n\n{#b}\nand more--}{>>@Ana<<} of it.\n", ("accept", "b"), "{#a}\nOne has {--that--}{>>@Ana<<}\n\n{#b}\n of it.\n"),
        ("{#a}\nOne has {--that\n\n{#b}\nand more--}{>>@Ana<<} of it.\n", ("reject", "a"), "{#a}\nOne has that\n\n{#b}\n{--and more--}{>>@Ana<<} of it.\n"),
        ("{#a}\nOne has {--that\n\n{#b}\nand more--}{>>@Ana<<} of it.\n", ("accept", "s1"), "{#a}\nOne has  of it.\n"),
        ("{#a}\nOne has {--that\n\n{#b}\nand more--}{>>@Ana<<} of it.\n", ("accept", "a", "b"), "{#a}\nOne has  of it.\n"),
        ("{#a}\nOne{++ too.\n\n{#b}\nNew++}{>>@Ana<<}.\n", ("accept", "b"), "{#a}\nOne{++ too.++}{>>@Ana<<}\n\n{#b}\nNew.\n"),
        ("{#a}\nOne{++ too.\n\n{#b}\nNew++}{>>@Ana<<}.\n", ("reject", "b"), "{#a}\nOne{++ too.++}{>>@Ana<<}.\n"),
        ("{#a}\nOne.\n\n{++{#b}\nNew.\n\n<!-- {#c} -->\nNewer.\n\n++}{>>@Ana<<}{#z}\nLast.\n", ("accept", "c"),
         "{#a}\nOne.\n\n{++{#b}\nNew.\n\n++}{>>@Ana<<}<!-- {#c} -->\nNewer.\n\n{#z}\nLast.\n"),
        ("{#a}\nOne.\n\n{++{#b}\nNew.\n\n<!-- {#c} -->\nNewer.\n\n++}{>>@Ana<<}{#z}\nLast.\n", ("reject", "b"),
         "{#a}\nOne.\n\n{++<!-- {#c} -->\nNewer.\n\n++}{>>@Ana<<}{#z}\nLast.\n"),
    ]
    for body, (verb, *words), want in over:
        for eol in ("\n", "\r\n"):
            head = "---\ntitle: T\n---\n\n".replace("\n", eol)
            t.write("drafts/one.md", head + body.replace("\n", eol))
            code, out, err = t.run(verb, "one", *words)
            t.same((code, t.read("drafts/one.md").decode()), (0, head + want.replace("\n", eol)), f"{verb} {' '.join(words)}{' with CR LF' if len(eol) > 1 else ''}: {body[:30]!r}")
    t.write("drafts/one.md", "---\ntitle: T\n---\n\n" + over[0][0])
    before = t.read("drafts/one.md")
    t.run("init")
    t.run("accept", "one", "a")
    t.run("undo")
    t.same(t.read("drafts/one.md"), before, "undo of a part gives the draft back as it was")
