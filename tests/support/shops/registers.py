"""Registers of who came to the showroom, as shops keep them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from shops.paper import Column, File, Sheet, Want
from shops.people import Crowd, Party
from xlcrm.forms.schema import Cell

DateStyle = Callable[[dt.date], Cell]

DATES: tuple[DateStyle, ...] = (
    lambda day: day,
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: dt.datetime.combine(day, dt.time()),
)
"""Dates that say their year."""


def phone_as_typed(crowd: Crowd, phone: str | None) -> Cell:
    if phone is None:
        return None
    grouped = f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
    return crowd.random.choice((phone, phone, phone, int(phone), f"+86 {phone}", *grouped))


def visit_values(party: Party) -> dict[str, object]:
    return {
        "日期": party.day.isoformat(),
        "顾客名称": party.name,
        "电话": party.phone,
        "进店时间": f"{party.entered:%H:%M}",
        "离去时间": f"{party.left:%H:%M}",
        "拟购车型": party.model,
        "意向级别": party.grade,
        "销售顾问": party.consultant,
    }


def visit(
    party: Party, values: dict[str, object] | None = None, *, soft: Sequence[str] = (), group: str | None = None
) -> Want:
    found = visit_values(party) if values is None else values
    return Want(("imported",), ("来店登记",), found, party.person, group, soft=tuple(soft))


def columns(crowd: Crowd, date: DateStyle, grade: Callable[[Party], Cell] = lambda p: p.grade) -> list[Column]:
    """The columns most registers have, spelled in the ways they are."""
    return [
        Column(
            ("日期", "来店日期", "登记日期", "来访日期", "接待日期", "到店日期"), "来店登记.日期", lambda p: date(p.day)
        ),
        Column(
            ("客户姓名", "顾客姓名", "客户名称", "姓名", "顾客名称", "来访者姓名", "客户称呼"),
            "来店登记.顾客名称",
            lambda p: p.name,
        ),
        Column(
            ("联系电话", "手机号码", "电话号码", "客户电话", "联系方式", "顾客手机", "手机"),
            "来店登记.电话",
            lambda p: phone_as_typed(crowd, p.phone),
        ),
        Column(("进店时间", "来店时间", "到店时间", "进店"), "来店登记.进店时间", lambda p: p.entered),
        Column(("离店时间", "离去时间", "离开时间", "离店"), "来店登记.离去时间", lambda p: p.left),
        Column(("意向车型", "拟购车型", "意向车系", "关注车型", "欲购车型"), "来店登记.拟购车型", lambda p: p.model),
        Column(("意向级别", "客户级别", "意向等级", "级别", "有望度"), "来店登记.意向级别", grade),
        Column(("销售顾问", "接待顾问", "接待人员", "业务员", "销售人员"), "来店登记.销售顾问", lambda p: p.consultant),
    ]


def extras(crowd: Crowd) -> list[Column]:
    """Columns that some registers have."""
    return [
        Column(("来店/来电", "来访方式", "来店方式", "到访方式"), "来店登记.来店/来电", lambda p: p.by),
        Column(("首次/再次", "初次/再次", "是否首次到店", "来店性质"), "来店登记.首次/再次", lambda p: p.first),
        Column(("性别", "客户性别"), "来店登记.性别", lambda p: p.gender),
        Column(("来店人数", "随行人数", "同行人数", "人数"), "来店登记.来店人数", lambda p: p.people),
        Column(("客户来源", "信息来源", "来源"), "来店登记.来源", lambda p: p.source, ("来店登记.渠道",)),
        Column(("竞品", "对比车型", "竞争车型", "比较车型"), "来店登记.竞品", lambda p: p.rival),
        Column(("试乘试驾", "是否试驾", "试驾"), "来店登记.试乘试驾", lambda p: tick(crowd, p.drive)),
        Column(("现场订购", "是否订车", "当场下订", "下订"), "来店登记.现场订购", lambda p: "√" if p.ordered else None),
        Column(("备注", "接待经过", "洽谈内容", "客户描述"), "来店登记.注释", lambda p: p.story),
        Column(("车身颜色", "意向颜色"), None, lambda p: crowd.pick("白", "黑", "银", "灰")),
        Column(("是否加微信", "添加微信"), None, lambda p: crowd.pick("是", "否")),
    ]


def tick(crowd: Crowd, ticked: bool) -> Cell:
    return crowd.pick("√", "是", "✔", "1") if ticked else crowd.random.choice((None, "否"))


def spelled(crowd: Crowd, chosen: Sequence[Column]) -> list[tuple[str, Column]]:
    """Each column under one of its spellings; no header stands twice."""
    used: set[str] = set()
    found = []
    for column in chosen:
        spelling = crowd.random.choice([s for s in column.spellings if s not in used])
        used.add(spelling)
        found.append((spelling, column))
    return found


def filled(sheet: Sheet, top: int, chosen: Sequence[Column], parties: Sequence[Party], left: int = 1) -> None:
    for row, party in enumerate(parties, top):
        for at, column in enumerate(chosen, left):
            sheet.put(row, at, column.says(party))


# ------------------------------------------------------------------------------------------------ the styles


def plain(seed: int) -> list[File]:
    """One header row, true dates and times, columns in an order of the shop's own."""
    crowd = Crowd(seed)
    chosen = [*columns(crowd, crowd.random.choice(DATES[:4])), *crowd.random.sample(extras(crowd)[:9], 5)]
    crowd.random.shuffle(chosen)
    sheet = Sheet("11月", "来店登记")
    sheet.header(1, spelled(crowd, chosen))
    parties = crowd.parties(18)
    filled(sheet, 2, chosen, parties)
    for row, party in enumerate(parties, 2):
        sheet.want(row, visit(party))
    return [File("展厅来店登记11月.xlsx", [sheet])]


