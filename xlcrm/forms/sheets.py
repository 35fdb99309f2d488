"""The forms of 三表一卡, each declared once.

A record class *is* the form: its fields are the sheet's columns in their order, and every field says which header it
stands under, what kind of value it holds, whether it must be filled, from which code list, and whose privacy it touches.
The reader, the validator, the workbook builder, the drop-downs, the masking and the documentation all come from here.
Those that a shop switches on stand in ``switched``.

Source: SPEC section 3 (sheets and headers, exact), section 9 (header spellings met in real dealers' files).
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from xlcrm.forms.declare import CONSULTANT, GRADE, MODEL, NAME, PHONE, SOURCE, form
from xlcrm.forms.schema import ALWAYS, Filler, Form, Kind, Privacy, Record, column, noted_only, when
from xlcrm.forms.states import GRADES, LOOKING, Decision, Means, Purpose, Section
from xlcrm.forms.switched import FIRST_TEN, ORDER_STAGES, PROFILE, SWITCHED


@form("来店登记", "tblVisit", "来店(电)顾客登记表")
class Visit(Record):
    """The showroom register: one row for each party (批次), the day it came or called. [S]"""

    date: dt.date | None = column(
        "日期", Kind.DATE, required=ALWAYS, also="登记时间 来访时间 来店日期 来访日 创建日期", past=True
    )
    channel: str | None = column(
        "来店/来电", Kind.CODE, required=ALWAYS, codes="来店来电", also="类型 来访方式 来店方式 来访类别 来店(电)"
    )
    first: str | None = column(
        "首次/再次",
        Kind.CODE,
        required=ALWAYS,
        codes="首次再次",
        also="来店频率 是否首次到店 是否首次来店 是否首次客流 来店次数 到店次数",
    )
    purpose: str | None = column("来店目的", Kind.CODE, codes="来店目的", also="来访目的")
    name: str | None = column("顾客名称", required=ALWAYS, privacy=Privacy.NAME, also=f"{NAME} 称呼 来访者")
    gender: str | None = column("性别", Kind.CODE, codes="性别", also="客户性别")
    phone: str | None = column(
        "电话",
        Kind.PHONE,
        required=noted_only("看车时必填；没留电话就填未留档原因"),
        privacy=Privacy.PHONE,
        also=PHONE,
    )
    entered: dt.time | None = column("进店时间", Kind.TIME, required=ALWAYS, also="来店时间 到店时间 进店")
    left: dt.time | None = column("离去时间", Kind.TIME, required=ALWAYS, also="离店时间 离开时间 离店")
    people: int | None = column("来店人数", Kind.COUNT, also="来访人数 人数")
    model: str | None = column("拟购车型", required=when("看车时必填", lambda v: v.is_looking), also=MODEL)
    grade: str | None = column(
        "意向级别",
        Kind.GRADE,
        required=when("看车并留电话时必填", lambda v: v.is_looking and not v.is_blank("phone")),
        codes="意向级别",
        also=GRADE,
    )
    source: str | None = column(
        "来源",
        Kind.CODE,
        required=when("看车时必填", lambda v: v.is_looking),
        codes="来源",
        also=SOURCE,
    )
    media: str | None = column("渠道", Kind.CODE, codes="渠道", also="信息渠道 渠道细分")
    rival: str | None = column("竞品", also="竞品对比 对比车型")
    test_drive: bool | None = column("试乘试驾", Kind.TICK, also="试驾 是否试驾 是否试乘试驾")
    test_drive_waiver: bool | None = column("试驾保证书", Kind.TICK)
    ordered: bool | None = column("现场订购", Kind.TICK, also="订单 下订 订车")
    no_contact_reason: str | None = column(
        "未留档原因",
        Kind.CODE,
        required=when("看车而未留电话时必填", lambda v: v.is_looking and v.is_blank("phone")),
        codes="未留档原因",
    )
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)
    note: str | None = column("注释", required=ALWAYS, privacy=Privacy.PROSE, also="经过情形 接待经过 备注 客户描述")
    filed: dt.datetime | None = column("填写时间", Kind.MOMENT, also="录入时间", past=True)
    reviewed: str | None = column("经理审核", also="审核")

    @property
    def is_looking(self) -> bool:
        """Whether the party came to look at a car, which a blank 来店目的 means: the only prospects."""
        return self.purpose == LOOKING or self.is_blank("purpose")

    @property
    def may_be_looking(self) -> bool:
        """The same, or for what it came cannot be read."""
        return self.purpose in (None, LOOKING)


@form("日报", "tblReport", "销售活动日报表")
class Report(Record):
    """The daily activity report: what was done today, what is planned for the next working day. [S]"""

    date: dt.date | None = column("日期", Kind.DATE, required=ALWAYS, also="报告日期 登记时间 填报日期", past=True)
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)
    section: str | None = column("类别", Kind.CODE, required=ALWAYS, codes="日报类别")
    on: dt.date | None = column("执行日期", Kind.DATE, required=ALWAYS, also="计划日期")
    name: str | None = column("客户姓名", required=ALWAYS, privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE, also=PHONE)
    model: str | None = column("车型", also=MODEL)
    purpose: str | None = column("目的", Kind.CODE, required=ALWAYS, codes="活动目的", also="活动类型 访问目的")
    means: str | None = column("方式", Kind.CODE, required=ALWAYS, codes="接触方式", also="跟进方式 访问方式")
    grade_before: str | None = column(
        "原级别", Kind.GRADE, codes="接触级别", also="原有 原来 促进前 促进前客户级别 促前级别"
    )
    grade_after: str | None = column("现级别", Kind.GRADE, codes="接触级别", also="现在 促进后 促进后客户级别 促后级别")
    story: str | None = column(
        "经过",
        required=when("当日总结必填", lambda r: r.section == Section.DONE),
        privacy=Privacy.PROSE,
        also="经过情形 接待经过 访问经过 拜访经过 跟进过程",
    )
    result: str | None = column("结果", Kind.CODE, codes="接触结果", also="跟进结果 访问结果")
    next_on: dt.date | None = column(
        "下次回访日期", Kind.DATE, also="下次日期 下次跟进时间 下次预定时间 下次回访时间 下次回访"
    )
    remark: str | None = column("主管批示", privacy=Privacy.PROSE, also="主管指示事项 批示")

    @property
    def receives(self) -> bool:
        """Whether the row is the reception of a party, which stands in the register."""
        return self.purpose in (Purpose.RECEPTION, Purpose.ACQUISITION)

    @property
    def mentions_visit(self) -> bool:
        """Whether the row mentions a customer's visit: a reception, or what else was done with one who came."""
        return self.receives or (self.means == Means.VISIT and self.purpose != Purpose.CARE)


