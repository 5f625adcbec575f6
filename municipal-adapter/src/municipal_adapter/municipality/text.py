"""Texts of an adapter file that are printed, or compared with what is printed."""

from typing import Annotated

from pydantic import AfterValidator


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    return text


NotBlank = Annotated[str, AfterValidator(_not_blank)]
