"""What is known of Excel and relied upon, a fact a test. Each runs on the imitation, and with a real Excel under
``-m live_excel``, where it is the imitation that is on trial.
"""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterator
from typing import Any

import fakexl
import pytest
from fakexl import EXCELS, REFUSED, Unsettled, excel

N_A = -2146826246


@pytest.fixture(params=EXCELS)
def sheet(request: pytest.FixtureRequest) -> Iterator[Any]:
    """An empty sheet of a new book."""
    with excel(request.param) as app:
        yield app.books.add().sheets[0]


@pytest.fixture
def imitated() -> Any:
    """An empty sheet of the imitation, for what nobody knows."""
    return fakexl.start().books.add().sheets[0]


def entered(sheet: Any, value: object, number_format: str = "General") -> Any:
    """What a cell of a format gives back after a value was set."""
    cell = sheet.range("B2")
    cell.number_format = number_format
    cell.raw_value = value
    return cell.raw_value


def table_at(sheet: Any, rows: list[list[object]]) -> Any:
    cells = sheet.range(f"A3:B{2 + len(rows)}")
    cells.raw_value = rows
    return sheet.tables.add(source=cells, name="tblFacts")


ROWS: list[list[object]] = [["a", "b"], ["x", 1.0], ["y", 2.0], ["x", 3.0], ["y", 4.0]]


# ---------------------------------------------------------------- values set by a program are typed


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("001", 1.0),
        ("+8619900000001", 8619900000001.0),
        ("123456789012345678", 123456789012345000.0),
        ("１２３", 123.0),
        ("50%", 0.5),
        ("TRUE", True),
        ("#N/A", N_A),
        ("'007", "007"),
        ("汉兰达 2.5", "汉兰达 2.5"),
        ("校验 12 行：3 处错误", "校验 12 行：3 处错误"),
        ("√", "√"),
        ("", None),
    ],
)
def test_text_is_retyped_in_a_cell_without_a_format(sheet: Any, text: str, becomes: object) -> None:
    assert entered(sheet, text) == becomes
    assert type(sheet.range("B2").raw_value) is type(becomes)


@pytest.mark.parametrize("text", ["1-2", "2026-10-05", "2026/10/5", "3月5日", "2026年10月5日", "2026-10"])
def test_text_like_a_day_becomes_a_day(sheet: Any, text: str) -> None:
    assert isinstance(entered(sheet, text), dt.datetime)


def test_text_like_a_time_becomes_a_part_of_a_day(sheet: Any) -> None:
    assert entered(sheet, "9:30") == pytest.approx(9.5 / 24)


def test_text_that_begins_with_an_equals_sign_becomes_a_formula(sheet: Any) -> None:
    assert entered(sheet, "=1+1") == 2.0
    assert sheet.range("B2").formula == "=1+1"


@pytest.mark.parametrize(
    "text",
    [
        "001",
        "=1+1",
        "+8619900000001",
        "123456789012345678",
        "1-2",
        "TRUE",
        "#N/A",
        "１２３",
        "3月5日",
        "a" * 10_000,
        "😀",
    ],
)
def test_a_cell_formatted_as_text_keeps_text(sheet: Any, text: str) -> None:
    assert entered(sheet, text, "@") == text
    assert sheet.range("B2").api.HasFormula is False


@pytest.mark.parametrize("text", ["001", "=1+1", "+8619900000001", "1-2", "TRUE", "#N/A", "'quoted", "3月5日"])
@pytest.mark.parametrize("number_format", ["General", "yyyy-mm-dd", "0.00"])
def test_an_apostrophe_keeps_text_in_any_other_cell(sheet: Any, text: str, number_format: str) -> None:
    assert entered(sheet, f"'{text}", number_format) == text
    assert sheet.range("B2").number_format == number_format


def test_a_number_into_a_cell_formatted_as_text_becomes_text(sheet: Any) -> None:
    assert entered(sheet, 19900000001.0, "@") == "19900000001"


def test_formatting_a_number_as_text_leaves_it_a_number(sheet: Any) -> None:
    entered(sheet, 19900000001.0)
    sheet.range("B2").number_format = "@"
    assert sheet.range("B2").raw_value == 19900000001.0


def test_empty_text_empties_a_cell_whatever_its_format(sheet: Any) -> None:
    for number_format in ("General", "@", "yyyy-mm-dd"):
        entered(sheet, "x", number_format)
        assert entered(sheet, "", number_format) is None


# ---------------------------------------------------------------- values given back


