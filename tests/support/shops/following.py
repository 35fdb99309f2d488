"""Daily reports, grade sheets and cards, as shops keep them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shops.paper import PROSPECT, Column, File, Sheet, Want
from shops.people import Crowd, Party
from shops.registers import spelled

LETTERS = {"S": "来店/电", "B": "基盘", "R": "VIP购车/介绍", "K": "潜在开发", "P": "展示会"}
WEEKDAYS = "一二三四五六日"


def report_values(party: Party, day: dt.date, consultant: str, before: str, after: str) -> dict[str, Any]:
    return {
        "日期": day.isoformat(),
        "销售顾问": consultant,
        "客户姓名": party.name,
        "电话": party.phone,
        "车型": party.model,
        "原级别": before,
        "现级别": after,
    }


def reported(party: Party, values: dict[str, Any], *soft: str) -> Want:
    return Want(("imported",), ("日报",), values, party.person, soft=soft)


def report_head(seed: int) -> list[File]:
    """A day and a consultant a sheet, both in the head; purposes to be ticked; counts by grade at the foot."""
    crowd = Crowd(seed)
    me = crowd.consultants[0]
    sheets = []
    for day in sorted(set(crowd.days(3))):
        sheet = Sheet(f"{day.month}.{day.day}", "日报")
        sheet.put(1, 1, crowd.pick("销售活动日报表", "营 业 日 报 表", "日访问活动表"))
        sheet.merge(1, 1, 1, 13)
        sheet.put(2, 1, f"销售顾问：{me}")
        sheet.put(2, 8, f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}")
        layout: list[tuple[str | None, list[tuple[str, str | None]]]] = [
            (None, [("序号", None)]),
            (None, [("客户姓名", "日报.客户姓名")]),
            (None, [("联系电话", "日报.电话")]),
            (None, [("意向车型", "日报.车型")]),
            ("访问目的", [("开拓", "日报.目的"), ("促进", "日报.目的"), ("手续", "日报.目的"), ("回访", "日报.目的")]),
            ("级别变化", [("访前", "日报.原级别"), ("访后", "日报.现级别")]),
            ("访问情况", [("方式", "日报.方式"), ("经过", "日报.经过")]),
            (None, [("下次联系日", "日报.下次回访日期")]),
        ]
        at = 1
        for group, members in layout:
            if group:
                sheet.put(3, at, group)
                sheet.merge(3, at, 3, at + len(members) - 1)
            for place, (header, target) in enumerate(members, at):
                sheet.put(4 if group else 3, place, header)
                sheet.answer(place, Column((header,), target, lambda p: None))
                if not group:
                    sheet.merge(3, place, 4, place)
            at += len(members)
        sheet.header_row = 4
        for row in range(5, 5 + crowd.random.randint(4, 7)):
            party = crowd.party(day)
            before, after = crowd.pick("H", "A", "B"), crowd.pick("H", "A", "B")
            purpose = crowd.random.randrange(3)
            story, nxt = crowd.follow_up(), day + dt.timedelta(days=3)
            sheet.put(row, 1, row - 4, party.name, party.phone, party.model)
            sheet.put(row, 5 + purpose, "√")
            sheet.put(row, 9, before, after, crowd.pick("电话", "微信", "来店"), story, f"{nxt.month}月{nxt.day}日")
            values = report_values(party, day, me, before, after)
            values |= {"目的": ("开拓", "促进", "手续")[purpose], "下次回访日期": nxt.isoformat()}
            sheet.want(row, reported(party, values, story))
        foot = sheet.bottom + 1
        sheet.listed(foot, foot - 4)
        sheet.listed(foot + 1, "本日止意向客户数", None, "H级：3", "A级：6", "B级：9", "C级：12", "合计：30")
        sheet.listed(foot + 2, "本日访问户数合计", None, 5, None, "本月累计访问", None, 61)
        sheet.listed(foot + 3, "主管指示事项：", None, None, None, None, "主管签字：")
        sheets.append(sheet)
    return [File(f"销售日报-{me}.xlsx", sheets)]


def report_flat(seed: int) -> list[File]:
    """All consultants on one sheet; today's work above, tomorrow's plan below under a header of its own."""
    crowd = Crowd(seed)
    day = crowd.days(1)[0]
    tomorrow = day + dt.timedelta(days=1)
    sheet = Sheet("日报", "日报")
    sheet.put(1, 1, f"{day.year}年{day.month}月{day.day}日 工作日报")
    sheet.put(2, 1, crowd.pick("当日工作总结", "今日工作总结"))
    headers = ["顾问", "客户", "电话", "车型", "拜访方式", "原级别", "现级别", "跟进情况", "下次跟进时间"]
    sheet.put(3, 1, *headers)
    sheet.header_row = 3
    row = 4
    for _ in range(6):
        party = crowd.party(day)
        before, after = crowd.pick("A", "B"), crowd.pick("H", "A", "B")
        story, nxt = crowd.follow_up(), day + dt.timedelta(days=4)
        sheet.put(row, 1, party.consultant, party.name, party.phone, party.model, "电话", before, after, story, nxt)
        values = report_values(party, day, party.consultant, before, after) | {"类别": "当日总结"}
        sheet.want(row, reported(party, values, story))
        row += 1
    row += 1
    sheet.put(row, 1, crowd.pick("明日工作计划", "明日计划"))
    sheet.put(row + 1, 1, "顾问", "客户", "电话", "车型", "计划方式", "目的")
    row += 2
    for _ in range(4):
        party = crowd.party(day)
        sheet.put(row, 1, party.consultant, party.name, party.phone, party.model, "电话", "促进")
        values = {
            "日期": day.isoformat(),
            "执行日期": tomorrow.isoformat(),
            "销售顾问": party.consultant,
            "客户姓名": party.name,
            "电话": party.phone,
            "类别": "明日计划",
        }
        sheet.want(row, reported(party, values))
        row += 1
    return [File("工作日报.xlsx", [sheet])]


def report_in_one_cell(seed: int) -> list[File]:
    """Several customers in one cell, with their phones: each is a row of the report."""
    crowd = Crowd(seed)
    sheet = Sheet("11月", "日报")
    sheet.put(1, 1, "销售顾问日报汇总 2026年11月")
    sheet.header_row = 2
    sheet.put(2, 1, "日期", "销售顾问", "跟进客户", "跟进方式", "跟进内容")
    join = crowd.pick("、", "\n", "；", "，")
    for row, day in enumerate(crowd.days(6), 3):
        parties = [crowd.party(day) for _ in range(crowd.random.randint(1, 3))]
        me, story = crowd.pick(*crowd.consultants), crowd.follow_up()
        sheet.put(row, 1, day, me, join.join(f"{p.name}{p.phone}" for p in parties), "电话", story)
        values = [{"日期": day.isoformat(), "销售顾问": me, "客户姓名": p.name, "电话": p.phone} for p in parties]
        sheet.want(
            row,
            Want(
                ("imported",),
                ("日报",),
                values[0],
                parties[0].person,
                more=tuple(("日报", v) for v in values[1:]),
                soft=(story,),
            ),
        )
    return [File("日报汇总.xlsx", [sheet])]


# ------------------------------------------------------------------------------------------------ grade sheets


def prospect(party: Party, values: dict[str, Any], **other: Any) -> Want:
    return Want(("imported",), PROSPECT, values, party.person, **other)


def grid(seed: int) -> list[File]:
    """A row for each customer, a column a day: a sign where a visit is planned, the grade where one was made."""
    crowd = Crowd(seed)
    planned = crowd.pick("*", "△", "○")
    sheets = []
    for me in crowd.consultants[:2]:
        sheet = Sheet(me, "级别表")
        head = ["序号", "客户姓名", "客户来源", "联系电话", "车型", "上月级别"]
        result = crowd.random.random() < 0.5
        sheet.put(1, 1, "有望客户跟踪进度表")
        sheet.put(2, 1, f"销售顾问：{me}")
        sheet.put(2, 12, "2026年11月")
        suffix = crowd.pick("", "日")
        top = 3
        targets: list[str | None] = [None, "客户姓名", "来源", "电话", "拟购车型", "月初级别"]
        sheet.put(top, 1, *head)
        for at, target in enumerate(targets, 1):
            sheet.answer(at, Column(("",), target and f"级别表.{target}", lambda p: None))
        for number in range(1, 31):
            sheet.put(top, 6 + number, f"{number}{suffix}" if suffix else number)
            sheet.answer(6 + number, Column(("",), "跟进记录.回访后级别", lambda p: None, ("跟进记录.执行日期",)))
        if result:
            sheet.put(top, 37, "月末级别")
        sheet.put(top, 38 if result else 37, "备注")
        sheet.header_row = top
        for row in range(4, 4 + crowd.random.randint(5, 8)):
            _grid_row(crowd, sheet, row, me, planned, result)
        foot = sheet.bottom + 1
        for row in range(foot, foot + 3):
            sheet.listed(row, row - 3)
        sheet.listed(
            foot + 3, f"说明：{planned}为计划访问日；S来店 B基盘 R介绍 K开发 P展示会；H七天内 A一个月内 B三个月内"
        )
        sheets.append(sheet)
    return [File("2026年11月有望客户进度.xlsx", sheets)]


def _grid_row(crowd: Crowd, sheet: Sheet, row: int, me: str, planned: str, result: bool) -> None:
    party = crowd.party(dt.date(2026, 11, 3))
    source = crowd.pick(*LETTERS)
    opening = crowd.pick("H", "A", "B", "")
    days = sorted(crowd.random.sample(range(1, 27), 3))
    grades = [crowd.pick("H", "A", "B") for _ in days]
    sheet.put(row, 1, row - 3, party.name, source, party.phone, party.model, opening or None)
    more: list[tuple[str, dict[str, Any]]] = []
    for day, grade in zip(days, grades, strict=True):
        sheet.put(row, 6 + day, grade)
        more.append(("跟进记录", {"执行日期": f"2026-11-{day:02d}", "回访后级别": grade}))
    sheet.put(row, 6 + 28, planned)
    more.append(("跟进记录", {"计划日期": "2026-11-28"}))
    if result:
        sheet.put(row, 37, grades[-1])
    story = crowd.follow_up()
    sheet.put(row, 38 if result else 37, story)
    values = {
        "客户姓名": party.name,
        "电话": party.phone,
        "当前级别": grades[-1],
        "销售顾问": me,
        "月初级别": opening or None,
    }
    sheet.want(row, prospect(party, values, more=tuple(more), soft=(story, LETTERS[source])))


def grid_blocks(seed: int) -> list[File]:
    """Two rows a customer: what was planned above, what was done below; the customer's cells span both."""
    crowd = Crowd(seed)
    sheet = Sheet("11月", "级别表")
    sheet.put(1, 1, "意向客户级别推进表（2026年11月）")
    head = ["客户姓名", "电话", "车型", "销售顾问", "月初级别", "项目"]
    sheet.put(2, 1, *head, *range(1, 31))
    sheet.header_row = 2
    row = 3
    for _ in range(6):
        party = crowd.party(dt.date(2026, 11, 2))
        days = sorted(crowd.random.sample(range(1, 29), 2))
        opening = crowd.pick("A", "B")
        grades = [crowd.pick("H", "A", "B") for _ in days]
        sheet.put(row, 1, party.name, party.phone, party.model, party.consultant, opening, "计划")
        sheet.put(row + 1, 6, "实际")
        for column in range(1, 6):
            sheet.merge(row, column, row + 1, column)
        more = []
        for day, grade in zip(days, grades, strict=True):
            sheet.put(row, 6 + day, "√")
            sheet.put(row + 1, 6 + day, grade)
            more.append(("跟进记录", {"执行日期": f"2026-11-{day:02d}", "回访后级别": grade}))
        values = {"客户姓名": party.name, "电话": party.phone, "当前级别": grades[-1], "销售顾问": party.consultant}
        sheet.want(row, prospect(party, values, more=tuple(more)))
        row += 2
    return [File("级别推进11月.xlsx", [sheet])]


