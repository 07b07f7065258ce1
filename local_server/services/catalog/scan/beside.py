"""What lies beside the videos of a folder, and to which of them it belongs. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from local_server.services.catalog.naming import (
    ArtKind,
    NfoKind,
    Sidecar,
    artwork_role,
    nfo_role,
    read_sidecar,
)
from local_server.services.catalog.naming.sidecars import FOLDERS
from local_server.services.catalog.scan.walk import FILMS, FoundFile, Listing, Role

_ENDS = " ._-(["


@dataclass(slots=True)
class Company:
    """Files that belong to one video, or to a whole folder."""

    nfo: FoundFile | None = None
    art: dict[ArtKind, FoundFile] = field(default_factory=dict)
    tracks: list[tuple[Sidecar, FoundFile]] = field(default_factory=list)


class Beside:
    """An index of everything beside videos in some folders."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._of_video: defaultdict[tuple[str, str], Company] = defaultdict(Company)
        self._of_folder: defaultdict[tuple[str, NfoKind], Company] = defaultdict(Company)
        self._art_of_folder: defaultdict[str, dict[ArtKind, FoundFile]] = defaultdict(dict)
        self._stems: dict[str, dict[str, str]] = {}
        listed = list(listings)
        for listing in listed:
            stems = (PurePath(f.path).stem for f in listing.files if f.role in FILMS)
            self._stems[listing.folder] = {stem.casefold(): stem for stem in stems}
        for listing in listed:
            for file in listing.files:
                self._sort_in(listing.folder, file)

    def video(self, path: str) -> Company:
        """What belongs to one video."""
        whole = PurePath(path)
        return self._of_video.get((str(whole.parent), whole.stem.casefold())) or Company()

    def folder(self, folder: str, kind: NfoKind) -> Company:
        """What belongs to the film or series whose folder it is."""
        nfo = self._of_folder.get((folder, kind))
        return Company(nfo=nfo.nfo if nfo else None, art=dict(self._art_of_folder.get(folder, {})))

    def _sort_in(self, folder: str, file: FoundFile) -> None:
        name = PurePath(file.path)
        if file.role is Role.NFO:
            note = nfo_role(name.name, _candidates(name.stem, self._stems[folder]))
            if note is not None and note.kind is NfoKind.VIDEO:
                self._of_video[(folder, note.owner.casefold())].nfo = file
            elif note is not None:
                self._of_folder[(folder, note.kind)].nfo = file
        elif file.role is Role.PICTURE:
            self._sort_in_picture(folder, name, file)
        elif file.role is Role.TRACK:
            self._sort_in_track(folder, name, file)

    def _sort_in_picture(self, folder: str, name: PurePath, file: FoundFile) -> None:
        role = artwork_role(name.name, _candidates(name.stem, self._stems[folder]))
        if role is None or role.season is not None:
            return
        art = (
            self._of_video[(folder, role.owner.casefold())].art
            if role.owner
            else self._art_of_folder[folder]
        )
        # Of several of a kind the first by name counts.
        art.setdefault(role.kind, file)

    def _sort_in_track(self, folder: str, name: PurePath, file: FoundFile) -> None:
        home = PurePath(folder)
        while home.name.casefold() in FOLDERS or home.parent.name.casefold() in FOLDERS:
            home = home.parent
        stems = self._stems.get(str(home), {})
        relative = name.relative_to(home)
        wanted: Sequence[str] = _candidates(name.stem, stems)
        if len(relative.parts) > 1:
            wanted = [*wanted, *_candidates(name.parent.name, stems)]
            wanted = list(stems.values()) if len(stems) == 1 else wanted
        track = read_sidecar(relative.as_posix(), wanted)
        if track is not None:
            self._of_video[(str(home), track.owner.casefold())].tracks.append((track, file))


def _candidates(stem: str, stems: dict[str, str]) -> list[str]:
    """The videos whose name ``stem`` may go on from: never all, for a folder may hold thousands."""
    folded = stem.casefold()
    found = [stems[folded]] if folded in stems else []
    ends = (n for n in range(len(folded) - 1, 0, -1) if folded[n] in _ENDS)
    return [*found, *(stems[folded[:n]] for n in ends if folded[:n] in stems)]
