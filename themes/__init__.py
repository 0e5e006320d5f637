"""Themes: which themes of a codebook each sentence of a text expresses, and which words decided.

``themes.load().classify(text)`` gives a list of `themes.scoring.results.Result`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from themes.errors import InputError, ModelError, ThemesError
    from themes.scoring.classify import Classifier, load
    from themes.scoring.results import Explanation, Reason, Result

__version__ = "0.1.0"

__all__ = [
    "Classifier",
    "Explanation",
    "InputError",
    "ModelError",
    "Reason",
    "Result",
    "ThemesError",
    "load",
]

_HOMES = {
    "Classifier": "themes.scoring.classify",
    "Explanation": "themes.scoring.results",
    "Reason": "themes.scoring.results",
    "Result": "themes.scoring.results",
    "load": "themes.scoring.classify",
    "InputError": "themes.errors",
    "ModelError": "themes.errors",
    "ThemesError": "themes.errors",
}


def __getattr__(name: str) -> Any:
    # Names are looked up when first used, so that `import themes` and `themes --help` stay instant.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
