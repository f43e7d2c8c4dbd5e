"""The report's colours, measured: WCAG AA in light and in dark."""

import re
from importlib import resources

import pytest
from tests.contrast import contrast

_CSS = resources.files("engagetext.report").joinpath("template/report.css").read_text(encoding="utf-8")
_THEMES = [dict(re.findall(r"--(\w+):(#\w+)", block)) for block in re.findall(r":root\{([^}]*)\}", _CSS)]


def test_there_is_a_light_and_a_dark_set_of_colours() -> None:
    assert len(_THEMES) == 2
    assert _THEMES[0].keys() == _THEMES[1].keys()


@pytest.mark.parametrize("colours", _THEMES, ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "soft"])
@pytest.mark.parametrize("text", ["ink", "link", "theme", "obstacle"])
def test_text_can_be_read_on_its_ground(colours: dict[str, str], text: str, ground: str) -> None:
    assert contrast(colours[text], colours[ground]) >= 4.5
