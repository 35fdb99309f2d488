"""What is said of a group's month: its workbook, its troubles, its progress."""

from __future__ import annotations

from xlcrm.catalogue import Words

TITLE = Words("{month} 集团月报", "{month} group report")
COVERAGE = Words(
    "{books} 本工作簿：已结账 {closed}，未结账 {open}，没有本月 {none}，读不出 {unread}；名单上没有报的 {missing}。",
    "{books} books: {closed} closed, {open} not closed, {none} without the month, {unread} not read; {missing} on the list "
    "did not report.",
)
SUMS = Words(
    "集团的每个比率是各店分子之和除以分母之和，不是比率的平均；已结账的月份用结账时留下的数。",
    "Each rate of the group is the sum of the stores' numerators divided by the sum of their denominators, never a mean of "
    "rates; closed months use the figures kept at the close.",
)
QUICK = Words(
    "快速：已结账月份的登记、日报没有读，封账是否完好没有查。",
    "Quick: the rows behind closed months and their seals were not read.",
)
QUARTERS = Words("▲ 名次在前四分之一，▼ 在后四分之一。", "▲ in the top quarter, ▼ in the bottom quarter.")
MANY = Words(
    "店数超过 {most}，不再每店一张；各店的数在“{sheet}”。",
    "More than {most} stores: no sheet for each, see {sheet} for their figures.",
)
SHEETS = {
    "overview": Words("总览", "Overview"),
    "troubles": Words("待处理", "To do"),
    "league": Words("各店排行", "League"),
    "stores": Words("各店指标", "Stores"),
    "regions": Words("区域品牌", "Regions"),
}
FROM_ROWS = Words(
    "按星期、时段、原因、级别去向这些要逐行数的表，在各店自己的月报里：集团只收各店的数，不收一行登记。",
    "What is counted row by row (weekdays, hours, reasons, where grades went) is in each store's own report: the group receives "
    "figures, never rows.",
)
HOLD, NOT_ASKED = Words("完好", "hold"), Words("没有查", "not checked")
HEADERS = {
    "figure": Words("指标", "Figure"),
    "value": Words("本月", "This month"),
    "numerator": Words("分子", "Numerator"),
    "denominator": Words("分母", "Denominator"),
    "last": Words("上月", "Last month"),
    "last_year": Words("去年同月", "Same month last year"),
    "stores": Words("店数", "Stores"),
    "store": Words("店", "Store"),
    "region": Words("区域", "Region"),
    "brand": Words("品牌", "Brand"),
    "state": Words("状态", "State"),
    "rank": Words("名次", "Rank"),
    "quartile": Words("四分位", "Quartile"),
    "trouble": Words("情况", "What"),
    "severity": Words("轻重", "Severity"),
    "book": Words("工作簿", "Book"),
    "closed_on": Words("结账日期", "Closed on"),
    "seals": Words("封账", "Seals"),
    "unbalanced": Words("余额不平", "Not balanced"),
    "divisor": Words("成交率分母", "Divisor of 成交率"),
    "lacks": Words("旧版缺的表", "Sheets missing"),
    "formula": Words("算法", "Formula"),
    "back": Words("← 各店排行", "← League"),
}
STATES = {
    "closed": Words("已结账", "closed"),
    "open": Words("未结账", "not closed"),
    "none": Words("没有本月", "no such month"),
    "unread": Words("读不出", "not read"),
}
OTHERS = Words("未填", "not filled in")
UNLISTED = Words("名单之外", "not on the list")
RANKED = Words("{place}/{of}", "{place}/{of}")

TROUBLES = {
    "unread": Words("读不出来：{why}", "It cannot be read: {why}"),
    "none": Words("没有 {month} 的登记和日报。", "There are no logs of {month}."),
    "missing": Words("名单上有这家店，没有它的工作簿。", "The store is on the list but has no book."),
    "broken": Words("封账后改动过：{months}。", "Changed after the close: {months}."),
    "unbalanced": Words(
        "{month} 的存量余额有 {count} 行不平。", "{count} lines of the balance of {month} do not add up."
    ),
    "open": Words("{month} 还没有结账，数字还会变。", "{month} is not closed: its figures may still change."),
    "twice": Words(
        "不止一本工作簿叫这个店名，各算各的。", "Several books have this store's name; each is counted separately."
    ),
    "divisors": Words(
        "各店成交率的分母不一样：{divisors}。", "The stores use different denominators for 成交率: {divisors}."
    ),
    "older": Words("工作簿是旧版，没有这些表：{sheets}。", "An older book without these sheets: {sheets}."),
}
WORKER_LOST = Words("读这本工作簿的进程中途没有了。", "The process that read this book died.")
PROGRESS = Words(
    "{done}/{count} 店，每秒 {rate}，还要约 {left} 秒", "{done}/{count} stores, {rate} a second, about {left} s left"
)
DONE = Words("{month}：{counted} 家店的数已汇总。", "{month}: the figures of {counted} stores have been consolidated.")