def rounds(seed: int) -> list[File]:
    """A row for each customer, and beside it the first, second and third follow-up with date, way, grade and story."""
    crowd = Crowd(seed)
    sheet = Sheet("意向客户", "级别表", forms=("客户卡",))
    head = ["姓名", "联系方式", "意向车型", "客户来源", "首次接洽日期", "当前级别", "归属顾问"]
    for at, header in enumerate(head, 1):
        sheet.put(1, at, header)
        sheet.merge(1, at, 2, at)
    names = crowd.random.choice((("第一次跟进", "第二次跟进", "第三次跟进"), ("一次回访", "二次回访", "三次回访")))
    for number, name in enumerate(names):
        left = 8 + 3 * number
        sheet.put(1, left, name)
        sheet.merge(1, left, 1, left + 2)
        sheet.put(2, left, "日期", "级别", "情况")
    sheet.header_row = 2
    for row in range(3, 11):
        party = crowd.party(crowd.days(1)[0])
        grade = crowd.pick("H", "A", "B")
        first = dt.date(2026, 11, 1) + dt.timedelta(days=crowd.random.randrange(8))
        sheet.put(row, 1, party.name, party.phone, party.model, party.source, first, grade, party.consultant)
        more = []
        for number in range(crowd.random.randint(1, 3)):
            day, then, story = first + dt.timedelta(days=3 * number + 2), crowd.pick("H", "A", "B"), crowd.follow_up()
            sheet.put(row, 8 + 3 * number, day, then, story)
            more.append(("跟进记录", {"执行日期": day.isoformat(), "回访后级别": then, "经过": story}))
        values = {
            "客户姓名": party.name,
            "电话": party.phone,
            "初洽日期": first.isoformat(),
            "当前级别": grade,
            "销售顾问": party.consultant,
        }
        sheet.want(row, prospect(party, values, more=tuple(more), soft=(party.model, party.source)))
    return [File("意向客户跟进.xlsx", [sheet])]


