"""Erasing a customer: what is personal goes from every sheet and from the journal, what is counted stays.

Whose rows those are: a row with a 客户编号 belongs to that customer; one without belongs to him if phone **and** name are his.
In his own rows name and phone become tokens that they go on sharing, so that they still are one customer's and every figure
stays what it was, except in the table of backgrounds, which no longer knows his age, work or car. Free text becomes a token too,
equal where texts were equal and about as long, since rules compare and measure texts; everything else that is personal is
emptied, except the 客户编号. ``forms.Privacy`` says which columns those are.

In all other rows only free text is rewritten, and of it only his phones, his plates and VINs: what was understood as one, and
is nobody else's. A name is never rewritten there, since two people may have it; its places are reported.

What was erased cannot be put back, and the undo history is discarded: any of it might hold the customer. Our decision.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from xlcrm.changes import Changes
from xlcrm.errors import Refusal
from xlcrm.findings import EXPLAINED, subject
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import CHECK_HEADER, Cell, Column, Kind, Privacy, Record, as_text, letters
from xlcrm.forms.sheets import FORMS, Card, CodeEntry, Consultant, FindingRow, JournalRow, Setting, Target
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.normal import read_phone
from xlcrm.ledger.recogniser import Traces, any_of, bare, close_up, fold, numbers_in, plates_in, replaced, vins_in
from xlcrm.safety.journal_text import DETAIL
from xlcrm.safety.seals import SEAL_VERB
from xlcrm.safety.touched import TAKEN_OUT

_TOKEN = "已删除"
_VIN_LENGTH = 17
_POINTED_AT = re.compile(r"(.+)![A-Z]+(\d+)")
_TITLED = re.compile(r"(.{1,2}?)(?:先生|女士|小姐|太太|阿姨|大哥|大姐|师傅|老师|老板|经理|总|哥|姐|叔)")
_NOBODYS = (Setting, CodeEntry, Consultant, Target)
"""Rows of the house, which belong to no customer: nothing is changed there."""


@dataclass(frozen=True)
class Erasure:
    """Who is erased, and what will stand for him: ``token`` for name, plate and VIN, ``number`` for a phone.

    ``rows`` are his own, as (sheet, worksheet row); ``names`` those of his names that can only mean him; ``keys`` what he
    may be asked for by: 客户编号 and phones, his alone or not.
    """

    token: str
    number: str
    rows: frozenset[tuple[str, int]]
    traces: Traces
    names: tuple[str, ...]
    keys: frozenset[str] = frozenset()

    def without(self, text: str) -> str:
        """A text without his phones, plates and VINs."""
        return self.traces.replaced(text, self.number, self.token)

    def is_in(self, text: str) -> bool:
        """Whether a text holds a phone, plate or VIN of his, or names him."""
        return self.traces.are_in(text) or self.names_him(text)

    def without_names(self, text: str) -> str:
        """A text with the token for his names."""
        return replaced(self.name_pattern, text, lambda _: self.token, closed_up=True)

    def names_him(self, text: str) -> bool:
        """Whether a text holds one of his names."""
        return self.name_pattern.search(close_up(fold(text))) is not None

    @cached_property
    def name_pattern(self) -> re.Pattern[str]:
        """Finds his names in a folded text that was closed up."""
        return any_of(self.names)


@dataclass(slots=True)
class Erased:
    """The result of erasing: the cells it changes, and where the customer is left.

    ``count`` is of all cells changed, ``others_cells`` of those in rows of ``others`` other customers. ``mentions`` are
    cells in which his name stands, ``shared`` those in which a number of his stands as another's: a person must look at
    them.
    """

    erasure: Erasure
    changes: Changes = field(default_factory=Changes)
    count: int = 0
    others_cells: int = 0
    others: int = 0
    mentions: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)


def erase_customer(ledger: Ledger, who: str) -> Erased:
    """Erase the customer with a 客户编号 or phone.

    Raises ``Refusal``: ``erase.unknown``; ``erase.several`` for a phone of several customers; ``erase.structured`` where a
    column of another customer that is not free text holds his number.
    """
    person = _Person(ledger, who)
    result = Erased(person.erasure, shared=person.shared)
    others: set[object] = set()
    structured: list[str] = []
    for cell in _cells(ledger):
        if (cell.sheet, cell.row) in person.rows:
            new = person.own_cell(cell)
        else:
            new = person.others_cell(cell.value)
            if isinstance(new, str) and person.erasure.names_him(new):
                result.mentions.append(cell.place)
        if new == cell.value:
            continue
        if (cell.sheet, cell.row) not in person.rows:
            if FORMS[cell.sheet].record in _NOBODYS:
                result.mentions.append(cell.place)
                continue
            if cell.is_structured:
                structured.append(cell.place)
            result.others_cells += 1
            others.add(person.owners.get((cell.sheet, cell.row)))
        result.changes.put(cell.sheet, cell.row, cell.header, new)
        result.count += 1
    if structured:
        raise Refusal("erase.structured", who=who, places="、".join(structured))
    result.others = len(others - {None})
    return result


@dataclass(frozen=True, slots=True)
class _Spot:
    """A filled cell of a table; ``column`` is ``None`` for one that the form does not have.

    ``place`` is where the cell stands once the undo history is gone.
    """

    sheet: str
    row: int
    place: str
    header: str
    column: Column | None
    value: Cell

    @property
    def is_structured(self) -> bool:
        """Whether the cell is more than free text: rules and figures go by it."""
        column = self.column
        return column is not None and (column.kind is not Kind.TEXT or column.privacy in (Privacy.NAME, Privacy.NUMBER))


def _cells(ledger: Ledger) -> Iterator[_Spot]:
    """Every filled cell except those of the journal that go or hold no prose: what could be undone, and seals."""
    skipped = {(line.at.sheet, line.at.row) for line in ledger.journal if line.verb in (DETAIL, SEAL_VERB)}
    going = [line.at.row for line in ledger.journal if line.verb == DETAIL]
    for sheet, block in ledger.blocks.items():
        form = FORMS[sheet]
        columns = {block.headers[at]: form.by_name[name] for name, at in columns_of(block.headers, form).items()}
        for row, cells in enumerate(block.rows, block.row + 1):
            for at, (header, value) in enumerate(zip(block.headers, cells, strict=True)):
                if value is not None and (sheet, row) not in skipped:
                    lands = row - bisect_left(going, row) if form.record is JournalRow else row
                    place = f"{sheet}!{letters(block.column + at)}{lands}"
                    yield _Spot(sheet, row, place, header, columns.get(header), value)


class _Person:
    """What the books know of one customer: his rows, and what will stand for each of his texts."""

    def __init__(self, ledger: Ledger, who: str) -> None:
        self._ledger = ledger
        known = _Known(ledger, who)
        own = [record for record in _customers(ledger) if known.owns(record)]
        own += [line for line in ledger.journal if line.verb == TAKEN_OUT and line.place in known.numbers]
        self.rows = {(record.at.sheet, record.at.row) for record in own}
        self._others = [record for record in _customers(ledger) if not known.owns(record)]
        token = f"{_TOKEN}{min(known.numbers, default='')}"
        names = list(dict.fromkeys(text for record in own for text in _texts(record, Privacy.NAME)))
        self._tokens = {name: token + (f"-{i}" if i > 1 else "") for i, name in enumerate(names, 1)}
        number = self._free_number()  # the same that he has, if he was erased before
        numbers = _numbers_of(own, ledger.settings.area_code) - {number}
        theirs = self._places_of_others(numbers)
        self.shared = [place for places in theirs.values() for place in places]
        phones = {number for number in numbers if number.isdigit() and len(number) < _VIN_LENGTH}
        keys = frozenset({*known.numbers, *phones, bare(who)})
        alone = numbers - theirs.keys()
        traces = Traces(alone & phones, alone - phones, ledger.settings.area_code)
        searched = tuple(name for name in names if self._means_him(name))
        self.erasure = Erasure(token, number, frozenset(self.rows), traces, searched, keys)
        self._prose = self._prose_tokens(own)
        called = {subject(name, phone): self.erasure.token for name in names for phone in ("", *phones)}
        self._subjects = called.keys()
        self._prose |= called
        self.rows |= {(f.at.sheet, f.at.row) for f in ledger.of(FindingRow) if self._is_shown_by(f)}

    @cached_property
    def owners(self) -> dict[tuple[str, int], str]:
        """Whose each row of another customer is: a 客户编号, else a phone; rows of nobody known are left out."""
        whose = self._ledger.customers.of
        keys = (((r.at.sheet, r.at.row), _number(r) or getattr(whose(r), "key", None)) for r in self._others)
        return {place: key for place, key in keys if key}

    def own_cell(self, cell: _Spot) -> Cell:
        """What will stand in a cell of his own rows; codes and figures stay, columns of the shop's own do not."""
        column, value = cell.column, cell.value
        if column is None:
            return self._without_names(value) if cell.header == CHECK_HEADER else None
        match column.privacy:
            case Privacy.NUMBER:
                return value
            case Privacy.PHONE:
                return self.erasure.number if column.name == "phone" else None
            case Privacy.NAME:
                return self._tokens.get(as_text(value), self.erasure.token)
            case None | Privacy.PROSE:
                return self._prose.get(as_text(value)) or self._without_names(value)
        return None

    def others_cell(self, value: Cell) -> Cell:
        """What will stand in a cell of another row: the same without his phones, plates and VINs."""
        is_text = isinstance(value, str) or (isinstance(value, int | float) and float(value).is_integer())
        return self.erasure.without(as_text(value)) if is_text and self.erasure.traces.are_in(as_text(value)) else value

    def _without_names(self, value: Cell) -> Cell:
        """A text of his own rows without his numbers, and without his names where they can only mean him."""
        value = self.others_cell(value)
        return self.erasure.without_names(value) if isinstance(value, str) else value

    def _means_him(self, name: str) -> bool:
        """Whether a name is nobody else's, no part of a longer known one, no title, and no word of the house."""
        key = _plain(name)
        is_word = (
            len(key) > 1
            and not name.startswith(_TOKEN)
            and not _TITLED.fullmatch(key)
            and key not in self._words_of_others
        )
        return is_word and not any(key in name for name in self._names_of_others if key != name)

    @cached_property
    def _names_of_others(self) -> set[str]:
        return {_plain(text) for record in self._others for text in _texts(record, Privacy.NAME)}

    @cached_property
    def _words_of_others(self) -> set[str]:
        known = (r for r in self._others if (r.at.sheet, r.at.row) in self.owners)
        names = {text for record in known for text in _texts(record, Privacy.NAME)}
        staff = {consultant.shown("name") for consultant in self._ledger.consultants}
        words = {word for codes in self._ledger.codes.values() for word in codes.values}
        return set(map(_plain, names | staff | words))

    def _places_of_others(self, numbers: set[str]) -> dict[str, list[str]]:
        """Which of some phones, plates and VINs are another customer's or a colleague's too, and where they stand."""
        found: dict[str, list[str]] = {}
        for record in (*self._others, *self._ledger.consultants):
            for column in record.form.columns:
                if column.name == "phone" or column.privacy in (Privacy.PLATE, Privacy.IDENTITY):
                    for number in numbers & _numbers_in(record, column, ""):
                        found.setdefault(number, []).append(f"{record.at.sheet}!{record.at.cell(column.name)}")
        return found

    def _free_number(self) -> str:
        """A service number that nobody but him has, to stand for the phone."""
        taken = {getattr(record, "phone", None) for record in self._others}
        return next(number for n in range(1, 1_000_000) if (number := f"4000{n:06d}") not in taken)

    def _prose_tokens(self, own: Iterable[Record]) -> dict[str, str]:
        """What will stand for each of his free texts; one that others' rows hold word for word says nothing of him."""
        shared = {text for record in self._others for text in _texts(record, Privacy.PROSE)}
        tokens: dict[str, str] = {}
        for text in (text for record in own for text in _texts(record, Privacy.PROSE) if text not in shared):
            which = f"{self.erasure.token}-{len(tokens) + 1}"
            tokens.setdefault(text, which[3:] if len(text.strip()) < EXPLAINED else f"应要求删除的内容（{which}）")
        return tokens

    def _is_shown_by(self, finding: FindingRow) -> bool:
        """Whether a finding is about him, points at a row of his, or shows one of his texts."""
        places = (_POINTED_AT.fullmatch(place or "") for place in (finding.link, finding.other))
        found = finding.found or ""
        is_about_him = finding.subject in self._subjects or found in self._prose or found in self.erasure.names
        return is_about_him or any(at and (at[1], int(at[2])) in self.rows for at in places)


