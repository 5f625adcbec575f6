"""From three municipalities to the nation: one installation that never stops, under load."""
