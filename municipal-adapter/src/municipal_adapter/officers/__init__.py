"""What officers (担当者) do and see: stops in an emergency, refusals, evidence."""