class _Known:
    """Who is meant by a 客户编号 or a phone. Raises ``Refusal``: ``erase.unknown``, ``erase.several``."""

    def __init__(self, ledger: Ledger, who: str) -> None:
        self._ledger = ledger
        self._who = who.strip()
        self._phone = read_phone(who, ledger.settings.area_code).value
        records = _customers(ledger)
        seeds = [record for record in records if self._who and _number(record) == self._who]
        if not seeds:
            seeds = [record for record in records if self._has_it(record)]
            seeds = seeds or [card for card in ledger.cards if self._phone and card.spare_phone == self._phone]
            seeds = [record for record in seeds if _number(record)] or seeds
            people = {name for record in seeds for name in _texts(record, Privacy.NAME)}
            if any(not _agree(one, other) for one in people for other in people):
                raise Refusal("erase.several", who=who, found=self._called(seeds))
        if not seeds:
            raise Refusal("erase.unknown", who=who)
        names = {name for record in seeds for name in _texts(record, Privacy.NAME)}
        self._names = {name for name in names if not _TITLED.fullmatch(_plain(name))} or names
        self._main = {getattr(record, "phone", None) for record in seeds} - {None}
        twins = (r for r in records if getattr(r, "phone", None) in self._main and self._is_called_so(r))
        self.numbers = {number for record in (*seeds, *twins) if (number := _number(record))}
        keys = {getattr(record, "phone", None) for record in records if _number(record) not in (None, *self.numbers)}
        spares = {card.spare_phone for card in seeds if isinstance(card, Card)}
        self._phones = self._main | (spares - keys - {None})

    def owns(self, record: Record) -> bool:
        """Whether a row is his: by its 客户编号; without one, by phone and name."""
        number = _number(record)
        if number is not None:
            return number in self.numbers
        has_phone = self._has_it(record) or getattr(record, "phone", None) in self._phones
        return (has_phone or self._is_found(record)) and self._is_called_so(record)

    def _is_found(self, record: Record) -> bool:
        """Whether a row leads to him: by a phone that is nobody else's first one, or by what it says without a phone."""
        customers, phone = self._ledger.customers, getattr(record, "phone", None)
        found = next(iter(customers.holding(phone)), None) if phone else customers.of(record)
        return found is not None and found.phone in self._main

    def _has_it(self, record: Record) -> bool:
        """Whether a row has the phone asked for; one that is not a phone to any rule counts as typed."""
        if "phone" not in record.form.index:
            return False
        if self._phone is not None:
            return bool(getattr(record, "phone", None) == self._phone)
        return bool(self._who) and record.shown("phone").strip() == self._who

    def _is_called_so(self, record: Record) -> bool:
        names = list(_texts(record, Privacy.NAME))
        return not names or any(_agree(name, known) for name in names for known in self._names)

    def _called(self, records: Iterable[Record]) -> str:
        """The people found, for whoever has to choose among them: name and 客户编号."""
        people = dict.fromkeys(f"{''.join(_texts(r, Privacy.NAME))} {_number(r) or ''}".strip() for r in records)
        return "、".join(people)


