#!/usr/bin/env python3
"""overlaps.py PROGRAM SOURCE SHARED SHOW SEEDS [WHAT...]

Two people who change words of one paragraph, over random paragraphs with emphasis, links, code, references and notes: TAP on stdout.
SEEDS=FIRST:N in the environment takes N others.  Both by `suggest`, or in returned DOCX or ODT, together or one after the other; what they
change overlaps, or one stands in the other, or they meet, or it is the same.  Each outcome can be had by ids: nobody's words are the
draft byte for byte; one's alone, look by look; where the two do not overlap, both; and nobody's wording is in a comment alone.
"""
import os
import random
import re
import subprocess
import sys
import zipfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import Cli

SHOW, SEEDS, WHAT = os.path.abspath(sys.argv[4]), int(sys.argv[5]), sys.argv[6:] or ["suggest", "docx", "odt"]
FIRST = 1
if "SEEDS" in os.environ:
    FIRST, SEEDS = map(int, os.environ["SEEDS"].split(":"))
WORDS = ("stable funding open standards mandate Forum review islands training operators networks reports regions mentors exchange points "
         "support access names numbers youth panel charter budget deadline partners members council treaty summit annex").split()
PLAIN = (frozenset(), "")
HEAD = "---\ntitle: T\n---\n\n"
EMPH, STRONG, CODE = "e", "s", "c"


class Paragraph:
    """Words of looks (emphasis, link's address); no two constructs touch one another.  `marks`: notes behind words, by their place."""

    def __init__(self, rng, plain):
        names = rng.sample(WORDS, rng.randint(6, 12))
        self.words, self.looks, self.signs, self.depths, n = [], [], [], [], 0
        while n < len(names):
            kind = "plain" if plain else rng.choice(["plain", "plain", "emph", "strong", "both", "code", "link", "linked emph", "nested", "emph link", "line"])
            take = min(len(names) - n, rng.randint(1, 3) if kind != "nested" else 3)
            some, n = names[n:n + take], n + take
            looks, url = [(frozenset(), "")] * take, "https://example.org/%d" % n
            open_close = [["", ""] for _ in some]

            def around(a, z, left, right, emph="", link=""):
                open_close[a][0] = left + open_close[a][0]
                open_close[z][1] = open_close[z][1] + right
                for i in range(a, z + 1):
                    looks[i] = (looks[i][0] | frozenset(emph), link or looks[i][1])
            sign = rng.choice(["*", "_"])
            if kind == "emph":
                around(0, take - 1, sign, sign, EMPH)
            elif kind == "strong":
                around(0, take - 1, sign * 2, sign * 2, STRONG)
            elif kind == "both":
                around(0, take - 1, "***", "***", EMPH + STRONG)
            elif kind == "code":
                around(0, take - 1, "`", "`", CODE)
            elif kind == "link":
                around(0, take - 1, "[", "](%s)" % url, "", url)
            elif kind == "linked emph":
                at = rng.randrange(take)
                around(at, at, sign, sign, EMPH)
                around(0, take - 1, "[", "](%s)" % url, "", url)
            elif kind == "emph link":
                around(rng.randrange(take), take - 1, "[", "](%s)" % url, "", url)
                around(0, take - 1, "**", "**", STRONG)
            elif kind == "nested" and take == 3:
                at = rng.randrange(3)
                around(at, at, "*", "*", EMPH)
                around(0, 2, "__" if at in (0, 2) else "**", "__" if at in (0, 2) else "**", STRONG)
            self.words += some
            self.depths += [n] * take
            self.looks += looks
            self.signs += open_close
            if kind == "line" and n < len(names):
                self.signs[-1][1] += "\n"
        self.signs[-1][1] = self.signs[-1][1].rstrip("\n")
        self.notes = [] if plain or rng.random() < .6 else [i for i in [rng.randrange(len(self.words))] if CODE not in self.looks[i][0]]
        self.end = rng.choice([".", "."] + ([""] if rng.random() < .5 else []))

    def markdown(self):
        out = ""
        for i, (w, (left, right)) in enumerate(zip(self.words, self.signs)):
            out += left + w + right.rstrip("\n") + ("[^n]" if i in self.notes else "") + ("\n" if right.endswith("\n") else " ")
        return out.rstrip("\n ") + self.end

    def text(self):
        return " ".join(self.words) + self.end

    def offsets(self, i, j):
        """Where words i to j - 1 stand in the text."""
        begin = sum(len(w) + 1 for w in self.words[:i])
        return begin, begin + len(" ".join(self.words[i:j]))


