"""The book around its sheets: new sheets among the tabs, names, the version, the macros and the ribbon."""

from __future__ import annotations

import html
import re
import tempfile
from pathlib import Path

from xlcrm.books.upgrade.rework import HEAD, OFFICE
from xlcrm.books.upgrade.work import Work
from xlcrm.books.xlsx.cellxml import marked
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.tagtext import attribute, set_attribute
from xlcrm.errors import Refusal
from xlcrm.forms.workbook import SCHEMA, SCHEMA_PROPERTY

SHEET_TAG = re.compile(r"<sheet\b[^>]*?/>")
_NAME = re.compile(r"<definedName\b[^>]*>([^<]*)</definedName>")
_NAMES = r"<definedNames>(.*?)</definedNames>"
VIEW_TAG = re.compile(r"<workbookView\b[^>]*?(?=/?>)")
_LOCKED = re.compile(r'<workbookProtection\b[^>]*\slockStructure="(?:1|true)"')
_CUSTOM = f"{OFFICE}/custom-properties"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_VBA_TYPE = "application/vnd.ms-office.vbaProject"
_VBA_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_RIBBON_RELATION = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_MACROS = "macroEnabled"


def add_sheets(work: Work) -> list[str]:
    """Add the sheets that today's template has and the book lacks, each after the one it follows there; returns them.

    Raises ``Refusal``: ``upgrade.locked``, where somebody has locked the order of the sheets.
    """
    wanted = [name for name in work.fresh.sheets if name not in work.parts.sheets]
    if wanted and _LOCKED.search(work.text(work.parts.workbook)):
        raise Refusal("upgrade.locked", name=work.parts.package.name)
    for name in wanted:
        part = work.adopt(work.fresh, work.fresh.sheets[name], work.convert)
        key = work.relate(work.parts.workbook, f"{OFFICE}/worksheet", part)
        if ".vml" in str(work.fresh.related(work.fresh.sheets[name], "vmlDrawing")):
            work.default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        _add_tab(work, name, key)
    return wanted


def _add_tab(work: Work, name: str, key: str) -> None:
    """The sheet among the tabs; what counts tabs by their place follows."""
    text = work.text(work.parts.workbook)
    tabs: list[str] = SHEET_TAG.findall(text)
    names = [html.unescape(attribute(tag, "name") or "") for tag in tabs]
    order = list(work.fresh.sheets)
    former = (names.index(one) + 1 for one in reversed(order[: order.index(name)]) if one in names)
    at = next(former, 0)
    number = 1 + max(int(attribute(tag, "sheetId") or 0) for tag in tabs)
    model = next(
        tag
        for tag in SHEET_TAG.findall(work.fresh.package.read(work.fresh.workbook).decode())
        if attribute(tag, "name") == marked(name)
    )
    state = f' state="{attribute(model, "state")}"' if attribute(model, "state") else ""
    declared = "" if "xmlns:r=" in text else f' xmlns:r="{OFFICE}"'
    tabs.insert(at, f'<sheet{declared} name="{marked(name)}" sheetId="{number}"{state} r:id="{key}"/>')
    work.replace(work.parts.workbook, r"(<sheets>).*?(</sheets>)", lambda found: found[1] + "".join(tabs) + found[2])

    def after(index: str | None) -> str:
        return str(int(index or 0) + (int(index or 0) >= at))

    def counted(text: str) -> str:
        text = re.sub(r'(<definedName\b[^>]*?\slocalSheetId=")(\d+)', lambda found: found[1] + after(found[2]), text)

        def view(found: re.Match[str]) -> str:
            tag = set_attribute(found[0], "activeTab", after(attribute(found[0], "activeTab")))
            first = attribute(tag, "firstSheet")
            return set_attribute(tag, "firstSheet", after(first)) if first and first != "0" else tag

        return VIEW_TAG.sub(view, text)

    work.edit(work.parts.workbook, counted)


