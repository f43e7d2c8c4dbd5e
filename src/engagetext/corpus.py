"""Keywords of an archive, sliced by kind, month or source: one pass, any number of processes, the same result."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from os import PathLike, fspath

from engagetext.errors import InputTypeError, OptionError
from engagetext.keywords.domain import TermList, Vocabulary, listed_terms
from engagetext.keywords.keyness import KeywordCounts, merged
from engagetext.pipeline import load_pipeline
from engagetext.records import Article, Comment, source_file
from engagetext.text.batches import batched
from engagetext.workers import check_processes, map_ordered

Slicer = Callable[[Article | Comment, Article], str | None]
_BATCH = 64  # articles, each with its comments


def by_kind(item: Article | Comment, article: Article) -> str:
    """Return `article` or `comment`."""
    return "article" if isinstance(item, Article) else "comment"


def by_month(item: Article | Comment, article: Article) -> str | None:
    """Return the month of a record, `2025-03`; that of its article if a comment has none; None if neither has."""
    date = item.date or article.date
    return None if date is None else f"{date.year:04}-{date.month:02}"


def by_source(item: Article | Comment, article: Article) -> str | None:
    """Return the file that a record's article was read from."""
    return None if article.source is None else source_file(article.source)


_SLICERS: dict[str, Slicer] = {"kind": by_kind, "month": by_month, "source": by_source}


@dataclass(frozen=True, slots=True)
class _Task:
    articles: list[Article]
    model: str | None
    terms: TermList | None
    slicer: Slicer
    top_n: int | None
    names: bool
    capacity: int


def count_keywords(
    articles: Iterable[Article],
    by: str | Slicer = "kind",
    *,
    top_n: int | None = 20,
    names: bool = True,
    model: str | PathLike[str] | None = None,
    vocabulary: Vocabulary | None = None,
    n_process: int = 1,
    capacity: int = 100_000,
) -> dict[str, KeywordCounts]:
    """Count the keywords of a collection, slice by slice.

    Parameters
    ----------
    articles : iterable of Article
        What `engagetext.read` yields; comments are counted as texts of their own.
    by : {"kind", "month", "source"} or callable, default="kind"
        The slice of a record: a name, or a function of (record, its article) to a name, or None to leave it out.
    top_n : int or None, default=20
        Best keywords of a text that count, beside those of the vocabulary; None for all candidates.
    names : bool, default=True
        Whether names of people, organisations and places count.
    model, vocabulary
        As for `load`.
    n_process : int, default=1
        Worker processes; the result does not depend on it. A callable `by` must then be importable by its name.
    capacity : int, default=100_000
        As for `KeywordCounts`, for each slice.

    Returns
    -------
    dict of str to KeywordCounts
        Sorted by slice. Texts in a language that the model does not read are left out.

    Raises
    ------
    InputTypeError
        If an item is no article.
    OptionError
        If an option is out of its range.

    Examples
    --------
    >>> from engagetext.records import Comment
    >>> comments = tuple(Comment(str(n), "Il nous faut une cantine, une vraie cantine pour tous.") for n in range(3))
    >>> slices = count_keywords([Article("a", "Le conseil a voté le budget de l'école.", comments=comments)])
    >>> from engagetext.keywords.keyness import keyness
    >>> keyness(slices["comment"], slices["article"])[0].lemma
    'cantine'
    """
    slicer = _SLICERS.get(by) if isinstance(by, str) else by
    if slicer is None:
        raise OptionError("by", repr(by), f"a function, or one of {', '.join(_SLICERS)}", 'Use by="kind".')
    check_processes(n_process)
    terms = None if vocabulary is None else listed_terms(vocabulary)
    name = None if model is None else fspath(model)
    tasks = (_Task(batch, name, terms, slicer, top_n, names, capacity) for batch in batched(_checked(articles), _BATCH))
    whole: dict[str, KeywordCounts] = {}
    for part in map_ordered(_count, tasks, n_process=n_process):
        whole = merged([whole, part], capacity)
    return dict(sorted(whole.items()))


def _checked(articles: Iterable[Article]) -> Iterator[Article]:
    for article in articles:
        if not isinstance(article, Article):
            raise InputTypeError(
                "count_keywords(articles)",
                f"an object of type {type(article).__name__}",
                "an iterable of Article",
                "Wrap a text: Article(id=..., text=...).",
            )
        yield article


def _count(task: _Task) -> dict[str, KeywordCounts]:
    pipeline = load_pipeline(task.model, task.terms)
    records: list[tuple[Article | Comment, Article]] = []
    for article in task.articles:
        records.append((article, article))
        records += ((comment, article) for comment in article.comments)
    sliced = [(item, slice_) for item, article in records if (slice_ := task.slicer(item, article)) is not None]
    texts = [item.text for item, _ in sliced]
    titles = [(item.title or "") if isinstance(item, Article) else "" for item, _ in sliced]
    found = pipeline.read_keywords(texts, titles, task.top_n, domain=True, names=task.names)
    slices: dict[str, KeywordCounts] = {}
    for (_, slice_), keywords in zip(sliced, found, strict=True):
        if keywords is not None:
            slices.setdefault(slice_, KeywordCounts(task.capacity)).add(keywords)
    return slices
