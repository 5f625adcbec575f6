"""How an issuance ended, with the terminal's own reports."""
