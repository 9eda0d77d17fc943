"""One LibreOffice of one's own, asked by UNO.  For scripts that LibreOffice's own python runs."""
import os
import shutil
import subprocess
import sys
import time

import uno
from com.sun.star.beans import NamedValue, PropertyValue

STARTS_IN = 60  # seconds


def prop(name, value):
    p = PropertyValue()
    p.Name, p.Value = name, value
    return p


def paragraphs(text, say, whole=lambda paragraph, line: line):
    """Of a text, and of its tables cell by cell; say(PORTION) is what a portion gives, whole(PARAGRAPH, LINE) what is made of its words."""
    out, it = [], text.createEnumeration()
    while it.hasMoreElements():
        el = it.nextElement()
        if el.supportsService("com.sun.star.text.TextTable"):
            for cell in el.CellNames:
                out += paragraphs(el.getCellByName(cell), say, whole)
            continue
        line, parts = "", el.createEnumeration()
        while parts.hasMoreElements():
            line += say(parts.nextElement())
        out.append(whole(el, line))
    return out


class Libre:
    """make(NAME) gives a service, desktop is one; the profile's folder goes with the program."""

    def __init__(self, profile):
        self.profile = profile
        pipe = "chapeau%d" % os.getpid()
        self.program = subprocess.Popen(["soffice", "--headless", "--norestore", "--nologo", "--accept=pipe,name=%s;urp;" % pipe,
                                         "-env:UserInstallation=file://" + os.path.abspath(profile)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env=dict(os.environ, PYTHONPATH=os.path.dirname(os.path.abspath(__file__)),
                                                 PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]))  # its python looks there for its own
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        for _ in range(4 * STARTS_IN):
            try:
                self.context = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
                break
            except Exception:
                time.sleep(0.25)
        else:
            self.program.kill()
            sys.exit("LibreOffice did not start")
        self.desktop = self.make("com.sun.star.frame.Desktop")

    def make(self, name):
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def load(self, path):
        """None where it cannot."""
        return self.desktop.loadComponentFromURL("file://" + os.path.abspath(path), "_blank", 0, (prop("Hidden", True),))

    def inside(self, module):
        """The job named module.Inside, which runs within LibreOffice: a call from outside takes as long as a hundred there.
        A function that gives it a document and returns what it says."""
        loader = self.make("com.sun.star.loader.Python")
        job = loader.activate(module + ".Inside", "", "vnd.openoffice.pymodule:" + module, None).createInstanceWithContext(self.context)
        return lambda doc: job.execute((NamedValue("doc", doc),))

    def __enter__(self):
        return self

    def __exit__(self, *what):
        try:
            self.desktop.terminate()
        except Exception:
            pass
        try:
            self.program.wait(20)
        except subprocess.TimeoutExpired:
            self.program.kill()
        shutil.rmtree(self.profile, ignore_errors=True)
