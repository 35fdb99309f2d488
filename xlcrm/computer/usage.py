"""How the command line speaks: its help in both languages, near misses, and signs of life while it works."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NoReturn

from xlcrm import __version__
from xlcrm.catalogue import Lang
from xlcrm.catalogue import commands as words
from xlcrm.catalogue.verbs import LABELS
from xlcrm.computer.terminal import say

LANGUAGE = "XLCRM_LANG"
_MONTH = ("check", "month", "close", "reopen", "mail")
"""The commands that ``--month`` changes; older ones took it everywhere, and still do, without saying so in the help."""
_WITHOUT_EFFECT = {"selfcheck": ("month", "output", "dry_run")}
_COLON: dict[Lang, str] = {"zh": "：", "en": ": "}
_SECONDS = 2.0
"""After so long without a word, a person wonders."""


class Parser(argparse.ArgumentParser):
    """A parser that says what it does not understand in the user's language; exit code 2."""

    lang: Lang = "zh"

    def error(self, message: str) -> NoReturn:
        say(self.format_usage().rstrip(), self._in_words(message), to=sys.stderr)
        raise SystemExit(2)

    def _in_words(self, message: str) -> str:
        for pattern, worded in _MISTAKES.items():
            if found := re.fullmatch(pattern, message.replace("'", "")):
                import difflib

                given = found.groupdict()
                options = [option for action in self._actions for option in action.option_strings]
                near = difflib.get_close_matches(given.get("given", "").partition("=")[0], options, 1, 0.6)
                if worded is words.TOO_MUCH and near:
                    worded = words.NEAR_OPTION
                return worded.say(self.lang, **given, command=self.prog, near="".join(near))
        return words.MISTAKEN.say(self.lang, why=message)


_MISTAKES = {
    r"the following arguments are required: (?P<names>.+)": words.MISSING,
    r"unrecognized arguments: (?P<given>\S+).*": words.TOO_MUCH,
    r"argument (?P<name>\S+): invalid choice: (?P<given>.*) \(choose from (?P<choices>.+)\)": words.NO_CHOICE,
    r"argument (?P<name>\S+): expected .+": words.NO_VALUE,
    r"argument (?P<name>\S+): ignored explicit argument (?P<given>.*)": words.NEEDS_NONE,
    r"argument (?P<name>\S+): invalid int value: (?P<given>.*)": words.NO_NUMBER,
    r"ambiguous option: (?P<given>\S+) could match (?P<choices>.+)": words.AMBIGUOUS,
}
"""What argparse says in English only, and how it is said here."""


def take_language(given: list[str]) -> Lang:
    """Take ``--lang`` out of the arguments, wherever it stands; without it ``XLCRM_LANG`` counts, else Chinese.

    Leaves with exit code 2 for another language than zh or en.
    """
    chosen = os.environ.get(LANGUAGE, "")
    at = 0
    while at < len(given):
        name, equals, value = given[at].partition("=")
        if name == "--":
            break
        if name == "--lang":
            chosen = value if equals else given[at + 1] if at + 1 < len(given) else ""
            del given[at : at + 1 + (not equals)]
            if chosen not in ("zh", "en"):
                say(
                    words.BAD_LANGUAGE.say("zh", given=chosen),
                    words.BAD_LANGUAGE.say("en", given=chosen),
                    to=sys.stderr,
                )
                raise SystemExit(2)
        else:
            at += 1
    return "en" if chosen == "en" else "zh"


def command_of(given: Sequence[str], known: Collection[str], lang: Lang) -> str:
    """The command among the arguments, "" for none. Leaves with exit code 2 where the first word is not a command; one that is
    nearly one is named.
    """
    first = next((word for word in given if not word.startswith("-")), "")
    if not first or first in known:
        return first
    import difflib

    near = difflib.get_close_matches(first.lower(), known, 1, 0.6)
    said = words.NEAR.say(lang, given=first, near=near[0]) if near else words.UNKNOWN.say(lang, given=first)
    say(said, to=sys.stderr)
    raise SystemExit(2)


