"""A book as pandas tables: nothing typed is missing, the types are always the same, nobody is named unasked."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from books import STORES, Row, ledger_of, read_csv_store
from dirt import DIRTY
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, QIAN, STAFF, Memory, order, report, visit
from pictures import PAGE, PICTURES, drawn
from sizes import scaled
from workbooks import make_book

from xlcrm.analysis import analyse
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, Privacy, as_text
from xlcrm.forms.sheets import FORMS
from xlcrm.frames import (
    FACT_FIELDS,
    REST,
    Field,
    Masking,
    facts_frame,
    facts_of,
    fields_of,
    frames_of,
    read_book,
    read_facts,
)
from xlcrm.ledger.ledger import Ledger
from xlcrm.review import Review

TODAY = dt.date(2026, 10, 31)

CELLS = st.one_of(
    st.none(),
    st.sampled_from([text for text in DIRTY if len(text) < 100]),
    st.sampled_from(["H", "ａ级", "来店", "是", "√", "3", "22.7万", "19900000101", "021-61230104转801", " ", "合计"]),
    st.text(min_size=1, max_size=6),
    st.booleans(),
    st.integers(-5, 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates(dt.date(1890, 1, 1), dt.date(2300, 1, 1)),
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.times().map(lambda time: time.replace(microsecond=0)),
)


@pytest.mark.sized
class TestEveryTypedCell:
    @settings(max_examples=scaled(30, 2000), deadline=None)
    @given(data=st.data())
    def test_is_found_in_the_frames(self, data: st.DataObject) -> None:
        sheet = data.draw(st.sampled_from(sorted(FORMS)))
        headers = FORMS[sheet].headers_with(FORMS[sheet].switched)
        rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(headers, CELLS)), min_size=1, max_size=2))
        ledger = ledger_of({sheet: rows}, TODAY)

        frames = frames_of(ledger, [sheet], None)

        for number, row in enumerate(rows, 2):
            for header, cell in row.items():
                assert cell is None or is_held(frames, sheet, number, header, cell), (header, cell)

    def test_of_a_column_of_the_shops_own_is_found_too(self) -> None:
        book = Memory.holding({"来店登记": [visit(TODAY)]})
        book.widen("来店登记", "昵称", "001")

        frames = frames_of(book.ledger(TODAY), ["来店登记"], None)

        assert frames[REST].to_dict("records") == [{"sheet": "来店登记", "row": 2, "column": "昵称", "text": "001"}]


def is_held(frames: dict[str, pd.DataFrame], sheet: str, row: int, header: str, cell: Cell) -> bool:
    """Whether a typed cell stands in its frame or, word for word, in 原文."""
    text = str(cell).upper() if isinstance(cell, bool) else as_text(cell)
    rest = frames[REST]
    if ((rest.sheet == sheet) & (rest.row == row) & (rest.column == header) & (rest.text == text)).any():
        return True
    own = frames[sheet].loc[frames[sheet].row == row, header]
    return len(own) == 1 and shown(own.iloc[0]) in (text, as_text(cell))


def shown(value: Any) -> str | None:
    """A value of a frame as a person would read it aloud."""
    if isinstance(value, pd.Timedelta):
        return as_text((dt.datetime(2026, 1, 1) + value.to_pytimedelta()).time())
    if isinstance(value, pd.Timestamp):
        return as_text(value.to_pydatetime())
    if pd.isna(value):
        return None
    return as_text(value if isinstance(value, str) else value.item() if hasattr(value, "item") else value)


def test_phones_and_numbers_stay_as_they_were_typed(tmp_path: Path) -> None:
    rows: dict[str, list[Row]] = {
        "客户卡": [{"客户编号": text, "客户姓名": "何一", "电话": text} for text in DIRTY],
        "日报": [report(TODAY, 电话=text) for text in DIRTY],
    }
    path = make_book(tmp_path / "店.xlsx", rows, sheets=FORMS)

    frames = read_book(path, masked=False)

    assert tuple(frames["客户卡"].客户编号) == tuple(frames["客户卡"].电话) == tuple(frames["日报"].电话) == DIRTY


class TestTypes:
    @pytest.fixture(params=["empty", "full"])
    def ledger(self, request: pytest.FixtureRequest) -> Ledger:
        rows = {"来店登记": [visit(TODAY, 来店人数=2)], "订单": [order(TODAY)], "顾问": STAFF}
        return ledger_of(rows if request.param == "full" else {}, TODAY)

    def test_are_those_declared_whatever_the_book_holds(self, ledger: Ledger) -> None:
        for sheet, frame in frames_of(ledger, FORMS, Masking(ledger)).items():
            if sheet != REST:
                assert types(frame) == [(field.name, field.dtype) for field in fields_of(FORMS[sheet])]
                for field in fields_of(FORMS[sheet]):
                    assert not field.values or is_ordered(frame[field.name], field)

    def test_of_facts_are_those_declared(self, ledger: Ledger) -> None:
        frame = facts_frame(facts_of(ledger, TODAY, "一号店"))

        assert types(frame) == [(field.name, field.dtype) for field in FACT_FIELDS]

    def test_are_arrows_where_asked(self, ledger: Ledger) -> None:
        frame = frames_of(ledger, ["来店登记"], None, "pyarrow")["来店登记"]

        assert {str(kind) for kind in frame.dtypes} == {
            "string[pyarrow]",
            "string",
            "timestamp[us][pyarrow]",
            "duration[us][pyarrow]",
            "int64[pyarrow]",
            "bool[pyarrow]",
            "category",
        } - {"string"}

    def test_can_be_calculated_with(self) -> None:
        ledger = ledger_of({"来店登记": [visit(TODAY)]}, TODAY)

        frame = frames_of(ledger, ["来店登记"], None)["来店登记"]

        assert (frame.离去时间 - frame.进店时间).tolist() == [pd.Timedelta(minutes=40)]
        assert frame.日期.dt.day_of_week.tolist() == [TODAY.weekday()]
        assert (frame.意向级别 < "A").tolist() == [True]


def types(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind in frame.dtypes.items()]


def is_ordered(series: pd.Series, field: Field) -> bool:
    return bool(series.cat.ordered) and tuple(series.cat.categories) == field.values


class TestMasked:
    def test_nobody_is_named(self) -> None:
        ledger = ledger_of(read_csv_store(STORES / "clean"), TODAY)

        frames = frames_of(ledger, FORMS, Masking(ledger))

        seen = {str(value) for frame in frames.values() for name in frame for value in frame[name].unique()}
        digits = {number for text in seen for number in re.findall("[0-9]{5,}", text)}
        assert not digits & {card.phone for card in ledger.cards}
        assert not seen & {secret for card in ledger.cards for secret in (card.name, card.customer)}

    def test_every_private_column_is_hidden(self) -> None:
        row: Row = {column.header: "何一 19900000101" for column in FORMS["客户卡"].columns}
        row["生日"] = dt.date(1990, 1, 1)
        ledger = ledger_of({"客户卡": [row]}, TODAY)

        frame = frames_of(ledger, ["客户卡"], Masking(ledger))["客户卡"]

        for column in FORMS["客户卡"].columns:
            if column.privacy:
                assert column.privacy is Privacy.NUMBER or "何一" not in str(frame[column.header][0])
                assert "19900000101" not in str(frame[column.header][0])
        assert frame.生日.isna().all()

    def test_a_customer_in_a_column_that_is_not_personal_is_hidden(self) -> None:
        ledger = ledger_of({"来店登记": [visit(TODAY, 拟购车型="何一 19900000101 要X5")]}, TODAY)

        model = frames_of(ledger, ["来店登记"], Masking(ledger))["来店登记"].拟购车型[0]

        assert (model.endswith("要X5"), "何一" in model, HE in model) == (True, False, False)

    def test_a_column_of_the_shops_own_shows_nothing(self) -> None:
        book = Memory.holding({"来店登记": [visit(TODAY)]})
        book.widen("来店登记", "昵称", "大何")
        ledger = book.ledger(TODAY)

        assert frames_of(ledger, ["来店登记"], Masking(ledger))[REST].text.tolist() == ["****"]

    def test_frames_can_still_be_joined_by_customer(self) -> None:
        rows = {"来店登记": [visit(TODAY), visit(TODAY, QIAN)], "订单": [order(TODAY, QIAN)]}
        ledger = ledger_of(rows, TODAY)

        frames = frames_of(ledger, FORMS, Masking(ledger))

        assert frames["订单"].merge(frames["来店登记"], on="customer").row_y.tolist() == [3]


class TestFacts:
    def test_sums_are_the_figures_of_the_month(self) -> None:
        ledger = ledger_of(read_csv_store(STORES / "clean"), TODAY)
        month = analyse(Review(ledger, TODAY), "2026-10")

        frame = facts_frame(facts_of(ledger, TODAY, "一号店"))

        sums = frame[frame.month == "2026-10"].groupby("measure", observed=True).amount.sum()
        assert sums.to_dict() == {m.value: n for m in {f.measure for f in month.facts} if (n := month.facts.total(m))}

    def test_name_nobody_even_where_a_model_does(self) -> None:
        ledger = ledger_of({"来店登记": [visit(TODAY, 拟购车型=f"何一{HE}")]}, TODAY)

        models = "".join(facts_frame(facts_of(ledger, TODAY, "一号店")).model.dropna())

        assert "何一" not in models
        assert HE not in models

    def test_are_of_the_forms_that_are_switched_on_too(self) -> None:
        asked = dt.datetime(2026, 10, 5, 9)
        lead: Row = {"日期": asked, "渠道": "抖音", "电话": HE, "车型": "远行X5", "邀约到店日期": asked.date()}
        sheets: dict[str, list[Row]] = {
            "顾问": STAFF,
            "来店登记": [visit(asked.date(), 渠道="抖音")],
            "线索": [lead | {"首次跟进时间": asked + dt.timedelta(minutes=20)}],
            "渠道费用": [{"月份": "2026-10", "渠道": "抖音", "金额": 900.5}],
            "客流计数": [{"日期": asked.date(), "批次": 3}],
        }
        frame = facts_frame(facts_of(ledger_of(sheets, TODAY), TODAY, "一号店"))
        by_sheet = {sheet: own.set_index("measure").amount.to_dict() for sheet, own in frame.groupby("sheet")}
        assert by_sheet["线索"] == dict.fromkeys(
            ("leads", "paid_leads", "valid_leads", "answered_same_day", "answers_timed", "invited", "came"), 1
        ) | {"answer_minutes": 20}
        assert by_sheet["渠道费用"] == {"media_cost": 901}
        assert by_sheet["客流计数"] == {"counter": 3, "registered": 1, "missing": 2}
        assert frame[frame.sheet == "线索"].model.unique().tolist() == ["远行X5"]

    def test_are_read_from_a_file(self, tmp_path: Path) -> None:
        path = make_book(tmp_path / "店.xlsx", {"来店登记": [visit(TODAY)], "顾问": STAFF}, sheets=FORMS)

        frame = read_facts(path, today=TODAY)

        batch = frame[frame.measure == "batches"].to_dict("records")
        assert [(row["day"], row["sheet"], row["row"]) for row in batch] == [(pd.Timestamp(TODAY), "来店登记", 5)]


def test_the_examples_on_the_page_print_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs/analyse.md, its code run in order, each output against the block below it."""
    page = PAGE.read_text(encoding="utf-8")
    make_book(tmp_path / "CRM.xlsm", read_csv_store(STORES / "clean"), sheets=FORMS)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code, printed in re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```)?", page, re.DOTALL):
        exec(code, names)
        assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == printed.splitlines()
    assert drawn(names) == {path.name: path.read_text(encoding="utf-8") for path in PICTURES.iterdir()}
    assert all(f"(pictures/{path.name})" in page for path in PICTURES.iterdir())


def test_a_sheet_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"frames\.no_sheet"):
        read_book(tmp_path / "店.xlsx", sheets=["来店登记", "工资"])
