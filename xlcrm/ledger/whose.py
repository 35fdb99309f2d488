"""Whose each row is.

Rows with a 客户编号 go by it. A row of a log goes by its phone and, where several people share that, by its name. A row that
was rolled is known by what it says as well: the contact on the back of the card has its day and its words, the card the
day of its first visit. So a log row whose phone or name is corrected afterwards stays its customer's, and two customers
whose phones were exchanged by a slip keep their rows. Source: SPEC section 2; how a row is recognised is our decision.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import (
    GRADE_SHEETS,
    Card,
    Care,
    FollowUp,
    Loss,
    MoveRow,
    Opening,
    Order,
    Owner,
    Prospect,
    Report,
    Visit,
)
from xlcrm.forms.states import UNCOUNTED, Decision, State
from xlcrm.ledger.customers import Customer, Customers, Key, Stray
from xlcrm.ledger.months import month_start
from xlcrm.ledger.names import may_be_one, plain_name

R = TypeVar("R", bound=Record)
Records = Mapping[str, tuple[Record, ...]]
_Said = tuple[dt.date, str] | None
"""The day of a contact and its words; ``None`` where one of them is missing."""


def customers_of(records: Records) -> Customers:
    """Every row of the books, given to its customer."""
    return _Sorting(records).sorted()


@dataclass(eq=False, slots=True)
class _Draft:
    """A customer in the making. ``phones`` are the card's, ``names`` as ``plain_name`` writes them.

    From the day after ``merged_on`` he is the other customer with his phone: he was found to be a 重复.
    """

    key: Key
    number: str = ""
    cards: list[Card] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    merged_on: dt.date | None = None

    def call(self, name: str | None) -> None:
        if name and (plain := plain_name(name)) not in self.names:
            self.names.append(plain)

    def is_called(self, name: str | None) -> bool:
        """Whether a name may be this customer's: one he is known by, or one that contradicts none of them."""
        return not name or plain_name(name) in self.names or all(may_be_one(name, known) for known in self.names)

    def bears_name(self, row: Visit | Report) -> bool:
        """Whether a row has one of the customer's names."""
        return plain_name(row.name or "") in self.names

    def bears_phone(self, row: Visit | Report) -> bool:
        """Whether a row has one of the customer's phones."""
        return row.phone in self.phones


