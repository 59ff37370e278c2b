"""The console channel: writes messages to the log, for development."""

import structlog

from pinwheel.market.messages.channels.base import Parcel


class LogChannel:
    """Writes the message to the log."""

    def send(self, parcel: Parcel) -> str:
        said = {"to": parcel.address, "kind": parcel.kind, "title": parcel.title, "body": parcel.body}
        structlog.get_logger("pinwheel.messages").info("message", key=parcel.key, **said)
        return ""
