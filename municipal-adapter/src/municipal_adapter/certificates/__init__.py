"""Making certificates: what is on the paper, its template, its pages."""
