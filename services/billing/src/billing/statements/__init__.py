"""Who owes whom for a period: made once from what is closed, kept, and traceable to papers."""
