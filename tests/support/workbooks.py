"""Small workbook files for tests, with everything around the tables that must survive."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from xlcrm.books.area import letters
from xlcrm.changes import Link, Value
from xlcrm.forms.schema import Cell, Form, Kind
from xlcrm.forms.sheets import FORMS

FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.TIME: "hh:mm", Kind.MOMENT: "yyyy-mm-dd hh:mm:ss", Kind.PHONE: "@"}
CRM = ("来店登记", "日报", "客户卡")
TOP = 4
"""The header row: a merged title and a blank row stand above it."""


def write_cell(sheet: Any, row: int, column: int, value: Value, form: Any = None) -> None:
    """A cell of a sheet under construction, 1-based, typed as given: text is never a number, a formula or a link."""
    at = (row - 1, column - 1)
    match value:
        case None:
            sheet.write_blank(*at, None, form)
        case bool():
            sheet.write_boolean(*at, value, form)
        case int() | float():
            sheet.write_number(*at, value, form)
        case str():
            sheet.write_string(*at, value, form)
        case dt.date() | dt.time() | dt.timedelta():
            sheet.write_datetime(*at, value, form)
        case Link():
            raise TypeError("links are written by the product only")


def make_book(
    path: Path,
    rows: Mapping[str, Sequence[Mapping[str, Cell]]] = {},
    *,
    sheets: Iterable[str] = CRM,
    blank: Iterable[str] = (),
    foot: bool = False,
    date1904: bool = False,
) -> Path:
    """A workbook with a table a form: title in a merged cell above, formats and drop-downs, a chart and names beside.

    ``foot`` puts a total with a formula and a merged signature line below each table; ``blank`` are more sheets.
    """
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "date_1904": date1904})
    home = book.add_worksheet("首页")
    home.write_formula("B2", "=COUNTA(tblVisit[日期])", None, 0)
    for sheet in sheets:
        _add_form(book, FORMS[sheet], rows.get(sheet, ()), foot)
    for sheet in blank:
        book.add_worksheet(sheet)
    chart = book.add_chart({"type": "column"})
    assert chart is not None
    chart.add_series({"values": "=来店登记!$J$5:$J$6"})
    home.insert_chart("D4", chart)
    book.close()
    add_members(path, {"customXml/item1.xml": "<店>一号店</店>".encode(), "xl/vbaProject.bin": bytes(range(256)) * 40})
    return path


def _add_form(book: Any, form: Form, rows: Sequence[Mapping[str, Cell]], foot: bool) -> None:
    sheet = book.add_worksheet(form.sheet)
    width, data = len(form.headers), list(rows) or [{}]
    kinds = [column.kind for column in form.columns_with()] + [Kind.TEXT] * form.checked
    formats = [book.add_format({"num_format": FORMATS.get(kind, "General"), "border": 1}) for kind in kinds]
    sheet.merge_range(0, 0, 0, 3, form.title, book.add_format({"bold": True}))
    last = TOP + len(data)
    for column, form_ in enumerate(formats, 1):
        sheet.set_column(column - 1, column - 1, 11, form_)
        for row, values in enumerate(data, TOP + 1):
            write_cell(sheet, row, column, values.get(form.headers[column - 1]), form_)
    columns = [{"header": header} for header in form.headers]
    sheet.add_table(
        TOP - 1, 0, last - 1, width - 1, {"name": form.table, "columns": columns, "style": "Table Style Light 9"}
    )
    end = letters(width)
    sheet.data_validation(
        f"C{TOP + 1}:C{last}", {"validate": "list", "source": ["首次", "再次"], "input_message": "选一个"}
    )
    rule = {"type": "formula", "criteria": f'=${end}{TOP + 1}<>""', "format": book.add_format({"bg_color": "#FFE0B0"})}
    sheet.conditional_format(f"A{TOP + 1}:{end}{last}", rule)
    sheet.print_area(0, 0, last - 1, width - 1)
    sheet.repeat_rows(TOP - 1)
    sheet.freeze_panes(TOP, 0)
    sheet.set_landscape()
    if foot:
        sheet.write_string(last + 1, 0, "合计")
        sheet.write_formula(last + 1, 1, f"=COUNTA(A{TOP + 1}:A{last})", None, len(rows))
        sheet.merge_range(last + 2, 0, last + 2, 3, "制表人签字：")
        sheet.write_comment(last + 1, 0, "每日核对", {"author": "经理"})


def raw(data: bytes, name: str) -> bytes:
    """A member as it stands in the file: local header, packed data, and the descriptor after them if there is one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(name)
    sizes = sum(struct.unpack_from("<2H", data, info.header_offset + 26))
    descriptor = 16 if info.flag_bits & 8 else 0
    return data[info.header_offset : info.header_offset + 30 + sizes + info.compress_size + descriptor]


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def add_members(path: Path, added: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in added.items():
            archive.writestr(name, content)


def edit_member(path: Path, name: str, old: str, new: str, *, pattern: bool = False) -> None:
    """Change a part's text, as another program would have written it; the old text must be there."""
    parts = members(path)
    text = parts[name].decode()
    changed = re.sub(old, new, text, count=1) if pattern else text.replace(old, new, 1)
    assert changed != text, f"{old} is not in {name}"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in parts.items():
            archive.writestr(member, changed.encode() if member == name else content)
    path.write_bytes(target.getvalue())


def share_texts(path: Path) -> None:
    """Keep every text of the cells apart from them, in ``sharedStrings``, as Excel does when it saves the book."""
    parts = members(path)
    texts = re.findall("<si>.*?</si>", parts["xl/sharedStrings.xml"].decode(), re.DOTALL)

    def shared(cell: re.Match[str]) -> str:
        texts.append(f"<si>{cell[1]}</si>")
        return f' t="s"><v>{len(texts) - 1}</v></c>'

    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            xml = parts[name].decode()
            parts[name] = re.sub(r' t="inlineStr"><is>(.*?)</is></c>', shared, xml, flags=re.DOTALL).encode()
    head = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    parts["xl/sharedStrings.xml"] = f"{head}{''.join(texts)}</sst>".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
