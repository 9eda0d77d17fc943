#!/usr/bin/env python3
"""check: exit codes, formats, the keys and order of its JSON, what --final and --call change, --watch."""
import json
import os
import signal
import subprocess
import time
from tap import Cli, PROGRAM

GOOD = """---
title: Input
language: en
---

{#igf}
We call on Member States to give the Internet Governance Forum a permanent mandate.
"""

with Cli() as t:
    t.workspace()
    t.write("priorities.yaml", 'schema: chapeau/priorities/1\nask_verbs: ["call on", urge]\nself: [we]\npriorities:\n'
            '  - {id: igf, title: Permanent IGF, level: must, needs: asked, any: ["Internet Governance Forum ..3 permanent"], weak: ["as appropriate"]}\n'
            '  - {id: ixp, title: Exchange points, level: should, needs: mentioned, any: ["exchange point*"]}\n')
    t.write("drafts/good.md", GOOD)
    code, out, err = t.run("check", "good")
    t.ok(code == 0 and "Permanent IGF" in out and "[gap]" in out, "no error: exit 0, the missing should is said", out + err)
    t.ok(out.rstrip().splitlines()[-1].find("Next:") >= 0, "the last line says what to do next", out)

    code, got = t.json("check", "good")
    t.same((code, list(got)), (0, ["schema", "drafts"]), "JSON: keys of the object")
    draft = got["drafts"][0]
    t.same(list(draft)[:7], ["draft", "file", "title", "words", "seconds", "priorities", "findings"], "JSON: keys of a draft, in order")
    t.same((draft["draft"], draft["file"], draft["title"], draft["words"], draft["seconds"]), ("good", "drafts/good.md", "Input", 14, None),
           "JSON: what a draft is")
    t.same(list(draft["priorities"][0])[:6], ["id", "title", "level", "needs", "state", "evidence"], "JSON: keys of a priority")
    evidence = draft["priorities"][0]["evidence"][0]
    t.same((draft["priorities"][0]["state"], evidence["clause"], evidence["line"]), ("asked", "igf", 7), "JSON: state and evidence")
    t.same(list(draft["findings"][0])[:7], ["rule", "level", "clause", "line", "column", "message", "waived"], "JSON: keys of a finding")
    t.same(draft["findings"][0]["waived"], False, "JSON: waived is false")

    # A statement beside chapeau.yaml, named from outside: the workspace outlives the words that named it.
    t.write("beside.md", GOOD)
    outside = subprocess.run([PROGRAM, "check", os.path.join(t.path("."), "beside.md"), os.path.join(t.path("."), "drafts/good.md")], cwd="/", capture_output=True, text=True)
    t.same((outside.returncode, outside.stdout.count("Permanent IGF")), (0, 2), "a statement beside chapeau.yaml, named from outside")
    os.unlink(t.path("beside.md"))

    # A file that has no lines is checked by its words.
    t.write("drafts/two.md", GOOD + "\nWe urge exchange points, as appropriate. The Forum ends TBC.\n\nWe urge exchange points, as appropriate.\n")
    t.run("export", "two", "--to", "docx", "-o", "two.docx")
    code, got = t.json("check", "two.docx")
    t.same((code, [p["state"] for p in got["drafts"][0]["priorities"]], "TBC" in json.dumps(got)), (0, ["asked", "asked"], True), "a DOCX is checked")
    os.unlink(t.path("drafts/two.md"))

    t.write("drafts/bad.md", GOOD.replace("a permanent mandate", "thanks").replace("{#igf}", "{#igf}\n\n"))
    code, out, err = t.run("check", "bad")
    t.ok(code == 1 and "drafts/bad.md:" in out and ": error: " in out, "an error: exit 1, with its place on stdout", out + err)
    t.same(t.run("check")[0], 1, "all drafts: one error is enough")
    code, got = t.json("check")
    t.same([d["draft"] for d in got["drafts"]], ["bad", "good"], "all drafts, by name")
    code, out, err = t.run("check", "good", "--format", "sarif")
    sarif = json.loads(out)
    t.same((sarif["version"], sarif["runs"][0]["columnKind"]), ("2.1.0", "unicodeCodePoints"), "SARIF")
    code, out, err = t.run("check", "bad", "--format", "github")
    t.ok(out.startswith("::error file=drafts/bad.md,line="), "GitHub annotations", out)
    code, out, err = t.run("check", "--format", "html", "-o", "page.html")
    page = t.read("page.html").decode()
    t.ok(code == 1 and out == "" and page.lower().startswith("<!doctype html>"), "HTML into a file", err)
    t.ok("http://" not in page.replace("http://www.w3.org/", "") and "<script src" not in page, "the page asks no host for anything")

    t.ok("not checked" not in page, "and has no sign for what there is not")
    t.write("english.yaml", t.read("priorities.yaml").decode() + "language: en\n")
    t.write("drafts/french.md", GOOD.replace("language: en", "language: fr"))
    code, page, err = t.run("check", "good", "french", "--format", "html", "--priorities", "english.yaml")
    t.ok('<a href="#d2" title="french, not checked" aria-label="french, not checked">?</a>' in page and '<h2 id="d2">' in page and "<b>?</b>not checked</li>" in page,
         "a statement in a language that the list does not speak: its cells lead to why", page[:300])
    os.unlink(t.path("drafts/french.md"))

    t.write("drafts/todo.md", GOOD + "\nXX to be confirmed (TBC).\n")
    t.same((t.run("check", "todo")[0], t.run("check", "todo", "--final")[0]), (0, 1), "a placeholder is an error only with --final")
    t.same(t.run("check", "good", "--call", "nosuch")[0], 2, "--call that is not there: exit 2")
    t.write("drafts/call.md", GOOD.replace("language", "call: nosuch\nlanguage"))
    code, out, err = t.run("check", "call")
    t.ok(code == 0 and "[call-unknown]" in out, "a call that no profile answers to is a warning", out + err)

    for name, bytes_ in (("latin", b"---\ntitle: x\n---\ncaf\xe9\n"), ("nul", b"a\0b\n"), ("front", b"---\ntitle: [\n---\nx\n")):
        t.write(f"drafts/{name}.md", bytes_)
        code, out, err = t.run("check", name)
        t.ok(code == 3 and err.startswith(f"drafts/{name}.md"), f"malformed ({name}): exit 3, with its place", err)
        os.unlink(t.path(f"drafts/{name}.md"))
    code, out, err = t.run("status")
    t.same(code, 0, "status goes on")

    # --watch: two rounds, and it ends when it is told to.
    page = t.path("watch.html")
    watch = subprocess.Popen([PROGRAM, "check", "good", "--watch", "--format", "html", "-o", page], cwd=t.top, env=t.env,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if os.path.exists(page):
                break
            time.sleep(0.05)
        first = open(page).read() if os.path.exists(page) else ""
        t.write("drafts/good.md", GOOD.replace("Input", "Changed input"))
        for _ in range(100):
            if "Changed input" in open(page).read():
                break
            time.sleep(0.05)
        t.ok("Changed input" not in first and "Changed input" in open(page).read(), "--watch keeps the page fresh")
        t.ok('http-equiv="refresh"' in open(page).read(), "a watched page reloads itself")
    finally:
        watch.send_signal(signal.SIGTERM)
        watch.wait(10)
