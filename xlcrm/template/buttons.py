"""The buttons: ribbon, sheet buttons and macros are all made from this one list, in the order of the ribbon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Button:
    """One verb behind one button, or something to be shown.

    ``verb`` is what ``xlcrm.macros`` and the command line call it (ASCII, lower case); ``key_tip`` is pressed after Alt
    (one to three letters, here the pinyin initials); ``image`` is an ``imageMso`` name that Office 2013 and Microsoft 365
    both have. ``in_vba``: nothing is to be decided, and the workbook's own VBA shows it without Python (``CrmView.bas``);
    in Excel 帮助 then opens the manual as well.
    """

    verb: str
    label: str
    screen_tip: str
    super_tip: str
    key_tip: str
    image: str
    group: str
    size: Literal["large", "normal"]
    in_vba: bool = False

    @property
    def macro(self) -> str:
        """The VBA procedure behind the sheet button."""
        return f"Btn{self.verb.title()}"


BUTTONS = (
    Button(
        "validate",
        "校验日志",
        "检查来店登记和日报",
        "逐行检查必填、电话、日期、级别和重复，把结果写进“检查结果”和“问题清单”。只检查，不改您填的内容。",
        "JY",
        "DataValidation",
        "每日",
        "large",
    ),
    Button(
        "tidy",
        "规范写法",
        "把写法不规范的值改成规范写法",
        "已经读懂、只是写法不规范的电话、日期和代码，一次改成规范写法；封账的月份不动。可以撤销。",
        "GF",
        "Refresh",
        "每日",
        "normal",
    ),
    Button(
        "plan",
        "生成明日计划",
        "把明天该联系的客户填进日报",
        "按下次回访、逾期未访和关怀日程，替每位顾问填好下一个工作日的明日计划；已写的不动，不想被联系的不列。下班前按。",
        "MJ",
        "TableInsertExcel",
        "每日",
        "normal",
    ),
    Button(
        "roll",
        "级别推进",
        "按日志更新级别表和客户卡",
        "新客户建卡入表，按日报调整级别，下订、交车、战败的客户移出级别表。有错误的行不动。",
        "TJ",
        "RefreshAll",
        "级别",
        "large",
    ),
    Button(
        "close",
        "月末结转",
        "封存本月，带入下月",
        "把每位未成交客户转入下月并填好月初级别，存下月初留存，核对余额，封存本月。每月最后做一次。",
        "JZ",
        "SheetProtect",
        "级别",
        "normal",
    ),
    Button(
        "newyear",
        "换册",
        "从结了账的工作簿开一本新的",
        "客户卡、车主、潜客、订单、计划、关怀和历月指标带进旁边的新册，逐位客户核对相同才留下；这一本不动，留作底账。不要了，删掉新册即可。",
        "HC",
        "TableInsertExcel",
        "级别",
        "normal",
    ),
    Button(
        "check",
        "交叉核对",
        "三表一卡互相对账",
        "来店登记、日报、级别表、客户卡两两对照，漏登、漏卡、漏报和不一致的都列进“问题清单”，写明地方和当事人。",
        "HD",
        "ErrorChecking",
        "核对",
        "large",
    ),
    Button(
        "next",
        "下一处",
        "跳到下一处问题",
        "按“问题清单”的顺序，每点一次跳到下一处出问题的格子，处理办法显示在窗口下边；筛选掉的不跳。在哪张表都可以按 Ctrl+Shift+J。",
        "XY",
        "ReviewNextComment",
        "核对",
        "normal",
        in_vba=True,
    ),
    Button(
        "month",
        "月度分析",
        "算出本月的各项数字",
        "客流、留档、级别、订单、战败、及时率和各顾问的数字填进“月度分析”，每个比率都写明分子和分母。",
        "FX",
        "PivotTableReport",
        "月报",
        "large",
    ),
    Button(
        "print",
        "打印表卡",
        "排好今天要打印的表和卡",
        "每位顾问的今日清单、早会和夕会、来店登记表、日报、四张等级推进表，排成 A4，打开就能打印签字。有客户姓名电话，只在店内用。",
        "DY",
        "FilePrint",
        "月报",
        "normal",
    ),
    Button(
        "mail",
        "邮件草稿",
        "把月度分析写成邮件草稿",
        "附上客户信息已隐去的月度分析，正文写明最要紧的三件事，收件人取自“设置”。只打开草稿，由您核对后自己发送。",
        "YJ",
        "FileSendAsAttachment",
        "月报",
        "normal",
    ),
    Button(
        "handout",
        "分发",
        "给每位顾问做一份今天的表",
        "每位在岗顾问一份不带宏的工作簿：今日清单、自己的潜客和问题，要填的来店登记、日报、战败，连同邮件草稿，放在工作簿旁边的分发文件夹。",
        "FF",
        "HyperlinkInsert",
        "多人",
        "large",
    ),
    Button(
        "collect",
        "回收",
        "把顾问交回的表并进总表",
        "先把交回的文件放进工作簿旁边的“回收”文件夹。逐行合并，收过的不重复，两边都改的列进“冲突”，每人一份回执。",
        "HS",
        "RemoveDuplicates",
        "多人",
        "normal",
    ),
    Button(
        "handover",
        "移交",
        "把离职顾问的客户分给其他人",
        "先在“顾问”表把他改成离职。他名下的潜客、订单、车主和计划平分给其他在岗顾问，每人一封移交清单，可以撤销。",
        "YI",
        "SortDialog",
        "多人",
        "normal",
    ),
    Button(
        "import",
        "读入旧表",
        "把店里原有的表读进来",
        "先把旧表放进工作簿旁边的“旧表”文件夹。第一次点只显示每一列读成了什么，在“读入对照”里核对；再点一次才读入。",
        "DR",
        "Refresh",
        "多人",
        "normal",
    ),
    Button(
        "undo",
        "撤销",
        "退回上一次按钮所做的改动",
        "从最近一次起，一次一次往回撤销。之后有人改过的行原样保留，并说明是哪些。撤销本身也能用“重做”恢复。",
        "CX",
        "Undo",
        "工具",
        "large",
    ),
    Button(
        "redo",
        "重做",
        "恢复刚才撤销的改动",
        "把上一次“撤销”拿走的改动放回来，可以连续重做。撤销之后又做了别的操作，就不能再重做。",
        "CZ",
        "Redo",
        "工具",
        "normal",
    ),
    Button(
        "selfcheck",
        "自检",
        "检查这台电脑和这本工作簿",
        "按钮用的 Python、它的包、文件夹能不能写、宏有没有被拦，哪里不对、怎么办，都用一句话说明。不改任何数据。",
        "ZJ",
        "DataValidationCircleInvalid",
        "工具",
        "normal",
    ),
    Button(
        "help",
        "帮助",
        "首页的使用说明，和整本说明书",
        "首页写着每天按什么顺序做、各张表是干什么的。整本说明书在浏览器里打开，不用网络：每条规则的例子、指标怎么算、不灵了怎么办。",
        "BZ",
        "Help",
        "工具",
        "normal",
        in_vba=True,
    ),
)
