"""Code in the documents runs, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

import pytest

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
    for code, stated in _BLOCK.findall((ROOT / "docs" / name).read_text(encoding="utf-8")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, name, "exec"), names)
        assert not stated or printed.getvalue() == stated