class _Sorting:
    """The rows of the books, one kind after another, the surest first."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._drafts: dict[Key, _Draft] = {}
        self._of: dict[Record, _Draft] = {}
        self._numbers: dict[str, _Draft] = {}
        self._holders: defaultdict[str, list[_Draft]] = defaultdict(list)
        frozen = max((o.month for o in self._rows(Opening) if o.month), default=None)
        self._since = month_start(frozen) if frozen else dt.date.min
        """The first open day. Rows of closed months stay as they are and go by phone and name."""

    def sorted(self) -> Customers:
        self._take_cards()
        self._hold_card_phones()
        self._take_numbered()
        self._merge_duplicates()
        self._hold_other_phones()
        self._take_logs()
        self._take_reports_without_phone()
        return self._customers()

    def _rows(self, record: type[R]) -> tuple[R, ...]:
        return cast(tuple[R, ...], self._records.get(record.form.sheet, ()))

    def _prospects(self) -> Iterator[Prospect]:
        return (cast(Prospect, row) for sheet in GRADE_SHEETS.values() for row in self._records.get(sheet, ()))

    def _numbered_rows(self) -> list[Prospect | Owner | Opening | Order | Loss]:
        """The rows, apart from cards, that have both a 客户编号 and a phone."""
        return [*self._prospects(), *self._rows(Owner), *self._rows(Opening), *self._rows(Order), *self._rows(Loss)]

    def _draft(self, key: str, number: str = "") -> _Draft:
        draft = self._drafts[Key(key)] = _Draft(Key(key), number)
        if number:
            self._numbers[number] = draft
        return draft

    # ------------------------------------------------------------ what has a number

    def _take_cards(self) -> None:
        """One customer a 客户编号; two cards with one phone, whose names agree, are one customer's.

        A card that 战败 declares a 重复 leaves the stock on its own.
        """
        declared = {loss.customer for loss in self._rows(Loss) if loss.customer and _is_duplicate(loss)}
        by_phone: defaultdict[str, list[_Draft]] = defaultdict(list)
        for card in sorted(self._rows(Card), key=lambda card: card.state in UNCOUNTED):
            number, phone = card.customer or "", card.phone or ""
            draft = self._numbers.get(number)
            if draft is None and number not in declared:
                draft = next((d for d in by_phone[phone] if phone and d.is_called(card.name)), None)
            if draft is None:
                key = number or (f"{phone} {card.name}" if by_phone[phone] else phone)
                if not key:
                    continue
                draft = self._draft(key, number)
            elif number:
                draft.number = draft.number or number
                self._numbers.setdefault(number, draft)
            self._of[card] = draft
            draft.cards.append(card)
            draft.call(card.name)
            if phone and number not in declared:
                by_phone[phone].append(draft)

    def _take_numbered(self) -> None:
        """By 客户编号; a number that no card has, with a carded customer's phone and name, is one more of his."""
        for row in self._numbered_rows():
            if number := row.customer:
                draft = self._numbers.get(number) or (self._found(row.phone, row.name) if row.phone else None)
                self._of[row] = self._numbers[number] = draft or self._draft(number, number)
                if not isinstance(row, Order | Loss) or not self._of[row].names:
                    self._of[row].call(row.name)
        lines: list[FollowUp | Care | MoveRow] = [*self._rows(FollowUp), *self._rows(Care), *self._rows(MoveRow)]
        for line in lines:
            if number := line.customer:
                draft = self._of[line] = self._numbers.get(number) or self._draft(number, number)
                if not isinstance(line, MoveRow) and not draft.names:
                    draft.call(line.name)

    def _merge_duplicates(self) -> None:
        for loss in self._rows(Loss):
            draft = self._of.get(loss)
            if draft is not None and _is_duplicate(loss):
                draft.merged_on = draft.merged_on or loss.decided_on or loss.applied_on

    def _hold_card_phones(self) -> None:
        """A phone finds the customers whose first phone it is, then those whose spare or former one, then those of void cards."""
        counted = [card for card in self._rows(Card) if card.state not in UNCOUNTED]
        void = [card for card in self._rows(Card) if card.state in UNCOUNTED]
        held = [(card, card.phone) for card in counted]
        held += [(card, phone) for card in counted for phone in _other_phones(card)]
        held += [(card, phone) for card in void for phone in (card.phone, *_other_phones(card))]
        for card, phone in held:
            self._hold(card, phone)

    def _hold_other_phones(self) -> None:
        """Phones on no card belong to the other rows; a customer without a card holds every phone of his rows."""
        held = {phone for phone, own in self._holders.items() if own}
        for row in self._numbered_rows():
            draft = self._of.get(row)
            if draft is not None and (row.phone not in held or not draft.cards):
                self._hold(row, row.phone)

    def _hold(self, row: Record, phone: str | None) -> None:
        draft = self._of.get(row)
        if phone and draft is not None:
            if draft not in self._holders[phone]:
                self._holders[phone].append(draft)
            if isinstance(row, Card) and phone not in draft.phones:
                draft.phones.append(phone)

    # ------------------------------------------------------------ what has a phone

    def _take_logs(self) -> None:
        """By phone and name; rows that neither finds, by their words; what is left becomes new customers."""
        visits = sorted(self._rows(Visit), key=lambda v: (v.date or dt.date.min, v.at.row))
        rows: list[Prospect | Owner | Opening | Visit | Report | Order | Loss]
        rows = [*self._prospects(), *self._rows(Owner), *self._rows(Opening)]
        rows += [*visits, *self._rows(Order), *self._rows(Loss), *self._rows(Report)]
        unknown = []
        found: dict[tuple[str, str | None], _Draft | None] = {}  # one phone and name stand in many rows
        for row in rows:
            if row.phone and row not in self._of:
                words = row.phone, row.name
                draft = found[words] if words in found else found.setdefault(words, self._found(*words))
                if draft is not None and draft.merged_on:
                    draft = self._found(*words, _day(row))
                if draft is None:
                    unknown.append(row)
                else:
                    self._of[row] = draft
        logs: list[Visit | Report] = [*visits, *self._rows(Report)]
        self._recognise_rolled([row for row in logs if row.phone])
        for row in unknown:
            if row.phone and row not in self._of:
                self._of[row] = self._found(row.phone, row.name, _day(row)) or self._newcomer(row.phone, row.name)

    def _found(self, phone: str, name: str | None, day: dt.date | None = None) -> _Draft | None:
        """The customer a phone finds: of several the one of that name, else the first who may have it.

        A row dated after the customer was merged belongs to the one he was merged into.
        """
        holders = self._holders.get(phone, ())
        known = plain_name(name or "")
        found = next((d for d in holders if known in d.names), None) or next(
            (d for d in holders if d.is_called(name)), None
        )
        if found is not None and found.merged_on and day and day > found.merged_on:
            return next((d for d in holders if d.merged_on is None), found)
        return found

    def _newcomer(self, phone: str, name: str | None) -> _Draft:
        draft = self._draft(f"{phone} {name}" if self._holders[phone] else phone)
        draft.call(name)
        self._holders[phone].append(draft)
        return draft

    # ------------------------------------------------------------ what was rolled

    def _recognise_rolled(self, logs: list[Visit | Report]) -> None:
        """Give rows of the open logs back to the customers whose cards hold what they say."""
        logs = [row for row in logs if row.date and row.date >= self._since]
        written = self._written()
        left: dict[type[Record], Counter[tuple[_Said, _Draft]]] = {Visit: written.copy(), Report: written}
        home = set()
        for row in logs:
            draft = self._of.get(row)
            if draft is None:
                continue
            said = _said(row)
            if left[type(row)][said, draft] > 0:
                for form in [type(row)] if _is_of_a_visit(row) else [Visit, Report]:
                    left[form][said, draft] -= 1
                home.add(row)
            elif isinstance(row, Visit) and any(card.first_contact == row.date for card in draft.cards):
                home.add(row)
        away = [row for row in logs if row not in home]
        for form in (Visit, Report):
            missing_here, missing = _lines(left[form]), _lines(left[Visit] & left[Report])
            rows = [row for row in away if isinstance(row, form)]
            repeated = Counter(map(_said, rows))
            for row in rows:
                said = _said(row)
                of_nobody = missing.get(said, []) if repeated[said] == 1 else []
                self._claim(row, (missing_here if _is_of_a_visit(row) else missing).get(said, []), of_nobody)
        self._know_first_visits([row for row in logs if isinstance(row, Visit) and row not in home])

    def _written(self) -> Counter[tuple[_Said, _Draft]]:
        """What the backs and fronts of the cards hold of the open months, and how often."""
        rows: list[FollowUp | Care] = [*self._rows(FollowUp), *self._rows(Care)]
        return Counter(
            ((row.done_on, row.story), self._of[row])
            for row in rows
            if row.done_on and row.done_on >= self._since and row.story and row in self._of
        )

    def _claim(self, row: Visit | Report, drafts: list[_Draft], of_nobody: list[_Draft]) -> None:
        """By name or phone; the only row with those words, of somebody nobody knows, had both replaced."""
        known = [draft for draft in drafts if draft.bears_name(row) or draft.bears_phone(row)]
        if not known and row not in self._of:
            drafts, known = of_nobody, of_nobody[:]
        if len(set(known)) == 1 and self._of.get(row) is not known[0]:
            drafts.remove(known[0])
            self._give(row, known[0])

    def _give(self, row: Visit | Report, draft: _Draft) -> None:
        """A row recognised brings its name, and its phone where that is nobody's."""
        self._of[row] = draft
        draft.call(row.name)
        if row.phone and not self._holders[row.phone]:
            self._holders[row.phone].append(draft)

    def _know_first_visits(self, visits: list[Visit]) -> None:
        """A card whose first visit is gone, and a visit of that day that is nobody's first: they belong together.

        So do a card without any log row left and the one new row of its name.
        """
        of = self._of.get
        came = {(of(visit), visit.date) for visit in self._rows(Visit)}
        left = {of(row) for row in (*self._rows(Visit), *self._rows(Report))}
        orphans = [
            (draft, card)
            for draft in self._drafts.values()
            for card in draft.cards[:1]
            if card.first_contact and card.first_contact >= self._since and (draft, card.first_contact) not in came
        ]
        by_day: defaultdict[dt.date | None, list[Visit]] = defaultdict(list)
        for visit in visits:
            by_day[visit.date].append(visit)
        given: dict[Visit, _Draft] = {}
        for is_his in (_Draft.bears_name, _Draft.bears_phone):
            for draft, card in orphans:
                own = [v for v in by_day[card.first_contact] if v not in given and is_his(draft, v)]
                if len(own) == 1 and draft not in given.values():
                    self._give(own[0], draft)
                    given[own[0]] = draft
        new = [v for v in visits if v not in self._of and not self._holders[v.phone or ""]]
        for draft in (draft for draft, _ in orphans if draft not in left and draft not in given.values()):
            own = [v for v in new if v not in self._of and draft.bears_name(v)]
            if len({v.phone for v in own}) == 1:
                self._give(own[0], draft)

    # ------------------------------------------------------------ what has a name only

    def _take_reports_without_phone(self) -> None:
        """By name and model, where they are nobody else's: of a reception, among the parties of the day's register."""
        arrivals: dict[Hashable, set[_Draft | None]] = defaultdict(set)
        for visit in self._rows(Visit):
            if visit.date and visit.name and visit.model:
                arrivals[visit.date, visit.name, visit.model].add(self._of.get(visit))
        everywhere: dict[Hashable, set[_Draft | None]] = defaultdict(set)
        rows: list[Visit | Prospect | Order | Owner]
        rows = [*self._rows(Visit), *self._prospects(), *self._rows(Order), *self._rows(Owner)]
        for row in rows:
            if row in self._of and row.name and row.model:
                everywhere[row.name, row.model].add(self._of[row])
        for report in self._rows(Report):
            if report.phone is None and report.is_blank("phone"):
                named = (report.name, report.model)
                own = arrivals.get((report.date, *named), ()) if report.receives else everywhere.get(named, ())
                found = next(iter(own)) if len(own) == 1 else None
                if found is not None:
                    self._of[report] = found

    # ------------------------------------------------------------ the customers

    def _customers(self) -> Customers:
        rows: dict[str, defaultdict[_Draft, list[Record]]] = {name: defaultdict(list) for name in _FIELDS}
        for form, name in _LIST.items():
            for record in self._rows(form):
                draft = self._of.get(record)
                if draft is not None:
                    is_deposit = isinstance(record, Order) and record.is_deposit
                    rows["deposits" if is_deposit else name][draft].append(record)
        for draft in self._drafts.values():
            if draft.cards:
                rows["cards"][draft] = cast(list[Record], draft.cards)
        return Customers(
            (_customer(draft, rows) for draft in self._drafts.values()),
            {row: draft.key for row, draft in self._of.items()},
            {phone: tuple(draft.key for draft in own) for phone, own in self._holders.items()},
            {number: draft.key for number, draft in self._numbers.items()},
            tuple(self._strays()),
        )

    def _strays(self) -> Iterator[Stray]:
        """Open log rows of a carded customer under a phone that no card of his has."""
        rows: list[Visit | Report | Order | Loss]
        rows = [*self._rows(Visit), *self._rows(Report), *self._rows(Order), *self._rows(Loss)]
        for row in rows:
            draft = self._of.get(row)
            if draft is None or not draft.cards or row.phone is None or row.phone in draft.phones:
                continue
            day = row.applied_on if isinstance(row, Loss) else row.date
            if day is None or day >= self._since:
                others = [other for other in self._holders[row.phone] if other is not draft]
                yield Stray(row, draft.key, others[0].key if others else None)


