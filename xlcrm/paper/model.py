"""What stands on one printed form, as data: words, figures and the rows behind them.

Names are shown, for the paper stays in the shop.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from xlcrm.catalogue import Words
from xlcrm.forms.schema import Cell

FormName = Literal[
    "today",
    "issues",
    "morning",
    "evening",
    "register",
    "report",
    "grid",
    "card",
    "waiver",
    "visits",
    "inspection",
    "sheets",
]
FORM_NAMES: tuple[FormName, ...] = get_args(FormName)
PaperCell = Cell | Words


@dataclass(frozen=True, slots=True)
class PaperTable:
    """Rows under headers; ``title`` and ``columns`` are keys of ``catalogue.paper``.

    A row of a single cell is a heading across. ``more`` counts rows left out, said in the words of the key ``left_out``;
    ``least`` is how many lines stand on paper, blank ones for the pen among them.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[PaperCell, ...], ...]
    more: int = 0
    left_out: str = "list"
    total: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels with their values, some on each line: the head of a card."""

    title: str
    pairs: tuple[tuple[str, PaperCell], ...]
    per_line: int = 3


@dataclass(frozen=True, slots=True)
class Paper:
    """One printed form. ``about`` names whose it is (a consultant, a customer), "" for the shop's.

    ``head`` stands under the title, ``signed`` are the keys of those who sign below, ``legend`` and ``notice`` a key or "";
    a notice names the day ``of_day``; ``statement`` is the key of what the signature stands for.
    """

    form: str
    about: str
    head: tuple[tuple[str, PaperCell], ...]
    blocks: tuple[PaperTable | Fields, ...]
    signed: tuple[str, ...]
    legend: str = ""
    notice: str = ""
    of_day: dt.date | None = None
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """What is printed at once, with the shop and the day it is of."""

    store: str
    day: dt.date
    papers: tuple[Paper, ...]
