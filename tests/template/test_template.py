"""The workbook as built: the same bytes every time, and everything a person or a button relies on stands in it."""

from __future__ import annotations

import inspect
import io
import os
import re
import subprocess
import sys
import warnings
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from libreoffice import drive
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from pyopenvba import VBAModuleKind

from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Changes, Link
from xlcrm.forms import workbook as layout
from xlcrm.forms.codes import CODES, CodeList, with_dictionary
from xlcrm.forms.schema import NUMBER_FORMATS, TEXT_FORMAT, Column, Form
from xlcrm.forms.settings import DECLARED, Settings, parse
from xlcrm.forms.sheets import FORMS, HOME_SHEET
from xlcrm.forms.switched import SWITCHES
from xlcrm.report.look import display_width
from xlcrm.template import blank_book, vba, words
from xlcrm.template import build as builder
from xlcrm.template.__main__ import main
from xlcrm.template.buttons import BUTTONS
from xlcrm.template.columns import header_width
from xlcrm.template.cut import FORBIDDEN, cut
from xlcrm.template.lists import PEOPLE, list_name
from xlcrm.template.package import differences, packed, parts
from xlcrm.template.ribbon import NAMESPACE, PART

COMMITTED = Path(__file__).parents[2] / "workbook" / "CRM.xlsm"
KNOWN_IMAGES = {
    "DataValidation",
    "DataValidationCircleInvalid",
    "ErrorChecking",
    "RemoveDuplicates",
    "RefreshAll",
    "Refresh",
    "PivotTableReport",
    "ChartInsert",
    "FileSendAsAttachment",
    "FileSaveAsPdfOrXps",
    "FileDocumentEncrypt",
    "SheetProtect",
    "ReviewNewComment",
    "ReviewNextComment",
    "Filter",
    "SortDialog",
    "Undo",
    "Redo",
    "FilePrint",
    "HyperlinkInsert",
    "Help",
    "TableInsertExcel",
}
"""imageMso names that exist in Office 2013 and in Microsoft 365."""
FILLED = [form for form in FORMS.values() if form.checked]
EXCEL_ATTRIBUTE = re.compile(r"^(Attribute VB_|VERSION |BEGIN|  MultiUse|END\r)")


SHEETS = layout.sheets_with(SWITCHES)


