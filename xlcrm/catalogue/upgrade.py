"""What an upgrade says: what is new in the book, and what a person should know besides."""

from __future__ import annotations

from xlcrm.catalogue import Words

DONE = Words("已升级到布局 {wanted}（原来 {found}）。", "Upgraded to layout {wanted} (before: {found}).")
CURRENT = Words(
    "“{name}”已经是最新的布局 {wanted}，没有改动。",
    "“{name}” already has the newest layout {wanted}; nothing was changed.",
)
UNVERSIONED = Words("没有标记", "none")
SHEETS = Words("新表：{names}", "New sheets: {names}")
DROPPED = Words("关掉的空表拿掉了：{names}", "Empty sheets that are switched off were taken out: {names}")
COLUMNS = Words("“{sheet}”新列：{names}", "New columns of {sheet}: {names}")
GONE = Words(
    "“{sheet}”关掉的空列拿掉了：{names}", "Empty columns of {sheet} that are switched off were taken out: {names}"
)
ROWS = Words("“{sheet}”新行：{names}", "New rows of {sheet}: {names}")
RENEWED = Words(
    "按钮的程序、功能区、下拉列表、提示和首页已换成新的；填过的内容、自己的列、表、名称、打印设置和撤销记录都没有动。",
    "Macros, ribbon, drop-downs, tips and 首页 were renewed; what was typed, your own columns, sheets, names, print settings "
    "and the undo history are unchanged.",
)
HOW_BACK = Words(
    "旧版在 .xlcrm-backup 里。还没有用过新版时，xlcrm undo 能整本退回。",
    "The former book is in .xlcrm-backup. Until the new version has been used, xlcrm undo restores it whole.",
)
SAID: dict[str, Words] = {
    "analysis": Words(
        "“{sheet}”换了版式，里面的旧数字没有带过来，请再做一次月度分析。",
        "{sheet} has a new layout; its old figures were not carried over: press 月度分析 again.",
    ),
    "moved": Words(
        "您写在“{sheet}”第 {row} 行的内容挪到了第 {to} 行。",
        "What you typed in row {row} of {sheet} is now in row {to}.",
    ),
    "overlaid": Words(
        "“{sheet}”上您改过的格子没有动，那里的新内容看不到：{cells}",
        "Cells of {sheet} that you had changed were left alone, so what is new there is not shown: {cells}",
    ),
    "modules": Words("您自己的宏模块保留了：{names}", "Your own macro modules were kept: {names}"),
    "signature": Words(
        "宏的数字签名随旧程序作废，需要的话请重新签名。",
        "The macros' digital signature is void with the old macros; sign them again if you need it.",
    ),
    "no_macros": Words("这本工作簿不含宏，没有加按钮的程序。", "This book has no macros, and none were added."),
    "still_used": Words(
        "“设置”里没有选用 {names}，可那里还有内容，或别处的公式用着它：留着，内容照样算数。清空以后再升级，就拿掉。",
        "{names} is off in 设置, but something stands there or a formula elsewhere uses it: it stays and still counts. "
        "Empty it and upgrade again to remove it.",
    ),
    "orders_kept": Words(
        "已有的订单，大定日期先填成订单日期，仍是订单；从现在起没有大定日期的是小定，不算订单。",
        "Existing orders got their 订单日期 as 大定日期, so they stay orders; from now on a row without one is a "
        "deposit, not an order.",
    ),
    "own_column": Words(
        "“{sheet}”里您自己的列 {names} 与新列同名，从现在起也由工具使用。",
        "Your own columns {names} of {sheet} have the names of new ones: the tool uses them from now on.",
    ),
}
UNDONE = Words(
    "升级已整本退回：“{name}”又是升级以前的样子。", "The upgrade was undone as a whole: “{name}” is as it was before."
)
STAYS = Words(
    "最近的升级没有退回，退回的是它以前的操作。要退回升级：还没有用过新版时，关闭工作簿，运行 xlcrm undo。",
    "The latest upgrade was not undone, but the operation before it. To undo the upgrade itself, before the new version has "
    "been used: close the book and run xlcrm undo.",
)
