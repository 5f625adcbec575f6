"""How events come in: from Kafka, or from the files of the file sink."""