class Prospect(Record):
    """A row of a grade sheet (潜在顾客等级推进表): one tracked prospect, of the ``grade`` of its sheet. [S]"""

    grade: ClassVar[str]

    customer: str | None = column("客户编号", required=ALWAYS, privacy=Privacy.NUMBER, also="编号", by_tool=True)
    name: str | None = column("客户姓名", required=ALWAYS, privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, required=ALWAYS, privacy=Privacy.PHONE, also=PHONE)
    model: str | None = column("拟购车型", required=ALWAYS, also=MODEL)
    source: str | None = column("来源", Kind.CODE, required=ALWAYS, codes="来源", also=SOURCE)
    first_contact: dt.date | None = column("初洽日期", Kind.DATE, required=ALWAYS, also="首洽日期", past=True)
    initial_grade: str | None = column("初始级别", Kind.GRADE, required=ALWAYS, codes="意向级别")
    opening_grade: str | None = column("月初级别", Kind.GRADE, codes="意向级别", also="前月确认度 上月结转级别")
    graded_on: dt.date | None = column("入级日期", Kind.DATE, required=ALWAYS, past=True)
    expected_on: dt.date | None = column("预计购车日", Kind.DATE, also="预计购买日期 预计购车时间")
    stage: str | None = column("流程阶段", Kind.CODE, codes="流程阶段")
    quantity: int | None = column("数量", Kind.COUNT)
    last_contact: dt.date | None = column("最近回访", Kind.DATE, by_tool=True, past=True)
    next_on: dt.date | None = column("下次回访", Kind.DATE, also="下次回访日期", by_tool=True)
    overdue: int | None = column("逾期天数", Kind.COUNT, by_tool=True)
    test_drive_on: dt.date | None = column("试驾日期", Kind.DATE, past=True)
    rival: str | None = column("竞品")
    loss_pending: str | None = column("战败待审", by_tool=True)
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)
    remark: str | None = column("备注", privacy=Privacy.PROSE, also="注释 经过情形 接待经过")


