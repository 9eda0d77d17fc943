#!/usr/bin/env python3
"""What other programs make of our DOCX files, as TAP: docx_oracles.py TODOCX ORACLES TEMPLATE NAME...

strict       check-docx -s finds nothing, over random statements, audiences, numberings, with and without the template
strict-few   the same over ten of them
changes      LibreOffice's accept-all and reject-all of a file with changes are the new and the old text
words        pandoc and LibreOffice read the same words, in order
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

import office

todocx, oracles, template = sys.argv[1:4]
work = tempfile.mkdtemp(prefix="chapeau-docx-")
failures = []


def run(*args, timeout=300, **kw):
    return subprocess.run(args, capture_output=True, text=True, timeout=timeout, **kw)


def fail(text):
    failures.append(text)


def export(out, source, *options):
    """True if it was written; a statement that may not be exported is none of our business here."""
    r = run(todocx, *options, source, out)
    if r.returncode not in (0, 1, 3):
        fail("todocx %s %s: %d %s" % (" ".join(options), source, r.returncode, r.stderr[-300:]))
    return r.returncode == 0


def words(text):
    return re.findall(r"[^\W_]+", text)


def unnumbered(text):
    """Numbers of cross-references apart: they are live, so a file with changes prints those of the new text."""
    return re.sub(r"((?:paragraphe?|section|table|tableau|párrafo|sección|cuadro|пункт|раздел|таблица|الفقرة|القسم|الجدول|段落|章节|表) )(?:\d+|[IVXLC]+)(?: \([a-z0-9]+\))*", r"\1#", text)


def same_words(what, got, want):
    got, want = words(got), words(want)
    if got != want:
        at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b), min(len(got), len(want)))
        fail("%s: word %d: got %s, wanted %s" % (what, at, got[at - 3:at + 5], want[at - 3:at + 5]))


def mutate(source, rng):
    """Another version of a statement: words changed, paragraphs gone, new, moved; only plain ones are touched."""
    blocks = source.replace("\r\n", "\n").split("\n\n")
    plain = []
    fence = container = False
    for i, block in enumerate(blocks):
        if i and not fence and not container and re.match(r"[A-Za-z][^|\[\]{}<>`*_\\&!#\n]*$", block):
            plain.append(i)
        for line in block.split("\n"):
            if re.match(r" *(```|~~~)", line):
                fence = not fence
            if line.startswith(":::"):
                container = line.strip() != ":::"
    for i in plain:
        text = blocks[i].split(" ")
        kind = rng.randrange(5)
        if kind == 0:
            text[rng.randrange(len(text))] = "replaced"
        elif kind == 1:
            del text[rng.randrange(len(text)):][:2]
            text.append("shortened")
        elif kind == 2:
            text.insert(rng.randrange(len(text)), "one more")
        elif kind == 3:
            text = text + ["\n\nAn", "inserted", "paragraph."]
        blocks[i] = " ".join(text)
    for i in reversed(plain):
        if rng.randrange(8) == 0:
            blocks.pop(i)
    return "\n\n".join(blocks)


def strict(count):
    """check-docx needs python3 and xmllint"""
    if not shutil.which("xmllint") or not os.access(oracles + "/check-docx", os.X_OK):
        return "xmllint or check-docx is not there"
    files = []
    for seed in range(1, count + 1):
        audience = ("public", "review", "internal")[seed % 3]
        numbering = ("paragraphs", "headings", "none")[seed // 3 % 3]
        out = "%s/s%d.docx" % (work, seed)
        options = ["-a", audience, "-n", numbering] + (["-r", template] if seed % 2 else [])
        if export(out, "seed=%d" % seed, *options):
            files.append(out)
            again = out + ".again"
            export(again, "seed=%d" % seed, *options)
            if open(out, "rb").read() != open(again, "rb").read():
                fail("seed %d: the same input gave other bytes" % seed)
    if len(files) < count * 2 // 3:
        fail("only %d of %d statements could be exported" % (len(files), count))
    r = run(oracles + "/check-docx", "-s", *files)
    if r.returncode:
        fail((r.stdout + r.stderr)[:2000])


def lo_accept(files):
    """What LibreOffice made of each file; less than was asked for is a failure."""
    out, why = office.ask([oracles + "/lo-accept", *files], 60 + 2 * len(files), work)
    results = {r["file"]: r for r in map(json.loads, out.splitlines())}
    if why:
        fail(why)
    return [results.get(name, {"file": name, "error": "LibreOffice did not read it"}) for name in files]


def changes(count):
    if office.missing() or not os.access(oracles + "/lo-accept", os.X_OK):
        return office.missing() or "lo-accept is not there"
    files, cases = [], []
    for seed in range(1, count + 1):
        rng = random.Random(seed)
        old, new = "%s/c%d.old.md" % (work, seed), "%s/c%d.new.md" % (work, seed)
        if not export(old, "seed=%d" % seed, "-m"):
            continue
        source = open(old, newline="").read()
        with open(new, "w", newline="") as f:
            f.write(mutate(source, rng))
        numbering = ("paragraphs", "headings", "none")[seed % 3]
        names = ["%s/c%d.%s.docx" % (work, seed, kind) for kind in ("red", "new", "old")]
        if (export(names[0], new, "-n", numbering, "-d", old) and export(names[1], new, "-n", numbering)
                and export(names[2], old, "-n", numbering)):
            files += names
            cases.append(seed)
    results = lo_accept(files)
    if len(cases) < count // 2:
        fail("only %d of %d pairs could be exported" % (len(cases), count))
    for i, seed in enumerate(cases):
        red, new, old = results[3 * i:3 * i + 3]
        error = next((r["error"] for r in (red, new, old) if "error" in r), None)
        if error:
            fail("seed %d: %s" % (seed, error))
            continue
        same_words("seed %d accepted" % seed, unnumbered(" ".join(red["accept"])), unnumbered(" ".join(new["accept"])))
        same_words("seed %d rejected" % seed, unnumbered(" ".join(red["reject"])), unnumbered(" ".join(old["accept"])))


def document_words(path, notes_inside):
    """The words as they stand in the file; a note is its number, or its words where the mark stands."""
    import zipfile
    from xml.etree import ElementTree
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

    def text_of(root):
        out = []
        for p in root.iter(w + "p"):
            for e in p.iter():
                if e.tag == w + "t":
                    out.append(e.text or "")
                elif e.tag in (w + "tab", w + "br"):
                    out.append(" ")
                elif e.tag == w + "footnoteReference":
                    out.append(" %s " % notes.get(e.get(w + "id")) if notes_inside else e.get(w + "id"))
            out.append(" ")
        return "".join(out)

    with zipfile.ZipFile(path) as z:
        notes = {}
        if "word/footnotes.xml" in z.namelist():
            notes = {n.get(w + "id"): text_of(n) for n in ElementTree.fromstring(z.read("word/footnotes.xml"))}
        return text_of(ElementTree.fromstring(z.read("word/document.xml")))


def pandoc_words(path):
    out = []
    stack = [json.loads(run("pandoc", "-f", "docx", "-t", "json", path).stdout)["blocks"]]
    while stack:
        x = stack.pop()
        if isinstance(x, str):
            out.append(x)
        elif isinstance(x, list):
            stack.extend(reversed(x))
        elif isinstance(x, dict) and "t" in x:
            kind, c = x["t"], x.get("c")
            if kind == "Str":
                out.append(c)
            elif kind in ("Space", "SoftBreak", "LineBreak"):
                out.append(" ")
            elif kind in ("Code", "CodeBlock"):
                out.append(c[1] + (" " if kind == "CodeBlock" else ""))
            elif kind in ("Image", "HorizontalRule", "RawBlock", "RawInline"):
                pass
            elif kind == "Note":
                stack.extend([" ", c, " "])
            elif kind == "Table":
                head, bodies, foot = c[3], c[4], c[5]
                rows = head[1] + [row for body in bodies for row in body[2] + body[3]] + foot[1]
                stack.extend(reversed([[cell[4], " "] for row in rows for cell in row[1]]))
            elif kind in ("Link", "Span", "Quoted", "Cite"):
                stack.append(c[1])
            elif kind in ("Header", "Div", "OrderedList"):
                stack.extend([" ", c[-1]])
            elif kind in ("Para", "Plain"):
                stack.extend([" ", c])
            else:
                stack.append(c)
    return "".join(out)


def words_read(count):
    if office.missing() or not shutil.which("pandoc") or not os.access(oracles + "/lo-accept", os.X_OK):
        return office.missing() or "pandoc or lo-accept is not there"
    files = []
    for seed in range(1, count + 1):
        out = "%s/w%d.docx" % (work, seed)
        if export(out, "seed=%d" % seed, "-n", ("headings", "none", "paragraphs")[seed % 3]):
            files.append(out)
            same_words("seed %d in pandoc" % seed, pandoc_words(out), document_words(out, True))
    results = lo_accept(files)
    for path, lo in zip(files, results):
        if "error" in lo:
            fail("%s: %s" % (path, lo["error"]))
            continue
        same_words(os.path.basename(path) + " in LibreOffice", " ".join(lo.get("accept", [])), document_words(path, False))


tests = {"strict": lambda: strict(200), "strict-few": lambda: strict(10), "changes": lambda: changes(30), "words": lambda: words_read(30)}
names = sys.argv[4:] or list(tests)
bad = False
print("1..%d" % len(names))
for n, name in enumerate(names):
    failures.clear()
    why = tests[name]()
    if why:
        print("ok %d - %s # SKIP %s" % (n + 1, name, why))
        continue
    print("%s %d - %s" % ("not ok" if failures else "ok", n + 1, name))
    for line in failures:
        print("# " + line.replace("\n", "\n# "))
    bad = bad or bool(failures)
shutil.rmtree(work, ignore_errors=True)
sys.exit(1 if bad else 0)
