"""/run through everything: the bot over HTTP, torch in the jail, the picture drawn."""

from pathlib import Path

import pytest

from studybot.config import load_config
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.wiring import open_outside
from tests.fakes import FrozenClock
from tests.sandbox.marks import IN_THE_JAIL
from tests.telegram_bot.conftest import account_of, serving

pytestmark = [*IN_THE_JAIL, pytest.mark.usefixtures("lent_sandbox")]

CODE = "x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)\ny = (x ** 2).sum()\ny.backward()\nx.t()"


async def test_code_is_run_looked_at_and_drawn(home: Path) -> None:
    clock = FrozenClock()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
        async with open_outside(config, clock) as outside, serving(account_of(chat), outside):
            ann = chat.person("Ann", language="ko")
            await outside.deck.ready()

            await ann.send(f"/run {CODE}")
            told = await ann.next_message()
            assert told.text.startswith("✅ 코드가 끝까지 실행됐어요.")
            value, tensors = told.pieces("pre")
            assert value == "tensor([[1., 3.],\n        [2., 4.]], grad_fn=<TBackward0>)"
            assert "  grad tensor([[2., 4.],\n               [6., 8.]])" in tensors
            assert "x.t()  float32 (2, 2)\n  stride (1, 2)\n  is_leaf ✗ requires_grad ✓ grad None" in tensors

            for button in ("🧱 메모리", "🕸 그래프"):
                await ann.press(told, button)
                picture = await ann.next_message()
                assert picture.file is not None, picture.text

            await ann.send("/run\nx = torch.ones(2)\nx.view(5)")
            assert (await ann.next_message()).text.startswith("❌ 2번째 줄에서 RuntimeError\nx.view(5)\n")
        assert not chat.refusals
