"""A store kept as one CSV a sheet, in the shapes real dealers' files come in."""

from __future__ import annotations

import csv
import datetime as dt
import tracemalloc
from pathlib import Path

import pytest
from memory import visit

from xlcrm.books.csvfolder import Loaded, as_typed, load_folder
from xlcrm.books.new import create_book
from xlcrm.catalogue.refusals import explain
from xlcrm.changes import Value
from xlcrm.errors import Refusal

DAY = dt.date(2026, 10, 5)

REGISTER = """日期,来店/来电,首次/再次,顾客名称,电话,进店时间,离去时间,拟购车型,意向级别,来源,销售顾问,注释
2026-10-05,来店,首次,何一,19900000101,9:30,10:15,远行X5,H,来店/电,张敏,问了分期
"""
ROW = {
    "日期": DAY,
    "来店/来电": "来店",
    "首次/再次": "首次",
    "顾客名称": "何一",
    "电话": "19900000101",
    "进店时间": dt.time(9, 30),
    "离去时间": dt.time(10, 15),
    "拟购车型": "远行X5",
    "意向级别": "H",
    "来源": "来店/电",
    "销售顾问": "张敏",
    "注释": "问了分期",
}


def load(folder: Path, text: str | bytes, sheet: str = "来店登记") -> Loaded:
    data = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    (folder / f"{sheet}.csv").write_bytes(data)
    return load_folder(folder)


def rows(folder: Path, text: str | bytes, sheet: str = "来店登记") -> list[dict[str, Value]]:
    return load(folder, text, sheet).sheets[sheet]


def test_a_text_longer_than_the_csv_module_takes_by_itself(tmp_path: Path) -> None:
    """It is not a missing quote: where it is too long for a cell, that is said when it is written."""
    csv.field_size_limit(131_072)  # Python's own, which any other reader may have raised
    assert rows(tmp_path, REGISTER.replace("问了分期", "长" * 140_000))[0]["注释"] == "长" * 140_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert rows(tmp_path, REGISTER.encode(encoding)) == [ROW]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    assert rows(tmp_path, REGISTER.replace(",", delimiter)) == [ROW]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    assert rows(tmp_path, REGISTER.replace("\n", end)) == [ROW]


def test_title_rows_and_a_row_of_groups_may_stand_above_the_header(tmp_path: Path) -> None:
    head = "来店(电)顾客登记表,,,,,,,,,,,\n2026年10月,,,,,,,,,,制表：李强,\n,,,顾客,,时间,,意向,,,,\n"
    assert rows(tmp_path, head + REGISTER) == [ROW]


def test_other_spellings_of_the_headers(tmp_path: Path) -> None:
    other = REGISTER.replace(
        "日期,来店/来电,首次/再次,顾客名称,电话,进店时间,离去时间,拟购车型,意向级别,来源,销售顾问,注释",
        "来店日期,来访方式,来店频率, 客户姓名 ,手机号码,到店时间,离店时间,意向车型,有望度,信息来源,销售员,经过情形",
    )
    assert rows(tmp_path, other) == [ROW]


@pytest.mark.parametrize("header", ["进店-离去时间", "在店时段", "进店 - 离店时间"])
@pytest.mark.parametrize(
    "stay",
    [
        "9:30-10:15",
        "9：30～10:15",
        "9:30 — 10:15",
        "09:30至10:15",
        "9:30－10:15",
        "9:30〜10:15",
        "9:30到10:15",
        "9:30--10:15",
    ],
)
def test_both_times_in_one_cell(tmp_path: Path, header: str, stay: str) -> None:
    text = REGISTER.replace("进店时间,离去时间", header).replace("9:30,10:15", stay)
    loaded = load(tmp_path, text)
    assert loaded.sheets["来店登记"] == [ROW]
    assert loaded.unread == {}


def test_one_time_in_the_cell_for_two_stays_for_the_rules_to_report(tmp_path: Path) -> None:
    text = REGISTER.replace("进店时间,离去时间", "在店时段").replace("9:30,10:15", "一上午")
    (row,) = rows(tmp_path, text)
    assert row["进店时间"] == "一上午"
    assert "离去时间" not in row


def test_blank_rows_and_foot_rows_are_left_out(tmp_path: Path) -> None:
    foot = ",,,,,,,,,,,\n , ,　,,,,,,,,,\n合计,1批,,,,,,,,,,\n,,,,,,,,,,,\n销售经理签字：,,,,,,,,,,,\n"
    assert rows(tmp_path, REGISTER + foot) == [ROW]


def test_lines_shorter_than_the_header_are_blank_at_their_end(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "月份,顾问,订单目标,留档目标\n2026-10,张敏\n", "目标")
    assert row == {"月份": "2026-10", "顾问": "张敏"}


def test_dirty_values_stay_as_typed(tmp_path: Path) -> None:
    dirty = "2026.10.5,路过,初,=何一,1.99E+10,25:61,下午3点,远行X5,ａ级,朋友, 张敏 ,-5万能谈\n"
    header = REGISTER.partition("\n")[0]
    (row,) = rows(tmp_path, f"{header}\n{dirty}")
    assert list(row.values()) == dirty.rstrip("\n").split(",")


