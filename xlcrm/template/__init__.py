"""Builds ``workbook/CRM.xlsm`` from the forms, the buttons and a little VBA."""

from __future__ import annotations

from xlcrm.template.build import blank_book

__all__ = ["blank_book"]
