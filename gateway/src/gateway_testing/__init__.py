"""What gateway tests play around it: a city, cardholders, a look at the books; in no wheel."""
