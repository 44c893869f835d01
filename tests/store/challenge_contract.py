"""What every store promises of groups and their challenges."""

from tests.store.contract.boards import BoardContract
from tests.store.contract.group_learners import GroupLearnerContract
from tests.store.contract.lobbies import LobbyContract
from tests.store.contract.rounds import RoundContract


class ChallengeContract(LobbyContract, RoundContract, GroupLearnerContract, BoardContract):
    """Subclass it with a `store` fixture."""
