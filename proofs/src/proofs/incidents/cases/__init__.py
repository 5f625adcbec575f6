"""The incidents and the traitors, one file each."""
