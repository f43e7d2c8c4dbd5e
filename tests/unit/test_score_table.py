"""Tables in, tables out: the same findings as everywhere, readable by everything that reads Arrow or Parquet."""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagetext as et
from engagetext.errors import InputTypeError, OptionError
from engagetext.pipeline import load_pipeline
from engagetext.rows import mention_rows, records_of_columns
from engagetext.scoring import score_records
from engagetext.tables import SCHEMA_VERSION, document_schema, mention_schema

# Texts as people write them, and what breaks programs.
WORDS = ("le temps", "manque", "confiance", "selon Léa", ".", "\n\n", "…", "«", "l’", "42 %", "🙂", "\u00a0")
french_text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)

ROWS: list[dict[str, Any]] = [
    {
        "id": "a",
        "kind": "article",
        "article_id": "a",
        "text": "Selon la mairie, le manque de temps freine tout.",
        "x": 1,
    },
    {
        "id": "c1",
        "kind": "comment",
        "article_id": "a",
        "author": "Inès",
        "text": "Le manque de temps reste notre frein principal.",
        "x": 2,
    },
    {"id": "c2", "kind": "comment", "article_id": "a", "text": "The meeting was held in the old town hall.", "x": 3},
    {"id": "c3", "kind": "comment", "article_id": "a", "text": None, "x": 4},
    {"id": "b", "kind": "article", "article_id": "b", "title": "Le partage", "text": "Un mot \ud800 de plus.", "x": 5},
]


def table() -> pa.Table:
    rows = [{**row, "text": row["text"] and row["text"].replace("\ud800", "")} for row in ROWS]
    return pa.Table.from_pylist(rows, schema=_schema())


def _schema() -> pa.Schema:
    names = ("id", "kind", "article_id", "author", "title", "text")
    fields: list[tuple[str, pa.DataType]] = [(name, pa.string()) for name in names]
    return pa.schema([*fields, ("x", pa.int64())])


def test_every_record_has_its_row_in_its_place() -> None:
    found = et.score_table(table())
    assert found.schema.equals(document_schema(), check_metadata=True)
    assert found["id"].to_pylist() == ["a", "c1", "c2", "c3", "b"]
    assert found["outcome"].to_pylist() == ["scored", "scored", "skipped", "rejected", "scored"]
    rows: Any = found.to_pylist()
    assert "expected a str" in rows[3]["reason"]
    assert {label["carrier"] for label in rows[0]["obstacles"]} == {"la mairie"}
    assert {label["carrier"] for label in rows[1]["obstacles"]} == {"Inès"}


def test_rows_are_the_twin_of_tables() -> None:
    assert et.score_rows(table().to_pylist()) == et.score_table(table()).to_pylist()
    records = records_of_columns({name: table()[name].to_pylist() for name in table().column_names}, 5)
    parts = list(score_records(load_pipeline(), records, ("fr",)))
    rows = {place: rows for part in parts for place, rows in zip(part.rows, mention_rows(part), strict=True)}
    flat = [row for place in sorted(rows) for row in rows[place]]
    assert flat == et.score_table(table(), "mentions").to_pylist()
    assert et.score_table(table(), "mentions").schema.equals(mention_schema(), check_metadata=True)


@settings(max_examples=25, deadline=None)
@given(french_text)
def test_a_text_says_the_same_as_to_the_analyzer(text: str) -> None:
    (row,) = et.score_rows([{"text": text}])
    analysis = et.load()(text)
    assert [word["text"] for word in row["keywords"]] == [word.text for word in analysis.keywords]
    for kind in ("themes", "obstacles"):
        found = [(label["label"], label["score"], label["carrier"], label["quote"]) for label in row[kind]]
        assert found == [
            (label.label, label.score, label.carrier, label.passages[0].text) for label in getattr(analysis, kind)
        ]


def test_what_is_quoted_of_a_label_is_one_passage(tmp_path: Path) -> None:
    summary = et.score(Path(__file__).parents[2] / "examples" / "archive", tmp_path / "scores.parquet")
    mentions = {
        tuple(row[name] for name in ("article_id", "comment_id", "kind", "label", "start", "end")): row
        for row in pq.read_table(summary.mentions_path).to_pylist()
    }
    surer = 0
    for row in pq.read_table(summary.output).to_pylist():
        comment = row["id"] if row["kind"] == "comment" else None
        for kind in ("theme", "obstacle"):
            for label in row[f"{kind}s"]:
                passage = mentions[row["article_id"], comment, kind, label["label"], label["start"], label["end"]]
                assert passage["text"] == label["quote"]
                assert passage["score"] == label["quote_score"]
                assert passage["status"] == label.get("status")
                assert passage["carrier"] == label["carrier"]
                surer += label["score"] > label["quote_score"]
    # Else nothing was tried: a denied obstacle that is surer than the real one.
    assert surer


