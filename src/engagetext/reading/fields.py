"""Rows of named fields -> articles and comments; which column is which is told by its name, or by the caller."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from engagetext.errors import RecordError
from engagetext.findings import language_code
from engagetext.reading.build import RawComment, build_comments, check_text, read_date
from engagetext.reading.limits import MAX_RECORD
from engagetext.reading.streams import Reject
from engagetext.records import Article

Columns = Mapping[str, str]
Row = Mapping[str, Any]

# Field -> the names under which it is found, the first that is there; compared as `fold_name` leaves them.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "_id", "uid", "comment_id", "identifiant", "guid", "reference", "article_id", "post_id"),
    "text": ("text", "texte", "body", "content", "contenu", "article", "message", "comment", "commentaire", "verbatim",
             "contribution", "description", "corps", "commentaire_libre", "texte_libre", "avis", "votre_avis",
             "reponse", "reponses", "commentaires", "verbatims", "contributions", "remarque", "remarques",
             "observation", "observations", "proposition", "propositions", "suggestion", "suggestions",
             "reponse_libre", "votre_reponse", "champ_libre", "votre_commentaire", "vos_commentaires"),
    "title": ("title", "titre", "headline", "subject", "sujet", "objet"),
    "date": ("date", "published", "published_at", "created_at", "date_publication", "datepublished", "timestamp",
             "date_creation", "createdat", "publishedat", "created_utc"),
    "author": ("author", "auteur", "auteure", "user", "username", "name", "nom", "author_name", "pseudo"),
    "url": ("url", "link", "lien", "permalink", "href"),
    "lang": ("lang", "language", "langue"),
    "comments": ("comments", "commentaires", "replies", "reactions", "reponses"),
    "parent_id": ("parent_id", "parent", "in_reply_to", "reply_to", "parentid"),
    "kind": ("kind", "type"),
    "article_id": ("article_id",),
}  # fmt: skip
_ARTICLE_FIELDS = ("id", "text", "title", "date", "author", "url", "lang", "comments")
_COMMENT_FIELDS = ("id", "text", "author", "date", "parent_id", "comments")
# What tells a commenter's person, and nothing about the text.
_PRIVATE = re.compile(r"(?:^|_)(?:e?_?mail|courriel|ip|tel|telephone|phone)(?:_|$)|mail|ip_?address", re.IGNORECASE)
_COMMENT_KINDS = ("comment", "commentaire", "reply", "reponse", "réponse")
_MEND = "Mend or remove this record."
_HOW_TO_MAP = 'Name the field that holds the text: columns={"text": "…"}, or --column text=….'


def find_columns(names: Iterable[str], columns: Columns | None, fields: tuple[str, ...] = _ARTICLE_FIELDS) -> Columns:
    """Return field -> column for the columns that are there.

    Parameters
    ----------
    names : iterable of str
        Columns of the source.
    columns : mapping of str to str, optional
        The caller's own mapping, which wins.
    fields : tuple of str
        Fields to look for.
    """
    return _find_columns(tuple(names), tuple(sorted((columns or {}).items())), fields)


@lru_cache(maxsize=256)  # JSON lines name their fields anew each time
def _find_columns(names: tuple[str, ...], asked: tuple[tuple[str, str], ...], fields: tuple[str, ...]) -> Columns:
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(fold_name(name), name)
    chosen = dict(asked)
    found = {field: chosen[field] for field in fields if chosen.get(field) in names}
    for field in fields:
        if field not in chosen:
            free = (folded[alias] for alias in ALIASES[field] if alias in folded)
            match = next((name for name in free if name not in found.values()), None)
            if match is not None:
                found[field] = match
    return found


def fold_name(name: str) -> str:
    """Return a column's name without case, accents and marks: « Votre avis : » is `votre_avis`."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
    return re.sub(r"\W+", "_", bare.strip().lower()).rstrip("_")


def has_text_column(names: Iterable[str]) -> bool:
    """Tell whether one of some names is known as that of a text."""
    return "text" in find_columns(names, None)


