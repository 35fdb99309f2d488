"""Builds ``workbook/CRM.xlsm`` from the forms, the buttons and a little VBA."""

from __future__ import annotations


def blank_book() -> bytes:
    """A fresh CRM workbook (.xlsm): set-up filled in, no data, the same bytes every time."""
    from xlcrm.template.build import build  # not above: every click reads ``layout``, none needs the builder

    return build()
