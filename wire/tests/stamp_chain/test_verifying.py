"""A chain holds only as it was stamped and seen; each fault is named with its place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madoguchi_wire import merkle
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamp_chain import (
    BEGINNING,
    HEAD_TOLERANCE,
    ChainPoint,
    ChainRules,
    ChainVerdict,
    SeenToTheEnd,
    verify_chain,
)
from madoguchi_wire.stamps import Countersignature, Stamp, StampRecord
from madoguchi_wire_testing.cast import GATEWAY, ICHIKAWA, NOW, SHIBUYA, trusted
from madoguchi_wire_testing.stamped import (
    RULES,
    STAMP_KEYS,
    STAMPING_KEY,
    WITNESS_KEYS,
    Stamping,
    digests_of,
    head,
    record_of,
    stamped,
)

BATCHES = [digests_of(*((number, place) for place in range(number % 4 + 1))) for number in range(6)]
RECORDS = stamped(BATCHES)
HEADS = [head(RECORDS[-1].stamp, code) for code in (ICHIKAWA, SHIBUYA)]
EXAMPLES = settings(max_examples=100, deadline=None)


def found(verdict: ChainVerdict) -> set[tuple[str, int]]:
    return {(fault.name.value, fault.stamp) for fault in verdict.faults}


def judged(records: Sequence[StampRecord], heads: Sequence[str] = HEADS) -> set[tuple[str, int]]:
    return found(verify_chain(records, RULES, heads=heads))


def test_what_was_stamped_and_seen_holds() -> None:
    verdict = verify_chain(RECORDS, RULES, heads=HEADS)
    assert verdict.holds
    assert verdict.stamps == len(RECORDS)
    total = sum(len(leaves) for leaves in BATCHES)
    assert verdict.end == ChainPoint(len(RECORDS), token_digest(RECORDS[-1].stamp), total)


@EXAMPLES
@given(st.integers(0, len(RECORDS)))
def test_a_later_look_begins_where_an_earlier_one_ended(at: int) -> None:
    first = verify_chain(RECORDS[:at], RULES)
    rest = verify_chain(RECORDS[at:], RULES, start=first.end, heads=HEADS)
    assert first.holds
    assert rest.holds
    assert rest.end == verify_chain(RECORDS, RULES).end


@EXAMPLES
@given(st.data())
def test_one_byte_of_a_stamp_is_found_in_its_place(data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(RECORDS)))
    record = RECORDS[number - 1]
    place = data.draw(st.integers(0, len(record.stamp) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != record.stamp[place]))
    changed = record.stamp[:place] + other + record.stamp[place + 1 :]
    records = [*RECORDS]
    records[number - 1] = record.model_copy(update={"stamp": changed})
    assert ("stamp-refused", number) in judged(records)
    assert {at for _, at in judged(records)} == {number}


@EXAMPLES
@given(st.data())
def test_whatever_is_done_to_the_listed_events_is_found_in_their_stamp(data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(RECORDS)))
    leaves = [*RECORDS[number - 1].leaves]
    what = data.draw(st.sampled_from(["change", "delete", "add", "shuffle"]))
    at = data.draw(st.integers(0, len(leaves) - 1))
    match what:
        case "change":
            leaves[at] = digests_of("another")[0]
        case "delete":
            del leaves[at]
        case "add":
            leaves.insert(at, digests_of("another")[0])
        case _:
            leaves = data.draw(st.permutations(leaves))
    records = [*RECORDS]
    records[number - 1] = RECORDS[number - 1].model_copy(update={"leaves": tuple(leaves)})
    same = tuple(leaves) == RECORDS[number - 1].leaves
    assert judged(records) == (set() if same else {("root-wrong", number)})


@EXAMPLES
@given(st.integers(1, len(RECORDS) - 1))
def test_a_stamp_that_is_gone_is_named(number: int) -> None:
    records = [record for at, record in enumerate(RECORDS, 1) if at != number]
    assert judged(records) == {("stamp-missing", number)}


@EXAMPLES
@given(st.integers(1, len(RECORDS) - 1))
def test_two_stamps_that_changed_places_are_named(number: int) -> None:
    records = [*RECORDS]
    records[number - 1], records[number] = records[number], records[number - 1]
    assert judged(records) == {("stamp-missing", number), ("stamp-out-of-order", number)}


@EXAMPLES
@given(st.integers(0, len(RECORDS) - 1))
def test_a_cut_tail_is_told_by_witnesses_alone(left: int) -> None:
    assert judged(RECORDS[:left], heads=()) == set()
    verdict = verify_chain(RECORDS[:left], RULES, heads=HEADS)
    assert found(verdict) == {("tail-cut", left + 1)}
    assert {fault.municipality for fault in verdict.faults} == {ICHIKAWA, SHIBUYA}


@EXAMPLES
@given(st.integers(1, len(RECORDS)))
def test_history_rewritten_with_the_centres_key_is_told_from_its_first_stamp_on(at: int) -> None:
    batches = [*BATCHES[: at - 1], digests_of("a lie"), *BATCHES[at:]]
    lie = [*RECORDS[: at - 1], *_continued(at, batches)]
    expected = {("history-rewritten", number) for number in range(at, len(RECORDS) + 1)}
    few = {("countersignatures-missing", number) for number in range(at, len(RECORDS) + 1)}
    assert judged(lie, heads=()) == expected | few
    bare = [record.model_copy(update={"countersignatures": ()}) for record in lie[at - 1 :]]
    assert judged([*lie[: at - 1], *bare]) == few | {("history-rewritten", len(RECORDS))}


def _continued(at: int, batches: Sequence[Sequence[str]]) -> list[StampRecord]:
    stamping = Stamping(stamps=[record.stamp for record in RECORDS[: at - 1]])
    stamping.total = sum(len(leaves) for leaves in batches[: at - 1])
    return [
        record.model_copy(update={"stamp": stamping.stamp(leaves), "leaves": tuple(leaves)})
        for record, leaves in zip(RECORDS[at - 1 :], batches[at - 1 :], strict=True)
    ]


def test_one_witness_twice_is_not_two() -> None:
    signed = (RECORDS[0].countersignatures[0],) * 2
    one = RECORDS[0].model_copy(update={"countersignatures": signed})
    assert judged([one], heads=()) == {("countersignatures-missing", 1)}


def test_a_countersignature_of_another_stamp_does_not_count() -> None:
    first = RECORDS[0].model_copy(update={"countersignatures": RECORDS[1].countersignatures})
    expected = {("countersignature-refused", 1), ("countersignatures-missing", 1)}
    assert judged([first], heads=()) == expected


@EXAMPLES
@given(st.data())
def test_one_byte_of_a_countersignature_is_refused(data: st.DataObject) -> None:
    token, other = RECORDS[0].countersignatures
    place = data.draw(st.integers(0, len(token) - 1))
    byte = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))
    signed = (token[:place] + byte + token[place + 1 :], other)
    changed = RECORDS[0].model_copy(update={"countersignatures": signed})
    expected = {("countersignature-refused", 1), ("countersignatures-missing", 1)}
    assert judged([changed], heads=()) == expected


@pytest.mark.parametrize("what", ["stamp", "countersignature"])
def test_nobody_signs_in_the_name_of_another(what: str) -> None:
    stranger = SigningKey.generate()
    of_another = trusted(stranger, KeyPurpose.STAMPING, "another.centre")
    ours = trusted(STAMPING_KEY, KeyPurpose.STAMPING, GATEWAY)
    witness = WITNESS_KEYS[SHIBUYA]
    keys = KeySet([of_another, ours, trusted(witness, KeyPurpose.COUNTERSIGNING, SHIBUYA)])
    stamp = Stamping(key=stranger).stamp(BATCHES[0]) if what == "stamp" else RECORDS[0].stamp
    said = Countersignature.verified(
        RECORDS[0].countersignatures[0], WITNESS_KEYS[ICHIKAWA].private.public_key()
    )
    record = StampRecord(
        stamp=stamp, leaves=BATCHES[0], countersignatures=(said.signed_by(witness),)
    )
    faults = found(verify_chain([record], ChainRules(GATEWAY, keys, needed=0)))
    assert faults == {(f"{what}-refused", 1)}


def test_the_centre_cannot_countersign_itself() -> None:
    stranger = SigningKey.generate()
    stamp = Stamping(key=stranger).stamp(BATCHES[0])
    assert judged([StampRecord(stamp=stamp, leaves=BATCHES[0])], heads=()) == {("stamp-refused", 1)}
    forged = RECORDS[0].model_copy(update={"countersignatures": (RECORDS[0].stamp,) * 2})
    expected = {("countersignature-refused", 1), ("countersignatures-missing", 1)}
    assert judged([forged], heads=()) == expected


def test_another_centres_chain_is_refused() -> None:
    rules = ChainRules("another.centre", STAMP_KEYS)
    assert found(verify_chain(RECORDS[:1], rules, heads=HEADS)) == {
        ("stamp-refused", 1),
        ("head-refused", 1),
    }


def test_a_chain_forked_by_the_centre_is_broken_where_it_forks() -> None:
    fork = Stamping()
    records = [record_of(fork.stamp(leaves), leaves) for leaves in BATCHES[:2]]
    mixed = [RECORDS[0], records[1]]
    assert judged(mixed, heads=()) == {("chain-broken", 2)}


@pytest.mark.parametrize(("change", "name"), [(1, "total-wrong"), (-3600, "time-runs-back")])
def test_totals_and_times_run_on(change: int, name: str) -> None:
    public = STAMPING_KEY.private.public_key()
    said = Stamp.verified(RECORDS[1].stamp, public)
    update = (
        {"total": said.total + change}
        if name == "total-wrong"
        else {"stamped_at": said.stamped_at + timedelta(seconds=change)}
    )
    lie = said.model_copy(update=update).signed_by(STAMPING_KEY)
    assert merkle.root(BATCHES[1]) == said.root
    assert judged([RECORDS[0], record_of(lie, BATCHES[1])], heads=()) == {(name, 2)}


def test_a_count_that_is_not_of_the_listed_events_is_told() -> None:
    said = Stamp.verified(RECORDS[0].stamp, STAMPING_KEY.private.public_key())
    more = said.model_copy(update={"events": said.events + 1, "total": said.total + 1})
    lie = record_of(more.signed_by(STAMPING_KEY), BATCHES[0])
    assert judged([lie], heads=()) == {("root-wrong", 1)}


def test_an_event_that_was_stamped_twice_is_told() -> None:
    leaves = digests_of(1, 2, 1)
    assert judged(stamped([leaves]), heads=()) == {("event-twice", 1)}


def test_nothing_is_whole_unless_somebody_saw_more() -> None:
    assert verify_chain([], RULES).end == BEGINNING
    assert judged([]) == {("tail-cut", 1)}
    assert judged([], heads=["made up"]) == {("head-refused", 0)}


def test_the_countersignatures_of_the_last_stamp_that_is_left_are_no_heads() -> None:
    stored = RECORDS[-3].countersignatures
    assert judged(RECORDS[:-2], heads=stored) == {("head-refused", len(RECORDS) - 2)}
    assert _ends(RECORDS[:-2], stored) == ["heads-missing"]


def test_a_head_with_the_signature_of_another_is_none() -> None:
    said, signature = HEADS[0].rpartition(".")[0], HEADS[1].rpartition(".")[2]
    assert judged(RECORDS, heads=[HEADS[1], f"{said}.{signature}"]) == {
        ("head-refused", len(RECORDS))
    }


def _ends(records: Sequence[StampRecord], heads: Sequence[str]) -> list[str]:
    """Judge the end a day after the last stamp."""
    seen = SeenToTheEnd(heads, RULES, LATER)
    for record in records:
        stamp = Stamp.verified(record.stamp, STAMPING_KEY.private.public_key())
        seen.add(stamp.number, stamp.stamped_at)
    return [fault.name.value for fault in seen.finish(len(records))]


LATER = NOW + timedelta(days=1)
_ENDS: dict[str, tuple[list[tuple[int, str, datetime]], list[str]]] = {
    "both": ([(-1, ICHIKAWA, LATER), (-1, SHIBUYA, LATER)], []),
    "a little older": (
        [(-1, ICHIKAWA, LATER - HEAD_TOLERANCE), (-1, SHIBUYA, LATER - HEAD_TOLERANCE)],
        [],
    ),
    "nobody": ([], ["heads-missing"]),
    "one three times": ([(-1, ICHIKAWA, LATER)] * 3, ["heads-missing"]),
    "too old": (
        [(-1, ICHIKAWA, LATER), (-1, SHIBUYA, LATER - 2 * HEAD_TOLERANCE)],
        ["heads-missing"],
    ),
    "behind": ([(-1, ICHIKAWA, LATER), (-2, SHIBUYA, LATER)], ["heads-missing"]),
}


@pytest.mark.parametrize("case", list(_ENDS))
def test_the_end_needs_two_municipalities_as_of_its_moment(case: str) -> None:
    said, expected = _ENDS[case]
    heads = [head(RECORDS[at].stamp, code, as_of) for at, code, as_of in said]
    assert _ends(RECORDS, heads) == expected


def test_a_stamp_that_was_made_after_the_moment_need_not_have_been_seen() -> None:
    late = Stamping(stamps=[record.stamp for record in RECORDS])
    late.total = sum(map(len, BATCHES))
    leaves = digests_of("late")
    records = [*RECORDS, record_of(late.stamp(leaves, LATER + timedelta(seconds=1)), leaves)]
    heads = [head(RECORDS[-1].stamp, code, LATER) for code in (ICHIKAWA, SHIBUYA)]
    assert _ends(records, heads) == []
