"""What users see, kept as files: rewritten by `make golden` only, and read in review.

A notebook is its own golden file: its committed outputs.
"""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import engagetext as et
from engagetext.report.console import show_analysis, show_overview
from engagetext.report.figures import overview, read_rows

ROOT = Path(__file__).parents[2]
REWRITE = os.environ.get("ENGAGETEXT_GOLDEN") == "write"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def compare(name: str, text: str) -> None:
    path = Path(__file__).with_name(name)
    if REWRITE:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_the_overview_of_the_example_archive(tmp_path: Path) -> None:
    summary = et.score(ROOT / "examples" / "archive", tmp_path / "out.jsonl")
    compare("overview.txt", show_overview(overview(read_rows(summary.output))))


def test_the_analysis_of_a_saved_page() -> None:
    (article,) = et.read(ROOT / "tests" / "unit" / "reading" / "pages" / "mediatheque.txt")
    compare("page.txt", show_analysis(et.load()(article), str(article.date), 10))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")
def test_a_notebook_gives_its_committed_output(path: Path) -> None:
    committed = nbformat.read(path, as_version=4)
    executed = nbformat.read(path, as_version=4)
    NotebookClient(executed, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    if REWRITE:
        for cell in executed.cells:
            cell.metadata.pop("execution", None)
        nbformat.write(executed, path)
        return
    for before, after in zip(committed.cells, executed.cells, strict=True):
        assert printed(after) == printed(before)


def printed(cell: nbformat.NotebookNode) -> str:
    """Return what a cell shows, as plain text; a stream may arrive in several pieces."""
    outputs = cell.get("outputs", [])
    return "".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)
