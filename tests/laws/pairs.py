#!/usr/bin/env python3
"""Comparisons of random pairs as other programs read them: pairs.py PROGRAM TOPAIRS SHARED docx|odt|pandoc COUNT [PAIR...]

Pairs 1 to COUNT, those named, each of which was read wrongly once, and some made by hand.

LibreOffice: all changes accepted is the new text, all rejected the old one, paragraph for paragraph, notes too.
pandoc, which reads DOCX: the same, but word for word: it keeps empty items and rows where some went, and puts a space between joined
paragraphs (MARKUP.md 1.3, 1.4, 6).
Each is held against the comparison of the text with itself, which has no changes.  The schema oracles find nothing in any of them.
PAIRS=N in the environment takes N pairs, PAIRS=FIRST:N those from FIRST on; NUMBERS=1 those in which paragraphs take numbers or cease to; KEEP=DIR keeps the files there.  TAP on stdout.
"""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

import odt_oracles
import office

program, topairs, shared = map(os.path.abspath, sys.argv[1:4])
reader, count = sys.argv[4:6]
ending = "docx" if reader == "pandoc" else reader
*first, count = os.environ.get("PAIRS", count).split(":")
first, count = int(first[0]) if first else 1, int(count)
more = [] if "PAIRS" in os.environ else [int(n) for n in sys.argv[6:]]
wrong = []
misnumbered = []


def blocks(kinds):
    """One text: P a paragraph, T a table, each in words of its own: "P1 T2" are paragraph 1 and table 2."""
    return "".join("{0} stands alone, as paragraph {0} of the text.\n\n".format(k) if k[0] == "P" else
                   "| {0} | head of {0} |\n|---|---|\n| row of {0} | cell of {0} |\n\n".format(k) for k in kinds.split())


# Tables and paragraphs that go in front of what stays or comes: LibreOffice puts back what went at one place in an order of its own.
MADE = {10**6 + i: (blocks(old), blocks(new)) for i, (old, new) in enumerate((
    ("P1 T1 T2 T3 P2", "P1 T3 P2"), ("P1 T1 P3 T2 T3 P2", "P1 T3 P2"), ("P1 T1 P3 T3 P2", "P1 T3 P2"), ("P1 T1 T2 P2", "P1 T4 P2"),
    ("P1 T1 T2 P3 P2", "P1 P2"), ("P1 P3 T1 P4 P2", "P1 T4 P2"), ("P1 T1 T2", "P1"), ("T1 T2 P1", "T2 P1")))}
# A rule that stays between a table and a paragraph that go and a table that comes; one among what goes.
MADE[10**6 + len(MADE)] = blocks("P1 T1 P3") + "* * *\n\n" + blocks("P2"), blocks("P1") + "* * *\n\n| quite | another |\n|---|---|\n| thing | here now |\n\n" + blocks("P2")
MADE[10**6 + len(MADE)] = blocks("P1 T1") + "* * *\n\n" + blocks("P3 T2 P2"), blocks("P1 T2 P2")
# Words that come on both sides of a table that goes: to LibreOffice they are side by side.
MADE[10**6 + len(MADE)] = blocks("P1 T1 P2"), blocks("P1 P2").replace("of the text.", "of the text, and more.", 1).replace("P2 stands", "Now P2 stands")
# A heading with a note changes, to which references lead that print its words: in the text, in a note, in italics, to what stands under it.
HEADING = "# Permanent forum[^1] {#h}\n\nThe first words[^2], see [](#h) and *[](#p) too*.\n\n{#p}\nSecond paragraph.\n\n[^1]: A note, see [](#h), [](#p) and *[](#h)* once more.\n\n[^2]: Another, see [](#p).\n"
MADE[10**6 + len(MADE)] = HEADING, HEADING.replace("Permanent", "Lasting Internet").replace("Another", "One more")
# A table goes in front of a paragraph that changes at its start; a last row goes that ends with a further mark of a note that stays.
MADE[10**6 + len(MADE)] = blocks("P1 T1 P2"), blocks("P1 P2").replace("P2 stands", "That one stands")
NOTED = "First words[^a].\n\n| a | b |\n|---|---|\n| one | two |\n%s\nEnd.\n\n[^a]: A note.\n"
MADE[10**6 + len(MADE)] = NOTED % "| gone | so is[^a] |\n", NOTED % ""
# A paragraph comes in front of an item to which references lead; what another leads to is replaced as a whole.
STEPS = ("---\ntitle: Steps\nlanguage: en\nnumbering: paragraphs\n---\n\n# Heading of %s\n\nFirst words, see [](#i) and [](#k).\n\n%s1. {#i} An item[^1].\n\n"
         "{#k}\n    code of it\n    %s here\n\n[^1]: A note, see [](#i) and [](#k).\n")
