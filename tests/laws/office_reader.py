#!/usr/bin/python3
"""What LibreOffice makes of files with tracked changes: office_reader.py FOLDER, the names of files on stdin, one a line.

A line of JSON for each: {"file", "accept": {"body": [paragraphs], "notes": [texts]}, "reject": …} or {"file", "error"}.  A file named
*.plain.* has no changes: "accept" alone is read.  Not all may be read in one run; a cross-reference, which is live, is what it prints now.
"""
import itertools
import json
import os
import re
import sys
import zipfile

import unohelper
from com.sun.star.task import XJob
from com.sun.star.text.ReferenceFieldSource import FOOTNOTE

sys.dont_write_bytecode = True
from libre import Libre, paragraphs  # noqa: E402

# LibreOffice 7.4 without a display crashes on comments.
COMMENTS = {
    ".docx": (rb"<w:commentRange(Start|End)\b[^>]*/>", rb"<w:commentReference\b[^>]*/>"),
    ".odt": (rb"<office:annotation\b(?!-end).*?</office:annotation>", rb"<office:annotation-end\b[^>]*/>"),
}
NOTE = "\ue000"
AT_A_TIME = 45  # files: LibreOffice slows down with each, and loads no more after some hundreds


def without_comments(path, folder):
    ending = os.path.splitext(path)[1]
    copy = os.path.join(folder, "now%d%s" % (os.getpid(), ending))  # one that was killed leaves a lock on its own
    with zipfile.ZipFile(path) as old:
        parts = [(e, old.read(e)) for e in old.infolist()]
    with zipfile.ZipFile(copy, "w") as new:
        for entry, data in parts:
            if entry.filename in ("content.xml", "word/document.xml", "word/footnotes.xml"):
                for pattern in COMMENTS[ending]:
                    data = re.sub(pattern, b"", data, flags=re.S)
            new.writestr(entry, data, entry.compress_type)
    return copy


def portion(p):
    kind = p.TextPortionType
    if kind == "Text":
        # Above the line: a further mark of a note that is words, or the comma between two.
        return re.sub("[0-9]+", "†\\g<0>", p.String) if p.CharEscapement > 0 and not p.String.strip("0123456789,\xa0 ") else p.String
    if kind == "TextField" and p.TextField.supportsService("com.sun.star.text.textfield.GetReference"):
        # What it prints, made anew.
        return "†" * (p.TextField.ReferenceFieldSource == FOOTNOTE and p.String != "") + p.String
    return NOTE if kind == "Footnote" else ""


def numbered(lines):
    """The mark of a note prints its number, as its further marks do."""
    counted = itertools.count(1)
    return [re.sub(NOTE, lambda _: "†%d" % next(counted), line) for line in lines]


def looks(paragraph, line):
    """What it stands in: the number that it prints and its style."""
    return line, paragraph.ListLabelString.strip(), paragraph.ParaStyleName


def read(doc):
    doc.TextFields.refresh()
    notes = doc.getFootnotes()
    body = paragraphs(doc.Text, portion, looks)
    return {"body": numbered(line for line, _, _ in body), "labels": [[label, style] for _, label, style in body],
            "notes": [" ".join(paragraphs(notes.getByIndex(i), portion)) for i in range(notes.Count)]}


class Inside(unohelper.Base, XJob):
    """read() as LibreOffice itself runs it."""

    def __init__(self, context):
        pass

    def execute(self, arguments):
        return json.dumps(read(arguments[0].Value))


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Inside, "office_reader.Inside", ("com.sun.star.task.Job",))


def main(folder):
    with Libre(os.path.join(folder, "profile%d" % os.getpid())) as office:
        read_all(office, folder)


def read_all(office, folder):
    dispatch = office.make("com.sun.star.frame.DispatchHelper")
    read_inside = office.inside("office_reader")
    first = True
    for name in sys.stdin.read().splitlines()[:AT_A_TIME]:
        out = {"file": name}
        try:
            path = without_comments(name, folder)
            for key, command in (("accept", "AcceptAllTrackedChanges"), ("reject", "RejectAllTrackedChanges")):
                doc = office.load(path)
                if doc is None:
                    raise RuntimeError("not loaded")
                if ".plain." not in os.path.basename(name):
                    dispatch.executeDispatch(doc.CurrentController.Frame, ".uno:" + command, "", 0, ())
                out[key] = json.loads(read_inside(doc))
                doc.close(True)
                if ".plain." in os.path.basename(name):
                    break
        except Exception as e:
            # what else it reads after such a one is not to be trusted: another goes on, with this file first
            if not first:
                os._exit(1)
            out["error"] = str(e) or type(e).__name__
        print(json.dumps(out), flush=True)
        if "error" in out:
            os._exit(1)
        first = False


if __name__ == "__main__":
    main(sys.argv[1])
