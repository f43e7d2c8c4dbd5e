"""The spaCy face: components that write what the pipeline found onto anybody's `Doc`."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example

from engagetext.classify.labeller import STATUSES
from engagetext.findings import Keyword
from engagetext.text.batches import batched
from engagetext.text.tagger import UPOS

if TYPE_CHECKING:
    from engagetext.columns import LabelColumns, PassageColumns
    from engagetext.pipeline import Pipeline

_CONFIG = {"model": None}
# `doc._.engagetext`: a dict of plain lists and dicts, since nothing else survives `Doc.to_bytes`.
_EXTENSION = "engagetext"
_ASSIGNS = ["doc.cats", "doc.spans", "doc._.engagetext"]


@Language.factory(
    "engagetext_tagger",
    assigns=["token.pos", "token.lemma", "token.is_sent_start"],
    default_config={**_CONFIG, "sentences": True},
)
def make_tagger(nlp: Language, name: str, model: str | None, sentences: bool) -> "TaggerComponent":
    """Return the component that sets `token.pos_`, `token.lemma_` and, unless told otherwise, `token.is_sent_start`."""
    from engagetext.pipeline import load_pipeline  # here: `spacy.blank` imports this module in every program

    return TaggerComponent(load_pipeline(model), sentences)


@Language.factory(
    "engagetext_keywords",
    assigns=["doc.spans", "doc._.engagetext"],
    default_config={**_CONFIG, "key": "keywords", "top_n": 10, "names": True},
)
def make_keywords(nlp: Language, name: str, model: str | None, key: str, top_n: int, names: bool) -> "KeywordComponent":
    """Return the component that puts keywords into `doc.spans[key]`, the score of each beside it."""
    from engagetext.pipeline import load_pipeline

    _register()
    return KeywordComponent(load_pipeline(model), key, top_n, names)


@Language.factory(
    "engagetext_themes",
    assigns=["doc.cats", "doc.spans", "doc._.engagetext"],
    default_config={**_CONFIG, "key": "themes"},
)
def make_themes(nlp: Language, name: str, model: str | None, key: str) -> "LabelComponent":
    """Return the component that puts themes into `doc.cats` and `doc.spans[key]`."""
    from engagetext.pipeline import load_pipeline

    _register()
    return LabelComponent(load_pipeline(model), "theme", key)


@Language.factory(
    "engagetext_obstacles",
    assigns=["doc.cats", "doc.spans", "doc._.engagetext"],
    default_config={**_CONFIG, "key": "obstacles"},
)
def make_obstacles(nlp: Language, name: str, model: str | None, key: str) -> "LabelComponent":
    """Return the component that puts obstacles into `doc.cats` and `doc.spans[key]`."""
    from engagetext.pipeline import load_pipeline

    _register()
    return LabelComponent(load_pipeline(model), "obstacle", key)


class TaggerComponent:
    """Write parts of speech, lemmas and sentence starts onto documents, whatever tokenizer made their tokens.

    Parameters
    ----------
    pipeline : Pipeline
    sentences : bool
        Whether sentence starts are written. A document with a dependency parse keeps those of the parse.
    """

    def __init__(self, pipeline: "Pipeline", sentences: bool) -> None:
        self._annotator, self._sentences = pipeline.annotator, sentences

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Annotate a stream of documents."""
        for docs in batched(stream, batch_size):
            words = [[token for token in doc if not token.is_space] for doc in docs]
            spans = [[(token.idx, token.idx + len(token)) for token in found] for found in words]
            tagged = self._annotator.annotate(self._annotator.tokenizer.given([doc.text for doc in docs], spans))
            tags, starts = tagged.tags.tolist(), tagged.sentence_starts.tolist()
            row = 0
            for doc, found in zip(docs, words, strict=True):
                writes_starts = self._sentences and not doc.has_annotation("DEP")
                for token in doc:
                    if token.is_space:
                        token.pos_, token.lemma_ = "SPACE", token.text
                        if writes_starts and token.i:
                            token.is_sent_start = False
                for token in found:
                    token.pos_, token.lemma_ = UPOS[tags[row]], tagged.lemmas[tagged.lemma_index[row]]
                    if writes_starts:
                        token.is_sent_start = starts[row]
                    row += 1
                yield doc


