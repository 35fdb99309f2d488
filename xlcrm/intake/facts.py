"""What a row says: every cell read for the field it belongs to, and everything that has no field kept in words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcrm.forms.codes import CodeList
from xlcrm.forms.schema import OPTIONAL, Cell, Kind, Record, as_text
from xlcrm.forms.sheets import Order, Visit
from xlcrm.forms.switched import Lead
from xlcrm.intake.columns import Column, day_of_grid
from xlcrm.intake.corrections import Corrections
from xlcrm.intake.grades import end_of, grade_of
from xlcrm.intake.kinds import CARDS, LEADS, LEADS_KEPT, ORDERS, PROSPECTS, REPORTS, VISITS
from xlcrm.intake.lexicon import Means
from xlcrm.intake.looks import is_date, is_moment, is_phone, is_plate, is_tick, text_of
from xlcrm.intake.outcome import Who
from xlcrm.intake.tables import Line, Table
from xlcrm.intake.values import (
    is_day_first,
    minutes_of,
    name_and_phone,
    numbered_days,
    phones_of,
    plain,
    read_clock,
    read_day,
    read_mark,
    several_people,
    split_stay,
    times_of,
)
from xlcrm.intake.words import WORDS, Words

M = Means
Target = tuple[type[Record], str]
DISCARDED = (M.NUMBER, M.WEEKDAY)
"""Columns that say nothing of a customer."""
BESIDE = (M.CUSTOMER_NUMBER, M.LEAD_NUMBER, M.OTHERS_PHONE, M.STAFF, M.UNLABELLED)
"""Columns that are kept beside the book, on 读入结果, and not written into the free text of a form."""


@dataclass
class Facts:
    """What a row says: values by form and field, the rest as (header, text), and whom it is about.

    ``days`` are the filled days of a grid, ``turns`` follow-ups and ``cares`` care calls beside each other, each by field.
    """

    values: dict[Target, Cell] = field(default_factory=dict)
    rest: list[tuple[str, str]] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)
    who: Who = field(default_factory=Who)
    people: list[str] = field(default_factory=list)
    grade: str = ""
    days: list[tuple[dt.date, str]] = field(default_factory=list)
    turns: dict[int, dict[str, Cell]] = field(default_factory=dict)
    cares: dict[str, dict[str, Cell]] = field(default_factory=dict)

    def of(self, record: type[Record]) -> dict[str, Cell]:
        """The fields of a form."""
        return {name: value for (of, name), value in self.values.items() if of is record}

    def text(self) -> str:
        """The rest in words: 颜色：白；报价：15.8万."""
        return "；".join(f"{header}：{text}" for header, text in self.rest)


class At(NamedTuple):
    """A cell at hand: the facts it adds to, its row and column, and the day near which its days lie."""

    facts: Facts
    line: Line
    column: Column
    cell: Cell
    near: dt.date

    @property
    def text(self) -> str:
        """The cell as typed, without outer blanks."""
        return as_text(self.cell).strip()

    def keep(self, text: str = "") -> None:
        """Keep the cell, or a text for it, under the header of its column; a stroke for nothing is none."""
        text = text or self.text
        if text and text not in ("/", "-", "—"):
            self.facts.rest.append((_header(self.column), text))


class Reader:
    """Reads the rows of one table. ``codes`` are the lists of the book."""

    def __init__(
        self, table: Table, codes: Mapping[str, CodeList], area_code: str, today: dt.date, corrections: Corrections
    ) -> None:
        assert table.kind is not None, "a table without customers has no rows to read"
        self.table, self.kind = table, table.kind
        self.area_code, self.today = area_code, today
        self.unread: dict[tuple[str, str], int] = {}
        """Values of lists that nobody knows: header and text → how often."""
        self._codes, self._corrections = codes, corrections
        lines = [line for line in table.lines if not line.listed]
        self._day_first = {
            column.at: is_day_first([line.cells.get(column.at) for line in lines], table.context.month)
            for column in table.columns
        }
        self._numbered = self._numbered_days(lines)
        plain_columns = (c for c in table.columns if c.means and not (c.ticked or c.turn or c.care))
        self._meant = {column.means for column in plain_columns}

    def has(self, *meanings: Means) -> bool:
        """Whether the table has a column of one of these meanings."""
        return any(means in self._meant for means in meanings)

    def _numbered_days(self, lines: list[Line]) -> dict[tuple[int, int], dt.date | None]:
        """Days that stand as numbers, by row and column."""
        found: dict[tuple[int, int], dt.date | None] = {}
        near = self.table.context.near(self.today)
        for column in self.table.columns:
            cells = [line.cells.get(column.at) for line in lines]
            target = self.kind.targets.get(column.means) if column.means else None
            is_day = target is not None and target[0].form.by_name[target[1]].kind is Kind.DATE
            if is_day and any(isinstance(cell, float) for cell in cells):
                found |= {(lines[i].row, column.at): day for i, day in numbered_days(cells, near).items()}
        return found

    def facts(self, line: Line) -> Facts:
        """Everything a row says."""
        facts = Facts()
        near = self._own_day(line) or line.context.near(self.today)
        for column in self.table.columns:
            if column.day:
                self._grid_cell(facts, line, column)
            elif (cell := line.cells.get(column.at)) is not None:
                self._take(At(facts, line, column, cell, near))
        self._complete(facts, line)
        return facts

    def _own_day(self, line: Line) -> dt.date | None:
        """The main day of a row: days beside it that do not say their year lie near it."""
        near = line.context.near(self.today)
        for means in _MAIN_DAYS:
            column = self.table.at(means)
            if column is not None and (cell := line.cells.get(column.at)) is not None:
                day = self.day(At(Facts(), line, column, cell, near))
                if day is not None:
                    return day
        return line.context.day

    def day(self, at: At) -> dt.date | None:
        """The day a cell says."""
        place = at.line.row, at.column.at
        if place in self._numbered:
            return self._numbered[place]
        return read_day(at.cell, at.near, day_first=self._day_first.get(at.column.at, False))

    # ------------------------------------------------------------ one cell

    def _take(self, at: At) -> None:
        """Put a cell where it belongs."""
        means = at.column.means
        if at.column.turn or at.column.care:
            self._beside_each_other(at)
        elif means in BESIDE:
            at.facts.beside.append((at.column.source, at.text))
        elif means is None:
            at.keep()
        elif means not in DISCARDED and not (means in _SPECIAL and _SPECIAL[means](self, at)):
            target = self.kind.targets.get(means)
            if target is None:
                at.keep()
            else:
                self._put(at, target, self._value(at, target))

    def _put(self, at: At, target: Target, value: Cell) -> None:
        """A value into its field; where something stands already, texts are joined, and anything else is kept."""
        before = at.facts.values.get(target)
        if value is None:
            return
        if before is None:
            at.facts.values[target] = value
        elif target[1] == self.kind.free and isinstance(before, str):
            at.facts.values[target] = f"{before}；{at.text}"
        elif before != value and as_text(before) not in at.text:
            at.keep()

    def _value(self, at: At, target: Target) -> Cell:
        """The value of a cell for a field of ours; what cannot be read stays as typed."""
        ours = target[0].form.by_name[target[1]]
        if at.column.ticked:
            return self._ticked(at, ours.kind)
        match ours.kind:
            case Kind.DATE:
                day = self.day(at)
                if day is None and ours.required is OPTIONAL and not any(ch.isdigit() for ch in at.text):
                    at.keep()  # 年底, 下月: no day, and none is asked for
                    return None
                return day or at.text
            case Kind.MOMENT:
                day, clock = self.day(at), read_clock(at.cell)
                return dt.datetime.combine(day, clock or dt.time()) if day else at.text
            case Kind.TIME:
                return read_clock(at.cell) or at.text
            case Kind.PHONE:
                found, typed = phones_of(at.cell, self.area_code)
                return found[0] if found else typed
            case Kind.TICK:
                mark = read_mark(at.cell)
                return at.text if mark is None else mark
            case Kind.GRADE:
                return self._grade(at) or at.text
            case Kind.CODE:
                return self._code(at, ours.codes or "")
        value = plain(at.cell, ours.kind)
        is_in_wan = ours.kind is Kind.MONEY and "万" in at.column.source
        if is_in_wan and isinstance(value, float) and value < _LARGEST_IN_WAN:
            return round(value * 10_000, 2)
        return value

    def _ticked(self, at: At, kind: Kind) -> Cell:
        if not read_mark(at.cell):
            return None
        return at.column.ticked == "是" if kind is Kind.TICK else at.column.ticked

    def _code(self, at: At, codes: str) -> Cell:
        """A value of a list: by the people's corrections, the sheet's own legend, and everything it is called elsewhere."""
        means, typed = at.column.means, at.text
        told = self._corrections.value(at.column.source, typed)
        shop = self._codes.get(codes)
        if told is not None or (shop is not None and typed in shop.values):
            return told or typed
        words = WORDS.get(means) if means else None
        explained = self._explained(at, words)
        read = words.read(explained) if words else None
        if read is None:
            key = at.column.source, explained
            self.unread[key] = self.unread.get(key, 0) + 1
        if explained != typed:
            at.keep(f"{typed} {explained}")
        elif read is not None and not _is_abbreviation(typed, read):
            at.keep()
        return read or explained

    def _explained(self, at: At, words: Words | None) -> str:
        """A letter put into words by the sheet's legend: that of the column, else a general one that knows the list."""
        letter = text_of(at.cell).upper()
        if not 1 <= len(letter) <= _LONGEST_LETTER:
            return at.text
        own = self.table.legends.get(_header(at.column), {}).get(letter)
        general = (legend.get(letter, "") for legend in self.table.legends.values())
        known = next((meaning for meaning in general if meaning and words is not None and words.read(meaning)), None)
        return own or known or at.text

    def _grade(self, at: At) -> str | None:
        """A grade as its letter; of another house's scale only what the people say it is."""
        return self._corrections.value(at.column.source, at.text) or grade_of(at.text)

    # ------------------------------------------------------------ what says more than one field holds

    def name(self, at: At) -> bool:
        """A name, several of them, or a name with its phone."""
        who, text = at.facts.who, text_of(at.cell)
        if self.kind in (REPORTS, VISITS) and len(people := several_people(text)) > 1:
            at.facts.people = people
            text = people[0]
        name, phone = name_and_phone(text)
        who.name = who.name or name or ("" if phone or is_phone(text) else text)
        if phone:
            self._set_phone(who, phone)
        if is_plate(who.name):
            who.plate = who.name
        return True

    def _set_phone(self, who: Who, cell: Cell) -> None:
        found, typed = phones_of(cell, self.area_code)
        if found and not who.phone:
            who.phone, *others = found
            who.spare = who.spare or next(iter(others), "")
        elif not who.phone:
            who.typed = who.typed or typed

    def phone(self, at: At) -> bool:
        """The customer's phone, or two of them."""
        self._set_phone(at.facts.who, at.cell)
        return True

    def spare_phone(self, at: At) -> bool:
        """A second phone."""
        found, typed = phones_of(at.cell, self.area_code)
        at.facts.who.spare = at.facts.who.spare or (found[0] if found else typed)
        return True

    def plate(self, at: At) -> bool:
        """A number plate, by which an owner is recognised."""
        at.facts.who.plate = text_of(at.cell)
        return False

    def vin(self, at: At) -> bool:
        """A chassis number, likewise."""
        at.facts.who.vin = text_of(at.cell).upper()
        return False

    def stay(self, at: At) -> bool:
        """Both times in one cell."""
        entered, left = split_stay(text_of(at.cell))
        values = at.facts.values
        values[Visit, "entered"], values[Visit, "left"] = (entered, left) if entered or left else (at.text, None)
        return True

    def duration(self, at: At) -> bool:
        """How long a visit lasted, from which its end follows where no other column says it."""
        entered, minutes = at.facts.values.get((Visit, "entered")), minutes_of(at.cell)
        if minutes and isinstance(entered, dt.time) and self.kind is VISITS and not self.has(M.TIME_OUT, M.STAY):
            end = dt.datetime.combine(self.today, entered) + dt.timedelta(minutes=minutes)
            at.facts.values[Visit, "left"] = end.time()
        at.keep()
        return True

    def moment(self, at: At) -> bool:
        """A day with a time, or with two: when the party came and left, where no other column says so."""
        if self.kind is VISITS and is_moment(at.cell) and not self.has(M.TIME_IN, M.STAY):
            entered, left = times_of(at.cell)
            at.facts.values[Visit, "entered"] = entered
            if entered is None:
                at.keep()
            if left is not None and not self.has(M.TIME_OUT):
                at.facts.values[Visit, "left"] = left
        return self.given(at)

    def given(self, at: At) -> bool:
        """The day of a lead, with its time: how soon it was answered is counted in minutes."""
        target = (Lead, "given_at")
        if self.kind == LEADS_KEPT and target not in at.facts.values:
            at.facts.values[target] = self._value(at, target)
        return False

    def time_in(self, at: At) -> bool:
        """A time; now and then both times, or the day as well."""
        stay = split_stay(text_of(at.cell)) if isinstance(at.cell, str) and self.kind is VISITS else (None, None)
        if stay != (None, None):
            at.facts.values[Visit, "entered"], at.facts.values[Visit, "left"] = stay
            return True
        if is_moment(at.cell) and not self.has(M.DATE):
            at.facts.values[Visit, "date"] = self.day(at)
        return False

    def second(self, at: At) -> bool:
        """Whether it was a second visit, where no column says whether it was the first."""
        mark = read_mark(at.cell)
        if self.kind is VISITS and mark is not None and not self.has(M.FIRST):
            at.facts.values[Visit, "first"] = "再次" if mark else "首次"
        return True

    def grade(self, at: At) -> bool:
        """A grade; of a visit, O says that the party ordered."""
        if at.column.ticked and not read_mark(at.cell):
            return True
        grade = at.column.ticked or self._grade(at) or text_of(at.cell)
        if self.kind is VISITS and grade == "O":
            at.facts.values[Visit, "ordered"] = True
            at.keep()
        elif self.kind is VISITS:
            at.facts.values.setdefault((Visit, "grade"), grade)
        elif self.kind in (PROSPECTS, CARDS, LEADS, LEADS_KEPT):
            at.facts.grade = at.facts.grade or grade
        else:
            return False
        return True

    def result_grade(self, at: At) -> bool:
        """The grade at the end of the month, which counts before any other."""
        if self.kind not in (PROSPECTS, CARDS):
            return False
        at.facts.grade = grade_of(at.text) or text_of(at.cell)
        return True

    def tick(self, at: At) -> bool:
        """Yes and no side by side, and a day in the place of a tick."""
        target = self.kind.targets.get(at.column.means) if at.column.means else None
        if at.column.ticked:
            if read_mark(at.cell) and target is not None:
                at.facts.values[target] = at.column.ticked == "是"
            return True
        if target is not None and is_date(at.cell) and not is_tick(at.cell):
            at.keep()
        return False

    def cancelled(self, at: At) -> bool:
        """11月24日退订 in a remark of an order: the day it was cancelled."""
        found = _CANCELLED.search(text_of(at.cell)) if self.kind is ORDERS else None
        if found:
            own = at.facts.values.get((Order, "date"))
            day = read_day(found[1] or found[2], own if isinstance(own, dt.date) else at.near)
            at.facts.values[Order, "cancelled_on"] = day
        return False

    def kept(self, at: At) -> bool:
        """What is only kept."""
        at.keep()
        return True

    # ------------------------------------------------------------ contacts beside each other

    def _grid_cell(self, facts: Facts, line: Line, column: Column) -> None:
        """A day of a grid: of a customer in several rows, the last that says a grade counts."""
        near = line.context.near(self.today)
        cells = [line.cells.get(column.at), *(below.get(column.at) for below in line.below)]
        texts = [text for cell in cells if (text := text_of(cell))]
        day = day_of_grid(near.year, near.month, column.day)
        if day is None:
            facts.rest += [(f"{column.day}日", text) for text in texts]
        elif texts:
            said = next((text for text in reversed(texts) if grade_of(text) or end_of(text)), texts[-1])
            facts.days.append((day, said))

    def _beside_each_other(self, at: At) -> None:
        """A cell of one of several follow-ups, or of a care call."""
        column, facts = at.column, at.facts
        told = facts.turns.setdefault(column.turn, {}) if column.turn else facts.cares.setdefault(column.care, {})
        day = self.day(at) if is_date(at.cell) else None
        match column.means:
            case M.DONE_ON | M.DATE | M.PLANNED_ON | M.NEXT_ON if day is not None:
                told[_DAYS_OF_TURNS.get(column.means, "done_on")] = day
            case M.GRADE_AFTER | M.GRADE_BEFORE if column.turn:
                told[_GRADES_OF_TURNS[column.means]] = grade_of(at.text) or at.text
            case M.CONTACT_BY:
                told["means"] = WORDS[M.CONTACT_BY].read(at.text) or at.text
            case M.CONSULTANT if column.turn:
                told["consultant"] = at.text
            case _:
                _tell(told, at, day)

    def _complete(self, facts: Facts, line: Line) -> None:
        """What stands around a row, where its own cells say nothing; comments on it."""
        person = self.kind.targets.get(M.CONSULTANT)
        if person is not None and line.context.consultant:
            facts.values.setdefault(person, line.context.consultant)
        if self.kind in (VISITS, REPORTS) and line.context.day:
            facts.values.setdefault((self.kind.record, "date"), line.context.day)
        if self.kind in (PROSPECTS, CARDS):
            facts.grade = facts.grade or line.context.grade
        dress = self.table.grid.dress
        found = (dress.get((line.row, column)) for column in range(1, len(line.cells) + 8)) if dress else ()
        facts.rest += [("批注", " ".join(worn.comment.split())) for worn in found if worn and worn.comment]


