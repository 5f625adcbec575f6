"""Who is paid by whom, where, and under which number: the contract files."""
