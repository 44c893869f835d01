"""Runs on a GPU: what is asked of the jail everywhere, and what is tried where there is one."""

import os
from pathlib import Path

import pytest

from studybot.core.run import Limits, RunStatus, Snippet
from studybot.core.value import Tensor
from studybot.errors import SandboxUnavailable
from studybot.sandbox import Pool, jail, probes, seccomp
from tests.sandbox.marks import IN_THE_JAIL

NODES = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm")


def command(monkeypatch: pytest.MonkeyPatch, device: str) -> list[str]:
    monkeypatch.setattr(jail, "gpu_nodes", lambda: NODES)
    with Path(os.devnull).open("rb") as news:
        return jail.command_line(news.fileno(), device="cuda" if device == "cuda" else "cpu")


def test_the_nodes_of_the_gpu_are_shown_to_its_own_jail_only(monkeypatch: pytest.MonkeyPatch) -> None:
    on_cuda, on_cpu = command(monkeypatch, "cuda"), command(monkeypatch, "cpu")

    assert [word for word in on_cpu if "nvidia" in word] == []
    for node in NODES:
        place = on_cuda.index(node)
        assert on_cuda[place - 1 : place + 2] == ["--dev-bind", node, node]
    assert {word for word in on_cuda if word.startswith("/dev/nvidia")} == set(NODES)


def test_the_filter_of_a_cpu_run_does_not_know_the_driver() -> None:
    assert len(seccomp.compile_filter("cuda")) > len(seccomp.compile_filter("cpu"))


def test_every_wall_is_tried_on_the_gpu_as_well_and_more() -> None:
    names = {trial.name for trial in probes.gpu_trials()}

    assert names >= {trial.name for trial in probes.trials()} - {"open files"}
    assert names >= {"GPU run", "GPU memory limit", "GPU memory empty", "GPU nodes"}


@pytest.mark.skipif(bool(jail.gpu_nodes()), reason="this machine has a GPU")
class TestWithoutAGpu:
    pytestmark = IN_THE_JAIL

    async def test_a_run_for_the_gpu_is_refused_with_the_reason(self, pool: Pool) -> None:
        with pytest.raises(SandboxUnavailable, match="shows no NVIDIA GPU"):
            await pool.run(Snippet("1", device="cuda"))
        assert await pool.devices() == ("cpu",)

    async def test_a_gpu_that_is_not_really_there_stays_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The nodes are those of other devices, so the self-test, or torch itself, must refuse."""
        monkeypatch.setattr(jail, "gpu_nodes", lambda: ("/dev/full",))
        async with Pool(slots=1) as pool:
            health = await pool.gpu_health()

            assert health.state == "down"
            assert "built without CUDA" in health.reason or "self-test did not pass" in health.reason
            assert await pool.devices() == ("cpu",)
            assert (await pool.run(Snippet("1 + 1"))).value == 2


@pytest.mark.gpu
@pytest.mark.skipif(not jail.gpu_nodes(), reason="this machine shows no NVIDIA GPU")
class TestWithAGpu:
    pytestmark = IN_THE_JAIL

    @pytest.fixture
    async def gpu(self, pool: Pool) -> Pool:
        health = await pool.gpu_health()
        assert health.state == "ready", health.reason
        return pool

    async def test_a_card_runs_on_the_gpu(self, gpu: Pool) -> None:
        result = await gpu.run(Snippet("torch.arange(3, device='cuda') * 2", device="cuda"))

        assert (result.status, result.device) == (RunStatus.OK, "cuda")
        assert isinstance(result.value, Tensor)
        assert (result.value.values, result.value.device) == ((0, 2, 4), "cuda:0")

    async def test_more_memory_than_its_share_of_the_gpu_hits_the_limit(self, gpu: Pool) -> None:
        code = "kept = [torch.zeros(2**28, dtype=torch.uint8, device='cuda') for _ in range(10_000)]"

        assert (await gpu.run(Snippet(code, device="cuda"))).status is RunStatus.MEMORY

    async def test_memory_that_a_run_freed_is_not_readable_by_the_next(self, gpu: Pool) -> None:
        write = "x = torch.full((2**28,), 0x5A, dtype=torch.uint8, device='cuda')\nx.sum().item() > 0"
        read = "(torch.empty(2**28, dtype=torch.uint8, device='cuda') == 0x5A).sum().item() < 2**22"

        assert (await gpu.run(Snippet(write, device="cuda"))).value is True
        assert (await gpu.run(Snippet(read, device="cuda"))).value is True

    async def test_an_endless_kernel_hits_the_time_limit_and_the_next_run_is_served(self, gpu: Pool) -> None:
        endless = "x = torch.ones(4096, 4096, device='cuda')\nwhile True: x = x @ x"

        result = await gpu.run(Snippet(endless, device="cuda", limits=Limits(wall_seconds=1)))

        assert result.status is RunStatus.TIMEOUT
        assert (await gpu.run(Snippet("torch.ones(2, device='cuda').sum().item()", device="cuda"))).value == 2.0

    async def test_a_run_on_the_cpu_does_not_see_the_gpu(self, gpu: Pool) -> None:
        assert (await gpu.run(Snippet("torch.cuda.is_available()"))).value is False
