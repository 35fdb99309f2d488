"""From what a row says to the rows it makes in the book, a maker for each kind of table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s

from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import Cell, Record, as_text
from xlcrm.forms.sheets import Card, Care, FollowUp, Loss, Order, Owner, ProspectH, Report, Visit
from xlcrm.forms.states import GRADES, CareItem
from xlcrm.forms.switched import INVALID_LEAD, Lead
from xlcrm.intake.columns import Column
from xlcrm.intake.context import Context
from xlcrm.intake.facts import BESIDE, DISCARDED, Facts, Reader
from xlcrm.intake.grades import SHEETS, end_of, grade_of, letter_of
from xlcrm.intake.kinds import (
    CARDS,
    CARES,
    FOLLOW_UPS,
    LEADS,
    LEADS_KEPT,
    LOSSES,
    ORDERS,
    OWNERS,
    PROSPECTS,
    REPORTS,
    VISITS,
    TableKind,
)
from xlcrm.intake.lexicon import Means
from xlcrm.intake.looks import text_of
from xlcrm.intake.outcome import Draft, Entry, SourceRow, Who
from xlcrm.intake.tables import EMPTY, Line, Table
from xlcrm.intake.values import name_and_phone, phones_of

M = Means
SMALL_DEPOSIT = "small_deposit"
_CARE_DAYS = {CareItem.THIRD_DAY: 3, CareItem.SEVENTH_DAY: 7}
"""Days after the delivery on which a care call is due. SPEC section 8."""
Contact = dict[str, Cell]
"""Fields of a follow-up."""


@dataclass(slots=True)
class Making:
    """A row in the making: what it says, what holds for it, and its entry."""

    entry: Entry
    facts: Facts
    context: Context
    table: Table
    area_code: str

    @property
    def kind(self) -> TableKind | None:
        return self.table.kind

    def add(self, record: type[Record], fields: dict[str, Cell], free: str | None = None) -> None:
        """A row to be written; what has no column goes into its field of free text, else beside the book."""
        text = self.facts.text()
        if text and free is not None:
            before = fields.get(free)
            fields[free] = f"{as_text(before)}；{text}" if before else text
        elif text:
            self.entry.keep(text)
        self.facts.rest.clear()
        self.entry.drafts.append(Draft(record, fields))

    def fields(self, record: type[Record]) -> dict[str, Cell]:
        """What the row says of a form, with the customer's name and phone; a phone that cannot be read stands as typed."""
        who = self.facts.who
        found = {**self.facts.of(record), "name": who.name or None}
        if "phone" in record.form.by_name:
            found["phone"] = who.phone or who.typed or None
        if "spare_phone" in record.form.by_name:
            found["spare_phone"] = who.spare or None
        elif who.spare and record is not ProspectH:
            self.facts.rest.append((Card.form.by_name["spare_phone"].header, who.spare))
        return found


def entries_of(reader: Reader) -> Iterator[Entry]:
    """An entry for every row of a table, those that are no customer listed with their reason."""
    table = reader.table
    for line in table.lines:
        place = SourceRow(table.grid.file, table.grid.sheet, line.row)
        entry = Entry(place, reader.kind.name, mark=mark_of(reader.kind, line))
        if line.listed:
            entry.reason = line.listed
        else:
            facts = reader.facts(line)
            entry.who = facts.who
            _MAKERS[reader.kind.name](Making(entry, facts, line.context, table, reader.area_code))
            entry.reason = entry.reason or ("" if entry.drafts else EMPTY)
            entry.keep(*(f"{header}：{text}" for header, text in facts.beside))
        if entry.reason:
            entry.keep(whole(line.cells))
        yield entry


