"""Files of any kind -> articles with their comments; knows nothing of models.

`sources` and `unpacking` find named byte streams, `sniffing` tells what each is, one module a format reads it, and
`build` checks what every record has in common.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from engagetext.errors import InputTypeError, OptionError, RecordError
from engagetext.findings import language_code
from engagetext.reading.build import build_comments, check_text, read_date
from engagetext.reading.encoding import decode
from engagetext.reading.fields import ALIASES, Columns
from engagetext.reading.html import declared_charset, read_html
from engagetext.reading.markdown import read_markdown
from engagetext.reading.meter import Meter
from engagetext.reading.plain import read_page
from engagetext.reading.pseudonyms import Pseudonym, pseudonymizer
from engagetext.reading.rows import read_json, read_jsonl
from engagetext.reading.sniffing import FORMATS, sniff_format
from engagetext.reading.sources import Source, check_source, open_streams
from engagetext.reading.streams import DAMAGE, ByteStream, Reject
from engagetext.reading.tables import read_csv, read_parquet
from engagetext.reading.wordpress import read_wordpress
from engagetext.records import Article, KnownIds, repeated, stranded_comments


def read(
    source: Source,
    *,
    format: str | None = None,
    columns: Columns | None = None,
    on_reject: Callable[[RecordError], None] | None = None,
    pseudonymize: bool = False,
    salt: str | None = None,
    meter: Meter | None = None,
) -> Iterator[Article]:
    """Read articles and their comments, lazily and in constant memory.

    Parameters
    ----------
    source : str, PathLike, file object, or list of these
        A file, a folder (walked in sorted order, hidden files left out), a pattern such as `"pages/*.html"`, or `"-"`
        for standard input. `.gz` and `.zip` are opened.
    format : str, optional
        `text`, `markdown`, `html`, `wxr`, `jsonl`, `json`, `csv`, `tsv` or `parquet`; by default the content tells,
        then the suffix.
    columns : mapping of str to str, optional
        Field -> column or key of the source. Fields are `id`, `text`, `title`, `date`, `author`, `url`, `lang`,
        `comments`; of rows that are comments also `kind`, `article_id` and `parent_id`.
    on_reject : callable, optional
        Called with the `RecordError` of each record that cannot be used; reading goes on. Without it the first such
        error is raised, which ends the reading.
    pseudonymize : bool, default=False
        Replace authors by salted hashes, and leave out `meta`, which may name them. Texts, titles and addresses stay
        as they were written: a name inside them stays too.
    salt : str, optional
        Makes these hashes the same in every run; without it they hold within this reading only.
    meter : Meter, optional
        Is told of each file that is opened: how far the reading has come.

    Returns
    -------
    iterator of Article

    Raises
    ------
    SourceNotFoundError
        At once, if no file has that name.
    InputTypeError
        At once, if `source` is nothing that can be read, or an address on the net.
    OptionError
        At once, if `format` or a field of `columns` is none of those above.
    RecordError
        While reading, without `on_reject`.
    MissingExtraError
        While reading HTML, WordPress exports or Parquet, if the package for it is not installed.

    Notes
    -----
    Every file and record becomes an article or is reported once; a file of rows without a row, and one that no reader
    knows, are reported as well. A second article of one id is a reject, and so is each of its comments. A text may be
    empty: it may carry comments.
    A document or record may hold 20 MB. Of WordPress exports, what was never published is left out
    (`engagetext.reading.wordpress`).

    Examples
    --------
    >>> import io
    >>> [article.text for article in read(io.BytesIO("Un mot sur la confiance.".encode()))]
    ['Un mot sur la confiance.']
    """
    check_source(source)
    if format is not None and format not in FORMATS:
        raise OptionError("format", repr(format), f"one of {', '.join(FORMATS)}", "Leave it out: the content tells.")
    if columns is not None and not isinstance(columns, Mapping):
        found = f"an object of type {type(columns).__name__}"
        raise InputTypeError("columns", found, "field -> column", 'For the text alone: columns={"text": "Votre avis"}.')
    for field in columns or {}:
        if field not in ALIASES:
            known = ", ".join(ALIASES)
            raise OptionError(
                "columns", f"the field {field!r}", f"one of {known}", "Write {field: column of the source}."
            )
    pseudonym = pseudonymizer(salt) if pseudonymize else None
    return _read(source, format, columns, _Reporter(on_reject), pseudonym, meter)


class _Reporter:
    """Passes errors on and counts them; an error of the caller's own function ends the reading, told once."""

    def __init__(self, on_reject: Callable[[RecordError], None] | None) -> None:
        self._on_reject = on_reject
        self.count = 0
        self.failure: BaseException | None = None

    def __call__(self, error: RecordError) -> None:
        if self.failure is not None:
            raise self.failure
        self.count += 1
        try:
            if self._on_reject is None:
                raise error
            self._on_reject(error)
        except BaseException as failure:
            self.failure = failure
            raise