@pytest.fixture(autouse=True)
def _built_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the one that other tests begin with."""
    monkeypatch.setattr(builder, "build", inspect.unwrap(builder.build))


@pytest.fixture(scope="module")
def package() -> bytes:
    """The book with every form switched on."""
    return blank_book("", SWITCHES)


@pytest.fixture(scope="module")
def contents(package: bytes) -> dict[str, bytes]:
    return parts(package)


@pytest.fixture(scope="module")
def book(package: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(package))


@pytest.fixture(scope="module")
def values(package: bytes) -> Workbook:
    """The book with the results of formulas in place of the formulas."""
    return openpyxl.load_workbook(io.BytesIO(package), data_only=True)


@pytest.fixture(scope="module")
def macros(package: bytes) -> dict[str, str]:
    """Module name → source, as olevba reads it from the workbook."""
    with warnings.catch_warnings(action="ignore"):  # its import warns of its own dependencies
        from oletools.olevba import VBA_Parser
    found = VBA_Parser("CRM.xlsm", data=package).extract_macros()
    return {Path(name).stem: code for _, _, name, code in found}


def rows(book: Workbook, sheet: str) -> list[list[str]]:
    table = book[sheet].tables[FORMS[sheet].table]
    return [[str(cell.value or "") for cell in row] for row in book[sheet][table.ref][1:]]


class TestSameBytes:
    def test_twice_in_one_process(self, package: bytes) -> None:
        assert blank_book("", SWITCHES) == package

    def test_in_another_process_with_another_hash_order_clock_and_language(self, tmp_path: Path) -> None:
        path = tmp_path / "CRM.xlsm"
        elsewhere = {"PYTHONHASHSEED": "77", "TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONUTF8": "0"}
        subprocess.run(
            [sys.executable, "-m", "xlcrm.template", "-o", path],
            check=True,
            timeout=60,
            env={**os.environ, **elsewhere},
        )
        assert path.read_bytes() == blank_book()

    def test_whatever_the_line_ends_of_a_source(self) -> None:
        assert vba.crlf("a\nb\n") == vba.crlf("a\r\nb\r\n") == "a\r\nb\r\n"


class TestCheck:
    @pytest.mark.pinned
    def test_committed_file_is_up_to_date(self) -> None:
        assert main(["--check", "-o", str(COMMITTED)]) == 0

    def test_names_the_tampered_part(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        contents = parts(blank_book())
        path = tmp_path / "CRM.xlsm"
        path.write_bytes(packed(contents | {PART: contents[PART].replace(b"crmTab", b"crmTub")}))
        assert main(["--check", "-o", str(path)]) == 1
        assert PART in capsys.readouterr().err

    def test_writes_what_it_then_accepts(self, tmp_path: Path) -> None:
        path = str(tmp_path / "new.xlsm")
        assert main(["-o", path]) == 0
        assert main(["--check", "-o", path]) == 0

    @pytest.mark.parametrize(
        ("other", "named"),
        [({"a": b"1"}, ["b"]), ({"a": b"1", "b": b"2", "c": b""}, ["c"]), ({"a": b"1", "b": b"9"}, ["b"])],
        ids=["missing", "added", "changed"],
    )
    def test_differences(self, other: dict[str, bytes], named: list[str]) -> None:
        assert differences(packed(other), packed({"a": b"1", "b": b"2"})) == named

    def test_the_order_of_the_parts_counts(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("b", b"2")
            archive.writestr("a", b"1")
        assert differences(out.getvalue(), packed({"a": b"1", "b": b"2"})) == ["b", "a"]


class TestSheets:
    def test_in_order_and_only_the_last_two_hidden(self, book: Workbook) -> None:
        assert tuple(book.sheetnames) == SHEETS
        assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["_lists", "xlwings.conf"]

    @pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.sheet)
    def test_one_table_with_the_exact_headers(self, book: Workbook, form: Form) -> None:
        sheet: Worksheet = book[form.sheet]
        assert list(sheet.tables) == [form.table]
        header, *below = sheet[sheet.tables[form.table].ref]
        assert tuple(cell.value for cell in header) == form.headers_with(SWITCHES)
        assert {cell.row for cell in header} == {layout.HEADER_ROW}
        assert below

    @pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.sheet)
    def test_header_and_name_stay_in_sight(self, book: Workbook, form: Form) -> None:
        corner = book[form.sheet].freeze_panes
        assert corner.endswith(str(layout.HEADER_ROW + 1))
        assert corner[0] > "A"

    @pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.sheet)
    def test_cells_keep_what_is_typed(self, book: Workbook, form: Form) -> None:
        alike = book[form.sheet].column_dimensions.values()
        looks = {i: style for style in alike for i in range(style.min, style.max + 1)}
        for i, column in enumerate(form.columns, start=1):
            style = looks[i]
            assert style.number_format == NUMBER_FORMATS.get(column.kind, TEXT_FORMAT), column.header
            assert style.width >= header_width(column.header), column.header

    @pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.sheet)
    def test_prints_on_a4_landscape_one_page_wide_with_its_header_on_every_page(
        self, book: Workbook, form: Form
    ) -> None:
        sheet = book[form.sheet]
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToWidth or 1, setup.fitToHeight) == (9, "landscape", 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == f"$1:${layout.HEADER_ROW}"
        assert "&P" in sheet.oddFooter.center.text

    def test_a_chinese_character_is_two_wide(self) -> None:
        assert [display_width(text) for text in ("H级", "VIN", "（）", "")] == [3, 3, 4, 0]


def rule_of(sheet: Worksheet, column: int) -> tuple[str, str, str] | None:
    """Type, source and severity of the data validation that covers a column from the first to the last row."""
    letter = get_column_letter(column)
    area = f"{letter}{layout.HEADER_ROW + 1}:{letter}{layout.LAST_ROW}"
    for rule in sheet.data_validations.dataValidation:
        if str(rule.sqref) == area:
            return rule.type, rule.formula1, rule.errorStyle
    return None


def coded(form: Form) -> list[tuple[int, Column]]:
    return [(i, column) for i, column in enumerate(form.columns, start=1) if column.codes and not column.by_tool]


class TestHelp:
    @pytest.mark.parametrize("form", FILLED, ids=lambda form: form.sheet)
    def test_every_coded_column_has_its_drop_down_and_refuses_nothing(self, book: Workbook, form: Form) -> None:
        for i, column in coded(form):
            assert column.codes is not None
            assert rule_of(book[form.sheet], i) == ("list", list_name(column.codes), "warning"), column.header

    @pytest.mark.parametrize("form", FILLED, ids=lambda form: form.sheet)
    def test_a_warning_fits_the_box_excel_gives_it(self, book: Workbook, form: Form) -> None:
        for rule in book[form.sheet].data_validations.dataValidation:
            assert len(rule.errorTitle) <= 32
            assert len(rule.error) <= 255

    @pytest.mark.parametrize("form", FILLED, ids=lambda form: form.sheet)
    def test_every_header_says_what_goes_in(self, book: Workbook, form: Form) -> None:
        header = book[form.sheet][layout.HEADER_ROW]
        for cell, column in zip(header, form.columns, strict=False):
            assert (column.required.words or "选填") in cell.comment.text or column.by_tool, column.header
        assert header[-1].comment.text.startswith("由工具填写")

    def test_people_come_from_the_list_of_consultants(self, book: Workbook) -> None:
        column = list(FORMS["来店登记"].index).index("consultant") + 1
        assert rule_of(book["来店登记"], column) == ("list", PEOPLE, "warning")
        assert "顾问!$A$2" in book.defined_names[PEOPLE].attr_text

    @pytest.mark.parametrize("codes", CODES.values(), ids=lambda codes: codes.name)
    def test_the_list_behind_a_drop_down(self, values: Workbook, codes: CodeList) -> None:
        match = re.search(r"_lists!\$([A-Z]+)\$2", values.defined_names[list_name(codes.name)].attr_text)
        assert match
        assert tuple(cell.value for cell in values["_lists"][match[1]][1:] if cell.value) == codes.values

    def test_error_rows_and_overdue_rows_are_coloured_by_words(self, book: Workbook) -> None:
        found = {
            sheet.title: sorted(
                rule.formula[0] for area in sheet.conditional_formatting for rule in area.rules if rule.formula
            )
            for sheet in book
        }
        assert found["来店登记"] == ['LEFT($X2,2)="警告"', 'LEFT($X2,2)="错误"']
        assert found["H级"] == ['LEFT($U2,2)="警告"', 'LEFT($U2,2)="错误"', "N($O2)>0"]
        assert found["问题清单"] == ['$C2="警告"', '$C2="错误"']


class TestSetUp:
    def test_every_setting_stands_in_its_sheet_with_its_default(self, book: Workbook) -> None:
        entries = [(key, value) for key, value, *_ in rows(book, "设置")]
        assert parse(entries) == (Settings(switched=SWITCHES), {})
        assert len(entries) == len(DECLARED)

    def test_the_dictionary_holds_every_list(self, book: Workbook) -> None:
        found = rows(book, "字典")
        assert with_dictionary((name, code) for name, code, *_ in found) == CODES
        assert ["未留档原因", "客户-闲逛", "", "客户", ""] in found
        assert [(name, code) for name, code, *_ in found] == [(c.name, v) for c in CODES.values() for v in c.values]

    def test_marked_as_ours(self, book: Workbook) -> None:
        assert book.custom_doc_props[layout.SCHEMA_PROPERTY].value == layout.SCHEMA

    def test_xlwings_starts_no_server_and_imports_nothing_from_beside_the_book(self, book: Workbook) -> None:
        conf = {key.value: value.value for key, value in book["xlwings.conf"]["A1:B6"]}
        assert conf["ADD_WORKBOOK_TO_PYTHONPATH"] == conf["USE UDF SERVER"] == conf["SHOW CONSOLE"] == "False"
        assert not conf["Interpreter_Win"]


class TestHome:
    def test_status_cells_have_names_the_macros_use(self, book: Workbook) -> None:
        for name, (sheet, cell) in (
            ("crm_store", layout.HOME_STORE),
            ("crm_last", layout.HOME_LAST),
            ("crm_result", layout.HOME_RESULT),
        ):
            assert book.defined_names[name].attr_text.replace("$", "") == f"{sheet}!{cell}"

    def test_the_list_of_findings_names_its_places(self, book: Workbook) -> None:
        sheet, _, cell = book.defined_names["crm_place"].attr_text.replace("$", "").partition("!")
        assert (sheet, book[sheet][cell].value) == ("问题清单", "位置")

    def test_links_to_every_form(self, book: Workbook) -> None:
        """Where one types the link finds the first free row, by a formula; to the tool's own sheets it is a plain one."""
        cells = [cell for row in book[HOME_SHEET] for cell in row]
        plain = {cell.hyperlink.location.split("!")[0].strip("'") for cell in cells if cell.hyperlink}
        formulas = re.findall(r"""=HYPERLINK\("#'(.+?)'!A"&""", "\n".join(str(cell.value) for cell in cells))
        assert set(FORMS) <= plain | set(formulas)
        assert set(formulas) == {name for name, form in FORMS.items() if form.checked}

    def test_a_button_for_every_verb(self, contents: dict[str, bytes]) -> None:
        drawings = b"".join(part for name, part in contents.items() if name.endswith(".vml"))
        assert re.findall(rb"<x:FmlaMacro>\[0\]!(\w+)<", drawings) == [button.macro.encode() for button in BUTTONS]

    def test_a_button_stands_within_its_row(self, contents: dict[str, bytes]) -> None:
        """One that reaches into the next row covers the hint below the buttons."""
        anchors = re.findall(rb"<x:Anchor>([^<]*)<", contents["xl/drawings/vmlDrawing1.vml"])
        rows = [(corner[2], corner[6]) for corner in (anchor.split(b", ") for anchor in anchors)]
        assert [one for one, other in rows if one != other] == []
        assert len(rows) == len(BUTTONS)