@pytest.mark.parametrize("number", [3, 3.0, -0.5, 19900000001.0])
def test_numbers_come_back_as_floats(sheet: Any, number: float) -> None:
    assert entered(sheet, number) == number
    assert type(sheet.range("B2").raw_value) is float


def test_a_day_comes_back_as_a_moment_and_keeps_the_format_of_its_cell(sheet: Any) -> None:
    value = entered(sheet, dt.datetime(2026, 10, 5, tzinfo=dt.UTC), "yyyy-mm-dd")
    assert (value.year, value.month, value.day, value.hour, value.minute) == (2026, 10, 5, 0, 0)
    assert sheet.range("B2").number_format == "yyyy-mm-dd"


def test_a_day_gives_a_cell_without_a_format_one(sheet: Any) -> None:
    value = entered(sheet, dt.datetime(2026, 10, 5, 18, 30, tzinfo=dt.UTC))
    assert (value.day, value.hour, value.minute) == (5, 18, 30)
    assert sheet.range("B2").number_format != "General"


def test_a_day_formatted_as_text_comes_back_as_its_number(sheet: Any) -> None:
    entered(sheet, dt.datetime(2026, 10, 5, tzinfo=dt.UTC), "yyyy-mm-dd")
    sheet.range("B2").number_format = "@"
    assert sheet.range("B2").raw_value == 46300.0


def test_a_time_of_day_comes_back_as_a_part_of_a_day(sheet: Any) -> None:
    assert entered(sheet, 9.5 / 24, "hh:mm") == 9.5 / 24
    assert type(sheet.range("B2").raw_value) is float


def test_money_comes_back_as_a_decimal_of_four_places(sheet: Any) -> None:
    assert entered(sheet, 1.23456, "¥0.00") == decimal.Decimal("1.2346")


def test_an_error_comes_back_as_its_number(sheet: Any) -> None:
    assert entered(sheet, "=NA()") == N_A


def test_a_block_comes_back_as_rows_and_a_cell_bare(sheet: Any) -> None:
    sheet.range("A1:B2").raw_value = [["a", ""], [True, 2.0]]
    assert sheet.range("A1:B2").raw_value == (("a", None), (True, 2.0))
    assert sheet.range("A1").raw_value == "a"


def test_the_formula_of_a_constant_is_its_text(sheet: Any) -> None:
    entered(sheet, "=1+1", "@")
    sheet.range("B3").raw_value = "=1+1"
    assert sheet.range("B2:B3").formula == (("=1+1",), ("=1+1",))
    assert sheet.range("B2:B3").raw_value == (("=1+1",), (2.0,))


@pytest.mark.parametrize(("cells", "has"), [("A1:A2", False), ("A3:A3", True), ("A1:A3", None)])
def test_a_range_knows_whether_it_has_formulas(sheet: Any, cells: str, has: bool | None) -> None:
    sheet.range("A1:A3").raw_value = [[1.0], ["x"], ["=1+1"]]
    assert sheet.range(cells).api.HasFormula is has


def test_a_link_shows_its_text(sheet: Any) -> None:
    assert entered(sheet, '=HYPERLINK("#\'来店登记\'!G5","来店登记!G5")') == "来店登记!G5"


def test_an_address_can_name_several_ranges(sheet: Any) -> None:
    sheet.range("A1:A3,C1:C2").number_format = "@"
    formats = [sheet.range(cell).number_format for cell in ("A3", "B1", "C2", "C3")]
    assert formats == ["@", "General", "@", "General"]
    with pytest.raises(REFUSED):
        sheet.range(",".join(["A1000000:A1000001"] * 15))


# ---------------------------------------------------------------- tables


def test_a_table_gives_its_range_with_its_header(sheet: Any) -> None:
    table_at(sheet, ROWS)
    table = sheet.tables["tblFacts"]
    assert table.range.address == "$A$3:$B$7"
    assert table.range.raw_value[0] == ("a", "b")
    assert (table.show_headers, table.show_totals) == (True, False)
    with pytest.raises(KeyError):
        sheet.tables["tblOther"]


def test_a_table_without_rows_has_no_body_but_a_blank_row(sheet: Any) -> None:
    table = table_at(sheet, ROWS[:1])
    assert table.data_body_range is None
    assert table.range.address == "$A$3:$B$4"
    sheet.range("A4:B4").raw_value = [["x", 1.0]]
    assert sheet.tables["tblFacts"].data_body_range.address == "$A$4:$B$4"


