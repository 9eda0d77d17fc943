"""LibreOffice in tests: it hangs now and then, so every run of it has an end, and takes with it all that it started."""
import json
import os
import select
import shutil
import signal
import subprocess
import time

PYTHON = "/usr/bin/python3"  # LibreOffice's bindings belong to the system's python


def missing():
    """Why LibreOffice cannot be asked here, or None."""
    if not shutil.which("soffice"):
        return "LibreOffice is not here"
    if subprocess.run([PYTHON, "-c", "import uno"], capture_output=True).returncode:
        return "the python bindings of LibreOffice are not here"
    return None


def ask(args, seconds, folder, said=None):
    """stdout of a program that starts LibreOffice, and what went wrong, or "".  One that hangs is asked once more: a second
    time it is no chance.  Its profile and its temporary files go into the folder; said is its stdin."""
    for _ in range(2):
        run = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
                               env=dict(os.environ, TMPDIR=folder))
        try:
            out, errors = run.communicate(said, timeout=seconds)
            return out, "%s: exit %d: %s" % (os.path.basename(args[0]), run.returncode, errors[-500:]) if run.returncode else ""
        except subprocess.TimeoutExpired:
            wrong = "LibreOffice gave no answer in %d seconds, twice" % seconds
        finally:
            try:
                os.killpg(run.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        out = run.communicate()[0]
    return out, wrong


def read(files, folder, patience=20):
    """{file: what office_reader.py says of it}.  One LibreOffice reads many; where it hangs or dies over a file another goes on with
    that file, and a second time with the next one."""
    reader = os.path.join(os.path.dirname(os.path.abspath(__file__)), "office_reader.py")
    results, left, again = {}, list(files), None
    while left:
        with open(os.path.join(folder, "names"), "w") as f:
            f.write("\n".join(left))
        with open(os.path.join(folder, "names")) as names, open(os.path.join(folder, "said"), "w+b") as said:
            run = subprocess.Popen([PYTHON, reader, folder], stdin=names, stdout=subprocess.PIPE, stderr=said, start_new_session=True,
                                   env=dict(os.environ, TMPDIR=folder))
            rest, end = b"", time.monotonic() + 2 * patience
            while select.select([run.stdout], [], [], max(0, end - time.monotonic()))[0]:
                more = os.read(run.stdout.fileno(), 1 << 16)
                if not more:
                    break
                *lines, rest = (rest + more).split(b"\n")
                for line in lines:
                    one = json.loads(line)
                    results[one["file"]] = one
                    end = time.monotonic() + patience
            try:
                os.killpg(run.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            run.wait()
            run.stdout.close()
            said.seek(0)
            why = said.read()[-300:].decode("utf-8", "replace").strip()
        left = [name for name in left if name not in results]
        if left and left[0] == again:
            results[left[0]] = {"file": left[0], "error": "LibreOffice hung or died over it, twice: " + why}
            left.pop(0)
        again = left[0] if left else None
    return results
