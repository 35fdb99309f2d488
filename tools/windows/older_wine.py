"""A pytest plugin: what Debian 12's Wine lacks is taken from its Python, which then does without it."""

import _winapi

if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2
