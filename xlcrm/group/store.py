"""A month of one store, as far as a group needs it: figures and how far they can be trusted. No customer leaves here.

Of a closed month the figures are those kept in 历月指标, and its rows are read only to see whether the seals still hold.
Of an open month they are counted from the rows, exactly as ``xlcrm month`` counts them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xlcrm.analysis.figures import Ratio
from xlcrm.analysis.keeping import figures_by_scope
from xlcrm.analysis.kept import KeptMonth, kept_months, whole
from xlcrm.analysis.month import facts_of_month
from xlcrm.books.xlsx.read import BookReader, require_crm_book
from xlcrm.catalogue import Words
from xlcrm.catalogue.refusals import UNEXPECTED, why
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import HOUSE_FORMS
from xlcrm.forms.states import FigureScope
from xlcrm.group.closed import closed_month
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end, next_month
from xlcrm.ledger.reading import read_ledger
from xlcrm.review import Review
from xlcrm.safety.privacy import Veil, veil_of
from xlcrm.safety.seals import broken_seals, sealed_month, sealed_months
from xlcrm.timeline.balance import balance

SHOP = (FigureScope.SHOP, "")

Part = tuple[str, str]
"""A scope (全店, 顾问, 来源, 车型, 级别) and a name in it."""
Figures = Mapping[Part, Mapping[str, Ratio]]


class StoreState:
    """How far a store is with the month."""

    CLOSED = "closed"
    OPEN = "open"
    NONE = "none"
    """The book can be read, and nothing of the month stands in it."""
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class StoreMonth:
    """A store's month. ``figures`` are by month: the month itself by scope and name, the months it is compared with the
    shop's only; a month the book does not know is missing.

    ``why`` says why the book could not be read; ``broken`` are the months whose seals are broken, ``None`` where the rows
    were not looked at; ``unbalanced`` counts the lines of the balance that do not close; ``lacks`` are the sheets that
    books of today have and this one has not. ``divisor`` is what the store divides by in 成交率.
    """

    book: str
    store: str
    month: str
    state: str
    why: Words | None = None
    closed_on: dt.date | None = None
    broken: tuple[str, ...] | None = ()
    unbalanced: int = 0
    lacks: tuple[str, ...] = ()
    divisor: str = ""
    figures: Mapping[str, Figures] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether the store's figures are part of the group's."""
        return self.state in (StoreState.CLOSED, StoreState.OPEN)

    def shop(self, month: str) -> Mapping[str, Ratio]:
        """The figures of the whole shop in a month, by key; none of a month the book does not know."""
        return self.figures.get(month, {}).get(SHOP, {})


def compared(month: str) -> tuple[str, str]:
    """What a month is compared with: the month before, and the same month of the year before."""
    return next_month(month, -1), next_month(month, -12)


def store_month(book: str, data: bytes, month: str, today: dt.date, *, quick: bool = False) -> StoreMonth:
    """A month of the store whose book holds these bytes; a book that cannot be read is said to be one, whatever it is.

    ``quick`` leaves the rows of a closed month unread, and with them its seals.
    """
    try:
        return _read(book, BookReader(Path(book), data), month, today, quick)
    except Refusal as refusal:
        return unread(book, month, Words(why(refusal, "zh"), why(refusal, "en")))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of a library's Rust is no Exception
        return unread(book, month, UNEXPECTED)


def unread(book: str, month: str, reason: Words) -> StoreMonth:
    """A book of which nothing is known but why."""
    return StoreMonth(book, Path(book).stem, month, StoreState.UNREAD, reason)


