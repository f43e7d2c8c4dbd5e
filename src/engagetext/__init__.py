"""engagetext: what French articles and their comments are about, and what stands in the way.

Public names are resolved on first use, so that importing the package loads neither spaCy nor a model.

Examples
--------
>>> import engagetext as et
>>> analyzer = et.load()
>>> analysis = analyzer("Les équipes n'ont plus le temps de partager leurs idées.")
>>> [token.text for token in et.tokenize("L'idée")]
["L'", 'idée']
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engagetext.analyzer import (
        Analyzer,
        classify_obstacles,
        classify_stance,
        classify_themes,
        detect_language,
        extract_keywords,
        load,
        tokenize,
    )
    from engagetext.archive.job import score
    from engagetext.archive.summary import Summary
    from engagetext.corpus import count_keywords
    from engagetext.errors import EngagetextError, RecordError
    from engagetext.estimators import KeywordVectorizer, LabelClassifier
    from engagetext.findings import Keyword, LabelScore, Language, Passage, Stance, Token
    from engagetext.keywords.keyness import CorpusKeyword, KeywordCounts, TrendPoint, keyness, trend
    from engagetext.reading import read
    from engagetext.records import Article, Comment
    from engagetext.report.summary import ArchiveFigures, summarise
    from engagetext.results import Analysis
    from engagetext.rows import score_rows
    from engagetext.tables import score_table
    from engagetext.taxonomy import Taxonomy, read_taxonomy

_HOMES = {
    "Analysis": "results",
    "Analyzer": "analyzer",
    "ArchiveFigures": "report.summary",
    "Article": "records",
    "Comment": "records",
    "CorpusKeyword": "keywords.keyness",
    "EngagetextError": "errors",
    "Keyword": "findings",
    "KeywordCounts": "keywords.keyness",
    "KeywordVectorizer": "estimators",
    "LabelClassifier": "estimators",
    "LabelScore": "findings",
    "Language": "findings",
    "Passage": "findings",
    "RecordError": "errors",
    "Stance": "findings",
    "Summary": "archive.summary",
    "Taxonomy": "taxonomy",
    "Token": "findings",
    "TrendPoint": "keywords.keyness",
    "classify_obstacles": "analyzer",
    "classify_stance": "analyzer",
    "classify_themes": "analyzer",
    "count_keywords": "corpus",
    "detect_language": "analyzer",
    "extract_keywords": "analyzer",
    "keyness": "keywords.keyness",
    "load": "analyzer",
    "read": "reading",
    "read_taxonomy": "taxonomy",
    "score": "archive.job",
    "score_rows": "rows",
    "score_table": "tables",
    "summarise": "report.summary",
    "tokenize": "analyzer",
    "trend": "keywords.keyness",
}

__all__ = [
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

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("engagetext")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
