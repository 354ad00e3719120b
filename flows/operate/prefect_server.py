"""Prefect's server with its user interface, for this machine only: `python -m flows.operate.prefect_server 127.0.0.1 4200`.

Prefect's API asks for a password and refuses pages of other origins (settings.close_api), but accepts any Host header. A hostile
page could point its own host name at this machine (DNS rebinding), so we accept only the names of this machine.
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from prefect.server.api.server import create_app


def main(host: str, port: str) -> None:
    """Serve until stopped; requests with another Host header than `host` or localhost are refused."""
    app = TrustedHostMiddleware(create_app(final=True), allowed_hosts=[host, "localhost"], www_redirect=False)
    uvicorn.run(app, host=host, port=int(port), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
