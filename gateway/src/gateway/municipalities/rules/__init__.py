"""The rules of offers, hours, tariffs and places: plain functions of configuration and time."""
