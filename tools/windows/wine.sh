#!/usr/bin/env bash
# Run a Windows program here: wine.sh PROGRAM.exe ARGUMENT…
# Standard input from nowhere, output and error through pipes (Python under Wine ends with files), its exit code handed on.
# The first call makes Wine's folder; what this Wine lacks goes in there, never into the bundle.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export WINEPREFIX="${WINEPREFIX:-${XDG_CACHE_HOME:-$HOME/.cache}/xlcrm-wine}" WINEDEBUG="${WINEDEBUG:--all}" LC_ALL="${WINE_LOCALE:-C.UTF-8}"
# neither Mono nor Gecko is asked for; Wine 8's WMI lacks what platform.platform() asks
export WINEDLLOVERRIDES="mscoree,mshtml,wbemprox="
unset DISPLAY WAYLAND_DISPLAY
wine=$(command -v wine64 || command -v wine || echo /usr/lib/wine/wine64)
server=$(command -v wineserver || echo /usr/lib/wine/wineserver)
if [ ! -e "$WINEPREFIX/ready" ]; then
    mkdir -p "$WINEPREFIX"
    "$wine" wineboot -i </dev/null >/dev/null 2>&1
    system="$WINEPREFIX/drive_c/windows/system32"
    if [ ! -e "$system/bcryptprimitives.dll" ]; then
        x86_64-w64-mingw32-gcc -shared -O2 -s -nostdlib -e 0 "$here/bcryptprimitives.c" -lbcrypt -o "$system/bcryptprimitives.dll"
    fi
    touch "$WINEPREFIX/ready"
fi
# Wine's services are started first: a command that starts them holds its pipes until they end
if "$server" -p60 </dev/null >/dev/null 2>&1; then
    "$wine" wineboot </dev/null >/dev/null 2>&1
fi
{ { "$wine" "$@" </dev/null 2>&3 3>&- 4>&- | cat >&4; } 3>&1 | cat >&2; } 4>&1
