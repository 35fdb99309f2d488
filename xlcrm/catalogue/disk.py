"""What a system gives as the reason why a file could not be opened or written: the system itself says it in English."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from xlcrm.catalogue import Words

STANDARD_OUTPUT = Words("标准输出", "standard output")

_DENIED = Words("没有权限", "permission denied")
_BUSY = Words("正被其他程序占用", "in use by another program")
_BROKEN = Words("磁盘读写出错", "the disk has a read or write error")
_NETWORK = Words("网络或共享文件夹没有响应", "the network or the shared folder does not answer")
_FULL = Words("磁盘空间不足", "no space left")
_TOO_MANY = Words("同时打开的文件太多", "too many files are open")
_BAD_NAME = Words("文件名这里不能用", "the name cannot be used here")

_BY_NAME: Mapping[str, Words] = {
    "EACCES": _DENIED,
    "EPERM": _DENIED,
    "EROFS": Words("磁盘是只读的", "the disk is read-only"),
    "ENOENT": Words("找不到", "not found"),
    "ENOTDIR": Words("路径中有一段不是文件夹", "part of the path is not a folder"),
    "EISDIR": Words("那是一个文件夹", "it is a folder"),
    "EEXIST": Words("已经存在", "it exists already"),
    "ELOOP": Words("链接指来指去，没有尽头", "its links form a loop"),
    "ENODEV": Words("不是普通文件", "it is not an ordinary file"),
    "ENXIO": Words("不是普通文件", "it is not an ordinary file"),
    "EFBIG": Words("文件太大", "the file is too large"),
    "ENAMETOOLONG": Words("文件名太长", "the name is too long"),
    "EINVAL": _BAD_NAME,
    "EILSEQ": _BAD_NAME,
    "EBUSY": _BUSY,
    "ETXTBSY": _BUSY,
    "EAGAIN": _BUSY,
    "EDEADLK": _BUSY,
    "EIO": _BROKEN,
    "ENOSPC": _FULL,
    "EDQUOT": _FULL,
    "ENOMEM": Words("内存不足", "out of memory"),
    "EMFILE": _TOO_MANY,
    "ENFILE": _TOO_MANY,
    "EPIPE": Words("对方已经关闭", "the other side has closed"),
    "EINTR": Words("被中断", "interrupted"),
    "ESTALE": _NETWORK,
    "ETIMEDOUT": _NETWORK,
    "EHOSTDOWN": _NETWORK,
    "EHOSTUNREACH": _NETWORK,
    "ENETDOWN": _NETWORK,
    "ENETUNREACH": _NETWORK,
    "ECONNABORTED": _NETWORK,
    "ECONNREFUSED": _NETWORK,
    "ECONNRESET": _NETWORK,
    "ENOTCONN": _NETWORK,
    "ENOLINK": _NETWORK,
    "EREMOTEIO": _NETWORK,
}
"""By the name of the kind: their numbers are each system's own."""
_REASONS = {getattr(errno, name): words for name, words in _BY_NAME.items() if hasattr(errno, name)}
_OTHER = Words("系统错误 {number}", "system error {number}")


def reason(number: int | None) -> Words:
    """Why, by the number in an ``OSError``; a kind nobody foresaw is named by its number."""
    return _REASONS.get(number or 0) or Words(*(words.format(number=number) for words in _OTHER))
