"""Where a cgroup is delegated to us, by a tree of plain files; where a real one is, with the real jail too."""

import asyncio
import os
from pathlib import Path

import pytest

from studybot.core.run import Limits, RunStatus, Snippet
from studybot.sandbox import Pool, cgroup, probes
from studybot.sandbox.cgroup import NotDelegated
from tests.sandbox.marks import IN_THE_JAIL


class FakeTree:
    """A cgroup tree and the files of /proc that lead to it."""

    def __init__(self, folder: Path, *, own: str = "/user.slice/studybot.service", root: str = "/") -> None:
        self.proc = folder / "proc"
        self.mount = folder / "sys"
        self.own = self.mount / Path(own).relative_to(root)
        self.proc.mkdir()
        self.own.mkdir(parents=True)
        self.say(own, root)
        for name, text in (
            ("cgroup.controllers", "cpu memory pids"),
            ("cgroup.procs", ""),
            ("cgroup.subtree_control", ""),
        ):
            (self.own / name).write_text(text)

    def say(self, own: str, root: str = "/") -> None:
        (self.proc / "cgroup").write_text(f"1:name=systemd:/\n0::{own}\n")
        (self.proc / "mountinfo").write_text(
            f"22 1 0:20 / / rw - ext4 /dev/sda rw\n30 22 0:26 {root} {self.mount} rw shared:9 - cgroup2 cgroup2 rw\n"
        )

    def take(self) -> cgroup.Delegation:
        return cgroup.take(self.proc)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTree:
    monkeypatch.setattr(os, "getxattr", lambda path, name: b"1")
    return FakeTree(tmp_path)


def test_a_delegated_group_is_divided_with_ourselves_in_a_leaf(tree: FakeTree) -> None:
    delegation = tree.take()

    assert delegation.folder == tree.own
    assert (tree.own / "studybot-bot/cgroup.procs").read_text() == str(os.getpid())
    assert (tree.own / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_a_cage_limits_memory_and_processes(tree: FakeTree) -> None:
    cage = tree.take().cage()

    assert cage.folder.parent == tree.own
    assert (cage.folder / "memory.max").read_text() == str(cgroup.MEMORY_MIB * 2**20)
    assert (cage.folder / "pids.max").read_text() == str(cgroup.PROCESSES)


async def test_a_command_enters_its_cage_before_it_starts(tree: FakeTree) -> None:
    cage = tree.take().cage()

    process = await asyncio.create_subprocess_exec(
        *cage.entering(), "cat", str(cage.folder / "cgroup.procs"), stdout=-1
    )
    said, _ = await process.communicate()

    assert said == b"0\n"  # which the kernel reads as: whoever writes this


def test_a_cage_holds_only_who_is_in_it_within_our_limits(tree: FakeTree) -> None:
    cage = tree.take().cage()
    (cage.folder / "cgroup.procs").write_text("41\n42\n")

    assert cage.holds(42)
    assert not cage.holds(4)
    (cage.folder / "memory.max").write_text("max")
    assert not cage.holds(42)


def test_a_process_that_is_in_its_leaf_already_finds_the_group_above(tree: FakeTree) -> None:
    before = tree.take()
    tree.say("/user.slice/studybot.service/studybot-bot")

    assert tree.take().folder == before.folder


def test_a_group_that_a_container_shows_as_its_root_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getxattr", lambda path, name: b"1")
    tree = FakeTree(tmp_path, own="/docker/abc/inner", root="/docker/abc")

    assert tree.take().folder == tree.mount / "inner"


def test_a_group_that_others_run_in_is_left_as_it_was(tree: FakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def busy(path: Path, text: str) -> int:
        if path.name == "cgroup.subtree_control":
            raise OSError(16, "Device or resource busy")
        if path.parent.name == "studybot-bot":  # the kernel makes this file, and takes it away with its folder
            return 0
        return write(path, text)

    monkeypatch.setattr(Path, "write_text", busy)

    with pytest.raises(NotDelegated, match="others may run in it"):
        tree.take()
    assert (tree.own / "cgroup.procs").read_text() == str(os.getpid())
    assert not (tree.own / "studybot-bot").exists()


def test_without_the_controllers_nothing_is_divided(tree: FakeTree) -> None:
    (tree.own / "cgroup.controllers").write_text("cpu pids")

    with pytest.raises(NotDelegated, match="no control of memory"):
        tree.take()


def test_root_does_not_divide_a_group_that_nobody_delegated(tree: FakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    def unmarked(path: Path, name: str) -> bytes:
        raise OSError(61, "No data available")

    monkeypatch.setattr(os, "getxattr", unmarked)
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(NotDelegated, match="not marked as delegated"):
        tree.take()


@pytest.mark.parametrize("groups", ["", "1:name=systemd:/\n4:memory:/x\n"], ids=["none", "only version 1"])
def test_a_system_without_cgroup_2_is_told_so(tree: FakeTree, groups: str) -> None:
    (tree.proc / "cgroup").write_text(groups)

    with pytest.raises(NotDelegated, match="no cgroup v2"):
        tree.take()


def delegated() -> str:
    """Return why no real cgroup can be tried here; nothing where one can."""
    try:
        cgroup._check(cgroup._own_folder(cgroup.PROC))
    except NotDelegated as error:
        return str(error)
    return ""


def scores_of_children(process: int) -> set[str]:
    """Return how readily the kernel would kill each child of a process: 1000 is first."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {Path(f"/proc/{child}/oom_score_adj").read_text().strip() for child in children}


class TestInTheJail:
    pytestmark = IN_THE_JAIL

    async def test_the_self_test_tells_honestly_of_the_second_memory_wall(self, pool: Pool) -> None:
        (found,) = [probe for probe in pool.health.probes if probe.name == probes.CGROUP]

        assert found.state in {"held", "not applicable"}
        assert (found.state == "held") == (found.remedy == "")
        assert found.state == "held" or "Delegate=yes" in found.remedy

    @pytest.mark.skipif(bool(delegated()), reason=delegated())
    async def test_memory_beyond_the_cage_is_killed_by_the_kernel_and_the_zygote_serves_on(self) -> None:
        async with Pool(slots=1) as pool:
            await pool.ready()
            (found,) = [probe for probe in pool.health.probes if probe.name == probes.CGROUP]
            if found.state != "held":
                pytest.skip(found.remedy)
            beyond = Limits(wall_seconds=20, memory_mib=64 * 1024)

            result = await pool.run(Snippet("kept = [bytearray(b'x') * 2**24 for _ in range(1000)]", limits=beyond))

            assert result.status is RunStatus.MEMORY
            assert (await pool.run(Snippet("1 + 1"))).value == 2

    async def test_a_run_is_the_first_to_go_when_memory_is_out(self, pool: Pool) -> None:
        run = asyncio.create_task(pool.run(Snippet("import time\ntime.sleep(0.5)\n1", hash_seed=0)))
        await asyncio.sleep(0.2)
        (slot,) = [slot for slot in pool._alive if slot.hash_seed == 0]

        scores = scores_of_children(slot.zygote_pid)

        assert scores == {"1000"}
        assert (await run).value == 1
