"""The judgement of a chain of stamps: shared by the archive, the checker and auditors."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

STAMPS = "wire/src/madoguchi_wire/stamps.py"
TIMES = "wire/src/madoguchi_wire/stamp_chain/times.py"
TIMESTAMPS = "wire/src/madoguchi_wire/timestamps.py"
MERKLE = "wire/src/madoguchi_wire/merkle.py"
_CHAIN = "wire/src/madoguchi_wire/stamp_chain"
JUDGING, WITNESSES = f"{_CHAIN}/verifying.py", f"{_CHAIN}/witnesses.py"
EVENTS, ENDS = f"{_CHAIN}/events.py", f"{_CHAIN}/ends.py"
_T = "wire/tests/stamp_chain/test_verifying.py"
_E = "wire/tests/stamp_chain/test_events.py"
_M = "wire/tests/test_merkle.py"
_RUN_ON = f"{_T}::test_totals_and_times_run_on"
_NOTHING = f"{_T}::test_nothing_is_whole_unless_somebody_saw_more"
_TIMES = "wire/tests/test_timestamps.py"
_HELD = f"{_TIMES}::test_a_chain_is_held_to_what_its_authority_said"
_REWRITTEN = f"{_T}::test_history_rewritten_with_the_centres_key_is_told_from_its_first_stamp_on"
_PROOF = "§5 any change, loss, addition or exchange of events is found and named"


def _of(name: str, cut: Cut, test: str) -> Guard:
    return Guard(f"shared.{name}", _PROOF, (cut,), (test,))


_SIGNED = (
    _of(
        "stamp.signature",
        Cut(STAMPS, "return Stamp.verified(token, key)", "return said"),
        f"{_T}::test_one_byte_of_a_stamp_is_found_in_its_place",
    ),
    _of(
        "stamp.centre",
        never(STAMPS, "said.centre != centre"),
        f"{_T}::test_another_centres_chain_is_refused",
    ),
    _of(
        "stamp.key-of-centre",
        Cut(
            STAMPS,
            "KeyPurpose.STAMPING, said.stamped_at, owner=said.centre",
            "KeyPurpose.STAMPING, said.stamped_at",
        ),
        f"{_T}::test_nobody_signs_in_the_name_of_another[stamp]",
    ),
    _of(
        "countersignature.signature",
        Cut(STAMPS, "return Countersignature.verified(token, key)", "return said"),
        f"{_T}::test_one_byte_of_a_countersignature_is_refused",
    ),
    _of(
        "countersignature.key-of-municipality",
        Cut(STAMPS, "        owner=said.municipality,\n", ""),
        f"{_T}::test_nobody_signs_in_the_name_of_another[countersignature]",
    ),
    _of(
        "timestamp.signature",
        gone(TIMESTAMPS, 'verifier.verify_message(response, stamp.encode("ascii"))'),
        f"{_TIMES}::test_of_another_stamp_another_request_or_another_authority_it_is_refused",
    ),
    _of(
        "timestamp.request",
        Cut(TIMESTAMPS, "roots=[*roots], nonce=nonce", "roots=[*roots]"),
        f"{_TIMES}::test_of_another_stamp_another_request_or_another_authority_it_is_refused",
    ),
)
_CHAINED = (
    _of(
        "chain.missing",
        never(JUDGING, "stamp.number > expected"),
        f"{_T}::test_a_stamp_that_is_gone_is_named",
    ),
    _of(
        "chain.order",
        never(JUDGING, "stamp.number < expected"),
        f"{_T}::test_two_stamps_that_changed_places_are_named",
    ),
    _of(
        "chain.previous",
        never(JUDGING, "before.digest is not None and stamp.previous != before.digest"),
        f"{_T}::test_a_chain_forked_by_the_centre_is_broken_where_it_forks",
    ),
    _of(
        "chain.total",
        never(JUDGING, "before.total is not None and stamp.total != before.total + stamp.events"),
        f"{_RUN_ON}[1-total-wrong]",
    ),
    _of(
        "chain.time",
        never(JUDGING, "self._stamped_at is not None and stamp.stamped_at < self._stamped_at"),
        f"{_RUN_ON}[-3600-time-runs-back]",
    ),
    _of(
        "chain.count",
        never(JUDGING, "len(leaves) != stamp.events"),
        f"{_T}::test_a_count_that_is_not_of_the_listed_events_is_told",
    ),
    _of(
        "chain.root",
        never(JUDGING, "merkle.root(leaves) != stamp.root"),
        f"{_T}::test_whatever_is_done_to_the_listed_events_is_found_in_their_stamp",
    ),
    _of(
        "chain.event-stamped-twice",
        never(JUDGING, "len(set(leaves)) != len(leaves)"),
        f"{_T}::test_an_event_that_was_stamped_twice_is_told",
    ),
    *(
        _of(f"chain.timestamp.{name}", never(TIMES, condition), f"{_HELD}[{made}]")
        for name, condition, made in (
            ("missing", "before.is_timed", "one lacks"),
            ("late", "seen_at > stamp.stamped_at + _LATE", "late"),
            ("early", "seen_at < stamp.stamped_at - _EARLY", "early"),
        )
    ),
    _of(
        "chain.witness.of-this-stamp",
        never(WITNESSES, "(said.centre, said.number) != (stamp.centre, stamp.number)"),
        f"{_T}::test_a_countersignature_of_another_stamp_does_not_count",
    ),
    _of(
        "chain.witness.another-stamp",
        never(WITNESSES, "(said.stamp, said.total) != (digest, stamp.total)"),
        _REWRITTEN,
    ),
    _of(
        "chain.witness.enough",
        never(WITNESSES, "len(signed) < rules.needed"),
        f"{_T}::test_one_witness_twice_is_not_two",
    ),
    _of(
        "chain.witness.different",
        Cut(WITNESSES, "signed.add(said.municipality)", "signed.add(str(len(signed)))"),
        f"{_T}::test_one_witness_twice_is_not_two",
    ),
    _of(
        "chain.head.centre",
        holds(WITNESSES, "said.centre == rules.centre"),
        f"{_T}::test_another_centres_chain_is_refused",
    ),
    _of(
        "chain.head.refused",
        Cut(WITNESSES, "for what in self._refused:", "for what in ():"),
        _NOTHING,
    ),
    _of(
        "chain.head.another-stamp",
        Cut(WITNESSES, "(said.stamp, said.total) != (point.digest, point.total)", "False"),
        _REWRITTEN,
    ),
    _of(
        "chain.head.signature",
        Cut(STAMPS, "return Head.verified(token, key)", "return said"),
        f"{_T}::test_a_head_with_the_signature_of_another_is_none",
    ),
    *(
        _of(
            f"chain.end.{name}",
            cut,
            f"{_T}::test_the_end_needs_two_municipalities_as_of_its_moment[{case}]",
        )
        for name, cut, case in (
            ("enough", holds(ENDS, "len(told) >= self._needed"), "nobody"),
            (
                "different",
                Cut(ENDS, "len(told) >= self._needed", "len(self._counted) >= self._needed"),
                "one three times",
            ),
            (
                "old",
                Cut(ENDS, " if one.as_of >= moment - HEAD_TOLERANCE", ""),
                "too old",
            ),
            (
                "behind",
                Cut(ENDS, " if number <= one.number or stamped_at > one.as_of", ""),
                "behind",
            ),
        )
    ),
    _of(
        "chain.head.tail",
        Cut(WITNESSES, "heads if number > end.number else ()", "()"),
        f"{_T}::test_a_cut_tail_is_told_by_witnesses_alone",
    ),
)
_UNDER = (
    _of(
        "events.changed",
        Cut(EVENTS, "elif changed[before]:", "elif False:"),
        f"{_E}::test_one_byte_of_one_event",
    ),
    _of(
        "events.missing",
        gone(EVENTS, 'yield ChainFault(_N.EVENT_MISSING, number, "it is not kept", event=place)'),
        f"{_E}::test_one_event_deleted",
    ),
    _of(
        "events.foreign",
        gone(EVENTS, "yield ChainFault(_N.EVENT_FOREIGN, number, what, event=place)"),
        f"{_E}::test_one_event_added",
    ),
    _of(
        "events.twice",
        gone(EVENTS, "yield from _check_repeats(number, leaves, kept)"),
        f"{_E}::test_one_event_added",
    ),
    _of(
        "events.order",
        gone(EVENTS, "yield from _check_order(number, leaves, kept)"),
        f"{_E}::test_two_events_swapped",
    ),
    _of(
        "merkle.leaf",
        Cut(MERKLE, r'b"\x00" + bytes.fromhex(digest)', "bytes.fromhex(digest)"),
        f"{_M}::test_a_node_never_passes_for_an_event",
    ),
    _of(
        "merkle.place",
        never(MERKLE, "not 0 <= index < count"),
        f"{_M}::test_proofs_that_are_none_are_told_so",
    ),
    _of(
        "merkle.length",
        Cut(
            MERKLE, "return last == 0 and found.hex() == expected", "return found.hex() == expected"
        ),
        f"{_M}::test_a_proof_of_a_smaller_batch_is_none_of_a_larger",
    ),
    _of(
        "merkle.root",
        Cut(MERKLE, "return last == 0 and found.hex() == expected", "return last == 0"),
        f"{_M}::test_whatever_is_changed_lost_or_moved_changes_the_root",
    ),
)
GUARDS = (*_SIGNED, *_CHAINED, *_UNDER)
