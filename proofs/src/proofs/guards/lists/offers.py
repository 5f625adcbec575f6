"""What the gateway offers: hours, kinds, prices, and a city that fails."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

HOUSEHOLD = "gateway/src/gateway/cardholders/household.py"
_ISSUANCES = "gateway/src/gateway/issuances"
ACCEPTING = f"{_ISSUANCES}/accepting.py"
JUDGING = f"{_ISSUANCES}/rules/reporting.py"
OFFERS = "gateway/src/gateway/municipalities/rules/offers.py"
BUILDS = "gateway/src/gateway/municipalities/rules/builds.py"
ADDRESSES = "gateway/src/gateway/municipalities/rules/addresses.py"
OPENING = "gateway/src/gateway/municipalities/rules/opening.py"
HOURS = "gateway/src/gateway/municipalities/rules/hours.py"
TARIFFS = "gateway/src/gateway/municipalities/rules/tariffs.py"
COLLECTORS = "gateway/src/gateway/municipalities/rules/collectors.py"
LANE = "gateway/src/gateway/adapters/lane.py"
BREAKER = "gateway/src/gateway/adapters/breaker.py"
_TESTS = "gateway/tests"
_REFUSED = f"{_TESTS}/issuances/test_orders_that_are_refused.py"
_NOT_OFFERED = f"{_REFUSED}::test_an_order_for_what_is_not_offered_is_refused"
_CHANNELS = f"{_TESTS}/issuances/test_channels_and_prices.py"
_DEADLINES = f"{_TESTS}/issuances/test_deadlines_and_crashes.py"
_RULES = f"{_TESTS}/municipalities/rules"
_BAD = (
    f"{_TESTS}/municipalities/test_bad_input.py::test_a_fault_is_told_with_its_place_and_its_mend"
)
_LANES = f"{_TESTS}/adapters/test_slow_city.py"
_BREAKER = f"{_TESTS}/adapters/test_breaker.py"
_MENU = f"{_TESTS}/municipalities/test_menu.py"


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.{name}", design, (cut,), (test,))


_OFFER = (
    _one(
        "hours",
        "§4 hours",
        never(OFFERS, "not is_within_hours(municipality, options.kind, terminal, moment)"),
        f"{_RULES}/test_offers.py::test_out_of_hours_is_the_last_reason",
    ),
    _one(
        "hours.clock",
        "§4 hours",
        holds(HOURS, 'hours.opens <= local.strftime("%H:%M") < hours.closes'),
        f"{_RULES}/test_hours.py"
        "::test_the_boundaries_are_half_past_six_and_the_last_millisecond_before_eleven",
    ),
    _one(
        "hours.closed-day",
        "§4 hours",
        never(HOURS, "is_closed_on(municipality, kind, day)"),
        f"{_RULES}/test_hours.py"
        "::test_it_is_open_exactly_between_its_hours_on_days_that_are_not_closed",
    ),
    _one(
        "hours.weekday",
        "§4 hours",
        Cut(OPENING, "self.weekdays.get(_WEEKDAYS[day.weekday()], self)", "self"),
        f"{_RULES}/test_hours.py::test_hours_are_those_of_the_weekday_and_of_the_type_of_site",
    ),
    _one(
        "hours.site-type",
        "§4 hours",
        Cut(OPENING, "(own or self).on(day)", "self.on(day)"),
        f"{_RULES}/test_hours.py::test_hours_are_those_of_the_weekday_and_of_the_type_of_site",
    ),
    _one(
        "hours.closing",
        "§4 hours",
        Cut(HOURS, " or any(one.covers(day) for one in extra)", ""),
        f"{_RULES}/test_hours.py::test_an_extra_closing_takes_out_its_days_for_its_kinds",
    ),
    _one(
        "hours.maintenance",
        "§4 hours",
        never(OFFERS, "is_under_maintenance(municipality, options.kind, terminal, moment)"),
        f"{_RULES}/test_offers.py"
        "::test_a_window_of_maintenance_is_its_own_reason_and_ends_to_the_minute",
    ),
    _one(
        "hours.maintenance.menu",
        "§4 hours",
        Cut(
            HOURS,
            "is_within_hours(municipality, kind, terminal, moment) and not is_under_maintenance(\n"
            "        municipality, kind, terminal, moment\n    )",
            "is_within_hours(municipality, kind, terminal, moment)",
        ),
        f"{_RULES}/test_offers.py"
        "::test_a_window_of_maintenance_is_its_own_reason_and_ends_to_the_minute",
    ),
    _one(
        "hours.household",
        "§4 hours",
        gone(HOUSEHOLD, "offer_at(version.body, choosing, 1, terminal, gateway.clock.now())"),
        f"{_REFUSED}::test_an_order_out_of_hours_is_refused",
    ),
    _one(
        "offer",
        "§4 offer",
        gone(
            ACCEPTING,
            "offer_at(in_force.body, order.options, order.copies, terminal, now)",
        ),
        f"{_NOT_OFFERED}[an option that is not offered]",
    ),
    _one(
        "offer.kind",
        "§4 offer",
        Cut(
            OFFERS,
            "if rule is None:\n        raise OfferRefused()",
            "if rule is None:\n        rule = next(iter(municipality.offers.values()))",
        ),
        f"{_RULES}/test_offers.py::test_a_kind_that_is_not_offered_is_refused_before_its_hours",
    ),
    _one(
        "offer.copies",
        "§4 offer",
        Cut(OFFERS, " or copies > rule.maximum_copies:", ":"),
        f"{_NOT_OFFERED}[too many copies]",
    ),
    _one(
        "offer.members",
        "§4 offer",
        holds(OFFERS, "(rule.members or not options.members)"),
        f"{_RULES}/test_offers.py::test_each_option_can_be_left_out_of_the_offer[members]",
    ),
    _one(
        "offer.relationship",
        "§4 offer",
        holds(OFFERS, "(rule.relationship or not options.relationship)"),
        f"{_RULES}/test_offers.py::test_each_option_can_be_left_out_of_the_offer[relationship]",
    ),
    _one(
        "offer.honseki",
        "§4 offer",
        holds(OFFERS, "(rule.honseki or not options.honseki)"),
        f"{_RULES}/test_offers.py::test_each_option_can_be_left_out_of_the_offer[honseki]",
    ),
    _one(
        "build.file",
        "§4 attestation: build allowed",
        Cut(BUILDS, "trusted & {one.build for one in builds} if builds else trusted", "trusted"),
        f"{_TESTS}/issuances/test_adapters_that_fail_or_lie.py"
        "::test_a_build_that_the_municipalitys_file_does_not_name_is_quarantined",
    ),
    _one(
        "adapter.inside",
        "§5 configuration: an adapter lies outside the centre",
        never(ADDRESSES, "where is not None and not (development and where == _HERE)"),
        f"{_BAD}[adapter at 127.0.0.1]",
    ),
    _one(
        "adapter.metadata",
        "§5 configuration: an adapter lies outside the centre",
        never(ADDRESSES, "any(number in network for network in _METADATA)"),
        f"{_BAD}[adapter at 169.254.169.254]",
    ),
    _one(
        "adapter.spelled-otherwise",
        "§5 configuration: an adapter lies outside the centre",
        Cut(ADDRESSES, "return number.ipv4_mapped or number.sixtofour or number", "return number"),
        f"{_BAD}[adapter at [::ffff:169.254.169.254]]",
    ),
    _one(
        "adapter.https",
        "§5 configuration: an adapter lies outside the centre",
        never(ADDRESSES, 'not address.startswith("https://") and not development'),
        f"{_BAD}[adapter without https]",
    ),
    _one(
        "key.demo",
        "§2 nothing made by demo or tests is trusted outside development",
        never(
            "gateway/src/gateway/municipalities/rules/environments.py",
            "key.is_for_development and not development",
        ),
        f"{_BAD}[demo key]",
    ),
    _one(
        "price",
        "§4 price",
        never(ACCEPTING, "(order.tariff_version, order.unit_price) != (price.version, price.yen)"),
        f"{_NOT_OFFERED}[for nothing]",
    ),
    _one(
        "price.begun",
        "§4 price",
        holds(TARIFFS, "tariff.valid_from <= day"),
        f"{_RULES}/test_tariffs.py::test_the_price_changes_at_midnight_in_japan[leap day]",
    ),
    _one(
        "price.until",
        "§8 tariffs with dates",
        Cut(TARIFFS, " and period.covers(day)", ""),
        f"{_RULES}/test_tariffs.py::test_before_the_first_tariff_and_after_the_last_nothing_is_offered",
    ),
    _one(
        "price.menu",
        "§8 the price of a session is that of its menu",
        Cut(
            "gateway/src/gateway/cardholders/prices.py",
            "terminal, opened.shown_at",
            "terminal, gateway.clock.now()",
        ),
        f"{_CHANNELS}::test_the_price_of_the_menu_holds_across_midnight_and_that_of_no_other_day",
    ),
    _one(
        "price.menu.configuration",
        "§8 the price of a session is that of its menu",
        Cut(
            "gateway/src/gateway/cardholders/sessions.py",
            "        menu.configuration_version,",
            "        version.version,",
        ),
        f"{_CHANNELS}::test_a_new_file_between_menu_and_session_changes_no_price",
    ),
    _one(
        "collector.menu",
        "§8 designation of collectors",
        gone(
            "gateway/src/gateway/municipalities/endpoints.py",
            "check_collector(version.body, terminal, gateway.clock.now())",
        ),
        f"{_CHANNELS}::test_a_citys_machine_refuses_the_citizens_of_others",
    ),
    _one(
        "collector.session",
        "§8 designation of collectors",
        gone(
            "gateway/src/gateway/cardholders/sessions.py",
            "check_collector(version.body, terminal, now)",
        ),
        f"{_CHANNELS}::test_a_citys_machine_refuses_the_citizens_of_others",
    ),
    _one(
        "collector.household",
        "§8 designation of collectors",
        gone(HOUSEHOLD, "check_collector(version.body, terminal, gateway.clock.now())"),
        f"{_CHANNELS}::test_without_a_designation_in_force_a_store_issues_nothing[never]",
    ),
    _one(
        "collector.order",
        "§8 designation of collectors",
        gone(ACCEPTING, "check_collector(in_force.body, terminal, now)"),
        f"{_CHANNELS}::test_without_a_designation_in_force_a_store_issues_nothing[never]",
    ),
    _one(
        "collector.days",
        "§8 designation of collectors",
        never(COLLECTORS, "not any(one.covers(day) for one in designated)"),
        f"{_RULES}/test_collectors.py::test_without_a_designation_nobody_collects",
    ),
    _one(
        "collector.own-citizens",
        "§8 city machines",
        never(COLLECTORS, "terminal.site_municipality != municipality.code"),
        f"{_RULES}/test_collectors.py::test_a_citys_machine_needs_none_and_serves_its_own",
    ),
    _one(
        "collector.known",
        "§8 designation of collectors",
        gone(
            "gateway/src/gateway/municipalities/loader.py",
            "await check_collecting(connection)",
        ),
        f"{_TESTS}/municipalities/test_configuration_in_force.py"
        "::test_a_collector_that_nobody_knows_is_named_and_nothing_is_written",
    ),
    _one(
        "price.paid",
        "§4 price",
        never(JUDGING, "body.yen != known.fee"),
        f"{_DEADLINES}::test_a_wrong_amount_or_number_of_pages_gets_no_go",
    ),
    _one(
        "breaker",
        "§4 breaker",
        Cut(LANE, "if went is None:\n            raise AdapterPaused()", "assert went is not None"),
        f"{_LANES}::test_who_gives_up_tells_nothing_about_the_city",
    ),
    _one(
        "breaker.opens",
        "§4 breaker",
        never(BREAKER, "failed and enough and failures >= rules.ratio * len(results)"),
        f"{_BREAKER}::test_it_opens_on_the_share_of_failures_and_not_before_there_are_enough",
    ),
    _one(
        "breaker.probes",
        "§4 breaker",
        never(BREAKER, "self._probing + self._good_probes >= self.rules.probes"),
        f"{_BREAKER}::test_as_many_good_probes_as_it_wants_close_it_and_no_fewer",
    ),
    _one(
        "breaker.bulkhead",
        "§4 breaker",
        never(LANE, "self.under_way >= self.most"),
        f"{_LANES}::test_no_more_than_so_many_wait_for_one_city",
    ),
    _one(
        "breaker.retry-budget",
        "§4 breaker",
        never(LANE, "self.left < 1"),
        f"{_LANES}::test_second_tries_cost_what_first_ones_paid_in",
    ),
    _one(
        "offer.live.menu",
        "§4 offer",
        never("gateway/src/gateway/municipalities/registry.py", "entry.state is not State.LIVE"),
        f"{_MENU}::test_a_suspended_municipality_is_refused_before_its_adapter_is_asked",
    ),
    _one(
        "beacon.good",
        "§2 session: the adapter's beacon",
        Cut(
            "gateway/src/gateway/municipalities/beacons.py",
            "return beacon.good_until <= self._clock.now()",
            "return False",
        ),
        f"{_MENU}::test_an_adapter_that_fails_is_a_problem_of_its_kind"
        "[_dead_beacon-502-adapter-nonsense]",
    ),
)
GUARDS = (*_OFFER,)
