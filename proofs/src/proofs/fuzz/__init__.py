"""What nobody expects, sent to every API for a while."""
