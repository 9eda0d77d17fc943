"""What colleagues do to the words of a DOCX review copy, at random: edits(rng, copy) changes the copy's text, reading(part) says
what stands in it once all is accepted."""
import copy as copying
import re
import zipfile
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
for prefix, name in (("w", W[1:-1]), ("w14", W14[1:-1]), ("w15", W15[1:-1]), ("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
                     ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"), ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
                     ("pic", "http://schemas.openxmlformats.org/drawingml/2006/picture")):
    ElementTree.register_namespace(prefix, name)
DOCUMENT, NOTES, COMMENTS, REPLIES = "word/document.xml", "word/footnotes.xml", "word/comments.xml", "word/commentsExtended.xml"
AROUND = ("Title", "InfoLabel", "InfoValue", "Endorsers", "BlockLabel")
NEW_WORDS = "river stone amber lantern copper willow".split()


def element(tag, *children, **attributes):
    e = ElementTree.Element(W + tag, {W + k: v for k, v in attributes.items()})
    e.extend(children)
    return e


def words(tag, text):
    e = element(tag)
    e.text = text
    e.set(XML_SPACE, "preserve")
    return e


def style_of(p):
    s = p.find(f"{W}pPr/{W}pStyle")
    return s.get(W + "val") if s is not None else ""


def run_style(r):
    s = r.find(f"{W}rPr/{W}rStyle")
    return s.get(W + "val") if s is not None else ""


def divide_runs(p):
    """Words and line breaks in runs of their own, so that words can be edited right beside a break."""
    for r in [c for c in p if c.tag == W + "r"]:
        parts = [c for c in r if c.tag != W + "rPr"]
        if len(parts) < 2 or any(c.tag not in (W + "t", W + "br") for c in parts):
            continue
        look, at = r.find(W + "rPr"), list(p).index(r)
        p.remove(r)
        for k, c in enumerate(parts):
            p.insert(at + k, element("r", *([copying.deepcopy(look)] if look is not None else []), c))


class Copy:
    """A review copy's package; `part` of it is what the colleague works in."""

    def __init__(self, path, part=DOCUMENT):
        with zipfile.ZipFile(path) as z:
            self.files = {n: z.read(n) for n in z.namelist()}
        self.part = part
        self.root = ElementTree.fromstring(self.files[part]) if part in self.files else None
        for p in self.root.iter(W + "p") if self.root is not None else []:
            divide_runs(p)
        self.count, self.edits, self.comments = 0, 0, []
        self.people = 1 # of whom each edit is by the next

    def write(self, path):
        self.files[self.part] = ElementTree.tostring(self.root, "utf-8", xml_declaration=True)
        with zipfile.ZipFile(path, "w") as z:
            for name, data in self.files.items():
                z.writestr(name, data)

    def hand(self):
        """Attributes of a tracked change of this edit."""
        self.count += 1
        return {"id": str(90000 + self.count), "author": "Ana %d" % (self.edits % self.people), "date": "2026-01-0%dT00:00:00Z" % (1 + self.edits % 7)}

    def paragraphs(self):
        """Those of the text itself."""
        return [p for p in self.root.iter(W + "p") if style_of(p) not in AROUND]

    def around(self):
        return [p for p in self.root.iter(W + "p") if style_of(p) in ("Title", "InfoValue", "BlockLabel") and whole_runs(p)]

    def holder(self, child):
        return next(e for e in self.root.iter() if child in list(e))

    def add_comment(self, text, reply):
        """Its id, and that of a reply to it."""
        ids = []
        comments = ElementTree.fromstring(self.files[COMMENTS]) if COMMENTS in self.files else element("comments")
        threads = ElementTree.fromstring(self.files[REPLIES]) if REPLIES in self.files else ElementTree.Element(W15 + "commentsEx")
        for n, say in enumerate([text, reply] if reply else [text]):
            ids.append(str(len(comments) + 500))
            paragraph = element("p", element("r", words("t", say)))
            paragraph.set(W14 + "paraId", "%08X" % (0x10000 + len(comments)))
            hand = {**self.hand(), "id": ids[-1], "initials": "A"}
            thread = ElementTree.SubElement(threads, W15 + "commentEx", {W15 + "paraId": paragraph.get(W14 + "paraId"), W15 + "done": "0"})
            if n:
                thread.set(W15 + "paraIdParent", "%08X" % (0x10000 + len(comments) - 1))
            comments.append(element("comment", paragraph, **hand))
            self.comments.append(say)
        self.files[COMMENTS] = ElementTree.tostring(comments, "utf-8", xml_declaration=True)
        self.files[REPLIES] = ElementTree.tostring(threads, "utf-8", xml_declaration=True)
        for part, kind, type_ in ((COMMENTS, "officeDocument/2006/relationships/comments", "comments"), (REPLIES, "", "commentsExtended")):
            base = part.split("/")[1]
            if ("/" + part).encode() in self.files["[Content_Types].xml"]:
                continue
            relation = "http://schemas.openxmlformats.org/" + kind if kind else "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
            self.insert_before("[Content_Types].xml", "</Types>", '<Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.%s+xml"/>' % (part, type_))
            self.insert_before("word/_rels/document.xml.rels", "</Relationships>", '<Relationship Id="rIdLaw%s" Type="%s" Target="%s"/>' % (type_, relation, base))
        return ids

    def insert_before(self, file, what, xml):
        self.files[file] = self.files[file].decode().replace(what, xml + what).encode()


# ---- what a copy says ----

def instruction(text):
    """Of a field: "" where it is a cross-reference, the address where it is a link, else None."""
    if re.match(r" *(REF|NOTEREF|PAGEREF|HYPERLINK +\\l)\b", text):
        return ""
    link = re.match(r' *HYPERLINK +"([^"]*)"', text)
    return link[1] if link else None


def pieces(p):
    """(words, look) of a paragraph with its changes accepted; a note's mark is ^, a picture #, a cross-reference §."""
    fields = []

    def walk(e, url):
        for c in e:
            if c.tag in (W + "del", W + "moveFrom", W + "pPr"):
                continue
            if c.tag == W + "hyperlink" and c.get(W + "anchor"):
                yield "§", ""
            elif c.tag != W + "r":
                yield from walk(c, url)
            else:
                yield from run(c)

    def run(r):
        properties = r.find(W + "rPr")
        on = lambda tag: properties is not None and properties.find(W + tag) is not None and properties.find(W + tag).get(W + "val") not in ("0", "false")
        look = ("b" if on("b") else "") + ("i" if on("i") else "") + ("c" if run_style(r) == "CodeText" else "")
        for c in r:
            kind = c.get(W + "fldCharType")
            if kind == "begin":
                fields.append(["", False])
            elif kind == "separate":
                fields[-1][1] = True
            elif kind == "end":
                field = fields.pop()
                if instruction(field[0]) == "" and not any(instruction(f[0]) == "" for f in fields):
                    yield "§", ""
            elif c.tag == W + "instrText":
                fields[-1][0] += c.text or ""
            elif any(instruction(f[0]) == "" for f in fields):
                continue
            else:
                urls = [instruction(f[0]) for f in fields if instruction(f[0])]
                say = {W + "t": c.text or "", W + "footnoteReference": "^", W + "drawing": "#", W + "br": "\v", W + "cr": "\v", W + "tab": "\t"}.get(c.tag, "")
                if say:
                    yield say, ("" if say in "^#\v\t" else look + (" " + urls[-1] if urls else ""))
    return list(walk(p, ""))


def ends_struck(p):
    return p.find(f"{W}pPr/{W}rPr/{W}del") is not None


def said(parts):
    """The words, white space as one sign, and the same with signs where the look changes."""
    plain, looks, last = "", "", ""
    for text, look in parts:
        for c in text.replace("[…]", "§"):
            if c in " \t\n":
                if plain[-1:] not in (" ", "\v", ""):
                    plain += " "
                    looks += " "
                continue
            if c == "\v":
                plain, looks = plain.rstrip(" ") + "\v", looks.rstrip(" ") + "\v"
                continue
            if look != last:
                looks += "‹%s›" % look
                last = look
            plain += c
            looks += c
    return plain.strip(" \v"), re.sub(r"[ \v]*(‹›)?$", "", looks.strip(" \v"))


def reading(root):
    """[(words, words with looks)] of the paragraphs that have any."""
    out, before = [], []
    for p in root.iter(W + "p"):
        if style_of(p) in AROUND or any(c.tag == W + "p" for c in p.iter() if c is not p):
            continue
        own = [x for x in p if x.tag == W + "r" and run_style(x) == "PrintedLabel"]
        before = before + [x for x in pieces(p)] if not own else before + pieces_without(p, own)
        if ends_struck(p):
            continue
        out.append(said(before))
        before = []
    return [x for x in out if x[0]]


def pieces_without(p, runs):
    """A printed label is no word, nor the tab behind it."""
    rest = copying.copy(p)
    rest = ElementTree.Element(p.tag)
    rest.extend([c for c in p if c not in runs])
    got = pieces(rest)
    return got[1:] if got and got[0][0] == "\t" else got


# ---- places ----

def whole_runs(p):
    """Runs of nothing but words, in no change, and in no field but a link's words."""
    out, depth = [], []
    for c in p:
        if c.tag != W + "r":
            continue
        for x in c:
            kind = x.get(W + "fldCharType")
            if kind == "begin":
                depth.append("")
            elif x.tag == W + "instrText":
                depth[-1] += x.text or ""
            elif kind == "end":
                depth.pop()
        kinds = [x.tag for x in c if x.tag != W + "rPr"]
        if kinds == [W + "t"] and (c.find(W + "t").text or "").strip() and run_style(c) not in ("PrintedLabel", "FootnoteReference") and all(instruction(d) for d in depth):
            out.append(c)
    return out


def text_of(r):
    return r.find(W + "t").text or ""


def look_of(r):
    return r.find(W + "rPr")


def new_run(text, look=None, tag="t"):
    r = element("r")
    if look is not None:
        r.append(copying.deepcopy(look))
    for i, part in enumerate(re.split("([\t\v])", text)):
        if part:
            r.append(element("tab") if part == "\t" else element("br") if part == "\v" else words(tag, part))
    return r


def divide(p, r, i):
    """Cuts a run; the two runs, of which one may be None."""
    text = text_of(r)
    if i <= 0:
        return None, r
    if i >= len(text):
        return r, None
    rest = new_run(text[i:], look_of(r))
    r.find(W + "t").text = text[:i]
    r.find(W + "t").set(XML_SPACE, "preserve")
    p.insert(list(p).index(r) + 1, rest)
    return r, rest


def edges(text):
    """Where words begin and end."""
    return sorted({0, len(text)} | {x.start() for x in re.finditer(r"\S+", text)} | {x.end() for x in re.finditer(r"\S+", text)})


def in_link(p, r):
    depth = 0
    for c in p:
        if c is r:
            return depth > 0
        for x in c:
            depth += {"begin": 1, "end": -1}.get(x.get(W + "fldCharType"), 0)
    return False


def strike(r):
    for t in list(r.iter(W + "t")):
        t.tag = W + "delText"
    for t in r.iter(W + "instrText"):
        t.tag = W + "delInstrText"
    return r


class Colleague:
    def __init__(self, rng, copy):
        self.rng, self.copy, self.log = rng, copy, []

    def new_words(self):
        return " ".join(self.rng.choice(NEW_WORDS) for _ in range(self.rng.choice((1, 1, 2))))

    def place(self, fits=lambda p: True):
        """A paragraph, one of its runs and a word's edge in it."""
        fitting = [p for p in self.copy.paragraphs() if fits(p) and whole_runs(p)]
        if not fitting:
            return None
        p = self.rng.choice(fitting)
        r = self.rng.choice(whole_runs(p))
        return p, r, self.rng.choice(edges(text_of(r)))

    def come(self, p, at, runs, tracked):
        """Puts runs in at an index of the paragraph, tracked or not."""
        for k, e in enumerate([element("ins", *runs, **self.copy.hand())] if tracked else runs):
            p.insert(at + k, e)

    def go(self, p, first, last, tracked):
        """Takes out all from one child to another; the index where they stood.  None: something else than words stands among them."""
        all_ = list(p)
        a, z = all_.index(first), all_.index(last)
        if any(c.tag != W + "r" or c.find(W + "fldChar") is not None or c.find(W + "instrText") is not None or c.find(W + "commentReference") is not None for c in all_[a:z + 1]):
            return None
        for c in all_[a:z + 1]:
            p.remove(c)
        if not tracked:
            return a
        p.insert(a, element("del", *[strike(c) for c in all_[a:z + 1]], **self.copy.hand()))
        return a + 1

    def range(self):
        """A paragraph and the first and last run of a stretch of it, cut at the edges of words."""
        place = self.place()
        if not place:
            return None
        p, r, _ = place
        runs = whole_runs(p)
        k = runs.index(r)
        end = runs[min(len(runs) - 1, k + self.rng.choice((0, 0, 0, 1, 2)))]
        if end is r:
            a = self.rng.choice([x for x in edges(text_of(r)) if x < len(text_of(r))])
            b = self.rng.choice([x for x in edges(text_of(r)) if x > a])
            _, rest = divide(p, r, a)
            return p, rest, divide(p, rest, b - a)[0]
        a, b = self.rng.choice(edges(text_of(r))[:-1]), self.rng.choice(edges(text_of(end))[1:])
        first = divide(p, r, a)[1]
        return p, first, divide(p, end, b)[0]

    def edit(self, kind, tracked):
        self.copy.edits += 1
        return getattr(self, kind)(tracked)

    # ---- the edits; each says what it did, or None ----

    def put_in(self, tracked):
        place = self.place()
        if not place:
            return None
        p, r, i = place
        new = self.new_words()
        new = self.rng.choice((new, " " + new, new + " ", new, " " + new, new + " ", new + "\t" + new, new + "\u00a0" + new, new + "\v" + new))
        left, right = divide(p, r, i)
        at = list(p).index(left) + 1 if left is not None else list(p).index(right)
        self.come(p, at, [new_run(new, look_of(r) if self.rng.random() < .5 or in_link(p, r) else None)], tracked)
        return new

    def take_out(self, tracked):
        got = self.range()
        # White space alone, typed over, is nobody's change.
        if not got or (not tracked and got[1] is got[2] and not text_of(got[1]).strip()):
            return None
        return None if self.go(*got, tracked) is None else "words"

    def replace(self, tracked):
        got = self.range()
        if not got:
            return None
        p, first, last = got
        linked, look, new = in_link(p, first), look_of(first), self.new_words()
        at = self.go(p, first, last, tracked)
        if at is None:
            return None
        self.come(p, at, [new_run(new, look if linked or self.rng.random() < .6 else None)], tracked)
        return new

    def recase(self, tracked):
        """Capitals, or signs that a word processor sets right by itself."""
        place = self.place()
        if not place:
            return None
        p, r, _ = place
        old = text_of(r)
        new = self.rng.choice((str.upper, str.capitalize, str.title, lambda s: s.replace("“", '"').replace("”", '"'), lambda s: s.replace("’", "'"), lambda s: s.replace("-", "–")))(old)
        if new == old:
            return None
        look = look_of(r)
        self.come(p, self.go(p, r, r, tracked), [new_run(new, look)], tracked)
        return new

    def split(self, tracked):
        place = self.place(lambda p: self.copy.holder(p).tag != W + "tc" and "Heading" not in style_of(p) and "Code" not in style_of(p) and p.find(f"{W}pPr/{W}rPr") is None)
        if not place or in_link(*place[:2]):
            return None
        p, r, i = place
        left, right = divide(p, r, i)
        at = list(p).index(left) + 1 if left is not None else list(p).index(right)
        rest, head = list(p)[at:], p.find(W + "pPr")
        second = element("p")
        if head is not None:
            second.append(copying.deepcopy(head))
        elif tracked:
            head = element("pPr")
            p.insert(0, head)
        if tracked:
            properties = element("rPr", element("ins", **self.copy.hand()))
            head.append(properties)
        for c in rest:
            p.remove(c)
            second.append(c)
        holder = self.copy.holder(p)
        holder.insert(list(holder).index(p) + 1, second)
        return "split"

    def relook(self, tracked):
        got = self.range()
        if not got:
            return None
        p, first, last = got
        all_ = list(p)
        tag = self.rng.choice("bi")
        turned = [c for c in all_[all_.index(first):all_.index(last) + 1] if c in whole_runs(p) and run_style(c) in ("", "Emphasis", "Strong")]
        on = not all(look_of(c) is not None and look_of(c).find(W + tag) is not None for c in turned)
        for c in turned:
            was = copying.deepcopy(look_of(c)) if look_of(c) is not None else element("rPr")
            if look_of(c) is None:
                c.insert(0, element("rPr"))
            now = look_of(c)
            for old in now.findall(W + tag) + now.findall(W + tag + "Cs"):
                now.remove(old)
            if on:
                now.insert(1 if now.find(W + "rStyle") is not None else 0, element(tag))
            if tracked:
                now.append(element("rPrChange", was, **self.copy.hand()))
        return tag if turned else None

    def link(self, tracked):
        """Words pasted with a link, as a field."""
        place = self.place()
        if not place or in_link(*place[:2]):
            return None
        p, r, i = place
        left, right = divide(p, r, i)
        at = list(p).index(left) + 1 if left is not None else list(p).index(right)
        instruct = element("instrText")
        instruct.text = ' HYPERLINK "https://example.org/pasted" '
        field = [element("r", element("fldChar", fldCharType="begin")), element("r", instruct), element("r", element("fldChar", fldCharType="separate")),
                 new_run(self.new_words(), element("rPr", element("rStyle", val="Hyperlink"))), element("r", element("fldChar", fldCharType="end"))]
        self.come(p, at, [new_run(" ")] + field + [new_run(" ")], tracked)
        return "link"

    def comment(self, tracked):
        """Around words, of which some may be changed by now; tracked: with a reply."""
        got = self.range() if self.copy.part == DOCUMENT else None
        if not got:
            return None
        p, first, last = got
        if in_link(p, first) or in_link(p, last):
            return None
        n = len(self.copy.comments)
        ids = self.copy.add_comment("Remark number %d." % n, "Reply number %d." % (n + 1) if tracked else "")
        for one in ids:
            p.insert(list(p).index(first), element("commentRangeStart", id=one))
            p.insert(list(p).index(last) + 1, element("r", element("commentReference", id=one)))
            p.insert(list(p).index(last) + 1, element("commentRangeEnd", id=one))
        return "comment"

    def borrowed(self):
        """Runs copied from anywhere in the text: words of any look, code, pictures."""
        out = []
        for _ in range(self.rng.choice((1, 2, 3))):
            p = self.rng.choice(self.copy.paragraphs())
            fit = [c for c in whole_runs(p) if not in_link(p, c)] + [c for c in p.findall(W + "r") if c.find(W + "drawing") is not None] * 2
            if fit:
                out += [new_run(self.new_words() + " "), copying.deepcopy(self.rng.choice(fit)), new_run(" " + self.rng.choice(NEW_WORDS))]
        return out or [new_run(self.new_words())]

    def paragraph(self, tracked):
        """A new paragraph, of the same kind, behind another."""
        place = self.place(lambda p: self.copy.holder(p).tag not in (W + "tc", W + "footnote") and "Heading" not in style_of(p) and "Code" not in style_of(p) and p.find(f"{W}pPr/{W}rPr") is None)
        if not place:
            return None
        p = place[0]
        new = element("p")
        if p.find(W + "pPr") is not None:
            new.append(copying.deepcopy(p.find(W + "pPr")))
        else:
            new.append(element("pPr"))
        if tracked:
            new.find(W + "pPr").append(element("rPr", element("ins", **self.copy.hand())))
        self.come(new, 1, self.borrowed(), tracked)
        holder = self.copy.holder(p)
        holder.insert(list(holder).index(p) + 1, new)
        return "paragraph"

    def rewrite(self, tracked):
        """All words of a paragraph are others."""
        place = self.place(lambda p: all(c.tag in (W + "pPr", W + "r", W + "bookmarkStart", W + "bookmarkEnd") for c in p) and not any(c.tag in (W + "fldChar", W + "footnoteReference", W + "commentReference") for c in p.iter())
                           and "Heading" not in style_of(p) and "Code" not in style_of(p))
        if not place:
            return None
        p = place[0]
        runs = [c for c in p.findall(W + "r") if run_style(c) != "PrintedLabel" and not (c.find(W + "tab") is not None and c.find(W + "t") is None)]
        if not runs:
            return None
        at = self.go(p, runs[0], runs[-1], tracked)
        if at is None:
            return None
        self.come(p, at, self.borrowed(), tracked)
        return "rewrite"


def noise(rng, root):
    """What Word does at random and nobody means: words in pieces, revision ids, spelling marks, bookmarks, page breaks as they fell."""
    for p in root.iter(W + "p"):
        if rng.random() < .5:
            p.set(W + "rsidR", "00%06X" % rng.randrange(1 << 24))
        for r in whole_runs(p):
            while len(text_of(r)) > 1 and rng.random() < .4:
                r = divide(p, r, rng.randrange(1, len(text_of(r))))[1]
                r.set(W + "rsidRPr", "00%06X" % rng.randrange(1 << 24))
                if rng.random() < .3:
                    p.insert(list(p).index(r), element("proofErr", type=rng.choice(("spellStart", "spellEnd", "gramStart", "gramEnd"))))
                if rng.random() < .1:
                    r.insert(1 if look_of(r) is not None else 0, element("lastRenderedPageBreak"))
        if rng.random() < .1:
            at = rng.randrange(1, len(p) + 1) if len(p) else 0
            at = max(at, 1 if p.find(W + "pPr") is not None else 0)
            p.insert(at, element("bookmarkEnd", id="99999"))
            p.insert(at, element("bookmarkStart", id="99999", name="_GoBack"))
