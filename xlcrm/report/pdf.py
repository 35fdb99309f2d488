"""The workbook of a month as PDF, printed by Excel where it is installed, else by LibreOffice."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from xlcrm.errors import Refusal

_SECONDS = 180
_TYPE_PDF = 0
"""Excel's xlTypePDF."""
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
)


def pdf(content: bytes) -> bytes:
    """The workbook printed. Raises ``Refusal``: ``pdf.no_program``, ``pdf.failed``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, target = folder / "month.xlsx", folder / "month.pdf"
        source.write_bytes(content)
        if not _by_excel(source, target):
            _by_libreoffice(source, folder)
        try:
            return target.read_bytes()
        except OSError as error:
            raise Refusal("pdf.failed") from error


def _by_excel(source: Path, target: Path) -> bool:
    """Whether an Excel of its own, unseen, printed the workbook; ``False`` where there is none or it would not."""
    try:
        from pywintypes import com_error
        from win32com.client import DispatchEx
    except ImportError:
        return False
    try:
        excel = DispatchEx("Excel.Application")
    except com_error:
        return False
    try:
        book = excel.Workbooks.Open(str(source))
        book.ExportAsFixedFormat(_TYPE_PDF, str(target))
        book.Close(False)
    except com_error:
        return False
    finally:
        excel.Quit()
    return True


def _by_libreoffice(source: Path, folder: Path) -> None:
    """Print with a profile of its own, so that an open LibreOffice is no hindrance."""
    soffice = _soffice()
    if soffice is None:
        raise Refusal("pdf.no_program")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise Refusal("pdf.failed") from error


def _soffice() -> str | None:
    """LibreOffice on the path, or where it is installed by habit."""
    windows = [
        str(Path(os.environ[key]) / "LibreOffice" / "program" / "soffice.exe")
        for key in ("PROGRAMFILES", "PROGRAMFILES(X86)")
        if key in os.environ
    ]
    return next(filter(None, map(shutil.which, ("soffice", *_PLACES, *windows))), None)
