"""Who sits at this computer, for the journal."""

from __future__ import annotations

import getpass


def user_name() -> str:
    """The account's name, "" for one that has none: services and containers may run under a bare number."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""