def _read(
    source: Source,
    format: str | None,
    columns: Columns | None,
    reject: _Reporter,
    pseudonym: Pseudonym | None,
    meter: Meter | None,
) -> Iterator[Article]:
    known = KnownIds()
    for stream in open_streams(source, reject, meter):
        rejected, articles = reject.count, 0
        try:
            for article in _articles(stream, format or sniff_format(stream), columns, reject):
                articles += 1
                where = article.source or stream.name
                if not known.add(article.id):
                    reject(repeated("article", article.id, where))
                    for left in stranded_comments(article, where):
                        reject(left)
                    continue
                yield article if pseudonym is None else _pseudonymous(article, pseudonym)
            if not articles and reject.count == rejected:
                expected = "at least one record"
                reject(RecordError(stream.name, "no record", expected, "Leave the file out, or export it again."))
        except RecordError as error:
            if reject.failure is not None:
                raise
            reject(error)
        except DAMAGE as error:
            if reject.failure is not None:
                raise
            found = f"an end in the middle, or damage: {error}"
            reject(RecordError(stream.name, found, "a complete file", "Fetch or pack the file again."))


def _articles(stream: ByteStream, format: str, columns: Columns | None, reject: Reject) -> Iterator[Article]:
    if format == "wxr":
        yield from read_wordpress(stream, reject)
    elif format == "jsonl":
        yield from read_jsonl(stream, columns, reject)
    elif format == "json":
        yield from read_json(stream, columns, reject)
    elif format in ("csv", "tsv"):
        yield from read_csv(stream, "\t" if format == "tsv" else None, columns, reject)
    elif format == "parquet":
        yield from read_parquet(stream, columns, reject)
    else:
        yield _document(stream, format, reject)


def _document(stream: ByteStream, format: str, reject: Reject) -> Article:
    """Read a file that is one article."""
    raw = stream.read_document()
    text = decode(raw, stream.name, declared_charset(raw) if format == "html" else None)
    meta: dict[str, str]
    if format == "html":
        body, meta, raw_comments = read_html(text, stream.name)
        comments = build_comments(raw_comments, stream.name, reject)
    elif format == "markdown":
        body, meta = read_markdown(text)
        comments = ()
    else:
        page = read_page(text)
        body, comments = page.body, ()
        meta = {key: value for key, value in (("title", page.title), ("date", page.date)) if value}
    for key, value in meta.items():
        check_text(value, key, stream.name)
    known = {key: meta.pop(key, None) for key in ("title", "date", "author", "url", "lang")}
    date, meta_left = read_date(known["date"], meta)
    return Article(
        id=stream.id,
        text=body,
        title=known["title"],
        date=date,
        author=known["author"],
        url=known["url"],
        source=stream.name,
        lang=language_code(known["lang"] or "") or None,
        comments=comments,
        meta=meta_left,
    )


def _pseudonymous(article: Article, pseudonym: Pseudonym) -> Article:
    """Return the article without the names of its writers; other fields of a row may hold names, so they go too."""
    return replace(
        article,
        author=pseudonym(article.author),
        comments=tuple(
            replace(one, author=pseudonym(one.author), meta=_structural(one.meta, one.author))
            for one in article.comments
        ),
        meta=_structural(article.meta, article.author),
    )


def _structural(meta: Mapping[str, str], author: str | None) -> Mapping[str, str]:
    name = author.casefold() if author else None
    return {
        key: value
        for key, value in meta.items()
        if key in ("date", "orphan_of", "cycle") and not (name and name in value.casefold())
    }