MADE[10**6 + len(MADE)] = STEPS % ("all", "", "and"), STEPS % ("it all", "A paragraph that nobody has seen.\n\n", "and more")
# A note that is referred to twice, and one between: its first mark goes, comes, moves; its words change meanwhile.
TWICE = "{#a}\nA first one%s stands here.\n\n{#b}\nA second one%s, which stays.\n\n{#c}\nA third one%s, with one more%s.\n\n"
TWICE_NOTES = "\n[^a]: The note, see [](#c).\n\n[^b]: Another.\n"
for old, new in ((("[^a]", "[^b]", "[^a]", "[^b]"), ("", "[^b]", "[^a]", "[^b]")), (("[^a]", "[^b]", "[^a]", ""), ("", "[^b]", "[^a]", "[^a]")),
                 (("[^a][^b]", "", "[^a]", "[^b]"), ("[^b]", "[^a]", "[^a]", "[^b]"))):
    texts = ["---\ntitle: T\nnumbering: paragraphs\n---\n\n%s%s%s" % (first, TWICE % marks, TWICE_NOTES) for first, marks in (("", old), ("Words in front.\n\n", new))]
    MADE[10**6 + len(MADE)] = texts[0], texts[1].replace("The note", "The longer note")
    MADE[10**6 + len(MADE)] = texts[1], texts[0]
# A table goes with a further mark of the second of two notes that go.
TABLED = "A first one[^a], and a second[^b].\n\n| a | b |\n|---|---|\n| one[^b] | two |\n\nA third one of another kind[^a].\n\n", "A text that has nothing in common with what stood here before.\n\n"
MADE[10**6 + len(MADE)] = TABLED[0] + "[^a]: A note.\n\n[^b]: Another.\n", TABLED[1]
# References in notes where notes come, go, and stay: both texts' words come back.
NOTED = "---\ntitle: T\nnumbering: paragraphs\n---\n\n%s{#b}\nSecond words[^b] here, and more[^c].\n\n{#d}\nA third one%s[^e].\n%s\n[^b]: See [](#d) of it.\n\n[^c]: %s words, see [](#d) and *[](#b)*.\n\n[^e]: See [](#d).\n"
MADE[10**6 + len(MADE)] = NOTED % ("First words[^a] here.\n\n", "", "\n[^a]: Note one.\n", "Bad"), NOTED % ("", "[^f]", "\n[^f]: Note six.\n", "Good")
# Two paragraphs become one, and a reference to the second, which stays, leads nowhere.
JOINED = "---\ntitle: T\nnumbering: paragraphs\n---\n\nSee [](#b) for that.\n\n{#a}\nA first one that is joined.%s%sA second one that is joined to it.\n\nLast.\n"
MADE[10**6 + len(MADE)] = JOINED % ("\n\n", "{#b}\n"), JOINED % (" ", "")
# Headings change their levels; ODF has no change of a paragraph's style, and LibreOffice counts a heading that gets one back at the first level.
for mode in ("paragraphs", "headings") if ending == "docx" else ("paragraphs",):
    LEVELS = "---\ntitle: T\nnumbering: %s\n---\n\n{}# First one\n\nWords here.\n\n{}# Second one {{#h}}\n\nMore{} words here.\n\n## Third\n\nLast.\n" % mode
    MADE[10**6 + len(MADE)] = LEVELS.format("", "", ""), LEVELS.format("", "#", " of the")
    if mode == "paragraphs":
        MADE[10**6 + len(MADE)] = LEVELS.format("", "##", ""), LEVELS.format("", "#", "")
