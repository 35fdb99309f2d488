"""The rules of the forms that a shop switches on: V19…V31, asked only where something is switched on or filled in.

As in ``validate``, each docstring carries examples that the tests run. Source: SPEC section 14; severities our decision.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from xlcrm.findings import Finding, Severity, Spot, spot
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import FORMS, Order, Setting, Visit
from xlcrm.forms.switched import (
    DONE_OR_NOT,
    FULL_MARK,
    REVIEWED,
    SHEETLESS,
    Budget,
    CallOn,
    Company,
    DoorCount,
    Drive,
    Hint,
    Inspection,
    Lead,
    Loan,
    MediaCost,
)
from xlcrm.ledger.calls import Calls
from xlcrm.ledger.firstten import FirstTen
from xlcrm.ledger.ledger import Ledger

NOTICE = 2
"""Days before a visit by which it should be agreed. [S]"""
MANAGER = "经理"
_NO_NAME = re.compile(r"已阅|已审|审核|[年月日点时分√✓✔]|[\W\d_]")
"""The parts of a mark that are not a name."""


def _at(
    record: Record, name: str, wording: str, severity: Severity, other: Spot | None = None, **about: object
) -> Finding:
    person = next((record.shown(n) for n in ("consultant", "borrower") if n in record.form.index), "")
    return Finding(wording, severity, spot(record, name), record.shown(name), person, None, other, about)


def v19_switched(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A form is switched on, and the book has no sheet or columns for it yet.

    Good: 设置 键=选用表 值=试驾 // 试驾
    Bad: 设置 键=选用表 值=借阅 → 值
    """
    row = next((row for row in ledger.of(Setting) if row.shown("key").strip() == "选用表"), None)
    there = {*SHEETLESS, *ledger.columns_on, *(FORMS[sheet].switch for sheet in ledger.blocks)}
    missing = [name for name in ledger.settings.switched if name not in there]
    if row is not None and missing:
        yield _at(row, "value", "V19.no_sheet", Severity.INFO, names="、".join(missing))


