"""Time the cold start of the command against Python and numpy, interleaved, as whole processes.

Run: python benchmarks/startup.py [runs]
"""

from __future__ import annotations

import compileall
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import themes

BIN = Path(sys.executable).parent
TEXT = "None of the cars we were promised ever came."
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
    "themes --help": [str(BIN / "themes"), "--help"],
    "themes classify --text": [str(BIN / "themes"), "classify", "--text", TEXT],
}


def main(runs: int) -> None:
    # As an installed package is, whatever the surroundings forbid.
    compileall.compile_dir(Path(themes.__file__).parent, quiet=1)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for run in range(runs + 1):
        for name, command in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            # The first round only warms the disk cache.
            if run:
                times[name].append(time.perf_counter() - start)
    middle = {name: median(values) for name, values in times.items()}
    for name, values in times.items():
        print(f"{name:26} median {middle[name]:.3f} s  (min {min(values):.3f}, max {max(values):.3f})")
    numpy, bare = middle["python -c 'import numpy'"], middle["python -c pass"]
    print(f"classify / import numpy: {middle['themes classify --text'] / numpy:.2f}")
    print(f"help / pass: {middle['themes --help'] / bare:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
