"""客户卡 and the grade sheets: where a customer stands, one card and at most one grade row each."""

from __future__ import annotations

from collections.abc import Mapping

from xlcrm.changes import Value, moved_row, shops_own
from xlcrm.forms.schema import Cell, Record, as_text
from xlcrm.forms.sheets import FORMS, GRADE_SHEETS, Card, JournalRow, Prospect
from xlcrm.forms.states import GRADES, PERSON, YES, Decision, State
from xlcrm.roll.revisions import keeps_revisions, mark_of
from xlcrm.roll.state import Case, RollState
from xlcrm.safety.touched import TAKEN_OUT

_ONLY_HERE = ("expected_on", "stage", "quantity", "test_drive_on", "rival", "remark")
"""What no other sheet holds of a prospect."""


def add_card(state: RollState, case: Case) -> None:
    """A card for a customer who came by the register and has none."""
    visit, standing = case.life.first_visit, case.standing
    if case.customer.cards or visit is None:
        return
    if case.customer.number:
        state.restored.append(f"{Card.form.sheet} {case.number} {case.customer.name}")
    cells: dict[str, Cell] = {
        "customer": case.number,
        "name": case.customer.name,
        "gender": visit.gender,
        "person_or_company": PERSON,
        "phone": state.phone_of(case.customer),
        "state": standing.state,
        "grade": standing.grade if standing.tracked else None,
        "source": visit.source,
        "first_contact": visit.date,
        "carded_on": visit.date,
        "consultant": standing.consultant,
        "may_contact": YES,
        "revised_on": visit.date,
    }
    if state.ten.is_asked and standing.tracked:
        cells["known"] = state.ten.shown(case.customer)
    if keeps_revisions(state):
        cells["mark"] = mark_of(cells.get)
    state.changes.add(Card.form.sheet, Card.cells(**cells))


def follow_register(state: RollState, case: Case) -> None:
    """初洽日期 follows the register row that began the life, on the card and in the grade row."""
    visit = case.life.first_visit
    if visit is not None and case.newest is not None and not state.is_held(case.customer):
        rows: list[Card | Prospect] = [*case.customer.cards[:1], *case.customer.prospects]
        for row in rows:
            state.put(row, first_contact=visit.date)


def _first_contact(state: RollState, row: Prospect) -> Value:
    """初洽日期 of a grade row as this roll leaves it."""
    header = row.form.by_name["first_contact"].header
    written = state.changes.table(row.at.sheet).cells.get(row.at.row, {})
    return written.get(header, row.raw("first_contact"))


def write_card(state: RollState, case: Case) -> None:
    """State and grade on the customer's card."""
    card, standing = case.customer.card, case.standing
    if card is not None:
        grade = standing.grade if standing.tracked else None
        if card.state not in (None, standing.state) or card.grade not in (None, grade):
            _put_right(state, case, card)
        state.put(card, state=standing.state, grade=grade)


def write_grade_row(state: RollState, case: Case, fresh: bool) -> None:
    """One row in the sheet of the grade for a tracked customer, none for the others."""
    rows, standing = case.customer.prospects, case.standing
    if not standing.tracked:
        # a row without a card is all that is known of a customer, and one with another's phone may be the other's: they
        # stay, and a finding asks for the card or the phone
        carded = case.life.first_visit is not None or case.customer.cards
        if carded and case.customer.key not in state.unclear and (case.life.happenings or fresh):
            for row in rows:
                _take_out(state, case, row, _first_row(case, type(row)))
        return
    if not rows and not case.life.happenings and not fresh:
        return
    wanted = _computed(state, case, fresh)
    stays = next((row for row in rows if row.grade == standing.grade), None)
    if stays is None and rows and not fresh:
        stays = rows[0]
    if stays is not None:
        state.put(stays, **wanted)
        if fresh and standing.since is not None:
            state.put(stays, graded_on=standing.since)
        leaving = [row for row in rows if row is not stays and fresh]
        carried: Mapping[str, Value] = _typed(state, stays)
    else:
        if not rows and not fresh and (case.newest is not None or case.customer.openings):
            sheet = GRADE_SHEETS[standing.grade or GRADES[-1]]
            state.restored.append(f"{sheet} {case.number} {case.customer.name}")
        carried = _add_row(state, case, rows[0] if rows else None, wanted)
        leaving = list(rows)
    for row in leaving:
        _take_out(state, case, row, carried)


