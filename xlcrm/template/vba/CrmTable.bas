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
