import gc
import weakref
from collections.abc import Iterator

import pytest

from studybot.garbage import NEW_OBJECTS, spare_the_program


class Ring:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.mark.usefixtures("as_before")
def test_what_start_up_made_is_not_looked_at_again_and_rings_made_later_are_still_found() -> None:
    spare_the_program()
    spared = gc.get_freeze_count()
    ring = weakref.ref(Ring())
    kept = [[] for _ in range(2 * NEW_OBJECTS)]  # type: ignore[var-annotated]

    assert spared > 10_000
    assert ring() is None
    assert len(kept) == 2 * NEW_OBJECTS
