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
