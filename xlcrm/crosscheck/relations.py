"""The eight relations between the forms, and those that make them checkable: R1…R12, each a function in ``RELATIONS``.

Both directions always; every difference names its kind, both places and the person, and is reported once: what a row in
error may be the cause of is left to the validation, everything else is reported beside it. Source: SPEC section 6; where it
is silent (severities, which place is named) our decision. The check is made on rolled books.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from xlcrm.crosscheck.heldback import HeldBack
from xlcrm.crosscheck.index import Books, Planned, contacts_by_day
from xlcrm.findings import Difference, Finding, Severity, Spot, spot
from xlcrm.followup.dues import has_left
from xlcrm.followup.plan import is_for
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import FORMS, Card, Care, FollowUp, Loss, Opening, Order, Owner, Prospect, Report, Visit
from xlcrm.forms.states import (
    EXITS,
    GRADES,
    NOBODY,
    STOCK,
    TRACKED,
    UNCOUNTED,
    Decision,
    Means,
    Purpose,
    Section,
    State,
)
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.months import month_start
from xlcrm.ledger.subjects import EVERYTHING, Asked
from xlcrm.review import Review
from xlcrm.safety.seals import broken_seals, day_field
from xlcrm.timeline.life import Standing
from xlcrm.timeline.replay import replay

Relation = Callable[[Books], Iterator[Finding]]

_OF_THE_ROLL = {
    "R4.logs",
    "R5.stranger",
    "R5.not_on_card",
    "R6.no_plan",
    "R6.no_plan_over",
    "R7.card",
    "R7.sheet",
    "R8.no_plan",
    "R8.no_plan_over",
    "R8.no_call",
    "R9.unplanned",
    "R10.chain",
    "R10.stock",
}
"""Differences between a log and what the roll wrote from it: any log row of the customer that is in error may explain them."""


def crosscheck(review: Review, asked: Asked = EVERYTHING) -> list[Finding]:
    """Every difference between the forms of a rolled book: by relation, then in the order of sheets and rows.

    Reports that are not ``asked`` for are compared with, and what is wrong with them is left out.

    The roll held the log rows in error back, so that the forms cannot agree in what it would have written: such a
    difference waits for the repair. So does one that looks for a log row, where that row may be the one that cannot be
    recognised. A change in a sealed month is reported all the same.
    """
    held = HeldBack(review)
    books = Books(review, held, asked)
    found = []
    for relation in RELATIONS:
        for difference in sorted(relation(books), key=_position):
            record = review.ledger.row_at(difference.at)
            waits = held.explains if difference.wording in _OF_THE_ROLL else held.hides
            if record is None or difference.kind is Difference.CHANGED_AFTER_CLOSE or not waits(record):
                found.append(difference)
    return _stock_once(books, list(_one_line_each(found)))


_EXPLAINS_STOCK = ("R2", "R3", "R4", "R7", "R11")


def _stock_once(books: Books, differences: list[Finding]) -> list[Finding]:
    """A customer whose row stands elsewhere than the figures count him is one line: what says why names R10 too."""

    whose = {(row.at.sheet, row.at.row): key for key in books.off_stock for row in books.ledger.customers[key].rows}
    explained: dict[Key, Finding] = {}
    for difference in differences if whose else ():
        key = whose.get((difference.at.sheet, difference.at.row))
        if difference.code in _EXPLAINS_STOCK and key is not None:
            explained.setdefault(key, difference)
    leading = {id(difference) for difference in explained.values()}
    return [
        difference._replace(also=(*difference.also, "R10")) if id(difference) in leading else difference
        for difference in differences
        if difference.wording != "R10.stock" or whose.get((difference.at.sheet, difference.at.row)) not in explained
    ]


_PLANS = {f"{code}.{wording}" for code in ("R6", "R8") for wording in ("plan", "plan_over", "wrong_eve")}


def _one_line_each(differences: Collection[Finding]) -> Iterator[Finding]:
    """What two relations say of one plan or one order is one finding that names both codes, the one to act on first.

    A plan not kept was perhaps not written into 明日计划 either; an order of somebody never registered has no card either.
    """
    leading: dict[tuple[str, int], set[str]] = {}
    for one in differences:
        leading.setdefault((one.at.sheet, one.at.row), set()).add(one.code)

    def is_named_by_another(one: Finding) -> bool:
        codes = leading[one.at.sheet, one.at.row]
        return (one.wording in _PLANS and "R9" in codes) or (one.wording == "R2.no_card" and "R1" in codes)

    named_there = {(one.at.sheet, one.at.row): one.code for one in differences if is_named_by_another(one)}
    for one in differences:
        if not is_named_by_another(one):
            leads = one.code in ("R1", "R9")
            also = named_there.get((one.at.sheet, one.at.row)) if leads else None
            yield one._replace(also=(also,)) if also else one


_SHEET_ORDER = {sheet: i for i, sheet in enumerate(FORMS)}


def _position(difference: Finding) -> tuple[int, int]:
    return _SHEET_ORDER.get(difference.at.sheet, len(_SHEET_ORDER)), difference.at.row


def _difference(
    kind: Difference,
    wording: str,
    record: Record,
    name: str,
    other: Spot | None = None,
    severity: Severity = Severity.ERROR,
    **about: object,
) -> Finding:
    person = next((record.shown(n) for n in ("consultant", "applicant") if n in record.form.index), "")
    return Finding(wording, severity, spot(record, name), record.shown(name), person, kind, other, about)


def r1_registered(books: Books) -> Iterator[Finding]:
    """Every 接待/开拓 in the report, and every order, has its register row, that day or earlier."""
    for customer, report in books.reports(Section.DONE):
        day = report.date
        if not report.receives or day is None or books.is_unregistered(customer, report, day):
            continue
        if not _is_registered(books, customer, report, day):
            yield _difference(Difference.UNREGISTERED, "R1.report", report, "name")
    for customer in books.customers:
        for order in customer.orders:
            on = order.placed_on
            if on is None or books.is_history(customer, order.name, on):
                continue
            if not _came_by(books, customer, on):
                yield _difference(Difference.UNREGISTERED, "R1.order", order, "number")


def _is_registered(books: Books, customer: Customer | None, report: Report, day: dt.date) -> bool:
    if (report.name, day) in books.nameless_arrivals:
        return True
    if customer is None:
        came = books.first_visits_by_name.get(report.name)
        return came is not None and came <= day
    return _came_by(books, customer, day)


def _came_by(books: Books, customer: Customer, day: dt.date) -> bool:
    """Whether the register has a row of the customer by a day, or began later than he came."""
    return any(v.date and v.date <= day for v in customer.visits) or books.known_before(customer, day)


def r2_carded(books: Books) -> Iterator[Finding]:
    """Every H/A/B/C customer and every buyer has exactly one card."""
    for customer in books.customers:
        is_read_in = customer.key in books.ledger.read_in
        orders = [order for order in customer.orders if order.cancelled_on is None or not is_read_in]
        bought: list[Prospect | Order | Owner] = [*customer.prospects, *orders, *customer.owners]
        if bought and not customer.cards and customer.key not in books.held.waiting:
            yield _difference(Difference.UNCARDED, "R2.no_card", bought[0], "phone")
        counted = [card for card in customer.cards if card.state not in UNCOUNTED]
        for card in counted[1:]:
            kind = Difference.CLASH if counted[0].consultant != card.consultant else Difference.TWO_STATES
            yield _difference(kind, "R2.two_cards", card, "phone", spot(counted[0], "phone"))


def r3_in_grade_sheet(books: Books) -> Iterator[Finding]:
    """Every H/A/B customer stands in exactly one grade sheet, the one of the card's grade, under its consultant; C may."""
    for customer in books.customers:
        card, rows = customer.card, customer.prospects
        if card is None or card.state not in TRACKED:
            continue
        grade = card.grade or ""
        if not rows:
            if card.grade != "C" and not books.is_ungraded(customer):
                yield _difference(Difference.NO_STATE, "R3.no_row", card, "grade", grade=grade)
            continue
        kept = next((row for row in rows if row.grade == card.grade), rows[0])
        for row in rows:
            if row is not kept:
                kind = Difference.CLASH if row.consultant != kept.consultant else Difference.TWO_STATES
                yield _difference(kind, "R3.two_rows", row, "phone", spot(kept, "phone"))
            elif row.grade != card.grade:
                at = spot(card, "grade")
                yield _difference(Difference.WRONG_SHEET, "R3.wrong_sheet", row, "phone", at, grade=grade)
            elif row.consultant != card.consultant and card.consultant in books.ledger.staff:
                at, whose = spot(card, "consultant"), card.consultant
                yield _difference(Difference.WRONG_SHEET, "R3.consultant", row, "consultant", at, consultant=whose)


