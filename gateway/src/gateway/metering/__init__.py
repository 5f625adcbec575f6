"""What is metered and booked."""
