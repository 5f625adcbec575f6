"""Virtual cards and their authority. Gateway and adapter cannot tell that they are virtual."""
