#!/usr/bin/env python3
"""Documents that other programs made, from varied sources: the words that pandoc reads in them stand in the imported draft, in order, at
least 99.9 of 100.
argv: PROGRAM SOURCE"""
import difflib
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM, SOURCE = map(os.path.abspath, sys.argv[1:3])
sys.path.insert(0, os.path.join(SOURCE, "tests/bench"))
sys.dont_write_bytecode = True
from make import Maker  # noqa: E402

work = tempfile.mkdtemp(prefix="chapeau-others-")
number = failed = 0


def case(good, name, why=""):
    global number, failed
    number += 1
    for line in [] if good else str(why).splitlines()[:12]:
        print("#", line[:400])
    print(("ok" if good else "not ok") + f" {number} - {name}", flush=True)
    failed += not good


def run(*args, **more):
    return subprocess.run(args, capture_output=True, text=True, timeout=180, cwd=work, **more)


def words(text):
    """Letters only: what is numbered by one program and typed by another is nobody's word."""
    return [w.casefold() for w in re.findall(r"[^\W\d_]+", text)]


def drafted(text):
    """The words of a draft, its title first, without its own signs."""
    if text.startswith("---\n"):
        front, text = text.split("\n---\n", 1)
        text = " ".join(re.findall('^title: "(.*)"$', front, re.M)) + "\n\n" + text
    text = re.sub(r"<!-- \{.*?\} -->|\{#[^}]*\}|\{>>.*?<<\}", " ", text, flags=re.S)
    text = re.sub(r"\]\((?:[^()\s]|\([^()]*\))*\)|\[\^[^\]]*\]:?|^ *(?:\([a-z]+\)|\d+[.)])", " ", text, flags=re.M)
    # Notes are printed at the end by one program, in their places by the other: they are compared in themselves.
    return re.sub(r"\\(.)", r"\1", html.unescape(text))


SOURCES = {f"{language}-{seed}.md": Maker(seed, language).statement(clauses=60) for seed, language in ((1, "en"), (2, "en"), (3, "ar"), (4, "zh"))}
SOURCES = {name: re.sub(r"<!-- \{.*?\} -->\n|\{#[\w-]+\}", "", text) for name, text in SOURCES.items()}
for name in ("README.md",):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as f:
        SOURCES[name] = f.read()
SOURCES["page.html"] = ("<h1>Report of the Chair</h1><p>First <b>bold</b> and <i>italic</i> words, a <a href='https://example.org'>link</a>.</p>"
                        "<ol><li>one item<ol type=a><li>its part<li>another part</ol><li>second item</ol><ul><li>a point<li>one more</ul>"
                        "<table border=1><tr><th>Country<th>Exchange points<tr><td>Tonga<td>one<tr><td>Fiji<td>two</table>"
                        "<blockquote>Words that somebody said.</blockquote><pre>some code here</pre><p>The end.</p>" * 6)

if not shutil.which("pandoc"):
    print("ok 1 - documents made by others # SKIP pandoc is not installed\n1..1")
    sys.exit(0)
made = []
for name, text in SOURCES.items():
    with open(os.path.join(work, name), "w", encoding="utf-8") as f:
        f.write(text)
    for to in ("docx", "odt"):
        out = f"pandoc-{name}.{to}"
        if run("pandoc", name, "-o", out).returncode == 0:
            made.append(out)
if shutil.which("soffice"):
    profile = "-env:UserInstallation=file://" + os.path.join(work, "profile")
    for to in ("docx", "odt"):
        # What pandoc made, saved anew by LibreOffice, and a page of its own.
        for name in [n for n in made if n.endswith(".docx" if to == "odt" else ".odt")]:
            done = run("soffice", profile, "--headless", "--convert-to", to, "--outdir", "office", name)
            out = os.path.join("office", re.sub(r"\.\w+$", "." + to, name))
            if os.path.exists(os.path.join(work, out)):
                made.append(out)
        run("soffice", profile, "--headless", "--infilter=HTML (StarWriter)", "--convert-to", f"{to}:{'MS Word 2007 XML' if to == 'docx' else 'writer8'}", "--outdir", "office", "page.html")
        if os.path.exists(os.path.join(work, "office", "page." + to)):
            made.append(os.path.join("office", "page." + to))
else:
    case(True, "documents made by LibreOffice # SKIP soffice is not installed")
case(len(made) >= 12, f"{len(made)} documents were made", made)
for name in made:
    theirs = words(re.sub(r"(?m)^ *[a-z][.)] ", "", run("pandoc", name, "-t", "plain", "--wrap=none").stdout))
    done = run(PROGRAM, "import", name, "-o", "out.md", "--force")
    if done.returncode:
        case(False, f"{name}: imported", done.stderr)
        continue
    with open(os.path.join(work, "out.md"), encoding="utf-8") as f:
        ours = words(drafted(f.read()))
    missing = [theirs[a:b] for tag, a, b, _, _ in difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes() if tag in ("delete", "replace")]
    lost = sum(len(m) for m in missing)
    case(len(theirs) > 50 and lost <= len(theirs) // 1000, f"{name}: {len(theirs)} words, {lost} not in their place", f"{missing[:8]}\n{done.stdout}")
# A flat ODT with what official texts hold, itself and as LibreOffice saves it: its own words, in order; what is read over is said.
with open(os.path.join(SOURCE, "tests/laws/varied.fodt"), encoding="utf-8") as f:
    varied = f.read()
shutil.copy(os.path.join(SOURCE, "tests/laws/varied.fodt"), work)
text = varied[varied.index("<office:text>"):]
notes = [words(re.sub(r"<text:note-citation>.*?</text:note-citation>|<[^>]*>", " ", n)) for n in re.findall(r"<text:note .*?</text:note>", text)]
apart = r'<text:note .*?</text:note>|<draw:frame .*?</draw:frame>|<text:span text:style-name="Hid">.*?</text:span>|bis\.|ter\.'
theirs = words(re.sub(r"<[^>]*>", " ", re.sub(apart, " ", text)))
made = ["varied.fodt"]
if shutil.which("soffice"):
    for to in ("docx", "odt"):
        run("soffice", profile, "--headless", "--convert-to", to, "--outdir", "office", "varied.fodt")
        made += [os.path.join("office", "varied." + to)] * os.path.exists(os.path.join(work, "office", "varied." + to))
for name in made:
    done = run(PROGRAM, "import", name, "-o", "out.md", "--force")
    with open(os.path.join(work, "out.md"), encoding="utf-8") as f:
        draft = f.read()
    ours = words(drafted(draft))
    missing = [theirs[a:b] for tag, a, b, _, _ in difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes() if tag in ("delete", "replace")]
    unsaid = [what for what in ("hidden text", "text box", "merged table cells", "table inside a table cell") if what not in done.stdout]
    unlabelled = [label for label in ("label=57", "label=58", 'label="58 bis"', 'label="[58 ter.]"') if label not in draft]
    astray = [n for n in notes if " ".join(n) not in " ".join(ours)]
    case(len(theirs) > 90 and not (missing or unsaid or unlabelled or astray), f"{name}: {len(theirs)} words of lists, notes, boxes, fields, sections and tables", f"{missing} {unsaid} {unlabelled} {astray}\n{done.stdout}")
shutil.rmtree(work, ignore_errors=True)
print(f"1..{number}")
sys.exit(failed > 0)