def titled(seed: int) -> list[File]:
    """Title and head rows above, numbers down the side, blank template rows, totals, signatures and a legend below."""
    crowd = Crowd(seed)
    dates = crowd.random.choice(
        (lambda d: f"{d.month}/{d.day}", lambda d: f"{d.month}月{d.day}日", lambda d: f"{d.month}.{d.day:02d}")
    )
    grade = crowd.random.choice((lambda p: f"{p.grade}级" if p.grade else None, lambda p: p.grade and p.grade.lower()))
    chosen = [
        Column(("序号", "No", "编号"), None, lambda p: None),
        *columns(crowd, dates, grade),
        *crowd.random.sample(extras(crowd), 5),
    ]
    sheet = Sheet(crowd.pick("Sheet1", "登记表"), "来店登记")
    sheet.put(1, 1, f"{crowd.pick('宏达', '远大', '鸿运')}汽车销售服务有限公司来店（电）顾客登记表")
    sheet.merge(1, 1, 1, len(chosen))
    sheet.put(2, 1, f"店名：{crowd.pick('城南店', '高新店')}")
    sheet.put(2, 5, "填表人：前台小周")
    sheet.put(2, 9, "2026年11月")
    sheet.header(4, spelled(crowd, chosen))
    parties = crowd.parties(15)
    filled(sheet, 5, chosen, parties)
    for row, party in enumerate(parties, 5):
        sheet.put(row, 1, row - 4)
        sheet.want(row, visit(party))
    row = 5 + len(parties)
    for extra in range(row, row + 5):
        sheet.listed(extra, extra - 4)
    sheet.listed(row + 5, crowd.pick("合计", "本月合计", "总计"), None, f"{len(parties)}批")
    sheet.listed(row + 7, "销售经理签字：", None, None, None, "展厅主管：", None, None, "日期：2026.11.30")
    sheet.listed(row + 8, "填表说明：1、当天登记；2、未留电话也要登记；3、H级七天内购车，A级一个月内。")
    sheet.merge(row + 8, 1, row + 8, len(chosen))
    return [File("来店（电）登记表2026.11.xlsx", [sheet])]


