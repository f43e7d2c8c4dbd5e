"""What is found: plain, frozen values with offsets into the caller's text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

from engagetext.errors import OptionError
from engagetext.highlight import context, table, weighed
from engagetext.taxonomy import status_name

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a text.

    Parameters
    ----------
    code : str
        ISO 639-1 code; `"und"` when undecided.
    score : float
        Probability of `code`; for `"und"`, that of the best guess.
    """

    code: str
    score: float


def language_code(locale: str) -> str:
    """Return the language of a locale.

    Examples
    --------
    >>> language_code("fr_FR"), language_code("FR"), language_code("zh-cn")
    ('fr', 'fr', 'zh')
    """
    return locale.strip().replace("_", "-").split("-")[0].lower()


_LANGUAGES = {
    "ar": "arabe", "ca": "catalan", "cs": "tchèque", "da": "danois", "de": "allemand", "el": "grec", "en": "anglais",
    "es": "espagnol", "fi": "finnois", "fr": "français", "he": "hébreu", "hu": "hongrois", "id": "indonésien",
    "it": "italien", "ja": "japonais", "ko": "coréen", "nl": "néerlandais", "no": "norvégien", "pl": "polonais",
    "pt": "portugais", "ro": "roumain", "ru": "russe", "sv": "suédois", "tr": "turc", "uk": "ukrainien",
    "vi": "vietnamien", "zh-cn": "chinois",
}  # fmt: skip


def language_name(code: str) -> str:
    """Return the French name of a language with its code: « anglais (en) »; the code alone where there is none."""
    return f"{_LANGUAGES[code]} ({code})" if code in _LANGUAGES else code


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Parameters
    ----------
    text : str
        As it is written.
    start, end : int
        Half-open character offsets: `text[start:end]` of the caller's text is `Token.text`.
    lemma : str
        Its dictionary form, in lower case but for names.
    pos : str
        Part of speech: a tag of Universal Dependencies, such as `NOUN`.
    is_stop : bool
        Whether it is a function word.
    sentence : int
        Number of its sentence, from 0.
    """

    text: str
    start: int
    end: int
    lemma: str
    pos: str
    is_stop: bool
    sentence: int


class Factors(NamedTuple):
    """Why a keyword scores as it does: what each factor adds to the log-odds, compared with an average candidate.

    Parameters
    ----------
    frequency : float
        How often it occurs.
    rarity : float
        How rare its words are in French at large.
    nesting : float
        Whether it stands by itself, or within longer phrases only.
    position : float
        How early it occurs.
    title : float
        Whether the title names it.
    form : float
        Its length, capitals, function words, words of little content.
    grammar : float
        Its parts of speech.
    context : float
        What stands before and after it.
    part : float
        What it loses as a part of a better keyword.
    """

    frequency: float = 0.0
    rarity: float = 0.0
    nesting: float = 0.0
    position: float = 0.0
    title: float = 0.0
    form: float = 0.0
    grammar: float = 0.0
    context: float = 0.0
    part: float = 0.0


_NO_FACTORS = Factors()


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase that says what the text is about.

    Parameters
    ----------
    text : str
        The form that the author wrote most often.
    lemma : str
        The dictionary form of the whole phrase: « politique publique » for « politiques publiques ».
    score : float
        Probability that a reader would name it as a keyword, comparable across texts.
    count : int
        Occurrences in the text.
    spans : tuple of (int, int)
        Half-open character offsets of every occurrence, inflected ones too; none for a word of the title alone.
    theme : str or None
        Theme of the taxonomy, or of the user's own list, that it belongs to.
    factors : Factors
        Why.
    """

    text: str
    lemma: str
    score: float
    count: int
    spans: tuple[Span, ...]
    theme: str | None = None
    factors: Factors = _NO_FACTORS

    def explain(self) -> list[tuple[str, float]]:
        """Return the factors, the one that weighed most first; what weighs less than a hundredth is left out."""
        kept = [(name, value) for name, value in self.factors._asdict().items() if abs(value) >= _NEGLIGIBLE]
        return sorted(kept, key=lambda factor: (-abs(factor[1]), factor[0]))


