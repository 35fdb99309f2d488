"""Erasing in files: the copies of the book, what else lies beside it, and a press that was killed in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from memory import HE
from nasty import make_month
from shell import contents, xlcrm

from xlcrm.books import copies
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.save import BACKUPS

KILLED = 9
DAY = ("--today", "2026-11-01")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A book with two former versions."""
    book = make_month(tmp_path / "店.xlsm")
    for verb in ("roll", "plan"):
        xlcrm(verb, book, *DAY)
    assert len(list((tmp_path / BACKUPS).iterdir())) == 2
    return book


def die(*_: object) -> None:
    raise SystemExit(KILLED)


def holding(folder: Path) -> list[str]:
    """The workbooks below a folder that hold the customer's phone."""
    found = []
    for name, data in contents(folder).items():
        if data and name.endswith(("xlsx", "xlsm", "copy")):
            package = Package(data, name)
            found += [name] if any(HE.encode() in package.read(member) for member in package.members) else []
    return sorted(found)


def test_the_copies_go_and_the_marker_with_them(shop: Path) -> None:
    answer = xlcrm("erase", shop, "--customer", "C00001", *DAY)
    assert (answer.code, answer.err, holding(shop.parent)) == (0, "", [])
    assert list((shop.parent / BACKUPS).iterdir()) == []


@pytest.mark.parametrize("who", ["C00001", HE, "+86 199-0000-0101"])
@pytest.mark.parametrize("then", ["erase", "roll"])
def test_killed_before_the_copies_went_the_next_press_finishes(
    shop: Path, monkeypatch: pytest.MonkeyPatch, who: str, then: str
) -> None:
    former = [(backup, backup.read_bytes()) for backup in (shop.parent / BACKUPS).iterdir()]
    with monkeypatch.context() as killed:
        killed.setattr(copies, "finish", die)
        assert xlcrm("erase", shop, "--customer", who, *DAY).code == KILLED
    for backup, data in former:  # as if the writer had been killed before it removed them
        backup.write_bytes(data)
    assert holding(shop.parent) != []
    marker = next(path for path in (shop.parent / BACKUPS).iterdir() if path.suffix == ".erasing")
    assert HE not in marker.read_text()
    answer = xlcrm(then, shop, *(("--customer", who) if then == "erase" else ()), *DAY)
    assert "现在做完了" in answer.out
    assert answer.code == 0 or then == "roll"
    assert holding(shop.parent) == []
    assert not marker.exists()


def test_killed_before_the_book_was_written_nothing_is_taken_for_done(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr("xlcrm.books.xlsx.save.take_place", die)
        assert xlcrm("erase", shop, "--customer", HE, *DAY).code == KILLED
    before = [path.name for path in (shop.parent / BACKUPS).iterdir() if path.suffix == ".xlsm"]
    assert len(before) >= 2
    assert "做完" not in xlcrm("check", shop, *DAY).out
    assert {*before} <= {path.name for path in (shop.parent / BACKUPS).iterdir()}
    answer = xlcrm("erase", shop, "--customer", HE, *DAY)
    assert (answer.code, holding(shop.parent)) == (0, [])


def test_a_refusal_leaves_no_marker(shop: Path) -> None:
    shop.with_name(f"~${shop.name}").write_bytes(b"")
    assert xlcrm("erase", shop, "--customer", HE, *DAY).code == 2
    assert {path.suffix for path in (shop.parent / BACKUPS).iterdir()} == {".xlsm"}


def test_backups_under_a_former_name_go_those_of_another_book_are_named(shop: Path) -> None:
    renamed = shop.rename(shop.with_name("东店.xlsm"))
    other = Path(shutil.copy(renamed, shop.with_name("西店.xlsm")))
    xlcrm("check", other, *DAY)
    answer = xlcrm("erase", renamed, "--customer", HE, *DAY)
    assert answer.code == 1
    assert "文件 西店~1.xlsm、文件 西店.xlsm" in answer.out
    assert holding(shop.parent) == [f"{BACKUPS}/西店~1.xlsm", "西店.xlsm"]


def test_what_the_program_made_beside_the_book_is_searched(shop: Path) -> None:
    xlcrm("print", shop, *DAY)
    shutil.copy(shop, shop.with_name("~xlcrm-101500-店.xlsm.copy"))
    shop.with_name("导出.csv").write_text(f"电话\n{HE[:3]} {HE[3:7]} {HE[7:]}\n", "utf-8")
    shop.with_name("备注.csv").write_text("电话\n19900000109\n", "utf-8")
    dry = xlcrm("erase", shop, "--customer", HE, *DAY, "--dry-run", "--json", "-")
    assert set(dry.json["kept"]) == {
        "文件 表卡_2026-11-01.xlsx",
        "文件 ~xlcrm-101500-店.xlsm.copy",
        "文件 导出.csv",
    }
    answer = xlcrm("erase", shop, "--customer", HE, *DAY)
    assert answer.code == 1
    for place in dry.json["kept"]:
        assert place in answer.out


@pytest.mark.posix("exports need pandas, which no button and no zip has")
def test_hand_outs_what_came_back_old_sheets_and_exports_are_searched(shop: Path) -> None:
    """They lie in folders, those of hand-outs and exports under any name; an export is named once, as a whole."""
    folder = shop.parent
    assert xlcrm("handout", shop, folder / "给顾问", *DAY).code == 0
    for name, args in {"数据": ["--full"], "遮盖": [], "列": ["--full", "--parquet"]}.items():
        assert xlcrm("export", shop, folder / name, *args, *DAY).code == 0
    given = next(folder.glob("给顾问/日报_张敏_*.xlsx"))
    for name in ("回收/张敏.xlsx", "旧表/去年/登记.csv", "旧表/登记.xls", "别处/登记.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"电话\n{HE}\n", "utf-8")
    shutil.copy(given, folder / "回收" / given.name)
    kept = xlcrm("erase", shop, "--customer", HE, *DAY, "--dry-run", "--json", "-").json["kept"]
    assert set(kept) == {
        f"文件 {given.parent.name}/{given.name}",
        f"文件 {given.parent.name}/{given.with_suffix('.eml').name}",
        f"文件 回收/{given.name}",
        "文件 回收/张敏.xlsx",
        "文件 旧表/去年/登记.csv",
        "文件 旧表/登记.xls",
        "导出的数据 数据",
        "加密或读不了的文件 列（没有查）",
    }


def test_a_dry_run_says_it_all_and_changes_nothing(shop: Path) -> None:
    before = contents(shop.parent)
    dry = xlcrm("erase", shop, "--customer", HE, *DAY, "--dry-run")
    assert contents(shop.parent) == before
    said = xlcrm("erase", shop, "--customer", HE, *DAY).out.splitlines()
    assert set(said[:-2]) <= set(dry.out.splitlines())
    assert "2 份备份" in dry.out


def test_it_is_said_before_it_is_done(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "begun", die)
    answer = xlcrm("erase", shop, "--customer", HE, *DAY)
    assert answer.code == KILLED
    assert "不能再撤销" in answer.out