@form("H级", "tblGradeH", "潜在顾客等级推进表 H级")
class ProspectH(Prospect):
    """Expected to buy within the H window."""

    grade = "H"


@form("A级", "tblGradeA", "潜在顾客等级推进表 A级")
class ProspectA(Prospect):
    """Expected to buy within the A window."""

    grade = "A"


@form("B级", "tblGradeB", "潜在顾客等级推进表 B级")
class ProspectB(Prospect):
    """Expected to buy within the B window."""

    grade = "B"


@form("C级", "tblGradeC", "潜在顾客等级推进表 C级")
class ProspectC(Prospect):
    """The nurture pool: later than the B window."""

    grade = "C"


GRADE_SHEETS: dict[str, str] = {grade: f"{grade}级" for grade in GRADES}


@form("客户卡", "tblCard", "客户管理卡")
class Card(Record):
    """The customer card's head: one row for each customer, with the one state the customer is in. [S]"""

    customer: str | None = column("客户编号", required=ALWAYS, privacy=Privacy.NUMBER, also="编号", by_tool=True)
    name: str | None = column("客户姓名", required=ALWAYS, privacy=Privacy.NAME, also=NAME)
    gender: str | None = column("性别", Kind.CODE, codes="性别")
    person_or_company: str | None = column("类型", Kind.CODE, codes="客户类型", also="客户类型")
    phone: str | None = column("电话", Kind.PHONE, required=ALWAYS, privacy=Privacy.PHONE, also=PHONE)
    spare_phone: str | None = column("备用电话", Kind.PHONE, privacy=Privacy.PHONE)
    former_phones: tuple[str, ...] | None = column(
        "曾用电话", Kind.PHONES, privacy=Privacy.PHONE, by_tool=True, late=True
    )
    state: str | None = column("状态", Kind.CODE, required=ALWAYS, codes="状态")
    grade: str | None = column("当前级别", Kind.GRADE, codes="意向级别", also=GRADE)
    source: str | None = column("来源", Kind.CODE, required=ALWAYS, codes="来源", also=SOURCE)
    first_contact: dt.date | None = column("初洽日期", Kind.DATE, required=ALWAYS, past=True)
    carded_on: dt.date | None = column("建卡日期", Kind.DATE, required=ALWAYS, also="建档日期 建档时间", past=True)
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)
    former_consultant: str | None = column("前销售顾问")
    may_contact: str | None = column("同意联系", Kind.CODE, codes="是否")
    occupation: str | None = column("职业/单位", privacy=Privacy.IDENTITY)
    career: str | None = column("事业", privacy=Privacy.PROSE, switch=PROFILE)
    education: str | None = column("教育", privacy=Privacy.PROSE, switch=PROFILE)
    address: str | None = column("住址", privacy=Privacy.ADDRESS, also="地址 通讯地址")
    birthday: dt.date | None = column("生日", Kind.DATE, privacy=Privacy.IDENTITY, also="出生日期", past=True)
    present_car: str | None = column("现有车辆", privacy=Privacy.PLATE)
    purchase_kind: str | None = column("购车类型", Kind.CODE, codes="购车类型")
    needs: str | None = column("需求与预算", privacy=Privacy.PROSE)
    spending: str | None = column("消费", privacy=Privacy.PROSE, switch=PROFILE)
    use: str | None = column("用途", switch=FIRST_TEN)
    budget: str | None = column("预算与付款", privacy=Privacy.PROSE, switch=FIRST_TEN)
    decider: str | None = column("决策人", privacy=Privacy.PROSE, switch=FIRST_TEN)
    known: str | None = column("已知十问", by_tool=True, switch=FIRST_TEN)
    family: str | None = column("家庭", privacy=Privacy.PROSE)
    living: str | None = column("生活与爱好", privacy=Privacy.PROSE)
    character: str | None = column("个性与忌讳", privacy=Privacy.PROSE)
    relations: str | None = column("人际", privacy=Privacy.PROSE)
    revised_on: dt.date | None = column("最近修订", Kind.DATE, past=True)
    mark: str | None = column("内容记号", privacy=Privacy.PROSE, by_tool=True, switch=PROFILE)


