"""A letter for each event that the brokers refuse for good; the event stays in the outbox."""

from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.events import event_digest

from relay.batch import Row
from relay.kafka_channel import CONTENT_TYPE, Channel, Message
from relay.kafka_faults import refused_for_good


async def send_dead_letter(channel: Channel, topic: str, row: Row, reason: str) -> None:
    """Send the event as a dead letter, or where even that is refused, what it can be found by.

    Raises:
        KafkaError, TimeoutError: the letter was not acknowledged.
        SinkFault: the cluster cannot be reached any more.

    """
    partition = channel.partition_of(topic, row.subject)
    try:
        await channel.send(topic, partition, [_letter(row, reason, row.canonical)])
    except Exception as error:
        if not refused_for_good(error):
            raise
        await channel.reopen()
        stub = canonical_json({"subject": row.subject, "sequence": row.sequence})
        await channel.send(topic, partition, [_letter(row, reason, stub)])


def _letter(row: Row, reason: str, value: bytes) -> Message:
    headers = {
        "reason": reason,
        "origin": "outbox",
        "digest": event_digest(row.canonical),
        "bytes": str(len(row.canonical)),
    }
    told = tuple((name, text.encode()) for name, text in headers.items())
    return Message(row.subject.encode(), value, (CONTENT_TYPE, *told))