def doubled(seed: int) -> list[File]:
    """Two header rows with merged groups; first and again, drive yes and no are columns to be ticked."""
    crowd = Crowd(seed)
    sheet = Sheet("来店客流", "来店登记")
    sheet.put(1, 1, f"来 店 客 流 登 记 表   {crowd.month.year}年{crowd.month.month}月")
    sheet.merge(1, 1, 1, 15)
    groups: list[tuple[str | None, list[Column]]] = [
        (None, [Column(("序号",), None, lambda p: None)]),
        (None, [Column(("日期",), "来店登记.日期", lambda p: f"{p.day.month}月{p.day.day}日")]),
        (
            crowd.pick("客户信息", "顾客资料"),
            [
                Column(("姓名", "客户姓名"), "来店登记.顾客名称", lambda p: p.name),
                Column(("性别",), "来店登记.性别", lambda p: p.gender),
                Column(("电话", "手机"), "来店登记.电话", lambda p: p.phone),
            ],
        ),
        (
            crowd.pick("来店频率", "来店次数"),
            [
                Column(("初", "首次"), "来店登记.首次/再次", lambda p: "√" if p.first == "首次" else None),
                Column(("再", "再次"), "来店登记.首次/再次", lambda p: "√" if p.first == "再次" else None),
            ],
        ),
        (
            crowd.pick("在店时间", "时间"),
            [
                Column(("进店", "来店"), "来店登记.进店时间", lambda p: f"{p.entered:%H:%M}"),
                Column(("离店", "离开"), "来店登记.离去时间", lambda p: f"{p.left:%H:%M}"),
            ],
        ),
        (
            crowd.pick("购车意向", "意向"),
            [
                Column(("车型",), "来店登记.拟购车型", lambda p: p.model),
                Column(("级别",), "来店登记.意向级别", lambda p: p.grade),
            ],
        ),
        (
            crowd.pick("试乘试驾", "试驾"),
            [
                Column(("是",), "来店登记.试乘试驾", lambda p: "√" if p.drive else None),
                Column(("否",), "来店登记.试乘试驾", lambda p: None if p.drive else "√"),
            ],
        ),
        (None, [Column(("接待顾问",), "来店登记.销售顾问", lambda p: p.consultant)]),
        (None, [Column(("备注",), "来店登记.注释", lambda p: p.story)]),
    ]
    chosen: list[Column] = []
    at = 1
    for group, members in groups:
        for place, column in enumerate(members, at):
            spelling = crowd.random.choice(column.spellings)
            sheet.answer(place, column)
            sheet.put(2 if group is None else 3, place, spelling)
        if group is None:
            sheet.merge(2, at, 3, at)
        else:
            sheet.put(2, at, group)
            sheet.merge(2, at, 2, at + len(members) - 1)
        at += len(members)
        chosen += members
    sheet.header_row = 3
    parties = crowd.parties(14)
    filled(sheet, 4, chosen, parties)
    for row, party in enumerate(parties, 4):
        sheet.put(row, 1, row - 3)
        sheet.want(
            row,
            visit(
                party, {**visit_values(party), "首次/再次": party.first, "试乘试驾": party.drive, "性别": party.gender}
            ),
        )
    sheet.listed(4 + len(parties), "合计：", len(parties))
    return [File("客流登记.xlsx", [sheet])]


