"""What a Bot API method is here: a function from the world and the parameters to a result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studybot.local_chat.params import Params
from studybot.local_chat.world import World


@dataclass(frozen=True)
class Method:
    """`floods` methods count against the limits on sending; they all name a chat."""

    act: Callable[[World, Params], Any]
    floods: bool = False
