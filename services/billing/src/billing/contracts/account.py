"""A bank account as a transfer file names it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from billing.rules.kana import bank_text

OriginatorCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
"""委託者コード: what the bank calls the payer, ten digits."""


def _within(length: int) -> AfterValidator:
    def fits(text: str) -> str:
        if not 1 <= len(bank_text(text)) <= length:
            raise ValueError(f"1 to {length} characters as banks count them (a voiced kana is two)")
        return text

    return AfterValidator(fits)


class Part(BaseModel):
    """A part of a contract file: what it does not know, it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class BankAccount(Part):
    """Where money is paid to or from."""

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