@form("跟进记录", "tblFollowUp", "客户管理卡 反面")
class FollowUp(Record):
    """The back of the card: a planned contact, a done one, or a plan and its doing on one row. [S]"""

    customer: str | None = column("客户编号", required=ALWAYS, privacy=Privacy.NUMBER, also="编号")
    name: str | None = column("客户姓名", privacy=Privacy.NAME, also=NAME)
    planned_on: dt.date | None = column("计划日期", Kind.DATE)
    planned_means: str | None = column("计划方式", Kind.CODE, codes="接触方式")
    planned_purpose: str | None = column("计划目的", Kind.CODE, codes="活动目的")
    done_on: dt.date | None = column("执行日期", Kind.DATE, past=True)
    means: str | None = column("执行方式", Kind.CODE, codes="接触方式")
    story: str | None = column("经过", privacy=Privacy.PROSE, also="经过情形")
    result: str | None = column("结果", Kind.CODE, codes="接触结果")
    grade_before: str | None = column("回访前级别", Kind.GRADE, codes="接触级别")
    grade_after: str | None = column("回访后级别", Kind.GRADE, codes="接触级别")
    next_on: dt.date | None = column("下次回访日期", Kind.DATE)
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)


@form("订单", "tblOrder", "订单")
class Order(Record):
    """An order, from signing to delivery or cancellation.

    In a book with 大定日期, a row without one is a deposit (小定), which can be taken back: no order yet. SPEC section 13;
    that the order is of the day of its 大定 is our decision.
    """

    number: str | None = column("订单号", required=ALWAYS)
    customer: str | None = column("客户编号", privacy=Privacy.NUMBER, by_tool=True)
    name: str | None = column("客户姓名", required=ALWAYS, privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, required=ALWAYS, privacy=Privacy.PHONE, also=PHONE)
    date: dt.date | None = column("订单日期", Kind.DATE, required=ALWAYS, also="下单日期 签约日期", past=True)
    firm_on: dt.date | None = column("大定日期", Kind.DATE, past=True, switch=ORDER_STAGES)
    locked_on: dt.date | None = column("锁单日期", Kind.DATE, past=True, switch=ORDER_STAGES)
    model: str | None = column("车型", required=ALWAYS, also=MODEL)
    quantity: int | None = column("数量", Kind.COUNT)
    amount: float | None = column("金额", Kind.MONEY)
    payment: str | None = column("付款状态", Kind.CODE, codes="付款状态")
    received: float | None = column("已收款", Kind.MONEY)
    due_on: dt.date | None = column("预计交车", Kind.DATE, also="预计交车日期")
    delivered_on: dt.date | None = column("交车日期", Kind.DATE, past=True)
    cancelled_on: dt.date | None = column("退订日期", Kind.DATE, past=True)
    cancel_reason: str | None = column(
        "退订原因",
        Kind.CODE,
        required=when("大定后退订时必填", lambda o: o.cancelled_on is not None and o.firm_on is not None),
        codes="退订原因",
        switch=ORDER_STAGES,
    )
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)

    @property
    def has_stages(self) -> bool:
        """Whether its book has 大定日期."""
        return "firm_on" in self.at.letters

    @property
    def is_deposit(self) -> bool:
        """Whether only a deposit was paid so far: no order yet."""
        return self.has_stages and self.is_blank("firm_on")

    @property
    def placed_on(self) -> dt.date | None:
        """The day on which it became an order."""
        return self.firm_on or self.date


