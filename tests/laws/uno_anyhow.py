#!/usr/bin/python3
"""uno_anyhow.py FOLDER <JOBS: random edits of documents in LibreOffice, and the words of documents.

Reads a JSON list of jobs from stdin, does them in one LibreOffice of its own, whose profile is in FOLDER, and says one JSON object a line.
{"edit": FILE, "out": FILE, "seed": N}: some of the edits below, at random places of the text, tracked or not; says "did".
{"words": FILE}: all changes accepted; says "words", a string for each paragraph, with its notes, in order.
Run by LibreOffice's own python; whoever starts it sees to it that it ends.
"""
import json
import os
import random
import re
import sys

sys.dont_write_bytecode = True
from libre import Libre, paragraphs, prop  # noqa: E402

FILTERS = {".docx": "MS Word 2007 XML", ".odt": "writer8", ".fodt": "OpenDocument Text Flat XML"}
BREAK = 0  # com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK
NEW = "river stone amber lantern copper meadow silver orchard timber harbour".split()
AROUND = ("Info", "Title", "Subtitle")  # styles of what stands around the text


def words(portion):
    if portion.TextPortionType == "Footnote":
        return " {%s}" % " | ".join(x.strip() for x in paragraphs(portion.Footnote, words))
    return portion.String if portion.TextPortionType in ("Text", "TextField") else ""


def listed(doc):
    lines = (re.sub(r"\s+", " ", line.replace("\u200e", "")).strip() for line in paragraphs(doc.Text, words))
    # Of two marks of notes side by side an export has a comma between them.
    lines = (line.replace("}, {", "} {") for line in lines)
    # Numbers move with what is put in, those of references too; and to what is gone no reference leads.
    return [re.sub(r"paragraph (\d+( \(\w+\))*|Error: Reference source not found)|\[…\]", "paragraph", line) for line in lines if line]


