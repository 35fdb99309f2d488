"""The engine's objects, from the application down to a range. Only what the product and its tests touch is here."""

from __future__ import annotations

import copy
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.filters import AutoFilter as PxAutoFilter
from openpyxl.worksheet.filters import FilterColumn, Filters
from openpyxl.worksheet.table import Table as PxTable
from xlwings import base_classes

from fakexl import native
from fakexl.entry import ComError, Held, Unsettled, entered, formula_text, given

C = TypeVar("C", bound=type)


class Call(NamedTuple):
    """A call to Excel: ``Range.raw_value=`` on ``来店登记!$A$3:$X$9``."""

    member: str
    target: str


def answering(cls: C) -> C:
    """Have every public member of a class go through ``ENGINE.asked``: that is where COM would be."""

    def heard(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            ENGINE.asked(Call(f"{cls.__name__}.{name}", str(self)))
            return function(self, *args, **kwargs)

        return call

    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name not in ("__call__", "__len__", "__iter__"):
            continue
        if isinstance(member, property):
            getter = heard(name, member.fget) if member.fget else None
            setter = heard(f"{name}=", member.fset) if member.fset else None
            setattr(cls, name, property(getter, setter))
        elif callable(member):
            setattr(cls, name, heard(name, member))
    return cls


class Engine:
    """The one engine. ``calls`` are all calls so far; ``on_call`` may raise what Excel would."""

    name, type = "fakexl", "desktop"

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.apps = Apps()
        self.calls: list[Call] = []
        self.on_call: Callable[[Call], None] = lambda call: None

    def asked(self, call: Call) -> None:
        self.calls.append(call)
        self.on_call(call)

    @staticmethod
    def clean_value_data(data: Any, *options: Any) -> Any:
        raise NotImplementedError("Range.value: a port uses raw_value")

    @staticmethod
    def prepare_xl_data_element(value: Any, *options: Any) -> Any:
        raise NotImplementedError("Range.value: a port uses raw_value")


class Apps(base_classes.Apps):
    def __init__(self) -> None:
        self._apps: list[App] = []

    def add(self, *_options: Any, **_named: Any) -> App:
        self._apps.insert(0, App(self))
        return self._apps[0]

    def __iter__(self) -> Iterator[App]:
        return iter(self._apps)

    def __len__(self) -> int:
        return len(self._apps)

    def remove(self, app: App) -> None:
        self._apps.remove(app)


class _Remembered:
    """A property of the application that keeps what it is set to."""

    def __init__(self, default: Any) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, app: Any, owner: type | None = None) -> Any:
        ENGINE.asked(Call(f"App.{self.name}", "Excel"))
        return app.__dict__.get(self.name, self.default)

    def __set__(self, app: Any, value: Any) -> None:
        ENGINE.asked(Call(f"App.{self.name}=", str(value)))
        app.__dict__[self.name] = value


class App(base_classes.App):
    visible = _Remembered(True)
    screen_updating = _Remembered(True)
    enable_events = _Remembered(True)
    display_alerts = _Remembered(True)
    calculation = _Remembered("automatic")
    status_bar = _Remembered(False)
    hwnd = pid = 4242

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._books = Books(self)
        self._native = native.Application()
        self.alerts: list[tuple[str, str, str]] = []

    @property
    def engine(self) -> Engine:
        return ENGINE

    @property
    def books(self) -> Books:
        return self._books

    @property
    def api(self) -> native.Application:
        return self._native

    def alert(self, prompt: str, title: str, _buttons: str, mode: str, _callback: Any) -> str:
        """Never asks Excel: on Windows the box is Windows' own."""
        self.alerts.append((prompt, title, mode))
        return "ok"

    def quit(self) -> None:
        self._apps.remove(self)

    def kill(self) -> None:
        """Gone already."""


