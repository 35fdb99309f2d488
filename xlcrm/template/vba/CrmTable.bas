Attribute VB_Name = "CrmTable"
Option Explicit
' What is asked about a book, and written into it, whatever the host. LibreOffice is asked in its own words (CrmCalc): the objects
' that it shows to VBA take a hundred times as long.

Public Function CrmArea(ByVal sheet As String, ByVal address As String) As Object
    If CrmIsCalc() Then Set CrmArea = CrmInCalc(sheet, address) Else Set CrmArea = CrmRange(sheet, address)
End Function

Public Function CrmRange(ByVal sheet As String, ByVal address As String) As Object
    Set CrmRange = ThisWorkbook.Worksheets(sheet).Range(address)
End Function

Public Sub CrmQuiet(ByVal quiet As Boolean)
    ' Nothing is painted meanwhile.
    If CrmIsCalc() Then
        CrmCalcQuiet quiet
    Else
        Application.ScreenUpdating = Not quiet
    End If
End Sub

Public Sub CrmFit()
    ' LibreOffice fits the rows that were written, once; the others do it while they are shown.
    If CrmIsCalc() Then CrmCalcFit
End Sub

Public Sub CrmResize(ByVal sheet As String, ByVal address As String, ByVal table As String)
    On Error Resume Next
    If CrmIsCalc() Then
        CrmCalcResize sheet, address, table
    Else
        ThisWorkbook.Worksheets(sheet).ListObjects(table).Resize CrmRange(sheet, address)
    End If
End Sub

Public Sub CrmPut(ByVal sheet As String, ByVal address As String, ByVal lines As Variant)
    Dim isPut As Boolean
    If CrmIsCalc() Then isPut = CrmCalcPut(CrmInCalc(sheet, address), lines)
    If Not isPut Then CrmRange(sheet, address).Value = CrmGrid(lines)
End Sub

Public Sub CrmCompute(ByVal sheet As String, ByVal address As String, ByVal lines As Variant)
    CrmRange(sheet, address).NumberFormat = "General"
    If CrmIsCalc() Then
        CrmCalcCompute CrmInCalc(sheet, address), lines
    Else
        CrmRange(sheet, address).Formula = CrmGrid(lines)
    End If
End Sub

Private Function CrmGrid(ByVal lines As Variant) As Variant
    ' The cells of all rows as the one array that a Range takes.
    Dim cells() As Variant, row As Variant, i As Long, j As Long
    For i = 0 To UBound(lines)
        row = CrmCells(lines(i), True)
        If i = 0 Then ReDim cells(1 To UBound(lines) + 1, 1 To UBound(row) + 1)
        For j = 0 To UBound(row)
            cells(i + 1, j + 1) = row(j)
        Next j
    Next i
    CrmGrid = cells
End Function

Public Function CrmTyped(ByVal sheet As String) As String
    ' Where a sheet is used and what was typed into each cell there; of a formula itself, not its value.
    Dim area As Object, cells As Variant, rows() As String, i As Long, j As Long
    If CrmIsCalc() Then
        CrmTyped = CrmCalcTyped(sheet)
        Exit Function
    End If
    Set area = ThisWorkbook.Worksheets(sheet).UsedRange
    cells = area.Formula
    If Not IsArray(cells) Then
        CrmTyped = area.Address & Chr(2) & cells
        Exit Function
    End If
    ReDim rows(0 To UBound(cells, 1))
    rows(0) = area.Address
    For i = 1 To UBound(cells, 1)
        For j = 1 To UBound(cells, 2)
            rows(i) = rows(i) & Chr(1) & cells(i, j)
        Next j
    Next i
    CrmTyped = Join(rows, Chr(2))
End Function

Public Function CrmHas(ByVal what As String, ByVal area As Object) As Boolean
    ' Whether a sheet is protected, one of an area's cells merged or a formula, or a comment, a link (for LibreOffice: or a text with
    ' formats inside) or a shape on its rows.
    Dim thing As Object, found As Variant, last As Long
    If CrmIsCalc() Then
        CrmHas = CrmCalcHas(what, area)
        Exit Function
    End If
    found = False
    last = area.Row + area.Rows.Count - 1
    Select Case what
        Case "protected": found = area.Worksheet.ProtectContents
        Case "merged": found = area.MergeCells
        Case "formula": found = area.HasFormula
        Case "link": found = (area.Hyperlinks.Count > 0)
        Case "comment"
            For Each thing In area.Worksheet.Comments
                If thing.Parent.Row >= area.Row And thing.Parent.Row <= last Then found = True
            Next thing
        Case "shape"
            For Each thing In area.Worksheet.Shapes     ' 4: the box of a comment, 3: does not move with cells
                If thing.Type <> 4 And thing.Placement <> 3 Then
                    If thing.TopLeftCell.Row >= area.Row And thing.TopLeftCell.Row <= last Then found = True
                End If
            Next thing
    End Select
    If VarType(found) <> vbBoolean Then found = True    ' some of the cells
    CrmHas = found
End Function