def months(seed: int) -> list[File]:
    """A sheet a month: who is still followed stands on the next one again, and its grade holds."""
    crowd = Crowd(seed)
    names = ("9月", "10月", "11月")
    people = [crowd.party(dt.date(2026, 9, 5)) for _ in range(8)]
    sheets = {name: Sheet(name, "级别表", forms=("客户卡",)) for name in names}
    chosen = ["客户姓名", "手机", "意向车型", "级别", "首洽日期", "销售顾问"]
    for sheet in sheets.values():
        sheet.put(1, 1, *chosen)
        sheet.header_row = 1
    for party in people:
        last = crowd.random.randrange(3)
        grades = [crowd.pick("H", "A", "B", "C") for _ in range(last + 1)]
        for name, grade in zip(names, grades, strict=False):
            sheet = sheets[name]
            row = sheet.bottom + 1
            sheet.put(row, 1, party.name, party.phone, party.model, grade, dt.date(2026, 9, 5), party.consultant)
            values = {"客户姓名": party.name, "电话": party.phone, "当前级别": grades[-1], "销售顾问": party.consultant}
            sheet.want(row, prospect(party, values, group=party.person if last else None))
    order = list(names)
    if crowd.random.random() < 0.5:
        order.reverse()
    return [File("2026潜客推进.xlsx", [sheets[name] for name in order])]


