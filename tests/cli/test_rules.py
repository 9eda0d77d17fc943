#!/usr/bin/env python3
"""Every rule id of the contract: a statement that provokes it, its level, clause, line and column; and what its message says."""
import json
import os
from tap import Cli

HEAD = "---\ntitle: T\nlanguage: en\n---\n\n"  # the text begins on line 6
PRIORITIES = """schema: chapeau/priorities/1
set: mine
language: en
ask_verbs: [urge*]
ask_forms: [should]
self: [we]
others: [governments]
negators: [not, reject*]
negation_window: 6
weak: ["as appropriate"]
priorities:
  - {id: ipv6, title: IPv6, level: must, needs: mentioned, any: [ipv6], contrary: ["new ip"], weak: ["as appropriate", "where possible"]}
"""
PROFILE = """schema: chapeau/profile/1
id: strict
title: A strict call
kind: written
numbering: none
deadline: {at: 2020-01-01 10:00, zone: America/New_York}
limits: {words: {hard: 4}, characters: {hard: 20}, pages: {hard: 0}, seconds: {hard: 1}}
structure: {sections: [{id: closing, title: Closing, required: true}]}
style: {pack: un-editorial-en, footnotes: forbidden}
priorities: mine
"""
AGREED = """schema: chapeau/agreed/1
entries:
  - {id: gdc-1, source: {title: Compact, symbol: A/RES/1/1, annex: I, para: 2, status: adopted}, quote: the primary platform for talks}
  - {id: b, source: {title: Compact, status: adopted}, quote: "a world free of talks or noise"}
  - {id: c, source: {title: Outcome, revision: Rev.2, status: draft}, quote: shall be made permanent, note: later}
"""
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")
IP = "IPv6 it is.\n\n"  # keeps the must satisfied, on line 6

