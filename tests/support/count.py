#!/usr/bin/env python3
"""Counts TAP cases in meson's testlog.json; a test that prints none is one case of its own.
Prints "N passed, N failed, N skipped" and exits 1 where any failed."""
import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b(.*)$")
passed = failed = skipped = 0
with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
    for line in log:
        test = json.loads(line)
        cases = bad = 0
        for out in (test.get("stdout") or "").splitlines():
            match = CASE.match(out)
            if not match:
                continue
            cases += 1
            directive = match.group(2).upper()
            if "# SKIP" in directive:
                skipped += 1
            elif match.group(1) and "# TODO" not in directive:
                failed += 1
                bad += 1
            else:
                passed += 1
        good = test["result"] in ("OK", "EXPECTEDFAIL")
        if test["result"] == "SKIP" and not cases:
            skipped += 1
        elif not cases:
            passed += good
            failed += not good
        elif not good and test["result"] != "SKIP" and not bad:
            failed += 1  # it died, or planned more cases than it ran
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed else 0)
