"""TAP for tests of the program: `with Cli() as t: t.ok(...)`.  Each run has a folder of its own, and no home, Git identity or network
is needed.  argv: PROGRAM SOURCE SHARED."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAM, SOURCE, SHARED = (os.path.abspath(a) for a in sys.argv[1:4])

# The front matter of a small statement; its text follows.
HEAD = "---\ntitle: Input\norganisation: Example Registry\ndate: 2025-10-02\nnumbering: paragraphs\n---\n\n"


class Cli:
    def __init__(self):
        self.number = self.failed = 0

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="chapeau-test-")
        self.top = os.path.join(self.home, "w")
        os.mkdir(self.top)
        self.env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": os.path.join(self.home, "nobody"), "LC_ALL": "C.UTF-8",
                    "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CEILING_DIRECTORIES": self.home}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        return self

    def __exit__(self, kind, error, trace):
        shutil.rmtree(self.home, ignore_errors=True)
        if kind and kind is not SystemExit:  # which a script that skips the rest raises
            self.ok(False, f"the test ran to its end: {kind.__name__}: {error}")
        print(f"1..{self.number}")
        return False

    def ok(self, good, name, why=""):
        self.number += 1
        if not good:
            self.failed += 1
            for line in str(why).splitlines()[:30]:
                print("#", line)
        print(("ok" if good else "not ok") + f" {self.number} - {' / '.join(name.splitlines())}", flush=True)  # TAP is lines
        return good

    def same(self, got, want, name):
        return self.ok(got == want, name, f"got:  {got!r}\nwant: {want!r}")

    def has(self, text, part, name):
        return self.ok(part in text, name, f"{part!r} is not in {text!r}")

    def skip(self, name, why):
        self.number += 1
        print(f"ok {self.number} - {name} # SKIP {why}")

    def run(self, *args, cwd=None, env=None, stdin=b"", text=True, timeout=60):
        """returncode, stdout, stderr; a signal is a negative returncode."""
        done = subprocess.run([PROGRAM, *args], cwd=cwd or self.top, env={**self.env, **(env or {})}, input=stdin, capture_output=True,
                              timeout=timeout)
        out = done.stdout.decode("utf-8", "replace") if text else done.stdout
        return done.returncode, out, done.stderr.decode("utf-8", "replace")

    def json(self, *args, **more):
        code, out, err = self.run(*args, "--format", "json", **more)
        try:
            return code, json.loads(out)
        except ValueError:
            return code, {"not json": out, "stderr": err}

    def path(self, name):
        return os.path.join(self.top, name)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def exists(self, name):
        return os.path.exists(self.path(name))

    def workspace(self):
        """A small workspace, without the sample."""
        self.write("chapeau.yaml", "schema: chapeau/workspace/1\norganisation: {name: Example Registry, short: EXR}\nlanguage: en\n")
        shutil.copy(os.path.join(SOURCE, "priorities.yaml"), self.path("priorities.yaml"))
        shutil.copytree(os.path.join(SOURCE, "templates/calls"), self.path("templates/calls"))
        os.makedirs(self.path("drafts"), exist_ok=True)