def _computed(state: RollState, case: Case, fresh: bool) -> dict[str, Value]:
    """What the tool computes in a grade row, by field."""
    rows = case.customer.prospects
    contacts = [*(contact.on for contact in case.life.contacts), *case.unlogged]
    written = {line.done_on for line in case.customer.follow_ups}  # a contact moved or taken back is the last no longer
    contacts += [row.last_contact for row in rows if row.last_contact and row.last_contact not in written]
    typed = next((row.next_on for row in rows if row.next_on), None)
    next_on = case.plans[0].on if case.plans else (None if fresh else typed)
    return {
        "last_contact": max(contacts, default=None),
        "loss_pending": Decision.OPEN if case.standing.state == State.LOSS_PENDING else None,
        "next_on": next_on,
        "overdue": (state.today - next_on).days if next_on and next_on < state.today else None,
    }


def _put_right(state: RollState, case: Case, row: Card | Prospect) -> None:
    """Say that a row changes although the customer has not moved."""
    if not state.has_moved(case):
        state.put_right.append(f"{row.at.sheet} {case.number} {case.customer.name}")


def _take_out(state: RollState, case: Case, row: Prospect, carried: Mapping[str, Value]) -> None:
    """Take a row out of its sheet; what staff typed there, and nothing carries on, stays readable in 操作日志."""
    _put_right(state, case, row)
    state.changes.remove(row.at.sheet, row.at.row)
    lost = [f"{header}：{as_text(cell)}" for header, cell in _typed(state, row).items() if carried.get(header) != cell]
    if lost:
        state.changes.add(
            JournalRow.form.sheet,
            JournalRow.cells(
                verb=TAKEN_OUT,
                operation=state.operation,
                sheet=row.at.sheet,
                place=case.number,
                old="；".join(lost),
            ),
        )


def _typed(state: RollState, row: Prospect) -> dict[str, Cell]:
    """What only a row of a grade sheet holds of a prospect, columns of the shop's own among it, by header."""
    block = state.ledger.blocks[row.at.sheet]
    typed = block.rows[row.at.row - block.row - 1]
    cells = row.cells(**{name: row.raw(name) for name in _ONLY_HERE})
    cells |= {header: typed[at] for header, at in shops_own(block).items() if header not in block.beside.calculated()}
    return {header: cell for header, cell in cells.items() if cell is not None}


def _add_row(state: RollState, case: Case, old: Prospect | None, wanted: Mapping[str, Value]) -> dict[str, Value]:
    """Copy the prospect's row to the sheet of the new grade, or make one from the first visit or the card.

    Returns the row. Columns of the shop's own come along where the other sheet has them too.
    """
    sheet = GRADE_SHEETS[case.standing.grade or GRADES[-1]]
    record = FORMS[sheet].record
    row: dict[str, Value] = _first_row(case, record)
    if old is not None:
        there = state.ledger.blocks[sheet]
        own = {header: cell for header, cell in _typed(state, old).items() if header in there.headers}
        row = {**{c.header: old.raw(c.name) for c in old.form.columns}, **own}
        row |= record.cells(first_contact=_first_contact(state, old))
    row |= record.cells(customer=case.number, graded_on=case.standing.since, **wanted)
    if case.life.handed_over_from is not None:
        row |= record.cells(consultant=case.standing.consultant)
    if case.customer.key in state.corrections:
        row |= record.cells(phone=state.phone_of(case.customer))
    if old is not None:
        row = moved_row(state.ledger.blocks[old.at.sheet], old.at.row, row)
    return state.changes.add(sheet, row)


def _first_row(case: Case, record: type[Record]) -> dict[str, Value]:
    """A first row in a grade sheet: of a new customer from the register, of a returning one from what the books hold."""
    life, customer, standing, visit = case.life, case.customer, case.standing, case.life.first_visit
    card, orders = customer.card, customer.orders
    opening = life.base.grade if life.base is not None and life.base.tracked else None
    return record.cells(
        name=case.customer.name,
        phone=case.customer.phone,
        model=visit.model if visit else next((o.model for o in reversed(orders) if o.model), "未定"),
        source=visit.source if visit else (card.source if card else None),
        first_contact=visit.date if visit else (card.first_contact if card else standing.since),
        initial_grade=visit.grade if visit else (opening or standing.grade),
        opening_grade=opening,
        stage="初次接触" if visit else None,
        quantity=1,
        test_drive_on=visit.date if visit and visit.test_drive else None,
        rival=visit.rival if visit else None,
        consultant=standing.consultant,
    )
