"""Reading a finished document back: what is on its pages is the record, or it does not leave."""
