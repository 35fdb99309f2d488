"""Code lists: what a coded column may hold, and the other ways real dealers write it.

Closed lists belong to the method: the program acts on their values. Open lists belong to the shop, which extends or
shortens them in the sheet 字典. Source: SPEC sections 2, 3 and 9.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xlcrm.forms.states import (
    CARE_ITEMS,
    COMPANY,
    EXITS,
    GRADES,
    LEFT,
    LOOKING,
    NO,
    PERSON,
    STATES,
    YES,
    Channel,
    Decision,
    FigureScope,
    Means,
    Purpose,
    Result,
    Section,
    State,
    Visiting,
)
from xlcrm.forms.switched import CALLS_ON, EXPENSES, INSPECTIONS, INVALID_LEAD, KEPT_ITEMS, LEADS, ORDER_STAGES


class CodeList(NamedTuple):
    """``values`` in the order of the drop-down; ``spellings`` maps other writings to a value (read without a remark).

    One with a ``switch`` is of a form that a shop turns on in 设置.
    """

    name: str
    values: tuple[str, ...]
    closed: bool = True
    spellings: Mapping[str, str] = {}
    switch: str = ""


def _reasons(**groups: str) -> tuple[str, ...]:
    return tuple(f"{group}-{reason}" for group, reasons in groups.items() for reason in reasons.split())


_VISITS = {
    **{"初": Visiting.FIRST, "再": Visiting.AGAIN, "初次": Visiting.FIRST, "二次": Visiting.AGAIN},
    # under 是否首次到店 and 来店次数
    **{"是": Visiting.FIRST, "否": Visiting.AGAIN, "1": Visiting.FIRST},
    **{str(n): Visiting.AGAIN for n in range(2, 31)},
}
_YES = dict.fromkeys(("Y", "√", "1", "同意", "可以"), YES)
_NO = dict.fromkeys(("N", "×", "0", "不", "无", "不同意", "不可以", "拒绝"), NO)
_SOURCES = ("VIP购车/介绍", "基盘", "来店/电", "内部购车", "潜在开发", "展示会")

_LISTS = (
    CodeList("来店来电", (Channel.VISIT, Channel.CALL), spellings={"到店": Channel.VISIT, "电话": Channel.CALL}),
    CodeList("首次再次", (Visiting.FIRST, Visiting.AGAIN), spellings=_VISITS),
    CodeList("来店目的", (LOOKING, "提车", "手续", "维修", "其他"), spellings={"其它": "其他", "咨询新车": LOOKING}),
    CodeList("性别", ("男", "女"), spellings={"先生": "男", "女士": "女"}),
    CodeList("意向级别", GRADES),
    CodeList("接触级别", (*GRADES, "O", "D", "F")),
    CodeList("日报类别", (Section.DONE, Section.PLANNED), spellings={"总结": Section.DONE, "计划": Section.PLANNED}),
    CodeList(
        "活动目的",
        (Purpose.RECEPTION, Purpose.ACQUISITION, Purpose.PROMOTION, Purpose.PAPERWORK, Purpose.CARE),
        spellings={"手续管理": Purpose.PAPERWORK},
    ),
    CodeList(
        "接触方式",
        (Means.VISIT, Means.PHONE, Means.WECHAT, Means.SMS, Means.CALL_ON),
        spellings={"电话回访": Means.PHONE, "外出拜访": Means.CALL_ON},
    ),
    CodeList(
        "接触结果",
        (Result.CONTINUE, Result.ORDERED, Result.LOSS_CLAIMED, Result.NO_ANSWER, Result.WRONG_DATA, Result.OTHER),
        spellings={"其它": Result.OTHER},
    ),
    CodeList(
        "状态",
        STATES,
        spellings={
            "O": State.ORDERED,
            "D": State.DELIVERED,
            "F0": State.LOSS_PENDING,
            "F": State.LOST,
            "F2": State.FROZEN,
            "L": State.UNREACHABLE,
        },
    ),
    CodeList("战败类型", EXITS, spellings={"休眠": State.FROZEN, "冷冻": State.FROZEN}),
    CodeList(
        "审批",
        (Decision.OPEN, Decision.APPROVED, Decision.REJECTED),
        spellings={"通过": Decision.APPROVED, "拒绝": Decision.REJECTED},
    ),
    CodeList("在岗状态", ("在岗", LEFT)),
    CodeList("客户类型", (PERSON, COMPANY), spellings={"公司": COMPANY}),
    CodeList("是否", (YES, NO), spellings=_YES | _NO),
    CodeList("购车类型", ("首购", "换购", "增购"), spellings={"置换": "换购"}),
    CodeList("付款状态", ("O1", "O2", "O3", "O4")),
    CodeList("流程阶段", ("初次接触", "需求", "展示", "试车", "报价成交", "交车")),
    CodeList(
        "指标范围", (FigureScope.SHOP, FigureScope.CONSULTANT, FigureScope.SOURCE, FigureScope.MODEL, FigureScope.GRADE)
    ),
    CodeList("星期", ("周一", "周二", "周三", "周四", "周五", "周六", "周日")),
    CodeList("关怀项目", CARE_ITEMS, closed=False),
    CodeList(
        "来源",
        _SOURCES,
        closed=False,
        spellings={
            **{str(n): source for n, source in enumerate(_SOURCES, 1)},
            **{f"{n} {source}": source for n, source in enumerate(_SOURCES, 1)},
            "R": "VIP购车/介绍",
            "B": "基盘",
            "S": "来店/电",
            "T": "来店/电",
            "S/T": "来店/电",
            "I": "内部购车",
            "E": "内部购车",
            "I/E": "内部购车",
            "K": "潜在开发",
            "P": "展示会",
        },
    ),
    CodeList(
        "渠道",
        (
            "户外",
            "巡展",
            "报纸",
            "电台",
            "电视",
            "互联网",
            "汽车之家",
            "懂车帝",
            "易车",
            "抖音",
            "短信",
            "店头",
            "传单",
            "朋友介绍",
            "拜访",
            "偶然",
            "竞品拦截",
            "其他",
        ),
        closed=False,
        spellings={"其它": "其他"},
    ),
    CodeList(
        "未留档原因",
        _reasons(
            公司="形象 环境 管理",
            产品="价格 品质 落差",
            客户="闲逛 时机未到 已定品牌 不愉快经历",
            顾问="形象 态度 专业 技巧",
        ),
        closed=False,
    ),
    CodeList(
        "战败原因",
        (
            *_reasons(
                他店同品牌="价格 缺货 促销 朋友 交通 按揭",
                他品牌="喜好 价格 配置 口碑",
                本店原因="态度 需求不清 专业 跟进不及时 失信",
            ),
            "放弃购买",
        ),
        closed=False,
    ),
    CodeList(
        "拜访目的",
        (
            "初次认识",
            "了解需求",
            "介绍车型",
            "送资料",
            "邀约来店",
            "邀约试驾",
            "报价商谈",
            "促成订单",
            "签约收款",
            "交车安排",
            "售后回访",
            "处理投诉",
            "保险年检",
            "请客户介绍",
        ),
        closed=False,
        switch=CALLS_ON,
    ),
    CodeList(
        "检查项目",
        (
            *_reasons(
                来电接待="三声内接听（5/0） 报店名和姓名（5/0） 留下电话并登记",
                来店接待="一分钟内有人迎接（5/0） 问清来意再介绍 仪容与名牌 送客并约下次",
                展厅="地面玻璃干净 灯全亮（5/0） 温度与气味 资料架齐全 音乐与屏幕",
                展车="车身无指纹灰尘 座椅归位车门不锁（5/0） 价格牌与车相符（5/0） 轮毂标志摆正 内饰无杂物",
                洗手间="地面台面干净 用品齐全（5/0） 没有异味",
                洽谈区="桌面整洁 茶杯及时收走 饮料备足（5/0）",
            ),
            *KEPT_ITEMS,
        ),
        closed=False,
        switch=INSPECTIONS,
    ),
    CodeList(
        "退订原因",
        (
            "价格",
            "改买别的车型",
            "交期太长",
            "贷款没批",
            "旧车没卖掉",
            "家里不同意",
            "资金原因",
            "改买他品牌",
            "改在他店买",
            "其他",
        ),
        closed=False,
        switch=ORDER_STAGES,
    ),
    CodeList("线索结果", ("跟进中", "已到店", "已订", INVALID_LEAD, "放弃"), closed=False, switch=LEADS),
    CodeList(
        "费用类别",
        ("广告", "活动", "礼品", "招待", "交通", "办公", "其他"),
        closed=False,
        spellings={"其它": "其他"},
        switch=EXPENSES,
    ),
)

CODES: dict[str, CodeList] = {codes.name: codes for codes in _LISTS}
"""The house's code lists by name."""


def with_dictionary(entries: Iterable[tuple[str, str]]) -> dict[str, CodeList]:
    """The lists a shop uses: its 字典 replaces an open list it has entries for; closed lists stay the method's.

    ``entries`` are (类别, 代码) pairs in the order of the sheet.
    """
    wanted: dict[str, list[str]] = {}
    for name, code in entries:
        wanted.setdefault(name, []).append(code)
    merged = dict(CODES)
    for name, codes in wanted.items():
        house = CODES.get(name)
        if house is not None and not house.closed:
            kept = {spelling: value for spelling, value in house.spellings.items() if value in codes}
            merged[name] = CodeList(
                name, tuple(dict.fromkeys(codes)), closed=False, spellings=kept, switch=house.switch
            )
    return merged
