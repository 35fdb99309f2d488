"""How a record class becomes the form of a sheet, and what real files call the columns that several forms have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from xlcrm.forms.schema import Column, Filler, Form, Record

R = TypeVar("R", bound=Record)

NAME = "客户姓名 顾客名称 顾客姓名 客户名称 姓名 车主"
PHONE = "联系电话 手机 手机号 手机号码 联系方式 联系手机 常用手机号 电话号码"
CONSULTANT = "销售员 业务员 接待顾问 顾问 接待人 销售代表 值班业务代表"
MODEL = "拟购车型 意向车型 意向车系 车型 欲购车型 意向型号 意向车别 车系"
SOURCE = "信息来源 客户来源 线索来源 集客方式"
GRADE = "意向级别 意向等级 客户级别 级别 等级 有望度 确认度 客户意向级别"
"""What real files call the same column, whichever sheet it stands in. SPEC section 9."""


def form(
    sheet: str,
    table: str,
    title: str,
    filler: Filler = Filler.PERSON,
    *,
    optional: bool = False,
    switch: str = "",
    day: str = "",
    done: str = "",
) -> Callable[[type[R]], type[R]]:
    """Make a record class the form of a sheet; ``title`` is what the paper form is called, the rest as in ``Form``.

    The declared columns become fields that are ``None`` until a row fills them.
    """

    def register(record: type[R]) -> type[R]:
        bodies = [vars(base) for base in reversed(record.__mro__)]
        columns = tuple(value for body in bodies for value in body.values() if isinstance(value, Column))
        for declared in columns:
            setattr(record, declared.name, None)
        is_optional = optional or bool(switch)
        record.form = Form(sheet, table, title, record, filler, columns, is_optional, switch, day, done)
        return record

    return register
