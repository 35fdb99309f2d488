"""订单, 保有客户 and 战败: rows for orders, deliveries and losses that the logs mention and nobody has written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from xlcrm.changes import Value
from xlcrm.followup.care import Delivered, care_calendar, owner_dates
from xlcrm.forms.schema import Place
from xlcrm.forms.sheets import Loss, Order, Owner
from xlcrm.forms.states import Decision, State
from xlcrm.roll.care_calls import add_care
from xlcrm.roll.state import Case, RollState
from xlcrm.timeline.written import (
    UNPAID,
    is_completed,
    is_obsolete,
    is_unmarked,
    loss_marks,
    number_to_complete,
    order_marks,
)


def write_orders(state: RollState, case: Case) -> None:
    """Number the customer's orders, add those mentioned only in the logs, and an owner for every car delivered."""
    life, customer = case.life, case.customer
    for deposit in customer.deposits:
        if deposit.is_blank("customer"):
            state.put(deposit, customer=case.number)
    for order in customer.orders:
        if is_obsolete(customer, order, state.ledger):
            _withdraw(state, case, order)
            continue
        if order.is_blank("customer"):
            state.put(order, customer=case.number)
        on = order.placed_on
        if on is not None and order.number == number_to_complete(customer.number, on):
            signed = [mark.consultant for mark in order_marks(customer, on)]
            if signed and order.consultant not in signed:
                state.put(order, consultant=signed[0])
    for mark in life.unwritten_orders:
        firm: dict[str, Value] = {"firm_on": mark.on} if state.has_column(Order, "firm_on") else {}
        state.changes.add(
            Order.form.sheet,
            Order.cells(
                **firm,
                number=number_to_complete(case.number, mark.on),
                customer=case.number,
                name=customer.name,
                phone=state.phone_of(customer),
                date=mark.on,
                model=mark.source.model,
                quantity=1,
                payment=UNPAID,
                consultant=mark.source.consultant,
            ),
        )
    if life.deliveries:
        known = Counter(owner.delivered_on for owner in customer.owners)
        for order, day in [(order, order.delivered_on) for order in life.deliveries if order.delivered_on]:
            if known[day] > 0:
                known[day] -= 1
            else:
                _write_owner(state, case, order, day)


def _withdraw(state: RollState, case: Case, row: Order | Loss) -> None:
    """Take back a row that the roll wrote for a mark; where the mark is gone, not replaced by a row of staff, it is said."""
    if is_unmarked(case.customer, row, state.ledger):
        day = row.placed_on if isinstance(row, Order) else row.applied_on
        state.withdraw(row, f"{day} {case.customer.name}")
    else:
        state.changes.remove(row.at.sheet, row.at.row)


def _write_owner(state: RollState, case: Case, order: Order, delivered_on: dt.date) -> None:
    """The delivered car on the front of the card, and its care calendar."""
    customer, settings = case.customer, state.ledger.settings
    birthday = customer.card.birthday if customer.card else None
    dates = owner_dates(delivered_on, settings)
    car: dict[str, Any] = {
        "customer": case.number,
        "name": customer.name,
        "phone": state.phone_of(customer),
        "model": order.model,
        "bought_on": order.placed_on,
        "delivered_on": delivered_on,
        "first_service_on": dates.first_service,
        "insured_until": dates.insurance,
        "birthday": birthday,
        "consultant": case.standing.consultant,
    }
    state.changes.add(Owner.form.sheet, Owner.cells(**car))
    if not customer.may_be_called:
        return
    delivered = state.delivered.setdefault(customer.key, Delivered())
    delivered.owners.append(Owner(at=Place(Owner.form.sheet, 0, {}), **car))
    for item, day in care_calendar(delivered_on, birthday, settings):
        planned = state.ledger.workdays.on_or_after(case.standing.consultant or "", day)
        delivered.calls.append((item, planned))
        add_care(state, customer, item, planned, case.standing.consultant)


def write_losses(state: RollState, case: Case) -> None:
    """Complete the customer's losses, and add those applied for only in the logs."""
    life, customer = case.life, case.customer
    for loss in customer.losses:
        if is_obsolete(customer, loss, state.ledger):
            _withdraw(state, case, loss)
            continue
        if loss.is_blank("customer"):
            state.put(loss, customer=case.number)
        if loss.is_blank("decision"):
            state.put(loss, decision=Decision.OPEN)
        if loss.applied_on is not None and not is_completed(loss):
            applied = [mark.consultant for mark in loss_marks(customer, loss.applied_on) if mark.story == loss.story]
            if applied and loss.applicant not in applied:
                state.put(loss, applicant=applied[0])
    for mark in life.unwritten_losses:
        state.changes.add(
            Loss.form.sheet,
            Loss.cells(
                customer=case.number,
                name=customer.name,
                phone=state.phone_of(customer),
                grade_before=life.stood(mark.on).grade,
                exit=State.LOST,
                story=mark.report.story,
                applied_on=mark.on,
                applicant=mark.report.consultant,
                decision=Decision.OPEN,
            ),
        )
