#!/usr/bin/env python3
"""Hostile Markdown and YAML: the verdict that the manifest asks for, never a signal, bounded time and memory, nothing written."""
import os
import subprocess
import sys
import tempfile
import threading
import time
from tap import Cli, PROGRAM, SHARED

maker = os.path.join(SHARED, "oracles/make-hostile.py")
with Cli() as t:
    if not os.path.exists(maker):
        t.skip("hostile Markdown and YAML", "the maker of hostile files is not here")
        sys.exit(0)
    folder = os.path.join(t.home, "hostile")
    subprocess.run([sys.executable, maker, folder], check=True, stdout=subprocess.DEVNULL)
    t.workspace()
    sanitized = any(name in os.environ for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"))
    with open(os.path.join(folder, "MANIFEST.tsv"), encoding="utf-8") as manifest:
        head = manifest.readline().rstrip("\n").lstrip("# ").split("\t")
        rows = [dict(zip(head, line.rstrip("\n").split("\t"))) for line in manifest if line.strip() and not line.startswith("#")]
    rows = [r for r in rows if r["file"].endswith((".md", ".yaml"))]
    t.ok(rows, "the manifest names files")
    for row in rows:
        name = row["file"]
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            t.skip(name, "made only with --big")
            continue
        args = ["check", "drafts/plain.md", "--priorities", path] if name.endswith(".yaml") else ["check", path]
        t.write("drafts/plain.md", "One paragraph.\n")
        before = sorted(os.listdir(folder))
        began = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen([PROGRAM, *args], cwd=t.top, env=t.env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            late = threading.Timer(float(row["max_s"]) * 8 + 5, child.kill)
            late.start()
            status, usage = os.wait4(child.pid, 0)[1:]
            late.cancel()
            child.returncode = code = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            text = (out.read() + err.read()).decode("utf-8", "replace")
        took = time.monotonic() - began
        verdict = {"reject": (3,), "accept": (0, 1), "either": (0, 1, 3)}[row["verdict"]]
        t.ok(code in verdict, f"{name}: {row['verdict']}", f"exit {code}\n{text[:600]}")
        t.ok(took <= float(row["max_s"]) * (8 if sanitized else 2), f"{name}: {row['max_s']} s", f"took {took:.2f} s")
        if not sanitized:
            t.ok(usage.ru_maxrss <= float(row["max_mb"]) * 1024, f"{name}: {row['max_mb']} MB", f"took {usage.ru_maxrss // 1024} MB")
        t.ok("\x1b" not in text, f"{name}: nothing is sent to the terminal")
        t.same(sorted(os.listdir(folder)), before, f"{name}: nothing was written")
        if code == 3:
            t.ok(os.path.basename(name) in text, f"{name}: the message names the file", text[:300])