def r4_one_state(books: Books) -> Iterator[Finding]:
    """Every register row with a phone is in exactly one state; none lost, none twice."""
    for customer in books.customers:
        card = customer.card
        if card is not None:
            is_read_in = customer.key in books.ledger.read_in
            came_so = is_read_in and not (customer.orders or customer.losses or customer.owners)
            delivered = is_read_in and any(order.delivered_on for order in customer.orders)
            found = list(_state_of_card(customer, card, came_so or (delivered and card.state == State.DELIVERED)))
            yield from found or _state_in_the_logs(books, customer, card)
        elif not (customer.prospects or customer.owners or customer.orders or customer.losses):
            looking = next((visit for visit in customer.visits if visit.may_be_looking), None)
            if looking is not None and customer.key not in books.held.waiting:
                yield _difference(Difference.NO_STATE, "R4.visit", looking, "phone")


def _state_of_card(customer: Customer, card: Card, came_so: bool) -> Iterator[Finding]:
    """The card's state has its proof, and nothing in the books proves another; one that was read in needs none."""
    open_order = next((o for o in customer.orders if o.placed_on and not o.delivered_on and not o.cancelled_on), None)
    proved = {
        State.ORDERED: open_order is not None,
        State.DELIVERED: bool(customer.owners),
        **dict.fromkeys(EXITS, False),
        **{loss.exit or State.LOST: True for loss in customer.losses if loss.decision == Decision.APPROVED},
        State.LOSS_PENDING: any(loss.decision in (None, Decision.OPEN) for loss in customer.losses),
    }
    if not came_so and not proved.get(card.state or "", True):
        yield _difference(Difference.NO_STATE, "R4.unproved", card, "state", state=card.state)
    if card.state not in TRACKED:
        for row in customer.prospects:
            at = spot(card, "state")
            yield _difference(Difference.TWO_STATES, "R4.row", row, "phone", at, state=card.state or "")
    elif open_order is not None:
        at = spot(open_order, "number")
        yield _difference(Difference.TWO_STATES, "R4.order", card, "state", at, state=card.state)
    for loss in customer.losses:
        order = next((order for order in customer.orders if _contradicts(loss, order)), None)
        if order is not None:
            at, exit_ = spot(order, "number"), loss.exit or State.LOST
            yield _difference(Difference.TWO_STATES, "R4.loss_of_buyer", loss, "exit", at, state=exit_)


