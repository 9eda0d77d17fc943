#!/usr/bin/env python3
"""anywhere.py PROGRAM SOURCE SHARED TODOCX SEEDS [EDIT...]

A colleague edits anywhere in a review copy (DOCX) of a random statement: words put in, taken out, replaced, divided, at all edges of
notes, pictures, code, links and emphasis, tracked or typed; TAP on stdout.  SEEDS=FIRST:N in the environment takes N others;
EDIT: of these kinds alone (word_edits.py).

Received, accepted and exported again it says what the edited copy says, word by word, or what is missing is listed, and its own
paragraph alone is excused by that; the same file again brings nothing; rejected, the draft is back byte for byte; `check` finds no
fault in what was written.
"""
import difflib
import os
import random
import re
import subprocess
import sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import Cli
from word_edits import AROUND, Colleague, Copy, DOCUMENT, NOTES, noise, reading, style_of, text_of, whole_runs

TODOCX, SEEDS, ONLY = os.path.abspath(sys.argv[4]), int(sys.argv[5]), sys.argv[6:]
FIRST, SEEDS = map(int, os.environ["SEEDS"].split(":")) if "SEEDS" in os.environ else (1, SEEDS)
EDITS = ONLY or "put_in put_in put_in take_out take_out replace replace recase split relook link comment paragraph rewrite".split()
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082")
FAULTS = ("critic", "attribute", "table", "container")


def folded(text):
    return re.sub(r"\W+", " ", re.sub("‹[^›]*›", "", text).replace("§", " ")).strip().lower()


def is_excused(paragraphs, unplaced):
    """Is any of what is listed about words of these paragraphs?"""
    here = folded(" ".join(paragraphs))
    for u in unplaced:
        text = u["text"] or ""
        # With a reference among them, with words put in between, or with an address behind them.
        parts = [folded(part) for part in re.split(r"\[[^\]]*#[^\]]*\]", text)]
        head = folded(text.split(": ")[0])
        if text.strip() and text.strip() in " ".join(paragraphs) or any(part and part in here for part in parts) or (head and (head in here or set(folded(text).split()) <= set(here.split()))) or u["what"] == "tracked change of formatting":
            return True
    return False


def compared(want, have, unplaced, what):
    """Faults: paragraphs that differ, and nothing that is listed says why."""
    why = []
    for op, a, b, c, d in difflib.SequenceMatcher(None, want, have, autojunk=False).get_opcodes():
        if op == "equal":
            continue
        for k in range(max(b - a, d - c)):
            pair = [x[i] for x, i, end in ((want, a + k, b), (have, c + k, d)) if i < end]
            near = pair + (have[c:d] if a + k < b else want[a:b])
            if len({re.sub(r"\s", "", x) for x in pair}) == 1 and len(pair) == 2 and any(not (u["text"] or " ").strip() for u in unplaced):
                continue # a space that is listed
            if not is_excused(near, unplaced):
                why.append("%s\n  file  %s\n  draft %s" % (what, want[a + k] if a + k < b else "", have[c + k] if c + k < d else ""))
    return why


