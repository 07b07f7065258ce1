"""Languages as file names tell them: "en", "ger", "pt-BR", "English"."""

from __future__ import annotations

from functools import cache

from babelfish import LANGUAGE_MATRIX  # type: ignore[import-untyped]  # publishes no types

# What subtitle sites and players write and no standard has.
_USUAL = {
    "pob": "pt-BR", "pb": "pt-BR", "ptbr": "pt-BR", "chs": "zh-Hans", "cht": "zh-Hant",
    "zhs": "zh-Hans", "zht": "zh-Hant", "zh-cn": "zh-CN", "zh-tw": "zh-TW", "sc": "zh-Hans",
    "tc": "zh-Hant", "es-419": "es-419", "spl": "es-419", "scc": "sr", "scr": "hr", "mol": "ro",
    "deutsch": "de", "français": "fr", "francais": "fr", "español": "es",
    "espanol": "es", "italiano": "it", "português": "pt", "nederlands": "nl",
    "svenska": "sv", "norsk": "no", "dansk": "da", "suomi": "fi", "polski": "pl",
    "čeština": "cs", "magyar": "hu", "türkçe": "tr", "greek": "el",
    "русский": "ru", "日本語": "ja",
    "中文": "zh", "한국어": "ko", "brazilian": "pt-BR", "norwegian": "no",
    "bokmal": "nb", "farsi": "fa", "latino": "es-419", "castellano": "es-ES", "malay": "ms",
}  # fmt: skip
_SCRIPTS = {"hans": "Hans", "hant": "Hant", "latn": "Latn", "cyrl": "Cyrl", "arab": "Arab"}
# Codes of languages hardly anyone speaks in films, but words of titles and flags.
_NOT_MEANT = frozenset(
    {"sdh", "cc", "und", "mul", "zxx", "mis", "the", "and", "dub", "sub", "for", "not", "sgn"}
)


def language_of(token: str) -> str | None:
    """The BCP 47 tag that ``token`` stands for, two letters where there are two; None for none."""
    token = token.strip().replace("_", "-").casefold()
    if token in _USUAL:
        return _USUAL[token]
    primary, hyphen, more = token.partition("-")
    if primary in _NOT_MEANT:
        return None
    base = _codes().get(primary)
    if base is None or not hyphen:
        return base if base is not None else _names().get(token)
    if len(primary) > 3:
        return None
    if more in _SCRIPTS:
        return f"{base}-{_SCRIPTS[more]}"
    return (
        f"{base}-{more.upper()}" if len(more) == 2 and more.isalpha() and more.isascii() else None
    )


@cache
def _codes() -> dict[str, str]:
    """Codes of ISO 639; of those in three letters only languages that have one of two as well."""
    codes: dict[str, str] = {}
    for language in LANGUAGE_MATRIX:
        if language.alpha2:
            for code in (language.alpha2, language.alpha3, language.alpha3b, language.alpha3t):
                if code:
                    codes.setdefault(code, language.alpha2)
    return codes | {"fil": "fil", "yue": "yue", "cmn": "zh", "gsw": "gsw"}


@cache
def _names() -> dict[str, str]:
    return {
        language.name.split(" (")[0].casefold(): language.alpha2
        for language in LANGUAGE_MATRIX
        if language.alpha2
    }
