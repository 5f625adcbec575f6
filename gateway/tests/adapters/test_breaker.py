"""A breaker against a plain account of what it must do, over any sequence of happenings."""

from gateway.adapters.breaker import Breaker, BreakerRules, Pass, Position
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

RULES = BreakerRules(window_s=10, least=4, ratio=0.5, open_s=5, probes=2)


class BreakerMachine(RuleBasedStateMachine):
    """Everybody who gets leave ends at some time, well or badly, or gives up."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker, self.now = Breaker(RULES), 0.0
        self.on_the_way: list[Pass] = []
        self.opened_at: float | None = None
        self.seen: list[tuple[float, bool]] = []

    @rule(seconds=st.floats(0.01, 7))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def somebody_comes(self) -> None:
        before = self.breaker.position
        went = self.breaker.enter(self.now)
        if went is not None:
            self.on_the_way.append(went)
        if before is Position.OPEN and self.opened_at is not None:
            assert (went is not None) == (self.now - self.opened_at >= RULES.open_s)
        if before is Position.CLOSED:
            assert went is not None
            assert not went.probe

    @rule(data=st.data(), failed=st.sampled_from([True, True, False, None]))
    def somebody_is_back(self, data: st.DataObject, failed: bool | None) -> None:  # noqa: FBT001 (drawn)
        if not self.on_the_way:
            return
        index = data.draw(st.integers(0, len(self.on_the_way) - 1))
        went, before = self.on_the_way.pop(index), self.breaker.position
        self.breaker.leave(went, self.now, failed=failed)
        after = self.breaker.position
        if before is Position.CLOSED and after is Position.OPEN:
            assert failed
        if before is Position.HALF_OPEN and after is not before:
            assert after is (Position.OPEN if failed else Position.CLOSED)
            assert went.probe
        if failed is None or before is Position.OPEN:
            assert after is before
        if after is Position.OPEN and before is not after:
            self.opened_at = self.now

    @invariant()
    def probes_are_few(self) -> None:
        if self.breaker.position is Position.HALF_OPEN:
            probing = [went for went in self.on_the_way if went.probe]
            newest = max((went.turn for went in probing), default=-1)
            assert len([went for went in probing if went.turn == newest]) <= RULES.probes


BreakerMachine.TestCase.settings = settings(max_examples=200, deadline=None)
TestBreaker = BreakerMachine.TestCase


def _broken() -> Breaker:
    breaker = Breaker(RULES)
    for _ in range(RULES.least):
        went = breaker.enter(0)
        assert went is not None
        breaker.leave(went, 0, failed=True)
    assert breaker.position is Position.OPEN
    return breaker


def test_it_opens_on_the_share_of_failures_and_not_before_there_are_enough() -> None:
    breaker = Breaker(RULES)
    for failed in (True, True, False, False, False):
        _one(breaker, failed=failed)
        assert breaker.position is Position.CLOSED
    _one(breaker, failed=True)
    assert breaker.position is Position.OPEN, "three of six"


def _one(breaker: Breaker, *, failed: bool) -> None:
    went = breaker.enter(0)
    assert went is not None
    breaker.leave(went, 0, failed=failed)


def test_what_is_older_than_the_window_does_not_count() -> None:
    breaker = Breaker(RULES)
    for at in (0, 0, 0, 20):
        went = breaker.enter(at)
        assert went is not None
        breaker.leave(went, at, failed=True)
    assert breaker.position is Position.CLOSED


def test_as_many_good_probes_as_it_wants_close_it_and_no_fewer() -> None:
    breaker = _broken()
    assert breaker.enter(RULES.open_s - 0.1) is None
    probes = [breaker.enter(RULES.open_s) for _ in range(3)]
    assert [probe is not None for probe in probes] == [True, True, False]
    one, other, _ = probes
    assert one is not None
    assert other is not None
    breaker.leave(one, 6, failed=False)
    assert breaker.enter(6) is None, "one good probe and one under way are all that may be"
    assert breaker.position is Position.HALF_OPEN
    breaker.leave(other, 6, failed=False)
    assert breaker.position is Position.CLOSED


def test_one_bad_probe_opens_it_again_and_late_ones_change_nothing() -> None:
    breaker = _broken()
    one, other = breaker.enter(5), breaker.enter(5)
    assert one is not None
    assert other is not None
    breaker.leave(one, 6, failed=True)
    breaker.leave(other, 6, failed=False)
    assert breaker.position is Position.OPEN
    assert breaker.enter(10.9) is None
    assert breaker.enter(11) is not None
