"""Excel takes no calls while a cell is being edited or a dialog is open."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from xlcrm.errors import Refusal

_BUSY = {-2147418111, -2147417846, -2146777998}
"""COM's errors while Excel is in the middle of an entry or asks something: call rejected, retry later, ignored."""


def is_busy(error: BaseException) -> bool:
    """Whether COM says that Excel takes no calls now. The exception's type exists on Windows only."""
    details = getattr(error, "excepinfo", None)
    codes = {getattr(error, "hresult", None), details[5] if details else None}
    return bool(codes & _BUSY) or type(error).__name__ == "ExcelBusyError"


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Nothing is written in here, so that an Excel that does not answer is a ``Refusal``."""
    try:
        yield
    except Exception as error:
        if is_busy(error):
            raise Refusal("live.busy") from error
        raise
