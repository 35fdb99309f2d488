"""Where cells, ranges and references go when a table's rows come and go."""

from __future__ import annotations

import pytest

from xlcrm.books.area import LAST_ROW, Area
from xlcrm.books.xlsx.shift import Shift, translated

GROWN = Shift("登记", 4, 8, added=3)
SHRUNK = Shift("登记", 4, 8, removed=(4, 6))
MIXED = Shift("登记", 4, 8, removed=(5,), inserted=(4, 6, 6, 9))


def test_rows_follow_the_rows_before_them() -> None:
    assert [GROWN.row(row) for row in (3, 4, 8, 9)] == [3, 4, 8, 12]
    assert [SHRUNK.row(row) for row in (3, 4, 5, 6, 7, 8, 9)] == [3, None, 4, None, 5, 6, 7]
    assert [MIXED.row(row) for row in (3, 4, 5, 6, 7, 8, 9)] == [3, 5, None, 8, 9, 10, 12]
    assert MIXED.places() == [4, 6, 7, 11]
    assert (GROWN.end, SHRUNK.end, MIXED.end) == (11, 6, 11)


@pytest.mark.parametrize(
    ("shift", "before", "after"),
    [
        (GROWN, "B4:B8", "B4:B11"),
        (GROWN, "A3:X8", "A3:X11"),
        (GROWN, "B5:B8", "B5:B8"),
        (GROWN, "B4:B7", "B4:B7"),
        (GROWN, "B4:B9", "B4:B12"),
        (GROWN, "A1:XFD1048576", "A1:XFD1048576"),
        (SHRUNK, "B4:B8", "B4:B6"),
        (SHRUNK, "B4:B5", "B4"),
        (SHRUNK, "B6", None),
        (SHRUNK, "B7:B12", "B5:B10"),
        (SHRUNK, "A1:XFD1048576", "A1:XFD1048576"),
        (MIXED, "B4:B8", "B4:B11"),
        (MIXED, "A3:X8", "A3:X11"),
        (MIXED, "B4:B20000", "B4:B20003"),
        (MIXED, "B5:B7", "B8:B9"),
    ],
)
def test_areas(shift: Shift, before: str, after: str | None) -> None:
    place = shift.area(Area.parse(before))
    assert (str(place) if place else None) == after


def test_an_area_that_does_not_grow() -> None:
    assert str(GROWN.same_rows(Area.parse("B4:B8"))) == "B4:B8"


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("SUM(B4:B8)", "SUM(B4:B11)"),
        ("SUM($B$4:B$8)*C10", "SUM($B$4:B$11)*C13"),
        ("COUNTIF(登记!$G$4:$G$8,A9)", "COUNTIF(登记!$G$4:$G$11,A12)"),
        (
            "'登记'!A9&Other!A9&'an''other'!A9&'[1]登记'!A9&[2]登记!A9",
            "'登记'!A12&Other!A9&'an''other'!A9&'[1]登记'!A9&[2]登记!A9",
        ),
        ('IF(A9="B4:B8 ""A9""","A9",1)', 'IF(A12="B4:B8 ""A9""","A9",1)'),
        ("tblVisit[[#All],[电话 A9]]&tblA9[x]", "tblVisit[[#All],[电话 A9]]&tblA9[x]"),
        ("LOG10(A9)+A9_rate+ABCD9+A9.5", "LOG10(A12)+A9_rate+ABCD9+A9.5"),
        ("SUM(9:9)+SUM($4:$8)", "SUM(12:12)+SUM($4:$11)"),
        ("B4+B8+10*9.5", "B4+B8+10*9.5"),
    ],
)
def test_formulas_of_the_sheet_itself(formula: str, after: str) -> None:
    assert GROWN.formula(formula, "登记") == after


def test_formulas_of_other_sheets_name_the_sheet() -> None:
    assert GROWN.formula("A9+登记!A9", "首页") == "A9+登记!A12"


def test_a_reference_to_a_removed_row_is_lost() -> None:
    assert SHRUNK.formula("C6+SUM(C4:C8)+SUM(C6:D6)", "登记") == "#REF!+SUM(C4:C6)+SUM(#REF!)"


def test_an_anchored_formula_keeps_its_relative_rows() -> None:
    assert SHRUNK.formula('$B7="x"', "登记", anchored=True) == '$B7="x"'
    assert SHRUNK.formula("COUNTIF($B$4:$B$8,B4)", "登记", anchored=True) == "COUNTIF($B$4:$B$6,B4)"


def test_filling_a_formula() -> None:
    assert translated("A1+$A1+A$1+$A$1+SUM(A1:B2)+LOG10(2)", 2, 1) == "B3+$A3+B$1+$A$1+SUM(B3:C4)+LOG10(2)"
    assert translated("A1", -1, 0) == translated("A1", 0, -1) == "#REF!"
    assert translated("SUM(登记!A1,1:$3)", 1, 0) == "SUM(登记!A2,2:$3)"


def test_what_is_pushed_off_the_sheet_is_gone() -> None:
    assert [GROWN.row(row) for row in (LAST_ROW - 3, LAST_ROW - 2, LAST_ROW)] == [LAST_ROW, None, None]
    assert str(GROWN.area(Area.parse(f"B9:B{LAST_ROW - 1}"))) == f"B12:B{LAST_ROW}"
    assert GROWN.area(Area.parse(f"B{LAST_ROW - 1}:B{LAST_ROW}")) is None
    assert GROWN.formula(f"A{LAST_ROW}+SUM(A9:A{LAST_ROW - 1})", "登记") == f"#REF!+SUM(A12:A{LAST_ROW})"
