"""Page 6, 来源 · 车型 · 竞品: parties, contacts kept, test drives, orders and deliveries by where customers come from, and by who they are.

Who they are is what the cards say: sex, person or company, kind of purchase, age, occupation, present car.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from xlcrm.analysis.facts import Fact, Measure, of_model, of_source
from xlcrm.analysis.figures import Content, Page, Ratio, Table
from xlcrm.analysis.scope import KEPT_RATE, PROSPECT_RATE, Scope, Summed, by
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.codes import CODES
from xlcrm.forms.sheets import Card

_VIEWS: tuple[tuple[str, str, Callable[[Fact], str]], ...] = (
    ("by_source", "source", of_source),
    ("by_model", "model", of_model),
    ("by_media", "media", lambda fact: fact.media),
)


def page(scope: Scope) -> Page:
    """The page's tables. An order's source, medium and rival are the customer's, its model is its own."""
    columns: tuple[Summed, ...] = (
        Measure.BATCHES,
        Measure.FIRST,
        Measure.FIRST_WITH_PHONE,
        KEPT_RATE,
        Measure.DRIVES,
        Measure.ORDERS,
        scope.closing_rate,
        Measure.DELIVERIES,
    )
    tables = [by(key, header, scope.facts, attribute, columns) for key, header, attribute in _VIEWS]
    rivals = by("by_rival", "rival", scope.facts, lambda fact: fact.rival, columns)
    return Page("market", (*tables, _without_kept_rate(rivals), _background(scope)))


def _without_kept_rate(table: Table) -> Table:
    """Rivals are asked for where a contact is kept: among those who named one nearly everybody left a phone."""
    place = table.headers.index(KEPT_RATE.key)

    def cells(row: tuple[Content, ...]) -> tuple[Content, ...]:
        return (*row[:place], Ratio(0, 0), *row[place + 1 :])

    return table._replace(rows=tuple(map(cells, table.rows)), total=cells(table.total or ()))


# ---------------------------------------------------------------- who they are

_BACKGROUND: tuple[Summed, ...] = (
    *(Measure.OPENING, Measure.NEW_CARDS, Measure.ORDERS, PROSPECT_RATE, Measure.DELIVERIES, Measure.APPROVED),
)
_AGES = {"age_25": 25, "age_35": 35, "age_45": 45, "age_55": 55, "age_older": 200}
"""Bands of age, by the keys of their labels, and the last year of each."""
_OTHERS = "其他"


def _background(scope: Scope) -> Table:
    """Every aspect with its values; one that no card states is left out.

    Of free text the first word counts, and one written of fewer customers than a percentage is shown for stands under 其他.
    """
    rows: list[tuple[Content, ...]] = []
    cards = _cards(scope)
    for aspect, value, order in _aspects(scope):
        table = by(aspect, "background_value", scope.facts, _of_card(cards, value), _BACKGROUND, order=tuple(order))
        if any(row[0] != LABELS["blank"] for row in table.rows):
            rows += [
                (LABELS[aspect], *_spoken(row)) for row in table.rows if any(isinstance(n, int) and n for n in row)
            ]
    headers = [column.value if isinstance(column, Measure) else column.key for column in _BACKGROUND]
    return Table("background", ("aspect", "background_value", *headers), tuple(rows))


def _spoken(row: tuple[Content, ...]) -> tuple[Content, ...]:
    """A row whose band of age, if it is one, is in words."""
    return (LABELS[row[0]] if isinstance(row[0], str) and row[0] in _AGES else row[0], *row[1:])


_Value = Callable[[Card], str]


def _aspects(scope: Scope) -> Iterator[tuple[str, _Value, Iterable[str]]]:
    """Every aspect: the key of its label, its value on a card, and the order of the values."""
    yield "gender", lambda card: card.gender or "", CODES["性别"].values
    yield "person_or_company", lambda card: card.person_or_company or "", CODES["客户类型"].values
    yield "purchase_kind", lambda card: card.purchase_kind or "", CODES["购车类型"].values
    yield "age_of_customer", lambda card: _age(card, scope.last), _AGES
    yield "occupation", _grouped(scope, lambda card: card.occupation), ()
    yield "present_car", _grouped(scope, lambda card: card.present_car), ()


def _cards(scope: Scope) -> dict[tuple[str, int], Card]:
    """The card of the customer whose each row is, by the row's sheet and number."""
    found = {}
    for customer in scope.ledger.customers.values():
        if customer.card is not None:
            logs = (*customer.visits, *customer.reports, *customer.orders, *customer.losses)
            for row in (*customer.cards, *customer.prospects, *customer.openings, *customer.moves, *logs):
                found[row.at.sheet, row.at.row] = customer.card
    return found


def _of_card(cards: Mapping[tuple[str, int], Card], value: _Value) -> Callable[[Fact], str]:
    """What the card of a fact's customer says, "" where there is none."""

    def attribute(fact: Fact) -> str:
        card = cards.get((fact.record.at.sheet, fact.record.at.row))
        return value(card) if card is not None else ""

    return attribute


def _age(card: Card, on: dt.date) -> str:
    if card.birthday is None:
        return ""
    born = card.birthday
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next(band for band, last in _AGES.items() if years <= last)


def _grouped(scope: Scope, text: Callable[[Card], str | None]) -> _Value:
    """The first word of a free text, and 其他 for what few cards say."""
    counts = Counter(_word(text(card)) for card in scope.ledger.cards)
    return lambda card: (
        word if not (word := _word(text(card))) or counts[word] >= scope.settings.small_number else _OTHERS
    )


def _word(text: str | None) -> str:
    """What stands before the first blank, digit or stroke: of 大众 朗逸 2015年/8万公里 the make."""
    return next(iter(re.findall(r"[^\W\d_]+", text or "")), "")
