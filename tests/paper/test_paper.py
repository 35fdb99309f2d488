"""The printed forms: every figure of a small store by hand, and each form whole on its paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from books import Row
from memory import HE, QIAN, STAFF, SUN, ZHOU, Memory, card, loss, order, plan, prospect, report, visit
from rendering import A4_LANDSCAPE, A4_PORTRAIT, converted, faults, opened, papers_of
from shell import TODAY, contents, declines, xlcrm

from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue import Lang, Words
from xlcrm.catalogue.paper import COLUMNS
from xlcrm.demo import demo_store
from xlcrm.errors import Refusal
from xlcrm.followup.day import Day, TaskKind
from xlcrm.forms.schema import Cell
from xlcrm.ledger.reading import read_ledger
from xlcrm.paper.grid import DAYS
from xlcrm.paper.model import Fields, Paper, Papers, PaperTable
from xlcrm.paper.press import papers
from xlcrm.report.look import display_width
from xlcrm.report.printed_forms import LAYOUTS, head, spans_of, workbook
from xlcrm.verbs import VERBS, Job

MON, TUE, WED, THU, FRI = (dt.date(2026, 10, day) for day in range(5, 10))
"""张敏 rests on Tuesday, 李强 on Friday."""
OLD = dt.date(2026, 9, 25)
LI = "19900000109"


def store(**sheets: list[Row]) -> Memory:
    """何一 (A, planned for Wednesday) and 周四 (B, overdue) are tracked, 孙三 owns a car; 钱二 comes on Monday and orders."""
    owner: Row = {
        "客户编号": "C00003",
        "车主姓名": "孙三",
        "电话": SUN,
        "车型": "远行X7",
        "购买日期": OLD,
        "交车日期": OLD,
        "生日": dt.date(1990, 10, 7),
        "销售顾问": "张敏",
    }
    care: Row = {"客户编号": "C00003", "关怀项目": "定期", "计划日期": TUE, "销售顾问": "张敏"}
    planned: Row = {"客户编号": "C00001", "计划日期": WED, "计划方式": "来店", "计划目的": "促进", "销售顾问": "张敏"}
    overdue: Row = {"客户编号": "C00004", "计划日期": dt.date(2026, 10, 3), "销售顾问": "张敏"}
    contact: Row = {"客户编号": "C00004", "执行日期": dt.date(2026, 10, 1), "经过": "要等年终奖", "销售顾问": "张敏"}
    book: dict[str, list[Row]] = {
        "顾问": STAFF,
        "客户卡": [card(HE, "A"), card(ZHOU, "B"), card(SUN, None, 状态="已交车")],
        "A级": [prospect(HE, "A", 下次回访=WED)],
        "B级": [prospect(ZHOU, "B")],
        "跟进记录": [planned, overdue, contact],
        "保有客户": [owner],
        "关怀记录": [care],
        "来店登记": [
            visit(MON, QIAN, "H", 试乘试驾="√", 试驾保证书="√"),
            visit(MON, QIAN, None, 顾客名称="路人", 电话=None, 未留档原因="客户-闲逛", 进店时间=dt.time(9)),
        ],
        "日报": [
            report(MON, QIAN, "H", 目的="接待", 方式="来店", 结果="已订"),
            report(MON, ZHOU, 结果="未接通", 下次回访日期=dt.date(2026, 10, 3)),
            plan(MON, WED, HE),
        ],
        "订单": [order(MON, QIAN, 预计交车=WED)],
    }
    return Memory.holding(book | sheets)


def printed(book: Memory, today: dt.date, form: str = "", consultant: str = "", customer: str = "") -> Papers:
    book = book.copy()
    book.roll(today)
    return papers(book.review(today), form, consultant, customer)


def one(book: Memory, today: dt.date, form: str, **whose: str) -> Paper:
    """The first paper of a form."""
    return printed(book, today, form, **whose).papers[0]


def table(paper: Paper, title: str = "") -> PaperTable:
    (found,) = [block for block in paper.blocks if isinstance(block, PaperTable) and block.title == title]
    return found


def columns(found: PaperTable, *names: str) -> list[tuple[object, ...]]:
    """Some columns of a table's rows, words in Chinese."""
    places = [found.columns.index(name) for name in names]
    return [tuple(_spoken(row[place]) for place in places) for row in found.rows]


