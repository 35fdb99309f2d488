/* Random bytes for wheels with Rust in them, in a Wine older than 8.13 that lacks this DLL. It is put into Wine's own folder by
   wine.sh and is no part of the Windows zip: Windows has its own. */
#include <windows.h>
#include <bcrypt.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return BCryptGenRandom(NULL, data, (ULONG)length, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}