@answering
class Books(base_classes.Books):
    def __init__(self, app: App) -> None:
        self._app = app
        self._books: list[Book] = []

    def __str__(self) -> str:
        return "books"

    @property
    def app(self) -> App:
        return self._app

    @property
    def active(self) -> Book:
        return self._books[-1]

    def __call__(self, key: str | int) -> Book:
        found = [book for i, book in enumerate(self._books, 1) if key in (i, book.path.name)]
        if not found:
            raise KeyError(key)
        return found[0]

    def __len__(self) -> int:
        return len(self._books)

    def __iter__(self) -> Iterator[Book]:
        return iter(self._books)

    def add(self) -> Book:
        workbook = openpyxl.Workbook()
        workbook.active.title = "Sheet1"
        self._books.append(Book(self._app, workbook, Path("Book1")))
        return self._books[-1]

    def open(self, fullname: str, *_options: Any) -> Book:
        path = Path(fullname)
        self._books.append(Book(self._app, openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm"), path))
        return self._books[-1]


@answering
class Book(base_classes.Book):
    def __init__(self, app: App, workbook: Any, path: Path) -> None:
        self._app = app
        self._workbook = workbook
        self._path = path

    def __str__(self) -> str:
        return self._path.name

    @property
    def api(self) -> Any:
        return self._workbook

    @property
    def path(self) -> Path:
        return self._path

    @property
    def name(self) -> str:
        return self._path.name

    @property
    def fullname(self) -> str:
        return str(self._path)

    @property
    def app(self) -> App:
        return self._app

    @property
    def sheets(self) -> Sheets:
        return Sheets(self, self._workbook)

    def save(self, path: Any = None, *_options: Any, **_named: Any) -> None:
        self._workbook.save(path or self._path)


@answering
class Sheets(base_classes.Sheets):
    def __init__(self, book: Book, workbook: Any) -> None:
        self._book = book
        self._workbook = workbook

    def __str__(self) -> str:
        return "sheets"

    def __call__(self, key: str | int) -> Sheet:
        for i, sheet in enumerate(self._workbook.worksheets, 1):
            if key == i or (isinstance(key, str) and sheet.title.lower() == key.lower()):
                return Sheet(self._book, sheet)
        raise ComError(f"no sheet {key}")

    def __len__(self) -> int:
        return len(self._workbook.worksheets)

    def __iter__(self) -> Iterator[Sheet]:
        return iter([Sheet(self._book, sheet) for sheet in self._workbook.worksheets])

    def add(self, *options: Any, **_named: Any) -> Sheet:
        _before, _after, name = options
        return Sheet(self._book, self._workbook.create_sheet(name, 0))


@answering
class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, cells: Any) -> None:
        self._book = book
        self.cells_ = cells

    def __str__(self) -> str:
        return str(self.cells_.title)

    @property
    def api(self) -> native.Worksheet:
        return native.Worksheet(self.cells_)

    @property
    def name(self) -> str:
        return str(self.cells_.title)

    @name.setter
    def name(self, value: str) -> None:
        self.cells_.title = value

    @property
    def book(self) -> Book:
        return self._book

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def used_range(self) -> Range:
        return Range(self, [_box(self.cells_.calculate_dimension())])

    def range(self, first: Any, last: Any = None) -> Range:
        if last is not None or not isinstance(first, str):
            raise NotImplementedError("a range by anything but its address")
        if len(first) > 255:
            raise ComError("an address longer than 255 characters")
        return Range(self, [_box(part) for part in first.split(",")])


Area = tuple[int, int, int, int]
"""First row and column, last row and column."""


def _box(address: str) -> Area:
    left, top, right, bottom = range_boundaries(address.replace("$", ""))
    return top, left, bottom, right


def _address(box: Area) -> str:
    first, last = (f"${get_column_letter(column)}${row}" for row, column in (box[:2], box[2:]))
    return first if first == last else f"{first}:{last}"


def _meet(one: Area, other: Area) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


@answering
class Range(base_classes.Range):
    def __init__(self, sheet: Sheet, boxes: list[Area]) -> None:
        self._sheet = sheet
        self._cells = sheet.cells_
        self._boxes = boxes

    def __str__(self) -> str:
        return f"{self._cells.title}!{','.join(map(_address, self._boxes))}"

    @property
    def box_(self) -> Area:
        if len(self._boxes) > 1:
            raise Unsettled("this, of several ranges at once")
        return self._boxes[0]

    def rows_(self) -> list[tuple[Any, ...]]:
        top, left, bottom, right = self.box_
        return list(self._cells.iter_rows(top, bottom, left, right))

    def all_cells_(self) -> Iterator[Any]:
        """The cells of several ranges too: what is asked of formats and comments is asked of them all."""
        for top, left, bottom, right in self._boxes:
            yield from itertools.chain.from_iterable(self._cells.iter_rows(top, bottom, left, right))

    @property
    def api(self) -> native.Range:
        return native.Range(self)

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def row(self) -> int:
        return self.box_[0]

    @property
    def column(self) -> int:
        return self.box_[1]

    def __len__(self) -> int:
        height, width = self.shape
        return height * width

    @property
    def shape(self) -> tuple[int, int]:
        top, left, bottom, right = self.box_
        return bottom - top + 1, right - left + 1

    @property
    def address(self) -> str:
        return ",".join(map(_address, self._boxes))

    @property
    def raw_value(self) -> Any:
        values = tuple(tuple(given(cell) for cell in row) for row in self.rows_())
        return values[0][0] if self.shape == (1, 1) else values

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        height, width = self.shape
        if not isinstance(data, list | tuple):
            data = [[data] * width] * height
        if [len(row) for row in data] != [width] * height:
            raise Unsettled("a block that is not the size of its range")
        self._writable()
        for area in self._shown():
            for row, values in zip(area, data, strict=False):
                for cell, value in zip(row, values, strict=True):
                    self._enter(cell, value)

    def _shown(self) -> list[list[tuple[Any, ...]]]:
        """Runs of rows that no filter hides: Excel starts the block again in each of them (xlwings issue 679)."""
        rows = self.rows_()
        filtered = any(map(_is_filtered, self._cells.tables.values())) or bool(self._cells.auto_filter.filterColumn)
        if not filtered:
            return [rows]
        hidden = self._cells.row_dimensions
        return [
            list(run) for shown, run in itertools.groupby(rows, key=lambda row: not hidden[row[0].row].hidden) if shown
        ]

    def _enter(self, cell: Any, value: Any) -> None:
        if isinstance(cell, MergedCell):
            raise Unsettled(f"writing into {cell.coordinate}, which is merged")
        held = entered(value, cell.number_format)
        table = next((t for t in self._cells.tables.values() if _inside(cell, t)), None)
        if held.type == "f" and table is not None and self._sheet._book._app.api.fills_columns_:
            raise Unsettled("a formula into a table while Excel makes calculated columns")
        if table is not None and held.value is not None:
            table.insertRow = None
        _keep(cell, held)

    def _writable(self) -> None:
        if self._cells.protection.sheet:
            raise ComError("the sheet is protected")

    @property  # type: ignore[misc]  # not to be set
    def formula(self) -> Any:
        texts = tuple(tuple(formula_text(cell) for cell in row) for row in self.rows_())
        return texts[0][0] if self.shape == (1, 1) else texts

    def fill_(self, text: str) -> None:
        """One formula for all cells: its relative references are those of the first."""
        self._writable()
        first = self.rows_()[0][0].coordinate
        for cell in self.all_cells_():
            self._enter(cell, Translator(text, first).translate_formula(cell.coordinate))

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        """New cells look as those above."""
        if (shift, copy_origin) != ("down", "format_from_left_or_above"):
            raise Unsettled("cells put in otherwise")
        top, _, bottom, _ = self.box_
        self._shift(bottom + 1 - top)
        for cell in itertools.chain.from_iterable(self.rows_()):
            cell._style = copy.copy(self._cells.cell(top - 1, cell.column)._style)

    def delete(self, shift: str | None = None) -> None:
        if shift != "up":
            raise Unsettled("cells taken out otherwise")
        top, _, bottom, _ = self.box_
        self._shift(top - bottom - 1)

    def _shift(self, rows: int) -> None:
        """Move everything from here down, or what is below it up: cells with all that hangs on them, and the table's end."""
        self._writable()
        top, left, bottom, right = self.box_
        below = [_box(table.ref) for table in self._cells.tables.values() if _box(table.ref)[0] > bottom]
        below += [_box(pivot.location.ref) for pivot in self._cells._pivots]
        if any(box[2] >= top and box[1] <= right and left <= box[3] for box in below):
            raise ComError("the operation would move a part of a table or of a pivot table")
        if any(_is_filtered(table) for table in self._cells.tables.values()):
            raise Unsettled("moving rows that a filter hides")
        held = self._cells._cells
        moving = {at: cell for at, cell in held.items() if at[0] >= top and left <= at[1] <= right}
        for at in moving:
            del held[at]
        for (row, column), cell in moving.items():
            if rows < 0 and row <= bottom:
                continue
            if cell.data_type == "f":
                cell._value = Translator(cell.value, cell.coordinate).translate_formula(
                    f"{cell.column_letter}{row + rows}"
                )
            cell.row = row + rows
            if cell.hyperlink:
                cell.hyperlink.ref = cell.coordinate
            held[cell.row, column] = cell
        for image in self._cells._images:
            if image.anchor._from.row + 1 > bottom:
                image.anchor._from.row += rows
        for table in self._cells.tables.values():
            box = _box(table.ref)
            if box[0] < top <= box[2]:
                taken = max(rows, top - box[2] - 1) if rows < 0 else rows
                table.ref = _address((box[0], box[1], max(box[2] + taken, box[0] + 1), box[3])).replace("$", "")
                if table.autoFilter is not None:
                    table.autoFilter.ref = table.ref

    def copy(self, destination: Any = None) -> None:
        """A cell with all that hangs on it, its formula filled."""
        (source,), (target,) = self.all_cells_(), destination.impl.all_cells_()
        destination.impl._writable()
        target._style = copy.copy(source._style)
        target._hyperlink = copy.copy(source.hyperlink)
        if target.hyperlink:
            target.hyperlink.ref = target.coordinate
        target.comment = copy.copy(source.comment)
        value = source.value
        if source.data_type == "f":
            value = Translator(value, source.coordinate).translate_formula(target.coordinate)
        target._value, target.data_type = value, source.data_type

    @property
    def number_format(self) -> str | None:
        formats = {cell.number_format for cell in self.all_cells_()}
        return formats.pop() if len(formats) == 1 else None

    @number_format.setter
    def number_format(self, value: str) -> None:
        self._writable()
        for top, left, bottom, right in self._boxes:
            for cell in itertools.chain.from_iterable(self._cells.iter_rows(top, bottom, left, right)):
                cell.number_format = value

    def clear_contents(self) -> None:
        self._writable()
        if any(map(_is_filtered, self._cells.tables.values())):
            raise Unsettled("clearing rows that a filter hides")
        for cell in itertools.chain.from_iterable(self.rows_()):
            _keep(cell, Held("n", None, cell.number_format))

    @property
    def merge_cells(self) -> bool | None:
        merged = [_box(str(area)) for area in self._cells.merged_cells.ranges]
        top, left, bottom, right = self.box_
        inside = [area for area in merged if _meet(area, self.box_)]
        if not inside:
            return False
        whole = any(a[0] <= top and a[1] <= left and a[2] >= bottom and a[3] >= right for a in inside)
        return True if whole else None

    def merge(self, _across: bool) -> None:
        if any(_meet(_box(table.ref), self.box_) for table in self._cells.tables.values()):
            raise ComError("cells of a table cannot be merged")
        self._cells.merge_cells(self.address.replace("$", ""))

    @property  # type: ignore[misc]  # not to be set
    def row_hidden(self) -> bool | None:
        hidden = {bool(self._cells.row_dimensions[row[0].row].hidden) for row in self.rows_()}
        return hidden.pop() if len(hidden) == 1 else None

    @property
    def note(self) -> Note | None:
        top, left, _, _ = self.box_
        comment = self._cells.cell(top, left).comment
        return Note(comment) if comment else None

    def add_note(self, text: str) -> Note:
        top, left, _, _ = self.box_
        self._cells.cell(top, left).comment = comment = Comment(text, "somebody")
        return Note(comment)


class Note(base_classes.Note):
    def __init__(self, comment: Comment) -> None:
        self._comment = comment


def _inside(cell: Any, table: PxTable) -> bool:
    return _meet((cell.row, cell.column, cell.row, cell.column), _box(table.ref))


def _keep(cell: Any, held: Held) -> None:
    cell.value = None
    cell.number_format = held.format
    cell.quotePrefix = held.quoted
    if held.value is not None:
        cell._value, cell.data_type = held.value, held.type


def _is_filtered(table: PxTable) -> bool:
    return table.autoFilter is not None and bool(table.autoFilter.filterColumn)


class _Named(base_classes.Collection):
    """A collection by name, and from 1."""

    def items_(self) -> Iterable[Any]:
        raise NotImplementedError

    def __call__(self, key: str | int) -> Any:
        for i, item in enumerate(self.items_(), 1):
            if key == i or (isinstance(key, str) and item.t_.displayName.lower() == key.lower()):
                return item
        raise KeyError(key)

    def __len__(self) -> int:
        return len(list(self.items_()))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items_())


