"""Orders, owners, losses, leads, and sheets that hold no customers, as shops keep them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shops.paper import PROSPECT, Column, File, Sheet, Want
from shops.people import RIVALS, Crowd
from shops.registers import DATES


def order_ledger(seed: int) -> list[File]:
    """Contracts with a title, month totals between, amounts in 万 or with commas, what was cancelled in the remark."""
    crowd = Crowd(seed)
    in_wan = crowd.random.random() < 0.5
    sheet = Sheet("订单", "订单")
    sheet.put(1, 1, crowd.pick("新车订单台账", "销售合同登记表", "订 车 明 细"))
    price = "成交价（万元）" if in_wan else crowd.pick("成交价", "合同金额", "车价(元)")
    chosen: list[tuple[str, str | None, tuple[str, ...]]] = [
        ("序号", None, ()),
        (crowd.pick("合同号", "合同编号", "订单编号"), "订单.订单号", ()),
        (crowd.pick("签约日期", "订车日期", "下定日期"), "订单.订单日期", ()),
        (crowd.pick("客户名称", "购车人", "订车人"), "订单.客户姓名", ()),
        ("联系电话", "订单.电话", ()),
        (crowd.pick("车型", "车型配置"), "订单.车型", ()),
        ("外观颜色", None, ()),
        ("台数", "订单.数量", ()),
        (price, "订单.金额", ()),
        (crowd.pick("已付定金", "定金", "订金"), "订单.已收款", ()),
        (crowd.pick("预计交车日期", "预计交车", "计划提车日"), "订单.预计交车", ()),
        (crowd.pick("提车日期", "实际交车日期", "交车日期"), "订单.交车日期", ()),
        ("销售顾问", "订单.销售顾问", ()),
        ("备注", None, ()),
    ]
    for at, (header, target, also) in enumerate(chosen, 1):
        sheet.put(2, at, header)
        sheet.answer(at, Column((header,), target, lambda p: None, also))
    sheet.header_row = 2
    row = 3
    for month in (10, 11):
        for day in sorted(crowd.random.sample(range(1, 28), 5)):
            signed = dt.date(2026, month, day)
            party = crowd.party(signed)
            amount = crowd.random.randint(110, 320) * 1000
            shown = (
                amount / 10_000 if in_wan else crowd.random.choice((amount, f"{amount:,}", f"{amount / 10_000:g}万"))
            )
            number = f"HT{signed:%m%d}{row:03d}"
            delivered = signed + dt.timedelta(days=9) if month == 10 and crowd.random.random() < 0.5 else None
            sheet.put(
                row,
                1,
                row - 2,
                number,
                f"{signed:%Y.%m.%d}",
                party.name,
                party.phone,
                party.model,
                "白",
                1,
                shown,
                5000,
            )
            sheet.put(
                row, 11, f"{signed.month + 1}月{day}日", delivered, party.consultant, crowd.pick("", "赠脚垫") or None
            )
            values: dict[str, Any] = {
                "订单号": number,
                "订单日期": signed.isoformat(),
                "客户姓名": party.name,
                "电话": party.phone,
                "车型": party.model,
                "金额": amount,
                "已收款": 5000,
                "预计交车": f"2026-{month + 1}-{day:02d}",
                "交车日期": delivered.isoformat() if delivered else None,
                "销售顾问": party.consultant,
            }
            sheet.want(row, Want(("imported",), ("订单",), values, party.person))
            row += 1
        sheet.listed(row, f"{month}月小计", None, None, None, None, None, None, 5)
        row += 1
    sheet.listed(row, "合计", None, None, None, None, None, None, 10)
    return [File("订单台账.xlsx", [sheet])]


def owner_list(seed: int) -> list[File]:
    """Cars handed over, with the calls after three and seven days; one owner has two cars."""
    crowd = Crowd(seed)
    style = crowd.random.randrange(3)
    sheet = Sheet("保有客户", "保有客户")
    sheet.put(1, 1, crowd.pick("保有客户台账", "交车客户登记表", "车主档案"))
    chosen: list[tuple[str, str | None]] = [
        (crowd.pick("车主姓名", "客户姓名", "车主"), "保有客户.车主姓名"),
        (crowd.pick("联系电话", "手机号码"), "保有客户.电话"),
        ("车型", "保有客户.车型"),
        (crowd.pick("车架号", "VIN码", "底盘号"), "保有客户.VIN"),
        (crowd.pick("车牌号", "牌照号码"), "保有客户.车牌"),
        (crowd.pick("购车日期", "开票日期"), "保有客户.购买日期"),
        (crowd.pick("交车日期", "提车日期"), "保有客户.交车日期"),
        (crowd.pick("保险到期日", "交强险到期"), "保有客户.保险到期"),
        ("三日回访", "关怀记录.执行日期"),
        ("七日回访", "关怀记录.执行日期"),
        ("销售顾问", "保有客户.销售顾问"),
    ]
    for at, (header, target) in enumerate(chosen, 1):
        sheet.put(2, at, header)
        sheet.answer(at, Column((header,), target, lambda p: None, ("关怀记录.结果", "关怀记录.计划日期")))
    sheet.header_row = 2
    people = [crowd.party(dt.date(2026, 9, 10)) for _ in range(8)]
    for row, party in enumerate([*people, people[1]], 3):
        delivered = dt.date(2026, 10, 1) + dt.timedelta(days=row)
        vin = "LSV" + "".join(crowd.random.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(14))
        plate = crowd.plate()
        called = delivered + dt.timedelta(days=3)
        third = (called, "√", f"{called.month}月{called.day}日 满意")[style]
        sheet.put(row, 1, party.name, party.phone, party.model, vin, f"{plate[:2]}·{plate[2:]}")
        sheet.put(row, 6, DATES[3](delivered - dt.timedelta(days=2)), delivered, DATES[0](dt.date(2027, 10, 5)), third)
        sheet.put(row, 11, party.consultant)
        values = {
            "车主姓名": party.name,
            "电话": party.phone,
            "VIN": vin,
            "交车日期": delivered.isoformat(),
            "保险到期": "2027-10-05",
            "销售顾问": party.consultant,
        }
        care = {"关怀项目": "三日"} | ({} if style == 1 else {"执行日期": called.isoformat()})
        sheet.want(row, Want(("imported",), ("保有客户",), values, party.person, more=(("关怀记录", care),)))
    return [File("保有客户.xlsx", [sheet])]


def owners_again(seed: int) -> list[File]:
    """The insurance desk's list of the same owners: no phone but name and plate, and it knows when insurance ends."""
    crowd = Crowd(seed)
    first, second = Sheet("车主", "保有客户"), Sheet("续保", "保有客户", forms=("关怀记录",))
    first.put(1, 1, "车主姓名", "电话", "车型", "车牌号", "交车日期", "销售顾问")
    second.put(1, 1, "姓名", "车牌", "保险到期日期")
    first.header_row = second.header_row = 1
    for row in range(2, 9):
        party, plate = crowd.party(dt.date(2026, 9, 1)), crowd.plate()
        delivered = dt.date(2026, 9, row)
        first.put(row, 1, party.name, party.phone, party.model, plate, delivered, party.consultant)
        second.put(row, 1, party.name, f"{plate[:2]} {plate[2:]}".lower(), dt.date(2027, 9, row))
        values = {"车主姓名": party.name, "电话": party.phone, "交车日期": delivered.isoformat()}
        first.want(row, Want(("imported",), ("保有客户",), values, party.person, party.person))
        second.want(row, Want(("duplicate",), ("保有客户",), {}, party.person, party.person))
    return [File("车主.xlsx", [first]), File("续保名单.xlsx", [second])]


