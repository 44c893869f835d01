"""What code comes to that wants to pass a code card without solving it, through the harness and the real jail.

Every attempt is judged as an answer is: it runs in one child, the solution in another, and the plain data of
both is compared here. `LAZY` gives a wrong value; the forgeries try to make it count.
"""

import asyncio
from typing import Any

import pytest

from studybot.core.card import Trial, Typed, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import ProofStatus
from studybot.core.run import RunStatus
from studybot.core.value import Tensor
from studybot.deck.verify import verify
from studybot.kinds import card_from
from studybot.kinds.code import CodeCard
from studybot.kinds.harness import VALUE
from studybot.sandbox import Pool
from tests.deck.fakes_deck import loaded
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL

SOLUTION = "def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)"
LAZY = "def normalise(x):\n    return x"


def words(text: str) -> dict[str, str]:
    return {"ko": text, "en": text}


def code_card(**fields: Any) -> CodeCard:
    """A card that asks for rows divided by their sums."""
    body = {
        "kind": "code",
        "id": "normalise-rows",
        "topic": "tensors",
        "question": words("Write `normalise(x)`."),
        "inputs": "x = torch.rand(size, 3) + 0.1",
        "check": "normalise(x)",
        "solution": SOLUTION,
        "explanation": words("Because torch says so."),
        "source": {"log": "2023-11-16-week2-day9", "date": "2023-11-14"},
        "timeout_seconds": 2,
    }
    card = card_from(body | fields)
    assert isinstance(card, CodeCard)
    return card


async def verdict_on(code: str, pool: Pool, card: CodeCard | None = None, *, seed: int = 11) -> Verdict:
    card = card or code_card()
    trial = card.trial(Typed(code), seed=seed)
    assert isinstance(trial, Trial)
    tried, known = await asyncio.gather(pool.run(trial.attempt), pool.run(trial.reference))
    assert known.status is RunStatus.OK
    assert tried.status is not RunStatus.SANDBOX_FAULT
    return card.judged(tried, known)


async def test_the_solution_passes_and_the_lazy_code_does_not(pool: Pool) -> None:
    assert (await verdict_on(SOLUTION, pool)).right
    assert not (await verdict_on(LAZY, pool)).right


PATCHED = {
    "torch.equal says yes to everything": "torch.equal = torch.allclose = torch.isclose = lambda *a, **k: True",
    "torch.testing says yes to everything": "import torch.testing\ntorch.testing.assert_close = lambda *a, **k: None",
    "a tensor equals everything": "torch.Tensor.__eq__ = torch.Tensor.eq = lambda self, other: True",
    "builtins say yes to everything": (
        "import builtins\n"
        "builtins.all = builtins.any = builtins.isinstance = builtins.hasattr = lambda *a: True\n"
        "builtins.len = lambda *a: 1"
    ),
    "builtins give nothing at all": "import builtins\nbuiltins.list = builtins.map = lambda *a: []",
    "exec and eval give what they like": (
        "import builtins\nbuiltins.eval = lambda *a, **k: True\nbuiltins.exec = lambda *a, **k: None"
    ),
    "ast parses everything to a pass": "import ast\nast.parse = lambda *a, **k: ast.Module([], [])",
    "copies are the things themselves": "import copy\ncopy.deepcopy = copy.copy = lambda thing, memo=None: thing",
    "the dice always show the same": (
        "torch.manual_seed = lambda seed: None\n"
        "torch.rand = torch.randn = torch.empty_strided = lambda *a, **k: torch.zeros(1)"
    ),
    "autograd gives ones": "torch.autograd.grad = lambda *a, **k: [torch.ones(1)]",
    "the encoder says yes to everything": (
        "import sys\n"
        "for name, module in list(sys.modules.items()):\n"
        "    if name.startswith('studybot'):\n"
        "        for item, one in list(vars(module).items()):\n"
        "            if callable(one) and not item.startswith('__'): setattr(module, item, lambda *a, **k: True)"
    ),
    "tensors detach to ones": (
        "torch.Tensor.detach = torch.Tensor.contiguous = torch.Tensor.cpu = lambda self: torch.ones(self.shape)"
    ),
    "tensors have another address": "z = torch.zeros(99)\ntorch.Tensor.data_ptr = lambda self: z.storage().data_ptr()",
    "ctypes reads ones": "import ctypes\nctypes.string_at = lambda at, size: b'\\x00\\x00\\x80\\x3f' * (size // 4)",
}


