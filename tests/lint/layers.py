#!/usr/bin/env python3
"""layers.py SRC: may each file under SRC include what it includes?  The rule is SRC/LAYERS: a folder names the folders that
it may include, each from an earlier line.  base, model and io are toolboxes; every other folder is entered by its door X/X.h;
formats never include each other."""
import os
import re
import sys

TOOLBOXES = {"base", "model", "io"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def read_layers(path, problems):
    granted = {}
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.split("#")[0]
        if ":" not in line:
            continue
        name, rest = line.split(":", 1)
        name, uses = name.strip(), rest.split()
        for use in uses:
            if use not in granted:
                problems.append(f"{path}:{number}: {name} names {use} before its line")
        granted[name] = set(uses) | {name}
    return granted


def check(src):
    problems = []
    granted = read_layers(os.path.join(src, "LAYERS"), problems)
    count = 0
    for folder, _, files in sorted(os.walk(src)):
        rel = os.path.relpath(folder, src)
        for name in sorted(f for f in files if f.endswith((".c", ".h"))):
            me = rel.split(os.sep)
            path = os.path.join(folder, name)
            count += 1
            if me[0] not in granted:
                problems.append(f"{path}: folder {me[0]} has no line in LAYERS")
                continue
            for number, line in enumerate(open(path, encoding="utf-8"), 1):
                match = INCLUDE.match(line)
                if not match or "/" not in match.group(1):
                    continue
                inc = match.group(1)
                to = inc.split("/")
                where = f"{path}:{number}: "
                if to[0] not in granted[me[0]]:
                    problems.append(where + f"{me[0]} may not include {inc}")
                elif to[0] != me[0] and to[0] not in TOOLBOXES and inc != f"{to[0]}/{to[0]}.h":
                    problems.append(where + f"use the door {to[0]}/{to[0]}.h, not {inc}")
                elif me[0] == "format" == to[0] and len(to) > 2 and len(me) > 1 and to[1] != me[1]:
                    problems.append(where + f"{me[1]} may not reach into {inc}")
    return count, problems


def self_test():
    """A rule that finds nothing anywhere is no rule."""
    import tempfile
    with tempfile.TemporaryDirectory() as top:
        for name in ("base", "check", "format/md", "format/odt"):
            os.makedirs(os.path.join(top, name))
        open(os.path.join(top, "LAYERS"), "w").write("base:\nformat: base\ncheck: base\n")
        open(os.path.join(top, "base/a.h"), "w").write('#include "check/check.h"\n')
        open(os.path.join(top, "check/b.c"), "w").write('#include "base/a.h"\n#include "format/md/md.h"\n')
        open(os.path.join(top, "format/md/c.c"), "w").write('#include "format/odt/odt.h"\n')
        return len(check(top)[1]) == 3


count, problems = check(sys.argv[1])
print("1..2")
for problem in problems:
    print("#", problem)
print(("ok" if not problems and count else "not ok") + f" 1 - {count} files include only what src/LAYERS grants")
print(("ok" if self_test() else "not ok") + " 2 - the rule finds what breaks it")