class KeywordComponent:
    """Write keywords onto documents.

    Parameters
    ----------
    pipeline : Pipeline
    key : str
        Span group to write; its `attrs["scores"]` holds a score a span, in the same order.
    top_n : int
        Keywords a document.
    names : bool
        Whether names may be keywords.
    """

    def __init__(self, pipeline: "Pipeline", key: str, top_n: int, names: bool) -> None:
        self._pipeline, self._key, self._top_n, self._names = pipeline, key, top_n, names

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Annotate a stream of documents."""
        for docs in batched(stream, batch_size):
            texts = [doc.text for doc in docs]
            found = self._pipeline.keywords(texts, [""] * len(texts), self._top_n, domain=False, names=self._names)
            for doc, keywords in zip(docs, found, strict=True):
                rows = [
                    (start, end, keyword.theme or "keyword", keyword.score)
                    for keyword in keywords
                    for start, end in keyword.spans
                ]
                _write_spans(doc, self._key, rows)
                _write_values(doc, self._key, [_keyword_values(keyword) for keyword in keywords])
                yield doc


class LabelComponent:
    """Write themes or obstacles onto documents.

    Parameters
    ----------
    pipeline : Pipeline
    kind : str
        `"theme"` or `"obstacle"`.
    key : str
        Span group to write. `doc.cats["<kind>:<label>"]` holds the probability of every label in its best passage:
        the kind stands before it because `mesure` is both a theme and an obstacle.
    """

    def __init__(self, pipeline: "Pipeline", kind: str, key: str) -> None:
        self._pipeline, self._kind, self._key = pipeline, kind, key

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Annotate a stream of documents."""
        labeller = self._pipeline.labeller
        head = labeller.themes if self._kind == "theme" else labeller.obstacles
        for docs in batched(stream, batch_size):
            columns = self._pipeline.passages([doc.text for doc in docs])
            scores = columns.themes if self._kind == "theme" else columns.obstacles
            held = self._pipeline.retained(self._kind, columns)
            for number, doc in enumerate(docs):
                first, last = columns.bounds[number], columns.bounds[number + 1]
                best = scores[first:last].max(axis=0, initial=0.0).tolist()
                doc.cats.update({f"{self._kind}:{label}": p for label, p in zip(head.labels, best, strict=True)})
                rows = [
                    (int(columns.starts[row]), int(columns.ends[row]), head.labels[label], float(scores[row, label]))
                    for found in range(int(held.bounds[number]), int(held.bounds[number + 1]))
                    for label in [int(held.labels[found])]
                    for row in held.passages[held.passage_bounds[found] : held.passage_bounds[found + 1]].tolist()
                ]
                _write_spans(doc, self._key, rows)
                _write_values(doc, self._key, self._values(columns, held, number))
                yield doc

    @property
    def labels(self) -> tuple[str, ...]:
        """Keys of `doc.cats` that it writes."""
        labeller = self._pipeline.labeller
        head = labeller.themes if self._kind == "theme" else labeller.obstacles
        return tuple(f"{self._kind}:{label}" for label in head.labels)

    def score(self, examples: Iterable["Example"]) -> dict[str, Any]:
        """Score what it wrote against gold `cats`: what `nlp.evaluate` calls."""
        thresholds = [
            *(self._pipeline.labeller.themes if self._kind == "theme" else self._pipeline.labeller.obstacles).thresholds
        ]
        # spaCy has one threshold for all labels: the middle one of ours.
        middle = float(sorted(thresholds)[len(thresholds) // 2])
        found: dict[str, Any] = Scorer.score_cats(
            examples, "cats", labels=self.labels, multi_label=True, threshold=middle
        )
        return {f"{self._kind}_{name}": value for name, value in found.items()}

    def _values(self, columns: "PassageColumns", held: "LabelColumns", number: int) -> list[dict[str, Any]]:
        labeller, taxonomy = self._pipeline.labeller, self._pipeline.taxonomy
        head = labeller.themes if self._kind == "theme" else labeller.obstacles
        found = []
        for place in range(int(held.bounds[number]), int(held.bounds[number + 1])):
            label = head.labels[int(held.labels[place])]
            rows = held.passages[held.passage_bounds[place] : held.passage_bounds[place + 1]]
            found.append(
                {
                    "label": label,
                    "name": taxonomy.label(self._kind, label).name,
                    "score": float(held.scores[place]),
                    "status": STATUSES[int(held.status[place])] if self._kind == "obstacle" else None,
                    "spans": [[int(columns.starts[row]), int(columns.ends[row])] for row in rows.tolist()],
                }
            )
        return found


def _register() -> None:
    if not Doc.has_extension(_EXTENSION):
        Doc.set_extension(_EXTENSION, default=None)


def _write_values(doc: Doc, key: str, values: list[dict[str, Any]]) -> None:
    doc._.set(_EXTENSION, {**(doc._.get(_EXTENSION) or {}), key: values})


def _keyword_values(keyword: Keyword) -> dict[str, Any]:
    return {
        "text": keyword.text,
        "lemma": keyword.lemma,
        "score": keyword.score,
        "count": keyword.count,
        "theme": keyword.theme,
        "spans": [list(span) for span in keyword.spans],
    }


def _write_spans(doc: Doc, key: str, rows: Iterable[tuple[int, int, str, float]]) -> None:
    """Write labelled character spans, widened to the tokens of `doc`, with their scores."""
    placed = [(doc.char_span(start, end, label, alignment_mode="expand"), score) for start, end, label, score in rows]
    kept: list[tuple[Span, float]] = [(span, score) for span, score in placed if span is not None]
    doc.spans[key] = SpanGroup(
        doc, name=key, spans=[span for span, _ in kept], attrs={"scores": [score for _, score in kept]}
    )
