"""What becomes of every row: imported, a duplicate of a named row, or listed.

Of prospects the newest month is settled first, so that its grade holds and older rows fill what it leaves blank; a
follow-up that stands under a card waits for the card. Nothing is written here (``write``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlcrm.forms.schema import Cell, Kind, Record, as_text
from xlcrm.forms.sheets import Card, Care, FollowUp, ImportRow, Loss, Order, Owner, Prospect, Report, Visit
from xlcrm.forms.states import TRACKED
from xlcrm.forms.switched import Lead
from xlcrm.intake.grades import SHEETS
from xlcrm.intake.kinds import CARDS, CARES, FOLLOW_UPS, LEADS, LOSSES, ORDERS, OWNERS, PROSPECTS, REPORTS, VISITS
from xlcrm.intake.outcome import DUPLICATE, NOT_A_DUPLICATE, Draft, Entry, Holder, SourceRow
from xlcrm.intake.same import People, Person
from xlcrm.intake.tables import Table
from xlcrm.ledger.ledger import Ledger
from xlcrm.safety.seals import sealed_months

AGAIN, CLOSED, NO_KEY = "again", "closed", "no_key"
Key = tuple[object, ...]


@dataclass(slots=True)
class Row:
    """An entry on its way: its table, its person, and the month it stands in."""

    entry: Entry
    table: Table
    month: tuple[int, int] = (0, 0)
    person: Person | None = None


@dataclass(slots=True)
class Standing:
    """A row that another may repeat: where it stands, and from which table it came (``None``: the book)."""

    place: SourceRow
    holder: Holder
    table: Table | None = None


@dataclass
class Decision:
    """The people and the standing rows while rows are settled one after the other.

    ``puts`` are blanks of rows in the book that a duplicate fills: form, worksheet row, field → value. ``lifted`` are
    lines of 读入结果 whose 处理 let their row in.
    """

    ledger: Ledger
    book: str
    people: People
    puts: dict[tuple[type[Record], int], dict[str, Cell]] = field(default_factory=dict)
    lifted: list[ImportRow] = field(default_factory=list)
    standing: dict[Key, list[Standing]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {line.mark: line for line in self.ledger.of(ImportRow) if line.mark}
        self.sealed = frozenset(sealed_months(self.ledger))
        for record in _of_the_book(self.ledger):
            person = self.people.of(record)
            for key in _keys(type(record), _values(record), person):
                self._stand(key, Standing(self.place_of(record), record))

    def settle(self, rows: Sequence[Row]) -> None:
        """Settle every row, in the order in which one may depend on another."""
        cards = {id(row.table): row for row in rows if row.table.is_card}
        for row in sorted(rows, key=_turn):
            entry = row.entry
            if self._was_read(entry) or not entry.drafts:
                continue
            card = cards.get(id(row.table.owner)) if row.table.owner is not None else None
            row.person = card.person if card and card.person else self.people.find(entry.who)
            if not self._is_closed(entry):
                _SETTLERS[entry.kind or ""](self, row, row.person)

    def _was_read(self, entry: Entry) -> bool:
        """Whether an earlier import read a row or passed it over; one that people ruled to be no duplicate comes in now."""
        line = self.known.get(entry.mark)
        if line is None:
            return False
        if line.outcome == DUPLICATE and (line.ruling or "").strip().startswith(NOT_A_DUPLICATE):
            self.lifted.append(line)
            entry.is_ruled = True
            return False
        entry.is_new = False
        if entry.drafts:
            entry.outcome, entry.reason, entry.drafts = "duplicate", AGAIN, []
            entry.of = SourceRow(line.file or "", line.sheet or "", line.row or 0)
            entry.customer = line.customer or ""
        return True

    def _is_closed(self, entry: Entry) -> bool:
        """List a log of a month that is closed and sealed: it is not restated."""
        draft = entry.drafts[0]
        day = draft.fields.get("date")
        month = f"{day:%Y-%m}" if isinstance(day, dt.date) and draft.record in (Visit, Report) else ""
        if month not in self.sealed:
            return False
        entry.reason, entry.about = CLOSED, {"month": month}
        entry.keep("；".join(f"{header}：{_told(value)}" for header, value in draft.shown().items()))
        entry.drafts = []
        return True

    # ------------------------------------------------------------ outcomes

    def place_of(self, record: Record) -> SourceRow:
        return SourceRow(self.book, record.at.sheet, record.at.row)

    def _stand(self, key: Key, standing: Standing) -> None:
        self.standing.setdefault(key, []).append(standing)

    def find(self, keys: Collection[Key], fits: Callable[[Standing], bool] = lambda standing: True) -> Standing | None:
        """The first standing row with one of the keys that fits."""
        return next((s for key in keys for s in self.standing.get(key, ()) if fits(s)), None)

    def take(self, row: Row, main: Holder, keys: Collection[Key]) -> None:
        """Import a row; later ones with one of its keys may be found to repeat it."""
        row.entry.outcome, row.entry.main = "imported", main
        for key in keys:
            self._stand(key, Standing(row.entry.place, main, row.table))

    def repeat(self, entry: Entry, of: Standing, reason: str) -> None:
        """Make a row a duplicate; of the rows it would make, those about contacts stay."""
        entry.outcome, entry.of, entry.reason, entry.main = "duplicate", of.place, reason, of.holder
        entry.drafts = [draft for draft in entry.drafts[1:] if draft.record in (FollowUp, Care)]

    def fill(self, entry: Entry, holder: Holder, fields: Mapping[str, Cell]) -> None:
        """Give a standing row what it lacks of these fields; what they say otherwise is kept beside."""
        columns = (holder.record if isinstance(holder, Draft) else type(holder)).form.by_name
        for name, value in fields.items():
            if value is None or name not in columns or name == "customer":
                continue
            before = self.held(holder, name)
            if before is None:
                self._give(holder, name, value)
                entry.filled = {**entry.filled, columns[name].header: value}
            elif _told(value) not in _told(before) and columns[name].kind is not Kind.TICK:
                entry.keep(f"{columns[name].header}：{_told(value)}")

    def held(self, holder: Holder, name: str) -> Cell:
        """What a standing row holds now."""
        if isinstance(holder, Draft):
            return holder.fields.get(name)
        return self.puts.get((type(holder), holder.at.row), {}).get(name, holder.raw(name))

    def _give(self, holder: Holder, name: str, value: Cell) -> None:
        if isinstance(holder, Draft):
            holder.fields[name] = value
        else:
            self.puts.setdefault((type(holder), holder.at.row), {})[name] = value


_told = as_text


_ORDER = (VISITS, PROSPECTS, CARDS, LEADS, OWNERS, ORDERS, LOSSES, REPORTS, FOLLOW_UPS, CARES)


def _turn(row: Row) -> tuple[int, int, int]:
    """When a row is settled: kinds one after the other, of prospects the newest month first."""
    kind = next((i for i, kind in enumerate(_ORDER) if kind.name == row.entry.kind), len(_ORDER))
    year, month = row.month if row.entry.kind in (PROSPECTS.name, CARDS.name) else (0, 0)
    return kind, -year, -month


# ------------------------------------------------------------ by which a row is known to repeat another


def _of_the_book(ledger: Ledger) -> Iterator[Record]:
    yield from (*ledger.visits, *ledger.reports, *ledger.of(Order), *ledger.losses, *ledger.owners, *ledger.cares)
    yield from ledger.follow_ups
    yield from ledger.of(Lead)


def _values(record: Record) -> dict[str, Cell]:
    return {name: getattr(record, name) for name in record.form.index}


def _keys(record: type[Record], fields: Mapping[str, Cell], person: Person | None) -> list[Key]:
    """The keys of a row; a row about nobody who could be recognised has few or none."""
    who, at = (id(person) if person is not None else None), fields.get
    if record is Visit:
        return [("visit", who, at("date"))] if who and at("date") else []
    if record is Report:
        day = (at("date"), at("on"), at("section"), _folded(at("consultant")))
        return [("report", who or _folded(at("name")), *day, _folded(at("story")))] if at("date") else []
    if record is Order:
        number: list[Key] = [("order", _folded(at("number")))] if at("number") else []
        return number or ([("order", who, at("date"), _folded(at("model")))] if who and at("date") else [])
    if record is Owner:
        return [("owner", who)] if who else []
    if record is Loss:
        return [("loss", who)] if who else []
    if record is Lead:
        given = at("given_at")
        return [("lead", who, given.date() if isinstance(given, dt.datetime) else given, at("media"))] if who else []
    if record is FollowUp:
        return [("follow-up", who, at("done_on") or at("planned_on"), _folded(at("story")))] if who else []
    return [("care", who, at("item"), at("done_on") or at("planned_on"))] if who and record is Care else []


def _folded(value: Cell) -> str:
    return "".join(_told(value).split()).casefold()


def _known(decision: Decision, entry: Entry, person: Person) -> Person | None:
    """The person of a row where the row says enough to know him again."""
    return person if decision.people.is_key(entry.who) else None


# ------------------------------------------------------------ a kind of table at a time


def _settle_visit(decision: Decision, row: Row, person: Person) -> None:
    """One visit is one row: the same customer, day and time; a list without times repeats another list's visit."""
    entry = row.entry
    main = entry.drafts[0]
    entered = main.fields.get("entered")

    def is_same(other: Standing) -> bool:
        then = decision.held(other.holder, "entered")
        return other.table is not row.table if entered is None or then is None else then == entered

    keys = _keys(Visit, main.fields, _known(decision, entry, person))
    before = None if entry.is_ruled else decision.find(keys, is_same)
    if before is not None:
        decision.fill(entry, before.holder, main.fields)
        decision.repeat(entry, before, "same_visit")
    else:
        person.visits.append(main)
        decision.take(row, main, keys)