def _spoken(cell: Cell | Words) -> Cell:
    return cell.zh if isinstance(cell, Words) else cell


# ---------------------------------------------------------------- the day


def test_todays_list_has_everybody_to_contact_the_hottest_first_and_says_why() -> None:
    found = table(one(store(日报=[plan(MON, WED, HE)]), WED, "today", consultant="张敏"), "tasks")
    assert columns(found, "no", "grade", "name", "kind", "late") == [
        (1, "A", "何一", "约定来店", None),
        (2, "B", "周四", "逾期", 4),
        (3, "O", "钱二", "应交车", None),
        (4, None, "孙三", "定期", None),
        (5, None, "孙三", "生日", None),
    ]
    assert columns(found, "phone", "model", "on", "last")[1] == (
        ZHOU,
        "远行X5",
        dt.date(2026, 10, 3),
        "10-01 要等年终奖",
    )


def test_a_birthday_that_a_care_call_keeps_is_listed_once() -> None:
    care: Row = {"客户编号": "C00003", "关怀项目": "生日", "计划日期": WED, "销售顾问": "张敏"}
    book = store(关怀记录=[care])
    assert [t.kind for t in Day(book.ledger(WED), WED).tasks if t.phone == SUN] == [TaskKind.CARE]


def test_who_asked_not_to_be_contacted_is_on_no_list() -> None:
    book = store(客户卡=[card(HE, "A", 同意联系="否"), card(SUN, None, 状态="已交车", 同意联系="否")])
    assert {t.name for t in Day(book.ledger(WED), WED).tasks} == {"钱二", "周四"}


def test_a_consultant_at_rest_has_no_list_unless_asked_for() -> None:
    assert [paper.about for paper in printed(store(), TUE, "today").papers] == ["李强"]
    assert [paper.about for paper in printed(store(), TUE, "today", "张敏").papers] == ["张敏"]


def test_the_morning_shows_yesterday_and_todays_work() -> None:
    paper = one(store(), TUE, "morning")
    results = table(paper, "yesterday")
    assert results.columns == ("consultant", "batches", "kept", "drives", "orders", "deliveries", "reached")
    assert columns(results, *results.columns) == [
        ("张敏", 2, 1, 1, 1, 0, 0),
        ("李强", 0, 0, 0, 0, 0, 0),
        ("合计", 2, 1, 1, 1, 0, 0),
    ]
    assert columns(table(paper, "wins"), "consultant", "name", "what") == [("张敏", "钱二", "订单")]
    work = columns(table(paper, "work"), "consultant", "overdue", "sum")
    assert work == [("张敏", None, "休息"), ("李强", 0, 0), ("合计", 0, 0)]


def test_rows_in_error_count_in_no_result_and_the_sheet_says_so() -> None:
    wrong = visit(MON, SUN, "H", 离去时间=dt.time(9))
    book = store(来店登记=[*store().rows("来店登记"), wrong])
    book.add("日报", report(MON, ZHOU, 经过=None, 结果="继续跟进"))
    assert len(table(one(book, MON, "register")).rows) == 3
    for day, form, title in ((MON, "evening", "results"), (TUE, "morning", "yesterday")):
        found = table(one(book, day, form), title)
        assert columns(found, "batches", "orders", "reached")[-1] == (2, 1, 0)
        assert (found.more, found.left_out) == (2, "errors")


def test_the_evening_shows_losses_missed_contacts_and_tomorrow() -> None:
    lost = loss(MON, ZHOU, 战败前级别="B", **{"去向/竞品": "星野M5"})
    paper = one(store(战败=[lost, loss(OLD, HE, 审批="驳回", 审批日期=OLD, 驳回后级别="A")]), MON, "evening")
    found = columns(table(paper, "lost"), "consultant", "name", "grade", "exit", "reason", "rival", "decision")
    assert found == [("张敏", "周四", "B", "战败", "他品牌-价格", "星野M5", "待审")]
    results = columns(table(paper, "results"), "consultant", "missed", "losses", "planned")
    assert results[0] == ("张敏", 0, 1, 1)
    assert columns(table(paper, "plan"), "name", "on") == [("何一", WED)]


