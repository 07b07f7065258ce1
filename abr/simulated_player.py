"""A session as the player has it: sound beside the picture, and a media engine that reads ahead.

:mod:`abr.simulator` is the model evaluations are published in. This one follows what the player
does besides: the stream that ends first is fetched next, a second transfer runs beside it when the
media engine waits for the other stream, film that was handed to the media engine is not fetched
again, and after a rebuffer nothing is shown before there is enough to go on with.
"""

from __future__ import annotations

import math

from abr.beginning import left_for_video
from abr.context import BufferedSegment, DecisionContext, Phase
from abr.link import Link, Transfer
from abr.media import Representation, RepresentationId
from abr.qoe import PlayedSegment
from abr.simulated_session import Decider, Job, PlayerSetting, SimulatedPlayback, Stream
from abr.trace import Trace

__all__ = ["Decider", "PlayerSetting", "SimulatedPlayback", "simulate_player"]

_TICK_S = 1 / 24  # the player looks at its position with every picture


def simulate_player(setting: PlayerSetting, trace: Trace, engine: Decider) -> SimulatedPlayback:
    """Play the whole film over the trace from its beginning.

    ``engine`` is changed by what it learns: give each session its own.
    """
    player = _Player(setting, trace, engine)
    player.run()
    return SimulatedPlayback(
        segments=tuple(
            PlayedSegment(representation=r, index=index, stall_s=player.stalls_s[index])
            for index, r in enumerate(player.picture.held)
        ),
        startup_s=player.startup_s or 0.0,
    )


