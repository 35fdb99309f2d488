"""A closed month of a store, without a record for each of its thousands of rows.

The figures are those of 历月指标; whether the rows behind them stand as they were sealed is a question of their texts alone.
What is not clear from those (a seal that does not fit, a sheet written in an unusual way, a text where a number should be)
is no answer: ``store`` then reads the whole book, as every other verb does.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from xlcrm.analysis.kept import KeptFigure, KeptMonth, kept_of
from xlcrm.books.xlsx.plain import PlainRows, Unusual
from xlcrm.books.xlsx.read import BookReader
from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import Privacy
from xlcrm.forms.sheets import Card, CodeEntry, Consultant, JournalRow, Loss, MonthFigure, Order, Report, Setting, Visit
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.normal import read_date
from xlcrm.ledger.reading import read_ledger
from xlcrm.safety.privacy import Veil, open_words, secret_columns, veil_of
from xlcrm.safety.seals import SEAL_VERB, Digests, Seals, row_digests, sealed_row, seals_of, stand_as_sealed

_STAFF = (Setting.form, CodeEntry.form, Consultant.form)
_LIVING = (Order.form, Loss.form)
"""Forms whose rows live on after the close; what is sealed of them has to be understood first."""
_SEALS = ("verb", "sheet", "place", "new")
_SCOPES = frozenset(CODES["指标范围"].values)


@dataclass(frozen=True, slots=True)
class Closed:
    """What a book keeps of some closed months. ``ledger`` has its settings, lists and staff, ``veil`` hides its customers."""

    ledger: Ledger
    kept: Mapping[str, KeptMonth]
    veil: Veil


def closed_month(
    reader: BookReader, month: str, beside: Collection[str], today: dt.date, *, quick: bool
) -> Closed | None:
    """A month that is closed, and what the book keeps of the months ``beside`` it; all its seals hold, unless ``quick``.

    ``None`` where the month is not closed, or it is not clear from the texts alone that all is well.
    """
    if MonthFigure.form not in reader.forms:
        return None
    rows = PlainRows(reader)
    try:
        lines = rows.of(JournalRow.form, _SEALS, SEAL_VERB)
        seals = seals_of(line for verb, *line in lines if verb == SEAL_VERB)
        if month not in {sealed for _, sealed in seals}:
            return None
        figures = rows.of(MonthFigure.form)
        kept = kept_of([_figure(row) for row in figures if row[0] in (month, *beside)])
        ledger = read_ledger([rows.block(form) for form in (*_STAFF, *_LIVING * (not quick))], today)
        sealed = {} if quick else _sealed(rows, figures, ledger, seals, today)
        if month not in kept or not (quick or stand_as_sealed(seals, sealed)):
            return None
        names = {name for _, name in kept[month].figures}
        has_others = not names <= set(open_words(ledger)) | {""}
        return Closed(ledger, kept, veil_of(ledger, _secrets(rows) if has_others else ()))
    except Unusual:
        return None


def _sealed(rows: PlainRows, figures: Sequence[Sequence[str]], ledger: Ledger, seals: Seals, today: dt.date) -> Digests:
    """The digests of all rows that a seal may be over."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    months = _Months(today)
    for form in (Visit.form, Report.form):
        at, by_month = form.index["date"], defaultdict[str, list[str]](list)
        texts = rows.of(form)
        for row, own in zip(texts, row_digests(texts), strict=True):
            by_month[months[row[at]]].append(own)
        found |= {(form.sheet, month): own for month, own in by_month.items()}
    for figure, own in zip(figures, row_digests(figures), strict=True):
        found[MonthFigure.form.sheet, figure[0]].append(own)
    living: list[Order | Loss] = [*ledger.orders, *ledger.losses]
    for record in living:
        sheet, month, own = sealed_row(record, seals)
        found[sheet, month].append(own)
    return found


def _secrets(rows: PlainRows) -> Iterator[tuple[str, Privacy]]:
    """Who the customers are, by their cards."""
    columns = secret_columns(Card.form)
    for texts, privacy in zip(zip(*rows.of(Card.form, columns), strict=True), columns.values(), strict=False):
        yield from ((text, privacy) for text in dict.fromkeys(texts) if text)


class _Months(dict[str, str]):
    """The month of a day as a cell shows it, "" of what is none. ``today`` gives dates without a year their year."""

    def __init__(self, today: dt.date) -> None:
        super().__init__()
        self._today = today

    def __missing__(self, text: str) -> str:
        day: dt.date | None = read_date(text, self._today).value
        self[text] = month = f"{day:%Y-%m}" if day else ""
        return month


def _figure(texts: Sequence[str]) -> KeptFigure:
    """A row of 历月指标. Raises ``Unusual`` where it is not as a close writes it."""
    month, scope, name, _label, key, numerator, denominator, closed_on = texts
    try:
        if scope not in _SCOPES or name != name.strip():
            raise Unusual
        return month, scope, name, key, float(numerator), float(denominator) if denominator else None, _day(closed_on)
    except ValueError as error:
        raise Unusual from error


_day = cache(dt.date.fromisoformat)