def _contradicts(loss: Loss, order: Order) -> bool:
    """Whether a customer who had ordered was declared 无效 or 重复, and the order stands."""
    decided = loss.decided_on or loss.applied_on
    if loss.decision != Decision.APPROVED or loss.exit not in UNCOUNTED or decided is None:
        return False
    return order.placed_on is not None and order.placed_on <= decided and order.cancelled_on is None


def _state_in_the_logs(books: Books, customer: Customer, card: Card) -> Iterator[Finding]:
    """The card's state is the one the logs, orders and losses lead to: where a person set it back, there are two."""
    life = books.life(customer)
    if life is None or card.state is None or life.standing.state == card.state:
        return
    proof = next((spot(step.evidence, _first_key(step.evidence)) for step in reversed(list(life.steps))), None)
    yield _difference(Difference.TWO_STATES, "R4.logs", card, "state", proof, state=life.standing.shown)


def _first_key(record: Record) -> str:
    """The field that a place in a row is shown by."""
    return next(name for name in ("phone", "customer", "number") if name in record.form.index)


def r5_reported(books: Books) -> Iterator[Finding]:
    """Every reception and every contact dated d is in the 当日总结 of d, and the reverse. Owner calls: R8."""
    for customer, visit in books.visits():
        if visit.date is None or visit.date < books.logs_begin or books.is_unreported(customer, visit, visit.date):
            continue
        if not _is_reported(books, customer, visit):
            yield _difference(Difference.UNREPORTED, "R5.visit", visit, "name")
    for customer in books.customers:
        for day, rows in contacts_by_day(customer).items():
            visited = any(v.date == day for v in customer.visits)
            if day >= books.logs_begin and (customer.key, day) not in books.done_reports and not visited:
                asked = [row for row in rows if not books.is_unreported(customer, row, day)]
                yield from (_difference(Difference.UNREPORTED, "R5.contact", row, "done_on") for row in asked)
    for owner, report in books.reports(Section.DONE):
        if report.date and report.date >= books.logs_begin and report.purpose != Purpose.CARE:
            yield from _foundation(books, owner, report, report.date)


