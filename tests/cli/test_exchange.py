#!/usr/bin/env python3
"""sync: two computers and a host, files of a larger repository, what both changed; nothing is lost and nothing left half done."""
import json
import os
import re
import shutil
import subprocess
from tap import Cli, PROGRAM

TEXT = "---\ntitle: Input\n---\n\n{#igf}\nWe urge governments to give the Forum a permanent mandate.\n\n{#ixp}\nExchange points keep local traffic local.\n"
GIT_WORDS = re.compile(r"\b(git|fetch\w*|push\w*|pull\w*|merg\w*|rebas\w*|commit\w*|branch\w*|remote|origin|HEAD|repositor\w*|checkout|ref|refs)\b", re.I)

with Cli() as t:
    if not shutil.which("git"):
        t.skip("sync", "git is not installed")
        raise SystemExit
    said = []

    def git(where, *args):
        who = {f"GIT_{x}_{y}": v for x in ("AUTHOR", "COMMITTER") for y, v in (("NAME", "Web Master"), ("EMAIL", "web@example.org"))}
        return subprocess.run(["git", *args], cwd=t.path(where), env={**t.env, **who}, capture_output=True, text=True).stdout

    def sync(where, *more):
        code, out, err = t.run("sync", *more, cwd=t.path(where))
        said.append(out + err)
        return code, out + err

    def save(where, who="Ana"):
        code, out, err = t.run("save", "--author", f"{who} <{who.lower()}@example.org>", cwd=t.path(where))
        return t.ok(code == 0, f"{who} saves", out + err)

    def hand_in(path, message):
        """Somebody at a hands in with plain Git."""
        git("a", "add", path)
        git("a", "commit", "-qm", message)
        git("a", "push", "-q", "origin", "main")

    def edit(name, old, new):
        text = t.read(name).decode()
        assert old in text, name
        t.write(name, text.replace(old, new))

    # The workspace is a folder of a larger repository.
    os.mkdir(t.path("host.git"))
    git("host.git", "init", "-q", "--bare", "-b", "main")
    os.mkdir(t.path("a"))
    git("a", "init", "-q", "-b", "main")
    t.write("a/site.txt", "one\ntwo\nthree\n")
    os.symlink("site.txt", t.path("a/link"))
    git("a", "add", "-A")
    git("a", "commit", "-qm", "the site")
    t.run("init", cwd=t.path("a"), env={"PWD": t.path("a")})
    for name in ("chapeau.yaml", "priorities.yaml", "templates", "drafts", ".gitignore", ".gitattributes"):
        os.makedirs(t.path("a/ws"), exist_ok=True)
        shutil.move(t.path("a/" + name), t.path("a/ws/" + name))
    os.unlink(t.path("a/ws/drafts/wsis20-zero-draft.md"))
    t.write("a/ws/drafts/in.md", TEXT)
    save("a/ws")
    code, out = sync("a/ws")
    t.ok(code == 2 and "sync --host ADDRESS" in out, "without a host it says how one is named", out)
    code, out = sync("a/ws", "--host", "../../host.git")
    t.ok(code == 0 and "yours are there now" in out, "a host is named once", out)
    t.ok("same here and there" in sync("a/ws")[1], "and remembered")
    git(".", "clone", "-q", "host.git", "b")

    # Only they changed: files outside of the workspace come too, and what is staged stays staged.
    t.write("a/site.txt", "one\ntwo\nthree\nfour\n")
    os.unlink(t.path("a/link"))
    os.symlink("elsewhere", t.path("a/link"))
    t.write("a/tool", "#!/bin/sh\n")
    os.chmod(t.path("a/tool"), 0o755)
    git("a", "add", "-A")
    git("a", "commit", "-qm", "site")
    edit("a/ws/drafts/in.md", "urge", "ask")
    save("a/ws")
    sync("a/ws")
    t.write("b/staged.txt", "mine\n")
    git("b", "add", "staged.txt")
    code, out = sync("b/ws")
    t.same((code, t.read("b/site.txt"), os.readlink(t.path("b/link")), os.access(t.path("b/tool"), os.X_OK), git("b", "status", "--short")),
           (0, b"one\ntwo\nthree\nfour\n", "elsewhere", True, "A  staged.txt\n"), "theirs alone: every file is as there, and what was staged is staged")

    # Both changed: words of one paragraph, lines of one file, settings, a template, a clause under one id.
    edit("a/site.txt", "one", "ONE")
    git("a", "commit", "-qam", "site")
    edit("b/site.txt", "four", "FOUR")
    git("b", "commit", "-qm", "site", "site.txt")
    edit("a/ws/drafts/in.md", "ask", "call on")
    edit("b/ws/drafts/in.md", "permanent", "lasting")
    edit("a/ws/chapeau.yaml", "language: en", "language: fr")
    edit("b/ws/chapeau.yaml", "language: en", "language: es")
    for side in "ab":
        t.write(f"{side}/ws/drafts/in.md", t.read(f"{side}/ws/drafts/in.md") + f"\n{{#new}}\nNew words by {side} stand here.\n".encode())
        t.write(f"{side}/ws/templates/map.png", b"\x89PNG\0" + side.encode())
    save("a/ws")
    t.run("save", "--tag", "agreed", cwd=t.path("a/ws"))
    sync("a/ws")
    save("b/ws", "Ben")
    code, out = sync("b/ws")
    draft = t.read("b/ws/drafts/in.md").decode()
    t.ok(code == 1 and "We call on governments to give the Forum a lasting mandate." in draft, "both changed: the words of both", out + draft)
    t.ok(draft.count("{#new}") == 1 and re.search(r"New words by \{~~b~>a~~\}\{>>@Ana 20\S*Z<<\} stand here", draft), "one clause, with whose other words they are", draft)
    t.same(t.read("b/site.txt"), b"ONE\ntwo\nthree\nFOUR\n", "lines of a file that chapeau does not keep")
    conf = t.read("b/ws/chapeau.yaml").decode()
    t.ok(re.search(r"^language: es\n# Ana 20\S*Z: language: fr$", conf, re.M), "settings: ours, theirs as a comment", conf)
    t.same((t.read("b/ws/templates/map.png"), t.read("b/ws/templates/map-theirs.png")), (b"\x89PNG\0b", b"\x89PNG\0a"), "a template: both files")
    t.same(git("b", "status", "--short"), "A  staged.txt\n", "all of it is saved")
    t.same(git("b", "show", "HEAD:site.txt"), "ONE\ntwo\nthree\nFOUR\n", "in the version, the other files too")
    t.ok(t.run("diff", "in@agreed", cwd=t.path("b/ws"))[0] == 0, "the name of a version has travelled")
    t.same((sync("a/ws")[0], git("a", "rev-parse", "HEAD")), (0, git("b", "rev-parse", "HEAD")), "then both have the same")
    t.same(t.run("check", "in", cwd=t.path("a/ws"))[0], 1, "and the workspace can be read")

    # What others changed and is not saved here is not touched, nor is anything else.
    edit("a/site.txt", "two", "TWO")
    git("a", "commit", "-qam", "site")
    edit("a/ws/drafts/in.md", "lasting", "long")
    save("a/ws")
    sync("a/ws")
    t.write("b/site.txt", "unsaved\n")
    before = t.read("b/ws/drafts/in.md"), git("b", "rev-parse", "HEAD")
    code, out = sync("b/ws")
    t.ok(code == 4 and "site.txt" in out and "put your copy aside" in out, "a file of theirs that was changed here and not saved", out)
    t.same((t.read("b/ws/drafts/in.md"), git("b", "rev-parse", "HEAD"), t.read("b/site.txt")), (*before, b"unsaved\n"), "nothing was taken in by half")
    git("b", "checkout", "-q", "--", "site.txt")
    edit("b/site.txt", "two", "2")
    git("b", "commit", "-qm", "site", "site.txt")
    code, out = sync("b/ws")
    t.ok(code == 1 and "same lines" in out and t.read("b/ws/drafts/in.md") == before[0], "the same lines of a file that chapeau does not keep: refused, nothing written", out)
    git("b", "reset", "-q", "--soft", "HEAD~1")
    git("b", "checkout", "-q", "HEAD", "--", "site.txt")
    t.same((sync("b/ws")[0], git("b", "status", "--short")), (0, "A  staged.txt\n"), "with that out of the way all arrives")

    # An index that a killed process left behind is nobody's work; what was staged by hand is.
    edit("a/ws/drafts/in.md", "long", "longest")
    save("a/ws")
    sync("a/ws")
    git("b", "update-index", "--cacheinfo", "100644," + git("b", "rev-parse", "HEAD~2:ws/drafts/in.md").strip() + ",ws/drafts/in.md")
    code, out = sync("b/ws")
    t.ok(code == 0 and b"longest" in t.read("b/ws/drafts/in.md"), "an index that was left behind", out)
    edit("a/ws/drafts/in.md", "longest", "lasting")
    save("a/ws")
    sync("a/ws")
    now = t.read("b/ws/drafts/in.md")
    t.write("b/ws/drafts/in.md", now + b"\nStaged.\n")
    git("b", "add", "ws/drafts/in.md")
    t.write("b/ws/drafts/in.md", now)
    code, out = sync("b/ws")
    t.ok(code == 4 and "set ready" in out and t.read("b/ws/drafts/in.md") == now, "what was staged by hand is not taken over", out)
    git("b", "reset", "-q", "--", "ws/drafts/in.md")
    t.same(sync("b/ws")[0], 0, "and with that out of the way it arrives")

    # A draft that one took away and the other changed stays.
    os.unlink(t.path("a/ws/drafts/in.md"))
    save("a/ws")
    sync("a/ws")
    edit("b/ws/drafts/in.md", "local traffic", "all traffic")
    save("b/ws", "Ben")
    code, out = sync("b/ws")
    t.ok(code == 0 and b"all traffic" in t.read("b/ws/drafts/in.md") and "is kept" in out, "taken away there, changed here: it stays", out)

    # A host that nobody should trust: names that lead out of the folder, a folder that is a link here.
    def made(where, *args, given=""):
        return subprocess.run(["git", *args], cwd=t.path(where), input=given, env=t.env, capture_output=True, text=True).stdout.strip()

    before = t.read("b/ws/drafts/in.md"), git("b", "rev-parse", "HEAD")
    theirs = made("host.git", "rev-parse", "main")
    blob = made("host.git", "hash-object", "-w", "--stdin", given="evil\n")
    for name in ("..", ".git", ".GIT. ", "git~1", "."):
        inner = made("host.git", "mktree", given=f"100644 blob {blob}\tconfig\n")
        tree = made("host.git", "mktree", given=made("host.git", "ls-tree", theirs) + f"\n040000 tree {inner}\t{name}\n")
        evil = made("host.git", "-c", "user.name=E", "-c", "user.email=e@example.org", "commit-tree", tree, "-p", theirs, "-m", "evil")
        made("host.git", "update-ref", "refs/heads/main", evil)
        code, out = sync("b/ws")
        t.ok(code in (1, 4) and (t.read("b/ws/drafts/in.md"), git("b", "rev-parse", "HEAD")) == before and not os.path.exists(t.path("config"))
             and b"evil" not in t.read("b/.git/config"), f"a folder called {name!r} is not taken in", out)
        made("host.git", "update-ref", "refs/heads/main", theirs)
    del said[-5:]  # which name what they refuse
    os.makedirs(t.path("elsewhere/maps"))
    sync("a/ws")
    t.write("a/maps/one.txt", "one\n")
    hand_in("-A", "map")
    os.symlink(t.path("elsewhere/maps"), t.path("b/maps"))
    code, out = sync("b/ws")
    t.ok(code == 4 and not os.listdir(t.path("elsewhere/maps")), "nothing is written through a link", out)
    os.unlink(t.path("b/maps"))
    t.same((sync("b/ws")[0], t.read("b/maps/one.txt")), (0, b"one\n"), "without the link it arrives")

    # A draft that is a link here: nothing is written to where it leads, and it is said that no version has its words.
    t.write("elsewhere/in.md", "Words of mine.\n")
    shutil.move(t.path("b/ws/drafts/in.md"), t.path("elsewhere/aside.md"))
    os.symlink(t.path("elsewhere/in.md"), t.path("b/ws/drafts/in.md"))
    code, out, err = t.run("save", cwd=t.path("b/ws"))
    t.ok(code == 0 and "drafts/in.md: warning: this is a link" in err and t.read("elsewhere/in.md") == b"Words of mine.\n", "save says what it does not keep", out + err)
    # Nor is it read, nor anything else written where a link leads out.
    os.makedirs(t.path("b/ws/drafts/reviews"), exist_ok=True)
    t.write("b/ws/drafts/own.md", "{#own}\nOwn {++words++}.\n")
    places = {"drafts/reviews/own.yaml": "schema: chapeau/reviews/1\nentries: []\n", "exports/own.txt": "x", "exports/own.NOT-FINAL.txt": "x", "exports/EXR_own_REVIEW_legal.docx": "x", "exports/EXR_own_REVIEW_legal.eml": "x"}
    os.makedirs(t.path("b/ws/exports"), exist_ok=True)
    for place, text in places.items():
        t.write("elsewhere/" + os.path.basename(place), text)
        os.symlink(t.path("elsewhere/" + os.path.basename(place)), t.path("b/ws/" + place))
    os.symlink("own.md", t.path("b/ws/drafts/same.md"))
    for args in (("check", "in"), ("track", "in"), ("export", "in", "--to", "txt", "-o", "-"), ("suggest", "in", "igf", "a", "b", "--by", "X"), ("accept", "own", "--all"), ("export", "own", "--to", "docx", "-o", "exports/own.txt"),
                 ("export", "own", "--to", "txt", "--audience", "review", "-o", "exports/own.NOT-FINAL.txt"), ("review-copy", "own", "--to", "legal")):
        code, out, err = t.run(*args, cwd=t.path("b/ws"))
        t.ok(code == 3 and "link to a place outside" in err, f"{args[:2]}: a link that leads out", out + err)
    t.same(([t.read("elsewhere/" + os.path.basename(place)).decode() for place in places], t.read("elsewhere/in.md"), t.read("b/ws/drafts/own.md")),
           (list(places.values()), b"Words of mine.\n", b"{#own}\nOwn {++words++}.\n"), "and all is as it was there")
    t.same(t.run("check", "same", cwd=t.path("b/ws"))[0], 1, "a link within the workspace is followed")
    # Nor is a folder or a setting that leads out: what stands there would be saved, and sent on.
    t.run("init", "linked", cwd=t.top)
    t.write("linked/drafts/reviews/x.yaml", "schema: chapeau/reviews/1\nentries: []\n")
    os.makedirs(t.path("linked/exports"))
    t.write("secret/one.md", "One of mine.\n")
    t.write("secret/map/handed-in/one.txt", "One of mine.\n")
    for place in ("drafts", "drafts/reviews", "templates", ".gitignore", "priorities.yaml", "exports"):
        shutil.move(t.path("linked/" + place), t.path("aside"))
        os.symlink(t.path("secret" if os.path.isdir(t.path("aside")) else "secret/one.md"), t.path("linked/" + place))
        code, out, err = t.run("save", cwd=t.path("linked"))
        kept = git("linked", "grep", "-c", "One of mine", "HEAD")
        t.ok((code == 3 and "link to a place outside" in err or place == "exports") and not kept, f"{place}: a link that leads out", f"{code} {out}{err}{kept}")
        os.unlink(t.path("linked/" + place))
        shutil.move(t.path("aside"), t.path("linked/" + place))
    t.same(t.run("save", cwd=t.path("linked"))[0], 0, "with the folders themselves there again it works")
    os.symlink("nothing", t.path("b/ws/drafts/dead.md"))
    code, out, err = t.run("check", "dead", cwd=t.path("b/ws"))
    t.ok(code == 3 and "drafts/dead.md: error: this is a link that leads to no file" in err, "a link that leads nowhere", err)
    os.unlink(t.path("b/ws/drafts/dead.md"))
    for place in (*places, "drafts/own.md", "drafts/same.md"):
        os.unlink(t.path("b/ws/" + place))
    edit("a/ws/drafts/in.md", "all traffic", "most traffic")
    save("a/ws")
    sync("a/ws")
    code, out = sync("b/ws")
    t.ok(code == 4 and "is a link" in out and t.read("elsewhere/in.md") == b"Words of mine.\n", "the words that a link leads to are not replaced", out)
    os.unlink(t.path("b/ws/drafts/in.md"))
    shutil.move(t.path("elsewhere/aside.md"), t.path("b/ws/drafts/in.md"))
    t.same((sync("b/ws")[0], b"most traffic" in t.read("b/ws/drafts/in.md")), (0, True), "with the file in its place they arrive")
    t.write("b/elsewhere", "Words of mine.\n")
    os.unlink(t.path("a/link"))
    t.write("a/link", "a file now\n")
    hand_in("link", "no link")
    code, out = sync("b/ws")
    t.same((code, os.path.islink(t.path("b/link")), t.read("b/link"), t.read("b/elsewhere")), (0, False, b"a file now\n", b"Words of mine.\n"),
           "a link that became a file there becomes one here")
    os.unlink(t.path("b/elsewhere"))

    # Links that a host sends are none here, but for a site's own beside the workspace; what they name is said, and nothing is written to where they lead.
    t.write("elsewhere/in.md", "Words of mine.\n")
    t.write("a/ws/drafts/other.md", "Other words.\n")
    save("a/ws")
    sync("a/ws")
    sync("b/ws")
    os.unlink(t.path("a/ws/drafts/other.md"))
    os.symlink("../../../elsewhere/in.md", t.path("a/ws/drafts/other.md"))
    os.symlink("../../elsewhere", t.path("a/ws/exports"))
    os.symlink("../elsewhere", t.path("a/out"))
    os.symlink(t.path("elsewhere"), t.path("a/whole"))
    os.symlink(".git/config", t.path("a/settings"))
    os.symlink("maps", t.path("a/plans"))
    git("a", "add", "-f", "out", "whole", "settings", "plans", "ws/drafts/other.md", "ws/exports")
    git("a", "commit", "-qm", "links")
    git("a", "push", "-q", "origin", "main")
    shutil.rmtree(t.path("b/ws/exports"), ignore_errors=True)
    code, out = sync("b/ws")
    links = {name: os.path.islink(t.path("b/" + name)) for name in ("ws/drafts/other.md", "ws/exports", "out", "whole", "settings", "plans")}
    t.ok(code == 0 and [n for n, link in links.items() if link] == ["plans"] and t.read("b/ws/drafts/other.md") == b"../../../elsewhere/in.md", "links are written as plain files",
         f"{links}\n{out}")
    t.ok(all(f"{name}: warning: this is a link" in out for name in links if name != "plans"), "and it is said of each", out)
    t.write("b/ws/drafts/in.md", t.read("b/ws/drafts/in.md") + b"\nMore.\n")
    save("b/ws", "Ben")
    t.ok(git("b", "ls-tree", "HEAD", "ws/drafts/other.md").startswith("100644"), "what is saved next, with an id for its words, is a file", git("b", "ls-tree", "HEAD", "ws/drafts/"))
    sync("b/ws")
    sync("a/ws")
    for name in ("ws/drafts/other.md", "ws/exports", "out", "whole", "settings", "plans"):
        os.unlink(t.path("a/" + name))
    t.write("a/ws/drafts/other.md", "Other words.\n")
    t.write("a/out/one.txt", "one\n")
    hand_in("-A", "no links")
    code, out = sync("b/ws")
    t.same((code, t.read("b/ws/drafts/other.md"), os.path.exists(t.path("b/ws/exports")), t.read("b/out/one.txt")), (0, b"Other words.\n", False, b"one\n"), "and they go as they came")

    # A folder that became a file there, and a file that became a folder.
    os.unlink(t.path("a/out/one.txt"))
    os.rmdir(t.path("a/out"))
    t.write("a/out", "")
    shutil.rmtree(t.path("a/maps"))
    t.write("a/maps", "a list of maps\n")
    os.unlink(t.path("a/tool"))
    t.write("a/tool/one.txt", "one\n")
    hand_in("-A", "other kinds")
    t.write("b/maps/mine.txt", "Mine, which no version has.\n")
    before = git("b", "rev-parse", "HEAD")
    code, out = sync("b/ws")
    t.ok(code == 4 and "maps: error:" in out and "mine.txt" in out and t.read("b/maps/mine.txt") and t.read("b/maps/one.txt") and os.path.isfile(t.path("b/tool")) and git("b", "rev-parse", "HEAD") == before,
         "a folder with files of one's own stays, and so does all else", out)
    os.unlink(t.path("b/maps/mine.txt"))
    os.mkdir(t.path("b/maps/empty"))
    code, out = sync("b/ws")
    t.same((code, t.read("b/maps"), t.read("b/out"), t.read("b/tool/one.txt"), git("b", "status", "--short")), (0, b"a list of maps\n", b"", b"one\n", "A  staged.txt\n"), "they become what they are there")
    os.unlink(t.path("a/maps"))
    t.write("a/maps/one.txt", "one\n")
    hand_in("-A", "maps again")
    t.write("b/maps", "a list of mine\n")
    code, out = sync("b/ws")
    t.ok(code == 4 and "maps: error:" in out and t.read("b/maps") == b"a list of mine\n", "a file that was changed here is not made a folder", out)
    t.write("b/maps", "a list of maps\n")
    sync("b/ws")

    # A copy of the newest versions alone: what it has can be read, and the older ones come before anything is put together.
    git(".", "clone", "-q", "--depth", "1", "file://" + t.path("host.git"), "s")
    log = t.run("log", "in", "--format", "json", cwd=t.path("s/ws"))
    t.ok(log[0] == 0 and len(json.loads(log[1])["versions"]) == 1, "the log of a shallow copy ends where it does", log)
    edit("s/ws/drafts/in.md", "most traffic", "much traffic")
    save("s/ws", "Eva")
    code, out = sync("s/ws")
    t.ok(code == 0 and git("host.git", "rev-parse", "main") == git("s", "rev-parse", "HEAD") and "shallow" not in os.listdir(t.path("s/.git")), "and it is exchanged", out)
    for side in "ab":
        sync(side + "/ws")

    # Through a folder, the workspace being one of a larger repository.
    os.mkdir(t.path("shared"))
    for side, other in ("ab", "ba", "ab"):
        code, out = sync(f"{side}/ws", "--folder", t.path("shared"))
        t.ok(code == 0, f"{side} through a folder", out)
    t.same((len(os.listdir(t.path("shared"))), t.read("a/ws/drafts/in.md"), git("a", "rev-parse", "HEAD")),
           (2, t.read("b/ws/drafts/in.md"), git("b", "rev-parse", "HEAD")), "a bundle for each computer, and both have the same")

    # The first time on a computer: an empty folder and the place; no other program is needed.
    text = "---\ntitle: Join\n---\n\n{#one}\nWe ask for one root.\n"
    os.mkdir(t.path("w1"))
    t.run("init", cwd=t.path("w1"))
    t.write("w1/drafts/join.md", text)
    os.symlink("/etc/hostname", t.path("w1/templates/link"))
    save("w1")
    git("w1", "add", "templates/link")
    git("w1", "commit", "-qm", "a link")
    for name in ("w2", "w3", "w4", "none", "folder", "full", "old.git"):
        os.mkdir(t.path(name))
    git("old.git", "init", "-q", "--bare", "-b", "elsewhere")  # as hosts begin whose first line of versions has another name
    code, out = sync("w2", "--host", t.path("old.git"))
    t.ok(code == 1 and "nothing was handed in there yet" in out and not os.listdir(t.path("w2")), "an empty host leaves the folder empty", out)
    sync("w1", "--host", t.path("old.git"))
    code, out = sync("w2", "--host", t.path("old.git"))
    t.ok(code == 0 and "The workspace is here now, with 2 drafts." in out, "the workspace comes from the host", out)
    t.same(t.read("w2/drafts/join.md"), t.read("w1/drafts/join.md"), "with its drafts")
    t.ok(os.path.isfile(t.path("w2/templates/link")) and not os.path.islink(t.path("w2/templates/link")), "a link comes as a file")
    edit("w2/drafts/join.md", "one root", "one good root")
    save("w2", "Ben")
    t.same((sync("w2")[0], sync("w1")[0], b"one good root" in t.read("w1/drafts/join.md")), (0, 0, True), "and its edits travel back")
    code, out = sync("w3", "--folder", t.path("folder"))
    t.ok(code == 3 and "no computer has put its versions" in out and not os.listdir(t.path("w3")), "an empty shared folder is said", out)
    sync("w1", "--folder", t.path("folder"))
    code, out = sync("w3", "--folder", t.path("folder"))
    t.ok(code == 0 and "is here now" in out and t.read("w3/drafts/join.md") == t.read("w1/drafts/join.md"), "the workspace comes from a shared folder", out)
    t.same((len(os.listdir(t.path("folder"))), git("w3", "remote")), (2, ""), "which this computer has its own file in")
    edit("w3/drafts/join.md", "good root", "very good root")
    save("w3", "Cia")
    t.same((sync("w3", "--folder", "../folder")[0], sync("w1", "--folder", "../folder")[0], b"very good root" in t.read("w1/drafts/join.md")), (0, 0, True), "both ways")
    t.write("full/notes.txt", "mine\n")
    code, out = sync("full", "--folder", t.path("folder"))
    t.ok(code == 2 and "make an empty folder" in out and os.listdir(t.path("full")) == ["notes.txt"], "a folder that holds files is left alone", out)
    code, out = sync("w4", "--host", "/nonexistent/x.git")
    t.ok(code == 4 and not os.listdir(t.path("w4")), "a host that is not there leaves nothing behind", out)
    code, out = sync("none")
    t.ok(code == 2 and "chapeau init" in out, "without a place it is no workspace", out)
    os.mkdir(t.path("alien"))
    t.run("init", cwd=t.path("alien"))
    save("alien")
    code, out = sync("alien", "--host", t.path("old.git"))
    t.ok(code == 1 and "make an empty folder" in out, "another workspace's host: it says how to begin", out)

    for address in ("https://127.0.0.1:1/x.git", "ssh://nobody@127.0.0.1:1/x.git", "/nonexistent/x.git", "ext::sh -c true"):
        code, out = sync("b/ws", "--host", address)
        t.ok(code == 4 and "safe on this computer" in out, f"no host at {address.split(':')[0]}", out)
    # Anything over a second says so on a terminal.
    os.mkdir(t.path("slow"))
    t.write("slow/git", "#!/bin/sh\nsleep 1.5\nexit 1\n")
    os.chmod(t.path("slow/git"), 0o755)
    here, there = os.openpty()
    done = subprocess.Popen([PROGRAM, "sync"], cwd=t.path("b/ws"), env={**t.env, "PATH": t.path("slow") + ":" + t.env["PATH"]}, stdout=subprocess.DEVNULL,
                            stderr=there, stdin=subprocess.DEVNULL)
    done.wait()
    os.close(there)
    t.ok("exchanging versions..." in os.read(here, 65536).decode(), "a slow host is waited for with a word")

    t.same([w for text in said for w in GIT_WORDS.findall(text.replace("host.git", ""))], [], "no Git word in any message")
