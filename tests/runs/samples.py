"""Results to write: two sentences of one row of a table, one of them explained, and a whole document."""

from themes.scoring.results import Explanation, Reason, Result

KEYS = ("cost", "crowding")


def why(*terms):
    reasons = [
        Reason("cue" if ":" in term else "word", term, value, term.removeprefix("cost: "), [[4, 7]])
        for term, value in terms
    ]
    return Explanation(1.5, -2.0, reasons, 0.25)


FEE = Result(
    document="gym.csv:2",
    index=0,
    start=0,
    end=48,
    text="The fee doubled in spring, and nobody told us why.",
    themes=["cost"],
    probabilities={"cost": 0.9, "crowding": 0.0123456},
    explanation={"cost": why(("fee", 2.5), ("cost: fee doubled", 1.04), ("us", -0.06)), "crowding": why()},
    metadata={"year": "2015", "age": -4, "tags": ["a", "é"]},
)
SISTER = Result("gym.csv:2", 1, 49, 67, "My sister stayed.", [], {"cost": 0.1, "crowding": 0.2})
WHOLE = Result(
    "b.txt",
    0,
    0,
    9,
    "The text.",
    ["cost", "crowding"],
    {"cost": 0.9, "crowding": 0.5},
    None,
    {"cost": 2, "crowding": 1},
    3,
)
