"""Every decision can be read: one sentence, and a line for every representation."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abr.algorithms import ALGORITHMS
from abr.context import BufferedSegment, DecisionContext, TransferProgress, TransferSample
from abr.decision import Decision, Reason
from abr.engine import AbrEngine
from abr.explain import name_in
from abr.qoe import Utility
from tests.helpers.strategies import broken_samples, contexts, samples, slow_transfers

histories = st.lists(samples() | broken_samples(), max_size=8).map(tuple)


def _can_be_read(context: DecisionContext, decision: Decision) -> None:
    text = decision.explanation
    assert text.endswith(".")
    assert text == text.strip()
    assert ". " not in text  # one sentence
    assert ": ." not in text  # with a reason
    assert name_in(context.adaptation_set, decision.representation) in text
    listed = [entry.representation_id for entry in decision.considered]
    assert listed == [r.id for r in context.adaptation_set.representations]
    for entry in decision.considered:
        assert math.isfinite(entry.score)
        assert entry.note
    said = " ".join([text, *(entry.note for entry in decision.considered)]).lower().split()
    assert not {"nan", "inf", "-inf"} & {word.strip(".,;:()+%") for word in said}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(contexts, histories)
def test_every_decision_can_be_read(
    algorithm: str, context: DecisionContext, history: tuple[TransferSample, ...]
) -> None:
    engine = AbrEngine(ALGORITHMS[algorithm](Utility.LOG))
    for sample in history:
        engine.observe(sample)

    _can_be_read(context, engine.decide(replace(context, history=engine.history)))


@given(contexts, st.lists(samples(), max_size=8).map(tuple))
def test_the_plan_says_why_not_one_higher(
    context: DecisionContext, history: tuple[TransferSample, ...]
) -> None:
    decision = AbrEngine().decide(replace(context, history=history))

    position = context.ladder.index(decision.representation)
    if decision.reason in {Reason.FIXED, Reason.CAP} or position == len(context.ladder) - 1:
        return
    above = context.ladder[position + 1]
    assert name_in(context.adaptation_set, above) in decision.explanation


@given(slow_transfers(), st.lists(samples(), max_size=4).map(tuple))
def test_every_abandonment_can_be_read(
    case: tuple[DecisionContext, TransferProgress], history: tuple[TransferSample, ...]
) -> None:
    context, progress = case
    for seen in (history, ()):
        moment = replace(context, history=seen)
        decision = AbrEngine().should_abandon(moment, progress)
        if decision is not None:
            _can_be_read(moment, decision)


@given(contexts, st.lists(samples(), min_size=1, max_size=4).map(tuple), st.data())
def test_every_replacement_can_be_read(
    context: DecisionContext, history: tuple[TransferSample, ...], data: st.DataObject
) -> None:
    rungs = st.sampled_from([r.id for r in context.adaptation_set.representations])
    buffered = tuple(
        BufferedSegment(index=index, representation_id=data.draw(rungs))
        for index in range(context.segment_index)
    )
    better = AbrEngine().replacement(replace(context, history=history), buffered)
    if better is not None:
        _can_be_read(context, better.decision)
