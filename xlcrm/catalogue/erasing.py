"""What is said of an erased customer: what would be touched, where he is left, what became of the copies."""

from __future__ import annotations

from xlcrm.catalogue import Words

ERASED = Words(
    "删除一位客户的个人资料：{count} 格改为代号“{token}”或清空，除“客户背景”外各项统计不变。这一步和它以前的操作都不能再撤销。",
    "One customer's personal data is erased: {count} cells become “{token}” or blank; no figures change except in “Who the "
    "customers are”. Neither this nor any earlier operation can be undone.",
)
OTHERS_TOUCHED = Words(
    "其中有另外 {others} 位客户的 {count} 格文字：只把这位客户的电话、车牌、VIN 换成代号，别的不动。",
    "{count} texts of {others} other customers are among them: only this customer's phones, plates and VINs are replaced.",
)
MENTIONED = Words(
    "表格里别处还有 {count} 处出现这个名字或号码，没有改，请人工查看：{places}",
    "The name or a number also appears in {count} other cells, which were not changed; please check them: {places}",
)
SHARED = Words(
    "这位客户的号码有的也是别的客户或同事的，{count} 处没有动：{places}",
    "Some of the customer's numbers also belong to another customer or a colleague; {count} places were left: {places}",
)
LEFT = Words(
    "表格以外的其他位置还有 {count} 处，程序不能替您改，请人工处理：{places}",
    "{count} more places outside the tables cannot be changed by the program; please deal with them yourself: {places}",
)
FORGOTTEN = Words(
    "{folder} 里本簿的 {count} 份备份仍含原资料，一并删除。寄出、另存和同步到别处的副本请自行处理。",
    "The {count} backups of the book in {folder} contain the data and are removed too. Deal with copies mailed, saved or "
    "synchronised elsewhere yourself.",
)
NOT_FORGOTTEN = Words(
    "{folder} 里的 {names} 正被其他程序占用，没能删除，里面还有这位客户的资料。请关闭占用它的程序，再按一次。",
    "{names} in {folder} could not be removed and still contain the customer's data: close the program that is using them "
    "and erase again.",
)
FINISHED = Words(
    "上一次删除客户资料没有做完，现在做完了：{folder} 里的 {count} 份备份已删除。",
    "The last erase had not finished; it has now: {count} backups in {folder} were removed.",
)
TO_FINISH = Words(
    "上一次删除客户资料没有做完：{folder} 里还有 {count} 份备份，将一并删除。",
    "The last erase had not finished: the {count} backups in {folder} will be removed.",
)

KINDS: dict[str, Words] = {
    "cell": Words("别的表 {place}", "the cell {place}"),
    "comment": Words("批注 {place}", "the comment at {place}"),
    "header": Words("页眉页脚 {place}", "the header or footer of {place}"),
    "rule": Words("工作表 {place} 的有效性、条件格式或链接", "a rule or a link of the sheet {place}"),
    "name": Words("名称 {place}", "the name {place}"),
    "drawing": Words("文本框或图形 {place}", "a text box or shape in {place}"),
    "chart": Words("图表 {place}", "a chart in {place}"),
    "pivot": Words("数据透视表 {place}（请刷新）", "a pivot table in {place} (refresh it)"),
    "external": Words("外部链接的缓存 {place}", "what is cached of another book: {place}"),
    "picture": Words("图片或图形在此人的行上 {place}", "a picture or shape on the customer's row {place}"),
    "properties": Words("文档属性", "the document's properties"),
    "other": Words("其他部件 {place}", "the part {place}"),
    "file": Words("文件 {place}", "the file {place}"),
    "export": Words("导出的数据 {place}", "the exported data in {place}"),
    "sealed": Words("加密或读不了的文件 {place}（没有查）", "the file {place}, encrypted or unreadable (not searched)"),
}
"""What a place is where he is left, by ``books.xlsx.leftover.Left.kind``."""