def _is_reported(books: Books, customer: Customer | None, visit: Visit) -> bool:
    """Whether a row of that day mentions the visit, by customer or, where no phone can be read, by name."""
    keys = {visit.name, customer.key if customer is not None else None}
    return any(r.mentions_visit for key in keys for r in books.done_reports.get((key, visit.date), ()))


def _foundation(books: Books, customer: Customer | None, report: Report, day: dt.date) -> Iterator[Finding]:
    """A row of 当日总结 has what it is about: a reception its register row of the day, a contact its line on the card.

    Of one that was read in alone nothing more is known, and nothing more is asked.
    """
    if report.receives:
        same_day = customer is not None and any(v.date == day for v in customer.visits)
        same_day = same_day or (report.name, day) in books.nameless_arrivals
        if report.purpose == Purpose.RECEPTION and not same_day and _is_registered(books, customer, report, day):
            yield _difference(Difference.UNFOUNDED, "R5.no_visit", report, "name")
    elif customer is None or not customer.cards:
        is_known = customer is not None and (customer.prospects or customer.orders)
        if not is_known and not books.is_history(customer, report.name, day):
            yield _difference(Difference.UNFOUNDED, "R5.stranger", report, "phone" if customer else "name")
    elif not any(row.done_on == day for row in customer.follow_ups):
        yield _difference(Difference.UNFOUNDED, "R5.not_on_card", report, "phone")


def r6_planned(books: Books) -> Iterator[Finding]:
    """Every plan for day d is in the 明日计划 made on the working day before d, and the reverse."""
    for customer in books.customers:
        due: list[Planned] = []
        for row in customer.follow_ups:
            if row.planned_on:
                due.append((row.planned_on, row.done_on))
                yield from _in_tomorrows_plan(books, customer, row, "planned_on", row.planned_on)
        for prospect in customer.prospects:
            on = prospect.next_on
            if on and all(on != planned for planned, _ in due):
                due.append((on, None))
                yield from _in_tomorrows_plan(books, customer, prospect, "next_on", on)
        for report in customer.reports:
            if not books.is_asked_for(report):
                continue
            if report.section == Section.PLANNED and report.purpose == Purpose.PROMOTION and report.on:
                is_due = _is_due(books, report, due) or _is_due(books, report, books.made_by(customer, report))
                if is_due and (to := _handed_to(books, customer, report)):
                    at = spot(customer.card, "consultant") if customer.card else None
                    kind, severity = Difference.WRONG_SHEET, Severity.WARNING
                    yield _difference(kind, "R6.consultant", report, "consultant", at, severity, consultant=to)
                if not is_due:
                    yield _without_plan(books, "R6", report, report.on)


def _without_plan(books: Books, code: str, report: Report, day: dt.date) -> Finding:
    """A row of 明日计划 that no plan is behind; once its day is over it can only be recorded."""
    wording = f"{code}.no_plan_over" if day < books.today else f"{code}.no_plan"
    return _difference(Difference.UNFOUNDED, wording, report, "on", severity=Severity.WARNING)


def _handed_to(books: Books, customer: Customer, report: Report) -> str | None:
    """Whose the customer became since a row of 明日计划 was written for a day not over; "" where nobody else's.

    What the tool wrote and nobody touched goes along with the hand-over; a sealed month stays as it is.
    """
    card, written = customer.card, report.date
    if card is None or written is None or written < books.timeline.start or report.on is None:
        return None
    given = [move for move in customer.moves if move.is_handover and move.on and move.on >= written]
    is_open = report.on > books.today and report.consultant != card.consultant
    return card.consultant if is_open and any(move.origin == report.consultant for move in given) else None