def test_text_with_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    story = '他说“再看看”，\n"便宜点"就订'
    quoted = '"' + story.replace('"', '""') + '"'
    (row,) = rows(tmp_path, REGISTER.replace("问了分期", quoted))
    assert row["注释"] == story


@pytest.mark.parametrize(
    ("text", "sheet", "header", "value"),
    [
        ("订单号,金额,数量\nD1,180000.50,1\n", "订单", "金额", 180000.5),
        ("订单号,金额,数量\nD1,18万,1\n", "订单", "金额", "18万"),
        ("订单号,金额,数量\nD1,1,1台\n", "订单", "数量", "1台"),
        ("订单号,金额,数量\nD1,1,1\n", "订单", "数量", 1),
        (
            "日期,填写时间\n2026-10-05,2026-10-05 17:11:39\n",
            "来店登记",
            "填写时间",
            dt.datetime(2026, 10, 5, 17, 11, 39),
        ),
        ("日期,填写时间\n2026-10-05,2026/10/5\n", "来店登记", "填写时间", dt.datetime(2026, 10, 5)),
        ("日期,填写时间\n2026-10-05,昨天 17:11\n", "来店登记", "填写时间", "昨天 17:11"),
        ("日期,电话\n2026-02-30,0\n", "来店登记", "日期", "2026-02-30"),
        ("日期,试乘试驾\n2026-10-05,√\n", "来店登记", "试乘试驾", "√"),
    ],
)
def test_a_value_is_stored_as_its_columns_type_where_a_spreadsheet_would(
    tmp_path: Path, text: str, sheet: str, header: str, value: Value
) -> None:
    (row,) = rows(tmp_path, text, sheet)
    assert row[header] == value
    assert type(row[header]) is type(value)


def test_midnight_is_a_time() -> None:
    from xlcrm.forms.schema import Kind

    assert as_typed("0:00", Kind.TIME) == dt.time(0)


def test_filled_columns_without_a_place_are_named_and_empty_ones_are_not(tmp_path: Path) -> None:
    text = "月份,顾问,区域,备用,,检查结果\n2026-10,张敏,东区,,x,通过\n"
    assert load(tmp_path, text, "目标").unread == {"目标.csv": ["区域", "E"]}


def test_a_folder_of_several_sheets_and_other_files(tmp_path: Path) -> None:
    (tmp_path / "说明.txt").write_text("x", encoding="utf-8")
    (tmp_path / "目标.CSV").write_text("月份,顾问\n2026-10,张敏\n", encoding="utf-8")
    assert load(tmp_path, REGISTER).sheets.keys() == {"来店登记", "目标"}


# ---------------------------------------------------------------- refusals


def refusal(folder: Path) -> Refusal:
    with pytest.raises(Refusal) as refused:
        load_folder(folder)
    assert explain(refused.value, "zh")
    assert explain(refused.value, "en")
    return refused.value


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert refusal(tmp_path / "没有").key == "new.no_folder"


def test_a_folder_without_a_sheet(tmp_path: Path) -> None:
    assert refusal(tmp_path).key == "new.no_sheets"


@pytest.mark.parametrize("name", ["客户.csv", "问题清单.csv", "月初留存.csv"])
def test_a_file_that_is_not_a_sheet_people_fill(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(REGISTER, encoding="utf-8")
    refused = refusal(tmp_path)
    assert (refused.key, refused.about["path"]) == ("new.unknown_sheet", name)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "new.no_header"),
        ("只有一个标题\n".encode(), "new.no_header"),
        (b"\xff\xff\xfe", "source.encoding"),
        ('日期,来店/来电\n"没有收尾'.encode(), "source.bad_csv"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, data: bytes, key: str) -> None:
    (tmp_path / "来店登记.csv").write_bytes(data)
    assert refusal(tmp_path).key == key


def test_a_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "来店登记.csv").mkdir()
    assert refusal(tmp_path).key == "new.unreadable"


# ---------------------------------------------------------------- how much


def peak(folder: Path, rows: int) -> int:
    """Bytes that Python held at most while a book was made of so many visits; calamine's are not counted."""
    folder.mkdir()
    first = visit(dt.date(2026, 10, 5))
    with (folder / "来店登记.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, first)
        lines.writeheader()
        for i in range(rows):
            lines.writerow(first | {"电话": f"199{i:08}", "顾客名称": f"何{i}", "注释": f"看了外观，问了分期，{i}"})
    tracemalloc.start()
    try:
        create_book(folder / "店.xlsm", folder)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_row_takes_little_memory_on_its_way_into_a_new_book(tmp_path: Path) -> None:
    """Measured: 3.8 kB; 10 with every row held in all its shapes at once. The blank book is there before (tests/conftest.py)."""
    create_book(tmp_path / "first.xlsm")
    few, many = peak(tmp_path / "few", 500), peak(tmp_path / "many", 1500)
    assert (many - few) / 1000 < 5500
