#!/usr/bin/env python3
"""pages.py PROGRAM SOURCE: check's estimate of pages against the pages that LibreOffice makes of the exported file, as TAP.

Whole pages may differ by one, or by one in twenty of a long text; and no more than a quarter of the texts may differ at all."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import office

PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(SOURCE, "tests/bench"))
sys.dont_write_bytecode = True
from make import Maker  # noqa: E402

PROFILE = "schema: chapeau/profile/1\nid: pages\ntitle: Input to the draft\nkind: %s\nlimits: {pages: {hard: 999}}\n"


def texts():
    for number, (language, size) in enumerate((("en", 4), ("en", 9), ("en", 15), ("en", 28), ("en", 60), ("ar", 12), ("ar", 40), ("zh", 8), ("zh", 30))):
        yield "%s%d" % (language, size), Maker(300 + number, language).statement(size=size << 10), "written"
    with open(os.path.join(SOURCE, "drafts/wsis20-zero-draft.md"), encoding="utf-8") as f:
        sample = re.sub(r"(call|channel): .*\n", "", f.read())
    for mode in ("none", "paragraphs", "headings"):
        yield "sample-" + mode, sample.replace("language:", "numbering: %s\nlanguage:" % mode, 1), "written"
    yield "sample-oral", sample.replace("language:", "channel: oral\nlanguage:", 1), "oral"


def pages_of(pdf):
    with open(pdf, "rb") as f:
        return len(re.findall(rb"/Type\s*/Page\b(?!s)", f.read()))


def main():
    print("1..1")
    if office.missing():
        print("ok 1 - pages # SKIP %s" % office.missing())
        return 0
    folder = tempfile.mkdtemp(prefix="chapeau-pages-")
    wrong, off, estimates = [], 0, {}
    try:
        for name, text, kind in texts():
            with open("%s/%s.md" % (folder, name), "w", encoding="utf-8") as f:
                f.write(text)
            with open("%s/%s.yaml" % (folder, name), "w") as f:
                f.write(PROFILE % kind)
            said = subprocess.run([PROGRAM, "check", name + ".md", "--call", name + ".yaml"], cwd=folder, capture_output=True, text=True)
            found = re.search(r"about ([\d.]+) of 999 pages", re.sub(r"\s+", " ", said.stdout))
            made = subprocess.run([PROGRAM, "export", name + ".md", "--to", "docx", "--call", name + ".yaml", "-o", name + ".docx"], cwd=folder,
                                  capture_output=True, text=True)
            if not found or made.returncode:
                wrong.append("%s: no estimate or no file: %s" % (name, (said.stdout + said.stderr + made.stderr)[-300:]))
                continue
            estimates[name] = float(found.group(1))
        _, why = office.ask(["soffice", "--headless", "-env:UserInstallation=file://%s/profile" % folder, "--convert-to", "pdf", "--outdir", folder,
                             *("%s/%s.docx" % (folder, name) for name in estimates)], 240, folder)
        wrong += [why] if why else []
        for name, estimate in estimates.items():
            real = pages_of("%s/%s.pdf" % (folder, name)) if os.path.exists("%s/%s.pdf" % (folder, name)) else 0
            whole = int(estimate) + (estimate > int(estimate))
            print("# %s: %.1f pages estimated, %d made" % (name, estimate, real))
            off += whole != real
            if abs(whole - real) > max(1, real // 20):
                wrong.append("%s: estimated %.1f, made %d" % (name, estimate, real))
        if off > len(estimates) // 4:
            wrong.append("%d of %d estimates are off" % (off, len(estimates)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("%s 1 - the estimate of pages is near LibreOffice's pages, over %d texts" % ("not ok" if wrong else "ok", len(estimates)))
    for line in wrong:
        print("# " + line.replace("\n", "\n# "))
    return 1 if wrong else 0


sys.exit(main())
