Attribute VB_Name = "CrmTable"
' Without Option Explicit: ThisComponent is what LibreOffice calls the open document, and no other host.

Public Sub CrmResize(ByVal area As Object, ByVal table As String)
    Dim sheet As String
    sheet = area.Worksheet.Name
    On Error Resume Next
    area.Worksheet.ListObjects(table).Resize area
    ThisComponent.DatabaseRanges.getByName(table).setDataArea _
        ThisComponent.Sheets.getByName(sheet).getCellRangeByName(area.Address(False, False)).RangeAddress
End Sub

Public Function CrmIsCalc() As Boolean
    On Error Resume Next
    CrmIsCalc = (ThisComponent.Sheets.Count > 0)
End Function

Public Sub CrmQuiet(ByVal quiet As Boolean)
    ' Nothing is painted meanwhile. LibreOffice would fit every row of every sheet when ScreenUpdating is put back.
    If Not CrmIsCalc() Then
        Application.ScreenUpdating = Not quiet
    ElseIf quiet Then
        ThisComponent.addActionLock
    ElseIf ThisComponent.isActionLocked() Then
        ThisComponent.removeActionLock
        ThisComponent.IsAdjustHeightEnabled = True
    End If
End Sub

Public Sub CrmPut(ByVal area As Object, ByVal rows As Variant)
    ' LibreOffice takes all values in one call, text without its mark; not ticks, and it would take comments off the cells.
    Dim plain() As Variant, isPlain As Boolean, i As Long
    If CrmIsCalc() Then isPlain = Not CrmHasTicks(rows)
    If isPlain Then isPlain = (CrmInCalc(area).queryContentCells(8).Count = 0)      ' com.sun.star.sheet.CellFlags.ANNOTATION
    If isPlain Then
        ReDim plain(0 To UBound(rows))
        For i = 0 To UBound(rows)
            plain(i) = CrmUnmarked(rows(i))
        Next i
        CrmInCalc(area).setDataArray plain
    Else
        area.Value = CrmGrid(rows)
    End If
End Sub

Private Function CrmHasTicks(ByVal rows As Variant) As Boolean
    Dim i As Long, j As Long
    For i = 0 To UBound(rows)
        For j = 0 To UBound(rows(i))
            If VarType(rows(i)(j)) = vbBoolean Then CrmHasTicks = True
        Next j
    Next i
End Function

Private Function CrmUnmarked(ByVal row As Variant) As Variant
    Dim cells() As Variant, j As Long
    ReDim cells(0 To UBound(row))
    For j = 0 To UBound(row)
        cells(j) = row(j)
        If VarType(cells(j)) = vbString Then cells(j) = Mid(cells(j), 2)
    Next j
    CrmUnmarked = cells
End Function

Public Sub CrmCompute(ByVal area As Object, ByVal rows As Variant)
    ' The rows of links, which take one line, are fitted to their values already.
    If CrmIsCalc() Then
        ThisComponent.IsAdjustHeightEnabled = False
        CrmInCalc(area).setFormulaArray rows
        ThisComponent.IsAdjustHeightEnabled = True
    Else
        area.Formula = CrmGrid(rows)
    End If
End Sub

Private Function CrmInCalc(ByVal area As Object) As Object
    Set CrmInCalc = ThisComponent.Sheets.getByName(area.Worksheet.Name).getCellRangeByName(area.Address(False, False))
End Function

Private Function CrmGrid(ByVal rows As Variant) As Variant
    ' Rows of cells as the one array that a Range takes.
    Dim cells() As Variant, i As Long, j As Long
    ReDim cells(1 To UBound(rows) + 1, 1 To UBound(rows(0)) + 1)
    For i = 0 To UBound(rows)
        For j = 0 To UBound(rows(i))
            cells(i + 1, j + 1) = rows(i)(j)
        Next j
    Next i
    CrmGrid = cells
End Function

Public Function CrmTextOf(ByVal sheet As Object) As String
    ' Where a sheet is used and what was typed into each cell there; of a formula itself, not its value.
    Dim area As Object, cells As Variant, rows() As String, i As Long, j As Long
    Set area = sheet.UsedRange
    On Error Resume Next
    cells = ThisComponent.Sheets.getByName(sheet.Name).getCellRangeByName(area.Address(False, False)).getFormulaArray()
    On Error GoTo 0
    ReDim rows(0 To area.Rows.Count)
    rows(0) = area.Address
    If IsArray(cells) Then
        For i = 1 To area.Rows.Count
            rows(i) = Join(cells(i - 1), Chr(1))
        Next i
    ElseIf area.Cells.Count = 1 Then
        rows(1) = area.Formula
    Else
        cells = area.Formula
        For i = 1 To area.Rows.Count
            For j = 1 To area.Columns.Count
                rows(i) = rows(i) & Chr(1) & cells(i, j)
            Next j
        Next i
    End If
    CrmTextOf = Join(rows, Chr(2))
End Function

Public Function CrmHangs(ByVal area As Object, ByVal what As String) As Boolean
    ' Whether a comment, a link (for LibreOffice: or a text with formats inside) or a shape is on the rows of an area.
    Dim sheet As Object, thing As Object, last As Long
    On Error Resume Next
    Set sheet = ThisComponent.Sheets.getByName(area.Worksheet.Name)
    On Error GoTo 0
    last = area.Row + area.Rows.Count - 1
    If Not sheet Is Nothing Then
        CrmHangs = CrmHangsInCalc(sheet, sheet.getCellRangeByName(area.Address(False, False)), what)
    ElseIf what = "link" Then
        CrmHangs = (area.Hyperlinks.Count > 0)
    ElseIf what = "comment" Then
        For Each thing In area.Worksheet.Comments
            If thing.Parent.Row >= area.Row And thing.Parent.Row <= last Then CrmHangs = True
        Next thing
    Else
        For Each thing In area.Worksheet.Shapes     ' 4: the box of a comment, 3: does not move with cells
            If thing.Type <> 4 And thing.Placement <> 3 Then
                If thing.TopLeftCell.Row >= area.Row And thing.TopLeftCell.Row <= last Then CrmHangs = True
            End If
        Next thing
    End If
End Function

Private Function CrmHangsInCalc(ByVal sheet As Object, ByVal cells As Object, ByVal what As String) As Boolean
    ' LibreOffice's VBA does not see the links of a file, and fails at the box of a comment.
    Dim shape As Object, i As Long
    If what = "comment" Then
        CrmHangsInCalc = (cells.queryContentCells(8).Count > 0)     ' com.sun.star.sheet.CellFlags.ANNOTATION
    ElseIf what = "link" Then
        CrmHangsInCalc = CrmIsRich(cells.queryContentCells(512).Cells.createEnumeration())  ' FORMATTED: or several lines
    Else
        For i = 0 To sheet.DrawPage.Count - 1
            Set shape = sheet.DrawPage.getByIndex(i)
            If shape.ShapeType <> "com.sun.star.drawing.CaptionShape" Then
                If Not shape.Anchor.supportsService("com.sun.star.sheet.Spreadsheet") Then
                    If shape.Position.Y >= cells.Position.Y And shape.Position.Y < cells.Position.Y + cells.Size.Height Then
                        CrmHangsInCalc = True
                    End If
                End If
            End If
        Next i
    End If
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
