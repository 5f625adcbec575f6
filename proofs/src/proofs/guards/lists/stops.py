"""What stops a municipality or a path, and where a stop is looked at."""

from proofs.guards.guard import Cut, Guard, gone, holds, never
from proofs.guards.lists.attested import ATTESTATION

SESSIONS = "gateway/src/gateway/cardholders/sessions.py"
MENU = "gateway/src/gateway/municipalities/endpoints.py"
HOUSEHOLD = "gateway/src/gateway/cardholders/household.py"
_ISSUANCES = "gateway/src/gateway/issuances"
ACCEPTING = f"{_ISSUANCES}/accepting.py"
ORDERING = f"{_ISSUANCES}/ordering.py"
PREPARING = f"{_ISSUANCES}/preparing.py"
DELIVERY = f"{_ISSUANCES}/delivery.py"
REPORTED_MOVES = f"{_ISSUANCES}/reported_moves.py"
QUARANTINING = f"{_ISSUANCES}/quarantining.py"
RECHECKING = f"{_ISSUANCES}/rechecking.py"
RELEASING = f"{_ISSUANCES}/releasing.py"
SUSPECTING = f"{_ISSUANCES}/suspecting.py"
RULES = "gateway/src/gateway/stops/rules.py"
TRUST_LIST = "wire/src/madoguchi_wire/trust_list.py"
STOPPING = "gateway/src/gateway/stops/stopping.py"
REGISTRY = "gateway/src/gateway/stops/registry.py"
RELEASED = "gateway/src/gateway/stops/releasing.py"
_TESTS = "gateway/tests"
_LIES = f"{_TESTS}/issuances/test_adapters_that_fail_or_lie.py"
_MISMATCHES = f"{_TESTS}/stops/test_mismatches.py"
_PROOF = f"{_TESTS}/stops/test_proof.py"
_DOUBTS = f"{_TESTS}/stops/test_doubts.py"
_TRUST = "wire/tests/test_trust_list.py"


def _gateways(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"gateway.{name}", design, (cut,), (test,))


