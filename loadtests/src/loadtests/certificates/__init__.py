"""What one certificate costs: each step from the record to the sealed, attested document."""
