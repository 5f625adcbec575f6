"""The documents of what travels on Kafka: made from the models, kept fresh by `make check`."""
