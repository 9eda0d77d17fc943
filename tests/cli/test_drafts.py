#!/usr/bin/env python3
"""How a draft is named: paths, names, two of a name, versions, and where there is no workspace."""
import os
from tap import Cli

TEXT = "---\ntitle: T\n---\n\n{#a}\nWe urge Member States to act.\n"

with Cli() as t:
    t.workspace()
    t.write("drafts/one.md", TEXT)
    t.write("drafts/both.md", TEXT)
    t.write("drafts/texts/both.md", TEXT)
    t.write("drafts/texts/zero.md", TEXT)
    t.write("drafts/at@home.md", TEXT)
    t.write("drafts/._one.md", "not a draft\n")

    def names(*words, cwd=None):
        code, got = t.json("status", *words, cwd=cwd)
        return code, [(d["draft"], d["file"]) for d in got.get("drafts", [])]

    t.same(names("one"), (0, [("one", "drafts/one.md")]), "a name in drafts/")
    t.same(names("drafts/one.md"), (0, [("one", "drafts/one.md")]), "a path")
    t.same(names("zero"), (0, [("zero", "drafts/texts/zero.md")]), "a name in drafts/texts/")
    t.same(names("at@home"), (0, [("at@home", "drafts/at@home.md")]), "a name with an @ in it")
    t.same(names("one", cwd=t.path("drafts")), (0, [("one", "../drafts/one.md")]), "from a folder below")
    t.same(names(), (0, [("at@home", "drafts/at@home.md"), ("both", "drafts/both.md"), ("one", "drafts/one.md")]),
           "all statements by name, no negotiating texts, no hidden files")
    code, out, err = t.run("status", "both")
    t.ok(code == 2 and "drafts/both.md" in err and "drafts/texts/both.md" in err, "two of a name: exit 2, both named", err)
    code, out, err = t.run("status", "oen")
    t.ok(code == 2 and "Did you mean one?" in err, "near a name: exit 2, did you mean", err)
    for word in ("x/y", "x.md", "x.docx", "x.odt", "x.txt"):
        t.same(t.run("status", word)[0], 3, f"{word} is not there: exit 3")
    t.same([t.run("status", word)[0] for word in ("drafts", "drafts/")], [2, 3], "a folder: exit 2 for a word, 3 for a path")
    t.same(t.run("track", "one@last")[0], 2, "a version where the file is needed: exit 2")

    # A paragraph of another draft, numbered as its own call asks, with that draft's title.
    t.write("drafts/numbered.md", "---\ntitle: Answers\ncall: wsis20-zero-draft-written\n---\n\nFirst.\n\n{#second}\nSecond.\n")
    t.write("drafts/refers.md", "---\ntitle: Refers\nlanguage: en\n---\n\nSee [](numbered#second).\n")
    t.has(t.run("export", "refers", "--to", "txt", "-o", "-")[1], "See paragraph 2, “Answers”.", "a reference to another draft")
    # One to what that draft holds back is dead for check as it is for export.
    t.write("drafts/holds.md", "---\ntitle: Holds\nnumbering: paragraphs\n---\n\n{#seen}\nOne.\n\n{#held .internal}\nTwo.\n")
    for clause, dead in (("seen", False), ("held", True), ("nothing", True)):
        t.write("drafts/to-held.md", f"---\ntitle: T\n---\n\nSee [](holds#{clause}).\n")
        rules = [x["rule"] for x in t.json("check", "to-held")[1]["drafts"][0]["findings"]]
        t.same(("xref-dead" in rules, t.run("export", "to-held", "--to", "txt", "-o", "-")[0]), (dead, int(dead)), f"a reference to holds#{clause}")
    for name in ("holds", "to-held"):
        os.unlink(t.path(f"drafts/{name}.md"))
    os.remove(t.path("drafts/numbered.md"))
    os.remove(t.path("drafts/refers.md"))

    # The workspace that holds the file rules.
    other = os.path.join(t.home, "elsewhere")
    os.mkdir(other)
    code, got = t.json("status", os.path.join(t.top, "drafts/one.md"), cwd=other)
    t.ok(code == 0 and got["drafts"][0]["priorities"], "the workspace that holds the file rules", got)
    loose = os.path.join(other, "loose.md")
    open(loose, "w").write(TEXT)
    code, got = t.json("status", loose, cwd=other)
    t.ok(code == 0 and not got["drafts"][0]["priorities"], "a plain file outside any workspace", got)
    code, got = t.json("check", loose, "--priorities", t.path("priorities.yaml"), cwd=other)
    t.ok(got.get("drafts", [{}])[0].get("priorities"), "--priorities outside a workspace", got)
    code, out, err = t.run("check", "--call", t.path("templates/calls/wsis20-zero-draft-written.yaml"), loose, cwd=other)
    t.ok(code in (0, 1), "--call FILE outside a workspace", err)
    code, out, err = t.run("export", "loose.md", "--to", "odt", cwd=other)
    t.ok(code == 0 and out.endswith(".odt\n") and os.path.exists(os.path.join(other, out.strip())), "export outside: beside the draft", out + err)

    # Errors of the workspace's own files have a place and a way out.
    t.write("chapeau.yaml", "schema: chapeau/workspace/1\norganization: {name: X}\npeple: []\n")
    code, out, err = t.run("status")
    t.ok(code == 3 and err.startswith("chapeau.yaml:3:1: error: ") and "people" in err, "an unknown key of chapeau.yaml: place, did you mean", err)
    t.write("chapeau.yaml", "schema: chapeau/workspace/1\norganisation: {name: X, name: Y}\n")
    code, out, err = t.run("status")
    t.ok(code == 3 and "chapeau.yaml:2:" in err, "a key that stands twice", err)

    # Outside any workspace no file has versions, whichever command is asked for one.
    outside = os.path.join(t.home, "outside")
    os.makedirs(outside)
    with open(os.path.join(outside, "x.md"), "w", encoding="utf-8") as f:
        f.write(TEXT)
    for words in (["diff", "x.md@last"], ["diff", "x.md", "x.md@last"], ["diff", "x.md@seen:ana"], ["check", "x.md@last"], ["check", "x.md", "--since", "last"],
                  ["suggestions", "x.md@last"], ["restore", "x.md#a@last"], ["export", "x.md@last", "--to", "txt"],
                  ["export", "x.md", "--to", "docx", "--changes-since", "last"]):
        code, out, err = t.run(*words, cwd=outside)
        t.ok(code == 2 and "in no workspace" in err, f"outside a workspace: {' '.join(words)}", f"{code} {err}")
