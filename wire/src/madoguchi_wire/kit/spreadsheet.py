"""Texts that go into a spreadsheet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet_text(text: str) -> str:
    """Return `text` so that a spreadsheet does not reckon with it, as it would with a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
