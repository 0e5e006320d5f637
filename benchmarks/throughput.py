"""Rates of splitting and scoring: the usual recipe, fastText, Vowpal Wabbit, spaCy, and this package.

Every contestant gets the same documents and gives sentences with probabilities; all run in one process and
on one core, in turn, and figures are medians over the rounds. A contestant that is not installed is left out.

Run: python benchmarks/throughput.py [--megabytes 64] [--rounds 5] [--exact 50] [--folder build/corpus]

The corpus is prose from Debian packages, fetched with ``apt-get download`` the first time. Beside the package
with its extras ``fast`` and ``dev`` this wants: fasttext-wheel vowpalwabbit spacy.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

PACKAGES = (
    "anarchism",
    "debian-handbook",
    "debian-reference-en",
    "developers-reference",
    "perl-doc",
    "linux-doc",
)
BLOCKS = {"p", "div", "li", "br", "tr", "td", "h1", "h2", "h3", "h4", "blockquote", "pre"}
LABELS = ["labels/seeds.csv", "labels/field.csv", "labels/authored.csv"]

_TIMES = 8
"""How often the corpus stands in the larger input of the whole job."""

Scores = Callable[[list[str]], tuple[int, np.ndarray]]


class Prose(HTMLParser):
    """Takes the text of a page, a line a block."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("script", "style")
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(" ".join(data.split()) if "\n" in data else data)


def corpus(folder: Path, megabytes: float) -> list[str]:
    """Give documents of Debian packages, until there is enough."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        kept = folder / package
        if not kept.exists():
            name = package
            if package == "linux-doc":
                told = subprocess.run(
                    ["apt-cache", "depends", package], capture_output=True, text=True, check=True
                )
                name = re.findall(r"Depends: (linux-doc-\S+)", told.stdout)[0]
            subprocess.run(["apt-get", "download", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["dpkg-deb", "-x", next(folder.glob(f"{name}_*.deb")), kept], check=True)
    documents, size = [], 0
    for package in PACKAGES:
        for path in sorted((folder / package).rglob("*")):
            text = _text(path)
            if len(text) > 500:
                documents.append(text)
                size += len(text.encode())
                if size > megabytes * 1e6:
                    return documents
    return documents


def _text(path: Path) -> str:
    kinds = [kind for kind in path.suffixes if kind != ".gz"]
    if (
        not path.is_file()
        or path.is_symlink()
        or not kinds
        or kinds[-1] not in (".html", ".pod", ".rst", ".txt")
    ):
        return ""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode("utf-8", "replace")
    if kinds[-1] == ".html":
        prose = Prose()
        prose.feed(text)
        text = re.sub(r"\s*\n\s*", "\n", "".join(prose.pieces))
    return text


def punkt() -> object:
    """Give NLTK's splitter with the package's parameters."""
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    from themes.text.punkt import english

    known, parameters = english(), PunktParameters()
    parameters.abbrev_types = set(known.abbreviations)
    for word in known.lower_words:
        parameters.ortho_context[word] = 1 << 5
    return PunktSentenceTokenizer(parameters)


def sentences(splitter: object, documents: Iterable[str]) -> list[str]:
    return [text[start:end] for text in documents for start, end in splitter.span_tokenize(text)]


def coded() -> tuple[list[str], np.ndarray]:
    from themes.coding.codebook import load_codebook
    from themes.coding.labels import read_labels

    labels = read_labels(LABELS)
    keys = load_codebook().keys
    return [label.sentence for label in labels], np.array(
        [[key in label.themes for key in keys] for label in labels]
    )


def recipe() -> Scores:
    """The usual recipe: NLTK's Punkt, then TF-IDF of words and pairs of words and logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    texts, truth = coded()
    learner = OneVsRestClassifier(LogisticRegression(solver="liblinear"))
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), learner).fit(texts, truth)
    splitter = punkt()

    def run(documents: list[str]) -> tuple[int, np.ndarray]:
        found = sentences(splitter, documents)
        return len(found), pipeline.predict_proba(found)

    return run


