"""The worlds that are explored: one terminal among any number, and two terminals side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.issuances.life import ENDED, State
from madoguchi_wire.reports import Completed, Money, Paid, Rejected, ReportBody, Voided, VoidReason
from store_terminal_sim.testing.honest_city import PAGES

from proofs.model.acting import Acts, World
from proofs.model.elsewhere import adapter_acts, person_acts, stop_acts, sweep_acts, time_acts
from proofs.model.explorer import Next
from proofs.model.gateway_orders import asked_too_early, order_acts
from proofs.model.gateway_requests import request_acts
from proofs.model.judging import ABOUT_THE_MACHINE, wrong_at_rest, wrong_in_state
from proofs.model.lane import Act, At, Lane, Paper, Stops
from proofs.model.recording import Journal
from proofs.model.terminal_steps import terminal_acts

_OF_LANE: tuple[Acts, ...] = (
    terminal_acts,
    order_acts,
    asked_too_early,
    request_acts,
    sweep_acts,
    adapter_acts,
    time_acts,
    person_acts,
)
_WITHOUT_TERMINAL = tuple(acts for acts in _OF_LANE if acts is not terminal_acts)
_FREE = Stops(ever=True)
_HELD = Stops(municipality=True, ever=True)


def beginning(world: World) -> Lane:
    """Return a lane in which nothing has happened yet."""
    bounds = world.bounds
    papers = tuple(Paper() for _ in range(bounds.papers))
    return Lane(papers, At("idle", Journal()), (None,) * bounds.slots)


def is_rest(lane: Lane) -> bool:
    """Tell whether nothing of a lane is left to do, but for a named person."""
    at, journal = lane.at, lane.at.journal
    if at.doing != "idle" or journal.is_open:
        return False
    if any(slot is not None for slot in lane.slots):
        return False
    return all(_rests(paper) for paper in lane.papers)


def _rests(paper: Paper) -> bool:
    row = paper.row
    if row.state is None:
        return not paper.adapter.asked
    if row.state is State.IN_DOUBT:
        return True
    return row.state in {*ENDED, State.QUARANTINED} and row.acknowledged


def told(lane: Lane) -> str:
    """Say in a few words where a lane is."""
    states = ", ".join(paper.row.state or "nothing" for paper in lane.papers)
    machines = ", ".join(
        f"coins {paper.machine.coins}, paper {paper.machine.where}" for paper in lane.papers
    )
    return f"{states}; {machines}"


@dataclass
class OneTerminal:
    """One terminal among any number of others.

    All that others can do to its papers is to stop and release them, and so anything may be
    stopped or not at each step. What holds here holds beside any number of terminals.
    """

    world: World
    acts: tuple[Acts, ...] = _OF_LANE

    def start(self) -> Lane:
        """Return where everything begins."""
        return beginning(self.world)

    def steps(self, state: Lane) -> Iterator[Next[Lane]]:
        """Return every step, stopped and not."""
        for acts in self.acts:
            for one in acts(self.world, state, _FREE):
                yield _next(one)
        for one in request_acts(self.world, state, _HELD):
            yield _next(one, " (stopped)")

    def wrong(self, state: Lane) -> Iterator[str]:
        """Return what of a state must not be."""
        for paper in state.papers:
            yield from wrong_in_state(paper)
        if is_rest(state):
            yield from wrong_at_rest(state, self.world.bounds.price)

    def is_rest(self, state: Lane) -> bool:
        """Tell whether nothing is left to do, but for a named person."""
        return is_rest(state)

    def told(self, state: Lane) -> str:
        """Say in a few words what a state is."""
        return told(state)


def _next(one: Act, where: str = "") -> Next[Lane]:
    what = one.what + where
    return Next(what, *_sort(one), one.lane, one.wrong)


def _sort(one: Act) -> tuple[bool, bool]:
    return one.kind in {"time", "fault"}, one.kind in {"step", "time"}


@dataclass
class AnyReports(OneTerminal):
    """A terminal that signs whatever it likes, whenever it likes: only gateways defend."""

    acts: tuple[Acts, ...] = _WITHOUT_TERMINAL

    def start(self) -> Lane:
        """Return an order, with every report on its way from the beginning."""
        lane = beginning(self.world)
        paper = lane.papers[0]._replace(ordered=True, fetched=True)
        recorder = self.world.recorder
        reports = (recorder.report(n, 0, body) for n, body in enumerate(_LIES, start=1))
        return lane._replace(papers=(paper,), sent=frozenset(reports))

    def wrong(self, state: Lane) -> Iterator[str]:
        """Return what must not be; what really lies in the machine, nobody knows here."""
        return (one for one in super().wrong(state) if one not in ABOUT_THE_MACHINE)


_LIES: tuple[ReportBody, ...] = (
    Paid(yen=250),
    Completed(pages=PAGES),
    Voided(reason=VoidReason.CANCELLED, money=Money.REFUNDED),
    Rejected(what="pages", attestation_sha256="0" * 64, ciphertext_sha256="0" * 64),
)
Two = tuple[int, int, Stops]


@dataclass
class TwoTerminals:
    """Two terminals at two sites, each with a paper of the same municipality."""

    world: World
    _lanes: list[Lane] = field(default_factory=list[Lane])
    _numbers: dict[Lane, int] = field(default_factory=dict[Lane, int])
    _known: dict[tuple[int, Stops], list[tuple[Act, int]]] = field(
        default_factory=dict[tuple[int, Stops], list[tuple[Act, int]]]
    )
    _wrong: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])

    def start(self) -> Two:
        """Return where everything begins."""
        lane = self._number(beginning(self.world))
        return lane, lane, Stops()

    def steps(self, state: Two) -> Iterator[Next[Two]]:
        """Return every step of either terminal; a state and its mirror image are one."""
        one, other, stops = state
        for act, lane in self._acts(one, stops):
            yield _both(act, lane, other, act.stops, "A")
        mirrored = _mirrored(stops)
        for act, lane in self._acts(other, mirrored):
            yield _both(act, one, lane, _mirrored(act.stops), "B")

    def wrong(self, state: Two) -> Iterator[str]:
        """Return what of a state must not be."""
        for number in state[:2]:
            if number not in self._wrong:
                lane = self._lanes[number]
                found = [wrong for paper in lane.papers for wrong in wrong_in_state(paper)]
                if is_rest(lane):
                    found.extend(wrong_at_rest(lane, self.world.bounds.price))
                self._wrong[number] = tuple(found)
            yield from self._wrong[number]

    def is_rest(self, state: Two) -> bool:
        """Tell whether nothing is left to do, but for a named person."""
        return all(is_rest(self._lanes[number]) for number in state[:2])

    def told(self, state: Two) -> str:
        """Say in a few words what a state is."""
        one, other, stops = state
        held = "; stopped" if stops.municipality else ""
        return f"A {told(self._lanes[one])} | B {told(self._lanes[other])}{held}"

    def _number(self, lane: Lane) -> int:
        if lane not in self._numbers:
            self._numbers[lane] = len(self._lanes)
            self._lanes.append(lane)
        return self._numbers[lane]

    def _acts(self, number: int, stops: Stops) -> list[tuple[Act, int]]:
        key = (number, stops)
        if key not in self._known:
            lane = self._lanes[number]
            made = [one for acts in (*_OF_LANE, stop_acts) for one in acts(self.world, lane, stops)]
            self._known[key] = [(one, self._number(one.lane)) for one in made]
        return self._known[key]


def _mirrored(stops: Stops) -> Stops:
    return Stops(stops.municipality, stops.elsewhere, stops.path, stops.ever)


def _both(act: Act, one: int, other: int, stops: Stops, who: str) -> Next[Two]:
    to = (one, other, stops) if one <= other else (other, one, _mirrored(stops))
    return Next(f"{who} {act.what}", *_sort(act), to, act.wrong)
