import pytest

from local_server.media.languages import display_name, normalise


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("zh-Hans-CN", "zh"),
        ("und", "und"),
        ("zxx", "und"),
        (None, "und"),
        ("", "und"),
        ("english", "und"),
        ("x,y", "und"),
        ("nds", "nds"),
    ],
)
def test_tags_become_bcp_47(tag: str | None, expected: str) -> None:
    assert normalise(tag) == expected


def test_languages_are_called_what_their_speakers_call_them() -> None:
    assert display_name("de") == "Deutsch"
    assert display_name("pt-BR") == "Português"
    assert display_name("und") == ""
    assert display_name("nds") == "nds"
