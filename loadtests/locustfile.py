"""The complete flow under load: each user is a store terminal driven by the terminal's own core.

Keep a system running with `make up`, then, in another shell:

    .venv/bin/locust -f loadtests/locustfile.py --headless -u 8 -r 2 -t 30s

`MADOGUCHI_INSTALLATION` names another installation's folder. There are as many users as it has
terminals, at most: a terminal serves one cardholder at a time.
"""

from loadtests.locust_terminal import CardholderAtTerminal

__all__ = ["CardholderAtTerminal"]
