"""The floor as an ASGI program: one look at the path, one method."""

from loadtests.bench.floor import Answer, Floor, Receive, Scope, Send

_OPEN = ("/v1/token", "/v1/trust-list", "/readyz", "/livez")
_JSON = (b"content-type", b"application/json")
_BYTES = (b"content-type", b"application/octet-stream")


class FloorApp:
    """Routes a request to `Floor`."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; everything that is not http is ignored."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path not in _OPEN:
            self._floor.authenticate(dict(scope["headers"])[b"authorization"])
        if path.endswith("/document"):
            attestation, sealed = await self._floor.document(path.split("/")[3])
            await _answer(send, 200, sealed, _BYTES, (b"madoguchi-attestation", attestation))
            return
        status, body = await self._route(path, await _body(receive))
        await _answer(send, status, body, _JSON)

    async def _route(self, path: str, body: bytes) -> Answer:
        if path == "/v1/reports":
            return await self._floor.report(body)
        if path.endswith("/orders"):
            return await self._floor.order(body)
        if path == "/v1/sessions":
            return await self._floor.open_session(body)
        if path.endswith("/menu"):
            return await self._floor.shown_menu()
        if path == "/v1/token":
            return await self._floor.token(body)
        if path == "/v1/trust-list":
            return 200, self._floor.trust_token.encode()
        return (200, b"{}") if path in ("/readyz", "/livez") else (404, b"{}")


async def _body(receive: Receive) -> bytes:
    whole = b""
    while True:
        message = await receive()
        whole += message.get("body", b"")
        if not message.get("more_body", False):
            return whole


async def _answer(send: Send, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [*more, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