def parsed(given: list[str], parser: Parser, command: str) -> argparse.Namespace:
    """What the arguments say; leaves with exit code 2, and the usage of the command, where one has no place there."""
    args, unknown = parser.parse_known_args(given)
    if unknown:
        _commands(parser)[command].error(f"unrecognized arguments: {' '.join(unknown)}")
    return args


def worded(parser: Parser, lang: Lang) -> Parser:
    """The parser with every heading, command and option in a language."""
    parser.description = words.ABOUT.say(lang)
    parser.add_argument("--version", action="version", version=f"xlcrm {__version__}")
    parser.add_argument("--lang", metavar="zh|en")
    _word(parser, lang)
    parser.epilog = f"{words.MORE.say(lang)}\n{words.CODES.say(lang)}"
    parser._positionals.title = words.HEADINGS["verbs"].say(lang)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                choice.help = _about(choice.dest, lang)
    for verb, command in _commands(parser).items():
        command.description = _about(verb, lang)
        if not any(action.dest == "lang" for action in command._actions):
            command.add_argument("--lang", metavar="zh|en")
        samples = "".join(f"\n  xlcrm {sample}" for sample in words.SAMPLES.get(verb, ()))
        command.epilog = f"{words.EXAMPLES.say(lang)}{_COLON[lang].rstrip()}{samples}\n\n{words.CODES.say(lang)}"
        _word(command, lang, verb)
    return parser


@contextlib.contextmanager
def signs_of_life(lang: Lang) -> Iterator[None]:
    """While a person waits at a terminal for longer than two seconds, say how long it has been."""
    if not sys.stderr.isatty():
        yield
        return
    import threading

    done = threading.Event()

    def speak() -> None:
        seconds = 0.0
        while not done.wait(_SECONDS):
            seconds += _SECONDS
            print(f"\r{words.WORKING.say(lang, seconds=int(seconds))}", end="", file=sys.stderr, flush=True)
        if seconds:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    speaking = threading.Thread(target=speak, daemon=True)
    speaking.start()
    try:
        yield
    finally:
        done.set()
        speaking.join(_SECONDS)


def _commands(parser: argparse.ArgumentParser) -> dict[str, Parser]:
    found = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(next(found))


def _about(verb: str, lang: Lang) -> str:
    return (words.COMMANDS.get(verb) or LABELS[verb]).say(lang)


def _word(parser: Parser, lang: Lang, verb: str = "") -> None:
    parser.lang = lang
    parser.formatter_class = _formatter(lang)
    parser._positionals.title = words.HEADINGS["positionals"].say(lang)
    parser._optionals.title = words.HEADINGS["options"].say(lang)
    for action in parser._actions:
        option = action.option_strings[-1].lstrip("-").replace("-", "_") if action.option_strings else ""
        name = action.dest if action.dest in words.OPTIONS else option
        if action.dest == "help":
            action.help = words.HELP.say(lang)
        elif action.dest == "version":
            action.help = words.VERSION.say(lang)
        elif action.dest == "lang":
            action.help = words.LANGUAGE.say(lang)
        elif (name == "month" and verb not in (*_MONTH, "group", "")) or name in _WITHOUT_EFFECT.get(verb, ()):
            action.help = argparse.SUPPRESS
        elif name in words.OPTIONS and (lang == "en" or not action.help):
            action.help = words.OPTIONS[name].say(lang)


def _formatter(lang: Lang) -> type[argparse.HelpFormatter]:
    class Formatter(argparse.RawDescriptionHelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            super().add_usage(
                usage, actions, groups, words.USAGE.say(lang) + _COLON[lang] if prefix is None else prefix
            )

        def format_help(self) -> str:
            return re.sub(r"^(\S+):$", rf"\1{_COLON[lang].rstrip()}", super().format_help(), flags=re.MULTILINE)

    return Formatter
