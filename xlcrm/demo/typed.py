"""How things look when typed: one function a form, giving a row of exactly its headers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from xlcrm.demo.customers import CareCall, Owner, Prospect
from xlcrm.demo.staff import WEEKDAYS, Seller
from xlcrm.demo.store import Row
from xlcrm.forms.schema import Cell

TICK = "√"
MANAGER = "经理"


def filled(cells: Mapping[str, Cell]) -> Row:
    """The row without its blank cells."""
    return {header: cell for header, cell in cells.items() if cell is not None and cell != ""}


def tick(on: bool) -> str | None:
    """√ or nothing."""
    return TICK if on else None


def clock(minutes: int) -> dt.time:
    """Minutes after midnight → a time of the day."""
    return dt.time(minutes // 60, minutes % 60)


def consultant(seller: Seller) -> Row:
    """A row of 顾问."""
    return filled(
        {
            "姓名": seller.name,
            "状态": "离职" if seller.left else "在岗",
            "休息日": WEEKDAYS[seller.rest],
            "电话": seller.phone,
            "入职日期": seller.joined,
            "离职日期": seller.left,
        }
    )


def prospect(
    p: Prospect, initial: str, graded_on: dt.date, expected_on: dt.date | None, stage: str, last: dt.date
) -> Row:
    """A row of the grade sheet of the opening stock."""
    return filled(
        {
            "客户编号": p.number,
            "客户姓名": p.name,
            "电话": p.phone,
            "拟购车型": p.car.model,
            "来源": p.origin.source,
            "初洽日期": p.first,
            "初始级别": initial,
            "月初级别": p.opening,
            "入级日期": graded_on,
            "预计购车日": expected_on,
            "流程阶段": stage,
            "数量": 1,
            "最近回访": last,
            "下次回访": p.plan,
            "试驾日期": last if stage in ("试车", "报价成交") else None,
            "竞品": p.rival,
            "销售顾问": p.seller.name,
        }
    )


def prospect_card(p: Prospect, former: Seller | None, revised_on: dt.date) -> Row:
    """The card of a prospect of the opening stock; ``former`` had him before."""
    return filled(
        {
            "客户编号": p.number,
            "客户姓名": p.name,
            "性别": p.gender,
            "类型": "个人",
            "电话": p.phone,
            "状态": "在跟",
            "当前级别": p.grade,
            "来源": p.origin.source,
            "初洽日期": p.first,
            "建卡日期": p.first,
            "销售顾问": p.seller.name,
            "前销售顾问": former.name if former else None,
            "同意联系": "是",
            "最近修订": revised_on,
        }
    )


def open_plan(p: Prospect) -> Row:
    """The one open plan on the back of an opening card."""
    return filled(
        {
            "客户编号": p.number,
            "客户姓名": p.name,
            "计划日期": p.plan,
            "计划方式": "电话",
            "计划目的": "促进",
            "回访前级别": p.grade,
            "销售顾问": p.seller.name,
        }
    )


def owner(o: Owner, first_service: dt.date, insured: dt.date, inspected: dt.date, last_seen: dt.date | None) -> Row:
    """A row of 保有客户."""
    return filled(
        {
            "客户编号": o.number,
            "车主姓名": o.name,
            "电话": o.phone,
            "车型": o.car.model,
            "购买日期": o.bought,
            "交车日期": o.delivered,
            "用途": "家用",
            "首保到期": first_service,
            "保险到期": insured,
            "年检到期": inspected,
            "最近进厂": last_seen,
            "生日": o.birthday,
            "销售顾问": o.seller.name,
        }
    )


def owner_card(o: Owner, source: str, revised_on: dt.date) -> Row:
    """The card of an owner."""
    return filled(
        {
            "客户编号": o.number,
            "客户姓名": o.name,
            "性别": o.gender,
            "类型": "个人",
            "电话": o.phone,
            "状态": "已交车",
            "来源": source,
            "初洽日期": o.first,
            "建卡日期": o.first,
            "销售顾问": o.seller.name,
            "同意联系": "是",
            "生日": o.birthday,
            "最近修订": revised_on,
        }
    )


def care(o: Owner, item: str, planned: dt.date, story: str | None) -> Row:
    """A care row; with a ``story`` it was done on its day."""
    done = story is not None
    return filled(
        {
            "客户编号": o.number,
            "车主姓名": o.name,
            "关怀项目": item,
            "计划日期": planned,
            "执行日期": planned if done else None,
            "方式": "电话" if done else None,
            "结果": "其他" if done else None,
            "经过": story,
            "销售顾问": o.seller.name,
        }
    )


def summary(
    seller: Seller,
    day: dt.date,
    name: str,
    purpose: str,
    means: str,
    story: str,
    *,
    phone: str | None = None,
    car: str | None = None,
    before: str | None = None,
    after: str | None = None,
    result: str = "其他",
    next_on: dt.date | None = None,
) -> Row:
    """A row of 当日总结."""
    return filled(
        {
            "日期": day,
            "销售顾问": seller.name,
            "类别": "当日总结",
            "执行日期": day,
            "客户姓名": name,
            "电话": phone,
            "车型": car,
            "目的": purpose,
            "方式": means,
            "原级别": before,
            "现级别": after,
            "经过": story,
            "结果": result,
            "下次回访日期": next_on,
        }
    )


def plan(who: Prospect | CareCall, day: dt.date, on: dt.date, purpose: str, grade: str) -> Row:
    """A row of 明日计划, written on ``day`` for ``on``."""
    return filled(
        {
            "日期": day,
            "销售顾问": who.seller.name,
            "类别": "明日计划",
            "执行日期": on,
            "客户姓名": who.name,
            "电话": who.phone,
            "车型": who.car.model,
            "目的": purpose,
            "方式": "电话",
            "原级别": grade,
        }
    )


def order(
    number: int, p: Prospect, day: dt.date, cars: int, amount: int, payment: tuple[str, int], due_on: dt.date
) -> Row:
    """A row of 订单, just signed; ``payment`` is 付款状态 and 已收款, ``amount`` that of all cars."""
    return filled(
        {
            "订单号": f"D{number:05d}",
            "客户编号": p.number,
            "客户姓名": p.name,
            "电话": p.phone,
            "订单日期": day,
            "车型": p.car.model,
            "数量": cars,
            "金额": amount,
            "付款状态": payment[0],
            "已收款": payment[1],
            "预计交车": due_on,
            "销售顾问": p.seller.name,
        }
    )


def loss(p: Prospect, day: dt.date, kind: str, reason: str, story: str) -> Row:
    """A row of 战败, not yet decided."""
    return filled(
        {
            "客户编号": p.number,
            "客户姓名": p.name,
            "电话": p.phone,
            "战败前级别": p.grade,
            "类型": kind,
            "原因": reason,
            "去向/竞品": p.rival if reason.startswith("他品牌") else None,
            "说明": story,
            "申请日期": day,
            "申请人": p.seller.name,
            "审批": "待审",
        }
    )


def target(month: str, seller: Seller, orders: int, kept: int) -> Row:
    """A row of 目标."""
    return {"月份": month, "顾问": seller.name, "订单目标": orders, "留档目标": kept}
