#!/usr/bin/env python3
"""built.py TESTS: is each test program named in its folder's meson.build?  One that is not is never run."""
import os
import re
import sys

files = sorted(os.path.join(d, f) for d, _, names in os.walk(sys.argv[1]) for f in names if re.fullmatch(r"test_\w+\.(c|py)|(law|fuzz)_\w+\.c", f))
print(f"1..{len(files)}")
for number, path in enumerate(files, 1):
    with open(os.path.join(os.path.dirname(path), "meson.build"), encoding="utf-8") as f:
        said = f.read()
    stem = os.path.splitext(os.path.basename(path))[0]
    named = re.search(r"'(%s|%s)(\.c|\.py)?'" % (stem, stem.split("_", 1)[1]), said)
    print(("ok" if named else "not ok") + f" {number} - {os.path.relpath(path, sys.argv[1])}")
