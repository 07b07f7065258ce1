"""Language tags: files say "eng", "ger" or nothing; players want BCP 47 ("en", "de", "und")."""

from __future__ import annotations

# ISO 639-2 codes (both the bibliographic and the terminology form) of languages films come in.
_TWO_LETTERS = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cze": "cs", "dan": "da",
    "deu": "de", "dut": "nl", "ell": "el", "eng": "en", "est": "et", "eus": "eu", "fas": "fa",
    "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gle": "ga", "gre": "el", "heb": "he",
    "hin": "hi", "hrv": "hr", "hun": "hu", "ice": "is", "ind": "id", "isl": "is", "ita": "it",
    "jpn": "ja", "kor": "ko", "lav": "lv", "lit": "lt", "may": "ms", "msa": "ms", "nld": "nl",
    "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru",
    "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es", "srp": "sr", "swe": "sv", "tam": "ta",
    "tel": "te", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi", "zho": "zh",
}  # fmt: skip

# In their own language, as menus show them.
_NAMES = {
    "ar": "العربية", "bg": "Български", "ca": "Català", "cs": "Čeština", "da": "Dansk",
    "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "Español", "et": "Eesti",
    "eu": "Euskara", "fa": "فارسی", "fi": "Suomi", "fr": "Français", "ga": "Gaeilge",
    "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "hu": "Magyar", "id": "Bahasa Indonesia",
    "is": "Íslenska", "it": "Italiano", "ja": "日本語", "ko": "한국어", "lt": "Lietuvių",
    "lv": "Latviešu", "ms": "Bahasa Melayu", "nl": "Nederlands", "no": "Norsk", "pl": "Polski",
    "pt": "Português", "ro": "Română", "ru": "Русский", "sk": "Slovenčina", "sl": "Slovenščina",
    "sr": "Српски", "sv": "Svenska", "ta": "தமிழ்", "te": "తెలుగు", "th": "ไทย", "tr": "Türkçe",
    "uk": "Українська", "ur": "اردو", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip


def normalise(tag: str | None) -> str:
    """``tag`` as BCP 47; "und" for none, nonsense, or "not a language" codes."""
    if not tag:
        return "und"
    primary, *rest = tag.strip().replace("_", "-").split("-")
    primary = primary.lower()
    primary = _TWO_LETTERS.get(primary, primary)
    if primary in {"und", "mis", "zxx", "mul"} or not _letters(primary, (2, 3)):
        return "und"
    region = rest[0].upper() if rest and _letters(rest[0], (2,)) else ""
    return f"{primary}-{region}" if region else primary


def display_name(tag: str) -> str:
    """The language's own name for ``tag``, the tag itself when unknown, "" for "und"."""
    if tag == "und":
        return ""
    name = _NAMES.get(tag.split("-", maxsplit=1)[0])
    return tag if name is None else name


def is_known(tag: str) -> bool:
    """Whether ``tag`` is of a language with a name here."""
    return tag.split("-", maxsplit=1)[0] in _NAMES


def _letters(text: str, lengths: tuple[int, ...]) -> bool:
    return len(text) in lengths and text.isascii() and text.isalpha()
