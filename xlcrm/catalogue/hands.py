"""What handing out and collecting say: on the sheets handed out, to the clerk, and in the receipts for consultants."""

from __future__ import annotations

from xlcrm.catalogue import Words

LISTS: dict[str, Words] = {
    "today": Words("今日清单", "Today"),
    "prospects": Words("我的潜客", "My prospects"),
    "plans": Words("待办计划", "Open plans"),
    "findings": Words("问题清单", "Findings"),
}
"""Titles of the sheets to read."""
EMPTY: dict[str, Words] = {
    "today": Words("今天没有要做的事。", "There is nothing to do today."),
    "prospects": Words("名下没有潜客。", "There are no prospects."),
    "plans": Words("没有未完成的计划。", "There are no open plans."),
    "findings": Words("没有要改、要核实的地方。", "There is nothing to put right or to confirm."),
}
"""What stands on a list without lines."""
TITLE = Words("{title}　{consultant}　{day}", "{title}  {consultant}  {day}")
FILL_HINT = Words(
    "接着往下填，或改上面自己的行。深蓝必填，蓝色有条件必填，灰色由经理或工具填，改了不收。可以排序、筛选、插行；隐藏的列和表请别动。",
    "Add rows below, or change your own rows above. Dark blue is required, grey is for the manager or the tool. You may sort, "
    "filter and insert rows; leave hidden columns and sheets alone.",
)
READ_HINT = Words(
    "只读，给您看的；要改的填在后面要填的表里，如来店登记、日报、战败。",
    "For reading only; enter changes in the sheets to fill in, such as 来店登记, 日报 and 战败.",
)

HANDED = Words(
    "给 {consultants} 位在岗顾问各做一份，连同邮件草稿；其中 {rows} 行可以改。",
    "Made a workbook and a mail draft for each of {consultants} consultants on duty; {rows} rows may be changed.",
)
HANDED_OPEN = Words(
    "没有设密码：文件里是各人自己的客户，请只发给本人。",
    "No password is set: each file shows its consultant's customers, so send it only to that consultant.",
)
MAIL_SUBJECT = Words(
    "{store} {consultant} {day} 今日清单和要填的表", "{store} {consultant} {day}: today's list and sheets"
)
MAIL_LINES = (
    Words(
        "{consultant}，附件是您今天的清单和要填的表。",
        "{consultant}, attached are today's list and the sheets to fill in.",
    ),
    Words("填好后把这个文件原样发回（可以改文件名）。", "Please fill in and send the file back; you may rename it."),
    Words(
        "附件里有您客户的姓名和电话，请不要转给别人。",
        "It shows your customers' names and phones: keep it to yourself.",
    ),
)

PASSWORD = Words("这些文件的打开密码（输入时不显示）", "Password of these files (not shown)")
COLLECTED = Words(
    "收了 {files} 份：新增 {new} 行，改动 {changed} 行，重复 {duplicate} 行，冲突 {conflict} 处，不收 {wrong} 行。",
    "{files} files: {new} new rows, {changed} changed, {duplicate} duplicates, {conflict} conflicts, {wrong} not taken.",
)
NOTHING_NEW = Words("收了 {files} 份，没有新的内容。", "{files} files; nothing new.")
SEE_CONFLICTS = Words(
    "冲突列在“冲突”表：在“处理”写 用回收的 或 用总表的（行号重复的也可写 作新行），再收一次同一份文件。",
    "Conflicts are listed on 冲突: enter 用回收的 or 用总表的 under 处理 (or 作新行 for a copied row), then collect the file again.",
)
FINDINGS = Words(
    "回收后校验：{errors} 处错误、{warnings} 处警告，已列在“问题清单”。",
    "The collected logs have {errors} errors and {warnings} warnings, listed on 问题清单.",
)

RECEIPT = Words("【回执】{consultant}　{file}", "[Receipt] {consultant}  {file}")
TAKEN = Words(
    "收到：新增 {new} 行，改动 {changed} 行（{cells} 格）。",
    "Taken: {new} new rows, {changed} changed ({cells} cells).",
)
DUPLICATE = Words(
    "重复 {count} 行，以前已经收过，不再计入。", "{count} rows had been collected before and are not counted again."
)
MISSING = Words(
    "有 {count} 行在您的文件里不见了，总表里保留，没有删。",
    "{count} rows are gone from your file; the book keeps them.",
)
CONFLICTS = Words("冲突 {count} 处，等经理在总表里定", "{count} conflicts are waiting for the manager's decision")
CLASHES = Words("撞单 {count} 行，请找经理", "{count} rows are about another consultant's customer; see the manager")
WRONG = Words("没有收的 {count} 处", "{count} not taken")
FAULTS = Words(
    "收了但有错误的 {count} 处，请在总表或下次的文件里改",
    "{count} errors in what was taken; please correct them in the book or in your next file",
)
ALL_WELL = Words("都收好了，没有问题。", "Everything is in order.")

PLACE = Words("{sheet} 第{row}行 {who}", "{sheet} row {row} {who}")
CONFLICT_LINE = Words(
    "· {place}　{header}：您填 {theirs}，总表现在是 {ours}", "· {place}  {header}: yours {theirs}, the book has {ours}"
)
CLASH_LINE = Words("· {place}：{first} 先登记（{day}）", "· {place}: {first} registered first ({day})")
CLASH_UNDATED = Words("· {place}：是 {first} 的客户", "· {place}: a customer of {first}")
WRONG_LINE = Words("· {place}：{reason}", "· {place}: {reason}")
REASONS: dict[str, Words] = {
    "closed": Words("{month} 已结转封账，不再补入", "{month} is closed and sealed"),
    "foot": Words("像合计行或签字行，不是记录", "looks like a total or a signature line"),
    "manager": Words("“{header}”由经理填", "{header} is filled in by the manager"),
    "no_sheet": Words("总表没有“{sheet}”这张表", "the book has no sheet {sheet}"),
    "column": Words("多出来的列“{header}”，总表里没有", "the book has no column {header}"),
}
"""Why something was not taken."""

WHOLE_ROW = Words("整行", "whole row")
COPIED = Words("行号重复：这一行是复制出来的", "duplicate row key: the row was copied")
GONE = Words("（总表里这一行已删）", "(deleted from the book)")
BLANK = Words("（空）", "(blank)")

LETTER = Words(
    "移交　{day}　{former} → {heir}：{count} 位客户。请尽快联系，名单不要外传。",
    "Hand-over  {day}  {former} → {heir}: {count} customers. Contact them soon, and keep this list to yourself.",
)
LETTER_LINES: dict[str, Words] = {
    "no_contact": Words("注意", "Note"),
    "first": Words("初洽", "First contact"),
    "needs": Words("需求", "Needs"),
    "next": Words("该联系", "Due"),
    "orders": Words("未交订单", "Open orders"),
    "cars": Words("车辆", "Cars"),
    "contacts": Words("最近联系", "Last contacts"),
}
ASKED_NOT = Words("不愿被联系，不要主动打电话", "asked not to be contacted: do not call")
