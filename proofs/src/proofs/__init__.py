"""The promise put to the proof: known incidents, faults and attacks against the whole system."""
