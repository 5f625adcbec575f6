"""The tripwire: searches what the centre leaves behind for the persons of tests and demo.

It knows every synthetic person, card and paper of an installation, in all the spellings in which
they could lie in bytes, and looks where no person may be: the audit stream, logs, spans, metrics,
names of files, Kafka's segments, and the gateway's and the archive's databases with their files
and a dump of each. What it finds is named by its kind and place, never by its value.
"""