@pytest.mark.parametrize("patch", PATCHED.values(), ids=PATCHED.keys())
async def test_patching_never_makes_a_wrong_value_right(pool: Pool, patch: str) -> None:
    assert not (await verdict_on(f"{patch}\n{LAZY}", pool)).right


REPLACED = {
    "cases gives nothing": "main.cases = lambda code: []",
    "cases gives one pass": "main.cases = lambda code: [True]",
    "cases gives passes": "main.cases = lambda code: [True, True, True]",
    "cases gives empty cases": "main.cases = lambda code: [[], [], []]",
    "case gives a pass": "main.case = lambda code, drawn: True",
    "case gives the input as its value": "main.case = lambda code, drawn: [[], drawn['x'], [drawn['x']], None, None]",
    "case gives an object that equals everything": (
        "class Same(list):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
        "main.case = lambda code, drawn: [[], Same(), [drawn['x']], None, None]"
    ),
    "execute gives a pass": "main.execute = lambda code, scope: True",
    "no inputs are drawn": "main.DRAWN = []",
    "zeros are drawn": "main.DRAWN[:] = [{'x': torch.zeros(0, 3)} for _ in main.DRAWN]",
    "the inputs become what they should": "main.CHECK = 'x'",
    "the check is another one": "main.CHECK = 'True'",
    "every name is gone": "main.__dict__.clear()",
    "main is another module": "import types\nsys.modules['__main__'] = types.ModuleType('__main__')",
}


@pytest.mark.parametrize("replacement", REPLACED.values(), ids=REPLACED.keys())
async def test_replacing_the_harness_never_makes_a_wrong_value_right(pool: Pool, replacement: str) -> None:
    code = f"import sys\nmain = sys.modules['__main__']\n{replacement}\n{LAZY}"

    assert not (await verdict_on(code, pool)).right


RETURNED = {
    "a number that equals everything": (
        "class Same(float):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
        "def normalise(x): return Same(1)"
    ),
    "a tensor subclass that equals everything": (
        "class Same(torch.Tensor):\n"
        "    def __eq__(self, other): return True\n"
        "    def allclose(self, *a, **k): return True\n"
        "def normalise(x): return x.as_subclass(Same)"
    ),
    "a tensor subclass that answers every function": (
        "class Same(torch.Tensor):\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, function, types, args=(), kwargs=None): return True\n"
        "def normalise(x): return x.as_subclass(Same)"
    ),
    "a tensor subclass that says it is plain": (
        "class Same(torch.Tensor):\n"
        "    __class__ = torch.Tensor\n"
        "    def __eq__(self, other): return True\n"
        "Same.__name__ = Same.__qualname__ = 'Tensor'\nSame.__module__ = 'torch'\n"
        "def normalise(x): return x.as_subclass(Same)"
    ),
    "an object that unpickles to a pass": (
        "class Pass:\n    def __reduce__(self): return (print, ('right',))\ndef normalise(x): return Pass()"
    ),
    "an object that is a tensor by its class": (
        "class Pass:\n"
        "    __class__ = torch.Tensor\n"
        "    dtype, shape, layout = torch.float32, torch.Size([1]), torch.strided\n"
        "def normalise(x): return Pass()"
    ),
    "a function that is a class whose instance decides later": (
        "class normalise:\n"
        "    calls = 0\n"
        "    def __init__(self, x): self.x = x\n"
        "    def __eq__(self, other): return True\n"
        "    __hash__ = None"
    ),
    "a callable with another value every time": (
        "class Fickle:\n"
        "    calls = 0\n"
        "    def __call__(self, x):\n"
        "        Fickle.calls += 1\n"
        "        return x if Fickle.calls % 2 else x * 0 + 1 / 3\n"
        "normalise = Fickle()"
    ),
    "the input itself": "def normalise(x): return x",
    "the input changed in place to what a lazy check would like": "def normalise(x):\n    x.fill_(1)\n    return x",
    "the list of inputs": "def normalise(x):\n    import sys\n    return sys.modules['__main__'].DRAWN",
    "nothing": "def normalise(x): return None",
    "a truth": "def normalise(x): return True",
    "not a number": "def normalise(x): return x * float('nan')",
    "infinity": "def normalise(x): return x * float('inf')",
    "a tensor without storage": "def normalise(x): return torch.empty(x.shape, device='meta')",
    "a tensor too large to carry": "def normalise(x): return torch.zeros(300, 300)",
    "a sparse tensor": "def normalise(x): return (x / x.sum(dim=1, keepdim=True)).to_sparse()",
    "a tensor of another dtype": "def normalise(x): return (x / x.sum(dim=1, keepdim=True)).double()",
    "a nested list that never ends": "def normalise(x):\n    a = []\n    a.append(a)\n    return a",
}


