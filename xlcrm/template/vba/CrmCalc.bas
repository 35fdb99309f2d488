Attribute VB_Name = "CrmCalc"
' What LibreOffice does in its own words. Without Option Explicit: ThisComponent is what it calls the open document, and no other
' host. The numbers are those of com.sun.star.sheet.CellFlags: 8 comments, 16 formulas, 512 texts of several lines or formats.

Private book As Object          ' ThisComponent, which it takes a while to look up
Private written As Object       ' the rows whose heights are to be fitted

Public Function CrmIsCalc() As Boolean
    On Error Resume Next
    If book Is Nothing Then Set book = ThisComponent
    CrmIsCalc = Not book Is Nothing
End Function

Public Function CrmInCalc(ByVal sheet As String, ByVal address As String) As Object
    Set CrmInCalc = book.Sheets.getByName(sheet).getCellRangeByName(address)
End Function

Public Sub CrmCalcQuiet(ByVal quiet As Boolean)
    ' Rows are not fitted block by block, nor every row of every sheet, as when ScreenUpdating is put back.
    If quiet Then
        book.addActionLock
        book.IsAdjustHeightEnabled = False
        Set written = book.createInstance("com.sun.star.sheet.SheetCellRanges")
    ElseIf book.isActionLocked() Then
        book.removeActionLock
        book.IsAdjustHeightEnabled = True
    End If
End Sub

Private Sub CrmCalcNote(ByVal area As Object, ByVal text As String)
    ' Rows in which nothing wraps, is large or has several lines are as high as they are to be.
    Dim rows As Object
    If CrmIsOneLine(area) And InStr(text, "\000a") = 0 Then Exit Sub
    Set rows = area.Spreadsheet.getCellRangeByPosition(0, area.RangeAddress.StartRow, 0, area.RangeAddress.EndRow)
    written.addRangeAddress rows.RangeAddress, True
End Sub

Private Function CrmIsOneLine(ByVal area As Object) As Boolean
    Dim name As Variant
    For Each name In Array("IsTextWrapped", "CharHeight", "CharHeightAsian")
        If area.getPropertyState(name) = 2 Then Exit Function       ' com.sun.star.beans.PropertyState.AMBIGUOUS_VALUE
    Next name
    If area.IsTextWrapped Or area.CharHeight > 11 Or area.CharHeightAsian > 11 Then Exit Function
    CrmIsOneLine = (area.queryContentCells(512).Count = 0)
End Function

Public Sub CrmCalcFit()
    ' To clear nothing makes LibreOffice fit the rows whose height nobody has set. There is nothing to take back.
    Dim i As Long
    On Error Resume Next
    book.IsAdjustHeightEnabled = True
    book.UndoManager.lock
    For i = 0 To written.Count - 1
        written.getByIndex(i).clearContents 0
    Next i
    book.UndoManager.unlock
End Sub

Public Sub CrmCalcResize(ByVal sheet As String, ByVal address As String, ByVal table As String)
    book.DatabaseRanges.getByName(table).setDataArea CrmInCalc(sheet, address).RangeAddress
End Sub

Public Function CrmCalcPut(ByVal area As Object, ByVal lines As Variant) As Boolean
    ' All values in one call, which knows no ticks and would take comments off the cells: False where there are any.
    Dim rows() As Variant, cells As String, i As Long
    cells = vbTab & Join(lines, vbTab) & vbTab
    CrmCalcNote area, cells
    If InStr(cells, vbTab & "T" & vbTab) > 0 Or InStr(cells, vbTab & "F" & vbTab) > 0 Then Exit Function
    If area.queryContentCells(8).Count > 0 Then Exit Function
    ReDim rows(0 To UBound(lines))
    For i = 0 To UBound(lines)
        rows(i) = CrmCells(lines(i), False)
    Next i
    area.setDataArray rows
    CrmCalcPut = True
End Function

Public Sub CrmCalcCompute(ByVal area As Object, ByVal lines As Variant)
    Dim rows() As Variant, i As Long
    ReDim rows(0 To UBound(lines))
    For i = 0 To UBound(lines)
        rows(i) = CrmCells(lines(i), False)
    Next i
    area.setFormulaArray rows
End Sub

Public Function CrmCalcTyped(ByVal sheet As String) As String
    Dim area As Object, cells As Variant, rows() As String, i As Long
    Set area = book.Sheets.getByName(sheet).createCursor()
    area.gotoEndOfUsedArea True
    cells = area.getFormulaArray()
    ReDim rows(0 To UBound(cells) + 1)
    rows(0) = area.AbsoluteName
    For i = 0 To UBound(cells)
        rows(i + 1) = Join(cells(i), Chr(1))
    Next i
    CrmCalcTyped = Join(rows, Chr(2))
End Function

Public Function CrmCalcHas(ByVal what As String, ByVal area As Object) As Boolean
    ' The objects that LibreOffice shows to VBA do not see the links of a file, and fail at the box of a comment.
    Dim whole As Object, shape As Object, i As Long
    Select Case what
        Case "protected": CrmCalcHas = area.Spreadsheet.isProtected()
        Case "merged"
            Set whole = area.Spreadsheet.createCursorByRange(area)
            whole.collapseToMergedArea
            CrmCalcHas = (area.IsMerged Or whole.AbsoluteName <> area.AbsoluteName)
        Case "formula": CrmCalcHas = (area.queryContentCells(16).Count > 0)
        Case "comment": CrmCalcHas = (area.queryContentCells(8).Count > 0)
        Case "link": CrmCalcHas = CrmIsRich(area.queryContentCells(512).Cells.createEnumeration())
        Case "shape"
            For i = 0 To area.Spreadsheet.DrawPage.Count - 1
                Set shape = area.Spreadsheet.DrawPage.getByIndex(i)
                If shape.ShapeType <> "com.sun.star.drawing.CaptionShape" Then
                    If Not shape.Anchor.supportsService("com.sun.star.sheet.Spreadsheet") Then
                        If shape.Position.Y >= area.Position.Y And shape.Position.Y < area.Position.Y + area.Size.Height Then
                            CrmCalcHas = True
                        End If
                    End If
                End If
            Next i
    End Select
End Function

Private Function CrmIsRich(ByVal cells As Object) As Boolean
    ' Whether one of the texts has a link, or portions in different formats.
    Dim lines As Object, portions As Object
    Do While cells.hasMoreElements()
        Set lines = cells.nextElement().createEnumeration()
        Do While lines.hasMoreElements()
            Set portions = lines.nextElement().createEnumeration()
            If portions.hasMoreElements() Then
                If portions.nextElement().TextPortionType <> "Text" Or portions.hasMoreElements() Then CrmIsRich = True
            End If
        Loop
    Loop
End Function
