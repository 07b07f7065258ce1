"""One spelling for what people write differently. Pure.

A name has four forms, and a question is compared with each of them in its own form: as written
(without case and accents), without its leading article, with numerals as digits, and as it roughly
sounds in Latin letters. The last is no phonetic algorithm of a language; it unites what different
transliterations write differently (ph/f, ck/k, y/i, w/v, doubled letters).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

SHORT_WORD = 4  # letters; one typo makes anything of a shorter one
SHORT_KEY = 7  # letters; a single typo may leave no three letters in a row of a shorter name

# Marks over and under Latin, Greek, Cyrillic, Hebrew and Arabic letters. Those of kana, Thai and
# the Indic scripts make another letter and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_LATIN = re.compile("[\u0080-\u024f\u1e00-\u1eff]+")
_APOSTROPHE = re.compile("(?<=\\w)['\u2019\u02bc`\u00b4](?=\\w)")
_ELIDED = re.compile("\\b(l|d|un|dell|all)['\u2019\u02bc](?=\\w)", re.IGNORECASE)
_ASCII_WORD = re.compile("[a-z0-9]+")
# Scripts that put no spaces between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)

_ARTICLES = {
    *("the", "a", "an", "de", "het", "een", "en", "ett", "det"),
    *("le", "la", "les", "l", "un", "une", "el", "los", "las", "una", "uno", "il", "lo", "gli"),
    *("i", "o", "os", "as", "der", "die", "das", "den", "dem", "ein", "eine"),
}
_TRAILING_ARTICLE = re.compile(
    r"^(?P<name>.+), (?P<article>the|an?|les?|la|l'|une?|der|die|das|el|los|las|una|il|lo|gli)$",
    re.IGNORECASE,
)
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
)
_ROMAN = "ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_DIGITS = {
    **{word: str(number) for number, word in enumerate(_NUMBERS.split())},
    **{word: str(number) for number, word in enumerate(_ROMAN.split(), start=2)},
}
_BEFORE_NUMERALS = frozenset({"part", "chapter", "volume", "vol", "episode", "teil", "no"})

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(sh|ch|j)iy(?=[aou])", r"\1"),  # kana spelt out: shiyo is sho
        (r"tch", "ch"),
        (r"sch", "sh"),
        (r"ph", "f"),
        (r"ck|kh|qu?", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c(?!h)", "k"),
        (r"x", "ks"),
        (r"th", "t"),
        (r"gh", "g"),
        (r"[yj]", "i"),
        (r"w", "v"),
        (r"z", "s"),
        (r"o[ue]", "o"),
        (r"([au])e", r"\1"),
        (r"([a-z])\1+", r"\1"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The forms of a text, each of words with single spaces between them."""

    plain: str
    bare: str
    counted: str
    sound: str

    def distinct(self) -> tuple[str, ...]:
        """The forms without their spaces, each once."""
        spaced = (self.plain, self.bare, self.counted, self.sound)
        return tuple(dict.fromkeys(form.replace(" ", "") for form in spaced))


def clean(text: str) -> str:
    """``text`` as a database takes it: one line, no halves of characters."""
    return " ".join(_UNREADABLE.sub(" ", text).split())