@pytest.mark.parametrize("code", RETURNED.values(), ids=RETURNED.keys())
async def test_a_value_that_only_pretends_is_wrong(pool: Pool, code: str) -> None:
    assert not (await verdict_on(code, pool)).right


LEFT_EARLY = {
    "by SystemExit": "raise SystemExit(0)",
    "by sys.exit in the function": "import sys\ndef normalise(x): sys.exit(0)",
    "by os._exit": "import os\nos._exit(0)",
    "by os._exit in the function": "import os\ndef normalise(x): os._exit(0)",
    "by KeyboardInterrupt": "raise KeyboardInterrupt",
    "by GeneratorExit": "raise GeneratorExit",
    "by an exception that says it passed": "class Passed(BaseException): pass\nraise Passed('right')",
    "by a crash": "import ctypes\nctypes.string_at(0)",
    "by closing every pipe": "import os\nos.closerange(0, 256)",
    "when the interpreter ends": "import atexit, os\natexit.register(os._exit, 0)\nraise SystemExit",
}


@pytest.mark.parametrize("code", LEFT_EARLY.values(), ids=LEFT_EARLY.keys())
async def test_leaving_early_is_never_a_pass(pool: Pool, code: str) -> None:
    assert not (await verdict_on(code, pool)).right


FRAME = (
    "import os, struct\n"
    "def sized(b): return struct.pack('>I', len(b)) + b\n"
    "def frame(body): return struct.pack('>I', len(body)) + body\n"
    "PASS = b'l' + struct.pack('>I', 2) + b's' + sized(b'value')\n"
)
IMITATED = {
    "a frame that says true": "body = frame(PASS + b'T')",
    "a frame of passes": "body = frame(PASS + b'l' + struct.pack('>I', 3) + b'TTT')",
    "a frame that says right": "body = frame(PASS + b's' + sized(b'right'))",
    "a frame with a status of its own": "body = frame(b'l' + struct.pack('>I', 1) + b's' + sized(b'ok'))",
    "two frames": "body = frame(PASS + b'T') * 2",
    "half a frame": "body = frame(PASS + b'T')[:-1]",
    "a frame of four gigabytes": "body = struct.pack('>I', 2**32 - 1) + b'T'",
    "a frame of empty cases": "body = frame(PASS + b'l' + struct.pack('>I', 3) + (b'l' + struct.pack('>I', 0)) * 3)",
    "a pickle": "import pickle\nbody = pickle.dumps(['value', True])",
    "JSON": 'body = b\'{"status": "ok", "right": true}\\n\'',
}


@pytest.mark.parametrize("imitation", IMITATED.values(), ids=IMITATED.keys())
async def test_an_imitated_answer_on_every_descriptor_is_never_a_pass(pool: Pool, imitation: str) -> None:
    write = (
        "for end in range(256):\n    try: os.write(end, body)\n    except OSError: pass\nimport sys\nprint('right')\n"
        "sys.stdout.flush()\n"
    )

    assert not (await verdict_on(f"{FRAME}{imitation}\n{write}{LAZY}", pool)).right


LOOK = """
import gc, sys
def look():
    sign = "".join(("the secret", " way"))  # so that it is not found in this code
    found, frame = [], sys._getframe()
    while frame:
        found += ["frame" for name, one in {**frame.f_globals, **frame.f_locals}.items()
                  if name != "sign" and isinstance(one, str) and sign in one]
        frame = frame.f_back
    for one in gc.get_objects():
        inside = list(one.values()) if type(one) is dict else one if type(one) in (list, tuple, set) else ()
        found += ["object" for text in inside if type(text) is str and sign in text and text is not sign]
    for module in list(sys.modules.values()):
        found += ["module" for one in list(vars(module).values()) if type(one) is str and sign in one]
    return found
raise RuntimeError(repr(look()))
"""


