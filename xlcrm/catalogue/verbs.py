"""What the verbs say when they are done, and what they are called."""

from __future__ import annotations

from xlcrm.catalogue import Words
from xlcrm.findings import Handling

LABELS: dict[str, Words] = {
    "validate": Words("校验日志", "Validate logs"),
    "tidy": Words("规范写法", "Tidy values"),
    "plan": Words("生成明日计划", "Plan tomorrow"),
    "roll": Words("级别推进", "Roll prospects"),
    "check": Words("交叉核对", "Cross-check"),
    "close": Words("月末结转", "Month close"),
    "month": Words("月度分析", "Monthly analysis"),
    "mail": Words("邮件草稿", "Mail draft"),
    "reopen": Words("反结账", "Reopen month"),
    "erase": Words("删除客户资料", "Erase customer"),
    "undo": Words("撤销", "Undo"),
    "redo": Words("重做", "Redo"),
    "print": Words("打印表卡", "Print forms"),
    "import": Words("读入旧表", "Read in old sheets"),
    "handover": Words("移交", "Hand over"),
    "handout": Words("分发", "Hand out"),
    "collect": Words("回收", "Collect"),
    "upgrade": Words("升级", "Upgrade"),
    "new": Words("新建", "New book"),
    "newyear": Words("换册", "New year's book"),
    "export": Words("导出数据", "Export data"),
    "group": Words("集团月报", "Group report"),
    "selfcheck": Words("自检", "Self-check"),
    "help": Words("帮助", "Help"),
}