def banded(seed: int) -> list[File]:
    """A band for each day, or a sheet for each day; the date stands nowhere else."""
    crowd = Crowd(seed)
    chosen = [column for column in columns(crowd, lambda d: d) if column.target != "来店登记.日期"]
    chosen += [*extras(crowd)[:2], extras(crowd)[8]]
    parties = crowd.parties(16)
    sheet = Sheet("登记", "来店登记")
    sheet.put(1, 1, "2026年11月展厅客流登记")
    sheet.header(2, spelled(crowd, chosen))
    row = 3
    weekdays = "一二三四五六日"
    for day in sorted({party.day for party in parties}):
        sheet.put(row, 1, f"{day.month}月{day.day}日 星期{weekdays[day.weekday()]}")
        sheet.merge(row, 1, row, len(chosen))
        row += 1
        own = [party for party in parties if party.day == day]
        filled(sheet, row, chosen, own)
        for at, party in enumerate(own, row):
            sheet.want(at, visit(party))
        row += len(own)
    return [File("客流登记（按天）.xlsx", [sheet])]


def by_hand(seed: int) -> list[File]:
    """Ditto marks, merged cells, both times in one cell, dates as 11.5, one blank date below another."""
    crowd = Crowd(seed)
    join = crowd.pick("-", "～", "—", "至", "~")
    sheet = Sheet("11月", "来店登记")
    chosen = [
        Column(("日期",), "来店登记.日期", lambda p: None),
        Column(("顾客", "客户", "姓名"), "来店登记.顾客名称", lambda p: p.name),
        Column(("电话", "联系方式"), "来店登记.电话", lambda p: phone_as_typed(crowd, p.phone)),
        Column(
            ("进店-离店时间", "在店时段", "来店时间段"),
            "来店登记.进店时间",
            lambda p: f"{p.entered.hour}:{p.entered:%M}{join}{p.left.hour}:{p.left:%M}",
            ("来店登记.离去时间",),
        ),
        Column(("车型",), "来店登记.拟购车型", lambda p: None),
        Column(("意向", "级别", "有望度"), "来店登记.意向级别", lambda p: p.grade),
        Column(("接待人", "顾问"), "来店登记.销售顾问", lambda p: None),
        Column(("经过", "接待情况"), "来店登记.注释", lambda p: p.story),
    ]
    sheet.put(1, 1, "来店客户登记  2026年11月")
    sheet.header(2, spelled(crowd, chosen))
    parties = crowd.parties(16)
    filled(sheet, 3, chosen, parties)
    mark = crowd.pick("〃", "同上", '"', "″")
    before: Party | None = None
    for row, party in enumerate(parties, 3):
        same = before is not None and before.day == party.day
        sheet.put(row, 1, mark if same else f"{party.day.month}.{party.day.day:02d}")
        sheet.put(row, 5, mark if before is not None and before.model == party.model else party.model)
        if before is not None and before.consultant == party.consultant and (row - 1, 7) in sheet.cells:
            sheet.merge(row - 1, 7, row, 7)
        else:
            sheet.put(row, 7, party.consultant)
        sheet.want(row, visit(party))
        before = party
    return [File("手工登记本.xlsx", [sheet])]


def bilingual(seed: int) -> list[File]:
    """Headers in two languages, with units and marks of what must be filled."""
    crowd = Crowd(seed)
    english = {
        "来店登记.日期": "Date",
        "来店登记.顾客名称": "Customer Name",
        "来店登记.电话": "Mobile No.",
        "来店登记.进店时间": "Time In",
        "来店登记.离去时间": "Time Out",
        "来店登记.拟购车型": "Model",
        "来店登记.意向级别": "Level",
        "来店登记.销售顾问": "Sales Consultant",
    }
    chosen = columns(crowd, DATES[0])
    crowd.random.shuffle(chosen)
    shape = crowd.random.choice(("{zh}\n{en}", "{zh}({en})", "{en}/{zh}", "*{zh} {en}", "{zh}（必填）"))
    headers = [
        (shape.format(zh=spelling, en=english[column.target or ""]), column)
        for spelling, column in spelled(crowd, chosen)
    ]
    sheet = Sheet("Traffic", "来店登记")
    sheet.put(1, 1, "展厅客流登记表 Showroom Traffic Sheet")
    sheet.header(2, headers)
    parties = crowd.parties(12)
    filled(sheet, 3, chosen, parties)
    for row, party in enumerate(parties, 3):
        sheet.want(row, visit(party))
    return [File("Traffic 客流.xlsx", [sheet])]


