Attribute VB_Name = "CrmView"
Option Explicit
' What is only shown needs no Python.

Public Sub CrmShow(ByVal verb As String)
    If verb = "help" Then
        shHome.Activate
        shHome.Range("A1").Select
    Else
        CrmNext
    End If
End Sub

Private Sub CrmNext()
    ' The next row of the list is selected there, and the cell it names is gone to; after the last comes the first.
    ' What to do is said in the status bar; where there is none, it stands beside the place in the list.
    Dim head As Object, place As Object, target As Variant
    On Error GoTo nowhere
    Set head = shFinding.Range("crm_place")
    head.Worksheet.Activate
    Set place = head.Offset(1, 0)
    If ActiveCell.Row > head.Row Then Set place = place.Offset(ActiveCell.Row - head.Row, 0)
    Do While place.EntireRow.Hidden
        Set place = place.Offset(1, 0)
    Loop
    target = Split(place.Value, "!")
    place.Select
    Application.Goto ThisWorkbook.Worksheets(target(0)).Range(target(1))
    On Error Resume Next
    Application.StatusBar = shFinding.Range("crm_remedy").Offset(place.Row - head.Row, 0).Value
    Exit Sub
nowhere:
    On Error Resume Next
    head.Select
    MsgBox shConf.Range("crm_no_next").Value, vbInformation, "xlcrm"
End Sub

Public Sub Auto_Open()
    ' Where there is no ribbon, Ctrl+Shift+J goes to the next place from every sheet.
    On Error Resume Next
    Application.OnKey "^+j", "BtnNext"
End Sub

Public Sub Auto_Close()
    On Error Resume Next
    Application.OnKey "^+j"
End Sub