def _settle_report(decision: Decision, row: Row, person: Person) -> None:
    """A report repeats another list's if it says the same of the same customer on the same day."""
    entry = row.entry
    main = entry.drafts[0]
    keys = _keys(Report, main.fields, _known(decision, entry, person))
    before = None if entry.is_ruled else decision.find(keys, lambda other: other.table is not row.table)
    if before is not None:
        decision.fill(entry, before.holder, main.fields)
        decision.repeat(entry, before, "same_report")
    else:
        decision.take(row, main, keys)


def _settle_customer(decision: Decision, row: Row, person: Person) -> None:
    """A row of a grade sheet, a card or a lead: one customer is one card, and at most one grade row."""
    entry = row.entry
    card = next(draft for draft in entry.drafts if draft.record is Card)
    grade_row = next((draft for draft in entry.drafts if issubclass(draft.record, Prospect)), None)
    is_of_sheet = entry.kind == PROSPECTS.name
    key = (entry.kind, id(person))
    before = None if entry.is_ruled or not decision.people.is_key(entry.who) else decision.find([key])
    held = person.row if is_of_sheet and grade_row is not None else person.card
    if before is None and isinstance(held, Record) and not entry.is_ruled:
        before = Standing(decision.place_of(held), held)
    if before is None and isinstance(person.card, Card) and person.card.state not in TRACKED:
        before = Standing(decision.place_of(person.card), person.card)
    rest = [draft for draft in entry.drafts if draft not in (card, grade_row)]
    made = [d for d in (_join_row(decision, entry, person, grade_row), _join_card(decision, entry, person, card)) if d]
    contacts = _new_contacts(decision, person, rest)
    if before is not None:
        decision.repeat(entry, before, "same_customer")
        entry.drafts = [*made, *contacts]
        return
    made.sort(key=lambda draft: (draft.record is Card) is (is_of_sheet and grade_row is not None))
    entry.drafts = [*made, *contacts]
    main = person.row if is_of_sheet and grade_row is not None else person.card
    assert main is not None, "a customer has a card by now"
    decision.take(row, main, [key])


