"""``matinee profiles export`` and ``matinee profiles import``."""

from __future__ import annotations

from pathlib import Path

from local_server.client import EdgeClient
from local_server.contracts import ImportReport, PortableTitle, Profile
from player.files import write_whole
from ui.cli.words import CommandError, complain, one_line, out
from ui.edge import open_edge
from ui.places import Places

_NAMED = 20  # titles that were not matched; the rest is counted


def export_profile(where: Places, file: Path, *, wanted: str | None) -> None:
    """Write everything of a profile to ``file``."""
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise CommandError(
            "The profile cannot be written there.",
            detail=f"{file} is a folder."
            if file.is_dir()
            else f"There is no folder {file.parent}.",
            hint="Name a file in a folder that exists.",
        )
    with open_edge(where, starter=False) as edge:
        profile = choose_profile(edge.client, wanted)
        document = edge.client.export_profile(profile.id)
    try:
        write_whole(file, document.model_dump_json(indent=1))
    except OSError as error:
        raise CommandError(
            "The profile cannot be written.",
            detail=str(error),
            hint="Name a file in a folder you may write to.",
        ) from error
    events = sum(len(entry.events) for entry in document.titles)
    out.print(
        f"{one_line(profile.name)}: {len(document.titles)} titles, {events} events, in {file}",
        markup=False,
    )


def import_profile(where: Places, file: Path, *, wanted: str | None, settings: bool) -> None:
    """Take ``file`` into a profile, its settings too if asked for, and tell what became of it."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CommandError(
            "The file cannot be read.", detail=str(error), hint="Is its name spelled right?"
        ) from error
    with open_edge(where, starter=False) as edge:
        profile = choose_profile(edge.client, wanted)
        report = edge.client.import_profile(
            profile.id, data, name=file.name[:512], settings=settings
        )
    _tell(profile, report)
    if settings and not report.settings:
        complain("There are no settings in this file.")


def choose_profile(client: EdgeClient, wanted: str | None) -> Profile:
    """The profile of that name or id, the first one without.

    Raises :class:`CommandError`.
    """
    profiles = client.household().profiles
    if wanted is None:
        return profiles[0]
    for profile in profiles:
        if wanted == profile.id or wanted.casefold() == profile.name.casefold():
            return profile
    names = ", ".join(one_line(profile.name) for profile in profiles)
    raise CommandError(f"There is no profile {wanted!r}.", hint=f"There are: {names}.")


def _tell(profile: Profile, report: ImportReport) -> None:
    if report.changes == 0:
        out.print(f"{one_line(profile.name)} knew all of it already.", markup=False)
    else:
        out.print(
            f"{one_line(profile.name)}: {report.changes} things new, from {report.source}",
            markup=False,
        )
    out.print(f"{report.matched} titles found in the library")
    for passed_over in report.skipped:
        out.print(f"passed over: {one_line(passed_over)}", markup=False)
    if report.unmatched:
        complain(f"{report.unmatched} titles are not in the library.")
        for missing in report.not_matched[:_NAMED]:
            out.print(f"  {_name(missing.title)}: {missing.reason}", markup=False)
        if report.unmatched > _NAMED:
            out.print(f"  and {report.unmatched - _NAMED} more")
        out.print("They are kept and applied when their titles arrive.")


def _name(title: PortableTitle) -> str:
    if title.season is None or title.episode is None:
        return one_line(title.name or title.series or "without a name")
    return one_line(f"{title.series} S{title.season:02}E{title.episode:02} {title.name}")