# rule, level, clause, line, column, a part of the message, the text behind HEAD (or all of it), more arguments
RULES = [
    ("gap", "error", None, 1, 1, "must", "Words.\n"),
    ("contrary", "error", "a", 9, 3, "new IP", IP + "{#a}\nA new IP for all.\n"),
    ("contrary", "note", "a", 9, 12, "reject", IP + "{#a}\nWe reject *new IP*.\n"),
    ("negated", "warning", "a", 7, 12, "negated", "{#a}\nWe do not  IPv6.\n"),
    ("weak", "warning", "a", 7, 15, "as appropriate", "{#a}\nWe urge IPv6, as appropriate.\n"),
    ("claim", "warning", "a", 9, 1, "priority=ipv6", IP + "{#a priority=ipv6}\nHello.\n"),
    ("language", "error", None, 1, 1, "this list is in English, the statement in French: nothing was checked", "---\nlanguage: fr\n---\nBonjour.\n"),
    ("words", "warning", None, 1, 1, "4", IP + "Two three.\n", "--call", "strict"),
    ("words", "error", None, 1, 1, "4", IP + "Two three.\n", "--call", "strict", "--final"),
    ("chars", "warning", None, 1, 1, "20", IP + "Two three four five.\n", "--call", "strict"),
    ("pages", "warning", None, 1, 1, "1 page (an estimate)", IP, "--call", "strict"),
    ("seconds", "warning", None, 1, 1, "2 seconds", IP + "Two.\n", "--call", "strict"),
    ("section", "warning", None, 1, 1, "Closing", IP, "--call", "strict"),
    ("deadline", "warning", None, 1, 1, "2020-01-01 10:00 America/New_York", IP, "--call", "strict"),
    ("numbering", "warning", None, 1, 1, "numbering: paragraphs", "---\nnumbering: paragraphs\n---\n" + IP, "--call", "strict"),
    ("notes", "warning", None, 6, 5, "1 footnote, and the call takes none", "IPv6[^1]\n\n[^1]: Note.\n", "--call", "strict"),
    ("acronyms", "warning", None, 8, 5, '"WSIS"', IP + "The WSIS.\n", "--call", "strict"),
    ("open-suggestion", "warning", "a", 9, 3, "not settled", IP + "{#a}\na {++b++}\n"),
    ("open-suggestion", "error", "a", 9, 3, "not settled", IP + "{#a}\na {++b++}\n", "--final"),
    ("internal-note", "note", None, 9, 1, "1 internal note", IP + "::: internal\nSecret.\n:::\n"),
    ("internal-heading", "warning", None, 8, 5, "mark the paragraphs", IP + "# H {.internal}\n"),
    ("quotes", "warning", None, 8, 4, "not closed", IP + "He “said.\n"),
    ("quotes", "warning", None, 8, 4, "no “ opens", IP + "He ”said” so.\n"),
    ("quotes", "warning", None, 6, 4, "Close it with «", "---\ntitle: T\nlanguage: de\n---\n\nEr »sagt.\n"),
    ("quotes", "warning", None, 6, 5, "not closed", "---\ntitle: T\nlanguage: sv-FI\n---\n\nHan ”sade.\n"),
    ("placeholder", "warning", None, 8, 3, "TBC", IP + "A TBC.\n"),
    ("placeholder", "error", None, 8, 4, "XX", IP + "In XX countries.\n", "--final"),
    ("hidden-char", "warning", None, 8, 2, "U+200B", IP + "a\u200bb\n"),
    ("typed-number", "note", None, 8, 1, "(a)", IP + "(a) By hand.\n"),
    ("typed-number", "note", None, 8, 1, "bullet", IP + "\uf0b7 As Word types it.\n"),
    ("image-missing", "error", None, 8, 1, "nope.png", IP + "![](nope.png)\n"),
    ("call-unknown", "warning", None, 2, 7, "nosuch", "---\ncall: nosuch\n---\n" + IP),
    ("value-unknown", "warning", "a", 8, 5, '"ask"', IP + "{#a role=askk}\nHello.\n"),
    ("value-unknown", "warning", "b", 10, 1, "for=zz", IP + "One.\n\n{#b .oral for=zz}\nSpoken.\n"),
    ("style/note-heading", "warning", None, 10, 7, "holds no headings", IP + "One.[^n]\n\n[^n]: # Head\n"),
    ("style/note-heading", "warning", None, 12, 5, "holds no headings", IP + "One.[^n]\n\n[^n]: Words.\n\n    Head\n    ----\n"),
    ("value-unknown", "warning", "b", 8, 1, "was=B_ is no id", IP + "{#b was=a,in#c-2,B_}\nOne.\n"),
    ("value-unknown", "warning", None, 3, 7, "no day of the calendar", "---\ntitle: T\ndate: 2025-02-29\n---\n" + IP),
    ("value-unknown", "warning", None, 1, 1, 'house style "nosuch"', IP + "Words.\n", "--call", "loose"),
    ("attribute-twice", "warning", "a", 8, 14, '"role"', IP + "{#a role=ask role=claim}\nHello.\n"),
    ("note-undefined", "error", None, 8, 2, "[^u]", IP + "x[^u]\n"),
    ("note-unused", "warning", None, 8, 1, "[^u]", IP + "[^u]: Unused.\n"),
    ("note-duplicate", "warning", None, 12, 1, "line 10", IP + "x[^u]\n\n[^u]: One.\n\n[^u]: Two.\n"),
    ("note-in-note", "error", None, 10, 11, "[^v]", IP + "x[^u]\n\n[^u]: One [^v]\n\n[^v]: Two.\n"),
    ("xref-dead", "error", None, 8, 5, '"nope"', IP + "See [](#nope).\n"),
    ("xref-unnumbered", "error", "a", 9, 5, '"a"', IP + "{#a}\nSee [](#a).\n"),
    ("id-duplicate", "error", "a", 8, 2, "line 11", IP + "{#a}\nOne.\n\n{#a}\nTwo.\n"),
    ("table-ragged", "error", None, 10, 1, "1 cell", IP + "| a | b |\n|---|---|\n| c |\n"),
    ("attribute-malformed", "error", None, 8, 3, "small letters", IP + "{#A}\nOne.\n"),
    ("attribute-dangling", "error", "a", 10, 1, "{#a} on line 8", IP + "{#a}\n\nOne.\n"),
    ("attribute-dangling", "error", "b", 11, 1, "<!-- {.internal} --> on line 9 belongs", IP + "<!-- {#b} -->\n<!-- {.internal} -->\n\nOne.\n"),
    ("attribute-two-ids", "error", "a", 9, 2, '"b"', IP + "{#a}\n{#b}\nOne.\n"),
    ("attribute-in-text", "error", None, 8, 5, "{#a}", IP + "One {#a} two.\n"),
    ("class-unknown", "error", None, 8, 2, '".internal"', IP + "{.internel}\nOne.\n"),
    ("class-unknown", "error", None, 8, 2, '".internal"', IP + "{.INTERNAL}\nOne.\n"),
    ("class-unknown", "error", None, 8, 1, "::: internal", IP + "::: INTERNAL\nOne.\n:::\n"),
    ("comment-open", "error", None, 8, 1, "no -->", IP + "<!-- One\n\ntwo\n"),
    ("comment-open", "error", None, 8, 1, "runs on to line 9 and takes away the tag {.internal} on line 8, so that the note below it would be PUBLIC", IP + "<!-- {.internal}\n-->\nOne.\n"),
    ("comment-open", "error", None, 8, 1, "takes away the tag {#b}", IP + "<!--\n{#b}\n-->\nOne.\n"),
    ("attribute-in-text", "error", None, 8, 5, "marks nothing", IP + "One <!-- {#b}\n--> two.\n"),
    ("container-open", "error", None, 8, 1, "not closed", IP + "::: internal\nOne.\n"),
    ("container-open", "error", None, 8, 1, "closes nothing", IP + ":::\n"),
    ("critic-unclosed", "error", None, 8, 3, "++}", IP + "a {++b\n"),
    ("critic-nested", "error", None, 8, 6, "{--", IP + "{--a {--b--} c--}\n"),
    ("critic-crosses", "error", None, 8, 3, "line 8, column 3", IP + "a {++*b++} c*\n"),
    ("conflict", "error", None, 8, 1, "to line 12 stand two versions", IP + "<<<<<<< ours\nOne.\n=======\nTwo.\n>>>>>>> theirs\n"),
    ("key-unknown", "warning", None, 2, 1, '"title"', "---\ntitel: x\n---\n" + IP),
    ("raw-html", "warning", None, 8, 3, "<b>", IP + "a <b>x</b>\n"),
    ("agreed", "warning", "a", 9, 16, 'this is not what gdc-1 says (A/RES/1/1, annex I, para 2): "the [-main-]{+primary+} platform for talks"', IP + "{#a agreed=gdc-1}\nIt is “*the*   main platform for talks”.\n"),
    ("agreed", "error", "a", 9, 20, "[-IGF-]{+primary+}", IP + "{#a agreed=gdc-1}\nWe say: it is “the IGF platform for talks among all”.\n", "--final"),
    ("agreed", "warning", "a", 10, 3, "[-for talks-]{+a world+} free of talks [-and-]{+or+} noise", IP + "{#a agreed=gdc-1,b}\n> The primary platform\n> for talks; free of talks and noise today.\n"),
    ("agreed", "warning", "a", 8, 5, "do not stand here", IP + "{#a agreed=gdc-1}\nNothing of it.\n"),
    ("agreed", "warning", "a", 8, 5, 'did you mean "gdc-1"', IP + "{#a agreed=gdc1}\nThe primary platform for talks.\n"),
    ("agreed", "warning", "a", 8, 5, "nobody has agreed", IP + "{#a agreed=c}\nIt “shall be made permanent”.\n"),
    ("agreed", "warning", "a", 8, 5, "more than 16", IP + "{#a agreed=" + ",".join(["gdc-1"] * 17) + "}\nThe primary platform for talks.\n"),
    ("style/ize", "warning", None, 8, 4, "organize", IP + "We organise.\n", "--call", "strict"),
    ("style/lone-heading", "warning", None, 10, 4, "Lone", IP + "# A\n\n## Lone\n\nx\n", "--call", "strict"),
]

