"""What a job did: counts that always add up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Ids of removed articles that a summary names.
_SHOWN = 5

Progress = Callable[[int, int | None, int], None]


@dataclass(slots=True)
class Counts:
    """Records of a job.

    Parameters
    ----------
    scored, skipped, rejected, articles : int
        As of `Summary`.
    met : int
        Articles that were met, scored or not.
    taken_over : int
        Articles whose results an earlier run had already.
    new, changed : int
        Articles that the earlier run did not have, or had with another content.
    removed : list of str
        Ids of articles that the archive no longer has.
    """

    scored: int = 0
    skipped: int = 0
    rejected: int = 0
    articles: int = 0
    met: int = 0
    taken_over: int = 0
    new: int = 0
    changed: int = 0
    removed: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Records that were met."""
        return self.scored + self.skipped + self.rejected

    def to_dict(self) -> dict[str, int]:
        """Return what does not depend on how the job got there: the manifest of two equal outputs is the same."""
        return {name: getattr(self, name) for name in ("scored", "skipped", "rejected", "articles", "met")}

    @classmethod
    def of_done(cls, kept: Mapping[str, int]) -> "Counts":
        """Return the counts of a job that was done before: everything is taken over."""
        counts = cls(taken_over=kept["met"])
        for name, count in kept.items():
            setattr(counts, name, count)
        return counts


@dataclass(frozen=True, slots=True)
class Summary:
    """What a job did.

    Parameters
    ----------
    read : int
        Records that were met, articles and comments alike; `read == scored + skipped + rejected`.
    scored, skipped, rejected : int
        Written to `output`; in another language (`skipped_path`); unusable (`rejects_path`).
    articles, comments : int
        Scored records by kind.
    output, mentions_path, rejects_path, skipped_path : Path
        Files that were written; `output` is the folder or the file that was asked for.
    taken_over : int
        Articles whose results an earlier run had already.
    new, changed : int
        Articles that an earlier, finished run did not have, or had with another content; 0 in a first run.
    removed : tuple of str
        Ids of the articles that the archive has lost since.
    """

    read: int
    scored: int
    skipped: int
    rejected: int
    articles: int
    comments: int
    output: Path
    mentions_path: Path
    rejects_path: Path
    skipped_path: Path
    taken_over: int = 0
    new: int = 0
    changed: int = 0
    removed: tuple[str, ...] = ()

    @classmethod
    def from_counts(
        cls, counts: Counts, output: Path, mentions_path: Path, rejects_path: Path, skipped_path: Path
    ) -> "Summary":
        """Return the summary of a job that wrote these files."""
        return cls(
            read=counts.read,
            scored=counts.scored,
            skipped=counts.skipped,
            rejected=counts.rejected,
            articles=counts.articles,
            comments=counts.scored - counts.articles,
            output=output,
            mentions_path=mentions_path,
            rejects_path=rejects_path,
            skipped_path=skipped_path,
            taken_over=counts.taken_over,
            new=counts.new,
            changed=counts.changed,
            removed=tuple(counts.removed),
        )


def show_summary(summary: Summary) -> str:
    """Return what a job did as text: the counts, where the results lie, and what to look at next."""
    scored = f"{summary.scored} scored ({summary.articles} articles, {summary.comments} comments)"
    others = f"{summary.skipped} skipped for their language + {summary.rejected} rejected"
    lines = [f"{summary.read} records read = {scored} + {others}"]
    if summary.taken_over:
        lines.append(f"{summary.taken_over} articles taken over from an earlier run")
    if summary.new or summary.changed or summary.removed:
        lines.append(f"since that run: {summary.new} new, {summary.changed} changed, {len(summary.removed)} removed")
    if summary.removed:
        shown = ", ".join(summary.removed[:_SHOWN]) + (" …" if len(summary.removed) > _SHOWN else "")
        lines.append(f"removed: {shown}")
    lines.append(f"results: {summary.output}")
    lines.append(f"mentions, one a row: {summary.mentions_path}")
    if summary.rejected:
        lines.append(f"rejects, each with its reason: {summary.rejects_path}")
    if summary.skipped:
        lines.append(f"skipped: {summary.skipped_path}")
    if summary.scored:
        lines.append(f"next: engagetext report {summary.output}")
    return "\n".join(lines)
