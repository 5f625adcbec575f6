"""Invoices for the commission, from whoever supplies it."""
