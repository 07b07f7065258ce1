"""What a profile watched, wants to watch and thinks of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from local_server.client.calls import Caller, given, segment
from local_server.contracts import (
    ArrangeWatchlist,
    Continuing,
    HiddenTitle,
    HiddenTitles,
    HideTitle,
    HistoryPage,
    Languages,
    MarkWatched,
    RateTitle,
    Ratings,
    Thumb,
    WatchedMinutes,
    Watchlist,
)


class ProfilesCalls(Caller):
    """What a viewer keeps."""

    def mark_watched(
        self, profile_id: str, title_id: str, *, watched: bool, season: int | None = None
    ) -> None:
        """Say that a title, a series or a ``season`` of it was watched, or was not."""
        body = MarkWatched(title_id=title_id, season=season, watched=watched)
        self._call("PUT", f"{_of(profile_id)}/watched", body=body)

    def continue_watching(self, profile_id: str, *, limit: int = 40) -> Continuing:
        """What the profile would go on with, newest first."""
        return self._get(f"{_of(profile_id)}/continue", Continuing, given(limit=limit))

    def hidden(self, profile_id: str) -> HiddenTitles:
        """What is kept out of that."""
        return self._get(f"{_of(profile_id)}/hidden", HiddenTitles)

    def hide(self, profile_id: str, title_id: str, *, until: datetime | None = None) -> HiddenTitle:
        """Keep a title's film or series out, ``until`` a moment or for good."""
        body = HideTitle(until=until)
        path = f"{_of(profile_id)}/hidden/{segment(title_id)}"
        return self._ask("PUT", path, HiddenTitle, body=body)

    def snooze(self, profile_id: str, title_id: str) -> HiddenTitle:
        """Keep a title's film or series out for a week."""
        path = f"{_of(profile_id)}/hidden/{segment(title_id)}"
        return self._ask("PUT", path, HiddenTitle, body=HideTitle(snooze=True))

    def restore(self, profile_id: str, title_id: str) -> None:
        """Take hiding back; harmless for what is not hidden."""
        self._call("DELETE", f"{_of(profile_id)}/hidden/{segment(title_id)}")

    def watchlist(self, profile_id: str) -> Watchlist:
        """What the profile wants to watch, in its own order."""
        return self._get(f"{_of(profile_id)}/watchlist", Watchlist)

    def add_to_watchlist(self, profile_id: str, title_id: str) -> None:
        """Put a title in front; one that is on the list stays where it is."""
        self._call("PUT", f"{_of(profile_id)}/watchlist/{segment(title_id)}")

    def remove_from_watchlist(self, profile_id: str, title_id: str) -> None:
        """Take a title off; harmless for what is not on the list."""
        self._call("DELETE", f"{_of(profile_id)}/watchlist/{segment(title_id)}")

    def arrange_watchlist(self, profile_id: str, title_ids: Iterable[str]) -> None:
        """Put the list in this order; what is not named comes after."""
        body = ArrangeWatchlist(title_ids=tuple(title_ids))
        self._call("PUT", f"{_of(profile_id)}/watchlist", body=body)

    def ratings(self, profile_id: str, *, limit: int = 100, offset: int = 0) -> Ratings:
        """What the profile thinks of titles, newest first."""
        params = given(limit=limit, offset=offset)
        return self._get(f"{_of(profile_id)}/ratings", Ratings, params)

    def rate(self, profile_id: str, title_id: str, thumb: Thumb) -> None:
        """Remember what the profile thinks of a title."""
        path = f"{_of(profile_id)}/ratings/{segment(title_id)}"
        self._call("PUT", path, body=RateTitle(thumb=thumb))

    def take_rating_back(self, profile_id: str, title_id: str) -> None:
        """Have no opinion any more."""
        self._call("DELETE", f"{_of(profile_id)}/ratings/{segment(title_id)}")

    def history(self, profile_id: str, *, limit: int = 100, offset: int = 0) -> HistoryPage:
        """What the profile watched, newest first."""
        params = given(limit=limit, offset=offset)
        return self._get(f"{_of(profile_id)}/history", HistoryPage, params)

    def forget_entry(self, profile_id: str, entry_id: str) -> None:
        """Delete one entry of the history."""
        self._call("DELETE", f"{_of(profile_id)}/history/{segment(entry_id)}")

    def forget_title(self, profile_id: str, title_id: str) -> None:
        """Delete all that was watched of a title, of a series with all its episodes."""
        self._call("DELETE", f"{_of(profile_id)}/history/titles/{segment(title_id)}")

    def forget_everything(self, profile_id: str) -> None:
        """Delete all that the profile watched."""
        self._call("DELETE", f"{_of(profile_id)}/history")

    def watched_minutes(self, profile_id: str, start: datetime, end: datetime) -> float:
        """Wall time in which the profile watched between two moments, min."""
        params = given(start=start.isoformat(), end=end.isoformat())
        return self._get(f"{_of(profile_id)}/watched-minutes", WatchedMinutes, params).minutes

    def languages(self, profile_id: str, title_id: str | None = None) -> Languages:
        """In which languages the profile watches: usually, or a title's film or series."""
        return self._get(f"{_of(profile_id)}/languages", Languages, given(title_id=title_id))

    def set_languages(
        self, profile_id: str, languages: Languages, title_id: str | None = None
    ) -> None:
        """Remember languages: usual ones, or those for a title's film or series."""
        params = given(title_id=title_id)
        self._call("PUT", f"{_of(profile_id)}/languages", params=params, body=languages)


def _of(profile_id: str) -> str:
    return f"v1/profiles/{segment(profile_id)}"
