"""What a caller sends on a raw socket has limits, and every refusal is a problem document."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess
from madoguchi_wire.kit.protocol import MAXIMUM_HEAD_BYTES, MAXIMUM_HEADERS
from madoguchi_wire_testing.raw_http import exchange, get, post

SERVICE = Path(__file__).with_name("sample_service.py")
START = b"POST /strict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
BODY = b'{"name":"a"}'
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LARGE_ANSWER = 20_000_000
CHUNK = b"c\r\n" + BODY + b"\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagedProcess]:
    """The sample service, with little patience."""
    port = free_port()
    with ManagedProcess(
        "sample",
        [sys.executable, str(SERVICE), str(port)],
        ready_url=f"http://127.0.0.1:{port}/readyz",
        log=tmp_path_factory.mktemp("sample") / "log",
        env={"SAMPLE_IMPATIENT": "1"},
    ) as process:
        yield process


@pytest.fixture
def address(service: ManagedProcess) -> str:
    return service.ready_url.removesuffix("/readyz")


def with_length(*lengths: str) -> bytes:
    return START + "".join(f"Content-Length: {one}\r\n" for one in lengths).encode() + b"\r\n"


def with_coding(*codings: bytes) -> bytes:
    lines = b"".join(b"Transfer-Encoding" + coding + b"\r\n" for coding in codings)
    return START + lines + b"\r\n" + CHUNK + b"0\r\n\r\n"


AMBIGUOUS: dict[str, bytes] = {
    "length and coding": with_length("12")[:-2] + CHUNKED + CHUNK + b"0\r\n\r\n",
    "coding and length": START + CHUNKED[:-2] + b"Content-Length: 12\r\n\r\n" + CHUNK,
    "two lengths": with_length("12", "13") + BODY,
    "the same length twice": with_length("12", "12") + BODY,
    "a list of lengths": with_length("12, 12") + BODY,
    "a length with a sign": with_length("+12") + BODY,
    "a negative length": with_length("-12") + BODY,
    "a hexadecimal length": with_length("0xc") + BODY,
    "a length without end": with_length("9" * 40) + BODY,
    "an unknown coding": with_coding(b": xchunked"),
    "a coding before chunked": with_coding(b": gzip, chunked"),
    "a coding behind chunked": with_coding(b": chunked, identity"),
    "two codings": with_coding(b": chunked", b": chunked"),
    "a coding with a space before the colon": with_coding(b" : chunked"),
    "a coding on a folded line": with_coding(b":\r\n chunked"),
    "a coding with a vertical tab": with_coding(b": \x0bchunked"),
    "a coding in HTTP/1.0": with_coding(b": chunked").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "a chunk without a size": START + CHUNKED + b"zz\r\n",
    "a chunk that is longer than its size": START + CHUNKED + b"2\r\n" + BODY + b"\r\n0\r\n\r\n",
    "lines that end with LF": b"GET /livez HTTP/1.1\nHost: a\n\n",
    "a NUL in a header": get("/livez", "X: a\0b"),
    "a NUL in a header's name": get("/livez", "X\0: a"),
    "a CR in a header": get("/livez", "X: a\rb"),
    "a NUL in the address": get("/liv\0ez"),
    "bytes beyond ASCII in the address": b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two hosts": get("/livez", "Host: other"),
    "two tokens": get("/livez", "Authorization: Bearer a", "authorization: Bearer b"),
    "two media types": post("/strict", BODY, "Content-Type: text/plain"),
    "two keys": get("/livez", "Idempotency-Key: a", "Idempotency-Key: a"),
    "an unknown method": get("/livez", method="FOO"),
    "a method in lower case": get("/livez", method="get"),
    "a tunnel": get("a:443", method="CONNECT"),
    "HTTP/0.9": b"GET /livez\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 500,
    "every byte": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("sent", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
async def test_a_request_that_others_may_cut_elsewhere_is_refused_and_ends_its_connection(
    address: str, sent: bytes
) -> None:
    # What a smuggler hides behind it is never answered.
    exchanged = await exchange(address, sent + get("/livez"))
    assert (exchanged.only.status, exchanged.only.slug) == (400, "malformed-request")
    assert exchanged.only.headers["connection"] == "close"
    assert exchanged.ended == "closed"


ENDLESS = b"x" * 3_000_000
LARGE: dict[str, bytes] = {
    "one header": get("/livez", "X: " + "x" * MAXIMUM_HEAD_BYTES),
    "many headers": get("/livez", *["X: a"] * MAXIMUM_HEADERS),
    "an address": get("/" + "x" * MAXIMUM_HEAD_BYTES),
    "a header without end": get("/livez", "X: ")[:-4] + ENDLESS * 7,
    "a name of a header without end": get("/livez")[:-2] + ENDLESS,
    "an address without end": b"GET /" + ENDLESS,
    "headers without end": get("/livez")[:-2] + b"X: a\r\n" * 500_000,
    "a trailer without end": START + CHUNKED + CHUNK + b"0\r\nX: " + ENDLESS,
    "an extension of a chunk without end": START + CHUNKED + b"c;" + ENDLESS,
    "empty lines without end": b"\r\n" * 1_500_000,
}


@pytest.mark.parametrize("sent", LARGE.values(), ids=LARGE.keys())
async def test_headers_beyond_the_limit_are_refused_before_they_are_read_whole(
    address: str, sent: bytes
) -> None:
    exchanged = await exchange(address, sent)
    assert exchanged.ended in ("closed", "reset")
    assert exchanged.seconds < 3
    if exchanged.ended == "closed":
        assert (exchanged.only.status, exchanged.only.slug) == (431, "headers-too-large")


async def test_headers_within_the_limits_are_read(address: str) -> None:
    one = await exchange(
        address, get("/livez", "X: " + "x" * (MAXIMUM_HEAD_BYTES - 200)), patience=0.3
    )
    many = await exchange(address, get("/livez", *["X: a"] * (MAXIMUM_HEADERS - 1)), patience=0.3)
    assert one.only.status == many.only.status == 200


async def test_whoever_draws_out_a_request_is_refused_in_time(address: str) -> None:
    head, small = get("/livez"), [bytes([byte]) for byte in post("/strict", BODY)]
    slow_head = exchange(address, *small, pause=0.1)
    half_a_head = exchange(address, head[:-2])
    nothing = exchange(address)
    half_a_body = exchange(address, post("/strict", BODY)[:-1])
    slow_chunks = exchange(address, START + CHUNKED, *[b"1\r\n \r\n"] * 50, pause=0.1)
    after_another = exchange(address, head + head[:-2])
    empty_lines = exchange(address, head, *[b"\r\n"] * 100, pause=0.1, patience=8)
    answered_early = exchange(
        address, post("/nowhere", b"x" * 5000)[:-4999], *[b"x"] * 50, pause=0.1
    )
    ends = await asyncio.gather(
        slow_head, half_a_head, half_a_body, slow_chunks, after_another, nothing, empty_lines,
        answered_early,
    )  # fmt: skip
    assert [one.ended for one in ends] == ["closed"] * len(ends), ends
    assert [one.answers[-1].slug for one in ends[:5]] == ["request-timeout"] * 5
    assert [one.answers[-1].status for one in ends[:5]] == [408] * 5
    assert [len(one.answers) for one in ends] == [1, 1, 1, 1, 2, 0, 1, 1]
    assert ends[7].answers[0].slug == "not-found"
    # uvicorn keeps an idle connection for 5 s, whatever empty lines come on it.
    assert max(one.seconds for one in ends) < 7.5


async def test_whoever_does_not_read_an_answer_is_cut_off(address: str) -> None:
    server = urlsplit(address)
    reader, writer = await asyncio.open_connection(server.hostname, server.port, limit=1024)
    writer.write(get("/large"))
    await asyncio.sleep(2)
    came = 0
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            came += len(data)
    assert came < LARGE_ANSWER
    writer.transport.abort()


async def test_a_trailer_changes_no_header(address: str) -> None:
    sent = post("/headers", b"").replace(b"Content-Length: 0\r\n\r\n", CHUNKED)
    trailers = b"0\r\nAuthorization: Bearer x\r\nX-Late: 1\r\n\r\n"
    exchanged = await exchange(address, sent + CHUNK + trailers, patience=0.3)
    assert exchanged.only.status == 200
    assert {"authorization", "x-late"}.isdisjoint(exchanged.only.json)


async def test_an_answer_is_never_given_to_an_earlier_request(address: str) -> None:
    slow = get("/waiting/0.2")
    exchanged = await exchange(address, slow + b"GARBAGE\0\r\n\r\n")
    assert (exchanged.answers, exchanged.ended) == ([], "closed")
    both = await exchange(address, slow, b"GARBAGE\0\r\n\r\n", pause=0.4)
    assert [answer.status for answer in both.answers] == [200, 400]


async def test_requests_in_a_row_are_answered_in_a_row(address: str) -> None:
    exchanged = await exchange(address, get("/livez") + post("/strict", BODY) * 2, patience=0.4)
    assert [answer.status for answer in exchanged.answers] == [200, 200, 200]
    assert exchanged.ended == "open"


async def test_nothing_is_upgraded_and_nothing_behind_an_upgrade_is_served(address: str) -> None:
    for protocol in ("websocket", "h2c"):
        sent = get("/livez", "Connection: Upgrade", f"Upgrade: {protocol}")
        exchanged = await exchange(address, sent + get("/nowhere"))
        assert (exchanged.only.status, exchanged.ended) == (200, "closed")


async def test_what_is_refused_unread_is_told_once_and_holds_nothing_that_was_sent(
    address: str, service: ManagedProcess
) -> None:
    before = service.log.read_text("utf-8").count("refused_unread")
    await exchange(address, get("/livez", "Host: yamada.example"))
    told = service.log.read_text("utf-8")
    assert told.count("refused_unread") == before + 1
    assert "yamada" not in told
    assert "Invalid HTTP request" not in told
