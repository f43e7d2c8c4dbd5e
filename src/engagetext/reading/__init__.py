"""Files of any kind -> articles with their comments; knows nothing of models."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b

from engagetext.errors import OptionError, RecordError
from engagetext.reading.build import build_comments, read_date
from engagetext.reading.encoding import decode
from engagetext.reading.html import declared_charset, read_html
from engagetext.reading.markdown import read_markdown
from engagetext.reading.plain import read_page
from engagetext.reading.pseudonyms import Pseudonym, pseudonymizer
from engagetext.reading.rows import read_csv, read_json, read_jsonl, read_parquet
from engagetext.reading.sniffing import FORMATS, sniff_format
from engagetext.reading.sources import ByteStream, Reject, Source, check_source, open_streams
from engagetext.reading.wordpress import read_wordpress
from engagetext.records import Article

Columns = Mapping[str, str]


def read(
    source: Source,
    *,
    format: str | None = None,
    columns: Columns | None = None,
    on_reject: Callable[[RecordError], None] | None = None,
    pseudonymize: bool = False,
    salt: str | None = None,
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
        Field (`id`, `text`, `title`, `date`, `author`, `url`, `lang`, `comments`) -> column or key of the source.
    on_reject : callable, optional
        Called with the `RecordError` of each record that cannot be used; reading goes on. Without it the first such
        error is raised, which ends the reading.
    pseudonymize : bool, default=False
        Replace authors by salted hashes.
    salt : str, optional
        Makes these hashes the same in every run; see `engagetext.reading.pseudonyms`.

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
        At once, if `format` is none of those above.
    RecordError
        While reading, without `on_reject`.

    Examples
    --------
    >>> import io
    >>> [article.text for article in read(io.BytesIO("Un mot sur la confiance.".encode()))]
    ['Un mot sur la confiance.']
    """
    check_source(source)
    if format is not None and format not in FORMATS:
        raise OptionError("format", repr(format), f"one of {', '.join(FORMATS)}", "Leave it out: the content tells.")
    pseudonym = pseudonymizer(salt) if pseudonymize else None
    return _read(source, format, columns, on_reject or _raise, pseudonym)


def _raise(error: RecordError) -> None:
    raise error


def _read(
    source: Source, format: str | None, columns: Columns | None, reject: Reject, pseudonym: Pseudonym | None
) -> Iterator[Article]:
    seen: set[bytes] = set()
    for stream in open_streams(source, reject):
        try:
            for article in _articles(stream, format or sniff_format(stream), columns, reject):
                # Eight bytes an id: a hundred million articles would fit, and two in a trillion pairs collide.
                digest = blake2b(article.id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
                if digest in seen:
                    where = article.source or stream.name
                    reject(RecordError(where, f"the id {article.id!r} a second time", "one article an id", _RENAME))
                    continue
                seen.add(digest)
                yield article if pseudonym is None else _pseudonymous(article, pseudonym)
        except RecordError as error:
            reject(error)
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
            found = f"an end in the middle, or damage: {error}"
            reject(RecordError(stream.name, found, "a complete file", "Fetch or pack the file again."))


_RENAME = "Rename or remove one of the two."


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
    if format == "html":
        body, meta, raw_comments = read_html(text)
        comments = build_comments(raw_comments, stream.name, reject)
    elif format == "markdown":
        body, meta = read_markdown(text)
        comments = ()
    else:
        page = read_page(text)
        body, comments = page.body, ()
        meta = {key: value for key, value in (("title", page.title), ("date", page.date)) if value}
    known = {key: meta.pop(key, None) for key in ("title", "date", "author", "url", "lang")}
    date, meta_left = read_date(known["date"], meta)
    return Article(
        id=stream.name,
        text=body,
        title=known["title"],
        date=date,
        author=known["author"],
        url=known["url"],
        source=stream.name,
        lang=known["lang"][:2].lower() if known["lang"] else None,
        comments=comments,
        meta=meta_left,
    )


def _pseudonymous(article: Article, pseudonym: Pseudonym) -> Article:
    """Return the article without the names of its writers; other fields of a row may hold names, so they go too."""
    return replace(
        article,
        author=pseudonym(article.author),
        comments=tuple(
            replace(one, author=pseudonym(one.author), meta=_structural(one.meta)) for one in article.comments
        ),
        meta=_structural(article.meta),
    )


def _structural(meta: Mapping[str, str]) -> Mapping[str, str]:
    return {key: value for key, value in meta.items() if key in ("date", "orphan_of", "cycle")}
