"""Sets come in one order per slot, and a run that asks for a hash seed gets its order."""

import asyncio
import json
import subprocess
import sys

from studybot.core.run import OWN_HASH_SEED, Snippet
from studybot.core.value import Value
from studybot.sandbox import Pool
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL

SET = 'list({"a", "b", "c", "d", "e", "f", "g", "h"})'


async def order(pool: Pool, hash_seed: int | None) -> Value:
    return (await pool.run(Snippet(SET, hash_seed=hash_seed))).value


async def test_two_hash_seeds_give_two_orders_and_equal_ones_the_same(pool: Pool) -> None:
    orders = await asyncio.gather(*(order(pool, seed) for seed in (0, 1, 0, 1, 2, 3)))

    assert orders[0] != orders[1]
    assert orders == [orders[0], orders[1]] * 3


async def test_a_run_without_a_hash_seed_takes_any_slot(pool: Pool) -> None:
    held = asyncio.create_task(pool.run(Snippet("while True: pass", hash_seed=0)))
    await asyncio.sleep(0)

    assert await order(pool, None) == await order(pool, 1)

    held.cancel()
    await asyncio.wait([held])


async def test_a_renewed_slot_keeps_its_hash_seed(pool: Pool) -> None:
    before = await order(pool, 1)
    (second,) = [slot for slot in pool._alive if slot.hash_seed == 1]
    second._kill()

    assert await order(pool, 1) == before
    assert await order(pool, 0) != before


async def test_a_hash_seed_of_its_own_is_exactly_that(pool: Pool) -> None:
    own = await order(pool, OWN_HASH_SEED + 1)

    assert own == order_in_python(OWN_HASH_SEED + 1)
    others = (order_in_python(OWN_HASH_SEED), await order(pool, 0), await order(pool, 1))
    assert len({str(one) for one in (own, *others)}) == 4
    assert OWN_HASH_SEED + 1 not in {slot.hash_seed for slot in pool._alive}, "it was for this run alone"


def order_in_python(hash_seed: int) -> Value:
    """Return the order in which a Python with this hash seed has the set."""
    command = [sys.executable, "-S", "-c", f"import json\nprint(json.dumps({SET}))"]
    said = subprocess.run(command, env={"PYTHONHASHSEED": str(hash_seed)}, capture_output=True, check=True)
    order: list[Value] = json.loads(said.stdout)
    return order
