"""The chain over looks, holds, liftings, rules and removals, and its head that others note."""
