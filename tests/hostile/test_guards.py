#!/usr/bin/env python3
"""Each guard against hostile input, taken away in turn: the file that it stops must then get another answer.

A guard that nothing would miss is no guard, or its test sees nothing.  For each one the sources that hold it are compiled anew
with the guard edited out, and linked before the library, so that the rest stays as it is built.  The whole program must refuse
the probe with the guard's own words (exit 3, or a finding and exit 1 where the rest of the text can be read); the program without it must not.
argv: PROGRAM SOURCE SHARED BUILD."""
import concurrent.futures
import io
import json
import os
import re
import shlex
import struct
import subprocess
import sys
import zipfile
import zlib
from tap import Cli, PROGRAM, SOURCE

BUILD = os.path.abspath(sys.argv[4])
LIMITS = "src/base/limits.h"

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
TYPES = HEAD + ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType='
                '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml'
                '.document.main+xml"/></Types>')
RELS = HEAD + ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http:'
               '//schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')


def document(body="<w:p><w:r><w:t>Hello</w:t></w:r></w:p>", before=""):
    return f"{HEAD}{before}<w:document {W}><w:body>{body}</w:body></w:document>"


def docx(main=None, *extra):
    """A package; an entry is (name, bytes) or (name, bytes, unix mode)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data, *mode in [("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", main or document()), *extra]:
            info = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = (mode[0] if mode else 0o100644) << 16
            z.writestr(info, data)
    return out.getvalue()


def central(package, name):
    """Offset of an entry's record in the directory."""
    at = package.find(b"PK\x01\x02")
    while at >= 0:
        n = struct.unpack_from("<H", package, at + 28)[0]
        if package[at + 46:at + 46 + n] == name.encode():
            return at
        at = package.find(b"PK\x01\x02", at + 46)
    raise KeyError(name)


def claims(package, size, *names):
    """The same package, its directory and local headers claiming another size for these parts."""
    package = bytearray(package)
    for name in names:
        at = central(package, name)
        begin = struct.unpack_from("<I", package, at + 42)[0]
        struct.pack_into("<I", package, at + 24, size)
        struct.pack_into("<I", package, begin + 22, size)
    return bytes(package)


