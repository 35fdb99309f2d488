"""For each wording of the validation a row that is wrong, and the same row put right.

An example is a row or several (`` // `` between), ``sheet header=value …``: what is given replaces cells of a valid row of
that sheet, nothing after the sign empties one, ``_`` stands for a blank. The tests run them; ``tools/docs.py`` shows them.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from books import Row

from xlcrm.books.csvfolder import as_typed
from xlcrm.findings import Severity
from xlcrm.forms.sheets import FORMS

TODAY = dt.date(2026, 10, 31)

STAFF: list[Row] = [
    {"姓名": "张敏", "状态": "在岗", "电话": "19900000001"},
    {"姓名": "李强", "状态": "在岗", "休息日": "周五"},
    {"姓名": "钱走", "状态": "离职", "离职日期": dt.date(2026, 9, 30)},
]

VALID = {
    "来店登记": "日期=2026-10-05 来店/来电=来店 首次/再次=首次 来店目的=看车 顾客名称=何一 性别=男 电话=19900000123 "
    "进店时间=10:00 离去时间=10:40 来店人数=2 拟购车型=远行X5 意向级别=H 来源=来店/电 渠道=店头 销售顾问=张敏 "
    "注释=问了分期，周末带家人来 填写时间=2026-10-05_10:50:00",
    "日报": "日期=2026-10-05 销售顾问=张敏 类别=当日总结 执行日期=2026-10-05 客户姓名=何一 电话=19900000123 车型=远行X5 "
    "目的=促进 方式=电话 原级别=A 现级别=A 经过=聊了置换，等二手车报价 结果=继续跟进 下次回访日期=2026-10-12",
    "H级": "客户编号=C00001 客户姓名=何一 电话=19900000123 拟购车型=远行X5 来源=来店/电 初洽日期=2026-10-05 初始级别=H "
    "入级日期=2026-10-05 销售顾问=张敏",
    "客户卡": "客户编号=C00001 客户姓名=何一 电话=19900000123 状态=在跟 当前级别=H 来源=来店/电 初洽日期=2026-10-05 "
    "建卡日期=2026-10-05 销售顾问=张敏",
    "订单": "订单号=D001 客户姓名=何一 电话=19900000123 订单日期=2026-10-06 车型=远行X5 数量=1 金额=180000 销售顾问=张敏",
    "战败": "客户姓名=何一 电话=19900000123 战败前级别=A 类型=战败 原因=他品牌-价格 申请日期=2026-10-06 申请人=张敏 审批=驳回 "
    "审批日期=2026-10-07 驳回后级别=B",
    "顾问": "姓名=王新 状态=在岗",
    "设置": "",
}
"""One valid row in each sheet."""


def cells(sheet: str, text: str) -> Row:
    """``header=value …`` as cells, each as a spreadsheet would hold it once typed."""
    row: Row = {}
    kinds = {column.header: column.kind for column in FORMS[sheet].columns}
    for part in text.split():
        header, _, value = part.partition("=")
        row[header] = as_typed(value.replace("_", " "), kinds[header]) if value else None
    return row


def sheets_of(example: str) -> dict[str, list[Row]]:
    """The rows of an example by sheet, with the staff they need."""
    sheets: dict[str, list[Row]] = {"顾问": [*STAFF]}
    for written in example.split(" // "):
        sheet, _, changed = written.strip().partition(" ")
        sheets.setdefault(sheet, []).append(cells(sheet, VALID[sheet]) | cells(sheet, changed))
    return sheets


E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFO  # noqa: E741


class Example(NamedTuple):
    """What is wrong, under which header and how grave, and what stands there when it is right."""

    wrong: str
    header: str
    severity: Severity
    right: str


EXAMPLES: dict[str, Example] = {
    "V01.empty": Example("来店登记 离去时间=", "离去时间", E, "来店登记 离去时间=10:40"),
    "V01.undated": Example("战败 审批日期=", "审批日期", W, "战败 审批日期=2026-10-07"),
    "V02.near": Example("日报 目的=促", "目的", E, "日报 目的=促进"),
    "V02.unknown": Example("日报 目的=喝茶", "目的", E, "日报 目的=促进"),
    "V02.variant": Example("来店登记 意向级别=H级", "意向级别", I, "来店登记 意向级别=H"),
    "V02.number": Example("订单 金额=面议", "金额", E, "订单 金额=180000"),
    "V02.setting_unknown": Example("设置 键=H级窗囗 值=7", "键", E, "设置 键=H级窗口 值=7"),
    "V02.setting_bad": Example("设置 键=H级窗口 值=七天", "值", E, "设置 键=H级窗口 值=7"),
    "V02.setting_twice": Example("设置 键=H级窗口 值=7 // 设置 键=H级窗口 值=8", "键", E, "设置 键=H级窗口 值=7"),
    "V03.unreadable": Example("日报 执行日期=待定", "执行日期", E, "日报 执行日期=2026-10-05"),
    "V03.text": Example("来店登记 日期=2026年10月5日", "日期", I, "来店登记 日期=2026-10-05"),
    "V03.future": Example("订单 订单日期=2026-11-01", "订单日期", E, "订单 订单日期=2026-10-06"),
    "V03.before": Example("订单 退订日期=2026-10-05", "退订日期", E, "订单 退订日期=2026-10-09"),
    "V03.both": Example(
        "订单 退订日期=2026-10-09 交车日期=2026-10-08", "退订日期", E, "订单 退订日期= 交车日期=2026-10-08"
    ),
    "V03.month": Example("设置 键=工作月 值=2026-09 // 来店登记", "日期", E, "设置 键=工作月 值=2026-10 // 来店登记"),
    "V04.dirty": Example("日报 电话=199_0000_0123", "电话", I, "日报 电话=19900000123"),
    "V04.two": Example("日报 电话=19900000123/19900000124", "电话", I, "日报 电话=19900000123"),
    "V04.short": Example("日报 电话=199000001", "电话", E, "日报 电话=19900000123"),
    "V04.long": Example("日报 电话=199000001234", "电话", E, "日报 电话=19900000123"),
    "V04.shape": Example("日报 电话=12900000123", "电话", E, "日报 电话=19900000123"),
    "V04.fake": Example("日报 电话=19912345678", "电话", E, "日报 电话=19900000123"),
    "V04.letters": Example("来店登记 电话=没留", "电话", E, "来店登记 电话= 意向级别= 未留档原因=客户-闲逛"),
    "V04.rounded": Example("来店登记 电话=1.99E+10", "电话", E, "来店登记 电话=19900000123"),
    "V04.colleague": Example("日报 电话=19900000001", "电话", E, "日报 电话=19900000123"),
    "V04.by_name": Example("H级 // 日报 电话=", "电话", W, "H级 // 日报 电话=19900000123"),
    "V04.corrected": Example(
        "客户卡 初洽日期=2026-10-05 // 来店登记 电话=19900000124",
        "电话",
        I,
        "客户卡 初洽日期=2026-10-05 // 来店登记 电话=19900000123",
    ),
    "V04.taken": Example(
        "客户卡 初洽日期=2026-10-05 // 客户卡 客户编号=C9 电话=19900000124 客户姓名=郑乙 初洽日期=2026-10-02 // 来店登记 电话=19900000124",
        "电话",
        E,
        "客户卡 初洽日期=2026-10-05 // 客户卡 客户编号=C9 电话=19900000124 客户姓名=郑乙 初洽日期=2026-10-02 // 来店登记 电话=19900000123",
    ),
    "V04.differs": Example(
        "客户卡 // 来店登记 电话=19900000124 // H级 电话=19900000125",
        "电话",
        E,
        "客户卡 // 来店登记 电话=19900000123 // H级 电话=19900000123",
    ),
    "V04.replaced": Example(
        "客户卡 // 订单 客户编号=C00001 客户姓名=郑乙 电话=19900000124",
        "电话",
        E,
        "客户卡 // 订单 客户编号=C00001",
    ),
    "V05.order": Example("来店登记 离去时间=10:00", "离去时间", E, "来店登记 离去时间=10:40"),
    "V05.short": Example("来店登记 离去时间=10:01", "离去时间", W, "来店登记 离去时间=10:40"),
    "V05.long": Example("来店登记 离去时间=18:01", "离去时间", W, "来店登记 离去时间=17:30"),
    "V06.grade": Example(
        "来店登记 电话= 未留档原因=产品-价格", "意向级别", E, "来店登记 电话= 意向级别= 未留档原因=产品-价格"
    ),
    "V06.reason": Example("来店登记 未留档原因=产品-价格", "未留档原因", E, "来店登记 未留档原因="),
    "V07.unknown": Example("战败 申请人=张敬", "申请人", E, "战败 申请人=张敏"),
    "V07.gone": Example("战败 申请人=钱走", "申请人", E, "战败 申请人=张敏"),
    "V07.orphan": Example("H级 销售顾问=钱走", "销售顾问", W, "H级 销售顾问=张敏"),
    "V08.known": Example(
        "客户卡 初洽日期=2026-10-01 // 来店登记",
        "首次/再次",
        E,
        "客户卡 初洽日期=2026-10-01 // 来店登记 首次/再次=再次",
    ),
    "V07.undated": Example("顾问 状态=离职", "离职日期", W, "顾问 状态=离职 离职日期=2026-09-30"),
    "V08.nameless": Example(
        "来店登记 电话= 意向级别= 未留档原因=客户-闲逛 // 来店登记 日期=2026-10-07 首次/再次=再次",
        "首次/再次",
        W,
        "来店登记 电话= 意向级别= 未留档原因=客户-闲逛 // 来店登记 日期=2026-10-07 首次/再次=首次",
    ),
    "V08.unknown": Example("来店登记 首次/再次=再次", "首次/再次", E, "来店登记 首次/再次=首次"),
    "V08.order": Example(
        "订单 // 订单 订单日期=2026-10-08", "订单号", W, "订单 // 订单 订单号=D002 订单日期=2026-10-08"
    ),
    "V08.twice": Example(
        "来店登记 // 来店登记 首次/再次=再次",
        "电话",
        W,
        "来店登记 // 来店登记 日期=2026-10-06 首次/再次=再次 填写时间=",
    ),
    "V08.together": Example(
        "客户卡 // 日报 // 日报 客户姓名=何先生 经过=太太也在，问了保险",
        "客户姓名",
        W,
        "客户卡 // 日报 // 日报 客户姓名=何先生 方式=微信 经过=太太也在，问了保险",
    ),
    "V09.clash": Example(
        "来店登记 // 来店登记 日期=2026-10-06 首次/再次=再次 填写时间= 销售顾问=李强",
        "销售顾问",
        W,
        "来店登记 // 来店登记 日期=2026-10-06 首次/再次=再次 填写时间= 销售顾问=张敏",
    ),
    "V10.later_day": Example(
        "来店登记 填写时间=2026-10-06_08:00:00", "填写时间", W, "来店登记 填写时间=2026-10-05_18:00:00"
    ),
    "V10.cutoff": Example(
        "设置 键=填写截止时间 值=18:00 // 来店登记 填写时间=2026-10-05_18:30:00",
        "填写时间",
        W,
        "设置 键=填写截止时间 值=18:00 // 来店登记 填写时间=2026-10-05_17:30:00",
    ),
    "V10.together": Example(
        "来店登记 // 来店登记 电话=19900000124 // 来店登记 电话=19900000125",
        "填写时间",
        W,
        "来店登记 // 来店登记 电话=19900000124 填写时间=2026-10-05_11:00:00 // 来店登记 电话=19900000125 填写时间=2026-10-05_11:10:00",
    ),
    "V11.copied": Example(
        "日报 // 日报 电话=19900000124 // 日报 电话=19900000125 销售顾问=李强",
        "经过",
        W,
        "日报 // 日报 电话=19900000124 经过=约了周六试驾 // 日报 电话=19900000125 销售顾问=李强 经过=嫌贵，等月底活动",
    ),
    "V12.missing": Example("来店登记 试乘试驾=是", "试驾保证书", W, "来店登记 试乘试驾=是 试驾保证书=是"),
    "V13.not_by_follow_up": Example("日报 现级别=D", "现级别", E, "日报 现级别=A"),
    "V13.jump": Example(
        "日报 现级别=C 经过=不急着买车了", "现级别", W, "日报 现级别=C 经过=工作调动，年底以前不买了，明年再看"
    ),
    "V14.before": Example("日报 下次回访日期=2026-10-04", "下次回访日期", E, "日报 下次回访日期=2026-10-12"),
    "V14.late": Example("日报 下次回访日期=2026-10-13", "下次回访日期", W, "日报 下次回访日期=2026-10-12"),
    "V15.plan": Example(
        "日报 类别=明日计划 执行日期=2026-10-01", "执行日期", E, "日报 类别=明日计划 执行日期=2026-10-06"
    ),
    "V15.summary": Example("日报 执行日期=2026-10-06", "执行日期", W, "日报 执行日期=2026-10-05"),
    "V16.broken": Example(
        "日报 // 日报 日期=2026-10-06 执行日期=2026-10-06 原级别=B 经过=约了看车",
        "原级别",
        W,
        "日报 // 日报 日期=2026-10-06 执行日期=2026-10-06 原级别=A 经过=约了看车",
    ),
    "V17.formula": Example("日报 经过=@cmd", "经过", W, "日报 经过=邮箱是he@cmd"),
    "V18.shared": Example(
        "客户卡 客户姓名=丁甲 // 客户卡 客户编号=C00009 客户姓名=郑乙",
        "客户姓名",
        W,
        "客户卡 客户姓名=丁甲 // 客户卡 客户编号=C00009 客户姓名=郑乙 电话=19900000124",
    ),
    "V18.names": Example("客户卡 // 日报 // 订单 客户姓名=何二", "客户姓名", W, "客户卡 // 日报 // 订单 客户姓名=何一"),
    "V18.renamed": Example("客户卡 // 日报 客户姓名=何二", "客户姓名", I, "客户卡 // 日报 客户姓名=何一"),
    "V18.applied": Example("战败 // 战败 原因=他品牌-配置", "客户姓名", W, "战败"),
    "V18.equal": Example("日报 // 日报", "日期", W, "日报"),
}
"""Wording → an example that makes exactly this one."""
