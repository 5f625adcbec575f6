"""A stand-in for the issuing server of a vendor, honest or with the faults of real ones."""
