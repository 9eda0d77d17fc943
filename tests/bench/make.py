"""Inputs of scripts/bench, the same for the same seed: statements with 2 % non-ASCII words, tables, notes, nested lists and, where asked,
suggestions; in English, Arabic or Chinese."""
import random

ENGLISH = """the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were
all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new
some could these two may first then do any like my now over such our man me even most made after also did many before must through years
where much your way well down should because each just those people how too little state good very make world still own see men work long
here between both life being under never day same another know while last might us great old year off come since against right came take
used himself few house use place during without again home around small however found mrs thought went say part once general high upon
school every internet governance forum permanent mandate secretariat capacity technical community exchange points address deployment""".split()
ACCENTED = ["coopération", "São", "Côte", "naïve", "façade", "Åland", "résumé", "“quoted”", "‘so’", "Zürich", "piñata", "l’Internet"]
ARABIC = """الإنترنت حوكمة منتدى دائم ولاية الدول الأعضاء نحن ندعو إلى القدرات التقنية المجتمع نقاط تبادل البنية التحتية المحلية من في على أن هذا
التي ما مع كل بين بعد قبل عند هناك كان يكون أو لا لم قد هي هو العالم التنمية المستدامة الشبكات العناوين""".split()
CHINESE = "互联网治理论坛永久授权成员国我们呼吁技术能力社区交换点基础设施本地的在和与为是不了有这个人中国际发展可持续网络地址部署政策"


class Maker:
    def __init__(self, seed, language="en"):
        self.r = random.Random(seed)
        self.language = language
        self.notes = []

    def word(self):
        r = self.r
        if self.language == "ar":
            return r.choice(ARABIC)
        if self.language == "zh":
            return "".join(r.choice(CHINESE) for _ in range(r.randint(2, 6)))
        return r.choice(ACCENTED) if r.random() < 0.02 else r.choice(ENGLISH)

    def words(self, n):
        join = "" if self.language == "zh" else " "
        return join.join(self.word() for _ in range(n))

    def sentence(self):
        r, end = self.r, "。" if self.language == "zh" else "."
        text = self.words(r.randint(8, 22))
        kind = r.random()
        if kind < 0.05:
            text += f" *{self.words(2)}*"
        elif kind < 0.08:
            text += f" **{self.words(2)}**"
        elif kind < 0.10:
            text += f" [{self.words(2)}](https://example.org/{r.randint(1, 9999)})"
        return text[:1].upper() + text[1:] + end

    def paragraph(self, sentences=None):
        r = self.r
        text = (" " if self.language != "zh" else "").join(self.sentence() for _ in range(sentences or r.randint(2, 6)))
        if r.random() < 0.05:
            self.notes.append(self.sentence())
            text += f"[^n{len(self.notes)}]"
        return text

    def suggestion(self, text):
        """One word of a text struck, replaced or added to."""
        parts = text.split(" ")
        if len(parts) < 8:
            return text
        at = self.r.randint(2, len(parts) - 4)
        word = parts[at]
        if not word.isalpha():
            return text
        by = "{>>@Mei Lin 2025-10-01T09:00:00Z<<}"
        parts[at] = self.r.choice([f"{{--{word}--}}{by}", f"{{~~{word}~>{self.word()}~~}}{by}", f"{word}{{++ {self.word()}++}}{by}"])
        return " ".join(parts)

    def block(self, number, ids=True, suggestions=0.0):
        r = self.r
        tag = f"<!-- {{#c-{number}}} -->\n" if ids else ""
        kind = r.random()
        if kind < 0.04:
            return f"## {self.words(4)}" + (f" {{#c-{number}}}" if ids else "")
        if kind < 0.06:
            rows = "\n".join(f"| {self.words(3)} | {self.words(6)} | {r.randint(1, 999)} |" for _ in range(r.randint(2, 6)))
            return f"{tag}| {self.words(2)} | {self.words(2)} | {self.words(1)} |\n|---|---|--:|\n{rows}"
        if kind < 0.12:
            items = "\n".join(f"1. {self.sentence()}\n   1. {self.sentence()}\n   2. {self.sentence()}" for _ in range(r.randint(2, 4)))
            return tag + items
        text = self.paragraph()
        if r.random() < suggestions:
            text = self.suggestion(text)
        return tag + text

    def statement(self, size=None, clauses=None, suggestions=0.0, equal=None):
        """About size bytes, or that many clauses."""
        out = [f"---\ntitle: Bench\nlanguage: {self.language}\ndate: 2025-10-02\nnumbering: paragraphs\n---\n"]
        total = number = 0
        while (size and total < size) or (clauses and number < clauses):
            number += 1
            block = f"<!-- {{#c-{number}}} -->\n{equal}" if equal else self.block(number, suggestions=suggestions)
            out.append(block)
            total += len(block.encode()) + 2
        for i, note in enumerate(self.notes, 1):
            out.append(f"[^n{i}]: {note}")
        return "\n\n".join(out) + "\n"

    def one_clause(self, size):
        text = []
        total = 0
        while total < size:
            text.append(self.sentence())
            total += len(text[-1].encode()) + 1
        return "---\ntitle: Bench\nlanguage: en\n---\n\n<!-- {#one} -->\n" + "\n".join(text) + "\n"

    def suggested(self, count):
        """Exactly count suggestions."""
        out, made = ["---\ntitle: Bench\nlanguage: en\n---\n"], 0
        number = 0
        while made < count:
            number += 1
            before = self.paragraph(4)
            after = self.suggestion(before)
            made += before != after
            out.append(f"<!-- {{#c-{number}}} -->\n{after}")
        for i, note in enumerate(self.notes, 1):
            out.append(f"[^n{i}]: {note}")
        return "\n\n".join(out) + "\n"