def test_contacts_due_and_not_made_are_named_in_the_evening() -> None:
    paper = one(store(日报=[]), WED, "evening")
    assert columns(table(paper, "missed_list"), "grade", "name", "kind", "on", "late") == [
        ("A", "何一", "约定来店", WED, None),
        ("B", "周四", "逾期", dt.date(2026, 10, 3), 4),
        (None, "孙三", "定期", TUE, None),
    ]
    assert columns(table(paper, "results"), "missed")[0] == (3,)


def test_a_long_list_has_what_room_the_page_leaves_and_says_how_many_it_leaves_out() -> None:
    def missed(number: int) -> PaperTable:
        customers = range(200, 200 + number)
        calls: list[Row] = [
            {"客户编号": f"C{i:05d}", "关怀项目": "其他", "计划日期": MON, "销售顾问": "李强"} for i in customers
        ]
        cards = [card(HE, None, 客户编号=f"C{i:05d}", 电话=f"19900000{i}", 状态="已交车") for i in customers]
        return table(one(store(客户卡=cards, 关怀记录=calls, 跟进记录=[]), WED, "evening"), "missed_list")

    # the two consultants and their sum take 3 of 42 lines
    assert [(len(found.rows), found.more) for found in (missed(13), missed(38), missed(45))] == [
        *((13 + 1, 0), (38 + 1, 0), (39, 45 + 1 - 39)),
    ]


# ---------------------------------------------------------------- the forms of the method


def test_the_register_has_the_parties_of_the_day_in_the_order_they_came() -> None:
    paper = one(store(来店登记=[*store().rows("来店登记"), visit(TUE, SUN)]), MON, "register")
    assert columns(table(paper), "no", "stay", "customer_name", "drive", "no_contact") == [
        (1, "09:00-10:40", "路人", None, "客户-闲逛"),
        (2, "10:00-10:40", "钱二", "√", None),
    ]
    assert paper.signed == ("reception", "supervisor", "manager")


def test_the_report_has_the_day_and_its_foot_counted_from_the_books() -> None:
    new: Row = {"电话": LI, "拟购车型": "远行S9"}
    book = store(来店登记=[*store().rows("来店登记"), visit(THU, HE, "C") | new | {"顾客名称": "生人"}])
    met = report(THU, HE, "C", 目的="接待", 方式="来店", 客户姓名="生人", 电话=LI)
    early = report(dt.date(2026, 10, 2), HE, "A", 目的="促进")
    book.add("日报", early, report(THU, HE, "B", 下次回访日期=FRI), met)
    paper = one(book, THU, "report", consultant="张敏")
    assert columns(table(paper, "summary"), "name", "purpose", "after") == [
        ("何一", "促进", "B"),
        ("生人", "接待", "C"),
    ]
    assert table(paper, "plan").rows == ()
    foot = table(paper, "foot")
    assert columns(foot, *foot.columns) == [
        ("本日止意向客户", 0, 0, 2, 1, 3, 1, None, 1),
        ("上月留存", 0, 1, 1, 0, 2, None, 0, None),
        ("本月新增", 1, 0, 0, 1, 2, None, 1, None),
    ]
    visits = table(paper, "visits")
    assert columns(visits, *visits.columns) == [
        ("本日访问", 1, 0, 1, 0, 0, 2),
        ("本月累计", 2, 0, 2, 0, 0, 4),
    ]


def grid(book: Memory, today: dt.date, consultant: str = "张敏") -> dict[str, dict[object, dict[str, object]]]:
    """The rows of a consultant's sheet by grade and name: what is not blank."""
    (paper,) = [p for p in printed(book, today, "grid").papers if p.about == consultant]
    columns, found, group = table(paper).columns, dict[str, dict[object, dict[str, object]]](), ""
    for row in table(paper).rows:
        if len(row) == 1:
            group = str(_spoken(row[0])).split()[0]
            found[group] = {}
        elif row[0]:
            found[group][row[0]] = {name: cell for name, cell in zip(columns, row, strict=True) if cell is not None}
    return found


def days_of(row: dict[str, object]) -> dict[int, object]:
    return {int(name[1:]): mark for name, mark in row.items() if name in DAYS}


