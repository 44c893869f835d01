"""What a zygote does before its first child, so that no child has to: first uses are what costs.

The first backward imports sympy (0.3 s), the first optimiser step torch._dynamo (1 s), the first convolution
looks at the processor. A child inherits all of it. Everything computed here runs on one thread: a zygote that
ever had a second thread would hang its children in the first parallel operation.
"""

import contextlib
import ctypes
import gc
import importlib
import io
import warnings
from pathlib import Path
from typing import Any

MODULES = """
    abc argparse asyncio bisect collections collections.abc contextlib copy csv dataclasses datetime
    decimal enum fractions functools gc hashlib heapq inspect io itertools json linecache math numbers
    operator os pathlib pprint random re shutil statistics string struct tempfile textwrap threading
    time timeit traceback types typing unittest uuid warnings weakref zipfile zlib numpy
    torch.utils.data torch.nn.utils torch.nn.utils.rnn torch.nn.utils.parametrizations torch.func
    torch.optim.lr_scheduler torch.optim.swa_utils torch.utils.checkpoint torch.jit torch.fx
    torch.distributions
"""

_HUGE = 2 * 2**20
_MADV_COLLAPSE = 25  # Linux 6.1


def warm(torch: Any) -> None:
    """Import and run what cards use first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in MODULES.split():
            importlib.import_module(name)
        _compute(torch)
    gc.collect()
    gc.freeze()  # so that a collection in a child does not touch, and so copy, the zygote's objects


def _compute(torch: Any) -> None:
    nn, functional = torch.nn, torch.nn.functional
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(), nn.Linear(36, 3)
    )
    for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
        optimiser = kind(net.parameters(), lr=0.1)
        scores = net(torch.randn(2, 1, 8, 8))  # (2, 1, 8, 8) -> (2, 3)
        loss = functional.cross_entropy(scores, torch.tensor([0, 2]))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
    leaf = torch.tensor([2.0, 3.0], requires_grad=True)
    (3 * leaf**3).backward(gradient=torch.ones(2))
    torch.autograd.grad((leaf**2).sum(), leaf)
    query = torch.randn(1, 2, 4, 8)  # (B, H, T, D)
    functional.scaled_dot_product_attention(query, query, query)
    nn.MSELoss()(nn.LSTM(3, 4)(torch.randn(5, 1, 3))[0], torch.zeros(5, 1, 4)).backward()
    nn.Embedding(4, 2)(torch.tensor([1, 3])).sum().backward()
    torch.linalg.svdvals(torch.randn(4, 4))
    torch.jit.trace(lambda x: x * 2, torch.ones(2))
    saved = io.BytesIO()
    torch.save(net.state_dict(), saved)
    saved.seek(0)
    torch.load(saved)
    data = torch.utils.data.TensorDataset(torch.arange(4), torch.arange(4))
    list(torch.utils.data.DataLoader(data, batch_size=2, shuffle=True))
    str((torch.randn(2, 3), torch.arange(6).reshape(2, 3).t(), torch.ones(2, dtype=torch.bool), net))
    torch.manual_seed(0)
    torch.randn(2, 2).numpy()


def collapse_heap() -> None:
    """Gather this process's private memory into 2 MB pages: a fork then copies far fewer page tables.

    Halves the time of a fork. The pages split again as the zygote writes to them, so this is done anew from
    time to time. A kernel without it answers with an error, and nothing changes.
    """
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, _, _, _, *name = line.split()
        if rights != "rw-p" or name not in ([], ["[heap]"]):
            continue
        start, end = (int(end, 16) for end in span.split("-"))
        first = -(-start // _HUGE) * _HUGE
        if end - first >= _HUGE:
            madvise(first, (end - first) // _HUGE * _HUGE, _MADV_COLLAPSE)


def open_gpu_nodes() -> list[str]:
    """Return the GPU's device nodes that this process has open: none, as long as CUDA is untouched."""
    names = []
    for end in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the folder itself was open while it was listed
            names.append(str(end.readlink()))
    return [name for name in names if name.startswith("/dev/nvidia")]


def threads() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())
