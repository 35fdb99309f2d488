"""The one exception a person ever sees the words of."""

from __future__ import annotations


class Refusal(Exception):
    """The program declines, and nothing was changed: a file, a setting or a request is not as it must be.

    ``key`` names the wording in ``catalogue.refusals``; ``about`` fills its blanks. Never raised for what a rule finds:
    findings are data.
    """

    def __init__(self, key: str, **about: object) -> None:
        super().__init__(key, about)
        self.key = key
        self.about = about

    def __str__(self) -> str:
        return f"{self.key} {self.about}"
