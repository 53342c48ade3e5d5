"""The yardstick: PyYAML composes every document of the given files, with libyaml, and drops it.

Run as a script with a folder. The garbage collector is off, as it is in netlint.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import yaml


def compose(folder: Path) -> int:
    """Compose every YAML file below a folder; the number of documents."""
    count = 0
    for file in sorted(folder.rglob("*.yaml")):
        for _ in yaml.compose_all(file.read_bytes(), Loader=yaml.CSafeLoader):
            count += 1
    return count


if __name__ == "__main__":
    gc.disable()
    print(compose(Path(sys.argv[1])))
