"""A private LibreOffice Calc, driven from the command line alone: a document runs a Basic macro when it is opened."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

XCU = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item
 oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value
></prop></item></oor:items>"""
DRIVER = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:ooo="http://openoffice.org/2004/office"
 xmlns:dom="http://www.w3.org/2001/xml-events" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:scripts>
<office:script script:language="ooo:Basic"><ooo:libraries><ooo:library-embedded ooo:name="Standard">
<ooo:module ooo:name="Drive"><ooo:source-code>{}</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries>
</office:script><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load"
 xlink:href="vnd.sun.star.script:Standard.Drive.Main?language=Basic&amp;location=document" xlink:type="simple"/>
</office:event-listeners></office:scripts><office:body><office:spreadsheet><table:table table:name="1"/>
</office:spreadsheet></office:body></office:document>"""
MAIN = """
Dim book As Object
{also}

Sub Main
    On Error Goto leave
    Dim allowed(0) As New com.sun.star.beans.PropertyValue
    Dim xlsx(0) As New com.sun.star.beans.PropertyValue
    allowed(0).Name = "MacroExecutionMode": allowed(0).Value = 4
    xlsx(0).Name = "FilterName": xlsx(0).Value = "Calc MS Excel 2007 XML"
    book = StarDesktop.loadComponentFromURL("{folder}/{book}", "_blank", 0, allowed())
{lines}
    book.storeToURL("{folder}/after.xlsx", xlsx())
    book.close(True)
leave:
    Open ConvertFromURL("{folder}/answer.txt") For Output As #1
    If Err = 0 Then Print #1, "done" Else Print #1, "line " & Erl & ": " & Error$
    Close #1
End Sub

Sub Meanwhile_notify(which)
    If Dir(ConvertFromURL("{folder}/~xlcrm-*.copy")) = "" Then
        Meanwhile(which)
        Exit Sub
    End If
    Select Case which
{meanwhile}
    End Select
End Sub

Sub Meanwhile(which)
    CreateUnoService("com.sun.star.awt.AsyncCallback").addCallback( _
        CreateUnoListener("Meanwhile_", "com.sun.star.awt.XCallback"), which)
End Sub

Function Cell(book, sheet, address)
    Cell = book.Sheets.getByName(sheet).getCellRangeByName(address)
End Function

Function Run(book, macro)
    Run = book.getScriptProvider().getScript("vnd.sun.star.script:" & book.BasicLibraries.ProjectName & "." & macro & _
        "?language=Basic&location=document").invoke(Array(), Array(), Array())
End Function
"""


def drive(book: Path, lines: list[str], seconds: int = 120, meanwhile: Sequence[str] = (), also: str = "") -> str:
    """Open a book with its macros allowed, run lines of Basic on it, and save it beside as ``after.xlsx``.

    The lines see ``book``, ``Cell(book, sheet, address)``, ``Run(book, "Module.Procedure")``, and ``Meanwhile(i)``, which has
    the i-th line of ``meanwhile`` run in the midst of the next press, once it has saved its copy, as a user might type;
    ``also`` are variables and procedures of the lines' own.
    Returns "done", or what Basic complained of, or "" when LibreOffice never answered.
    """
    folder = book.parent
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(XCU, "utf-8")
    others = "\n".join(f"    Case {i}: {line}" for i, line in enumerate(meanwhile))
    parts = {"lines": "\n".join(lines), "meanwhile": others, "also": also}
    main = MAIN.format(folder=folder.as_uri(), book=quote(book.name), **parts)
    driver = folder / "driver.fods"
    driver.write_text(DRIVER.format(escape(main)), "utf-8")
    office = shutil.which("soffice")
    assert office, "LibreOffice Calc is not installed"
    command = [
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
    ]
    process = subprocess.Popen([*command, driver], start_new_session=True)
    answer = folder / "answer.txt"
    try:
        for _ in range(10 * seconds):
            if process.poll() is not None or (answer.exists() and answer.stat().st_size):
                break
            time.sleep(0.1)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return answer.read_text("utf-8", "replace").strip() if answer.exists() else ""