@form("保有客户", "tblOwner", "客户管理卡 正面")
class Owner(Record):
    """The front of the card: a delivered car and the dates to care for. [S]"""

    customer: str | None = column("客户编号", required=ALWAYS, privacy=Privacy.NUMBER, also="编号", by_tool=True)
    name: str | None = column("车主姓名", required=ALWAYS, privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, required=ALWAYS, privacy=Privacy.PHONE, also=PHONE)
    model: str | None = column("车型", required=ALWAYS, also=MODEL)
    vin: str | None = column("VIN", privacy=Privacy.IDENTITY, also="车架号")
    plate: str | None = column("车牌", privacy=Privacy.PLATE, also="车牌号")
    bought_on: dt.date | None = column("购买日期", Kind.DATE, required=ALWAYS, past=True)
    delivered_on: dt.date | None = column("交车日期", Kind.DATE, required=ALWAYS, past=True)
    use: str | None = column("用途")
    first_service_on: dt.date | None = column("首保到期", Kind.DATE)
    insured_until: dt.date | None = column("保险到期", Kind.DATE)
    inspected_until: dt.date | None = column("年检到期", Kind.DATE)
    last_seen_on: dt.date | None = column("最近进厂", Kind.DATE, past=True)
    birthday: dt.date | None = column("生日", Kind.DATE, privacy=Privacy.IDENTITY, past=True)
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)


@form("关怀记录", "tblCare", "关怀记录")
class Care(Record):
    """The front of the card: care calls planned and done. [S]"""

    customer: str | None = column("客户编号", required=ALWAYS, privacy=Privacy.NUMBER, also="编号")
    name: str | None = column("车主姓名", privacy=Privacy.NAME, also=NAME)
    item: str | None = column("关怀项目", Kind.CODE, required=ALWAYS, codes="关怀项目")
    planned_on: dt.date | None = column("计划日期", Kind.DATE, required=ALWAYS)
    done_on: dt.date | None = column("执行日期", Kind.DATE, past=True)
    means: str | None = column("方式", Kind.CODE, codes="接触方式")
    result: str | None = column("结果", Kind.CODE, codes="接触结果")
    story: str | None = column("经过", privacy=Privacy.PROSE)
    consultant: str | None = column("销售顾问", Kind.PERSON, required=ALWAYS, also=CONSULTANT)


@form("战败", "tblLoss", "战败申请表")
class Loss(Record):
    """A loss applied for by the consultant and decided by the manager. [P]"""

    customer: str | None = column("客户编号", privacy=Privacy.NUMBER, by_tool=True)
    name: str | None = column("客户姓名", required=ALWAYS, privacy=Privacy.NAME, also=NAME)
    phone: str | None = column("电话", Kind.PHONE, required=ALWAYS, privacy=Privacy.PHONE, also=PHONE)
    grade_before: str | None = column("战败前级别", Kind.GRADE, required=ALWAYS, codes="意向级别")
    exit: str | None = column("类型", Kind.CODE, required=ALWAYS, codes="战败类型", also="战败类型 休眠类型")
    reason: str | None = column("原因", Kind.CODE, required=ALWAYS, codes="战败原因", also="战败原因 放弃理由")
    rival: str | None = column("去向/竞品", also="战败车型 竞品 去向")
    story: str | None = column("说明", privacy=Privacy.PROSE)
    applied_on: dt.date | None = column("申请日期", Kind.DATE, required=ALWAYS, past=True)
    applicant: str | None = column("申请人", Kind.PERSON, required=ALWAYS)
    decision: str | None = column("审批", Kind.CODE, codes="审批")
    decider: str | None = column("审批人")
    decided_on: dt.date | None = column("审批日期", Kind.DATE, past=True)
    returned_grade: str | None = column(
        "驳回后级别",
        Kind.GRADE,
        required=when("驳回时必填", lambda loss: loss.decision == Decision.REJECTED),
        codes="意向级别",
    )