def reference() -> Callable[[list[str]], np.ndarray]:
    """The shipped model as a scikit-learn pipeline with all its features."""
    from scipy.sparse import diags, hstack
    from sklearn.feature_extraction.text import CountVectorizer

    from themes.coding.lexicon import Lexicon
    from themes.coding.matcher import CueMatcher
    from themes.scoring.features import length_scale, marks, text_features
    from themes.scoring.model import load_model
    from themes.scoring.scorer import probabilities
    from themes.text.words import words

    model = load_model()
    matcher, lexicon = CueMatcher.from_data(model.cues), Lexicon.from_data(model.classes)
    place = {feature: row for row, feature in enumerate(model.vocabulary)}
    counts = CountVectorizer(analyzer=text_features, vocabulary=place)
    marked = CountVectorizer(
        analyzer=lambda text: marks(words(text), matcher, lexicon), vocabulary=place, binary=True
    )
    weights = model.coefficients * model.idf[:, None]

    def run(texts: list[str]) -> np.ndarray:
        scale = diags([length_scale(len(words(text))) for text in texts])
        matrix = hstack([scale @ counts.transform(texts), marked.transform(texts)]).tocsr()
        return probabilities(matrix @ np.vstack([weights, weights]) + model.intercepts)

    return run


def recipe_same_features() -> Scores:
    """NLTK's Punkt, then the shipped model's features in a scikit-learn pipeline."""
    splitter, score = punkt(), reference()

    def run(documents: list[str]) -> tuple[int, np.ndarray]:
        found = sentences(splitter, documents)
        return len(found), score(found)

    return run


def fasttext() -> Scores:
    import fasttext as library

    texts, truth = coded()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = [
            " ".join(f"__label__{theme}" for theme in np.flatnonzero(row)) or "__label__none" for row in truth
        ]
        path.write_text("\n".join(f"{a} {' '.join(b.split())}" for a, b in zip(lines, texts, strict=True)))
        model = library.train_supervised(
            str(path), loss="ova", wordNgrams=2, thread=1, verbose=0, bucket=200_000
        )
    splitter = punkt()

    def run(documents: list[str]) -> tuple[int, np.ndarray]:
        found = [" ".join(text.split()) + "\n" for text in sentences(splitter, documents)]
        # The binding itself, for its wrapper does not run under numpy 2.
        return len(found), model.f.multilinePredict(found, -1, 0.0, "strict")

    return run


def vowpal_wabbit() -> Scores:
    from vowpalwabbit import Workspace

    texts, truth = coded()
    models = [Workspace("--quiet --loss_function logistic --link logistic --ngram 2 -b 18") for _ in truth[0]]
    strange = re.compile(r"[|:\s]+")
    for model, column in zip(models, truth.T, strict=True):
        for text, label in zip(texts, column, strict=True):
            model.learn(f"{1 if label else -1} |t {strange.sub(' ', text)}")
    splitter = punkt()

    def run(documents: list[str]) -> tuple[int, np.ndarray]:
        found = [f"|t {strange.sub(' ', text)}" for text in sentences(splitter, documents)]
        return len(found), np.array([[model.predict(text) for text in found] for model in models])

    return run


