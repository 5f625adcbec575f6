"""What the terminal's own tests play against: an honest partner at the other end of the wire."""
