#!/usr/bin/env python3
"""What must survive: killed processes, a full disk, a store that cannot be written, two at once, an editor that saves all the time.
The number of kills of each command is KILLS in the environment (2,000 in all were run by hand: KILLS=670)."""
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from tap import Cli, PROGRAM

KILLS = int(os.environ.get("KILLS", "40"))
SANITIZED = any(name in os.environ for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"))
FULL = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
static long left = -1;
static int take(int fd, size_t n)
{
	struct stat st;
	if (left == -1)
		left = getenv("DISK_LEFT") ? atol(getenv("DISK_LEFT")) : -2;
	if (left == -2 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if ((long)n > left) {
		left = 0;
		errno = ENOSPC;
		return -1;
	}
	left -= (long)n;
	return 0;
}
ssize_t write(int fd, const void *p, size_t n)
{
	return take(fd, n) < 0 ? -1 : ((ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(fd, p, n);
}
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return take(fd, n) < 0 ? -1 : ((ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite"))(fd, p, n, at);
}
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return take(fd, n) < 0 ? -1 : ((ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64"))(fd, p, n, at);
}
int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;
	va_start(ap, flags);
	mode = va_arg(ap, int);
	va_end(ap);
	if (getenv("READ_ONLY") && (flags & (O_CREAT | O_WRONLY | O_RDWR)) && strncmp_(path)) {
		errno = EROFS;
		return -1;
	}
	return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open"))(path, flags, mode);
}
""".replace("strncmp_(path)", 'strstr(path, "/.git/")').replace("#include <unistd.h>", "#include <string.h>\n#include <unistd.h>")

TEXT = "# One\n\n{#asked}\nWe urge Member States to make the mandate permanent, number %d.\n\n{#other}\nOther words stay.\n"
SUGGESTED = "# One\n\n{#asked}\nWe urge {++all ++}{>>@Mei Lin<<}Member States to make the mandate permanent, number %d.\n\n{#other}\nOther words stay.\n"

with Cli() as t:
    t.env.update({f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "Ana"), ("EMAIL", "ana@example.org"))})
    if not shutil.which("git"):
        t.skip("what must survive", "git is not installed")
        sys.exit(0)

    def git(*args):
        return subprocess.run(["git", *args], cwd=t.top, env=t.env, capture_output=True, text=True)

    def fresh():
        shutil.rmtree(t.top, ignore_errors=True)
        os.makedirs(t.path("drafts"))
        t.workspace()
        t.run("init")
        t.write("drafts/one.md", TEXT % 0)
        code, out, err = t.run("save", "-m", "v0")
        return code == 0

    def whole():
        """The store is sound, and the next command works."""
        check = git("fsck", "--full", "--strict")
        bad = [line for line in (check.stdout + check.stderr).splitlines() if not line.startswith(("dangling", "notice", "Checking"))]
        code, out, err = t.run("save", "-m", "the next command")
        return not bad and check.returncode == 0 and code == 0, f"{bad}\n{check.stderr}\nexit {code}\n{out}{err}"

    # One run of each unhindered gives the time in which to kill.
    random.seed(20251002)
    for command in ("save", "accept", "restore"):
        t.ok(fresh(), f"{command}: a workspace")
        killed = said = lost = torn = refused = 0
        why = ""
        t.write("drafts/one.md", TEXT % 1)
        t.run("save", "-m", "v1")
        longest = 0.0
        for i in range(2, KILLS + 2):
            if command == "save":
                before = after = TEXT % i
                args = ["save", "-m", f"v{i}"]
            elif command == "accept":
                before, after = SUGGESTED % i, (TEXT % i).replace("urge ", "urge all ")
                args = ["accept", "one", "--all"]
            else:
                before, after = TEXT % i, TEXT % 0
                args = ["restore", "one@HEAD~1" if i % 2 else "one@v-old"]
            if command == "restore" and i == 2:
                git("tag", "v-old", "HEAD~1")
            if command == "restore":
                args, after = ["restore", "one@v-old"], TEXT % 0
            t.write("drafts/one.md", before)
            began = time.monotonic()
            child = subprocess.Popen([PROGRAM, *args], cwd=t.top, env=t.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                child.wait(timeout=30 if i < 4 else random.random() * longest * 1.1)
            except subprocess.TimeoutExpired:
                child.kill()
                killed += 1
            out, err = child.communicate()
            if i < 4:
                longest = max(longest, time.monotonic() - began)
            else:
                longest *= 1.08 if child.returncode == -signal.SIGKILL else 0.92 # the machine gets busier and less busy
            now = t.read("drafts/one.md").decode()
            if now not in (before, after):
                torn += 1
                why = now
            if child.returncode == 0:
                said += 1
                if command == "save" and git("log", "-1", "--format=%s").stdout.strip() != f"v{i}" or command != "save" and now != after:
                    lost += 1
                    why = f"{out}\n{now}"
            elif child.returncode != -signal.SIGKILL:
                refused += 1
                why = err.decode()
        t.ok(killed >= KILLS // 4, f"{command}: {killed} of {KILLS} were killed, {said} were done", f"{killed} killed")
        t.ok(not lost, f"{command}: nothing acknowledged is lost", why)
        t.ok(not torn, f"{command}: the draft is the old or the new one, whole", why)
        t.ok(not refused, f"{command}: the next command works, each time", why)
        good, why = whole()
        t.ok(good, f"{command}: the store is sound at the end", why)
        left = [n for folder in (t.top, t.path("drafts"), t.path(".git")) for n in os.listdir(folder) if n.endswith(".lock") and n != "chapeau.lock"]
        t.same(left, [], f"{command}: no lock is left")

    # A disk that fills up after so many bytes.
    if SANITIZED or not shutil.which("cc"):
        t.skip("a full disk", "needs a compiler, and no sanitizer's own library first")
    else:
        shim = os.path.join(t.home, "full.so")
        with open(os.path.join(t.home, "full.c"), "w", encoding="utf-8") as f:
            f.write(FULL)
        subprocess.run(["cc", "-shared", "-fPIC", "-w", "-o", shim, os.path.join(t.home, "full.c"), "-ldl"], check=True)
        fresh()
        wrong = []
        refusals = {}
        for room in (0, 1, 10, 60, 100, 150, 200, 300, 400, 600, 800, 1200, 2000):
            for args in (["save", "-m", f"room {room}"], ["accept", "one", "--all"], ["track", "one"], ["export", "one", "--to", "docx"]):
                before = (SUGGESTED % room).replace("{#other}\n", "" if args[0] == "track" else "{#other}\n")
                t.write("drafts/one.md", before)
                code, out, err = t.run(*args, env={"LD_PRELOAD": shim, "DISK_LEFT": str(room)})
                now = t.read("drafts/one.md").decode()
                saved = git("log", "-1", "--format=%s").stdout.strip() == f"room {room}"
                if code < 0 or code not in (0, 1, 3, 4) or (code != 0 and not err.strip() and args[0] != "export"):
                    wrong.append((room, args[0], code, err))
                if code != 0 and args[0] in ("accept", "track") and now != before and "The draft has the change" not in err:
                    wrong.append((room, args[0], "the draft changed", now))
                if args[0] == "save" and code == 0 and not saved:
                    wrong.append((room, "said saved, is not"))
                if code != 0:
                    refusals[args[0]] = err
        t.ok(not wrong, "a full disk: a message, nothing lost", wrong)
        t.ok({"save", "accept", "track", "export"} <= set(refusals), "a full disk: each command met it", sorted(refusals))
        t.has(refusals.get("save", ""), "space", "a full disk: the message says so")
        good, why = whole()
        t.ok(good, "a full disk: the store is sound, and saves again", why)
        t.same([n for n in os.listdir(t.path("drafts")) if n.startswith(".")], [], "a full disk: no half file is left")

        # A store that cannot be written.
        t.write("drafts/one.md", TEXT % 7777)
        code, out, err = t.run("save", "-m", "read-only", env={"LD_PRELOAD": shim, "READ_ONLY": "1"})
        t.ok(code in (3, 4) and err.strip(), "a read-only store: a message", f"{code} {out} {err}")
        t.same(t.read("drafts/one.md").decode(), TEXT % 7777, "a read-only store: the draft is as it was")
        good, why = whole()
        t.ok(good, "a read-only store: writable again, it saves", why)

    # Two processes that save at once.
    fresh()
    lost = []
    for i in range(10):
        t.write("drafts/one.md", TEXT % (100 + i))
        pair = [subprocess.Popen([PROGRAM, "save", "-m", f"pair {i} {k}"], cwd=t.top, env=t.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for k in (0, 1)]
        ends = [(p.communicate(timeout=60), p.returncode) for p in pair]
        if any(code not in (0, 1) for _, code in ends):
            lost.append(ends)
        if (TEXT % (100 + i)) != git("show", "HEAD:drafts/one.md").stdout:
            lost.append(i)
    t.ok(not lost, "two at once: both end well, and the words are saved", lost)
    bad = []
    for i in range(20):  # four that all want to give ids to the same new drafts
        for k in range(3):
            t.write(f"drafts/new-{i}-{k}.md", f"---\ntitle: New\n---\n\nNew words {i} of {k}.\n\nAnd more words of it.\n")
        four = [subprocess.Popen([PROGRAM, "save"], cwd=t.top, env=t.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
        for child in four:
            out, err = child.communicate()
            if child.returncode:
                bad.append((i, child.returncode, err))
    t.ok(not bad, "four at once that give ids to the same new drafts: all end well", bad)
    good, why = whole()
    t.ok(good, "two at once: the store is sound", why)

    # An editor that saves every 10 ms: what it wrote last is never undone by an older reading of the file.
    fresh()
    lost = []
    done = refused = 0
    for rename in (True, False):
        stop = threading.Event()
        written = [0]
        seen = []

        def edit():
            i = 0
            while not stop.is_set():
                i += 1
                text = SUGGESTED % i
                if rename:
                    beside = t.path(f"drafts/.edit{i}~")
                    with open(beside, "w", encoding="utf-8") as f:
                        f.write(text)
                    os.rename(beside, t.path("drafts/one.md"))
                else:
                    with open(t.path("drafts/one.md"), "r+", encoding="utf-8") as f:
                        f.write(text)
                        f.truncate()
                written[0] = i
                time.sleep(0.01)

        t.write("drafts/one.md", SUGGESTED % 0)
        editor = threading.Thread(target=edit)
        editor.start()
        for _ in range(25):
            begun = written[0]
            code, out, err = t.run("accept", "one", "--all")
            done += code == 0
            refused += code == 4
            if code not in (0, 1, 3, 4, 5):
                lost.append((code, err))
            if code not in (0, 1) and "another program" not in err:
                lost.append((code, err))
        stop.set()
        editor.join()
        now = t.read("drafts/one.md").decode()
        if now not in (SUGGESTED % written[0], (TEXT % written[0]).replace("urge ", "urge all ")):
            lost.append(("the last save is gone", written[0], now))
    t.ok(not lost, f"an editor that saves every 10 ms: nothing of either is lost", lost)
    good, why = whole()
    t.ok(good, "an editor that saves: the store is sound", why)
