#!/usr/bin/env python3
"""Hostile Markdown, YAML and packages: the verdict that the manifest asks for, never a signal, bounded time and memory, nothing
written.  Packages go through import, receive and diff; that a reader died in its own process is no verdict."""
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from tap import Cli, PROGRAM, SHARED

maker = os.path.join(SHARED, "oracles/make-hostile.py")
with Cli() as t:
    if not os.path.exists(maker):
        t.skip("hostile files", "the maker of hostile files is not here")
        sys.exit(0)
    folder = os.path.join(t.home, "hostile")
    subprocess.run([sys.executable, maker, folder], check=True, stdout=subprocess.DEVNULL)
    t.workspace()
    sanitized = any(name in os.environ for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"))
    with open(os.path.join(folder, "MANIFEST.tsv"), encoding="utf-8") as manifest:
        head = manifest.readline().rstrip("\n").lstrip("# ").split("\t")
        rows = [dict(zip(head, line.rstrip("\n").split("\t"))) for line in manifest if line.strip() and not line.startswith("#")]
    rows = [r for r in rows if r["file"].endswith((".md", ".yaml", ".docx", ".odt"))]
    t.ok(rows, "the manifest names files")

    def ways(name, path):
        if name.endswith(".yaml"):
            return [["check", "drafts/plain.md", "--priorities", path]]
        if name.endswith(".md"):
            return [["check", path]]
        ending = name.rsplit(".", 1)[1]
        return [["import", path, "-o", "drafts/got.md"], ["receive", path, "plain"], ["diff", path, path],
                ["export", "plain", "--to", ending, "--template", path, "-o", "out." + ending]]

    def run(args, limit):
        """exit code, what it said, seconds, KiB at most, of it or of a process that it started"""
        began = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen([PROGRAM, *args], cwd=t.top, env=t.env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            late = threading.Timer(limit, child.kill)
            late.start()
            status, usage = os.wait4(child.pid, 0)[1:]
            late.cancel()
            child.returncode = code = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            text = (out.read() + err.read()).decode("utf-8", "replace")
        return code, text, time.monotonic() - began, usage.ru_maxrss

    t.write("drafts/plain.md", "One paragraph.\n")
    for row in rows:
        name = row["file"]
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            t.skip(name, "made only with --big")
            continue
        verdict = {"reject": (3,), "accept": (0, 1), "either": (0, 1, 3)}[row["verdict"]]
        wrong = []
        for args in ways(name, path):
            before = {f: os.stat(os.path.join(d, f)).st_mtime_ns for d, _, fs in os.walk(t.home) for f in fs}
            code, text, took, most = run(args, float(row["max_s"]) * 8 + 5)
            after = {f: os.stat(os.path.join(d, f)).st_mtime_ns for d, _, fs in os.walk(t.home) for f in fs}
            say = lambda why: wrong.append(f"{args[0]}: {why}\n{text[:600]}")
            # A template that is no page, or holds tracked changes, may be refused as well.
            if code not in verdict and not (args[0] == "export" and code == 3):
                say(f"{row['verdict']}, but exit {code}")
            if took > float(row["max_s"]) * (8 if sanitized else 2):
                say(f"{row['max_s']} s, but took {took:.2f} s")
            if not sanitized and most > float(row["max_mb"]) * 1024:
                say(f"{row['max_mb']} MB, but took {most // 1024} MB")
            if "\x1b" in text:
                say("a control character is sent to the terminal")
            if code == 3 and os.path.basename(name) not in text:
                say("the message does not name the file")
            if "could not be read safely" in text:
                say("its reader died")
            changed = [f for f in after if before.get(f) != after[f]]
            if row["class"] == "unicode" and "bidi" in name and args[0] == "import" and "turn the direction" not in text:
                say("characters that turn the direction of the text are not said")
            if changed and not (code in (0, 1) and args[0] in ("import", "receive", "export") and set(changed) <= {"got.md", "plain.md", os.path.basename(args[-1])}):
                say(f"written: {changed}")
            if t.exists(args[-1]) and args[0] == "export":
                os.unlink(t.path(args[-1]))
            if t.exists("drafts/got.md"):
                os.unlink(t.path("drafts/got.md"))
            t.write("drafts/plain.md", "One paragraph.\n")
        t.ok(not wrong, f"{name}: {row['verdict']}, {row['max_mb']} MB, {row['max_s']} s", "\n".join(wrong))
    # Pictures: one past 32 MiB, all past 128 MiB, more than 1,000 of them.
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    page = os.urandom(600) + bytes(40000)
    large = lambda mib: head + page * ((mib << 20) // len(page))
    tag = '<w:p><w:r><w:drawing><a:blip r:embed="i%d"/></w:drawing></w:r></w:p>'
    rel = '<Relationship Id="i%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/%d.png"/>'
    for name, pictures, kept, said in (("one-large", [large(33), head], 1, "32 MiB"), ("all-large", [large(30)] * 5, 4, "128 MiB"), ("many", [head] * 1002, 1000, "1,000")):
        path = t.path(name + ".docx")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>")
            z.writestr("_rels/.rels", "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r' "
                                      "Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' Target='word/document.xml'/></Relationships>")
            z.writestr("word/document.xml", '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
                       'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>%s</w:body></w:document>' % "".join(tag % i for i in range(len(pictures))))
            z.writestr("word/_rels/document.xml.rels", "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>%s</Relationships>" %
                       "".join(rel % (i, i) for i in range(len(pictures))))
            for i, data in enumerate(pictures):
                z.writestr("word/media/%d.png" % i, data)
        code, text, took, most = run(["import", path, "-o", "drafts/" + name + ".md"], 60)
        got = len(os.listdir(t.path("drafts/" + name + "-images"))) if t.exists("drafts/" + name + "-images") else 0
        t.ok(code == 0 and got == kept and said in text and took < 20 and (sanitized or most < 800 << 10), f"pictures, {name}: {kept} kept, the others listed",
             f"exit {code}, {got} kept, {took:.1f} s, {most >> 10} MB\n{text[:500]}")
    t.ok(not [n for n in os.listdir("/tmp") if n.startswith("chapeau-slip")], "no name of a package became a path")
