"""How each mode is played. A new one is a module here, a line in the registry, and a value of `core.challenge.Mode`."""

from collections.abc import Mapping

from studybot.core.challenge import Challenge, Mode
from studybot.flows.modes.daily import Daily
from studybot.flows.modes.duel import Duel
from studybot.flows.modes.live import Live
from studybot.flows.modes.relay import Relay
from studybot.flows.modes.sprint import Sprint

MODES: Mapping[Mode, Live] = {
    Mode.LIVE: Live(),
    Mode.DAILY: Daily(),
    Mode.DUEL: Duel(),
    Mode.RELAY: Relay(),
    Mode.SPRINT: Sprint(),
}


def cards_of(challenge: Challenge) -> int:
    """Return how many cards a challenge has: as many as wished for, or as there are."""
    wanted = mode_of(challenge).cards(challenge.rules)
    return min(wanted, len(challenge.plan)) if challenge.plan else wanted


def mode_of(challenge: Challenge) -> Live:
    return MODES[challenge.rules.mode]
