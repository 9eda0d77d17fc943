#!/usr/bin/env python3
"""run.py PROGRAM SOURCE PAGE: runs the console examples of a page, in a copy of the sample workspace, and holds what they print
against what the page says.  A line that is only "..." stands for any lines, "..." at the end of one for the rest of it."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

program, source, page = (os.path.abspath(a) for a in sys.argv[1:4])
blocks = re.findall(r"^```console\n(.*?)^```", open(page, encoding="utf-8").read(), re.S | re.M)


def examples():
    for block in blocks:
        command, want = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, want
                command, want = line[2:], []
            else:
                want.append(line.rstrip())
        if command:
            yield command, want


def matches(got, want):
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(line[:-3]) + ".*\n" if line.endswith("...") else re.escape(line) + "\n"
                      for line in want)
    return re.fullmatch(pattern, got) is not None


number = failed = 0
top = tempfile.mkdtemp(prefix="chapeau-readme-")
work = os.path.join(top, "chapeau")
os.mkdir(work)
os.mkdir(os.path.join(work, "exports"))
for name in ("chapeau.yaml", "priorities.yaml", "drafts", "templates", ".gitignore"):
    path = os.path.join(source, name)
    (shutil.copytree if os.path.isdir(path) else shutil.copy)(path, os.path.join(work, name))
env = {**os.environ, "PATH": os.path.dirname(program) + ":" + os.environ.get("PATH", ""), "HOME": top, "NO_COLOR": "1", "LC_ALL": "C.UTF-8",
       "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CEILING_DIRECTORIES": top, "TZ": "UTC"}
# A clone has a repository, where versions are kept.
subprocess.run([program, "init"], cwd=work, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=True)
for command, want in examples():
    number += 1
    if command.startswith(("scripts/", ". scripts/", "sudo ", "meson ", "ninja ", "tar ", "git ")):
        print(f"ok {number} - $ {command} # SKIP builds or installs")
        continue
    done = subprocess.run(["sh", "-c", command], cwd=work, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    got = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines()) + "\n" if done.stdout + done.stderr else ""
    good = matches(got, want) if want else done.returncode == 0
    if not good:
        failed += 1
        print(f"# exit {done.returncode}; printed:")
        for line in got.splitlines():
            print("#   ", line)
    print(("ok" if good else "not ok") + f" {number} - $ {command}")
print(f"1..{number}")
shutil.rmtree(top)
