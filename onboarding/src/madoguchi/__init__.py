"""The centre's command line: municipalities, terminals and keys join, change and leave."""