NO_LOGS = Words("还没有日志，先到“来店登记”填一行。", "There are no logs yet: start with a row in 来店登记.")
ERRORS = Words(
    "{rows} 行日志里有 {errors} 处错误，点“下一处”去改，改好再校验一次。",
    "{errors} errors in {rows} log rows: press Next to go to each. Validate again once they are corrected.",
)
MAY_ROLL = Words("{rows} 行日志没有错误，可以级别推进。", "No errors in {rows} log rows: ready to roll.")
BESIDES = Words("问题清单里另有{others}。", " Also in 问题清单: {others}.")
TO_DO = {
    Handling.FIX: Words("要改 {count} 处", "{count} to be put right"),
    Handling.CONFIRM: Words("要核实 {count} 处", "{count} to be confirmed"),
    Handling.RECORD: Words("记录在案 {count} 处", "{count} on record"),
}
IGNORED = Words(
    "有 {count} 处写了“已核实”，但它们要改，不能靠核实了结。",
    "{count} lines say “已核实” but have to be corrected; confirming does not settle them.",
)
TIDIED = Words(
    "{cells} 处已改成规范写法，点“撤销”可以退回。",
    "{cells} values were rewritten in the usual form; Undo restores them.",
)
NOTHING_TO_TIDY = Words("都是规范写法，没有要改的。", "Every value is in the usual form.")
PLANNED = Words(
    "给 {consultants} 位顾问的明日计划添了 {rows} 行。",
    "{rows} rows added to tomorrow's plans of {consultants} consultants.",
)
ORPHANS = Words(
    "另有 {count} 位到期客户的顾问已离职或没有填写，请先在客户卡改派。",
    "{count} customers due have no consultant on duty: assign their cards to another one.",
)
ROLLED = Words("{moved}。", "{moved}.")
NOTHING_MOVED = Words("没有要推进的。", "Nothing to roll.")
HELD = Words(
    "还有 {held} 行有错误没有推进，点“下一处”去改。",
    " {held} rows with errors were held back: press Next to go to each.",
)
PROPOSED = Words("另有 {proposed} 条建议，见问题清单。", " {proposed} proposals are in 问题清单.")
UPGRADED = Words("升级 {count} 位", "{count} upgraded")
DOWNGRADED = Words("降级 {count} 位", "{count} downgraded")
MOVED = {
    "新增": Words("新建卡 {count} 位", "{count} new cards"),
    "下订": Words("下订 {count} 位", "{count} ordered"),
    "交车": Words("交车 {count} 位", "{count} delivered"),
    "升级": UPGRADED,
    "降级": DOWNGRADED,
    "升降级": Words("定级 {count} 位", "{count} graded"),
    "自动升级": Words("按预计购车日升级 {count} 位", "{count} upgraded by date"),
    "激活": Words("激活 {count} 位", "{count} revived"),
    "战败申请": Words("战败申请 {count} 位", "{count} losses applied for"),
    "同意战败": Words("批准战败 {count} 位", "{count} losses approved"),
    "驳回战败": Words("驳回战败 {count} 位", "{count} losses rejected"),
    "退订": Words("退订 {count} 位", "{count} orders cancelled"),
    "移交": Words("移交 {count} 位", "{count} handed over"),
    "更正": Words("更正 {count} 位", "{count} corrected"),
}
"""What moved customers, in the order it is said; the keys are those of ``timeline.life.Event`` and the two directions."""
ASSIGNED = Words(
    "按裁定改了 {count} 位客户的顾问，级别推进时移交。",
    "{count} customers were given the consultant decided on; the roll hands them over.",
)
MERGED = Words(
    "按“是同一人”合并 {count} 位，多出的卡级别推进时转为重复。",
    "{count} customers were merged as decided; the roll makes the spare card 重复.",
)
LAPSED_CARE = Words(
    "另有 {count} 项车主关怀在本册启用前已过期，没有补排；以后的按日历提醒。",
    "{count} care calls were already overdue when this book began and are not planned; later ones are.",
)
AS_ROWS = Words(
    "有 {count} 位客户的日志有错误或已删除，留存暂按级别表里的行计。",
    "{count} customers have log entries that are wrong or deleted; they count as their grade rows say.",
)
RESTORED = Words(
    "补回被删的 {count} 行，依据日志：{places}",
    "{count} deleted rows were restored from the logs: {places}",
)
PUT_RIGHT = Words(
    "手工改动的 {count} 行已按日志改回：{places}",
    "{count} rows changed by hand were put back as the logs say: {places}",
)
WITHDRAWN = Words(
    "撤回代填的 {count} 行，日志里的依据已经改掉：{places}",
    "{count} rows written by the tool were withdrawn, because the logs they came from have changed: {places}",
)
STUCK = Words(
    "另有 {count} 位客户留在原处：要移走的行上有带不走的东西，见问题清单 G06。",
    "{count} customers stay where they are: their rows carry something that cannot be moved, see G06 in 问题清单.",
)
HEADER_PUT_BACK = Words(
    "“{sheet}”{cell} 的标题“{header}”被打成了“{typed}”，已改回“{header}”。“{typed}”若是要登记的内容，请填到表格下面的空行。",
    "The header {header} at {sheet}!{cell} had been overwritten with “{typed}” and was restored. If “{typed}” was meant as an "
    "entry, type it into the first free row.",
)
HEADER_READ = Words(
    "“{sheet}”{cell} 的标题“{header}”被打成了“{typed}”，这次仍按“{header}”读；点“校验日志”会改回标题。",
    "The header {header} at {sheet}!{cell} was overwritten with “{typed}”; the column was still read as {header}. "
    "Validate logs restores the header.",
)
HEADER_CLEARED = Words(
    "“{sheet}”{cell} 的标题“{header}”被清空了，仍按“{header}”读，校验、推进时补回。",
    "The header {header} at {sheet}!{cell} was cleared; the column is still read as {header}, and Validate logs restores it.",
)
DIFFERENCES = Words("表与表对不上：{counted}，都在问题清单里。", "The forms disagree: {counted}, listed in 问题清单.")
AGREES = Words("三表一卡对得上。", "The forms agree.")
ON_RECORD = Words(
    "另有 {recorded} 处记录在案，不用改，月报里计数。", " {recorded} more are on record: nothing to correct."
)
WAITING = Words(
    "有 {held} 行日志有错误没有推进，这些客户改好并推进后再核对一次。",
    "{held} log rows with errors were held back: correct and roll them, then cross-check these customers again.",
)
MORE_LINES = Words("……还有 {count} 条，加 --list 全部列出", "… and {count} more: --list shows them all")
CANCELLED = Words("已取消。", "Cancelled.")
AND = Words("、", ", ")
CLOSED = Words(
    "{month} 已结转：{carried} 位客户带入下月，本月已封账。",
    "{month} closed: {carried} customers carried over, month sealed.",
)
NOT_KEPT = Words(
    "这本工作簿没有“{sheet}”表，本月指标没有留下；用 xlcrm upgrade 升级后，下次结转时补上。",
    "This book has no sheet {sheet}, so the month's figures were not kept; after xlcrm upgrade the next close adds them.",
)
REOPENED = Words(
    "{month} 已反结账：封账和带入下月的留存已取消，改完请重新月末结转。",
    "{month} is open again: its seal and the stock carried over were removed. Close it again after correcting it.",
)
ANALYSED = Words("{month} 月度分析已完成。", "The analysis of {month} is ready.")
OTHER_LAYOUT = Words(
    "这本工作簿的“{sheet}”表是另一个版本的版式，没有改写；本月的数字请看月报文件，用 xlcrm upgrade 升级后就写得进来。",
    "The sheet {sheet} has the layout of another version and was left as it is: see the month's workbook, or run xlcrm upgrade.",
)
UNDONE = Words("撤销“{what}”：{count} 处恢复原样。", "“{what}” undone: {count} places restored.")
REDONE = Words("重做“{what}”：{count} 处恢复。", "“{what}” redone: {count} places restored.")
KEPT = Words(
    "{count} 处之后有人改过，或别处正用着，同一客户的其他行一并保留，没有动：{places}",
    "{count} places have been changed since, or are referred to, and were left alone, as were the other rows of these customers: {places}",
)
PRINTED = Words(
    "{day} 的表卡已排好 {sheets} 张，含客户姓名和电话，只在店内使用。",
    "{sheets} forms of {day} are ready to print; they show names and phones: keep them inside the shop.",
)
MAILED_FULL = Words("做了 {month} 写明客户姓名的邮件草稿", "A mail draft of {month} with the customers' names was made")
TAKEN_OUT = Words("导出了全部客户的姓名和电话", "The names and phones of all customers were exported")
LENT_CARD = Words("客户卡", "customer card")
LENT_MONTH = Words("写明姓名的月报", "the month with names")
LENT_ALL = Words("全部客户", "all customers")
"""What stands in 借阅 of what left the book in full."""
CARD_PRINTED = Words("打印了 {customer} 的客户管理卡", "The card of {customer} was printed")
HANDED_OVER = Words(
    "{name} 名下有事未了的 {count} 位客户已移交。", "{count} customers of {name} with open work were handed over."
)
RECEIVED = Words(
    "{name} 接 {count} 位：潜客 {prospects}，订车未交 {orders}，车主 {owners}。",
    "{name} gets {count}: {prospects} prospects, {orders} orders not delivered, {owners} owners.",
)
MORE_LEAVERS = Words(
    "离职的还有 {names} 名下有客户，请再点一次“移交”。",
    "{names} have also left and still have customers: hand over again.",
)
NOT_HANDED_OVER = Words(
    "{name} 另有 {count} 位客户还没有建卡编号，没有移交：先做级别推进，再移交一次。",
    "{count} more customers of {name} have no numbered card yet and were not handed over: roll, then hand over again.",
)
CREATED = Words("已新建 {book}，载入 {rows} 行。", "{book} created with {rows} rows.")
UNREAD = Words(
    "{file} 里这些列没有对应的栏目，没有载入：{columns}",
    "{file}: these columns have no counterpart and were not loaded: {columns}",
)
NEW_YEAR = Words(
    "换册：新册从 {month} 开始，带来 {count} 位在册客户（{states}）。",
    "The new book begins with {month} and takes over {count} customers ({states}).",
)
NEW_YEAR_OF = Words("{name} 名下 {count} 位。", "{name} has {count} of them.")
NEW_YEAR_ROWS = Words(
    "另有客户卡 {cards} 张、未完的计划 {plans} 条、未交的订单 {orders} 张、待审的战败 {losses} 张、关怀 {cares} 条、历月指标 {months} 个月。",
    "Also {cards} cards, {plans} open plans, {orders} orders not delivered, {losses} losses to decide, {cares} care calls, the "
    "figures of {months} months.",
)
NEW_YEAR_PROOF = Words(
    "已核对：{count} 位客户的状态、级别、顾问、计划、关怀与旧册逐位相同。旧册没有动，请留作底账。",
    "Checked: state, grade, consultant, plans and care of each of {count} customers are as in the old book. The old book was "
    "not changed: keep it.",
)
NEW_YEAR_LEFT = Words(
    "“{sheet}”里店里自己加的列没有带来：{columns}", "The shop's own columns of {sheet} were not carried over: {columns}"
)
EXPORTED = Words(
    "已把 {count} 本工作簿导出到 {folder}，客户资料已隐去。",
    "{count} books exported to {folder}; customers are masked.",
)
EXPORTED_FULL = Words(
    "已把 {count} 本工作簿导出到 {folder}，含客户姓名和电话，只在店内使用。",
    "{count} books exported to {folder} with names and phones: keep them inside the shop.",
)
NOT_READ = Words("{book}：{why}", "{book}: {why}")
WRITTEN = Words("已写入 {path}", "Written to {path}")
DRY_RUN = Words("试运行：没有写入。将改动 {sheets}。", "Dry run: nothing was written. Would change {sheets}.")
WOULD_WRITE = Words("将写入 {path}", "Would write {path}")
