"""Who signs stamps: a municipality's witness, and the stamper that asks it."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

_WITNESS = "municipal-adapter/src/municipal_adapter/witness"
WITNESS, BOOK = f"{_WITNESS}/witness.py", f"{_WITNESS}/book.py"
CONTINUES, WHICH = f"{_WITNESS}/chain.py", f"{_WITNESS}/endpoints.py"
_STAMPER = "services/stamper/src/stamper"
ASKED, CHAIN = f"{_STAMPER}/witness.py", f"{_STAMPER}/chain.py"
EVIDENCE, OUTBOX = f"{_STAMPER}/evidence.py", f"{_STAMPER}/outbox.py"
LOOP, SETTINGS = f"{_STAMPER}/loop.py", f"{_STAMPER}/settings.py"
_SHOWN = "municipal-adapter/tests/witness/test_witness.py"
_OWN_CENTRES = f"{_SHOWN}::test_only_stamps_of_its_own_centre_are_looked_at"
_RESTORED = f"{_SHOWN}::test_after_a_restored_database_it_goes_on_from_what_another_witness_saw"
_GOES_ON = "municipal-adapter/tests/witness/test_chain.py::test_only_the_next_stamp_goes_on"
_TESTS = "services/stamper/tests"
_WORD = f"{_TESTS}/test_witness.py::test_a_word_on_anything_else_than_was_shown_is_not_kept"
_COMPLETE = f"{_TESTS}/test_evidence.py::test_a_stamp_is_complete_with_every_word_that_it_needs"
_EXTENDS = "§5 municipalities countersign a stamp if it extends the chain they know"
_ELECTED = "§5 one elected stamper chains batches"


def _witness(name: str, cut: Cut, test: str) -> Guard:
    return Guard(f"adapter.witness.{name}", _EXTENDS, (cut,), (test,))


def _stamper(name: str, cut: Cut, test: str, design: str = _EXTENDS) -> Guard:
    return Guard(f"stamper.{name}", design, (cut,), (test,))


_SEEN = (
    Guard(
        "adapter.witness.signature",
        _EXTENDS,
        (
            Cut(
                WITNESS,
                "verified_stamp(token, self._trust.key_set, self._centre)",
                "Stamp.parsed(unverified_payload(token))",
            ),
            Cut(
                WITNESS,
                "import Countersignature, Head, verified_stamp",
                "import Countersignature, Head, Stamp\n"
                "from madoguchi_wire.signed import unverified_payload",
            ),
        ),
        (_OWN_CENTRES,),
    ),
    _witness(
        "future",
        never(WITNESS, "stamp.stamped_at > self._clock.now() + CLOCK_TOLERANCE"),
        _OWN_CENTRES,
    ),
    _witness(
        "head-to-come",
        never(WITNESS, "as_of is not None and as_of > now + CLOCK_TOLERANCE"),
        f"{_SHOWN}::test_a_head_is_as_of_the_moment_that_was_asked_for",
    ),
    _witness(
        "continues",
        holds(BOOK, "why is None"),
        f"{_SHOWN}::test_what_does_not_go_on_is_a_conflict_and_changes_nothing[left out]",
    ),
    _witness(
        "restored-newer", never(BOOK, "head is not None and said.number <= head.number"), _RESTORED
    ),
    _witness(
        "restored-centre",
        never(
            "municipal-adapter/src/municipal_adapter/commands/witness.py",
            "said.centre != desk.file.gateway",
        ),
        _RESTORED,
    ),
    _witness(
        "one-at-a-time",
        gone(
            BOOK,
            'await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)',
            after="async def add(",
        ),
        f"{_SHOWN}::test_replicas_and_requests_at_once_see_one_chain",
    ),
    _witness(
        "named",
        never(WHICH, "len(found) > 1"),
        f"{_SHOWN}::test_witnesses_of_one_process_are_apart_and_have_to_be_named",
    ),
    *(
        _witness(f"continues.{name}", never(CONTINUES, condition), f"{_GOES_ON}[{lie}]")
        for name, condition, lie in (
            ("known", "stamp.number <= head.number", "another second"),
            ("between", "stamp.number != head.number + 1", "left out"),
            ("previous", "stamp.previous != head.digest", "another chain"),
            ("total", "stamp.total != head.total + stamp.events", "total"),
            ("time", "stamp.stamped_at < head.stamped_at", "earlier"),
        )
    ),
    *(
        _witness(
            f"first.{name}",
            cut,
            f"municipal-adapter/tests/witness/test_chain.py"
            f"::test_a_first_stamp_follows_nothing[{lie}]",
        )
        for name, cut, lie in (
            ("previous", Cut(CONTINUES, "stamp.previous != NO_STAMP or ", ""), "previous"),
            ("total", Cut(CONTINUES, " or stamp.total != stamp.events", ""), "total"),
        )
    ),
)
_EXPECTED = "(said.municipality, said.centre, said.number, said.stamp, said.total) != expected"
_ASKED = (
    Guard(
        "stamper.witness.signature",
        _EXTENDS,
        (
            Cut(
                ASKED,
                "verified_countersignature(token, self._trust.key_set)",
                "Countersignature.parsed(unverified_payload(token))",
            ),
            Cut(
                ASKED,
                "import verified_countersignature",
                "import Countersignature\nfrom madoguchi_wire.signed import unverified_payload",
            ),
        ),
        (f"{_WORD}[by a stranger]",),
    ),
    *(
        _stamper(
            f"witness.{field}",
            Cut(ASKED, _EXPECTED, _EXPECTED.replace(f"said.{field}", shown)),
            f"{_WORD}[{field}]",
        )
        for field, shown in (
            ("municipality", "self._municipality"),
            ("centre", "self._centre"),
            ("number", "stamp.number"),
            ("stamp", "stamp.digest"),
            ("total", "stamp.total"),
        )
    ),
    _stamper(
        "complete.countersignatures",
        Cut(EVIDENCE, "jsonb_object_keys(countersignatures)) >= $3", "outbox WHERE $3 < 0) >= 0"),
        f"{_COMPLETE}[countersignatures]",
    ),
    _stamper(
        "complete.timestamp",
        Cut(EVIDENCE, "(timestamp IS NOT NULL OR NOT $4)", "$4::boolean IS NOT NULL"),
        f"{_COMPLETE}[timestamp]",
    ),
    _stamper(
        "witnesses-enough",
        never(SETTINGS, "len(found) < self.needed_countersignatures"),
        f"{_TESTS}/test_process.py"
        "::test_wrong_settings_are_told_and_it_does_not_start[one witness]",
    ),
    _stamper(
        "one-at-work",
        Cut(OUTBOX, "SELECT pg_try_advisory_lock($1::bigint)", "SELECT $1::bigint > 0"),
        f"{_TESTS}/test_outbox.py::test_one_connection_at_a_time_is_the_stamper",
        _ELECTED,
    ),
    _stamper(
        "order",
        Cut(OUTBOX, "before.sequence < free.sequence", "false"),
        f"{_TESTS}/test_process.py"
        "::test_a_late_commit_and_what_a_relay_holds_are_stamped_later_once_and_in_order",
        _ELECTED,
    ),
    _stamper(
        "key",
        Cut(LOOP, "if (unfit := key.fault()) is not None:", "if unfit := None:"),
        f"{_TESTS}/test_process.py::test_with_a_key_that_nobody_trusts_it_says_so",
        _ELECTED,
    ),
    _stamper(
        "time-never-back",
        gone(CHAIN, "now = max(now, newest.stamped_at)"),
        f"{_TESTS}/test_chain.py::test_the_next_follows_the_newest",
        _ELECTED,
    ),
)
GUARDS = (*_SEEN, *_ASKED)
