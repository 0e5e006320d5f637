"""The program: ``themes``, also as ``python -m themes``."""

from __future__ import annotations

import gc
import os
import sys
import threading
from contextlib import suppress

_YOUNG = 300_000


def start() -> None:
    """Run the command line, and leave without tidying up what ends with the process anyway.

    For a short answer Python would need a third of the time to look for garbage and to take itself apart.
    """
    gc.set_threshold(_YOUNG)
    from themes.cli import main

    try:
        main(prog_name="themes")
    except SystemExit as end:
        # Processes and threads of a long run are left to those who started them.
        alone = "joblib" not in sys.modules and threading.active_count() == 1
        if not alone or not isinstance(end.code, int | None):
            raise
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(end.code or 0)


if __name__ == "__main__":
    start()
