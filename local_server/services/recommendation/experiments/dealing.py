"""Rows of two rankings for each profile, and whose card it was that was played."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from local_server.contracts.experiments import Experiment, ExperimentState
from local_server.runtime.database import Database
from local_server.services.recommendation.experiments.desk import ExperimentDesk, Seen
from local_server.services.recommendation.experiments.interleaving import (
    Team,
    draw_seed,
    team_draft,
)
from local_server.services.recommendation.experiments.tables import DealRow, ExperimentRow


class Dealer:
    """Deals interleaved rows and credits plays to the arms. Any method from any thread.

    The coins of a profile are thrown once a day (UTC). Within the day the same rankings make the
    same row, and changed ones the row that the same coins make of them.
    """

    def __init__(
        self, database: Database, *, desk: ExperimentDesk, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._desk = desk
        self._now = now

    def deal(
        self,
        experiment: Experiment,
        profile_id: str,
        rankings: Mapping[str, Sequence[str]],
        *,
        length: int,
    ) -> tuple[str, ...]:
        """The row's titles, from the rankings by the names of the experiment's arms.

        What was dealt last is kept, because plays come later. ``KeyError`` for an arm without
        ranking.
        """
        arms = {Team.FIRST: experiment.arms[0].name, Team.SECOND: experiment.arms[1].name}
        draw_id = self._now().date().isoformat()
        dealt = team_draft(
            rankings[arms[Team.FIRST]],
            rankings[arms[Team.SECOND]],
            seed=draw_seed(experiment.id, profile_id, draw_id),
            length=length,
        )
        cards = {card.title_id: None if card.team is None else arms[card.team] for card in dealt}
        self._keep(experiment.id, profile_id, draw_id, cards)
        return tuple(cards)

    def played(
        self,
        profile_id: str,
        title_id: str,
        *,
        event_id: str,
        at: datetime,
        series_id: str | None = None,
    ) -> None:
        """Credit a play in every experiment that dealt the title, or the series, to the profile.

        A play counts wherever it was begun: who remembers a card and searches for it has chosen
        it, and by chance this happens to both arms alike.
        """
        for experiment_id, deal in self._deals(profile_id):
            arm = deal.cards.get(title_id) or deal.cards.get(series_id or title_id)
            if arm is not None:
                seen = Seen(
                    event_id=event_id,
                    profile_id=profile_id,
                    title_id=title_id,
                    arm=arm,
                    draw_id=deal.draw_id,
                    at=at,
                )
                self._desk.observe(experiment_id, seen)

    def _deals(self, profile_id: str) -> list[tuple[str, DealRow]]:
        query = select(DealRow).join(ExperimentRow, ExperimentRow.id == DealRow.experiment_id)
        running = ExperimentRow.state == ExperimentState.RUNNING
        with self._database.read() as session:
            rows = session.scalars(query.where(running, DealRow.profile_id == profile_id))
            return [(row.experiment_id, row) for row in rows]

    def _keep(
        self, experiment_id: str, profile_id: str, draw_id: str, cards: dict[str, str | None]
    ) -> None:
        key = (experiment_id, profile_id)
        with self._database.read() as session:
            kept = session.get(DealRow, key)
            if kept is not None and (kept.draw_id, kept.cards) == (draw_id, cards):
                return  # the home screen is asked for often and changes seldom
        ended = select(ExperimentRow.id).where(ExperimentRow.state != ExperimentState.RUNNING)
        with self._database.write() as session:
            session.execute(delete(DealRow).where(DealRow.experiment_id.in_(ended)))
            row = session.get(ExperimentRow, experiment_id)
            if row is not None and row.state == ExperimentState.RUNNING:
                session.merge(
                    DealRow(
                        experiment_id=experiment_id,
                        profile_id=profile_id,
                        draw_id=draw_id,
                        cards=cards,
                    )
                )
