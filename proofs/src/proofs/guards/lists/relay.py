"""The relay: each event once and in order, by brokers that all have it, and nothing left behind."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

_ROOM = "services/relay/src/relay"
CHANNEL, WORK = f"{_ROOM}/kafka_channel.py", f"{_ROOM}/kafka_work.py"
SINK = f"{_ROOM}/kafka_sink.py"
BATCH, OUTBOX, BUCKETS = f"{_ROOM}/batch.py", f"{_ROOM}/outbox.py", f"{_ROOM}/buckets.py"
FILE, STAMPS = f"{_ROOM}/committed_file.py", f"{_ROOM}/stamps.py"
_TESTS = "services/relay/tests"
_REPEAT = (
    f"{_TESTS}/test_kafka_channel.py"
    "::test_each_batch_names_its_producer_and_its_place_so_brokers_know_a_repeat"
)
_KEPT = (
    f"{_TESTS}/test_kafka_channel.py"
    "::test_a_batch_counts_as_kept_when_all_replicas_in_sync_have_it_and_not_before"
)
_ON_FILE, _ON_WORK = "test_file_sink.py", "test_kafka_work.py"
_SHARED = "§5 relays share the work by hash of the issuance"
_ORDER = "§5 a sequence number per issuance"
_LOST = "§5 nothing is lost, and nothing is there twice"


def _of(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"relay.{name}", design, (cut,), (f"{_TESTS}/{test}",))


_BROKERS = (
    Guard(
        "relay.kafka.idempotent",
        _LOST,
        (Cut(CHANNEL, "enable_idempotence=True", "enable_idempotence=False"),),
        (_REPEAT,),
    ),
    Guard(
        "relay.kafka.acks",
        _LOST,
        # An idempotent producer asks for all by itself, and allows nothing else.
        (
            Cut(CHANNEL, 'acks="all"', "acks=1"),
            Cut(CHANNEL, "enable_idempotence=True", "enable_idempotence=False"),
        ),
        (_KEPT,),
    ),
    Guard(
        "relay.kafka.answer",
        _LOST,
        (
            Cut(
                CHANNEL,
                "await (await self._producer.send_batch",
                "(await self._producer.send_batch",
            ),
        ),
        (_KEPT,),
    ),
)
_CLAIMS = (
    _of(
        "claims.bucket",
        _SHARED,
        Cut(OUTBOX, "(hashtext(subject) & 15) = ANY ($2::int[])", "$2::int[] IS NOT NULL"),
        "test_outbox.py::test_each_event_is_in_one_bucket_with_all_of_its_subject",
    ),
    _of(
        "claims.by-issuance",
        _SHARED,
        Cut(OUTBOX, "hashtext(subject) & 15", "hashtext(event_id::text) & 15"),
        "test_outbox.py::test_each_event_is_in_one_bucket_with_all_of_its_subject",
    ),
    _of(
        "claims.one-owner",
        _SHARED,
        Cut(BUCKETS, "WHERE pg_try_advisory_lock($1, bucket)", "WHERE $1::int > bucket"),
        "test_buckets.py::test_what_one_holds_no_other_takes_until_its_connection_ends",
    ),
    _of(
        "claims.given-back",
        _SHARED,
        gone(BUCKETS, "await self._give_back(self.held - ours)"),
        "test_buckets.py::test_relays_that_share_have_each_bucket_once",
    ),
    _of(
        "claims.marked-by-others",
        _LOST,
        never(OUTBOX, 'status != f"UPDATE {len(rows)}"'),
        "test_outbox.py::test_a_batch_that_somebody_else_marked_is_not_marked_again",
    ),
)
_IN_ORDER = (
    _of(
        "order.predecessor",
        _ORDER,
        holds(BATCH, "row.follows_published or reached.get(row.subject) == row.sequence - 1"),
        "test_batch.py::test_each_subject_goes_on_without_a_gap_and_as_far_as_the_batch_reaches",
    ),
    _of(
        "order.predecessor-published",
        _ORDER,
        Cut(OUTBOX, "AND before.published_at IS NOT NULL", ""),
        "test_outbox.py::test_an_event_waits_for_its_predecessor_and_holds_up_nobody_else",
    ),
    _of(
        "order.stamps",
        _ORDER,
        never(STAMPS, 'not row["complete"]'),
        "test_file_sink.py::test_complete_stamps_go_to_a_file_beside_it_in_order_and_once",
    ),
)
_ASIDE = (
    _of(
        "aside.only-the-refused",
        _LOST,
        Cut(WORK, "elif len(batch) > 1:", "elif False:"),
        f"{_ON_WORK}::test_exactly_the_refused_are_set_aside_and_each_partition_keeps_its_order",
    ),
    _of(
        "aside.not-what-waits",
        _LOST,
        Cut(WORK, "return refused_for_good(error)", "return True"),
        f"{_ON_WORK}"
        "::test_a_broker_that_is_away_leaves_its_partition_for_later_and_sets_nothing_aside",
    ),
    _of(
        "aside.not-everything",
        _LOST,
        Cut(WORK, "return bool(self.kept)", "return True"),
        f"{_ON_WORK}::test_a_cluster_that_refuses_everything_without_a_reason_sets_nothing_aside",
    ),
    _of(
        "aside.successors-wait",
        _ORDER,
        Cut(WORK, "if r.subject != row.subject", "if r is not row"),
        f"{_ON_WORK}"
        "::test_without_its_dead_letter_an_event_keeps_its_successors_back_and_nobody_else",
    ),
    _of(
        "aside.letter-first",
        _LOST,
        Cut(SINK, "work.drop(row)", "work.aside.append((row, reason))"),
        "test_kafka_sink.py"
        "::test_without_the_other_topics_events_go_on_and_what_needs_them_waits_for_them",
    ),
    _of(
        "kept.only-the-acknowledged",
        _LOST,
        Cut(
            SINK,
            "mark_published(connection, work.kept, work.aside)",
            "mark_published(connection, rows)",
        ),
        "test_kafka_sink.py"
        "::test_partitions_without_a_leader_wait_and_the_others_do_not_wait_for_them",
    ),
    _of(
        "kept.as-far-as-answered",
        _LOST,
        Cut(WORK, "self.kept += batch[:answer]", "self.kept += batch"),
        f"{_ON_WORK}::test_exactly_the_refused_are_set_aside_and_each_partition_keeps_its_order",
    ),
)
_IN_FILES = tuple(
    _of(f"file.{name}", _LOST, cut, f"{_ON_FILE}::{test}")
    for name, cut, test in (
        (
            "unknown",
            never(FILE, "committed is None and length > 0"),
            "test_a_file_that_this_database_never_wrote_is_not_cut",
        ),
        (
            "lost",
            never(FILE, "length < good"),
            "test_a_file_that_lost_published_events_is_refused",
        ),
        (
            "uncommitted",
            gone(FILE, "os.ftruncate(file, good)"),
            "test_what_was_not_committed_is_cut_off_at_the_start",
        ),
        (
            "one-writer",
            gone(FILE, "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)"),
            "test_a_file_still_held_by_a_relay_that_lost_its_lock_is_left_alone",
        ),
    )
)
GUARDS = (*_BROKERS, *_CLAIMS, *_IN_ORDER, *_ASIDE, *_IN_FILES)
