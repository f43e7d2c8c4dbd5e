"""Figures and analyses as plain text for a terminal."""

from collections.abc import Iterator, Mapping
from textwrap import shorten, wrap

from engagetext.findings import LabelScore, told_of
from engagetext.keywords.keyness import KeywordCounts, keyness, merged
from engagetext.report.figures import LabelFigures, Overview
from engagetext.results import Analysis
from engagetext.taxonomy import status_name

_WIDTH = 100
# Of many texts those keywords are shown that at least two share.
_MANY, _SHARED = 10, 2


def show_overview(figures: Overview) -> str:
    """Return an overview of an archive as text."""
    languages = ", ".join(f"{code} {count}" for code, count in figures.languages.most_common())
    keywords = ", ".join(f"{text} ({count})" for text, count in figures.keywords)
    lines = [
        f"{_counted(figures.articles, 'article')}, {_counted(figures.comments, 'comment')} · "
        f"languages: {languages or 'none'}",
        "",
        "Keywords (records that hold them)",
        *wrap(keywords or "none", _WIDTH, initial_indent="  ", subsequent_indent="  "),
        "",
        *_labels("Themes", figures.themes),
        *_labels("Obstacles", figures.obstacles),
    ]
    return "\n".join(lines)


def _labels(title: str, labels: dict[str, LabelFigures]) -> Iterator[str]:
    yield f"{title} (articles + comments)"
    if not labels:
        yield "  none"
    for figures in labels.values():
        statuses = ", ".join(f"{status_name(status)} {count}" for status, count in figures.statuses.most_common())
        tail = f" · {statuses}" if statuses else ""
        yield f"  {figures.name}: {figures.articles} + {figures.comments}{tail}"
        quote = shorten(figures.quote, _WIDTH - 12, placeholder=" …")
        yield f"      « {quote} » ({shorten(figures.quote_source, 50, placeholder=' …')})"
    yield ""


def show_analysis(analysis: Analysis, date: str | None, top_n: int) -> str:
    """Return one analysis as text.

    Parameters
    ----------
    analysis : Analysis
    date : str or None
        Of the article, where it has one.
    top_n : int
        Keywords shown; the others of the taxonomy's vocabulary follow in a line of their own.
    """
    heading = [part for part in (analysis.title, date) if part]
    best, others = analysis.keywords[:top_n], analysis.keywords[top_n:]
    lines = [
        *heading,
        f"language {analysis.lang} ({analysis.lang_score:.0%}) · {_counted(len(analysis.tokens), 'token')} · "
        f"{_counted(len(analysis.sentences), 'sentence')} · {_counted(len(analysis.comments), 'comment')} · "
        f"model {analysis.model}",
        "",
        *wrap("Keywords: " + (", ".join(keyword.text for keyword in best) or "none"), _WIDTH, subsequent_indent="  "),
    ]
    if others:
        words = ", ".join(keyword.text for keyword in others)
        lines += wrap(f"Also of the taxonomy: {words}", _WIDTH, subsequent_indent="  ")
    if not analysis.passages:
        why = "the text is empty" if not analysis.tokens else "the model does not read this language"
        lines += ["", f"Nothing was looked for: {why}."]
    lines += ["", *_found("Themes", analysis.themes), *_found("Obstacles", analysis.obstacles)]
    for comment in analysis.comments:
        labels = [label.name for label in (*comment.themes, *comment.obstacles)]
        if labels:
            lines.append(f"  comment {comment.article_id}: {', '.join(labels)}")
    return "\n".join(lines)


def _found(title: str, labels: tuple[LabelScore, ...]) -> Iterator[str]:
    yield title + ("" if labels else ": none")
    for label in labels:
        yield " · ".join([f"  {label.name} {label.score:.0%}", *told_of(label.status, label.carrier)])
        yield f"      « {label.excerpt(_WIDTH - 14)} »"


def show_slices(slices: Mapping[str, KeywordCounts], top_n: int) -> str:
    """Show the keywords of the slices of an archive, and what each says more than the others together."""
    lines = []
    for name, counts in slices.items():
        shared = _SHARED if counts.texts >= _MANY else 1
        best = ", ".join(f"{word.text} ({word.documents})" for word in counts.best(top_n, min_documents=shared))
        lines += [f"{name}: {counts.texts} texts", f"  keywords (texts): {best or 'none'}"]
        others = merged([{"": other} for key, other in slices.items() if key != name]).get("")
        if others is not None:
            lead = ", ".join(f"{word.text} ({word.score:.1f})" for word in keyness(counts, others, top_n))
            lines.append(f"  more than the rest (standard scores): {lead or 'nothing'}")
    return "\n".join(lines)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
