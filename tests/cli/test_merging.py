#!/usr/bin/env python3
"""merge-file as Git's merge driver, and export as its textconv, switched on as the README says."""
import os
import re
import shutil
import subprocess
from tap import Cli, PROGRAM, SOURCE

TEXT = "---\ntitle: Input\n---\n\n{#igf}\nWe urge governments to give the Forum a permanent mandate, with stable funding.\n"


with Cli() as t:
    if not shutil.which("git"):
        t.skip("Git's merge driver", "git is not installed")
        raise SystemExit
    t.env["PATH"] = os.path.dirname(PROGRAM) + ":" + t.env["PATH"]
    for who in ("AUTHOR", "COMMITTER"):
        t.env[f"GIT_{who}_NAME"], t.env[f"GIT_{who}_EMAIL"] = "Mei Lin", "mei@example.org"

    def git(*args):
        done = subprocess.run(["git", *args], cwd=t.top, env=t.env, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    t.run("init")
    readme = open(os.path.join(SOURCE, "README.md"), encoding="utf-8").read()
    lines = re.findall(r"^\$ (git config .*)$", readme, re.M)
    t.same(len(lines), 2, "the README says how to switch on the driver and the textconv")
    for line in lines:
        subprocess.run(line, shell=True, cwd=t.top, env=t.env, check=True)

    def both(base, ours, theirs):
        """git merge of two branches: its answer, what it said, the draft."""
        git("switch", "-q", "main")
        t.write("drafts/in.md", base)
        git("add", "-A")
        git("commit", "-qm", "base", "--allow-empty")
        git("branch", "-qf", "side")
        t.write("drafts/in.md", ours)
        git("commit", "-qam", "ours", "--allow-empty")
        git("switch", "-q", "side")
        t.write("drafts/in.md", theirs)
        git("commit", "-qam", "theirs", "--allow-empty")
        git("switch", "-q", "main")
        code, said = git("merge", "-m", "together", "side")
        now = t.read("drafts/in.md").decode("utf-8", "replace")
        git("reset", "-q", "--hard", "HEAD")
        return code, said, now

    git("switch", "-qc", "main")
    code, said, now = both(TEXT, TEXT.replace("urge", "ask"), TEXT.replace("stable", "sound"))
    t.same((code, now), (0, TEXT.replace("urge", "ask").replace("stable", "sound")), "different words of one line merge")
    crlf = TEXT.replace("\n", "\r\n")
    code, said, now = both(crlf, crlf.replace("urge", "ask"), crlf.replace("stable", "sound"))
    t.same((code, now), (0, crlf.replace("urge", "ask").replace("stable", "sound")), "with CR LF too")
    code, said, now = both(TEXT, TEXT.replace("urge", "ask"), TEXT.replace("urge", "beg"))
    t.same((code, now), (1, TEXT.replace("urge", "{~~urge~>ask~~}{>>@ours<<}{++beg++}{>>@theirs<<}")), "the same words: both are kept, and Git knows")
    t.ok("drafts/in.md: 1 place" in said and ".merge_file" not in said, "the message names the draft", said)

    # One holds a paragraph back while the other brings its words elsewhere: no reading of what comes of it shows them, and both hold all words.
    held, where = "\n{#h}\nOur fallback is a mandate of ten years with a review.\n", "Our fallback is a mandate of ten years with a review."
    inside, base = held.replace("#h", "#h .internal"), TEXT + held
    for name, other in (("joined to another paragraph", TEXT + where + "\n"), ("in a heading", base + "\n# " + where + "\n"), ("in a list", base + "\n- x\n- " + where + "\n"),
                        ("in a note", base.replace("funding.", "funding.[^n]") + "\n[^n]: " + where + "\n"), ("in a suggestion", base + "\n{#s}\nOne. {++" + where + "++}{>>@Ana<<}\n")):
        for mine, yours in ((TEXT + inside, other), (other, TEXT + inside)):
            code, said, now = both(base, mine, yours)
            t.write("drafts/merged.md", now)
            t.run("accept", "merged", "--all")
            for reading in (now, t.read("drafts/merged.md").decode()):
                t.write("drafts/merged.md", reading)
                out = t.run("export", "merged", "--to", "txt", "-o", "-")[1]
                t.ok(code == 1 and where in now and "mandate of ten" not in " ".join(out.split()), f"held back by one, {name} by the other", f"{said}\n{now}\n{out}")
    os.remove(t.path("drafts/merged.md"))
    new = "\n{#x}\nExchange points keep %s traffic local.[^1]\n\n[^1]: %s.\n"
    code, said, now = both(TEXT, TEXT + new % ("all", "Ours"), TEXT + new % ("most", "Theirs"))
    t.same((code, now.count("{#x}"), "all" in now and "most" in now and "[^1-2]: Theirs." in now), (1, 1, True), "a clause that both added is one clause")
    # One changes a block that the other takes out: its words stand, and that it went is said; never line marks in what reads as a statement.
    tail = "\n{#z}\nThe last words of it.\n"
    for block in ("> Quote X of it.", "## Head X of it {#c}", "Head X of it\n=======", "| a | b |\n|---|---|\n| X | y |", "```\ncode X\n```", "    code X", "- One X\n- two",
                  "1. One X\n   1. nested\n2. b", "Two lines X\nof it", "![picture X](p.png)", "One {++more++} X", "## One {++more++} X {#c}", "One {--less--} X"):
        there = TEXT + "\n" + block + "\n" + tail
        changed = there.replace("X", "YES X")
        for name, mine, yours in (("we change it", changed, TEXT + tail), ("they change it", TEXT + tail, changed)):
            code, said, now = both(there, mine, yours)
            t.ok(code == 1 and "YES X" in now and "<<<<" not in now and "@" in now, f"one of us takes out, {name}: {block!r}", said + now)
            t.write("drafts/merged.md", now)
            found = {f["rule"] for f in t.json("check", "merged")[1]["drafts"][0]["findings"]}
            t.same(found & {"critic-crosses", "critic-nested", "critic-unclosed", "attribute-in-text", "attribute-dangling"}, set(), "and it reads as a draft")
    # A column of one and a row of the other would be a ragged table: theirs stands beside ours as a whole.
    table = "\n{#y}\n| a | b |\n|---|---|\n| c | d |\n"
    code, said, now = both(TEXT + table, TEXT + "\n{#y}\n| a | b | mine |\n|---|---|---|\n| c | d | e |\n", TEXT + table + "| yours | f |\n")
    t.ok(code == 1 and "<<<<" not in now and "| a | b | mine |\n|---|---|---|\n| c | d | e |\n" in now and "| yours | f |\n++}{>>@theirs" in now, "a column and a row", said + now)
    os.remove(t.path("drafts/merged.md"))
    code, said, now = both(TEXT, "---\ntitle: [\n---\n\nOurs\n", TEXT.replace("urge", "beg"))
    t.ok(code == 1 and "<<<<<<<" in now and "Ours" in now and "beg" in now, "what is no statement gets line marks, with theirs in them", now)
    t.ok("between lines" in said, "which the message says", said)

    git("add", "-A")
    git("commit", "-qm", "more")
    t.write("drafts/in.md", TEXT.replace("urge", "ask"))
    git("commit", "-qam", "asked")
    code, said = git("diff", "HEAD~1", "--", "drafts/in.md")
    t.ok("+We ask governments" in said and "{#igf}" not in said, "git diff shows the words", said)
    t.write("drafts/in.md", "---\ntitle: [\n---\n")
    code, said = git("diff", "--", "drafts/in.md")
    t.ok(code == 0 and "+title: [" in said, "git diff of what is no statement shows the file", said)
