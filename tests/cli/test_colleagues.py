#!/usr/bin/env python3
"""suggest, suggestions, accept, reject, waive, review-copy, receive, import, sync: what goes to colleagues and comes back."""
import email
import email.policy
import json
import os
import re
import resource
import shutil
import struct
import subprocess
import unicodedata
import zipfile
import zlib
from tap import Cli, HEAD, PROGRAM

TEXT = HEAD + """# Priorities

{#igf}
We urge *Member States* to give the Forum a **permanent** mandate, with stable funding.[^n]

{#points}
1. Train operators;
2. mentor engineers, as in [](#igf).

{#table}
| Who | What |
|---|---|
| States | a mandate |

{#last}
Small places have waited for years.

::: internal
Our fallback is a mandate of ten years and nothing shorter than that.
:::

[^n]: See the report of 2024.
"""
ME = ["--author", "Mei Lin <mei@example.org>"]


def edited(source, dest):
    """A copy in which one person tracked a change and another typed over the text."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(dest, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "word/document.xml":
                text = data.decode()
                text = text.replace("have waited for years", "have waited for decades")
                m = re.search(r"<w:r>((?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?)<w:t[^>]*>([^<]*)stable([^<]*)</w:t></w:r>", text)
                run = lambda words, tag: '<w:r>%s<w:%s xml:space="preserve">%s</w:%s></w:r>' % (m.group(1), tag, words, tag)
                who = 'w:author="Tomas Rey" w:date="2025-10-01T09:00:00Z"'
                text = text.replace(m.group(0), run(m.group(2), "t") + '<w:del w:id="901" %s>%s</w:del>' % (who, run("stable", "delText")) +
                                    '<w:ins w:id="902" %s>%s</w:ins>' % (who, run("stable and predictable", "t")) + run(m.group(3), "t"))
                data = text.encode()
            new.writestr(entry, data)


with Cli() as t:
    t.run("init")
    t.write("drafts/in.md", TEXT)
    t.same(t.run("save", "-m", "first", *ME)[0], 0, "save")
    TEXT = t.read("drafts/in.md").decode()  # with the ids that save gave

    code, out, err = t.run("suggest", "in", "last", "for years", "for decades", "--by", "Mei Lin")
    t.ok(code == 0 and b"{~~for years~>for decades~~}{>>@Mei Lin " in t.read("drafts/in.md"), "suggest writes CriticMarkup", err)
    t.same(t.run("suggest", "in", "last", "no such words", "x", "--by", "Mei Lin")[0], 2, "suggest: words that are not there: exit 2")
    code, got = t.json("suggestions", "in")
    t.same((code, [(s["id"], s["clause"], s["author"], s["old"], s["new"]) for s in got["suggestions"]]),
           (0, [("s1", "last", "Mei Lin", "for years", "for decades")]), "suggestions lists it")
    # A reference is shown as it is written, and people whose names have no letter of ours have files of their own.
    t.write("drafts/names.md", "---\ntitle: Names\n---\n\n{#n}\nSee [](#n) {++now++}{>>@Ana<<}.\n")
    t.has(t.run("suggestions", "names")[1], "See [#n] {+now+}.", "a reference beside a suggestion")
    # What goes with one yes is shown whole: two paragraphs, a row, a note.
    t.write("drafts/long.md", HEAD + "{--First para.\n\n{#b}\nSecond para.\n\n--}{#c}\n| A | B |\n|---|---|\n| 1 | 2 |\n{++| 3 | 4 |\n| 5 | 6 |\n++}\n"
            "Words{-- that\n\ngo--} with.\n\n{++" + "".join(f"- item {i}\n" for i in range(12)) + "\n++}End.\n")
    got = [line.strip() for line in t.run("suggestions", "long")[1].splitlines() if line.startswith("    ")]
    t.same(got, ["[-First para.-]", "[-Second para.-]", "{+3+} | {+4+}", "{+5+} | {+6+}", "Words[- that-]{+ with.+}", "[-go with.-]"] +
           [f"{{+item {i}+}}" for i in range(8)] + ["[it goes on: 4 more]"], "suggestions shows all that one yes would settle")
    code, out, err = t.run("review-copy", "names", "--to", "محمد", "أحمد", "Aïcha N’Diaye", "../x")
    copies = sorted(name for name in os.listdir(t.path("exports")) if name.startswith("EXR_names"))
    t.same((code, copies), (0, sorted("EXR_names_REVIEW_" + who + end for who in ("محمد", "أحمد", "Aïcha-N-Diaye", "..-x") for end in (".docx", ".eml"))), "a copy and a letter for each: " + err)
    t.has(t.read("exports/EXR_names_REVIEW_Aïcha-N-Diaye.eml").decode(), "filename=\"EXR_names_REVIEW_A-cha-N-Diaye.docx\";\r\n filename*=UTF-8''EXR_names_REVIEW_A%C3%AFcha-N-Diaye.docx\r\n", "a letter names its file for all mail programs")
    shutil.rmtree(t.path("exports"))
    os.unlink(t.path("drafts/names.md"))
    os.unlink(t.path("drafts/reviews/names.yaml"))
    # A copy for internal use comes back internal: nothing in it says which of its paragraphs was.
    t.write("drafts/ours.md", "---\ntitle: Ours\n---\n\n{#a}\nOne.[^n]\n\n{#b .internal}\nQuokka.\n\n[^n]: Note.\n")
    for to in ("docx", "odt", "md", "txt"):
        t.run("export", "ours", "--to", to, "--audience", "internal", "-o", "ours." + to)
        code, got = t.json("import", "ours." + to, "-o", "drafts/texts/again.md", "--force")
        out = t.run("export", "drafts/texts/again.md", "--to", "txt", "-o", "-")[1]
        text = t.read("drafts/texts/again.md").decode()
        t.ok(code == 0 and "Quokka" in text and "One." in text and not re.search("Quokka|One|Note", out) and any("which paragraphs were internal" in u["what"] for u in got["unplaced"]),
             f"a {to} for internal use, imported: all of it is internal", f"{got}\n{text}\n{out}")
    shutil.rmtree(t.path("drafts/texts"))
    # Such a copy comes home to the draft: what is internal stays so, words that came beside it too, and rejecting gives the bytes back.
    for eol in ("\n", "\r\n"):
        ours = ("---\ntitle: Ours\n---\n\n{#a}\nOne and two.\n\n{#b .internal}\nOur numbat fallback, among us.[^n]\n\n::: internal\nBoxed quokka.\n\n- an item of bilby\n:::\n\n{#c}\nThree.\n\n"
                "[^n]: A noted potoroo.\n").replace("\n", eol)
        for to in ("docx", "odt"):
            t.write("drafts/ours.md", ours)
            t.run("export", "ours", "--to", to, "--audience", "internal", "-o", "ours." + to)
            code, got = t.json("receive", "ours." + to, "ours")
            t.same((code, got["suggestions"], got["unplaced"], t.read("drafts/ours.md").decode()), (0, 0, [], ours), f"a {to} for internal use as it went out: nothing comes back")
            with zipfile.ZipFile(t.path("ours." + to)) as z, zipfile.ZipFile(t.path("changed." + to), "w") as out:
                for name in z.namelist():
                    part = z.read(name)
                    for old, new in ((b"numbat fallback", b"numbat position"), (b"Boxed quokka", b"Another quokka stands in this box now"), (b"item of bilby", b"item of the bilby"),
                                     (b"noted potoroo", b"noted old potoroo"), (b"One and two", b"One or two")):
                        part = part.replace(old, new) if name in ("word/document.xml", "word/footnotes.xml", "content.xml") else part
                    out.writestr(name, part)
            code, got = t.json("receive", "changed." + to, "ours")
            arrived = t.read("drafts/ours.md").decode()
            t.ok(code == 0 and not got["unplaced"] and all(w in arrived for w in ("position", "Another quokka", "of {++the ++}", "{++old ++}", "{~~and~>or~~}")), f"{to}: what was changed in it arrives", f"{got}\n{arrived}")
            t.run("accept", "ours", "--all")
            out = t.run("export", "ours", "--to", "txt", "-o", "-")[1]
            t.ok("One or two." in out and "Three." in out and not re.search("numbat|quokka|bilby|potoroo|position|box", out), f"{to}: accepted, nothing of it is public", out)
            t.run("undo")
            t.run("reject", "ours", "--all", "--comments")
            t.same(t.read("drafts/ours.md").decode(), ours, f"{to}: rejected, the draft is as it was")
            os.unlink(t.path("drafts/reviews/ours.yaml"))
    # The cover box counts what the copy shows, and nothing of what it holds back.
    held = "---\ntitle: Held\nnumbering: paragraphs\n---\n\n{#a}\nOne.\n\n{#b .internal}\nTwo.\n\n{#c .rationale}\nThree.\n\n{#d .oral for=a}\nFour.\n\n{#e}\nFive.\n\n{#f .internal}\nSix.\n"
    said = []
    for text in (held, held.replace("Two", "Two and more").replace("Three", "Because of three").replace("Four", "Four in short").replace("\n\n{#f .internal}\nSix.", ""),
                 held.replace("{#b .internal}", "{#b}"), held.replace("{#b .internal}", "{#b}").replace("{#e}", "{#e .internal}")):
        t.write("drafts/held.md", text)
        t.run("review-copy", "held", "--to", "head")
        letter = email.message_from_bytes(t.read("exports/EXR_held_REVIEW_head.eml"), policy=email.policy.default)
        said.append(re.search(r"This is your first copy|: (nothing|paras? [^(]*|1 [^(]*)", letter.get_body().get_content())[0].strip(": "))
    t.same(said, ["This is your first copy", "nothing", "para 2", "1 without a number"], "what a cover box counts")
    shutil.rmtree(t.path("exports"))
    os.unlink(t.path("drafts/held.md"))
    os.unlink(t.path("drafts/ours.md"))
    os.unlink(t.path("drafts/reviews/held.yaml"))
    # Thousands in one paragraph, each with the words around it.
    t.write("many.md", "".join(f"word{i} {{++a++}}{{--b--}} " for i in range(10000)) + "\n")
    code, out, err = t.run("suggestions", "many.md", timeout=20)
    t.ok(code == 0 and "word4999 b word5000 {+a+}b word5001 b" in " ".join(out.split()) and out.count("\ns") == 19999, "20,000 suggestions in one paragraph are listed", out[:300] + err)
    os.remove(t.path("many.md"))
    before = t.read("drafts/in.md")
    t.same(t.run("accept", "in")[0], 2, "accept with nothing named: exit 2")
    t.same(t.read("drafts/in.md"), before, "accept with nothing named changes nothing")
    t.same(t.run("reject", "in", "--all", "--comments", "--because", "not now")[0], 0, "reject")
    t.same(t.read("drafts/in.md"), TEXT.encode(), "reject --all gives the draft back byte for byte")
    t.ok(b"rejected" in t.read("drafts/reviews/in.yaml") and b"not now" in t.read("drafts/reviews/in.yaml"), "what was rejected is kept, and why")
    t.same(t.run("undo")[0], 0, "undo")
    t.same(t.read("drafts/in.md"), before, "undo takes the rejection back")
    t.same(t.run("accept", "in", "s1")[0], 0, "accept")
    t.ok(b"waited for decades" in t.read("drafts/in.md"), "accept takes the words in")
    t.write("drafts/in.md", TEXT)

    for n, (fmt, option) in enumerate((("docx", []), ("odt", ["--odt"])), 1):
        code, got = t.json("review-copy", "in", "--to", "legal", "--by", "Fri 3 Oct", *option)
        t.ok(code == 0 and re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", got["copies"][0]["code"]), "review-copy as " + fmt + ": an answer code", str(got))
        path = got["copies"][0]["path"]
        t.ok("REVIEW" in path and os.path.exists(t.path(path)) and os.path.exists(t.path(os.path.splitext(path)[0] + ".eml")), "review-copy as " + fmt + ": a file and a letter")
        day = r"[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4}"
        letter = email.message_from_bytes(t.read(os.path.splitext(path)[0] + ".eml"), policy=email.policy.default).get_body().get_content()
        since = "This is your first copy." if n == 1 else rf"Changed since the copy you had on {day}: nothing"
        t.ok(re.fullmatch(rf"REVIEW COPY for Legal Counsel \(legal\)\. NOT FOR PUBLICATION\s+.*\. {day}, copy {n} of it\s+{since}\s+Please answer by Fri 3 Oct, to [^,\n]+, by e-mail:\s+"
                          r"- edit or comment in this file \(any Word or LibreOffice\), and send it back;\s+- or answer in one line: OK (\S{14}) \(the whole text\)\s+(- or: OK \1 except \d+\s+)?", letter),
             fmt + ": the box says what changed, by when and how to answer", letter)
        code, got = t.json("receive", path, "in")
        t.same((code, got["suggestions"], got["comments"], got["unplaced"]), (0, 0, 0, []), "receive of the copy as it went out, " + fmt + ": nothing")
        t.has(t.run("receive", path, "in")[1], "Nobody changed anything in it.\n", "and says so, " + fmt)
        t.same(t.read("drafts/in.md"), TEXT.encode(), "receive of the copy as it went out, " + fmt + ": no byte changes")
        code, out, err = t.run("diff", "in@seen:legal", "in", "--exit-code")
        t.ok(code == 0 and "the copy sent to Legal Counsel" in out, "DRAFT@seen:NAME after " + fmt, out + err)

    # Of two insertions that meet the second is said to be of another minute: it is no less ours.  The label of a block comes with it.
    met = HEAD + "{#a}\n- opening phrase\n- another %s\n%s- second member\n"
    for fmt, option in (("docx", []), ("odt", ["--odt"])):
        for text in (met % ("item", ""), met % ("one of the items", "- third member\n") + "\n{#k label=\"7 bis\"}\n    a line of code\n"):
            t.write("drafts/met.md", text)
            code, got = t.json("review-copy", "met", "--to", "legal", *option)
        code, got = t.json("receive", got["copies"][0]["path"], "met")
        t.same((code, got["suggestions"], got["unplaced"], t.read("drafts/met.md").decode()), (0, 0, [], text), "a copy with what changed since the last one, unedited, " + fmt)
        t.write("drafts/met.md", met % ("item", ""))
        t.run("save", "-m", "met", *ME)
        t.write("drafts/met.md", text)
        t.run("export", "met", "--to", fmt, "--audience", "review", "--changes-since", "last", "-o", "met." + fmt)
        code, got = t.json("receive", "met." + fmt, "met")
        t.same((code, got["suggestions"], t.read("drafts/met.md").decode()), (0, 0, text), "the same of an export --changes-since, " + fmt)
    os.unlink(t.path("drafts/met.md"))

    long_title = "Ñandú: a long title, which no single encoded word of a letter's head has room for, über alles"
    t.write("drafts/long.md", TEXT.replace("title: Input", 'title: "%s"' % long_title))
    t.same(t.run("review-copy", "long", "--to", "legal")[0], 0, "review-copy of a draft with a long title")
    letter = email.message_from_bytes(t.read("exports/EXR_long_REVIEW_legal.eml"), policy=email.policy.default)
    t.same(letter["Subject"], "For review: " + long_title, "its letter's subject, whole")
    parts = list(letter.iter_attachments())
    t.same((len(parts), parts[0].get_filename(), parts[0].get_content() == t.read("exports/EXR_long_REVIEW_legal.docx")), (1, "EXR_long_REVIEW_legal.docx", True), "its letter holds the file")
    t.ok("OK " in letter.get_body().get_content(), "its letter says how to answer")
    t.ok(all(len(line) <= 76 for line in t.read("exports/EXR_long_REVIEW_legal.eml").split(b"\r\n") if b"=?UTF-8" in line), "its subject's lines fit")
    t.ok(letter["To"] is None, "without contacts.yaml it is addressed to nobody")
    # However letters, accents and what cannot be seen are written.
    t.write("drafts/accents.md", "Un.\n\n::: internal\n" + unicodedata.normalize("NFD", "Repli : à l’été, nous pourrions céder sur la durée prévue là.") + "\n:::\n")
    t.run("save", "-m", "accents", *ME)
    t.write("drafts/accents.md", "Un.\n\n" + unicodedata.normalize("NFC", "À l’Été, nous pour\u00adrions céder sur la DURÉE prévue là.") + "\n")
    t.ok("was-internal" in [x["rule"] for x in t.json("check", "accents")[1]["drafts"][0]["findings"]], "accents, capitals, soft hyphens: still the words of an internal note")
    os.unlink(t.path("drafts/accents.md"))
    t.write("contacts.yaml", "schema: chapeau/contacts/1\ncontacts:\n  - {who: legal, address: tomas@example.org}\n")
    t.same(t.run("review-copy", "long", "--to", "legal")[0], 0, "review-copy with contacts.yaml")
    letter = email.message_from_bytes(t.read("exports/EXR_long_REVIEW_legal.eml"), policy=email.policy.default)
    t.same([(a.display_name, a.addr_spec) for a in letter["To"].addresses], [("Legal Counsel", "tomas@example.org")], "the letter is addressed")
    os.unlink(t.path("contacts.yaml"))
    os.unlink(t.path("drafts/long.md"))
    os.unlink(t.path("drafts/reviews/long.yaml"))

    edited(t.path("exports/EXR_in_REVIEW_legal.docx"), t.path("back.docx"))
    code, got = t.json("receive", "back.docx", "in", "--from", "Jane", "--dry-run")
    t.same((code, got["suggestions"], t.read("drafts/in.md")), (0, 2, TEXT.encode()), "receive --dry-run tells and writes nothing")
    code, got = t.json("receive", "back.docx", "in", "--from", "Jane")
    t.same((code, got["suggestions"], got["unplaced"]), (0, 2, []), "receive: both changes arrive")
    code, got = t.json("suggestions", "in")
    t.same([(s["clause"], s["author"]) for s in got["suggestions"]], [("igf", "Tomas Rey"), ("last", "Jane")], "receive: each in its clause, by its author")
    arrived = t.read("drafts/in.md")
    t.run("accept", "in", "--all", "--comments")
    t.ok(b"stable and predictable funding" in t.read("drafts/in.md") and b"for decades" in t.read("drafts/in.md"), "receive, accepted: the edited words")
    t.write("drafts/in.md", arrived.decode())
    t.run("reject", "in", "--all", "--comments")
    t.same(t.read("drafts/in.md"), TEXT.encode(), "receive, rejected: the draft byte for byte")

    t.write("drafts/in.md", TEXT.replace("::: internal\n", "").replace(":::\n", ""))
    code, got = t.json("check", "in")
    rules = [f["rule"] for f in got["drafts"][0]["findings"] if not f["waived"]]
    t.ok("was-internal" in rules, "words of an internal note that became public are found", str(rules))
    t.same(t.run("export", "in", "--to", "txt")[0], 1, "and refuse a public export")
    t.run("track", "in")
    code, got = t.json("check", "in")
    clause = [f["clause"] for f in got["drafts"][0]["findings"] if f["rule"] == "was-internal"][0]
    t.same(t.run("waive", "in", "was-internal", "--clause", clause, "--as", "nobody", "--because", "x")[0], 1, "waive: only those who may")
    t.same(t.run("waive", "in", "was-internal", "--clause", clause, "--as", "legal", "--because", "agreed")[0], 0, "waive")
    t.same(t.run("export", "in", "--to", "txt")[0], 0, "released on the record, they may go out")
    # A version in which the words stood open: neither is it handed out, nor are they new since then.
    t.run("save", "-m", "open", "--tag", "open", *ME)
    t.write("drafts/in.md", TEXT)
    t.run("save", "-m", "again", *ME)
    t.write("drafts/reviews/in.yaml", "schema: chapeau/reviews/1\nentries:\n")
    code, out, err = t.run("export", "in@open", "--to", "txt", "-o", "-")
    t.ok(code == 1 and "internal note" in err and not out, "a version in which they are open goes out no more", out + err)
    t.write("drafts/in.md", t.run("restore", "in@open", "-o", "-")[1])
    rules = [f["rule"] for f in t.json("check", "in", "--since", "open")[1]["drafts"][0]["findings"]]
    t.ok("was-internal" not in rules, "check --since a version that had them open", rules)
    rules = [f["rule"] for f in t.json("check", "in", "--since", "last")[1]["drafts"][0]["findings"]]
    t.ok("was-internal" in rules, "and since one that had not", rules)
    t.write("drafts/in.md", TEXT)
    t.run("save", "-m", "again", *ME)

    code, got = t.json("import", "exports/EXR_in_REVIEW_legal.docx", "-o", "drafts/back.md")
    t.same((code, got["schema"]), (0, "chapeau/import@1"), "import of a DOCX")
    t.ok(b"stable funding" in t.read("drafts/back.md") and b"[^1]" in t.read("drafts/back.md"), "import: words and notes")
    t.same(t.run("import", "exports/EXR_in_REVIEW_legal.docx", "-o", "drafts/back.md")[0], 1, "import never replaces a draft")
    t.write("zero.txt", "57. The Forum shall be permanent.\n\n57 bis. It shall be funded.\n\n[58.] Brackets stay.\n\n350 initiatives meet each year.\n")
    code, got = t.json("import", "zero.txt", "-o", "drafts/texts/zero.md")
    zero = t.read("drafts/texts/zero.md").decode()
    t.ok(code == 0 and '{#para-57 label=57}' in zero and 'para-57-bis label="57 bis"' in zero and "350 initiatives" in zero, "import finds the labels of a negotiating text", zero)
    t.same(t.run("import", "old.doc", "-o", "x.md")[0], 3, "import of what is not there: exit 3")
    os.unlink(t.path("drafts/back.md"))
    t.run("save", "-m", "texts", *ME)

    # Packages are opened in a process of their own, and by commands that write no draft of them.
    copy = "exports/EXR_in_REVIEW_legal.docx"
    package = t.read(copy)
    for words in (["track", copy], ["suggestions", copy], ["accept", copy, "--all"], ["review-copy", copy, "--to", "legal"]):
        code, out, err = t.run(*words)
        t.ok(code == 3 and "chapeau import" in err and t.read(copy) == package, words[0] + " of a DOCX: the way is import", err)
    t.same(t.run("receive", copy, copy)[0], 2, "receive wants a Markdown draft")
    t.same(t.run("check", copy, "--watch")[0], 2, "check --watch of a DOCX: exit 2")
    t.ok(t.run("check", copy)[0] in (0, 1), "check of a DOCX")
    code, out, err = t.run("export", copy, "--to", "txt", "-o", "copy.txt")
    t.ok(code == 1 or b"stable funding" in t.read("copy.txt"), "export of a DOCX", err)
    few = lambda: resource.setrlimit(resource.RLIMIT_DATA, (48 << 20, 48 << 20))
    with zipfile.ZipFile(t.path(copy)) as old, zipfile.ZipFile(t.path("long.docx"), "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body>" + b"".join(b"<w:p><w:r><w:t>%d is a number</w:t></w:r></w:p>" % i for i in range(150000)))
            new.writestr(entry, data)
    if not any(name in os.environ for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS")):
        for words in (["import", "long.docx", "-o", "drafts/long.md"], ["receive", "long.docx", "in"], ["diff", "long.docx", "in"]):
            done = subprocess.run([PROGRAM, *words], cwd=t.top, env=t.env, capture_output=True, preexec_fn=few, timeout=60)
            err = done.stderr.decode()
            t.ok(done.returncode == 3 and "long.docx: error: this file could not be read safely" in err and "nothing was written" in err,
                 words[0] + ": its reader dies of too little memory: a message, exit 3", f"{done.returncode} {err}")
        t.ok(not t.exists("drafts/long.md") and t.read("drafts/in.md") == TEXT.encode(), "and nothing is written")

    # What a file would have a word processor fetch, open or run is never followed, and listed.
    W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    REL = '<Relationship Id="%s" Type="' + R + '/%s" Target="%s"%s/>'
    out_there = ' TargetMode="External"'
    rels = lambda *items: '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(REL % i for i in items) + "</Relationships>"
    field = lambda words: '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>%s</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>' % words
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                               '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": rels(("r1", "officeDocument", "word/document.xml", "")),
        "word/document.xml": '<w:document xmlns:w="%s" xmlns:r="%s" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:body><w:p><w:r><w:t>Kept words</w:t></w:r></w:p>' % (W, R) +
                             field('INCLUDETEXT "http://a.example/include"') + field("DDEAUTO c:\\\\cmd.exe run") +
                             '<w:p><w:r><w:drawing><a:blip r:link="p1"/></w:drawing></w:r><w:hyperlink r:id="h1"><w:r><w:t>a link</w:t></w:r></w:hyperlink></w:p><w:altChunk r:id="c1"/></w:body></w:document>',
        "word/_rels/document.xml.rels": rels(("p1", "image", "http://a.example/picture.png", out_there), ("h1", "hyperlink", "http://a.example/link", out_there),
                                             ("o1", "oleObject", "file:///c:/a.xls", out_there), ("c1", "aFChunk", "chunk.html", ""), ("v1", "vbaProject", "vbaProject.bin", ""),
                                             ("s1", "settings", "settings.xml", ""), ("h2", "header", "header1.xml", "")),
        "word/settings.xml": '<w:settings xmlns:w="%s"/>' % W,
        "word/_rels/settings.xml.rels": rels(("t1", "attachedTemplate", "http://a.example/evil.dotm", out_there)),
        "word/header1.xml": '<w:hdr xmlns:w="%s"/>' % W,
        "word/_rels/header1.xml.rels": rels(("x1", "image", "\\\\a.example\\share\\picture.png", out_there)),
        "word/vbaProject.bin": "macro", "word/embeddings/oleObject1.bin": "ole", "word/activeX/activeX1.xml": "<a/>", "word/chunk.html": "words of another file",
    }
    with zipfile.ZipFile(t.path("risky.docx"), "w") as z:
        for name, data in parts.items():
            z.writestr(name, data)
    ns = "".join(' xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % x for x in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("style", "style"), ("meta", "meta")))
    ns += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    odt = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<office:document-content%s><office:scripts><office:script/></office:scripts><office:body><office:text><text:p>Kept words</text:p>" % ns +
                       '<text:section text:name="s"><text:section-source xlink:href="http://a.example/section.odt"/></text:section>'
                       '<text:p><draw:frame><draw:image xlink:href="http://a.example/picture.png"/></draw:frame><draw:frame><draw:object-ole xlink:href="./ObjectOLE"/></draw:frame>'
                       '<draw:frame><draw:plugin xlink:href="http://a.example/plugin"/></draw:frame></text:p></office:text></office:body></office:document-content>',
        "meta.xml": '<office:document-meta%s><office:meta><meta:template xlink:href="http://a.example/evil.ott"/><meta:auto-reload xlink:href="http://a.example/reload"/></office:meta></office:document-meta>' % ns,
        "Basic/Standard/Module1.xml": "<macro/>",
    }
    with zipfile.ZipFile(t.path("risky.odt"), "w") as z:
        for name, data in odt.items():
            z.writestr(name, data)
    for name, wanted in (("risky.docx", [("template", "evil.dotm"), ("picture", "http://a.example/picture.png"), ("picture", "share\\picture.png"), ("OLE", "c:/a.xls"), ("OLE", "oleObject1.bin"),
                                         ("altChunk", ""), ("macros", "vbaProject.bin"), ("ActiveX", "activeX1.xml"), ("field", "INCLUDETEXT"), ("field", "DDEAUTO")]),
                         ("risky.odt", [("macros", ""), ("macros", "Basic/"), ("section", "section.odt"), ("picture", "picture.png"), ("OLE", "ObjectOLE"), ("plug-in", "plugin"), ("template", "evil.ott"),
                                        ("page", "reload")])):
        for words in (["import", name, "-o", "drafts/risky.md", "--force"], ["receive", name, "in", "--dry-run"]):
            code, got = t.json(*words)
            found = [(u["what"], u["text"]) for u in got.get("unplaced", [])]
            missing = [w for w in wanted if not any(w[0] in what and w[1] in text for what, text in found)]
            t.ok(code in (0, 1) and not missing, f"{words[0]} {name}: targets outside, macros, OLE, remote templates are listed", f"missing {missing}\nfound {found}")
            t.ok(not any("a.example/link" in text for what, text in found), f"{words[0]} {name}: a link is a link")
        t.ok(b"Kept words" in t.read("drafts/risky.md") and b"another file" not in t.read("drafts/risky.md"), name + ": its own words alone are in the draft")
    os.unlink(t.path("drafts/risky.md"))

    # What --force replaced, undo brings back.
    t.write("drafts/texts/zero.md", "One sentence of mine.\n")
    t.same((t.run("import", "zero.txt", "-o", "drafts/texts/zero.md", "--force")[0], b"permanent" in t.read("drafts/texts/zero.md")), (0, True), "import --force replaces")
    t.same((t.run("undo")[0], t.read("drafts/texts/zero.md")), (0, b"One sentence of mine.\n"), "and undo brings the draft back")
    t.write("drafts/texts/zero.md", zero)

    # What a copy of ours holds is the draft's again: front matter, references to clauses, comments wherever they stand.
    t.write("drafts/model.md", """---