def test_the_grid_shows_plans_as_stars_and_the_last_grade_of_a_day() -> None:
    book = store(
        日报=[
            report(MON, HE, "B"),
            report(MON, HE, "H", 经过="晚上又来电话，想下周订车"),
            report(THU, HE, None, 结果="未接通", 下次回访日期=dt.date(2026, 10, 12)),
        ]
    )
    row = grid(book, THU)["H"]["何一"]
    assert days_of(row) == {5: "H", 7: "*", 8: "×", 12: "*"}
    assert (row["opening"], row["now"], row["model"]) == ("A", "H", "远行X5")


def test_a_grid_is_one_consultants_with_all_grades_under_each_other() -> None:
    book = store(A级=[prospect(HE, "A", 销售顾问="王走", 备注="等牌照")])
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "王走"})
    papers = printed(book, TUE, "grid").papers
    assert [paper.about for paper in papers] == ["张敏", "李强", "王走"]
    assert [paper.about for paper in printed(book, TUE, "grid", "张敏").papers] == ["张敏"]
    assert {grade: list(rows) for grade, rows in grid(book, TUE).items()} == {
        **{"H": ["钱二"], "A": [], "B": ["周四"], "C": [], "O": []},
    }
    # one who left the shop still has customers
    assert grid(book, TUE, "王走")["A"]["何一"]["notes"] == "等牌照"


def test_who_ordered_took_the_car_or_was_lost_this_month_stays_in_the_grid() -> None:
    sold = order(MON, QIAN, 交车日期=WED)
    lost = loss(MON, ZHOU, 战败前级别="B", 审批="同意", 审批日期=WED)
    found = grid(store(订单=[sold], 战败=[lost]), THU)
    assert days_of(found["H"]["钱二"]) == {5: "O", 7: "D"}
    assert (days_of(found["B"]["周四"]), found["B"]["周四"]["notes"]) == ({5: "F0", 7: "F"}, "他品牌-价格")
    assert (set(found["A"]), found["O"]) == ({"何一"}, {})


def test_who_ordered_before_the_month_stands_under_the_grades_until_the_car_is_handed_over() -> None:
    ordered = [card(QIAN, None, 状态="已订"), card(SUN, None, 状态="已订")]
    orders = [order(OLD, QIAN, 交车日期=TUE), order(OLD, SUN)]
    book = store(客户卡=ordered, 订单=orders, 来店登记=[], 日报=[], 保有客户=[], 关怀记录=[])
    found = grid(book, THU)
    assert {name: (row["opening"], row["now"]) for name, row in found["O"].items()} == {
        "钱二": ("O", "D"),
        "孙三": ("O", "O"),
    }
    assert found["H"] == {}


def test_a_card_has_both_sides() -> None:
    front, back = printed(store(), MON, "card", customer="C00003").papers
    assert (front.form, back.form, front.about) == ("card_front", "card_back", "C00003")
    assert columns(table(front, "cares"), "item", "planned_on") == [("定期", TUE)]
    [back] = printed(store(), MON, "card", customer=ZHOU).papers
    assert columns(table(back, "contacts"), "done_on", "story")[0] == (dt.date(2026, 10, 1), "要等年终奖")


def needs_of(book: Memory, phone: str) -> dict[str, object]:
    """What the back of a card says is wanted, without its blanks."""
    *_, back = printed(book, MON, "card", customer=phone).papers
    (found,) = [block for block in back.blocks if isinstance(block, Fields) and block.title == "need"]
    return {name: value for name, value in found.pairs if value is not None}


def test_the_back_of_a_card_says_what_is_wanted() -> None:
    wanted = prospect(HE, "A", 竞品="云驰L6", 试驾日期=OLD, 预计购车日=FRI, 流程阶段="试车", 数量=2, 备注="等牌照")
    book = store(A级=[wanted], 客户卡=[card(HE, "A", 购车类型="换购", 现有车辆="旧车 6万公里"), card(SUN, None)])
    assert needs_of(book, HE) == {
        **{"wanted": "远行X5", "rival": "云驰L6", "quantity": 2, "stage": "试车", "test_drive_on": OLD},
        **{"expected_on": FRI, "purchase_kind": "换购", "present_car": "旧车 6万公里", "notes": "等牌照"},
    }
    # out of the grade sheets: the order and the register know
    drove = visit(MON, QIAN, "H", 试乘试驾="√", 试驾保证书="√", 竞品="星野M5")
    bought = order(MON, QIAN, 数量=3, 车型="远行X7")
    assert needs_of(store(来店登记=[drove], 订单=[bought]), QIAN) == {
        **{"wanted": "远行X7", "rival": "星野M5", "quantity": 3, "test_drive_on": MON},
    }


