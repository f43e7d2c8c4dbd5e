"""Figures of an archive -> one HTML file that works offline: a report to show to others."""

from base64 import b64encode
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from engagetext.classify.labeller import STATUSES
from engagetext.report.gathering import ReportData


def render_report(data: ReportData, title: str) -> str:
    """Return a report as one HTML page.

    It is read without JavaScript; with it, passages can be filtered. Nothing is loaded from anywhere, and the policy of
    the page forbids it. Every text of the archive is escaped.

    Parameters
    ----------
    data : ReportData
    title : str
    """
    style, script, template = (_part(name) for name in ("report.css", "report.js", "report.html.j2"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page: str = environment.from_string(template).render(
        data=data,
        title=title,
        total=max(data.articles + data.comments, 1),
        statuses=STATUSES,
        percent=_percent,
        # The two are ours; what is the archive's is escaped.
        style=Markup(style),
        script=Markup(script),
        script_digest=b64encode(sha256(script.encode()).digest()).decode(),
    )
    return page


def _percent(share: float) -> str:
    digits = 0 if share == 0 or share >= 0.1 else 1
    return f"{100 * share:.{digits}f}\u00a0%"


def _part(name: str) -> str:
    return resources.files("engagetext.report").joinpath("template", name).read_text(encoding="utf-8")