title: Contribución
organisation: Example Registry
language: es
date: 2025-10-02
numbering: paragraphs
---

# Apertura

{#first}
A paragraph{>>@Ana 2025-10-01T09:00:00Z: in paragraph<<} goes on, as in [](#second) and [](#item).

| a | b |
|---|---|
| one{>>@Ana 2025-10-01T09:00:00Z: in cell<<} two | {==three==}{>>@Ana 2025-10-01T09:00:00Z: on words in cell<<} |

{#second}
Another one, [](#first).[^n]

1. {#item} item{>>@Ana 2025-10-01T09:00:00Z: in item<<} on;
2. more.

[^n]: Note{>>@Ana 2025-10-01T09:00:00Z: in note<<} on.
""")
    said = ["in cell", "in item", "in note", "in paragraph", "on words in cell"]
    for fmt in ("docx", "odt"):
        t.run("export", "model", "--audience", "review", "-o", "model." + fmt)
        code, got = t.json("import", "model." + fmt, "-o", "model-back.md")
        back = t.read("model-back.md").decode()
        t.ok(code == 0 and got["comments"] == 5 and sorted(re.findall(r"\{>>@Ana 2025-10-01T09:00:00Z: ([^<]*)<<", back)) == said, fmt + ": every comment comes back", f"{got}\n{back}")
        t.ok(back.startswith('---\ntitle: "Contribución"\norganisation: "Example Registry"\ndate: 2025-10-02\nlanguage: es\nnumbering: paragraphs\n---\n'), fmt + ": the front matter is front matter again", back[:300])
        t.ok(not [f for f in t.json("check", "model-back.md")[1]["drafts"][0]["findings"] if f["rule"].startswith("xref")] and back.count("](#") == 3, fmt + ": references lead to clauses again", back)
        t.ok(re.search(r"\n1\. .*item.*;\n2\. .*more", back), fmt + ": (a) and (b) are items of an ordered list again", back)
        os.unlink(t.path("model-back.md"))
    os.unlink(t.path("drafts/model.md"))

    # Pictures are saved beside the draft, under names of ours.
    def png(n):
        chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", n, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0" * (n + 1))) + chunk(b"IEND", b"")

    t.write("drafts/map one.png", png(1))
    t.write("drafts/two.png", png(2))
    t.write("drafts/pics.md", "---\ntitle: Pictures\n---\n\nSee ![the map](<map one.png>) here.\n\nAnd ![two](two.png), ![the map again](<map one.png>).\n")
    for fmt in ("docx", "odt"):
        t.same(t.run("export", "pics", "--audience", "review", "-o", "pics." + fmt)[0], 0, "a draft with pictures as " + fmt)
        code, got = t.json("import", "pics." + fmt, "-o", "drafts/texts/back 100%.md")
        text = t.read("drafts/texts/back 100%.md").decode()
        t.ok(code == 0 and not [u for u in got["unplaced"] if "picture" in u["what"]], "import of pictures from " + fmt, str(got))
        t.same((sorted(os.listdir(t.path("drafts/texts/back 100%-images"))), t.read("drafts/texts/back 100%-images/1.png"), t.read("drafts/texts/back 100%-images/2.png")),
               (["1.png", "2.png"], png(1), png(2)), fmt + ": each picture once, byte for byte, by number")
        t.ok(text.count("](back%20100%25-images/1.png)") == 2 and "![two](back%20100%25-images/2.png)" in text, fmt + ": the draft names them", text)
        code, got = t.json("check", "drafts/texts/back 100%.md")
        t.ok(not [f for f in got["drafts"][0]["findings"] if f["rule"] == "image-missing"], fmt + ": and they are found", str(got))
        os.unlink(t.path("drafts/texts/back 100%.md"))
        t.same((t.run("import", "pics." + fmt, "-o", "drafts/texts/back 100%.md")[0], t.exists("drafts/texts/back 100%.md")), (1, False), fmt + ": a folder of that name is not replaced")
        shutil.rmtree(t.path("drafts/texts/back 100%-images"))
    with zipfile.ZipFile(t.path("pics.docx")) as old, zipfile.ZipFile(t.path("odd.docx"), "w") as new:
        first = True
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.startswith("word/media/"):
                data, first = (b"\1\0\0\0 an EMF" if first else png(7)), False
            new.writestr(entry, data)
    code, got = t.json("import", "odd.docx", "-o", "odd.md")
    t.ok(code == 0 and [u for u in got["unplaced"] if "neither PNG nor JPEG" in u["what"]], "a picture that a draft cannot hold is listed", str(got))
    t.ok(b"See the map here" in t.read("odd.md") and t.read("odd-images/1.png") == png(7) and not t.exists("odd-images/2.png"), "its words stay", t.read("odd.md"))
    code, out, err = t.run("import", "pics.docx", "-o", "-")
    t.ok(code == 0 and "](pics-images/1.png)" in out and not t.exists("pics-images"), "import to standard output writes no picture", out + err)
    t.ok(re.match(r"\d+ clauses?, 0 suggestions, 0 comments\n", err) and "not in the draft: pictures" in err and "Next:" not in err, "and says on standard error what is not in the draft", err)
    t.ok([u["where"] for u in json.loads(t.run("import", "pics.docx", "-o", "-", "--format", "json")[2])["unplaced"]][-1:] == ["package"], "as JSON, too")
    for name in ("drafts/pics.md", "drafts/map one.png", "drafts/two.png"):
        os.unlink(t.path(name))

    if subprocess.run(["git", "--version"], stdout=subprocess.DEVNULL).returncode == 0:
        os.mkdir(t.path("shared-folder"))
        t.same(t.run("sync", "--folder", "shared-folder")[0], 0, "sync writes a bundle into the folder")
        bundle = [n for n in os.listdir(t.path("shared-folder")) if n.endswith(".bundle")][0]
        subprocess.run(["git", "clone", "-q", "-b", "main", t.path("shared-folder/" + bundle), t.path("other")], stderr=subprocess.DEVNULL)
        t.write("other/drafts/in.md", TEXT.replace("waited for years", "waited for many years"))
        t.same(t.run("-C", "other", "save", "-m", "theirs", *ME)[0], 0, "another computer saves")
        t.same(t.run("-C", "other", "sync", "--folder", "../shared-folder")[0], 0, "and exchanges")
        t.write("drafts/in.md", TEXT.replace("stable funding", "sound funding"))
        t.run("save", "-m", "ours", *ME)
        code, out, err = t.run("sync", "--folder", "shared-folder")
        merged = t.read("drafts/in.md")
        t.ok(code == 0 and b"waited for many years" in merged and b"sound funding" in merged, "sync puts both sides' words together", out + err)

        # With a host: what is only on this computer is said until it is shared.
        t.same("NOT SHARED" in t.run("status")[1], False, "without a host status says nothing of sharing")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", t.path("host.git")])
        subprocess.run(["git", "-C", t.path("."), "remote", "add", "origin", t.path("host.git")])
        t.has(t.run("status")[1], "NOT SHARED  all versions are only on this computer        chapeau sync", "nothing is shared yet")
        t.same((t.run("sync")[0], "NOT SHARED" in t.run("status")[1]), (0, False), "after sync all is")
        t.write("drafts/in.md", TEXT.replace("stable funding", "sounder funding"))
        t.run("save", "-m", "once more", *ME)
        t.has(t.run("status")[1], "NOT SHARED  1 version is only on this computer        chapeau sync", "a version that is not shared")

    # A copy made by export comes home too, though the draft was not saved then and has moved on since: its bytes are kept.
    UNSAVED = HEAD + "\n{#a}\nWe want stable funding now.{++ Soon.++}{>>@Ana 2025-10-01T09:00:00Z<<}\n\n{#b}\nSecond words of the text.\n"
    moved_on = UNSAVED.replace("Second words", "Second words and more").replace("{++ Soon.++}{>>@Ana 2025-10-01T09:00:00Z<<}", "")
    for fmt, part in (("docx", "word/document.xml"), ("odt", "content.xml")):
        for options, known in (((), True), (("--changes-since", "last"), True), (("--no-map",), False)):
            t.write("drafts/unsaved.md", UNSAVED)
            if options[:1] == ("--changes-since",):
                t.run("save", "-m", "for a comparison", *ME)
                t.write("drafts/unsaved.md", UNSAVED.replace("now.", "today."))
            asked = t.run("export", "unsaved", "--to", fmt, "--audience", "review", "-o", "unsaved." + fmt, *options)
            t.same(asked[0], 0, f"{fmt} {options}: a copy by export")
            with zipfile.ZipFile(t.path("unsaved." + fmt)) as z, zipfile.ZipFile(t.path("unsaved-back." + fmt), "w") as back:
                for entry in z.infolist():
                    data = z.read(entry)
                    back.writestr(entry, data.replace(b"stable funding", b"sound funding") if entry.filename == part else data)
            now = t.read("drafts/unsaved.md").decode().replace(UNSAVED[UNSAVED.index("{++"):UNSAVED.index("{#b}")], "\n\n").replace("Second words", "Second words and more")
            t.write("drafts/unsaved.md", now)
            code, got = t.json("receive", "unsaved-back." + fmt, "unsaved", "--from", "Bo")
            if known:
                t.same((got["suggestions"], got["unplaced"]), (1, []), f"{fmt} {options}: the copy's one change, not the draft's, and the settled suggestion is no news")
            else:
                t.ok(got["suggestions"] > 1, f"{fmt} {options}: without a map nobody knows what it was made from")
            t.run("reject", "unsaved", "--all", "--comments")
            t.same(t.read("drafts/unsaved.md").decode(), now, f"{fmt} {options}: rejected, it is the draft again")
    kept = lambda: subprocess.run(["git", "for-each-ref", "refs/chapeau/sent", "refs/chapeau/compared"], cwd=t.top, env=t.env, capture_output=True, text=True).stdout
    before = kept()
    t.write("drafts/unsaved.md", UNSAVED.replace("{++ Soon.++}{>>@Ana 2025-10-01T09:00:00Z<<}", "").replace("Second", "Third"))
    for options in (("--to", "docx"), ("--to", "txt", "--audience", "review"), ("--to", "docx", "--audience", "review", "--no-map")):
        t.run("export", "unsaved", *options)
        t.same(kept(), before, f"{options}: nothing that could come back, so nothing is kept")
    # Where those bytes are not at hand, that is said.
    t.run("export", "unsaved", "--to", "docx", "--audience", "review", "-o", "unsaved.docx")
    subprocess.run(["git", "update-ref", "-d", kept().split()[-1]], cwd=t.top, env=t.env)
    for line in kept().splitlines():
        if line not in before:
            subprocess.run(["git", "update-ref", "-d", line.split()[-1]], cwd=t.top, env=t.env)
    subprocess.run(["git", "prune", "--expire=now"], cwd=t.top, env=t.env)
    t.write("drafts/unsaved.md", t.read("drafts/unsaved.md").decode().replace("Third", "Fourth"))
    t.has(t.run("receive", "unsaved.docx", "unsaved", "--dry-run")[1], "from a text that is not kept here", "an unknown text is named")
    os.unlink(t.path("drafts/unsaved.md"))

    # LibreOffice 7.4 opens no file with a comment in a footnote, and mixes up the notes where a comment's reference stands between the first two:
    # such a comment stands at the note's mark, and the reference waits for the end of the second one's paragraph, behind its bookmarks.
    t.write("drafts/noted.md", HEAD + "\n{#a}\nFirst words.[^a] Then {==some==}{>>@Ana: which?<<} more.\n\n{#b}\nOther words{>>@Ana: whose?<<}, and.[^b]\n\n{#c}\nLast.\n\n[^a]: One {==note==}{>>@Bo: this?<<} here.\n\n[^b]: Two.\n")
    t.run("export", "noted", "--to", "docx", "--audience", "review", "-o", "noted.docx")
    with zipfile.ZipFile(t.path("noted.docx")) as z:
        text, notes = z.read("word/document.xml").decode(), z.read("word/footnotes.xml").decode()
    t.ok("comment" not in notes and notes.count('w:name="cn_') == 1, "no comment stands in a footnote, and a bookmark holds its words", notes)
    t.same(re.findall(r"footnoteReference|commentReference|w:bookmarkEnd|Last", text)[:9],
           ["footnoteReference", "w:bookmarkEnd", "footnoteReference", "w:bookmarkEnd", "commentReference", "commentReference", "commentReference", "Last", "w:bookmarkEnd"], "references to comments wait")
    once = t.read("drafts/noted.md")
    t.has(t.run("receive", "noted.docx", "noted")[1], "Nobody changed anything", "and nothing of it comes back")
    t.run("import", "noted.docx", "-o", "noted-again.md")
    t.has(t.read("noted-again.md").decode(), "[^1]: One {==note==}{>>@Bo: this?<<} here.", "imported, the comment is on the words of the note")
    os.unlink(t.path("drafts/noted.md"))

    # Ids are internal too: a reference to what reviewers do not see says no more than that it is there.  It comes back as it went, as
    # one to another draft does, and whoever takes it out has taken it out.
    t.write("drafts/other.md", HEAD.replace("title: ", "title: Another ") + "\n# Top\n\n{#there}\nWords.\n")
    t.write("drafts/held.md", HEAD + "\n{#a}\nSee [](#fallback-if-reopened), then [](#nowhere-at-all), now, as in [](other#there).\n\n"
                              "::: internal\n{#fallback-if-reopened}\nTen years.\n:::\n")
    for options, part in (((), "word/document.xml"), (("--odt",), "content.xml")):
        name = t.run("review-copy", "held", "--to", "Legal Counsel", *options)[1].split("   ")[0]
        with zipfile.ZipFile(t.path(name)) as z, zipfile.ZipFile(t.path("less" + name[-5:]), "w", zipfile.ZIP_DEFLATED) as less:
            parts = "".join(z.read(n).decode() for n in z.namelist() if n.endswith(".xml"))
            for entry in z.infolist():
                data = z.read(entry)
                less.writestr(entry, data.replace("[…]".encode(), b"", 1) if entry.filename == part else data)
        t.ok("fallback" not in parts and "nowhere" not in parts and parts.count("[…]") == 2, f"{name}: no id of what is held back travels")
        t.has(t.run("receive", name, "held", "--dry-run")[1], "0 changes", f"{name}: and what stands for it is nobody's edit")
        t.run("receive", "less" + name[-5:], "held")
        t.ok(re.search(r"See \{--\[\]\(#fallback-if-reopened\)", t.read("drafts/held.md").decode()), f"{name}: a reference that was taken out is taken out", t.read("drafts/held.md").decode())
        t.run("reject", "held", "--all")

    # Nor when the other draft has moved on and was saved neither before nor since: it was kept with the copy.
    once = t.read("drafts/other.md")
    sent = [t.run("review-copy", "held", "--to", "Legal Counsel", *options)[1].split("   ")[0] for options in ((), ("--odt",))]
    t.write("drafts/other.md", once.decode().replace("title: ", "title: Since then ").replace("# Top", "One more.\n\n# Top"))
    for name in sent:
        t.has(t.run("receive", name, "held", "--dry-run")[1], "0 changes", f"{name}: the other draft has other numbers and another title, never saved")
    t.write("drafts/other.md", once)

    # Nor is it anybody's edit when the other draft has moved on since the copy went out: what was printed then is in its saved versions.
    t.run("save", "-m", "other", *ME)
    sent = [t.run("review-copy", "held", "--to", "Legal Counsel", *options)[1].split("   ")[0] for options in ((), ("--odt",))]
    for step in ("first", "second"):
        t.write("drafts/other.md", t.read("drafts/other.md").decode().replace("title: ", "title: Still ").replace("# Top", "One more.\n\n# Top"))
        if step == "first":
            t.run("save", "-m", "moved on", *ME)
        for name in sent:
            t.has(t.run("receive", name, "held", "--dry-run")[1], "0 changes", f"{name}: the other draft has other numbers and another title, {step} time")

    # A row of empty cells that went is a suggestion like one with words.
    rows = HEAD + "\n| a | b |\n|---|---|\n| c | d |\n%s| e | f |\n"
    t.write("rows.old.md", rows % "|  |  |\n")
    t.write("rows.new.md", rows % "")
    t.run("diff", "rows.old.md", "rows.new.md", "--format", "docx", "-o", "rows.docx")
    for how, left in (("accept", 2), ("reject", 3)):
        t.run("import", "rows.docx", "-o", "rows.md", "--force")
        t.run(how, "rows.md", "--all")
        t.same(t.read("rows.md").decode().count("\n| "), left + 1, f"{how} of an empty row that went")

    # A pipe in drafts/ is no draft, and nobody waits for it.
    os.mkfifo(t.path("drafts/pipe.md"))
    for command in ("status", "check", "save"):
        t.ok(t.run(command, *(ME if command == "save" else ()), timeout=10)[0] in (0, 1), f"{command} passes a pipe by")
    os.unlink(t.path("drafts/pipe.md"))
