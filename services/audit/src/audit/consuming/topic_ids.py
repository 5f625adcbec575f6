"""Which topics these are: a topic that is made anew under its name has another id.

The client asks for no ids, so the question (Kafka's `Metadata`, version 12) is written down here.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

from aiokafka.errors import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    IncompatibleBrokerVersion,
)
from aiokafka.protocol.abstract import (  # pyright: ignore[reportMissingTypeStubs]
    AbstractType,
)
from aiokafka.protocol.api import (  # pyright: ignore[reportMissingTypeStubs]
    Request,
    RequestStruct,
    Response,
)
from aiokafka.protocol.types import (  # pyright: ignore[reportMissingTypeStubs]
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

_NONE = UUID(int=0)
"""Instead of an id: there is no such topic."""


class _Uuid(AbstractType[UUID]):
    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(16))


_PARTITIONS = CompactArray(
    ("error_code", Int16),
    ("partition", Int32),
    ("leader", Int32),
    ("leader_epoch", Int32),
    ("replicas", CompactArray(Int32)),
    ("isr", CompactArray(Int32)),
    ("offline_replicas", CompactArray(Int32)),
    ("tags", TaggedFields),
)


class _Answer(Response):
    # As all of the library's own answers do it.
    API_KEY = 3  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    API_VERSION = 12  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", CompactString("utf-8")),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                ("partitions", _PARTITIONS),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Question(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = _Answer
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(
                ("topic_id", _Uuid), ("name", CompactString("utf-8")), ("tags", TaggedFields)
            ),
        ),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _Ids(Request[_Question]):
    API_KEY = 3

    def __init__(self, topics: Sequence[str]) -> None:
        self._topics = [(_NONE, topic, dict[int, bytes]()) for topic in topics]

    def build(self, request_struct_class: type[_Question]) -> _Question:
        return request_struct_class(self._topics, False, False, {})  # noqa: FBT003 (their order)


async def topic_ids(client: Any, topics: Sequence[str]) -> Mapping[str, UUID]:  # noqa: ANN401
    """Return the ids of the topics that are there; none from brokers older than Kafka 3.1.

    Args:
        client: aiokafka's, which has no types.
        topics: their names.

    """
    try:
        answer = await client.send(client.get_random_node(), _Ids(topics))
    except (IncompatibleBrokerVersion, NotImplementedError):
        return {}
    told = {name: found for _, name, found, *_ in answer.topics}
    return {name: found for name, found in told.items() if found != _NONE}
