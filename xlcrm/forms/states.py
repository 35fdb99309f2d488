"""The closed words of the method, which the program acts on: plain text, written here once. SPEC section 2.

``codes`` makes the lists of the drop-downs from them; how else dealers write them stands there.
"""

from __future__ import annotations

GRADES = ("H", "A", "B", "C")
"""Grades of a tracked prospect, hottest first. [S]"""

ORDERED_GRADE = "O"
"""The grade of a customer whose car is ordered and not delivered. [S]"""


class State:
    """Where a customer stands: 状态 of the card; the last five are also the 类型 of a loss."""

    ACTIVE = "在跟"
    ORDERED = "已订"
    DELIVERED = "已交车"
    LOSS_PENDING = "战败待审"
    LOST = "战败"
    FROZEN = "冻结"
    UNREACHABLE = "失控"
    INVALID = "无效"
    DUPLICATE = "重复"


TRACKED = (State.ACTIVE, State.LOSS_PENDING)
"""States in which a customer stands in a grade sheet."""
STOCK = (*TRACKED, State.ORDERED)
"""States of a customer who is not out of the books: those that 月初留存 freezes."""
EXITS = (State.LOST, State.FROZEN, State.UNREACHABLE, State.INVALID, State.DUPLICATE)
"""States a decided loss leads to, by its 类型."""
REVIVED = (State.LOST, State.FROZEN, State.UNREACHABLE)
"""States that a contact with a grade ends; wrong and double data stay what they are. Our decision."""
UNCOUNTED = (State.INVALID, State.DUPLICATE)
"""States of a card outside every statistic."""
STATES = (State.ACTIVE, State.ORDERED, State.DELIVERED, State.LOSS_PENDING, *EXITS)
"""All of them, in the order of the drop-down."""


NOBODY = "新"
"""Where a new customer comes from, as printed in 级别变更."""


IMPORTED = "已读入"
"""结果 on 读入结果 of a row that came in from a shop's own file."""
COLLECTED = "已回收"
"""The same of a row that a consultant sent back."""


class Ruling:
    """How a person decides a conflict: 处理 on 冲突."""

    THEIRS = "用回收的"
    OURS = "用总表的"
    NEW = "作新行"


class Section:
    """The two halves of 日报: 类别."""

    DONE = "当日总结"
    PLANNED = "明日计划"


class Purpose:
    """What a contact is for: 目的 in 日报. [S]"""

    RECEPTION = "接待"
    ACQUISITION = "开拓"
    PROMOTION = "促进"
    PAPERWORK = "手续"
    CARE = "售后回访"


class CareItem:
    """What an owner is called about: 关怀项目. SPEC section 8."""

    DELIVERY = "交车当日"
    THIRD_DAY = "三日"
    SEVENTH_DAY = "七日"
    FIRST_SERVICE = "首保"
    SECOND_SERVICE = "二保"
    BIRTHDAY = "生日"
    INSURANCE = "保险"
    INSPECTION = "年检"
    REGULAR = "定期"
    OTHER = "其他"


CARE_ITEMS = (
    CareItem.DELIVERY,
    CareItem.THIRD_DAY,
    CareItem.SEVENTH_DAY,
    CareItem.FIRST_SERVICE,
    CareItem.SECOND_SERVICE,
    CareItem.BIRTHDAY,
    CareItem.INSURANCE,
    CareItem.INSPECTION,
    CareItem.REGULAR,
    CareItem.OTHER,
)
"""All of them, in the order of the drop-down."""


class Means:
    """How a customer is contacted: 方式 in 日报."""

    VISIT = "来店"
    PHONE = "电话"
    WECHAT = "微信"
    SMS = "短信"
    CALL_ON = "拜访"


class Result:
    """What came of a contact: 结果 in 日报. [S]"""

    CONTINUE = "继续跟进"
    ORDERED = "已订"
    LOSS_CLAIMED = "战败申请"
    NO_ANSWER = "未接通"
    WRONG_DATA = "信息不准"
    OTHER = "其他"


FAILED = (Result.NO_ANSWER, Result.WRONG_DATA)
"""Results of a contact that did not reach the customer. [S]"""


class Decision:
    """The manager's word on a loss: 审批."""

    OPEN = "待审"
    APPROVED = "同意"
    REJECTED = "驳回"


DECIDED = (Decision.APPROVED, Decision.REJECTED)
"""Decisions that end an application."""


class Channel:
    """How a party of the register came: 来店/来电."""

    VISIT = "来店"
    CALL = "来电"


class Visiting:
    """首次/再次 of the register."""

    FIRST = "首次"
    AGAIN = "再次"


LOOKING = "看车"
"""The 来店目的 of a party that came to look at a car."""
LEFT = "离职"
"""The 在岗状态 of a consultant who is no longer with the shop."""
YES, NO = "是", "否"
"""Answers of 同意联系 and of settings."""
PERSON, COMPANY = "个人", "单位"
"""The 类型 of a customer who is not a company."""


class FigureScope:
    """Whose a figure of 历月指标 is: 范围."""

    SHOP = "全店"
    CONSULTANT = "顾问"
    SOURCE = "来源"
    MODEL = "车型"
    GRADE = "级别"