def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` without case and accents; what has none is one word as it stands."""
    text = clean(text)
    found = _words(_ELIDED.sub(r"\1 ", text) if "'" in text or "\u2019" in text else text)
    if found or not text:
        return found
    return _words(anyascii(text)) or (text.replace(" ", ""),)


def forms(text: str) -> Forms:
    """The four forms of ``text``."""
    plain = words(_TRAILING_ARTICLE.sub(r"\g<article> \g<name>", clean(text)))
    bare = plain[1:] if len(plain) > 1 and plain[0] in _ARTICLES else plain
    counted = _counted(bare)
    sounds = " ".join(filter(None, map(sound, counted)))
    return Forms(
        plain=" ".join(plain), bare=" ".join(bare), counted=" ".join(counted), sound=sounds
    )


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """How ``word`` roughly sounds, in Latin letters."""
    heard = word if word.isascii() else anyascii(word).lower()
    heard = "".join(_ASCII_WORD.findall(heard))
    for pattern, replacement in _SOUNDS:
        heard = pattern.sub(replacement, heard)
    return heard


def grams(text_forms: Forms) -> list[str]:
    """What two texts have in common when they are alike, most telling forms first.

    Three letters in a row of a form without its spaces, and how its words begin. Scripts without
    spaces say much in few characters, so pairs and single ones count there.
    """
    found: dict[str, None] = {}
    for key in text_forms.distinct():
        found.update(dict.fromkeys(key[at : at + 3] for at in range(len(key) - 2)))
    for word in (*text_forms.plain.split(), *text_forms.counted.split(), *text_forms.sound.split()):
        found[f"^{word[:2]}"] = None
    for run in _UNSPACED.findall(text_forms.plain):
        found.update(dict.fromkeys(f"\u00b7{piece}" for piece in _pieces(run)))
    return list(found)


def beginnings(text_forms: Forms) -> set[str]:
    """Under what one or two letters a name is found: of its words, and of the whole."""
    found = set()
    for key in text_forms.distinct():
        found |= {f"^^{key[:1]}", f"^^{key[:2]}"}
    for form in (text_forms.plain, text_forms.counted):
        found |= {f"^{word[:1]}" for word in form.split()}
    return found


def near(text_forms: Forms) -> set[str]:
    """What all short texts at one typo's distance have in common with this one.

    Each form and each form less one letter: two words one insertion, deletion, substitution or
    transposition apart share one of these (Mor and Fraenkel, 1982).
    """
    found = set()
    for key in text_forms.distinct():
        if 0 < len(key) <= SHORT_KEY + 1:
            found.add(f"-{key}")
            found |= {f"-{key[:at]}{key[at + 1 :]}" for at in range(len(key)) if len(key) > 1}
    return found


def near_words(text_forms: Forms) -> set[str]:
    """The same for single words of a longer text."""
    found = set()
    for word in text_forms.plain.split():
        if SHORT_WORD <= len(word) <= SHORT_KEY + 1:
            found.add(f"~{word}")
            found |= {f"~{word[:at]}{word[at + 1 :]}" for at in range(len(word))}
    return found


def tokens(text: str) -> list[str]:
    """``text`` as words for the full-text tables; unspaced scripts by pairs of characters."""
    found = []
    for word in words(text):
        found.extend(_split(word))
    return found


def _words(text: str) -> tuple[str, ...]:
    text = text.replace("&", " and ")
    if text.isascii():
        return tuple(_ASCII_WORD.findall(_APOSTROPHE.sub("", text).lower()))
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text)))
    bare = unicodedata.normalize("NFC", bare).casefold()
    bare = _LATIN.sub(lambda match: anyascii(match[0]).lower(), bare)
    return tuple("".join(c if _of_word(c) else " " for c in bare).split())


def _of_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _counted(bare: tuple[str, ...]) -> tuple[str, ...]:
    counted: list[str] = []
    for word in bare:
        number = _DIGITS.get(word, word)
        if number[0].isdigit() and len(counted) > 1 and counted[-1] in _BEFORE_NUMERALS:
            counted.pop()
        if word != "and" or len(bare) == 1:
            counted.append(number)
    return tuple(counted)


def _split(word: str) -> list[str]:
    if word.isascii():
        return [word]
    found, at = [], 0
    for match in _UNSPACED.finditer(word):
        found += [word[at : match.start()], *_pieces(match[0], single=False)]
        at = match.end()
    return [piece for piece in (*found, word[at:]) if piece]


def _pieces(run: str, *, single: bool = True) -> list[str]:
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    # The last one alone begins no pair, and single characters are found as beginnings of pairs.
    return [*pairs, *run] if single else [*pairs, run[-1]]
