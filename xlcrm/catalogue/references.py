"""The closed list of the places of a workbook package that hold a reference to a cell, for docs/references.md."""

from __future__ import annotations

from typing import NamedTuple


class Reference(NamedTuple):
    """A place, as a reader of the book knows it, and where the package keeps it."""

    place: str
    kept_in: str


REFERENCES: dict[str, Reference] = {
    "formula": Reference(
        "单元格里的公式：普通、共享、数组、模拟运算表，本表的和别的表的", "worksheet：f（ref、r1、r2）"
    ),
    "dimension": Reference("用到的区域", "worksheet：dimension"),
    "window": Reference(
        "选中的格子、滚动到的位置、自定义视图", "worksheet：sheetView、pane、selection、customSheetView、sheetPr"
    ),
    "filter": Reference("自动筛选和排序", "worksheet、table：autoFilter、sortState、sortCondition"),
    "validation": Reference("数据验证：范围和公式，普通的和 x14 的", "worksheet：dataValidation"),
    "conditional": Reference(
        "条件格式：范围、公式、色阶和数据条的取值，普通的和 x14 的", "worksheet：conditionalFormatting、cfvo"
    ),
    "sparkline": Reference("迷你图：位置、数据、日期轴", "worksheet：x14:sparkline、x14:sparklineGroup"),
    "hyperlink": Reference("超链接：所在的格子、本文件里的目标", "worksheet：hyperlink（ref、location）"),
    "merged": Reference("合并单元格", "worksheet：mergeCell"),
    "protected": Reference("允许编辑的区域", "worksheet：protectedRange"),
    "ignored": Reference("忽略错误的区域", "worksheet：ignoredError"),
    "break": Reference("分页", "worksheet：rowBreaks，自定义视图里的也算"),
    "scenario": Reference("方案的可变单元格和结果单元格", "worksheet：scenarios、inputCells"),
    "watch": Reference("监视的单元格、智能标记", "worksheet：cellWatch、cellSmartTags"),
    "consolidation": Reference("合并计算的来源", "worksheet：dataRef"),
    "extension": Reference("扩展里的公式（加载项绑定的区域等）", "worksheet：extLst 里的 xm:f"),
    "control": Reference(
        "表单控件：位置、链接的单元格、列表区域",
        "worksheet：controlPr、anchor；ctrlProp：fmlaLink、fmlaRange、fmlaTxbx；vmlDrawing",
    ),
    "name": Reference("名称，打印区域、打印标题和筛选区域在内", "workbook：definedName"),
    "table": Reference("表格的范围，计算列和汇总行的公式", "table：ref、calculatedColumnFormula、totalsRowFormula"),
    "comment": Reference("批注和批注框", "comments；vmlDrawing（按命名空间认，不按前缀）"),
    "thread": Reference("会话批注", "threadedComment"),
    "drawing": Reference(
        "图片和形状的位置、文字链接，照相机图片的来源", "drawing：twoCellAnchor、oneCellAnchor、textlink、cellRange"
    ),
    "link": Reference("写在关系里的本文件链接（#表!格）", "worksheet、drawing 的 rels"),
    "chart": Reference(
        "图表的数据、标题、标签和误差线，图表里形状的文字链接", "chart、chartEx：f、sqref；chartUserShapes"
    ),
    "pivot": Reference("透视表的位置", "pivotTable：location"),
    "source": Reference("透视表的数据来源", "pivotCacheDefinition：worksheetSource、rangeSet"),
    "xml": Reference("XML 映射的单元格", "tableSingleCells：singleXmlCell"),
    "sheet view": Reference("命名的工作表视图", "namedSheetView：nsvFilter"),
    "connection": Reference("查询参数取值的单元格", "connections：parameter"),
}
"""Every one has its test in tests/books/test_references.py."""
