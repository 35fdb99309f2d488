"""What the demo says."""

from __future__ import annotations

from xlcrm.catalogue import Words

CLERK = Words("信息员", "clerk")
BUILDING = Words(
    "正在建立示范店：8 位顾问，2026 年 8–10 月……", "Building the demo store: 8 consultants, August to October 2026 …"
)
BUILT = Words(
    "已填好工作簿 {rows} 行，其中故意填错 {planted} 处。现在依次点：校验日志 → 级别推进 → 月末结转（8 月、9 月）→ 交叉核对 → 月度分析",
    "The book holds {rows} rows, {planted} of them wrong on purpose. Now: validate → roll → close (August, September) → check → month",
)
SUMMARY = Words("十月小结", "October in short")
TRAFFIC = Words(
    "客流 {batches} 批：首次 {first_visits} 批，留档 {first_visits_with_phone} 批，再次 {repeat_visits} 批，试驾 {test_drives} 次",
    "{batches} parties: {first_visits} first visits, {first_visits_with_phone} left a phone, {repeat_visits} came again, {test_drives} test drives",
)
DEALS = Words(
    "订单 {orders} 张共 {cars} 台，交车 {deliveries} 台，退订 {cancellations} 张，战败批准 {losses_approved} 位",
    "{orders} orders of {cars} cars, {deliveries} cars delivered, {cancellations} orders cancelled, "
    "{losses_approved} losses approved",
)
HONESTY = Words(
    "日志错误 {errors} 处，表与表对不上 {differences} 处：都在“问题清单”，点位置可跳到那一格",
    "{errors} errors in the logs, {differences} differences between sheets: see 问题清单, each with a link to its cell",
)
BALANCED = Words(
    "存量平衡：每个级别、每位顾问的月初 + 增 − 减 = 月末，差额全为 0",
    "The balance closes: opening + in − out = closing for every grade and consultant",
)
UNBALANCED = Words("存量不平，请看“月度分析”的平衡表", "The balance does not close: see the table in 月度分析")
FILES = Words("工作簿：{book}\n月度分析：{report}", "Book: {book}\nAnalysis: {report}")
