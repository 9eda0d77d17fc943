#!/usr/bin/env python3
"""Help, versions, unknown words, exit codes and the shape of errors."""
import os
import re
import subprocess
from tap import PROGRAM, Cli

with Cli() as t:
    code, out, err = t.run()
    t.same(code, 0, "chapeau alone, outside a workspace: exit 0")
    t.same(len(out.splitlines()), 5, "it says five lines")
    t.ok(out.rstrip().endswith("chapeau init"), "they end in chapeau init", out)

    code, out, err = t.run("help")
    t.ok(code == 0 and out.startswith("Example:"), "help opens with an example", out)
    commands = re.findall(r"^  ([a-z][a-z-]+) ", out.split("For every command")[0], re.M)
    for command in commands:
        code, out, err = t.run(command, "--help")
        t.ok(code == 0 and out.startswith("Example:\n    chapeau"), f"{command} --help opens with an example", out + err)
        again = t.run("help", command)[1]
        t.same(again, out, f"help {command} is the same")
        t.ok(max(map(len, out.splitlines())) <= 110, f"the help of {command} is no wider than a window", out)

    groups = re.findall(r"(?m)^[A-Z][a-z ]+$", t.run("help")[1])
    t.same(groups, ["Write", "Review", "Hand in", "Negotiate", "Together", "Help", "For every command"], "help lists the commands in the order of the work, each group once")

    t.same(t.run("version")[0], 0, "version")
    t.same(t.run("--version")[1], t.run("version")[1], "--version is the same")
    code, got = t.json("version")
    t.same(got.get("schema"), "chapeau/version@1", "version as JSON")

    for words, hint in ((["chekc"], "chapeau check?"), (["check", "--finall"], "--final?"), (["check", "--colour", "never"], "--color?"),
                        (["check", "--format", "jsn"], "json?"), (["help", "exprot"], "chapeau help export?")):
        code, out, err = t.run(*words)
        t.same(code, 2, f"{' '.join(words)}: exit 2")
        t.has(err, "Did you mean " if "chapeau" not in hint else "Did you mean", f"{' '.join(words)}: did you mean")
        t.has(err, hint, f"{' '.join(words)}: {hint}")
        t.same(len(err.splitlines()), 1, f"{' '.join(words)}: one line in a pipe")
    for words in (["bogus"], ["version", "more"], ["export"], ["export", "x", "y"], ["check", "--call"], ["-C"], ["help", "-z"], ["-C", "/nonexistent", "help"],
                  ["check", "--channel", "smoke"]):
        code, out, err = t.run(*words)
        t.same((code, out), (2, ""), f"{' '.join(words)}: exit 2, nothing on stdout")
        t.ok(re.match(r"^\S+( \S+)?: error: .*\[usage\]\n$", err) or "cannot enter" in err, f"{' '.join(words)}: an error that says so", err)

    code, got = t.json("chekc")
    t.same((code, got.get("error", {}).get("code")), (2, "usage"), "an unknown command as JSON")
    code, got = t.json("status")
    t.same((code, got.get("schema"), got.get("error", {}).get("code")), (2, "chapeau/status@1", "no-workspace"), "no workspace, as JSON")
    t.ok(got.get("error", {}).get("hint"), "with a hint", got)

    code, out, err = t.run("check", "no\x1b[31m.md")
    t.same(code, 3, "a file that is not there: exit 3")
    t.ok("\x1b" not in err and "<U+001B>" in err, "control characters of a name are shown, not sent", repr(err))

    # What cannot be read is shown with a caret under it, in a pipe too; the message stays on its one line.
    t.write("list.yaml", "schema: chapeau/priorities/1\nset: [\tüü, b c: d\n")
    t.write("tag.md", "---\ntitle: T\n---\n\nText.\n\n<!-- {#Über} -->\nWords.\n")
    code, out, err = t.run("check", "tag.md", "--priorities", "list.yaml")
    t.ok(code == 3 and re.match(r"^list\.yaml:2:6: error: .* \[malformed\]\n    set: \[ üü, b c: d\n         \^\n$", err), "a caret under a mistake in YAML", err)
    t.write("list.yaml", "schema: chapeau/priorities/1\npriorities: []\n")
    code, out, err = t.run("check", "tag.md", "--priorities", "list.yaml")
    t.ok(re.search(r"(?m)^tag\.md:7:8: error: .* \[attribute-malformed\]\n    <!-- \{#Über\} -->\n           \^$", out), "a caret under a tag that cannot be read", out)

    for shell in ("bash", "zsh", "fish"):
        code, out, err = t.run("completions", shell)
        t.ok(code == 0 and all(c in out for c in commands), f"completions for {shell} name every command", err)
    t.same(t.run("completions", "csh")[0], 2, "no completions for csh")
    # What bash offers behind the words of a line, the last of them begun.
    t.write("ws/chapeau.yaml", "schema: chapeau/workspace/1\norganisation: {name: X}\n")
    t.write("ws/drafts/zero input.md", "Words.\n")
    t.write("ws/drafts/texts/zeta.md", "Words.\n")
    t.write("ws/templates/calls/c.yaml", "schema: chapeau/profile/1\nid: zenith\ntitle: C\nkind: written\n")
    t.write("completion.bash", t.run("completions", "bash")[1])
    for words, want in ((["che"], ["check"]), (["check", "--fin"], ["--final"]), (["export", "x", "--to", "do"], ["docx"]), (["check", "ze"], ["zero input", "zeta"]),
                        (["check", "--call", "zen"], ["zenith"]), (["new", "x", "--call", "chap"], ["chapeau.yaml"]), (["-C", "x", "sta"], ["status"])):
        line = " ".join(f"'{word}'" for word in ["chapeau"] + words)
        script = f'source ../completion.bash; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _chapeau; printf "%s\\n" "${{COMPREPLY[@]}}"'
        got = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=t.path("ws"),
                             env={"PATH": os.path.dirname(PROGRAM) + ":" + os.environ["PATH"]}).stdout.split("\n")
        t.same(sorted(one for one in got if one), want, f"bash completes {' '.join(words)}")
    for shell in ("zsh", "fish"):
        out = t.run("completions", shell)[1]
        t.ok("chapeau completions drafts" in out and "chapeau completions calls" in out, f"{shell} asks for drafts and calls", out[-300:])
    t.same(t.run("completions", "drafts")[:2], (0, ""), "no workspace: no drafts")
    code, out, err = t.run("help", "-o", "help.txt")
    t.ok(code == 0 and out == "" and t.exists("help.txt"), "-o takes the result", out + err)
    t.same(t.run("help", "-o", "no/such/help.txt")[0], 4, "-o into no folder: exit 4")
    t.same(t.run("help", "-o", "")[::2], (2, "chapeau help: error: -o names no file [usage]\n"), "-o with nothing: exit 2")
    # Names with spaces, as a shell takes them.
    t.write("it's mine.md", "---\ntitle: T\n---\n\nSome words {++more++}.\n")
    code, out, err = t.run("check", "it's mine.md")
    t.has(out, "chapeau check 'it'\\''s mine.md' --final\n", "the next command names the file as a shell takes it")
    t.has(out, "chapeau suggestions 'it'\\''s mine.md'", "that of a finding too")
    # A result does not take the place of what it was made from.
    DRAFT, OTHER = "---\ntitle: T\n---\n\nSome words.\n", "---\ntitle: T\n---\n\nOther words.\n"
    t.write("a.md", DRAFT)
    t.write("b.md", OTHER)
    for words in (["check", "a.md", "-o", "a.md"], ["check", "./a.md", "-o", t.path("a.md")], ["diff", "a.md", "b.md", "-o", "b.md"],
                  ["check", "a.md", "--priorities", "b.md", "-o", "b.md"]):
        code, out, err = t.run(*words)
        t.ok(code in (2, 3) and t.read("a.md").decode() == DRAFT and t.read("b.md").decode() == OTHER, f"{' '.join(words[:2])} -o what it reads: refused", out + err)