def _is_due(books: Books, report: Report, plans: Iterable[Planned]) -> bool:
    """Whether a row of 明日计划 has its plan: one for that day or for the days off before it, or one not yet done."""
    return any(is_for(books.ledger, report, *plan) for plan in plans)


def _in_tomorrows_plan(
    books: Books, customer: Customer, row: FollowUp | Prospect | Care, name: str, day: dt.date
) -> Iterator[Finding]:
    """Whether a plan stands in the 明日计划 of the working day before, for its day or, on a day off, for the next one.

    Plans the open logs cannot know of pass, those of customers who asked not to be contacted, and what is still open of
    those who have left.
    """
    first, last = books.reported
    if day <= first:
        return
    days, is_care = books.ledger.workdays, isinstance(row, Care)
    eve = days.previous(row.consultant or "", day)
    if not first <= eve <= last or not customer.may_be_called:
        return
    is_open = isinstance(row, Prospect) or row.done_on is None
    if is_open and (has_left(customer, is_care=is_care) or books.held.may_move(customer, row, day, until=day)):
        return
    code = "R8" if is_care else "R6"
    kept = {day, days.on_or_after(row.consultant or "", day)}
    reports = [r for on in kept for r in books.planned_reports.get((customer.key, on), ())]
    found = [r for r in reports if (r.purpose == Purpose.CARE) == is_care]
    at: Spot | None = None
    if found:
        if any(r.date in (eve, days.previous(r.consultant or "", day)) for r in found):
            return
        at = spot(found[0], "date")
    missed = f"{code}.plan_over" if eve < books.today else f"{code}.plan"
    wording = f"{code}.wrong_eve" if found else missed
    yield _difference(Difference.UNREPORTED, wording, row, name, at, Severity.WARNING, day=day, eve=eve)


def r7_same_grade(books: Books) -> Iterator[Finding]:
    """Result on the card's back = grade in the grade sheet = 现级别 in the report, for the same contact."""
    for customer in books.customers:
        for day, rows in contacts_by_day(customer).items():
            reports = [r for r in books.done_reports.get((customer.key, day), ()) if r.grade_after]
            if reports and rows[-1].grade_after and rows[-1].grade_after != reports[-1].grade_after:
                at, grade = spot(reports[-1], "grade_after"), reports[-1].grade_after
                yield _difference(Difference.GRADES_DIFFER, "R7.card", rows[-1], "grade_after", at, grade=grade)
        yield from _grade_in_the_logs(books, customer)


def _grade_in_the_logs(books: Books, customer: Customer) -> Iterator[Finding]:
    card, life = customer.card, books.life(customer)
    if card is None or card.state not in TRACKED or life is None:
        return
    rows = [row for row in customer.prospects if row.grade == card.grade]
    if len(rows) == 1 and life.standing.tracked and life.standing.grade != card.grade:
        reported = [c.source for c in life.contacts if c.grade_after]
        last = _grade_spot(reported[-1]) if reported else None
        grade = life.standing.grade or ""
        yield _difference(Difference.GRADES_DIFFER, "R7.sheet", rows[0], "phone", last, grade=grade)


def _grade_spot(source: Report | Visit) -> Spot:
    return spot(source, "grade_after" if isinstance(source, Report) else "grade")


def r8_care(books: Books) -> Iterator[Finding]:
    """Care planned for d or done on d on the card's front ↔ 明日计划 and 当日总结."""
    for customer in books.customers:
        yield from _care_in_reports(books, customer)
    for customer_or_none, report in (*books.reports(Section.PLANNED), *books.reports(Section.DONE)):
        if report.purpose != Purpose.CARE or not report.on:
            continue
        cares = customer_or_none.cares if customer_or_none is not None else ()
        is_plan = report.section == Section.PLANNED
        if is_plan:
            is_founded = _is_due(books, report, [(c.planned_on, c.done_on) for c in cares if c.planned_on])
        else:
            is_founded = any(care.done_on == report.on for care in cares)
        if not is_founded and is_plan:
            yield _without_plan(books, "R8", report, report.on)
        elif not is_founded:
            yield _difference(Difference.UNFOUNDED, "R8.no_call", report, "on", severity=Severity.WARNING)


