"""Preparing a certificate: person, rules, document, attestation, seal."""
