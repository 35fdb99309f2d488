"""Findings: what a rule saw, as data. Wording is the catalogue's, place and people are here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from xlcrm.forms.schema import Place, Record


class Severity(Enum):
    """错误 blocks the roll of its row; 警告 does not; 提示 says what was read through dirt or is proposed."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Difference(Enum):
    """The closed list of differences between sheets, so that they can be counted a person. SPEC section 6."""

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


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the book: ``cell`` like "G12", ``row`` the worksheet row, ``header`` the column's header ("" for a row)."""

    sheet: str
    cell: str
    row: int
    header: str = ""


def spot(record: Record, name: str) -> Spot:
    """The place of a field of a record."""
    place: Place = record.at
    return Spot(place.sheet, place.cell(name), place.row, record.form.by_name[name].header)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``wording`` is a key of ``catalogue.findings``; its part before the dot is the rule's code.

    ``found`` is the cell as typed (or what stands there, in words), ``about`` fills the wording's blanks, ``person`` is
    the consultant concerned, ``other`` the place the finding was compared with.
    """

    wording: str
    severity: Severity
    at: Spot
    found: str = ""
    person: str = ""
    kind: Difference | None = None
    other: Spot | None = None
    about: Mapping[str, object] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Codes of other rules that say the same of the same event."""

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.also)

    @property
    def code(self) -> str:
        return self.wording.partition(".")[0]
