Attribute VB_Name = "CrmBridge"
Option Explicit
' Where xlwings cannot run: a copy of the book is saved, Python reads it, and what it decided comes back as lines of text.
' No #If, Declare or CreateObject here: LibreOffice has none of them. The lines are described in xlcrm/books/hosted/wire.py.

Private Const START_SECONDS As Long = 30, WORK_SECONDS As Long = 900
Private held As Object      ' what was typed into each sheet when the button was pressed

Public Sub CrmAsk(ByVal verb As String)
    Dim stem As String, trouble As String, message As String, made As String, hindrance As String
    CrmSayWorking
    On Error GoTo failed
    trouble = "crm_no_folder"
    If ThisWorkbook.Path = "" Then Err.Raise 1004
    stem = ThisWorkbook.Path & Application.PathSeparator & "~xlcrm-" & Format(Now, "hhnnss") & "-" & ThisWorkbook.Name
    trouble = "crm_bad_name"
    If InStr(stem, """") > 0 Then Err.Raise 1004
    trouble = "crm_no_folder"
    CrmSample stem & ".asked"
    trouble = "crm_no_python"
    If CrmPython() = "" Then Err.Raise 1004
    Shell """" & CrmPython() & """ -P -m xlcrm.bridge " & verb & " """ & stem & """", 0
    trouble = "crm_no_folder"       ' Python starts while the copy is saved
    CrmRemember verb = "selfcheck"
    If verb <> "selfcheck" Then
        ThisWorkbook.SaveCopyAs stem & ".saving"
        Name stem & ".saving" As stem & ".copy"
    End If
    trouble = "crm_no_answer"
    message = CrmAnswer(stem, made)
    trouble = "crm_changed"
    CrmQuiet True
    hindrance = CrmApply(stem & ".changes", trouble)
    CrmForget stem
    If hindrance = "" Then
        MsgBox message, vbInformation, "xlcrm"
    Else
        CrmFail hindrance & made
    End If
    Exit Sub
failed:
    CrmForget stem
    CrmFail shConf.Range(trouble).Value & made
End Sub

Public Function CrmPython() As String
    CrmPython = Environ("XLCRM_PYTHON")
    If Application.PathSeparator = "\" Then
        If CrmPython = "" Then CrmPython = shConf.Range("crm_python_win").Value
        If Left(CrmPython, 2) = ".\" Then CrmPython = ThisWorkbook.Path & Mid(CrmPython, 2)
        CrmPython = Replace(CrmPython, "%LOCALAPPDATA%", Environ("LOCALAPPDATA"))
    Else
        If CrmPython = "" Then CrmPython = shConf.Range("crm_python_mac").Value
        If CrmPython = "" Then CrmPython = "python3"
    End If
End Function

Private Sub CrmSayWorking()
    ' Where the result will stand, and painted before the copy is saved.
    On Error Resume Next
    shHome.Range("crm_result").Value = shConf.Range("crm_working").Value
    DoEvents
End Sub

Private Function CrmAnswer(ByVal stem As String, ByRef made As String) As String
    ' A second line says which file was made beside the book, which is there though nothing can be written into the book.
    Dim asked As Date, patience As Long, file As Integer, s As String
    asked = Now
    Do While Dir(stem & ".done") = ""
        patience = START_SECONDS
        If Dir(stem & ".begun") <> "" Then patience = WORK_SECONDS
        If (Now - asked) * 86400 > patience Then Err.Raise 1004
        Application.Wait Now + TimeSerial(0, 0, 1) / 50
    Loop
    file = FreeFile
    Open stem & ".done" For Input As #file
    Line Input #file, s
    CrmAnswer = CrmText(s)
    If Not EOF(file) Then
        Line Input #file, s
        made = CrmText(s)
    End If
    Close #file
End Function

Private Sub CrmSample(ByVal path As String)
    ' Python is asked, and shown how this host writes Chinese and whether it is LibreOffice.
    Dim file As Integer
    file = FreeFile
    Open path For Output As #file
    Print #file, ChrW(&H6C49) & ChrW(&H5B57)
    If CrmIsCalc() Then Print #file, "calc"
    Close #file
End Sub

Private Sub CrmRemember(ByVal onlyHome As Boolean)
    Dim sheet As Object
    Set held = New Collection
    For Each sheet In ThisWorkbook.Worksheets
        If Not onlyHome Or sheet.Name = shHome.Name Then held.Add CrmTyped(sheet.Name), sheet.Name
    Next sheet
End Sub

Private Function CrmApply(ByVal path As String, ByRef trouble As String) As String
    ' What is in the way is asked first: where something is, its words are returned, and nothing has been written.
    ' LibreOffice and WPS let people type while Python is at work: rows typed, put in or sorted meanwhile are not those it read.
    Dim file As Integer, s As String, p As Variant, sheet As String, found As Boolean
    file = FreeFile
    Open path For Input As #file
    Do While Not EOF(file) And Not found
        Line Input #file, s
        p = Split(s, vbTab)
        sheet = CrmText(p(1))
        Select Case p(0)
            Case "same"
                found = (StrComp(held.Item(sheet), CrmTyped(sheet), 0) <> 0)
            Case "protected", "merged", "formula", "comment", "link", "shape"
                found = CrmHas(p(0), CrmArea(sheet, p(2)))
            Case "values"
                trouble = "crm_half_written"
                CrmPut sheet, p(2), CrmLines(file, CrmArea(sheet, p(2)).Rows.Count)
            Case "formulas"
                trouble = "crm_half_written"
                CrmCompute sheet, p(2), CrmLines(file, CrmArea(sheet, p(2)).Rows.Count)
            Case "table"
                trouble = "crm_half_written"
                CrmResize sheet, p(2), p(3)
        End Select
    Loop
    Close #file
    If found Then CrmApply = CrmText(p(3)) Else CrmFit
End Function

Private Function CrmLines(ByVal file As Integer, ByVal height As Long) As Variant
    ' The lines of that many rows.
    Dim lines() As String, i As Long
    ReDim lines(0 To height - 1)
    For i = 0 To height - 1
        lines(i) = CrmLine(file)
    Next i
    CrmLines = lines
End Function

Public Function CrmCells(ByVal s As String, ByVal marked As Boolean) As Variant
    ' The cells of a row; a text keeps its mark for a host that would read 1/2 as a day.
    Dim cells() As Variant, p As Variant, cell As String, first As Long, isPlain As Boolean, j As Long
    first = IIf(marked, 1, 2)
    isPlain = (InStr(s, "\") = 0)
    p = Split(s, vbTab)
    ReDim cells(0 To UBound(p))
    For j = 0 To UBound(p)
        cell = p(j)
        Select Case Left(cell, 1)
            Case "'"
                cells(j) = Mid(cell, first)
                If Not isPlain Then cells(j) = CrmText(cells(j))
            Case "=": cells(j) = CrmText(cell)
            Case ".": cells(j) = ""
            Case "T", "F": cells(j) = (cell = "T")
            Case Else: cells(j) = Val(cell)
        End Select
    Next j
    CrmCells = cells
End Function

Private Function CrmLine(ByVal file As Integer) As String
    ' LibreOffice cuts a line after 65,534 characters: a longer one goes on below a backslash at its end.
    Dim s As String
    Line Input #file, s
    Do While Right(s, 1) = "\"
        CrmLine = CrmLine & Left(s, Len(s) - 1)
        Line Input #file, s
    Loop
    CrmLine = CrmLine & s
End Function

Private Function CrmText(ByVal s As String) As String
    ' A backslash and four hexadecimal digits are a character: the files may be ASCII, whatever the host's code page.
    Dim p As Variant, i As Long
    CrmText = s
    If InStr(s, "\") = 0 Then Exit Function
    p = Split(s, "\")
    For i = 1 To UBound(p)
        p(i) = ChrW(CLng("&H" & Left(p(i), 4) & "&")) & Mid(p(i), 5)
    Next i
    CrmText = Join(p, "")
End Function

Private Sub CrmForget(ByVal stem As String)
    Dim ending As Variant
    On Error Resume Next
    CrmQuiet False
    Set held = Nothing
    Close
    For Each ending In Array(".asked", ".saving", ".copy", ".begun", ".changes", ".done")
        Kill stem & ending
    Next ending
End Sub

Public Sub CrmFail(ByVal message As String)
    On Error Resume Next
    shHome.Range("crm_result").Value = message
    MsgBox message, vbExclamation, "xlcrm"
End Sub
