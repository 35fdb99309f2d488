"""What the program says when it declines: what is wrong, where, what to do. The caller adds that nothing was changed."""

from __future__ import annotations

from xlcrm.catalogue import Lang, Words
from xlcrm.errors import Refusal

UNCHANGED = Words("没有改动任何内容。", "Nothing was changed.")

REFUSALS: dict[str, Words] = {
    "month.bad": Words("“{month}”不是月份，请写成 2026-10 这样。", "“{month}” is not a month; write it like 2026-10."),
    "month.empty": Words(
        "{month} 没有任何日志，无法分析。请检查月份，或先登记来店和日报。",
        "There are no logs for {month}. Check the month, or enter visits and reports first.",
    ),
}


def explain(refusal: Refusal, lang: Lang) -> str:
    """The refusal in the user's words, ending with the assurance that nothing was changed."""
    return f"{REFUSALS[refusal.key].say(lang, **refusal.about)} {UNCHANGED.say(lang)}"
