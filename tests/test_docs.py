"""Code in the documents runs, and prints what stands below it; `make golden` writes that anew."""

import contextlib
import io
import os
import re
from pathlib import Path

import pytest

from engagetext.taxonomy import KINDS, default_taxonomy

ROOT = Path(__file__).parents[1]
# A block under a mark such as <!-- spark --> needs a cluster: its own test runs it.
_BLOCK = re.compile(r"(?<!-->\n)```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_every_python_block_runs(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # What they write is written elsewhere.
    for folder in ("examples", "models", "docs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    pieces, at = [], 0
    for found in _BLOCK.finditer(page):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(found[1], name, "exec"), names)
        if found[2] is None:
            continue
        pieces += [page[at : found.start(2)], printed.getvalue()]
        at = found.end(2)
    shown = "".join([*pieces, page[at:]])
    if os.environ.get("ENGAGETEXT_GOLDEN") == "write":
        (ROOT / "docs" / name).write_text(shown, encoding="utf-8")
        return
    assert page == shown


@pytest.mark.parametrize("name", ["index.md", "tutorial.md", "howto.md"])
def test_a_reader_sees_what_an_example_gives(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert [found[1] for found in _BLOCK.finditer(page) if "print(" in found[1] and found[2] is None] == []


def test_every_label_is_documented() -> None:
    page = (ROOT / "docs" / "labels.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    taxonomy = default_taxonomy()
    labels = [label for kind in KINDS for label in taxonomy.labels(kind)]
    assert [(identifier, name) for identifier, name, *_ in rows] == [(f"`{one.id}`", one.name) for one in labels]
    for _, _, counts, excluded, example in rows:
        assert counts
        assert excluded
        assert re.fullmatch("« .+[.…] »", example)
    # The examples are said in other words than those that the taxonomy gives the model as hints.
    for (*_, example), label in zip(rows, labels, strict=True):
        assert not [seed for seed in label.seeds if seed in example], label.id
