#!/usr/bin/env python3
"""resaved.py PROGRAM SOURCE SHARED TODOCX FIRST COUNT

Random statements as review copies that LibreOffice wrote anew: nobody changed anything, so nothing comes back.  It must open every one of
them.  So must it a person's second copy, of random pairs, which shows what changed since the first; what it makes of a paragraph beside one
that went is its own, as is a picture that it leaves of words that went: they are listed, and no suggestion.  TAP on stdout.  SEEDS=FIRST:N in the environment takes N others.
"""
import os
import shutil
import subprocess
import sys
import tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import Cli
import office

TODOCX = os.path.abspath(sys.argv[4])
TOPAIRS = os.path.join(os.path.dirname(TODOCX), "topairs")
FIRST, COUNT = map(int, os.environ["SEEDS"].split(":")) if "SEEDS" in os.environ else map(int, sys.argv[5:7])
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082")
FILTER = {"docx": "docx:MS Word 2007 XML", "odt": "odt:writer8"}
WAYS = [("docx", ["docx"]), ("docx", ["odt"]), ("odt", ["odt"]), ("docx", ["odt", "docx"])]
BATCH = 12  # files that one LibreOffice writes, within
PATIENCE = 240  # seconds


def saved(folder, names, ending):
    """The files as LibreOffice saves them, in a folder of their own."""
    made = tempfile.mkdtemp(dir=os.path.dirname(folder))
    for i in range(0, len(names), BATCH):
        part = names[i:i + BATCH]
        office.ask(["soffice", "-env:UserInstallation=file://" + os.path.join(os.path.dirname(folder), "profile"), "--headless", "--convert-to", FILTER[ending],
                    "--outdir", made] + [os.path.join(folder, n) for n in part], PATIENCE, os.path.dirname(folder))
    return made


with Cli() as t:
    if office.missing():
        t.skip("copies that LibreOffice wrote anew", office.missing())
    else:
        work = tempfile.mkdtemp(dir=t.home)
        t.write("gen-image.png", PNG)
        for first, steps in WAYS:
            folder = tempfile.mkdtemp(dir=work)
            drafts = []
            for seed in range(FIRST, FIRST + COUNT):
                subprocess.run([TODOCX, "-m", "seed=%d" % seed, t.path("s%d.md" % seed)], check=True, capture_output=True)
                if t.run("export", "s%d.md" % seed, "--to", first, "--audience", "review", "-o", os.path.join(folder, "s%d.%s" % (seed, first)))[0] == 0:
                    drafts.append(seed)
            ending = first
            for step in steps:
                folder = saved(folder, sorted(n for n in os.listdir(folder)), step)
                ending = step
            for seed in drafts:
                name = f"{first} saved as {', then '.join(steps)}, seed {seed}"
                file, draft = os.path.join(folder, "s%d.%s" % (seed, ending)), t.read("s%d.md" % seed)
                if not os.path.exists(file):
                    t.ok(False, name, "LibreOffice did not open it")
                    continue
                code, got = t.json("receive", file, "s%d.md" % seed)
                t.same((code, got.get("suggestions"), got.get("comments"), got.get("unplaced")), (0, 0, 0, []), name)
                t.write("s%d.md" % seed, draft)
            shutil.rmtree(folder)

        pairs = tempfile.mkdtemp(dir=work)
        subprocess.run([TOPAIRS, str(FIRST), str(COUNT), pairs], check=True, capture_output=True)
        t.run("init")
        shutil.rmtree(t.path("drafts"))
        os.mkdir(t.path("drafts"))
        for first, step in (("docx", "docx"), ("docx", "odt"), ("odt", "odt")):
            folder = tempfile.mkdtemp(dir=work)
            drafts = {}
            for seed in range(FIRST, FIRST + COUNT):
                code = 0
                for when in ("old", "new"):
                    shutil.copy(os.path.join(pairs, "%d.%s.md" % (seed, when)), t.path("drafts/s%d.md" % seed))
                    shutil.copy(t.path("gen-image.png"), t.path("drafts/gen-image.png"))
                    code, got = t.json("review-copy", "s%d" % seed, "--to", "legal", *(["--odt"] if first == "odt" else []))
                    if code:
                        break
                if code == 0:
                    drafts[seed] = t.read("drafts/s%d.md" % seed)
                    shutil.copy(t.path(got["copies"][0]["path"]), os.path.join(folder, "s%d.%s" % (seed, first)))
            folder = saved(folder, sorted(os.listdir(folder)), step)
            for seed, draft in drafts.items():
                name = f"second copy, {first} saved as {step}, pair {seed}"
                file = os.path.join(folder, "s%d.%s" % (seed, step))
                if not os.path.exists(file):
                    t.ok(False, name, "LibreOffice did not open it")
                    continue
                code, got = t.json("receive", file, "s%d" % seed)
                if got.get("error", {}).get("code") == "malformed":
                    t.skip(name, "what LibreOffice wrote is no XML")
                    continue
                t.same((got.get("suggestions"), got.get("comments"), [u for u in got.get("unplaced", []) if not u["what"].startswith("now ") and u["what"] != "new picture"]), (0, 0, []), name)
                t.write("drafts/s%d.md" % seed, draft)
            shutil.rmtree(folder)
            shutil.rmtree(t.path("drafts/reviews"), ignore_errors=True)
