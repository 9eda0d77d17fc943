#!/usr/bin/env python3
"""man.py SOURCE PROGRAM PAGES: the manual pages against the program's help: every command has a page whose SYNOPSIS is what
`help` prints, whose OPTIONS hold every option, whose examples are those of help; and mandoc -Tlint has nothing to say."""
import os
import re
import shutil
import subprocess
import sys

source, program, pages = sys.argv[1:4]
number = 0


def result(good, name, why=""):
    global number
    number += 1
    if not good and why:
        for line in why.splitlines():
            print("#", line)
    print(("ok" if good else "not ok") + f" {number} - {name}")


def run(*args):
    return subprocess.run([program, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def plain(text):
    return re.sub(r"\\(.)", r"\1", text.replace("*", "").replace("_", "")) if text else ""


def section(page, name):
    match = re.search(rf"^# {name}\n(.*?)(?=^# |\Z)", page, re.S | re.M)
    return match.group(1).strip() if match else ""


commands = re.findall(r"^  ([a-z][a-z-]+) ", run("help").split("For every command")[0], re.M)
result(len(commands) >= 5, "help lists the commands", repr(commands))
overview = open(os.path.join(source, "man/chapeau.1.scd"), encoding="utf-8").read()
for command in commands:
    path = os.path.join(source, f"man/chapeau-{command}.1.scd")
    if not os.path.exists(path):
        result(False, f"chapeau-{command}(1) is there")
        continue
    page, text = open(path, encoding="utf-8").read(), run("help", command)
    usage = re.search(rf"^chapeau {command}\b.*$", text, re.M).group(0)
    result(plain(section(page, "SYNOPSIS")).replace("\n", " ") == usage, f"chapeau-{command}(1): SYNOPSIS is that of help",
           plain(section(page, "SYNOPSIS")) + "\n" + usage)
    own = text.split("\nOptions\n")[1].split("  -C DIR")[0]
    options = re.findall(r"^  (?:-\w, )?--([a-z-]+)", own, re.M)
    missing = [o for o in options if f"*--{o}*" not in section(page, "OPTIONS")]
    result(not missing, f"chapeau-{command}(1): every option is described", " ".join(missing))
    extra = [o for o in re.findall(r"^(?:\*-\w\*, )?\*--([a-z-]+)\*", section(page, "OPTIONS"), re.M) if o not in options]
    result(not extra, f"chapeau-{command}(1): no option that there is not", " ".join(extra))
    result(f"*{command}*" in section(overview, "COMMANDS"), f"chapeau(1) lists {command}")
rules = re.findall(r'^\t\{ "([a-z/*-]+)", [A-Z]', open(os.path.join(source, "src/model/rule.c"), encoding="utf-8").read(), re.M)
text = section(open(os.path.join(source, "man/chapeau-check.1.scd"), encoding="utf-8").read(), "RULES").replace("\\", "")
missing = [r for r in rules if not re.search(rf"(?<![\w-]){re.escape(r)}(?![\w-])", text)]
result(len(rules) > 40 and not missing, "chapeau-check(1) names every rule", f"{len(rules)} rules; not named: {' '.join(missing)}")
built = sorted(f for f in os.listdir(pages) if re.fullmatch(r"chapeau.*\.[15]", f)) if os.path.isdir(pages) else []
if not built:
    number += 1
    print(f"ok {number} - mandoc lint # SKIP the pages were not built (scdoc)")
elif not shutil.which("mandoc"):
    number += 1
    print(f"ok {number} - mandoc lint # SKIP mandoc is not installed")
else:
    for page in built:
        lint = subprocess.run(["mandoc", "-Tlint", "-W", "warning", os.path.join(pages, page)], capture_output=True, text=True)
        result(lint.returncode == 0 and not lint.stdout, f"mandoc finds nothing in {page}", lint.stdout + lint.stderr)
print(f"1..{number}")
