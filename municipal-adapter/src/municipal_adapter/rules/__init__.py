"""Who may get which certificate: the law's and the municipality's rules, as plain functions."""