def _foreign(
    seed: int, title: str, name: str, headers: Sequence[tuple[str, str]], words: dict[str, str], total: str
) -> list[File]:
    crowd = Crowd(seed)
    says: dict[str, Callable[[Party], Cell]] = {
        "日期": lambda p: p.day,
        "来店/来电": lambda p: words[p.by],
        "首次/再次": lambda p: words[p.first],
        "顾客名称": lambda p: p.name,
        "性别": lambda p: words[p.gender],
        "电话": lambda p: p.phone,
        "进店时间": lambda p: p.entered,
        "离去时间": lambda p: p.left,
        "拟购车型": lambda p: p.model,
        "意向级别": lambda p: p.grade,
        "试乘试驾": lambda p: words["有"] if p.drive else words["无"],
        "销售顾问": lambda p: p.consultant,
        "注释": lambda p: p.story,
    }
    chosen = [(header, Column((header,), f"来店登记.{ours}", says[ours])) for header, ours in headers]
    sheet = Sheet("Sheet1", "来店登记")
    sheet.put(1, 1, title)
    sheet.header(3, chosen)
    parties = crowd.parties(14)
    filled(sheet, 4, [column for _, column in chosen], parties)
    for row, party in enumerate(parties, 4):
        values = {
            **visit_values(party),
            "来店/来电": (party.by, words[party.by]),
            "首次/再次": (party.first, words[party.first]),
        }
        sheet.want(row, visit(party, values))
    sheet.listed(4 + len(parties), total, None, None, len(parties))
    return [File(name, [sheet])]


def english(seed: int) -> list[File]:
    headers = [
        ("Visit Date", "日期"),
        ("Walk-in / Phone-in", "来店/来电"),
        ("First Visit / Be-back", "首次/再次"),
        ("Client Name", "顾客名称"),
        ("Phone Number", "电话"),
        ("Arrival Time", "进店时间"),
        ("Departure Time", "离去时间"),
        ("Vehicle of Interest", "拟购车型"),
        ("Rating", "意向级别"),
        ("Test Drive", "试乘试驾"),
        ("Salesperson", "销售顾问"),
        ("Comments", "注释"),
    ]
    words = {
        "来店": "Walk-in",
        "来电": "Phone-in",
        "首次": "First",
        "再次": "Be-back",
        "男": "Male",
        "女": "Female",
        "有": "Yes",
        "无": "No",
    }
    return _foreign(seed, "DAILY SHOWROOM LOG  November 2026", "Showroom log.xlsx", headers, words, "TOTAL")


def japanese(seed: int) -> list[File]:
    headers = [
        ("来店日", "日期"),
        ("来店区分", "来店/来电"),
        ("新規/再来", "首次/再次"),
        ("お客様名", "顾客名称"),
        ("電話番号", "电话"),
        ("来店時刻", "进店时间"),
        ("退店時刻", "离去时间"),
        ("希望車種", "拟购车型"),
        ("見込ランク", "意向级别"),
        ("試乗", "试乘试驾"),
        ("営業担当者", "销售顾问"),
        ("商談内容", "注释"),
    ]
    words = {
        "来店": "来店",
        "来电": "電話",
        "首次": "新規",
        "再次": "再来",
        "男": "男",
        "女": "女",
        "有": "有",
        "无": "無",
    }
    return _foreign(seed, "ショールーム来店記録 2026年11月", "来店記録.xlsx", headers, words, "合計")


