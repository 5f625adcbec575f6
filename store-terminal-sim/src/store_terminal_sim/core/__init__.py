"""The terminal's behaviour without I/O: generators that yield effects and receive answers.

asyncio, Locust (gevent), a screen or a test drives the same code, one effect at a time.
"""
