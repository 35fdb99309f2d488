"""规范写法: values that were understood although they are written unusually, rewritten as the forms write them."""

from __future__ import annotations

import datetime as dt

from xlcrm.changes import Changes
from xlcrm.findings import REWRITTEN
from xlcrm.forms.schema import Cell, Defect, Kind, Record
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.subjects import closed_days, is_closed

_AS_VALUES = {Kind.DATE, Kind.MOMENT, Kind.TIME, Kind.COUNT, Kind.MONEY, Kind.NUMBER}
"""Kinds whose value is what a cell holds; of the others the words are."""


def tidied(ledger: Ledger, today: dt.date) -> tuple[Changes, int]:
    """The changes, and how many cells they rewrite. Rows of closed months are sealed as they were typed, and stay so."""
    changes, count = Changes(), 0
    closed = closed_days(ledger, today)
    for sheet, form in FORMS.items():
        for record in ledger.records.get(sheet, ()) if form.checked else ():
            if record.defects and not is_closed(record, closed):
                for defect in record.defects:
                    if defect.readable and defect.trouble in REWRITTEN:
                        changes.edit(record, **{defect.name: _as_written(record, defect)})
                        count += 1
    return changes, count


def _as_written(record: Record, defect: Defect) -> Cell:
    value: Cell = getattr(record, defect.name)
    return value if record.form.by_name[defect.name].kind in _AS_VALUES else defect.hint