def spacy() -> Scores:
    import spacy as library
    from spacy.training import Example

    texts, truth = coded()
    nlp = library.blank("en")
    nlp.add_pipe("sentencizer")
    config = {
        "model": {
            "@architectures": "spacy.TextCatBOW.v3",
            "exclusive_classes": False,
            "ngram_size": 2,
            "no_output_layer": False,
            "length": 262144,
        }
    }
    learner = nlp.add_pipe("textcat_multilabel", config=config)
    for theme in range(truth.shape[1]):
        learner.add_label(str(theme))
    examples = [
        Example.from_dict(
            nlp.make_doc(text), {"cats": {str(theme): float(mark) for theme, mark in enumerate(row)}}
        )
        for text, row in zip(texts, truth, strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples[:200])
    for start in range(0, len(examples), 500):
        nlp.update(examples[start : start + 500], sgd=optimizer)
    nlp.max_length = 1 << 30

    def run(documents: list[str]) -> tuple[int, np.ndarray]:
        with nlp.select_pipes(enable=["sentencizer"]):
            parted = [sentence.as_doc() for document in nlp.pipe(documents) for sentence in document.sents]
        return len(parted), np.array([list(document.cats.values()) for document in learner.pipe(parted)])

    return run


def ours(compiled: bool) -> Scores:
    """This package: spans and probabilities, as `themes.scoring.classify.Classifier` gets them."""
    from themes.scoring.batch import BatchScorer
    from themes.scoring.model import load_model
    from themes.scoring.scorer import Scorer, probabilities
    from themes.text.sentences import sentence_spans

    model = load_model()

    # What scores is made anew for each run, for it remembers the words that it has met.
    def plain(documents: list[str]) -> tuple[int, np.ndarray]:
        scorer = BatchScorer(Scorer(model))
        found = [text[start:end] for text in documents for start, end in sentence_spans(text)]
        return len(found), probabilities(scorer.logits(found))

    def fast(documents: list[str]) -> tuple[int, np.ndarray]:
        from themes.inputs.reading import Document
        from themes.scoring.classify import Classifier

        classifier = Classifier(model)
        classifier.expect(1 << 40)
        groups = classifier.scored(Document("", text) for text in documents)
        found = [(group.spans, probabilities(group.logits)) for group in groups]
        return sum(len(spans) for spans, _ in found), np.concatenate([scores for _, scores in found])

    if compiled:
        import numba  # noqa: F401
    return fast if compiled else plain


CONTESTANTS: dict[str, tuple[Callable[[], Scores], float]] = {
    # What share of the corpus is enough to measure a rate.
    "recipe": (recipe, 0.25),
    "recipe, same features": (recipe_same_features, 0.02),
    "recipe with fastText": (fasttext, 0.25),
    "recipe with Vowpal Wabbit": (vowpal_wabbit, 0.1),
    "spaCy": (spacy, 0.01),
    "themes, plain": (lambda: ours(False), 1.0),
    "themes, compiled": (lambda: ours(True), 1.0),
}


def check(documents: list[str], megabytes: float) -> None:
    """Compare spans and probabilities with the references, document by document."""
    from themes.scoring.fastscore import CompiledScorer
    from themes.scoring.model import load_model
    from themes.scoring.scorer import Scorer, probabilities
    from themes.text.characters import codes_of
    from themes.text.paragraphs import paragraph_spans, unwrap
    from themes.text.punkt import Punkt, english
    from themes.text.sentences import sentence_spans

    splitter, plain = punkt(), Punkt(english())
    scorer, score = CompiledScorer(Scorer(load_model())), reference()
    size = found = wrong = 0
    worst = 0.0
    for text in documents:
        spans = sentence_spans(text)
        found_spans, _, logits = scorer.score(codes_of(text), np.array([0, len(text)]))
        wrong += list(map(tuple, found_spans.tolist())) != spans
        for start, end in paragraph_spans(text):
            paragraph = unwrap(text[start:end])
            wrong += plain.spans(paragraph) != list(splitter.span_tokenize(paragraph))
        texts = [text[start:end] for start, end in spans]
        if texts:
            worst = max(worst, float(np.abs(probabilities(logits) - score(texts)).max()))
        found += len(spans)
        size += len(text.encode())
        if size > megabytes * 1e6:
            break
    print(f"\nexact: {size / 1e6:.1f} MB, {found:,} sentences; {wrong} texts split otherwise than by NLTK,")
    print(f"       probabilities differ from scikit-learn's by {worst:.1e} at most")


def whole_job(documents: list[str], folder: Path, rounds: int) -> None:
    """Time JSON lines in to JSON lines out, as whole processes, and wc -w on the same bytes.

    Ours also on a larger input, the same several times over, where starting weighs less.
    """
    source, target = folder / "job.jsonl", folder / "job.out.jsonl"
    source.write_text("".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in documents))
    small = folder / "job.small.jsonl"
    small.write_text(
        "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in documents[::8])
    )
    large = folder / "job.large.jsonl"
    large.write_bytes(_TIMES * source.read_bytes())
    themes = [str(Path(sys.executable).parent / "themes"), "classify", "--output", str(target), "--quiet"]
    jobs = {
        "wc -w": (["wc", "-w", str(source)], source),
        "recipe": ([sys.executable, __file__, "--job", str(small), str(folder / "recipe.jsonl")], small),
        "recipe, same features": (
            [sys.executable, __file__, "--job", str(small), str(folder / "same.jsonl"), "--same-features"],
            small,
        ),
    }
    for name, read in (("", source), (f", {_TIMES} times over", large)):
        for number in "12":
            jobs[f"themes --jobs {number}{name}"] = ([*themes, str(read), "--jobs", number], read)
    rates: dict[str, list[float]] = {name: [] for name in jobs}
    peaks: dict[str, float] = {}
    for _ in range(rounds):
        for name, (arguments, read) in jobs.items():
            start = time.perf_counter()
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
            while process.poll() is None:
                peaks[name] = max([peaks.get(name, 0), *map(peak, family(process.pid))])
                time.sleep(0.02)
            if process.returncode:
                raise SystemExit(f"{name} failed")
            rates[name].append(read.stat().st_size / 1e6 / (time.perf_counter() - start))
    print("\nwhole job, JSON lines to JSON lines (whole processes)")
    _table(rates, "recipe", {name: f"{most:,.0f} MB a process" for name, most in peaks.items()})


