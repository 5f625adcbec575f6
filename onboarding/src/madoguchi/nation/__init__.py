"""Nations that do not exist, for trials: as many municipalities and terminals as are asked for."""