def test_a_record_scores_the_same_in_any_table() -> None:
    whole = et.score_table(table())
    assert pa.concat_tables([et.score_table(table().slice(0, 4)), et.score_table(table().slice(4))]).equals(whole)


def test_pandas_keep_their_index() -> None:
    frame = table().to_pandas().set_index("x")
    found = et.score_table(frame)
    assert isinstance(found, pd.DataFrame)
    assert found.index.tolist() == [1, 2, 3, 4, 5]
    series = pd.Series(["Le temps manque.", "Bravo à tous."], index=["p", "q"])
    scored: Any = et.score_table(series)
    assert scored["outcome"].to_dict() == {"p": "scored", "q": "scored"}
    assert len(et.score_table(frame, "mentions")) == et.score_table(table(), "mentions").num_rows


def test_polars_stay_polars() -> None:
    found = et.score_table(pl.DataFrame({"avis": ["Le temps manque.", ""]}), text="avis")
    assert isinstance(found, pl.DataFrame)
    assert found["outcome"].to_list() == ["scored", "rejected"]
    scored: Any = et.score_table(pl.Series(["Le temps manque."]))
    assert scored["outcome"].to_list() == ["scored"]


def test_a_lone_surrogate_costs_nothing() -> None:
    assert "\\ud800" in et.score_rows([ROWS[4]])[0]["title"] or et.score_rows([ROWS[4]])[0]["outcome"] == "scored"


def test_an_empty_table_has_the_columns() -> None:
    found = et.score_table(table().slice(0, 0))
    assert found.schema.names == document_schema().names
    assert et.score_table(table().slice(0, 0), "mentions").num_rows == 0


@pytest.mark.parametrize(
    ("given", "options", "error", "match"),
    [
        (["Un mot."], {}, InputTypeError, r"object of type list.*For a list of dicts use score_rows"),
        (
            pa.table({"n": [1], "avis": ["x"]}),
            {},
            OptionError,
            r"^score_table\(table\): found the columns n, avis, expected a column 'text'\. Name .* text=\"avis\"\)\.$",
        ),
        (pa.table({"n": [1]}), {"text": "q"}, OptionError, r"the columns n, expected a column 'q'.*text=\"…\""),
        (pa.table({}), {}, OptionError, r"found no column, expected a column 'text'"),
        (pa.table({"text": ["x"]}), {"made": "pages"}, OptionError, r"'pages'.*Leave it out"),
    ],
)
def test_what_is_no_table_of_texts_is_told(
    given: Any, options: dict[str, Any], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        et.score_table(given, **options)


def test_a_row_that_is_no_mapping_is_told() -> None:
    with pytest.raises(InputTypeError, match=r'score_rows\(rows\).*Wrap a text: {"text": text}'):
        et.score_rows(["Un mot."])  # type: ignore[list-item]


def test_a_record_does_not_depend_on_another_of_its_id() -> None:
    text = "Le manque de temps et d'argent reste notre frein principal."
    rows = [{"text": text, "kind": "comment", "article_id": "a", "id": name} for name in ("c", "c", None, "2")]
    found = et.score_rows([{"text": None, "kind": "comment", "article_id": "a", "id": "c"}, *rows])
    assert [row["outcome"] for row in found] == ["rejected", *["scored"] * 4]


def query(words: str) -> list[Any]:
    found = duckdb.sql(words)
    assert found is not None
    return found.fetchall()


@pytest.mark.parametrize("name", ["scores.parquet", "scores"])
def test_an_archive_is_read_by_pandas_polars_and_duckdb(tmp_path: Path, name: str) -> None:
    articles = [et.Article(str(n), f"Le manque de temps et d'argent reste notre frein numéro {n}.") for n in range(7)]
    summary = et.score(articles, tmp_path / name, shard_size=3)
    documents = tmp_path / name / "documents" if name == "scores" else summary.output
    for path, rows in ((documents, 7), (summary.mentions_path, None)):
        files = f"{path}/*.parquet" if path.is_dir() else str(path)
        counts = {
            len(pd.read_parquet(path)),
            len(pl.read_parquet(files)),
            query(f"SELECT count(*) FROM '{files}'")[0][0],
        }
        assert len(counts) == 1
        assert rows is None or counts == {rows}
    found = query(
        f"SELECT label, count(*) FROM '{summary.mentions_path}{'/*.parquet' if name == 'scores' else ''}' "
        "WHERE kind = 'obstacle' AND status = 'present' GROUP BY label"
    )
    assert ("moyens", 7) in found


def test_the_version_of_the_schema_stands_in_the_files(tmp_path: Path) -> None:
    summary = et.score([et.Article("a", "Le temps manque.")], tmp_path / "out.parquet")
    for path, name in ((summary.output, b"engagetext.documents"), (summary.mentions_path, b"engagetext.mentions")):
        assert pq.read_schema(path).metadata[name] == SCHEMA_VERSION.encode()