def mark_of(kind: TableKind | None, line: Line) -> str:
    """Twelve hexadecimal digits of what a row says and what holds for it; names of sheet and file do not count."""
    context = line.context
    parts = [kind.name if kind else "", as_text(context.day), context.consultant, context.grade, str(context.plans)]
    for cells in (line.cells, *line.below):
        parts += [f"{at}\x1e{text_of(cell)}" for at, cell in sorted(cells.items())]
    return blake2s("\x1f".join(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()


def whole(cells: Mapping[int, Cell]) -> str:
    """A row that was not taken in, as one text, so that nothing of it is lost."""
    return " | ".join(text for cell in cells.values() if (text := as_text(cell).strip()))


# ------------------------------------------------------------ visits and reports


def _visit(making: Making) -> None:
    making.add(Visit, making.fields(Visit), "note")
    _further(making)


def _report(making: Making) -> None:
    fields = making.fields(Report)
    day, plans = fields.get("date"), making.context.plans
    fields.setdefault("section", "明日计划" if plans else "当日总结")
    if isinstance(day, dt.date) and fields.get("on") is None:
        is_plan = fields["section"] == "明日计划"
        fields["on"] = day + dt.timedelta(days=1) if is_plan else day
    making.add(Report, fields, "story")
    _further(making)


def _further(making: Making) -> None:
    """The further customers of a cell that names several: the same row for each."""
    main = making.entry.drafts[0]
    for text in making.facts.people[1:]:
        name, phone = name_and_phone(text)
        found, typed = phones_of(phone, making.area_code) if phone else ([], "")
        who = Who(name or text, found[0] if found else "", typed=typed)
        making.entry.others = (*making.entry.others, who)
        fields = {**main.fields, "name": who.name, "phone": who.phone or who.typed or None}
        making.entry.drafts.append(Draft(main.record, fields))


# ------------------------------------------------------------ prospects, cards, leads


def _prospect(making: Making) -> None:
    """A row of a grade sheet: the row, the card, and the contacts of its grid or of the columns beside it."""
    facts = making.facts
    row, card = making.fields(ProspectH), making.fields(Card)
    contacts = [*_grid_contacts(facts), *_turn_contacts(facts)]
    last = next((c["grade_after"] for c in reversed(contacts) if c.get("grade_after")), None)
    if facts.grade == making.context.grade and end_of(as_text(last)) is not None:  # left the sheet of his grade since
        facts.grade = as_text(last)
    facts.grade = facts.grade or as_text(last) or as_text(row.get("opening_grade"))
    card["state"] = end_of(facts.grade) or card.get("state") or "在跟"
    _customer(making, row, card, contacts)
    for contact in contacts:
        contact.setdefault("consultant", row.get("consultant"))
        making.entry.drafts.append(Draft(FollowUp, contact | {"name": facts.who.name or None}))


def _card(making: Making) -> None:
    """A card; where it is dated in its head, that is the day it was made."""
    card = making.fields(Card)
    card["state"] = end_of(making.facts.grade) or card.get("state") or "在跟"
    if making.table.is_card and making.context.day:
        card.setdefault("carded_on", making.context.day)
    card["first_contact"] = card.get("first_contact") or card.get("carded_on")
    _customer(making, making.fields(ProspectH), card, ())
    for contact in _turn_contacts(making.facts):
        making.entry.drafts.append(Draft(FollowUp, contact | {"name": making.facts.who.name or None}))


def _lead(making: Making) -> None:
    """A lead never came: it is a card, not a visit; one that is invalid or lost already gets no grade row.

    Where the book has 线索, it is a row there beside the card.
    """
    card, lead = making.fields(Card), making.fields(Lead)
    state = "无效" if lead.get("result") == INVALID_LEAD else card.get("state")
    card["state"] = state if state in _RESULTS else "在跟"
    card["source"] = card.get("source") or "潜在开发"
    _customer(making, making.fields(ProspectH), card, ())
    if card["state"] != "在跟":
        card["grade"] = making.facts.grade or None
    if making.kind == LEADS_KEPT:
        lead["given_at"] = lead.get("given_at") or card.get("first_contact")
        lead["media"] = lead.get("media") or _media_named(making.table)
        lead["result"] = lead.get("result") or (_RESULTS[as_text(state)] if state in _RESULTS else None)
        lead |= {"model": making.facts.of(ProspectH).get("model"), "consultant": card.get("consultant")}
        making.entry.drafts.append(Draft(Lead, lead))


_RESULTS = {"无效": INVALID_LEAD, "战败": "放弃", "已订": "已订"}
"""What has become of a lead whose customer is in one of these states."""


def _media_named(table: Table) -> str | None:
    """The medium that a sheet or its file is called by: nobody else writes it into every row."""
    names = f"{table.grid.sheet} {table.grid.file}"
    return next((media for media in CODES["渠道"].values if media in names), None)


def _customer(making: Making, row: Contact, card: Contact, contacts: Sequence[Contact]) -> None:
    """The card of a customer, and his row in the grade sheet where his grade is one of ours and he is followed."""
    grade = making.facts.grade
    is_active = card["state"] == "在跟"
    card["grade"] = grade or None if is_active else None
    card["source"] = card.get("source") or row.get("source")
    card["consultant"] = card.get("consultant") or row.get("consultant")
    card["first_contact"] = card.get("first_contact") or row.get("first_contact") or _first_day(contacts, row)
    if not is_active or grade not in SHEETS:
        names = ("model", "rival", "remark", "expected_on", "test_drive_on")
        known = [(ProspectH.form.by_name[n].header, as_text(row[n])) for n in names if row.get(n) is not None]
        making.facts.rest[:0] = known
        making.add(Card, card, "needs")
        return
    row |= {name: card[name] for name in ("source", "consultant", "first_contact")}
    row["graded_on"] = row.get("graded_on") or _graded_on(contacts, grade)
    row["initial_grade"] = row.get("initial_grade") or row.get("opening_grade") or _first_grade(contacts)
    if making.entry.kind == PROSPECTS.name:
        making.add(SHEETS[grade], row, "remark")
        making.add(Card, card)
    else:
        making.add(Card, card, "needs")
        making.add(SHEETS[grade], row)


def _first_day(contacts: Sequence[Contact], row: Contact) -> Cell:
    """When contact was first had, by the grid: its first day, or the end of last month for one carried over."""
    days = [day for contact in contacts if isinstance(day := contact.get("done_on"), dt.date)]
    if not days:
        return None
    return min(days).replace(day=1) - dt.timedelta(days=1) if row.get("opening_grade") else min(days)


def _graded_on(contacts: Sequence[Contact], grade: str) -> Cell:
    """The day from which the contacts say the grade that holds."""
    since: Cell = None
    for contact in contacts:
        if contact.get("grade_after") != grade:
            since = None
        elif since is None:
            since = contact.get("done_on")
    return since


def _first_grade(contacts: Sequence[Contact]) -> Cell:
    return next((c["grade_after"] for c in contacts if c.get("grade_after") in GRADES), None)


def _grid_contacts(facts: Facts) -> list[Contact]:
    """A follow-up for each day of the grid that says something: planned where there is a sign, done where there is a grade."""
    found: list[Contact] = []
    before = ""
    for day, text in facts.days:
        letter = grade_of(text) or letter_of(text)
        if not letter:
            found.append({"planned_on": day} if len(text) <= _LONGEST_SIGN else {"done_on": day, "story": text})
            continue
        found.append({"done_on": day, "grade_before": before or None, "grade_after": letter[0]})
        before = letter if letter in GRADES else ""
    return found


_LONGEST_SIGN = 2
"""Characters of what marks a planned visit in a grid."""


def _turn_contacts(facts: Facts) -> list[Contact]:
    """The follow-ups that stand beside each other, in their order."""
    turns = [{n: v for n, v in turn.items() if n != "ticked"} for _, turn in sorted(facts.turns.items())]
    return [turn for turn in turns if any(value is not None for value in turn.values())]


# ------------------------------------------------------------ the others


def _order(making: Making) -> None:
    """An order; one with a small deposit and nothing more is none yet."""
    fields = making.fields(Order)
    small = making.table.at(M.SMALL_DEPOSIT_ON)
    if fields.get("date") is None and small is not None and small.source in dict(making.facts.rest):
        making.entry.reason = SMALL_DEPOSIT
        return
    fields.setdefault("quantity", 1)
    making.add(Order, fields)


def _owner(making: Making) -> None:
    """A car handed over, and the care calls that stand beside it."""
    fields = making.fields(Owner)
    fields["bought_on"] = fields.get("bought_on") or fields.get("delivered_on")
    fields["delivered_on"] = fields.get("delivered_on") or fields.get("bought_on")
    making.add(Owner, fields)
    delivered = fields["delivered_on"]
    for item, told in making.facts.cares.items():
        due = None
        if isinstance(delivered, dt.date) and item in _CARE_DAYS:
            due = delivered + dt.timedelta(days=_CARE_DAYS[item])
        call = {name: value for name, value in told.items() if name in Care.form.by_name}
        if told.get("ticked"):
            call.setdefault("done_on", due)
        shared = {"item": item, "name": fields["name"], "consultant": fields.get("consultant")}
        making.entry.drafts.append(Draft(Care, {"planned_on": due or call.get("done_on"), **shared, **call}))


def _care(making: Making) -> None:
    """A care call; what it says of the car is kept in its story."""
    fields = making.fields(Care)
    fields["planned_on"] = fields.get("planned_on") or fields.get("done_on")
    names = Owner.form.by_name
    making.facts.rest += [(names[name].header, as_text(value)) for name, value in making.facts.of(Owner).items()]
    making.add(Care, fields, "story")


def _follow_up(making: Making) -> None:
    making.add(FollowUp, making.fields(FollowUp), "story")


def _loss(making: Making) -> None:
    """A loss; one decided without a day was decided on the day of the list, one rejected keeps its grade unless another is named."""
    fields = making.fields(Loss)
    fields.setdefault("exit", "战败")
    if fields.get("decision") in ("同意", "驳回"):
        fields["decided_on"] = fields.get("decided_on") or fields.get("applied_on")
    if fields.get("decision") == "驳回":
        fields["returned_grade"] = fields.get("returned_grade") or fields.get("grade_before")
    making.add(Loss, fields, "story")


_MAKERS: dict[str, Callable[[Making], None]] = {
    VISITS.name: _visit,
    REPORTS.name: _report,
    PROSPECTS.name: _prospect,
    CARDS.name: _card,
    FOLLOW_UPS.name: _follow_up,
    ORDERS.name: _order,
    OWNERS.name: _owner,
    CARES.name: _care,
    LOSSES.name: _loss,
    LEADS.name: _lead,
}


# ------------------------------------------------------------ where a column goes


def target_of(kind: TableKind, column: Column) -> str:
    """Where a column goes, as "sheet.column"; "" for one that is used nowhere."""
    if column.how == "unused" or column.means in (*DISCARDED, *BESIDE):
        return ""
    if column.day:
        return _address(FollowUp, "grade_after")
    if column.turn:
        return _address(FollowUp, _TURNS.get(column.means, "done_on"))
    if column.care:
        return _address(Care, _CARES.get(column.means, "done_on"))
    target = kind.targets.get(column.means) if column.means else None
    if target == (Card, "grade") and kind is PROSPECTS:
        return f"{PROSPECTS.name}.{Card.form.by_name['grade'].header}"
    if target is not None:
        return _address(*target)
    return _address(kind.record, kind.free) if kind.free else ""


_TURNS: dict[Means | None, str] = {
    M.GRADE_AFTER: "grade_after",
    M.GRADE_BEFORE: "grade_before",
    M.STORY: "story",
    M.CONTACT_BY: "means",
    M.PLANNED_ON: "planned_on",
    M.NEXT_ON: "next_on",
}
_CARES: dict[Means | None, str] = {
    M.RESULT: "result",
    M.STORY: "story",
    M.PLANNED_ON: "planned_on",
    M.CONTACT_BY: "means",
}


def _address(record: type[Record], name: str) -> str:
    sheet = PROSPECTS.name if record is ProspectH else record.form.sheet
    return f"{sheet}.{record.form.by_name[name].header}"