def other_grades(seed: int) -> list[File]:
    """Grades of another house (A to D, Hot to Cold): kept as typed, never taken for ours without being asked."""
    crowd = Crowd(seed)
    scale = crowd.random.choice((("A", "B", "C", "D"), ("Hot", "Warm", "Cold"), ("1", "2", "3", "4")))
    sheet = Sheet("有望客户", "级别表", forms=("客户卡",))
    sheet.put(1, 1, "客户姓名", "联系电话", "意向车型", "有望度", "初次接触日", "担当")
    sheet.header_row = 1
    for row in range(2, 12):
        party = crowd.party(dt.date(2026, 11, 4))
        grade = scale[(row - 2) % len(scale)]
        sheet.put(row, 1, party.name, party.phone, party.model, grade, dt.date(2026, 11, row), party.consultant)
        values = {
            "客户姓名": party.name,
            "电话": party.phone,
            "初洽日期": f"2026-11-{row:02d}",
            "销售顾问": party.consultant,
        }
        if scale[0] != "A":
            values["当前级别"] = grade
        sheet.want(row, prospect(party, values))
    return [File("有望客户一览.xlsx", [sheet])]


# ------------------------------------------------------------------------------------------------ cards


def card_blocks(seed: int) -> list[File]:
    """Cards below each other on one sheet: labels left, values right, a table of contacts under each."""
    crowd = Crowd(seed)
    sheet = Sheet(crowd.pick("A卡", "客户档案"), "客户卡")
    row = 1
    for number in range(4):
        party = crowd.party(dt.date(2026, 11, 3))
        spare = crowd.phone()
        sheet.put(row, 1, crowd.pick("意向客户管理卡", "客户信息卡"))
        sheet.put(row + 1, 1, "姓名", party.name, "性别", party.gender, "手机", party.phone)
        sheet.put(row + 2, 1, "住址", "高新区科技路8号", "职业", "教师", "备用电话", spare if number % 2 else None)
        sheet.put(row + 3, 1, "意向车型", party.model, "意向级别", party.grade, "销售顾问", party.consultant)
        sheet.put(row + 4, 1, "首次接触日期", "2026年11月3日", "信息来源", party.source, "现有车辆", "2015年捷达")
        want = Want(
            ("imported",),
            PROSPECT,
            {
                "客户姓名": party.name,
                "电话": party.phone,
                "性别": party.gender,
                "销售顾问": party.consultant,
                "初洽日期": "2026-11-03",
            },
            party.person,
            soft=("高新区科技路8号", "教师", "2015年捷达", party.source),
        )
        sheet.want(row + 1, want)
        row += 5
        sheet.put(row, 1, "日期", "方式", "洽谈内容", "访前级别", "访后级别", "下次联系")
        for day in (6, 12):
            row += 1
            before, after, story = crowd.pick("A", "B"), crowd.pick("H", "A"), crowd.follow_up()
            sheet.put(row, 1, f"2026-11-{day:02d}", "电话", story, before, after, f"2026-11-{day + 3:02d}")
            values = {
                "客户姓名": party.name,
                "执行日期": f"2026-11-{day:02d}",
                "回访前级别": before,
                "回访后级别": after,
            }
            sheet.want(row, Want(("imported",), ("跟进记录",), values, party.person, soft=(story,)))
        row += 3
    return [File("客户档案.xlsx", [sheet])]


