"""The public steps: the pipeline's columns become result objects."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath

from engagetext.errors import InputTypeError, OptionError
from engagetext.findings import Keyword, LabelScore, Language, Stance, Token
from engagetext.keywords.domain import TermList, Vocabulary, listed_terms
from engagetext.objects import to_analyses, to_tokens
from engagetext.pipeline import Pipeline, load_pipeline
from engagetext.records import Article, Comment, check_types, repeated
from engagetext.results import Analysis
from engagetext.text.batches import batched
from engagetext.text.language import Prior
from engagetext.workers import map_ordered

Item = str | Article | Comment


@dataclass(frozen=True, slots=True)
class _Source:
    """What `load` was called with: worker processes load the same."""

    model: str | None = None
    terms: TermList | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which keywords are asked for."""

    top_n: int | None
    names: bool


class Analyzer:
    """Read French articles and comments with one model.

    Parameters
    ----------
    pipeline : Pipeline
        A loaded model; `load` gives one.
    source : optional
        What `load` was called with: worker processes load the same.

    Examples
    --------
    >>> analysis = load()("La confiance s'installe enfin dans nos équipes, mais le temps nous manque.")
    >>> analysis.lang
    'fr'
    """

    def __init__(self, pipeline: Pipeline, source: _Source | None = None) -> None:
        self._pipeline = pipeline
        self._source = source or _Source()

    @property
    def model(self) -> str:
        """Name and version of the model."""
        return self._pipeline.manifest.full_name

    @property
    def language(self) -> str:
        """Code of the language that the model reads; texts that are decided to be in another one are left alone."""
        return self._pipeline.manifest.language

    def __call__(self, item: Item, *, top_n: int | None = 10, names: bool = True) -> Analysis:
        """Analyse one text, article or comment.

        Parameters
        ----------
        item : str, Article or Comment
            An article is analysed with its comments.
        top_n : int or None, default=10
            Best keywords that are kept; every keyword of the taxonomy's vocabulary is kept beside them. None: all.
        names : bool, default=True
            Whether names of people, organisations and places may be keywords.

        Returns
        -------
        Analysis

        Raises
        ------
        InputTypeError
            If `item`, or a part of it, is of another type.
        RecordError
            If two comments of an article have one id.
        OptionError
            If `top_n` is negative.
        """
        _check_top_n(top_n)
        return self._analyze([item], _Wanted(top_n, names))[0]

    def pipe(
        self,
        items: Iterable[Item],
        *,
        batch_size: int = 256,
        n_process: int = 1,
        top_n: int | None = 10,
        names: bool = True,
    ) -> Iterator[Analysis]:
        """Analyse a stream, lazily and in its order; the result does not depend on `batch_size` or `n_process`.

        Parameters
        ----------
        items : iterable of str, Article or Comment
        batch_size : int, default=256
            Items that are analysed together.
        n_process : int, default=1
            Worker processes; 1 works in this one.
        top_n : int or None, default=10
        names : bool, default=True
            As in a call.

        Returns
        -------
        iterator of Analysis

        Raises
        ------
        InputTypeError
            At once if `items` is one text; at its turn if an item, or a part of it, is of another type.
        RecordError
            At its turn, if two comments of an article have one id.
        OptionError
            At once if an option is out of its range.
        """
        if isinstance(items, (str, Article, Comment)) or not isinstance(items, Iterable):
            raise InputTypeError(
                "Analyzer.pipe(items)",
                f"one {type(items).__name__}",
                "an iterable of str, Article or Comment",
                "For a single text call the analyzer itself.",
            )
        if batch_size < 1:
            raise OptionError("batch_size", str(batch_size), "at least 1", "Leave it out for the default of 256.")
        if n_process < 1:
            raise OptionError("n_process", str(n_process), "at least 1", "Leave it out to work in this process.")
        _check_top_n(top_n)
        return self._pipe(batched(items, batch_size), n_process, _Wanted(top_n, names))

    def _pipe(self, batches: Iterable[list[Item]], n_process: int, wanted: _Wanted) -> Iterator[Analysis]:
        if n_process == 1:
            for batch in batches:
                yield from self._analyze(batch, wanted)
        else:
            tasks = ((self._source, batch, wanted) for batch in batches)
            for analyses in map_ordered(_analyze_in_worker, tasks, n_process=n_process):
                yield from analyses

    def _analyze(self, items: Sequence[Item], wanted: _Wanted) -> list[Analysis]:
        for item in items:
            _check(item)
        tops = self._run([(item, None) for item in items], wanted)
        replies = [
            (comment, _expected(item, top))
            for item, top in zip(items, tops, strict=True)
            if isinstance(item, Article)
            for comment in item.comments
        ]
        below = iter(self._run(replies, wanted))
        return [
            _with_comments(top, tuple(next(below) for _ in item.comments)) if isinstance(item, Article) else top
            for item, top in zip(items, tops, strict=True)
        ]

    def _run(self, items: Sequence[tuple[Item, Prior | None]], wanted: _Wanted) -> list[Analysis]:
        texts = [item if isinstance(item, str) else item.text for item, _ in items]
        titles = [item.title if isinstance(item, Article) else None for item, _ in items]
        ids = [None if isinstance(item, str) else item.id for item, _ in items]
        columns = self._pipeline.run(texts, titles, [prior for _, prior in items], wanted.top_n, names=wanted.names)
        authors = [item.author if isinstance(item, Comment) else None for item, _ in items]
        parents = [item.parent_id if isinstance(item, Comment) else None for item, _ in items]
        replies = [isinstance(item, Comment) for item, _ in items]
        return to_analyses(self._pipeline, columns, texts, ids, authors, parents, replies, titles)


