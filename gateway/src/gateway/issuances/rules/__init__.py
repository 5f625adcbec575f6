"""Rules of issuances: plain functions of states and reports."""
