"""What every runner promises, the real pool and the fake alike."""

from studybot.core.run import RunError, RunResult, RunStatus, Snippet
from studybot.core.value import Tensor
from studybot.ports import Runner

VALUE = "torch.tensor([[1, 2], [3, 4]])"
PRINT = "print('안녕')"
RAISE = "x = 1\n1 / 0"

SCRIPT = {
    VALUE: RunResult(RunStatus.OK, value=Tensor("int64", (2, 2), (2, 1), (1, 2, 3, 4)), wall_ms=1.0),
    PRINT: RunResult(RunStatus.OK, stdout="안녕\n", wall_ms=1.0),
    RAISE: RunResult(RunStatus.RAISED, error=RunError("ZeroDivisionError", "division by zero", 2), wall_ms=1.0),
}


class RunnerContract:
    """Inherit from this and give a `runner` fixture."""

    async def test_the_value_of_the_last_expression_comes_back(self, runner: Runner) -> None:
        result = await runner.run(Snippet(VALUE))

        assert result.status == RunStatus.OK
        assert result.value == Tensor("int64", (2, 2), (2, 1), (1, 2, 3, 4))

    async def test_what_is_printed_comes_back(self, runner: Runner) -> None:
        result = await runner.run(Snippet(PRINT))

        assert (result.stdout, result.value) == ("안녕\n", None)

    async def test_an_exception_is_a_result_with_its_line(self, runner: Runner) -> None:
        result = await runner.run(Snippet(RAISE))

        assert result.status == RunStatus.RAISED
        assert result.error == RunError("ZeroDivisionError", "division by zero", 2)

    async def test_a_result_says_where_it_ran_and_how_long(self, runner: Runner) -> None:
        result = await runner.run(Snippet(VALUE), asked_by="somebody", urgent=False)

        assert (result.device, result.torch_version) == ("cpu", runner.torch_version)
        assert result.wall_ms > 0

    async def test_a_result_survives_the_store(self, runner: Runner) -> None:
        result = await runner.run(Snippet(VALUE))

        assert RunResult.from_record(result.to_record()).value == result.value