def _read(book: str, reader: BookReader, month: str, today: dt.date, quick: bool) -> StoreMonth:
    require_crm_book(reader)
    closed = closed_month(reader, month, compared(month), today, quick=quick)
    found = (
        _examined(reader, month, today)
        if closed is None
        else _Found(
            closed.ledger, closed.veil, _kept(closed.kept, month), closed.kept[month].closed_on, None if quick else ()
        )
    )
    has_month, settings = month in found.figures, found.ledger.settings
    is_closed = found.closed_on is not None or month in sealed_months(found.ledger)
    standing = {form.sheet for form in reader.forms}
    return StoreMonth(
        book=book,
        store=found.ledger.store(reader.path.stem),
        month=month,
        state=StoreState.NONE if not has_month else StoreState.CLOSED if is_closed else StoreState.OPEN,
        closed_on=found.closed_on,
        broken=found.broken,
        unbalanced=found.unbalanced,
        lacks=tuple(sheet for sheet in HOUSE_FORMS if sheet not in standing),
        divisor=settings.divisor,
        figures=_veiled(found.figures, month, found.veil),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What a book says of a month; ``closed_on`` is the day of the close whose figures these are."""

    ledger: Ledger
    veil: Veil
    figures: Mapping[str, Figures]
    closed_on: dt.date | None
    broken: tuple[str, ...] | None
    unbalanced: int = 0


def _examined(reader: BookReader, month: str, today: dt.date) -> _Found:
    """The month by all rows of the book: an open one, or one that is closed and not as it was sealed."""
    issues = [issue for form in reader.forms for issue in reader.structure(form)]
    ledger = read_ledger([reader.read(form) for form in reader.forms], today, issues)
    kept, review = kept_months(ledger), Review(ledger, today).as_of_today
    is_closed = month in kept and month in sealed_months(ledger)
    figures = _kept(kept, month) if is_closed else _counted(review, kept, month)
    unbalanced = [row for row in balance(review.counted(month), month) if row["difference"]] if figures else []
    return _Found(
        *(ledger, veil_of(ledger), figures, kept[month].closed_on if is_closed else None),
        *(_broken(ledger), len(unbalanced)),
    )


def _kept(kept: Mapping[str, KeptMonth], month: str) -> dict[str, Figures]:
    """What a book keeps of a month and of those it is compared with."""
    return {own: kept[own].figures for own in (month, *compared(month)) if own in kept}


def _counted(review: Review, kept: Mapping[str, KeptMonth], month: str) -> dict[str, Figures]:
    """The figures as the rows give them; none where the month has no logs. A month that is not over is not compared."""
    ledger = review.ledger
    days = [*(row.date for row in ledger.visits), *(row.date for row in ledger.reports)]
    logs = {f"{day:%Y-%m}" for day in days if day and day <= review.today}
    if month not in logs:
        return {}
    is_over = month_end(month) <= review.today
    counted = _kept(kept, month) if is_over else {}
    for own in compared(month):
        if is_over and own not in counted and own >= review.earliest_month:
            counted[own] = _from_rows(review, own)
    return counted | {month: _from_rows(review, month)}


def _from_rows(review: Review, month: str) -> Figures:
    """The figures of a month by its rows. Whole numbers are ``int``, as they are when they are read back."""
    counted = figures_by_scope(facts_of_month(review, month), review.ledger.settings)
    return {part: _whole(own) for part, own in counted.items()}


def _broken(ledger: Ledger) -> tuple[str, ...]:
    """The closed months of which something was changed or taken out since."""
    changed, removed = broken_seals(ledger)
    months = {sealed_month(row) for row in changed} | {month for _, month in removed}
    return tuple(sorted(months))


def _veiled(figures: Mapping[str, Figures], month: str, veil: Veil) -> dict[str, Figures]:
    """Figures without customers: a name typed for a model or a source is hidden. Of other months the shop's alone."""
    found: dict[str, Figures] = {own: {SHOP: by.get(SHOP, {})} for own, by in figures.items()}
    if month in figures:
        parts: dict[Part, Mapping[str, Ratio]] = {}
        for (scope, name), own in figures[month].items():
            if not own:  # a name of which nothing was counted
                continue
            part = scope, veil.over(name)
            parts[part] = _added(parts[part], own) if part in parts else own
        found[month] = parts
    return found


def _added(figures: Mapping[str, Ratio], others: Mapping[str, Ratio]) -> dict[str, Ratio]:
    """The figures of two names that look the same when they are hidden."""
    return {**figures, **{key: own + figures[key] if key in figures else own for key, own in others.items()}}


def _whole(figures: Mapping[str, Ratio]) -> dict[str, Ratio]:
    return {
        key: Ratio(whole(own.numerator), None if own.denominator is None else whole(own.denominator))
        for key, own in figures.items()
    }


def rows_of(store: StoreMonth) -> Iterator[tuple[str, str, str, str, float, float | None]]:
    """A store's figures as rows: month, scope, name, key, numerator, denominator."""
    for month, by in store.figures.items():
        for (scope, name), own in by.items():
            for key, ratio in own.items():
                yield month, scope, name, key, ratio.numerator, ratio.denominator
