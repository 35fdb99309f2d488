"""Property tests have two sizes: what every run has, and what a release is worth (``tools/run.py sizes``)."""

from __future__ import annotations

from hypothesis import settings

RELEASE = "release"
"""The hypothesis profile of the large size."""


def scaled(small: int, big: int) -> int:
    """How many examples a property test tries: ``small``, or ``big`` under the profile ``release``.

    A test that asks is marked ``sized``. Test modules ask when they are imported, which is after the profile is chosen.
    """
    return big if settings.get_current_profile_name() == RELEASE else small