def v20_drives(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A test drive that ends before it began, by the clock or by the mileage; without a licence seen or a signature.

    Good: 试驾
    Good: 试驾 返回时间= 返回里程=
    Bad: 试驾 返回时间=09:50 → 返回时间
    Bad: 试驾 返回里程=1190 → 返回里程
    Bad: 试驾 驾照已验= → 驾照已验
    Bad: 试驾 已签保证书= → 已签保证书
    """
    for drive in ledger.of(Drive):
        if drive.started and drive.ended and drive.ended <= drive.started:
            yield _at(drive, "ended", "V20.times", Severity.ERROR, spot(drive, "started"))
        if drive.km_out is not None and drive.km_back is not None and drive.km_back < drive.km_out:
            yield _at(drive, "km_back", "V20.mileage", Severity.ERROR, spot(drive, "km_out"))
        if not drive.licence_seen:
            yield _at(drive, "licence_seen", "V20.licence", Severity.WARNING)
        if not drive.signed:
            yield _at(drive, "signed", "V20.unsigned", Severity.WARNING)


def v21_visits_made(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A visit planned without two days' appointment; a number used twice; several rows of one visit; a promise forgotten.

    Good: 拜访计划
    Good: 拜访计划 // 拜访计划 编号=B002 客户姓名=郑乙 电话=19900000124
    Bad: 拜访计划 计划日期=2026-11-02 预约日期= 执行日期= → 预约日期
    Bad: 拜访计划 预约日期=2026-10-08 → 预约日期
    Bad: 拜访计划 // 拜访计划 计划日期=2026-10-12 执行日期=2026-10-12 → 编号
    Bad: 拜访计划 // 拜访计划 编号=B002 → 客户姓名
    Good: 拜访计划 本次承诺=送脚垫 // 拜访计划 编号=B002 计划日期=2026-10-16 执行日期=2026-10-16 上次承诺= 承诺答复=已送
    Bad: 拜访计划 本次承诺=送脚垫 // 拜访计划 编号=B002 计划日期=2026-10-16 执行日期=2026-10-16 上次承诺= 承诺答复= → 承诺答复
    """
    numbers: dict[str, CallOn] = {}
    made: dict[tuple[object, ...], CallOn] = {}
    calls = Calls(ledger, ledger.of(CallOn))
    for call in calls.rows:
        is_late = call.agreed_on and call.planned_on and (call.planned_on - call.agreed_on).days < NOTICE
        if is_late or (call.is_blank("agreed_on") and not call.done_on and call.planned_on and call.planned_on > today):
            yield _at(call, "agreed_on", "V21.notice", Severity.INFO, days=NOTICE)
        if call.number and (first := numbers.setdefault(call.number, call)) is not call:
            yield _at(call, "number", "V21.number", Severity.WARNING, spot(first, "number"), row=first.at.row)
        key = calls.visit_of(call, call.done_on)
        if call.done_on and (first := made.setdefault(key, call)) is not call and call.number != first.number:
            yield _at(call, "name", "V21.one_visit", Severity.WARNING, spot(first, "name"), row=first.at.row)
    for promise in calls.promises:
        met = promise.next
        if met is not None and met.is_blank("promised"):  # an answer to what is written there V01 asks for
            about = {"day": promise.made.done_on, "row": promise.made.at.row}
            yield _at(met, "answered", "V21.promise", Severity.WARNING, spot(promise.made, "promises"), **about)


def v22_budget(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A month with two budgets, of which the first counts; a medium with two rows in a month, which are added.

    Good: 费用预算 // 费用预算 月份=2026-11
    Good: 渠道费用 // 渠道费用 渠道=懂车帝
    Bad: 费用预算 // 费用预算 预算=9000 → 月份
    Bad: 渠道费用 // 渠道费用 金额=300 → 渠道
    """
    first: dict[str, Budget] = {}
    for row in ledger.of(Budget):
        if row.month and (other := first.setdefault(row.month, row)) is not row:
            yield _at(row, "month", "V22.twice", Severity.ERROR, spot(other, "month"), month=row.month)
    spent: dict[tuple[str, str], MediaCost] = {}
    for cost in ledger.of(MediaCost):
        key = (cost.month or "", cost.media or "")
        if all(key) and (former := spent.setdefault(key, cost)) is not cost:
            yield _at(cost, "media", "V22.media", Severity.WARNING, spot(former, "media"), row=former.at.row)


def due_of(loan: Loan, ledger: Ledger) -> dt.date | None:
    """The day by which a file should be back: as written, else so many days after it was lent."""
    days = dt.timedelta(days=ledger.settings.loan_days)
    return loan.due_on or (loan.date + days if loan.date else None)


def v23_loans(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A customer's file not returned in time; one that was due or returned before it was lent.

    Good: 借阅
    Good: 借阅 借阅日期=2026-10-30 应还日期= 归还日期=
    Bad: 借阅 归还日期= → 归还日期
    Bad: 借阅 归还日期=2026-10-04 → 归还日期
    Bad: 借阅 应还日期=2026-10-04 → 应还日期
    """
    for loan in ledger.of(Loan):
        for name in ("due_on", "returned_on"):
            if loan.date and (day := getattr(loan, name)) and day < loan.date:
                yield _at(loan, name, "V23.before", Severity.ERROR, spot(loan, "date"))
        due = due_of(loan, ledger)
        if loan.is_blank("returned_on") and due is not None and due < today:
            yield _at(loan, "returned_on", "V23.overdue", Severity.WARNING, due=due, days=(today - due).days)


def v24_reviewed(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A day's register not checked by the manager by the next evening; a mark without a name or a time.

    Good: 设置 键=选用表 值=经理审核 // 来店登记 经理审核=王经理_10-06_09:20
    Good: 设置 键=选用表 值=试驾 // 试驾 // 来店登记
    Bad: 设置 键=选用表 值=经理审核 // 来店登记 → 经理审核
    Bad: 设置 键=选用表 值=经理审核 // 来店登记 经理审核=√ → 经理审核
    """
    if REVIEWED not in ledger.settings.switched:
        return
    unread: dict[dt.date, list[Visit]] = {}
    for visit in ledger.visits:
        if visit.date and visit.is_blank("reviewed"):
            unread.setdefault(visit.date, []).append(visit)
        elif visit.reviewed and not _says_who_and_when(visit.reviewed):
            yield _of_manager(visit, "V24.bare", Severity.INFO)
    for day, visits in unread.items():
        if ledger.workdays.next("", day) < today:
            yield _of_manager(visits[0], "V24.unread", Severity.WARNING, day=day, count=len(visits))


def _says_who_and_when(mark: str) -> bool:
    return bool(_NO_NAME.sub("", mark)) and any(letter.isdigit() for letter in mark)


def _of_manager(visit: Visit, wording: str, severity: Severity, **about: object) -> Finding:
    return Finding(wording, severity, spot(visit, "reviewed"), visit.shown("reviewed"), MANAGER, about=about)


def v25_leads(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A lead that nobody answered by the next day; one answered, or invited, before it came.

    Good: 线索
    Good: 线索 日期=2026-10-30_17:00:00 首次跟进时间= 邀约到店日期=
    Bad: 线索 首次跟进时间= → 首次跟进时间
    Bad: 线索 首次跟进时间=2026-10-05_08:00:00 → 首次跟进时间
    Bad: 线索 邀约到店日期=2026-10-04 → 邀约到店日期
    """
    for lead in ledger.of(Lead):
        if lead.given_at is None:
            continue
        if lead.answered is not None and lead.answered < lead.given_at and lead.answered.time() != dt.time.min:
            yield _at(lead, "answered", "V25.before", Severity.ERROR, spot(lead, "given_at"))
        if lead.invited_on is not None and lead.invited_on < lead.given_at.date():
            yield _at(lead, "invited_on", "V25.before", Severity.ERROR, spot(lead, "given_at"))
        days = (today - lead.given_at.date()).days
        if lead.is_blank("answered") and lead.is_valid and days > 1:
            yield _at(lead, "answered", "V25.unanswered", Severity.WARNING, days=days)


def v26_counts(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A part of a day that cannot be read, or was counted twice.

    Good: 客流计数
    Good: 客流计数 时段=10-11
    Bad: 客流计数 时段=上午 → 时段
    Bad: 客流计数 // 客流计数 批次=3 → 时段
    """
    first: dict[tuple[object, ...], DoorCount] = {}
    for row in ledger.of(DoorCount):
        if row.hours is None:
            yield _at(row, "slot", "V26.slot", Severity.ERROR)
        elif row.date and (other := first.setdefault((row.date, row.hours), row)) is not row:
            yield _at(row, "slot", "V26.twice", Severity.ERROR, spot(other, "slot"), row=other.at.row)


def v27_companies(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A company with two rows: the first counts.

    Good: 客户卡 类型=单位 // 单位客户
    Bad: 客户卡 类型=单位 // 单位客户 // 单位客户 单位名称=远行贸易二部 → 客户编号
    """
    first: dict[str, Company] = {}
    for row in ledger.of(Company):
        if row.customer and (other := first.setdefault(row.customer, row)) is not row:
            yield _at(row, "customer", "V27.twice", Severity.ERROR, spot(other, "customer"), row=other.at.row)


def v28_inspections(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A mark that the item cannot have; an item marked twice on one walk.

    Good: 展厅检查
    Good: 展厅检查 项目=展厅-地面玻璃干净 得分=3
    Bad: 展厅检查 得分=3 → 得分
    Bad: 展厅检查 项目=展厅-地面玻璃干净 得分=6 → 得分
    Bad: 展厅检查 // 展厅检查 得分=0 → 项目
    """
    first: dict[tuple[object, ...], Inspection] = {}
    for row in ledger.of(Inspection):
        is_either = (row.item or "").endswith(DONE_OR_NOT)
        if row.mark is not None and (row.mark not in (0, FULL_MARK) if is_either else not 0 <= row.mark <= FULL_MARK):
            yield _at(row, "mark", "V28.mark", Severity.ERROR, allowed="5、0" if is_either else "0–5")
        key = (row.date, row.inspector, row.item)
        if all(key) and (other := first.setdefault(key, row)) is not row:
            yield _at(row, "item", "V28.twice", Severity.ERROR, spot(other, "item"), row=other.at.row)


def v29_hints(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A reason with two rows: the words of the first are shown.

    Good: 未留档话术
    Good: 未留档话术 // 未留档话术 未留档原因=产品-价格
    Bad: 未留档话术 // 未留档话术 话术=先看车再谈价 → 未留档原因
    """
    first: dict[str, Hint] = {}
    for hint in ledger.of(Hint):
        if hint.reason and (other := first.setdefault(hint.reason, hint)) is not hint:
            yield _at(hint, "reason", "V29.twice", Severity.WARNING, spot(other, "reason"), row=other.at.row)


def v30_first_ten(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A card made more than a week after the first contact; one on which, a week later, not all ten are known.

    Good: 客户卡 初洽日期=2026-10-20 建卡日期=2026-10-25 用途=代步
    Good: 客户卡 建卡日期=2026-10-25
    Bad: 客户卡 初洽日期=2026-10-15 建卡日期=2026-10-25 用途=代步 → 建卡日期
    Bad: 客户卡 初洽日期=2026-10-20 建卡日期=2026-10-23 用途=代步 → 已知十问
    """
    ten = FirstTen(ledger)
    if not ten.is_asked:
        return
    days = ledger.settings.ten_days
    for card, customer in ten.tracked():
        if card.first_contact and card.carded_on and (card.carded_on - card.first_contact).days > days:
            late = (card.carded_on - card.first_contact).days
            yield _at(
                card, "carded_on", "V30.late", Severity.WARNING, spot(card, "first_contact"), late=late, days=days
            )
        if card.carded_on and (today - card.carded_on).days > days and (missing := ten.missing(customer)):
            said = "、".join(missing)
            yield _at(card, "known", "V30.unasked", Severity.INFO, known=10 - len(missing), missing=said)


def v31_stages(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """An order locked in or delivered without the day of its 大定; a reason for a cancellation that nobody dated.

    Good: 来店登记 // 订单 大定日期=2026-10-07 锁单日期=2026-10-09
    Good: 来店登记 // 订单 大定日期= 锁单日期=
    Bad: 订单 大定日期= 锁单日期=2026-10-09 → 大定日期
    Bad: 订单 大定日期= 交车日期=2026-10-20 → 大定日期
    Bad: 订单 大定日期=2026-10-07 退订原因=价格 → 退订日期
    """
    for order in ledger.of(Order):
        if order.is_deposit and (order.locked_on or order.delivered_on):
            yield _at(order, "firm_on", "V31.not_firm", Severity.ERROR)
        if not order.is_blank("cancel_reason") and order.is_blank("cancelled_on"):
            yield _at(order, "cancelled_on", "V31.not_cancelled", Severity.ERROR)


FORM_RULES: tuple[Callable[[Ledger, dt.date], Iterator[Finding]], ...] = (
    v19_switched,
    v20_drives,
    v21_visits_made,
    v22_budget,
    v23_loans,
    v24_reviewed,
    v25_leads,
    v26_counts,
    v27_companies,
    v28_inspections,
    v29_hints,
    v30_first_ten,
    v31_stages,
)
"""Every rule of the forms to be switched on, in the order of its code."""
