"""What every finding says: what is expected, and how to put it right; Chinese first, English second.

Keys are a rule's code and what exactly was found. The blanks are filled from ``Finding.about``.
"""

from __future__ import annotations

from typing import NamedTuple

from xlcrm.catalogue import Lang, Words
from xlcrm.findings import Difference, Finding, Handling, Severity


class Wording(NamedTuple):
    """The two sentences of a finding."""

    expected: Words
    remedy: Words


def _w(expected: str, remedy: str, expected_en: str, remedy_en: str) -> Wording:
    return Wording(Words(expected, expected_en), Words(remedy, remedy_en))


FINDINGS: dict[str, Wording] = {
    "V00.formula": _w(
        "数据区只放数值，不放公式",
        "选中后“复制—选择性粘贴为数值”。",
        "values only, no formulas",
        "Paste the cell as a value.",
    ),
    "V00.merged": _w(
        "数据区没有合并单元格", "取消合并，每行各填一格。", "no merged cells in the data", "Unmerge, and fill each row."
    ),
    "V00.filter": _w("没有正在生效的筛选", "点“数据—清除”取消筛选。", "no active filter", "Clear the filter."),
    "V00.picture": _w(
        "文字或数字，不是图片",
        "图片请剪切到店里自己加的列，这一格再填文字。",
        "text or a number, not a picture",
        "Cut the picture and paste it into a column of your own; then fill this cell.",
    ),
    "V00.part": _w(
        "本工具认得的部件",
        "增减行时这个部件不会跟着走；推进后请看一眼它指的地方。",
        "a part that is known here",
        "It does not follow when rows are added or removed: check it after a roll.",
    ),
    "V00.error": _w("没有错误值", "重新填写这一格。", "no error value", "Enter the cell again."),
    "V00.joined": _w(
        "紧贴表格下方的行属于表格，这一行却放不进去（有合并单元格，或表格带汇总行）",
        "取消合并，或在“表设计”中取消“汇总行”，让这一行紧接着表格。",
        "rows directly below a table belong to it; merged cells or a total row keep this one out",
        "Unmerge the cells, or untick Total Row under Table Design, so that the row follows the table.",
    ),
    "V00.below": _w(
        "数据紧接在表格下方；这一行与表格隔着空行或合计行，没有读入",
        "把这一行移到表格最后一行的下面，中间不留空行。",
        "data directly below the table; a blank row or a total lies in between, so this row was not read",
        "Move the row up, directly below the table's last row.",
    ),
    "V01.empty": _w("“{header}”{when}", "补填“{header}”。", "“{header}” must be filled ({when})", "Fill “{header}”."),
    "V01.no_column": _w(
        "“{header}”{when}；读入的旧表没有这一栏",
        "知道的就补填“{header}”，不知道就不必补。",
        "“{header}” must be filled ({when}); the file that was read in has no such column",
        "Fill “{header}” where it is known; otherwise leave it.",
    ),
    "V01.no_column_many": _w(
        "{count} 个必填的格子空着：读入的旧表没有这些栏",
        "知道的就补填，不知道就不必补；“检查结果”写着是哪一格。",
        "{count} required cells are blank: the files that were read in have no such columns",
        "Fill what is known and leave the rest; 检查结果 says which cells they are.",
    ),
    "V01.undated": _w(
        "审批的日期",
        "补填“审批日期”；现按申请日期计。",
        "the day of the decision",
        "Fill it in; the day of the application counts for now.",
    ),
    "V02.unknown": _w("应为：{values}", "改为清单中的一项。", "one of: {values}", "Choose from the list."),
    "V02.near": _w(
        "应为：{values}",
        "改为清单中的一项，是否想填“{hint}”？",
        "one of: {values}",
        "Choose from the list; did you mean “{hint}”?",
    ),
    "V02.variant": _w(
        "规范写法：{hint}",
        "已按“{hint}”读取；建议改成规范写法。",
        "written “{hint}”",
        "Read as “{hint}”; write it that way.",
    ),
    "V02.variant_many": _w(
        "清单中的写法",
        "{count} 处已读成规范写法；点“规范写法”一次改好。",
        "as the list writes it",
        "{count} values were read as they were meant: Tidy values rewrites them all.",
    ),
    "V02.number": _w("一个数字", "改成数字。", "a number", "Enter a number."),
    "V02.setting_unknown": _w(
        "设置中已有的键",
        "检查键“{key}”的写法，或删除此行。",
        "a known setting",
        "Check the key “{key}” or delete the row.",
    ),
    "V02.setting_bad": _w(
        "符合说明的值",
        "按“说明”一栏改写；现按默认值处理。",
        "a value as its note says",
        "Correct the value; the default is used meanwhile.",
    ),
    "V02.setting_twice": _w("每个键只有一行", "删除重复的“{key}”。", "each key once", "Delete the second “{key}”."),
    "V03.unreadable": _w(
        "日期或时间，如 2026-10-05、09:30",
        "改成正确的日期或时间。",
        "a date or time, like 2026-10-05 or 09:30",
        "Enter a proper date or time.",
    ),
    "V03.text": _w(
        "日期格式的值：{hint}",
        "已按 {hint} 读取；建议改成日期格式。",
        "a date cell: {hint}",
        "Read as {hint}; turn the cell into a date.",
    ),
    "V03.text_many": _w(
        "日期格式",
        "{count} 个日期已读成规范写法；点“规范写法”一次改好。",
        "date cells",
        "{count} dates were read as they were meant: Tidy values rewrites them all.",
    ),
    "V03.future": _w("不晚于 {today}", "核对日期，是否写错了年月。", "not after {today}", "Check the year and month."),
    "V03.before": _w(
        "不早于{header} {day}",
        "核对这两个日期。",
        "not before {header} {day}",
        "Check both dates.",
    ),
    "V03.both": _w(
        "空：{day} 已交车",
        "一张订单或交车或退订，删去不对的日期。",
        "blank: delivered {day}",
        "An order is delivered or cancelled: delete the wrong date.",
    ),
    "V03.month": _w(
        "工作月 {month} 之内",
        "改日期，或把此行移到所属月份的工作簿。",
        "within the working month {month}",
        "Correct the date, or move the row.",
    ),
    "V04.dirty": _w(
        "规范号码：{hint}",
        "已按 {hint} 读取；建议改成纯数字。",
        "plain digits: {hint}",
        "Read as {hint}; write it that way.",
    ),
    "V04.dirty_many": _w(
        "纯数字的号码",
        "{count} 个电话已读成规范写法；点“规范写法”一次改好。",
        "plain digits",
        "{count} phones were read as they were meant: Tidy values rewrites them all.",
    ),
    "V04.two": _w(
        "一格一个号码",
        "已取第一个 {hint}；另一个填到“备用电话”。",
        "one number per cell",
        "{hint} is used; put the other under 备用电话.",
    ),
    "V04.short": _w(
        "11 位手机号，或带区号的座机",
        "少了位数，向顾客核实后补全。",
        "11 digits, or a landline with area code",
        "Digits are missing: ask again.",
    ),
    "V04.long": _w(
        "11 位手机号，或带区号的座机",
        "多了位数，核实后改正。",
        "11 digits, or a landline with area code",
        "Too many digits: correct it.",
    ),
    "V04.shape": _w(
        "存在的号段", "号段不存在，核实后改正。", "an existing number range", "No such number range: correct it."
    ),
    "V04.fake": _w(
        "真实号码",
        "像编造的号码，核实；确实没留就清空并填“未留档原因”。",
        "a real number",
        "Looks invented: verify, or clear it and give 未留档原因.",
    ),
    "V04.letters": _w(
        "电话号码",
        "没有号码就清空，并填“未留档原因”。",
        "a phone number",
        "Clear it and give 未留档原因 if none was left.",
    ),
    "V04.rounded": _w(
        "完整的 11 位号码",
        "表格把号码缩写了，后几位已丢失；按文本重新输入。",
        "all 11 digits",
        "The sheet rounded the number: type it again as text.",
    ),
    "V04.colleague": _w(
        "顾客自己的号码",
        "这是同事 {colleague} 的号码，改成顾客的。",
        "the customer's own number",
        "This is {colleague}'s own number.",
    ),
    "V04.by_name": _w(
        "{phone}",
        "没有电话，按姓名和车型认作 {phone} 的客户；请补填电话。",
        "{phone}",
        "No phone: matched by name and model to the customer with {phone}. Add the phone.",
    ),
    "V04.corrected": _w(
        "{who} 的号码 {phone}",
        "按更正处理，仍是 {who}（{number}）：级别推进时客户卡和级别表随之改，原号码记入曾用电话。",
        "{phone}, the number of {who}",
        "Taken as a correction: still {who} ({number}). The roll updates card and grade sheet.",
    ),
    "V04.taken": _w(
        "{who} 的号码 {phone}",
        "这一行是 {who}（{number}）的，号码却是 {holder} 的：改回自己的号码，或先核实两位的电话。",
        "{phone}, the number of {who}",
        "This row is {who}'s ({number}), but the number is {holder}'s: restore it, or verify both numbers.",
    ),
    "V04.differs": _w(
        "{who} 的号码 {phone}",
        "{who}（{number}）在几处的号码不一样，看不出哪个是新的：核实后几处改成一致。",
        "{phone}, the number of {who}",
        "The numbers of {who} ({number}) differ and it is unclear which is newer: verify, and make them agree.",
    ),
    "V04.replaced": _w(
        "{who} 的号码 {phone}",
        "推进时这一行是 {who}（{number}）的，姓名和号码都换过了：仍是这位就在客户卡上把姓名也改过来，是另一位就改回原样、另写一行。",
        "{phone}, the number of {who}",
        "This row was {who}'s ({number}) when it was rolled; name and number are both new. If it is the same person, "
        "correct the name on the card too; if not, put the row back and write another.",
    ),
    "V05.order": _w(
        "晚于进店时间 {entered}", "核对进店和离去时间。", "after the arrival at {entered}", "Check both times."
    ),
    "V05.short": _w(
        "停留至少 {limit} 分钟",
        "只停留 {minutes} 分钟，请核对。",
        "a stay of {limit} minutes or more",
        "Only {minutes} minutes: check.",
    ),
    "V05.long": _w(
        "停留不超过 {limit} 分钟",
        "停留 {minutes} 分钟，请核对。",
        "a stay of at most {limit} minutes",
        "{minutes} minutes: check.",
    ),
    "V06.grade": _w(
        "未留电话则不定级别",
        "补电话，或清空意向级别。",
        "no grade without a phone",
        "Add the phone or clear the grade.",
    ),
    "V06.reason": _w(
        "留了电话则不填未留档原因",
        "清空未留档原因，或核对电话。",
        "no reason when a phone is given",
        "Clear the reason or check the phone.",
    ),
    "V07.unknown": _w(
        "在岗顾问：{names}",
        "改成名单中的姓名，或先到“顾问”表登记。",
        "a consultant: {names}",
        "Correct the name or add it to 顾问.",
    ),
    "V07.gone": _w(
        "在职期间的顾问（已于 {day} 离职）",
        "改成实际接待的顾问。",
        "somebody employed on that day (left {day})",
        "Enter the consultant who really did it.",
    ),
    "V07.undated": _w(
        "离职的日期",
        "补填“离职日期”：填了才查得出离职以后的登记和日报。",
        "the day of leaving",
        "Fill it in; without it, entries after that day cannot be found.",
    ),
    "V07.orphan": _w(
        "在岗的顾问", "顾问已离职，请把这位客户交给在岗顾问。", "a consultant on duty", "Hand the customer over."
    ),
    "V08.nameless": _w(
        "以前登记过这个电话",
        "以前没有登记过这个电话，只有一位同名没留电话的来客：确是同一人就不必改，否则改成“首次”。",
        "a phone registered before",
        "The phone is new, but a visitor of that name once left none: if it is the same person, leave it; if not, write 首次.",
    ),
    "V08.known": _w(
        "再次",
        "这个电话早已登记过，改成“再次”，或核对电话。",
        "再次",
        "The phone is known: write 再次, or check the phone.",
    ),
    "V08.unknown": _w(
        "首次",
        "以前没有登记过这个电话，改成“首次”，或核对电话。",
        "首次",
        "The phone is new: write 首次, or check the phone.",
    ),
    "V08.order": _w(
        "每张订单一个订单号",
        "同一订单登记了两次就删去一行，否则改订单号。",
        "one number per order",
        "Delete the duplicate, or correct the number.",
    ),
    "V08.twice": _w(
        "同一顾客一天登记一次",
        "同一天重复登记，删去重复的一行，或确认确实来了两次。",
        "once per day",
        "Delete the duplicate, or confirm that there were two visits.",
    ),
    "V09.clash": _w(
        "一位顾客一位顾问：{first} 先登记，最后有效联系 {last}",
        "撞单，请经理裁定归属，把顾问的姓名写在“问题清单”的“处理”：客户卡随之改，级别推进时移交。",
        "one consultant per customer: {first} registered first, last real contact {last}",
        "The manager decides and writes the consultant's name under 处理 in 问题清单: the card takes it, and the roll hands over.",
    ),
    "V08.together": _w(
        "与第 {row} 行（{who}）是同一次联系",
        "同一位顾客的几个人一起见的，算一次联系；不是一起的，写清目的或方式。",
        "the same contact as row {row} ({who})",
        "Several persons of one customer met together count once; if they were met separately, give purpose or means.",
    ),
    "V10.later_day": _w(
        "当日填写",
        "晚了 {days} 天补填，请经理知悉。",
        "entered the same day",
        "Entered {days} days late; the manager should know.",
    ),
    "V10.cutoff": _w(
        "{cutoff} 之前填写", "过了当日截止时间。", "entered before {cutoff}", "Entered after the day's cut-off."
    ),
    "V10.together": _w(
        "随来随填",
        "{count} 行同一时刻填写，像是补填。",
        "entered as they come",
        "{count} rows have the same timestamp.",
    ),
    "V11.copied": _w(
        "每位客户各写经过",
        "{count} 位客户的经过一字不差，请据实填写。",
        "a description for each customer",
        "{count} customers have it word for word: write what really happened.",
    ),
    "V12.missing": _w("√", "试驾必须先签保证书，补签后打勾。", "√", "Have the waiver signed, then tick."),
    "V13.not_by_follow_up": _w(
        "H / A / B / C",
        "跟进不能定为 {grade}：这一格改成 H / A / B / C 或清空；订单填“订单”表，战败填“战败”表。",
        "H / A / B / C",
        "A follow-up cannot set {grade}: correct or clear this cell, and use 订单 or 战败.",
    ),
    "V13.jump": _w(
        "十个字以上的经过",
        "{before}→{after} 跨了两级，请写清原因。",
        "a description of at least ten characters",
        "{before}→{after} skips a grade: give the reason.",
    ),
    "V14.before": _w(
        "{date} 当天或之后", "下次回访不能早于本次，改正日期。", "on or after {date}", "Correct the date."
    ),
    "V14.late": _w("{grade} 级不晚于 {latest}", "提前下次回访。", "by {latest} for grade {grade}", "Bring it forward."),
    "V15.plan": _w(
        "{date} 当天或之后", "明日计划不能早于日报日期，改正执行日期。", "{date} or later", "Correct the day planned."
    ),
    "V15.summary": _w(
        "{date}", "当日总结的执行日期就是日报日期。", "{date}", "The day of a summary is the day of the report."
    ),
    "V16.broken": _w(
        "{day} 的现级别 {grade}", "核对两次联系的级别，改正其一。", "现级别 of {day}: {grade}", "Check both contacts."
    ),
    "V17.formula": _w(
        "普通文字",
        "不要以 = + - @ 开头，在前面加几个字，如“备注：”。",
        "plain text",
        "Do not begin with = + - @: put a word before it.",
    ),
    "V18.shared": _w(
        "一个号码一位顾客：{phone} 已是 {who}",
        "与 {who} 同号不同名，先按两位顾客各建一卡。同一个人就在“问题清单”的“处理”写：是同一人，级别推进时合并。",
        "one customer per number: {phone} is {who}'s",
        "{who} has the same number: two customers for now. If it is one person, write 是同一人 under 处理 in 问题清单.",
    ),
    "V18.names": _w(
        "{who}",
        "同一位顾客（{number}）有的行写作别的姓名：写错的改成 {who}，确是另一人就核实电话。",
        "{who}",
        "Another name in some rows of one customer ({number}): write {who}, or verify the phone.",
    ),
    "V18.renamed": _w(
        "{who}",
        "这位顾客（{number}）的记录都已改名，按更正处理：客户卡的姓名也改过来。",
        "{who}",
        "All rows of this customer ({number}) have the new name, so it is a correction: the card takes it too.",
    ),
    "V18.applied": _w(
        "一件{exit}一份申请：见第 {row} 行",
        "同一位顾客的这件{exit}已有申请，算一份：把要写的并到一行，删去另一行。",
        "one application for one {exit}: see row {row}",
        "This {exit} has been applied for already and counts once: keep one row.",
    ),
    "V18.equal": _w(
        "每件事一行",
        "与第 {row} 行一字不差：录重了就删去一行，确是两回事就写清不同之处。",
        "one row for each event",
        "Identical to row {row}: delete one, or write what is different.",
    ),
    "V19.no_sheet": _w(
        "选用的表在工作簿里",
        "“{names}”还没有表：关闭工作簿，运行 xlcrm upgrade，表就加上。不用了就从“选用表”里去掉。",
        "a sheet for what is switched on",
        "{names} has no sheet yet: close the book and run xlcrm upgrade. If it is not needed any more, remove it from 选用表.",
    ),
    "V20.times": _w("返回晚于出发", "核对两个时间。", "back after setting out", "Check both times."),
    "V20.mileage": _w("返回里程不小于出发里程", "核对两个里程。", "not less than at the start", "Check both mileages."),
    "V20.licence": _w(
        "驾照已验 √",
        "看过驾照再打 √；没有驾照的只试乘。",
        "a licence that was seen",
        "Tick it once you have seen the licence.",
    ),
    "V20.unsigned": _w(
        "已签保证书 √", "请客户补签试乘试驾保证书，签好再打 √。", "a signed statement", "Have it signed, then tick."
    ),
    "V21.notice": _w(
        "提前 {days} 天约好",
        "先和客户约好，把约好的日期填上。",
        "agreed {days} days before",
        "Agree on it, and enter the day.",
    ),
    "V21.number": _w(
        "编号不重复",
        "第 {row} 行已用了这个编号，换一个。",
        "a number used once",
        "Row {row} has this number: use another.",
    ),
    "V21.one_visit": _w(
        "一次拜访一行",
        "第 {row} 行是同一位顾问、同一天、同一目的的拜访：几个人一起见的算一次，删去一行；确是两次就写 已核实：原因。",
        "one row for one visit",
        "Row {row} is of the same consultant, day and purpose: delete one row, or write 已核实 and why there were two.",
    ),
    "V21.promise": _w(
        "对 {day} 那次承诺的答复",
        "{day} 拜访时（第 {row} 行）答应过客户，这次没有写答复：写上怎么答复的；还没办到就写清楚，下次再答复。",
        "an answer to the promise of {day}",
        "A promise was made on {day} (row {row}): write how it was answered, or that the answer is still open.",
    ),
    "V22.twice": _w(
        "一个月一个预算",
        "{month} 写了两次，留下对的一行。",
        "one budget per month",
        "{month} has two rows: keep the right one.",
    ),
    "V23.before": _w("不早于借阅日期", "核对日期。", "not before it was lent", "Check the day."),
    "V23.overdue": _w(
        "{due} 前归还",
        "逾期 {days} 天：收回档案，填归还日期；确需续借就改应还日期。",
        "back by {due}",
        "{days} days late: get the file back and enter the day, or agree on another day.",
    ),
    "V22.media": _w(
        "一个渠道一个月一行",
        "第 {row} 行已写了这个渠道：抄重了就删去一行；分两笔付的写 已核实：原因，两笔相加。",
        "one row per medium and month",
        "Row {row} has this medium: delete the duplicate, or write 已核实 and why; then both are added up.",
    ),
    "V24.unread": _w(
        "经理第二天晚上前看过",
        "{day} 的来店登记有 {count} 行没有经理审核：看过后写上姓名和时间，例如 王经理 10-06 09:20。",
        "checked by the next evening",
        "{count} rows of {day} are not checked: enter name and time, for example 王经理 10-06 09:20.",
    ),
    "V24.bare": _w(
        "姓名和时间",
        "写上谁、什么时候看的，例如 王经理 10-06 09:20。",
        "name and time",
        "Enter who checked it, and when.",
    ),
    "V25.before": _w("不早于线索的日期", "核对日期和时间。", "not before the lead", "Check the day and the time."),
    "V25.unanswered": _w(
        "第二天以前跟进",
        "已过 {days} 天：联系客户，填首次跟进时间；没有这个人就在结果填 无效。",
        "answered by the next day",
        "{days} days have passed: call, and enter the time; if there is no such person, enter 无效.",
    ),
    "V26.slot": _w(
        "时段写成 10:00-11:00",
        "改成起止时间；全天的留空。",
        "a span like 10:00-11:00",
        "Enter from when to when; leave it blank for the whole day.",
    ),
    "V26.twice": _w(
        "一天的一个时段一行",
        "第 {row} 行已计过这一段，留下对的一行。",
        "one row per day and time slot",
        "Row {row} has the same time slot: keep the right one.",
    ),
    "V27.twice": _w(
        "一家单位一行",
        "第 {row} 行已是这家单位：合成一行。",
        "one row per company",
        "Row {row} is the same company: merge the two.",
    ),
    "V28.mark": _w("得分 {allowed}", "改成 {allowed} 里的分数。", "a mark of {allowed}", "Enter a mark of {allowed}."),
    "V28.twice": _w(
        "一次检查一项一行",
        "第 {row} 行已给这一项打过分，留下对的一行。",
        "one row per item and inspection",
        "Row {row} has this item: keep the right one.",
    ),
    "V29.twice": _w(
        "一个原因一行",
        "第 {row} 行已有这个原因：两行的话术并成一行，删去一行。",
        "one row per reason",
        "Row {row} has this reason: put both texts into one row, and delete the other.",
    ),
    "V30.late": _w(
        "首洽后 {days} 天内建卡",
        "晚建了卡：首洽后第 {late} 天才建。已经发生的事，记录在案。",
        "card made within {days} days of the first contact",
        "The card was made {late} days after the first contact; it is kept on record.",
    ),
    "V30.unasked": _w(
        "首次十问都知道",
        "已知 {known}/10，还要问：{missing}。下次联系时问，写在客户卡、级别表或登记里。",
        "all ten first questions answered",
        "{known} of 10 are known; still to ask: {missing}. Ask at the next contact, and enter it.",
    ),
    "V31.not_firm": _w(
        "大定的日期",
        "已锁单或交车，补上大定日期；没有大定的，去掉锁单、交车日期。",
        "the day of the 大定",
        "It is locked in or delivered: enter the day of its 大定; if there was none, clear the dates of 锁单 and 交车.",
    ),
    "V31.not_cancelled": _w(
        "退订的日期",
        "写了退订原因，补上退订日期；没有退订，去掉原因。",
        "the day of the cancellation",
        "There is a reason for a cancellation: enter its day, or clear the reason.",
    ),
    "G01.upgrade": _w(
        "建议升为 {grade} 级",
        "距预计购车日 {days} 天，联系后在日报中改级。",
        "propose grade {grade}",
        "{days} days to the expected purchase: change the grade in the report after the next contact.",
    ),
    "G02.stale": _w(
        "{grade} 级不超过 {window} 天",
        "已在 {grade} 级 {days} 天、联系 {contacts} 次，请重新评级。",
        "at most {window} days in {grade}",
        "{days} days in {grade}, {contacts} contacts: grade the customer again.",
    ),
    "G03.unreachable": _w(
        "建议转失控",
        "已有 {days} 天联系不上，可申请失控。",
        "propose 失控",
        "Not reached on {days} days: apply for 失控.",
    ),
    "G04.frozen": _w(
        "建议冻结",
        "初洽已满 {months} 个月未订，可申请冻结。",
        "propose 冻结",
        "{months} months without an order: apply for 冻结.",
    ),
    "G05.order": _w(
        "正式的订单号",
        "日志报了下订，订单表没有这一单，已代为添加：请补全订单号、金额和付款状态。",
        "the number of the contract",
        "The logs report an order that was missing in 订单, so a row was added. Complete its number, amount and payment.",
    ),
    "G06.comment": _w(
        "要移走的行上没有批注",
        "把 {what} 的批注内容写进备注，删除批注，再推进一次。",
        "no comment on a row that is to move",
        "Put the comment at {what} into the remarks, delete it, and roll again.",
    ),
    "G06.thread": _w(
        "要移走的行上没有会话批注",
        "把 {what} 的会话内容写进备注，删除会话，再推进一次。",
        "no thread on a row that is to move",
        "Put the thread at {what} into the remarks, delete it, and roll again.",
    ),
    "G06.drawing": _w(
        "要移走的行上没有图片或形状",
        "把“{what}”剪切到表头以上或别的工作表，再推进一次。",
        "no picture or shape on a row that is to move",
        "Cut “{what}”, paste it above the header or on another sheet, and roll again.",
    ),
    "G06.control": _w(
        "要移走的行上没有控件",
        "把控件 {what} 移到表头以上，或删除它，再推进一次。",
        "no control on a row that is to move",
        "Move the control {what} above the header or delete it, and roll again.",
    ),
    "G06.sparkline": _w(
        "要移走的行上没有迷你图",
        "清除 {what} 的迷你图，再推进一次。",
        "no sparkline on a row that is to move",
        "Clear the sparkline at {what} and roll again.",
    ),
    "G06.rule": _w(
        "没有只管这一行的条件格式、数据验证或可编辑区域",
        "把 {what} 的规则扩大到整列，或删除它，再推进一次。",
        "no rule for this row alone",
        "Let the rule of {what} cover the column, or delete it, and roll again.",
    ),
    "G06.beside": _w(
        "表格旁边没有内容",
        "把 {what} 的内容移到表头以上，或写进备注，再推进一次。",
        "nothing beside the table",
        "Move what {what} holds above the header, or into the remarks, and roll again.",
    ),
    "G06.reference": _w(
        "别处没有只指着这一行的公式",
        "把“{what}”里指着这一行的公式改成指着整列，或改成数值，再推进一次。",
        "no formula elsewhere that refers to this row alone",
        "Let the formula on “{what}” refer to the whole column, or make it a value, and roll again.",
    ),
    "G06.name": _w(
        "没有只指着这一行的名称",
        "在“公式 → 名称管理器”里改掉或删除指着这一行的名称，再推进一次。",
        "no name that refers to this row alone",
        "Change or delete that name in Formulas → Name Manager, and roll again.",
    ),
    "G06.chart": _w(
        "没有只画这一行的图表",
        "让图表画整列，或把它删除，再推进一次。",
        "no chart of this row alone",
        "Let the chart draw the whole column, or delete it, and roll again.",
    ),
    "G06.elsewhere": _w(
        "没有只指着这一行的控件、图形或查询",
        "把“{what}”上的控件、图形或查询参数改成指着别的单元格，或删除它，再推进一次。",
        "no control, shape or query that refers to this row alone",
        "Let what stands on “{what}” refer to another cell, or delete it, and roll again.",
    ),
    "G06.picture": _w(
        "“{target}”也有“{header}”这一列",
        "在“{target}”加上同名的列“{header}”，图片会跟着过去；再推进一次。",
        "a column “{header}” on “{target}” too",
        "Add a column “{header}” on “{target}”: the picture goes along. Roll again.",
    ),
    "G06.picture_leaves": _w(
        "离开级别表的行上没有单元格里的图片",
        "把 {what} 的图片剪切到客户卡，再推进一次。",
        "no picture in a cell of a row that leaves the grade sheets",
        "Cut the picture at {what}, paste it on 客户卡, and roll again.",
    ),
    "G07.by_hand": _w(
        "来店登记中有这位顾客",
        "手工建的卡，按{counts}计入，只提示这一次：其实来过店的，补登来店登记。",
        "a row in 来店登记",
        "A card typed by hand, counted as {counts}; reported only once. If the customer did come, register the visit.",
    ),
    "R1.report": _w(
        "来店登记中有这位顾客",
        "补登来店登记，或改正日报。",
        "a row in 来店登记",
        "Register the visit or correct the report.",
    ),
    "R1.order": _w(
        "来店登记中有这位买主",
        "补登来店登记，并在当天日报补写接待；没有客户卡的，级别推进时建卡。",
        "a row in 来店登记",
        "Register the buyer's visit and add it to that day's report; the roll makes a card that is missing.",
    ),
    "R2.no_card": _w("客户卡中有一张卡", "在客户卡补建一张。", "one card in 客户卡", "Make the card."),
    "R2.two_cards": _w(
        "一位客户一张卡",
        "合并两张卡，多余的状态改为“重复”。",
        "one card per customer",
        "Merge them; mark the other 重复.",
    ),
    "R3.no_row": _w(
        "在 {grade}级 表中有一行",
        "补回级别表的一行，或改正客户卡状态。",
        "a row in sheet {grade}级",
        "Put the row back or correct the card.",
    ),
    "R3.two_rows": _w(
        "一位客户只在一张级别表", "删去多余的一行。", "one grade sheet per customer", "Delete the other row."
    ),
    "R3.wrong_sheet": _w(
        "在 {grade}级 表",
        "移到客户卡所写级别的表，或改正客户卡。",
        "in sheet {grade}级",
        "Move the row or correct the card.",
    ),
    "R3.consultant": _w(
        "{consultant}", "级别表与客户卡的顾问不一致，改正其一。", "{consultant}", "Make row and card agree."
    ),
    "R4.visit": _w(
        "在跟、已订、车主或退出之一", "做一次级别推进；仍在则补卡。", "one state", "Roll; if it stays, make the card."
    ),
    "R4.unproved": _w(
        "“{state}”要有依据",
        "补订单、保有客户或战败审批，或改正客户卡状态。",
        "evidence for “{state}”",
        "Add the order, owner or decision, or correct the card.",
    ),
    "R4.row": _w(
        "客户卡状态为“{state}”，不应在级别表",
        "删去级别表的一行，或改正客户卡状态。",
        "no grade row, as the card says “{state}”",
        "Delete the row or correct the card.",
    ),
    "R4.order": _w(
        "已订",
        "有未交车订单却仍“{state}”：做一次级别推进；仍在则改正客户卡。",
        "已订",
        "“{state}” with an open order: roll; if it stays, correct the card.",
    ),
    "R4.logs": _w(
        "{state}（日志、订单和战败推出）",
        "客户卡状态与记录不一致：该变的补登记录，不该变的改回“{state}”；刚补的记录先做一次级别推进。",
        "{state} according to logs, orders and losses",
        "Enter what happened, or put the card back to “{state}”; roll first if it was entered just now.",
    ),
    "R4.loss_of_buyer": _w(
        "没有未退的订单",
        "这位顾客有订单，不能转“{state}”：先填退订日期，或驳回这份申请。",
        "no order in force",
        "The customer has an order and cannot be “{state}”: cancel the order, or reject the application.",
    ),
    "R5.visit": _w(
        "当日总结有这次接待", "在当天日报补写接待。", "a 接待 in that day's report", "Add it to the report."
    ),
    "R5.contact": _w(
        "当日总结有这次联系", "在当天日报补写，或改正客户卡。", "a row in that day's report", "Add it to the report."
    ),
    "R5.no_visit": _w(
        "来店登记有当天的来店", "补登来店登记，或改正日报。", "a register row of the day", "Register the visit."
    ),
    "R5.stranger": _w(
        "客户卡中有这位客户",
        "核对电话和姓名；确是新客户就补登来店登记，不是客户就删去这一行。",
        "a customer with a card",
        "Check phone and name; register a new customer, or delete this row.",
    ),
    "R5.not_on_card": _w(
        "跟进记录有这次联系", "做一次级别推进，或补写跟进记录。", "this contact in 跟进记录", "Roll again."
    ),
    "R6.plan": _w(
        "{eve} 的明日计划有 {day} 的回访",
        "在 {eve} 的日报补一行明日计划，执行日期 {day}；或点“生成明日计划”。",
        "in the plan made on {eve} for {day}",
        "Add a row of 明日计划 to the report of {eve} for {day}, or press Plan tomorrow.",
    ),
    "R6.plan_over": _w(
        "{eve} 的明日计划有 {day} 的回访",
        "当时没有写进明日计划，已经过去，不必补写。",
        "in the plan made on {eve} for {day}",
        "It was not planned at the time. That day is over: there is nothing to add.",
    ),
    "R6.wrong_eve": _w(
        "写在 {eve} 的明日计划",
        "计划应在前一工作日的日报里写，下次注意。",
        "in the report of {eve}",
        "Plan on the working day before.",
    ),
    "R6.no_plan": _w(
        "跟进记录或级别表有这天的计划",
        "把执行日期改成计划的那一天；没有这个计划就删去这一行。",
        "a plan on the card for that day",
        "Enter the planned day, or delete this row if there is no plan.",
    ),
    "R6.no_plan_over": _w(
        "跟进记录或级别表有这天的计划",
        "当时写了没有依据的明日计划，已经过去，不必再改。",
        "a plan on the card for that day",
        "There was no plan behind it. That day is over: there is nothing to change.",
    ),
    "R6.consultant": _w(
        "{consultant}",
        "这位客户已移交 {consultant}，这一行是人写的，没有跟着改：请改销售顾问，或由 {consultant} 另写。",
        "{consultant}",
        "The customer was handed over to {consultant}, but this row was typed by a person and was not moved: change its consultant.",
    ),
    "R7.card": _w("{grade}（日报现级别）", "改成与日报一致。", "{grade} as reported", "Make them agree."),
    "R7.sheet": _w(
        "{grade}（最后一次联系）",
        "级别表、客户卡与日报不一致：该变的补写日报，不该变的改回 {grade}。",
        "{grade} according to the last contact",
        "Report the change, or put sheet and card back to {grade}.",
    ),
    "R8.plan": _w(
        "{eve} 的明日计划有 {day} 的关怀",
        "在 {eve} 的日报补一行明日计划（售后回访），执行日期 {day}；或点“生成明日计划”。",
        "in the plan made on {eve} for {day}",
        "Add a row of 明日计划 (售后回访) to the report of {eve} for {day}, or press Plan tomorrow.",
    ),
    "R8.plan_over": _w(
        "{eve} 的明日计划有 {day} 的关怀",
        "当时没有写进明日计划，已经过去，不必补写。",
        "in the plan made on {eve} for {day}",
        "It was not planned at the time. That day is over: there is nothing to add.",
    ),
    "R8.wrong_eve": _w(
        "写在 {eve} 的明日计划",
        "计划应在前一工作日的日报里写，下次注意。",
        "in the report of {eve}",
        "Plan on the working day before.",
    ),
    "R8.done": _w(
        "当日总结有这次售后回访", "在当天日报补写。", "a 售后回访 in that day's report", "Add it to the report."
    ),
    "R8.no_plan": _w(
        "关怀记录有这天的计划",
        "把执行日期改成计划的那一天；没有这个计划就删去这一行。",
        "a care plan for the day",
        "Enter the planned day, or delete this row if there is no plan.",
    ),
    "R8.no_plan_over": _w(
        "关怀记录有这天的计划",
        "当时写了没有依据的明日计划，已经过去，不必再改。",
        "a care plan for the day",
        "There was no plan behind it. That day is over: there is nothing to change.",
    ),
    "R8.no_call": _w(
        "关怀记录有这次回访",
        "在关怀记录补写这次回访，或改正日报。",
        "a care call done that day",
        "Enter the call in 关怀记录, or correct the report.",
    ),
    "R9.not_done": _w(
        "按计划完成",
        "已过 {days} 天未做：今天联系，写进今天的日报。",
        "done as planned",
        "{days} days overdue: call today, and enter it in today's report.",
    ),
    "R9.not_done_over": _w(
        "按计划完成",
        "那次没有做，后来已经联系过，不必补写。",
        "done as planned",
        "It was not done at the time, but the customer has been contacted since: there is nothing to add.",
    ),
    "R9.late": _w("当日完成", "晚了 {days} 天。", "done on the day", "Done {days} days late."),
    "R9.unplanned": _w("先计划后回访", "没有计划的回访，下次先写明日计划。", "planned first", "Plan before calling."),
    "R10.opening": _w(
        "与级别表的月初级别 {grade} 相同",
        "月初留存不可改，恢复原值。",
        "月初级别 {grade} of the grade sheet",
        "Restore the frozen value.",
    ),
    "R10.not_frozen": _w(
        "月初留存有这位客户",
        "月初级别只由月末结转填写，清空或恢复留存。",
        "a row in 月初留存",
        "Clear it or restore the frozen row.",
    ),
    "R10.stock": _w(
        "与图表计的留存相同：{counted}",
        "级别表里的行与日志推出的留存不一致：该变的补登记录，不该变的改回去，再推进一次。",
        "as the figures count: {counted}",
        "The row disagrees with the logs: enter what happened or restore the row, then roll.",
    ),
    "R10.chain": _w(
        "等于上月末：{closing}",
        "月初留存与上月结果不符，查上月的改动。",
        "last month's closing: {closing}",
        "Find what changed last month.",
    ),
    "R10.changed": _w(
        "封账后不再改动",
        "恢复封账时的内容；确需更正，由经理反结账后再改。",
        "unchanged since the close",
        "Restore it, or have the manager reopen the month.",
    ),
    "R10.removed": _w(
        "封账后不再删行",
        "{month} 少了 {count} 行，从备份恢复。",
        "no row deleted since the close",
        "{count} rows of {month} are gone: restore them.",
    ),
    "R11.no_logs": _w(
        "有登记为据，原有：{stood}",
        "登记或日报删了、改了日期，客户卡和级别表没有依据：补回记录；确实不是客户就申请无效。",
        "entries in the logs; there were: {stood}",
        "Its log entries are gone: restore them, or apply for 无效 if there is no such customer.",
    ),
    "R11.no_rows": _w(
        "{who} 在客户卡和级别表各有一行",
        "月初在册的客户，客户卡和级别表都没有了：撤销，或从备份补回。",
        "a card and a grade row of {who}",
        "In the opening stock, but card and grade row are gone: undo, or restore them from a backup.",
    ),
    "R11.care": _w(
        "保有客户有这位车主",
        "车主的交车或订单删改了，{count} 条关怀没有依据：补回订单的交车日期，或删去这些行。",
        "an owner in 保有客户",
        "The delivery is gone, so {count} care rows have no owner: restore the delivery date of the order, or delete them.",
    ),
    "R12.drive": _w(
        "当天的来店登记",
        "这位客户当天没有来店登记：补登；电话或日期写错的改过来。",
        "a register row of that day",
        "The customer has no row in the register that day: enter it, or correct the phone or the day.",
    ),
    "R12.no_drive": _w(
        "“试驾”里的一行",
        "登记了试乘试驾，“试驾”里没有：补一行；没有试驾就去掉 √。",
        "a row in 试驾",
        "Ticked here and not in 试驾: enter the drive there, or remove the tick.",
    ),
    "R12.no_company": _w(
        "“单位客户”里的一行",
        "补一行；其实是个人就改客户卡的类型。",
        "a row in 单位客户",
        "Enter it there, or correct 类型 on the card.",
    ),
    "R12.no_card": _w(
        "类型是单位的客户卡",
        "核对客户编号；是单位就在客户卡把类型改成单位。",
        "the card of a company",
        "Check the number, or correct 类型 on the card.",
    ),
    "R12.counted": _w(
        "登记的批次不少于计数器",
        "登记了 {registered} 批，差 {missing} 批：漏登的补登；店员、孩子、路过的写 已核实：原因。",
        "as many parties in the register as the counter saw",
        "{registered} registered, {missing} missing: enter them; for staff, children or passers-by write 已核实 and why.",
    ),
    "R12.inspected": _w(
        "账上是 {mark} 分",
        "按 {day} 的账，{cases} 项里做了 {done} 项：核对后改得分，或写 已核实：原因。",
        "{mark} points according to the books",
        "According to the books of {day}, {done} of {cases} were done: correct the mark, or write 已核实 and why.",
    ),
    "R12.not_made": _w(
        "到期的拜访已执行",
        "去拜访，填执行日期；改期就改计划日期。",
        "a visit made when it was due",
        "Make it, or plan another day.",
    ),
    "R12.not_reported": _w(
        "当天的当日总结", "在日报补写这次拜访。", "a report of that day", "Enter the visit in the report of the day."
    ),
    "R12.unplanned": _w(
        "“拜访计划”里的一行", "下次先写计划再出门。", "a row in 拜访计划", "Plan the next one before going."
    ),
    "R11.owner": _w(
        "订单有这天交车的一单",
        "订单或交车日期删改了，保有客户没有依据：补回订单的交车日期，或删去这一行。",
        "an order delivered that day",
        "Its order or delivery is gone: restore the delivery date of the order, or delete this row.",
    ),
}

