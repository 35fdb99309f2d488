Attribute VB_Name = "CrmRibbon"
Option Explicit
' The ribbon calls this; a button's tag is its verb. As Object, so that no Office library is needed.

Public Sub CrmRibbonAction(control As Object)
    CrmRun control.Tag
End Sub