def thin(n):
    """XML text of n bytes that packs about 100:1, as no honest limit on the ratio may stop."""
    line = ("<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % "".join(chr(97 + i * 7 % 26) for i in range(600))).encode()
    noise = b"".join(b"<w:p><w:r><w:t>%08x</w:t></w:r></w:p>" % (i * 2654435761 % (1 << 32)) + line * 2 for i in range(n // (2 * len(line)) + 1))
    return document("@").encode().replace(b"@", noise)


def other_local_name(package):
    """The entry's own header says another name than the directory."""
    return package.replace(b"word/document.xml", b"word/documen1.xml", 1)


def overlapping():
    """Two entries of the directory share one entry's bytes."""
    package = bytearray(docx(None, ("word/styles.xml", "<a/>"), ("word/other0.xml", "<a/>")))
    a, b = central(package, "word/styles.xml"), central(package, "word/other0.xml")
    struct.pack_into("<I", package, b + 42, struct.unpack_from("<I", package, a + 42)[0])
    return bytes(package)


def deep(n):
    return document("<w:sdt><w:sdtContent>" * n + "<w:p/>" + "</w:sdtContent></w:sdt>" * n)


def larger(name, value):
    return [(LIMITS, rf"(#define {name}) [^\n/]+", rf"\1 {value} ")]


def without(path, old, new=""):
    return [(path, re.escape(old), new.replace("\\", r"\\"))]


YAML = "schema: chapeau/priorities/1\n"
# name, edits that take the guard away, the probe's name and bytes, the guard's words
GUARDS = [
    ("zip: consistency of headers", without("src/io/zip.c", "ZIP_RDONLY | ZIP_CHECKCONS", "ZIP_RDONLY"),
     "a.docx", lambda: other_local_name(docx()), "damaged"),
    ("zip: entries that overlap", without("src/io/zip.c", "return check_overlap(z, bytes, at, f);", "(void)check_overlap; return 0;"),
     "a.docx", overlapping, "overlaps the next one"),
    ("zip: bytes counted as they come out", larger("LIMIT_ZIP_PART_BYTES", "(200u << 20)"),
     "a.docx", lambda: claims(docx(thin(66 << 20)), 1000, "word/document.xml"), "unpacks to more than 64 MiB"),
    ("zip: size that a part claims", larger("LIMIT_ZIP_PART_BYTES", "(200u << 20)"),
     "a.docx", lambda: claims(docx(), 65 << 20, "word/document.xml"), "unpacks to more than 64 MiB"),
    ("zip: size of all parts", larger("LIMIT_ZIP_TOTAL_BYTES", "(900u << 20)"),
     "a.docx", lambda: claims(docx(None, *((f"word/p{i}.xml", "<a/>") for i in range(5))), 60 << 20, *(f"word/p{i}.xml" for i in range(5))), "256 MiB"),
    ("zip: the file itself", larger("LIMIT_ZIP_BYTES", "(200u << 20)"), "a.docx", lambda: docx() + bytes(65 << 20), "67108864 bytes"),
    ("zip: entries", larger("LIMIT_ZIP_ENTRIES", "60000u"), "a.docx", lambda: docx(None, *((f"x/{i}", b"") for i in range(2100))), "2,000 entries"),
    ("zip: ratio", larger("LIMIT_ZIP_RATIO", "100000u"), "a.docx",
     lambda: docx(document("<w:p><w:r><w:t>" + "A" * (9 << 20) + "</w:t></w:r></w:p>")), "250 times"),
    ("zip: length of names", larger("LIMIT_ZIP_NAME_BYTES", "60000u"), "a.docx", lambda: docx(None, ("x" * 300, b"")), "255 bytes"),
    ("zip: names that lead out", without("src/io/zip.c", 'span_is(part, "..")', "false"), "a.docx", lambda: docx(None, ("../x.xml", b"")), "leads out"),
    ("zip: absolute names", without("src/io/zip.c", "name.p[0] == '/'", "false") + without("src/io/zip.c", "!part.n ||"),
     "a.docx", lambda: docx(None, ("/x.xml", b"")), "absolute path"),
    ("zip: links", without("src/io/zip.c", "== 0120000", "== 1"), "a.docx", lambda: docx(None, ("word/l.xml", b"/etc/passwd", 0o120777)), "link"),
    ("zip: one name twice", without("src/io/zip.c", "if (lookup(z, name, &slot))", "if (lookup(z, name, &slot), 0)"),
     "a.docx", lambda: docx(None, ("word/Document.xml", document())), "twice"),
    ("xml: DOCTYPE", without("src/io/xml.c", 'span_starts(rest, SPAN_LIT("<!"))', 'span_starts(rest, SPAN_LIT("<!!"))') +
     [("src/io/xml.c", r"\t\t\.internalSubset = on_doctype,\n", "\t\t.internalSubset = NULL,\n"),
      ("src/io/xml.c", r"static void on_doctype", "__attribute__((unused)) static void on_doctype")],
     "a.docx", lambda: docx(document(before='<!DOCTYPE w:document [<!ELEMENT a ANY>]>')), "DOCTYPE"),
    ("xml: length of a tag", larger("LIMIT_XML_TAG_BYTES", "(64u << 20)"), "a.docx",
     lambda: docx(document(f'<w:p w:x="{"a" * 70000}"/>')), "longer than 64 KiB"),
    ("xml: attributes of a tag", larger("LIMIT_XML_ATTRS", "100000u"), "a.docx",
     lambda: docx(document("<w:p %s/>" % " ".join(f'a{i}="1"' for i in range(1500)))), "1,000 attributes"),
    ("xml: namespaces in scope", larger("LIMIT_XML_NAMESPACES", "100000u"), "a.docx",
     lambda: docx(document("<w:p %s/>" % " ".join(f'xmlns:a{i}="urn:{i}"' for i in range(600)))), "500 namespaces"),
    ("xml: depth", larger("LIMIT_XML_DEPTH", "1000u"), "a.docx", lambda: docx(deep(105)), "200 deep"),
    ("Markdown: size", larger("LIMIT_TEXT_BYTES", "(64u << 20)"), "a.md", lambda: b"One word more.\n\n" * (17 << 16), "16 MiB"),
    ("Markdown: brackets of a paragraph", larger("LIMIT_PARAGRAPH_BRACKETS", "1000000u"), "a.md", lambda: b"[a " * 9000, "8192 square brackets"),
    ("Markdown: stars of a paragraph", larger("LIMIT_PARAGRAPH_STARS", "10000000u"), "a.md", lambda: b"*a " * 140000, "signs"),
    ("Markdown: container markers of a line", larger("LIMIT_LINE_CONTAINERS", "60u"), "a.md", lambda: b"> " * 40 + b"deep\n", "32"),
    ("Markdown: nested blocks", larger("LIMIT_BLOCK_DEPTH", "200u"), "a.md",
     lambda: b"".join(b"  " * i + b"- level\n\n" for i in range(70)), "64 deep"),
    ("Markdown: columns of a table", larger("LIMIT_TABLE_COLUMNS", "2000u"), "a.md",
     lambda: b"|" + b" a |" * 300 + b"\n|" + b"---|" * 300 + b"\n", "256"),
    ("Markdown: cells of a table", larger("LIMIT_TABLE_CELLS", "100000000u"), "a.md",
     lambda: (b"|" + b"a|" * 200 + b"\n|" + b"-|" * 200 + b"\n") + (b"|" + b"a|" * 200 + b"\n") * 1010, "200000"),
    ("Markdown: suggestions", larger("LIMIT_CRITIC_MARKS", "10000000u"), "a.md", lambda: b"{++a++} b\n\n" * 201000, "200000"),
    ("Markdown: footnotes", larger("LIMIT_NOTES", "10000000u"), "a.md", lambda: b"".join(b"[^%d]: note\n" % i for i in range(51000)), "more than 50000 footnotes"),
    ("Markdown: suggestions in one another", larger("LIMIT_CRITIC_DEPTH", "100u"), "a.md",
     lambda: b"{== a " * 12 + b"b" + b" ==}" * 12 + b"\n", "critic-nested"),
    ("Markdown: length of an attribute list", larger("LIMIT_ATTR_BYTES", "100000u"), "a.md",
     lambda: b"{%s}\nOne.\n" % b" ".join(b"k%d=%s" % (i, b"v" * 90) for i in range(50)), "4,096"),
    ("Markdown: attributes of a block", larger("LIMIT_ATTR_ITEMS", "100000u"), "a.md", lambda: b"{k=v}\n" * 300 + b"One.\n", "at most 256 attributes"),
    ("Markdown: length of an id", larger("LIMIT_ID_BYTES", "100u"), "a.md", lambda: b"{#%s}\nOne.\n" % (b"a" * 40), "32 characters"),
    ("YAML: size", larger("LIMIT_YAML_BYTES", "(64u << 20)"), "a.yaml", lambda: YAML.encode() + b"# long\n" * 160000, "larger than"),
    ("YAML: depth", larger("LIMIT_YAML_DEPTH", "100u"), "a.yaml", lambda: (YAML + "x: " + "[" * 30 + "]" * 30 + "\n").encode(), "16 deep"),
    ("YAML: brackets before libyaml sees them", [("src/io/yaml.c", r"if \(brackets_too_deep\(text, &at\)\)", "if (0 && brackets_too_deep(text, &at))")],
     "a.yaml", lambda: (YAML + "x: " + "[" * 90 + "]" * 90 + "\n").encode(), "a.yaml:1:1.*16 deep|a.yaml:1.*16 deep"),
    ("YAML: entries", larger("LIMIT_YAML_NODES", "10000000u"), "a.yaml", lambda: (YAML + "x: [" + "a," * 101000 + "]\n").encode(), "100000 entries"),
    ("YAML: keys of one mapping", larger("LIMIT_YAML_KEYS", "100000u"), "a.yaml",
     lambda: (YAML + "".join(f"k{i}: 1\n" for i in range(1100))).encode(), "1000 keys"),
    ("YAML: a key twice", without("src/io/yaml.c", "if (yaml_same_key(c->key, text))", "if (0 && yaml_same_key(c->key, text))"),
     "a.yaml", lambda: (YAML + YAML).encode(), "stands twice"),
    ("YAML: anchors", without("src/io/yaml.c", "\tif (anchor)\n", "\tif (0 && anchor)\n"), "a.yaml", lambda: (YAML + "x: &a 1\n").encode(), "anchor"),
    ("YAML: aliases", without("src/io/yaml.c", "case YAML_ALIAS_EVENT:", "case YAML_ALIAS_EVENT: return 0;"),
     "a.yaml", lambda: (YAML + "x: *a\n").encode(), "alias"),
    ("YAML: tags", without("src/io/yaml.c", "\tif (tag)\n", "\tif (0 && tag)\n"), "a.yaml", lambda: (YAML + "x: !!str 1\n").encode(), "tag"),
    ("YAML: a second document", without("src/io/yaml.c", "if (++*documents > 1)", "if (++*documents > 100)"),
     "a.yaml", lambda: (YAML + "---\n" + YAML).encode(), "second document"),
    ("phrases: in one list", larger("LIMIT_PHRASES", "10000000u"), "a.yaml",
     lambda: (YAML + "priorities:\n- id: a\n  title: A\n  level: must\n  needs: mentioned\n  any:\n    en:\n" + "".join(f"    - word{i}\n" for i in range(20100))).encode(), "20000"),
    ("phrases: gap", larger("LIMIT_PHRASE_GAP", "1000u"), "a.yaml",
     lambda: (YAML + "priorities:\n- id: a\n  title: A\n  level: must\n  needs: mentioned\n  any:\n    en: [\"one ..30 two\"]\n").encode(), "20"),
    ("phrases: window", larger("LIMIT_PHRASE_WINDOW", "1000u"), "a.yaml",
     lambda: (YAML + "priorities:\n- id: a\n  title: A\n  level: must\n  needs: mentioned\n  any:\n    en: [\"one & two /60\"]\n").encode(), "50"),
]


def uncommented(path):
    """A source without its comments."""
    with open(path, encoding="utf-8") as f:
        return re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)


SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int fsync(int fd)
{
	char link[64], path[4096];
	FILE *log = fopen(getenv("FSYNC_LOG"), "a");
	ssize_t n;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (log) {
		fprintf(log, "%.*s\n", (int)(n > 0 ? n : 0), path);
		fclose(log);
	}
	return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
"""


def saved_workspace(t, top):
    """A workspace with one saved draft and one change to save."""
    def run(*args):
        subprocess.run([PROGRAM, *args], cwd=top, env=t.env, check=True, capture_output=True, timeout=60)

    with open(os.path.join(top, "chapeau.yaml"), "w", encoding="utf-8") as f:
        f.write("schema: chapeau/workspace/1\norganisation: {name: Example Registry, short: EXR}\nlanguage: en\n")
    os.makedirs(os.path.join(top, "drafts"))
    draft = os.path.join(top, "drafts/one.md")
    with open(draft, "w", encoding="utf-8") as f:
        f.write("# One\n\nFirst words.\n")
    t.env.update(GIT_AUTHOR_NAME="Ana", GIT_AUTHOR_EMAIL="ana@example.org", GIT_COMMITTER_NAME="Ana", GIT_COMMITTER_EMAIL="ana@example.org")
    run("init")
    run("save")
    with open(draft, "a", encoding="utf-8") as f:
        f.write("\nSecond words.\n")


def fsyncs(t, program, top):
    """Does a save flush what it writes into the history?"""
    saved_workspace(t, top)
    with open(os.path.join(top, "shim.c"), "w", encoding="utf-8") as f:
        f.write(SHIM)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "shim.so", "shim.c", "-ldl"], cwd=top, check=True)
    log = os.path.join(top, "fsync.log")
    done = subprocess.run([program, "save"], cwd=top, env={**t.env, "LD_PRELOAD": os.path.join(top, "shim.so"), "FSYNC_LOG": log},
                          capture_output=True, timeout=60)
    if not os.path.exists(log):
        return False
    with open(log, encoding="utf-8") as f:
        return done.returncode == 0 and "/.git/objects/" in f.read()


def survives_killed(t, program, top):
    """Does a save work after another was killed, which left Git's lock on the branch?"""
    saved_workspace(t, top)
    with open(os.path.join(top, ".git/HEAD"), encoding="utf-8") as f:
        branch = f.read().split()[1]
    for name, text in (("chapeau.lock", "99999\n"), (branch + ".lock", "")):
        with open(os.path.join(top, ".git", name), "w", encoding="utf-8") as f:
            f.write(text)
    return subprocess.run([program, "save"], cwd=top, env=t.env, capture_output=True, timeout=60).returncode == 0


def terminal_safe(t, program, top):
    draft = os.path.join(top, "a.md")
    with open(draft, "w", encoding="utf-8") as f:
        f.write("# One\n\n{#Bad\x1b]0;owned\x07}\nOur words.\n")
    done = subprocess.run([program, "check", draft], cwd=top, env=t.env, capture_output=True, timeout=60)
    return done.returncode == 1 and b"\x1b" not in done.stdout + done.stderr


def no_raw_html(t, program, top):
    draft = os.path.join(top, "a.md")
    with open(draft, "w", encoding="utf-8") as f:
        f.write("# One\n\nOur <b onclick=\"x\">words</b> stay.\n\n<script>\nsecret\n</script>\n")
    subprocess.run([program, "export", draft, "--to", "html", "-o", "a.html"], cwd=top, env=t.env, capture_output=True, timeout=60)
    with open(os.path.join(top, "a.html"), encoding="utf-8") as f:
        text = f.read()
    return "words" in text and "onclick" not in text and "secret" not in text


# name, edits, what must hold of the whole program and not of the one without the guard
CONDUCT = [
    ("libgit2: fsync", without("src/io/repo_library.c", "GIT_OPT_ENABLE_FSYNC_GITDIR, 1", "GIT_OPT_ENABLE_FSYNC_GITDIR, 0"), fsyncs),
    ("libgit2: a lock left by a killed process", without("src/io/repo.c", "\tif (n > 0)\n\t\tclear_after_killed(g);", "(void)clear_after_killed;") +
     without("src/io/repo.c", "\t\t\tunlink(lock.p);\n", ""), survives_killed),
    ("terminal: control characters are shown", without("src/base/show.c", "cp < 0x20 &&", "cp < 0x00 &&"), terminal_safe),
    ("Markdown: raw HTML never passes", without("src/format/md/align.c", "remark_html(a, cmark_node_get_literal(n));\n\t\tstep(a, cmark_node_get_literal(n));",
                                                "(void)remark_html; walk_text(a, cmark_node_get_literal(n));"), no_raw_html),
]


class Builder:
    """Compiles edited copies of sources as the build does."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as f:
            self.commands = {os.path.normpath(os.path.join(c["directory"], c["file"])): c for c in json.load(f)}
        listed = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "chapeau"], capture_output=True, text=True, check=True).stdout
        self.link = shlex.split(listed.strip().splitlines()[-1])

    def source_command(self, path):
        return self.commands[os.path.join(SOURCE, path)]

    def users(self, name):
        """Sources that depend on a limit: they name it, or include a header that does, which may size a struct by it."""
        texts = {os.path.relpath(os.path.join(folder, n), SOURCE): uncommented(os.path.join(folder, n))
                 for folder, _, names in os.walk(os.path.join(SOURCE, "src")) for n in names if n.endswith((".c", ".h"))}
        found = {p for p, text in texts.items() if p != LIMITS and re.search(rf"\b{name}\b", text)}
        more = True
        while more:
            headers = {os.path.relpath(p, "src") for p in found if p.endswith(".h")}
            more = {p for p, text in texts.items() if p not in found and any(h in headers for h in re.findall(r'#include "([^"]+)"', text))}
            found |= more
        return sorted(p for p in found if os.path.join(SOURCE, p) in self.commands)

    def build(self, number, edits):
        """The program with these edits, or a sentence that says why not."""
        top = os.path.join(self.folder, str(number))
        edited = {}
        for path, pattern, new in edits:
            text = edited.get(path) or open(os.path.join(SOURCE, path), encoding="utf-8").read()
            text, times = re.subn(pattern, new, text)
            if not times:
                return None, f"{path}: the guard is not there: {pattern}"
            edited[path] = text
        for path, text in edited.items():
            os.makedirs(os.path.join(top, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(top, path), "w", encoding="utf-8") as f:
                f.write(text)
        sources = [p for p in edited if p.endswith(".c")]
        if LIMITS in edited:
            name = re.search(r"LIMIT_\w+", edits[0][1]).group(0)
            sources = self.users(name)
        objects = []
        for path in sources:
            c = self.source_command(path)
            args = shlex.split(c["command"])
            out = os.path.join(top, path.replace("/", "_") + ".o")
            args[args.index("-o") + 1] = out
            for flag in ("-MQ", "-MF"):
                if flag in args:
                    del args[args.index(flag):args.index(flag) + 2]
            args = [a for a in args if a not in ("-MD", "-Werror")]
            args[args.index("-c") + 1] = os.path.join(top, path) if path in edited else os.path.join(SOURCE, path)
            first = next(i for i, a in enumerate(args) if a.startswith("-"))
            args[first:first] = ["-I" + os.path.join(top, "src")]
            args += ["-w", "-O1"]
            done = subprocess.run(args, cwd=c["directory"], capture_output=True, text=True)
            if done.returncode:
                return None, done.stderr[:800]
            objects.append(out)
        program = os.path.join(top, "chapeau")
        args = list(self.link)
        args[args.index("-o") + 1] = program
        first = next(i for i, a in enumerate(args) if a.endswith("libchapeau.a"))
        args[first:first] = objects
        done = subprocess.run(args, cwd=BUILD, capture_output=True, text=True)
        return (program, "") if done.returncode == 0 else (None, done.stderr[:800])


def answer(t, program, top, probe):
    """(exit code, what it printed); a signal or a blow-up is an answer too."""
    where = os.path.join(top, "w")
    os.makedirs(where, exist_ok=True)
    args = [program, "import", probe, "-o", os.path.join(where, "x.md"), "--force"]
    if probe.endswith(".md"):
        args = [program, "check", probe]
    elif probe.endswith(".yaml"):
        plain = os.path.join(where, "plain.md")
        with open(plain, "w", encoding="utf-8") as f:
            f.write("One paragraph.\n")
        args = [program, "check", plain, "--priorities", probe]
    try:
        done = subprocess.run(args, cwd=where, env=t.env, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    except subprocess.TimeoutExpired:
        return -1, "it took longer than a minute"
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


with Cli() as t:
    builder = Builder(t.home)

    def one(number):
        name, edits, probe_name, make, words = GUARDS[number]
        top = os.path.join(t.home, str(number))
        os.makedirs(top)
        probe = os.path.join(top, probe_name)
        data = make()
        with open(probe, "wb") as f:
            f.write(data)
        whole = answer(t, PROGRAM, top, probe)
        program, why = builder.build(number, edits)
        bare = answer(t, program, top, probe) if program else None
        os.unlink(probe)
        return whole, bare, why

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for (name, _, _, _, words), (whole, bare, why) in zip(GUARDS, pool.map(one, range(len(GUARDS)))):
            says = lambda a: a[0] in (1, 3) and re.search(words, a[1], re.S) is not None
            t.ok(says(whole), f"{name}: refused", f"exit {whole[0]}\n{whole[1][:500]}")
            t.ok(bare is not None and not says(bare), f"{name}: taken away, it is missed", why or f"exit {bare[0]}\n{bare[1][:500]}" if bare else why)

    for number, (name, edits, holds) in enumerate(CONDUCT, len(GUARDS)):
        program, why = builder.build(number, edits)
        for label, who, want in (("holds", PROGRAM, True), ("taken away, it is missed", program, False)):
            top = os.path.join(t.home, f"{number}-{label[:5]}")
            os.makedirs(top)
            t.ok(who is not None and holds(t, who, top) == want, f"{name}: {label}", why)
