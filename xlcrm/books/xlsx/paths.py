"""A package in which calamine finds its way.

It looks for the texts and formats of cells under the names Excel gives their parts, takes a sheet's kind from its folder and
fails with the whole book at a kind it does not know, such as a sheet of Excel 4 macros; names of parts it compares ignoring
case, but does not decode. It makes room for as many texts as their part claims to have, and the process is gone where there
is none. Of the error values it knows the seven of old, and in a cell no extension. ``python_calamine`` 0.7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.parts import Parts, Relationship
from xlcrm.errors import Refusal

_FOLDERS = ("worksheets", "chartsheets", "dialogsheets")
_USUAL = {"sharedStrings": "xl/sharedstrings.xml", "styles": "xl/styles.xml"}
_WORKBOOK = "xl/workbook.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

_CLAIM = re.compile(rb"""\suniqueCount\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHORTEST_TEXT, _MOST_DIGITS = len(b"<si/>"), 12
_CELL = re.compile(rb"<((?:\w+:)?c)\b[^>]*(?<!/)>.*?</\1>", re.DOTALL)
_EXTENSION = re.compile(rb"<((?:\w+:)?extLst)\b[^>]*?(?:/>|>.*?</\1>)", re.DOTALL)
_IS_ERROR = re.compile(rb"""<[^>]*\st=["']e["']""")
_NEWER_ERROR = re.compile(rb"(?<=v>)#(?!(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)<)[^<]*")


def passable(parts: Parts) -> Package:
    """The package itself, or, where calamine would lose its way, one whose workbook names the sheets it can read and no more,
    and whose texts claim to be no more than there is room for.

    Raises ``Refusal``: ``book.damaged`` where texts or formats are missing, ``book.resave`` where it would look for them, or
    for a sheet, in vain.
    """
    package = parts.package
    places = [(parts.workbook, _WORKBOOK)]
    places += [(part, usual) for kind, usual in _USUAL.items() for part in parts.related(parts.workbook, kind)[:1]]
    if any(part not in package for part, _ in places):
        raise Refusal("book.damaged", name=package.name)
    if any(part.lower() != usual for part, usual in places):
        raise Refusal("book.resave", name=package.name)
    content = {}
    for part in parts.related(parts.workbook, "sharedStrings")[:1]:
        texts = package.glimpse(part)
        if not all(_is_likely(claim[1] or claim[2] or b"", texts) for claim in _CLAIM.finditer(texts)):
            content[part] = _CLAIM.sub(b"", texts)
    if not all(_is_passable(way) for way in parts.ways.values()):
        content |= _ways_to(parts)
    return Package(package.rewritten(content), package.name) if content else package


def _is_likely(claim: bytes, texts: bytes) -> bool:
    """Whether a part of texts may hold as many as it claims."""
    return claim.isdigit() and len(claim) < _MOST_DIGITS and int(claim) * _SHORTEST_TEXT <= len(texts)


def _ways_to(parts: Parts) -> dict[str, bytes]:
    """The workbook part with the sheets that calamine can read and no more, and its relationships."""
    package = parts.package
    known = {name: way.member for name, way in parts.ways.items() if _folder(way.member.lower()) in _FOLDERS}
    if any(way.kind == "worksheet" and name not in known for name, way in parts.ways.items()):
        raise Refusal("book.resave", name=package.name)
    xml = {parts.workbook: _workbook(known, parts.date1904), parts.relations_part(parts.workbook): _ways(known)}
    return {member: text.encode() for member, text in xml.items()}


def _is_passable(way: Relationship) -> bool:
    """Whether calamine takes the way to a sheet as it is written; one that leads nowhere is met when it is gone."""
    return way.target.lower() == way.member.lower() and (not way.member or _folder(way.target) in _FOLDERS)


def _folder(member: str) -> str:
    """The folder in ``xl`` that a member stands in."""
    return "".join(member.split("/")[1:2])


def _workbook(sheets: Mapping[str, str], date1904: bool) -> str:
    from xml.sax.saxutils import quoteattr  # it brings Python's web client along, and few books come here

    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(sheets, 1)
    )
    epoch = f'<workbookPr date1904="{date1904:d}"/>'
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{epoch}<sheets>{named}</sheets></workbook>'


def _ways(sheets: Mapping[str, str]) -> str:
    """The relationships of that workbook; calamine knows folders in small letters only, and members in any."""
    from xml.sax.saxutils import quoteattr

    found = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target={quoteattr("/" + member.lower())}/>'
        for number, member in enumerate(sheets.values(), 1)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{found}</Relationships>'


def simpler(package: Package, part: str) -> bytes | None:
    """The package with a sheet's cells without extensions, error values of later years (#SPILL!) as #VALUE!; ``None`` where
    there are none: calamine stumbles over something else.

    What the errors are, and what the cells hold, is read from the part itself.
    """
    xml = package.read(part)
    new = _CELL.sub(_in_old_words, xml)
    return package.rewritten({part: new}) if new != xml else None


def _in_old_words(cell: re.Match[bytes]) -> bytes:
    text = _EXTENSION.sub(b"", cell[0])
    return _NEWER_ERROR.sub(b"#VALUE!", text) if _IS_ERROR.match(text) else text
