"""`madoguchi onboard go-live | suspend | resume | rollback | retire`: named persons decide."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from gateway.municipalities.deciding import decide_all, undecided
from gateway.municipalities.decisions import Decided
from gateway.municipalities.life import Step
from gateway.municipalities.proposal import Proposal
from gateway.settings import DecisionSettings
from madoguchi_wire.kit.commands import FINE, AddParser, add_named, municipality, say, say_json
from madoguchi_wire.kit.person import Person

_STEPS = {
    Step.GO_LIVE: "put versions in force: the newest of each, or one that is named",
    Step.SUSPEND: "issue nothing more for a while, on all replicas at once",
    Step.RESUME: "issue again, under the version that was suspended",
    Step.ROLLBACK: "go back to an earlier version that was live",
    Step.RETIRE: "end it: the municipality leaves",
}


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    for step, does in _STEPS.items():
        command = add(step.value, help=does, act=_decide)
        command.set_defaults(step=step, all=False, version=None, consent=None)
        command.add_argument(
            "codes", nargs="*", type=municipality, metavar="CODE", help="of municipalities"
        )
        add_named(command)
        command.add_argument(
            "--and-by", help="a second person who agrees; keys and addresses need one"
        )
        command.add_argument(
            "--from",
            dest="starts",
            type=_moment,
            help="as 2027-04-01T00:00+09:00; left away: at once, or as soon as it may",
        )
        if step is Step.GO_LIVE:
            command.add_argument(
                "--all", action="store_true", help="every municipality with a newer draft"
            )
            command.add_argument("--version", type=int, help="left away: the newest")
        if step is Step.ROLLBACK:
            command.add_argument(
                "--to", dest="version", type=int, help="left away: the last one that was live"
            )
        if step in (Step.GO_LIVE, Step.ROLLBACK):
            command.add_argument(
                "--consent", type=Path, help="what `municipal_adapter consent` printed there"
            )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a moment is written 2027-04-01T00:00+09:00")
    return moment.astimezone(UTC)


async def _decide(asked: argparse.Namespace) -> int:
    settings = DecisionSettings.from_environment()
    codes: list[str] = list(dict.fromkeys(asked.codes))
    if asked.all == bool(codes):
        raise ValueError("name municipalities by their codes" + _or_all(asked))
    if asked.all:
        codes = await undecided(settings)
    elif len(codes) > 1 and (asked.version or asked.consent):
        raise ValueError("a version or a consent is one municipality's: name one code")
    proposals = [_proposal(asked, code) for code in codes]
    decided = await decide_all(proposals, settings) if proposals else []
    if asked.json:
        say_json([_for_programs(one) for one in decided])
        return FINE
    for one in decided:
        say(_line(one))
    if not decided:
        say("nothing waits for a decision")
    return FINE


def _or_all(asked: argparse.Namespace) -> str:
    return ", or all with a newer draft by --all" if asked.step is Step.GO_LIVE else ""


def _proposal(asked: argparse.Namespace, code: str) -> Proposal:
    consent: Path | None = asked.consent
    return Proposal(
        municipality=code,
        step=asked.step,
        by=Person.of(asked.by, asked.why),
        agreed_by=Person.of(asked.and_by, asked.why) if asked.and_by else None,
        version=asked.version,
        starts=asked.starts,
        consent=consent.read_text("ascii").strip() if consent else None,
    )


def _line(one: Decided) -> str:
    when = "now" if one.at_once else f"from {_spelt(one.in_force_from)} on"
    line = f"municipality {one.municipality}: {one.state} {when}, version {one.version}"
    line += f", decision {one.number}"
    if one.replaces_waiting is not None:
        line += f"; decision {one.replaces_waiting}, which waited, falls away"
    return line


def _for_programs(one: Decided) -> dict[str, object]:
    return {
        "municipality": one.municipality,
        "decision": one.number,
        "state": one.state.value,
        "version": one.version,
        "in_force_from": _spelt(one.in_force_from),
        "falls_away": one.replaces_waiting,
    }


def _spelt(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
