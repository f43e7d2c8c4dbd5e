"""How a status reader is fitted: its slope against finite differences, what it learns, and from which files."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.cues import CueTable
from engagetext.classify.labeller import STATUSES
from engagetext.classify.surroundings import N_BANDS, Surroundings, placed
from engagetext.errors import RecordError
from engagetext.learning.adamw import AdamW, Slope
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.difficulties import Difficulty, read_difficulties
from engagetext.learning.status_reader import ReaderOptions, ReaderTrainer, _Batch, _FloatReader
from engagetext.learning.statuses import StatusExamples
from engagetext.pipeline import load_pipeline
from engagetext.text.tagger import N_TAGS

_PLAIN = ReaderOptions(n_dimensions=3, n_hidden=4, dropout=0.0, lemma_dropout=0.0, fact_dropout=0.0)


class _ShownSlopes(AdamW):
    """Keeps the gradient of a step, and does not move."""

    slopes: Mapping[str, Slope]

    def step(self, slopes: Mapping[str, Slope], rate: float) -> None:
        self.slopes = slopes


def _batch() -> _Batch:
    """Return two examples of 3 and 2 tokens: a denied one, a lemma that comes twice, an unknown one."""
    cells = np.array([6, 7, N_BANDS - 1, N_BANDS - 1, N_BANDS + 6, N_BANDS + 2])
    bands = csr_array((np.ones(6), (cells, [0, 1, 2, 1, 3, 4])), shape=(2 * N_BANDS, 5))
    heard = csr_array((np.array([3.0, 1.0, 2.0]), ([0, 0, 1], [0, 1, 3])), shape=(2, 5))
    sizes = np.bincount(cells, minlength=2 * N_BANDS).reshape(2, N_BANDS)
    around = Surroundings(np.arange(5), bands, sizes, heard)
    by_band, by_share = (scale.astype(np.float32) for scale in around.scales())
    return _Batch(
        around=around,
        scales=(by_band, by_share),
        vectors=np.random.default_rng(1).normal(size=(5, 2)).astype(np.float32),
        lemmas=np.array([1, 2, 1, 0, 2]),
        hints=csr_array(np.array([[1, 0], [0, 0], [1, 1], [0, 1], [0, 0]], dtype=np.float32)),
        tags=np.array([0, 3, 3, N_TAGS - 1, 1]),
        statuses=np.array([2, 0]),
        weights=np.array([1.0, 0.5], dtype=np.float32),
    )


def _loss(weights: Mapping[str, NDArray[np.float64]], batch: _Batch) -> float:
    rows = batch.vectors @ weights["projection"] + weights["lemmas"][batch.lemmas] + weights["tags"][batch.tags]
    rows = rows + batch.hints.toarray() @ weights["hints"]
    bands = batch.around.bands.toarray().reshape(2, N_BANDS, 5)
    total = 0.0
    for row in range(2):
        places = [bands[row, band] @ rows / np.sqrt(max(bands[row, band].sum(), 1)) for band in range(N_BANDS)]
        heard = batch.around.heard.toarray()[row]
        places.append(heard @ rows / heard.sum())
        hidden = np.maximum(np.concatenate(places) @ weights["hidden"] + weights["bias"], 0)
        said = hidden @ weights["heads"] + weights["heads_bias"]
        surprise = np.log(np.exp(said).sum()) - said[batch.statuses[row]]
        total += float(batch.weights[row] * surprise)
    return total / float(batch.weights.sum())


def test_the_gradient_of_a_step_is_the_slope_of_the_loss() -> None:
    reader, batch, rng = _FloatReader(2, 2, 2, _PLAIN), _batch(), np.random.default_rng(3)
    for name in sorted(reader.parameters):
        reader.parameters[name][:] = rng.normal(scale=0.6, size=reader.parameters[name].shape)
    reader.parameters["lemmas"][0] = 0
    reader.optimizer = shown = _ShownSlopes(reader.parameters)
    reader.step(batch, 0.1)
    weights = {name: value.astype(np.float64) for name, value in reader.parameters.items()}
    assert set(shown.slopes) == set(weights)
    for name, slope in shown.slopes.items():
        wanted = np.zeros_like(weights[name])
        for place in np.ndindex(*weights[name].shape):
            sides = []
            for sign in (1, -1):
                moved = weights[name].copy()
                moved[place] += sign * 1e-5
                sides.append(_loss({**weights, name: moved}, batch))
            wanted[place] = (sides[0] - sides[1]) / 2e-5
        found = slope if isinstance(slope, np.ndarray) else slope[1]
        wanted = wanted if isinstance(slope, np.ndarray) else wanted[slope[0]]
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-5, err_msg=name)


def _examples() -> StatusExamples:
    sentences = {
        "present": ("Le wifi rame toujours.", "Le four rame encore.", "Le site rame beaucoup."),
        "hypothetique": ("Si le wifi rame, appelez.", "Si le four rame, patientez.", "Si le site rame, sortez."),
        "ecarte": ("Le wifi ne rame plus.", "Le four ne rame plus.", "Le site ne rame pas."),
    }
    passages, difficulties = [], []
    for status, texts in sentences.items():
        for text in texts:
            plain = LabelledPassage(text, f"s/{text}", text, (), ())
            start = text.index("rame")
            for number in range(6):
                evidence = {("obstacle", "outils"): ((start, start + 4),)} if number % 2 else {}
                passages.append(replace(plain, obstacles=(("outils", status),), evidence=evidence, authored=number > 2))
                difficulties.append(Difficulty(plain, status, (start, start + 4)))
    labels = {kind: tuple(load_pipeline().taxonomy.labels(kind)) for kind in ("theme", "obstacle")}
    named = {kind: tuple(label.id for label in of) for kind, of in labels.items()}
    return StatusExamples.build(passages, difficulties, named, load_pipeline().annotator)


def test_a_reader_learns_what_stands_around_and_comes_out_the_same_every_time() -> None:
    labeller, examples = load_pipeline().labeller, _examples()
    assert labeller.network is not None
    heard = examples.heard_by(labeller.network)
    assert (np.diff(heard.indptr) > 0).all()
    trainer = ReaderTrainer(examples, labeller.spaces.vectors, CueTable.empty(), ReaderOptions(epochs=60, min_count=2))
    everything = np.arange(len(examples.rows))
    reader, again = trainer.train(everything, heard), trainer.train(everything, heard)
    for name, array in reader.to_arrays().items():
        assert np.array_equal(array, again.to_arrays()[name]), name
    told = reader(examples.tagged, examples.passages, examples.rows, heard).argmax(axis=1)
    assert (told == examples.statuses).mean() > 0.95


def test_what_is_trained_in_floats_is_what_is_read_in_whole_numbers() -> None:
    labeller, examples = load_pipeline().labeller, _examples()
    options = ReaderOptions(dropout=0.0, lemma_dropout=0.0, fact_dropout=0.0, min_count=2, marked_share=0.0)
    trainer = ReaderTrainer(examples, labeller.spaces.vectors, CueTable.empty(), options)
    assert labeller.network is not None
    heard = examples.heard_by(labeller.network)
    reader = trainer.train(np.arange(len(examples.rows)), heard)
    floats = _FloatReader(len(reader.weights.lemma_keys), labeller.spaces.vectors.matrix.shape[1], 6, options)
    steps = {"heads_bias": 2.0**-12, "hidden": 2.0**-7}
    for name in floats.parameters:
        step = steps.get(name, 2.0**-6)
        kept = getattr(reader.weights, name).astype(np.float32) * np.float32(step)
        kept = kept / np.float32(4.0) if name == "projection" else kept
        floats.parameters[name] = np.concatenate([np.zeros((1, 64), np.float32), kept]) if name == "lemmas" else kept
    batch = trainer._batch(np.arange(len(examples.rows)), heard, np.random.default_rng(0))
    weights = {name: value.astype(np.float64) for name, value in floats.parameters.items()}
    rows = batch.vectors @ weights["projection"] + weights["lemmas"][batch.lemmas] + weights["tags"][batch.tags]
    rows = rows + batch.hints @ weights["hints"]
    places = placed(batch.around.bands, batch.around.heard, rows, batch.around.scales())
    hidden = np.maximum(places.reshape(len(places), -1) @ weights["hidden"] + weights["bias"], 0)
    wanted = hidden @ weights["heads"] + weights["heads_bias"]
    found = reader(examples.tagged, examples.passages, examples.rows, heard)
    np.testing.assert_allclose(found, wanted, atol=0.1)


def test_an_example_has_its_passage_and_a_difficulty_its_sentence() -> None:
    labels = {"theme": ("partage",), "obstacle": ("outils", "moyens")}
    text = "Tout va bien. Le temps manque."
    passage = LabelledPassage("a", "s/a", text, (), (("moyens", "present"),), authored=True)
    plain = LabelledPassage("b", "t/b", text, (), ())
    pipeline = load_pipeline()
    examples = StatusExamples.build(
        [passage, plain], [Difficulty(plain, "ecarte", (17, 22))], labels, pipeline.annotator
    )
    assert examples.labels.tolist() == [2]
    assert [STATUSES[number] for number in examples.statuses] == ["present", "ecarte"]
    assert examples.authored.tolist() == [True, False]
    assert examples.sources.tolist() == ["s", "t"]
    spaces = pipeline.labeller.spaces
    whole, sentence = examples.features(spaces).toarray()
    alone = [
        StatusExamples.build([replace(passage, text=part)], [], labels, pipeline.annotator)
        for part in (text, text[14:])
    ]
    np.testing.assert_array_equal(whole, alone[0].features(spaces).toarray()[0])
    np.testing.assert_allclose(sentence, alone[1].features(spaces).toarray()[0], atol=1e-6)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"id": "z", "difficulties": []}, "the id 'z'"),
        ({"id": "a", "difficulties": [{"status": "vrai", "span": [0, 3]}]}, "vrai"),
        ({"id": "a", "difficulties": [{"status": "present", "span": [0, 99]}]}, "99"),
        ({"id": "a", "difficulties": [{"status": "present", "span": [3, 3]}]}, r"\[3, 3\]"),
        ({"id": "a", "difficulties": [{"status": "present", "span": [2, 3]}]}, r"\[2, 3\]"),
        ({"id": "a", "difficulties": ["present"]}, "'present'"),
        ({"id": "a", "difficulties": None}, "None"),
        ({"id": "a"}, "no difficulties"),
        ({"id": ["a"], "difficulties": []}, "the id"),
    ],
)
def test_a_slip_in_difficulties_is_told_with_its_place(tmp_path: Path, row: dict[str, object], found: str) -> None:
    pool, marks = tmp_path / "pool.jsonl", tmp_path / "marks.jsonl"
    pool.write_text(json.dumps({"id": "a", "source": "s", "doc": "d", "text": "Le temps manque."}), encoding="utf-8")
    marks.write_text(json.dumps({"id": "a", "difficulties": []}) + "\n" + json.dumps(row), encoding="utf-8")
    with pytest.raises(RecordError, match=f"line 2.*{found}"):
        read_difficulties([marks], pool)


def test_difficulties_are_read_with_their_passages(tmp_path: Path) -> None:
    pool, marks = tmp_path / "pool.jsonl", tmp_path / "marks.jsonl"
    pool.write_text(json.dumps({"id": "a", "source": "s", "doc": "d", "text": "Le temps manque."}), encoding="utf-8")
    row = {"id": "a", "difficulties": [{"status": "present", "span": [3, 15]}]}
    marks.write_text(json.dumps(row), encoding="utf-8")
    (difficulty,) = read_difficulties([marks], pool)
    assert (difficulty.status, difficulty.span, difficulty.passage.source) == ("present", (3, 15), "s")
    assert difficulty.passage.text[3:15] == "temps manque"
