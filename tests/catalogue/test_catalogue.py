"""The catalogue: every wording the code asks for is there and no other, in both languages, with the blanks that are filled."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import xlcrm.catalogue
from xlcrm.catalogue import Words
from xlcrm.catalogue.findings import FINDINGS, SEVERITIES, Wording, brief
from xlcrm.catalogue.labels import RULES
from xlcrm.catalogue.refusals import REFUSALS, explain
from xlcrm.changes import LOOSE
from xlcrm.errors import Refusal
from xlcrm.findings import LISTED_ONCE, Finding, Severity, Spot

PACKAGE = Path(xlcrm.catalogue.__file__).parents[1]


def sentences() -> Iterator[tuple[str, Words]]:
    """Every sentence of every catalogue with its name."""
    for module in pkgutil.iter_modules(xlcrm.catalogue.__path__):
        for name, value in vars(importlib.import_module(f"xlcrm.catalogue.{module.name}")).items():
            entries = value.items() if isinstance(value, dict) else [("", value)]
            for key, entry in entries:
                parts = entry if isinstance(entry, Wording) else (entry,)
                for i, words in enumerate(parts):
                    if isinstance(words, Words):
                        yield f"{module.name}.{name}.{key}.{i}", words


SENTENCES = dict(sentences())


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def strings(*patterns: str) -> set[str]:
    """Every string literal of the modules found, the parts of f-strings put together with {} for what is filled in."""
    found: set[str] = set()
    for module in (path for pattern in patterns for path in PACKAGE.glob(pattern)):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.add("".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values))
    return found


def test_there_are_sentences_in_every_catalogue() -> None:
    assert len(SENTENCES) > 200
    assert all(words.zh and words.en for words in SENTENCES.values())


def test_both_languages_fill_the_same_blanks() -> None:
    differ = {n: (words.zh, words.en) for n, words in SENTENCES.items() if blanks(words.zh) != blanks(words.en)}
    assert differ == {}


HAN = r"[\u4e00-\u9fff]"


def test_chinese_is_punctuated_in_chinese() -> None:
    slip = re.compile(rf"{HAN}[,;:?!]|[,;?!]{HAN}|{HAN}\.(?!\w)|\.\.\.|{HAN}\(|\){HAN}|[，。；：]$(?<!。)")
    assert {name: words.zh for name, words in SENTENCES.items() if slip.search(words.zh)} == {}


def test_english_holds_no_full_width_punctuation() -> None:
    assert {name: words.en for name, words in SENTENCES.items() if re.search("[，。；：？！（）]", words.en)} == {}


SOURCES = ("validate.py", "formrules.py", "findinglist.py", "ledger/*.py", "roll/*.py", "crosscheck/*.py")


def test_every_code_has_its_name_in_the_order_of_the_findings() -> None:
    assert list(dict.fromkeys(key.partition(".")[0] for key in FINDINGS)) == list(RULES)


def test_every_finding_the_rules_make_has_its_wording_and_no_wording_is_idle() -> None:
    used = {text for text in strings(*SOURCES) if re.fullmatch(r"[VGR]\d+\.\w*[a-z]", text)}
    # written with the code or the kind filled in: R6 and R8 share two, structure and settings name what they met
    shared = ("plan", "plan_over", "wrong_eve", "no_plan", "no_plan_over")
    used |= {f"{code}.{what}" for code in ("R6", "R8") for what in shared}
    used |= {f"{wording}_many" for wording in LISTED_ONCE}
    used |= {f"V00.{kind}" for kind in ("formula", "merged", "filter", "error", "picture", "part", "joined", "below")}
    used |= {f"G06.{kind}" for kind in (*LOOSE, "picture")}
    used |= {f"V02.setting_{trouble}" for trouble in ("unknown", "bad", "twice")}
    assert {"{}_many", *(f"{{}}.{what}" for what in shared), "G06.{}", "V00.{}", "V02.setting_{}"} <= strings(*SOURCES)
    assert used == FINDINGS.keys()


def test_every_refusal_raised_has_its_wording_and_no_wording_is_idle() -> None:
    raised: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Refusal":
                raised |= {str(n.value) for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)}
    assert raised == REFUSALS.keys()


def test_every_severity_has_a_name() -> None:
    assert SEVERITIES.keys() == set(Severity)


def test_a_refusal_ends_with_the_assurance_that_nothing_was_changed() -> None:
    refusal = Refusal("close.early", month="2026-10", end="2026-10-31")
    assert explain(refusal, "zh") == "2026-10 还没过完，2026-10-31 起才能结转。没有改动任何内容。"
    assert explain(refusal, "en").endswith("Nothing was changed.")


def test_a_finding_in_one_line_names_severity_code_column_and_remedy() -> None:
    finding = Finding(
        "V01.empty", Severity.ERROR, Spot("日报", "L7", 7, "经过"), about={"header": "经过", "when": "必填"}
    )
    assert brief(finding, "zh") == "错误 V01 经过：补填“经过”。"
    assert brief(finding, "en") == "错误 V01 经过: Fill “经过”."
