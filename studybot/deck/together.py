"""Several snippets of one card in one run, each told of as if it had had a run of its own.

A run of its own costs more than most snippets do. Sharing one proves less: a snippet could disturb the next, or change
what is told of it. So what fails together is to be run apart, and only what must be proved once more before anybody
sees it, such as the further variants of a card, is proved like this.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from studybot.core.failures import FAILURES
from studybot.core.run import RunError, RunResult, RunStatus, Snippet
from studybot.core.value import Value


def one_run(snippets: Sequence[Snippet]) -> Snippet:
    """Return the run that makes all of these, in their order, within the limits of the first alone.

    They must share their device, and name no hash seed and no clock: the run that is made has those.
    """
    programs = [[snippet.code, snippet.harness, snippet.seed] for snippet in snippets]
    return replace(snippets[0], code=json.dumps(programs), harness=_PROGRAM, seed=None)


def told_apart(run: RunResult, snippets: Sequence[Snippet]) -> list[RunResult] | None:
    """Return what each snippet came to; None where that cannot be told, and they must be run apart."""
    told = run.value
    if run.status is not RunStatus.OK or not isinstance(told, list) or len(told) != len(snippets):
        return None
    results = [_result(one, run) for one in told]
    return None if None in results else [result for result in results if result is not None]


def _result(told: Value, run: RunResult) -> RunResult | None:
    match told:
        case ["value", str(printed), value]:
            return replace(run, value=value, stdout=printed)
        case ["raised", str(printed), str(name), str(message), int() | None as line]:
            return replace(
                run, status=RunStatus.RAISED, value=None, stdout=printed, error=RunError(name, message, line)
            )
    return None


_PROGRAM = (
    FAILURES
    + """
import ast, contextlib, io, json, linecache, os, random, sys, types

def fresh_dice(seed):
    seed = int.from_bytes(os.urandom(8), "big") if seed is None else seed
    random.seed(seed)
    if torch.cuda.is_initialized():
        torch.manual_seed(seed % 2**64)
    else:
        torch.default_generator.manual_seed(seed % 2**64)
    sys.modules["numpy"].random.seed(seed % 2**32)

def execute(code, names, filename):
    tree = ast.parse(code, filename)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, filename, "exec", dont_inherit=True), names)
    if last is not None:
        return eval(compile(ast.Expression(last.value), filename, "eval", dont_inherit=True), names)

def came_to(code, harness, seed):
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    module.__dict__.update(torch=torch, nn=nn, F=F, __file__="<snippet>")
    linecache.cache["<snippet>"] = (len(code), None, code.splitlines(keepends=True), "<snippet>")
    fresh_dice(seed)
    try:
        if not harness:
            return "value", execute(code, module.__dict__, "<snippet>")
        module.__dict__["CODE"] = code
        return "value", execute(harness, module.__dict__, "<harness>")
    except Exception as error:
        if is_the_sandboxs(error):
            raise
        return "raised", type(error).__name__, str(error), line_of(error)

def told(code, harness, seed):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        kind, *rest = came_to(code, harness, seed)
    return [kind, printed.getvalue(), *rest]

[told(*program) for program in json.loads(CODE)]
"""
)