def _settle_lead(decision: Decision, row: Row, person: Person) -> None:
    """A lead of a customer who has a card already is imported where it makes a row of 线索."""
    entry = row.entry
    _settle_customer(decision, row, person)
    lead = next((draft for draft in entry.drafts if draft.record is Lead), None)
    if lead is not None and entry.outcome == "duplicate":
        entry.outcome, entry.main, entry.of, entry.reason = "imported", lead, None, ""


def _join_card(decision: Decision, entry: Entry, person: Person, card: Draft) -> Draft | None:
    """The card a row makes; where the customer has one, it is filled and there is none to make."""
    if person.card is None:
        person.card = card
        return card
    decision.fill(
        entry, person.card, {name: value for name, value in card.fields.items() if name not in ("state", "grade")}
    )
    return None


def _join_row(decision: Decision, entry: Entry, person: Person, row: Draft | None) -> Draft | None:
    """The grade row made from a source row, for a customer who is tracked and has none."""
    if row is None:
        return None
    if person.row is None:
        state = decision.held(person.card, "state") if person.card is not None else "在跟"
        if state not in TRACKED:
            return None
        person.row = row
        return row
    if isinstance(person.row, Draft) and person.row.record is not row.record:
        entry.keep(f"级别：{row.sheet[0]}")
    decision.fill(entry, person.row, row.fields)
    return None