def _customer(draft: _Draft, rows: Mapping[str, dict[_Draft, list[Record]]]) -> Customer:
    """A customer with the rows that are his, which ``rows`` then holds no longer: very many are not held twice."""
    own = {name: tuple(held.pop(draft)) for name, held in rows.items() if draft in held}
    known = [
        r
        for name in ("cards", "prospects", "owners", "openings", "visits", "orders", "deposits", "losses", "reports")
        for r in own.get(name, ())
    ]
    name, phone = (next((value for row in known if (value := getattr(row, field))), "") for field in ("name", "phone"))
    fields: dict[str, Any] = own
    return Customer(draft.key, draft.number, name, phone, **fields)


def _day(row: Record) -> dt.date | None:
    """The day of a log row, ``None`` of any other."""
    return row.date if isinstance(row, (Visit, Report, Order)) else None


def _other_phones(card: Card) -> tuple[str, ...]:
    return tuple(filter(None, (card.spare_phone, *(card.former_phones or ()))))


def _is_duplicate(loss: Loss) -> bool:
    return loss.exit == State.DUPLICATE and loss.decision == Decision.APPROVED


def _said(row: Visit | Report) -> _Said:
    words = row.note if isinstance(row, Visit) else row.story
    return (row.date, words) if row.date and words else None


def _is_of_a_visit(row: Visit | Report) -> bool:
    """Whether one line of a card holds what this row says and what the other log says of the same visit."""
    return isinstance(row, Visit) or row.receives


def _lines(written: Counter[tuple[_Said, _Draft]]) -> dict[_Said, list[_Draft]]:
    """Whose cards hold what was said, each as often as they do."""
    lines: dict[_Said, list[_Draft]] = defaultdict(list)
    for (said, draft), count in written.items():
        lines[said] += [draft] * count
    return lines


_LIST: dict[type[Record], str] = {
    Card: "cards",
    **dict.fromkeys(Prospect.__subclasses__(), "prospects"),
    Visit: "visits",
    Report: "reports",
    FollowUp: "follow_ups",
    Order: "orders",
    Loss: "losses",
    Owner: "owners",
    Care: "cares",
    Opening: "openings",
    MoveRow: "moves",
}
"""The field of ``Customer`` that holds the rows of a form; an order that is none yet is a deposit."""
_FIELDS = (*dict.fromkeys(_LIST.values()), "deposits")
