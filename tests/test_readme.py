"""The README's first result is what a reader gets."""

import contextlib
import io
import os
import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
_FIRST_RESULT = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def test_the_first_result_is_real() -> None:
    source = README.read_text(encoding="utf-8")
    found = _FIRST_RESULT.search(source)
    assert found is not None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(found[1], "README.md", "exec"), {})
    if os.environ.get("ENGAGETEXT_GOLDEN") == "write":
        README.write_text(source.replace(found[2], printed.getvalue()), encoding="utf-8")
        return
    assert printed.getvalue() == found[2]


def test_every_python_block_runs() -> None:
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, "README.md", "exec"), names)
        stated = re.findall(r"# (.+)$", block, re.MULTILINE)
        assert not stated or printed.getvalue().strip() == stated[-1]
