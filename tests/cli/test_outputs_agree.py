#!/usr/bin/env python3
"""One comparison, many outputs: text, JSON, HTML, CriticMarkup, DOCX and ODT name the same removed and the same new words, over random
pairs of statements; and a comparison with itself, or with other spellings of the same text, finds nothing."""
import collections
import html
import os
import re
import sys
import zipfile
from tap import Cli, SOURCE

sys.path.insert(0, os.path.join(SOURCE, "tests/bench"))
sys.dont_write_bytecode = True
from make import Maker  # noqa: E402

SEEDS = int(os.environ.get("SEEDS", "12"))


def words(text):
    return collections.Counter(w for w in re.findall(r"\w+", text) if w not in ("footnote", "Footnote"))  # which some outputs print before its words


def plain(xml):
    return html.unescape(re.sub(r"<[^>]+>", " ", xml))


def revise(r, maker, text):
    """Words changed, blocks added and taken away; nothing moves, which each output shows in its own way."""
    blocks = text.rstrip("\n").split("\n\n")
    out = []
    for i, block in enumerate(blocks):
        if i == 0 or block.startswith("[^"):
            out.append(block)
            continue
        dice = r.random()
        if dice < 0.08 and "[^" not in block:  # whose note would go with it, in some outputs as words
            continue
        if dice < 0.5 and "|" not in block and not block.startswith("#"):
            def other(match):
                if r.random() >= 0.12:
                    return match.group(0)
                return r.choice(["forum ", "predictable ", "", "regional funding ", maker.word() + " "])
            head, text = (block.split("\n", 1) if block.startswith("<!--") else ("", block))
            block = (head + "\n" if head else "") + re.sub(r"(?<=[a-z] )[a-z]+ (?=[a-z])", other, text)
        out.append(block)
        if r.random() < 0.08:
            out.append(f"<!-- {{#new-{i}}} -->\n" + maker.words(9).capitalize() + ".")
    # A note goes with its last reference, as a writer would have it.
    text = "\n\n".join(out)
    return "\n\n".join(b for b in out if not b.startswith("[^") or text.count(b[:b.index("]") + 1]) > 1) + "\n"


def from_json(answer):
    gone, new = collections.Counter(), collections.Counter()
    for clause in answer["clauses"]:
        for sign, text in clause["parts"]:
            if sign == "-":
                gone += words(text)
            elif sign == "+":
                new += words(text)
    return gone, new


def from_text(text):
    joined = re.sub(r"\n +", " ", text)
    return words(" ".join(re.findall(r"\[-(.*?)-\]", joined, re.S))), words(" ".join(re.findall(r"\{\+(.*?)\+\}", joined, re.S)))


def from_html(page):
    page = re.sub(r"<span class=vh[^>]*>.*?</span>", " ", page, flags=re.S)
    # Two columns on a wide screen, one on a narrow one: each change stands once in the first.
    one = " ".join(re.findall(r'<div class="t a">(.*?)</div>(?:<div class="t b">|</div>)', page, re.S))
    return words(plain(" ".join(re.findall(r"<del[^>]*>(.*?)</del>", one, re.S)))), words(plain(" ".join(re.findall(r"<ins[^>]*>(.*?)</ins>", one, re.S))))


def from_critic(text):
    text = re.sub(r"\{>>.*?<<\}", "", text, flags=re.S)
    body = re.sub(r"<!-- \{.*?\} -->|\{#[\w-]+\}|\[\^\w+\]:?|\]\([^)]*\)", " ", text)
    body = re.sub(r"(?m)^(\s*(?:\{--|\{\+\+)?\s*)\d+\. ", r"\1", body)  # the source's own numbers are nobody's words
    gone, new = [], []
    for match in re.finditer(r"\{--(.*?)--\}|\{\+\+(.*?)\+\+\}|\{~~(.*?)~>(.*?)~~\}", body, re.S):
        gone += [match.group(1) or "", match.group(3) or ""]
        new += [match.group(2) or "", match.group(4) or ""]
    return words(" ".join(gone)), words(" ".join(new))