class Colleague:
    def __init__(self, doc, seed):
        self.doc, self.rng = doc, random.Random(seed)

    def texts(self, cells=False):
        """The paragraphs of the text."""
        found, it = [], self.doc.Text.createEnumeration()
        while it.hasMoreElements():
            el = it.nextElement()
            if not el.supportsService("com.sun.star.text.TextTable"):
                found.append(el)
            elif cells:
                for name in el.CellNames:
                    inner = el.getCellByName(name).createEnumeration()
                    while inner.hasMoreElements():
                        found.append(inner.nextElement())
        return [p for p in found if len(p.String) > 7 and not p.ParaStyleName.startswith(AROUND)]

    def one(self, cells=False):
        return self.rng.choice(self.texts(cells))

    def new(self):
        return " ".join(self.rng.sample(NEW, self.rng.randint(1, 3)))

    def some(self, paragraph, most=5):
        """A cursor over some words of it."""
        found = list(re.finditer(r"\w+", paragraph.String))
        first = self.rng.randrange(len(found))
        last = min(len(found) - 1, first + self.rng.randint(0, most))
        cursor = paragraph.Text.createTextCursorByRange(paragraph.Start)
        cursor.goRight(found[first].start(), False)
        cursor.goRight(found[last].end() - found[first].start(), True)
        return cursor

    def whole(self, paragraph):
        cursor = paragraph.Text.createTextCursorByRange(paragraph.Start)
        cursor.gotoRange(paragraph.End, True)
        return cursor

    def at_end(self, paragraph):
        return paragraph.Text.createTextCursorByRange(paragraph.End)

    # ---- what is done ----

    def replace(self):
        p = self.one(cells=True)
        p.Text.insertString(self.some(p), self.new(), True)

    def insert(self):
        p = self.one(cells=True)
        cursor = self.some(p)
        cursor.collapseToEnd()
        p.Text.insertString(cursor, " " + self.new(), False)

    def delete(self):
        self.some(self.one(cells=True)).String = ""

    def retype(self):
        p = self.one()
        p.Text.insertString(self.whole(p), "Retyped %s." % self.new(), True)

    def after(self):
        p = self.one()
        cursor = self.at_end(p)
        p.Text.insertControlCharacter(cursor, BREAK, False)
        p.Text.insertString(cursor, "Brand %s." % self.new(), False)

    def before(self):
        p = self.one()
        cursor = p.Text.createTextCursorByRange(p.Start)
        p.Text.insertString(cursor, "Ahead %s." % self.new(), False)
        p.Text.insertControlCharacter(cursor, BREAK, False)

    def gone(self):
        cursor = self.whole(self.one())
        cursor.goRight(1, True)
        cursor.String = ""

    def join(self):
        cursor = self.at_end(self.one())
        cursor.goRight(1, True)
        cursor.String = ""

    def split(self):
        p = self.one()
        cursor = self.some(p)
        cursor.collapseToEnd()
        p.Text.insertControlCharacter(cursor, BREAK, False)

    def span(self):
        """From amid one paragraph to amid another."""
        all_of = self.texts()
        i = self.rng.randrange(len(all_of) - 1)
        cursor = self.doc.Text.createTextCursorByRange(self.some(all_of[i], 0).Start)
        cursor.gotoRange(self.some(all_of[min(len(all_of) - 1, i + self.rng.randint(1, 3))], 0).End, True)
        cursor.String = self.rng.choice(["", self.new()])

    def note(self):
        p = self.one()
        cursor = self.some(p)
        cursor.collapseToEnd()
        made = self.doc.createInstance("com.sun.star.text.Footnote")
        p.Text.insertTextContent(cursor, made, False)
        made.insertString(made.createTextCursor(), "Note %s." % self.new(), False)

    def table(self):
        p = self.one()
        made = self.doc.createInstance("com.sun.star.text.TextTable")
        made.initialize(2, 2)
        p.Text.insertTextContent(self.at_end(p), made, False)
        for name in made.CellNames:
            made.getCellByName(name).String = self.new()

    def row(self):
        tables = self.doc.TextTables
        if not tables.Count:
            return
        table = tables.getByIndex(self.rng.randrange(tables.Count))
        at = self.rng.randint(1, table.Rows.Count)
        table.Rows.insertByIndex(at, 1)
        for i in range(table.Columns.Count):
            table.getCellByName("%s%d" % (chr(65 + i), at + 1)).String = self.new()

    def row_gone(self):
        tables = self.doc.TextTables
        table = tables.getByIndex(self.rng.randrange(tables.Count)) if tables.Count else None
        if table and table.Rows.Count > 2:
            table.Rows.removeByIndex(self.rng.randint(1, table.Rows.Count - 1), 1)

    def work(self):
        did = []
        self.doc.RecordChanges = self.rng.random() < .7
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            what = self.rng.choice([self.replace, self.insert, self.delete, self.retype, self.after, self.before, self.gone, self.join, self.split, self.span, self.note, self.table, self.row, self.row_gone])
            did.append(what.__name__)
            what()
        return {"did": did, "tracked": self.doc.RecordChanges}


def do(office, job):
    doc = office.load(job.get("edit") or job["words"])
    if doc is None:
        raise RuntimeError("not loaded")
    if "edit" in job:
        said = Colleague(doc, job["seed"]).work()
        doc.storeToURL("file://" + os.path.abspath(job["out"]), (prop("FilterName", FILTERS[os.path.splitext(job["out"])[1]]),))
    else:
        doc.RecordChanges = False
        office.make("com.sun.star.frame.DispatchHelper").executeDispatch(doc.CurrentController.Frame, ".uno:AcceptAllTrackedChanges", "", 0, ())
        said = {"words": listed(doc)}
    doc.close(True)
    return said


def main(folder):
    with Libre(os.path.join(folder, "anyhow")) as office:
        for job in json.load(sys.stdin):
            try:
                said = do(office, job)
            except Exception as e:
                said = {"error": str(e) or type(e).__name__}
            print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
