"""/problems: what each problem type means and what to do about it."""
