"""Character classes of written French, as data for the rules of the tokenizer and the sentence splitter."""

import re

APOSTROPHES = "'’ʼ＇"
HYPHENS = "-‐‑"
LONG_DASHES = "–—―"
OPENING = "([{«“„‹¿¡"
CLOSING = ")]}»”›"
QUOTES = "\"'’‘`´*_"
ELLIPSES = "…"
SENTENCE_FINAL = ".!?…"
MIDDLE_DOTS = "·•‧⋅∙ꞏ"
BULLETS = "•◦▪▫■□●○‣⁃∙►▶➢➤✓✔→⇒❖·"
CURRENCIES = "€$£¥"
COMBINING = "\u0300-\u036f"

# One emoji as a reader sees it: flags, keycaps, and pictures with skin tones and zero-width joiners.
_PICTURE = "[\U0001f000-\U0001faff\u2600-\u26ff\u2700-\u2712\u2715-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23f3]"
_MODIFIER = "[\ufe0f\U0001f3fb-\U0001f3ff]"
EMOJI = f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTURE}{_MODIFIER}*(?:\u200d{_PICTURE}{_MODIFIER}*)*)"
EMOTICON = r"(?:[:;=][-'^o]?[)(\]\[DPpOo/\\|3*]+|[8xX][-'^]?[D]+|<3|\^\^|[-oO><]_+[-oO><])"
# What an item of a list begins with: a bullet, a dash, « 3. », « 3) ».
LIST_MARK = re.compile(rf"[{re.escape(BULLETS + LONG_DASHES)}*-]|\d{{1,2}}[.)]?")
