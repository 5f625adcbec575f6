"""The stamper: chains batches of audit events, signed by the centre, countersigned by witnesses."""