@form("顾问", "tblConsultant", "顾问名单")
class Consultant(Record):
    """A consultant, the days of the week off, and how long employed."""

    name: str | None = column("姓名", required=ALWAYS, also="销售顾问 顾问")
    status: str | None = column("状态", Kind.CODE, required=ALWAYS, codes="在岗状态")
    rest_days: tuple[int, ...] | None = column("休息日", Kind.CODES, codes="星期")
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE)
    joined_on: dt.date | None = column("入职日期", Kind.DATE, past=True)
    left_on: dt.date | None = column("离职日期", Kind.DATE)


@form("目标", "tblTarget", "月度目标")
class Target(Record):
    """A consultant's targets for a month."""

    month: str | None = column("月份", Kind.MONTH, required=ALWAYS)
    consultant: str | None = column("顾问", Kind.PERSON, required=ALWAYS, also="销售顾问")
    orders: int | None = column("订单目标", Kind.COUNT)
    contacts_kept: int | None = column("留档目标", Kind.COUNT)


@form("设置", "tblSetting", "设置")
class Setting(Record):
    """A default of the house that this shop changed; keys are those of ``settings.Settings``."""

    key: str | None = column("键", required=ALWAYS)
    value: str | None = column("值")
    remark: str | None = column("说明")


@form("字典", "tblCode", "字典")
class CodeEntry(Record):
    """A value of a code list; ``parent`` groups sub-reasons under their reason."""

    list: str | None = column("类别", required=ALWAYS)
    code: str | None = column("代码", required=ALWAYS)
    label: str | None = column("名称")
    parent: str | None = column("上级")


@form("问题清单", "tblFinding", "问题清单", Filler.TOOL)
class FindingRow(Record):
    """Findings as the sheet shows them; 位置 jumps to the cell. SPEC section 11.

    ``ruling`` is the people's. A book of 0.1 has neither it nor the other late columns: they are left out there.
    """

    ruling: str | None = column("处理", privacy=Privacy.PROSE, by_hand=True, late=True)
    handling: str | None = column("类别", late=True)
    severity: str | None = column("级别")
    date: dt.date | None = column("日期", Kind.DATE, late=True)
    subject: str | None = column("客户", privacy=Privacy.PROSE, late=True)
    person: str | None = column("当事人")
    found: str | None = column("发现", privacy=Privacy.PROSE)
    expected: str | None = column("应为", privacy=Privacy.PROSE)
    remedy: str | None = column("处理办法", privacy=Privacy.PROSE)
    link: str | None = column("位置")
    other: str | None = column("对照位置")
    kind: str | None = column("差异")
    header: str | None = column("栏目")
    code: str | None = column("代码")


@form("核实记录", "tblConfirmed", "核实记录", Filler.TOOL, optional=True)
class ConfirmedRow(Record):
    """What people said of a line of 问题清单, who and when: the finding does not come back unless it changes.

    ``content`` is what was confirmed besides the cell itself. ``notes`` is what the shop had written beside the line in
    columns of its own; a line that went with such notes, and without 已核实, is kept here too.
    """

    time: dt.datetime | None = column("时间", Kind.MOMENT)
    user: str | None = column("用户")
    ruling: str | None = column("处理", privacy=Privacy.PROSE)
    code: str | None = column("代码")
    date: dt.date | None = column("日期", Kind.DATE)
    customer: str | None = column("客户编号", privacy=Privacy.NUMBER)
    name: str | None = column("客户姓名", privacy=Privacy.NAME)
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE)
    person: str | None = column("当事人")
    header: str | None = column("栏目")
    found: str | None = column("发现", privacy=Privacy.PROSE)
    content: str | None = column("内容", privacy=Privacy.PROSE)
    notes: str | None = column("店内备注", privacy=Privacy.PROSE)


