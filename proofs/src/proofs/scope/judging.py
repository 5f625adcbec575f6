"""Which tables of municipalities a statement reads or changes without saying whose rows."""

from collections.abc import Iterator, Set

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

KEYS = frozenset({
    "municipality", "issuance_id", "order_id", "session_id", "stop_id", "hold_id", "subject",
})  # fmt: skip
"""What says whose rows are meant: the municipality, or a random id, which is one municipality's."""
_COMPARED = (exp.EQ, exp.In)


def without_scope(sql: str, tables: Set[str]) -> list[str]:
    """Return the tables among `tables` whose rows are not limited to a municipality's or an id's.

    A condition counts if nothing is read or changed where it does not hold: it is not one side
    of an OR, nor turned round. What a table is joined to by such a column is limited with it.

    Raises:
        ValueError: the statement cannot be read.

    """
    try:
        parsed = sqlglot.parse_one(sql, dialect="postgres")
    except SqlglotError as error:
        raise ValueError(f"cannot be read as SQL: {error}") from error
    found = [
        name
        for node in parsed.find_all(exp.Select, exp.Update, exp.Delete)
        for name in _unlimited(node, tables)
    ]
    return sorted(set(found))


def _unlimited(node: exp.Expr, tables: Set[str]) -> Iterator[str]:
    """Give the tables of one SELECT, UPDATE or DELETE, its subqueries aside, that have no limit."""
    ours = {
        source.alias_or_name: _name(source) for source in _sources(node) if _name(source) in tables
    }
    limited: set[str] = set()
    while True:
        more = {
            alias
            for alias in ours.keys() - limited
            if any(_limits(one, alias, ours.keys() - limited) for one in _conditions(node, alias))
            or _is_joined(node, alias, ours, limited)
        }
        if not more:
            break
        limited |= more
    yield from (name for alias, name in ours.items() if alias not in limited)


def _sources(node: exp.Expr) -> Iterator[exp.Table]:
    """Give the tables that stand in this statement itself."""
    places: list[object] = [node.args.get("from_"), *(node.args.get("joins") or ())]
    if isinstance(node, exp.Update | exp.Delete):
        places += [node.this, *(node.args.get("using") or ())]
    for place in places:
        if isinstance(place, exp.Expr):
            yield from _tables_below(place)


def _tables_below(node: exp.Expr) -> Iterator[exp.Table]:
    if isinstance(node, exp.Table):
        yield node
        for join in node.args.get("joins") or ():
            yield from _tables_below(join)
    elif not isinstance(node, exp.Select | exp.Subquery):
        for child in (node.args.get("this"), *(node.args.get("joins") or ())):
            if isinstance(child, exp.Expr):
                yield from _tables_below(child)


def _name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}" if table.db else table.name


def _conditions(node: exp.Expr, alias: str) -> Iterator[exp.Expr]:
    """Give what must hold for every row of `alias`."""
    where = node.args.get("where")
    if where is not None:
        yield from _both_sides(where.this)
    for join in node.args.get("joins") or ():
        if join.args.get("on") is not None and _binds(join, alias):
            yield from _both_sides(join.args["on"])


def _binds(join: exp.Join, alias: str) -> bool:
    """Say whether rows of `alias` fall away where the join finds no partner."""
    return not join.side or (join.side == "LEFT" and join.this.alias_or_name == alias)


def _both_sides(condition: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.Paren):
        yield from _both_sides(condition.this)
    elif isinstance(condition, exp.And):
        yield from _both_sides(condition.left)
        yield from _both_sides(condition.right)
    else:
        yield condition


def _limits(condition: exp.Expr, alias: str, unlimited: Set[str]) -> bool:
    """Say whether a condition ties a key of `alias` to something that is not unlimited itself."""
    if not isinstance(condition, _COMPARED):
        return False
    sides = [_columns(condition.this), _columns(condition.args.get("expression"))]
    return any(
        any(name in KEYS and table in ("", alias) for table, name in side)
        and not any(table in unlimited or (not table and name in KEYS) for table, name in other)
        for side, other in (sides, sides[::-1])
    )


def _columns(side: exp.Expr | None) -> list[tuple[str, str]]:
    """Return the columns that are this side; those of a subquery or inside of a call are not."""
    if isinstance(side, exp.Column):
        return [(side.table, side.name)]
    if isinstance(side, exp.Tuple | exp.Paren):
        return [one for part in side.iter_expressions() for one in _columns(part)]
    return []


def _is_joined(node: exp.Expr, alias: str, ours: dict[str, str], limited: Set[str]) -> bool:
    """Say whether `alias` shares a key by USING with what is limited, or is not ours."""
    first = node.args.get("from_")
    before = {first.this.alias_or_name} if isinstance(first, exp.From) else set[str]()
    for join in node.args.get("joins") or ():
        joined = join.this.alias_or_name
        shared = {column.name for column in join.args.get("using") or ()} & KEYS
        others = {*before, joined} - {alias}
        if shared and alias in {*before, joined} and _binds(join, alias):
            partners = others if alias == joined else {joined}
            if any(other in limited or other not in ours for other in partners):
                return True
        before.add(joined)
    return False
