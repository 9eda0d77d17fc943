#!/usr/bin/env python3
"""receive_laws.py PROGRAM SOURCE SHARED TODOCX SHOW SEEDS WHAT...

Laws of review copies that come back, over random statements: TAP on stdout.  SEEDS=FIRST:N in the environment takes N others.
unchanged  a copy as it went out gives no suggestion, loses nothing and changes no byte of the draft
since      a copy that shows what changed since the one before, over random pairs of drafts: the same, also where somebody edits it
edited     edits tracked in the copy by our own writer arrive once each, in their clause, by their author; rejecting all gives
           the draft back byte for byte, accepting all the edited words
untracked  the same edits typed over the text without tracking
places     a paragraph of a quotation, an item, a list in a list put in or taken out, tracked or not: the model of the draft is what it was, but for it
swaps      any of the paragraphs struck, others put in, tracked, also in lists and quotations in one another: each is one suggestion
again      words struck, put in and made bold by two hands, over a draft with suggestions: the same file again brings nothing new
blocks     paragraphs typed in at the start, between and at the end, and one taken out
office     a copy that LibreOffice saved as DOCX, as ODT, and as ODT and back as DOCX
uno        a colleague at work in LibreOffice, tracked and untracked: words, emphasis, paragraphs put in, taken out, split, joined and
           moved, table rows, notes; saved as DOCX, ODT, flat ODT
pandoc     a copy that pandoc wrote anew: no anchors, no map, no styles of ours
stale      a copy two versions old, renamed, with its changes accepted
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import Cli, PROGRAM
import office

TODOCX, SHOW, SEEDS, WHAT = os.path.abspath(sys.argv[4]), os.path.abspath(sys.argv[5]), int(sys.argv[6]), sys.argv[7:]
ALL = "SEEDS" in os.environ
FIRST, SEEDS = map(int, os.environ["SEEDS"].split(":")) if ALL else (1, SEEDS)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082")
NESTED = """---
title: T
numbering: paragraphs
---

