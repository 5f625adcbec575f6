"""The municipality's records: what an adapter may read of them, and the SQL source of them."""