def _care_in_reports(books: Books, customer: Customer) -> Iterator[Finding]:
    for care in customer.cares:
        if care.planned_on:
            yield from _in_tomorrows_plan(books, customer, care, "planned_on", care.planned_on)
        if care.done_on and care.done_on >= books.logs_begin:
            reports = books.done_reports.get((customer.key, care.done_on), ())
            if all(r.purpose != Purpose.CARE for r in reports):
                yield _difference(Difference.UNREPORTED, "R8.done", care, "done_on", severity=Severity.WARNING)


def r9_kept(books: Books) -> Iterator[Finding]:
    """Planned for d but not done, done but not planned, done late."""
    for customer in books.customers:
        rows: list[FollowUp | Care] = [*customer.follow_ups, *customer.cares]
        for row in rows:
            if row.planned_on is not None:
                yield from _kept_plan(books, customer, row, row.planned_on)
            elif isinstance(row, FollowUp) and row.done_on and row.done_on >= books.logs_begin:
                yield from _unplanned(books, customer, row, row.done_on)


def _kept_plan(books: Books, customer: Customer, row: FollowUp | Care, planned_on: dt.date) -> Iterator[Finding]:
    due = books.ledger.due_on(row, planned_on)
    if row.done_on is None and due < books.today:
        if customer.may_be_called and not books.held.may_move(customer, row, planned_on):
            kind, days = Difference.PLAN_NOT_DONE, (books.today - due).days
            met = any(day > planned_on for day in _contacts_made(customer))
            wording = "R9.not_done_over" if met else "R9.not_done"
            yield _difference(kind, wording, row, "planned_on", severity=Severity.WARNING, days=days)
    elif row.done_on and row.done_on > due:
        days = (row.done_on - due).days
        yield _difference(Difference.LATE, "R9.late", row, "done_on", severity=Severity.WARNING, days=days)


def _contacts_made(customer: Customer) -> Iterator[dt.date]:
    """The days on which a customer was contacted, as a prospect or as an owner."""
    rows: tuple[FollowUp | Care, ...] = (*customer.follow_ups, *customer.cares)
    return (row.done_on for row in rows if row.done_on)


def _unplanned(books: Books, customer: Customer, row: FollowUp, day: dt.date) -> Iterator[Finding]:
    """A contact the consultant sought (促进, not a visit) without a plan for the day."""
    reports = books.done_reports.get((customer.key, day), ())
    own = [r for r in reports if row.story is None or r.story == row.story]
    sought = [r for r in own if r.purpose == Purpose.PROMOTION and r.means != Means.VISIT]
    if sought:
        at = spot(sought[0], "purpose")
        yield _difference(Difference.DONE_UNPLANNED, "R9.unplanned", row, "done_on", at, Severity.WARNING)


def r10_balanced(books: Books) -> Iterator[Finding]:
    """月初留存 of this month = closing stock of the last = 月初级别 in the grade sheets; a sealed month is unchanged.

    The stock that the figures count is the rows of the grade sheets, by grade and consultant.
    """
    yield from _stock(books)
    month = books.review.open_month
    frozen = {c.key: o for c in books.customers for o in c.openings if o.month == month}
    yield from _chain(books, month, frozen)
    for customer in books.customers if frozen else ():
        if books.ledger.stands_as_read(customer, books.timeline.start):
            continue
        opening = frozen.get(customer.key)
        for row in customer.prospects:
            if opening is None and row.opening_grade in GRADES:
                yield _difference(Difference.UNBALANCED, "R10.not_frozen", row, "opening_grade")
            elif opening is not None and opening.state in TRACKED and row.opening_grade not in (None, opening.grade):
                at, grade = spot(row, "opening_grade"), row.opening_grade
                yield _difference(Difference.UNBALANCED, "R10.opening", opening, "grade", at, grade=grade)
    changed, removed = broken_seals(books.ledger, books.asked.month)
    for record in changed:
        yield _difference(Difference.CHANGED_AFTER_CLOSE, "R10.changed", record, day_field(record))
    for (sheet, sealed), count in removed.items():
        about = {"month": sealed, "count": count}
        at = Spot(sheet, "A1", 1)
        yield Finding("R10.removed", Severity.ERROR, at, kind=Difference.CHANGED_AFTER_CLOSE, about=about)