{#a}
Alpha paragraph one here.

> {#q}
> Quoted lonely words here.

::: internal
Kept among us.
:::

> Quoted first words here.
>
> Quoted middle words here.
>
> - item in quote one here
> - item in quote two here
>
> Quoted last words here.

{#b}
Words between the two here.

- item first here now

  its second paragraph here

  its third paragraph here
- {#it} item lonely here now
- item parent here now
  - nested lonely here now
- item with quote here
  > quote in item lonely here

1. numbered one here now
2. numbered two here now:
   1. deep one here now
   2. deep two here now

{#code}
Last before code here.

```
code block
```

The very last words here.
"""
SIMPLE = """---
title: T
numbering: paragraphs
---

{#a}
Alpha paragraph one here.

{#b}
Beta paragraph two here.

{#c}
Gamma paragraph with a list here:

- {#i} item first here
- item second here
- item third here

{#d}
Delta paragraph four here.

1. numbered one here
2. {#n} numbered two here
3. numbered three here

> Quoted words here.

{#e}
Epsilon paragraph, the last here.
"""


def nested(rng):
    """A text of paragraphs, lists and quotations in one another; each paragraph has words of its own that end in "here"."""
    count = iter(range(1, 10000))

    def words():
        return "%s %s part %d here%s" % (rng.choice("alpha beta gamma delta".split()), rng.choice("north south east west".split()), next(count), rng.choice(("", ".")))

    def listed(depth, quoted):
        tight, sign, out = rng.random() < .6, rng.choice(("-", "1.")), []
        for n in range(rng.randint(1, 4)):
            mark, lines = ("- " if sign == "-" else "%d. " % (n + 1)), []
            for b in blocks(depth + 1, quoted):
                if lines and not (tight and b[0].lstrip().startswith(("-", "1."))):
                    lines.append("")
                lines += b
            if out and not tight:
                out.append("")
            out += [mark + lines[0]] + [(" " * len(mark) + x) if x else "" for x in lines[1:]]
        return out

    def blocks(depth, quoted):
        out = []
        for n in range(rng.choice((1, 1, 2, 3)) if depth else rng.randint(4, 7)):
            kind = rng.random()
            if depth >= 3 or kind < .5 or (depth and n == 0):
                b = [words()]
            elif kind < .75:
                b = listed(depth, quoted)
            elif not quoted:
                b = ["> " + x if x else ">" for x in apart(blocks(depth + 1, True))]
            else:
                b = [words()]
            # Two lists, or two quotations, in a row would be one.
            if out and (b[0][:2] in ("- ", "1.") and out[-1][0][:2] in ("- ", "1.") or b[0][0] == ">" == out[-1][0][0]):
                out.append([words()])
            out.append(b)
        return out

    def apart(bs):
        return "\n\n".join("\n".join(b) for b in bs).split("\n")
    return "---\ntitle: T\nnumbering: paragraphs\n---\n\n" + "\n".join(apart(blocks(0, False))) + "\n\nThe very last words here.\n"


WORDS = "Forum mandate funding operators exchange points capacity deployment region network measures States support stable open training".split()


OTHER = "---\ntitle: Another input\nnumbering: paragraphs\n---\n\n# First section\n\n{#there}\nWords of it:\n\n1. {#item} an item of it.\n\n{#heading}\n# A heading of it\n"
REFERENCES = [b" (see [](other#there))", b", [](other#item)", b" as in [](other#heading) and [](other#there)", b" [](#nowhere-at-all)", b", [](other#nowhere)", b" [](missing#there)"]


def statement(rng, n):
    """A statement of n clauses, each with an id, a paragraph long; some lists and a table."""
    out, plain = ["---", "title: Input %d" % n, "organisation: Example Registry", "date: 2025-10-02", "numbering: paragraphs", "---", ""], []

    def words(k):
        return " ".join(rng.choice(WORDS) + str(rng.randrange(10, 99)) for _ in range(k))
    for i in range(n):
        kind = rng.randrange(8)
        if kind == 0:
            out += ["# " + words(3), ""]
        if kind == 1:
            out += ["{#c%d}" % i, "1. First " + words(6) + ";", "2. second " + words(5) + ".", ""]
        elif kind == 2:
            out += ["{#c%d}" % i, "| Who | What |", "|---|---|", "| %s | %s |" % (words(2), words(3)), ""]
        else:
            text = "%s **%s** %s, *%s* %s.%s" % (words(4), words(1), words(5), words(2), words(4), " See [](#c0) too." if i and rng.random() < .2 and kinds0 else "")
            text += [" As in [](other#there).", " Not [](#nowhere-at-all).", ""][i % 3]
            out += ["{#c%d}" % i, text + ("[^n%d]" % i if kind == 3 else ""), ""]
            plain.append("c%d" % i)
            if kind == 3:
                out += ["[^n%d]: Note %s." % (i, words(4)), ""]
        if i == 0:
            kinds0 = kind not in (1, 2)
    return "\n".join(out), plain


def edits(rng, text, ids, count):
    """(clause, old, new): words of the plain run at the head of a paragraph, each in a clause of its own."""
    got = []
    for clause in rng.sample(ids, min(count, len(ids))):
        line = text.split("{#%s}\n" % clause)[1].split("\n")[0]
        head = line.split(" **")[0].split(" ")
        at = rng.randrange(len(head) - 1)
        old = " ".join(head[at:at + 2])
        got.append((clause, old, rng.choice(["better " + head[at], old + " anew", "quite another thing"])))
    return got


def colleague(rng, text, ids):
    """What a colleague does in LibreOffice (uno_edits.py), how many suggestions that makes, and the blocks of the draft after it."""
    blocks = [b.strip("\n") for b in text.split("---\n", 2)[2].split("\n\n") if b.strip("\n")]
    chosen = rng.sample(ids, min(9, len(ids)))
    edits, definitions = [], []

    def at(clause):
        return next(i for i, b in enumerate(blocks) if b.startswith("{#%s}\n" % clause))

    def below(clause):
        return next((b for b in blocks[at(clause) + 1:] if not b.startswith("[^")), "")

    def head(clause):
        return blocks[at(clause)].split("\n")[1].split(" **")[0].split(" ")

    def words(clause, old, new):
        i = at(clause)
        blocks[i] = blocks[i].replace(old, new, 1)
    for what, clause in zip(("replace", "delete", "insert", "after", "gone", "note", "bold", "plain", "split"), chosen):
        h = head(clause)
        if what == "replace":
            edits.append(["replace", h[1] + " " + h[2], "quite another thing"])
            words(clause, h[1] + " " + h[2], "quite another thing")
        elif what == "bold":
            edits.append(["bold", h[1] + " " + h[2], 150])
            words(clause, h[1] + " " + h[2], "**" + h[1] + " " + h[2] + "**")
        elif what == "plain":
            strong = next((w for w in re.findall(r"\*\*(.*?)\*\*", blocks[at(clause)]) if text.count(w) == 1), None)
            if not strong:
                continue
            edits.append(["bold", strong, 100])
            words(clause, "**" + strong + "**", strong)
        elif what == "delete":
            edits.append(["delete", " " + h[1] + " " + h[2]])
            words(clause, " " + h[1] + " " + h[2], "")
        elif what == "insert":
            edits.append(["insert", h[0] + " " + h[1], " put in"])
            words(clause, h[1], h[1] + " put in")
        elif what == "after":
            edits.append(["after", h[0] + " " + h[1], "A paragraph of seven words, all new."])
            blocks.insert(at(clause) + 1, "A paragraph of seven words, all new.")
        # Else LibreOffice takes the table with it, or makes the heading a paragraph.
        elif what == "gone" and below(clause).startswith("{#") and "\n|---" not in below(clause):
            edits.append(["gone", h[0] + " " + h[1]])
            del blocks[at(clause)]
        elif what == "split":
            edits.append(["split", h[0] + " " + h[1]])
            i = at(clause)
            blocks[i:i + 1] = blocks[i].replace(h[0] + " " + h[1] + " ", h[0] + " " + h[1] + "\n\n").split("\n\n")
        elif what == "note":
            edits.append(["note", h[0] + " " + h[1], "A note of five words."])
            words(clause, h[1], h[1] + "[^NEW]")
            definitions.append("[^NEW]: A note of five words.")
    tables = [i for i, b in enumerate(blocks) if "\n|---" in b]
    if tables:
        i = rng.choice(tables)
        edits.append(["row", blocks[i].split("\n")[-1].split("|")[2].strip(), ["Others", "some words more"]])
        blocks[i] += "\n| Others | some words more |"
    return edits, len(edits) + len(definitions), blocks + definitions


def paragraphs(rng, n):
    """A statement of plain paragraphs alone."""
    words = lambda k: " ".join(rng.choice(WORDS) + str(rng.randrange(10, 99)) for _ in range(k))
    ids = ["c%d" % i for i in range(n)]
    body = ["{#%s}\n%s **%s** %s, *%s* %s.\n" % (i, words(4), words(1), words(5), words(2), words(4)) for i in ids]
    return "---\ntitle: Input\norganisation: Example Registry\ndate: 2025-10-02\nnumbering: paragraphs\n---\n\n" + "\n".join(body), ids


def mover(rng, text, ids):
    """The same for a colleague who joins paragraphs and moves them."""
    blocks = [b.strip("\n") for b in text.split("---\n", 2)[2].split("\n\n") if b.strip("\n")]
    edits = []
    head = lambda b: " ".join(b.split("\n")[1].split(" **")[0].split(" ")[:2])
    for what in ("join", "move", "join", "move"):
        # places: (joined, with what) or (moved, behind what), no neighbour of an edit before
        places = [i for i in range(1, len(blocks) - 2) if not any(blocks[k].endswith("~") for k in (i - 1, i, i + 1, i + 2))]
        if not places:
            continue
        i = rng.choice(places)
        if what == "join":
            edits.append(["join", head(blocks[i])])
            blocks[i:i + 2] = [blocks[i] + blocks[i + 1].split("\n")[1] + "~"]
        else:
            targets = [k for k in places if abs(k - i) > 2]
            if not targets:
                continue
            k = rng.choice(targets)
            edits.append(["move", head(blocks[i]), head(blocks[k])])
            moved = blocks[i] + "~"
            blocks.insert(k + 1, moved)
            del blocks[i if i < k else i + 1]
    # What is joined over the place of a paragraph that moved away takes it out as well: one suggestion for both.
    whose = lambda words: int(re.search(r"\{#c(\d+)\}\n" + re.escape(words), text).group(1))
    moved = [whose(e[1]) for e in edits if e[0] == "move"]
    over = sum(1 for e in edits if e[0] == "join" and whose(e[1]) + 1 in moved)
    return edits, sum(2 if e[0] == "move" else 1 for e in edits) - over, [b.rstrip("~") for b in blocks]


with Cli() as t:
    def fresh(text):
        """A workspace of its own with one saved draft."""
        shutil.rmtree(t.top)
        os.mkdir(t.top)
        t.workspace()
        t.run("init")
        t.write("drafts/in.md", text)
        t.write("drafts/other.md", OTHER)
        t.run("save", "-m", "first", "--author", "Mei Lin <mei@example.org>")
        return t.read("drafts/in.md")

    def random_statement(seed):
        path = os.path.join(t.home, "random.md")
        subprocess.run([TODOCX, "-m", "seed=%d" % seed, path], check=True, capture_output=True)
        with open(path, "rb") as f:
            text = f.read()
        # Every second one refers to another draft, and to what is nowhere.
        rng = random.Random(seed)
        draft = fresh(re.sub(rb"(?m)^#.*|(?<=[a-z] )[a-z]+(?= [a-z])", lambda m: m[0] + rng.choice(REFERENCES) if m[0][:1] != b"#" and rng.random() < .1 else m[0], text) if seed % 2 else text)
        t.write("drafts/gen-image.png", PNG)
        return draft

    def arrives(name, file, draft, wanted, author, exact=True, lost_ok=False):
        """file laid over the draft: the wanted (clause, text after) and nothing else; and both ways back."""
        why = []
        code, got = t.json("receive", file, "in", *(["--from", author] if author else []))
        if code not in (0, 1) or "suggestions" not in got:
            return t.ok(False, name, f"exit {code}: {got}")
        lost = [u for u in got["unplaced"] if u["what"] not in ("header or footer", "header", "footer")]
        if lost and not lost_ok:
            why.append(f"lost: {lost}")
        listed = t.json("suggestions", "in")[1].get("suggestions", [])
        clauses = sorted({s["clause"] for s in listed})
        if clauses != sorted({c for c, _, _ in wanted}):
            why.append(f"clauses {clauses}, wanted {wanted}\n{[(s['clause'], s['old'], s['new']) for s in listed]}")
        if author and {s["author"] for s in listed} - {author}:
            why.append(f"authors: {sorted({s['author'] for s in listed})}")
        if exact and len(listed) != len(wanted):
            why.append(f"{len(listed)} suggestions for {len(wanted)} edits: {[(s['clause'], s['old'], s['new']) for s in listed]}")
        arrived = t.read("drafts/in.md")
        if wanted:
            code, out, err = t.run("accept", "in", "--all", "--comments")
            accepted = t.read("drafts/in.md").decode()
            want = draft.decode()
            for clause, old, new in wanted:
                head, tail = want.split("{#%s}\n" % clause)
                want = head + "{#%s}\n" % clause + tail.replace(old, new, 1)
            if accepted != want:
                a, b = accepted.split("\n"), want.split("\n")
                why.append("accepted: " + "\n".join(f"{x}\nwant {y}" for x, y in zip(a, b) if x != y)[:600])
            t.write("drafts/in.md", arrived)
            t.run("reject", "in", "--all", "--comments")
        if t.read("drafts/in.md") != draft:
            why.append("not the draft again, byte for byte")
        t.write("drafts/in.md", draft)
        return t.ok(not why, name, "\n".join(why))

    def copy(fmt, text, dest):
        """A review copy of text under the draft's name."""
        kept = t.read("drafts/in.md")
        t.write("drafts/in.md", text)
        code, out, err = t.run("export", "in", "--to", fmt, "--audience", "review", "-o", dest)
        t.write("drafts/in.md", kept)
        return code == 0 or t.ok(False, "a copy can be made", err)

    def suggested(draft, wanted, author):
        t.write("drafts/in.md", draft)
        for clause, old, new in wanted:
            code, out, err = t.run("suggest", "in", clause, old, new, "--by", author)
            if code:
                t.ok(False, "suggest", err)
        text = t.read("drafts/in.md")
        t.write("drafts/in.md", draft)
        return text

    def typed(draft, wanted):
        text = draft.decode()
        for clause, old, new in wanted:
            head, tail = text.split("{#%s}\n" % clause)
            text = head + "{#%s}\n" % clause + tail.replace(old, new, 1)
        return text.encode()

    def copy_typed(fmt, draft, wanted, dest, source=None):
        """A review copy of the draft in whose text somebody typed without tracking."""
        if not source:
            source = "typed-over." + fmt
            copy(fmt, draft, source)
        main = "word/document.xml" if fmt == "docx" else "content.xml"
        with zipfile.ZipFile(t.path(source)) as old, zipfile.ZipFile(t.path(dest), "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                data = old.read(entry)
                if entry.filename == main:
                    for clause, words, by in wanted:
                        if data.count(words.encode()) != 1:
                            t.ok(False, "the words to type over stand once", words)
                        data = data.replace(words.encode(), by.encode())
                new.writestr(entry, data)

    def copy_tracked(fmt, draft, wanted, author, dest, source=None):
        """The same, tracked: our own writer lays the edits in; the map is the one that the copy went out with."""
        if not source:
            source = "original." + fmt
            copy(fmt, draft, source)
        copy(fmt, suggested(draft, wanted, author), "tracked." + fmt)
        with zipfile.ZipFile(t.path(source)) as old, zipfile.ZipFile(t.path("tracked." + fmt)) as made, zipfile.ZipFile(t.path(dest), "w", zipfile.ZIP_DEFLATED) as new:
            for entry in made.infolist():
                new.writestr(entry, (old if entry.filename in ("docProps/custom.xml", "meta.xml") else made).read(entry.filename))

    def rewritten(source, dest, *steps):
        """Through LibreOffice once for each step; why it came to nothing, "" where it did not: it does not answer now and then, which is no
        fault of the file, but what it refuses or dies of is."""
        now = source
        for i, fmt in enumerate(steps):
            folder = tempfile.mkdtemp(dir=t.home)
            try:
                done = subprocess.run(["soffice", "-env:UserInstallation=file://" + os.path.join(t.home, "lo"), "--headless", "--convert-to", fmt, "--outdir", folder, now],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=90)
            except subprocess.TimeoutExpired:
                return "no answer"
            made = [n for n in os.listdir(folder) if n.endswith("." + fmt)]
            if not made:
                return done.stderr.strip() or "nothing was made"
            now = os.path.join(folder, made[0])
        shutil.copy(now, dest)
        return ""

    def tracked_paragraph(p, tag):
        """A paragraph of a DOCX with its mark and words put in, or struck."""
        hand = 'w:id="90%d" w:author="Ana Silva" w:date="2025-09-01T10:00:00Z"'
        p = re.sub(r"(<w:r>.*?</w:r>)", lambda k: f"<w:{tag} {hand % 1}>" + (k[1].replace("<w:t", "<w:delText").replace("</w:t", "</w:delText") if tag == "del" else k[1]) + f"</w:{tag}>", p)
        return re.sub(r"<w:pPr>(.*?)</w:pPr>|<w:p>(?!<w:pPr>)", lambda k: ("" if k[1] is not None else "<w:p>") + f"<w:pPr>{k[1] or ''}<w:rPr><w:{tag} {hand % 2}/></w:rPr></w:pPr>", p, count=1)

    if "unchanged" in WHAT:
        for seed in range(FIRST, FIRST + SEEDS):
            draft = random_statement(seed)
            for fmt in ("docx", "odt"):
                code, out, err = t.run("export", "in", "--to", fmt, "--audience", "review", "-o", "copy." + fmt)
                if code == 1:
                    t.skip(f"seed {seed}, {fmt}", "this statement is refused")
                    continue
                code, got = t.json("receive", "copy." + fmt, "in")
                t.ok(code == 0 and got.get("suggestions") == 0 and got.get("comments") == 0 and got.get("unplaced") == [] and t.read("drafts/in.md") == draft,
                     f"seed {seed}, {fmt}: as it went out, nothing comes back", f"exit {code} {err} {json.dumps(got)[:800]}")
                t.write("drafts/in.md", draft)

    if "since" in WHAT:
        pairs = os.path.join(t.home, "pairs")
        os.mkdir(pairs)
        subprocess.run([os.path.join(os.path.dirname(TODOCX), "topairs"), str(FIRST), str(SEEDS * 3), pairs], check=True)
        for seed in range(FIRST, FIRST + SEEDS * 3):
            texts = []
            for when in ("old", "new"):
                with open(os.path.join(pairs, "%d.%s.md" % (seed, when)), "rb") as f:
                    texts.append(f.read())
            fresh(texts[0])
            t.write("drafts/gen-image.png", PNG)
            sent = [t.json("review-copy", "in", "--to", "legal")[0]]
            t.write("drafts/in.md", texts[1])
            for fmt in ("docx", "odt"):
                code, got = t.json("review-copy", "in", "--to", "legal", *(["--odt"] if fmt == "odt" else []))
                if sent != [0] or code:
                    t.skip(f"since, seed {seed}, {fmt}", "this draft is refused")
                    break
                code, got = t.json("receive", got["copies"][0]["path"], "in")
                t.ok(code == 0 and got.get("suggestions") == 0 and got.get("comments") == 0 and got.get("unplaced") == [] and t.read("drafts/in.md") == texts[1],
                     f"since, seed {seed}, {fmt}: as it went out, nothing comes back", f"exit {code} {json.dumps(got)[:800]}")
                t.write("drafts/in.md", texts[0])  # as the one before, so that the next copy shows changes too
                t.run("review-copy", "in", "--to", "legal")
                t.write("drafts/in.md", texts[1])

    if "places" in WHAT:
        draft = fresh(NESTED)
        t.run("export", "in", "--to", "docx", "--audience", "review", "-o", "nested.docx")
        with zipfile.ZipFile(t.path("nested.docx")) as z:
            parts = {e: z.read(e) for e in z.namelist()}
        whole = parts["word/document.xml"].decode()

        def model():
            lines = subprocess.run([SHOW, t.path("drafts/in.md"), "model"], capture_output=True, text=True).stdout.splitlines()
            return [re.sub(r"^paragraph \d+$", "paragraph", x) for x in lines]
        was, rng = model(), random.Random(4200)
        found = list(re.finditer(r"<w:p>(?:(?!</w:p>).)*here(?:(?!</w:p>).)*</w:p>", whole))
        t.ok(len(found) > 15, "paragraphs to put in and take out", len(found))
        for n, m in enumerate(found):
            for what, tag in (("gone", "del"), ("new", "ins"), ("other", "both")):
                tracked, p = (n + SEEDS + (tag == "ins")) % 2, m.group()
                if SEEDS < 10 and rng.random() < .75:
                    continue
                words = "".join(re.findall(r"<w:t[^>]*>([^<]*)", p))
                brand = re.sub(r"<w:r>.*</w:r>", "<w:r><w:t>Brand new words.</w:t></w:r>", re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", p))

                p = brand if tag == "ins" else p
                if tracked and tag != "both":
                    p = tracked_paragraph(p, tag)
                elif tag == "both":
                    p = tracked_paragraph(p, "del") + tracked_paragraph(brand, "ins") if tracked else brand
                elif tag == "del":
                    p = ""
                with zipfile.ZipFile(t.path("place.docx"), "w") as z:
                    for name, data in parts.items():
                        z.writestr(name, (whole[:m.start()] + (m.group() if tag == "ins" else "") + p + whole[m.end():]).encode() if name == "word/document.xml" else data)
                code, got = t.json("receive", "place.docx", "in")
                arrived = t.read("drafts/in.md")
                t.run("accept", "in", "--all", "--comments")
                now = model()
                less, more = list(was), list(now)
                if tag == "ins":
                    less, more = more, less
                # Nothing but the paragraph, with what holds it alone, is in one and not in the other.
                for line in more:
                    if line in less:
                        less.remove(line)
                    else:
                        less = ["not there: " + line]
                        break
                good = sum("Brand new words." in x for x in now) == 1 and not any(words in x for x in now) and got["unplaced"] == [] if tag == "both" else not [x for x in less if not re.match(r"\d* ?(paragraph|item|quote|list)|\"(Brand new|%s)" % re.escape(words[:12]), x)] and any(x.startswith('"') for x in less)
                errors = [f["rule"] for f in t.json("check", "in")[1]["drafts"][0]["findings"] if re.match("attribute|container|critic|note-dup|table", f["rule"])]
                t.write("drafts/in.md", arrived)
                t.run("reject", "in", "--all", "--comments")
                t.ok(code == 0 and (got.get("suggestions") == 1 if tag != "both" else got.get("suggestions") == 2 or not tracked) and good and not errors and t.read("drafts/in.md") == draft, f"\"{words}\", {what}, {'tracked' if tracked else 'typed'}",
                     f"{got} {errors} {less}\n{arrived.decode()[:1500]}")
                t.write("drafts/in.md", draft)

    if "again" in WHAT:
        given = ("---\ntitle: T\nnumbering: paragraphs\n---\n\n{#a}\nWe ask for stable funding of the Forum, and for open standards.\n\n{#b}\nSmall islands have *waited* for {++new ++}{>>@Zed 2025-01-01T00:00:00Z<<}reports.\n\n"
                 "{#c}\nOperators need **training** in places where networks are small:\n\n- {#i} exchange points for all regions;\n- {#j} mentors for young engineers.\n\n{#e}\nThe last words of it all.\n")
        for seed in range(FIRST, FIRST + SEEDS):
            rng, ids = random.Random(seed), iter(range(9000, 99999))

            def by(one):
                return 'w:id="%d" w:author="%s" w:date="2025-09-0%dT10:00:00Z"' % (next(ids), ("Ana Silva", "Ben Ode")[one], one + 1)

            def word_by_word(m):
                properties, out, all_struck = m[1] or "", "", rng.random() < .15
                run = lambda words, look=properties, tag="t": f'<w:r>{look}<w:{tag} xml:space="preserve">{words}</w:{tag}></w:r>'
                for word in re.findall(r"\S+\s*|\s+", m[2]):
                    hand, kind = rng.random() < .2, rng.random()
                    if all_struck or kind < .15:
                        out += f"<w:del {by(hand)}>{run(word, tag='delText')}</w:del>"
                    elif kind < .22:
                        out += run(word, properties or "<w:rPr><w:b/></w:rPr>")
                    elif kind < .27:
                        out += run(word, f"<w:rPr><w:b/><w:rPrChange {by(hand)}><w:rPr/></w:rPrChange></w:rPr>")
                    else:
                        out += run(word)
                    if rng.random() < .12:
                        out += f"<w:ins {by(hand)}>{run(rng.choice(('quickly ', 'very ', 'new, ')))}</w:ins>"
                return out
            draft = fresh(given)
            copy("docx", draft, "copy.docx")
            with zipfile.ZipFile(t.path("copy.docx")) as old, zipfile.ZipFile(t.path("worked.docx"), "w") as new:
                for e in old.namelist():
                    new.writestr(e, re.sub(r"<w:p>(?:(?!</w:p>).)*</w:p>", lambda m: m.group() if rng.random() < .3 or "<w:ins" in m.group() else
                                           re.sub(r"<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t[^>]*>([^<]*)</w:t></w:r>", word_by_word, m.group()), old.read(e).decode()) if e == "word/document.xml" else old.read(e))
            first = t.json("receive", "worked.docx", "in")[1]
            once = t.read("drafts/in.md")
            got = t.json("receive", "worked.docx", "in")[1]
            twice = t.read("drafts/in.md")
            t.run("reject", "in", "--all", "--comments")
            t.ok((once != draft) == (first["suggestions"] > 0) and twice == once and got["suggestions"] == 0 and t.read("drafts/in.md") == draft.replace(b"{++new ++}{>>@Zed 2025-01-01T00:00:00Z<<}", b""), f"again, seed {seed}: nothing is new, and the draft comes back", f"{got}\n{once.decode()}\n{twice.decode()}")

    if "swaps" in WHAT:
        # Any of the paragraphs struck, new ones behind any of them, all tracked by one hand: each is one suggestion, and the paragraphs stand in order.
        def words_of(path):
            shown = subprocess.run([SHOW, t.path(path), "model"], capture_output=True, text=True).stdout
            return [x for x in re.findall(r'^"((?:[^"\\]|\\.)*)"', shown, re.M) if "here" in x or "Brand" in x]
        for seed in [(k, x) for x in range(FIRST, FIRST + SEEDS) for k in ("simple", "nested", "random")]:
            kind, rng, want, state = seed[0], random.Random(seed[1]), [], {"count": 0, "new": 0}
            draft = fresh({"simple": SIMPLE, "nested": NESTED}.get(kind) or nested(rng))
            copy("docx", draft, "nested.docx")
            with zipfile.ZipFile(t.path("nested.docx")) as z:
                parts = {e: z.read(e) for e in z.namelist()}

            def swap(m):
                out, goes, come = m.group(), rng.random() < .3, rng.choice((0, 0, 0, 1, 1, 2))
                state["count"] += goes + come
                if goes:
                    out = tracked_paragraph(out, "del")
                else:
                    want.append("".join(re.findall(r"<w:t[^>]*>([^<]*)", m.group())))
                for _ in range(come):
                    state["new"] += 1
                    want.append("Brand new number %d." % state["new"])
                    out += tracked_paragraph(re.sub(r"<w:r>.*</w:r>", "<w:r><w:t>%s</w:t></w:r>" % want[-1], re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", m.group())), "ins")
                return out
            now = re.sub(r"<w:p>(?:(?!</w:p>).)*here(?:(?!</w:p>).)*</w:p>", swap, parts["word/document.xml"].decode())
            with zipfile.ZipFile(t.path("swapped.docx"), "w") as z:
                for name, data in parts.items():
                    z.writestr(name, now.encode() if name == "word/document.xml" else data)
            code, got = t.json("receive", "swapped.docx", "in")
            arrived = t.read("drafts/in.md")
            t.run("accept", "in", "--all", "--comments")
            have = words_of("drafts/in.md")
            t.write("drafts/in.md", arrived)
            t.run("reject", "in", "--all", "--comments")
            t.ok(got.get("suggestions") == state["count"] and got.get("unplaced") == [] and have == want and t.read("drafts/in.md") == draft, f"swaps, {kind}, seed {seed[1]}: every paragraph struck or put in is one suggestion",
                 f"{state} {got}\n{have}\n{want}\n{arrived.decode()}")

    for what, author in (("edited", "Tomas Rey"), ("untracked", "Aroha Kingi")):
        if what not in WHAT:
            continue
        for seed in range(FIRST, FIRST + (SEEDS if ALL else min(SEEDS, 8))):
            rng = random.Random(seed)
            text, ids = statement(rng, 14)
            draft = fresh(text)
            wanted = edits(rng, text, ids, 5)
            for fmt in ("docx", "odt"):
                if what == "edited":
                    copy_tracked(fmt, draft, wanted, author, "copy." + fmt)
                else:
                    copy_typed(fmt, draft, wanted, "copy." + fmt)
                arrives(f"{what}, seed {seed}, {fmt}: every edit once, in its clause, by its author, and both ways back", "copy." + fmt, draft, wanted, author,
                        exact=what == "edited")

    if "blocks" in WHAT:
        # Paragraphs typed in, at the start, between and at the end, and one taken out.
        for end in (b"\n", b""):
            text = "---\ntitle: T\n---\n\n{#a}\nFirst words of the text.\n\n{#b}\nSecond words of the text.\n\n{#c}\nThird words, which go.\n\n{#d}\nLast words of it all.\n"
            draft = fresh(text)
            draft = draft.rstrip(b"\n") + end
            t.write("drafts/in.md", draft)
            for fmt, main, tag, body in (("docx", "word/document.xml", "w:p", "<w:p><w:r><w:t>%s</w:t></w:r></w:p>"), ("odt", "content.xml", "text:p", "<text:p>%s</text:p>")):
                copy(fmt, draft, "copy." + fmt)
                with zipfile.ZipFile(t.path("copy." + fmt)) as old, zipfile.ZipFile(t.path("back." + fmt), "w", zipfile.ZIP_DEFLATED) as new:
                    for entry in old.infolist():
                        data = old.read(entry)
                        if entry.filename == main:
                            xml = data.decode()
                            start = lambda words: max(xml.rindex("<%s>" % tag, 0, xml.index(words)) if "<%s>" % tag in xml[:xml.index(words)] else -1,
                                                      xml.rindex("<%s " % tag, 0, xml.index(words)) if "<%s " % tag in xml[:xml.index(words)] else -1)
                            close = lambda words: xml.index("</%s>" % tag, xml.index(words)) + len("</%s>" % tag)
                            xml = xml[:close("Last words")] + body % "A new end of five words." + xml[close("Last words"):]
                            xml = xml[:start("Third words")] + xml[close("Third words"):]
                            xml = xml[:close("First words")] + body % "A new middle of six words here." + xml[close("First words"):]
                            xml = xml[:start("First words")] + body % "A new opening, four words." + xml[start("First words"):]
                            data = xml.encode()
                        new.writestr(entry, data)
                code, got = t.json("receive", "back." + fmt, "in", "--from", "Jane")
                arrived = t.read("drafts/in.md")
                t.run("accept", "in", "--all", "--comments")
                now = [p.strip() for p in t.read("drafts/in.md").decode().split("---\n")[2].split("\n\n") if p.strip()]
                t.same(now, ["A new opening, four words.", "{#a}\nFirst words of the text.", "A new middle of six words here.", "{#b}\nSecond words of the text.",
                             "{#d}\nLast words of it all.", "A new end of five words."], f"{fmt}: paragraphs put in and one taken out, accepted")
                t.write("drafts/in.md", arrived)
                t.run("reject", "in", "--all", "--comments")
                t.same(t.read("drafts/in.md"), draft, f"{fmt}: rejected, the draft byte for byte")
                t.write("drafts/in.md", draft)

    if "office" in WHAT:
        rng = random.Random(4 + FIRST)
        text, ids = statement(rng, 12)
        draft = fresh(text)
        wanted = edits(rng, text, ids, 4)
        ways = [("docx", ["docx"]), ("docx", ["odt"]), ("odt", ["odt"]), ("docx", ["odt", "docx"])]
        for fmt, steps in ways:
            name = f"LibreOffice, {fmt} saved as {', then '.join(steps)}"
            if not shutil.which("soffice"):
                t.skip(name, "LibreOffice is not here")
                continue
            for how in ("tracked", "typed over", "unchanged"):
                if how == "typed over":
                    copy_typed(fmt, draft, wanted, "copy." + fmt)
                elif how == "tracked":
                    copy_tracked(fmt, draft, wanted, "Tomas Rey", "copy." + fmt)
                else:
                    copy(fmt, draft, "copy." + fmt)
                end = "back." + steps[-1]
                why = rewritten(t.path("copy." + fmt), t.path(end), *steps)
                if why == "no answer":
                    t.skip(f"{name}, {how}", "LibreOffice did not answer")
                    continue
                if why:
                    t.ok(False, f"{name}, {how}", why)
                    continue
                arrives(f"{name}, {how}", end, draft, wanted if how != "unchanged" else [], "Tomas Rey" if how != "unchanged" else None, exact=False, lost_ok=True)
    if "uno" in WHAT and office.missing():
        t.skip("a colleague at work in LibreOffice", office.missing())
    elif "uno" in WHAT:
        for seed, work in [(s, w) for s in range(FIRST, FIRST + SEEDS) for w in (colleague, mover)]:
            rng = random.Random(200 + seed)
            text, ids = statement(rng, 18) if work is colleague else paragraphs(rng, 16)
            draft = fresh(text)
            edits, count, blocks = work(rng, draft.decode(), ids)
            jobs = []
            for fmt in ("docx", "odt"):
                copy(fmt, draft, "copy." + fmt)
                for end in ("docx", "odt", "fodt"):
                    for tracked in (True, False):
                        jobs.append({"in": t.path("copy." + fmt), "out": t.path("%s-%s.%s" % (fmt, "tracked" if tracked else "typed", end)), "author": "Aroha Kingi",
                                     "record": tracked, "edits": edits})
            out, wrong = office.ask([office.PYTHON, os.path.join(os.path.dirname(os.path.abspath(__file__)), "uno_edits.py"), t.home], 120, t.home, json.dumps(jobs))
            done = [json.loads(line) for line in out.splitlines()]
            if len(done) < len(jobs):
                t.skip(f"uno, seed {seed}", wrong or "LibreOffice did not do all")
                continue
            for job, made in zip(jobs, done):
                name = f"uno, seed {seed}, {work.__name__}: {os.path.basename(job['in'])} edited as {os.path.basename(job['out'])}"
                if not t.ok(made["error"] is None, name + ": LibreOffice did it", made["error"]):
                    continue
                code, got = t.json("receive", job["out"], "in", *([] if job["record"] else ["--from", "Aroha Kingi"]))
                why = [f"not placed: {u}" for u in got.get("unplaced", [{"what": got}])]
                listed = t.json("suggestions", "in")[1].get("suggestions", [])
                if {s["author"] for s in listed} != {"Aroha Kingi"}:
                    why.append(f"authors: {sorted({s['author'] for s in listed})}")
                if job["record"] and len(listed) != count:
                    why.append(f"{len(listed)} suggestions for {count}: {[(s['clause'], s['old'], s['new']) for s in listed]}")
                arrived = t.read("drafts/in.md")
                t.run("accept", "in", "--all", "--comments")
                accepted = re.sub(r"\n(\[\^n)", r"\n\n\1", t.read("drafts/in.md").decode())
                label = re.findall(r"^\[\^(\d+)\]:", accepted, re.M)
                accepted = accepted.replace("[^%s]" % label[-1], "[^NEW]") if label else accepted
                now = [b.strip("\n ") for b in accepted.split("---\n", 2)[2].split("\n\n") if b.strip("\n")]
                if now != blocks:
                    why.append("accepted:\n" + "\n".join(f"{x!r}\nwant {y!r}" for x, y in zip(now + [""] * 9, blocks + [""] * 9) if x != y)[:900])
                t.write("drafts/in.md", arrived)
                t.run("reject", "in", "--all", "--comments")
                if t.read("drafts/in.md") != draft:
                    why.append("not the draft again, byte for byte")
                t.ok(not why, name, "\n".join(why))
                t.write("drafts/in.md", draft)

    if "pandoc" in WHAT and not shutil.which("pandoc"):
        t.skip("pandoc wrote the copy anew", "pandoc is not here")
    elif "pandoc" in WHAT:
        def through_pandoc():
            subprocess.run(["pandoc", "--track-changes=all", t.path("copy.docx"), "-o", t.path("back.docx")], check=True, stderr=subprocess.DEVNULL)
        # References, second note marks and the lines around the text are plain words now: nobody's edit, in any statement.
        for seed in range(FIRST + 4, FIRST + 4 + 3 * SEEDS):
            draft = random_statement(seed)
            if t.run("export", "in", "--to", "docx", "--audience", "review", "-o", "copy.docx")[0] == 0:
                through_pandoc()
                code, got = t.json("receive", "back.docx", "in")
                t.ok(got.get("suggestions") == 0, f"pandoc wrote a copy of random statement {seed} anew: nothing comes back", f"{got}\n" + "\n".join(set(t.read("drafts/in.md").decode().splitlines()) - set(draft.decode().splitlines()))[:900])
        for seed in range(FIRST, FIRST + SEEDS):
            rng = random.Random(5 + seed)
            text, ids = statement(rng, 12)
            draft = fresh(text)
            wanted = edits(rng, text, ids, 4)
            for how in ("unchanged", "tracked", "typed over"):
                if how == "typed over":
                    copy_typed("docx", draft, wanted, "copy.docx")
                elif how == "unchanged":
                    copy("docx", draft, "copy.docx")
                else:
                    copy_tracked("docx", draft, wanted, "Tomas Rey", "copy.docx")
                through_pandoc()
                arrives(f"pandoc wrote the copy anew, seed {seed}: no anchors, {how}", "back.docx", draft, wanted if how != "unchanged" else [], "Tomas Rey", exact=False, lost_ok=True)

    if "stale" in WHAT:
        for seed in range(FIRST, FIRST + (SEEDS if ALL else min(SEEDS, 4))):
            rng = random.Random(100 + seed)
            text, ids = statement(rng, 14)
            draft = fresh(text)
            wanted = edits(rng, text, ids[:len(ids) // 2], 3)
            later = edits(rng, text, ids[len(ids) // 2:], 2)
            for fmt in ("docx", "odt"):
                for how in ("tracked", "its changes accepted"):
                    # review-copy keeps the bytes that the copy was made from, so that three texts can be compared.
                    t.write("drafts/in.md", draft)
                    code, got = t.json("review-copy", "in", "--to", "legal", *(["--odt"] if fmt == "odt" else []))
                    path = got["copies"][0]["path"]
                    name = "Re_ input final (2)." + fmt
                    if how == "tracked":
                        copy_tracked(fmt, draft, wanted, "Tomas Rey", name, path)
                    else:
                        copy_typed(fmt, draft, wanted, name, path)
                    now = typed(draft, later[:1])
                    for version in (later[:1], later):
                        now = typed(draft, version)
                        t.write("drafts/in.md", now)
                        t.run("save", "-m", "later", "--author", "Mei Lin <mei@example.org>")
                    arrives(f"stale, seed {seed}, {fmt}, {how}: two versions old and renamed", name, now, wanted, "Tomas Rey", exact=False)