def card_list(seed: int) -> list[File]:
    """A list of customers with what a card asks; two share a phone."""
    crowd = Crowd(seed)
    columns = [
        Column(("客户姓名", "姓名"), "客户卡.客户姓名", lambda p: p.name),
        Column(("性别",), "客户卡.性别", lambda p: p.gender),
        Column(("手机", "联系电话"), "客户卡.电话", lambda p: p.phone),
        Column(("出生日期", "生日"), "客户卡.生日", lambda p: dt.date(1988, 5, 17)),
        Column(("工作单位", "职业"), "客户卡.职业/单位", lambda p: "市一中"),
        Column(("家庭住址", "通讯地址"), "客户卡.住址", lambda p: "人民路12号"),
        Column(("客户来源", "来源"), "客户卡.来源", lambda p: p.source),
        Column(("建档日期", "建卡日期"), "客户卡.建卡日期", lambda p: p.day, ("客户卡.初洽日期",)),
        Column(("购车预算", "预算"), "客户卡.需求与预算", lambda p: "15万左右", (None,)),
        Column(("爱好", "兴趣爱好"), "客户卡.生活与爱好", lambda p: "钓鱼", (None,)),
        Column(("归属顾问", "销售顾问"), "客户卡.销售顾问", lambda p: p.consultant),
    ]
    crowd.random.shuffle(columns)
    sheet = Sheet("客户档案", "客户卡")
    sheet.put(1, 1, "意向客户档案明细")
    sheet.header(2, spelled(crowd, columns))
    parties = [crowd.party(day) for day in crowd.days(8)]
    couple = crowd.party(parties[-1].day)
    parties.append(type(couple)(**{**vars(couple), "phone": parties[2].phone}))
    for row, party in enumerate(parties, 3):
        for at, column in enumerate(columns, 1):
            sheet.put(row, at, column.says(party))
        values = {
            "客户姓名": party.name,
            "电话": party.phone,
            "性别": party.gender,
            "销售顾问": party.consultant,
            "生日": "1988-05-17",
        }
        sheet.want(
            row, Want(("imported",), PROSPECT, values, party.person, soft=("人民路12号", "市一中", "15万左右", "钓鱼"))
        )
    return [File("客户档案明细.xlsx", [sheet])]


def contacts(seed: int) -> list[File]:
    """A log of follow-ups: who was called when, and what came of it."""
    crowd = Crowd(seed)
    sheet = Sheet("跟进记录", "跟进记录", forms=("日报",))
    headers = [
        "跟进日期",
        "客户姓名",
        "电话",
        "跟进方式",
        "跟进内容",
        "跟进前级别",
        "跟进后级别",
        "下次跟进日期",
        "跟进人",
    ]
    sheet.put(1, 1, *headers)
    sheet.header_row = 1
    for row, day in enumerate(crowd.days(10), 2):
        party = crowd.party(day)
        before, after, story = crowd.pick("A", "B"), crowd.pick("H", "A"), crowd.follow_up()
        nxt = day + dt.timedelta(days=5)
        sheet.put(row, 1, day, party.name, party.phone, "电话", story, before, after, nxt, party.consultant)
        values = {"客户姓名": party.name, "执行日期": day.isoformat()}
        sheet.want(row, Want(("imported",), ("跟进记录", "日报"), values, party.person, soft=(story,)))
    return [File("跟进记录.xlsx", [sheet])]
