"""Handing a mail to a server: what was certainly not taken, what was, and what nobody can say.

Until the server said 354 the mail cannot have been taken; from there to its last answer nobody knows.
Everything here blocks; call it in a thread.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.channels.email.config import Server
from ingest.channels.email.errors import misconfigured, to_exception
from ingest.domain.errors import ChannelError, OutcomeUnknown, Throttled

_TIMEOUT_S = 30
_DATA_TIMEOUT_S = 120
"""Servers look through a mail before they answer."""


def deliver(server: Server, sender: str, recipient: str, mail: bytes) -> None:
    """Hand one mail over.

    Raises Throttled, Rejected or Misconfigured when it was certainly not taken, OutcomeUnknown where nobody can say.
    """
    with signed_in(server) as smtp:
        with _refusals():
            _expect(smtp.mail(sender, [f"SIZE={len(mail)}"] if smtp.has_extn("size") else []), about_sender=True)
            _expect(smtp.rcpt(recipient))
            _expect(smtp.docmd("DATA"), wanted=354)
        _expect(_hand_over(smtp, mail))


@contextmanager
def signed_in(server: Server) -> Iterator[smtplib.SMTP]:
    """Yield a session in which mail may be sent; raises Throttled or Misconfigured."""
    with _refusals():
        smtp = _connected(server)
    with contextlib.closing(smtp):
        with _refusals():
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if server.user:
                smtp.login(server.user, server.password)
        yield smtp
        # Whatever the server says to our farewell changes nothing any more.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtp.quit()


def _connected(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)


def _hand_over(smtp: smtplib.SMTP, mail: bytes) -> tuple[int, bytes]:
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(_DATA_TIMEOUT_S)
        smtp.send(_dotted(mail))
        reply, words = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(code="no_answer") from error
    if reply < 200:
        raise OutcomeUnknown("The server's answer cannot be read.", code="unreadable_answer")
    return reply, words


def _dotted(mail: bytes) -> bytes:
    """Return a mail as it travels: a dot doubled where one begins a line, and the line that ends it."""
    lines = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
    dotted = lines.replace(b"\r\n.", b"\r\n..")
    return (b"." if dotted.startswith(b".") else b"") + dotted + b".\r\n"


def _expect(answer: tuple[int, bytes], *, wanted: int = 0, about_sender: bool = False) -> None:
    reply, words = answer
    if reply == wanted or (not wanted and 200 <= reply < 300):
        return
    raise to_exception(reply if reply >= 400 else 451, words, about_sender=about_sender)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the library raises before a mail is handed over into errors of ours."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise _not_signed_in(error) from None
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        raise misconfigured("greeting") if error.smtp_code >= 500 else _unreachable() from error
    except smtplib.SMTPResponseException as error:
        raise to_exception(max(error.smtp_code, 400), error.smtp_error) from None
    except smtplib.SMTPNotSupportedError as error:
        raise misconfigured("530" if "AUTH" in str(error) else "tls") from None
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPException) as error:
        raise _unreachable() from error
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        raise _unreachable() from error
    except ssl.SSLError as error:
        raise misconfigured("tls") from error
    except (OSError, UnicodeError) as error:
        raise _unreachable() from error


def _not_signed_in(error: smtplib.SMTPAuthenticationError) -> ChannelError:
    # The library's error repeats what was sent; ours says only what was answered.
    found = to_exception(error.smtp_code, error.smtp_error)
    return found if isinstance(found, Throttled) else misconfigured("535")


def _unreachable() -> ChannelError:
    return Throttled("The mail server cannot be reached just now.", code="unreachable", retry="later")
