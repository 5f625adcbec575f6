"""Every certificate that there is, as PDF and PNG, to be looked at: `make gallery`."""