# What comes back with its number, or goes with it: items and paragraphs in front of a heading, a table, and the end; text behind an item.
for mode, before, behind in (("paragraphs", "1. item one of it\n2. item two of it\n   - in it\n\n", "# Heading\n\n"), ("paragraphs", "Another one.\n\n", "| a |\n|---|\n| b |\n\n"),
                             ("paragraphs", "Another one.\n\nOne more.\n\n", ""), ("none", "1. item\n\nPlain words.\n\n", "# Heading\n\n")):
    texts = ["---\ntitle: T\nnumbering: %s\n---\n\nFirst stands.\n\n%s%s%s" % (mode, middle, behind, "Last stands.\n" if behind else "") for middle in (before, "")]
    MADE[10**6 + len(MADE)] = tuple(texts)
    MADE[10**6 + len(MADE)] = tuple(texts[::-1])
# What goes in front of a table, behind something that looks otherwise.
for gone in ("Two goes.\n\n", "Two goes.\n\n- so does it\n\nAnother goes.\n\n", "1. item of it\n\n"):
    texts = ["---\ntitle: T\nnumbering: paragraphs\n---\n\nOne.\n\n> a quote\n\n%s| a |\n|---|\n| b |\n\nThree.\n" % middle for middle in (gone, "")]
    MADE[10**6 + len(MADE)] = tuple(texts)
# A label takes the place of a number, a paragraph takes one no more, and the text is numbered in another way.
for mode, was, other, now in (("paragraphs", '{label="2 bis"}\n', "paragraphs", ""), ("paragraphs", "{.unnumbered}\n", "paragraphs", ""), ("paragraphs", "", "none", ""), ("headings", "", "paragraphs", "")) if ending == "docx" else ():
    texts = ["---\ntitle: T\nnumbering: %s\n---\n\n# Heading\n\nOne first.\n\n%sTwo is second.\n\nThree third, see [](#x).\n\n- a bullet\n\n{#x}\nFour last.\n" % said for said in ((mode, was), (other, now))]
    MADE[10**6 + len(MADE)] = tuple(texts)
    MADE[10**6 + len(MADE)] = tuple(texts[::-1])
pairs = [*range(first, first + count), *more, *(() if "PAIRS" in os.environ else MADE)]


def run(*args, **kw):
    return subprocess.run(args, capture_output=True, text=True, timeout=600, **kw)


def compared(folder, n):
    """The three files of a pair, or None."""
    old, new = "%d.old.md" % n, "%d.new.md" % n
    files = []
    for a, b, kind in ((old, new, "red"), (old, old, "old.plain"), (new, new, "new.plain")):
        files.append(os.path.join(folder, "%d.%s.%s" % (n, kind, ending)))
        done = run(program, "diff", a, b, "--format", ending, "-o", files[-1], cwd=folder)
        if done.returncode:
            # A pair whose ids stand twice is no pair; anything else is ours.
            if done.returncode != 3 or "id-duplicate" not in done.stderr + done.stdout and "used twice" not in done.stderr:
                wrong.append("pair %d, %s: exit %d: %s" % (n, kind, done.returncode, done.stderr[:300]))
            return None
    return files


def lines(paragraphs):
    """Without white space at the ends or twice; an empty paragraph is none."""
    out = [" ".join(p.split()) for p in paragraphs]
    # LibreOffice puts a character that nobody sees into the first cell of a row without words that came or went, to have a place for the mark.
    out = [p for p in out if p != "\u200d"]
    # A break between wide characters is none of their words (FORMAT.md F2).
    return [re.sub(r"([\u2e80-\u9fff]|†\d*) (?=[\u2e80-\u9fff†])", r"\1", p) for p in out if p]


def like(x, y):
    """A reference that one of the two prints as plain words may say anything."""
    return x == y or any("§" in w and re.fullmatch(".*".join(re.escape(part.strip()) for part in w.split("§")), g, re.S) for g, w in ((x, y), (y, x)))


def differ(what, got, want):
    if len(got) == len(want) and all(map(like, got, want)):
        return
    at = next((i for i, (a, b) in enumerate(zip(got, want)) if not like(a, b)), min(len(got), len(want)))
    a, b = (" ¶ ".join(x[at:at + 2]) for x in (got, want))
    k = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    k = max(0, k - 40)
    wrong.append("%s, at %d: got …%s…\n  wanted …%s…" % (what, at, a[k:k + 120], b[k:k + 120]))


