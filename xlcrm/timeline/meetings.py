"""Contacts as they count: several persons of one customer met together are one. SPEC section 13."""

from __future__ import annotations

from collections.abc import Iterator

from xlcrm.ledger.together import Meeting, Meetings
from xlcrm.timeline.life import Contact, Life


def meetings(life: Life) -> Iterator[Contact]:
    """A customer's contacts in order, one for all who were met together: one that reached the customer, if any did."""
    together: dict[Meeting, Contact] = {}
    own = Meetings()
    for contact in life.contacts:
        meeting = own.of(contact.on, contact.source)
        if meeting not in together or (contact.reached and not together[meeting].reached):
            together[meeting] = contact
    yield from together.values()
