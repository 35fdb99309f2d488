"""What the rules and relations are about, in a sentence each, for the help of those who read findings."""

from __future__ import annotations

from xlcrm.catalogue import Words

RULES: dict[str, Words] = {
    "V00": Words(
        "结构：数据区里的公式、合并格、错误值，正在生效的筛选。错误值和合并格所在的行不推进。",
        "Structure: formulas, merged cells, error values and active filters where data must be.",
    ),
    "V01": Words(
        "必填的没有填，包括有条件的必填：看车没留电话要填未留档原因，留了电话要填意向级别，驳回要写级别。",
        "A required field is empty, with the conditions of the form.",
    ),
    "V02": Words(
        "不在代码表里的值，并指出最像的一项；写法不规范但意思唯一的照读，只作提示。",
        "A value outside its code list, with the near miss named; what is read through dirt is a hint.",
    ),
    "V03": Words(
        "不是日期或时间；日期在将来；结束早于开始（交车、退订、审批、离职）；日志不在工作月。",
        "Not a date or a time; a date in the future; an end before its beginning; a log outside the working month.",
    ),
    "V04": Words(
        "不是电话号码，编造的号码，同事自己的号码；隔着空格、横线、+86、全角、小数读出来的，只作提示。",
        "Not a phone number, a fake, or a colleague's own; what is read through dirt is a hint.",
    ),
    "V05": Words(
        "离去时间不晚于进店时间；停留太短或太长。",
        "A stay that does not end after it began, too short or too long.",
    ),
    "V06": Words(
        "没留电话却有意向级别；留了电话却填了未留档原因。",
        "No contact left, yet a grade; a phone, yet a reason for leaving none.",
    ),
    "V07": Words(
        "不在名单上的顾问；离职以后的登记和日报；离职顾问手里还有客户。",
        "An unknown consultant; a log after leaving; customers in the hands of one who left.",
    ),
    "V08": Words(
        "电话早已登记却写首次，没登记过却写再次；同一客户一天登记两次；同一订单号用了两次。",
        "首次 although the phone is known, 再次 although it is not; a customer twice a day; an order number twice.",
    ),
    "V09": Words(
        "撞单：一个电话在两位顾问名下，写明谁先登记、最后联系的是谁。",
        "One phone under two consultants: who registered first, who has the last real contact.",
    ),
    "V10": Words(
        "补登：填写时间晚于当天或当天的截止时间；三行以上同一时间填写。",
        "Entered late, or three and more rows at one moment.",
    ),
    "V11": Words(
        "雷同：同一天三位以上客户的经过一字不差。",
        "The same 经过 on three or more customers in a day.",
    ),
    "V12": Words(
        "有试乘试驾，没有试驾保证书。",
        "A test drive without its waiver.",
    ),
    "V13": Words(
        "现级别不能由回访改成 O、D、F；级别跳两级以上，经过却不到十个字。",
        "O, D or F in 现级别; a jump of two grades told in fewer than ten characters.",
    ),
    "V14": Words(
        "下次回访早于这次联系，或晚于级别的间隔所允许的。",
        "下次回访日期 before the contact, or later than the grade's interval allows.",
    ),
    "V15": Words(
        "明日计划早于日报当天；当日总结写了别的日子。",
        "明日计划 before the report's day; 当日总结 of another day.",
    ),
    "V16": Words(
        "这次的原级别与上次的现级别不同，其间又没有下订、退订或驳回战败。",
        "原级别 differs from the 现级别 of the contact before, with nothing between that changes the grade.",
    ),
    "V17": Words(
        "会被表格软件当成公式的文字。",
        "Text that a spreadsheet would run as a formula.",
    ),
    "G01": Words(
        "建议升级：预计购车日已在更近的窗口之内。",
        "Proposed upgrade: the day of purchase lies inside a nearer window.",
    ),
    "G02": Words(
        "建议重新评级：在这一级超过了窗口还没有订车。",
        "Proposed re-grading: longer in the grade than its window, without an order.",
    ),
    "G03": Words(
        "建议转失控：三天三次没有联系上。",
        "Proposed 失控: three failed contacts on three days.",
    ),
    "G04": Words(
        "建议冻结：初洽满六个月没有订车。",
        "Proposed 冻结: no order six months after the first contact.",
    ),
    "G05": Words(
        "建议补全订单：有下订的记号，订单里的一行是工具代写的。",
        "To complete: an order row the program wrote for a mark.",
    ),
    "R1": Words(
        "日报里的每次接待、开拓和每张订单，当天或以前有登记。",
        "Every reception in the report and every order has its register row, that day or earlier.",
    ),
    "R2": Words(
        "每位 H/A/B/C 客户和每位买主恰有一张客户卡。",
        "Every prospect and every buyer has exactly one card.",
    ),
    "R3": Words(
        "每位 H/A/B 客户恰在一张级别表里，就是卡上的级别、卡上的顾问那一张；C 级可以只在卡上。",
        "Every H/A/B customer stands in exactly one grade sheet, that of the card's grade and consultant; C may.",
    ),
    "R4": Words(
        "每个留了电话的登记恰在一个状态：在跟、已订、车主或写明的退出；不丢，不重。",
        "Every register row with a phone is in exactly one state; none lost, none twice.",
    ),
    "R5": Words(
        "每次接待、每次联系在当天的当日总结里，反过来也一样；车主回访见 R8。",
        "Every reception and contact of a day is in its 当日总结, and the reverse; owner calls are R8's.",
    ),
    "R6": Words(
        "每个计划在前一个工作日的明日计划里，反过来也一样。",
        "Every plan is in the 明日计划 of the working day before, and the reverse.",
    ),
    "R7": Words(
        "同一次联系：卡的反面、级别表、日报的现级别三处一致。",
        "Card, grade sheet and report say the same grade for the same contact.",
    ),
    "R8": Words(
        "关怀的计划和执行与明日计划、当日总结一致，两个方向。",
        "Care planned and done agrees with 明日计划 and 当日总结, both ways.",
    ),
    "R9": Words(
        "计划了没做、做了没计划、做晚了几天；休息日的计划顺延到下一个工作日，不算晚。",
        "Planned but not done, done but not planned, done late; a day off is made good on the next working day.",
    ),
    "R10": Words(
        "月初留存等于上月月末，等于级别表的月初级别；封账的月份没有再改。",
        "月初留存 is the last month's closing stock and the sheets' 月初级别; a sealed month is unchanged.",
    ),
}
"""By the code: V00 the structure, V the rules of the logs, G what a roll proposes, R the relations."""
