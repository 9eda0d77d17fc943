#!/usr/bin/env python3
"""headers.py SRC CC...: does each header compile alone?"""
import os
import subprocess
import sys

src, cc = sys.argv[1], sys.argv[2:]
headers = sorted(os.path.relpath(os.path.join(d, f), src) for d, _, files in os.walk(src) for f in files if f.endswith(".h"))
print(f"1..{len(headers)}")
for number, header in enumerate(headers, 1):
    run = subprocess.run(cc + ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror",
                               "-Wno-unused-function", "-fsyntax-only", "-I", src, "-x", "c", "-include", header, "/dev/null"],
                         capture_output=True, text=True)
    for line in run.stderr.splitlines():
        print("#", line)
    print(("not ok" if run.returncode else "ok") + f" {number} - {header}")
