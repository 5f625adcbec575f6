"""The part of the adapter file that describes a database of the municipality."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from municipal_adapter.records.mapping.field import FieldMapping
from municipal_adapter.records.mapping.records import HouseholdFields, ResidentFields, SealFields

Name = Annotated[str, Field(min_length=1, max_length=200)]


def _address(url: str) -> str:
    from sqlalchemy.engine import make_url  # only a mapped database needs it
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        made = make_url(url)
        asynchronous = made.get_dialect().is_async
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
        raise ValueError("must be an address like postgresql+asyncpg://user@host/name") from None
    if not asynchronous:
        raise ValueError("name an asynchronous driver, as in postgresql+asyncpg://")
    try:
        made.get_dialect().import_dbapi()
    except ImportError:
        raise ValueError(
            f"its driver {made.get_driver_name()} is not installed beside the adapter: "
            "see municipal-adapter/README.md"
        ) from None
    if made.get_backend_name() == "sqlite" and not Path(made.database or "").is_absolute():
        raise ValueError("name the SQLite file by its whole path: sqlite+aiosqlite:////data/x.db")
    return url


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ColumnOf(_Part):
    """A column of a table of its own; its greatest value counts."""

    table: Name
    column: Name


class _Table(_Part):
    table: Name
    """With its schema, if the user's search path does not find it: juki.residents."""
    code_tables: dict[str, ColumnOf] = {}
    """For a field of codes, where the municipality keeps all of them: codes that nobody has yet
    are checked at start as well."""


class ResidentTable(_Table):
    """The table or view of residents: one row for each person, also former ones."""

    order_by: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Columns that put the members of a household in legal order, the head first."""
    fields: ResidentFields


class HouseholdTable(_Table):
    """The table or view of households; rows that say the same of one household count as one."""

    fields: HouseholdFields


class SealTable(_Table):
    """The table or view of registered seals, also cancelled ones."""

    fields: SealFields


class SqlRecords(_Part):
    """A database of the municipality, read and never written."""

    source: Literal["sql"]
    url: Annotated[str, AfterValidator(_address), Field(repr=False)]
    """SQLAlchemy's: postgresql+asyncpg://…, sqlite+aiosqlite:////…, mysql+aiomysql://…; the user
    needs no more than the right to read."""
    version: ColumnOf | None = None
    """What grows with every change of the records; unset (PostgreSQL alone): the snapshot."""
    current_as_of: ColumnOf | None = None
    """When a copy was last brought up to date; without a time zone it is Japan's time. Unset: the
    database is the register itself."""
    residents: ResidentTable
    households: HouseholdTable
    seals: SealTable

    def tables(self) -> dict[str, ResidentTable | HouseholdTable | SealTable]:
        """Return the three tables by their names in the adapter file."""
        return {"residents": self.residents, "households": self.households, "seals": self.seals}

    @model_validator(mode="after")
    def _coded(self) -> Self:
        for section, part in self.tables().items():
            fields = dict(part.fields.mappings())
            for name in part.code_tables:
                if name not in fields or fields[name].from_ is None:
                    raise ValueError(f"{section}.code_tables.{name}: no field of one column")
        return self

    @model_validator(mode="after")
    def _searchable(self) -> Self:
        residents, households = self.residents.fields, self.households.fields
        keys: dict[str, FieldMapping] = {
            "residents.fields.resident_id": residents.resident_id,
            "residents.fields.household_id": residents.household_id,
            "residents.fields.birth_date": residents.birth_date,
            "households.fields.household_id": households.household_id,
            "seals.fields.resident_id": self.seals.fields.resident_id,
        }
        for path, mapping in keys.items():
            if mapping.from_ is None or mapping.codes is not None:
                raise ValueError(f"{path}: rows are looked up by it: name one column, no codes")
        if self.version is None and not self.url.startswith("postgresql"):
            raise ValueError("version: name a column that grows with every change")
        return self
