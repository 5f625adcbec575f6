"""What happened to one issuance, at one terminal, in one municipality, in a period."""