def differ_somehow(what, got, want):
    """A note stands where its first reference that stays is, so their order may differ."""
    got, want = sorted(got), sorted(want)
    left = list(got)
    for w in want:
        same = next((g for g in left if g == w), None) or next((g for g in left if like(g, w)), None)
        if same is None:
            break
        left.remove(same)
    if left or len(got) != len(want):
        differ(what, got, want)
        if not wrong or not wrong[-1].startswith(what):
            wrong.append("%s: %s" % (what, left))


def by_office(folder, cases):
    results = office.read([f for files in cases.values() for f in files], folder)
    for n, files in cases.items():
        red, old, new = (results.get(f, {"error": "not read"}) for f in files)
        error = next((r["error"] for r in (red, old, new) if "error" in r), None)
        if error:
            wrong.append("pair %d: %s" % (n, error))
            continue
        for key, want in (("accept", new["accept"]), ("reject", old["accept"])):
            differ("pair %d %sed" % (n, key), lines(red[key]["body"]), lines(want["body"]))
            differ_somehow("pair %d %sed, notes" % (n, key), lines(red[key]["notes"]), lines(want["notes"]))
            if n in MADE and ending == "docx":
                headings("pair %d %sed" % (n, key), red[key], want)
            was, now = numbering(folder, n, "old"), numbering(folder, n, "new")
            if was == now or (ending == "docx" and (was[0] == now[0] or n in MADE)):
                numbers("pair %d %sed" % (n, key), red[key], want)


def numbering(folder, n, edition):
    """How a text is numbered, and what in it takes no number: in ODT a paragraph that has one in one text alone stands as in the newer one."""
    with open(os.path.join(folder, "%d.%s.md" % (n, edition))) as f:
        text = f.read()
    said = re.search(r"^numbering: *(\S+)", text, re.M)
    return said and said[1], sorted(re.findall(r'label=("[^"]*"|[^ }]*)|\.(unnumbered)|role=(courtesy)', text))


def headings(what, got, want):
    """The levels of headings."""
    got, want = ([style for words, (_, style) in zip(x["body"], x["labels"]) if lines([words]) and style.startswith("Heading")] for x in (got, want))
    if got != want:
        wrong.append("%s, headings: got %s, wanted %s" % (what, got, want))


def numbers(what, got, want):
    """The numbers that paragraphs print."""
    got, want = ([(label, words) for words, (label, _) in zip(x["body"], x["labels"]) if lines([words])] for x in (got, want))
    if [n for n, _ in got] != [n for n, _ in want]:
        at = next((i for i, (a, b) in enumerate(zip(got, want)) if a[0] != b[0]), min(len(got), len(want)))
        misnumbered.append("%s, number %d: got %s, wanted %s" % (what, at, got[at:at + 2], want[at:at + 2]))


def walk(x, body, notes):
    """The words of pandoc's tree: those of the body, and of each note by itself.  A link into the text is a reference, which is live."""
    if isinstance(x, list):
        for item in x:
            walk(item, body, notes)
    elif isinstance(x, dict):
        kind, c = x.get("t"), x.get("c")
        if kind == "Str":
            body.append(c)
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            body.append(" ")
        elif kind in ("Code", "CodeBlock"):
            body += [c[1], " "]
        elif kind == "Note":
            notes.append([])
            walk(c, notes[-1], notes)
        elif kind == "Link" and c[2][0].startswith("#"):
            body.append("§")
        elif kind == "Superscript" and all(t["t"] in ("Str", "Space") and not t.get("c", "").strip("0123456789, ") for t in c):
            pass  # a further mark of a note, or the comma between two
        elif kind != "Image":
            walk(c, body, notes)
            body += [" "] * (kind in ("Para", "Plain", "Header"))
        if kind == "Table":
            body.append(" ")


# The result of a REF field that prints a number, from the run behind "separate" to the one with "end".
REFERENCE = re.compile(rb'(<w:instrText[^>]*> REF [^<]* \\n [^<]*</w:instrText></w:r><w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:fldChar w:fldCharType="separate"/></w:r>)'
                       rb'.*?(<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:fldChar w:fldCharType="end"/>)', re.S)


