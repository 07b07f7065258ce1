"""Media tokens: right ones open, nothing else does."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from local_server.edge.tokens import STEP_S, MediaTokens, Verdict

IDS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
TIMES = st.integers(0, 4_000_000_000)
KEY = bytes(range(32))


@given(IDS, TIMES)
def test_an_issued_token_opens_its_presentation_for_a_day(presentation: str, now: int) -> None:
    at = [float(now)]
    tokens = MediaTokens(KEY, now_s=lambda: at[0])
    token = tokens.issue(presentation)
    assert now + 24 * 3600 <= token.expires_at_s <= now + 36 * 3600
    for later, opens in ((0, True), (86_399, True), (token.expires_at_s - now, False)):
        at[0] = float(now + later)
        fresh = MediaTokens(KEY, now_s=lambda: at[0])
        expected = presentation if opens else Verdict.EXPIRED
        assert tokens.check(token.text) == fresh.check(token.text) == expected


@given(IDS, TIMES)
def test_a_token_stays_the_same_within_its_step(presentation: str, now: int) -> None:
    start = now // STEP_S * STEP_S
    first = MediaTokens(KEY, now_s=lambda: float(start)).issue(presentation)
    last = MediaTokens(KEY, now_s=lambda: start + STEP_S - 0.001).issue(presentation)
    assert first == last


@given(IDS, st.data())
def test_a_changed_token_opens_nothing(presentation: str, data: st.DataObject) -> None:
    tokens = MediaTokens(KEY, now_s=lambda: 1_000_000.0)
    good = tokens.issue(presentation).text
    place = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.characters(codec="utf-8"))
    assume(other != good[place])
    assert tokens.check(good[:place] + other + good[place + 1 :]) is Verdict.INVALID


@given(st.text(max_size=150))
def test_any_text_gives_a_verdict(text: str) -> None:
    assert MediaTokens(KEY, now_s=lambda: 0.0).check(text) is Verdict.INVALID


@given(st.binary(min_size=32, max_size=32), IDS)
def test_tokens_of_another_server_open_nothing(key: bytes, presentation: str) -> None:
    assume(key != KEY)
    stranger = MediaTokens(key, now_s=lambda: 0.0)
    assert MediaTokens(KEY, now_s=lambda: 0.0).check(stranger.issue(presentation).text) == (
        Verdict.INVALID
    )


def test_memory_of_known_tokens_is_bounded() -> None:
    tokens = MediaTokens(KEY, now_s=lambda: 0.0)
    for number in range(9000):
        assert tokens.check(tokens.issue(str(number)).text) == str(number)
    assert len(tokens._verified) <= 4096


@given(TIMES, IDS)
def test_a_token_for_pictures_opens_pictures_alone(at_s: int, presentation: str) -> None:
    tokens = MediaTokens(KEY, now_s=lambda: float(at_s))
    film = tokens.issue(presentation).text
    pictures = tokens.issue(presentation, pictures=True).text
    assert tokens.check(pictures) == presentation
    for path in ("manifest.json", "master.m3u8", "v720/1.m4s", "poster.jpg.m4s"):
        assert not tokens.opens(pictures, path)
        assert tokens.opens(film, path)
    assert tokens.opens(pictures, "poster.jpg")
    # the letter that narrows a token cannot be taken away from it
    expiry, _, rest = pictures.partition("p.")
    assert tokens.check(f"{expiry}.{rest}") is Verdict.INVALID
