#!/usr/bin/env python3
"""export: names, what is refused, what an audience sees, the same bytes every time, PDF."""
import os
import re
import shutil
import zipfile
from tap import Cli, SOURCE

TEXT = """---
title: Input
language: en
organisation: Example Registry
date: 2025-10-02
numbering: paragraphs
---

# Introduction

<!-- {#igf priority=igf-permanent role=ask} -->
We call on Member States to give the Forum a permanent mandate.[^1]

::: internal
Fallback position zanzibar quokka umbrella never to be printed.
:::

<!-- hidden comment marmalade -->
{#second}
Governments should recognize exchange points, see [](#igf).

[^1]: A note on the mandate.
"""


def parts(path):
    with zipfile.ZipFile(path) as z:
        return "\n".join(z.read(n).decode("utf-8", "replace") for n in z.namelist())


with Cli() as t:
    t.workspace()
    t.write("drafts/in.md", TEXT)
    for to in ("docx", "odt", "html", "txt", "md"):
        code, out, err = t.run("export", "in", "--to", to)
        if not t.ok(code == 0 and re.fullmatch(rf"exports/in(\.NOT-FINAL)?\.{to}\n", out), f"{to}: written, its path printed", out + err):
            continue
        path = t.path(out.strip())
        text = parts(path) if to in ("docx", "odt") else open(path, encoding="utf-8").read()
        t.ok("permanent mandate" in text and "A note on the mandate" in text, f"{to}: the words are there")
        t.ok(not any(w in text for w in ("zanzibar", "quokka", "marmalade", "igf-permanent", "second")), f"{to}: nothing internal is")
        first = open(path, "rb").read()
        code, out, err = t.run("export", "in", "--to", to, "-o", "again." + to, env={"TZ": "Asia/Tokyo", "USER": "marmalade"})
        t.ok(code == 0 and open(t.path("again." + to), "rb").read() == first, f"{to}: the same bytes again, in another zone, by another user", err)
    t.ok("NOT-FINAL" in t.run("export", "in", "--to", "docx")[1], "musts are missing: NOT-FINAL")
    for audience, name in (("review", "in.REVIEW.docx"), ("internal", "in.INTERNAL.docx")):
        code, out, err = t.run("export", "in", "--to", "docx", "--audience", audience)
        t.same((code, out), (0, f"exports/{name}\n"), f"{audience}: its name")
        t.same("zanzibar" in (parts(t.path("exports/" + name)) if code == 0 else ""), audience == "internal", f"{audience}: internal notes")
    t.has(parts(t.path("exports/in.REVIEW.docx")), "chapeau.map", "review: the map")
    t.run("export", "in", "--to", "docx", "--audience", "review", "--no-map", "-o", "nomap.docx")
    t.ok("chapeau.map" not in parts(t.path("nomap.docx")), "--no-map leaves it out")

    code, out, err = t.run("export", "in", "--to", "md", "-o", "-")
    t.ok(code == 0 and "permanent mandate" in out and "exports/" not in out, "-o - prints the file and nothing else", out)
    code, got = t.json("export", "in", "--to", "odt")
    t.same((code, got.get("schema"), got.get("files")), (0, "chapeau/export@1", [{"path": "exports/in.NOT-FINAL.odt", "format": "odt"}]), "JSON")
    code, out, err = t.run("export", "in", "-o", "by-ending.odt")
    t.ok(code == 0 and t.exists("by-ending.odt"), "the ending of -o says the format", err)
    t.same(t.run("export", "in")[0], 2, "no format: exit 2")
    t.same(t.run("export", "in", "--to", "doc")[0], 2, "an unknown format: exit 2")
    code, out, err = t.run("export", "in", "--to", "md", "-o", "drafts/in.md")
    t.ok(code == 2 and t.read("drafts/in.md") == TEXT.encode(), "the draft itself is never replaced", err)

    # What refuses a public file, and leaves yesterday's whole.
    before = t.read("exports/in.NOT-FINAL.docx")
    bad = {"open suggestion": TEXT.replace("a permanent", "a {++stable ++}permanent"),
           "container without end": TEXT.replace("printed.\n:::\n", "printed.\n"),
           "a loose tag": TEXT.replace("{#second}\n", "{.internal}\n\n"),
           "a tag in the text": TEXT.replace("should recognize", "should {#oops .internal} recognize"),
           "a near miss of a class": TEXT.replace("{#second}", "{#second .internel}"),
           "a comment without end": TEXT.replace("marmalade -->", "marmalade")}
    for name, text in bad.items():
        t.write("drafts/in.md", text)
        code, out, err = t.run("export", "in", "--to", "docx")
        t.same((code, out), (1, ""), f"refused: {name}")
        t.ok("in.md" in err and "error" in err, f"{name}: says where", err)
        t.ok(t.read("exports/in.NOT-FINAL.docx") == before, f"{name}: yesterday's file is whole")
        code, got = t.json("export", "in", "--to", "docx")
        t.same((code, got.get("error", {}).get("code")), (1, "refused"), f"{name}: as JSON")
    t.write("drafts/in.md", bad["open suggestion"])
    code, out, err = t.run("export", "in", "--to", "docx", "--audience", "review")
    t.ok(code == 0 and "w:ins" in parts(t.path("exports/in.REVIEW.docx")), "a review copy shows the suggestion as a tracked change", err)
    t.write("drafts/in.md", TEXT)
    t.same(t.run("export", "in", "--to", "docx", "--template", "none.docx")[0], 3, "a template that is not there: exit 3")
    t.write("broken.docx", "no package")
    t.same(t.run("export", "in", "--to", "docx", "--template", "broken.docx")[0], 3, "a template that is no DOCX: exit 3")
    code, out, err = t.run("export", "in", "--to", "odt", "-o", "no/folder/x.odt")
    t.same(code, 4, "no such folder for -o: exit 4")

    # The date of the document.
    a = t.run("export", "in", "--to", "odt", "-o", "a.odt", env={"SOURCE_DATE_EPOCH": "86400"})
    t.ok(a[0] == 0 and "1970-01-02" in parts(t.path("a.odt")), "SOURCE_DATE_EPOCH is the document's date", a)
    t.same(t.run("export", "in", "--to", "odt", env={"SOURCE_DATE_EPOCH": "soon"})[0], 2, "a SOURCE_DATE_EPOCH that is no number: exit 2")

    # The sample is final.
    shutil.copy(os.path.join(SOURCE, "drafts/wsis20-zero-draft.md"), t.path("drafts/sample.md"))
    t.same(t.run("export", "sample", "--to", "docx")[:2], (0, "exports/sample.docx\n"), "the sample is final")
    code, out, err = t.run("export", "sample", "--to", "txt", "-o", "-", "--channel", "oral")
    t.ok(code == 0 and "Excellencies" in out and "Net2Home links homes" not in out, "the spoken version", err)

    # What may be cut is left out where the whole would be over the hard limit, in the file as in the check.
    # What would be said in the place of an internal paragraph is internal with it; also of several, and in a quotation.
    t.write("spoken.md", "---\ntitle: T\n---\n\n{.oral for=a}\nSpoken of one.[^n]\n\n{#a .internal}\nHeld words.\n\n{.oral for=\"b, #a\"}\n> Spoken of two.\n\n{#b}\nOpen words.\n\n{.oral for=b}\nSpoken of it.\n\n[^n]: Noted words.\n")
    for channel, want in (("oral", "Spoken of it."), ("written", "Open words.")):
        for to in ("txt", "html"):
            code, out, err = t.run("export", "spoken.md", "--to", to, "-o", "-", "--channel", channel)
            t.ok(code == 0 and want in out and not re.search("Held|of one|of two|Noted", out), f"{to}, {channel}: nothing is spoken of what is internal", out + err)
    t.write("cut.md", "---\ntitle: T\nchannel: oral\n---\n\n{#a}\nOne.\n\n{#b oral=cut}\nTwo three four.\n\n{#c}\nFive.\n")
    for limits, kept in (("seconds: {hard: 4}", False), ("seconds: {hard: 5}", True), ("words: {hard: 4}", False), ("words: {hard: 5}", True)):
        t.write("cut.yaml", "schema: chapeau/profile/1\nid: cut\ntitle: C\nkind: oral\nlimits: {words_per_minute: {plain: 60}, " + limits + "}\n")
        code, got = t.json("check", "cut.md", "--call", "cut.yaml", "--final")
        words = got["drafts"][0]["words"]
        for audience in ("public", "review"):
            code, out, err = t.run("export", "cut.md", "--call", "cut.yaml", "--to", "txt", "-o", "-", "--audience", audience)
            t.same((words, "Five." in out, "Two three four." in out), (5 if kept else 2, True, kept), f"oral=cut, {limits}, {audience}")

    code, out, err = t.run("export", "in", "--to", "pdf", env={"PATH": "/nonexistent"})
    t.ok(code == 4 and "LibreOffice" in err and not t.exists("exports/in.NOT-FINAL.pdf"), "no LibreOffice: exit 4, and what to do", err)
    if shutil.which("soffice"):
        code, out, err = t.run("export", "in", "--to", "pdf")
        t.ok(code == 0 and open(t.path(out.strip()), "rb").read(5) == b"%PDF-", "a PDF", err)
        first = t.read(out.strip())
        t.ok(b"/CreationDate(D:20251002000000Z" in first and b"/StructTreeRoot" in first, "with the document's date, and tagged", first[-600:])
        code, out, err = t.run("export", "in", "--to", "pdf", "-o", "again.pdf", env={"TZ": "Asia/Tokyo"})
        t.ok(code == 0 and t.read("again.pdf") == first, "the same bytes again, in another zone", err)
    else:
        t.skip("a PDF", "LibreOffice is not installed")