def live(path):
    """pandoc takes the number that a cross-reference prints for words of the text; Word and LibreOffice make it anew.  A copy in which it is a §."""
    copy = os.path.join(os.path.dirname(path), "live." + os.path.basename(path))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename in ("word/document.xml", "word/footnotes.xml"):
                data = REFERENCE.sub("\\1<w:r><w:t>§</w:t></w:r>\\2".encode(), data)
            new.writestr(entry, data, entry.compress_type)
    return copy


def by_pandoc(folder, cases):
    def read(path, how):
        done = run("pandoc", "-f", "docx", "-t", "json", "--track-changes=" + how, live(path))
        if done.returncode:
            return None
        body, notes = [], []
        walk(json.loads(done.stdout)["blocks"], body, notes)
        return ["".join(body)], ["".join(n) for n in notes]

    def judge(n):
        red, old, new = cases[n]
        for how, plain in (("accept", new), ("reject", old)):
            got, want = read(red, how), read(plain, "accept")
            if not got or not want:
                wrong.append("pair %d: pandoc does not read it" % n)
                return
            differ("pair %d %sed" % (n, how), lines(got[0]), lines(want[0]))
            differ_somehow("pair %d %sed, notes" % (n, how), lines(got[1]), lines(want[1]))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(judge, cases))


def valid(files, folder):
    """What the schema oracle finds, or nothing where it is not there."""
    check = os.path.join(shared, "oracles", "check-" + ending)
    if not os.access(check, os.X_OK) or not shutil.which("xmllint" if ending == "docx" else "jing"):
        return
    if ending == "odt":
        said = odt_oracles.checked(check, files, folder)
        if said:
            wrong.append(said[:2000])
        return
    done = run(check, *(["-s"] if os.environ.get("STRICT") else []), *files)
    if done.returncode:
        wrong.append((done.stdout + done.stderr)[:2000])


def main():
    name = "accepting all gives the new text and rejecting all the old one, in %s, over %d pairs" % (
        "pandoc" if reader == "pandoc" else "LibreOffice (%s)" % ending.upper(), len(pairs))
    missing = office.missing() if reader != "pandoc" else None if shutil.which("pandoc") else "pandoc is not here"
    if missing:
        print("1..1\nok 1 - %s # SKIP %s" % (name, missing))
        return 0
    with tempfile.TemporaryDirectory(prefix="chapeau-pairs-") as folder:
        for begin, n in [(first, count)] + [(n, 1) for n in more]:
            run(topairs, str(begin), str(n), folder, *(["numbers"] if "NUMBERS" in os.environ else []))
        for n in set(pairs) & set(MADE):
            for text, edition in zip(MADE[n], ("old", "new")):
                with open(os.path.join(folder, "%d.%s.md" % (n, edition)), "w") as f:
                    f.write(text)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            made = list(pool.map(lambda n: compared(folder, n), pairs))
        cases = {n: files for n, files in zip(pairs, made) if files}
        if len(cases) < len(pairs) * 9 // 10:
            wrong.append("only %d of %d pairs could be compared" % (len(cases), len(pairs)))
        if reader == "pandoc":
            by_pandoc(folder, cases)
        else:
            valid([files[0] for files in cases.values()], folder)
            by_office(folder, cases)
        if "KEEP" in os.environ:
            shutil.copytree(folder, os.environ["KEEP"], dirs_exist_ok=True, ignore=shutil.ignore_patterns("profile*"))
    # Two texts that have nothing in common, one pair of six, may print other numbers; of a hundred others in a DOCX two may, behind an empty
    # paragraph in front of a table or where paragraphs moved (chapeau-diff(1)).
    held = [line for line in misnumbered if int(line.split()[1]) % 6 != 5 or int(line.split()[1]) >= 10**6]
    if len(held) > (1 + len(pairs) // 50 if ending == "docx" else 0):
        wrong.extend("numbers: " + line for line in held)
    print("1..1\n%sok 1 - %s" % ("not " if wrong else "", name))
    for line in wrong + ["numbers: " + line for line in misnumbered]:
        print("# " + line.replace("\n", "\n# "))
    return 1 if wrong else 0


sys.exit(main())
