#!/usr/bin/env python3
"""odt_oracles.py schema|words|changes TOODT SHARED COUNT

What others make of random statements written as ODT: TAP on stdout.
schema   the schemas and package rules find nothing (SHARED/oracles/check-odt -s)
words    LibreOffice reads every visible word in its order, notes too, and the live cross-references print what is cached
changes  LibreOffice's accept-all and reject-all of review copies give both readings
A case whose program is not there is skipped by name.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile

SYSTEM_PYTHON = "/usr/bin/python3"  # LibreOffice's bindings belong to the system's python


def make(toodt, audience, count, folder):
    os.makedirs(folder, exist_ok=True)
    run = subprocess.run([toodt, "-a", audience, "-s", "1", "-c", str(count), folder], capture_output=True, text=True)
    wanted = [json.loads(line) for line in run.stdout.splitlines()]
    return wanted, run.stderr.strip()


def result(number, ok, name, *why):
    print("%sok %d - %s" % ("" if ok else "not ", number, name), flush=True)
    for line in why:
        for part in str(line).splitlines()[:20]:
            print("# " + part, flush=True)
    return ok


def skip(number, name, why):
    print("ok %d - %s # SKIP %s" % (number, name, why), flush=True)


# ---- schema ----

def schema(toodt, shared, count):
    print("1..1")
    check = os.path.join(shared, "oracles", "check-odt")
    name = "%d public files and %d review copies are valid ODF 1.3" % (count, count)
    if not os.access(check, os.X_OK) or not (shutil.which("jing") or shutil.which("xmllint")):
        skip(1, name, "no schema checker here")
        return
    with tempfile.TemporaryDirectory() as folder:
        public, errors = make(toodt, "public", count, os.path.join(folder, "public"))
        review, more = make(toodt, "review", count, os.path.join(folder, "review"))
        # One call for all: reading the schemas is what takes the time.
        run = subprocess.run([check, "-s"] + [w["file"] for w in public + review], capture_output=True, text=True)
        result(1, run.returncode == 0 and len(public) == len(review) == count, name, errors, more, run.stdout)


# ---- LibreOffice ----

READER = r'''
import json, os, subprocess, sys, tempfile, time, shutil, uno
from com.sun.star.beans import PropertyValue
def prop(n, v):
    p = PropertyValue(); p.Name, p.Value = n, v; return p
def portions(text):
    out = []
    it = text.createEnumeration()
    while it.hasMoreElements():
        el = it.nextElement()
        if el.supportsService("com.sun.star.text.TextTable"):
            for cell in el.CellNames:
                out += portions(el.getCellByName(cell))
            continue
        line = ""
        parts = el.createEnumeration()
        while parts.hasMoreElements():
            p = parts.nextElement()
            kind = p.TextPortionType
            if kind == "Text":
                line += p.String
            elif kind == "TextField":
                f = p.TextField
                if f.supportsService("com.sun.star.text.textfield.GetReference") and f.ReferenceFieldSource != 3:
                    number = sys.argv[1] == "changes" and f.ReferenceFieldPart in (8, 9, 10)
                    line += "#" if number else f.getPresentation(False)
        out.append(line)
    return out
def read(doc):
    notes = doc.getFootnotes()
    return {"text": " ".join(portions(doc.Text)), "notes": [" ".join(portions(notes.getByIndex(i))) for i in range(notes.Count)]}
profile = tempfile.mkdtemp(prefix="odt-oracle-")
pipe = "odtoracle%d" % os.getpid()
office = subprocess.Popen(["soffice", "--headless", "--norestore", "--nologo", "--accept=pipe,name=%s;urp;" % pipe,
                           "-env:UserInstallation=file://" + profile], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    resolver = uno.getComponentContext().ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", uno.getComponentContext())
    for _ in range(120):
        try:
            ctx = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe); break
        except Exception:
            time.sleep(0.25)
    make = ctx.ServiceManager.createInstanceWithContext
    desktop = make("com.sun.star.frame.Desktop", ctx)
    dispatch = make("com.sun.star.frame.DispatchHelper", ctx)
    for name in sys.argv[2:]:
        out = {"file": name}
        for key, command in (("accept", "AcceptAllTrackedChanges"), ("reject", "RejectAllTrackedChanges")):
            doc = desktop.loadComponentFromURL("file://" + os.path.abspath(name), "_blank", 0, (prop("Hidden", True),))
            if doc is None:
                out["error"] = "not loaded"; break
            if sys.argv[1] == "changes":
                dispatch.executeDispatch(doc.CurrentController.Frame, ".uno:" + command, "", 0, ())
            else:
                doc.getTextFields().refresh()
            out[key] = read(doc)
            doc.close(True)
            if sys.argv[1] != "changes":
                break
        print(json.dumps(out), flush=True)
    try:
        desktop.terminate()
    except Exception:
        pass
finally:
    try:
        office.wait(20)
    except subprocess.TimeoutExpired:
        office.kill()
    shutil.rmtree(profile, ignore_errors=True)
'''


def without_comments(path):
    """LibreOffice 7.4 without a display crashes on comments."""
    with zipfile.ZipFile(path) as old:
        parts = [(e, old.read(e)) for e in old.infolist()]
    with zipfile.ZipFile(path, "w") as new:
        for entry, data in parts:
            if entry.filename == "content.xml":
                data = re.sub(rb"<office:annotation\b(?!-end).*?</office:annotation>", b"", data, flags=re.S)
                data = re.sub(rb"<office:annotation-end\b[^>]*/>", b"", data)
            new.writestr(entry, data, entry.compress_type)


def words(text):
    return unicodedata.normalize("NFC", text).split()


def difference(want, got):
    for i, (a, b) in enumerate(zip(want, got)):
        if a != b:
            return "at word %d: want … %s …, got … %s …" % (i, " ".join(want[max(0, i - 4):i + 6]), " ".join(got[max(0, i - 4):i + 6]))
    return "want %d words, got %d: … %s … %s" % (len(want), len(got), " ".join(want[len(got):][:8]), " ".join(got[len(want):][:8]))


def libreoffice(mode, toodt, count):
    print("1..1")
    name = {"words": "LibreOffice reads every word of %d public files in order",
            "changes": "LibreOffice accepts and rejects the changes of %d review copies"}[mode] % count
    if not shutil.which("soffice") or subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True).returncode:
        skip(1, name, "LibreOffice with its python bindings is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        wanted, errors = make(toodt, "public" if mode == "words" else "review", count, folder)
        for w in wanted:
            without_comments(w["file"])
        script = os.path.join(folder, "reader.py")
        with open(script, "w") as f:
            f.write(READER)
        run = subprocess.run(["timeout", "-k", "5", str(60 + 4 * count), SYSTEM_PYTHON, script, mode] + [w["file"] for w in wanted],
                             capture_output=True, text=True)
        got = {g["file"]: g for g in map(json.loads, run.stdout.splitlines())}
        wrong = [errors] if errors else []
        for w in wanted:
            g = got.get(w["file"], {"error": "not read"})
            if "error" in g:
                wrong.append("%s: %s" % (w["file"], g["error"]))
                continue
            for key in ("accept", "reject") if mode == "changes" else ("accept",):
                if words(w[key]) != words(g[key]["text"]):
                    wrong.append("%s, %s, %s" % (os.path.basename(w["file"]), key, difference(words(w[key]), words(g[key]["text"]))))
                # A note stands where its first reference that never changes is, so their order may differ.
                order = sorted if mode == "changes" else list
                if order(map(words, w[key + "_notes"])) != order(map(words, g[key]["notes"])):
                    wrong.append("%s, %s, notes: want %s got %s" % (os.path.basename(w["file"]), key, w[key + "_notes"], g[key]["notes"]))
            if w["own"]:
                wrong.append("%s, our own reader: %s" % (os.path.basename(w["file"]), w["own"]))
        result(1, not wrong and len(wanted) == count, name, run.stderr[-500:], "%d wrong" % len(wrong), *[x[:400] for x in wrong[:25]])


def main(mode, toodt, shared, count):
    if mode == "schema":
        schema(toodt, shared, int(count))
    else:
        libreoffice(mode, toodt, int(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
