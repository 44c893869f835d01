"""The garbage collector of a process that serves: it looks at what updates leave behind, and not at the program."""

import gc

NEW_OBJECTS = 10_000
"""After so many new containers the collector looks at them. One answer makes hundreds, and hardly any cycles."""

LOOKS = 20
"""After so many looks it looks once at what outlived them, and after so many of those at everything."""


def spare_the_program() -> None:
    """Take what start-up made (modules, classes, the deck) out of the collector's sight, and let it look less often.

    It looks after 700 new containers by default, and over and over at a hundred thousand that will live as long as the
    process does: a tenth of what the bot used for an answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, LOOKS, LOOKS)
