"""The rules by which one chunk between two blanks is cut into French words, in the terms of spaCy's `Tokenizer`.

The cuts follow the Universal Dependencies treebanks of French: an elided word is a token (l’ | équipe), so are the
pronouns after a verb (dit | -on, a | -t-il), while compounds and every form of inclusive writing stay whole.
"""

import re
from functools import lru_cache

from engagetext.text.alphabet import (
    APOSTROPHES,
    BULLETS,
    CLOSING,
    CURRENCIES,
    ELLIPSES,
    EMOJI,
    EMOTICON,
    HYPHENS,
    LONG_DASHES,
    MIDDLE_DOTS,
    OPENING,
    QUOTES,
)

_AP, _HY = f"[{APOSTROPHES}]", f"[{re.escape(HYPHENS)}]"
_LETTER = r"[^\W\d_]"
_CLASS = {name: re.escape(chars) for name, chars in (("open", OPENING), ("close", CLOSING), ("quotes", QUOTES))}

# Elided words. « quelqu’un », « presqu’île », « aujourd’hui », « prud’homme » are one word: see WHOLE.
_ELIDED_WHOLE = rf"(?:quelqu{_AP}une?s?|presqu{_AP}[iî]les?|c{_AP}est{_HY}à{_HY}dire|l{_AP}on)(?!\w)"
_ELIDED = rf"(?!{_ELIDED_WHOLE})(?:[cdjlmnstyç]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu){_AP}"

# Pronouns and particles joined to a verb or a noun by a hyphen; a few compounds look the same and stay whole.
_CLITIC = (
    rf"(?:{_HY}t{_HY}(?:ils?|elles?|on)|{_HY}t{_AP}(?:en|y)|{_HY}m{_AP}(?:en|y)"
    rf"|{_HY}(?:ils?|elles?|on|je|tu|nous|vous|ce|moi|toi|lui|leur|les?|la|en|y|là|ci))"
)
_NOT_CLITIC = (
    rf"(?:rendez{_HY}vous|ce(?:lui|lle|ux|lles){_HY}(?:ci|là)|là{_HY}là|celle?{_HY}là|chez{_HY}(?:moi|soi|nous)"
    rf"|garde{_HY}(?:à{_HY}vous)|sauve{_HY}qui{_HY}peut|va{_HY}et{_HY}vient|peut{_HY}être|(?:ci|là|jusque|par|de){_HY}là"
    rf"|(?:vis{_HY}à{_HY}vis)|quant{_HY}à{_HY}(?:soi|moi)|m{_HY}en{_HY}foutis\w+|(?:soi|moi|toi|lui|elle|nous|vous|eux){_HY}\w+)"
)