def _new_contacts(decision: Decision, person: Person, drafts: Sequence[Draft]) -> list[Draft]:
    """Follow-ups and care calls that do not stand yet."""
    found = []
    for draft in drafts:
        keys = _keys(draft.record, draft.fields, person)
        if decision.find(keys) is None:
            found.append(draft)
            for key in keys:
                decision._stand(key, Standing(SourceRow("", "", 0), draft))
    return found


def _settle_order(decision: Decision, row: Row, person: Person) -> None:
    """An order; a buyer of whom nothing else is known gets a card, unless the order was cancelled."""
    entry = row.entry
    main = entry.drafts[0]
    keys = _keys(main.record, main.fields, _known(decision, entry, person))
    before = None if entry.is_ruled else decision.find(keys)
    if before is not None:
        decision.fill(entry, before.holder, main.fields)
        decision.repeat(entry, before, "same_order")
        return
    decision.take(row, main, keys)
    fields = main.fields
    if not person.visits and fields.get("cancelled_on") is None and decision.people.is_key(entry.who):
        placed = fields.get("date")
        state = "已交车" if fields.get("delivered_on") else "已订"
        entry.drafts += _carded(person, entry, fields | {"first_contact": placed, "carded_on": placed}, state)


def _settle_loss(decision: Decision, row: Row, person: Person) -> None:
    """A loss repeats another of the same customer on the same day, or on a day nobody wrote down."""
    entry = row.entry
    main = entry.drafts[0]
    day = main.fields.get("applied_on")
    keys = _keys(Loss, main.fields, _known(decision, entry, person))

    def is_same(other: Standing) -> bool:
        then = decision.held(other.holder, "applied_on")
        return day is None or then is None or then == day

    before = None if entry.is_ruled else decision.find(keys, is_same)
    if before is not None:
        decision.fill(entry, before.holder, main.fields)
        decision.repeat(entry, before, "same_loss")
    else:
        decision.take(row, main, keys)


def _settle_owner(decision: Decision, row: Row, person: Person) -> None:
    """A car of an owner: recognised by its chassis number or plate, else by its model."""
    entry = row.entry
    main, *calls = entry.drafts

    def is_same(other: Standing) -> bool:
        for name in ("vin", "plate", "model"):
            mine, theirs = main.fields.get(name), decision.held(other.holder, name)
            if mine and theirs:
                return _bare(mine) == _bare(theirs)
        return True

    keys = _keys(Owner, main.fields, _known(decision, entry, person))
    before = None if entry.is_ruled else decision.find(keys, is_same)
    if before is not None:
        decision.fill(entry, before.holder, main.fields)
        decision.repeat(entry, before, "same_car")
        entry.drafts = _new_contacts(decision, person, calls)
        return
    person.owners.append(main)
    decision.take(row, main, keys)
    bought = main.fields.get("bought_on")
    new = {"source": "基盘", "first_contact": bought, "carded_on": bought}
    cards = _carded(person, entry, main.fields | new, "已交车")
    entry.drafts = [main, *cards, *_new_contacts(decision, person, calls)]


def _bare(value: Cell) -> str:
    return "".join(ch for ch in _told(value) if ch.isalnum()).upper()


