"""Findings: what a rule saw, as data. Wording is the catalogue's, place and people are here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from xlcrm.forms.schema import Place, Record


class Severity(Enum):
    """错误 blocks the roll of its row; 警告 does not; 提示 says what was read through dirt or is proposed."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Difference(Enum):
    """The closed list of differences between sheets, so that they can be counted per person. SPEC section 6."""

    UNREGISTERED = "漏登"
    UNCARDED = "漏卡"
    WRONG_SHEET = "错表"
    TWO_STATES = "双重状态"
    NO_STATE = "无状态"
    UNREPORTED = "漏报"
    UNFOUNDED = "无据"
    PLAN_NOT_DONE = "计划未做"
    DONE_UNPLANNED = "做而无计划"
    LATE = "逾期"
    GRADES_DIFFER = "级别不一致"
    CLASH = "撞单"
    UNBALANCED = "余额不平"
    CHANGED_AFTER_CLOSE = "封账后改动"


class Handling(Enum):
    """What people do about a finding. SPEC section 11.

    ``FIX`` (要改): an edit of the named place clears it. ``CONFIRM`` (要核实): only a person can say whether it is right.
    ``RECORD`` (记录在案): it happened, and no honest edit undoes it.
    """

    FIX = "fix"
    CONFIRM = "confirm"
    RECORD = "record"


_FIXED = """
    V00 V01 V02 V03 V04 V06 V07 V08 V12 V13 V14 V15 V16 V17 V18.renamed V05.order V19 V20 V21 V22 V23 V24 V25 V26 V27 V28 V29
    V30 V31 G05 G06 R1 R2 R3 R4 R5 R6 R7 R8 R9.not_done R10 R11 R12
"""
_CONFIRMED = """
    V00.part V05 V08.twice V08.nameless V08.together V09 V11 V13.jump V18 V21.one_visit V22.media R12.counted R12.inspected G01 G02 G03 G04 G07
"""
_RECORDED = """
    V10 R6.plan_over R6.no_plan_over R6.wrong_eve R8.plan_over R8.no_plan_over R8.wrong_eve R9 R12.unplanned V30.late
"""
HANDLING: dict[str, Handling] = {
    key: handling
    for handling, keys in ((Handling.FIX, _FIXED), (Handling.CONFIRM, _CONFIRMED), (Handling.RECORD, _RECORDED))
    for key in keys.split()
}
"""What is done about a finding, by its code; a wording of its own goes before the code. Source: SPEC section 11, the
wordings our decision."""


def handling_of(wording: str) -> Handling:
    """What people do about a finding of this wording."""
    return HANDLING.get(wording) or HANDLING[wording.partition(".")[0]]


EXPLAINED = 10
"""Characters of 经过 from which on a jump of grades counts as explained. SPEC section 4 (V13)."""

REWRITTEN = {"V02.variant", "V03.text", "V04.dirty"}
"""Hints of which there may be one in every row, and which one verb puts right together."""
LISTED_ONCE = REWRITTEN | {"V01.no_column"}
"""Hints of which 问题清单 has one line with their number."""

CONTENT: dict[str, tuple[str, ...]] = {
    "V05.short": ("minutes",),
    "V05.long": ("minutes",),
    "V08.together": ("who",),
    "V09.clash": ("first",),
    "V13.jump": ("before",),
    "V18.shared": ("who",),
    "V18.names": ("who",),
    "V21.one_visit": ("row",),
    "R12.counted": ("registered",),
    "R12.inspected": ("mark",),
    "G01.upgrade": ("grade",),
    "G02.stale": ("grade",),
}
"""What a person confirms besides the cell itself, from ``Finding.about``: when it changes, the finding is a new one."""


class Spot(NamedTuple):
    """A place in the book: ``cell`` like "G12", ``row`` the worksheet row, ``header`` the column's header ("" for a row)."""

    sheet: str
    cell: str
    row: int
    header: str = ""


def spot(record: Record, name: str) -> Spot:
    """The place of a field of a record."""
    place: Place = record.at
    return Spot(place.sheet, place.cell(name), place.row, record.form.by_name[name].header)


class Finding(NamedTuple):
    """One thing found. ``wording`` is a key of ``catalogue.findings``; its part before the dot is the rule's code.

    ``found`` is the cell as typed (or what stands there, in words), ``about`` fills the wording's blanks, ``person`` is
    the consultant concerned, ``other`` the place the finding was compared with.

    Whom it is about is added by ``ledger.subjects``: ``name``, ``phone``, ``number`` (客户编号) and the ``date`` of the
    event; "" and ``None`` where there is none. ``confirmed``: a person has said that it is right.
    """

    wording: str
    severity: Severity
    at: Spot
    found: str = ""
    person: str = ""
    kind: Difference | None = None
    other: Spot | None = None
    about: Mapping[str, object] = {}
    also: tuple[str, ...] = ()
    """Codes of other rules that say the same of the same event."""
    name: str = ""
    phone: str = ""
    number: str = ""
    date: dt.date | None = None
    confirmed: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.also)

    @property
    def code(self) -> str:
        return self.wording.partition(".")[0]

    @property
    def customer(self) -> str:
        """Whom it is about, as the list shows him: name and the last four digits of the phone."""
        return subject(self.name, self.phone)

    @property
    def content(self) -> str:
        """What a person confirms besides the cell itself."""
        return "；".join(str(self.about[name]) for name in CONTENT.get(self.wording, ()))

    @property
    def handling(self) -> Handling:
        return handling_of(self.wording)

    @property
    def identity(self) -> tuple[str, ...]:
        """By this it is the same finding in another run, wherever its row stands by then. SPEC section 11."""
        return self.code, self.customer, str(self.date or ""), self.at.header, self.found, self.content


def subject(name: str, phone: str) -> str:
    """A customer as the list shows him: 何一 0101."""
    return f"{name} {phone[-4:]}".strip()


def recorded(findings: Iterable[Finding]) -> list[Finding]:
    """Those that are 记录在案: counted on page 10 and by consultant, and no line of 问题清单 unless a setting says so."""
    return [finding for finding in findings if finding.handling is Handling.RECORD]