HANDED_OVER = "移交"
"""Stands in 依据 of a change of the consultant; 从 and 到 are then consultants."""
FIRST_KEPT = "首次留档"
"""Stands in 依据 of the row that began a customer, followed by the grade and the consultant whose he became."""
CORRECTED = "日志已改"
"""依据 of a row that takes back what an earlier roll made of a log that says otherwise by now."""

BY_HAND = "手工建卡"
"""The same of one whose card was typed by hand, without a register row."""
BY_DATE = "预计购车日"
"""Stands in 依据 of an upgrade that the program made because the day of purchase is near."""


@form("级别变更", "tblMove", "级别变更", Filler.TOOL)
class MoveRow(Record):
    """Grade history: one row for each step, 时间 being the day it happened; ``phone`` is the customer's when it was written."""

    on: dt.date | None = column("时间", Kind.DATE)
    customer: str | None = column("客户编号", privacy=Privacy.NUMBER)
    name: str | None = column("客户姓名", privacy=Privacy.NAME, late=True)
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE, late=True)
    origin: str | None = column("从")
    target: str | None = column("到")
    evidence: str | None = column("依据")
    operation: int | None = column("操作号", Kind.COUNT)

    @property
    def is_handover(self) -> bool:
        """Whether the row says whose customer he became."""
        return (self.evidence or "").startswith(HANDED_OVER)

    @property
    def first_consultant(self) -> str | None:
        """Whose customer the row made a new one; rows of older versions do not say."""
        keyword = BY_HAND if self.is_by_hand else FIRST_KEPT
        _, _, about = (self.evidence or "").partition(f"{keyword} ")
        return about.partition(" ")[2] or None

    @property
    def is_by_hand(self) -> bool:
        """Whether the customer began with a card typed by hand."""
        return f" {BY_HAND} " in (self.evidence or "")

    @property
    def is_by_date(self) -> bool:
        """Whether the program itself upgraded the customer."""
        return BY_DATE in (self.evidence or "")


@form("月初留存", "tblOpening", "月初留存", Filler.TOOL)
class Opening(Record):
    """The stock frozen at 00:00 on the first of a month: every customer not yet out of the books, never changed again."""

    month: str | None = column("月份", Kind.MONTH)
    customer: str | None = column("客户编号", privacy=Privacy.NUMBER)
    name: str | None = column("客户姓名", privacy=Privacy.NAME)
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE)
    state: str | None = column("状态", Kind.CODE, codes="状态")
    grade: str | None = column("级别", Kind.GRADE, codes="意向级别")
    consultant: str | None = column("销售顾问", Kind.PERSON)
    graded_on: dt.date | None = column("入级日期", Kind.DATE)


@form("历月指标", "tblMonthFigure", "历月指标", Filler.TOOL, optional=True)
class MonthFigure(Record):
    """A figure of a closed month, as it was when the month was closed: it outlives its rows. SPEC section 12.

    ``scope`` and ``name`` say whose figure it is: of the shop, or of one consultant, source, model or grade. ``key`` names
    the figure for programs, ``label`` for people; a count has no denominator. ``closed_on`` is the day of the close.
    """

    month: str | None = column("月份", Kind.MONTH)
    scope: str | None = column("范围", Kind.CODE, codes="指标范围")
    name: str | None = column("名称")
    label: str | None = column("指标")
    key: str | None = column("代码")
    numerator: float | None = column("分子", Kind.NUMBER)
    denominator: float | None = column("分母", Kind.NUMBER)
    closed_on: dt.date | None = column("结账日期", Kind.DATE)


@form("操作日志", "tblJournal", "操作日志", Filler.TOOL)
class JournalRow(Record):
    """What each button did: a line for people, then what it overwrote (``journal``); seals of closed months stand here too."""

    time: dt.datetime | None = column("时间", Kind.MOMENT)
    user: str | None = column("用户")
    verb: str | None = column("动作")
    operation: int | None = column("操作号", Kind.COUNT)
    sheet: str | None = column("工作表")
    place: str | None = column("位置")
    old: str | None = column("旧值", privacy=Privacy.PROSE)
    new: str | None = column("新值", privacy=Privacy.PROSE)