@answering
class Tables(_Named):
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __str__(self) -> str:
        return f"{self._sheet} tables"

    def items_(self) -> list[Table]:
        return [Table(self._sheet, table) for table in self._sheet.cells_.tables.values()]

    def __call__(self, key: str | int) -> Any:
        return super().__call__(key)

    def __iter__(self) -> Iterator[Any]:
        return super().__iter__()

    def add(self, *, source: Any, name: str, **_options: Any) -> Table:
        top, left, bottom, right = source.impl.box_
        empty = top == bottom
        table = PxTable(displayName=name, ref=_address((top, left, bottom + empty, right)).replace("$", ""))
        table.autoFilter = PxAutoFilter(ref=table.ref)
        table.insertRow = empty or None
        self._sheet.cells_.add_table(table)
        table._initialise_columns()
        return Table(self._sheet, table)


@answering
class Table(base_classes.Table):
    def __init__(self, sheet: Sheet, table: PxTable) -> None:
        self._sheet = sheet
        self.t_ = table

    def __str__(self) -> str:
        return str(self.t_.displayName)

    @property
    def api(self) -> native.ListObject:
        return native.ListObject(self.t_)

    @property  # type: ignore[misc]  # not to be set
    def name(self) -> str:
        return str(self.t_.displayName)

    @property
    def parent(self) -> Sheet:
        return self._sheet

    @property
    def range(self) -> Range:
        return Range(self._sheet, [_box(self.t_.ref)])

    @property
    def data_body_range(self) -> Range | None:
        top, left, bottom, right = _box(self.t_.ref)
        first, last = top + bool(self.t_.headerRowCount), bottom - (self.t_.totalsRowCount or 0)
        return None if self.t_.insertRow else Range(self._sheet, [(first, left, last, right)])

    @property
    def show_headers(self) -> bool:
        return bool(self.t_.headerRowCount)

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        top, left, bottom, right = _box(self.t_.ref)
        self.t_.ref = _address((top + (not value), left, bottom, right)).replace("$", "")
        self.t_.headerRowCount = int(value)

    @property
    def show_totals(self) -> bool:
        return bool(self.t_.totalsRowCount)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        top, left, bottom, right = _box(self.t_.ref)
        self.t_.ref = _address((top, left, bottom + value, right)).replace("$", "")
        self.t_.totalsRowCount = int(value)
        self._sheet.cells_.cell(bottom + value, left).value = "汇总"

    @property
    def show_autofilter(self) -> bool:
        return self.t_.autoFilter is not None

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self.t_.autoFilter = PxAutoFilter(ref=self.t_.ref) if value else None

    def resize(self, cells: Any) -> None:
        old, new = _box(self.t_.ref), cells.impl.box_
        others = [_box(t.ref) for t in self._sheet.cells_.tables.values() if t is not self.t_]
        if new[0] != old[0] or new[2] == new[0] or not _meet(old, new) or any(_meet(new, other) for other in others):
            raise ComError("a table keeps its header row, a row below it, and its distance from others")
        if self.t_.totalsRowCount:
            raise Unsettled("resizing a table with a totals row")
        self.t_.ref = _address(new).replace("$", "")
        if self.t_.autoFilter is not None:
            self.t_.autoFilter.ref = self.t_.ref

    @property
    def autofilter(self) -> AutoFilter:
        return AutoFilter(self)


@answering
class AutoFilter(base_classes.AutoFilter):
    def __init__(self, table: Table) -> None:
        self._table = table

    def __str__(self) -> str:
        return f"{self._table} filter"

    @property
    def criteria(self) -> list[Any]:
        _, left, _, right = _box(self._table.t_.ref)
        active = {column.colId + 1: column.filters.filter for column in self._table.t_.autoFilter.filterColumn}
        return [
            base_classes.autofilter_criteria_snapshot(field, "values", active[field], None, None)
            if field in active
            else base_classes.empty_autofilter_criteria(field)
            for field in range(1, right - left + 2)
        ]

    def apply_values(self, field: int, values: list[str]) -> None:
        table, cells = self._table.t_, self._table._sheet.cells_
        top, left, bottom, _ = _box(table.ref)
        table.autoFilter.filterColumn.append(FilterColumn(colId=field - 1, filters=Filters(filter=values)))
        for row in range(top + 1, bottom + 1):
            cells.row_dimensions[row].hidden = str(cells.cell(row, left + field - 1).value) not in values


ENGINE = Engine()
