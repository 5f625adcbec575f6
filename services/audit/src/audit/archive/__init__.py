"""What is kept: events, stamps, dead letters, and where reading stands."""
