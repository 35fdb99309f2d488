"""What a form is made of: columns, kinds, requirements, and the records that are its rows.

The reader, the validator, the workbook builder, the drop-downs, the masking and the documentation all go by these
declarations; the forms themselves stand in ``sheets``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property
from typing import Any, ClassVar, NamedTuple, Self, TypeVar, dataclass_transform

V = TypeVar("V")

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
"""A cell as a book gives it: already free of the book's own types, not yet understood."""


class Kind(Enum):
    """What a column holds, and so how its cells are read (``normal``) and formatted (``template``)."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    MONTH = "month"
    PHONE = "phone"
    PHONES = "phones"
    GRADE = "grade"
    CODE = "code"
    CODES = "codes"
    TICK = "tick"
    COUNT = "count"
    MONEY = "money"
    NUMBER = "number"
    PERSON = "person"


GENERAL = "General"
TEXT_FORMAT = "@"
"""Keeps what was typed: phones, ids and codes never become numbers or dates, and ``=…`` never a formula."""
NUMBER_FORMATS = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.TIME: "hh:mm",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.COUNT: "0",
    Kind.MONEY: "#,##0.00",
    Kind.NUMBER: GENERAL,
}
"""Of the kinds that are numbers to a spreadsheet; every other kind is text."""


class Privacy(Enum):
    """Why a column is personal data; ``None`` on a column means it is not."""

    NAME = "name"
    PHONE = "phone"
    PLATE = "plate"
    IDENTITY = "identity"
    ADDRESS = "address"
    PROSE = "prose"
    NUMBER = "number"


class Requirement(NamedTuple):
    """When a column must be filled: ``words`` for people, ``holds`` for the rule V01."""

    words: str
    holds: Callable[[Any], bool]


def when(words: str, holds: Callable[[Any], bool]) -> Requirement:
    """A conditional requirement; ``words`` are printed in the help of the column."""
    return Requirement(words, holds)


def noted_only(words: str) -> Requirement:
    """A requirement that another column's rule watches; only its words stand here."""
    return Requirement(words, lambda record: False)


ALWAYS = Requirement("必填", lambda record: True)
OPTIONAL = Requirement("", lambda record: False)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form.

    ``name`` is the record's field, ``header`` the exact text in the sheet, ``spellings`` what else real files call it,
    ``codes`` the name of its code list in ``codes.CODES``, ``by_tool`` marks what the program itself fills, ``by_hand``
    what people fill in a sheet of the tool's, ``past`` a date that cannot lie in the future, ``late`` a column that books
    may lack: those of an earlier layout, and with a ``switch`` those of every shop that did not turn it on in 设置.
    """

    header: str
    kind: Kind
    required: Requirement
    codes: str | None
    privacy: Privacy | None
    spellings: tuple[str, ...]
    by_tool: bool
    by_hand: bool
    past: bool
    late: bool
    switch: str
    name: str = field(default="", init=False)

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)


def column(
    header: str,
    kind: Kind = Kind.TEXT,
    *,
    required: Requirement = OPTIONAL,
    codes: str | None = None,
    privacy: Privacy | None = None,
    also: str = "",
    by_tool: bool = False,
    by_hand: bool = False,
    past: bool = False,
    late: bool = False,
    switch: str = "",
) -> Any:
    """Declare a field of a record as a column; ``also`` lists other spellings of the header, separated by blanks."""
    spellings = tuple(other for other in also.split() if other != header)
    is_late = late or bool(switch)
    return Column(header, kind, required, codes, privacy, spellings, by_tool, by_hand, past, is_late, switch)


class Place(NamedTuple):
    """Where a record stands: its sheet, its worksheet row, and the letter of each of its columns."""

    sheet: str
    row: int
    letters: Mapping[str, str]

    def cell(self, name: str) -> str:
        """Address of a field, ``"G12"``; of a column the sheet lacks, the row's first cell."""
        letter = self.letters.get(name) or next(iter(self.letters.values()), "A")
        return f"{letter}{self.row}"


class Defect(NamedTuple):
    """A cell that could not be read, or was read through dirt: ``trouble`` is a key of the catalogue (``"V04.short"``).

    ``readable`` says that a value was understood all the same; ``hint`` is the value meant, in words.
    """

    name: str
    trouble: str
    readable: bool
    hint: str = ""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Frozen:
    """What derives from it has the fields it declares, for the type checker: it refuses to set one."""


