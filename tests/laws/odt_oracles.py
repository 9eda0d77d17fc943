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
import unicodedata
import zipfile

import office


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

def broken(path):
    """A copy with an attribute that the schema does not know, and nothing else amiss."""
    copy = path[:-4] + "-broken.odt"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "content.xml":
                data = data.replace(b"<office:body>", b'<office:body text:never="1">')
            new.writestr(entry, data, entry.compress_type)
    return copy


def checked(check, files, folder):
    """What check-odt -s says of the files, with one start of jing a schema in place of two a file."""
    jing = shutil.which("jing")
    aside, path = os.path.join(folder, "aside"), os.path.join(folder, "bin")
    os.mkdir(aside)
    os.mkdir(path)
    stand_in = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "jing-aside")
    os.symlink(stand_in, os.path.join(path, "jing"))
    env = dict(os.environ, JING_ASIDE=aside, PATH=path + os.pathsep + os.environ["PATH"])
    run = subprocess.run([check, "-s"] + files, capture_output=True, text=True, env=env)
    said = run.stdout + run.stderr
    # A call for the manifest and one for the other parts, in the order of the files.
    schemas, owner = {}, {}
    for number in range(1, len(os.listdir(aside)) + 1):
        call = os.path.join(aside, str(number))
        with open(os.path.join(call, "schema")) as f:
            schema = f.read()
        for part in sorted(os.listdir(call)):
            if part != "schema":
                schemas.setdefault(schema, []).append(os.path.join(call, part))
                owner[os.path.join(call, part)] = os.path.basename(files[(number - 1) // 2])
    if run.returncode and not said:
        said = "check-odt: exit %d\n" % run.returncode
    if len(os.listdir(aside)) != 2 * len(files) and not said:
        said += "%d calls of the schema checker for %d files\n" % (len(os.listdir(aside)), len(files))
    for schema, parts in schemas.items():
        run = subprocess.run([jing, "-i", schema] + parts, capture_output=True, text=True)
        errors = [line for line in (run.stdout + run.stderr).splitlines() if not line.startswith("[warning]")]
        for line in errors or ["jing: exit %d" % run.returncode] if run.returncode else []:
            said += "%s: %s\n" % (owner.get(line.split(":")[0], "-"), line)
    return said


def schema(toodt, shared, count):
    print("1..2")
    check = os.path.join(shared, "oracles", "check-odt")
    name = "%d public files and %d review copies are valid ODF 1.3" % (count, count)
    control = "an attribute that ODF does not know is found"
    if not os.access(check, os.X_OK) or not shutil.which("jing"):
        # xmllint, which check-odt falls back on, takes valid interleaved content for invalid.
        skip(1, name, "check-odt or jing is not here")
        skip(2, control, "check-odt or jing is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        public, errors = make(toodt, "public", count, os.path.join(folder, "public"))
        review, more = make(toodt, "review", count, os.path.join(folder, "review"))
        files = [w["file"] for w in public + review]
        files.append(broken(files[0]))
        said = checked(check, files, folder).splitlines()
        found = [line for line in said if "-broken.odt" in line]
        said = [line for line in said if line not in found]
        result(1, not said and len(public) == len(review) == count, name, errors, more, *said[:20])
        result(2, len(found) == 1 and "never" in found[0], control, *found)


# ---- LibreOffice ----

READER = r'''
import json, sys, tempfile
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from libre import Libre, paragraphs
how = sys.argv[2]
def say(p):
    if p.TextPortionType == "Text":
        return p.String
    f = p.TextField if p.TextPortionType == "TextField" else None
    if f is None or not f.supportsService("com.sun.star.text.textfield.GetReference") or f.ReferenceFieldSource == 3:
        return ""
    return "#" if how == "changes" and f.ReferenceFieldPart in (8, 9, 10) else f.getPresentation(False)
def read(doc):
    notes = doc.getFootnotes()
    return {"text": " ".join(paragraphs(doc.Text, say)), "notes": [" ".join(paragraphs(notes.getByIndex(i), say)) for i in range(notes.Count)]}
with Libre(tempfile.mkdtemp(prefix="odt-oracle-")) as office:
    dispatch = office.make("com.sun.star.frame.DispatchHelper")
    for name in sys.argv[3:]:
        out = {"file": name}
        for key, command in (("accept", "AcceptAllTrackedChanges"), ("reject", "RejectAllTrackedChanges")):
            doc = office.load(name)
            if doc is None:
                out["error"] = "not loaded"; break
            if how == "changes":
                dispatch.executeDispatch(doc.CurrentController.Frame, ".uno:" + command, "", 0, ())
            else:
                doc.getTextFields().refresh()
            out[key] = read(doc)
            doc.close(True)
            if how != "changes":
                break
        print(json.dumps(out), flush=True)
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
    if office.missing():
        skip(1, name, office.missing())
        return
    with tempfile.TemporaryDirectory() as folder:
        wanted, errors = make(toodt, "public" if mode == "words" else "review", count, folder)
        for w in wanted:
            without_comments(w["file"])
        script = os.path.join(folder, "reader.py")
        with open(script, "w") as f:
            f.write(READER)
        out, why = office.ask([office.PYTHON, script, os.path.dirname(os.path.abspath(__file__)), mode] + [w["file"] for w in wanted], 60 + 2 * count, folder)
        got = {g["file"]: g for g in map(json.loads, out.splitlines())}
        wrong = [x for x in (errors, why) if x]
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
        result(1, not wrong and len(wanted) == count, name, "%d wrong" % len(wrong), *[x[:400] for x in wrong[:25]])


def main(mode, toodt, shared, count):
    if mode == "schema":
        schema(toodt, shared, int(count))
    else:
        libreoffice(mode, toodt, int(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
