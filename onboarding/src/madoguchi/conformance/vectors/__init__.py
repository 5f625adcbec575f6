"""Signed test vectors: what must hold and what must be refused, without any server."""