async def test_the_solution_is_nowhere_in_the_process_that_runs_the_answer(pool: Pool) -> None:
    card = code_card(solution=f"{SOLUTION}  # the secret way")
    for _ in range(2 * pool.slots):  # so that every zygote has run the solution
        await verdict_on(SOLUTION, pool, card)
    trial = card.trial(Typed(LOOK), seed=11)
    assert isinstance(trial, Trial)

    result = await pool.run(trial.attempt)

    assert result.error is not None
    assert (result.error.type, result.error.message) == ("RuntimeError", "[]")


STEAL = """
import gc, sys
def normalise(x):
    best = [one for one in gc.get_objects() if isinstance(one, torch.Tensor) and one.shape == x.shape]
    frame = sys._getframe()
    while frame:
        best += [one for one in frame.f_locals.values() if isinstance(one, torch.Tensor) and one.shape == x.shape]
        frame = frame.f_back
    return best[-1].clone() if best else x
"""


async def test_the_reference_answer_cannot_be_taken_from_memory(pool: Pool) -> None:
    assert not (await verdict_on(STEAL, pool)).right


UNSET = "def normalise(x):\n    return torch.empty(x.shape)  # whatever the last one left there"


async def test_memory_that_was_never_written_does_not_hold_the_reference_answer(pool: Pool) -> None:
    for _ in range(3):
        assert not (await verdict_on(UNSET, pool)).right


async def test_the_values_of_an_earlier_submission_do_not_pass_the_next_one(pool: Pool) -> None:
    card = code_card()
    trial = card.trial(Typed(SOLUTION), seed=1)
    assert isinstance(trial, Trial)
    seen = await pool.run(trial.reference)
    assert isinstance(seen.value, list)
    values = [case[VALUE] for case in seen.value if isinstance(case, list)]
    known = {value.shape[0]: value.nested() for value in values if isinstance(value, Tensor)}
    code = f"KNOWN = {known!r}\ndef normalise(x): return torch.tensor(KNOWN[x.shape[0]])"

    assert (await verdict_on(code, pool, card, seed=1)).right
    assert not (await verdict_on(code, pool, card, seed=2)).right


async def test_changing_the_inputs_beside_a_right_value_is_not_a_pass(pool: Pool) -> None:
    code = "def normalise(x):\n    x.div_(x.sum(dim=1, keepdim=True))\n    return x"

    verdict = await verdict_on(code, pool)

    why = Phrase("The values are right, but the inputs are not left as they should be.")
    assert verdict == Verdict(right=False, why=why)


async def test_a_right_answer_for_one_size_only_is_not_a_pass(pool: Pool) -> None:
    code = "def normalise(x):\n    return x / x.sum(dim=1, keepdim=True) if len(x) == 2 else x"

    assert not (await verdict_on(code, pool)).right


MUST = {
    "contiguous": ("def f(x): return x.t()", "def f(x): return x.t().contiguous()", "f(x)"),
    "gradient": ("def f(x): return x.detach() * 2", "def f(x): return x * 2", "f(x)"),
    "view": ("def f(x): return x.t().clone()", "def f(x): return x.t()", "f(x)"),
}


@pytest.mark.parametrize("asked", MUST)
async def test_right_values_without_what_is_asked_beyond_them_are_not_a_pass(pool: Pool, asked: str) -> None:
    lazy, solution, check = MUST[asked]
    card = code_card(solution=solution, check=check, must=[asked])

    assert (await verdict_on(solution, pool, card)).right
    assert not (await verdict_on(lazy, pool, card)).right


GUESSABLE = {
    "whether it is right": "torch.allclose(normalise(x), x / x.sum(dim=1, keepdim=True))",
    "a property that is always the same": "normalise(x).is_contiguous()",
    "its dtype": "normalise(x).dtype",
}


@pytest.mark.parametrize("check", GUESSABLE.values(), ids=GUESSABLE.keys())
async def test_a_card_whose_value_is_the_same_for_all_inputs_is_refused(pool: Pool, check: str) -> None:
    """A check that says "right" by itself runs beside the answer, which can say so as well."""
    (proof,) = [proof async for proof in verify([loaded(code_card(check=check))], pool)]

    assert proof.proven.status is ProofStatus.REFUTED
    assert "a constant would pass" in proof.proven.reason