_TLD = "fr|com|org|net|eu|info|io|be|ch|ca|lu|paris|bzh|re|dev|app|co|tv|uk|de|es|it|gouv|edu|biz|coop|asso"
_URL_END = r"[^\s.,;:!?»)\]}'\"’…«(]"
_FEMININE = (
    "e|es|s|x|ne|nes|le|les|se|ses|te|tes|ve|ves|fe|fes|re|res|che|rice|rices|trice|trices|euse|euses|ère|ères|ière|ières"
    "|sse|sses|esse|esses|ale|ales|elle|elles|enne|ennes|onne|onnes|ive|ives|eure|eures|toutes|ices|ice|t"
)
_INCLUSIVE = (
    rf"{_LETTER}{{2,}}(?:"
    rf"(?:[{MIDDLE_DOTS}]{_LETTER}{{1,6}}){{1,3}}"
    rf"|(?:\.(?:{_FEMININE}))(?:\.s)?"
    rf"|{_HY}(?:{_FEMININE}){_HY}s|{_HY}(?:e|es|ne|nes|rice|rices|trice|trices|euse|euses)"
    rf"|\((?:{_FEMININE}|ux|aux)\)(?:s|x|\(s\))?"
    rf"|/(?:{_FEMININE})(?:/s)?"
    r")"
)
_ABBREVIATIONS = (
    "M|MM|Mr|Mrs|Dr|Drs|Pr|Me|Mgr|St|Ste|etc|cf|ex|p|pp|art|al|av|bd|boul|chap|coll|éd|env|fig|hab|ill|inc|max|min|mt"
    "|n|no|nos|obs|op|réf|ref|resp|sq|sqq|tél|tel|tr|trad|vol|vs|qqch|qqn|janv|févr|juil|oct|nov|déc|apr|dir|dép"
    "|adj|ap|c|app|resp|suppl|hebdo|ibid|id|loc|Ed|Cie|Sté|Ets|Jr"
)
_WHOLE = [
    EMOJI,
    EMOTICON,
    r"(?:https?|ftp)://\S*\([^\s()]*\)",
    rf"(?:https?|ftp)://\S*{_URL_END}|www\.\S*{_URL_END}",
    rf"(?:[\w-]+\.)+(?:{_TLD})(?:[/?]\S*{_URL_END}|/)?",
    r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+",
    r"[@#]\w+(?:-\w+)*",
    _INCLUSIVE,
    _ELIDED_WHOLE,
    rf"(?:aujourd{_AP}hui|prud{_AP}hom\w+|{_NOT_CLITIC})",
    rf"(?:{_LETTER}\.){{2,}}(?:{_HY}?{_LETTER}\.?)?",
    r"[A-ZÀ-Ý]\.(?:-[A-Z]\.)?",
    rf"(?:{_ABBREVIATIONS})\.",
    r"c\.-à-d\.|(?:J|N)\.-(?:C|D)\.",
    r"[nN][°º]s?\d*",
    r"[+-]?\d+(?:[.,:/-]\d+)*",
    r"\d{1,2}[hH:]\d{0,2}(?:min|mn)?",
    r"\d{1,2}[hH]\d{0,2}-\d{1,2}[hH]\d{0,2}",
    rf"[kKmMG][{CURRENCIES}]",
    r"\d+(?:er|ère|re|ers|ères|e|es|ème|èmes|nd|nde|nds|ndes|°)",
    r"\.{2,}|…+|[!?]{2,}|-{2,}>?|={2,}>?|_{2,}|\*{2,}|~{2,}|[<>]{1,2}|->|=>",
]
_PREFIXES = [
    _ELIDED,
    r"\.{2,}",
    rf"[{ELLIPSES}]+",
    rf"[{_CLASS['open']}{_CLASS['close']}]",
    rf"[{_CLASS['quotes']}]",
    rf"[{LONG_DASHES}{BULLETS}{CURRENCIES}]",
    r"[,;:!?%&=~|/\\<>^§+](?!\d)",
    r"[!?]+",
    r"-(?=[^\d-]|$)",
    r"#(?!\w)",
    EMOJI,
]
# « l'employé(e) »: the bracket belongs to the word. « l'U.E. » likewise keeps its last stop.
_NOT_INCLUSIVE = "".join(
    rf"(?<!\w\({ending})" for ending in ("e", "s", "x", "es", "ne", "le", "te", "se", "ve", "nes", "rice")
)
_SUFFIXES = [
    r"\.{2,}",
    rf"[{ELLIPSES}]+",
    rf"{_NOT_INCLUSIVE}[{_CLASS['close']}{_CLASS['open']}]",
    rf"[{_CLASS['quotes']}]",
    rf"[{LONG_DASHES}{BULLETS}]",
    r"[!?]+",
    r"[,;:&=|/\\<>^]",
    rf"(?<!{_LETTER}\.{_LETTER})(?<=[\d\w)»”\"’'{CURRENCIES}%°²³\]])\.",
    rf"(?<=\d)(?:[%‰{CURRENCIES}]|°C?|k?€|(?:k|M)?(?:km|kg|m|cm|mm|g|l|ml|ha|Wh|W|h|min|s|Mo|Go|Ko|ko|To)(?:²|³|/h)?)",
    rf"[%‰{CURRENCIES}]",
    EMOJI,
    rf"(?<!\w){EMOTICON}",  # « (8) » and « 4.8) » hold no glasses
    rf"(?<={_LETTER}){_CLITIC}",
    r"-",
]
_INFIXES = [
    r"\.{2,}",
    rf"[{ELLIPSES}]+",
    rf"[{LONG_DASHES}]",
    EMOJI,
    rf"(?<=\w)[{_CLASS['open']}{_CLASS['close']}](?=\w)",
    rf"(?<={_LETTER})[!?,;:]+(?={_LETTER})",
    rf"(?<=[)»\"”]){_HY}?(?=\w)",
    r"-{2,}",
    rf"(?<={_LETTER})/(?={_LETTER})",
    rf"(?<=\d)[{CURRENCIES}%](?=/)|(?<=[{CURRENCIES}%])/(?=\w)",
    r"(?<=\w)[,;:](?=[«“\"])|(?<=[,;:])[«“\"](?=\w)",
    # « Fin.Début » and « super.merci »: a missing blank after a full stop, between real words.
    rf"(?<={_LETTER}{{2}})\.(?={_LETTER}{{3}})",
    r"(?<=\d)[,;](?=[^\d\s])",
    r"(?<=\w)[=+*|~<>]+(?=\w)",
    # A tag that was left in a plain text is no part of the words and marks around it.
    r"(?<=\w)[.,;:!?…%»)]+(?=</?\w)|(?<=[\w.,;:!?…%»)])</?(?=\w)",
    rf"(?<=\w)['\"]?/?>(?=\w)|(?<=\w)=['\"](?=\w)|(?<=>){_ELIDED}",
    r"(?<=[a-zà-ÿ0-9])[\"“”](?=\w)",
]


@lru_cache(maxsize=1)
def compile_affixes() -> dict[str, re.Pattern[str]]:
    """Return the compiled rules under spaCy's names: prefix, suffix, infix, whole.

    Returns
    -------
    dict of str to re.Pattern
        `prefix` is to be searched at the start, `suffix` at the end, `infix` anywhere, `whole` on a full string.
    """
    ignore = re.IGNORECASE
    return {
        "prefix": re.compile("|".join(f"^(?:{rule})" for rule in _PREFIXES), ignore),
        "suffix": re.compile("|".join(f"(?:{rule})$" for rule in _SUFFIXES), ignore),
        "infix": re.compile("|".join(_INFIXES), ignore),
        "whole": re.compile("|".join(f"(?:{rule})" for rule in _WHOLE), ignore),
    }