_MAIN_DAYS = (
    *(M.DATE, M.ORDERED_ON, M.FIRM_ORDER_ON, M.APPLIED_ON, M.DONE_ON, M.DELIVERED_ON),
    *(M.FIRST_CONTACT, M.BOUGHT_ON),
)
_DAYS_OF_TURNS = {M.PLANNED_ON: "planned_on", M.NEXT_ON: "next_on"}
_GRADES_OF_TURNS = {M.GRADE_BEFORE: "grade_before", M.GRADE_AFTER: "grade_after"}
_SOME_DAY = r"(\d{1,4}[年月./-][\d年月./-]*\d{1,2}日?)"
_CANCELLED = re.compile(rf"{_SOME_DAY}\s*(?:已?退[订单定]|取消)|(?:退[订单定]|取消)[^\d]{{0,4}}{_SOME_DAY}")
_LEADING_DAY = re.compile(r"\s*((?:\d{4}[年./-])?\d{1,2}[月./-]\d{1,2}[日号]?)(?!\d)")
_ONLY_DAY = re.compile(r"[\d年月日号./\-\s:]+")
_LARGEST_IN_WAN = 1000
"""An amount in a column of 万 that is no smaller was written in yuan all the same."""
_LONGEST_LETTER = 2

_SPECIAL: dict[Means, Callable[[Reader, At], bool]] = {
    M.NAME: Reader.name,
    M.NICKNAME: Reader.kept,
    M.PHONE: Reader.phone,
    M.SPARE_PHONE: Reader.spare_phone,
    M.PLATE: Reader.plate,
    M.VIN: Reader.vin,
    M.STAY: Reader.stay,
    M.DURATION: Reader.duration,
    M.DATE: Reader.moment,
    M.FIRST_CONTACT: Reader.given,
    M.TIME_IN: Reader.time_in,
    M.SECOND: Reader.second,
    M.GRADE: Reader.grade,
    M.RESULT_GRADE: Reader.result_grade,
    M.DRIVE: Reader.tick,
    M.ORDERED: Reader.tick,
    M.NOTE: Reader.cancelled,
    M.SMALL_DEPOSIT_ON: Reader.kept,
}
"""Meanings that say more than one field holds; each answers whether that was all."""


def _header(column: Column) -> str:
    return " ".join(column.source.split())


def _is_abbreviation(typed: str, value: str) -> bool:
    """Whether a text is only a shorter or other writing of a value, so that nothing is lost by writing the value."""
    folded = text_of(typed).replace(" ", "").casefold()
    return folded == value.casefold() or len(folded) <= _LONGEST_LETTER


def _tell(told: dict[str, Cell], at: At, day: dt.date | None) -> None:
    """A free cell of a contact: a day, a tick, or a story that may begin with its day."""
    if day is not None and _ONLY_DAY.fullmatch(at.text):
        told.setdefault("done_on", day)
    elif is_tick(at.cell):
        told.setdefault("ticked", True)
    else:
        leading = _LEADING_DAY.match(at.text)
        if leading:
            told.setdefault("done_on", read_day(leading[1].strip(), at.near))
        before = told.get("story")
        told["story"] = f"{before}；{at.text}" if before else at.text
