"""Tables in, tables out: the Arrow face, and the one function that clusters map."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from engagetext.errors import InputTypeError, MissingExtraError, OptionError
from engagetext.keywords.columns import KeywordColumns
from engagetext.keywords.domain import Vocabulary, listed_terms
from engagetext.pipeline import load_pipeline
from engagetext.reading.fields import find_columns
from engagetext.results import MENTION_COLUMNS
from engagetext.rows import records_of_columns
from engagetext.scoring import SCORED, LabelFacts, Records, Scored, score_records
from engagetext.taxonomy import KINDS

if TYPE_CHECKING:
    import pyarrow as pa

# Raised with every change of a column: readers may ask for it in the metadata of a table.
SCHEMA_VERSION = "4"
_RECORD_COLUMNS = ("text", "id", "kind", "article_id", "parent_id", "title", "date", "author", "url", "source", "lang")
_MADE = ("documents", "mentions")
Frame = TypeVar("Frame")


def score_table(
    table: Frame,
    made: str = "documents",
    *,
    text: str = "text",
    model: str | PathLike[str] | None = None,
    vocabulary: Vocabulary | None = None,
    languages: Collection[str] = ("fr",),
) -> Frame:
    """Score the texts of a table.

    A record scores the same in whatever table it stands, but for the language that a comment takes from its article:
    keep an article and its comments in one table, or fill in `lang`.

    Parameters
    ----------
    table : pyarrow.Table, pyarrow.RecordBatch, pandas or Polars DataFrame, pandas or Polars Series
        A column of texts, and any of `id, kind, article_id, parent_id, title, date, author, url, source, lang`; `kind`
        is `"article"` or `"comment"`. Other columns are left alone.
    made : {"documents", "mentions"}, default="documents"
        One row a record, in their order; or one row a keyword's occurrence and a label's passage.
    text : str, default="text"
        Name of the column of texts.
    model, vocabulary : optional
        As for `load`.
    languages : collection of str, default=("fr",)
        Codes to score; a text that is decided to be in another language has the outcome `"skipped"`.

    Returns
    -------
    table
        Of the kind that was given; documents of pandas keep their index. Columns: `document_schema`, `mention_schema`.

    Raises
    ------
    InputTypeError
        If it is no table.
    OptionError
        If there is no such column, or `made` is something else.
    MissingExtraError
        If pyarrow is not installed.
    """
    if made not in _MADE:
        raise OptionError("made", repr(made), " or ".join(map(repr, _MADE)), "Leave it out for documents.")
    source, restore = _to_arrow(table, text)
    pipeline = load_pipeline(model, None if vocabulary is None else listed_terms(vocabulary))
    records = _records(source, text)
    builder = TableBuilder()
    for part in score_records(pipeline, records, languages):
        builder.add(part)
    if made == "documents":
        return cast(Frame, restore(builder.documents(), True))
    return cast(Frame, restore(builder.mentions()[0], False))


def _to_arrow(table: object, text: str) -> "tuple[pa.Table, Callable[[pa.Table, bool], object]]":
    """Return an Arrow table, and how to make its kind again of another one, which has the same rows or not."""
    _need_pyarrow("score_table(table)")
    import pyarrow as pa

    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table]), lambda made, _: made
    if isinstance(table, pa.Table):
        return table, lambda made, _: made
    module = type(table).__module__.partition(".")[0]
    frame: Any = table
    if module == "pandas" and hasattr(frame, "index"):
        if not hasattr(frame, "columns"):
            frame = frame.to_frame(text)

        def to_pandas(made: "pa.Table", same_rows: bool) -> object:
            found = made.to_pandas()
            return found.set_axis(frame.index) if same_rows else found

        return pa.Table.from_pandas(frame, preserve_index=False), to_pandas
    if module == "polars" and hasattr(frame, "to_arrow"):
        if not hasattr(frame, "columns"):
            frame = frame.alias(text).to_frame()
        return frame.to_arrow(), lambda made, _: type(frame)(made)
    raise InputTypeError(
        "score_table(table)",
        f"an object of type {type(table).__name__}",
        "an Arrow table, or a DataFrame or Series of pandas or Polars",
        "For a list of dicts use score_rows; for texts use analyzer.pipe.",
    )


def _records(table: "pa.Table", text: str) -> Records:
    if text not in table.column_names:
        names = ", ".join(table.column_names)
        guess = find_columns(table.column_names, None).get("text", "…")
        remedy = f'Name the column of texts: score_table(table, text="{guess}").'
        found = f"the columns {names}" if names else "no column"
        raise OptionError("score_table(table)", found, f"a column {text!r}", remedy)
    held = {**{name: name for name in _RECORD_COLUMNS}, "text": text}
    columns = {name: table[column].to_pylist() for name, column in held.items() if column in table.column_names}
    return records_of_columns(columns, table.num_rows)


def document_schema() -> "pa.Schema":
    """Return the Arrow schema of documents: a row a record."""
    _need_pyarrow("document_schema()")
    import pyarrow as pa

    text, number, score = pa.string(), pa.int64(), pa.float64()
    columns: list[tuple[str, pa.DataType]] = [
        *((name, text) for name in ("id", "kind", "article_id", "source", "lang")),
        ("lang_score", score),
        *((name, text) for name in ("parent_id", "title", "date", "author", "url")),
        ("n_tokens", number),
        ("n_passages", number),
        ("keywords", pa.list_(_keyword_type())),
        ("themes", pa.list_(_label_type("theme"))),
        ("obstacles", pa.list_(_label_type("obstacle"))),
        ("stance", text),
        ("stance_score", score),
        ("model", text),
        ("outcome", text),
        ("reason", text),
    ]
    return pa.schema(columns, metadata={"engagetext.documents": SCHEMA_VERSION})


def mention_schema() -> "pa.Schema":
    """Return the Arrow schema of mentions: a row an occurrence of a keyword, or a passage of a label."""
    _need_pyarrow("mention_schema()")
    import pyarrow as pa

    others: dict[str, pa.DataType] = {"start": pa.int64(), "end": pa.int64(), "score": pa.float64()}
    columns = [(name, others.get(name, pa.string())) for name in MENTION_COLUMNS]
    return pa.schema(columns, metadata={"engagetext.mentions": SCHEMA_VERSION})


def _keyword_type() -> "pa.DataType":
    import pyarrow as pa

    text = pa.string()
    names: list[tuple[str, pa.DataType]] = [("text", text), ("lemma", text), ("score", pa.float64())]
    names += [("count", pa.int64()), ("theme", text), ("spans", pa.list_(pa.list_(pa.int64())))]
    return pa.struct(names)


def _label_type(kind: str) -> "pa.DataType":
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    names: list[tuple[str, pa.DataType]] = [("label", text), ("name", text), ("score", pa.float64())]
    names += [("n_passages", number), ("start", number), ("end", number)]
    names += [("quote", text), ("quote_score", pa.float64()), ("carrier", text)]
    return pa.struct(names if kind == "theme" else [*names, ("status", text)])


class TableBuilder:
    """Make tables of parts of some records, part by part: what is not in a table need not be held."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._documents: list[pa.RecordBatch] = []
        self._mentions: list[tuple[Mapping[str, pa.Array[Any]], NDArray[np.int64]]] = []

    def add(self, part: Scored) -> None:
        """Add a part."""
        self._rows += part.rows
        self._documents.append(_documents(part, document_schema()))
        self._mentions += _mentions(part)

    def documents(self) -> "pa.Table":
        """Return the documents, in the order of the records."""
        import pyarrow as pa

        if not self._documents:
            return document_schema().empty_table()
        table = pa.Table.from_batches(self._documents)
        return table.take(np.argsort(self._rows, kind="stable")).combine_chunks()

    def mentions(self) -> "tuple[pa.Table, list[int]]":
        """Return the mentions of all scored records, in the order of the records: keywords, themes, obstacles.

        Returns
        -------
        table : pyarrow.Table
        counts : list of int
            Mentions of each record.
        """
        import pyarrow as pa

        schema = mention_schema()
        if not self._mentions:
            return schema.empty_table(), [0] * len(self._rows)
        columns = [
            pa.chunked_array([found[name] for found, _ in self._mentions], type=schema.field(name).type)
            for name in schema.names
        ]
        rows = np.concatenate([rows for _, rows in self._mentions])
        table = pa.Table.from_arrays(columns, schema=schema).take(np.argsort(rows, kind="stable"))
        return table.combine_chunks(), np.bincount(rows, minlength=len(self._rows)).tolist()


