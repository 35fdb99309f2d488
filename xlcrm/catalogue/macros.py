"""What a button says while it works, and what it or a command says when the program itself failed."""

from __future__ import annotations

from xlcrm.catalogue import Words

READING = Words("{label}：正在读取各表…", "{label}: reading…")
DECIDING = Words("{label}：正在计算…", "{label}: working…")
WRITING = Words("{label}：正在写入…", "{label}: writing…")

OPEN_NOW = Words("现在打开看看吗？", "Open it now?")
OPEN_BESIDE = Words("请在工作簿所在的文件夹里打开它。", "Open it from the folder of the book.")
"""Said of a workbook that was made where the program that shows the book cannot be asked to open another."""

AUTOSAVES = Words(
    "“自动保存”开着：不存盘关闭退不回来，请用“撤销”；别人也可能正在同时编辑这一本，点按钮之前请他们先关闭，由一个人点。",
    "AutoSave is on: closing without saving takes nothing back, use Undo. Others may be editing this book at the same time: have "
    "them close it before a button is pressed.",
)
MANUAL_OPEN = Words("说明书已在浏览器里打开：\n{path}", "The manual is open in the browser:\n{path}")
MANUAL_AT = Words("请用浏览器打开说明书：\n{path}", "Open the manual with a browser:\n{path}")
NO_MANUAL = Words(
    "这台电脑上没有说明书：在安装用的 zip 里双击 说明书.html，或看源程序的 docs 文件夹。首页写着每天的顺序。",
    "The manual is not on this computer: open 说明书.html of the zip that was installed, or the folder docs of the sources.",
)

CRASHED = Words(
    "程序出错，没有改动任何内容。请把日志发给支持人员：\n{log}",
    "The program failed; nothing was changed. Please send the log to support:\n{log}",
)
CRASHED_WRITING = Words(
    "程序出错，工作簿可能只改了一部分。请不要保存，关闭后重新打开；开着“自动保存”时已经存了，请用 文件 → 信息 → 版本历史 退回。"
    "请把日志发给支持人员：\n{log}",
    "The program failed and may have changed part of the book. Close it without saving; with AutoSave on it is saved already: "
    "go back in File → Info → Version History. Please send the log to support:\n{log}",
)
"""The button's writes are not saved yet: closing without saving undoes them."""

MADE = Words(
    "书旁的文件已经做好，内容是按下按钮那一刻的。",
    "The file beside the book is ready; it shows the book as it was when the button was pressed.",
)
"""Said below the reason why nothing was written into the book."""

BOOK_UNCHANGED = Words(
    "程序出错，工作簿没有改动。请把日志发给支持人员：\n{log}",
    "The program failed; the book was not changed. Please send the log to support:\n{log}",
)
NOT_DONE = Words(
    "程序出错，没有做完，文件可能已经写了。请先打开看看再继续，并把日志发给支持人员：\n{log}",
    "The program failed before it finished and may have written its files: check them before you go on. Please send "
    "the log to support:\n{log}",
)
