import errno
from pathlib import Path

import pytest

from local_server.media.errors import ProblemCode
from local_server.media.workfolder import (
    WorkFolder,
    from_os_error,
    publish,
    remove,
    unfinished,
    write_text,
)


def test_what_is_unfinished_keeps_the_suffix_that_names_its_format() -> None:
    assert unfinished(Path("/w/v720.mp4")).suffix == ".mp4"
    assert unfinished(Path("/w/v720.mp4")) != Path("/w/v720.mp4")


def test_publishing_replaces_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "00001"
    folder.mkdir()
    (folder / "old").touch()
    unfinished(folder).mkdir()
    (unfinished(folder) / "new").touch()
    publish(folder)
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert not unfinished(folder).exists()


def test_an_attempt_begins_without_the_leftovers_of_the_last(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "job")
    work.prepare()
    unfinished(work.chunk(3)).mkdir()
    unfinished(work.track("v720")).touch()
    work.chunk(2).mkdir()
    work.presentation.mkdir()
    work.prepare()
    assert [path.name for path in work.chunks.iterdir()] == ["00002"]
    assert list(work.tracks.iterdir()) == []
    assert not work.presentation.exists()


def test_forgetting_keeps_a_film_the_studio_drew(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "job")
    work.prepare()
    work.generated.touch()
    write_text(work.plan, "{}")
    work.forget()
    assert work.generated.exists()
    assert not work.plan.exists()


def test_removing_what_is_not_there_is_fine(tmp_path: Path) -> None:
    remove(tmp_path / "nothing")
    target = tmp_path / "kept"
    target.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    remove(link)
    assert target.is_dir()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, ProblemCode.NO_SPACE),
        (errno.EDQUOT, ProblemCode.NO_SPACE),
        (errno.EACCES, ProblemCode.FOLDER),
        (errno.EROFS, ProblemCode.FOLDER),
    ],
)
def test_a_failing_disk_can_be_tried_again(number: int, code: ProblemCode) -> None:
    problem = from_os_error(OSError(number, "text"))
    assert problem.code is code
    assert problem.retryable
    assert problem.hint
