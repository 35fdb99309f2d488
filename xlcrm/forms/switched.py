"""The forms that a shop switches on in 设置 and others never see. SPEC sections 13 and 14.

A book has the sheet of such a form from the ``xlcrm upgrade`` after its switch was turned on, and loses it at the upgrade
after it was turned off, once nothing stands on it. Whatever goes by the declarations of forms knows these as well; what
else is made of them is imported where a book has rows in them.
"""

from __future__ import annotations

import datetime as dt
import re

from xlcrm.forms.declare import CONSULTANT, MODEL, NAME, PHONE, form
from xlcrm.forms.schema import ALWAYS, Filler, Kind, Privacy, Record, column, when
from xlcrm.forms.states import YES

DRIVES, CALLS_ON, EXPENSES, LOANS = "试驾", "拜访计划", "销售费用", "借阅"
LEADS, MEDIA_COSTS, COUNTS, COMPANIES = "线索", "渠道费用", "客流计数", "单位客户"
INSPECTIONS, HINTS = "展厅检查", "未留档话术"
REVIEWED, STEPS = "经理审核", "九大步骤"
SHEETLESS = (REVIEWED, STEPS)
"""Switches without a sheet: the manager's mark in the register is asked for; the month has the nine steps."""
COLUMNS = PROFILE, FIRST_TEN, ORDER_STAGES = "客户资料", "首次十问", "大定锁单"
"""Switches that bring columns to sheets that every book has."""
INVALID_LEAD = "无效"
_SLOT = re.compile(r"([01]?\d|2[0-4])(?::([0-5]\d))?\s*[-–~至到]\s*([01]?\d|2[0-4])(?::([0-5]\d))?")


@form("试驾", "tblDrive", "试乘试驾记录", switch=DRIVES, day="date")
class Drive(Record):
    """A test drive: one row each, beside the signed 试乘试驾保证书. [S]"""

    date: dt.date | None = column("日期", Kind.DATE, required=ALWAYS, also="试驾日期", past=True)
    name: str | None = column("客户姓名", required=ALWAYS, privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, required=ALWAYS, privacy=Privacy.PHONE, also=PHONE)
    model: str | None = column("试驾车型", required=ALWAYS, also=MODEL)
    plate: str | None = column("试驾车牌", privacy=Privacy.PLATE, also="车牌")
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)
    started: dt.time | None = column("出发时间", Kind.TIME, required=ALWAYS, also="开始时间")
    ended: dt.time | None = column("返回时间", Kind.TIME, also="结束时间")
    route: str | None = column("路线")
    km_out: int | None = column("出发里程", Kind.COUNT)
    km_back: int | None = column("返回里程", Kind.COUNT)
    licence_seen: bool | None = column("驾照已验", Kind.TICK)
    signed: bool | None = column("已签保证书", Kind.TICK, also="试驾保证书")
    feedback: str | None = column("客户感受", privacy=Privacy.PROSE, also="试驾反馈 反馈")


@form("拜访计划", "tblCallOn", "客户拜访计划与报告", switch=CALLS_ON, day="planned_on", done="done_on")
class CallOn(Record):
    """A visit to a customer: the plan, and what came of it on the same row. [S]"""

    number: str | None = column("编号", required=ALWAYS)
    planned_on: dt.date | None = column("计划日期", Kind.DATE, required=ALWAYS)
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)
    name: str | None = column("客户姓名", required=ALWAYS, privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, required=ALWAYS, privacy=Privacy.PHONE, also=PHONE)
    purpose: str | None = column("目的", Kind.CODE, required=ALWAYS, codes="拜访目的", also="拜访目的")
    agreed_on: dt.date | None = column("预约日期", Kind.DATE, past=True)
    done_on: dt.date | None = column("执行日期", Kind.DATE, past=True, also="拜访日期")
    persons: str | None = column("见到的人", privacy=Privacy.PROSE)
    promised: str | None = column("上次承诺", privacy=Privacy.PROSE)
    answered: str | None = column(
        "承诺答复",
        required=when("执行后有上次承诺时必填", lambda c: c.done_on is not None and not c.is_blank("promised")),
        privacy=Privacy.PROSE,
    )
    as_expected: str | None = column(
        "达到预期", Kind.CODE, required=when("执行后必填", lambda c: c.done_on is not None), codes="是否"
    )
    effect: str | None = column("效果", privacy=Privacy.PROSE)
    promises: str | None = column("本次承诺", privacy=Privacy.PROSE, late=True)

    @property
    def is_effective(self) -> bool:
        """Whether a visit was made and came to what was expected of it."""
        return self.done_on is not None and self.as_expected == YES


