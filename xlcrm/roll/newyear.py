"""换册: the next book from one whose months are closed. SPEC section 12, "Years".

Who is still in the books comes along, with everything that is open, and with the months' figures; every card comes, so that
a customer who returns after years finds his. The old book is not touched: its rows and its seals stay where they are.

Our decisions: the new book begins with the first open month, and rows of it that were typed already come along, so that
the change may be made on any day. Of the contacts come those of customers in stock, for they are what the consultant goes
by. The undo history stays with the old book.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from xlcrm.catalogue import Lang
from xlcrm.catalogue import verbs as words
from xlcrm.changes import shops_own
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, Record
from xlcrm.forms.sheets import (
    FORMS,
    Card,
    Care,
    CodeEntry,
    ColumnReading,
    ConfirmedRow,
    ConflictRow,
    Consultant,
    FollowUp,
    ImportRow,
    JournalRow,
    Loss,
    MonthFigure,
    MoveRow,
    Opening,
    Order,
    Owner,
    Prospect,
    Report,
    Setting,
    Target,
    Visit,
)
from xlcrm.forms.states import DECIDED, EXITS, STOCK
from xlcrm.forms.switched import CallOn
from xlcrm.ledger.calls import Calls
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_start, next_month
from xlcrm.review import Review
from xlcrm.safety.seals import SEAL_VERB, sealed_months

Row = dict[str, Cell]

WHOLE_LISTS = (CodeEntry.form.sheet,)
"""What a new book comes with and the old one's takes the place of: a shop may have shortened a list."""
_WHOLE = (
    *(Setting, CodeEntry, Consultant, Target, Prospect, Card, Owner, Care, MonthFigure),
    *(ConfirmedRow, ImportRow, ColumnReading),
)
"""Forms of which every row comes along; what people confirmed and what was read in stays known."""


@dataclass(frozen=True)
class NextBook:
    """What the next book holds: ``sheets`` are its rows by header, ``month`` the one it begins with (YYYY-MM).

    ``states`` and ``consultants`` count the customers in stock, ``open_work`` what else is open; ``left_behind`` are the
    shop's own columns, which no new book has, by sheet. ``customers`` is what every customer must be in it, as ``carried``
    gives them on the day ``today``.
    """

    today: dt.date
    customers: Mapping[str, Carried]
    month: str
    sheets: Mapping[str, list[Row]]
    states: Counter[str]
    consultants: Counter[str]
    left_behind: Mapping[str, tuple[str, ...]]
    open_work: Mapping[str, int]


def next_book(review: Review) -> NextBook:
    """What comes along into the next book.

    Raises ``Refusal``: ``newyear.not_closed`` while no month is closed yet, ``newyear.conflicts`` while some of 冲突 are
    undecided, for they name rows of this book.
    """
    ledger = review.ledger
    closed, month = sealed_months(ledger), review.open_month
    if not closed or closed[-1] != next_month(month, -1):
        raise Refusal("newyear.not_closed", month=month)
    if undecided := [row for row in ledger.of(ConflictRow) if row.is_blank("ruling")]:
        raise Refusal("newyear.conflicts", count=len(undecided))
    start = month_start(month)
    frozen = [opening for opening in ledger.openings if opening.month == month]
    keeps = _keeps(ledger, start, {opening.customer for opening in frozen if opening.customer})
    sheets = {sheet: [_typed(row) for row in rows if keeps(row)] for sheet, rows in ledger.records.items()}
    stock = [opening for opening in frozen if opening.state in STOCK]
    return NextBook(
        review.today,
        carried(review),
        month,
        sheets,
        Counter(opening.state or "" for opening in stock),
        Counter(opening.consultant or "" for opening in stock),
        {
            sheet: own
            for sheet, block in ledger.blocks.items()
            if FORMS[sheet].checked and (own := tuple(shops_own(block)))
        },
        {
            "cards": len(ledger.cards),
            "plans": sum(row.done_on is None for row in ledger.follow_ups),
            "orders": sum(not (row.delivered_on or row.cancelled_on) for row in ledger.orders),
            "losses": sum(row.decision not in DECIDED for row in ledger.losses),
            "cares": sum(row.done_on is None for row in ledger.cares),
            "months": len({row.month for row in ledger.month_figures}),
        },
    )


