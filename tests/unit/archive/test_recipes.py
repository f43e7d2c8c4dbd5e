"""The recipes for Spark and Ray in `docs/archives.md` run as they stand there, where these are installed."""

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import engagetext as et

PAGE = Path(__file__).parents[3] / "docs" / "archives.md"
ROWS = pa.table(
    {
        "id": ["a", "b", "c"],
        "text": ["Le manque de temps et d'argent freine tout.", "The meeting was held in the old town hall.", ""],
    }
)

pytestmark = pytest.mark.filterwarnings("ignore")  # those of other packages


def recipe(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    code = found[1]
    assert len([line for line in code.splitlines() if line.strip() and "import" not in line]) <= 10
    return code


def test_spark_maps_the_table_function(monkeypatch: pytest.MonkeyPatch) -> None:
    sql: Any = pytest.importorskip("pyspark.sql")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    builder = sql.SparkSession.builder
    session = builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        names: dict[str, Any] = {"frame": session.createDataFrame(ROWS.to_pylist()).repartition(2)}
        exec(compile(recipe("spark"), "archives.md", "exec"), names)
        rows = {row["id"]: row for row in names["scored"].collect()}
    finally:
        session.stop()
    expected = {row["id"]: row for row in et.score_table(ROWS).to_pylist()}
    assert {name: row["outcome"] for name, row in rows.items()} == {"a": "scored", "b": "skipped", "c": "rejected"}
    assert rows["a"]["obstacles"][0]["score"] == expected["a"]["obstacles"][0]["score"]


def test_ray_maps_the_table_function() -> None:
    ray: Any = pytest.importorskip("ray")
    pytest.importorskip("ray.data")
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    try:
        names: dict[str, Any] = {"dataset": ray.data.from_arrow(ROWS)}
        exec(compile(recipe("ray"), "archives.md", "exec"), names)
        rows = {row["id"]: row for row in names["scored"].take_all()}
    finally:
        ray.shutdown()
    assert {name: row["outcome"] for name, row in rows.items()} == {"a": "scored", "b": "skipped", "c": "rejected"}