def test_a_table_is_resized_over_cells_that_stay(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    sheet.range("A8:B8").raw_value = [["z", 5.0]]
    table.resize(sheet.range("A3:B8"))
    assert table.range.raw_value[-1] == ("z", 5.0)
    table.resize(sheet.range("A3:B4"))
    assert table.range.address == "$A$3:$B$4"
    assert sheet.range("A5:B5").raw_value == (("y", 2.0),)


def test_a_table_keeps_its_header_row(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    with pytest.raises(REFUSED):
        table.resize(sheet.range("A4:B7"))


def test_a_totals_row_belongs_to_the_range(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    table.show_totals = True
    assert table.show_totals is True
    assert table.range.address == "$A$3:$B$8"


def test_a_hidden_header_leaves_the_range(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    table.show_headers = False
    assert table.show_headers is False
    assert table.range.address == "$A$4:$B$7"


def test_cells_of_a_table_cannot_be_merged(sheet: Any) -> None:
    table_at(sheet, ROWS)
    with pytest.raises(REFUSED):
        sheet.range("A4:B4").merge()


def test_a_range_knows_whether_it_is_merged(sheet: Any) -> None:
    sheet.range("A1:B1").merge()
    assert [sheet.range(cells).merge_cells for cells in ("A1:B1", "A1:B2", "A2:B2")] == [True, None, False]


def test_clearing_contents_keeps_formats(sheet: Any) -> None:
    entered(sheet, "001", "@")
    sheet.range("B2:C3").clear_contents()
    assert sheet.range("B2").raw_value is None
    assert sheet.range("B2").number_format == "@"


# ---------------------------------------------------------------- what is in the way


def test_a_block_written_over_filtered_rows_lands_elsewhere(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    assert not table.api.AutoFilter.FilterMode
    table.autofilter.apply_values(1, ["y"])
    assert table.api.AutoFilter.FilterMode
    block = [["p", 10.0], ["q", 20.0], ["r", 30.0], ["s", 40.0]]
    sheet.range("A4:B7").raw_value = block
    assert sheet.range("A4:B7").raw_value != tuple(map(tuple, block))


def test_a_filter_names_its_columns(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    table.autofilter.apply_values(2, ["2", "3"])
    assert [(c.field, c.type) for c in table.autofilter.criteria] == [(1, "none"), (2, "values")]


def test_a_table_without_filter_buttons_has_no_filter(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    table.show_autofilter = False
    assert table.api.AutoFilter is None


def test_a_protected_sheet_says_so_and_takes_nothing(sheet: Any) -> None:
    assert not sheet.api.ProtectContents
    sheet.api.Protect()
    assert sheet.api.ProtectContents
    with pytest.raises(REFUSED):
        sheet.range("A1").raw_value = 1.0
    with pytest.raises(REFUSED):
        sheet.range("A1").number_format = "@"


def test_a_comment_is_found_or_its_absence_is_an_error(sheet: Any) -> None:
    cells = sheet.range("A1:C5")
    with pytest.raises(REFUSED):
        cells.api.SpecialCells(-4144)
    sheet.range("B4").add_note("请核对")
    assert cells.api.SpecialCells(-4144).Address == "$B$4"


def test_a_sheet_that_is_not_there_is_an_error(sheet: Any) -> None:
    with pytest.raises(REFUSED):
        sheet.book.sheets["没有"]


def test_a_formula_put_into_a_table_stays_in_its_cell_when_autofill_is_off(sheet: Any) -> None:
    table_at(sheet, [["a", "b"], ["x", ""], ["y", ""]])
    options = sheet.book.app.api.AutoCorrect
    before = options.AutoFillFormulasInLists
    options.AutoFillFormulasInLists = False
    try:
        sheet.range("B4").raw_value = "=1+1"
    finally:
        options.AutoFillFormulasInLists = before
    assert sheet.range("B4:B5").raw_value == ((2.0,), (None,))


# ---------------------------------------------------------------- rows that move


def test_rows_taken_out_of_a_table_take_what_hangs_on_the_others_up(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    sheet.range("B6").add_note("请核对")
    sheet.range("A6").api.Interior.Color = 255
    sheet.range("B6").number_format = "0.00"
    sheet.range("A9").raw_value = "签字"
    sheet.range("A4:B5").delete("up")
    assert table.range.raw_value == (("a", "b"), ("x", 3.0), ("y", 4.0))
    assert table.range.address == "$A$3:$B$5"
    assert sheet.range("A3:B9").api.SpecialCells(-4144).Address == "$B$4"
    assert [sheet.range(f"A{row}").api.Interior.ColorIndex == -4142 for row in (4, 5, 6)] == [False, True, True]
    assert [sheet.range(f"B{row}").number_format for row in (4, 5)] == ["0.00", "General"]
    assert sheet.range("A7").raw_value == "签字"


def test_rows_put_into_a_table_look_as_the_row_above(sheet: Any) -> None:
    table = table_at(sheet, ROWS)
    sheet.range("A4").api.Interior.Color = 255
    sheet.range("A5:B5").insert("down", "format_from_left_or_above")
    assert table.range.raw_value == (("a", "b"), ("x", 1.0), (None, None), ("y", 2.0), ("x", 3.0), ("y", 4.0))
    assert [sheet.range(f"A{row}").api.Interior.ColorIndex == -4142 for row in (4, 5, 6)] == [False, False, True]
    sheet.range("A5:B5").api.Interior.ColorIndex = -4142
    assert sheet.range("A5").api.Interior.ColorIndex == -4142


def test_rows_above_another_table_do_not_move(sheet: Any) -> None:
    table_at(sheet, ROWS)
    sheet.range("B10:C11").raw_value = [["c", "d"], [1.0, 2.0]]
    sheet.tables.add(source=sheet.range("B10:C11"), name="tblOther")
    with pytest.raises(REFUSED):
        sheet.range("A4:B4").delete("up")


def test_what_is_asked_of_several_ranges_is_asked_of_all(sheet: Any) -> None:
    sheet.range("A1:C3").raw_value = [[1.0, 2.0, 3.0]] * 3
    both = sheet.range("A1:B1,A3:C3")
    assert (both.number_format, both.api.Interior.ColorIndex) == ("General", -4142)
    sheet.range("C3").number_format = "0.00"
    sheet.range("C3").api.Interior.Color = 255
    sheet.range("C3").add_note("请核对")
    assert (both.number_format, both.api.Interior.ColorIndex) == (None, None)
    assert both.api.SpecialCells(-4144).Address == "$C$3"
    assert sheet.range("C3").api.Interior.Color == 255


def test_a_cell_is_copied_with_all_that_hangs_on_it(sheet: Any) -> None:
    cell = sheet.range("B2")
    cell.raw_value = 3.0
    cell.number_format = "0.00"
    cell.api.Interior.Color = 255
    sheet.api.Hyperlinks.Add(cell.api, "https://x.invalid/", "")
    cell.copy(sheet.range("D4"))
    found = sheet.range("D4")
    assert (found.raw_value, found.number_format, found.api.Interior.Color) == (3.0, "0.00", 255)
    assert [(link.Range.Address, link.Address) for link in sheet.api.Hyperlinks] == [
        ("$B$2", "https://x.invalid/"),
        ("$D$4", "https://x.invalid/"),
    ]


def test_a_formula_for_several_cells_is_filled(sheet: Any) -> None:
    sheet.range("B2:B3").api.Formula = "=1+A2"
    assert sheet.range("B2:B3").formula == (("=1+A2",), ("=1+A3",))


# ---------------------------------------------------------------- what nobody knows is an error


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        ("'001", "@"),
        (True, "@"),
        (dt.datetime(2026, 10, 5, tzinfo=dt.UTC), "@"),
        (dt.datetime(2026, 10, 5), "General"),
        (2**31, "General"),
        ("-x", "General"),
        ("@x", "General"),
    ],
)
def test_a_value_of_unknown_effect_is_an_error(imitated: Any, value: object, number_format: str) -> None:
    with pytest.raises(Unsettled):
        entered(imitated, value, number_format)


def test_a_write_of_unknown_effect_is_an_error(imitated: Any) -> None:
    table = table_at(imitated, ROWS)
    with pytest.raises(Unsettled):
        imitated.range("A4:B5").raw_value = [["x", 1.0]]
    with pytest.raises(Unsettled):
        imitated.range("A4").raw_value = "=1+1"
    table.show_totals = True
    with pytest.raises(Unsettled):
        table.resize(imitated.range("A3:B9"))


def test_a_member_nobody_imitated_is_an_error(imitated: Any) -> None:
    with pytest.raises(NotImplementedError):
        imitated.range("A1").value = 1
    with pytest.raises(AttributeError):
        _ = imitated.api.Visible
    with pytest.raises((NotImplementedError, AttributeError)):
        imitated.range("A1").autofit()
