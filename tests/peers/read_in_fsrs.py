"""Fit FSRS to a review log, as its optimiser does, and print what it found. Run by the optimiser's own Python."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

log = Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory() as folder:
    shutil.copy(log, Path(folder) / "revlog.csv")
    os.chdir(folder)
    from fsrs_optimizer import Optimizer  # type: ignore[import-not-found]

    optimizer = Optimizer()
    optimizer.create_time_series("Asia/Seoul", "2006-10-05", 4, analysis=False)
    optimizer.define_model()
    optimizer.initialize_parameters(verbose=False)
    optimizer.train(verbose=False)
    told = {"reviews": len(optimizer.dataset), "weights": list(optimizer.w)}
print(json.dumps(told))