def looked(p):
    """Characters that are not white, with their looks, word by word."""
    got = [[(c, p.looks[i]) for c in w] for i, w in enumerate(p.words)]
    got[-1] += [(c, (frozenset(), "")) for c in p.end]
    return got


def shown(lines):
    """The same of what `show` prints of a paragraph."""
    got = [[]]
    for line in lines:
        m = re.match(r'\s*text ((?:emph |strong |code )*)(?:link "([^"]*)" )?(?:autolink )?"(.*)" @', line)
        if re.match(r"\s*(soft|hard)", line):
            got.append([])
        if not m:
            continue
        look = (frozenset({"emph": EMPH, "strong": STRONG, "code": CODE}[x] for x in m[1].split()), m[2] or "")
        for part in re.findall(r"\s+|\S+", m[3]):
            if part.isspace():
                got.append([])
            else:
                got[-1] += [(c, look) for c in part]
    return [w for w in got if w]


class Edit:
    """Words [i, j) of a paragraph become others; i == j: put in before word i."""

    def __init__(self, i, j, new):
        self.i, self.j, self.new = i, j, new


def constructs(p):
    """By word, a number for the piece of emphasis, link or code that it stands in."""
    at = [0]
    for before, after in zip(p.depths, p.depths[1:]):
        at.append(at[-1] + (before != after))
    return at


def applied(p, *edits):
    """What the words are after edits that do not overlap: each character with its look, or with None where several are right."""
    words = looked(p)
    out, at = [], 0
    for e in sorted(edits, key=lambda e: (e.i, e.j)):
        out += words[at:e.i]
        looks = {p.looks[k] for k in range(e.i, e.j)}
        look = looks.pop() if len(looks) == 1 and (looks == {PLAIN} or len({constructs(p)[k] for k in range(e.i, e.j)}) == 1) else None
        tail = words[e.j - 1][len(p.words[e.j - 1]):] if e.j > e.i else []
        new = [[(c, look) for c in w] for w in e.new.split()]
        if new:
            new[-1] += tail
        elif out and tail:
            out[-1] = out[-1] + tail
        out += new
        at = e.j
    return out + words[at:]


def same(got, want):
    if [[c for c, _ in w] for w in got] != [[c for c, _ in w] for w in want]:
        return False
    return all(b is None or a == b for x, y in zip(got, want) for (_, a), (_, b) in zip(x, y))


def pair_of(rng, p):
    """Two edits, and how they stand to one another."""
    n = len(p.words)
    i = rng.randrange(n)
    j = rng.randint(i + 1, min(n, i + 4))
    how = rng.choice(["overlap", "overlap", "inside", "equal", "beside"])
    if how == "overlap" and j - i > 1 and j < n:
        k, m = rng.randrange(i + 1, j), rng.randint(j + 1, min(n, j + 3))
    elif how == "inside" and j - i > 1:
        k = rng.randrange(i, j)
        m = rng.randint(k + 1, j)
        if (k, m) == (i, j):
            how = "equal"
    elif how == "beside" and j < n:
        k, m = j, rng.randint(j + 1, min(n, j + 3))
    else:
        how, k, m = "equal", i, j
    news = rng.sample(["about firm", "sound", "other much longer words", "better", "firm"], 2)
    if rng.random() < .2:
        news[rng.randrange(2)] = ""
    if (news[0] == "" and j - i == n) or (news[1] == "" and m - k == n):
        news = ["sound", "firm"]
    a, b = Edit(i, j, news[0]), Edit(k, m, news[1])
    if rng.random() < .5:
        a, b = b, a
    return how, a, b


def one_code(p, a, b):
    """Do both change words of one piece of emphasis, link or code, and one of them reaches out of it, or is of a part of code?  Nothing can stand in
    code, and emphasis ends where words do: these two may have a wording each of all of it."""
    at = constructs(p)
    own = [{at[i] for i in range(e.i, e.j) if p.looks[i] != PLAIN} for e in (a, b)]
    for c in own[0] & own[1]:
        words = [i for i in range(len(at)) if at[i] == c]
        if any(CODE in p.looks[i][0] for i in words) or any(e.i < words[0] or e.j > words[-1] + 1 for e in (a, b)):
            return True
    return False


def typed(p, e):
    """The words for `suggest`: of a word that ends the sentence its full stop stays."""
    return " ".join(p.words[e.i:e.j]), e.new


