"""Sentences about changes: what, for whom, and from when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from gateway.municipalities.menu import TITLES
from gateway.municipalities.rules.configuration import MunicipalityFile
from madoguchi_wire.channel import Channel
from madoguchi_wire.order import Kind

from madoguchi.onboard.differences.changes import Change, Path, changes
from madoguchi.onboard.differences.prices import PriceChange, days_of, price_changes

_WHOM: Mapping[str, str] = {
    "name": "for whoever reads menus and lists",
    "contact": "for whoever is refused",
    "words": "for whoever is refused",
    "adapters": "for the gateway: two persons, the old key's consent and a waiting period",
    "keys": "for all who verify: two persons, the old key's consent and a waiting period",
    "builds": "for the municipality's adapter",
    "offers": "for residents",
    "closed": "for residents, every year",
    "closings": "for residents",
    "maintenance": "for residents",
    "tariffs": "for residents",
    "campaigns": "for residents",
    "collectors": "for the chain's stores",
    "places": "for the table of places of later papers",
    "cardholder_key_months": "for pseudonyms of cardholders in the audit trail",
    "commissions": "for the chain",
    "sites": "for the site",
    "terminals": "for the terminal",
}
_TERMS: Mapping[str, str] = {
    "closed": "休止日 (closed)",
    "closings": "臨時休止 (closings)",
    "maintenance": "メンテナンス (maintenance)",
    "tariffs": "手数料 (tariffs)",
    "campaigns": "期間限定の手数料 (campaigns)",
    "collectors": "指定公金事務取扱者 (collectors)",
    "places": "交付場所 (places)",
    "commissions": "委託手数料 (commissions)",
    **{kind.value: f"{words.ja} ({kind.value})" for kind, words in TITLES.items()},
}
_CHANNELS = {Channel.STORE: "at stores", Channel.CITY_MACHINE: "at the city's own machines"}


@dataclass(frozen=True)
class Difference:
    """One thing that would change."""

    path: str
    """Where it stands in the file, by names."""
    says: str
    """A sentence without its full stop."""


def between_municipalities(
    old: MunicipalityFile, new: MunicipalityFile, today: date
) -> list[Difference]:
    """Return all that would change; nothing if the files say the same."""
    prices = [*price_changes(old, new, today)]
    rest = (
        Difference(".".join(change.path), sentence(change))
        for change in changes(_plain(old), _plain(new))
        if not _is_told(change.path, prices, new)
    )
    return [*_prices(prices, today), *rest]


def _plain(body: MunicipalityFile) -> dict[str, Any]:
    return body.model_dump(mode="json", by_alias=True)


def _is_told(path: Path, prices: Sequence[PriceChange], new: MunicipalityFile) -> bool:
    """Tell whether a price that differs is in the sentences about what papers cost."""
    if len(path) != 4 or path[2] not in ("prices", "city_machine_prices"):
        return False
    days = days_of(new, path[1])
    at_machines = path[2] == "city_machine_prices"
    return days is not None and any(
        one.kind.value == path[3] and one.shares_a_day_with(days)
        for one in prices
        if one.channel is Channel.CITY_MACHINE or not at_machines
    )


def sentence(change: Change) -> str:
    """Return what one change means."""
    top = change.path[0]
    subject = ", ".join(_TERMS.get(step, step.replace("_", " ")) for step in change.path)
    if change.old is None:
        what = f"{subject} is added: {_value(change.new)}"
    elif change.new is None:
        what = f"{subject} is taken out: {_value(change.old)}"
    else:
        what = f"{subject}: {_value(change.old)} → {_value(change.new)}"
    whom = _WHOM.get(top, "for whoever reads it")
    return f"{what}; {whom}, {_when(change)}"


def _when(change: Change) -> str:
    value = change.new if change.old is None else change.old
    if isinstance(value, Mapping) and "from" in value:
        days = cast("Mapping[str, object]", value)
        until = f" until {days['until']}" if "until" in days else ""
        return f"from {days['from']}{until}"
    if change.path[0] in ("tariffs", "campaigns"):
        return "on its days"
    return "as soon as it is in force"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        inside = cast("Mapping[str, object]", value)
        return ", ".join(f"{name} {_value(one)}" for name, one in inside.items())
    if isinstance(value, list):
        return f"[{', '.join(map(_value, cast('list[object]', value)))}]"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _prices(prices: list[PriceChange], today: date) -> Iterator[Difference]:
    grouped: dict[tuple[object, ...], list[Channel]] = defaultdict(list)
    for one in prices:
        grouped[one.kind, one.old, one.new, one.first, one.last].append(one.channel)
    for (kind, old, new, first, last), channels in grouped.items():
        where = " and ".join(_CHANNELS[channel] for channel in channels)
        assert isinstance(kind, Kind)  # noqa: S101 (as it was put in)
        start = "as soon as it is in force" if first == today else f"from {first}"
        end = f" until {last}" if last else ""
        yield Difference(
            f"tariffs.{kind.value}",
            f"{_TERMS[kind.value]} {where}: {_yen(old, new)} {start}{end}",
        )


def _yen(old: object, new: object) -> str:
    if new is None:
        return f"{old} yen → not issued"
    return f"not issued → {new} yen" if old is None else f"{old} → {new} yen"
