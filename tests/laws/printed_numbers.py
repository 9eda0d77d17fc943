#!/usr/bin/env python3
"""printed_numbers.py TODOCX TOODT COUNT: the numbers that LibreOffice prints are the ones that were counted, as TAP.

Over COUNT random statements and a long one whose numbers have three digits, each in the three numberings, as DOCX and as ODT.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import office

READER = r"""
import json, sys, tempfile
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from libre import Libre
with Libre(tempfile.mkdtemp(prefix="printed-numbers-")) as office:
    for name in sys.argv[2:]:
        doc = office.load(name)
        out = []
        it = doc.Text.createEnumeration()
        while it.hasMoreElements():
            el = it.nextElement()
            if el.supportsService("com.sun.star.text.Paragraph") and el.ListLabelString.strip("\u2022\u2013 \t"):
                out.append([el.ListLabelString.strip(), el.String[:30]])
        doc.close(True)
        print(json.dumps({"file": name, "numbers": out}), flush=True)
"""


def long_statement():
    """Paragraphs past 100 with all that stands between and below them."""
    out = ["---\ntitle: Long\nlanguage: en\n---\n", "- bullet before all\n\n  1. letter in a bullet\n  2. next letter\n", "1. letters before any number\n2. and another\n"]
    for n in range(1, 131):
        out.append("Paragraph %d of the text.\n" % n)
        if n % 7 == 0:
            out.append("1. item\n2. item\n   1. deeper\n   2. deeper\n      1. deepest\n      2. deepest\n   3. deeper\n3. item\n")
        if n % 11 == 0:
            out.append("- bullet\n  1. letter in a bullet\n  2. letter\n     1. roman in a bullet\n- bullet\n")
        if n % 13 == 0:
            out.append("1. item\n\n   > quote in an item\n   >\n   > 1. letter in a quote\n   > 2. letter\n\n2. item\n")
        if n % 17 == 0:
            out.append("| A | B |\n|---|---|\n| x | y |\n")
        if n % 19 == 0:
            out.append("{#l%d label=\"%d bis\"}\nLabelled.\n" % (n, n))
            out.append("1. item under a label\n2. item\n")
        if n % 23 == 0:
            out.append("# Heading\n" if n % 2 else "## Heading below\n")
            out.append("1. item right after a heading\n2. item\n")
        if n % 29 == 0:
            out.append("{.unnumbered}\nA paragraph without a number.\n")
            out.append("1. item after it\n2. {#i%d label=\"(x)\"} labelled item\n3. item\n" % n)
        if n % 31 == 0:
            out.append("- bullet\n\n  | A |\n  |---|\n  | x |\n\n  after the table\n- bullet\n")
            out.append("1. item\n\n   | A |\n   |---|\n   | x |\n\n   after the table\n2. item\n")
    return "\n".join(out)


def ask(files, folder):
    out, wrong = office.ask([office.PYTHON, "-c", READER, os.path.dirname(os.path.abspath(__file__)), *files], 120 + len(files), folder)
    return {r["file"]: r["numbers"] for r in map(json.loads, out.splitlines())}, wrong


def main():
    todocx, toodt, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    names = ("DOCX", "ODT")
    print("1..%d" % len(names))
    if office.missing():
        for i, name in enumerate(names):
            print("ok %d - %s # SKIP %s" % (i + 1, name, office.missing()))
        return 0
    bad = False
    folder = tempfile.mkdtemp(prefix="chapeau-numbers-")
    try:
        with open(folder + "/long.md", "w") as f:
            f.write(long_statement())
        cases = {name: [] for name in names}
        for source in ["long"] + list(range(1, count + 1)):
            for mode in ("paragraphs", "headings", "none"):
                stem = "%s/%s-%s" % (folder, source, mode)
                given = stem + ".md"
                if source == "long":
                    shutil.copy(folder + "/long.md", given)
                else:
                    subprocess.run([todocx, "-m", "seed=%d" % source, given], check=True, capture_output=True)
                made = subprocess.run([todocx, "-l", "-n", mode, given, stem + ".docx"], capture_output=True, text=True,
                                      errors="replace")
                if made.returncode:
                    continue  # a statement that may not be exported
                want = [line.split("\t", 1) for line in made.stdout.split("\n") if "\t" in line]
                cases["DOCX"].append((stem + ".docx", want))
                if subprocess.run([toodt, "-n", mode, given, stem + ".odt"], capture_output=True).returncode == 0:
                    cases["ODT"].append((stem + ".odt", want))
        read, wrong = ask([path for name in names for path, _ in cases[name]], folder)
        for i, name in enumerate(names):
            errors = [wrong] if wrong else []
            if len(cases[name]) < 2 * count:
                errors.append("only %d files could be made" % len(cases[name]))
            for path, want in cases[name]:
                got = read.get(path)
                labels = [label for label, _ in want]
                if got is not None and [label for label, _ in got] == labels:
                    continue
                at = next((k for k, (a, b) in enumerate(zip(got or [], want)) if a[0] != b[0]), min(len(got or []), len(want)))
                errors.append("%s: number %d: got %s, wanted %s" % (os.path.basename(path), at, (got or [])[max(at - 1, 0):at + 2], want[max(at - 1, 0):at + 2]))
            print("%s %d - %s: what LibreOffice prints is what was counted, over %d files" % ("not ok" if errors else "ok", i + 1, name, len(cases[name])))
            for line in errors[:12]:
                print("# " + line.replace("\n", "\n# "))
            bad = bad or bool(errors)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if bad else 0


sys.exit(main())
