"""What the program says when it declines: what is wrong, where, what to do. The caller adds that nothing was changed."""

from __future__ import annotations

from xlcrm.catalogue import Lang, Words
from xlcrm.errors import Refusal

UNCHANGED = Words("没有改动任何内容。", "Nothing was changed.")

REFUSALS: dict[str, Words] = {
    "month.bad": Words("“{month}”不是月份，请写成 2026-10 这样。", "“{month}” is not a month; write it like 2026-10."),
    "close.not_open": Words(
        "{month} 不能结转：当前未结的月份是 {open}。", "{month} cannot be closed: the open month is {open}."
    ),
    "close.early": Words("{month} 还没过完，{end} 起才能结转。", "{month} is not over; close it on {end} or later."),
    "close.not_rolled": Words("{month} 还没有做过级别推进，请先做级别推进。", "Roll {month} first."),
    "close.errors": Words(
        "{month} 的日志还有 {count} 处错误，请先按问题清单改正，再结转。",
        "{count} errors stand in the logs of {month}: put them right first.",
    ),
    "close.unbalanced": Words(
        "{month} 的存量不平，请先做交叉核对。", "The balance of {month} does not close: cross-check first."
    ),
    "form.columns_missing": Words(
        "工作表“{sheet}”缺少这些列：{headers}。请从空白的 CRM.xlsm 抄回表头。",
        "Sheet “{sheet}” lacks columns: {headers}. Copy the headers from a blank CRM.xlsm.",
    ),
    "new.exists": Words("{path} 已经存在，请换个名字或先移走它。", "{path} exists already; choose another name."),
    "new.no_folder": Words("找不到文件夹 {path}。", "There is no folder {path}."),
    "new.no_sheets": Words(
        "{path} 里没有一张认得的表（文件名应为 来店登记.csv、日报.csv 等）。",
        "{path} holds no known sheet (name files 来店登记.csv, 日报.csv …).",
    ),
    "new.unknown_sheet": Words(
        "{path} 不是本系统的工作表；文件名应为：{sheets}。", "{path} is no sheet of this book; names are: {sheets}."
    ),
    "new.no_header": Words(
        "{path} 里找不到“{sheet}”的表头（如 {headers}）。", "{path} has no header row of “{sheet}” (such as {headers})."
    ),
    "new.encoding": Words(
        "{path} 不是 UTF-8 也不是 GBK 编码，请另存为 CSV UTF-8。", "{path} is neither UTF-8 nor GBK."
    ),
    "month.empty": Words(
        "{month} 没有任何日志，无法分析。请检查月份，或先登记来店和日报。",
        "There are no logs for {month}. Check the month, or enter visits and reports first.",
    ),
    "book.missing": Words(
        "找不到文件“{name}”。请检查文件名和文件夹。", "There is no file “{name}”. Check its name and folder."
    ),
    "book.unreadable": Words(
        "打不开文件“{name}”，它可能正被其他程序占用，或您没有读取权限。请关闭占用它的程序后重试。",
        "“{name}” cannot be opened: another program may hold it, or you may not read it. Close that program and try again.",
    ),
    "book.not_workbook": Words(
        "“{name}”不是 Excel 工作簿（.xlsx 或 .xlsm）。请选择正确的文件，或在 Excel 中另存为 .xlsx。",
        "“{name}” is not an Excel workbook (.xlsx or .xlsm). Choose another file, or save it as .xlsx in Excel.",
    ),
    "book.old_format": Words(
        "“{name}”是旧的 .xls 格式。请在 Excel 中另存为 .xlsx 或 .xlsm 后再用。",
        "“{name}” is in the old .xls format. Save it as .xlsx or .xlsm in Excel first.",
    ),
    "book.encrypted": Words(
        "“{name}”设有打开密码。请在 Excel 中取消打开密码（文件 → 信息 → 保护工作簿）后再用。",
        "“{name}” is protected by a password. Remove it in Excel (File → Info → Protect Workbook) first.",
    ),
    "book.damaged": Words(
        "“{name}”不完整或已损坏。请重新复制一份，或用 Excel 打开修复后另存；.xlcrm-backup 文件夹里可能有备份。",
        "“{name}” is incomplete or damaged. Copy it again, or let Excel repair it; see .xlcrm-backup for backups.",
    ),
    "book.bomb": Words(
        "“{name}”解压后大得不正常，可能是恶意文件，已拒绝打开。请向发送人确认。",
        "“{name}” would grow abnormally large when unpacked and may be malicious. Ask whoever sent it.",
    ),
    "book.resave": Words(
        "“{name}”由其他软件生成，格式无法直接改写。请用 Excel 打开它，保存一次后重试。",
        "“{name}” was written by another program in a way that cannot be edited here. Open and save it in Excel, then retry.",
    ),
    "book.not_crm": Words(
        "“{name}”不是三表一卡工作簿，缺少：{missing}。请打开正确的工作簿后重试。",
        "“{name}” is not a CRM workbook; it lacks: {missing}. Open the right workbook and try again.",
    ),
    "book.sheet_missing": Words(
        "“{name}”里没有工作表“{sheet}”。请检查是否被删除或改名。",
        "“{name}” has no sheet “{sheet}”. Check whether it was deleted or renamed.",
    ),
    "book.sheet_renamed": Words(
        "“{name}”的工作表“{sheet}”被改名为“{found}”。请改回“{sheet}”后重试。",
        "In “{name}” the sheet “{sheet}” was renamed to “{found}”. Name it “{sheet}” again and retry.",
    ),
    "book.table_missing": Words(
        "“{name}”的工作表“{sheet}”里找不到表格。请选中表头和数据，用“插入 → 表格”重新建立。",
        "The sheet “{sheet}” of “{name}” has no table. Select header and data and choose Insert → Table.",
    ),
    "book.header_hidden": Words(
        "“{name}”的工作表“{sheet}”隐藏了表格的标题行。请在“表设计”中勾选“标题行”。",
        "The table on “{sheet}” of “{name}” hides its header row. Tick Header Row under Table Design.",
    ),
    "book.stray_cell": Words(
        "“{name}”的工作表“{sheet}”在 {cell} 有一个远离表格的内容。请清除它并保存后重试。",
        "The sheet “{sheet}” of “{name}” holds something far from its table, at {cell}. Clear it, save, and try again.",
    ),
}


def explain(refusal: Refusal, lang: Lang) -> str:
    """The refusal in the user's words, ending with the assurance that nothing was changed."""
    return f"{REFUSALS[refusal.key].say(lang, **refusal.about)} {UNCHANGED.say(lang)}"
