"""The root of the tree of errors."""

from typing import ClassVar


class MadoguchiError(Exception):
    """The root: everything that we refuse or fail at on purpose."""

    slug: ClassVar[str] = "internal-error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"
    title_ja: ClassVar[str] = "システムの都合により処理できませんでした"
    advice: ClassVar[str] = "Nothing was charged. Try again later or go to the counter."
    advice_ja: ClassVar[str] = "料金はかかっていません。時間をおくか、窓口をご利用ください。"
    retryable: bool = False
    """Whether the same request may succeed when it is repeated unchanged."""

    def __init__(self, detail: str | None = None, evidence: str | None = None) -> None:
        self.detail = detail or self.advice
        self.evidence = evidence
        """A signed statement (JWS) of whoever found it, for whoever has to act on it."""
        self.municipality: str | None = None
        """Whose certificate was asked for, where that was known; for the trail, never told."""
        self.says: dict[str, object] = {}
        """What that municipality adds to the problem: its `notice` and `contact`."""
        super().__init__(self.detail)
