"""E-mail through Django's backend. A try after a lost answer carries the same Message-ID."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urljoin, urlsplit

from django.core.mail import EmailMessage

from pinwheel.config.environment import environment
from pinwheel.market.messages.channels.base import ChannelError, Parcel
from pinwheel.plan.refusal import Language
from pinwheel.plan.words import Phrase

SUBJECT = Phrase("确认邮箱", "Confirm your e-mail address")
BODY = Phrase(
    "请在 24 小时内打开此链接，确认用这个邮箱接收通知：\n{link}\n如果不是您本人操作，请忽略。",
    "Open this link within 24 hours to receive notices here:\n{link}\nIf you did not ask, do nothing.",
)


class MailChannel:
    """Sends plain text."""

    def send(self, parcel: Parcel) -> str:
        reference = f"<{parcel.key}@{urlsplit(environment().base_url).hostname or 'pinwheel'}>"
        post_mail(parcel.address, parcel.title, f"{parcel.body}\n\n{parcel.link}", {"Message-ID": reference})
        return reference


def send_confirmation(address: str, token: str, language: str) -> None:
    """Send the link that confirms an address. Raises: ChannelError."""
    link = urljoin(environment().base_url, f"/messages/address/{token}")
    said: Language = "zh" if language.startswith("zh") else "en"
    post_mail(address, SUBJECT.say(said), BODY.say(said, link=link), {})


def post_mail(address: str, subject: str, body: str, headers: dict[str, str]) -> None:
    """Hand one mail over. A refused recipient is final. Raises: ChannelError."""
    try:
        EmailMessage(subject, body, environment().mail_from, [address], headers=headers).send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise ChannelError("recipient_refused", is_final=all(code >= 550 for code in codes)) from None
    except SMTPResponseException as error:
        raise ChannelError(
            f"smtp_{error.smtp_code}", wait=60 if error.smtp_code in (421, 450, 451) else 0
        ) from None
    except (SMTPException, OSError) as error:
        raise ChannelError(type(error).__name__) from None
