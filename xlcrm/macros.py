"""What stands behind each button: VBA calls ``run`` with a verb, and knows nothing else of Python.

A click starts a new Python beside Excel. It reads the open book, decides, writes, and says what it did; whatever happens,
the user reads words and never a traceback.
"""

from __future__ import annotations

import atexit
import datetime as dt
import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal, cast

from xlcrm.books.excel.busy import is_busy
from xlcrm.books.excel.live import LiveSession
from xlcrm.catalogue import Lang, Words
from xlcrm.catalogue import macros as words
from xlcrm.catalogue.refusals import explain
from xlcrm.catalogue.verbs import LABELS
from xlcrm.computer.account import user_name
from xlcrm.computer.supportlog import write_log
from xlcrm.errors import Refusal
from xlcrm.verbs import VERBS, Job, Outcome

if TYPE_CHECKING:
    from xlwings import App, Book

    from xlcrm.delivery import Wanted

LANG: Lang = "zh"
NEEDLESS = ("pandas", "numpy", "matplotlib", "PIL", "plotly")
"""xlwings imports them wherever they are installed, which takes longer than the click itself."""
PATIENCE = 10_000
"""How often xlwings asks an Excel that rejects calls, where it would ask forever: about a second."""

Said = list[str]


class Click:
    """A button pressed over an open book. Each step shows itself in the status bar."""

    def __init__(self, verb: str, book: Book, app: App) -> None:
        self.label = LABELS[verb].say(LANG)
        self.book = book
        self.session: LiveSession | None = None
        self.made: Path | None = None
        """The workbook made beside the book, which the user may want to see at once."""
        self._verb = verb
        self._app = app

    def decide(self) -> Outcome:
        """Read the book and let the verb decide; nothing is written."""
        self._show(words.READING)
        self.session = LiveSession(self.book)
        self._show(words.DECIDING)
        now = clock()
        job = Job(now.date(), now, user_name(), lang=LANG, layout=self.session.layout)
        from xlcrm.books.inbox import FOLDERS, with_files

        if self._verb in FOLDERS:
            job = with_files(job, self._verb, folder_of(self.book) / self.book.name)
        return VERBS[self._verb](self.session.blocks, self.session.issues, job)

    def write(self, outcome: Outcome) -> Said:
        """Write what was decided; returns what to say to the user."""
        assert self.session is not None, "decide first"
        self._show(words.WRITING)
        self.session.apply(outcome.changes)
        return outcome.said

    def wanted(self) -> Wanted:
        """Results go beside the book. Raises the ``Refusal`` of ``folder_of``."""
        from xlcrm.delivery import Wanted

        return Wanted(folder_of(self.book) / self.book.name, LANG, clock(), opens_draft=True)

    def deliver(self, outcome: Outcome) -> Said:
        """Place the results of a verb that leaves the book alone; returns what to say to the user."""
        from xlcrm.delivery import deliver, places

        wanted = self.wanted()
        said = [*outcome.said, *deliver(outcome, wanted)]
        if outcome.papers is not None:
            self.made = places(outcome, wanted)[0]
        return said

    def write_beside(self, outcome: Outcome) -> Said:
        """Write what was decided; what stands beside the book waits by its place until the book is written."""
        from xlcrm.books.places import staged
        from xlcrm.delivery import make

        wanted = self.wanted()
        results = make(outcome, wanted)
        with staged(results.files, wanted.book):
            said = self.write(outcome)
        if outcome.analysis is not None:
            self.made = next(iter(results.files), None)
        return [*said, *results.written(LANG)]

    @property
    def may_have_written(self) -> bool:
        return self.session is not None and self.session.writing

    def _show(self, stage: Words) -> None:
        self._app.status_bar = stage.say(LANG, label=self.label)


def clock() -> dt.datetime:
    """Now, to the second."""
    return dt.datetime.now().replace(microsecond=0)


MACROS: dict[str, Callable[[], None]] = {}
"""What ``run`` can be asked for: the verbs, in the order of the ribbon."""


def run(verb: str) -> None:
    """Called by VBA's RunPython, with the verb of the button that was pressed."""
    MACROS[verb]()


def button(do: Callable[[Click], Said]) -> Callable[[], None]:
    """Make a function of an open book the macro of that name.

    The only place that knows who called, and that turns whatever happens into words.
    """
    verb = do.__name__.rstrip("_")

    @functools.wraps(do)
    def pressed() -> None:
        app: App | None = None
        click: Click | None = None
        try:
            book: Book = quiet_xlwings().Book.caller()
            app = book.app
            click = Click(verb, book, app)
            with app.properties(status_bar=click.label):
                said = do(click)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of a library's Rust is not an Exception
            _show_message(app, verb, _explained(error, verb, click, LANG if app else "en"), "critical")
        else:
            _show_result(app, click, said)

    MACROS[verb] = pressed
    return pressed


@button
def validate(book: Click) -> Said:
    """校验日志: findings to 问题清单 and 检查结果."""
    return book.write(book.decide())


@button
def tidy(book: Click) -> Said:
    """规范写法: values written unusually become what they were read as."""
    return book.write(book.decide())


@button
def plan(book: Click) -> Said:
    """生成明日计划: the rows of tomorrow, to 日报."""
    return book.write(book.decide())


@button
def roll(book: Click) -> Said:
    """级别推进: every prospect to where the logs put him."""
    return book.write(book.decide())