_NEGLIGIBLE = 0.01


class Keywords(tuple[Keyword, ...]):
    """Keywords of a text, best first: a tuple that shows itself in a notebook, each keyword with its first passage.

    Parameters
    ----------
    found : iterable of Keyword
    text : str
        What their spans point into.
    """

    text: str

    def __new__(cls, found: Iterable[Keyword] = (), text: str = "") -> "Keywords":
        """Return the tuple of the keywords."""
        keywords = super().__new__(cls, found)
        keywords.text = text
        return keywords

    def __reduce__(self) -> tuple[type, tuple[tuple[Keyword, ...], str]]:
        return type(self), (tuple(self), self.text)

    def _repr_html_(self) -> str:
        """Show a table: keyword, score, count, theme, its strongest factors, and where it stands."""
        rows = []
        for keyword in self:
            why = ", ".join(f"{name} {value:+.1f}" for name, value in keyword.explain()[:_SHOWN_FACTORS])
            start, end = keyword.spans[0] if keyword.spans else (0, 0)
            shown = context(self.text, start, end) if keyword.spans else None
            rows.append((keyword.text, f"{keyword.score:.2f}", str(keyword.count), keyword.theme or "", why, shown))
        return table(("keyword", "score", "count", "theme", "why", "passage"), rows)


_SHOWN_FACTORS = 3
_SHOWN = 40  # characters of a text in a repr
_SURE = 1e-9  # what a probability may lack of 0 or 1 for its log-odds


def told_of(status: str | None, carrier: str | None) -> list[str]:
    """Return what is shown beside an obstacle, in one line; nothing beside a theme: nobody asks who bears one."""
    return [" ".join(part.split()) for part in (status_name(status), carrier) if part] if status else []