def check_header(names: Iterable[str], columns: Columns | None, where: str) -> None:
    """Refuse a table as a whole, once, where each of its rows would fail for the same reason.

    Raises
    ------
    RecordError
        If it has no column of texts, or not one that the caller named.
    """
    known = list(names)
    listed = f"the fields {', '.join(known) or '(none)'}"
    for field, column in (columns or {}).items():
        if column not in known:
            raise RecordError(
                where, listed, f"the field {column!r}", f"Name the field of the {field}, or leave it out."
            )
    if not has_text_column(known) and "text" not in (columns or {}):
        raise RecordError(where, listed, "a field text, body, content, contenu or the like", _HOW_TO_MAP)


def read_rows(
    rows: Iterable[tuple[Row, str, str]], columns: Columns | None, reject: Reject, *, flat: bool = False
) -> Iterator[Article]:
    """Yield the articles of rows; a bad row costs itself only.

    A row is an article. Where rows have an `id`, an `article_id` and a `kind` (or `type`), rows of kind `comment` that
    follow their article directly become its comments; one that stands elsewhere stays an article by itself.

    Parameters
    ----------
    rows : iterable of (mapping, str, str)
        The fields, what errors call the row, and the id if it has none.
    columns : mapping of str to str, optional
        The caller's own mapping of fields to columns.
    reject : callable
        Called with the error of a row that cannot be used.
    flat : bool, default=False
        Whether a field can hold no list, as in CSV: what is called « commentaires » there is no thread.

    Yields
    ------
    Article
    """
    held: tuple[Row, str, str] | None = None
    replies: list[RawComment] = []

    def finish() -> Iterator[Article]:
        if held is not None:
            try:
                yield build_article(*held, columns, reject, replies, flat=flat)
            except RecordError as error:
                reject(error)

    try:
        for row, where, default_id in rows:
            if held is not None and _is_reply(row, held[0], columns or {}):
                try:
                    replies.append(_raw_comment(row, where, None, None, columns, flat=flat))
                except RecordError as error:
                    reject(error)
                continue
            yield from finish()
            held, replies = (row, where, default_id), []
            # The article's own row may leave the cell empty.
            if not any(name in row for name in _names("article_id", columns or {})):
                yield from finish()
                held = None
    except Exception:
        # The stream broke off: what was read before is not lost with it.
        yield from finish()
        raise
    yield from finish()


def _folded(row: Row, *names: str) -> str:
    """Return the first field of some names as lower text; empty if there is none."""
    value = next((row[name] for name in names if row.get(name) is not None), "")
    return str(value).strip().lower() if isinstance(value, (str, int)) else ""


def _names(field: str, columns: Columns, *otherwise: str) -> tuple[str, ...]:
    """Return the columns in which a field of flat rows is looked for."""
    return (columns[field],) if field in columns else otherwise or ALIASES[field]


def _is_reply(row: Row, article: Row, columns: Columns) -> bool:
    own = _names("article_id", columns)
    # The article's own row may name itself in `article_id`, as the rows that `engagetext score` writes do.
    return (
        _folded(row, *_names("kind", columns)) in _COMMENT_KINDS
        and bool(_folded(row, *_names("id", columns, "id", "comment_id")))
        and _folded(row, *own) == _folded(article, *_names("id", columns, "id"), *own)
    )


def build_article(
    row: Row,
    where: str,
    default_id: str,
    columns: Columns | None,
    reject: Reject,
    replies: Iterable[RawComment] = (),
    *,
    flat: bool = False,
) -> Article:
    """Turn one row into an article.

    Raises
    ------
    RecordError
        If the row has no text, or a field of another type than its own.
    """
    fields = _fields(_ARTICLE_FIELDS, columns, flat)
    mapping = find_columns([name for name in row if isinstance(name, str)], columns, fields)
    if "text" not in mapping:
        asked = (columns or {}).get("text")
        raise RecordError(
            where,
            f"the fields {', '.join(sorted(map(str, row))) or '(none)'}",
            f"the field {asked!r}" if asked else "a field text, body, content, contenu or the like",
            _HOW_TO_MAP,
        )
    texts = {
        field: field_text(row[mapping[field]] if field in mapping else None, field, where)
        for field in _ARTICLE_FIELDS
        if field != "comments"
    }
    if texts["text"] is None:
        raise RecordError(where, "no text (null)", "a text", _MEND)
    thread = row[mapping["comments"]] if "comments" in mapping else None
    raw = [*_comments(thread, where, reject), *replies]
    date, meta = read_date(texts["date"], _rest(row, mapping.values(), where))
    return Article(
        id=texts["id"] or default_id,
        text=texts["text"],
        title=texts["title"] or None,
        date=date,
        author=texts["author"] or None,
        url=texts["url"] or None,
        source=where,
        lang=language_code(texts["lang"] or "") or None,
        comments=build_comments(raw, where, reject),
        meta=meta,
    )


