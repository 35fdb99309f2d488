@echo off
setlocal EnableExtensions DisableDelayedExpansion
rem What was dropped is read by Python from the whole command line: cmd would cut a name at "&" and lose its "%%".
set "XLCRM_HERE=%~dp0"
setlocal EnableDelayedExpansion
set "XLCRM_DROPPED=!CMDCMDLINE!"
setlocal DisableDelayedExpansion
if not "%~1"=="" if not defined XLCRM_DROPPED set "XLCRM_DROPPED=%*"
"%XLCRM_HERE%python\python.exe" -m xlcrm.dropped {verb} %*
set "code=%ERRORLEVEL%"
if not defined XLCRM_NO_PAUSE pause
exit %code%
