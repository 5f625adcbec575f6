"""Orders to a payer's bank: the transfer file (総合振込) of the banks' association."""