_KINDS = {
    Difference.UNREGISTERED: "Unregistered",
    Difference.UNCARDED: "No card",
    Difference.WRONG_SHEET: "Wrong sheet",
    Difference.TWO_STATES: "Two states",
    Difference.NO_STATE: "No state",
    Difference.UNREPORTED: "Unreported",
    Difference.UNFOUNDED: "Unfounded",
    Difference.PLAN_NOT_DONE: "Plan not done",
    Difference.DONE_UNPLANNED: "Done unplanned",
    Difference.LATE: "Done late",
    Difference.GRADES_DIFFER: "Grades differ",
    Difference.CLASH: "Clash",
    Difference.UNBALANCED: "Unbalanced",
    Difference.CHANGED_AFTER_CLOSE: "Changed after close",
}
KINDS: dict[Difference, Words] = {kind: Words(kind.value, english) for kind, english in _KINDS.items()}
"""What the differences are called; in the books they stand in Chinese."""

SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}
"""What a book calls a severity: a code that the colours of its sheets go by, in any language."""


HANDLINGS = {
    Handling.FIX: Words("要改", "to be put right"),
    Handling.CONFIRM: Words("要核实", "to be confirmed"),
    Handling.RECORD: Words("记录在案", "on record"),
}
"""What a book calls a handling is the Chinese, in any language."""