def korean(seed: int) -> list[File]:
    headers = [
        ("방문일자", "日期"),
        ("방문구분", "来店/来电"),
        ("신규/재방문", "首次/再次"),
        ("고객명", "顾客名称"),
        ("연락처", "电话"),
        ("방문시간", "进店时间"),
        ("퇴점시간", "离去时间"),
        ("관심차종", "拟购车型"),
        ("가망등급", "意向级别"),
        ("시승여부", "试乘试驾"),
        ("담당 영업사원", "销售顾问"),
        ("비고", "注释"),
    ]
    words = {
        "来店": "내방",
        "来电": "전화",
        "首次": "신규",
        "再次": "재방문",
        "男": "남",
        "女": "여",
        "有": "Y",
        "无": "N",
    }
    return _foreign(seed, "전시장 내방고객 등록대장 (2026년 11월)", "내방고객.xlsx", headers, words, "합계")


def dms_page(seed: int) -> list[File]:
    """A dealer system's export: a web page named .xls, blanks around headers, the visit's moment in one cell."""
    crowd = Crowd(seed)
    wide = {"H": "Ｈ", "A": "Ａ", "B": "Ｂ", "C": "Ｃ"}
    moment = "{:%Y-%m-%d} {:%H:%M}:00"
    chosen = [
        Column((" 客户编号",), None, lambda p: f"KH{crowd.random.randrange(10**8):08d}"),
        Column(("客户名称 ",), "来店登记.顾客名称", lambda p: p.name),
        Column(("联系人手机",), "来店登记.电话", lambda p: p.phone),
        Column(("来访方式",), "来店登记.来店/来电", lambda p: p.by),
        Column((" 来访时间",), "来店登记.日期", lambda p: moment.format(p.day, p.entered), ("来店登记.进店时间",)),
        Column(("离店时间 ",), "来店登记.离去时间", lambda p: moment.format(p.day, p.left)),
        Column(("意向级别",), "来店登记.意向级别", lambda p: wide.get(p.grade or "")),
        Column(("意向车系",), "来店登记.拟购车型", lambda p: p.model),
        Column(("销售顾问 ",), "来店登记.销售顾问", lambda p: p.consultant),
        Column(("经过情形",), "来店登记.注释", lambda p: p.story),
        Column(
            ("接触时长(分钟)",), None, lambda p: (p.left.hour - p.entered.hour) * 60 + p.left.minute - p.entered.minute
        ),
    ]
    sheet = Sheet("", "来店登记")
    sheet.header(1, [(column.spellings[0], column) for column in chosen])
    parties = list(crowd.parties(15, without_phone=0))
    filled(sheet, 2, chosen, parties)
    for row, party in enumerate(parties, 2):
        sheet.want(row, visit(party, soft=[party.story]))
    return [File("展厅流量查询导出.xls", [sheet], "utf-8")]


def survey(seed: int) -> list[File]:
    """A questionnaire's export: numbered questions for headers, the moment of sending, in semicolons or tabs."""
    crowd = Crowd(seed)
    chosen = [
        Column(("序号",), None, lambda p: crowd.random.randrange(10**4)),
        Column(("提交答卷时间",), None, lambda p: f"{p.day:%Y/%m/%d} 18:30:00", ("来店登记.填写时间",)),
        Column(("1、来店日期（必填）",), "来店登记.日期", lambda p: f"{p.day:%Y-%m-%d}"),
        Column(("2、客户姓名（必填）",), "来店登记.顾客名称", lambda p: p.name),
        Column(("3、客户手机号码",), "来店登记.电话", lambda p: p.phone),
        Column(("4、进店时间（例 9:30）",), "来店登记.进店时间", lambda p: f"{p.entered:%H:%M}"),
        Column(("5、离店时间",), "来店登记.离去时间", lambda p: f"{p.left:%H:%M}"),
        Column(("6、意向车型[单选题]",), "来店登记.拟购车型", lambda p: p.model),
        Column(("7、意向级别[单选题]",), "来店登记.意向级别", lambda p: p.grade),
        Column(("8、接待顾问（必填）",), "来店登记.销售顾问", lambda p: p.consultant),
        Column(("9、洽谈情况",), "来店登记.注释", lambda p: p.story),
    ]
    sheet = Sheet("csv", "来店登记")
    sheet.header(1, [(column.spellings[0], column) for column in chosen])
    parties = crowd.parties(12)
    filled(sheet, 2, chosen, parties)
    for row, party in enumerate(parties, 2):
        sheet.want(row, visit(party))
    encoding, delimiter = crowd.random.choice((("gb18030", "\t"), ("utf-16", "\t"), ("utf-8-sig", ";"), ("gbk", ",")))
    return [File("来店登记问卷.csv", [sheet], encoding, delimiter)]


