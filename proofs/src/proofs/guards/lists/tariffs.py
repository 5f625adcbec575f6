"""A municipality's prices and collectors: what fits together is loaded, and nothing else."""

from proofs.guards.guard import Cut, Guard, holds, never

_RULES = "gateway/src/gateway/municipalities/rules"
PERIODS, FILE = f"{_RULES}/periods.py", f"{_RULES}/configuration.py"
TARIFFS = f"{_RULES}/tariffs.py"
COLLECTING = "gateway/src/gateway/municipalities/collecting.py"
_TESTS = "gateway/tests/municipalities"
_REFUSED = f"{_TESTS}/test_files.py::test_values_that_do_not_fit_together_are_refused"
_LOADED = f"{_TESTS}/test_configuration_in_force.py"
_CHANNELS = "gateway/tests/issuances/test_channels_and_prices.py"
_STORE = f"{_CHANNELS}::test_without_a_designation_in_force_a_store_issues_nothing"
_DATED, _DESIGNATED = "§8 tariffs with dates", "§8 designation of collectors"


def _of(name: str, design: str, cut: Cut, test: str = _REFUSED) -> Guard:
    return Guard(f"gateway.tariffs.{name}", design, (cut,), (test,))


GUARDS = (
    _of("overlap", _DATED, never(PERIODS, "one.until >= following.valid_from")),
    _of("gap", _DATED, never(PERIODS, "missing[0] <= missing[1]")),
    _of("kind-keeps-its-price", _DATED, never(FILE, "missing")),
    _of(
        "campaign.within-tariffs",
        "§8 campaigns",
        never(PERIODS, "campaign.valid_from < first or campaign.until > last"),
    ),
    _of("campaign.overlap", "§8 campaigns", never(PERIODS, "shared and both")),
    _of(
        "campaign.first",
        "§8 campaigns",
        Cut(
            TARIFFS,
            "(*municipality.campaigns, *begun[-1:])",
            "(*begun[-1:], *municipality.campaigns)",
        ),
        f"{_CHANNELS}::test_a_campaign_has_its_own_version_for_the_kinds_that_it_names",
    ),
    _of(
        "own-machine",
        "§8 city machines",
        Cut(PERIODS, "self.city_machine_prices if channel is Channel.CITY_MACHINE else {}", "{}"),
        f"{_CHANNELS}::test_a_citys_machine_has_own_prices_own_citizens_and_no_commission",
    ),
    _of(
        "collector.overlap",
        _DESIGNATED,
        never(PERIODS, "one.chain == other.chain and shared"),
    ),
    _of(
        "collector.first-day",
        _DESIGNATED,
        holds(PERIODS, "self.valid_from <= day"),
        f"{_STORE}[to come]",
    ),
    _of("collector.last-day", _DESIGNATED, holds(PERIODS, "day <= self.until"), f"{_STORE}[over]"),
    _of(
        "commission.of-each-day",
        "§8 commission by chain with dates",
        never(COLLECTING, "first is None or first > collector.valid_from"),
        f"{_LOADED}::test_a_collector_whose_commission_is_missing_on_some_day_is_named",
    ),
)
