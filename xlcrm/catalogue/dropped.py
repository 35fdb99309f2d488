"""What the .cmd files of the Windows zip say, beside what the verbs say themselves."""

from __future__ import annotations

from xlcrm.catalogue import Words

DROP = Words("请先关闭工作簿，再把它拖到这个文件的图标上。", "Close the workbook, then drop it on this file.")
NONE = Words("拖过来的不是 .xlsm 或 .xlsx 工作簿。", "What was dropped is not an .xlsm or .xlsx workbook.")
WHICH = Words("共 {count} 本。", "{count} workbooks.")
EACH = Words("── {book}", "── {book}")
