"""What tests of the archive need: histories as a gateway would have told them, and their stamps."""
