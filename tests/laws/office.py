"""LibreOffice in tests: it hangs now and then, so every run of it has an end, and takes with it all that it started."""
import os
import shutil
import signal
import subprocess

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
