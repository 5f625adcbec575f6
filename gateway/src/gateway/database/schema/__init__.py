"""The gateway's tables as SQLAlchemy knows them; the migrations make them.

Rows of an issuance carry `municipality` and `accepted_on` (Japan's day, fixed at `accepted`) in
every key and are partitioned by month of it. Ids are random. Money is integer yen.
"""

from gateway.database.schema import audit, cardholders, configuration, issuances, stops, terminals
from gateway.database.schema.columns import metadata

__all__ = ["audit", "cardholders", "configuration", "issuances", "metadata", "stops", "terminals"]
