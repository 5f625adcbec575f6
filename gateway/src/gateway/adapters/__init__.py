"""The way to the municipalities' adapters: one slow city is one slow city."""
