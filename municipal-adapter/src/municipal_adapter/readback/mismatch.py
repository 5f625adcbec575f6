"""What reading back raises."""


class ReadBackMismatch(Exception):
    """The pages differ from the record; names the page and the item, never a value."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.document: bytes | None = None
        """The document that differs, kept as evidence; None: there is none."""
        super().__init__(f"the finished document differs from the record: {where}")
