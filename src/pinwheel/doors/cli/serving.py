"""`pinwheel serve`: granian in front of the ASGI application."""

from pathlib import Path

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces


def serve_web(address: str, port: int, processes: int) -> None:
    """Serve until SIGTERM or Ctrl-C; requests at hand are answered first."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    Granian(
        "pinwheel.config.asgi:application",
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        websockets=False,
        log_access=False,
        workers_kill_timeout=20,
    ).serve()