def procedures(macros: dict[str, str]) -> dict[str, list[int]]:
    """Number of parameters of each Public Sub, by name."""
    subs: dict[str, list[int]] = {}
    for code in macros.values():
        for name, parameters in re.findall(r"^Public Sub (\w+)\((.*)\)", code, re.MULTILINE):
            subs.setdefault(name, []).append(len([p for p in parameters.split(",") if p.strip()]))
    return subs


def test_where_things_stand_is_read_without_the_builder() -> None:
    """Every click imports the layout; XlsxWriter and pyOpenVBA would cost it a sixth of a second."""
    code = "import sys, xlcrm.forms.workbook; print([m for m in ('xlsxwriter', 'pyopenvba') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60).strip() == "[]"


class TestRibbon:
    def test_related_by_the_type_of_its_namespace(self, contents: dict[str, bytes]) -> None:
        found = [r.attrib for r in ElementTree.fromstring(contents["_rels/.rels"]) if r.get("Target") == PART]
        assert [r["Type"] for r in found] == ["http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"]
        assert ElementTree.fromstring(contents[PART]).tag == f"{{{NAMESPACE}}}customUI"

    def test_ids_key_tips_and_images(self, contents: dict[str, bytes]) -> None:
        elements = list(ElementTree.fromstring(contents[PART]).iter())
        ids = Counter(element.get("id") for element in elements if element.get("id"))
        tips = Counter(element.get("keytip") for element in elements if element.get("keytip"))
        assert max(ids.values()) == max(tips.values()) == 1
        assert all(re.fullmatch("[A-Z0-9]{1,3}", str(tip)) for tip in tips)
        assert {element.get("imageMso") for element in elements} - {None} <= KNOWN_IMAGES

    def test_groups_and_buttons_in_the_order_of_the_list(self, contents: dict[str, bytes]) -> None:
        root = ElementTree.fromstring(contents[PART])
        buttons = [
            (group.get("label"), button.get("tag")) for group in root.iter(f"{{{NAMESPACE}}}group") for button in group
        ]
        assert buttons == [(button.group, button.verb) for button in BUTTONS]

    def test_every_callback_is_one_public_sub_of_one_argument(
        self, contents: dict[str, bytes], macros: dict[str, str]
    ) -> None:
        called = {element.get("onAction") for element in ElementTree.fromstring(contents[PART]).iter()} - {None}
        assert {str(name): procedures(macros)[str(name)] for name in called} == {"CrmRibbonAction": [1]}


