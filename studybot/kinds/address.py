"""Memory addresses in answers: they agree in two runs of one warm sandbox, and differ in the next."""

import re

from studybot.core.value import Tensor, Value

_IN_TEXT = re.compile(r" at 0x[0-9a-f]+|\b0x[57][0-9a-f]{11}\b", re.IGNORECASE)

# Where Linux on x86-64 and arm64 puts a program's heap and its mapped memory. `id()` and `data_ptr()` are
# multiples of 8 in there; the numbers of a card about integers hardly ever are.
_HEAP = range(0x5500_0000_0000, 0x5700_0000_0000)
_MAPPED = range(0x7E00_0000_0000, 0x8000_0000_0000)


def holds_address(value: Value) -> bool:
    """Return whether a value looks like a memory address, or holds one."""
    match value:
        case str():
            return _IN_TEXT.search(value) is not None
        case int():
            return value % 8 == 0 and (value in _HEAP or value in _MAPPED)
        case list():
            return any(map(holds_address, value))
        case Tensor():
            return value.dtype == "int64" and any(map(holds_address, value.values or ()))
        case _:
            return False
