"""What the mail with the month says, and what is asked before a full copy."""

from __future__ import annotations

from xlcrm.catalogue import Words

SUBJECT = Words("{store} {month} 月度分析", "{store}: monthly analysis {month}")
GREETING = Words("您好！", "Dear all,")
FIRST = Words(
    "附上{store} {month} 的月度分析（统计到 {until}）。五项指标和最要紧的三件事如下，表号即附件里的表号。",
    "Attached is the analysis of {month} for {store}, counted to {until}. Below are five key figures and the three things "
    "that matter most; tables are numbered as in the attachment.",
)
MASKED = Words(
    "附件里的客户姓名只留第一个字，客户编号只留末两位，文字里提到的电话只留头尾；完整内容请在店里的工作簿中查看。",
    "The attachment shows only the first character of a customer's name, the last two of a customer number and the ends of a "
    "phone mentioned in a text; they are in full in the shop's own book.",
)
FULL = Words(
    "附件含客户姓名，已加密；打开密码另行告知，请勿写在邮件里。",
    "The attachment names customers and is encrypted; the password is sent separately, never by mail.",
)
MADE = Words("（本邮件由 xlcrm 起草，由发件人核对后发送。）", "(Drafted by xlcrm; checked and sent by the sender.)")

PASSWORD = Words("请设定打开密码（输入时不显示）", "Password to open the copy (not shown)")
PASSWORD_AGAIN = Words("请再输入一次", "Repeat the password")
DRAFTED = Words(
    "{month} 邮件草稿已写好，尚未发送。附件中的客户信息已遮盖。",
    "The mail for {month} is drafted but not sent. Customers are masked in its attachment.",
)
DRAFTED_FULL = Words(
    "{month} 邮件草稿已写好，尚未发送。附件含客户姓名，已用您的密码加密；密码没有保存，请另行告知收件人。",
    "The mail for {month} is drafted but not sent. Its attachment names customers and is encrypted with your password, "
    "which is not stored: send it to the recipient separately.",
)
NO_RECIPIENT = Words(
    "“设置”里没有收件人，请在草稿里填写。", "设置 has no recipient: enter one in the draft before sending."
)
SHOWN = Words(
    "草稿已在 Outlook 中打开，请核对后自己点发送。", "The draft is open in Outlook: check it and send it yourself."
)
OPENED = Words("草稿已打开：{path}。请核对后自己点发送。", "The draft is open: {path}. Check it and send it yourself.")
