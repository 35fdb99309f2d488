"""Write the generated pages of docs/ from the declarations; ``--check`` exits 1 when they differ."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from books import ledger_of
from logexamples import EXAMPLES, TODAY, VALID, sheets_of
from spoils import SPOILT

from xlcrm.analysis.facts import Measure
from xlcrm.analysis.kpis import SWITCHED_KPIS, Kpi, kpis
from xlcrm.catalogue.findings import FINDINGS, HANDLINGS, SEVERITIES, expected, remedy
from xlcrm.catalogue.labels import LABELS, RULES
from xlcrm.catalogue.references import REFERENCES
from xlcrm.changes import StructureIssue
from xlcrm.findings import Finding, Severity, Spot
from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import Kind, Privacy
from xlcrm.forms.settings import DECLARED, Settings, as_written
from xlcrm.forms.sheets import FORMS
from xlcrm.frames import CATEGORY, COUNT, DAY, NUMBER, REST, SPAN, STRING, TRUTH
from xlcrm.group.export import FACTS, NO_MONTH, SCHEMA_FILE, tables
from xlcrm.validate import structure, validate_logs

DOCS = ROOT / "docs"
KINDS = {
    Kind.TEXT: "文字",
    Kind.DATE: "日期",
    Kind.TIME: "时间",
    Kind.MOMENT: "日期和时间",
    Kind.MONTH: "月份",
    Kind.PHONE: "电话",
    Kind.PHONES: "几个电话",
    Kind.GRADE: "级别",
    Kind.CODE: "选一项",
    Kind.CODES: "选几项",
    Kind.TICK: "打勾",
    Kind.COUNT: "整数",
    Kind.MONEY: "金额",
    Kind.NUMBER: "数字",
    Kind.PERSON: "顾问姓名",
}
PRIVACY = {
    Privacy.NAME: "姓名",
    Privacy.PHONE: "电话",
    Privacy.PLATE: "车牌",
    Privacy.IDENTITY: "身份",
    Privacy.ADDRESS: "住址",
    Privacy.PROSE: "文字里可能有",
    Privacy.NUMBER: "编号",
}

ABOUT = {
    "V00": "结构：数据区里的公式、合并格、错误值，正在生效的筛选。错误值和合并格所在的行不推进。",
    "V01": "必填的没有填，包括有条件的必填：看车没留电话要填未留档原因，留了电话要填意向级别，驳回要写级别。",
    "V02": "不在代码表里的值，并指出最像的一项；写法不规范但意思唯一的照读，只作提示。",
    "V03": "不是日期或时间；日期在将来；结束早于开始（交车、退订、审批、离职）；日志不在工作月。",
    "V04": "不是电话号码，编造的号码，同事自己的号码；隔着空格、横线、+86、全角、小数读出来的，只作提示。",
    "V05": "离去时间不晚于进店时间；停留太短或太长。",
    "V06": "没留电话却有意向级别；留了电话却填了未留档原因。",
    "V07": "不在名单上的顾问；离职以后的登记和日报；离职顾问手里还有客户。",
    "V08": "电话早已登记却写首次，没登记过却写再次；同一客户一天登记两次；同一订单号用了两次。",
    "V09": "撞单：一个电话在两位顾问名下，写明谁先登记、最后联系的是谁。",
    "V10": "补登：填写时间晚于当天或当天的截止时间；三行以上同一时间填写。",
    "V11": "雷同：同一天三位以上客户的经过一字不差。",
    "V12": "有试乘试驾，没有试驾保证书。",
    "V13": "现级别不能由回访改成 O、D、F；级别跳两级以上，经过却不到十个字。",
    "V14": "下次回访早于这次联系，或晚于级别的间隔所允许的。",
    "V15": "明日计划早于日报当天；当日总结写了别的日子。",
    "V16": "这次的原级别与上次的现级别不同，其间又没有下订、退订或驳回战败。",
    "V17": "会被表格软件当成公式的文字。",
    "V18": "一个电话两个不同的姓名（称呼和车牌不算，只差一个字的仍算一位），先按两位顾客各建一卡；一行与另一行人填的内容全部相同。",
    "V19": "在“设置”里选用了表，工作簿里还没有。",
    "V20": "试驾返回早于出发，里程倒退；驾照没有验，保证书没有签。",
    "V21": "拜访没有提前两天约好；编号重复；一次拜访写了几行；上次拜访答应的事，这次没有答复。",
    "V22": "一个月写了两个预算；一个渠道一个月写了两行费用。",
    "V23": "借出的客户档案到期没有归还；应还、归还早于借出。",
    "V24": "选用“经理审核”以后：来店登记到第二天晚上经理还没有看过；审核没有写姓名和时间。",
    "V25": "线索到第二天还没有跟进；跟进、邀约早于线索。",
    "V26": "时段读不懂；一个时段计了两次。",
    "V27": "一家单位写了两行。",
    "V28": "这一项不能有的得分；一次检查给一项打了两次分。",
    "V29": "一个未留档原因写了两行话术。",
    "V30": "首洽一周后才建卡；建卡一周后首次十问还没问全。只问在跟的客户，有“首次十问”各列的工作簿才查。",
    "V31": "锁了单或交了车没有大定日期；写了退订原因没有退订日期。",
    "G01": "建议升级：预计购车日已在更近的窗口之内。",
    "G02": "建议重新评级：在这一级超过了窗口还没有订车。",
    "G03": "建议转失控：三天三次没有联系上。",
    "G04": "建议冻结：初洽满六个月没有订车。",
    "G05": "建议补全订单：有下订的记号，订单里的一行是工具代写的。",
    "G07": "来店登记里没有、直接在客户卡写的卡：初洽日期在本月的按新增计，更早的补进月初留存；只在看见它的那一次推进里提示。",
    "G06": "客户该移走，但他的行上有带不走的东西：这位客户留在原处，其他客户照常推进。单元格里的公式、格式、链接、图片会跟着走，不在此列。",
    "R1": "日报里的每次接待、开拓和每张订单，当天或以前有登记。",
    "R2": "每位 H/A/B/C 客户和每位买主恰有一张客户卡。",
    "R3": "每位 H/A/B 客户恰在一张级别表里，就是卡上的级别、卡上的顾问那一张；C 级可以只在卡上。",
    "R4": "每个留了电话的登记恰在一个状态：在跟、已订、车主或写明的退出；不丢，不重。",
    "R5": "每次接待、每次联系在当天的当日总结里，反过来也一样；车主回访见 R8。",
    "R6": "每个计划在前一个工作日的明日计划里，反过来也一样。",
    "R7": "同一次联系：卡的反面、级别表、日报的现级别三处一致。",
    "R8": "关怀的计划和执行与明日计划、当日总结一致，两个方向。",
    "R9": "计划了没做、做了没计划、做晚了几天；休息日的计划顺延到下一个工作日，不算晚。",
    "R10": "月初留存等于上月月末，等于级别表的月初级别；封账的月份没有再改。",
    "R11": "客户卡和级别表的每一行有登记、月初留存或读入为据，每位在册客户有客户卡和级别表的行；保有客户有交车的订单。",
    "R12": "选用的表与别的表相符：试驾与来店登记，拜访与日报，两个方向；"
    "计划的拜访到期要做；单位的客户卡与单位客户；计数器与来店登记；展厅检查的得分与账上做了的。",
}
"""What a rule or relation is about, in a sentence for a clerk."""


def forms() -> Iterator[str]:
    """Every sheet, column by column."""
    yield "# 工作表\n\n由 `xlcrm/forms/sheets.py` 生成（`python tools/docs.py`）。`*` 为必填。\n"
    for form in FORMS.values():
        yield f"\n## {form.sheet}\n\n{form.title} · 表名 `{form.table}` · {form.filler.value}\n"
        yield "| 列 | 内容 | 必填 | 代码表 | 隐私 | 也认得的写法 |\n|---|---|---|---|---|---|"
        for column in form.columns:
            on = f"，选用“{column.switch}”才有" if column.switch else ""
            star = "*" if column.required.words == "必填" else ""
            by = "（工具填）" if column.by_tool else ""
            privacy = PRIVACY[column.privacy] if column.privacy else ""
            also = " · ".join(column.spellings)
            yield (
                f"| {column.header}{star} | {KINDS[column.kind]}{by}{on} | {column.required.words} | "
                f"{column.codes or ''} | {privacy} | {also} |"
            )
    yield "\n## 代码表\n"
    for codes in CODES.values():
        yield f"- **{codes.name}**{'' if codes.closed else '（可在“字典”中增减）'}：{' · '.join(codes.values)}"


def settings() -> Iterator[str]:
    """Every setting with its default."""
    yield "# 设置\n\n由 `xlcrm/forms/settings.py` 生成。[S] 方法本身，[P] 各店做法，[D] 本产品决定。\n"
    yield "| 键 | 默认值 | 说明 |\n|---|---|---|"
    house = Settings()
    for name, declared in DECLARED.items():
        yield f"| {declared.key} | {as_written(getattr(house, name))} | {declared.about} |"


HUNG = {
    "V00.formula": ("日报的“经过”写着 =VLOOKUP(…)", "同一格是粘贴成的文字"),
    "V00.merged": ("日报的“经过”把两行合并成一格", "两行各有各的经过"),
    "V00.filter": ("日报正筛选着“销售顾问”", "筛选已清除，各行都看得见"),
    "V00.picture": ("“电话”一格里嵌着名片的图片", "这一格写着号码，图片在店里自己加的列"),
    "V00.part": ("工作簿里有一个工具不认得的部件", "没有这样的部件"),
    "V00.error": ("“电话”一格是 #N/A", "“电话”一格是号码"),
    "V00.joined": ("表格下面接着写的一行有合并格，或表格带汇总行", "表格没有汇总行，接着写的一行没有合并格"),
    "V00.below": ("表格下面隔了一个空行才写", "紧接着表格的最后一行写"),
    "G06.comment": ("要移走的行上有批注", "批注的内容在“备注”一列"),
    "G06.thread": ("要移走的行上有会话批注", "会话的内容在“备注”一列"),
    "G06.drawing": ("图片或形状压在要移走的行上", "图片在表头以上"),
    "G06.control": ("复选框压在要移走的行上", "复选框在表头以上"),
    "G06.sparkline": ("要移走的行里有迷你图", "迷你图已清除"),
    "G06.rule": ("条件格式只管要移走的这一行", "条件格式管整列"),
    "G06.beside": ("要移走的行右边、表格之外写了字", "字写在“备注”一列"),
    "G06.reference": ("别的表里有 =H级!B5", "别的表里的公式指着整列"),
    "G06.name": ("名称“他”指着 H级!$B$5", "没有只指着这一行的名称"),
    "G06.chart": ("图表只画要移走的这一行", "图表画整列"),
    "G06.elsewhere": ("别处的复选框链接到要移走的行", "复选框链接到表格以外的格子"),
    "G06.picture": ("店里加的列“照片”有图，要去的级别表没有这一列", "两张级别表都有“照片”一列"),
    "G06.picture_leaves": ("下订的客户，级别表那一行里有图片", "图片在客户卡上"),
}
"""Wrong and right where it is not cells that say it: what stands in or hangs on the sheet."""


def rules() -> Iterator[str]:
    """Every rule and relation: each of its findings as a wrong and a right example have it. The tests run the examples."""
    yield "# 规则与关系\n\n由 `tools/docs.py` 生成：V 查日志，R 核对各表，G 是级别推进时的建议。\n"
    yield (
        "每一条都有错的样子和对的样子，写法是 工作表：列＝内容，没写的列照那张表填好的一行。应为、处理办法就是工具对错的样子说的话；"
        "测试把错的样子喂给工具，恰好报出这一条，换成对的就不报（`tests/support/logexamples.py`、`tests/support/spoils.py`）。\n"
    )
    yield "严重度：**错误**的行不推进，改好再推；**警告**和**提示**照常推进。\n"
    yield (
        "类别：**要改**的改好就不在清单里了；**要核实**的只有人说得清，属实就在“处理”写 已核实：原因；"
        "**记录在案**的已经发生，改不了也不用改，平时不列，只在月报里计数（设置“清单含记录在案”）。错误都是要改。\n"
    )
    yield "各张表填好的一行：\n"
    for sheet, row in VALID.items():
        if row:
            yield f"- {shown(f'{sheet} {row}')}"
    yield (
        "\nR 和 G 的例子出自一家小店：何一 在 A级，回访过；钱二 十月五日来店建卡，今在 A级；孙三 是车主；周四 已战败。"
        "顾问 张敏 周二休息，李强 周五休息。"
    )
    for code in RULES:
        yield f"\n## {code} {RULES[code].zh}\n\n{ABOUT[code]}\n"
        yield "| 严重度 | 类别 | 错的样子 | 对的样子 | 应为 | 处理办法 |\n|---|---|---|---|---|---|"
        for wording in FINDINGS:
            # a line of many hints says in one what each of them says
            if wording.partition(".")[0] == code and not wording.endswith("_many"):
                finding, wrong, right = example_of(wording)
                says = (SEVERITIES[finding.severity], HANDLINGS[finding.handling].zh, wrong, right)
                cells = (*says, expected(finding, "zh"), remedy(finding, "zh"))
                yield f"| {' | '.join(cell.replace('|', '｜') for cell in cells)} |"


def example_of(wording: str) -> tuple[Finding, str, str]:
    """A finding of this wording, what it was found in, and the same put right."""
    if wording in EXAMPLES:
        example = EXAMPLES[wording]
        found = validate_logs(ledger_of(sheets_of(example.wrong), TODAY), TODAY)
        return found[0], shown(example.wrong), shown(example.right)
    if wording in SPOILT:
        case = SPOILT[wording]
        [finding] = [finding for finding in case.found() if finding.wording == wording]
        return finding, shown(case.spoil.wrong()), shown(case.right())
    wrong, right = HUNG[wording]
    at = Spot("H级", "F5", 5)
    if wording.startswith("G06"):
        return (
            Finding(wording, Severity.ERROR, at, about={"what": "F5", "header": "照片", "target": "A级"}),
            wrong,
            right,
        )
    [finding] = structure([StructureIssue(wording.partition(".")[2], at.sheet, at.cell, "")])
    return finding, wrong, right


def shown(example: str) -> str:
    """An example as a reader has it: ``日报 目的=喝茶`` is 日报：目的＝喝茶."""
    return "<br>".join(_shown_row(*row.strip().partition(" ")) for row in example.split(" // "))


def _shown_row(sheet: str, _: str, cells: str) -> str:
    said = []
    for cell in cells.split():
        header, sign, value = cell.partition("=")
        said.append(f"{header}＝{value.replace('_', ' ') or '（空）'}" if sign else header)
    return f"{sheet}：{'，'.join(said) or '填好的一行'}"


def figures() -> Iterator[str]:
    """Every KPI with its formula, as the month prints it."""
    yield "# 指标怎么算\n\n由 `xlcrm/analysis/kpis.py` 生成。不写明的都是当月之内；比率旁边总印着分子和分母，分母是零印 —。\n"
    yield "| 指标 | 怎么算 |\n|---|---|"
    for kpi in kpis(Settings()):
        yield _kpi_row(kpi)
    yield "\n成交率的分母是一项设置（[设置](settings.md)），月报上印着用的是哪一个；级别成交率每个级别一行。"
    yield "\n## 选用表的指标\n\n当月有这些[选用表](switched.md)的行才有，月报和集团月报都一样；没有选用的店一个也看不到。\n"
    yield "| 指标 | 怎么算 |\n|---|---|"
    for kpi in SWITCHED_KPIS.values():
        yield _kpi_row(kpi)
    yield (
        "\n有效线索：结果不是“无效”的。响应、邀约、到店只看有效线索；到店是从线索那天到月底来过店。两个时间都写了钟点的响应才算分钟。"
        "每条、每批、每单的费用只除当月有费用的渠道的线索、批次、订单，按整元。漏登是各时段计数器多出来的批次，登记多出来的不抵扣。"
    )


def _kpi_row(kpi: Kpi) -> str:
    return f"| {LABELS[kpi.key].zh} | {kpi.formula.zh} |"


def references() -> Iterator[str]:
    """The places that hold a reference to a cell."""
    yield "# 指着单元格的地方\n\n由 `xlcrm/catalogue/references.py` 生成。\n"
    yield (
        "级别推进、撤销这些动作会在表格里增减整行。工作簿里别的东西可能正指着这些行：下面是文件里能放单元格引用的全部地方，"
        "行上移下移时，它们都跟着走，撤销时跟着回来。\n"
    )
    yield "| 地方 | 在文件的哪里 |\n|---|---|"
    for reference in REFERENCES.values():
        yield f"| {reference.place} | {reference.kept_in} |"
    yield (
        "\n- 图片、形状、控件属于它开头的那一行。图表和切片器属于工作表：在表格旁边的留在原处，在表格下面的跟着走。"
        "设为“位置固定”的不动。"
    )
    yield "- 计算链和实时数据的清单不改，删去后由 Excel 打开时重新生成。"
    yield "- 文字里写的地址（INDIRECT、HYPERLINK 的参数、VBA 里的地址）没有办法跟着走，在 Excel 里也一样。"


TYPES = {
    STRING: "文字",
    DAY: "日期，或日期和时间",
    SPAN: "一天中的时间，从零点起算",
    COUNT: "整数，可空",
    NUMBER: "数，可空",
    TRUTH: "是或否，可空",
    CATEGORY: "有次序的类别：级别和方法规定的代码表",
}
"""What each type of a data table is for."""


def data() -> Iterator[str]:
    """The tables for data people, column by column."""
    yield "# 数据表\n\n由 `xlcrm/frames.py` 和 `xlcrm/group/export.py` 生成（`python tools/docs.py`）。\n"
    yield '给要用 pandas、数据库或 BI 软件分析的人；按钮用不到这些。安装：`pip install "xlcrm[data]"`。\n'
    yield (
        "```python\nfrom xlcrm.frames import read_book, read_facts\n\n"
        'tables = read_book("CRM.xlsm")  # {工作表名: DataFrame}，客户资料已隐去\n'
        'tables = read_book("CRM.xlsm", masked=False, sheets=["来店登记", "日报"], dtype_backend="pyarrow")\n'
        'facts = read_facts("CRM.xlsm")  # 月报里每个数字背后的每一件事，一行一件\n```\n'
    )
    yield "整批写成文件，按店、按月分文件夹，旁边有 `" + SCHEMA_FILE + "` 写明每张表的列和类型：\n"
    yield "```\nxlcrm export CRM.xlsm 数据 --parquet\nxlcrm export 各店工作簿 数据\n```\n"
    yield (
        "- 不写 `--full`（或 `masked=True`）时，姓名、电话、编号、住址、生日、经过等一律隐去，其他列里出现的客户也隐去；"
        "写了就原样给出，只在店内使用。"
    )
    yield "- 列和类型每次都一样，与工作簿里有什么无关；一张表没有行，就没有它的文件。"
    yield "- 文字、电话、编号一字不改；日期、级别、打勾、数字是读懂以后的值。"
    yield (
        f"- 读不懂的格、读作别的写法的格、店里自己加的列、合计行，一字不改地放在表 `{REST}` 里"
        "（sheet、row、column、text）：没有一格丢失。"
    )
    yield "- `sheet`、`row` 是在工作簿里的位置；`customer` 是客户的序号，同一次读出的各表一致，隐去姓名后仍能连接。"
    yield f"- 店名没有填时用文件名；日期空着或读不懂的行在 `month={NO_MONTH}`。"
    yield "- CSV 是 UTF-8。请用“数据”→“从文本/CSV”打开：直接双击，Excel 会改掉电话，也会运行以 = 开头的文字。\n"
    yield "| 类型 | 内容 |\n|---|---|"
    for dtype, about in TYPES.items():
        yield f"| `{dtype}` | {about} |"
    for name, fields, by in tables():
        yield f"\n## {name}\n\n{_about_table(name)}文件夹：{'、'.join(f'`{part}=…`' for part in by)}\n"
        yield "| 列 | 类型 | 隐私 |\n|---|---|---|"
        columns = {column.header: column for column in FORMS[name].columns} if name in FORMS else {}
        for field in fields:
            privacy = columns[field.name].privacy if field.name in columns else None
            values = f"：{' < '.join(field.values)}" if field.values and name in FORMS else ""
            yield f"| {field.name} | `{field.dtype}`{values} | {PRIVACY[privacy] if privacy else ''} |"
    yield (
        "\n`sheet`、`row` 是证明它的那一行，可以与那张表连接（线索的渠道就这样接上）。`amount` 是 1，但天数、分钟、台、元、目标、"
        "计数器的批次是数。`measure` 有（注明了表的，店里选用了那张[表](switched.md)才有）：\n"
    )
    yield "| measure | 是什么 | 选用的表 |\n|---|---|---|"
    for measure in Measure:
        yield f"| `{measure.value}` | {LABELS[measure.value].zh} | {_FORM_OF.get(measure, '')} |"


_SWITCHED_FORMS = {
    Measure.DEPOSITS: "大定锁单",
    Measure.FIRM_ORDERS: "大定锁单",
    Measure.LEADS: "线索",
    Measure.MEDIA_COST: "渠道费用",
    Measure.COUNTED: "客流计数",
}
_FORM_OF = {Measure.REGISTERED: "客流计数", Measure.DEPOSITS_RETURNED: "大定锁单"} | {
    measure: _SWITCHED_FORMS[kpi.given]
    for kpi in SWITCHED_KPIS.values()
    if kpi.given in _SWITCHED_FORMS
    for measure in kpi.measures
}
"""The forms to be switched on that measures are counted from."""


def _about_table(name: str) -> str:
    if name == REST:
        return "其他各表放不下的格。"
    if name == FACTS:
        return "一行一件事；某月某些 `measure` 的 `amount` 之和就是月报里的数字。`read_facts` 另有 store、month 两列。"
    return f"{FORMS[name].title}。"


PAGES = {
    "kpis.md": figures,
    "data.md": data,
    "references.md": references,
    "forms.md": forms,
    "settings.md": settings,
    "rules.md": rules,
}


def main() -> None:
    """Write the pages, or compare them."""
    stale = []
    for name, page in PAGES.items():
        text = "\n".join(page()) + "\n"
        path = DOCS / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        sys.exit(f"stale: {', '.join(stale)}; run python tools/docs.py")


if __name__ == "__main__":
    main()
