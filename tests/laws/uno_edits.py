#!/usr/bin/python3
"""uno_edits.py FOLDER <JOBS: a colleague at work in LibreOffice, by UNO.

Reads a JSON list of jobs from stdin and does them in one LibreOffice of its own, whose profile is in FOLDER.  A job opens
"in", types under the name of "author", tracked if "record", and stores "out" as its ending says; then it says on stdout what
it did, a JSON object a line: {"out", "error"}.  Its edits, by words that stand once:
["replace", OLD, NEW]; ["insert", WORDS, TEXT] after them; ["delete", WORDS]; ["bold", WORDS, WEIGHT] with 150 for bold, 100 for not; ["after", WORDS, TEXT] a new paragraph behind the
one that holds them; ["gone", WORDS] that paragraph taken out; ["split", WORDS] the paragraph cut behind them;
["join", WORDS] with the next one; ["move", WORDS, OTHERS] their paragraph cut out and put behind the one that holds the others; ["row", WORDS, CELLS] a table row below the one that holds them; ["note", WORDS, TEXT] a footnote behind them;
["accept"] and ["reject"] all changes.  No comments: LibreOffice 7.4 without a display dies of making one.
Run by LibreOffice's own python; whoever starts it sees to it that it ends.
"""
import json
import os
import sys

sys.dont_write_bytecode = True
from libre import Libre, prop  # noqa: E402

FILTERS = {".docx": "MS Word 2007 XML", ".odt": "writer8", ".fodt": "OpenDocument Text Flat XML"}
BREAK = 0  # com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK


def found(doc, words):
    search = doc.createSearchDescriptor()
    search.SearchString = words
    search.SearchCaseSensitive = True
    hit = doc.findFirst(search)
    if hit is None:
        raise RuntimeError("not found: " + words)
    return hit


def edit(make, doc, what, words="", more=None):
    if what in ("accept", "reject"):
        command = ".uno:AcceptAllTrackedChanges" if what == "accept" else ".uno:RejectAllTrackedChanges"
        return make("com.sun.star.frame.DispatchHelper").executeDispatch(doc.CurrentController.Frame, command, "", 0, ())
    hit = found(doc, words)
    text = hit.Text
    cursor = text.createTextCursorByRange(hit)
    if what == "replace":
        text.insertString(cursor, more, True)
    elif what == "bold":
        cursor.CharWeight = more
    elif what == "delete":
        cursor.String = ""
    elif what == "insert":
        cursor.collapseToEnd()
        text.insertString(cursor, more, False)
    elif what == "after":
        cursor.gotoEndOfParagraph(False)
        text.insertControlCharacter(cursor, BREAK, False)
        text.insertString(cursor, more, False)
    elif what == "gone":
        cursor.gotoStartOfParagraph(False)
        cursor.gotoEndOfParagraph(True)
        cursor.goRight(1, True)
        cursor.String = ""
    elif what == "join":
        cursor.gotoEndOfParagraph(False)
        cursor.goRight(1, True)
        cursor.String = ""
    elif what == "move":
        hand = doc.CurrentController
        cursor.gotoStartOfParagraph(False)
        cursor.gotoEndOfParagraph(True)
        cursor.goRight(1, True)
        hand.select(cursor)
        carried = hand.getTransferable()
        cursor.String = ""
        place = text.createTextCursorByRange(found(doc, more))
        place.gotoEndOfParagraph(False)
        place.goRight(1, False)
        hand.select(place)
        hand.insertTransferable(carried)
    elif what == "split":
        cursor.collapseToEnd()
        text.insertControlCharacter(cursor, BREAK, False)
    elif what == "note":
        cursor.collapseToEnd()
        note = doc.createInstance("com.sun.star.text.Footnote")
        text.insertTextContent(cursor, note, False)
        note.insertString(note.createTextCursor(), more, False)
    elif what == "row":
        table, name = cursor.TextTable, cursor.Cell.CellName
        at = int(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        table.Rows.insertByIndex(at, 1)
        for i, words in enumerate(more):
            table.getCellByName("%s%d" % (chr(65 + i), at + 1)).String = words
    else:
        raise RuntimeError("no such edit: " + what)


def work(make, desktop, job):
    settings = make("com.sun.star.configuration.ConfigurationProvider").createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess", (prop("nodepath", "/org.openoffice.UserProfile/Data"),))
    given, _, sn = job["author"].partition(" ")
    settings.givenname, settings.sn = given, sn
    settings.commitChanges()
    doc = desktop.loadComponentFromURL("file://" + os.path.abspath(job["in"]), "_blank", 0, (prop("Hidden", True),))
    if doc is None:
        raise RuntimeError("not loaded")
    doc.RecordChanges = job["record"]
    for one in job["edits"]:
        edit(make, doc, *one)
    doc.storeToURL("file://" + os.path.abspath(job["out"]), (prop("FilterName", FILTERS[os.path.splitext(job["out"])[1]]),))
    doc.close(True)


def main(folder):
    with Libre(os.path.join(folder, "uno")) as office:
        for job in json.load(sys.stdin):
            try:
                work(office.make, office.desktop, job)
                error = None
            except Exception as e:
                error = str(e) or type(e).__name__
            print(json.dumps({"out": job["out"], "error": error}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