with Cli() as t:
    t.workspace()

    def returned_docx(p, e, author, dest):
        """The copy, with the change tracked in it as Word does: words struck run by run, new ones where the first stood, looking like it."""
        begin, end = p.offsets(e.i, e.j)
        if not e.new:
            begin, end = (begin, end + 1) if end < len(p.text()) and p.text()[end] == " " else (begin - (begin > 0), end)
        with zipfile.ZipFile(t.path("copy.docx")) as z:
            parts = {x: z.read(x) for x in z.namelist()}
        document = parts["word/document.xml"].decode()
        m = max(re.finditer(r"<w:p>(?:(?!</w:p>).)*</w:p>", document), key=lambda m: p.words[0] in m.group() and p.words[-1] in m.group())
        hand = 'w:author="%s" w:date="2025-09-01T10:00:00Z"' % author
        out, at, number, said = "", 0, 9000, False
        for part in re.split(r"(<w:r>.*?</w:r>)", m.group()):
            words = re.match(r'<w:r>(<w:rPr>.*?</w:rPr>)?<w:t xml:space="preserve">(.*?)</w:t></w:r>$', part)
            if not words:
                out += part
                if "<w:br/>" in part:
                    at += 1
                continue
            look, text = words[1] or "", words[2]
            cut = [max(0, min(len(text), x - at)) for x in (begin, end)]
            for k, piece in enumerate((text[:cut[0]], text[cut[0]:cut[1]], text[cut[1]:])):
                number += 1
                if k == 1 and piece and e.new and not said:
                    out += '<w:ins w:id="%d" %s><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:ins>' % (number + 500, hand, look, e.new)
                    said = True
                if piece:
                    tag = "delText" if k == 1 else "t"
                    run = '<w:r>%s<w:%s xml:space="preserve">%s</w:%s></w:r>' % (look, tag, piece, tag)
                    out += '<w:del w:id="%d" %s>%s</w:del>' % (number, hand, run) if k == 1 else run
            at += len(text)
        parts["word/document.xml"] = (document[:m.start()] + out + document[m.end():]).encode()
        with zipfile.ZipFile(t.path(dest), "w", zipfile.ZIP_DEFLATED) as z:
            for name, data in parts.items():
                z.writestr(name, data)

    def returned_odt(p, e, author, dest):
        """The same in ODT: what is struck stands apart, in its spans, and its place is marked."""
        begin, end = p.offsets(e.i, e.j)
        if not e.new:
            begin, end = (begin, end + 1) if end < len(p.text()) and p.text()[end] == " " else (begin - (begin > 0), end)
        with zipfile.ZipFile(t.path("copy.odt")) as z:
            parts = {x: z.read(x) for x in z.namelist()}
        content = parts["content.xml"].decode()
        m = max(re.finditer(r"(<text:p [^>]*>)((?:(?!</text:p>).)*)</text:p>", re.sub(r"<text:note .*?</text:note>", lambda k: "#" * len(k[0]), content)),
                key=lambda m: p.words[0] in m[2] and p.words[-1] in m[2])
        inner, stack, at, kept, gone, new = content[m.start(2):m.end(2)], [], 0, [], [], None
        for part in re.findall(r"<text:note .*?</text:note>|<[^>]*>|[^<]", inner):
            if part.startswith(("<text:span", "<text:a ")) and not part.endswith("/>"):
                stack = stack + [part]
            elif part.startswith(("</text:span", "</text:a>")):
                stack = stack[:-1]
            else:
                wide = len(part) == 1 or part.startswith(("<text:s/", "<text:line-break"))
                inside = begin <= at < end and wide or (begin < at < end)
                if inside and new is None:
                    new = stack
                    kept.append(([], '<text:change text:change-id="c1"/>'))
                    if e.new:
                        kept += [(stack, '<text:change-start text:change-id="c2"/>' + e.new + '<text:change-end text:change-id="c2"/>')]
                (gone if inside else kept).append((stack, part))
                at += wide

        def joined(parts):
            parts = [(stack, "<text:s/>" if part == " " and k in (0, len(parts) - 1) else part) for k, (stack, part) in enumerate(parts)]
            out, now = "", []
            for stack, part in parts + [([], "")]:
                same = 0
                while same < len(now) and same < len(stack) and now[same] is stack[same]:
                    same += 1
                out += "".join("</%s>" % x[1:].split(" ")[0] for x in reversed(now[same:])) + "".join(stack[same:]) + part
                now = stack
            return out
        info = "<office:change-info><dc:creator>%s</dc:creator><dc:date>2025-09-01T10:00:00</dc:date></office:change-info>" % author
        changes = '<text:tracked-changes text:track-changes="false"><text:changed-region xml:id="c1" text:id="c1"><text:deletion>%s<text:p>%s</text:p></text:deletion></text:changed-region>' % (info, joined(gone))
        if e.new:
            changes += '<text:changed-region xml:id="c2" text:id="c2"><text:insertion>%s</text:insertion></text:changed-region>' % info
        content = content[:m.start(2)] + joined(kept) + content[m.end(2):]
        content = re.sub(r"<office:text[^>]*>", lambda k: k[0] + changes + "</text:tracked-changes>", content, count=1)
        parts["content.xml"] = content.encode()
        with zipfile.ZipFile(t.path(dest), "w", zipfile.ZIP_DEFLATED) as z:
            for name, data in parts.items():
                z.writestr(name, data)

    def words_now():
        lines = subprocess.run([SHOW, t.path("drafts/in.md"), "rejected"], capture_output=True, text=True).stdout.splitlines()
        return shown(lines[:next((i for i, x in enumerate(lines) if x.startswith("note ")), len(lines))])

    def ids():
        return [(s["id"], s["author"]) for s in t.json("suggestions", "in")[1].get("suggestions", [])]

    def look_at(name, p, how, a, b, draft):
        written, why = t.read("drafts/in.md"), []
        text = written.decode()
        if "instead of" in text or "take out" in text:
            why.append("a wording is in a comment alone")
        listed = ids()
        if {x for _, x in listed} != {"Ana Silva", "Ben Ode"}:
            why.append(f"suggestions of {listed}")

        def outcome(want, said, *steps, named=False):
            t.write("drafts/in.md", written)
            for n, (verb, by) in enumerate(steps):
                who = ["--all"] if not by else ["--by", by] if named else [x for x, y in (listed if not n else ids()) if y == by]
                code, out, err = t.run(verb, "in", *who) if who else (0, "", "")
                if code:
                    why.append(f"{said}: {verb} {who}: {err}")
            now = t.read("drafts/in.md")
            if want is None:
                if now != draft:
                    why.append(f"{said}: not the draft:\n{now.decode()}")
            elif not same(words_now(), want):
                why.append(f"{said}:\n{now.decode().split('{#a}')[1]}")
        outcome(None, "nobody's", ("reject", None))
        outcome(applied(p, a), "Ana's", ("accept", "Ana Silva"), ("reject", None))
        outcome(applied(p, b), "Ben's", ("accept", "Ben Ode"), ("reject", None))
        outcome(applied(p, b), "Ben's, Ana's rejected before", ("reject", "Ana Silva"), ("accept", "Ben Ode"), named=True)
        outcome(applied(p, a), "Ana's, Ben's rejected before", ("reject", "Ben Ode"), ("accept", "Ana Silva"), named=True)
        if how == "beside" and not one_code(p, a, b):
            outcome(applied(p, a, b), "both", ("accept", "Ana Silva"), ("accept", "Ben Ode"))
        t.ok(not why, name, "\n".join(why + ["draft: " + p.markdown(), f"Ana: {typed(p, a)} Ben: {typed(p, b)}", "written: " + text.split("{#a}")[1].strip()]))

    for seed in range(FIRST, FIRST + SEEDS):
        rng = random.Random(seed)
        p = Paragraph(rng, seed % 5 == 0)
        how, a, b = pair_of(rng, p)
        draft = (HEAD + "{#a}\n" + p.markdown() + "\n" + ("\n[^n]: A note.\n" if p.notes else "")).encode()
        way = rng.choice(WHAT)
        t.write("drafts/in.md", draft)
        if not same(words_now(), looked(p)):
            t.ok(False, f"seed {seed}: the draft reads as it was made", p.markdown())
            continue
        if way == "suggest":
            for e, author in ((a, "Ana Silva"), (b, "Ben Ode")):
                code, out, err = t.run("suggest", "in", "a", *typed(p, e), "--by", author)
                if code:
                    t.ok(False, f"seed {seed}, suggest: {author}", err + f"\ndraft: {p.markdown()}\n{typed(p, e)}\n{t.read('drafts/in.md').decode()}")
                    break
            if code:
                continue
        else:
            t.run("export", "in", "--to", way, "--audience", "review", "-o", "copy." + way)
            for e, author, dest in ((a, "Ana Silva", "ana." + way), (b, "Ben Ode", "ben." + way)):
                (returned_docx if way == "docx" else returned_odt)(p, e, author, dest)
            together = rng.random() < .5
            way += ", together" if together else ", one after the other"
            lost = []
            for files in ([["ana", "ben"]] if together else [["ana"], ["ben"]]):
                code, got = t.json("receive", *[f + "." + way.split(",")[0] for f in files], "in")
                lost += got.get("unplaced", [got])
            if lost:
                t.ok(False, f"seed {seed}, {way}: all arrives", f"{lost}\ndraft: {p.markdown()}\n{typed(p, a)} {typed(p, b)}")
                continue
        look_at(f"seed {seed}, {way}: {how}", p, how, a, b, draft)
