Attribute VB_Name = "CrmMain"
Option Explicit
' Every button ends here: Python runs the verb on this workbook, unless there is only something to show.

Public Sub CrmRun(ByVal verb As String)
    If verb = "next" Or verb = "help" Then
        CrmShow verb
        If verb = "next" Or Not CrmIsExcel() Then Exit Sub
    End If
    On Error GoTo bridge
    If CrmIsExcel() Then
        If Not CrmHasPython() Then
            CrmFail shConf.Range("crm_no_python").Value
        ElseIf Not CrmIsPlain(ThisWorkbook.Name) Then
            CrmFail shConf.Range("crm_bad_name").Value
        Else
            RunPython "import xlcrm.macros; xlcrm.macros.run('" & verb & "')"
        End If
        Exit Sub
    End If
bridge:
    CrmAsk verb
End Sub

Private Function CrmHasPython() As Boolean
    ' A path, never a bare name: the current folder would be searched for that first. Mac names no file before it is asked.
    If InStr(CrmPython(), Application.PathSeparator) > 0 Then
        CrmHasPython = (Application.PathSeparator = "/")
        If Not CrmHasPython Then CrmHasPython = FileExists(CrmPython())
    End If
End Function

Private Function CrmIsExcel() As Boolean
    ' LibreOffice calls itself Microsoft Excel too, but of version 11; a .xlsm needs 12. So may WPS: its folder tells.
    If Application.Name = "Microsoft Excel" And Val(Application.Version) >= 12 Then
        CrmIsExcel = (InStr(LCase(Application.Path), "wps") = 0)
    End If
End Function

Public Function CrmIsPlain(ByVal name As String) As Boolean
    ' The name goes through cmd or a Mac's shell, and xlwings takes what stands before its second equals sign.
    Dim i As Long
    CrmIsPlain = True
    For i = 1 To Len(name)
        If InStr("%=$`|\""", Mid(name, i, 1)) > 0 Then CrmIsPlain = False
    Next i
End Function
