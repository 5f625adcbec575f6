"""Money on its way: paid in, paid out, given back, claimed, explained."""
