#!/usr/bin/env python3
"""templates.py SCRIPTS: the templates and the styles that are built in are those that scripts/make-templates makes.  TAP."""
import os
import subprocess
import sys

run = subprocess.run([sys.executable, os.path.join(sys.argv[1], "make-templates"), "--check"], capture_output=True, text=True)
print("1..1")
print("%sok 1 - templates are up to date" % ("not " if run.returncode else ""))
for line in (run.stdout + run.stderr).splitlines():
    print("# " + line)
