Attribute VB_Name = "CrmMain"
Option Explicit
' Every button ends here: Python runs the verb on this workbook, unless there is only something to show.

Public Sub CrmRun(ByVal verb As String)
    If verb = "next" Or verb = "help" Then
        CrmShow verb
        Exit Sub
    End If
    On Error GoTo bridge
    If CrmIsExcel() Then
        If InStr(CrmPython(), "\") > 0 And Not FileExists(CrmPython()) Then
            CrmFail shConf.Range("crm_no_python").Value
        Else
            RunPython "import xlcrm.macros; xlcrm.macros.run('" & verb & "')"
        End If
        Exit Sub
    End If
bridge:
    CrmAsk verb
End Sub

Private Function CrmIsExcel() As Boolean
    ' LibreOffice calls itself Microsoft Excel too, but of version 11; a .xlsm needs 12. So may WPS: its folder tells.
    If Application.Name = "Microsoft Excel" And Val(Application.Version) >= 12 Then
        CrmIsExcel = (InStr(LCase(Application.Path), "wps") = 0)
    End If
End Function
