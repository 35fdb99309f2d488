"""What staff type and a program would make something else of: one list, which every channel must keep as it is."""

from __future__ import annotations

DIRTY = (
    "001",
    "=1+1",
    "+8619900000001",
    "123456789012345678",
    "1-2",
    "TRUE",
    "#N/A",
    "１９９００００００００１",
    "'引号",
    "长" * 10_000,
    "😀 试驾",
    "3月5日",
    "2026-10-05",
    "2026.3.5",
    "1E5",
    "@SUM(A1)",
    "-x",
)
"""None is blank at its ends or has a line break: a customer's name may be any of them."""