GUARDS = (
    _gateways(
        "stop.heard",
        "§3 stops: all replicas within 1 s",
        Cut(
            "gateway/src/gateway/municipalities/registry.py",
            "    except ValueError:\n        return None",
            "    except ZeroDivisionError:\n        return None",
        ),
        f"{_TESTS}/stops/test_hearing.py"
        "::test_a_stop_is_heard_within_a_second_beside_a_version_that_cannot_be_read",
    ),
    _gateways(
        "stop.heard-beside-faults",
        "§3 stops: all replicas within 1 s",
        Cut(
            "gateway/src/gateway/database/changes.py",
            "    except Exception as error:\n        return error",
            "    except ZeroDivisionError as error:\n        return error",
        ),
        f"{_TESTS}/stops/test_hearing.py"
        "::test_a_refresher_that_fails_does_not_keep_the_others_from_being_called",
    ),
    _gateways(
        "stop.looked-at",
        "§4 stop",
        never(REGISTRY, "self.stopped(municipality, terminal)"),
        f"{_MISMATCHES}::test_what_is_stopped_opens_no_session",
    ),
    _gateways(
        "stop.order",
        "§4 stop",
        gone(ACCEPTING, "gateway.stops.check(opened.municipality, opened.terminal)"),
        f"{_MISMATCHES}::test_that_it_works_the_second_time_releases_nothing",
    ),
    _gateways(
        "stop.menu",
        "§4 stop",
        gone(MENU, "gateway.stops.check(code, terminal.terminal)"),
        f"{_DOUBTS}::test_not_mine_freezes_its_path_and_calls_a_person_and_closes_no_city",
    ),
    _gateways(
        "stop.listed",
        "§4 stop",
        holds(MENU, "not gateway.stops.stopped(version.municipality, terminal.terminal)"),
        f"{_DOUBTS}::test_not_mine_freezes_its_path_and_calls_a_person_and_closes_no_city",
    ),
    _gateways(
        "stop.session",
        "§4 stop",
        gone(SESSIONS, "gateway.stops.check(claimed, terminal.terminal)"),
        f"{_MISMATCHES}::test_what_is_stopped_opens_no_session",
    ),
    _gateways(
        "stop.household",
        "§4 stop",
        gone(HOUSEHOLD, "gateway.stops.check(opened.municipality, terminal.terminal)"),
        f"{_MISMATCHES}::test_within_a_second_no_replica_releases_anything_of_the_municipality",
    ),
    _gateways(
        "stop.resumed",
        "§4 stop",
        gone(ORDERING, "gateway.stops.check(opened.municipality, terminal.terminal)"),
        f"{_MISMATCHES}::test_what_is_stopped_is_not_resumed[municipality-stopped]",
    ),
    _gateways(
        "stop.live.resumed",
        "§4 stop",
        Cut(
            ORDERING,
            "await served(gateway, terminal, opened.municipality)",
            "await at_present(gateway, opened.municipality, test=False)",
        ),
        f"{_MISMATCHES}::test_what_is_stopped_is_not_resumed[municipality-not-live]",
    ),
    _gateways(
        "stop.live.session",
        "§4 stop",
        Cut(
            SESSIONS,
            "await served(gateway, terminal, claimed)",
            "gateway.municipalities.in_force(claimed)",
        ),
        f"{_TESTS}/cardholders/test_sessions.py::test_a_suspended_municipality_opens_no_session",
    ),
    _gateways(
        "stop.looked-at.path",
        "§4 stop",
        Cut(REGISTRY, " or (municipality, terminal) in self._stopped", ""),
        f"{_DOUBTS}::test_not_mine_freezes_its_path_and_calls_a_person_and_closes_no_city",
    ),
    _gateways(
        "stop.looked-at.whole",
        "§4 stop",
        Cut(REGISTRY, "(municipality, None) in self._stopped or ", ""),
        f"{_MISMATCHES}::test_what_is_stopped_opens_no_session",
    ),
    _gateways(
        "stop.looked-at.in-force",
        "§3 until a named person releases them",
        Cut(REGISTRY, " FROM stops WHERE released_at IS NULL", " FROM stops"),
        f"{_MISMATCHES}::test_a_named_person_releases_an_incident_or_one_municipality_of_it",
    ),
    _gateways(
        "stop.doubt.delivered",
        "§2 no terminal alone can close a city",
        holds(SUSPECTING, "issuance.state not in _NEVER_DELIVERED"),
        f"{_DOUBTS}::test_what_never_left_the_gateway_stops_nothing_by_being_rejected",
    ),
    _gateways(
        "stop.live",
        "§4 stop",
        gone(RELEASING, "gateway.municipalities.live(issuance.municipality)"),
        f"{_MISMATCHES}::test_a_suspended_municipality_releases_nothing_that_was_prepared",
    ),
    _gateways(
        "stop.live.document",
        "§4 stop",
        Cut(
            DELIVERY,
            "check_release(gateway, issuance)\n    if ciphertext",
            "pass\n    if ciphertext",
        ),
        f"{_MISMATCHES}::test_a_suspended_municipality_releases_nothing_that_was_prepared",
    ),
    _gateways(
        "stop.live.paid",
        "§4 stop",
        never(
            REPORTED_MOVES,
            "judgement.target is State.PAID and not may_release(gateway, issuance)",
        ),
        f"{_MISMATCHES}::test_a_suspended_municipality_releases_nothing_that_was_prepared",
    ),
    _gateways(
        "stop.mismatch",
        "§4 stop",
        gone(QUARANTINING, "await put_in_force(connection, stops, source, now)"),
        f"{_PROOF}::test_a_mismatch_that_nobody_signed_holds_nobody_else",
    ),
    _gateways(
        "stop.nonsense",
        "§3 any mismatch in what an adapter returned",
        never(PREPARING, "error.as_answer"),
        f"{_LIES}::test_a_good_answer_that_makes_no_sense_is_a_mismatch[ciphertext that is none]",
    ),
    _gateways(
        "stop.two-documents",
        "§3 same id: the same bytes",
        never(
            PREPARING, "held is not None and held.attestation not in (None, prepared.attestation)"
        ),
        f"{_MISMATCHES}"
        "::test_an_issuance_with_two_documents_is_quarantined_and_with_one_twice_is_not[False]",
    ),
    _gateways(
        "stop.two-documents.same",
        "§3 a repeated request gets the same bytes",
        Cut(PREPARING, "not in (None, prepared.attestation)", "is not None"),
        f"{_MISMATCHES}"
        "::test_an_issuance_with_two_documents_is_quarantined_and_with_one_twice_is_not[True]",
    ),
    _gateways(
        "stop.quarantine",
        "§3 quarantined from anywhere before completed",
        gone(QUARANTINING, "await _hold(gateway, connection, issuance, error.slug)"),
        f"{_LIES}::test_an_attestation_by_another_key_is_quarantined",
    ),
    _gateways(
        "stop.same-build",
        "§3 one build, one fault",
        Cut(RULES, "set(alike) - {suspect.municipality}", "()"),
        f"{_PROOF}::test_a_paper_that_its_municipality_withheld_stops_it"
        "_and_if_signed_its_build[None]",
    ),
    Guard(
        "wire.stop.same-vendor",
        "§3 one vendor build, one fault",
        (Cut(TRUST_LIST, " or b.vendor in vendors", ""),),
        (f"{_TRUST}::test_two_municipalities_of_one_vendor_are_alike_on_different_builds",),
    ),
    Guard(
        "wire.stop.same-vendor.unnamed",
        "§3 one vendor build, one fault",
        (Cut(TRUST_LIST, "{b.vendor for b in own} - {None}", "{b.vendor for b in own}"),),
        (f"{_TRUST}::test_a_vendor_that_nobody_named_is_shared_with_nobody",),
    ),
    _gateways(
        "stop.proof.signature",
        "§2 no forger closes a city",
        Cut(
            QUARANTINING,
            "withheld = WithheldStatement.verified(error.evidence, key)",
            "import madoguchi_wire.signed\n"
            "        payload = madoguchi_wire.signed.unverified_payload(error.evidence)\n"
            "        withheld = WithheldStatement.parsed(payload)",
        ),
        f"{_PROOF}::test_a_paper_that_its_municipality_withheld_stops_it"
        "_and_if_signed_its_build[by a forger]",
    ),
    _gateways(
        "stop.proof.issuance",
        "§2 no forger closes a city",
        Cut(
            QUARANTINING,
            "return said == (str(issuance.issuance_id), issuance.municipality)",
            "return bool(said)",
        ),
        f"{_PROOF}::test_a_paper_that_its_municipality_withheld_stops_it"
        "_and_if_signed_its_build[about another issuance]",
    ),
    _gateways(
        "stop.proof.owner",
        "§2 no forger closes a city",
        Cut(
            QUARANTINING, "gateway.clock.now(), owner=issuance.municipality", "gateway.clock.now()"
        ),
        f"{_PROOF}::test_a_paper_that_its_municipality_withheld_stops_it"
        "_and_if_signed_its_build[by another municipality]",
    ),
    _gateways(
        "stop.proof.replay",
        "§2 no forger closes a city",
        Cut(ATTESTATION, "proven=about_this", "proven=True"),
        f"{_PROOF}::test_a_genuine_attestation_that_is_repeated_for_another_issuance"
        "_holds_nobody_else",
    ),
    _gateways(
        "stop.each-incident",
        "§3 until a named person releases them",
        Cut(STOPPING, "        stop.origin,\n", "        None,\n"),
        f"{_MISMATCHES}::test_what_two_incidents_hold_is_open_after_both_were_released",
    ),
    _gateways(
        "stop.release.as-seen",
        "§3 until a named person releases them",
        never(RELEASED, "struck.get(one.id, one.strikes) != one.strikes"),
        f"{_MISMATCHES}::test_what_struck_since_it_was_looked_at_is_not_released",
    ),
    _gateways(
        "stop.release.whole-incident",
        "§3 until a named person releases them",
        Cut(
            RELEASED,
            "WHERE incident = ANY ($1::uuid[]) GROUP BY incident",
            "WHERE incident = ANY ($1::uuid[]) AND released_at IS NULL GROUP BY incident",
        ),
        f"{_MISMATCHES}::test_what_struck_since_it_was_looked_at_is_not_released",
    ),
    _gateways(
        "stop.strikes",
        "§3 until a named person releases them",
        Cut(STOPPING, "THEN 0 ELSE 1 END", "THEN 0 ELSE 0 END"),
        f"{_MISMATCHES}::test_what_struck_since_it_was_looked_at_is_not_released",
    ),
    _gateways(
        "stop.strikes.once",
        "§2 one false report cannot close a city",
        Cut(STOPPING, "THEN 0 ELSE 1 END", "THEN 1 ELSE 1 END"),
        f"{_MISMATCHES}::test_one_issuance_strikes_a_stop_once",
    ),
    _gateways(
        "stop.called",
        "§3 calls a person",
        gone(STOPPING, "_call(stop, stop_id)"),
        f"{_DOUBTS}::test_not_mine_freezes_its_path_and_calls_a_person_and_closes_no_city",
    ),
    _gateways(
        "alarm.called",
        "§3 calls a person",
        Cut("gateway/src/gateway/audit/trail.py", "_log.error(", "_log.info("),
        f"{_DOUBTS}::test_not_mine_freezes_its_path_and_calls_a_person_and_closes_no_city",
    ),
    _gateways(
        "stop.told",
        "§3 calls a person",
        gone("gateway/src/gateway/health.py", 'gateway.health.notice("stops", stops)'),
        f"{_TESTS}/stops/test_hearing.py"
        "::test_a_stop_is_heard_within_a_second_beside_a_version_that_cannot_be_read",
    ),
    _gateways(
        "stop.path",
        "§2 no terminal alone can close a city",
        Cut(RULES, "cause.value, suspect.terminal, suspect)", "cause.value, None, suspect)"),
        f"{_DOUBTS}::test_not_mine_freezes_its_path_and_calls_a_person_and_closes_no_city",
    ),
    _gateways(
        "stop.doubt.paid",
        "§2 not mine: nobody closes a city for free",
        Cut(
            SUSPECTING,
            "return issuance.paid_at is not None",
            "return issuance.state not in _NEVER_DELIVERED",
        ),
        f"{_DOUBTS}::test_two_who_pay_nothing_close_no_city",
    ),
    _gateways(
        "stop.doubt.paid-in-every-state",
        "§2 not mine: nobody closes a city for free",
        Cut(SUSPECTING, "return issuance.paid_at is not None", "return True"),
        f"{_DOUBTS}::test_what_was_never_on_paper_freezes_nothing",
    ),
    _gateways(
        "stop.doubt.paid-wherever-it-ended",
        "§3 not mine freezes that path",
        Cut(
            SUSPECTING,
            "return issuance.paid_at is not None",
            "return issuance.state is State.COMPLETED",
        ),
        f"{_DOUBTS}::test_what_was_paid_may_be_on_paper_wherever_it_ended",
    ),
    _gateways(
        "stop.rejected.second",
        "§2 rejected stops the municipality only if the re-check agrees",
        Cut(RULES, "if cause is Cause.NOT_MINE and any(", "if any("),
        f"{_DOUBTS}::test_what_a_terminal_rejects_is_no_second_report[bodies0]",
    ),
    _gateways(
        "stop.rejected.first",
        "§2 rejected stops the municipality only if the re-check agrees",
        Cut(STOPPING, "      AND cause = 'not_mine'\n", ""),
        f"{_DOUBTS}::test_what_a_terminal_rejects_is_no_second_report[bodies1]",
    ),
    _gateways(
        "stop.independent.site",
        "§2 no terminal alone can close a city",
        Cut(RULES, "other_card and earlier.site != suspect.site", "other_card"),
        f"{_DOUBTS}::test_however_often_one_site_says_so_its_city_stays_open",
    ),
    _gateways(
        "stop.independent.card",
        "§2 one false report cannot close a city",
        Cut(RULES, "and earlier.card != suspect.card", ""),
        f"{_DOUBTS}::test_however_many_sites_one_card_goes_to_its_city_stays_open",
    ),
    _gateways(
        "stop.independent.card-unknown",
        "§2 one false report cannot close a city",
        Cut(RULES, "None not in (earlier.card, suspect.card) and ", ""),
        f"{_DOUBTS}::test_a_card_that_was_not_kept_is_no_other_card[doubts]",
    ),
    _gateways(
        "stop.independent.open",
        "§2 one false report cannot close a city",
        Cut(
            STOPPING,
            "    WHERE municipality = $1 AND released_at IS NULL\n",
            "    WHERE municipality = $1\n",
        ),
        f"{_DOUBTS}::test_what_was_released_does_not_count_any_more",
    ),
    _gateways(
        "stop.second-report",
        "§3 a second independent report stops the municipality",
        Cut(RULES, "any(_is_independent(suspect, doubt) for doubt in earlier)", "False"),
        f"{_DOUBTS}::test_another_card_at_another_site_stops_the_municipality",
    ),
    _gateways(
        "stop.second-report.at-one-moment",
        "§3 a second independent report stops the municipality",
        gone(STOPPING, "await connection.execute(_LOCK, municipality)"),
        f"{_DOUBTS}::test_two_first_reports_at_one_moment_on_two_replicas_see_each_other",
    ),
    _gateways(
        "stop.recheck",
        "§2 the gateway's own re-check",
        never(RULES, "found is not None"),
        f"{_DOUBTS}::test_evidence_that_does_not_hold_stops_the_municipality",
    ),
    _gateways(
        "stop.recheck.ciphertext",
        "§2 the gateway's own re-check",
        never(
            RECHECKING,
            "sealed is not None and sha256_hex(sealed) != attestation.ciphertext_sha256",
        ),
        f"{_DOUBTS}::test_evidence_that_does_not_hold_stops_the_municipality",
    ),
    _gateways(
        "stop.recheck.twin",
        "§2 the gateway's own re-check",
        never(RECHECKING, "await _has_twin(connection, issuance, attestation)"),
        f"{_DOUBTS}::test_two_papers_with_one_number_stop_the_municipality",
    ),
    *(
        _gateways(
            f"stop.recheck.twin.{name}",
            "§2 the gateway's own re-check",
            Cut(RECHECKING, old, new),
            f"{_DOUBTS}::{test}",
        )
        for name, old, new, test in (
            (
                "document",
                "document_sha256 = $4 OR ciphertext",
                "$4::text IS NULL OR ciphertext",
                "test_two_papers_with_one_document_stop_the_municipality[document_sha256]",
            ),
            (
                "ciphertext",
                "ciphertext_sha256 = $5 OR",
                "$5::text IS NULL OR",
                "test_two_papers_with_one_document_stop_the_municipality[ciphertext_sha256]",
            ),
        )
    ),
    _gateways(
        "stop.doubt.told",
        "§2 not mine keeps the evidence",
        gone(SUSPECTING, "await connection.execute(_TELL_AGAIN, issuance.issuance_id)"),
        f"{_DOUBTS}::test_the_municipality_hears_of_a_paper_that_is_disputed_after_its_end",
    ),
    _gateways(
        "stop.recheck.attestation",
        "§2 the gateway's own re-check",
        never(RECHECKING, "getattr(attestation, name) != value"),
        f"{_DOUBTS}"
        "::test_a_stored_attestation_that_does_not_hold_stops_the_municipality[another order]",
    ),
    _gateways(
        "stop.recheck.signature",
        "§2 the gateway's own re-check",
        Cut(RECHECKING, 'return "the stored attestation does not verify"', "return None"),
        f"{_DOUBTS}"
        "::test_a_stored_attestation_that_does_not_hold_stops_the_municipality[by a forger]",
    ),
)
