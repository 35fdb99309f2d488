"""Every sentence the program says, Chinese first, English second, apart from the code that decides to say it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Words(NamedTuple):
    """One sentence in both languages; blanks as in ``str.format``."""

    zh: str
    en: str

    def say(self, lang: Lang, /, **about: object) -> str:
        return (self.zh if lang == "zh" else self.en).format(**about)
