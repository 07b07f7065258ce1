from local_server.media.source import AudioTrack
from local_server.media.tracks import labels, named


def track(index: int, language: str, label: str = "") -> AudioTrack:
    return AudioTrack(
        index=index, codec="aac", channels=2, language=language, label=label, default=index == 1
    )


def test_each_track_has_a_name_of_its_own() -> None:
    tracks = [track(1, "en"), track(2, "en"), track(3, "de"), track(4, "und")]
    assert named("a", tracks) == ["a-en", "a-en-2", "a-de", "a-und"]


def test_each_track_has_a_label_of_its_own() -> None:
    tracks = [track(1, "en"), track(2, "en"), track(3, "de", "Director"), track(4, "und")]
    assert labels(tracks, "Sound") == ["English", "English (2)", "Director", "Sound"]
