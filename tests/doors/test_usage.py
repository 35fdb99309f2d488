"""The command line as somebody meets it who has never seen it: help, languages, near misses."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from threading import Event

import pytest

from xlcrm import __version__
from xlcrm.catalogue.commands import SAMPLES
from xlcrm.cli import main
from xlcrm.commands.arguments import parser
from xlcrm.computer import usage

COMMANDS = sorted(SAMPLES)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command says that leaves by itself, such as a help."""
    with pytest.raises(SystemExit):
        main(arguments)
    found = capsys.readouterr()
    return found.out + found.err


def test_every_command_has_examples() -> None:
    assert set(usage._commands(parser())) == set(SAMPLES)
    assert all(len(set(samples)) == 3 for samples in SAMPLES.values())


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_example_can_be_read(verb: str) -> None:
    for sample in SAMPLES[verb]:
        given = sample.split()
        usage.take_language(given)
        assert parser().parse_args(given).verb == verb or "--redo" in given


@pytest.mark.parametrize("verb", COMMANDS)
def test_a_call_declares_the_options_of_its_own_command_only(verb: str) -> None:
    alone, all_together = (usage._commands(usage.worded(parser(only), "zh")) for only in (verb, ""))
    assert set(alone) == {verb}
    assert alone[verb].format_help() == all_together[verb].format_help()


@pytest.mark.parametrize("verb", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_option_of_every_command_is_explained(verb: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, verb, "-h", "--lang", lang)
    for command in usage._commands(usage.worded(parser(), "en" if lang == "en" else "zh")).values():
        assert all(action.help for action in command._actions)
    headings = (
        ("参数", "选项", "用法：", "退出码") if lang == "zh" else ("arguments", "options", "usage: ", "exit codes")
    )
    assert all(heading in text for heading in headings[1:])
    assert text.count("\n  xlcrm ") == 3
    if lang == "zh":
        assert not re.search("usage:|options:|positional|show this", text)


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    text = capsys.readouterr().out
    assert "校验日志" in text
    assert "退出码" in text


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--version") == f"xlcrm {__version__}\n"


@pytest.mark.parametrize("given", [["--lang", "en", "validate", "no.xlsm"], ["validate", "no.xlsm", "--lang=en"]])
def test_the_language_before_or_after_the_command(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given) == 2
    assert "no.xlsm" in (said := capsys.readouterr().err)
    assert not re.search("[一-鿿]", said)


def test_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(usage.LANGUAGE, "en")
    assert main(["validate", "no.xlsm"]) == 2
    assert not re.search("[一-鿿]", capsys.readouterr().err)
    assert main(["validate", "no.xlsm", "--lang", "zh"]) == 2
    assert "找不到" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "near"), [("validat", "validate"), ("Roll", "roll"), ("hand-over", "handover"), ("xyz", "")]
)
def test_a_near_miss_is_named(given: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, given, "CRM.xlsm")
    assert (f"是不是 {near}？" in text) if near else ("xlcrm -h" in text)


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ("validate", "还缺 BOOK", "Missing: BOOK"),
        ("validate a --dryrun", "没有“--dryrun”这个选项，是不是 --dry-run？", "did you mean --dry-run?"),
        ("undo a --redo --jsno=b", "没有“--jsno=b”这个选项，是不是 --json？", "did you mean --json?"),
        ("validate a b", "不能写“b”。能写什么：xlcrm validate -h", "“b” has no place here; see xlcrm validate -h"),
        ("validate a --json", "--json 后面还缺内容", "--json needs a value"),
        ("validate a --list=all", "--list 后面不用写“all”", "takes no value"),
        ("handover a --by age", "不能是“age”，只能是：evenly, model, grade", "choose from: evenly, model, grade"),
        ("group a -o b --workers two", "--workers 要写数字，不是“two”", "takes a number, not “two”"),
        ("print a --c", "可能是 --customer, --consultant", "could be --customer, --consultant"),
        ("-V", "还缺 VERB", "Missing: VERB"),
    ],
)
def test_a_mistake_in_an_option_is_explained_in_both_languages(
    given: str, zh: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zh in (in_chinese := said(capsys, *given.split()))
    assert not re.search("argument|required|expected", in_chinese)
    assert en in said(capsys, *given.split(), "--lang", "en")


def test_an_unknown_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert "“fr”" in said(capsys, "validate", "CRM.xlsm", "--lang", "fr")


def test_options_without_an_effect_are_not_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--month" not in said(capsys, "roll", "-h")
    assert "--month" in said(capsys, "close", "-h")


class Terminal(io.StringIO):
    """A terminal at which somebody waits for the first word."""

    def __init__(self) -> None:
        super().__init__()
        self.was_written_to = Event()

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.was_written_to.set()


def test_a_person_at_a_terminal_sees_that_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_SECONDS", 0.01)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with usage.signs_of_life("zh"):
        assert terminal.was_written_to.wait(20)
    assert "还在做" in terminal.getvalue()


def test_python_m_xlcrm() -> None:
    ran = subprocess.run([sys.executable, "-m", "xlcrm", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"xlcrm {__version__}\n"
