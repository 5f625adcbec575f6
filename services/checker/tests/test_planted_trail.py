"""Events and lines of the stream that are missing, doubled, reordered, altered or untrue."""

import json

from checker.fault import FaultName
from checker.testing import Planted
from madoguchi_wire.events import event_digest

N = FaultName


def test_a_missing_event(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.sql("DELETE FROM outbox WHERE subject = $1 AND sequence = 3", issuance)
    found = planted.found()
    assert found[N.EVENT_MISSING] == {issuance}
    assert N.STREAM_LINE_FOREIGN in found
    assert not planted.verdict().audit.verified


def test_a_last_event_that_is_missing_from_books_and_stream(planted: Planted) -> None:
    issuance = planted.issuance()
    deleted = planted.sql(
        "DELETE FROM outbox WHERE subject = $1 AND type LIKE '%completed%' RETURNING canonical",
        issuance,
    )
    planted.rewrite_stream(lambda lines: [x for x in lines if x != deleted[0]["canonical"]])
    assert planted.found()[N.EVENT_MISSING] == {issuance}


def test_an_event_that_was_inserted_twice(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.sql(
        """
        INSERT INTO outbox (recorded_on, municipality, event_id, subject, sequence, type,
            canonical, digest, published_at)
        SELECT recorded_on, municipality, event_id, subject, 99, type, canonical, digest,
            published_at FROM outbox WHERE subject = $1 AND type LIKE '%paid%'
        """,
        issuance,
    )
    assert issuance in planted.found()[N.EVENT_TWICE]


def test_a_doubled_line_of_the_stream(planted: Planted) -> None:
    issuance = planted.issuance()
    mine = issuance.encode()
    planted.rewrite_stream(lambda lines: [*lines, next(x for x in lines if mine in x)])
    assert planted.found()[N.STREAM_LINE_TWICE] == {issuance}


def test_a_missing_line_of_the_stream(planted: Planted) -> None:
    issuance = planted.issuance()
    mine = issuance.encode()

    def without_first(lines: list[bytes]) -> list[bytes]:
        lines.remove(next(x for x in lines if mine in x))
        return lines

    planted.rewrite_stream(without_first)
    assert planted.found() == {N.STREAM_LINE_MISSING: {issuance}}


def test_a_reordered_stream(planted: Planted) -> None:
    planted.rewrite_stream(lambda lines: lines[::-1])
    found = planted.found()
    assert set(found) == {N.STREAM_OUT_OF_ORDER}
    assert planted.issuance() in found[N.STREAM_OUT_OF_ORDER]


def test_two_events_that_changed_places(planted: Planted) -> None:
    issuance = planted.issuance()
    swap = "UPDATE outbox SET sequence = $3 WHERE subject = $1 AND sequence = $2"
    for was, becomes in ((2, 1002), (3, 2), (1002, 3)):
        planted.sql(swap, issuance, was, becomes)
    found = planted.found()
    assert found[N.EVENT_IMPOSSIBLE] == {issuance}
    assert found[N.EVENT_ALTERED] == {issuance}


def test_altered_bytes_of_an_event(planted: Planted) -> None:
    issuance = planted.issuance()
    row = planted.sql("SELECT canonical FROM outbox WHERE subject = $1 AND sequence = 1", issuance)
    altered = row[0]["canonical"].replace(b'"fee":', b'"fee":9')
    planted.sql(
        "UPDATE outbox SET canonical = $2 WHERE subject = $1 AND sequence = 1", issuance, altered
    )
    found = planted.found()
    assert found[N.EVENT_ALTERED] == {issuance}
    assert N.STREAM_LINE_FOREIGN in found


def test_an_event_that_lies_with_a_fitting_digest(planted: Planted) -> None:
    """Whoever can write the outbox can make the digest fit; books and stream still disagree."""
    issuance = planted.issuance()
    row = planted.sql(
        "SELECT canonical FROM outbox WHERE subject = $1 AND type LIKE '%completed%'",
        issuance,
    )[0]
    body = json.loads(row["canonical"])
    body["data"]["fee"] = 1
    lie = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    planted.sql(
        """
        UPDATE outbox SET canonical = $2, digest = $3
        WHERE subject = $1 AND type LIKE '%completed%'
        """,
        issuance,
        lie,
        event_digest(lie),
    )
    planted.rewrite_stream(
        lambda lines: [lie if line == row["canonical"] else line for line in lines]
    )
    found = planted.found()
    assert found[N.EVENT_DIFFERS] == {issuance}
    assert N.NOT_RECONCILED in found
    assert N.EVENT_ALTERED not in found
