#!/usr/bin/env python3
"""The sample's own history, as TAP: sample_history.py CHAPEAU SOURCE SHARED.

Each saved version of the sample statement is compared with the next one, and the first with the last both ways, as DOCX and ODT:
what LibreOffice makes of the comparison with all accepted is, paragraph by paragraph, the plain export of the newer version, with
all rejected that of the older one, and the schema checkers find nothing."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import office

program, source, shared = (os.path.abspath(a) for a in sys.argv[1:4])
SAMPLE = "drafts/wsis20-zero-draft.md"
ORACLES = os.path.join(shared, "oracles")


def git(*args):
    return subprocess.run(["git", *args], cwd=source, capture_output=True)


def why_not():
    if office.missing() or not os.access(ORACLES + "/lo-accept", os.X_OK):
        return office.missing() or "lo-accept is not there"
    if not shutil.which("git") or len(hashes()) < 2:
        return "there is no history here"
    return None


def hashes():
    return git("log", "--reverse", "--format=%H", "--", SAMPLE).stdout.decode().split()


def words(paragraphs):
    return [" ".join(p.split()) for p in paragraphs if p.strip()]


print("1..2")
skip = why_not()
failed = False
with tempfile.TemporaryDirectory(prefix="chapeau-history-") as work:
    versions = [] if skip else hashes()
    for i, version in enumerate(versions):
        with open(f"{work}/v{i}.md", "wb") as f:
            f.write(git("show", f"{version}:{SAMPLE}").stdout)
    last = len(versions) - 1
    pairs = [(i, i + 1) for i in range(last)] + [(0, last), (last, 0)]
    for number, fmt in enumerate(("docx", "odt")):
        if skip:
            print(f"ok {number + 1} - {fmt} # SKIP {skip}")
            continue
        wrong, files = [], []

        def make(out, *args):
            done = subprocess.run([program, *args, "-o", out], cwd=work, capture_output=True, text=True)
            files.append(f"{work}/{out}")
            if done.returncode:
                wrong.append(f"{' '.join(args)}: exit {done.returncode}: {done.stderr}")
            return f"{work}/{out}"

        plain = [make(f"v{i}.{fmt}", "export", f"v{i}.md", "--to", fmt, "--audience", "review") for i in range(len(versions))]
        red = {pair: make(f"{pair[0]}-{pair[1]}.{fmt}", "diff", f"v{pair[0]}.md", f"v{pair[1]}.md", "--format", fmt) for pair in pairs}
        for path in red.values():
            checked = subprocess.run([f"{ORACLES}/check-{fmt}", "-s", path], capture_output=True, text=True)
            if checked.returncode:
                wrong.append(f"{path}: {checked.stdout}{checked.stderr}")
        out, why = office.ask([ORACLES + "/lo-accept", *files], 60 + 2 * len(files), work)
        if why:
            wrong.append(why)
        read = {r["file"]: r for r in map(json.loads, out.splitlines())}
        for (old, new), path in red.items():
            for reading, version in (("accept", new), ("reject", old)):
                got, want = (words(read.get(p, {}).get(how, ["not read: " + p])) for p, how in ((path, reading), (plain[version], "accept")))
                if got != want:
                    wrong.append(f"{old} to {new}, {reading}: {[pair for pair in zip(got, want) if pair[0] != pair[1]][:2]}, {len(got)} and {len(want)} paragraphs")
        print(f"{'not ok' if wrong else 'ok'} {number + 1} - {fmt}, {len(pairs)} pairs")
        for line in wrong:
            print("# " + line.replace("\n", "\n# "))
        failed = failed or bool(wrong)
sys.exit(1 if failed else 0)
