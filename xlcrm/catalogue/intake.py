"""What an import says of files, columns and rows."""

from __future__ import annotations

from xlcrm.catalogue import Words

REASONS: dict[str, Words] = {
    "total": Words("合计行", "A total"),
    "signature": Words("签字栏", "A signature line"),
    "legend": Words("说明文字", "A legend"),
    "template": Words("空白模板行", "A blank row of the form"),
    "header": Words("重复的表头", "The header repeated"),
    "band": Words("分段标题，已用于下面的行", "A heading, applied to the rows below"),
    "empty": Words("没有客户姓名、电话，也看不出是一批来店", "No name, no phone, and nothing that looks like a visit"),
    "no_sheet": Words("本簿没有对应的表", "This book has no sheet for such rows"),
    "small_deposit": Words("只有小定，不是订单", "A small deposit only, not an order"),
    "again": Words("上次已读入", "Read in before"),
    "closed": Words("{month} 已结转封账，不再补入", "{month} is closed and sealed"),
    "no_key": Words("没有电话，认不出是哪位客户", "No phone, so the customer cannot be identified"),
    "same_visit": Words("同一位客户同一次来店，{of} 已有", "The same visit of the same customer as {of}"),
    "same_report": Words("同一天同一位客户的同一条日报，{of} 已有", "The same report as {of}"),
    "same_customer": Words("同一位客户，{of} 已有", "The same customer as {of}"),
    "same_order": Words("同一张订单，{of} 已有", "The same order as {of}"),
    "same_loss": Words("同一位客户的同一次申请，{of} 已有", "The same loss as {of}"),
    "same_car": Words("同一位车主的同一辆车，{of} 已有", "The same car as {of}"),
    "same_contact": Words("同一次联系，{of} 已有", "The same contact as {of}"),
}
"""Why a row was not imported, or what it repeats."""

HOW: dict[str, Words] = {
    "header": Words("列名", "header"),
    "group": Words("上级列名", "group"),
    "values": Words("列里的内容", "values"),
    "neighbours": Words("旁边的列", "neighbours"),
    "ticked": Words("打勾列", "ticked column"),
    "grid": Words("每日一列", "a column for each day"),
    "label": Words("左边的标签", "label"),
    "person": Words("人工指定", "by a person"),
    "unused": Words("人工指定不用", "not used, by a person"),
    "free": Words("没有对应的栏目，并入备注", "no matching column: added to the remarks"),
    "beside": Words("没有对应的栏目，留在读入结果", "no matching column: kept on 读入结果"),
    "doubtful": Words("列名和内容对不上", "header and values disagree"),
    "": Words("不认识", "unknown"),
}
"""How a column was understood."""

NOTES: dict[str, Words] = {
    "hidden_sheet": Words("这张表是隐藏的，也读了", "the sheet is hidden; it was read too"),
    "hidden_rows": Words("有 {count} 行隐藏，也读了", "{count} hidden rows were read too"),
    "hidden_columns": Words("有 {count} 列隐藏，也读了", "{count} hidden columns were read too"),
    "undressed": Words("颜色和批注没有读（文件类型或大小所限）", "colours and comments were not read"),
    "coloured": Words(
        "{count} 行有底色（例如第 {row} 行），颜色的意思请人工核对",
        "{count} rows are coloured, such as row {row}: check what the colour means",
    ),
    "struck": Words(
        "{count} 行有删除线（例如第 {row} 行），仍按有效读入，请核对",
        "{count} rows are struck out, such as row {row}: they were read as valid; please check",
    ),
    "comments": Words("{count} 条批注并入了备注", "{count} comments were added to the remarks"),
    "uncomputed": Words(
        "{count} 格公式没有保存结果，读成空白；请在 Excel 里打开保存一次再读",
        "{count} formulas have no stored result: save the file in Excel and read it again",
    ),
    "scale": Words(
        "级别用的是另一套（{values}），按原样写入，没有换算；要换算，在“读入对照”里写每个值是哪一级",
        "the grades use another scale ({values}) and were kept as typed; map each value in 读入对照 to convert them",
    ),
    "unknown_values": Words(
        "{source} 里 {count} 种写法不认识，按原样写入：{values}",
        "{source}: {count} values are unknown and were kept as typed: {values}",
    ),
    "legend": Words(
        "{source} 的字母按表上的说明换成了文字", "{source}: letters were replaced by the words of the legend"
    ),
    "no_rows": Words("没有数据行", "no rows"),
}
"""What a person should know of a sheet."""