def renew_names(work: Work, added: list[str]) -> None:
    """Names as today's template defines them; the shop's own stay, and those that only its former template had go."""
    fresh, base = _names(work.fresh), _names(work.base)
    text = work.text(work.parts.workbook)
    tabs = [html.unescape(attribute(tag, "name") or "") for tag in SHEET_TAG.findall(text)]
    found = re.search(_NAMES, text, re.DOTALL)
    kept: dict[tuple[str, str], str] = {}
    for tag in _NAME.finditer(found[1] if found else ""):
        name, local = (
            attribute(tag[0][: tag[0].index(">") + 1], "name") or "",
            attribute(tag[0][: tag[0].index(">") + 1], "localSheetId"),
        )
        sheet = tabs[int(local)] if local is not None and int(local) < len(tabs) else ""
        if not ((name, sheet) in base and (name, sheet) not in fresh and html.unescape(tag[1]) == base[name, sheet]):
            kept[name, sheet] = tag[0]
    for (name, sheet), formula in fresh.items():
        if not sheet or sheet in added:
            local = f' localSheetId="{tabs.index(sheet)}"' if sheet else ""
            kept[name, sheet] = f'<definedName name="{name}"{local}>{marked(work.here(formula, sheet))}</definedName>'
    lines = "".join(kept[key] for key in sorted(kept, key=lambda key: (key[0].lower(), key[1])))
    new = f"<definedNames>{lines}</definedNames>"
    if found:
        work.put(work.parts.workbook, text[: found.start()] + new + text[found.end() :])
    else:
        work.replace(
            work.parts.workbook,
            r"</sheets>(?:<functionGroups.*?</functionGroups>)?(?:<externalReferences.*?</externalReferences>)?",
            lambda at: at[0] + new,
        )


def _names(parts: Parts) -> dict[tuple[str, str], str]:
    """The names of a template: the name and its sheet ("" for the book) → the formula."""
    text = parts.package.read(parts.workbook).decode()
    tabs = list(parts.sheets)
    names = {}
    for tag in _NAME.finditer(text):
        start = tag[0][: tag[0].index(">") + 1]
        local = attribute(start, "localSheetId")
        names[attribute(start, "name") or "", tabs[int(local)] if local else ""] = html.unescape(tag[1])
    return names


def set_version(work: Work) -> None:
    """Write today's layout into the book's properties."""
    value = f"<vt:i4>{SCHEMA}</vt:i4>"
    types = 'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'

    def line(pid: object) -> str:
        return f'<property {types} fmtid="{_FORMAT_ID}" pid="{pid}" name="{SCHEMA_PROPERTY}">{value}</property>'

    members = work.parts.related("", "custom-properties")
    if not members:
        properties = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
        text = f'{HEAD}<Properties xmlns="{properties}">{line(2)}</Properties>'
        work.relate("", _CUSTOM, work.add_named("docProps/custom.xml", text.encode(), _CUSTOM_TYPE))
        return
    text = work.text(members[0])
    ours = re.compile(rf'<property\b[^>]*\sname="{SCHEMA_PROPERTY}"[^>]*>.*?</property>', re.DOTALL)
    pids = [int(pid) for pid in re.findall(r'\spid="(\d+)"', text)]
    if found := ours.search(text):
        pid = attribute(found[0][: found[0].index(">") + 1], "pid") or "2"
        work.put(members[0], text[: found.start()] + line(pid) + text[found.end() :])
    else:
        work.replace(members[0], "</Properties>", lambda end: line(max([1, *pids]) + 1) + end[0])


def renew_ribbon(work: Work) -> None:
    """Today's ribbon; a book without macros has none."""
    if not _has_macros(work):
        return
    (fresh,) = work.fresh.related("", "extensibility")
    content = work.fresh.package.read(fresh)
    own = [member for _, kind, member in work.parts.targets("") if kind == _RIBBON_RELATION]
    if own:
        work.put(own[0], content.decode())
    else:
        name = work.add(fresh, content, None)
        work.default("xml", "application/xml")
        work.relate("", _RIBBON_RELATION, name)


Modules = dict[str, tuple[str, bool]]
"""Modules of VBA by name: the source, and whether it is a standard module."""


