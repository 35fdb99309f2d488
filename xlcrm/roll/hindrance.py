"""Customers who cannot be rolled: something hangs on a row of theirs that would be lost when the row is taken out.

What belongs to a cell goes along, or comes back from the journal. A comment, a drawing or a reference from elsewhere does
not: the customer stays where he is, with a finding, and the rest rolls. Our decision; issue 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from xlcrm.changes import CARRIED, Attached, MovedRow
from xlcrm.findings import Finding, Severity, Spot
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.customers import Key
from xlcrm.roll.state import RollState


class Hindrance(NamedTuple):
    """Something on a row that would be lost if the row went to the sheet ``target``, or out of the grade sheets ("")."""

    row: Record
    attached: Attached
    target: str


def hindered(state: RollState) -> dict[Key, list[Hindrance]]:
    """By customer, what cannot go along with the rows that a roll would take out."""
    ledger, found = state.ledger, dict[Key, list[Hindrance]]()
    targets = {
        row.origin: sheet
        for sheet, change in state.changes.tables.items()
        for row in change.added
        if isinstance(row, MovedRow)
    }
    for sheet, change in state.changes.tables.items():
        hanging = ledger.blocks[sheet].beside.on(change.removed) if change.removed else {}
        for record in ledger.records.get(sheet, ()) if hanging else ():
            target = targets.get((sheet, record.at.row), "")
            for attached in hanging.get(record.at.row, ()):
                customer = ledger.customers.of(record)
                if customer and _is_lost(state, attached, target):
                    found.setdefault(customer.key, []).append(Hindrance(record, attached, target))
    return found


def _is_lost(state: RollState, attached: Attached, target: str) -> bool:
    """Whether something neither goes along nor comes back."""
    if attached.kind == "picture":
        return not target or attached.header not in state.ledger.blocks[target].headers
    return attached.kind not in CARRIED


def findings(state: RollState, found: Mapping[Key, list[Hindrance]]) -> Iterator[Finding]:
    """What to say of the customers who stay; the places are those after the roll."""
    for own in found.values():
        for record, attached, target in own:
            sheet = record.at.sheet
            row = state.changes.table(sheet).place(record.at.row)
            header = attached.header or FORMS[sheet].columns[0].header
            name = FORMS[sheet].columns[0].name
            letter = (
                attached.cell.rstrip("0123456789") if attached.header else record.at.cell(name).rstrip("0123456789")
            )
            at = Spot(sheet, f"{letter}{row}", row, header if attached.header else "")
            about = {"what": attached.cell, "header": attached.header, "target": target}
            person = getattr(record, "consultant", None) or ""
            yield Finding(_wording(attached, target), Severity.ERROR, at, attached.cell, person, about=about)


def _wording(attached: Attached, target: str) -> str:
    return "G06.picture_leaves" if attached.kind == "picture" and not target else f"G06.{attached.kind}"