def _agree(one: str, other: str) -> bool:
    """Whether two names may be one person's: equal except for width, case and blanks, or one a title (何先生, 何一)."""
    first, second = _plain(one), _plain(other)
    titles = ((_TITLED.fullmatch(a), b) for a, b in ((first, second), (second, first)))
    return first == second or any(title and name.startswith(title[1]) for title, name in titles)


def _plain(name: str) -> str:
    """A name as it is compared; what stands for one name of an erased customer stands for all of them."""
    plain = bare(name)
    return plain if not name.startswith(_TOKEN) else bare(name.partition("-")[0])


def _customers(ledger: Ledger) -> list[Record]:
    """Every row that is about a customer."""
    about = (Privacy.NAME, Privacy.NUMBER)
    return [
        record
        for sheet, records in ledger.records.items()
        if any(column.privacy in about for column in FORMS[sheet].columns)
        for record in records
    ]


def _number(record: Record) -> str | None:
    number: str | None = getattr(record, "customer", None)
    return number


def _texts(record: Record, privacy: Privacy) -> Iterator[str]:
    """What a row holds in its columns of a kind, as typed; no blanks."""
    for column in record.form.columns:
        if column.privacy is privacy and (text := record.shown(column.name)).strip():
            yield text


def _numbers_of(own: Iterable[Record], area_code: str) -> set[str]:
    """The phones, plates and VINs that some rows were understood to hold."""
    return {number for r in own for column in r.form.columns for number in _numbers_in(r, column, area_code)}


def _numbers_in(record: Record, column: Column, area_code: str) -> set[str]:
    """The phones, plates or VINs understood in a cell; of a phone's cell all of them, where it could be read at all."""
    value, text = getattr(record, column.name), record.shown(column.name)
    match column.privacy:
        case Privacy.PHONE if value is not None:
            typed, _ = numbers_in(fold(text), area_code)
            understood = {str(value)} if column.kind is Kind.PHONE else set()
            return understood | {number for number in typed if read_phone(number).readable}
        case Privacy.PLATE:
            return set(plates_in(text))
        case Privacy.IDENTITY if column.kind is Kind.TEXT:
            return {*vins_in(text), *plates_in(text)}
    return set()
