"""Both stores keep what is promised of groups, their challenges and their boards."""

import pytest

from studybot.ports import Store
from tests.fakes_store import MemoryStore
from tests.store.challenge_contract import ChallengeContract


class TestSqlStore(ChallengeContract):
    """`store` is the fixture of this folder."""


class TestMemoryStore(ChallengeContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()