def family(pid: int) -> list[int]:
    """Give a process and those that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(descendant for child in children for descendant in family(int(child)))]


def peak(pid: int) -> float:
    """Give the most memory that a process has held so far, in megabytes."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def recipe_job(source: str, target: str, same: bool) -> None:
    """The usual recipe as a program of its own."""
    import joblib

    kept = Path(tempfile.gettempdir()) / "themes-recipe.joblib"
    if same:
        splitter, score = punkt(), reference()
    else:
        if not kept.exists():
            from sklearn.feature_extraction.text import TfidfVectorizer
            from sklearn.linear_model import LogisticRegression
            from sklearn.multiclass import OneVsRestClassifier
            from sklearn.pipeline import make_pipeline

            texts, truth = coded()
            learner = OneVsRestClassifier(LogisticRegression(solver="liblinear"))
            joblib.dump(make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), learner).fit(texts, truth), kept)
        splitter, score = punkt(), joblib.load(kept).predict_proba
    with Path(source).open() as lines, Path(target).open("w") as stream:
        for line in lines:
            text = json.loads(line)["text"]
            spans = list(splitter.span_tokenize(text))
            if spans:
                for (start, end), row in zip(
                    spans, score([text[a:b] for a, b in spans]).tolist(), strict=True
                ):
                    stream.write(json.dumps({"start": start, "end": end, "probabilities": row}) + "\n")


def _table(rates: dict[str, list[float]], base: str, more: dict[str, str]) -> None:
    middle = median(rates[base])
    print(f"{'':32}{'MB/s':>8}{'min':>8}{'max':>8}{'x ' + base:>12}")
    for name, values in rates.items():
        rates_shown = "".join(f"{rate:8.2f}" for rate in (median(values), min(values), max(values)))
        print(f"{name:32}{rates_shown}{median(values) / middle:12.1f}  {more.get(name, '')}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=float, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--exact", type=float, default=50)
    parser.add_argument("--folder", type=Path, default=Path("build/corpus"))
    parser.add_argument("--job", nargs=2)
    parser.add_argument("--same-features", action="store_true")
    options = parser.parse_args()
    if options.job:
        recipe_job(*options.job, options.same_features)
        return
    documents = corpus(options.folder, options.megabytes)
    size = sum(len(text.encode()) for text in documents) / 1e6
    names = ("numpy", "scikit-learn", "nltk", "numba", "fasttext-wheel", "vowpalwabbit", "spacy")
    versions = []
    for name in names:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    print(
        f"{size:.1f} MB, {len(documents):,} documents; Python {sys.version.split()[0]}, {', '.join(versions)}"
    )
    running = {}
    for name, (make, share) in CONTESTANTS.items():
        try:
            running[name] = (make(), documents[:: round(1 / share)])
        except ImportError as error:
            print(f"left out: {name} ({error})")
    rates: dict[str, list[float]] = {name: [] for name in running}
    counts: dict[str, str] = {}
    for run, mine in running.values():
        # Whatever is compiled or loaded at first use.
        run(mine[:2])
    for _ in range(options.rounds):
        for name, (run, mine) in running.items():
            start = time.perf_counter()
            with threadpool_limits(1):
                count, _ = run(mine)
            spent = time.perf_counter() - start
            rates[name].append(sum(len(text.encode()) for text in mine) / 1e6 / spent)
            counts[name] = f"{count / spent:,.0f} sentences/s"
    print("\none core, documents to spans and probabilities")
    _table(rates, "recipe", counts)
    whole_job(documents, options.folder, options.rounds)
    if options.exact:
        check(documents, options.exact)


if __name__ == "__main__":
    main()