with Cli() as t:
    t.workspace()
    t.write("priorities.yaml", PRIORITIES)
    t.write("templates/calls/strict.yaml", PROFILE)
    t.write("templates/calls/loose.yaml", "schema: chapeau/profile/1\nid: loose\ntitle: L\nkind: written\nstyle: {pack: nosuch}\n")
    t.write("templates/agreed-language.yaml", AGREED)
    # All statements that are checked in one way at once: as JSON, and as text.
    for more in sorted({tuple(r[7:]) for r in RULES}):
        cases = [(f"r{i:02}", *r[:7]) for i, r in enumerate(RULES) if tuple(r[7:]) == more]
        for name, *_, text in cases:
            t.write(f"drafts/{name}.md", text if text.startswith("---") else HEAD + text)
        names = [c[0] for c in cases]
        code, got = t.json("check", *names, *more)
        as_text = t.run("check", *names, "-q", *more)[1].splitlines()
        t.same([d["draft"] for d in got.get("drafts", [])], names, f"all are checked {more}")
        t.same(code, int(any(f["level"] == "error" for d in got.get("drafts", []) for f in d["findings"])), f"exit code {more}")
        for (name, rule, level, clause, line, column, part, text), draft in zip(cases, got.get("drafts", [])):
            findings = draft["findings"]
            same = [f for f in findings if (f["rule"], f["level"], f["clause"], f["line"], f["column"]) == (rule, level, clause, line, column)]
            good = len(same) == 1 and part in same[0]["message"] and "\n" not in same[0]["message"]
            good = good and list(same[0])[:7] == ["rule", "level", "clause", "line", "column", "message", "waived"] and same[0]["waived"] is False
            t.ok(good, f"{rule}, {level}: {text.strip()[-40:]!r}", json.dumps(findings, ensure_ascii=False, indent=1))
            # the same place as text; internal notes are counted in a line of their own
            begin, end = f"drafts/{name}.md:{line}:{column}: {level}: ", f" [{rule}]"
            t.ok(rule == "internal-note" or any(l.startswith(begin) and l.endswith(end) for l in as_text), f"{rule}: as text", "\n".join(as_text))
        for name in names:
            os.unlink(t.path(f"drafts/{name}.md"))

    # Agreed language that is quoted as it stands, whatever may be the writer's: nothing to say.
    for text in ("It is “The primary platform, for talks.”", "It is the primary platform for\ntalks[^1], we say.\n\n[^1]: Compact.", "It is “the primary […] talks” today.",
                 "It is “the primary platform for [all] talks”.", "“It must be the primary platform for talks and for more”, says the Compact.", "> *The* primary platform for talks.",
                 "It is \"primary platform for\" all; “another quotation stands here”.", "| A |\n|---|\n| the primary platform for talks |", "“This is the primary platform for talks, for all”"):
        t.write("drafts/t.md", HEAD + "{#a agreed=gdc-1}\n" + text + "\n")
        code, got = t.json("check", "t")
        t.same([f["message"] for f in got["drafts"][0]["findings"] if f["rule"] == "agreed"], [], f"agreed language is quoted well: {text!r}")
    # The library can be another file; outside a workspace the installed one serves.  One that cannot be read stops what needs it.
    t.write("library.yaml", AGREED.replace("gdc-1", "gdc-2"))
    t.has(t.run("check", "t", "--agreed", "library.yaml")[1], 'did you mean "gdc-2"', "--agreed names a library")
    t.write("templates/agreed-language.yaml", AGREED.replace("status: draft", "status: draf"))
    code, out, err = t.run("check", "t")
    t.same(code, 3, "a library that cannot be read: exit 3")
    t.has(err, "templates/agreed-language.yaml:5:", "which file and line")
    t.write("templates/agreed-language.yaml", AGREED.replace("noise", "noise" * 1000))
    t.has(t.run("check", "t")[2], "at most 4096 bytes", "a quote has a limit")
    t.write("templates/agreed-language.yaml", AGREED + "".join(f"  - {{id: n{i}, source: {{title: T, status: adopted}}, quote: q}}\n" for i in range(5000)))
    t.has(t.run("check", "t")[2], "more than 5000 entries", "a library has a limit")
    os.unlink(t.path("templates/agreed-language.yaml"))
    t.has(t.run("check", "t")[1], "no library of agreed language", "no library")

    # One statement that cannot be read keeps no other from being checked, and is said; a program gets the fault alone.
    t.write("drafts/t.md", HEAD + IP)
    t.write("drafts/u.md", b"a\xff\n")
    code, out, err = t.run("check", "t", "u", "t")
    t.same((code, out.count("drafts/t.md") >= 2, "drafts/u.md" in err, "UTF-8" in err), (3, True, True, True), "check: a statement that cannot be read among others")
    code, got = t.json("check", "t", "u")
    t.same((code, "error" in got), (3, True), "check: and as JSON")
    code, out, err = t.run("check", "u")
    t.same((code, out), (3, ""), "check: alone")
    t.write("priorities.yaml", PRIORITIES + "x: 1\n")
    code, out, err = t.run("check", "t", "u")
    t.same((code, out, err.count("error:")), (3, "", 1), "check: a list that all need is said once")
    t.write("priorities.yaml", PRIORITIES)
    os.unlink(t.path("drafts/u.md"))

    # Words that stand in the list of all priorities and in one priority's own are said once, with the way out on the record.
    t.write("drafts/t.md", HEAD + "{#a}\nWe urge IPv6, as appropriate.\n")
    code, got = t.json("check", "t")
    weak = [f["message"] for f in got["drafts"][0]["findings"] if f["rule"] == "weak"]
    t.same(len(weak), 1, "weak words of two lists: one finding")
    t.has(" ".join(weak), 'chapeau waive t weak --clause a --as "..." --because "..."', "weak words: how to keep them on the record")
    code, out, err = t.run("waive", "t", "weak", "--clause", "a", "--as", "Head of Office", "--because", "the call's own words")
    code, got = t.json("check", "t")
    t.same([f["waived"]["because"] for f in got["drafts"][0]["findings"] if f["rule"] == "weak"], ["the call's own words"], "and then they are waived")
    # A picture without words before a space is no bullet.
    t.write("drafts/t.md", HEAD + IP + "![](nope.png) a\n")
    code, got = t.json("check", "t")
    t.same([f["rule"] for f in got["drafts"][0]["findings"]], ["image-missing"], "a picture at the head of a paragraph is no typed bullet")

    # What is no picture, or of a kind that no file can hold, would be missing in every export.
    for name, content, want in (("drafts/a.gif", b"GIF89a\x01\0\x01\0", ["image-missing"]), ("drafts/b.png", b"words", ["image-missing"]), ("drafts/c.png", PNG, []),
                                ("drafts/d.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', [])):
        t.write(name, content)
        t.write("drafts/t.md", HEAD + IP + f"![A map]({os.path.basename(name)})\n")
        code, got = t.json("check", "t")
        code, out, err = t.run("export", "t", "--to", "html", "-o", "-")
        t.same(([f["rule"] for f in got["drafts"][0]["findings"]], "is left out" in err), (want, bool(want)), f"check and export agree on the picture {name}")

    t.write("drafts/t.md", HEAD + "One.\n\nTwo.\n")
    code, out, err = t.run("track", "t", "--dry-run")
    t.same((code, out.splitlines()[-1]), (0, "Next: chapeau track t"), "track --dry-run: next is to do it")
    code, out, err = t.run("status", "--format", "html")
    t.ok(code == 0 and out.lower().startswith("<!doctype html>") and "<script" not in out and "TO CHECK" not in out and 'class="strip"' in out,
         "status as a page: a square for each priority of each statement", out + err)
    t.same(t.run("status", "t", "--format", "html", "-o", "s.html")[:2], (0, ""), "status of one draft, into a file")

    # A file outside drafts/ is named by its path, so that the command that a message names can be typed.
    t.write("notes/plain.md", "x {++a++} {#b} y\n")
    code, out, err = t.run("check", "notes/plain.md", "-q")
    t.ok("chapeau track notes/plain.md" in out and "chapeau suggestions notes/plain.md" in out, "a plain file is named as it can be typed", out)
    code, out, err = t.run("check", "notes/plain.md")
    t.ok(out.endswith("chapeau check notes/plain.md\n"), "and on the last line", out)
    # Quotation marks as other languages set them.
    for language, text in (("sv", "Han sade ”ja”, och ”nej”."), ("fi", "”Kyllä”, hän sanoi."), ("de", "»Ja«, sagte er: „gut“ (»nein«)."), ("da", "Han sagde »ja«."),
                           ("sv", "Hon sade »ja» och ”nej”."), ("fr", "« Un « deux » trois » et «quatre»."), ("pl", "„Tak”, «nie».")):
        t.write("drafts/t.md", f"---\ntitle: T\nlanguage: {language}\n---\n\n{text}\n")
        found = [f["rule"] for f in t.json("check", "t")[1]["drafts"][0]["findings"] if f["rule"] not in ("language", "gap")]
        t.same(found, [], f"{language}: {text}")
    # A list speaks the languages that it names, and one in which every priority has its phrases.
    words = {"fr": "Nous voulons IPv6.", "de": "Wir wollen IPv6."}
    for head, phrases, language, want in (("language: en\n", "{en: [ipv6], fr: [ipv6]}", "fr", "mentioned"), ("language: en\n", "{en: [ipv6], fr: [ipv6]}", "de", "English, the statement in German"),
                                          ("", "{en: [ipv6], fr: [ipv6]}", "fr", "mentioned"), ("", "{en: [ipv6], fr: [ipv6]}", "de", "English, French, the statement in German"),
                                          ("", "[ipv6]", "de", "mentioned"), ("language: [en, fr]\n", "[ipv6]", "fr", "mentioned")):
        t.write("several.yaml", "schema: chapeau/priorities/1\n" + head + "priorities:\n  - {id: a, title: A, level: must, needs: mentioned, any: " + phrases + "}\n"
                "  - {id: b, title: B, level: may, needs: mentioned, any: " + phrases + "}\n")
        t.write("drafts/t.md", f"---\ntitle: T\nlanguage: {language}\n---\n\n{words[language]}\n")
        got = t.json("check", "t", "--priorities", "several.yaml")[1]["drafts"][0]
        got = [f["message"] for f in got["findings"] if f["rule"] == "language"] or [p["state"] for p in got["priorities"]]
        t.ok(any(want in one for one in got), f"a list with {head.strip()!r} and {phrases}: a draft in {language}", got)
    t.write("several.yaml", t.read("several.yaml").decode().replace("language: [en, fr]", "language: en").replace("any: [ipv6]", "any: {en: [ipv6], fr: [ipv6]}", 1))
    t.write("drafts/t.md", f"---\ntitle: T\nlanguage: fr\n---\n\n{words['fr']}\n")
    t.same([f["rule"] for f in t.json("check", "t", "--priorities", "several.yaml")[1]["drafts"][0]["findings"]], ["language"], "a priority without French phrases is not taken for absent")
    # A section is known by the words of its heading, in large letters too.
    t.write("templates/calls/titled.yaml", "schema: chapeau/profile/1\nid: titled\ntitle: T\nkind: written\nstructure: {sections: [{id: i, title: \"Introducción: quiénes somos\", required: true}]}\n")
    for heading, want in (("# INTRODUCCIÓN — *Quiénes* somos", []), ("# Introduccion: quiénes somos", ["section"]), ("# Introducción", ["section"])):
        t.write("drafts/t.md", HEAD + IP + heading + "\n\nWords.\n")
        t.same([f["rule"] for f in t.json("check", "t", "--call", "titled")[1]["drafts"][0]["findings"]], want, f"a section by its title: {heading}")
    # What needs a mention only is not told to ask.
    t.write("drafts/t.md", HEAD + "Words.\n")
    code, out, err = t.run("check", "t", "-q")
    t.ok("Name it where it belongs" in out and "We urge" not in out, "a gap of a mention asks for a mention", out)

    # Every first-level item gets an id, also behind a tab; words of a note are no part of one; a picture is a paragraph.
    for text, want in (
        ("-\tTab\n", "-\t<!-- {#tab} --> Tab\n"),
        ("1.\t One\n", "1.\t <!-- {#one} --> One\n"),
        ("-\t\tcode\n", "-\t\tcode\n"),
        ("One[^n]\n\n[^n]: two\n", "<!-- {#one} -->\nOne[^n]\n\n[^n]: two\n"),
        ("![](a.png)\n", "<!-- {#c-e3b0c4} -->\n![](a.png)\n"),
    ):
        t.write("drafts/t.md", text)
        code, out, err = t.run("track", "t")
        t.same((code, t.read("drafts/t.md").decode()), (0, want), f"track: {text!r}")
        t.same(t.run("track", "t")[1].splitlines()[0], "drafts/t.md: every paragraph has its id, nothing to do", f"track again: {text!r}")

    # --call takes a profile's file name too, and a draft's name may be typed with its ending.
    t.write("templates/calls/other.yaml", PROFILE.replace("id: strict", "id: another"))
    for call in ("another", "other", "other.yaml", "templates/calls/other.yaml"):
        t.write("drafts/t.md", HEAD + IP)
        t.same(t.json("check", "t", "--call", call)[1].get("error"), None, f"--call {call}")
        t.write("drafts/t.md", f"---\ncall: {call}\n---\n" + IP)
        rules = [f["rule"] for f in t.json("check", "t")[1]["drafts"][0]["findings"]]
        if "/" not in call:
            t.ok("call-unknown" not in rules and "words" not in rules and "deadline" in rules, f"call: {call}", rules)
    t.same(t.run("check", "t", "--call", "nope.yaml")[0], 3, "a file that is not there")
    code, got = t.json("new", "typed.md", "--call", "other.yaml")
    t.same((code, got.get("draft"), got.get("file")), (0, "typed", "drafts/typed.md"), "new NAME.md")

    # A red line that is no error is shown with its sentence, for a person to judge; each container is one note.
    t.write("drafts/t.md", HEAD + IP + "We reject *new IP* at all times. Peace.\n\n“New IP”, they say. {--New IP.--}\n")
    code, got = t.json("check", "t")
    notes = [f["message"] for f in got["drafts"][0]["findings"] if f["rule"] == "contrary"]
    t.ok(code == 0 and len(notes) == 3 and "We reject new IP at all times." in notes[0] and "Peace" not in notes[0] and "they say" in notes[1],
         "contrary: notes hold the sentence", notes)
    t.write("drafts/t.md", HEAD + IP + "::: internal\na\n\n- b\n:::\n\n::: internal\nc\n:::\n\n{.internal}\nd\n\n::: internal\n::: internal\ne\n:::\nf\n:::\n")
    notes = [f["message"] for f in t.json("check", "t")[1]["drafts"][0]["findings"] if f["rule"] == "internal-note"]
    t.same(notes, ["4 internal notes, in no public file."], "internal notes are counted by container")

    # A tag that an editor took away is put back with what it hid.
    words = "Our fallback is a mandate of ten years with a review after five, if others ask for it."
    t.write("drafts/t.md", "One.\n\n{#fallback .internal role=context}\n" + words + "\n")
    t.run("init")
    t.run("save", "-m", "first", "--author", "Mei Lin <mei@example.org>")
    # Where a paragraph came from is an id that some version has, or some draft.
    t.write("drafts/u.md", HEAD + IP + "{#new was=fallback}\nOne.\n\n{#mew from=nowhere,u#fallback,t#new,x#never}\nTwo.\n\n{#zwo from=new absorbs=gone}\nThree.\n")
    got = [f["message"] for f in t.json("check", "u")[1]["drafts"][0]["findings"] if f["rule"] == "value-unknown"]
    t.ok([m.split(" names")[0] for m in got] == ["from=nowhere", "from=x#never", "absorbs=gone"], "was=, from=, absorbs= of what never was", got)
    os.remove(t.path("drafts/u.md"))
    for tag in ("", "<!-- {role=context} -->\n"):
        t.write("drafts/t.md", "{#one}\nOne.\n\n" + tag + words + "\n")
        code, out, err = t.run("track", "t")
        got = t.read("drafts/t.md").decode()
        t.ok("#fallback" in got and ".internal} -->\n" + words in got and "were internal" in out, f"a lost tag: the id and .internal are back, {tag!r}", out + got)
    # Half of an item or of a quotation that was internal is internal, as half of a paragraph is.
    t.write("drafts/t.md", "- {#i .internal} our fallback is a mandate of ten years\n\n{#q .internal}\n> Words that were held back. And more of them.\n")
    t.run("save", "-m", "halves", "--author", "Mei Lin <mei@example.org>")
    t.write("drafts/t.md", "- {#i .internal} our fallback is\n- a mandate of ten years\n\n{#q .internal}\n> Words that were held back.\n\n> And more of them.\n")
    code, out, err = t.run("track", "t")
    got = t.read("drafts/t.md").decode()
    t.ok("from=i .internal} --> a mandate" in got and "from=q .internal} -->\n> And more" in got and out.count("and internal as well") == 2, "halves of an item and of a quotation", out + got)
    t.write("drafts/t.md", "{#one}\nOne.\n\n{#fallback .internal role=context}\n" + words + "\n")
    t.run("save", "-m", "back", "--author", "Mei Lin <mei@example.org>")
    # Also where its id cannot come back, because another draft has it now.
    t.write("drafts/other.md", "{#fallback .internal}\n" + words + "\n")
    t.write("drafts/t.md", "{#one}\nOne.\n\n" + words + "\n\nOur fallback is a mandate for good.\n")
    code, out, err = t.run("track", "t")
    got = t.read("drafts/t.md").decode()
    t.ok("#fallback " not in got and ".internal} -->\n" + words in got and got.count(".internal") == 1 and "are internal again" in out,
         "a lost tag whose id another draft has: .internal is back", out + got)
    os.remove(t.path("drafts/other.md"))
    t.write("notes/plain.md", "x {++a++} y\n")
    for args, part in ((("status",), "Next: chapeau check notes/plain.md"), (("suggestions",), "Next: chapeau accept notes/plain.md s1")):
        code, out, err = t.run(*args, "notes/plain.md")
        t.has(out + err, part, f"{args[0]}: a plain file is named as it can be typed")

    # What is nearly a tag of .internal hides nothing, and no public file is made of it.
    for tag, rule in (("{. internal}", "attribute-malformed"), ("{internal}", "attribute-malformed"), ("{Internal}", "attribute-malformed"), ("{: .internal}", "attribute-malformed"),
                      ("<!-- {internal} -->", "attribute-malformed"), ("<!--- {.internal} --->", "attribute-malformed"), ("<!-- {.internal}\n-->", "comment-open"),
                      ("{class=internal}", "class-unknown"), ("{internal=yes}", "class-unknown"), ("{.Intern}", "class-unknown"), (":: internal", "container-open")):
        t.write("drafts/t.md", HEAD + IP + tag + "\nFallback words.\n")
        found = {f["rule"]: f["line"] for f in t.json("check", "t")[1]["drafts"][0]["findings"] if f["level"] == "error"}
        code, out, err = t.run("export", "t", "--to", "txt", "-o", "-")
        t.ok(found == {rule: 8} and code == 1 and not out, f"{tag!r}: {rule}, and no public file", str(found) + out + err)
    t.write("drafts/t.md", HEAD + IP + "<<<<<<<<< x\nOne.\n=========\nTwo.\n>>>>>>>>> y\n")
    code, out, err = t.run("export", "t", "--to", "txt", "-o", "-")
    t.ok(code == 1 and not out and "[conflict]" in err, "two versions that nobody has chosen between: no public file", out + err)
    for text in ("{# of users} and {.5 Mbit} and {: x} and {...}", "a {b} c", "<!-- internal remark -->\nx", ":: x"):
        t.write("drafts/t.md", HEAD + IP + text + "\n")
        t.same([f["rule"] for f in t.json("check", "t")[1]["drafts"][0]["findings"]], [], f"no tag: {text!r}")

    # Words of a stranger's file are words: none becomes a tag or a container on the way in.
    t.write("notes/in.txt", ":: internal\n\n{ .internal }\n\n{: #x}\n\na { #b } c\n\n::: internal\n")
    code, out, err = t.run("import", "notes/in.txt", "-o", "notes/in.md")
    t.ok(code == 0 and out.endswith("Next: chapeau check notes/in.md\n"), "import names the draft as it can be typed", out + err)
    t.same([f["rule"] for f in t.json("check", "notes/in.md")[1]["drafts"][0]["findings"] if f["rule"] != "gap"], [], "import: nothing in the words is taken for a tag")
    t.same(t.run("export", "notes/in.md", "--to", "txt", "-o", "-")[1].partition("==\n")[2].strip(), ":: internal\n\n{ .internal }\n\n{: #x}\n\na { #b } c\n\n::: internal", "and all of them come out again")

    # An id on two paragraphs names neither: what keys on ids refuses it, and says what mends it.
    twice = "{#dup}\nOne {++x++}.\n\n{#dup}\nTwo words.\n"
    t.write("drafts/t.md", twice)
    for args in (("accept", "t", "dup"), ("reject", "t", "dup"), ("suggest", "t", "dup", "One", "Uno", "--by", "X"), ("log", "t#dup"), ("diff", "t", "t"),
                 ("waive", "t", "xref-dead", "--clause", "dup", "--as", "Head of Office", "--because", "x"), ("review-copy", "t", "--to", "head")):
        code, out, err = t.run(*args)
        t.ok(code == 3 and "type: chapeau track t [duplicate-id]" in err and t.read("drafts/t.md").decode() == twice, f"{args[0]} refuses an id that stands twice", out + err)
    t.same((t.run("accept", "t", "s1")[0], t.run("check", "t")[0]), (0, 1), "by number a suggestion is found")

    # A link with words of its own to a clause does not carry the clause's id into a public file.
    t.write("drafts/t.md", "---\ntitle: T\nnumbering: paragraphs\n---\n\n{#fallback-if-reopened}\nOne.[^n]\n\nSee [these](#fallback-if-reopened), [those](other#fallback-if-reopened), [r], [out](https://example.org/x#y), "
            "[annex](annex.pdf), [a](../texts/other.md#fallback-a), [b](./other.md?x#fallback-b), [c](/home/mei/fallback-c.odt), [d](file:///home/mei/fallback-d), [f](fallback/f.md), [g](../fallback-g.pdf), [h](www.example.org/y), [e](C:\\fallback-e.docx).\n\n"
            "[r]: #fallback-if-reopened\n\n[^n]: As [above](#fallback-if-reopened).\n")
    for fmt in ("txt", "md", "html"):
        code, out, err = t.run("export", "t", "--to", fmt, "-o", "-")
        t.ok(code == 0 and "fallback" not in out and "these" in out and "above" in out and "https://example.org/x#y" in out and "annex.pdf" in out and "www.example.org/y" in out,
             f"{fmt}: no id and no folder in a public file", out + err)
