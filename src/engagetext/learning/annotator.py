"""Fit the first pass over texts from treebanks, a lexicon and word vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engagetext.learning.lemmas import build_lemmatizer, read_lemmas
from engagetext.learning.lexicons import lookup_forms
from engagetext.learning.noise import read_spellings
from engagetext.learning.tagging import TaggerOptions, train_tagger
from engagetext.learning.treebanks import GoldSentence, read_treebank
from engagetext.text.annotator import Annotator
from engagetext.text.lexicon import Lexicon
from engagetext.text.vectors import VectorTable


@dataclass(frozen=True, slots=True)
class TreebankFiles:
    """What an annotator is trained from.

    Parameters
    ----------
    written, spoken : tuple of Path
        Treebanks in CoNLL-U. Both train the tagger alike; where they disagree on a lemma, the written ones count more.
    spellings : Path or None
        See `noise.read_spellings`.
    lemmas : Path or None
        See `lemmas.read_lemmas`.
    licences : mapping of str to str
        Treebank -> licence.
    options : TaggerOptions
    """

    written: tuple[Path, ...]
    spoken: tuple[Path, ...] = ()
    spellings: Path | None = None
    lemmas: Path | None = None
    licences: Mapping[str, str] = field(default_factory=dict)
    options: TaggerOptions = field(default_factory=TaggerOptions)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file, in a fixed order."""
        extra = tuple(path for path in (self.spellings, self.lemmas) if path is not None)
        return (*self.written, *self.spoken, *extra)


def train_annotator(files: TreebankFiles, zipf: Mapping[str, float], vectors: VectorTable) -> Annotator:
    """Fit an annotator on treebank files.

    Parameters
    ----------
    files : TreebankFiles
    zipf : mapping of str to float
        Frequencies of the words of French.
    vectors : VectorTable

    Raises
    ------
    MissingExtraError
        If `conllu` or `spacy-lookups-data` is not installed.
    RecordError
        If a file is no CoNLL-U.
    """
    written = [read_treebank(path) for path in files.written]
    spoken = [read_treebank(path) for path in files.spoken]
    return fit_annotator(written, spoken, files, zipf, vectors)


def fit_annotator(
    written: Sequence[Sequence[GoldSentence]],
    spoken: Sequence[Sequence[GoldSentence]],
    files: TreebankFiles,
    zipf: Mapping[str, float],
    vectors: VectorTable,
) -> Annotator:
    """Fit an annotator on sentences; of `files` only the spellings, lemmas and options are read."""
    spellings = read_spellings(files.spellings) if files.spellings else {}
    forms = lookup_forms(zipf)
    lexicon = Lexicon.from_forms(forms.parts_of_speech(zipf))
    tagger = train_tagger([*written, *spoken], lexicon, vectors, spellings, files.options)
    authored = read_lemmas(files.lemmas) if files.lemmas else {}
    return Annotator(tagger, build_lemmatizer(written, spoken, forms, authored, spellings, zipf))
