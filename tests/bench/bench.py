"""Measure netlint against its budgets (`make bench`). It prints; no figure makes it fail.

Ratios of CPU time within one run: the figures of two machines, or of two days, don't compare.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 when something that was to be measured didn't run."""
    from tests.bench.benchmarks import BENCHMARKS, FULL, QUICK
    from tests.bench.measure import FailedError
    from tests.bench.table import Row, heading, verdict

    parser = argparse.ArgumentParser(prog="bench.py", description="Measure netlint.")
    parser.add_argument("--quick", action="store_true", help="a small corpus, and fewer runs")
    scale = QUICK if parser.parse_args(arguments).quick else FULL
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores. CPU time, medians.")
    if os.getloadavg()[0] > 0.5:
        print(f"Load {os.getloadavg()[0]:.1f}: others are at work, so the clock says little.")
    if scale is QUICK:
        print("Quick: the budgets are meant for the full corpus.")
    rows: list[Row] = []
    try:
        with tempfile.TemporaryDirectory(prefix="netlint-bench-") as scratch:
            for number, (title, benchmark) in enumerate(BENCHMARKS.items()):
                print(heading(title), flush=True)
                folder = Path(scratch) / str(number)
                folder.mkdir()
                for row in benchmark(folder, scale):
                    print(row, flush=True)
                    rows.append(row)
    except FailedError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(f"\n{verdict(rows)}")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(_ROOT))
    sys.exit(main(sys.argv[1:]))
