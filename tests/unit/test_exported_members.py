"""The public names are a promise."""

import subprocess
import sys

import pytest

import engagetext as et

PUBLIC = [
    "Analysis",
    "Analyzer",
    "ArchiveFigures",
    "Article",
    "Comment",
    "CorpusKeyword",
    "EngagetextError",
    "Keyword",
    "KeywordCounts",
    "KeywordVectorizer",
    "LabelClassifier",
    "LabelScore",
    "Language",
    "Passage",
    "RecordError",
    "Stance",
    "Summary",
    "Taxonomy",
    "Token",
    "TrendPoint",
    "classify_obstacles",
    "classify_stance",
    "classify_themes",
    "count_keywords",
    "detect_language",
    "extract_keywords",
    "keyness",
    "load",
    "read",
    "read_taxonomy",
    "score",
    "score_rows",
    "score_table",
    "summarise",
    "tokenize",
    "trend",
]


def test_all_lists_the_public_names() -> None:
    assert et.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(et))


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_resolves_and_is_documented(name: str) -> None:
    assert getattr(et, name).__doc__


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        et.analyse  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, engagetext; "
        "heavy = {'spacy', 'sklearn', 'numpy', 'scipy', 'lxml', 'pandas', 'typer'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_scoring_loads_neither_scikit_learn_nor_spacys_french() -> None:
    code = (
        "import sys, engagetext as et; et.load()('Le partage crée la confiance.'); "
        "heavy = {'sklearn', 'spacy.lang.fr', 'pandas', 'pyarrow'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