def test_a_card_is_a_page_with_the_newest_contacts() -> None:
    old: list[Row] = [
        {"客户编号": "C00001", "执行日期": OLD - dt.timedelta(days=i), "经过": "等", "销售顾问": "张敏"}
        for i in range(20)
    ]
    planned: Row = {"客户编号": "C00001", "计划日期": WED, "销售顾问": "张敏"}
    [back] = printed(store(跟进记录=[planned, *old]), MON, "card", customer=HE).papers
    found = table(back, "contacts")
    assert (len(found.rows), found.more) == (16, 21 - 16)
    assert columns(found, "planned_on")[-1] == (WED,)


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("print.no_consultant", {"consultant": "王五"}),
        ("print.no_customer", {"form": "card", "customer": "C99999"}),
        ("print.card_of_whom", {"form": "card"}),
    ],
)
def test_what_is_not_in_the_books_is_refused(key: str, asked: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        printed(store(), MON, **asked)
    assert refused.value.key == key


# ---------------------------------------------------------------- as printed


def cells(content: bytes) -> dict[str, list[object]]:
    book = opened(content)
    return {sheet.title: [cell for row in sheet.iter_rows(values_only=True) for cell in row] for sheet in book}


def test_all_forms_of_a_day_in_one_workbook() -> None:
    content = workbook(printed(store(), MON, customer=HE))
    assert list(cells(content)) == [
        "清单 张敏",
        "清单 李强",
        "早会",
        "夕会",
        "来店登记",
        "日报 张敏",
        "日报 李强",
        "推进表 张敏",
        "推进表 李强",
        "卡反面 C00001",
    ]
    assert content == workbook(printed(store(), MON, customer=HE))


def test_what_a_customer_is_called_is_never_a_formula() -> None:
    evil = '=HYPERLINK("http://x","x")'
    rows = [visit(MON, QIAN, "H", 顾客名称=evil, 注释="@SUM(1+1)*cmd|' /C calc'!A0")]
    content = workbook(printed(store(来店登记=rows), MON, "register"))
    book = opened(content)
    (cell,) = [c for row in book["来店登记"].iter_rows() for c in row if c.value == evil]
    assert cell.data_type == "s"
    assert "@SUM(1+1)*cmd|' /C calc'!A0" in cells(content)["来店登记"]


def demo_papers() -> bytes:
    """All forms of the demo store's last evening, and the card of an owner."""
    sheets = demo_store()[0].sheets
    book = Memory.holding(sheets)
    today = dt.date(2026, 10, 31)
    job = Job(today, dt.datetime.combine(today, dt.time(18)), customer=str(sheets["保有客户"][-1]["电话"]))
    found = VERBS["print"](book.blocks, [], job).papers
    assert found is not None
    return workbook(found)


@pytest.mark.libreoffice
def test_the_forms_of_the_demo_are_whole_on_a4(tmp_path: Path) -> None:
    assert faults({"表卡": demo_papers()}, tmp_path, (A4_LANDSCAPE, A4_PORTRAIT)) == {"表卡": []}


@pytest.mark.libreoffice
def test_meetings_lists_and_cards_take_one_page_each(tmp_path: Path) -> None:
    book = store()
    found = printed(book, MON, customer=HE)
    (path := tmp_path / "表卡.xlsx").write_bytes(workbook(found))
    (pdf,) = converted([path], tmp_path / "print", "pdf")
    assert papers_of(pdf) == [A4_PORTRAIT if _is_portrait(paper) else A4_LANDSCAPE for paper in found.papers]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_head_breaks_inside_a_word(lang: Lang) -> None:
    seen = 0
    for paper in printed(store(), MON, customer=HE).papers:
        width = LAYOUTS[paper.form].columns
        for found in (block for block in paper.blocks if isinstance(block, PaperTable)):
            labels = [COLUMNS[key].say(lang) for key in found.columns]
            spans = spans_of(found.columns, labels, width)
            assert sum(spans) == width
            for key, label, span in zip(found.columns, labels, spans, strict=True):
                words = head(label, span).split()
                assert all(display_width(word) <= 2 * span - 1 for word in words), (paper.form, key)
                assert len(words) <= 2 or lang == "en"
                seen += 1
            assert all(span > 0 for span in spans)
    assert seen > 100


def test_the_register_has_a_place_for_the_weather() -> None:
    paper = one(store(), MON, "register")
    assert [key for key, _ in paper.head][-1] == "weather"
    assert "星期" in str(dict(paper.head)["day"])


def test_every_plan_for_tomorrow_is_read_in_the_evening() -> None:
    plans = [plan_for(n) for n in range(60)]
    found = table(one(store(日报=plans), MON, "evening"), "plan")
    assert (len(found.rows), found.more) == (60, 0)


def plan_for(number: int) -> Row:
    return {
        "日期": MON,
        "销售顾问": "张敏",
        "类别": "明日计划",
        "执行日期": TUE,
        "客户姓名": f"客{number}",
        "电话": f"199000{number:05d}",
        "目的": "促进",
        "方式": "电话",
    }


def test_the_card_of_a_prospect_has_no_empty_front() -> None:
    [back] = printed(store(), MON, "card", customer=HE).papers
    assert back.form == "card_back"


def test_a_morning_printed_later_says_that_it_shows_today() -> None:
    book = store()
    review = book.review(MON)
    later, same = (next(iter(papers(review, "morning", now=day).papers)) for day in (WED, MON))
    assert (later.notice, later.of_day) == ("as_of_now", WED)
    assert same.notice == ""


def _is_portrait(paper: Paper) -> bool:
    return paper.form in ("morning", "evening", "card_front", "card_back")


# ---------------------------------------------------------------- from the command line


def sheets_of(path: Path) -> list[str]:
    return list(openpyxl.load_workbook(path, read_only=True).sheetnames)


def test_the_forms_lie_beside_the_book_which_is_left_alone(book: Path) -> None:
    before = contents(book.parent)
    dry = xlcrm("print", book, "--today", TODAY, "--dry-run")
    assert contents(book.parent) == before
    answer = xlcrm("print", book, "--today", TODAY)
    path = book.with_name("表卡_2026-10-31.xlsx")
    assert (answer.code, answer.out.splitlines()[-1]) == (0, f"已写入 {path}")
    assert str(path) in dry.out
    assert contents(book.parent).items() - before.items() == {(path.name, path.read_bytes())}
    assert {"早会", "夕会", "来店登记"} <= set(sheets_of(path))


def test_one_form_of_one_consultant_or_customer_is_printed_in_either_language(book: Path) -> None:
    ledger = read_ledger(FileSession(book).blocks, dt.date.fromisoformat(TODAY))
    consultant, owner = ledger.consultants[0].name, ledger.cards[0]
    path = book.with_name("表.xlsx")
    for asked, found in (
        (("--form", "report", "--consultant", consultant), [f"日报 {consultant}"]),
        (("--form", "card", "--customer", owner.phone), [f"卡反面 {owner.customer}"]),
        (("--form", "evening", "--lang", "en"), ["Evening"]),
    ):
        assert xlcrm("print", book, "--today", TODAY, "-o", path, *asked).code == 0
        assert sheets_of(path) == found
    journal = read_ledger(FileSession(book).blocks, dt.date.fromisoformat(TODAY)).journal
    printed_cards = [row.new for row in journal if row.verb == "打印表卡"]
    assert printed_cards == [f"打印了 {owner.customer} 的客户管理卡"]


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("output.suffix", ("-o", "店.xlsm")),
        ("print.no_consultant", ("--consultant", "没有这人")),
        ("print.no_customer", ("--form", "card", "--customer", "C99999")),
        ("print.card_of_whom", ("--form", "card")),
    ],
)
def test_what_cannot_be_printed_is_declined(book: Path, key: str, asked: tuple[str, ...]) -> None:
    before = contents(book.parent)
    assert declines(xlcrm("print", book, "--today", TODAY, *asked), key)
    assert contents(book.parent) == before