@form("读入结果", "tblImport", "读入结果", Filler.TOOL, optional=True)
class ImportRow(Record):
    """What became of a row of a shop's own file: 已读入, 重复 or 未读入. A customer that was read in begins his life here.

    ``mark`` is a hash of what the row said, by which it is known when the file is read again; ``ruling`` is the people's:
    不是重复 lets the next import take a row in that was passed over as a duplicate.
    """

    time: dt.datetime | None = column("时间", Kind.MOMENT)
    file: str | None = column("文件")
    sheet: str | None = column("工作表")
    row: int | None = column("行", Kind.COUNT)
    outcome: str | None = column("结果")
    target: str | None = column("去处")
    customer: str | None = column("客户编号", privacy=Privacy.NUMBER)
    name: str | None = column("客户姓名", privacy=Privacy.NAME)
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE)
    reason: str | None = column("原因", privacy=Privacy.PROSE)
    filled: str | None = column("补充", privacy=Privacy.PROSE)
    rest: str | None = column("其余内容", privacy=Privacy.PROSE)
    ruling: str | None = column("处理", by_hand=True)
    operation: int | None = column("操作号", Kind.COUNT)
    mark: str | None = column("行标记")


@form("读入对照", "tblMapping", "读入对照", Filler.TOOL, optional=True)
class ColumnReading(Record):
    """How a column of a shop's own file was understood; what stands in 改为 is the people's, and goes before."""

    file: str | None = column("文件")
    sheet: str | None = column("工作表")
    cell: str | None = column("位置")
    source: str | None = column("原列名")
    sample: str | None = column("样例", privacy=Privacy.PROSE)
    target: str | None = column("读作")
    how: str | None = column("依据")
    instead: str | None = column("改为", by_hand=True)


@form("冲突", "tblConflict", "冲突", Filler.TOOL, optional=True)
class ConflictRow(Record):
    """A cell, or a row, that two hands changed differently since it was handed out; what stands in 处理 is the people's.

    ``place`` is where it stands in the returned file, ``row`` where in the book. ``before`` was handed out, ``ours``
    is what the book has now, ``theirs`` what was returned. ``mark`` says of which hand-out, row and cell.
    """

    time: dt.datetime | None = column("时间", Kind.MOMENT)
    file: str | None = column("文件")
    consultant: str | None = column("销售顾问")
    place: str | None = column("文件里的位置")
    sheet: str | None = column("工作表")
    row: int | None = column("行", Kind.COUNT)
    name: str | None = column("客户姓名", privacy=Privacy.NAME)
    phone: str | None = column("电话", Kind.PHONE, privacy=Privacy.PHONE)
    header: str | None = column("栏目")
    before: str | None = column("分发时", privacy=Privacy.PROSE)
    ours: str | None = column("总表现在", privacy=Privacy.PROSE)
    theirs: str | None = column("回收的", privacy=Privacy.PROSE)
    ruling: str | None = column("处理", by_hand=True)
    operation: int | None = column("操作号", Kind.COUNT)
    mark: str | None = column("行标记")


HOME_SHEET = "首页"
ANALYSIS_SHEET = "月度分析"

_RECORDS: tuple[type[Record], ...] = (
    *(Visit, Report, ProspectH, ProspectA, ProspectB, ProspectC),
    *(Card, FollowUp, Order, Owner, Care, Loss),
    *SWITCHED,
    *(Consultant, Target, Setting, CodeEntry),
    *(FindingRow, ConfirmedRow, MoveRow, Opening, MonthFigure, JournalRow, ImportRow, ColumnReading, ConflictRow),
)
FORMS: dict[str, Form] = {record.form.sheet: record.form for record in _RECORDS}
"""Every form by its sheet name, in the order of the workbook's tabs."""
HOUSE_FORMS: dict[str, Form] = {sheet: form for sheet, form in FORMS.items() if not form.switch}
"""Those of a shop that switched nothing on."""