def loss_list(seed: int) -> list[File]:
    """Who was lost, why and to whom, in the shop's own words; one is there twice."""
    crowd = Crowd(seed)
    sheet = Sheet("战败", "战败")
    sheet.put(1, 1, crowd.pick("战败客户分析表", "流失客户登记", "失控（战败）客户登记表"))
    chosen: list[tuple[str, str | None]] = [
        (crowd.pick("申请日期", "战败日期", "流失日期"), "战败.申请日期"),
        ("客户姓名", "战败.客户姓名"),
        ("电话", "战败.电话"),
        (crowd.pick("原级别", "战败前级别", "级别"), "战败.战败前级别"),
        (crowd.pick("战败类型", "类型"), "战败.类型"),
        (crowd.pick("战败原因", "流失原因", "放弃理由"), "战败.原因"),
        (crowd.pick("购买竞品", "去向", "战败车型"), "战败.去向/竞品"),
        (crowd.pick("跟进人", "销售顾问"), "战败.申请人"),
        (crowd.pick("经理审批", "审批意见"), "战败.审批"),
        ("备注", "战败.说明"),
    ]
    for at, (header, target) in enumerate(chosen, 1):
        sheet.put(2, at, header)
        sheet.answer(at, Column((header,), target, lambda p: None))
    sheet.header_row = 2
    row = 3
    types = {"战败": "战败", "休眠": "冻结", "失控": "失控"}
    for day in crowd.days(9):
        party, typed = crowd.party(day), crowd.pick(*types)
        line = [
            f"{day:%Y/%m/%d}",
            party.name,
            party.phone,
            party.grade,
            typed,
            crowd.pick("价格高", "买了别的品牌", "没有现车"),
        ]
        line += [crowd.pick(*RIVALS), party.consultant, crowd.pick("同意", "通过")]
        is_doubled = row == 6
        for at in (row, row + 1) if is_doubled else (row,):
            sheet.put(at, 1, *line)
            values = {
                "申请日期": day.isoformat(),
                "客户姓名": party.name,
                "电话": party.phone,
                "战败前级别": party.grade,
                "类型": types[typed],
                "申请人": party.consultant,
            }
            sheet.want(at, Want(("imported",), ("战败",), values, party.person, party.person if is_doubled else None))
        row += 1 + is_doubled
    sheet.listed(row, "合计", f"{row - 3}人")
    sheet.listed(row + 1, "展厅经理签字：", None, None, None, "销售经理签字：")
    return [File("战败登记.xlsx", [sheet])]


