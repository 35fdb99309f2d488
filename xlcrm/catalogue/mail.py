"""What the mail with the month says, and what is asked before a full copy."""

from __future__ import annotations

from xlcrm.catalogue import Words

SUBJECT = Words("{store} {month} 月度分析", "{store}: monthly analysis {month}")
FIRST = Words(
    "附上{store} {month} 的月度分析（统计到 {until}），最要紧的是这几件。",
    "Attached is the analysis of {month} for {store}, counted to {until}. What matters most:",
)
BEHIND = Words(
    "{count} 位顾问落后于目标，差得最多的是{person}：{text}。",
    "{count} consultants are behind their target, {person} the furthest: {text}.",
)
COSTS = Words("销售费用 {spent} 元，超过预算 {budget} 元。", "Costs of {spent} yuan, over the budget of {budget} yuan.")
OWED_DELIVERED = Words(
    "{count} 张订单已交车，车款还没收齐，最多的一张未收 {owed} 元（{person}）。",
    "{count} cars were handed over and not paid in full, {owed} yuan the most owed for one ({person}).",
)
OWED = Words(
    "{count} 张未交车的订单未收款超过上限，最多的一张未收 {owed} 元（{person}）。",
    "{count} orders not yet delivered have more to be received than the limit, {owed} yuan the most ({person}).",
)
OVERDUE = Words(
    "现有 {count} 个回访逾期未做，最久的已逾期 {days} 天（{person}）；名单在第 9 页。",
    "{count} follow-ups are overdue, the longest by {days} days ({person}): see page 9.",
)
DOUBTFUL = Words(
    "本月申请战败 {applied} 位，其中 {count} 位有疑点，可能并没有败；名单在第 8 页。",
    "{count} of the {applied} losses applied for are doubtful and may not be lost: see page 8.",
)
LEAVING = Words(
    "{count} 位客户正在流失，最久的一位：{text}（{person}）。",
    "{count} customers are being lost; the longest: {text} ({person}).",
)
STALE = Words(
    "{count} 张客户卡太久没有修订，最久的一张：{text}（{person}）。",
    "{count} cards were not revised for long; the longest: {text} ({person}).",
)
MASKED = Words(
    "附件里的客户姓名只留第一个字，客户编号只留末两位，文字里提到的电话只留头尾；完整内容请在店里的工作簿中查看。",
    "The attachment shows the first character of a customer's name, the last two of a customer number and the ends of a phone "
    "somebody wrote in a text; the shop's own book has them in full.",
)
FULL = Words(
    "附件含客户姓名，已加密；打开密码另行告知，请勿写在邮件里。",
    "The attachment names customers and is encrypted; the password comes another way, never in a mail.",
)
MADE = Words("（本邮件由 xlcrm 起草，由发件人核对后发送。）", "(Drafted by xlcrm; checked and sent by the sender.)")

PASSWORD = Words("请设定打开密码（输入时不显示）", "Password to open the copy (not shown)")
PASSWORD_AGAIN = Words("请再输入一次", "The same once more")
DRAFTED = Words(
    "{month} 邮件草稿已写好，尚未发送。附件中的客户信息已遮盖。",
    "The mail of {month} is drafted and not sent. Customers are masked in its attachment.",
)
DRAFTED_FULL = Words(
    "{month} 邮件草稿已写好，尚未发送。附件含客户姓名，已用您的密码加密；密码没有保存，请另行告知收件人。",
    "The mail of {month} is drafted and not sent. Its attachment names customers and is encrypted with your password, "
    "which is kept nowhere: tell it to the recipient another way.",
)
NO_RECIPIENT = Words("“设置”里没有收件人，请在草稿里填写。", "No recipient stands in 设置: fill one in before sending.")
SHOWN = Words(
    "草稿已在 Outlook 中打开，请核对后自己点发送。", "The draft is open in Outlook: check it and send it yourself."
)
OPENED = Words("草稿已打开：{path}。请核对后自己点发送。", "The draft is open: {path}. Check it and send it yourself.")
