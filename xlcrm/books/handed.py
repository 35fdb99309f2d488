"""The workbook a consultant is handed: without macros, for Excel, WPS, LibreOffice and the viewer of a phone. Generated whole.

Drop-downs and checks are plain data validation over lists in a hidden sheet; nothing depends on a program of ours.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlcrm.books.places import in_file_names
from xlcrm.catalogue import Lang
from xlcrm.catalogue import hands as words
from xlcrm.forms.codes import CodeList
from xlcrm.forms.schema import ALWAYS, CHECK_HEADER, TEXT_FORMAT, Column, Kind
from xlcrm.hands.base import BASE_SHEET, base_lines
from xlcrm.hands.model import KEY_HEADER, FillTable, HandedCell, Handout, Pointer, ReadTable, is_taken
from xlcrm.report import look
from xlcrm.report.look import AS_TYPED, DEFAULT, Formats, lines_in
from xlcrm.report.mail import Mail, draft
from xlcrm.template import columns
from xlcrm.template.lists import PEOPLE, list_name

_LISTS_SHEET = "_lists"
_HEADER = 2
"""Row of the headers, from 0: title and hint stand above."""
_ROOM = 200
"""Blank rows with drop-downs below those handed out."""
_A4 = 9
_LINE = 14.0
"""Points of a line of text."""
_TITLE = {"bold": True, "font_size": 14, "font_color": look.INK}
_HINT = {"font_color": look.GREY, "font_size": 9}
_READ_WIDTHS = {Kind.TEXT: 14.0, Kind.GRADE: 6.0, Kind.COUNT: 8.0}
_WIDER = {**columns.WIDER, "上次情况": 40.0, "备注": 30.0}


def file_name(handout: Handout) -> str:
    """The workbook's name: 日报_张敏_2026-10-31.xlsx."""
    return f"日报_{in_file_names(handout.consultant)}_{handout.day}.xlsx"


def workbook(handout: Handout, lang: Lang = "zh") -> bytes:
    """The hand-out as .xlsx, the same bytes for the same hand-out."""
    out = io.BytesIO()
    with Workbook(out, {**AS_TYPED, "default_format_properties": DEFAULT}) as book:
        book.set_properties({"author": handout.store, "created": handout.made})
        make = Formats(book)
        for table in handout.reads:
            _read_sheet(book.add_worksheet(table.title), table, handout, make, lang)
        for fill in handout.fills:
            _fill_sheet(book.add_worksheet(fill.form.sheet), fill, handout, make, lang)
        _lists(book, handout.codes, handout.consultant)
        base = book.add_worksheet(BASE_SHEET)
        for row, line in enumerate(base_lines(handout)):
            for column, text in enumerate(line):
                base.write_string(row, column, text)
        base.very_hidden()
    return out.getvalue()


def letter(handout: Handout, name: str, content: bytes, lang: Lang) -> bytes:
    """The draft of the mail that takes a hand-out to its consultant, whose address the clerk puts in."""
    about = {"store": handout.store, "consultant": handout.consultant, "day": handout.day}
    mail = Mail(
        sender="",
        to=(),
        copy=(),
        subject=" ".join(words.MAIL_SUBJECT.say(lang, **about).split()),
        lines=tuple(line.say(lang, **about) for line in words.MAIL_LINES),
        things=(),
        name=name,
        ascii_name=f"daily-{handout.day}.xlsx",
        content=content,
    )
    return draft(mail, handout.made)


def _lists(book: Workbook, codes: Mapping[str, CodeList], consultant: str) -> None:
    """What the drop-downs offer, under the names that ``template.columns.check`` gives them."""
    sheet = book.add_worksheet(_LISTS_SHEET)
    named = {list_name(name): found.values for name, found in codes.items()} | {PEOPLE: (consultant,)}
    for column, (name, values) in enumerate(named.items()):
        sheet.write_string(0, column, name)
        sheet.write_column(1, column, values)
        first, last = (xl_rowcol_to_cell(row, column, True, True) for row in (1, max(1, len(values))))
        book.define_name(name, f"={_LISTS_SHEET}!{first}:{last}")
    sheet.hide()


def _head(sheet: Worksheet, title: str, hint: str, handout: Handout, make: Formats, lang: Lang) -> None:
    about = {"title": title, "consultant": handout.consultant, "day": handout.day}
    sheet.write_string(0, 0, words.TITLE.say(lang, **about), make(**_TITLE))
    sheet.write_string(1, 0, hint, make(**_HINT))
    sheet.set_row(0, 24)
    sheet.set_row(_HEADER, 36)
    sheet.freeze_panes(_HEADER + 1, 0)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER)


def _read_sheet(sheet: Worksheet, table: ReadTable, handout: Handout, make: Formats, lang: Lang) -> None:
    """A sheet to read, protected without a password: filters and widths may be changed."""
    _head(sheet, table.title, words.READ_HINT.say(lang), handout, make, lang)
    widths = [_read_width(header, kind) for header, kind in table.columns]
    for at, (header, _) in enumerate(table.columns):
        sheet.set_column(at, at, widths[at])
        sheet.write_string(_HEADER, at, header, make(**columns.TOOL_HEADER))
    for row, cells in enumerate(table.rows, start=_HEADER + 1):
        sheet.set_row(row, _LINE * max(map(_lines_of, cells, widths)) + 3)
        for at, (cell, (_, kind)) in enumerate(zip(cells, table.columns, strict=True)):
            shape = columns.cell_properties(kind) | {"text_wrap": kind is Kind.TEXT, "valign": "top"}
            _write(sheet, row, at, cell, make, shape)
    if not table.rows:
        sheet.write_string(_HEADER + 1, 0, table.empty, make(**_HINT))
    else:
        sheet.autofilter(_HEADER, 0, _HEADER + len(table.rows), len(table.columns) - 1)
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True, "sort": True})


