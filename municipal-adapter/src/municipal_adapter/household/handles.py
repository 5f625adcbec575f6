"""Handles of household members: unguessable, good in one session, stored nowhere.

A handle is an HMAC over the session's digest and the member's internal id (decision 0008). An
order's handles are found again by making those of the cardholder's household anew.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import MemberUnknown


class Handles:
    """Makes and resolves the handles of one municipality."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, session_digest: str, resident: str) -> str:
        """Return the handle of a resident in a session."""
        said = f"madoguchi/handle/v1\n{session_digest}\n{resident}".encode()
        return to_base64url(hmac.digest(self._key, said, hashlib.sha256))

    def resolve(
        self, session_digest: str, handles: Sequence[str], members: Iterable[str]
    ) -> list[str]:
        """Return the ids that the handles stand for, in the order of `members`.

        Args:
            session_digest: of the session that the order names.
            handles: as the order names them.
            members: ids of the cardholder's household, in legal order.

        Raises:
            MemberUnknown: a handle of another session or household, or one twice.

        """
        known = {self.of(session_digest, member): member for member in members}
        wanted = set(handles)
        if len(wanted) != len(handles) or not wanted <= known.keys():
            raise MemberUnknown()
        return [member for handle, member in known.items() if handle in wanted]
