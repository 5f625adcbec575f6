"""A bank account as a transfer file names it, and the digest under which it is consented to."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from madoguchi_wire.bank_text import bank_text
from madoguchi_wire.encoding import canonical_json, sha256_hex


def _within(length: int) -> AfterValidator:
    def fits(text: str) -> str:
        if not 1 <= len(bank_text(text)) <= length:
            raise ValueError(f"1 to {length} characters as banks count them (a voiced kana is two)")
        return text

    return AfterValidator(fits)


class BankAccount(BaseModel):
    """Where money is paid to or from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bank: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    """金融機関コード"""
    bank_name: Annotated[str, _within(15)]
    branch: Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
    """支店コード"""
    branch_name: Annotated[str, _within(15)]
    type: Literal["ordinary", "current"]
    """普通, 当座: from others nobody pays by file."""
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$")]
    holder: Annotated[str, Field(description="口座名義"), _within(30)]
    """In kana; of the payer's own account its first 30 characters, of 40 that the file has."""

    @property
    def words(self) -> str:
        """The account as it is printed for whoever pays by hand."""
        kind = "普通" if self.type == "ordinary" else "当座"
        return (
            f"{self.bank_name} ({self.bank}) {self.branch_name} ({self.branch})"
            f" {kind} {self.number} {self.holder}"
        )

    @property
    def digest(self) -> str:
        """SHA-256 of all that a bank reads of it: in whichever kana a file spells it, the same."""
        read = {
            name: bank_text(value).rstrip() for name, value in self.model_dump(mode="json").items()
        }
        return sha256_hex(canonical_json(read))