class Record(Frozen):
    """A row of a form: understood values in its fields (``None``: blank or not readable), the typed cells beside them.

    Immutable: the type checker sees to it, for Python's own guard would make every field three times as slow to read. A
    row is itself, not its values: two rows typed alike are two rows. Records are not dataclasses, since each click would
    pay for generating the methods of every form; the few they need are written once here.
    """

    at: Place
    typed: tuple[Cell, ...] = ()
    defects: tuple[Defect, ...] = ()

    form: ClassVar[Form]

    def __init__(
        self, *, at: Place, typed: tuple[Cell, ...] = (), defects: tuple[Defect, ...] = (), **values: Any
    ) -> None:
        unknown = values.keys() - self.form.index.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.__dict__.update(values, at=at, typed=typed, defects=defects)

    @classmethod
    def of(cls, at: Place, typed: tuple[Cell, ...], defects: tuple[Defect, ...], values: Iterable[Any]) -> Self:
        """A row with a value for every column, in their order."""
        row: Self = cls.form.row(at, typed, defects, *values)
        return row

    @classmethod
    def cells(cls, **values: V) -> dict[str, V]:
        """Cells of a row to write, by header, from values by field; no other field is touched.

        Raises ``TypeError`` for a field the form does not have.
        """
        unknown = values.keys() - cls.form.index.keys()
        if unknown:
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
        return {cls.form.by_name[name].header: value for name, value in values.items()}

    def raw(self, name: str) -> Cell:
        """The cell as typed, ``None`` when blank or absent."""
        return self.typed[self.form.index[name]] if self.typed else getattr(self, name)

    def is_blank(self, name: str) -> bool:
        return self.raw(name) is None

    def shown(self, name: str) -> str:
        """The cell as a person would read it aloud."""
        return as_text(self.raw(name))


def as_text(value: Cell) -> str:
    """A cell in words: dates as 2026-10-05, times as 09:30, whole numbers without a point, blank as ""."""
    if value is None:
        return ""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "√" if value else ""
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds") if value.time() != dt.time(0) else value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


@cache
def letters(column: int) -> str:
    """Column letters of a 1-based column number: 1 → A, 28 → AB."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


class Filler(Enum):
    """Who fills a sheet."""

    PERSON = "人填"
    TOOL = "工具填"


@dataclass(frozen=True)
class Form:
    """A sheet with one table: the columns come from the record class.

    ``checked`` forms are those a person fills: their last column is 检查结果, written by the tool only. A book may lack the
    sheet of an ``optional`` form: it is older than the form, or the shop does without. One with a ``switch`` is in the books
    of those shops only that turned it on in 设置. ``day`` is the field of such a form that says when a row's event was ("" of
    what lasts), ``done`` the one that says when it was over.
    """

    sheet: str
    table: str
    title: str
    record: type[Record]
    filler: Filler
    columns: tuple[Column, ...]
    optional: bool = False
    switch: str = ""
    day: str = ""
    done: str = ""

    @property
    def checked(self) -> bool:
        return self.filler is Filler.PERSON

    @cached_property
    def index(self) -> dict[str, int]:
        return {c.name: i for i, c in enumerate(self.columns)}

    @cached_property
    def row(self) -> Callable[..., Any]:
        """A record of the form, made of its place, its typed cells, its defects and a value for every column: the short way for whole sheets.

        Written out field by field it takes a third of the time of a loop over their names, a hundred thousand times a click.
        """
        names = ("at", "typed", "defects", *self.index)
        body = "".join(f"\n    _row.{name} = {name}" for name in names)
        made: dict[str, Any] = {"_new": object.__new__, "_record": self.record}
        exec(f"def _made({', '.join(names)}):\n    _row = _new(_record){body}\n    return _row", made)
        row: Callable[..., Any] = made["_made"]
        return row

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {c.name: c for c in self.columns}

    @cached_property
    def past(self) -> tuple[Column, ...]:
        """The dates that cannot lie in the future."""
        return tuple(c for c in self.columns if c.past)

    @cached_property
    def by_kind(self) -> dict[Kind, tuple[Column, ...]]:
        """The columns of each kind; a kind the form has none of is absent."""
        return {kind: tuple(c for c in self.columns if c.kind is kind) for kind in {c.kind for c in self.columns}}

    def columns_with(self, switched: Collection[str] = ()) -> tuple[Column, ...]:
        """The columns of a book with these switches on, in the order of the sheet."""
        return tuple(c for c in self.columns if not c.switch or c.switch in switched)

    def headers_with(self, switched: Collection[str] = ()) -> tuple[str, ...]:
        """The headers of a book with these switches on, 检查结果 last where the form has it."""
        own = tuple(c.header for c in self.columns_with(switched))
        return (*own, CHECK_HEADER) if self.checked else own

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The headers of a book with nothing switched on."""
        return self.headers_with()

    @cached_property
    def switched(self) -> dict[str, tuple[str, ...]]:
        """The headers that each switch brings to the sheet; nothing of most forms."""
        switches = dict.fromkeys(c.switch for c in self.columns if c.switch)
        return {switch: tuple(c.header for c in self.columns if c.switch == switch) for switch in switches}

    @cached_property
    def spelled(self) -> dict[str, str]:
        """Every spelling of a header (blanks removed) → field name; an exact header wins over another's spelling."""
        loose = {spelling: c.name for c in reversed(self.columns) for spelling in c.spellings}
        return loose | {c.header: c.name for c in self.columns}


CHECK_HEADER = "检查结果"
