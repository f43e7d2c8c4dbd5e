"""Figures of an archive -> one HTML file that works offline: a report to show to others."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from itertools import groupby
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from engagetext.classify.labeller import STATUSES
from engagetext.errors import ModelError
from engagetext.persistence.catalogue import find_model
from engagetext.persistence.manifest import load_manifest
from engagetext.report.gathering import ReportData
from engagetext.taxonomy import KINDS

_LANGUAGES = ("fr", "en")
_NOUNS = {
    "fr": {"article": "article", "comment": "commentaire", "text": "texte"},
    "en": {"article": "article", "comment": "comment", "text": "text"},
}

# Columns of the table over time, of a year or of four years: what is wider is read by nobody, and fits on no paper.
_MONTHS, _QUARTERS = 12, 16


@dataclass(frozen=True, slots=True)
class Period:
    """A column of the table over time: a month, a quarter or a year.

    Parameters
    ----------
    fr, en : str
        Its name in both languages.
    months : tuple of str
        Those of its months that have texts: `2025-03`.
    """

    fr: str
    en: str
    months: tuple[str, ...]

    def count(self, months: Mapping[str, int]) -> int:
        """Return the sum over its months."""
        return sum(months.get(month, 0) for month in self.months)


def periods(months: Iterable[str]) -> list[Period]:
    """Return the months in order; their quarters where months are too many, their years where quarters are."""
    ordered = sorted(months)
    if len(ordered) <= _MONTHS:
        return [Period(month, month, (month,)) for month in ordered]
    quarters = _grouped(ordered, _quarter)
    if len(quarters) <= _QUARTERS:
        named = (name.split("-") for name in quarters)
        return [
            Period(f"{year} T{number}", f"{year} Q{number}", found)
            for (year, number), found in zip(named, quarters.values(), strict=True)
        ]
    return [Period(year, year, found) for year, found in _grouped(ordered, lambda month: month[:4]).items()]


def _quarter(month: str) -> str:
    return f"{month[:4]}-{(int(month[5:7]) + 2) // 3}"


def _grouped(months: Iterable[str], key: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(found) for name, found in groupby(months, key)}


def render_report(data: ReportData, title: str | None = None, metrics: Mapping[str, Any] | None = None) -> str:
    """Return a report as one HTML page.

    It is read without JavaScript; with it, passages can be filtered. Nothing is loaded from anywhere, and the policy of
    the page forbids it. Every text of the archive is escaped.

    Parameters
    ----------
    data : ReportData
    title : str, optional
        By default that of the only article, or how many articles and comments there are.
    metrics : mapping of str to Any, optional
        How often the model is wrong, as its manifest tells; by default that of the model which the archive names, if it
        is installed here.
    """
    measured = metrics if metrics is not None else _metrics(data.model)
    style, script, template = (_part(name) for name in ("report.css", "report.js", "report.html.j2"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page: str = environment.from_string(template).render(
        data=data,
        titles=dict.fromkeys(_LANGUAGES, title) if title else _titles(data),
        counted=_counted,
        total=max(data.articles + data.comments, 1),
        periods=periods(data.months),
        statuses=STATUSES,
        percent=_percent,
        decimal=_decimal,
        measured={kind: figures for kind in KINDS if (figures := measured.get(f"{kind}s"))},
        measured_on=measured.get("passages"),
        cross_validated="cross_validated" in measured,
        # The two are ours; what is the archive's is escaped.
        style=Markup(style),
        script=Markup(script),
        script_digest=b64encode(sha256(script.encode()).digest()).decode(),
    )
    return page


def _titles(data: ReportData) -> dict[str, str]:
    """Return the title of a report in each language: a page has two."""
    if data.articles == 1 and data.title:
        return dict.fromkeys(_LANGUAGES, data.title)
    counts = {"article": data.articles, "comment": data.comments}
    shown = {name: count for name, count in counts.items() if count} or {"article": 0}
    french = " et ".join(_counted(count, name, "fr") for name, count in shown.items())
    english = " and ".join(_counted(count, name, "en") for name, count in shown.items())
    total = sum(shown.values())
    return {
        "fr": f"Ce que {'dit' if total < 2 else 'disent'} {french}",
        "en": f"What {english} {'says' if total == 1 else 'say'}",
    }


def _counted(count: int, name: str, language: str) -> str:
    """Return a number with its noun; French has the singular up to 1, English at 1 alone."""
    one = count < 2 if language == "fr" else count == 1
    return f"{count} {_NOUNS[language][name]}{'' if one else 's'}"


def _metrics(model: str) -> Mapping[str, Any]:
    """Return what the manifest of a model says of its errors; nothing of a model that is not here."""
    try:
        manifest = load_manifest(find_model(model)) if model else None
    except ModelError:
        return {}
    return manifest.metrics if manifest is not None and manifest.full_name == model else {}


def _decimal(value: float, language: str) -> str:
    """Return a figure as it is written: « 0,41 » in French, "0.41" in English."""
    figure = f"{value:.2f}"
    return figure.replace(".", ",") if language == "fr" else figure


def _percent(share: float, language: str) -> str:
    """Return a share as it is written: « 5,7 % » in French, "5.7%" in English."""
    digits = 0 if share == 0 or share >= 0.1 else 1
    figure = f"{100 * share:.{digits}f}"
    return f"{figure.replace('.', ',')}\u00a0%" if language == "fr" else f"{figure}%"


def _part(name: str) -> str:
    return resources.files("engagetext.report").joinpath("template", name).read_text(encoding="utf-8")
