"""Statements and invoices to be read: PDF, CSV."""
