"""Who decides and why: what an officer does to anybody is kept with both."""


def by_name_and_reason(officer: str, reason: str) -> tuple[str, str]:
    """Return both without the blanks around them.

    Raises:
        ValueError: one of them is blank.

    """
    officer, reason = officer.strip(), reason.strip()
    if not officer or not reason:
        raise ValueError("officer and reason are needed: who decides (--officer), why (--reason)")
    return officer, reason
