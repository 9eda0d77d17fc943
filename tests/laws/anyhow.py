#!/usr/bin/env python3
"""anyhow.py PROGRAM SOURCE SHARED FIRST COUNT: whatever a colleague does in LibreOffice comes home.

Random edits (uno_anyhow.py) of a review copy of one of the drafts below, saved as DOCX, ODT or flat ODT, and received.  Then
- the draft, once all suggestions are rejected, is there byte for byte;
- the same file received again brings nothing new;
- once they are accepted, the draft's export has the words of the file, paragraph by paragraph, unless something of it was listed."""
import json
import os
import random
import sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import office
from tap import Cli

FIRST, COUNT = int(sys.argv[4]), int(sys.argv[5])
HEAD = "---\ntitle: A statement\norganisation: Example Registry\n%s---\n\n"
DRAFTS = [
    HEAD % "numbering: paragraphs\n" + """# Opening

{#aim}
Connectivity for schools remains the first aim of this statement.[^a]

{#measures}
We welcome three measures in particular:

1. A fund for rural links, renewed each year;
2. An open register of masts:
   - one entry for each owner;
   - one entry for each operator, with dates;

   and a yearly report on both.
3. A forum of users.

## Costs

| Region | Cost | Share |
|---|---|---|
| North coast | 120 | 14 % |
| South plain | 75 | 9 % |
| Island group | 260 | 41 % |

{#table-note}
The table above lists what each region paid last year.

> Access to networks is a public good, and every state shall provide for it.
>
> It shall be reviewed every second year.

{#recall}
We recall the resolution quoted above, as in [](#aim), and urge its renewal.[^b]

- Bullet about training of teachers
- Bullet about repair of *older* machines
- Bullet about shared libraries

Thank you for the attention given to these points.

[^a]: See the report of the working group, page 4.
[^b]: Resolution 70/125.

    It was adopted without a vote.
""",
    HEAD % "" + """Opening words of the nested paper without any id.

1. Outer first item speaks of rivers
   1. Inner first item speaks of dams
      - deep bullet on sluices
      - deep bullet on locks
   2. Inner second item speaks of weirs
2. Outer second item speaks of lakes

   Its further paragraph adds fish and birds.

   > A quotation in the item, about reeds.

3. Outer third item speaks of seas

::: internal
Held back clause which must never travel outside.
:::

Between the lists stands this paragraph, with [a link](https://example.org/a) and `code`.

> - quoted bullet on salt
> - quoted bullet on foam
>
> Closing words of the quotation.

| Name | Role |
|---|---|
| Anna Berg | chair |
| | vacant |

After the table nothing is left but thanks.
""",
    HEAD % "language: zh\n" + """{#open}
我们欢迎各国政府在数字合作方面的努力。

| 地区 | 费用 |
|---|---|
| 东部 | 一百二十 |
| 西部 | 七十五 |

- 第一项建议是扩大培训范围
- 第二项建议是公开全部数据

{#plan}
请注意上述建议的时间表。

Plain English paragraph follows the Chinese words for the register.
""",
    HEAD % "language: ar\n" + """# مقدمة

{#welcome}
نرحب بجهود الدول الأعضاء في مجال التعاون الرقمي.

1. البند الأول عن التدريب والتعليم
2. البند الثاني عن البيانات المفتوحة
   1. فرع أول من البند الثاني
   2. فرع ثان من البند الثاني

{#thanks}
نشكر الرئيس على عمله وصبره.
""",
]


def asked(t, jobs):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "uno_anyhow.py")
    out, wrong = office.ask([office.PYTHON, script, t.home], 100, t.home, json.dumps(jobs))
    said = [json.loads(line) for line in out.splitlines()]
    return said + [{"error": wrong or "LibreOffice did not answer"}] * (len(jobs) - len(said))


class Case:
    def __init__(self, t, seed):
        rng = random.Random(seed)
        self.seed, self.draft = seed, rng.choice(DRAFTS)
        form, self.back = rng.choice(["docx", "odt"]), "back%d.%s" % (seed, rng.choice(["docx", "odt", "fodt"]))
        t.write("drafts/in.md", self.draft)
        t.run("export", "in", "--to", form, "--audience", "review", "-o", "copy%d.%s" % (seed, form))
        self.job = {"edit": t.path("copy%d.%s" % (seed, form)), "out": t.path(self.back), "seed": seed}

    def receive(self, t):
        """Receives the file, and exports the draft with all of it."""
        name = "seed %d, %s, %s" % (self.seed, self.back, self.did)
        t.write("drafts/in.md", self.draft)
        code, self.got = t.json("receive", self.back, "in")
        arrived = t.read("drafts/in.md")
        t.ok(code in (0, 1), name + ": received", self.got)
        t.run("receive", self.back, "in")
        t.same(t.read("drafts/in.md").decode(), arrived.decode(), name + ": the same file again brings nothing new")
        t.write("drafts/in.md", arrived)
        t.run("reject", "in", "--all", "--comments")
        t.same(t.read("drafts/in.md").decode(), self.draft, name + ": rejected, the draft byte for byte")
        t.write("drafts/in.md", arrived)
        t.run("accept", "in", "--all", "--comments")
        self.name, self.listed = name, self.got.get("unplaced") or b"moved: in this copy" in arrived
        t.run("export", "in", "--to", "docx", "--audience", "review", "-o", "got%d.docx" % self.seed)


with Cli() as t:
    if office.missing():
        t.skip("whatever a colleague does in LibreOffice", office.missing())
        sys.exit(0)
    t.workspace()
    cases = [Case(t, seed) for seed in range(FIRST, FIRST + COUNT)]
    for case, said in zip(cases, asked(t, [case.job for case in cases])):
        case.did = said.get("did") and "%s%s" % (" ".join(said["did"]), ", tracked" if said["tracked"] else "")
        if not case.did:
            t.skip("seed %d" % case.seed, said["error"])
    cases = [case for case in cases if case.did]
    for case in cases:
        case.receive(t)
    said = asked(t, [{"words": t.path(name % case.seed)} for case in cases for name in ("got%d.docx", case.back.replace(str(case.seed), "%d", 1))])
    for case, got, want in zip(cases, said[::2], said[1::2]):
        if case.listed:
            t.skip(case.name + ": accepted", "something is listed")
        elif "error" in got or "error" in want:
            t.skip(case.name + ": accepted", got.get("error") or want.get("error"))
        else:
            t.same(got["words"], want["words"], case.name + ": accepted, it has the words of the file")
