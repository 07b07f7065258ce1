"""What travels between two processes: a call, and what became of it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from local_server import errors
from local_server.errors import Refusal

# A service answers with thousands of titles at most; more is a mistake or an attack.
FRAME_MAX_BYTES = 256 * 1024 * 1024


class Outcome(StrEnum):
    """How a call ended; the first byte of an answer."""

    RESULT = "+"
    REFUSED = "-"
    FAILED = "!"


class RefusalFrame(BaseModel):
    """A refusal on its way."""

    model_config = ConfigDict(frozen=True)

    kind: str
    code: str
    message: str
    hint: str
    retryable: bool


def call_frame(target: str, method: str, arguments: bytes) -> bytes:
    """A call of ``method`` on the object hosted as ``target``."""
    return f"{target} {method}\n".encode() + arguments


def read_call(frame: bytes) -> tuple[str, str, bytes]:
    """Target, method and arguments; ``ValueError`` for anything that is no call."""
    head, found, arguments = frame.partition(b"\n")
    target, space, method = head.decode("ascii").partition(" ")
    if not (found and space):
        raise ValueError("not a call")
    return target, method, arguments


def answer_frame(outcome: Outcome, body: bytes) -> bytes:
    """An answer."""
    return outcome.value.encode() + body


def read_answer(frame: bytes) -> tuple[Outcome, bytes]:
    """How it ended and its body; ``ValueError`` for anything that is no answer."""
    return Outcome(frame[:1].decode("ascii")), frame[1:]


def pack_refusal(refusal: Refusal) -> bytes:
    """A refusal as JSON."""
    frame = RefusalFrame(
        kind=type(refusal).__name__,
        code=refusal.code,
        message=refusal.title,
        hint=refusal.hint,
        retryable=refusal.retryable,
    )
    return frame.model_dump_json().encode()


def unpack_refusal(data: bytes) -> Refusal:
    """The refusal again, of the class it had."""
    frame = RefusalFrame.model_validate_json(data)
    kind = getattr(errors, frame.kind, Refusal)
    if not (isinstance(kind, type) and issubclass(kind, Refusal)):
        kind = Refusal
    return kind(frame.code, frame.message, hint=frame.hint, retryable=frame.retryable)
