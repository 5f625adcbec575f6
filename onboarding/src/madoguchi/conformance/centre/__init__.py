"""The test centre: whose keys, cards and people an adapter holds while it is tested."""
