"""What would change between two files, told in words."""