LEADS: dict[str, tuple[str, str, str, list[tuple[str, str]]]] = {
    "汽车之家": (
        "汽车之家线索明细.csv",
        "gbk",
        ",",
        [
            ("线索编号", "id"),
            ("线索时间", "when"),
            ("姓名", "name"),
            ("联系电话", "phone"),
            ("咨询车系", "model"),
            ("咨询车型", "trim"),
            ("线索来源", "kind"),
            ("城市", "city"),
            ("处理状态", "state"),
            ("销售顾问", "consultant"),
        ],
    ),
    "易车": (
        "易车订单线索.txt",
        "utf-16",
        "\t",
        [
            ("订单ID", "id"),
            ("下单时间", "when"),
            ("客户姓名", "name"),
            ("手机号", "phone"),
            ("意向车款", "model"),
            ("订单类型", "kind"),
            ("所在城市", "city"),
            ("跟进顾问", "consultant"),
            ("顾问电话", "theirs"),
            ("跟进状态", "state"),
        ],
    ),
    "抖音": (
        "抖音来客线索_20261130.csv",
        "utf-8-sig",
        ",",
        [
            ("线索ID", "id"),
            ("留资时间", "when"),
            ("用户昵称", "nick"),
            ("姓名", "name"),
            ("手机号码", "phone"),
            ("互动场景", "kind"),
            ("意向车系", "model"),
            ("线索状态", "state"),
            ("归属员工", "consultant"),
            ("员工手机号", "theirs"),
        ],
    ),
}


def lead_export(seed: int) -> list[File]:
    """Leads of a platform: one person may have asked twice, some phones are masked; the consultant's phone is nobody's."""
    crowd = Crowd(seed)
    name, encoding, delimiter, columns = LEADS[crowd.pick(*LEADS)]
    sheet = Sheet("csv", "线索", forms=("客户卡",))
    targets = {
        "when": "客户卡.初洽日期",
        "name": "客户卡.客户姓名",
        "phone": "客户卡.电话",
        "consultant": "客户卡.销售顾问",
    }
    for at, (header, key) in enumerate(columns, 1):
        sheet.put(1, at, header)
        if key in ("when", "name", "phone", "consultant", "theirs"):
            sheet.answer(at, Column((header,), targets.get(key), lambda p: None))
    sheet.header_row = 1
    theirs = {me: crowd.phone() for me in crowd.consultants}
    row = 2
    for day in crowd.days(12):
        party = crowd.party(day)
        phone = party.phone or ""
        is_masked, is_double = row % 7 == 0, row % 5 == 0
        said: dict[str, Any] = {
            "id": str(7_500_000_000_000_000_000 + crowd.random.randrange(10**17)),
            "when": f"{day:%Y-%m-%d} 14:23:05",
            "name": party.name,
            "nick": f"用户{crowd.random.randrange(10**6)}",
            "phone": f"{phone[:3]}****{phone[7:]}" if is_masked else phone,
            "model": party.model,
            "trim": f"{party.model} 豪华型",
            "kind": crowd.pick("询底价", "预约试驾", "直播留资"),
            "city": "东山",
            "state": crowd.pick("待跟进", "已跟进", "无效"),
            "consultant": party.consultant,
            "theirs": theirs[party.consultant],
        }
        for _ in range(2 if is_double and not is_masked else 1):
            sheet.put(row, 1, *(said[key] for _, key in columns))
            values = {"客户姓名": party.name, "初洽日期": day.isoformat(), "销售顾问": party.consultant}
            values["电话"] = (said["phone"], None) if is_masked else phone  # type: ignore[assignment]
            group = party.person if is_double and not is_masked else None
            outcomes = ("imported", "listed") if is_masked else ("imported",)
            sheet.want(row, Want(outcomes, ("线索", *PROSPECT), values, party.person, group, soft=(party.model,)))  # type: ignore[arg-type]
            row += 1
    return [File(name, [sheet], encoding, delimiter)]


