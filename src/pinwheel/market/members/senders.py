"""How one-time codes reach members. The class is named by PINWHEEL_CODE_SENDER."""

from typing import Protocol

import structlog
from django.utils.module_loading import import_string

from pinwheel.config.environment import environment


class CodeSender(Protocol):
    """Sends a one-time code to a phone number in E.164; raises if it could not be handed over."""

    def send(self, phone: str, code: str, language: str) -> None: ...


class ConsoleSender:
    """Writes the code to the log: for development only."""

    def send(self, phone: str, code: str, language: str) -> None:
        structlog.get_logger("pinwheel.codes").info("one-time code", phone=phone, code=code)


def code_sender() -> CodeSender:
    """The sender that the environment names."""
    sender: CodeSender = import_string(environment().code_sender)()
    return sender
