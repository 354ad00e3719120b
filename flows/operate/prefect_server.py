"""Prefect's server with its user interface, for this machine only: `python -m flows.operate.prefect_server 127.0.0.1 4200`.

Prefect asks for the password of its API and closes it to pages of other origins (settings.close_api), but answers whatever host
it is called by. A page that lets its own name lead to this machine would be such a host.
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from prefect.server.api.server import create_app


def main(host: str, port: str) -> None:
    """Answer until told to stop, and nobody who calls us by another name."""
    app = TrustedHostMiddleware(create_app(final=True), allowed_hosts=[host, "localhost"], www_redirect=False)
    uvicorn.run(app, host=host, port=int(port), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
