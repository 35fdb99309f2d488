; One user's own programs, no administrator. The newest version stands beside the former ones; the workbook stays in Documents.
Unicode true
RequestExecutionLevel user
Name "xlcrm ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\xlcrm-${VERSION}"
SetCompressor zlib
SetDateSave off
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Section
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}/*.*"
  IfFileExists "$DOCUMENTS\三表一卡\CRM.xlsm" placed
    CreateDirectory "$DOCUMENTS\三表一卡"
    nsExec::ExecToLog '"$INSTDIR\python\python.exe" -m xlcrm.cli setup --book "$DOCUMENTS\三表一卡\CRM.xlsm"'
  placed:
  CreateDirectory "$SMPROGRAMS\三表一卡"
  CreateShortCut "$SMPROGRAMS\三表一卡\文件夹.lnk" "$INSTDIR"
  CreateShortCut "$SMPROGRAMS\三表一卡\CRM.lnk" "$DOCUMENTS\三表一卡\CRM.xlsm"
  WriteUninstaller "$INSTDIR\uninstall.exe"
SectionEnd

Section "Uninstall"
  RMDir /r "$INSTDIR\python"
  Delete "$INSTDIR\*.cmd"
  Delete "$INSTDIR\*.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  RMDir /r "$SMPROGRAMS\三表一卡"
SectionEnd
