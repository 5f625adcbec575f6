"""Who lives with the cardholder, sealed to the session."""