def _documents(scored: Scored, schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    records, columns = scored.records, scored.columns
    given = ("id", "kind", "article_id", "source", "parent_id", "title", "date", "author", "url")
    made: dict[str, Any] = {name: _strings(getattr(records, name)) for name in given}
    made["lang"] = _strings([language.code for language in columns.languages])
    made["lang_score"] = pa.array([language.score for language in columns.languages], pa.float64())
    made["n_tokens"] = pa.array(np.diff(columns.tokens.bounds))
    made["n_passages"] = pa.array(np.diff(columns.passages.bounds))
    made["keywords"] = _list(columns.keywords.bounds, _keywords(columns.keywords))
    for kind in KINDS:
        facts = scored.labels[kind]
        bounds = np.searchsorted(facts.record, np.arange(len(records.id) + 1))
        made[f"{kind}s"] = _list(bounds, _labels(kind, facts))
    made["stance"] = _strings([None if stance is None else stance.label for stance in scored.stances])
    made["stance_score"] = pa.array(
        [None if stance is None else stance.score for stance in scored.stances], pa.float64()
    )
    made["model"] = _strings([scored.model] * len(records.id))
    made["outcome"] = _strings(scored.outcomes)
    made["reason"] = _strings([None if error is None else str(error) for error in scored.errors])
    return pa.RecordBatch.from_arrays([made[name] for name in schema.names], schema=schema)


def _keywords(found: KeywordColumns) -> "pa.Array[Any]":
    import pyarrow as pa

    pairs = pa.array(np.stack([found.starts, found.ends], axis=1).ravel())
    spans = _list(found.span_bounds, _list(2 * np.arange(len(found.starts) + 1), pairs))
    columns = [
        _strings(found.texts),
        _strings(found.lemmas),
        pa.array(found.scores),
        pa.array(np.diff(found.span_bounds)),
        _strings(found.themes),
        spans,
    ]
    return pa.StructArray.from_arrays(columns, fields=list(_fields(_keyword_type())))


def _labels(kind: str, facts: LabelFacts) -> "pa.Array[Any]":
    import pyarrow as pa

    shown = facts.shown
    columns = [
        _strings(facts.label),
        _strings(facts.name),
        pa.array(facts.score),
        pa.array(np.diff(facts.bounds)),
        pa.array(facts.starts[shown]),
        pa.array(facts.ends[shown]),
        _strings([facts.quotes[row] for row in shown.tolist()]),
        pa.array(facts.probability[shown]),
        _strings([facts.proof_carriers[row] for row in shown.tolist()]),
    ]
    if kind == "obstacle":
        columns.append(_strings(facts.status))
    return pa.StructArray.from_arrays(columns, fields=list(_fields(_label_type(kind))))


def _mentions(scored: Scored) -> "Iterable[tuple[Mapping[str, pa.Array[Any]], NDArray[np.int64]]]":
    """Yield the mentions of each kind as columns, with the place of the record that each belongs to."""
    records, keywords = scored.records, scored.columns.keywords
    kept = np.array([outcome == SCORED for outcome in scored.outcomes], dtype=np.bool_)
    keyword = np.repeat(np.arange(len(keywords.texts)), np.diff(keywords.span_bounds))
    record = np.repeat(np.arange(len(kept)), np.diff(keywords.bounds))[keyword]
    (chosen,) = np.nonzero(kept[record])
    keyword, record = keyword[chosen], record[chosen]
    starts, ends = keywords.starts[chosen], keywords.ends[chosen]
    texts = [
        records.text[row][start:end]
        for row, start, end in zip(record.tolist(), starts.tolist(), ends.tolist(), strict=True)
    ]
    none: list[str | None] = [None] * len(keyword)
    yield _mention_columns(
        scored,
        record,
        "keyword",
        label=[keywords.themes[number] for number in keyword.tolist()],
        name=[keywords.texts[number] for number in keyword.tolist()],
        offsets=(starts, ends),
        text=texts,
        score=keywords.scores[keyword],
        status=none,
        carrier=none,
    )
    for kind in KINDS:
        facts = scored.labels[kind]
        label = np.repeat(np.arange(len(facts.label)), np.diff(facts.bounds))
        (chosen,) = np.nonzero(kept[facts.record[label]])
        label, rows = label[chosen], chosen.tolist()
        yield _mention_columns(
            scored,
            facts.record[label],
            kind,
            label=[facts.label[number] for number in label.tolist()],
            name=[facts.name[number] for number in label.tolist()],
            offsets=(facts.starts[chosen], facts.ends[chosen]),
            text=[facts.quotes[row] for row in rows],
            score=facts.probability[chosen],
            status=[facts.proof_status[row] for row in rows],
            carrier=[facts.proof_carriers[row] for row in rows],
        )


def _mention_columns(
    scored: Scored,
    record: NDArray[np.int64],
    kind: str,
    *,
    label: Sequence[str | None],
    name: Sequence[str],
    offsets: tuple[NDArray[np.int64], NDArray[np.int64]],
    text: Sequence[str],
    score: NDArray[np.float64],
    status: Sequence[str | None],
    carrier: Sequence[str | None],
) -> "tuple[Mapping[str, pa.Array[Any]], NDArray[np.int64]]":
    import pyarrow as pa

    records = scored.records
    comments = [
        record_id if kind_of == "comment" else None for record_id, kind_of in zip(records.id, records.kind, strict=True)
    ]
    columns = {
        "article_id": _strings(records.article_id).take(record),
        "comment_id": _strings(comments).take(record),
        "kind": _strings([kind] * len(record)),
        "label": _strings(label),
        "name": _strings(name),
        "start": pa.array(offsets[0]),
        "end": pa.array(offsets[1]),
        "text": _strings(text),
        "score": pa.array(score),
        "status": _strings(status),
        "carrier": _strings(carrier),
    }
    return columns, np.array(scored.rows, dtype=np.int64)[record]


def _strings(values: Sequence[str | None]) -> "pa.Array[Any]":
    import pyarrow as pa

    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        # A lone surrogate in a text has no UTF-8 form.
        return pa.array([None if value is None else _utf8(value) for value in values], pa.string())


def _utf8(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _list(bounds: NDArray[np.int64], values: "pa.Array[Any]") -> "pa.Array[Any]":
    import pyarrow as pa

    offsets = pa.array(bounds.astype(np.int32), pa.int32())
    found: pa.Array[Any] = pa.ListArray.from_arrays(offsets, values)
    return found


def _fields(struct: "pa.DataType") -> "Iterable[pa.Field[Any]]":
    return (struct.field(number) for number in range(struct.num_fields))


def _need_pyarrow(where: str) -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise MissingExtraError.of(where, "pyarrow", "arrow") from error