class TestMacros:
    def test_every_sheet_button_has_its_macro(self, macros: dict[str, str]) -> None:
        for button in BUTTONS:
            assert procedures(macros)[button.macro] == [0]
            assert f'Public Sub {button.macro}()\r\n    CrmRun "{button.verb}"' in macros["CrmButtons"]

    def test_verbs_and_macros_are_ascii_and_differ(self) -> None:
        assert len({button.macro for button in BUTTONS}) == len(BUTTONS)
        assert all(re.fullmatch("[a-z]+", button.verb) for button in BUTTONS)

    def test_read_back_as_written(self, macros: dict[str, str]) -> None:
        for module in vba.modules():
            assert body(macros[module.name]) == body(module.text), module.name

    def test_a_click_imports_no_package_it_does_not_need(self) -> None:
        """Where pandas is installed too, which xlwings would import."""
        script = "import xlcrm.macros; xlcrm.macros.quiet_xlwings(); import sys; print({'pandas', 'numpy'} & sys.modules.keys())"
        ran = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
        assert ran.stdout == "set()\n"

    def test_no_path_of_the_book_goes_through_a_shell(self, macros: dict[str, str]) -> None:
        """cmd reads ^, % and & in it, a Mac's shell $ and ", each in its own way."""
        (windows,) = re.findall(r"RunCommand = CondaCmd & (.*)", macros["xlwings"])
        (mac,) = re.findall(r"PYTHONPATH = (.*_MAC.*)", macros["xlwings"])
        assert not re.search("FullName|PYTHONPATH", windows)
        assert "FullName" not in mac

    def test_xlwings_is_cut_down_to_what_a_button_calls(self, macros: dict[str, str]) -> None:
        kept = set(re.findall(r"^(?:Public |Private )?(?:Function|Sub) (\w+)", macros["xlwings"], re.MULTILINE))
        assert {"RunPython", "ExecuteWindows", "ExecuteMac", "GetConfig", "FileExists"} <= kept
        assert not [word for word in FORBIDDEN if word in macros["xlwings"]]
        assert not kept & {"XLPyCommand", "ImportPythonUDFs", "GetUdfModules", "RunFrozenPython", "GetConfigFromFile"}

    def test_another_version_of_xlwings_is_not_cut(self) -> None:
        with pytest.raises(ValueError, match="not the one this was written for"):
            cut("Public Function RunPython()\r\nEnd Function\r\n", ["RunPython"])

    def test_what_must_not_be_left_stops_the_build(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("xlcrm.template.cut.trimmed", lambda text: text)
        with pytest.raises(ValueError, match="XLPy is left"):
            cut("Sub A()\r\nXLPyLoadDLL\r\nEnd Sub\r\n", ["A"])

    def test_no_bare_name_of_a_program_is_ever_started(self, macros: dict[str, str]) -> None:
        """The current folder is often the book's: a python.exe beside it would be started."""
        assert 'GetConfig("INTERPRETER' not in macros["xlwings"]
        assert "interpreter = CrmPython()" in macros["xlwings"]
        assert '"python"' not in macros["CrmBridge"]
        assert "InStr(CrmPython(), Application.PathSeparator) > 0" in macros["CrmMain"]

    def test_nothing_depends_on_whether_excel_has_32_or_64_bits(self, macros: dict[str, str]) -> None:
        """No library is called from VBA: a Declare is written differently for each of the two."""
        code = [line for source in macros.values() for line in source.splitlines() if not line.lstrip().startswith("'")]
        assert not [line for line in code if re.search(r"\b(?:Declare|LongPtr|PtrSafe|VBA7|Win64)\b", line)]

    def test_a_forbidden_program_leads_to_the_files_to_drop_books_on(self) -> None:
        """Some policies let Excel start no other program."""
        assert "校验-拖到这里.cmd" in words.TROUBLES["crm_no_python"]
        assert "版本历史" in words.TROUBLES["crm_half_written"]

    def test_document_modules_are_the_code_names(self, contents: dict[str, bytes], macros: dict[str, str]) -> None:
        names = [layout.BOOK_CODE_NAME, *(layout.CODE_NAMES[sheet] for sheet in SHEETS)]
        xml = [contents["xl/workbook.xml"]]
        xml += [contents[f"xl/worksheets/sheet{i}.xml"] for i in range(1, len(SHEETS) + 1)]
        declared = [re.findall(r'<(?:workbookPr|sheetPr)\b[^>]*codeName="(\w+)"', part.decode()) for part in xml]
        assert declared == [[name] for name in names]
        assert set(macros) == {*names, *(module.name for module in vba.modules())}
        assert not any(body(macros[name]).strip() for name in names)

    def test_ascii_with_crlf_and_short_names(self, macros: dict[str, str]) -> None:
        for name, code in macros.items():
            assert code.isascii(), name
            assert "\n" not in code.replace("\r\n", ""), name
            assert "\r" not in code.replace("\r\n", ""), name
            assert len(name) <= 31


def body(code: str) -> str:
    """The source without the attributes that the editor keeps out of sight."""
    return "".join(line for line in code.splitlines(keepends=True) if not EXCEL_ATTRIBUTE.match(line))


class TestPatches:
    @pytest.mark.parametrize(
        ("source", "settled"),
        [
            ("a\n#If Excel Then\nb\n#Else\nc\n#End If\nd\n", "a\nb\nd\n"),
            ("#If Word Then\nb\n#Else\nc\n#End If\n", "c\n"),
            ("#If Word Then\nb\n#ElseIf Excel Then\nc\n#Else\nd\n#End If\n", "c\n"),
            ("#If Excel Then\n#If Mac Then\nb\n#Else\nc\n#End If\n#End If\n", "#If Mac Then\nb\n#Else\nc\n#End If\n"),
            ("#If Mac Then\n#If Word Then\nb\n#End If\n#End If\n", "#If Mac Then\n#End If\n"),
            ("#If Word Then\n#If Mac Then\nb\n#End If\n#End If\nz\n", "z\n"),
        ],
        ids=["taken", "else", "elseif", "undecided inside", "decided inside", "dropped whole"],
    )
    def test_only_known_conditions_are_decided(self, source: str, settled: str) -> None:
        assert vba.settled(source, {"Excel": True, "Word": False}) == settled


@pytest.mark.libreoffice
class TestLibreOffice:
    def test_prints_recalculates_and_says_plainly_that_there_is_no_python(
        self, package: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XLCRM_PYTHON", str(tmp_path / "python"))
        path = tmp_path / "CRM.xlsm"
        path.write_bytes(package)
        result = f'Cell(book, "{HOME_SHEET}", "{layout.HOME_RESULT[1]}")'
        lines = [
            "Dim pdf(0) As New com.sun.star.beans.PropertyValue",
            'pdf(0).Name = "FilterName": pdf(0).Value = "calc_pdf_Export"',
            f'book.storeToURL("{(tmp_path / "printed.pdf").as_uri()}", pdf())',
            'Cell(book, "字典", "A1000").String = "来源"',
            'Cell(book, "字典", "B1000").String = "车展"',
            'Cell(book, "顾问", "A2").String = "张敏"',
            'Cell(book, "顾问", "A3").String = "李强"',
            'Cell(book, "设置", "B2").String = "远行一店"',
            'Cell(book, "首页", "Z1").Formula = "=COUNTA(字典_来源)"',
            'Cell(book, "首页", "Z2").Formula = "=COUNTA(名单_顾问)"',
            'Cell(book, "首页", "Z3").Formula = "=COUNTA(字典_状态)"',
            "book.calculateAll()",
        ]
        asking = [button for button in BUTTONS if not button.in_vba]
        for row, button in enumerate(asking, start=1):
            lines += [
                f'{result}.String = ""',
                f'Run(book, "CrmButtons.{button.macro}")',
                f'Cell(book, "首页", "AA{row}").String = {result}.String',
            ]
        assert drive(path, lines) == "done"
        assert (tmp_path / "printed.pdf").stat().st_size > 50_000
        home = openpyxl.load_workbook(tmp_path / "after.xlsx", data_only=True)[HOME_SHEET]
        assert [home[cell].value for cell in ("Z1", "Z2", "Z3")] == [len(CODES["来源"].values) + 1, 2, 9]
        assert home[layout.HOME_STORE[1]].value == "远行一店"
        answers = [home[f"AA{row}"].value for row in range(1, len(asking) + 1)]
        assert answers == [words.TROUBLES["crm_no_python"]] * len(asking)
        assert not list(tmp_path.glob("~xlcrm-*"))

    def test_the_next_place_and_the_help_are_shown(self, package: bytes, tmp_path: Path) -> None:
        path = tmp_path / "CRM.xlsm"
        path.write_bytes(package)
        places = (("来店登记", "G5"), ("日报", "B3"), ("H级", "A2"), ("战败", "C4"))
        session, changes = FileSession(path), Changes()
        changes.replace("问题清单", [{"位置": Link(sheet, cell, f"{sheet}!{cell}")} for sheet, cell in places])
        session.apply(changes)
        presses = ["next", "next", "help", "next", "next", "next"]
        lines = ['book.Sheets.getByName("问题清单").Rows.getByIndex(3).IsVisible = False']
        for row, verb in enumerate(presses, start=1):
            lines += [
                f'Run(book, "CrmButtons.Btn{verb.title()}")',
                f'Cell(book, "首页", "AA{row}").String = book.CurrentSelection.AbsoluteName',
            ]
        assert drive(path, lines) == "done"
        home = openpyxl.load_workbook(tmp_path / "after.xlsx", data_only=True)[HOME_SHEET]
        shown = [str(home[f"AA{row}"].value).replace("$", "").replace("'", "") for row in range(1, len(presses) + 1)]
        assert shown == ["来店登记.G5", "日报.B3", "首页.A1", "战败.C4", "问题清单.J1", "来店登记.G5"]

    @pytest.mark.parametrize(
        ("name", "answer"), [("店 a&b^c%20d=$e.xlsm", "还没有日志"), ('店"a.xlsm', "工作簿的文件名")]
    )
    def test_a_book_of_an_odd_name(
        self, package: bytes, name: str, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is read, or refused in words; no shell ever sees it."""
        monkeypatch.setenv("XLCRM_PYTHON", sys.executable)
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        path = tmp_path / name
        path.write_bytes(package)
        names = {"CRM.xlsm": True, "R&D^2 (1)!.xlsm": True, **{f"a{mark}b.xlsm": False for mark in "%=$`|\\"}}
        lines = ['Run(book, "CrmButtons.BtnValidate")']
        for row, one in enumerate(names, start=1):
            script = 'book.getScriptProvider().getScript("vnd.sun.star.script:" & book.BasicLibraries.ProjectName & _\n'
            script += '".CrmMain.CrmIsPlain?language=Basic&location=document")'
            lines.append(f'Cell(book, "首页", "AA{row}").String = {script}.invoke(Array("{one}"), Array(), Array())')
        assert drive(path, lines) == "done"
        home = openpyxl.load_workbook(tmp_path / "after.xlsx")[HOME_SHEET]
        assert str(home[layout.HOME_RESULT[1]].value).startswith(answer)
        found = {one: home[f"AA{row}"].value for row, one in enumerate(names, start=1)}
        assert found == {one: str(plain) for one, plain in names.items()}

    def test_compiles_every_module(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A function at the foot of each module answers only if LibreOffice compiles the module."""
        probe = '\r\nPublic Function Alive{0}() As String\r\n    Alive{0} = "{0}"\r\nEnd Function\r\n'
        standard = [module for module in vba.modules() if module.kind is VBAModuleKind.standard]
        classes = [module for module in vba.modules() if module.kind is not VBAModuleKind.standard]
        probed = [replace(module, text=module.text + probe.format(module.name)) for module in standard]
        monkeypatch.setattr(vba, "modules", lambda: [*probed, *classes])
        path = tmp_path / "CRM.xlsm"
        path.write_bytes(blank_book())
        lines = [
            f'Cell(book, "首页", "Z{row}").String = Run(book, "{module.name}.Alive{module.name}")'
            for row, module in enumerate(standard, start=1)
        ]
        assert drive(path, lines) == "done"
        home = openpyxl.load_workbook(tmp_path / "after.xlsx")[HOME_SHEET]
        assert [home[f"Z{row}"].value for row in range(1, len(standard) + 1)] == [module.name for module in standard]