def from_docx(path):
    with zipfile.ZipFile(path) as z:
        xml = "".join(z.read(n).decode() for n in z.namelist() if re.fullmatch(r"word/(document|footnotes)\.xml", n))
    new = " ".join(re.sub(r"<w:(?:instrText|delText)[^>]*>.*?</w:(?:instrText|delText)>", "", m) for m in re.findall(r"<w:ins [^>]*[^/]>(.*?)</w:ins>", xml, re.S))
    gone = " ".join(re.findall(r"<w:delText[^>]*>(.*?)</w:delText>", xml, re.S))
    # Runs of one word stand next to one another.
    new = "".join(re.findall(r"<w:t[ >][^<]*</w:t>|</w:p>|<w:tab/>", new))
    return words(plain(re.sub(r"</w:t><w:t[^>]*>", "", gone))), words(plain(new.replace("</w:p>", " ")))


with Cli() as t:
    t.workspace()
    compared = changed = 0
    for seed in range(1, SEEDS + 1):
        maker = Maker(seed)
        old = maker.statement(clauses=14)
        # Links and references carry words that some outputs write and some do not.
        old = re.sub(r"\[([^\]^]*)\]\([^)]*\)", r"\1", old)
        new = revise(maker.r, maker, old)
        t.write("drafts/old.md", old)
        t.write("drafts/new.md", new)
        answer = t.json("diff", "old", "new")[1]
        if "clauses" not in answer:
            t.ok(False, f"seed {seed}: JSON", answer)
            continue
        if any(c["moved"] for c in answer["clauses"]):
            continue
        want = from_json(answer)
        compared += 1
        changed += sum(want[0].values()) + sum(want[1].values())
        got = {"text": from_text(t.run("diff", "old", "new")[1]), "HTML": from_html(t.run("diff", "old", "new", "--format", "html")[1]),
               "CriticMarkup": from_critic(t.run("diff", "old", "new", "--format", "critic")[1])}
        t.run("diff", "old", "new", "--format", "docx", "-o", "d.docx")
        got["DOCX"] = from_docx(t.path("d.docx"))
        for name, (gone, put) in got.items():
            t.ok((gone, put) == want, f"seed {seed}: {name} and JSON name the same words",
                 f"removed, JSON only: {want[0] - gone}; {name} only: {gone - want[0]}\nnew, JSON only: {want[1] - put}; {name} only: {put - want[1]}")
        for name, other in (("itself", old), ("CRLF", old.replace("\n", "\r\n")),
                            ("other signs of emphasis", re.sub(r"\*\*(.+?)\*\*", r"__\1__", re.sub(r"(?<!\*)\*([^*\n]+)\*(?!\*)", r"_\1_", old))),
                            ("lines broken elsewhere", re.sub(r"(?m)^([A-Z]\S* \S+ \S+) (?=[a-z])", r"\1\n", old))):
            t.write("drafts/other.md", other)
            answer = t.json("diff", "old", "other")[1]
            t.ok([c for c in answer.get("clauses", ["?"]) if c["kind"] != "same"] == [], f"seed {seed}: {name}, no change", answer)
    t.ok(compared >= SEEDS // 2 and changed > 50 * compared // 10, f"{compared} pairs were compared, {changed} words changed")

    # What happened to a paragraph, as a person would say it.
    first, second, third, fourth = ("Funding for the forum has to be stable, and it ends next year.", "Addresses are handed out by those who use them, in each region.",
                                    "Traffic stays in the country where exchange points are open to all.", "Engineers are trained by engineers who still run networks.")
    t.write("drafts/old.md", f"{{#one}}\n{first} {second}\n\n{{#two}}\n{third}\n\n{{#three}}\n{fourth}\n\n{{#four}}\nThe last of them.\n")
    t.write("drafts/new.md", f"{{#four}}\nThe last of them.\n\n{{#one}}\n{first}\n\n{{#one-b from=one}}\n{second}\n\n{{#both absorbs=two,three}}\n{third} {fourth}\n")
    out = t.run("diff", "old", "new")[1]
    for line in ("line 2  four              MOVED UP (was line 11)\n", "line 5  one               SPLIT\n", "line 8  one-b             SPLIT OFF FROM line 2 one\n",
                 "line 11  both             MERGED\n", "was line 8  three         MERGED INTO line 11 both\n"):
        t.has(out, line, "a paragraph's head line")
    t.has(t.run("diff", "new", "old")[1], "line 11  four             MOVED DOWN (was line 2)\n", "and the other way round")

    # Large texts are read side by side, and answer as small ones do: also where one of them, or both, cannot be read.
    good = "\n".join(f"{{#c{i}}}\nParagraph {i} says that networks are built by those who use them.\n" for i in range(3000))
    bad = "---\ntitle: [\n---\n\n" + good
    t.write("drafts/old.md", good)
    t.write("drafts/new.md", good.replace("Paragraph 7 says", "Paragraph 7 repeats"))
    t.same([c["id"] for c in t.json("diff", "old", "new")[1]["clauses"] if c["kind"] != "same"], ["c7"], "large texts side by side")
    t.write("drafts/bad.md", bad)
    t.write("drafts/worse.md", bad.replace("title", "date"))
    for pair, named in ((("bad", "new"), "bad"), (("old", "bad"), "bad"), (("bad", "worse"), "bad"), (("worse", "bad"), "worse")):
        code, out, err = t.run("diff", *pair)
        t.ok(code == 3 and err.startswith(f"drafts/{named}.md:") and err.count("error:") == 1, f"{' and '.join(pair)}: the first that cannot be read is named", out + err)

    # How front matter is spelt is no change; what it says is, a comma too.
    for was, now, changes in (("title: Input, Draft", "title: Input Draft", 1), ("title: A - B", "title: A B", 1), ('title: "A, B"', "title: A,  B", 0), ("title: A [1]", "title: A 1", 1),
                              ('endorsed-by: [X, "Y, Z", John\'s]', "endorsed-by:\n  - X\n  - Y, Z\n  - John's", 0), ("endorsed-by: [X, Y]", "endorsed-by: [X Y]", 1),
                              ("endorsed-by: [X, Y]", "endorsed-by:\n- \"X\"\n- 'Y'", 0), ("endorsed-by: [X, Y]", "endorsed-by:\n- X", 1), ("call: a", "consultation: a", 0),
                              ("call: a", "call: a # the written one", 0), ("call: a", 'call: "a" # the written one', 0), ("call: 'a # b'", "call: a", 1),
                              ("call: a", "call: a#b", 1), ("endorsed-by: [X]", "endorsed-by: [X] # more to come", 0)):
        t.write("was.md", f"---\n{was}\n---\n\nOne.\n")
        t.write("now.md", f"---\n{now}\n---\n\nOne.\n")
        t.same(len(t.json("diff", "was.md", "now.md")[1]["front_matter"]), changes, f"{was} | {now!r}")

    # A note whose first mark goes stands twice, as it was and as it is, and further marks print each text's numbers; a heading keeps its old
    # level as a tracked change of its style.
    text = ("---\ntitle: T\nnumbering: paragraphs\n---\n\n# Heading {#h}\n\n{#a}\nA first one%s stands here.\n\n{#b}\nA second one[^b], which stays.\n\n"
            "{#c}\nA third one[^a], with one more[^b].\n\n[^a]: %s note, see [](#c).\n\n[^b]: Another.\n")
    t.write("was.md", text % ("[^a]", "The"))
    t.write("now.md", (text % ("", "The longer")).replace("# H", "## H"))
    for ending, part, note in (("docx", "word/document.xml", "<w:footnoteReference"), ("odt", "content.xml", "<text:note ")):
        t.same(t.run("diff", "was.md", "now.md", "--format", ending, "-o", "both." + ending)[0], 0, "notes twice: " + ending)
        with zipfile.ZipFile(os.path.join(t.top, "both." + ending)) as z:
            xml = z.read(part).decode()
        t.same(xml.count(note), 3, f"{ending}: one note twice, the other once")
        if ending == "docx":
            t.has(xml, '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr></w:pPrChange>', "the heading's older level")
        for how, plain_file in (("--reject", "was.md"), ("--accept", "now.md")):
            t.same(t.run("import", "both." + ending, how, "-o", f"{ending}{how}.md")[0], 0, f"import {how}")
            with open(os.path.join(t.top, f"{ending}{how}.md")) as f:
                said = f.read()
            marks = re.findall(r"\[\^(\d+)\](?!:)", said[said.index("A first"):])
            t.same([marks.index(m) for m in marks], [0, 1, 0, 1] if how == "--reject" else [0, 1, 0], f"{ending} {how}: which note each mark refers to")
