"""Pages as paper: books printed by LibreOffice, and what an eye would find wrong with them.

``converted`` takes many books in one run of the office. ``faults`` looks at a book and its print: a number
shown as ###, text cut off, a chart with nothing in it, a page that is not its paper.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

ALWAYS_CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item
 oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value
></prop></item></oor:items>"""
A4_LANDSCAPE, A4_PORTRAIT = (842, 595), (595, 842)
"""Width and height in points."""


def converted(books: Sequence[Path], folder: Path, kind: str) -> list[Path]:
    """The books as LibreOffice saves them in ``folder``, a new one, as pdf or xlsx, every formula calculated again."""
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(ALWAYS_CALCULATE, "utf-8")
    office = shutil.which("soffice")
    assert office, "LibreOffice Calc is not installed"
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind]
    done = subprocess.run(
        [*command, "--outdir", str(folder), *map(str, books)], capture_output=True, text=True, timeout=300
    )
    saved = [folder / f"{book.stem}.{kind}" for book in books]
    assert all(path.exists() for path in saved), done
    return saved


def without_values(content: bytes) -> bytes:
    """A workbook without the results its formulas carry, so that a spreadsheet must compute each itself."""
    return edited(
        content, lambda name, text: re.sub(r"</f><v>[^<]*</v>", "</f>", text) if "worksheets/" in name else text
    )


def bare(content: bytes) -> bytes:
    """A workbook whose cells alone are printed: no charts, no headers and footers, no repeated rows."""

    def strip(name: str, text: str) -> str:
        if name.startswith("xl/worksheets/sheet"):
            text = re.sub(r"<drawing [^>]*/>", "", text)
            return re.sub(r"<headerFooter.*?</headerFooter>", "", text, flags=re.DOTALL)
        if name == "xl/workbook.xml":
            return re.sub(r'<definedName name="_xlnm\.Print_Titles".*?</definedName>', "", text)
        return text

    return edited(content, strip)


def edited(content: bytes, edit: Any, kinds: tuple[str, ...] = ("xml",)) -> bytes:
    """A package with its parts of some kinds changed by ``edit(name, text)``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in book.namelist():
            data = book.read(name)
            changed.writestr(name, edit(name, data.decode("utf-8")) if name.endswith(kinds) else data)
    return out.getvalue()


def faults(
    books: Mapping[str, bytes], folder: Path, papers: Iterable[tuple[int, int]] = (A4_LANDSCAPE,)
) -> dict[str, list[str]]:
    """What is wrong with the print of each book, by its name; every page must be one of the ``papers``."""
    paths = [folder / f"{name}-{way}.xlsx" for name in books for way in ("whole", "bare")]
    for path in paths:
        name, _, way = path.stem.rpartition("-")
        path.write_bytes(books[name] if way == "whole" else bare(books[name]))
    prints = {path.stem: path for path in converted(paths, folder / "print", "pdf")}
    found = {}
    for name, content in books.items():
        book = opened(content, values=True)
        found[name] = [
            *hashes(prints[f"{name}-whole"]),
            *wrong_papers(prints[f"{name}-whole"], papers),
            *cut_texts(book, prints[f"{name}-bare"]),
            *empty_charts(content, book),
        ]
    return found


def opened(content: bytes, *, values: bool = False) -> Any:
    """A workbook as openpyxl reads it, formulas or their values, without its merges: openpyxl gives each merged cell borders of
    its own, which takes half a minute in a book of printed forms.
    """
    lean = edited(content, lambda _, text: re.sub(r"<mergeCells .*?</mergeCells>", "", text, flags=re.DOTALL))
    return openpyxl.load_workbook(io.BytesIO(lean), data_only=values)


def texts(pdf: Path) -> list[str]:
    """The text of every page."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def hashes(pdf: Path) -> Iterator[str]:
    """Numbers too wide for their cells."""
    for number, text in enumerate(texts(pdf), start=1):
        if "##" in text:
            line = next(line for line in text.splitlines() if "##" in line)
            yield f"page {number} shows ###: {' '.join(line.split())}"


def papers_of(pdf: Path) -> list[tuple[int, int]]:
    """The size of every page, in points."""
    done = subprocess.run(["pdfinfo", "-l", "9999", str(pdf)], check=True, capture_output=True, text=True, timeout=60)
    found = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", done.stdout)
    return [(round(float(width)), round(float(height))) for width, height in found]


def wrong_papers(pdf: Path, papers: Iterable[tuple[int, int]]) -> Iterator[str]:
    for number, paper in enumerate(papers_of(pdf), start=1):
        if paper not in papers:
            yield f"page {number} is {paper}"


def cut_texts(book: Any, pdf: Path) -> Iterator[str]:
    """Texts of which a letter is missing in the print of the bare book: what lies outside its cell is not printed."""
    shown = Counter(letter for text in texts(pdf) for letter in text if letter.isalpha())
    expected = list(_texts_of(book))
    lost = Counter(letter for _, text in expected for letter in text if letter.isalpha()) - shown
    if not lost:
        return
    whole = "".join("".join(text.split()) for text in texts(pdf))
    suspects = [
        f"{place} {text}" for place, text in expected if lost.keys() & set(text) and "".join(text.split()) not in whole
    ]
    yield f"letters not printed: {''.join(lost.elements())[:80]}; perhaps of {'; '.join(suspects[:12])}"


def _texts_of(book: Any) -> Iterator[tuple[str, str]]:
    """Every text that is to be printed, with its place."""
    for sheet in book.worksheets:
        for row in _printed_rows(sheet):
            for cell in row:
                if isinstance(cell.value, str) and cell.value:
                    yield f"{sheet.title}!{cell.coordinate}", cell.value


def _printed_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    area = sheet.print_area
    found = re.findall(r"!(\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)", area or "")
    for own in (part.replace("$", "") for part in found or [sheet.dimensions]):
        left, top, right, bottom = range_boundaries(own)
        for row in sheet.iter_rows(top, bottom, left, right):
            if not sheet.row_dimensions[row[0].row].hidden:
                yield row


def empty_charts(content: bytes, book: Any) -> Iterator[str]:
    """Charts of which no series has a number other than 0."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.startswith("xl/charts/chart"):
                text = package.read(name).decode("utf-8")
                values = re.findall(r"<c:val><c:numRef><c:f>([^<]+)</c:f>", text)
                if not any(_numbers(book, own) for own in values):
                    title = re.findall(r"<a:t>([^<]+)</a:t>", text)
                    yield f"{name} is empty: {title[:1]}"


def _numbers(book: Any, reference: str) -> bool:
    sheet, _, cells = reference.rpartition("!")
    left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    rows = book[sheet.strip("'")].iter_rows(top, bottom, left, right, values_only=True)
    return any(isinstance(value, int | float) and value for row in rows for value in row)


def pictures(pdf: Path, folder: Path, dpi: int, pages: Iterable[int]) -> list[Path]:
    """Pages of a print as PNG files, named by their number."""
    made = []
    for page in pages:
        stem = folder / f"{pdf.stem}-{page:02d}"
        command = ["pdftoppm", "-png", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", str(pdf)]
        subprocess.run([*command, str(stem)], check=True, capture_output=True, timeout=60)
        made.append(stem.with_suffix(".png"))
    return made
