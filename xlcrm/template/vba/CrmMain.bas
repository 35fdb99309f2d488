Attribute VB_Name = "CrmMain"
Option Explicit
' Every button ends here: Python runs the verb on this workbook.

Public Sub CrmRun(ByVal verb As String)
    If CrmIsExcel() Then
        RunPython "import xlcrm.macros; xlcrm.macros.run('" & verb & "')"
    Else
        shHome.Range("crm_result").Value = shHome.Range("crm_elsewhere").Value
    End If
End Sub

Private Function CrmIsExcel() As Boolean
    ' LibreOffice calls itself Microsoft Excel too, but of version 11; a .xlsm needs 12.
    CrmIsExcel = (Application.Name = "Microsoft Excel" And Val(Application.Version) >= 12)
End Function