@form("销售费用", "tblExpense", "销售费用明细", switch=EXPENSES, day="date")
class Expense(Record):
    """Money spent on selling: one row each. [S]"""

    date: dt.date | None = column("日期", Kind.DATE, required=ALWAYS, past=True)
    kind: str | None = column("类别", Kind.CODE, required=ALWAYS, codes="费用类别")
    amount: float | None = column("金额", Kind.MONEY, required=ALWAYS)
    about: str | None = column("说明", privacy=Privacy.PROSE, also="备注")


@form("费用预算", "tblBudget", "销售费用预算", switch=EXPENSES, day="month")
class Budget(Record):
    """What may be spent on selling in a month; where a month has no row, the budget in 设置 counts. [S]"""

    month: str | None = column("月份", Kind.MONTH, required=ALWAYS)
    amount: float | None = column("预算", Kind.MONEY, required=ALWAYS, also="金额")


@form("借阅", "tblLoan", "客户档案借阅登记", switch=LOANS, day="date", done="returned_on")
class Loan(Record):
    """Who had which customer's file, when and why; printing a card and exporting in full write a row. [S]

    A row without a customer is about all of them.
    """

    date: dt.date | None = column("借阅日期", Kind.DATE, required=ALWAYS, past=True)
    borrower: str | None = column("借阅人", required=ALWAYS)
    customer: str | None = column("客户编号", privacy=Privacy.NUMBER)
    name: str | None = column("客户姓名", privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE, also=PHONE)
    content: str | None = column("内容", required=ALWAYS)
    reason: str | None = column("事由", required=ALWAYS, privacy=Privacy.PROSE, also="原因")
    due_on: dt.date | None = column("应还日期", Kind.DATE)
    returned_on: dt.date | None = column("归还日期", Kind.DATE, past=True)


@form("单位客户", "tblCompany", "单位客户管理卡", switch=COMPANIES)
class Company(Record):
    """A company among the customers, one row beside its card: the method's five categories, and its credit. [S]"""

    customer: str | None = column("客户编号", required=ALWAYS, privacy=Privacy.NUMBER)
    name: str | None = column("单位名称", required=ALWAYS, privacy=Privacy.NAME, also="名称 公司名称")
    address: str | None = column("单位地址", privacy=Privacy.ADDRESS, also="地址")
    phone: str | None = column("单位电话", Kind.PHONE, privacy=Privacy.PHONE, also="电话")
    founded: str | None = column("创立时间")
    organised: str | None = column("组织方式")
    trade: str | None = column("业种", also="行业")
    assets: str | None = column("资产")
    size: str | None = column("规模")
    region: str | None = column("服务区域")
    conduct: str | None = column("经营特点", privacy=Privacy.PROSE)
    standing: str | None = column("形象声誉", privacy=Privacy.PROSE)
    strength: str | None = column("能力业绩", privacy=Privacy.PROSE)
    potential: str | None = column("潜力", privacy=Privacy.PROSE)
    problems: str | None = column("问题", privacy=Privacy.PROSE)
    measures: str | None = column("对策", privacy=Privacy.PROSE)
    terms: str | None = column("交易条件", privacy=Privacy.PROSE)
    credit: str | None = column("信用", privacy=Privacy.PROSE)
    credit_problems: str | None = column("信用问题", privacy=Privacy.PROSE)
    relations: str | None = column("关系", privacy=Privacy.PROSE)
    owner: str | None = column("所有者", privacy=Privacy.NAME)
    manager: str | None = column("经营者", privacy=Privacy.NAME)
    legal_person: str | None = column("法人", privacy=Privacy.NAME)
    character: str | None = column("负责人素质", privacy=Privacy.PROSE)
    credit_limit: float | None = column("授信额度", Kind.MONEY)


@form("线索", "tblLead", "线索登记", switch=LEADS, day="given_at")
class Lead(Record):
    """A lead from a medium, beside the card that is made of it. [P]"""

    given_at: dt.datetime | None = column("日期", Kind.MOMENT, required=ALWAYS, past=True, also="线索时间 下发时间")
    media: str | None = column("渠道", Kind.CODE, required=ALWAYS, codes="渠道")
    name: str | None = column("客户姓名", privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, required=ALWAYS, privacy=Privacy.PHONE, also=PHONE)
    model: str | None = column("车型", also=MODEL)
    consultant: str | None = column("顾问", Kind.PERSON, also=f"销售顾问 {CONSULTANT}")
    answered: dt.datetime | None = column("首次跟进时间", Kind.MOMENT, past=True)
    invited_on: dt.date | None = column("邀约到店日期", Kind.DATE)
    result: str | None = column("结果", Kind.CODE, codes="线索结果")

    @property
    def is_valid(self) -> bool:
        """Whether nobody found that there is no customer behind it."""
        return self.result != INVALID_LEAD


