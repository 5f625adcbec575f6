"""Each known mis-issue of 2020 to 2024, brought back by a part that has exactly that fault."""
