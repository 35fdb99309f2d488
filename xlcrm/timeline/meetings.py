"""Contacts as they count: several persons of one customer met together are one.

Source: SPEC section 13. They are together when the same consultant met them on one day, for one purpose and in one manner;
who is met twice that way was contacted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xlcrm.forms.sheets import Report
from xlcrm.forms.states import Channel, Means, Purpose
from xlcrm.timeline.life import Contact, Life


def meetings(life: Life) -> Iterator[Contact]:
    """A customer's contacts in order, one for all who were met together: one that reached the customer, if any did."""
    together: dict[tuple[object, ...], Contact] = {}
    turns: Counter[tuple[object, ...]] = Counter()
    for contact in life.contacts:
        occasion = (contact.on, *_occasion(contact))
        person = (*occasion, contact.source.phone, contact.source.name)
        turns[person] += 1
        key = (*occasion, turns[person])
        if key not in together or (contact.reached and not together[key].reached):
            together[key] = contact
    yield from together.values()


def _occasion(contact: Contact) -> tuple[str | None, str | None, str | None]:
    """Consultant, purpose and manner; a register row is a reception."""
    source = contact.source
    if isinstance(source, Report):
        return source.consultant, source.purpose, source.means
    return source.consultant, Purpose.RECEPTION, Means.PHONE if source.channel == Channel.CALL else Means.VISIT