CONFIRMED = "已核实"
"""How 处理 begins where somebody has confirmed a finding; a colon and a word why follow."""
SAME_PERSON = "是同一人"
"""What 处理 says of two names under one phone that are one customer's."""
_TO_CONFIRM = Words(
    "属实就在“问题清单”的“处理”写：已核实：原因。",
    "If it is right as it stands, write “已核实” and the reason under 处理 in 问题清单.",
)


def expected(finding: Finding, lang: Lang) -> str:
    """What should stand there."""
    return FINDINGS[finding.wording].expected.say(lang, **finding.about)


def remedy(finding: Finding, lang: Lang) -> str:
    """How to put it right, or to confirm it."""
    said = FINDINGS[finding.wording].remedy.say(lang, **finding.about)
    if finding.handling is not Handling.CONFIRM or finding.wording == "V09.clash":
        return said
    return f"{said}{'' if lang == 'zh' else ' '}{_TO_CONFIRM.say(lang)}"


def brief(finding: Finding, lang: Lang) -> str:
    """One line for 检查结果: 错误 V01 注释：补填“注释”。"""
    head = f"{SEVERITIES[finding.severity]} {finding.code} {finding.at.header}".rstrip()
    return f"{head}：{remedy(finding, lang)}" if lang == "zh" else f"{head}: {remedy(finding, lang)}"
