#!/usr/bin/env python3
"""save and undo: what cannot be done is said before anything is written; one command is one step; foreign repositories and left locks."""
import json
import os
import re
import shutil
import subprocess
from tap import Cli, PROGRAM

TEXT = "---\ntitle: Input\n---\n\n{#igf}\nWe urge governments to give the Forum a permanent mandate.\n"
FORMS = [  # what is done to the repository, what people read
    ("sha256", "newer form (SHA-256)", lambda git: git("config", "core.repositoryformatversion", "1") + git("config", "extensions.objectformat", "sha256")),
    ("reftable", "newer form (reftable)", lambda git: git("config", "core.repositoryformatversion", "1") + git("config", "extensions.refstorage", "reftable")),
]

with Cli() as t:
    def git(*args):
        return subprocess.run(["git", *args], cwd=t.top, env=t.env, capture_output=True, text=True).stdout

    def versions():
        return len(t.json("log")[1]["versions"])

    t.run("init")
    os.unlink(t.path("drafts/wsis20-zero-draft.md"))
    conf = t.read("chapeau.yaml").decode()
    t.write("chapeau.yaml", re.sub(r"people:.*?(?=attributes)", "", conf, flags=re.S))
    t.write("drafts/in.md", TEXT + "\nA paragraph without an id.\n")
    before = t.read("drafts/in.md")
    code, out, err = t.run("save")
    t.ok(code == 2 and "who are you" in err and "--author" in err and t.read("drafts/in.md") == before, "nobody knows who saves: it asks, and has written nothing", err)
    t.write("chapeau.yaml", conf)
    code, out, err = t.run("save", "--tag", "two words")
    t.ok(code == 2 and versions() == 0 and t.read("drafts/in.md") == before, "a name that no version can have: nothing is saved", err)
    code, out, err = t.run("save", "-m", "  ", "--tag", "begun")
    t.same((code, t.json("log")[1]["versions"][0]["message"]), (0, "the workspace as it begins"), "a message of spaces is none")
    t.same(t.json("log")[1]["versions"][0]["author"], "Policy Officer", "the penholder of chapeau.yaml saves")
    t.write("drafts/in.md", t.read("drafts/in.md").replace(b"urge", b"ask"))
    t.same((t.run("save", "--tag", "begun")[0], versions()), (2, 1), "a name that is taken: nothing is saved")
    t.has(t.run("save")[1], "igf edited", "and then it is")
    t.has(t.run("save", "--tag", "asked")[1], "it has the name now", "a name for what is saved already")

    # One command is one step, of all that it wrote.
    t.write("drafts/one.md", "---\ntitle: One\n---\n\nWords of one.\n")
    t.write("drafts/two.md", "---\ntitle: Two\n---\n\nWords of two.\n")
    was = t.read("drafts/one.md"), t.read("drafts/two.md")
    t.run("track", "one", "two")
    code, out, err = t.run("undo")
    t.same((code, t.read("drafts/one.md"), t.read("drafts/two.md")), (0, *was), "undo of track takes both drafts back")
    t.run("save", "-m", "ids")
    code, out, err = t.run("undo")
    t.same((code, t.read("drafts/one.md"), t.read("drafts/two.md")), (0, *was), "undo of the ids that save gave, too")
    t.run("new", "three", "--call", "wsis20-zero-draft-written")
    t.same((t.run("undo")[0], t.exists("drafts/three.md")), (0, False), "undo of new takes the draft away")
    t.run("import", "drafts/one.md", "-o", "drafts/four.md")
    t.write("drafts/four.md", t.read("drafts/four.md") + b"typed\n")
    t.same((t.run("undo")[0], t.exists("drafts/four.md")), (4, True), "not where something was typed into it")

    # A file that no workspace holds is a plain file, also when the current folder is one's.
    os.makedirs(t.path("../apart"), exist_ok=True)
    t.write("../apart/plain.md", "---\ntitle: P\n---\n\n{#a}\nOne {++two++}.\n")
    code, out, err = t.run("accept", "../apart/plain.md", "--all")
    t.same((code, t.read("../apart/plain.md").endswith(b"One two.\n"), t.exists("drafts/reviews/plain.yaml"), "undo" in out), (0, True, False, False), "no record of it is kept here")
    code, out, err = t.run("waive", "../apart/plain.md", "gap", "--as", "legal", "--because", "x")
    t.ok(code == 2 and "this file is in none" in err, "and none of its findings can be waived", err)

    # A program that was killed between the step and the file, or between the file and the step: undo goes on to the one before.
    t.write("drafts/four.md", "---\ntitle: Four\n---\n\n{#four}\nWords.\n")
    was = t.read("drafts/four.md")
    t.run("suggest", "four", "four", "Words", "More words", "--by", "Mei")
    t.write("drafts/five.md", "---\ntitle: Five\n---\n\nWords of five.\n")
    t.run("track", "five")
    t.write("drafts/five.md", "---\ntitle: Five\n---\n\nWords of five.\n")
    t.run("import", "drafts/one.md", "-o", "drafts/six.md")
    os.unlink(t.path("drafts/six.md"))
    t.same([t.run("undo")[0] for _ in range(3)] + [t.read("drafts/four.md")], [0, 0, 0, was], "a step whose file reads as before it stands in no other's way")

    # A line end in a file's name.
    t.write("drafts/two\nlines.md", "---\ntitle: Two lines, 5%25\n---\n\nWords of two lines.\n")
    was = t.read("drafts/two\nlines.md")
    t.run("track", t.path("drafts/two\nlines.md"))
    t.same((t.run("undo")[0], t.read("drafts/two\nlines.md")), (0, was), "undo knows a file with a line end in its name")
    os.unlink(t.path("drafts/two\nlines.md"))

    # Each workspace of a repository, and each of its work trees, has its own steps; so has each of two that one command wrote in.
    shared = os.path.join(t.home, "shared")
    places = [os.path.join(shared, "one"), os.path.join(shared, "two"), os.path.join(t.home, "tree", "one")]
    os.makedirs(shared)
    subprocess.run(["git", "init", "-q", shared], env=t.env, check=True)
    for place in places[:2]:
        t.run("init", place)
        os.unlink(os.path.join(place, "drafts/wsis20-zero-draft.md"))
        t.write(os.path.join(place, "drafts/in.md"), TEXT)
        t.run("save", cwd=place)
    # The versions of a workspace are those in which something of it changed.
    got = [[v["message"] for v in t.json("log", cwd=place)[1]["versions"]] for place in places[:2]]
    t.ok([len(of) for of in got] == [1, 1], "log of a workspace in a larger repository lists its own versions", got)
    subprocess.run(["git", "worktree", "add", "-q", os.path.join(t.home, "tree")], cwd=shared, env=t.env, check=True)
    for place in places:
        t.run("suggest", "in", "igf", "urge", "ask", "--by", os.path.basename(os.path.dirname(place)) + " " + os.path.basename(place), cwd=place)
    proposed = [t.read(os.path.join(place, "drafts/in.md")) for place in places]
    wrong = [place for place in places if t.run("undo", cwd=place)[0] != 0 or t.read(os.path.join(place, "drafts/in.md")).decode() != TEXT or
             t.run("undo", cwd=place)[0] != 1]
    t.ok(len(set(proposed)) == 3 and not wrong, "workspaces of one repository, and its work trees, have steps of their own", (proposed, wrong))
    for place in places[:2]:
        t.write(os.path.join(place, "drafts/in.md"), TEXT + f"\nWords of {place}.\n")
        for text in ("a", "b"):
            t.run("suggest", "in", "igf", "", text, "--by", "Mei", cwd=place)
    was = [t.read(os.path.join(place, "drafts/in.md")) for place in places[:2]]
    t.run("track", *(os.path.join(place, "drafts/in.md") for place in places[:2]))
    t.same([(t.run("undo", cwd=place)[0], t.read(os.path.join(place, "drafts/in.md"))) for place in places[:2]], [(0, w) for w in was],
           "a command that writes in two workspaces is a step of each")
    t.same([[t.run("undo", cwd=place)[0] for _ in range(3)] for place in places[:2]], [[0, 0, 1]] * 2, "and the steps before it are all there")

    # Another program took all tags out of a long draft, and words were changed: each paragraph has its id back, those that say the same in
    # their order.
    words = [f"Word{i % 7} of clause {i} about place{i % 97} and thing{i % 1201} here." for i in range(2900)] + ["The same words."] * 100
    tagged = "---\ntitle: Long\n---\n" + "".join(f"\n<!-- {{#k{i}}} -->\n{w}\n" for i, w in enumerate(words))
    t.write("drafts/long.md", tagged)
    t.run("save", "-m", "long")
    t.write("drafts/long.md", re.sub("<!-- .* -->\n", "", tagged).replace("here.", "there."))
    t.run("track", "long", "-q")
    t.same(t.read("drafts/long.md").decode(), tagged.replace("here.", "there."), "a long draft without its tags has all of them back")
    os.unlink(t.path("drafts/long.md"))

    # What became of a suggestion is on record; so is that it was taken back, and the version's message tells what holds.
    t.write("drafts/s.md", "---\ntitle: S\n---\n\n{#s}\nWe {~~urge~>ask~~}{>>@Tomas Rey<<} you{++ all++}{>>@Ana<<}.\n")
    t.run("save", "-m", "s")
    start = t.read("drafts/s.md")
    t.run("accept", "s", "--by", "Tomas Rey")
    t.run("reject", "s", "--by", "Ana", "--because", "too many")
    t.run("undo")
    t.run("undo")
    t.same(t.read("drafts/s.md"), start, "both are open again")
    t.same(re.findall(r"outcome: (\w+)", t.read("drafts/reviews/s.yaml").decode()), ["accepted", "rejected", "undone", "undone"], "the record only grows")
    t.run("reject", "s", "--by", "Ana", "--because", "too many")
    t.run("save", "-m", "settled")
    t.same(t.json("log")[1]["versions"][0]["message"], "settled\n\nRejected: Ana [s] because too many", "the message tells what holds")
    if shutil.which("git"):
        # Killed when it had put all back and the step still stood: again, it records nothing twice.
        def steps():
            out = subprocess.run(["git", "for-each-ref", "--format=%(refname) %(objectname)", "refs/chapeau/undo"], cwd=t.top, env=t.env, capture_output=True, text=True).stdout
            return dict(line.split() for line in out.splitlines())

        before = steps()
        t.run("undo")
        for name in before.keys() - steps().keys():
            subprocess.run(["git", "update-ref", name, before[name]], cwd=t.top, env=t.env, check=True)
        code, out, err = t.run("undo")
        t.ok(code == 0 and steps().keys() < before.keys() and re.findall(r"outcome: (\w+)", t.read("drafts/reviews/s.yaml").decode())[4:] == ["rejected", "undone"] and t.read("drafts/s.md") == start,
             "what was taken back is taken back once", out + err + t.read("drafts/reviews/s.yaml").decode())
    else:
        t.run("undo")
    t.run("save", "-m", "back")
    t.same(t.json("log")[1]["versions"][0]["message"], "back\n\nTaken-back: Ana [s]", "and what was taken back later")
    code, out, err = t.run("accept", "one", "--all")
    t.ok(code == 0 and "No suggestion is open" in out, "accept --all where none is open", out + err)

    if shutil.which("git"):
        # Names and messages that an old program wrote in Latin-1 are read as that; nothing in them reaches the terminal as it is.
        env = {**t.env, "GIT_AUTHOR_NAME": b"Ren\xe9", "GIT_AUTHOR_EMAIL": "r@example.org", "GIT_COMMITTER_NAME": "R", "GIT_COMMITTER_EMAIL": "r@example.org"}
        subprocess.run(["git", "-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-m", b"caf\xe9 \x1b[31mred"], cwd=t.top, env=env, check=True, capture_output=True)
        got = t.json("log")[1]["versions"][0]
        t.same((got["author"], got["message"]), ("René", "café \x1b[31mred"), "a version in Latin-1, as JSON")
        for args in (("log",), ("diff", "s@HEAD", "s")):
            out = t.run(*args, text=False)[1]
            t.ok("café <U+001B>[31mred".encode() in out and b"\x1b" not in out, f"{args[0]}: and on a terminal", out)
        odd = os.path.join(os.fsencode(t.top), b"odd\xe9 \x1b[31m.md")
        with open(odd, "wb") as f:
            f.write(t.read("drafts/s.md"))
        done = [subprocess.run([PROGRAM, *args], cwd=t.top, env=t.env, capture_output=True).stdout for args in (["check", odd, "--format", "json"], ["diff", odd, "s"])]
        t.ok("odd\\xe9" in json.loads(done[0].decode())["drafts"][0]["file"] and b"\x1b" not in done[1], "a file whose name is no UTF-8", done)
        os.unlink(odd)
    # What a killed program left, beside a draft and beside the branch.
    t.run("save", "-q")
    t.write("drafts/.in.md.4711.0.new", "half")
    t.has(t.run("save")[1], "Nothing has changed", "a file that was not put in its place is no draft")
    os.unlink(t.path("drafts/.in.md.4711.0.new"))
    t.write(".git/refs/heads/main.lock", "")
    os.utime(t.path(".git/refs/heads/main.lock"), (1, 1))
    t.write("drafts/in.md", t.read("drafts/in.md").replace(b"ask", b"urge"))
    code, out, err = t.run("save")
    t.ok(code == 0 and not t.exists(".git/refs/heads/main.lock"), "an old lock beside the branch is taken away", err)

    if shutil.which("git"):
        os.chmod(t.path("drafts/in.md"), 0o755)
        git("update-index", "--chmod=+x", "drafts/in.md")
        git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "mode")
        t.write("drafts/in.md", t.read("drafts/in.md").replace(b"urge", b"ask"))
        t.run("save")
        t.same((git("ls-files", "-s", "drafts/in.md")[:6], git("status", "--short", "drafts/in.md")), ("100755", ""), "the mode of a file stays, in Git's index too")
        git("checkout", "-q", "--detach", "HEAD~1")
        t.write("drafts/in.md", t.read("drafts/in.md") + b"\n{#apart}\nWords apart.\n")
        code, out, err = t.run("save")
        apart = git("rev-parse", "HEAD").strip()
        git("checkout", "-q", "main")
        t.ok(code == 0 and "apart from the newest" in err and apart in git("for-each-ref"), "a version that no branch leads to: it is said, and kept", err)
        t.same((t.run("restore", f"in#apart@{apart[:7]}")[0], b"Words apart." in t.read("drafts/in.md")), (0, True), "its words can be brought back")
        t.run("undo")
        for name, words, make in FORMS:
            shutil.copy(t.path(".git/config"), t.path("config"))
            make(git)
            for args in (["save"], ["log"], ["undo"], ["diff", "in"], ["sync"]):
                code, out, err = t.run(*args)
                t.ok(code == 4 and words in err, f"{name}: {args[0]} says why in plain words", f"{code} {err}")
            code, out, err = t.run("status")
            t.ok(code == 0 and "NOT SAVED" in out and words in out, f"{name}: status says it too", out)
            code, out, err = t.run("check")
            t.ok(code in (0, 1) and err.count("nobody can tell whether these words were internal") == 1 and words in err, f"{name}: check needs no versions, and says once what it could not look for", err)
            code, out, err = t.run("export", "in", "--to", "txt", "-o", "-")
            t.ok(code == 0 and err.count("nobody can tell whether these words were internal") == 1, f"{name}: so does a public export", err)
            shutil.copy(t.path("config"), t.path(".git/config"))
    if os.getuid() == 0:
        os.chown(t.path(".git"), 65534, 65534)
        os.chown(t.top, 65534, 65534)
        for args in (["save"], ["status"]):
            code, out, err = t.run(*args)
            t.has(out + err, "belongs to another user", f"another owner: {args[0]}")
        os.chown(t.path(".git"), 0, 0)
        os.chown(t.top, 0, 0)
    shutil.rmtree(t.path(".git"))
    t.has(t.run("status")[1], "no versions are kept here yet", "status where nothing is kept")
