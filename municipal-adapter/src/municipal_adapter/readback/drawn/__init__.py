"""What a finished page draws: its text, pictures and lines, and nothing else."""
