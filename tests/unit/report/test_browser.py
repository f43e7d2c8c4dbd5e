"""The report in a real browser: it fits, filters, tells no error and asks nothing of any network."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import engagetext as et
from engagetext.report.figures import read_rows
from engagetext.report.gathering import gather
from engagetext.report.page import render_report

webdriver: Any = pytest.importorskip("selenium.webdriver")
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = [
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="no chromium with its driver"),
    pytest.mark.filterwarnings("ignore"),  # those of the driver
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    articles = [
        et.Article(
            id=str(number),
            title=f"Le budget <b>{number}</b>",
            text=f"Le manque de temps et d'argent reste notre frein numéro {number}.",
            date=datetime(2024 + number // 12, 1 + number % 12, 3, tzinfo=UTC),
            comments=(
                et.Comment("c", f"Tout est décidé d'avance, plus personne ne fait confiance au conseil {number}."),
                et.Comment("d", f"<script>document.title='x'</script> Bravo pour l'écoute {number}."),
            ),
        )
        for number in range(23)
    ]
    et.score(articles, folder / "s.jsonl")
    (folder / "report.html").write_text(render_report(gather(read_rows(folder / "s.jsonl")), "Essai"), encoding="utf-8")
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser(page: Path) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        driver.get(page.as_uri())
        yield driver
    finally:
        driver.quit()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_is_wider_than_the_window(browser: Any, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


# Of each cell that heads a row or column: is it wide enough for its longest word, and does it stay when the rest moves?
_TABLE = """
const region = document.querySelector(arguments[0] + ' .scroll');
const cells = [...region.querySelectorAll('th')];
const context = document.createElement('canvas').getContext('2d');
const wide = cells.every(cell => {
    const style = getComputedStyle(cell);
    context.font = style.font;
    const room = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) + 1;
    const words = [...cell.querySelectorAll('span')].filter(span => span.offsetWidth).map(span => span.textContent);
    return (words.join(' ') || cell.textContent).split(/[ -]+/).every(word => context.measureText(word).width <= room);
});
region.scrollLeft = 10000;
const first = region.querySelector('tbody th');
const kept = first.getBoundingClientRect().left - region.getBoundingClientRect().left;
const moved = region.scrollLeft;
region.scrollLeft = 0;
return [wide, kept, first.offsetWidth, moved];
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("table", ["#trend", "#comparison"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_a_table_cuts_no_word_and_keeps_its_first_column(browser: Any, width: int, table: str, scheme: str) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    wide, kept, first, moved = browser.execute_script(_TABLE, table)
    assert wide
    assert abs(kept) <= 1
    assert 100 <= first <= width / 2
    assert moved > 0 or width > 360


def test_the_tables_fit_on_paper(browser: Any) -> None:
    metrics = {"width": 718, "height": 900, "deviceScaleFactor": 1, "mobile": False}  # A4 at 96 dots an inch
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 718
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_passages_are_filtered(browser: Any) -> None:
    visible = "return [...document.querySelectorAll('blockquote')].filter(q => !q.hidden).map(q => q.textContent)"
    whole = browser.execute_script(visible)
    field = browser.find_element("id", "search")
    field.send_keys("decide")  # without its accents
    found = browser.execute_script(visible)
    assert 0 < len(found) < len(whole)
    assert all("décidé" in text for text in found)
    assert browser.find_element("id", "count").text == f"{len(found)} / {len(whole)}"
    field.clear()
    field.send_keys(" ")
    assert len(browser.execute_script(visible)) == len(whole)


def test_the_language_is_switched(browser: Any) -> None:
    heading = browser.find_element("css selector", "#obstacles h2")
    assert heading.text == "Freins"
    browser.find_element("css selector", "label[for=en]").click()
    assert heading.text == "Obstacles"
    browser.find_element("css selector", "label[for=fr]").click()


def test_a_script_in_a_text_does_not_run(browser: Any) -> None:
    assert browser.title == "Essai"


def test_there_is_no_error_and_no_request(browser: Any) -> None:
    assert browser.get_log("browser") == []
    asked = [entry["message"] for entry in browser.get_log("performance") if "requestWillBeSent" in entry["message"]]
    assert all("file://" in message and "http://" not in message.replace("http://www.w3.org", "") for message in asked)


def test_an_analysis_fits_on_a_phone(browser: Any, tmp_path: Path) -> None:
    text = "On n'a ni le temps ni l'argent, et plus personne ne sait comment se servir de ce logiciel.\n\n\n"
    (tmp_path / "a.html").write_text(et.load()(text * 3).to_html(), encoding="utf-8")
    metrics = {"width": 360, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get((tmp_path / "a.html").as_uri())
    labels = (
        "return [...document.querySelectorAll('.label')].map(l => [l.getBoundingClientRect().right, l.scrollWidth])"
    )
    found = browser.execute_script(labels)
    assert found
    assert all(right <= 360 and inner <= 360 for right, inner in found)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    gaps = """const shown = [...document.querySelectorAll('.passage')].map(p => p.getBoundingClientRect());
        return shown.slice(1).map((p, place) => p.top - shown[place].bottom)"""
    assert all(gap < 16 for gap in browser.execute_script(gaps))
