from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.inputs.documents import Document, read_documents
from themes.text.furniture import part
from themes.text.sentences import split

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))

COMMENTING = "Please let us know if you're having issues with commenting."
RAMADI = "Islamic State defections searched in Ramadi, Iraq checkpoints"
LEFT_OUT = {
    "000": (
        32,
        [
            ("headline", "Desertion by Islamic State Fighters Is Up, Raising Fears of Attacks in the West"),
            ("heading", "Islamic State"),
            ("page", COMMENTING),
        ],
    ),
    "001": (
        28,
        [
            (
                "headline",
                "Islamic State Defections Increase To Record Numbers As Group Leaders Take Low-Ranking Roles",
            ),
            ("heading", "Islamic State Defections"),
            ("byline", "Author: Michael StevensBy:"),
            ("byline", "Staff Reporter"),
            ("byline", "Dec. 1, 2015"),
            ("caption", RAMADI),
            ("caption", RAMADI),
            ("heading", "Foreign fighters"),
            ("page", "Tags: , ,"),
            ("page", "Share this article"),
        ],
    ),
    "002": (
        18,
        [
            ("headline", "Report: Foreign Fighters Abandon Islamic State, Flee to Turkey"),
            (
                "caption",
                'A photo posted on internet on April 7, 2015 shows ISIS or Daesh (Daech) or "Islamic State"',
            ),
            ("caption", "Sipa via AP Images"),
            ("page", "COMMENTS"),
            ("page", COMMENTING),
        ],
    ),
    "003": (25, [("headline", "Islamic State Defectors Speaking Out More")]),
    "004": (
        24,
        [
            (
                "headline",
                "ISIS Defectors Reveal Frustration Over Corruption, Atrocities and Sunni Infighting: Study",
            ),
            ("heading", "Islamic State Middle East Defectors"),
            (
                "caption",
                "An Islamic State militant uses a loud-hailer to announce to residents of Tabqa city that "
                "Tabqa air base has fallen to Islamic State militants, in nearby Raqqa city August 24, 2014.",
            ),
            ("caption", "Reuters/Stringer"),
        ],
    ),
}


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_the_furniture_of_each_seed_is_left_out_and_nothing_else(path):
    sentences, left_out = part(next(read_documents([path])))
    kept, expected = LEFT_OUT[path.stem[:3]]
    assert [(item.kind, item.sentence.text) for item in left_out] == expected
    assert len(sentences) == kept


def test_the_seeds_hold_127_sentences():
    assert len(SEEDS) == len(LEFT_OUT) == 5
    assert sum(len(part(document)[0]) for document in read_documents(SEEDS)) == 127


def kinds(line):
    """Give the kinds of what is left out of a line in the middle of a report."""
    _, left_out = part(Document("d", f"Men Leave\n\nHe left.\n\n{line}\n\nNobody asked him."))
    assert left_out[0].kind == "headline"
    return {item.kind for item in left_out[1:]}


@pytest.mark.parametrize(
    "line",
    [
        "By then he had left.",
        "By Tuesday Raqqa had fallen, he said.",
        "Written by defectors, the letter asks for mercy.",
        "Comments were few.",
        "Print was his trade.",
        "Share this burden, he told them.",
        "Related groups also lost men.",
        "Filed under seal, the indictment names three men.",
        "Read more of the Quran, he was told.",
        "See also what they did in Mosul!",
        "Follow us into the desert, they said.",
        "Follow us on this path, they said.",
        "Sign up and you will be paid, they told him.",
        "Subscribe to our cause, they wrote, or die.",
        "Copyright law did not cover the videos.",
        "Topics: why he left and what he saw.",
        "Advertisements for brides were posted every day.",
        "Dec. 1, 2015, was the day he fled.",
        "Dozens fled, a commander told Reuters.",
        "They heard of it via AP.",
        "He sent photos via AP offices in Beirut, and they were printed.",
        "By 2013 he had left.[1]",
        "He went home (to Tunis).",
        "“They are like dogs!”",
        "He left because there was no bread. " * 12 + "Reuters",
        "He fled in May. The price was high. He went on foot, as did (at least) two others",
        "He left because " + "he was hungry and " * 12 + "afraid, and for three reasons:",
    ],
)
def test_sentences_that_look_like_furniture_are_kept(line):
    assert kinds(line) == set()


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        *(
            ("page", line)
            for line in ("Comments (12)", "COMMENTS", "Advertisement", "Print", "E-mail", "Share")
        ),
        *(("page", line) for line in ("Share this article.", "Tags: Iraq, Syria.", "Filed under: Iraq")),
        *(("page", line) for line in ("Read more: Women of the caliphate", "See also", "Related stories")),
        *(("page", line) for line in ("Follow us on Twitter.", "Sign up for our daily newsletter.")),
        *(
            ("page", line)
            for line in ("© 2015 The Paper.", "Copyright 2015 The Paper.", "All rights reserved.")
        ),
        *(("page", line) for line in (COMMENTING, COMMENTING.replace("'", "’"), "Subscribe now!")),
        *(
            ("byline", line)
            for line in ("By Michael Stevens", "BY OUR CORRESPONDENT", "Written by M. Stevens")
        ),
        *(
            ("byline", line)
            for line in ("Tuesday, December 1, 2015", "1 Dec 2015", "2015-12-01", "12/1/2015")
        ),
        *(
            ("caption", line)
            for line in ("Reuters", "AFP/Getty Images", "AP Photo/Hussein Malla.", "Photo: EPA")
        ),
        *(("caption", line) for line in ("Men in Mosul on Monday. Reuters/Stringer", "Men in Mosul. (AP)")),
        *(("heading", line) for line in ("Why they left", "Why They Left:", "He wrote it on a MAP")),
    ],
)
def test_furniture_is_left_out_by_kind(kind, line):
    assert kinds(line) == {kind}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Men Leave", "Men Leave", "He left."], ["headline", "headline"]),
        (["Men Leave", "A man in Mosul", "A man in Mosul", "He left."], ["headline", "caption", "caption"]),
        (["Men Leave", "A man in Mosul", "AFP", "He left."], ["headline", "caption", "caption"]),
        (["He left.", "AFP", "She left."], ["caption"]),
    ],
    ids=["repeated headline", "repeated caption", "heading above a credit", "sentence above a credit"],
)
def test_neighbouring_lines_tell_captions(lines, expected):
    assert [item.kind for item in part(Document("d", "\n\n".join(lines)))[1]] == expected


PIECES = st.sampled_from(["He left.", "By him", "AFP", "Share", "\n", "\n\n", " ", "“Go!”", "é", ":", "."])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join)))
def test_every_sentence_is_either_kept_or_left_out(text):
    document = Document("d", text)
    sentences, left_out = part(document)
    both = [*sentences, *(item.sentence for item in left_out)]
    assert sorted(both, key=lambda sentence: sentence.index) == list(split(document))
    assert {item.kind for item in left_out} <= {"headline", "heading", "caption", "byline", "page"}
