"""What may be decided about a municipality, by whom, and from when it counts."""

from proofs.guards.guard import Cut, Guard, holds, never

_ROOM = "gateway/src/gateway/municipalities"
DECISIONS, SENSITIVE = f"{_ROOM}/decisions.py", f"{_ROOM}/sensitive.py"
REPORTS = f"{_ROOM}/probe_reports.py"
_MIGRATION = "gateway/src/gateway/database/migrations/versions/probe_reports.py"
REGISTRY, HISTORY = f"{_ROOM}/registry.py", f"{_ROOM}/history.py"
CONSENT, SETTINGS = "wire/src/madoguchi_wire/consent.py", "gateway/src/gateway/settings.py"
_TESTS = "gateway/tests/municipalities/test_decisions.py"
_ADDRESSES = f"{_TESTS}::test_other_addresses_need_a_second_person_consent_and_time"
_KEYS = f"{_TESTS}::test_other_keys_need_the_consent_of_the_key_that_the_file_has"
_WAITS = f"{_TESTS}::test_a_decision_waits_for_its_time_and_a_later_one_takes_its_place"
_REPORT = f"{_TESTS}::test_going_live_needs_the_newest_report_of_its_version_that_held_and_is_young"
_SAID = f"{_TESTS}::test_what_is_not_possible_is_said_and_changes_nothing"
_PRODUCTION = f"{_TESTS}::test_production_refuses_short_cuts"
_STEPS, _CONSENT = "§7 decisions", "§7 keys and addresses"


def _of(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.decisions.{name}", design, (cut,), (test,))


GUARDS = (
    _of(
        "table",
        _STEPS,
        Cut(
            f"{_ROOM}/life.py", "_TABLE.get((source, step))", "_TABLE.get((source, step), ROWS[0])"
        ),
        _SAID,
    ),
    _of("earlier", _STEPS, never(DECISIONS, "wanted is None or wanted not in earlier"), _SAID),
    _of(
        "report",
        _STEPS,
        Cut(DECISIONS, "return None\n        raise\n", "return None\n        return None\n"),
        _SAID,
    ),
    _of("report.held", _STEPS, never(REPORTS, "not report.held"), _REPORT),
    _of("report.age", _STEPS, never(REPORTS, "not report.counts"), _REPORT),
    _of(
        "report.version",
        _STEPS,
        Cut(
            DECISIONS,
            "report_to_go_live(connection, version.municipality, version.version)",
            "report_to_go_live(connection, version.municipality, 1)",
        ),
        _REPORT,
    ),
    _of(
        "report.newest",
        _STEPS,
        Cut(REPORTS, "ORDER BY number DESC LIMIT 1", "ORDER BY held DESC, number DESC LIMIT 1"),
        _REPORT,
    ),
    _of("report.exempt", _STEPS, holds(DECISIONS, "settings.live_without_report"), _SAID),
    _of(
        "report.tested",
        _STEPS,
        Cut(DECISIONS, "row.target is State.LIVE and settings", "settings"),
        _REPORT,
    ),
    _of(
        "report.append-only",
        _STEPS,
        Cut(
            _MIGRATION, "BEFORE UPDATE OR DELETE ON probe_reports", "BEFORE DELETE ON probe_reports"
        ),
        f"{_TESTS}::test_a_report_is_never_changed_and_is_what_its_digest_says",
    ),
    _of(
        "report.digest",
        _STEPS,
        Cut(_MIGRATION, "CHECK (digest = encode(sha256(body), 'hex'))", "CHECK (true)"),
        f"{_TESTS}::test_a_report_is_never_changed_and_is_what_its_digest_says",
    ),
    _of("all-or-nothing", _STEPS, never(f"{_ROOM}/deciding.py", "faults"), _SAID),
    _of(
        "two-names",
        _STEPS,
        never(
            f"{_ROOM}/proposal.py",
            "second is not None and is_one_person(second.name, self.by.name)",
        ),
        _SAID,
    ),
    _of("later-counts", _STEPS, holds(REGISTRY, 'row["begun"] and self._is_newest(row)'), _WAITS),
    _of(
        "time",
        _STEPS,
        Cut(REGISTRY, "in_force_from <= madoguchi_now() AS begun", "true AS begun"),
        _WAITS,
    ),
    _of("sensitive", _CONSENT, holds(SENSITIVE, "not changes"), _ADDRESSES),
    _of(
        "sensitive.second-person",
        _CONSENT,
        Cut(SENSITIVE, "if proposal.agreed_by is None else None", "if False else None"),
        _ADDRESSES,
    ),
    _of(
        "sensitive.time",
        _CONSENT,
        Cut(SENSITIVE, "if starts < earliest", "if False"),
        _ADDRESSES,
    ),
    _of(
        "sensitive.tested",
        _CONSENT,
        Cut(
            f"{_ROOM}/history.py",
            "if one.begun and one.state is not State.TESTED",
            "if one.begun",
        ),
        f"{_TESTS}::test_a_probe_puts_no_address_in_force_and_whoever_comes_back_needs_what_others_need",
    ),
    _of("sensitive.keys", _CONSENT, holds(SENSITIVE, "not own"), _KEYS),
    _of(
        "consent.owner",
        _CONSENT,
        Cut(
            CONSENT, "KeyPurpose.ATTESTATION, at, municipality)", "KeyPurpose.GATEWAY_REQUEST, at)"
        ),
        _ADDRESSES,
    ),
    _of(
        "consent.same-change",
        _CONSENT,
        never(
            CONSENT,
            "(consent.municipality, consent.replaces, consent.digest) != (municipality, *change)",
        ),
        _ADDRESSES,
    ),
    _of(
        "consent.age",
        _CONSENT,
        Cut(CONSENT, " <= consent.consented_at + CONSENT_LASTS", ""),
        _ADDRESSES,
    ),
    _of(
        "production.waiting",
        _CONSENT,
        never(SETTINGS, "self.decision_waiting_seconds < SHORTEST_WAITING_S"),
        _PRODUCTION,
    ),
    _of("production.report", _STEPS, never(SETTINGS, "self.live_without_report"), _PRODUCTION),
)