def load(name_or_path: str | PathLike[str] | None = None, *, vocabulary: Vocabulary | None = None) -> Analyzer:
    """Load a model.

    Parameters
    ----------
    name_or_path : str or PathLike, optional
        A packaged model's name, or the path of a model folder; None for the packaged French model.
    vocabulary : str, PathLike, mapping of str to list of str, or iterable of str, optional
        Words and phrases of your own that are keywords wherever they stand, beside those of the taxonomy: a file (one
        a line, or TOML with a list a theme), theme -> words, or words.

    Returns
    -------
    Analyzer

    Raises
    ------
    InputTypeError
        If `name_or_path` is neither a name nor a path.
    ModelNotFoundError
        If there is no such model; the message lists those that there are.
    VocabularyError
        If the vocabulary cannot be read.
    """
    if name_or_path is not None and not isinstance(name_or_path, (str, PathLike)):
        found = f"an object of type {type(name_or_path).__name__}"
        raise InputTypeError("load(name_or_path)", found, "a name or a path", "Leave it out for the packaged model.")
    terms = None if vocabulary is None else listed_terms(vocabulary)
    source = _Source(None if name_or_path is None else fspath(name_or_path), terms)
    return Analyzer(load_pipeline(name_or_path, terms), source)


def detect_language(text: str, prior: Prior | None = None) -> Language:
    """Return the language of a text, `"und"` where too little speaks for any.

    Without a prior it leans to the language of the packaged model: a few words are taken for another one than French
    only where that is far likelier.

    Parameters
    ----------
    text : str
    prior : str, Language or mapping of str to float, optional
        Expected language, such as that of the article for its comments; or a probability a code.

    Examples
    --------
    >>> detect_language("Nous avons décidé de travailler ensemble.").code
    'fr'
    >>> detect_language("ok").code
    'und'
    >>> detect_language("Belle initiative, bravo").code, detect_language("Belle initiative, bravo", prior="it").code
    ('und', 'it')
    """
    _check_text(text)
    _check_prior(prior)
    return load_pipeline().languages([text], [prior])[0]


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text.

    Parameters
    ----------
    text : str
        In any language; the rules are those of French.

    Returns
    -------
    list of Token
        `text[token.start:token.end] == token.text`; together they hold every character that is not white space.

    Examples
    --------
    >>> [token.text for token in tokenize("L’équipe l'a-t-elle dit aux salarié·e·s ?")]
    ['L’', 'équipe', "l'", 'a', '-t-elle', 'dit', 'aux', 'salarié·e·s', '?']
    """
    _check_text(text)
    return list(to_tokens(text, load_pipeline().tokenize([text]), 0))


def extract_keywords(
    text: str,
    top_n: int | None = 10,
    title: str | None = None,
    *,
    names: bool = True,
    vocabulary: Vocabulary | None = None,
) -> list[Keyword]:
    """Return the best keywords of a French text, best first.

    Parameters
    ----------
    text : str
    top_n : int or None, default=10
        How many; None for all candidates.
    title : str, optional
        Its title: what it names weighs more, and may be a keyword by itself. It is no part of the text that the spans
        point into: a word of the title alone has none.
    names : bool, default=True
        Whether names of people, organisations and places may be keywords.
    vocabulary : str, PathLike, mapping of str to list of str, or iterable of str, optional
        As for `load`: such words are kept beside the best `top_n`.

    Returns
    -------
    list of Keyword

    Examples
    --------
    >>> extract_keywords("Le partage crée la confiance. Sans partage, rien.", top_n=1)[0].spans
    ((3, 10), (35, 42))
    >>> [keyword.text for keyword in extract_keywords("Une AMAP du quartier.", 0, vocabulary=["amap"])]
    ['AMAP']
    """
    _check_text(text)
    _check_top_n(top_n)
    if title is not None:
        _check_text(title, "title")
    pipeline = load_pipeline(terms=None if vocabulary is None else listed_terms(vocabulary))
    domain = vocabulary is not None
    (found,) = pipeline.read_keywords([text], [title or ""], top_n, domain=domain, names=names)
    return list(found or ())


def classify_themes(text: str) -> list[LabelScore]:
    """Return the themes that a French text speaks of, best first; each with the passages that prove it."""
    _check_text(text)
    return list(load()(text).themes)


def classify_obstacles(text: str) -> list[LabelScore]:
    """Return the obstacles that a French text speaks of, best first; each with its status and passages."""
    _check_text(text)
    return list(load()(text).obstacles)


def classify_stance(text: str) -> Stance | None:
    """Return how a reply stands to what it answers, judged from its own words: what it answers is not asked for.

    Parameters
    ----------
    text : str
        A French reply, alone. The comments of an `Article` are judged in the same way: `analysis.comments[0].stance`.

    Returns
    -------
    Stance or None
        None where the text is empty or in another language, or the model tells no stances.

    Examples
    --------
    >>> classify_stance("Je ne suis pas du tout d'accord, c'est faux.").label
    'object'
    >>> article = Article("a", "Le pont sera fermé.", comments=(Comment("c", "Je ne suis pas d'accord, c'est faux."),))
    >>> load()(article).comments[0].stance.label
    'object'
    """
    _check_text(text)
    return load()(Comment(id="", text=text)).stance


def _analyze_in_worker(task: tuple[_Source, list[Item], _Wanted]) -> list[Analysis]:
    source, items, wanted = task
    return Analyzer(load_pipeline(source.model, source.terms), source)._analyze(items, wanted)


def _check(item: object) -> None:
    if not isinstance(item, (str, Article, Comment)):
        raise InputTypeError(
            "analyzer(item)",
            f"an object of type {type(item).__name__}",
            "a str, Article or Comment",
            "For several texts use analyzer.pipe(texts); for a file use engagetext.read(path).",
        )
    if isinstance(item, str):
        return
    name = f"{type(item).__name__.lower()} {item.id!r}"
    check_types(item, name)
    _check_text(item.text, f"text of {name}")
    known: set[str] = set()
    for number, comment in enumerate(item.comments if isinstance(item, Article) else (), start=1):
        place = f"comment {number} of {name}"
        check_types(comment, place)
        _check_text(comment.text, f"text of {place}")
        if comment.id in known:
            raise repeated("comment", comment.id, place)
        known.add(comment.id)


def _check_text(text: object, where: str = "text") -> None:
    if not isinstance(text, str):
        raise InputTypeError(
            where,
            f"an object of type {type(text).__name__}",
            "a str",
            "Decode bytes first; for several texts use Analyzer.pipe(texts).",
        )


def _check_top_n(top_n: object) -> None:
    if top_n is not None and (not isinstance(top_n, int) or top_n < 0):
        raise OptionError("top_n", repr(top_n), "a whole number from 0, or None", "Use None for all keywords.")


def _check_prior(prior: object) -> None:
    if prior is None or isinstance(prior, Language):
        return
    shares = {prior: 1.0} if isinstance(prior, str) else prior
    if not isinstance(shares, Mapping) or not all(
        isinstance(code, str) and isinstance(share, (int, float)) and 0 <= share <= 1 for code, share in shares.items()
    ):
        raise OptionError(
            "prior", repr(prior), "a language code, a Language, or code -> probability", "Leave it out if unknown."
        )


def _expected(article: Article, analysis: Analysis) -> str | None:
    return analysis.lang if analysis.lang != "und" else article.lang


def _with_comments(analysis: Analysis, comments: tuple[Analysis, ...]) -> Analysis:
    return replace(analysis, comments=comments)