def nobody(seed: int) -> list[File]:
    """Sheets without customers: statistics, a staff list with phones, a legend, a drop-down list, a blank form."""
    crowd = Crowd(seed)
    totals = Sheet("来店统计", None)
    totals.put(1, 1, "11月展厅客流统计")
    totals.put(2, 1, "销售顾问", "来店批次", "留档数", "留档率", "订单数")
    for row, me in enumerate(crowd.consultants, 3):
        totals.put(
            row, 1, me, crowd.random.randint(20, 40), crowd.random.randint(10, 20), 0.55, crowd.random.randint(1, 6)
        )
    totals.put(7, 1, "合计", 120, 66, 0.55, 14)
    staff = Sheet("通讯录", None)
    staff.put(1, 1, "姓名", "职务", "部门", "手机")
    for row, me in enumerate(crowd.consultants, 2):
        staff.put(row, 1, me, "销售顾问", "销售部", crowd.phone())
    legend = Sheet("填表说明", None)
    for row, text in enumerate(("一、来店当天登记", "二、级别：H七天内、A一个月内", "三、下班前交内勤"), 1):
        legend.put(row, 1, text)
    lists = Sheet("数据源", None)
    lists.put(1, 1, "级别", "来源", "车型")
    for row, (grade, source, model) in enumerate(zip("HAB", ("来店", "来电", "网络"), crowd.models, strict=False), 2):
        lists.put(row, 1, grade, source, model)
    blank = Sheet("空白表", "来店登记", forms=(None,))
    blank.put(1, 1, "日期", "客户姓名", "联系电话", "意向车型", "意向级别", "销售顾问", "备注")
    return [File("其他.xlsx", [totals, staff, legend, lists, blank])]


def test_drives(seed: int) -> list[File]:
    """A register of test drives has no sheet of ours: every line is named, none is taken for a customer's card."""
    crowd = Crowd(seed)
    sheet = Sheet("试驾", None, forms=("来店登记",))
    sheet.put(1, 1, "试乘试驾登记表")
    sheet.put(
        2,
        1,
        "试驾日期",
        "客户姓名",
        "驾驶证号",
        "联系电话",
        "试驾车型",
        "车牌",
        "开始时间",
        "结束时间",
        "里程",
        "陪驾顾问",
    )
    for row, day in enumerate(crowd.days(6), 3):
        party = crowd.party(day)
        sheet.put(row, 1, day, party.name, f"3701{crowd.random.randrange(10**8)}", party.phone, party.model)
        sheet.put(row, 6, crowd.plate(), dt.time(10), dt.time(10, 20), 6, party.consultant)
        sheet.want(row, Want(("listed",), (), {}, party.person))
    return [File("试驾登记.xlsx", [sheet])]


def register_and_sheet(seed: int) -> list[File]:
    """The same people in the register and in the grade sheet: each row is data, each person one customer."""
    crowd = Crowd(seed)
    people = [crowd.party(day) for day in crowd.days(8)]
    register, grades = Sheet("来店", "来店登记"), Sheet("推进", "级别表", forms=("客户卡",))
    register.put(1, 1, "日期", "到店时间", "离店时间", "姓名", "手机", "意向车型", "级别", "顾问")
    grades.put(1, 1, "姓名", "手机", "车型", "级别", "初洽日期", "下次回访", "顾问")
    register.header_row = grades.header_row = 1
    for row, party in enumerate(people, 2):
        entered, left = (f"{time:%H:%M}" for time in (party.entered, party.left))
        register.put(
            row, 1, party.day, entered, left, party.name, party.phone, party.model, party.grade, party.consultant
        )
        nxt = party.day + dt.timedelta(days=4)
        grades.put(row, 1, party.name, party.phone, party.model, party.grade, party.day, nxt, party.consultant)
        values = {"日期": party.day.isoformat(), "顾客名称": party.name, "电话": party.phone}
        register.want(row, Want(("imported",), ("来店登记",), values, party.person))
        wanted = {"客户姓名": party.name, "电话": party.phone, "当前级别": party.grade, "下次回访": nxt.isoformat()}
        grades.want(row, Want(("imported",), PROSPECT, wanted, party.person))
    return [File("来店与推进.xlsx", [register, grades])]
