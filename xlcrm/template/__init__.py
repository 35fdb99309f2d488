"""Builds ``workbook/CRM.xlsm`` from the forms, the buttons and a little VBA."""

from __future__ import annotations

from collections.abc import Collection


def blank_book(store: str = "", switched: Collection[str] = ()) -> bytes:
    """A fresh CRM workbook (.xlsm): set-up filled in, no data, the same bytes every time.

    ``store`` is what 首页 shows until a spreadsheet program works out its formula for the shop's name; "" for 设置's own.
    ``switched`` are the switches of 设置 that are on.
    """
    from xlcrm.template.build import build  # not above: every click reads ``layout``, none needs the builder

    return build(store, switched)