@button
def close(book: Click) -> Said:
    """月末结转: freeze, carry over, seal."""
    return book.write(book.decide())


@button
def newyear(book: Click) -> Said:
    """换册: the next year's book beside this one, which stays as it is."""
    return book.deliver(book.decide())


@button
def check(book: Click) -> Said:
    """交叉核对: the relations between the books, to 问题清单."""
    return book.write(book.decide())


@button
def month(book: Click) -> Said:
    """月度分析: the figures to the sheet 月度分析, and the workbook to mail beside the book."""
    return book.write_beside(book.decide())


@button
def print(book: Click) -> Said:
    """打印表卡: the day's forms as a workbook beside the book; the book stays as it is."""
    return book.deliver(book.decide())


@button
def mail(book: Click) -> Said:
    """邮件草稿: the month masked, as a draft beside the book, open to be sent by hand; the book stays as it is."""
    return book.deliver(book.decide())


@button
def handout(book: Click) -> Said:
    """分发: a workbook for each consultant in a folder beside the book; the book stays as it is."""
    return book.deliver(book.decide())


@button
def collect(book: Click) -> Said:
    """回收: what consultants sent back and somebody put into the folder 回收."""
    return book.write(book.decide())


@button
def handover(book: Click) -> Said:
    """移交: the customers of who left, to the others, with a letter to each beside the book."""
    return book.write_beside(book.decide())


@button
def import_(book: Click) -> Said:
    """读入旧表: the sheets in the folder 旧表, shown first as they are understood."""
    return book.write(book.decide())


@button
def undo(book: Click) -> Said:
    """撤销: what the newest operation not yet taken back overwrote."""
    return book.write(book.decide())


@button
def redo(book: Click) -> Said:
    """重做: what the last undo took away."""
    return book.write(book.decide())


@button
def selfcheck(book: Click) -> Said:
    """自检: what is wrong on this computer, in words; nothing is written."""
    from xlcrm.computer.selfcheck import diagnose

    lines = diagnose(folder_of(book.book) / book.book.name, "Excel", LANG).lines
    return [*lines, words.AUTOSAVES.say(LANG)] if _saves_by_itself(book.book) else lines


@button
def help_(_book: Click) -> Said:
    """帮助: the manual opens in the browser; VBA has shown 首页 already."""
    import webbrowser

    from xlcrm.computer.pages import manual

    first = manual()
    if first is None:
        return [words.NO_MANUAL.say(LANG)]
    is_open = webbrowser.open(first.as_uri())
    return [(words.MANUAL_OPEN if is_open else words.MANUAL_AT).say(LANG, path=first)]


def _saves_by_itself(book: Book) -> bool:
    """Whether AutoSave is on, under which others may edit the same book at the same time; older Excels do not know it."""
    return getattr(book.api, "AutoSaveOn", False) is True


def folder_of(book: Book) -> Path:
    """Where the open book lies on this computer. Raises ``Refusal("live.no_folder")`` for one not saved, or in a cloud.

    Of a book in OneDrive, xlwings guesses the folder: it is believed only if a book of that name is there.
    """
    try:
        folder = Path(book.fullname).parent
    except quiet_xlwings().XlwingsError as error:
        raise Refusal("live.no_folder", name=book.name) from error
    if not folder.is_absolute() or not (folder / book.name).is_file():
        raise Refusal("live.no_folder", name=book.name)
    return folder


def quiet_xlwings() -> ModuleType:
    """xlwings without the packages it would import for nothing, and without its habits.

    It retries forever while Excel is busy, and ends other Excels that show no book when Python exits.
    """
    hidden = [name for name in NEEDLESS if name not in sys.modules]
    modules = cast(dict[str, ModuleType | None], sys.modules)
    modules.update(dict.fromkeys(hidden))
    try:
        xlwings = importlib.import_module("xlwings")
    finally:
        for name in hidden:
            del modules[name]
    windows = getattr(xlwings, "_xlwindows", None)
    if windows is not None:
        windows.N_COM_ATTEMPTS = PATIENCE
        atexit.unregister(windows.cleanup)
    return xlwings


def _show_result(app: App, click: Click, said: Said) -> None:
    """What was done; where a workbook was made, it is opened if the user says so."""
    text = "\n".join(said)
    if click.made is None:
        app.alert(text, click.label, mode="info")
    elif app.alert(f"{text}\n\n{words.OPEN_NOW.say(LANG)}", click.label, "yes_no", "info") == "yes":
        app.books.open(click.made)


def _show_message(app: App | None, verb: str, text: str, mode: Literal["info", "critical"]) -> None:
    """A message box; without an Excel to show it, xlwings' own, which garbles all but English."""
    if app is None:
        raise SystemExit(text)
    app.alert(text, LABELS[verb].say(LANG), mode=mode)


def _explained(error: BaseException, verb: str, click: Click | None, lang: Lang) -> str:
    """What went wrong, in words; anything other than a refusal is logged."""
    written = click is not None and click.may_have_written
    if is_busy(error) and not written:
        error = Refusal("live.busy")
    if isinstance(error, Refusal):
        return explain(error, lang)
    log = write_log(verb, error, clock(), click.session.blocks if click and click.session else ())
    return (words.CRASHED_WRITING if written else words.CRASHED).say(lang, log=log)