def _keeps(ledger: Ledger, start: dt.date, stock: set[str]) -> Callable[[Record], bool]:
    """Whether a row comes along into a book that begins on a day."""
    month = f"{start:%Y-%m}"
    promised = {promise.made for promise in Calls(ledger, ledger.of(CallOn)).promises}

    def is_since(day: dt.date | None) -> bool:
        return day is None or day >= start

    def keeps(row: Record) -> bool:
        match row:
            case Visit():
                return is_since(row.date)
            case Report():  # the plans made on the last day are for the first
                return is_since(row.date) or is_since(row.on)
            case Order():
                return is_since(row.placed_on) or is_since(row.delivered_on or row.cancelled_on)
            case Loss():  # with the card of a lost customer comes what proves that he is
                is_open = is_since(row.applied_on) or row.decision not in DECIDED or is_since(row.decided_on)
                return is_open or _has_left(ledger.customers.of(row))
            case FollowUp():
                customer = ledger.customers.of(row)
                return (
                    row.done_on is None or is_since(row.done_on) or (customer is not None and customer.number in stock)
                )
            case MoveRow():
                return is_since(row.on)
            case Opening():
                return row.month == month
            case JournalRow():
                return row.verb == SEAL_VERB and row.sheet == MonthFigure.form.sheet
        return isinstance(row, _WHOLE) or (bool(row.form.switch) and (_lasts(row, start) or row in promised))

    return keeps


def _lasts(row: Record, start: dt.date) -> bool:
    """Whether a row of a form that was switched on concerns the time since a day: it lasts, is open, or is of it."""
    form = row.form
    day, done = (getattr(row, name) if name else None for name in (form.day, form.done))
    if isinstance(day, dt.datetime):
        return day.date() >= start
    if isinstance(day, str):
        return day >= f"{start:%Y-%m}"
    return day is None or day >= start or (bool(form.done) and (done is None or done >= start))


def _has_left(customer: Customer | None) -> bool:
    return customer is not None and customer.card is not None and customer.card.state in EXITS


def _typed(row: Record) -> Row:
    """A row as it was typed."""
    return {column.header: cell for column in row.form.columns if (cell := row.raw(column.name)) is not None}


def said(coming: NextBook, lang: Lang) -> list[str]:
    """What came along, in sentences: by state and by consultant, then what is open."""
    states = words.AND.say(lang).join(f"{state} {count}" for state, count in coming.states.most_common())
    about = {"month": coming.month, "count": coming.states.total(), "states": states or "0"}
    lines = [words.NEW_YEAR.say(lang, **about)]
    lines += [
        words.NEW_YEAR_OF.say(lang, name=own or "—", count=count) for own, count in coming.consultants.most_common()
    ]
    lines.append(words.NEW_YEAR_ROWS.say(lang, **coming.open_work))
    for sheet, columns in coming.left_behind.items():
        lines.append(words.NEW_YEAR_LEFT.say(lang, sheet=sheet, columns="、".join(columns)))
    return lines


# ---------------------------------------------------------------- the proof


@dataclass(frozen=True, slots=True)
class Carried:
    """A customer as a book has him: where he stands at the start of its open month, and what is open."""

    state: str
    grade: str | None
    consultant: str | None
    since: dt.date | None
    plans: tuple[tuple[object, ...], ...]
    cares: tuple[tuple[object, ...], ...]
    orders: tuple[str, ...]


def carried(review: Review) -> dict[str, Carried]:
    """Every customer by 客户编号, as a book has him at the start of its open month."""
    found = {}
    for key, customer in review.ledger.customers.items():
        life = review.timeline.lives.get(key)
        standing = life.base if life else None
        if standing is not None and customer.number:
            found[customer.number] = Carried(
                standing.state,
                standing.grade,
                standing.consultant,
                standing.since,
                _sorted((row.planned_on, row.consultant) for row in customer.follow_ups if row.done_on is None),
                _sorted((row.item, row.planned_on, row.consultant) for row in customer.cares if row.done_on is None),
                tuple(sorted(o.number or "" for o in customer.orders if not (o.delivered_on or o.cancelled_on))),
            )
    return found


def _sorted(rows: Iterator[tuple[object, ...]]) -> tuple[tuple[object, ...], ...]:
    return tuple(sorted(rows, key=str))


def differing(before: Mapping[str, Carried], after: Mapping[str, Carried]) -> list[str]:
    """The 客户编号 of customers who are not the same in both books; none when nothing was lost."""
    return sorted(number for number in before.keys() | after.keys() if before.get(number) != after.get(number))