def shortened(text: str) -> str:
    """Return a text, or its first 39 characters and an ellipsis."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True, repr=False)
class Passage:
    """A piece of the text that is judged as a whole: a sentence to a short paragraph, or a list item.

    Parameters
    ----------
    start, end : int
        Half-open character offsets into the caller's text.
    text : str
        The passage itself.
    themes, obstacles : mapping of str to float
        Calibrated probability of every label of the model.
    statuses : mapping of str to str
        Status of each obstacle that reaches its threshold in this passage.
    carrier : str or None
        Who bears or reports what it tells, where the text names them; the author of a comment that names nobody. Only
        passages that hold a label have one.
    carrier_span : (int, int) or None
        Half-open character offsets of the carrier; None for an author.
    """

    start: int
    end: int
    text: str
    themes: Mapping[str, float]
    obstacles: Mapping[str, float]
    statuses: Mapping[str, str] = field(default_factory=dict)
    carrier: str | None = None
    carrier_span: Span | None = None

    def __repr__(self) -> str:
        """Say where it stands and how it begins, with its obstacles, in one line."""
        obstacles = ", ".join(f"{label} ({status})" for label, status in self.statuses.items())
        tail = f", obstacles: {obstacles}" if obstacles else ""
        return f"<Passage {self.start}-{self.end} {shortened(self.text)!r}{tail}>"


class Evidence(NamedTuple):
    """What one word of a passage adds to the log-odds of a label.

    Parameters
    ----------
    start, end : int
        Half-open character offsets into the caller's text.
    weight : float
        Above 0 it speaks for the label, below 0 against it.
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Stance:
    """How a reply stands to what it answers.

    Parameters
    ----------
    label : str
        `agree`, `object`, `ask`, `add` or `off_topic`: the likeliest.
    score : float
        Its probability.
    scores : mapping of str to float
        Probability of each; they sum to 1.
    """

    label: str
    score: float
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True, repr=False)
class LabelScore:
    """A theme or an obstacle that was found.

    Parameters
    ----------
    label, name : str
        Id of the label, and its French name.
    score : float
        Calibrated probability: that of its surest passage.
    status : str or None
        `present`, `hypothetique` or `ecarte`: the most real one of its passages; None for a theme.
    passages : tuple of Passage
        The passages that prove it: those that have its status first, best first. The first one shows the label.
    carrier : str or None
        That of the first passage.
    carrier_span : (int, int) or None
        As for a passage.
    evidence : tuple of Evidence
        What each word of the first passage adds to the log-odds, in the order of the text.

    Notes
    -----
    `quote_score`, `status`, `carrier` and `evidence` are those of the first passage, so what is quoted goes together.
    `score` may be that of another passage, one that is surer but speaks of the obstacle as less real.
    """

    label: str
    name: str
    score: float
    status: str | None
    passages: tuple[Passage, ...]
    carrier: str | None = None
    carrier_span: Span | None = None
    evidence: tuple[Evidence, ...] = ()

    def __repr__(self) -> str:
        """Say what was found, how surely and where its first passage stands, in one line."""
        found = " ".join(part for part in (self.label, f"{self.score:.3f}", self.status) if part)
        places = [f", {shown.start}-{shown.end} {shortened(shown.text)!r}" for shown in self.passages[:1]]
        return f"<LabelScore {found}{''.join(places)}>"

    @property
    def quote_score(self) -> float:
        """Calibrated probability of the label in the first passage."""
        shown = self.passages[0]
        return (shown.themes if self.status is None else shown.obstacles)[self.label]

    @property
    def baseline(self) -> float:
        """Log-odds of the label in the first passage before any word: with all weights those of `quote_score`."""
        score = min(max(self.quote_score, _SURE), 1 - _SURE)
        return log(score / (1 - score)) - sum(word.weight for word in self.evidence)

    def explain(self, top_n: int | None = 10) -> list[tuple[str, float]]:
        """Return the words of the first passage that carried the decision.

        Parameters
        ----------
        top_n : int or None, default=10
            How many; None for all.

        Returns
        -------
        list of (str, float)
            Words as written, and what each adds to the log-odds of the label, the weightiest first. A word that stands
            several times stands several times here.
        """
        shown = self.passages[0]
        ordered = sorted(self.evidence, key=lambda word: (-abs(word.weight), word.start))
        text, start = shown.text, shown.start
        return [(text[word.start - start : word.end - start], word.weight) for word in ordered[:top_n]]

    def excerpt(self, width: int = 160) -> str:
        """Return the stretch of the first passage that speaks most for the label.

        Parameters
        ----------
        width : int, default=160
            Characters that it may have, ellipses not counted; at least 1.

        Returns
        -------
        str
            In one line, whole words, `…` where the passage goes on. Where no word is that short, the start of the one
            that speaks most.

        Raises
        ------
        OptionError
            If `width` is below 1.
        """
        if width < 1:
            raise OptionError("width", str(width), "at least 1 character", "Leave it out for 160.")
        shown = self.passages[0]
        words = list(re.finditer(r"\S+", shown.text))
        if not words or words[-1].end() - words[0].start() <= width:
            return " ".join(shown.text.split())
        weights = [
            sum(e.weight for e in self.evidence if word.start() <= e.start - shown.start < word.end()) for word in words
        ]
        windows, reach, stop = [], 0.0, 0
        for start, word in enumerate(words):
            while stop < len(words) and words[stop].end() - word.start() <= width:
                reach += weights[stop]
                stop += 1
            if stop > start:
                windows.append((round(reach, 9), start, stop))
            reach -= weights[start]
        if not windows:
            most = weights.index(max(weights))
            return f"{'… ' if most else ''}{words[most][0][:width]} …"
        _, first, last = max(windows, key=lambda window: (window[0], -window[1]))
        kept = " ".join(word[0] for word in words[first:last])
        return f"{'… ' if first else ''}{kept}{' …' if last < len(words) else ''}"

    def _repr_html_(self) -> str:
        """Show the first passage; the stronger a word speaks for or against the label, the stronger it is marked."""
        shown = self.passages[0]
        words = [(word.start - shown.start, word.end - shown.start, word.weight) for word in self.evidence]
        heading = " · ".join([f"{self.name} {self.quote_score:.0%}", *told_of(self.status, self.carrier)])
        return weighed(heading, shown.text, words)