NOBODY = Words("没有客户，不读入", "no customers: nothing is imported")
IMPORTED = Words(
    "读了 {files} 个文件、{sheets} 张表、{rows} 行：读入 {imported} 行，重复 {duplicate} 行，没有读入 {listed} 行。",
    "{files} files, {sheets} sheets, {rows} rows read: {imported} imported, {duplicate} duplicates, {listed} not imported.",
)
NOTHING_NEW = Words("这些文件上次已经读过，没有新的内容。", "These files were read before: nothing new.")
NOTHING_FOUND = Words(
    "没有认出客户表，什么也没有读入：{sheets}。表头改成常见的写法，例如客户姓名、电话、车型，再读一次。",
    "No table of customers was found, so nothing was imported: {sheets}. Use common headers, such as 客户姓名, 电话, 车型, and try again.",
)
STAFF = Words(
    "顾问名单原来是空的，按表里的名字添了 {count} 位：{names}。请核对。",
    "顾问 was empty; {count} names from the files were added: {names}. Please check.",
)
CODES = Words(
    "字典里添了本店自己的写法 {count} 种：{names}。", "{count} of the shop's own values were added to 字典: {names}."
)
SHARED = Words(
    "{count} 个电话有两个不同的姓名，先按两位客户读入，请核对：{names}",
    "{count} phones have two names each and were taken as two customers; please check: {names}",
)
WHERE = Words("{file} {sheet} 第 {row} 行", "{file} {sheet} row {row}")
PREVIEW = Words(
    "看懂了 {files} 个文件、{sheets} 张表、{rows} 行，还没有读入。请到“读入对照”看每一列读成了什么，不对的在“改为”写对；再点一次“读入旧表”就读入。",
    "{files} files, {sheets} sheets, {rows} rows were understood; nothing is imported yet. See 读入对照 for how each column was "
    "read, correct mistakes under 改为, and press again to import.",
)
TABLE = Words(
    "【{file}】{sheet} → {kind}，表头第 {header} 行：{rows} 行，读入 {imported}，重复 {duplicate}，不读 {listed}",
    "[{file}] {sheet} → {kind}, header in row {header}: {rows} rows, {imported} imported, {duplicate} duplicates, {listed} not",
)
CARD_TABLE = Words(
    "【{file}】{sheet} → {kind}（卡片）：{rows} 行，读入 {imported}，重复 {duplicate}，不读 {listed}",
    "[{file}] {sheet} → {kind} (card): {rows} rows, {imported} imported, {duplicate} duplicates, {listed} not",
)
READING = Words("正在读 {file}（{number}/{count}）…", "Reading {file} ({number}/{count}) …")
UNDERSTANDING = Words("读出 {rows} 行，正在认列、查重…", "{rows} rows read; understanding and comparing them …")
WRITING = Words("正在写入 {book}，并校验…", "Writing {book} and checking it …")
LOOK = Words(
    "每一行的去向见“读入结果”，每一列读成了什么见“读入对照”。认错了，撤销后在“读入对照”改，再读一次。",
    "读入结果 lists what became of each row, 读入对照 how each column was read. To correct that, undo, edit 读入对照 and import again.",
)
FINDINGS = Words(
    "读入的内容有 {errors} 处错误、{warnings} 处警告，已列在“问题清单”。",
    "The imported rows have {errors} errors and {warnings} warnings, listed on 问题清单.",
)
