#!/usr/bin/env python3
"""export: what -o may name, and what becomes of it when the machine fails."""
import os
import re
import resource
import subprocess
import threading
import zipfile
from tap import Cli, PROGRAM

TEXT = "---\ntitle: Input\n---\n\n# Introduction\n\nGovernments should recognize exchange points.\n"


def words(path):
    with zipfile.ZipFile(path) as z:
        name = "word/document.xml" if path.endswith("docx") else "content.xml"
        return re.sub("<[^>]*>", " ", z.read(name).decode())


with Cli() as t:
    t.write("in.md", TEXT)
    for to in ("docx", "odt", "txt", "html", "md"):
        t.ok(t.run("export", "in.md", "--to", to, "-o", "out." + to)[0] == 0, f"{to}: written")
    for to in ("docx", "odt"):
        t.ok("1980" not in words(t.path("out." + to)), f"{to}: no date is printed where the statement names none")

    # A pipe is written into, and is still a pipe.
    pipe = t.path("pipe")
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(open(pipe, "rb").read()), daemon=True)
    reader.start()
    code, out, err = t.run("export", "in.md", "--to", "docx", "-o", "pipe")
    reader.join(10)
    t.ok(code == 0 and got == [t.read("out.docx")] and not os.path.isfile(pipe), "-o of a named pipe writes into it", err)
    code, out, err = t.run("export", "in.md", "--to", "txt", "-o", "/dev/stdout")
    t.ok(code == 0 and "exchange points" in out, "-o /dev/stdout", err)

    # A limit on the size of files.
    before = t.read("out.docx")
    done = subprocess.run([PROGRAM, "export", "in.md", "--to", "docx", "-o", "out.docx"], cwd=t.top, env=t.env, capture_output=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
    t.same(done.returncode, 4, "past the limit on file sizes: exit 4")
    t.ok(b"cannot write" in done.stderr and t.read("out.docx") == before, "it says so, and yesterday's file is whole", done.stderr)
    t.same([n for n in os.listdir(t.top) if n.startswith(".")], [], "nothing half-written is left")

    # A folder, and a file that is protected.
    os.mkdir(t.path("folder"))
    t.same(t.run("export", "in.md", "--to", "docx", "-o", "folder")[0], 4, "-o of a folder: exit 4")
    os.chmod(t.path("out.txt"), 0o444)
    if os.geteuid() == 0:
        t.skip("a write-protected file stays", "the superuser may write it")
    else:
        t.same(t.run("export", "in.md", "--to", "txt", "-o", "out.txt")[0], 4, "a write-protected file stays")