def twice(seed: int) -> list[File]:
    """The front desk's register and a consultant's own of the same visits: one visit is one row, a later one is another."""
    crowd = Crowd(seed)
    parties = crowd.parties(14, again=0)
    desk = Sheet("前台", "来店登记")
    chosen = [*columns(crowd, DATES[0]), extras(crowd)[0]]
    desk.header(1, spelled(crowd, chosen))
    filled(desk, 2, chosen, parties)
    me = crowd.consultants[0]
    mine = [p for p in parties if p.consultant == me and p.phone]
    for row, party in enumerate(parties, 2):
        desk.want(row, visit(party, group=f"v{party.person}" if party in mine else None))
    own = Sheet("我的客户", "来店登记")
    own.put(1, 1, f"{me} 11月接待登记")
    kept = [
        column for column in columns(crowd, lambda d: f"{d.month}月{d.day}日") if column.target != "来店登记.销售顾问"
    ]
    kept += [extras(crowd)[8]]
    own.header(2, spelled(crowd, kept))
    forgotten = [crowd.party(day) for day in crowd.days(2)]
    filled(own, 3, kept, [*mine, *forgotten])
    for row, party in enumerate([*mine, *forgotten], 3):
        values = {k: v for k, v in visit_values(party).items() if k != "销售顾问"}
        own.want(row, visit(party, values, group=f"v{party.person}" if party in mine else None))
    return [File("前台登记.xlsx", [desk]), File(f"{me}接待登记.xlsx", [own])]


def hidden(seed: int) -> list[File]:
    """Hidden rows, a hidden column and a hidden sheet hold data like any other."""
    crowd = Crowd(seed)
    chosen = [*columns(crowd, DATES[1]), *extras(crowd)[:2]]
    sheets = []
    for name in ("10月", "11月"):
        sheet = Sheet(name, "来店登记")
        sheet.header(1, spelled(crowd, chosen))
        parties = crowd.parties(8)
        filled(sheet, 2, chosen, parties)
        for row, party in enumerate(parties, 2):
            sheet.want(row, visit(party))
        sheet.hidden_rows = {3, 5}
        sheet.hidden_columns = {3}
        sheets.append(sheet)
    sheets[0].hidden = True
    return [File("登记（筛选过）.xlsx", sheets)]


def two_tables(seed: int) -> list[File]:
    """Those who left a phone above, those who left none below, under a header of their own."""
    crowd = Crowd(seed)
    everybody = crowd.parties(18, without_phone=0.4, again=0)
    sheet = Sheet("11月", "来店登记")
    chosen = columns(crowd, DATES[3])
    row = 1
    header_rows = []
    for title, parties, kept in (
        ("一、留档客户", [p for p in everybody if p.phone], chosen),
        ("二、未留档客户", [p for p in everybody if not p.phone], [c for i, c in enumerate(chosen) if i not in (2, 6)]),
    ):
        sheet.put(row, 1, title)
        for at, (spelling, _) in enumerate(spelled(crowd, kept), 1):
            sheet.put(row + 1, at, spelling)
        header_rows.append(row + 1)
        filled(sheet, row + 2, kept, parties)
        for at, party in enumerate(parties, row + 2):
            sheet.want(at, visit(party))
        row += len(parties) + 4
    sheet.header_row = header_rows[0]
    return [File("11月来店.xlsx", [sheet])]