with Cli() as t:
    t.workspace()
    t.run("init")
    os.mkdir(os.path.join(t.home, "free"))

    def place(seed, name):
        """Some drafts stand in a workspace, which keeps what a copy was made from, the others alone."""
        return os.path.join(os.path.join(t.top, "drafts") if seed % 4 == 0 else os.path.join(t.home, "free"), name)

    def law(seed):
        rng = random.Random(seed)
        name = place(seed, "in.md")
        subprocess.run([TODOCX, "-m", "seed=%d" % seed, name], check=True, capture_output=True)
        t.write(place(seed, "gen-image.png"), PNG)
        draft = t.read(name)
        if t.run("export", name, "--to", "docx", "--audience", "review", "-o", "copy.docx")[0]:
            return None
        part = rng.choice((DOCUMENT, DOCUMENT, DOCUMENT, DOCUMENT, NOTES))
        copy = Copy(t.path("copy.docx"), part)
        if copy.root is None:
            return None
        copy.people = rng.choice((1, 1, 2))
        colleague, log = Colleague(rng, copy), []
        for _ in range(rng.choice((0, 1, 1, 2, 3, 5))):
            kind, tracked = rng.choice(EDITS), rng.random() < .6
            did = colleague.edit(kind, tracked)
            if did:
                log.append("%s%s %s" % (kind, " tracked" if tracked else "", did))
        around = rng.choice(copy.around()) if copy.around() and rng.random() < .1 else None
        if around is not None:
            run = whole_runs(around)[0]
            run.find(run[-1].tag).text = text_of(run) + " edited"
        noise(rng, copy.root)
        copy.write(t.path("back.docx"))
        want = reading(copy.root)
        code, got = t.json("receive", "back.docx", name)
        if code not in (0, 1) or "suggestions" not in got:
            return log, [f"receive: {code}, {got}"]
        return log, judge(name, draft, copy, want, log, around, got)

    def judge(name, draft, copy, want, log, around, got):
        arrived, unplaced, why = t.read(name), got["unplaced"], []
        if not log and (got["suggestions"] or [u for u in unplaced if around is None]):
            why.append(f"nobody changed anything: {got}")
        if around is not None and not any(u["what"].startswith("change to the") for u in unplaced):
            why.append(f"what was changed around the text is not listed: {unplaced}")
        t.write("again.md", draft)
        t.write("arrived.md", arrived)
        findings = lambda name: sorted((f["rule"], f.get("message", "")) for d in t.json("check", name)[1].get("drafts", []) for f in d["findings"] if f["rule"].startswith(FAULTS))
        new = [f for f in findings("arrived.md") if f not in findings("again.md")]
        if new:
            why.append(f"check: {new}")
        for say in copy.comments:
            times = arrived.decode().count(say) + sum(say in (u["text"] or "") for u in unplaced)
            if times != 1:
                why.append(f"{say!r} arrived {times} times")
        twice = t.json("receive", "back.docx", name)[1]
        if twice.get("suggestions") or t.read(name) != arrived:
            why.append(f"the same file again: {twice}")
        t.write(name, arrived)
        if got["suggestions"]:
            code, out, err = t.run("accept", name, "--all", "--comments")
            if code:
                why.append(f"accept: {err}")
            # Of two people's wordings of the same words one is accepted; the other is said to be rejected.
            for other in re.findall(r"s(\d+) is rejected with this", out):
                s = t.json("suggestions", "arrived.md")[1]["suggestions"][int(other) - 1]
                unplaced = unplaced + [{"what": "another wording", "where": s["clause"], "text": s["old"] or s["new"]}]
        code, _, err = t.run("export", name, "--to", "docx", "--audience", "review", "-o", "accepted.docx")
        if code:
            return why + [f"export of what was accepted: {err}"]
        accepted = Copy(t.path("accepted.docx"), copy.part)
        have = reading(accepted.root) if accepted.root is not None else []
        if copy.part == NOTES:
            want, have = sorted(want), sorted(have)
        faults = compared([w for w, _ in want], [h for h, _ in have], unplaced, "words")
        why += faults or compared([w for _, w in want], [h for _, h in have], unplaced, "looks")
        t.write(name, arrived)
        t.run("reject", name, "--all", "--comments")
        t.run("reject", "again.md", "--all", "--comments")
        if t.read(name) != t.read("again.md"):
            why.append("rejected, it is not the draft byte for byte")
        if why:
            why.append(f"unplaced: {unplaced}")
        return why

    for seed in range(FIRST, FIRST + SEEDS):
        done = law(seed)
        if done:
            log, why = done
            t.ok(not why, f"edits anywhere, seed {seed}: {', '.join(log)}", "\n".join(why))
