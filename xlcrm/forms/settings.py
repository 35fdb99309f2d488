"""Every default of the house, typed, with its source; a shop changes them in the sheet 设置.

Source marks as in SPEC: [S] the method, [P] practice at real dealers, [D] our decision.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from xlcrm.forms.schema import Frozen
from xlcrm.forms.states import NO, YES
from xlcrm.forms.switched import FIRST_TEN, LOANS, SWITCHES

GradeLetter = Literal["H", "A", "B", "C"]
Divisor = Literal["首次留档", "首次批次", "全部批次", "留档批次", "新建卡"]
ADDRESS = (
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]{0,62}\.[A-Za-z0-9]){1,8}[A-Za-z0-9-]{1,62}$"
)
"""A plain mail address. Names, quotes and line ends are none: what stands here goes into the head of a mail."""
_MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"


class Declared(NamedTuple):
    """How a setting stands in 设置: its ``key``, its 说明, and the limits pydantic checks, of a list for each part.

    One with a ``switch`` stands there with the form that is turned on by it.
    """

    key: str
    default: Any
    about: str
    limits: Mapping[str, Any]
    switch: str = ""


def setting(key: str, default: Any, about: str, switch: str = "", **limits: Any) -> Any:
    """Declare a field of ``Settings``; ``limits`` are those of ``pydantic.Field``: ge, le, pattern."""
    return Declared(key, default, about, limits, switch)


class Settings(Frozen):
    """The shop's settings; each field declares its key in 设置 and the 说明 printed there.

    No dataclass: to generate the methods for fifty fields takes 8 ms of every click.
    """

    store: str = setting("店名", "本店", "打印在首页、月度分析和邮件上 [D]")
    mail_to: tuple[str, ...] = setting("收件人", (), "邮件地址，多个用、隔开；月报邮件草稿用 [D]", pattern=ADDRESS)
    mail_copy: tuple[str, ...] = setting("抄送", (), "邮件地址，多个用、隔开 [D]", pattern=ADDRESS)
    mail_from: str = setting("发件人", "", "邮件地址；空=由邮件程序决定 [D]", pattern=f"^$|{ADDRESS}")
    month: str | None = setting(
        "工作月", None, "YYYY-MM；填写后，此月之外的日志日期报 V03；空=不限 [D]", pattern=_MONTH
    )

    window_h: int = setting("H级窗口", 7, "天；预计多少天内购车为 H 级 [S]", ge=1, le=365)
    window_a: int = setting("A级窗口", 30, "天 [S]", ge=1, le=365)
    window_b: int = setting("B级窗口", 90, "天；更晚为 C 级 [S]", ge=1, le=730)
    interval_h: int = setting("H级回访间隔", 2, "天；至少多久回访一次 [P]", ge=1, le=365)
    interval_a: int = setting("A级回访间隔", 7, "天 [P]", ge=1, le=365)
    interval_b: int = setting("B级回访间隔", 14, "天 [P]", ge=1, le=365)
    interval_c: int = setting("C级回访间隔", 30, "天 [P]", ge=1, le=365)
    interval_o: int = setting("O级回访间隔", 7, "天；已订未交车 [P]", ge=1, le=365)
    return_grade: GradeLetter = setting("退订回流级别", "A", "退订后回到的级别 [P]")
    auto_upgrade: bool = setting("自动升级", False, "是/否；预计购车日进入更近窗口时自动升级，否则只建议 [D]")
    frozen_after_months: int = setting("冻结月数", 6, "月；初洽后多久未订建议冻结 [P]", ge=1, le=60)
    lost_after_fails: int = setting("失控次数", 3, "次；不同日子联系失败多少次建议失控 [D]", ge=1, le=20)

    closed_days: tuple[dt.date, ...] = setting("店休日", (), "YYYY-MM-DD，多个用、隔开；当天全店不上班 [D]")
    cutoff: dt.time | None = setting("填写截止时间", None, "HH:MM；当日登记最迟填写时间，空=不限 [P]")
    area_code: str = setting(
        "区号", "", "本地固定电话区号；填写后 7–8 位号码按本地座机读取 [D]", pattern=r"^(0\d{2,3})?$"
    )
    min_stay: int = setting("最短停留", 2, "分钟；更短报警告 [P]", ge=0, le=60)
    max_stay: int = setting("最长停留", 480, "分钟；更长报警告 [P]", ge=30, le=1440)
    order_match_days: int = setting("订单对应天数", 7, "天；下订标记与订单行相差在此内算同一张订单 [D]", ge=0, le=60)

    lists_recorded: bool = setting("清单含记录在案", False, "是/否；“记录在案”的也列进问题清单，否则只在月报里计数 [D]")
    undo_depth: int = setting("可撤销次数", 20, "次；操作日志为最近多少次操作留着原值，供撤销用 [D]", ge=1, le=200)

    divisor: Divisor = setting("成交率分母", "首次留档", "首次留档 / 首次批次 / 全部批次 / 留档批次 / 新建卡 [P]")
    small_number: int = setting("小样本", 5, "例；分母少于此数不显示百分比 [D]", ge=1, le=100)
    receivable_limit: float = setting("外欠款上限", 50000.0, "元；订单未收金额超过此数预警 [D]", ge=0)
    budget: float | None = setting("销售费用预算", None, "元/月；空=不预警 [S]", ge=0)
    spent: float | None = setting("本月销售费用", None, "元；超过预算时预警，属于“销售费用月份” [S]", ge=0)
    spent_month: str | None = setting(
        "销售费用月份", None, "YYYY-MM；“本月销售费用”是哪个月的；空=当天所在的月 [D]", pattern=_MONTH
    )

    card_stale_days: int = setting("档案过期天数", 90, "天；客户卡多久未修订预警 [S]", ge=1, le=3650)
    owner_risk_days: int = setting("流失预警天数", 180, "天；车主多久未进厂预警 [P]", ge=1, le=3650)
    owner_lost_days: int = setting("流失天数", 365, "天；车主多久未进厂算流失 [P]", ge=1, le=3650)
    care_delivery: tuple[int, ...] = setting(
        "交车关怀", (0, 3, 7), "交车后第几天：交车当日、三日、七日 [P]", ge=0, le=365
    )
    first_service_days: int = setting("首保天数", 180, "天；交车后首保的时间上限 [P]", ge=1, le=3650)
    first_service_km: int = setting("首保里程", 5000, "公里；首保的里程上限 [P]", ge=1, le=100_000)
    km_a_day: int = setting("日均里程", 40, "公里；估计里程用 [D]", ge=1, le=2000)
    service_lead: int = setting("保养提前", 15, "天；保养到期前多少天关怀 [P]", ge=0, le=365)
    insurance_leads: tuple[int, ...] = setting("保险提前", (45, 30, 15), "天；保险到期前多少天关怀 [P]", ge=0, le=365)
    inspection_leads: tuple[int, ...] = setting("年检提前", (30, 15), "天；年检到期前多少天关怀 [P]", ge=0, le=365)
    care_every: int = setting("定期关怀", 90, "天；定期关怀的间隔 [P]", ge=1, le=3650)

    stage_first: int = setting("初次接触概率", 5, "% [S]", ge=0, le=100)
    stage_need: int = setting("需求概率", 25, "% [S]", ge=0, le=100)
    stage_show: int = setting("展示概率", 35, "% [S]", ge=0, le=100)
    stage_drive: int = setting("试车概率", 40, "% [S]", ge=0, le=100)
    stage_offer: int = setting("报价成交概率", 90, "% [S]", ge=0, le=100)
    stage_delivery: int = setting("交车概率", 100, "% [S]", ge=0, le=100)

    switched: tuple[str, ...] = setting(
        "选用表",
        (),
        f"选几个，用、隔开：{'、'.join(SWITCHES)}；改后关闭工作簿，运行 xlcrm upgrade [S]",
        pattern=f"^({'|'.join(SWITCHES)})$",
    )
    ten_days: int = setting(
        "建档期限", 7, "天；首洽后多少天内建卡，建卡后多少天内问全首次十问 [S]", FIRST_TEN, ge=0, le=90
    )
    loan_days: int = setting("借阅天数", 7, "天；借出的客户档案没有写应还日期时，多少天内归还 [D]", LOANS, ge=0, le=365)

    def __init__(self, **changed: Any) -> None:
        """The defaults, except for the settings that a shop ``changed``."""
        unknown = changed.keys() - DECLARED.keys()
        if unknown:
            raise TypeError(f"there are no settings {', '.join(sorted(unknown))}")
        self.__dict__.update({name: declared.default for name, declared in DECLARED.items()} | changed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and vars(self) == vars(other)

    def window(self, grade: str) -> int | None:
        """Days to the expected purchase within which a grade stands; ``None`` for C, which has no end."""
        return {"H": self.window_h, "A": self.window_a, "B": self.window_b}.get(grade)

    def interval(self, grade: str) -> int:
        """Days after which a customer of a grade must be contacted again, H, A, B, C or O."""
        return {
            "H": self.interval_h,
            "A": self.interval_a,
            "B": self.interval_b,
            "C": self.interval_c,
            "O": self.interval_o,
        }[grade]

    def stage_probability(self, stage: str) -> int:
        """Per cent chance of a sale by process stage; an unknown or blank stage counts as the first contact."""
        return {
            "需求": self.stage_need,
            "展示": self.stage_show,
            "试车": self.stage_drive,
            "报价成交": self.stage_offer,
            "交车": self.stage_delivery,
        }.get(stage, self.stage_first)


DECLARED: dict[str, Declared] = {name: one for name, one in vars(Settings).items() if isinstance(one, Declared)}
"""Every setting by its field, in the order of the sheet 设置."""
KEYS: dict[str, str] = {declared.key: name for name, declared in DECLARED.items()}
"""Key in the sheet 设置 → field of ``Settings``."""


def as_written(value: object) -> str:
    """A setting's value as a person writes it in 设置: 是, 45、30、15, 2026-10-01, "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def parse(entries: list[tuple[str, str]]) -> tuple[Settings, dict[int, str]]:
    """Settings from the (键, 值) rows of 设置, with the trouble of each bad row by its index.

    Troubles are ``"unknown"``, ``"bad"`` or ``"twice"``; a row in trouble falls back to the default, so that one bad
    cell never stops the day's work.
    """
    house = Settings()
    changed: dict[str, Any] = {}
    seen: set[str] = set()
    troubles: dict[int, str] = {}
    for i, (key, text) in enumerate(entries):
        name = KEYS.get(key, "")
        if not name:
            troubles[i] = "unknown"
        elif name in seen:
            troubles[i] = "twice"
        elif text not in ("", as_written(getattr(house, name))):
            try:
                changed[name] = _understood(name, text)
            except ValueError:
                troubles[i] = "bad"
        seen.add(name)
    return Settings(**changed), troubles


def _understood(name: str, text: str) -> Any:
    """A typed value, checked by pydantic against the field's type and limits; raises ``ValueError``.

    Plain text needs no check; and pydantic is imported only for what a shop changed, since every click would pay for it.
    """
    limits = DECLARED[name].limits
    if Settings.__annotations__[name] == "str" and not limits:
        return text
    hint = get_type_hints(Settings)[name]
    from pydantic import ConfigDict, Field, TypeAdapter

    value: object = text
    if hint is bool:
        value = {YES: True, NO: False, "√": True}.get(text, text)
    elif get_origin(hint) is tuple:
        value = [part.strip() for part in re.split("[、，,；;]", text) if part.strip()]
        hint = tuple[Annotated[get_args(hint)[0], Field(**limits)], ...]  # type: ignore[misc]
        limits = {}
    typed = Annotated[hint, Field(**limits)]  # type: ignore[valid-type]  # a type known only at run time
    understood: object = TypeAdapter(typed, config=ConfigDict(allow_inf_nan=False)).validate_python(value)
    if isinstance(understood, dt.time) and understood.tzinfo:
        raise ValueError("a time of the shop's own clock has no zone")
    return understood
