"""One issuance for each copy of an order, and the answer that it got."""