@form("渠道费用", "tblMediaCost", "渠道费用", switch=MEDIA_COSTS, day="month")
class MediaCost(Record):
    """What a medium cost in a month."""

    month: str | None = column("月份", Kind.MONTH, required=ALWAYS)
    media: str | None = column("渠道", Kind.CODE, required=ALWAYS, codes="渠道")
    amount: float | None = column("金额", Kind.MONEY, required=ALWAYS)


@form("客流计数", "tblCount", "客流计数", switch=COUNTS, day="date")
class DoorCount(Record):
    """Parties that the counter at the door, or a camera, saw in a part of a day; blank 时段 is the whole day."""

    date: dt.date | None = column("日期", Kind.DATE, required=ALWAYS, past=True)
    slot: str | None = column("时段")
    parties: int | None = column("批次", Kind.COUNT, required=ALWAYS)

    @property
    def hours(self) -> tuple[dt.time, dt.time] | None:
        """From when to when, the end excluded; ``None`` where the slot does not read like 10:00-11:00."""
        if self.is_blank("slot"):
            return dt.time.min, dt.time.max
        found = _SLOT.fullmatch((self.slot or "").replace("：", ":"))
        if found is None:
            return None
        first, last = (dt.time(int(found[at]) % 24, int(found[at + 1] or 0)) for at in (1, 3))
        return (first, last if last > first else dt.time.max) if first != last else None


@form("展厅检查", "tblInspection", "展厅检查表", switch=INSPECTIONS, day="date")
class Inspection(Record):
    """A mark given to an item of the showroom on a walk; items are written 区域-项目. [S]"""

    date: dt.date | None = column("日期", Kind.DATE, required=ALWAYS, past=True)
    inspector: str | None = column("检查人", required=ALWAYS)
    item: str | None = column("项目", Kind.CODE, required=ALWAYS, codes="检查项目")
    mark: int | None = column("得分", Kind.COUNT, required=ALWAYS)
    remark: str | None = column("说明", privacy=Privacy.PROSE)

    @property
    def area(self) -> str:
        """Where the item is looked at."""
        return (self.item or "").partition("-")[0]


@form("未留档话术", "tblHint", "未留档原因与话术", switch=HINTS)
class Hint(Record):
    """What the shop wants said to a visitor who would leave no phone for a reason; the words are its own."""

    reason: str | None = column("未留档原因", Kind.CODE, required=ALWAYS, codes="未留档原因", also="原因")
    words: str | None = column("话术", privacy=Privacy.PROSE, also="说法")


@form("修订记录", "tblRevision", "客户卡修订记录", Filler.TOOL, switch=PROFILE, day="on")
class Revision(Record):
    """What people changed on a card, field by field, as the roll after it saw it; 操作日志 has who pressed it, and when."""

    on: dt.date | None = column("日期", Kind.DATE)
    customer: str | None = column("客户编号", privacy=Privacy.NUMBER)
    name: str | None = column("客户姓名", privacy=Privacy.NAME)
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE)
    header: str | None = column("栏目")
    before: str | None = column("原内容", privacy=Privacy.PROSE)
    after: str | None = column("新内容", privacy=Privacy.PROSE)
    operation: int | None = column("操作号", Kind.COUNT)


FULL_MARK = 5
DONE_OR_NOT = "（5/0）"
"""Ends an item that is done or not, and so has five points or none; of all others the mark says to what degree."""


class KeptItem:
    """The items of 展厅检查 about what is kept in the books themselves, which can answer them. [S]"""

    CARDS = "潜客信息-当天来客都建了卡（5/0）"
    GRADES = "潜客信息-级别表当天更新（5/0）"
    CONTACTS = "潜客信息-到期的都联系了"
    REPORTS = "潜客信息-日报当天写完（5/0）"
    LOSSES = "潜客信息-战败写明原因"
    ANALYSIS = "潜客信息-上月分析做了（5/0）"


KEPT_ITEMS = (
    KeptItem.CARDS,
    KeptItem.GRADES,
    KeptItem.CONTACTS,
    KeptItem.REPORTS,
    KeptItem.LOSSES,
    KeptItem.ANALYSIS,
)


SWITCHED: tuple[type[Record], ...] = (
    Drive,
    CallOn,
    Company,
    Expense,
    Budget,
    Loan,
    Lead,
    MediaCost,
    DoorCount,
    Inspection,
    Revision,
    Hint,
)
"""Their records, in the order of the tabs."""

SWITCHES: tuple[str, ...] = tuple(dict.fromkeys((*(record.form.switch for record in SWITCHED), *SHEETLESS, *COLUMNS)))
"""What can be switched on."""
