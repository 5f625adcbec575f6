"""What the field decides: periods, tax, who bears a refund."""
