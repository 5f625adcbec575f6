"""What is still owed of a period, after all that is recorded as paid."""