def renew_macros(work: Work, fresh_book: bytes, own_book: bytes) -> None:
    """Today's macros, and the shop's own modules among them.

    Raises ``Refusal``: ``upgrade.forms`` for dialogs of the shop's own, ``upgrade.macros`` where the macros cannot be read.
    """
    if not _has_macros(work):
        work.said.append(("no_macros", {}))
        return
    from pyopenvba import PyOpenVBAError

    released = _modules(work.base.package.data)
    try:
        own = _modules(own_book)
    except (PyOpenVBAError, ValueError, KeyError, IndexError) as error:
        raise Refusal("upgrade.macros", name=work.parts.package.name) from error
    today = _modules(fresh_book)
    kept = {name: module for name, module in own.items() if _is_own(name, module, released, today)}
    if kept:
        work.said.append(("modules", {"names": "、".join(sorted(kept))}))
        _put_project(work, _project(Parts(Package(_with_modules(fresh_book, kept), "fresh.xlsm"))))
    else:
        _put_project(work, _project(work.fresh))


def _project(parts: Parts) -> bytes:
    """The VBA project of a book."""
    return parts.package.read(*parts.related(parts.workbook, "vbaProject"))


def _with_modules(book: bytes, modules: Modules) -> bytes:
    """A book with further modules of VBA, or other texts in those it has."""
    from pyopenvba import ExcelFile, VBAModuleKind

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fresh.xlsm")
        path.write_bytes(book)
        with ExcelFile(path) as opened:
            project, there = opened.vba_project(), set(opened.module_names())
            for name, (text, is_standard) in modules.items():
                if name in there:
                    opened.set_module(name, text)
                else:
                    kind = VBAModuleKind.standard if is_standard else VBAModuleKind.other
                    project.add_module(name, text, kind=kind)
            opened.save()
        return path.read_bytes()


def _put_project(work: Work, content: bytes) -> None:
    """Put a VBA project in the place of the book's own, whose signatures are worth nothing then."""
    members = work.parts.related(work.parts.workbook, "vbaProject")
    if members:
        for signature in (member for _, kind, member in _relations(work.parts, members[0]) if "ignature" in kind):
            work.drop(signature)
            work.unrelate(members[0], signature)
            work.said.append(("signature", {}))
        work.put_bytes(members[0], content)
    else:
        work.relate(work.parts.workbook, _VBA_RELATION, work.add_named("xl/vbaProject.bin", content, _VBA_TYPE))


def _relations(parts: Parts, part: str) -> list[tuple[str, str, str]]:
    return parts.targets(part) if parts.relations_part(part) in parts.package else []


def _modules(book: bytes) -> Modules:
    """Raises ``Refusal("upgrade.forms")`` for a project with dialogs: their drawing cannot be carried."""
    from pyopenvba import ExcelFile, VBAModuleKind

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsm")
        path.write_bytes(book)
        with ExcelFile(path) as opened:
            if not opened.has_vba_project():
                return {}
            if forms := opened.forms():
                raise Refusal("upgrade.forms", forms="、".join(map(str, forms)))
            kinds = {module.name: module.kind == VBAModuleKind.standard for module in opened.vba_project().modules}
            return {name: (opened.get_module(name), kinds[name]) for name in opened.module_names()}


def _is_own(name: str, module: tuple[str, bool], released: Modules, today: Modules) -> bool:
    """Whether a module is the shop's: one that no template has, or code in the module of a sheet that never had any."""
    if name not in released and name not in today:
        return True
    standing = released.get(name, today.get(name))
    return (
        name in today
        and not module[1]
        and name != "Dictionary"
        and standing is not None
        and _code(module[0]) not in ("", _code(standing[0]))
    )


def _code(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("Attribute ") and line != "Option Explicit")


def _has_macros(work: Work) -> bool:
    types = work.text(work.parts.content_types)
    return any(_MACROS in tag for tag in re.findall(r"<Override\b[^>]*>", types) if f'"/{work.parts.workbook}"' in tag)
