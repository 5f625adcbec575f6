"""The queries of a mapping, made once at start."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, cast, func, null, select
from sqlalchemy.types import Text

from municipal_adapter.records.mapping.field import FieldMapping
from municipal_adapter.records.sql.sql_records import ColumnOf, SqlRecords
from municipal_adapter.records.sql.tables import FoundTable, Query, named, table_clause


@dataclass(frozen=True)
class FoundTables:
    """The three tables of a mapping, as they are in the database."""

    residents: FoundTable
    households: FoundTable
    seals: FoundTable


class Queries:
    """All that is ever asked of the municipality's database, with its keys as it spells them."""

    def __init__(self, records: SqlRecords, found: FoundTables) -> None:
        fields, order = records.residents.fields, records.residents.order_by
        self._residents, self._households, self._seals = (
            found.residents,
            found.households,
            found.seals,
        )
        self._resident_id = _column(fields.resident_id)
        self._member_of = _column(fields.household_id)
        self._birth_date = _column(fields.birth_date)
        self._household_id = _column(records.households.fields.household_id)
        self._seal_of = _column(records.seals.fields.resident_id)
        people, seals = fields.columns(), records.seals.fields.columns()
        households = records.households.fields.columns()
        self.state = _state(records)
        self.resident = found.residents.by_key(self._resident_id, people)
        self.members = found.residents.by_key(self._member_of, [*people, *order])
        self.born = found.residents.select(people).where(
            named(self._birth_date).in_(bindparam("days", expanding=True))
        )
        self.household = found.households.by_key(self._household_id, households).distinct()
        self.of_seals = found.seals.by_key(self._seal_of, seals)

    def resident_key(self, resident_id: str) -> object | None:
        """Return what `resident` is asked with; None: nobody has such a number."""
        return self._residents.key(self._resident_id, resident_id)

    def member_key(self, household_id: str) -> object | None:
        """Return what `members` is asked with."""
        return self._residents.key(self._member_of, household_id)

    def household_key(self, household_id: str) -> object | None:
        """Return what `household` is asked with."""
        return self._households.key(self._household_id, household_id)

    def seal_key(self, resident_id: str) -> object | None:
        """Return what `of_seals` is asked with."""
        return self._seals.key(self._seal_of, resident_id)

    def birth_days(self, day: date) -> list[object]:
        """Return what `born` is asked with."""
        return self._residents.days(self._birth_date, day)


def _column(mapping: FieldMapping) -> str:
    if mapping.from_ is None:
        raise LookupError("no column")
    return mapping.from_


def _state(records: SqlRecords) -> Query:
    version = _greatest(records.version)
    if version is None:
        version = cast(func.pg_current_snapshot(), Text)
    as_of = _greatest(records.current_as_of)
    if as_of is None:
        as_of = null()
    return select(version.label("version"), as_of.label("current_as_of"))


def _greatest(of: ColumnOf | None) -> ColumnElement[Any] | None:
    if of is None:
        return None
    return select(func.max(named(of.column))).select_from(table_clause(of.table)).scalar_subquery()