def _stock(books: Books) -> Iterator[Finding]:
    """Each customer's life against the rows of the grade sheets."""
    for row, counted in books.off_stock.values():
        yield _difference(Difference.UNBALANCED, "R10.stock", row, _first_key(row), counted=counted)


def _chain(books: Books, month: str, frozen: Mapping[Key, Opening]) -> Iterator[Finding]:
    """The frozen opening against the replay of the months before it."""
    earliest = books.review.earliest_month
    if earliest >= month:
        return
    closing_day = month_start(month) - dt.timedelta(days=1)
    past = replay(books.ledger, closing_day, books.review.blocked, earliest, among=frozen)
    for key, opening in frozen.items():
        life = past.lives.get(key)
        standing = life.standing if life else None
        if standing is None or not _is_same(standing, opening):
            shown = standing.shown if standing else ""
            yield _difference(Difference.UNBALANCED, "R10.chain", opening, "grade", closing=shown)


def _is_same(standing: Standing, opening: Opening) -> bool:
    """Whether a closing stock is the one frozen: by state, and by grade where the state has one."""
    if standing.state != opening.state:
        return False
    has_grade = standing.tracked or (standing.grade and opening.grade)
    return not has_grade or standing.grade == opening.grade


def r11_founded(books: Books) -> Iterator[Finding]:
    """Every card and every grade row has a life behind it, and every life its rows; every owner a delivered order."""
    begin = month_start(books.review.earliest_month)
    for customer in books.customers:
        life, rows = books.life(customer), (*customer.cards[:1], *customer.prospects)
        moves = [move for move in customer.moves if not move.is_handover]
        had_left = has_left(customer, is_care=False) and not moves  # before these books begin
        if life is None and rows and customer.key not in books.held.waiting and not had_left:
            stood = "；".join(move.evidence for move in moves if move.evidence) or NOBODY
            yield _difference(Difference.UNFOUNDED, "R11.no_logs", rows[0], "phone", stood=stood)
        elif life is not None and not rows and customer.openings and life.standing.state in STOCK:
            yield _difference(Difference.UNFOUNDED, "R11.no_rows", customer.openings[-1], "phone", who=customer.name)
        delivered = {order.delivered_on for order in customer.orders}
        yield from _care_without_a_car(customer, begin)
        for owner in customer.owners:
            is_open = owner.delivered_on is not None and owner.delivered_on >= begin
            if is_open and owner.delivered_on not in delivered and not _came_as_owner(customer):
                yield _difference(Difference.UNFOUNDED, "R11.owner", owner, "delivered_on")


def _care_without_a_car(customer: Customer, begin: dt.date) -> Iterator[Finding]:
    """关怀记录 of one who owns no car: no row in 保有客户, no order delivered, and not loaded with the book."""
    has_car = customer.owners or any(order.delivered_on for order in customer.orders)
    if has_car or not customer.cares or _came_as_owner(customer):
        return
    days = [day for care in customer.cares for day in (care.planned_on, care.done_on) if day is not None]
    if all(day >= begin for day in days):
        count = len(customer.cares)
        yield _difference(Difference.UNFOUNDED, "R11.care", customer.cares[0], "customer", count=count)


def _came_as_owner(customer: Customer) -> bool:
    """Whether an owner was loaded with the book: the card says so, or said so first, and no roll has moved him there."""
    card, moves = customer.card, [move for move in customer.moves if not move.is_handover]
    was_owner = bool(moves) and moves[0].origin == State.DELIVERED
    is_owner = card is not None and card.state == State.DELIVERED
    return was_owner or (is_owner and all(move.target != State.DELIVERED for move in moves))


def r12_switched(books: Books) -> Iterator[Finding]:
    """What the forms that a shop switched on say stands in the others too, and the reverse."""
    if any(FORMS[sheet].switch for sheet in books.ledger.blocks):
        from xlcrm.crosscheck.switched import differences

        yield from differences(books)


RELATIONS: tuple[Relation, ...] = (
    r1_registered,
    r2_carded,
    r3_in_grade_sheet,
    r4_one_state,
    r5_reported,
    r6_planned,
    r7_same_grade,
    r8_care,
    r9_kept,
    r10_balanced,
    r11_founded,
    r12_switched,
)
"""Every relation, in the order of its code."""