def _read_width(header: str, kind: Kind) -> float:
    wide = _WIDER.get(header, _READ_WIDTHS.get(kind, columns.WIDTHS.get(kind, 10.0)))
    return max(wide, columns.header_width(header))


def _lines_of(cell: HandedCell, width: float) -> int:
    """How many lines a cell takes in a column; a viewer on a phone does not fit rows to their text."""
    return lines_in(cell, width) if isinstance(cell, str) else 1


def _fill_sheet(sheet: Worksheet, fill: FillTable, handout: Handout, make: Formats, lang: Lang) -> None:
    """A sheet to fill in: one table with the rows handed out and blank ones, its last column the hidden key."""
    own = fill.columns
    headers = [*(column.header for column in own), CHECK_HEADER, KEY_HEADER]
    end = _HEADER + len(fill.rows) + _ROOM
    _head(sheet, fill.form.sheet, words.FILL_HINT.say(lang), handout, make, lang)
    sheet.add_table(
        _HEADER,
        0,
        end,
        len(headers) - 1,
        {
            "name": fill.form.table,
            "style": "Table Style Light 9",
            "columns": [{"header": header} for header in headers],
        },
    )
    for at, column in enumerate(own):
        _fill_column(sheet, at, column, is_taken(fill.form, column), end, make)
    for at, header in enumerate((CHECK_HEADER, KEY_HEADER), start=len(own)):
        sheet.set_column(at, at, columns.WIDER.get(header, 14.0), make(num_format=TEXT_FORMAT))
        sheet.write_string(_HEADER, at, header, make(**columns.TOOL_HEADER))
    sheet.set_column(len(headers) - 1, len(headers) - 1, 14.0, make(num_format=TEXT_FORMAT), {"hidden": True})
    for row, handed in enumerate(fill.rows, start=_HEADER + 1):
        for at, column in enumerate(own):
            _write(sheet, row, at, handed.cells[column.name], make, columns.cell_properties(column.kind))
        _write(sheet, row, len(own), handed.check or None, make, {"num_format": TEXT_FORMAT})
        sheet.write_string(row, len(own) + 1, handed.key, make(num_format=TEXT_FORMAT))
    _mark_blanks(sheet, own, end, make)
    texts = (at for at, column in enumerate(own) if columns.cell_properties(column.kind)["num_format"] == TEXT_FORMAT)
    spans = (f"{xl_col_to_name(at)}{_HEADER + 2}:{xl_col_to_name(at)}{end + 1}" for at in texts)
    sheet.ignore_errors({"number_stored_as_text": " ".join(spans)})


def _fill_column(sheet: Worksheet, at: int, column: Column, taken: bool, end: int, make: Formats) -> None:
    sheet.set_column(at, at, columns.width(column), make(**columns.cell_properties(column.kind)))
    header = columns.header_properties(column) if taken else columns.TOOL_HEADER
    sheet.write_string(_HEADER, at, column.header, make(**header))
    rule = columns.check(column) if taken else None
    if rule is None and taken and column.kind is Kind.PHONE:
        first = xl_rowcol_to_cell(_HEADER + 1, at)
        rule = columns.doubting(column, {"validate": "custom", "value": _phone_formula(first)})
    if rule is not None:
        sheet.data_validation(_HEADER + 1, at, end, at, rule)


def _phone_formula(cell: str) -> str:
    """At least ten digits once blanks and dashes are gone: a mobile, a landline with its area code, 400."""
    return f'=LEN(SUBSTITUTE(SUBSTITUTE({cell}," ",""),"-",""))>=10'


def _mark_blanks(sheet: Worksheet, own: Sequence[Column], end: int, make: Formats) -> None:
    """Cells that must be filled in are coloured while they are blank in a row that holds something."""
    first, last = (xl_col_to_name(at) for at in (0, len(own) - 1))
    row = _HEADER + 2
    for at, column in enumerate(own):
        if column.required is ALWAYS:
            letter = xl_col_to_name(at)
            criteria = f"=AND(LEN(${letter}{row})=0,COUNTA(${first}{row}:${last}{row})>0)"
            rule = {"type": "formula", "criteria": criteria, "format": make(bg_color=look.PALE_ORANGE)}
            sheet.conditional_format(_HEADER + 1, at, end, at, rule)


def _write(sheet: Worksheet, row: int, at: int, cell: HandedCell, make: Formats, shape: Mapping[str, Any]) -> None:
    """One cell of what a book holds; text stays text, whatever it looks like."""
    match cell:
        case None | "":
            return
        case Pointer():
            target = xl_rowcol_to_cell(_HEADER + 1 + cell.index, 0)
            link = f"internal:'{cell.sheet}'!{target}"
            sheet.write_url(row, at, link, make(font_color=look.BLUE, underline=1), f"{cell.sheet}!{target}")
        case str():
            sheet.write_string(row, at, cell, make(**shape))
        case bool():
            sheet.write_boolean(row, at, cell, make(**shape))
        case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
            sheet.write(row, at, cell, make(**_dated(cell, shape)))
        case _:
            sheet.write_number(row, at, cell, make(**shape))


def _dated(cell: dt.date | dt.time | dt.timedelta, shape: Mapping[str, Any]) -> dict[str, Any]:
    """A day or time in a column that is not a column of days keeps its look."""
    if shape["num_format"] != TEXT_FORMAT:
        return dict(shape)
    kind = Kind.MOMENT if isinstance(cell, dt.datetime) else Kind.DATE if isinstance(cell, dt.date) else Kind.TIME
    return {**shape, "num_format": columns.cell_properties(kind)["num_format"]}
