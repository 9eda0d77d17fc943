#!/usr/bin/env python3
"""init, new, track and status: what they make, what they leave alone."""
import os
import shutil
import subprocess
from tap import Cli

with Cli() as t:
    code, out, err = t.run("init")
    t.ok(code == 0 and out.rstrip().splitlines()[-1] == "Next: chapeau check", "init", out + err)
    for name in ("chapeau.yaml", "priorities.yaml", "templates/reference.docx", "templates/reference.odt", "templates/agreed-language.yaml", "templates/calls/wsis20-zero-draft-written.yaml",
                 "templates/calls/wsis20-zero-draft-written.md", "drafts/wsis20-zero-draft.md", ".gitignore", ".gitattributes", ".git/HEAD"):
        t.ok(t.exists(name), f"init makes {name}")
    code, out, err = t.run("check")
    t.same(code, 0, "the sample passes its check")
    t.write("priorities.yaml", "# mine\n")
    os.unlink(t.path(".gitattributes"))
    os.unlink(t.path("drafts/wsis20-zero-draft.md"))
    code, got = t.json("init")
    t.same((code, got.get("schema"), got.get("created")), (0, "chapeau/init@1", [".gitattributes"]), "again: only what is missing, no sample")
    t.same(t.read("priorities.yaml"), b"# mine\n", "what is there is never replaced")
    t.write("a-file", "x")
    t.same(t.run("init", "a-file")[0], 2, "init of a file: exit 2")
    cloud = os.path.join(t.home, "OneDrive - PNNC/Statements")
    code, out, err = t.run("init", cloud)
    t.ok(code == 0 and "OneDrive" in err and "warning" in err, "init warns of a cloud folder", err)
    t.has(err, f'sync --folder "{os.path.realpath(cloud)}"', "and says which folder exchanges")
    t.ok("warning" not in t.run("-C", cloud, "save")[2], "it is said once")
    for name, mark in (("Nextcloud/ws", None), ("Kept/ws", ".dropbox.cache")):
        plain = os.path.join(t.home, "plain-" + name.replace("/", "-"))
        t.run("init", plain)
        os.makedirs(os.path.join(t.home, os.path.dirname(name)))
        if mark:
            os.mkdir(os.path.join(t.home, os.path.dirname(name), mark))
        os.rename(plain, os.path.join(t.home, name))
        where = os.path.join(t.home, name)
        first, again = t.run("-C", where, "save")[2], t.run("-C", where, "save", "-m", "again")[2]
        t.ok("warning: this folder is kept by " in first and "warning" not in again, f"save finds a workspace that was moved into {name}, and says so once", first + again)
    t.ok(t.run("init", os.path.join(t.home, "NotOneDrive"))[2] == "", "a name that only holds the word is another")
    if shutil.which("git"):
        t.write("exports/call/handed-in/x.docx", "x")
        t.write("exports/call/y.docx", "y")
        t.write("exports/z.docx", "z")
        t.write("contacts.yaml", "a: b\n")
        names = subprocess.run(["git", "ls-files", "-o", "--exclude-standard"], cwd=t.top, env=t.env, capture_output=True, text=True).stdout.split()
        t.ok("exports/call/handed-in/x.docx" in names and not {"exports/call/y.docx", "exports/z.docx", "contacts.yaml"} & set(names),
             "exports are ignored, what was handed in is not; contacts are", names)
    else:
        t.skip("what Git ignores", "git is not installed")

    os.unlink(t.path("priorities.yaml"))
    code, out, err = t.run("new")
    t.ok(code == 0 and "wsis20-zero-draft-written" in out and "TO CHECK" in out, "new alone lists the calls with their deadlines", out + err)
    code, out, err = t.run("new", "mine", "--call", "wsis20-zero-draft-written")
    t.ok(code == 0 and out.startswith("drafts/mine.md\n"), "new", out + err)
    t.same(t.read("drafts/mine.md"), t.read("templates/calls/wsis20-zero-draft-written.md"), "it is the call's starter")
    t.same(t.run("new", "mine", "--call", "wsis20-zero-draft-written")[0], 1, "a draft that is there: exit 1")
    for call in ("wsis20-zero-draft-written", "wsis20-stakeholder-consultation-oral"):
        t.run("new", "from-" + call, "--call", call)
        found = t.json("check", "from-" + call)[1]["drafts"][0]["findings"]
        t.same([f["message"] for f in found if f["rule"] != "gap"], [], f"the starter of {call} keeps what the call asks for")
    for name in ("a/b", "con", "x?", ".hidden", "a@b", "a#b", "trailing.", "-x y"):
        t.same(t.run("new", "--call", "wsis20-zero-draft-written", "--", name)[0], 2, f"no name for a draft: {name}")
    t.same(t.run("new", "y", "--call", "nosuch")[0], 2, "no such call: exit 2")
    t.write("templates/calls/bare.yaml", 'schema: chapeau/profile/1\nid: bare\ntitle: "A \\"bare\\" call"\nkind: written\n'
            "deadline: {at: 2099-10-03 23:59, zone: America/New_York}\nstructure: {sections: [{id: intro, title: Introduction}]}\n")
    code, out, err = t.run("new", "b", "--call", "bare")
    t.ok(code == 0 and b"# Introduction" in t.read("drafts/b.md"), "a call without a starter gets its sections", out + err)
    t.same(t.run("check", "b")[0] in (0, 1), True, "and the draft can be checked")
    code, got = t.json("status", "b")
    t.same(got["drafts"][0]["deadline"], "2099-10-04T03:59:00Z", "status: the deadline in UTC")
    t.ok(got["drafts"][0]["days_left"] > 20000, "status: days left", got["drafts"][0]["days_left"])

    # track
    text = "---\ntitle: T\n---\r\n\r\nFirst paragraph here.  \r\n\r\n## Second *heading*\r\n\r\n- one\r\n- two"
    t.write("drafts/t.md", text)
    code, out, err = t.run("track", "t", "--dry-run")
    t.ok(code == 0 and t.read("drafts/t.md") == text.encode(), "track --dry-run writes nothing", out + err)
    code, out, err = t.run("track", "t")
    got = t.read("drafts/t.md").decode()
    t.ok(code == 0 and "{#first-paragraph-here}" in got and "First paragraph here.  \r\n" in got, "track gives ids, line ends stay", got)
    t.same(t.run("track", "t")[0], 0, "track again")
    t.same(t.read("drafts/t.md").decode(), got, "track again changes nothing")
    code, shown = t.json("status", "t")
    t.same([c["id"] for c in shown["drafts"][0]["clauses"]].count(None), 0, "every clause has its id")
    t.write("drafts/u.md", "First paragraph here.\n")
    t.run("track", "u", "--plain")
    t.same(t.read("drafts/u.md"), b"{#first-paragraph-here-2}\nFirst paragraph here.\n", "no id is used twice in a workspace; --plain")
    code, out, err = t.run("track", "-", stdin=b"Hello world.\n")
    t.same((code, out), (0, "<!-- {#hello-world} -->\nHello world.\n"), "track from standard input")
    before = set(os.listdir(t.path("drafts")))
    os.chmod(t.path("drafts"), 0o555)
    try:
        t.write("drafts/u.md", "x\n")
        if os.geteuid() == 0:
            t.skip("a folder that cannot be written to", "root may write anywhere")
        else:
            t.same(t.run("track", "u")[0], 4, "a folder that cannot be written to: exit 4")
    finally:
        os.chmod(t.path("drafts"), 0o755)
    t.same(set(os.listdir(t.path("drafts"))), before, "no file is left behind")

    code, got = t.json("status")
    t.same(list(got["drafts"][0])[:7], ["draft", "words", "seconds", "deadline", "days_left", "priorities", "clauses"], "status: keys of a draft")
    t.same(list(got["drafts"][0]["clauses"][0]), ["id", "label", "line", "hash", "state", "by", "suggestions"], "status: keys of a clause")
    t.same(t.run()[1].splitlines()[0].split("now")[0].strip(), "Example Registry", "chapeau alone is status")
