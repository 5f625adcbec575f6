"""What an auditor takes along: events, stamps, trust list, and a script that verifies them."""
