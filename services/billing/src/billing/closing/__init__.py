"""Ends days, months and fiscal years: once each, in their order, from one snapshot."""