def _fields(fields: tuple[str, ...], columns: Columns | None, flat: bool) -> tuple[str, ...]:
    """Return the fields to look for: threads only where they can stand, or where the caller says so."""
    threads = not flat or "comments" in (columns or {})
    return tuple(field for field in fields if threads or field != "comments")


def _rest(row: Row, taken: Iterable[str], where: str) -> dict[str, str]:
    known = set(taken)
    rest = {
        str(name): str(value)
        for name, value in row.items()
        if name not in known and isinstance(value, (str, int, float, bool))
    }
    for name, value in rest.items():
        check_text(name, "the name of a field", where)
        check_text(value, name, where)
    return rest


def field_text(value: Any, field: str, where: str) -> str | None:
    """Return the value of a field as text.

    Only the text itself must be one: an id or an author may be a number, a date a date. An author may be an object with
    a name. Errors do not quote authors.

    Raises
    ------
    RecordError
        If it is of another type, too long, or no Unicode.
    """
    if field == "author" and isinstance(value, dict):
        value = value.get("name")
    if value is None or (isinstance(value, float) and math.isnan(value)):  # NaN is how pandas writes None
        return None
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, (int, float)) and not isinstance(value, bool) and field != "text":
        # An id of 12.0 was 12 before pandas met a missing one in its column.
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if not isinstance(value, str):
        shown = "" if field == "author" else f" = {value!r:.40}"
        raise RecordError(where, f"{field}{shown} ({type(value).__name__})", "a text", _MEND)
    check_text(value, field, where)
    if len(value) > MAX_RECORD:
        raise RecordError(where, f"{len(value):,} characters in {field}", f"at most {MAX_RECORD:,}", "Split the text.")
    return value


def _comments(value: Any, where: str, reject: Reject) -> Iterator[RawComment]:
    """Yield comments and the replies inside them, outer ones first."""
    if value is None or value == "":
        return
    if isinstance(value, (int, float)):  # how many there are, not what they say
        return
    if not isinstance(value, list):
        raise RecordError(where, f"comments = {value!r:.40}", "a list of objects", _MEND)
    pending: list[tuple[Any, str | None]] = [(row, None) for row in reversed(value)]
    number = 0
    while pending:
        row, parent = pending.pop()
        number += 1
        place = f"{where}, comment {number}"
        try:
            if isinstance(row, str):
                row = {"text": row}
            if not isinstance(row, dict):
                raise RecordError(place, f"a {type(row).__name__}", "an object with a text", _MEND)
            column = find_columns(row, None, _COMMENT_FIELDS).get("comments")
            replies = None if column is None else row[column]
            comment = _raw_comment(row, place, parent, f"reply-{number}" if replies else None)
            if isinstance(replies, list):
                pending.extend((reply, comment.id) for reply in reversed(replies))
            yield comment
        except RecordError as error:
            reject(error)


def _raw_comment(
    row: Row,
    where: str,
    parent: str | None,
    default_id: str | None,
    columns: Columns | None = None,
    *,
    flat: bool | None = None,
) -> RawComment:
    """Return a comment of a thread, or of a row of its own, which `flat` then says of: flat as a CSV's, or not."""
    fields = _fields(_COMMENT_FIELDS, columns, bool(flat))
    mapping = find_columns([name for name in row if isinstance(name, str)], columns, fields)
    left_out = () if flat is None else [name for one in ("kind", "article_id") for name in _names(one, columns or {})]
    texts = {field: field_text(row[column], field, where) for field, column in mapping.items() if field != "comments"}
    text = texts.get("text")
    if text is None:
        raise RecordError(where, "no text", "a comment with a text", _MEND)
    rest = _rest(row, mapping.values(), where)
    meta = {name: value for name, value in rest.items() if name not in left_out and not _PRIVATE.search(name)}
    parent_id = texts.get("parent_id") or parent
    return RawComment(
        texts.get("id") or default_id, text, texts.get("author") or None, texts.get("date"),
        None if parent_id == "0" else parent_id, meta,
    )  # fmt: skip
