"""The fake keeps the promises that the real sandbox keeps."""

import pytest

from tests.fakes_runner import FakeRunner
from tests.sandbox.runner_contract import SCRIPT, RunnerContract


class TestFakeRunner(RunnerContract):
    @pytest.fixture
    def runner(self) -> FakeRunner:
        return FakeRunner(SCRIPT)