def _carded(person: Person, entry: Entry, fields: Mapping[str, Cell], state: str) -> list[Draft]:
    """The card of a customer who has none, from what a row of another form says of him."""
    if person.card is not None:
        return []
    names = ("source", "first_contact", "carded_on", "consultant", "birthday")
    known = {name: fields.get(name) for name in names}
    phone = entry.who.phone or entry.who.typed or None
    person.card = Draft(Card, {"name": entry.who.name or None, "phone": phone, "state": state, **known})
    return [person.card]


def _settle_follow_up(decision: Decision, row: Row, person: Person) -> None:
    """A contact of a customer, who gets a card and a grade row where he has none."""
    entry = row.entry
    main = entry.drafts[0]
    if not decision.people.is_key(entry.who) and row.table.owner is None:
        entry.reason = NO_KEY
        entry.keep("；".join(f"{header}：{_told(value)}" for header, value in main.shown().items()))
        entry.drafts = []
        return
    keys = _keys(FollowUp, main.fields, person)
    before = None if entry.is_ruled else decision.find(keys)
    if before is not None and before.place.file:
        decision.fill(entry, before.holder, main.fields)
        decision.repeat(entry, before, "same_contact")
        return
    main.fields["name"] = main.fields.get("name") or (person.names[0] if person.names else None)
    if main.fields.get("consultant") is None and person.card is not None:
        main.fields["consultant"] = decision.held(person.card, "consultant")
    decision.take(row, main, keys)
    done = main.fields.get("done_on")
    if isinstance(done, dt.date):
        person.met = min(done, person.met or done)
    new = {"first_contact": done, "carded_on": done}
    entry.drafts = [main, *_carded(person, entry, main.fields | new, "在跟")]
    grade = main.fields.get("grade_after")
    if isinstance(person.card, Draft) and isinstance(grade, str):
        entry.drafts += _regraded(person, entry, main.fields, grade)


def _regraded(person: Person, entry: Entry, fields: Mapping[str, Cell], grade: str) -> list[Draft]:
    """The grade a contact gives to a customer whose card comes in with it: the newest contact counts."""
    card = person.card
    done = fields.get("done_on") or dt.date.min
    if not isinstance(card, Draft) or card.fields.get("state") not in TRACKED or grade not in SHEETS:
        return []
    if person.graded is not None and isinstance(done, dt.date) and done < person.graded:
        return []
    if isinstance(done, dt.date):
        if person.graded is None and card.fields.get("grade"):
            person.first_grade = _told(card.fields["grade"])
        person.graded = done
    card.fields["grade"] = grade
    if isinstance(person.row, Draft):
        person.row.record = SHEETS[grade]
        person.row.fields |= {"last_contact": done, "next_on": fields.get("next_on")}
        return []
    if person.row is not None or entry.kind != FOLLOW_UPS.name:
        return []
    identity = {
        "name": card.fields.get("name"),
        "phone": card.fields.get("phone"),
        "consultant": card.fields.get("consultant"),
    }
    person.row = Draft(SHEETS[grade], {**identity, "last_contact": done, "next_on": fields.get("next_on")})
    return [person.row]


def _settle_care(decision: Decision, row: Row, person: Person) -> None:
    entry = row.entry
    main = entry.drafts[0]
    if not decision.people.is_key(entry.who):
        entry.reason = NO_KEY
        entry.keep("；".join(f"{header}：{_told(value)}" for header, value in main.shown().items()))
        entry.drafts = []
        return
    keys = _keys(Care, main.fields, person)
    before = None if entry.is_ruled else decision.find(keys)
    if before is not None and before.place.file:
        decision.fill(entry, before.holder, main.fields)
        decision.repeat(entry, before, "same_contact")
        return
    decision.take(row, main, keys)
    entry.drafts = [main, *_carded(person, entry, main.fields | {"source": "基盘"}, "已交车")]


_SETTLERS: dict[str, Callable[[Decision, Row, Person], None]] = {
    VISITS.name: _settle_visit,
    REPORTS.name: _settle_report,
    PROSPECTS.name: _settle_customer,
    CARDS.name: _settle_customer,
    LEADS.name: _settle_lead,
    FOLLOW_UPS.name: _settle_follow_up,
    ORDERS.name: _settle_order,
    OWNERS.name: _settle_owner,
    CARES.name: _settle_care,
    LOSSES.name: _settle_loss,
}