class _Player:
    """The clock, the network and the buffers of one run."""

    def __init__(self, setting: PlayerSetting, trace: Trace, engine: Decider) -> None:
        self._setting, self._engine = setting, engine
        self._link = Link(
            trace,
            head_bytes=setting.head_bytes,
            packet_bytes=setting.packet_bytes,
            answers_after_s=setting.answers_after_s,
        )
        self.picture = Stream(setting.video)
        self._sound = None if setting.sound is None else Stream(setting.sound)
        # Of two that end at the same moment the sound comes first.
        self._streams: tuple[Stream, ...] = (*((self._sound,) if self._sound else ()), self.picture)
        self._jobs: list[Job] = []
        self._inits: dict[RepresentationId, Transfer] = {}
        self._position_s, self._phase = 0.0, Phase.STARTUP
        self._standing_since_s: float | None = None
        self._reads_at_s = self._shows_at_s = math.inf
        self._refused: object = None
        self.startup_s: float | None = None
        self.stalls_s = [0.0] * len(setting.video.segment_durations_s)

    @property
    def _now_s(self) -> float:
        return self._link.now_s

    def run(self) -> None:
        """From the wish to the last picture."""
        self._until(self._link.ask(self._setting.manifest_bytes))
        self._reads_at_s = self._now_s + self._setting.reads_after_s
        while not self._over:
            self._read_ahead()
            self._start_due()
            self._advance()
            self._settle()

    def _until(self, transfer: Transfer) -> None:
        while transfer.finished_at_s is None:
            self._link.advance(self._link.next_s)

    # Time

    @property
    def _playing(self) -> bool:
        return self.startup_s is not None and self._standing_since_s is None

    @property
    def _readable_s(self) -> float:
        """Up to where the media engine could play; a stream that ends early holds nothing up."""
        dry_s = self._setting.dry_before_s
        ends_s = [s.readable_s - dry_s for s in self._streams if not s.all_handed]
        return min(ends_s, default=self.picture.entry.duration_s)

    def _advance(self) -> None:
        """To whatever happens next."""
        moments = [self._link.next_s]
        moments += [
            job.transfer.asked_at_s + (job.polls + 1) * self._setting.poll_s
            for job in self._jobs
            if job.transfer is not None and job.stream is self.picture
        ]
        moments += [job.asks_at_s for job in self._jobs if job.asks_at_s > self._now_s]
        if self._playing:
            dry_s = self._now_s + max(0.0, self._readable_s - self._position_s)
            moments += [self._now_s + _TICK_S, dry_s]
        if self.startup_s is None:
            moments += [at_s for at_s in (self._reads_at_s, self._shows_at_s) if at_s > self._now_s]
        to_s = max(self._now_s, min(moments))
        if math.isinf(to_s):
            raise AssertionError("nothing will ever happen again")
        if self._playing:
            self._position_s = min(
                self._position_s + to_s - self._now_s, self.picture.entry.duration_s
            )
        self._link.advance(to_s)

    def _settle(self) -> None:
        """What has come of the time that passed."""
        for job in list(self._jobs):
            transfer = job.transfer
            if transfer is None:
                self._ask_for_body(job)
            elif transfer.finished_at_s is not None:
                self._arrived(job, transfer)
            elif job.stream is self.picture:
                self._poll(job, transfer)
        self._read_ahead()
        self._show()
        if self._phase is Phase.AFTER_REBUFFER and self._level_s >= self._setting.steady_again_s:
            self._phase = Phase.STEADY

    # The media engine

    @property
    def _level_s(self) -> float:
        return max(0.0, min(s.end_s for s in self._streams) - self._position_s)

    def _read_ahead(self) -> None:
        """Hand over what the media engine asks for and may have."""
        if self._now_s < self._reads_at_s or not self._opened:
            return
        for stream in self._streams:
            stream.demanded = False
        while (reading := self._read_next) is not None and self._wants(reading):
            if len(reading.held) <= reading.handed or not self._may_show():
                reading.demanded = True
                return
            reading.handed += 1

    @property
    def _read_next(self) -> Stream | None:
        """What the media engine reads: one stream at a time, in the order of the film."""
        unread = [s for s in (self.picture, self._sound) if s is not None and not s.all_handed]
        return min(unread, key=lambda s: s.readable_s, default=None)

    @property
    def _opened(self) -> bool:
        """Whether the media engine has the init segment of the timeline: the highest one's."""
        return self._init(self.picture.entry.representations[-1]).finished_at_s is not None

    def _wants(self, stream: Stream) -> bool:
        return stream.readable_s - self._position_s < self._setting.read_ahead_s

    def _may_show(self) -> bool:
        if self._phase is not Phase.AFTER_REBUFFER or all(s.complete for s in self._streams):
            return True
        return self._level_s >= self._setting.after_rebuffer_s

    def _show(self) -> None:
        """Begin, stand still or go on."""
        can_play = self._readable_s > self._position_s + 1e-9
        if self.startup_s is None:
            if can_play and math.isinf(self._shows_at_s):
                self._shows_at_s = self._now_s + self._setting.shows_after_s
            if self._now_s >= self._shows_at_s:
                self._begin()
        elif can_play and self._standing_since_s is not None:
            self.stalls_s[self._waited_for] += self._now_s - self._standing_since_s
            self._standing_since_s = None
        elif not can_play and self._standing_since_s is None and not self._over:
            self._standing_since_s, self._phase = self._now_s, Phase.AFTER_REBUFFER

    def _begin(self) -> None:
        """The first picture; what only later ones need is asked for now."""
        self.startup_s, self._phase = self._setting.asks_after_s + self._now_s, Phase.STEADY
        for stream in self._streams:
            for representation in stream.entry.representations:
                self._init(representation)

    @property
    def _over(self) -> bool:
        return self._position_s >= self.picture.entry.duration_s - 1e-6

    @property
    def _waited_for(self) -> int:
        """The segment the picture stands still for: it runs dry just before its start."""
        film = self.picture.entry
        within = film.segment_at(self._position_s)
        return film.segment_at(self._position_s + film.segment_durations_s[within] / 2)

    # Fetching

    def _start_due(self) -> None:
        again = next((job for job in self._jobs if job.again), None)
        if again is not None and not self._may_replace():
            self._give_up(again)
        wanted = self._wanted()
        while wanted is not None:
            better = None if self._jobs else self._better(wanted)
            self._jobs.append(better or self._next_of(wanted))
            self._ask_for_body(self._jobs[-1])
            wanted = self._wanted()
        if not self._jobs and (better := self._better(self.picture)) is not None:
            self._jobs.append(better)
            self._ask_for_body(better)

    def _wanted(self) -> Stream | None:
        """What the media engine waits for, else the stream that ends first."""
        idle = [s for s in self._streams if all(job.stream is not s for job in self._jobs)]
        demanded = [s for s in idle if s.demanded and len(s.held) <= s.handed]
        if demanded:
            return min(demanded, key=lambda s: s.readable_s)
        if self._jobs:
            return None
        for stream in sorted(self._streams, key=lambda s: s.end_s):
            ahead_s = stream.end_s - self._position_s
            if not stream.complete and ahead_s < self._setting.max_buffer_s:
                return stream
        return None

    def _next_of(self, stream: Stream) -> Job:
        index = len(stream.held)
        if stream is not self.picture:
            sound = stream.entry.representations[-1]
            return Job(stream=stream, index=index, representation=sound)
        decision = self._engine.decide(self._context(index))
        return Job(
            stream=stream,
            index=index,
            representation=decision.representation,
            asks_at_s=self._decided_at_s,
        )

    @property
    def _decided_at_s(self) -> float:
        return self._now_s + self._setting.decides_after_s

    def _may_replace(self) -> bool:
        waited_for = any(s.demanded and len(s.held) <= s.handed for s in self._streams)
        enough = self._level_s >= self._setting.replace_above_s
        return enough and self._phase is Phase.STEADY and not waited_for

    def _better(self, wanted: Stream) -> Job | None:
        """What of the picture to fetch once more before its next segment."""
        if wanted is not self.picture or self.picture.complete or not self._may_replace():
            return None
        buffered = self._buffered()
        moment = (buffered, len(self.picture.held), self._engine.history[-1:])
        if not buffered or moment == self._refused:
            return None
        better = self._engine.replacement(self._context(len(self.picture.held)), buffered)
        self._refused = moment if better is None else None
        if better is None:
            return None
        index = better.segment_index
        return Job(
            stream=self.picture,
            index=index,
            representation=better.decision.representation,
            asks_at_s=self._decided_at_s,
            again=True,
            former=self.picture.held[index],
        )

    def _buffered(self) -> tuple[BufferedSegment, ...]:
        first = self.picture.entry.segment_at(self._position_s)
        return tuple(
            BufferedSegment(
                index=index,
                representation_id=self.picture.held[index].id,
                replaceable=index >= self.picture.handed,
            )
            for index in range(first, len(self.picture.held))
        )

    def _init(self, representation: Representation) -> Transfer:
        """The init segment, asked for once however many want it."""
        if representation.id not in self._inits:
            self._inits[representation.id] = self._link.ask(representation.init_bytes)
        return self._inits[representation.id]

    def _ask_for_body(self, job: Job) -> None:
        """Ask for the segment, once that is decided and its init segment is there."""
        if self._now_s < job.asks_at_s:
            return
        if self._init(job.representation).finished_at_s is not None:
            size = job.representation.segment_bytes[job.index]
            job.transfer, job.polls = self._link.ask(size), 0

    def _poll(self, job: Job, transfer: Transfer) -> None:
        elapsed_s = self._now_s - transfer.asked_at_s
        if elapsed_s + 1e-9 < (job.polls + 1) * self._setting.poll_s:
            return
        job.polls += 1
        progress = job.progress(transfer, self._now_s)
        if job.again:
            context = self._context(len(self.picture.held))
            late = self._engine.should_drop(context, progress)
            if late or job.index < self.picture.handed:
                self._give_up(job)
            return
        instead = self._engine.should_abandon(self._context(job.index), progress)
        if instead is not None:
            self._give_up(job)
            other = Job(stream=job.stream, index=job.index, representation=instead.representation)
            self._jobs.append(other)
            self._ask_for_body(other)

    def _give_up(self, job: Job) -> None:
        self._jobs.remove(job)
        if job.transfer is not None:
            self._link.give_up(job.transfer)
            self._observe(job, job.transfer, given_up=True)

    def _arrived(self, job: Job, transfer: Transfer) -> None:
        self._jobs.remove(job)
        self._observe(job, transfer)
        if not job.again:
            job.stream.held.append(job.representation)
        elif job.index >= self.picture.handed:
            self.picture.held[job.index] = job.representation

    def _observe(self, job: Job, transfer: Transfer, *, given_up: bool = False) -> None:
        self._engine.observe(job.sample(transfer, self._now_s, given_up=given_up))

    def _context(self, index: int) -> DecisionContext:
        sound = None if self._sound is None else self._sound.entry
        return DecisionContext(
            now_s=self._now_s,
            adaptation_set=self.picture.entry,
            segment_index=index,
            buffer_level_s=self._level_s,
            max_buffer_s=self._setting.max_buffer_s,
            phase=self._phase,
            previous=self.picture.held[index - 1].id if index else None,
            estimate=left_for_video(self._engine.estimate, sound),
            history=self._engine.history,
            limits=self._setting.limits,
        )
