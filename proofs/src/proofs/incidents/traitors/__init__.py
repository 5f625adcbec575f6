"""What traitors do: a gateway that lies, and a terminal that forges."""
