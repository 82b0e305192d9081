"""What is new in an answer, and what only repeats the mail it answers.

Only what stands at the end is folded away: who writes between the quoted lines has said something there, and
then everything stays. A forwarded mail is not a quotation; it is what the sender wants to show.
"""

from __future__ import annotations

import re

_LOOK_BACK = 4
"""Lines that the line before a quotation may be folded into."""
_WROTE = re.compile(
    r"(wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|kirjoitti|pisze|napisał\(?a?\)?|"
    r"написал\(?а?\)?|пишет|yazdı|έγραψε|írta|a scris|كتب|كتبت|写道|寫道|のメール|작성)\W{0,3}$|"
    r"\b(schrieb|schreef|skrev|كتب|كتبت|بواسطة)\b.{0,200}[:：]\W{0,3}$",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(On|Am|Le|El|Il|Op|Em|No dia|Den|På|W dniu|Dnia|В|Στις|În|Pe|في|بتاريخ|在|\d{1,4}[-/.年])", re.IGNORECASE
)
_DIVIDER = re.compile(
    r"\s*[-_]{2,}\s*(Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Mensagem original|"
    r"Messaggio originale|Oorspronkelijk bericht|Reply message)\s*[-_]{2,}\s*|\s*_{20,}\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(From|Von|De|Da|Van|Från|Fra|От|من|发件人)\s*:\*?\s", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_TO = re.compile(
    r"\s*\*?(To|An|À|A|Para|Aan|Till|Til|Кому|إلى|收件人|Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|"
    r"Emne|Тема|الموضوع|主题)\s*:",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"--\s*|(Sent from|Get Outlook for|Enviado d[eo]|Envoyé de|Gesendet von|أرسلت من|أُرسلت من) .{1,60}"
)
_SIGNED_LINES = 15
"""A signature that is longer is something that was said."""
_SENT = re.compile(
    r"\s*\*?(Sent|Date|Gesendet|Datum|Envoyé|Enviado|Enviado el|Enviada em|Fecha|Data|Inviato|Verzonden|Skickat|Sendt|"
    r"Дата|Отправлено|التاريخ|تاريخ الإرسال|发送时间|日期)\s*:",
    re.IGNORECASE,
)


def folded(text: str) -> tuple[str, str | None]:
    r"""Return the new part of a text and the quoted rest; None where nothing is quoted.

    What would leave nothing new stays whole.

    >>> folded("Yes.\n\nOn Monday, Ana wrote:\n> Shall we?")
    ('Yes.', 'On Monday, Ana wrote:\n> Shall we?')
    """
    lines = text.split("\n")
    start = _quoted_from(lines)
    if start is None:
        return text, None
    new, rest = "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:]).strip("\n")
    return (new, rest) if new.strip() else (text, None)


def _quoted_from(lines: list[str]) -> int | None:
    """Return the line from which all is quotation."""
    below = _block_from(lines)
    if below is not None:
        return below
    end = _unsigned(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    if not any(line.lstrip().startswith(">") for line in lines[end:]):
        return None
    return _with_opening(lines, end)


def _unsigned(lines: list[str]) -> int:
    """Return where a signature at the end begins, which stands below the quotation of who answers above it."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 1 - _SIGNED_LINES), -1):
        if lines[number].lstrip().startswith(">"):
            break
        if _SIGNATURE.fullmatch(lines[number].strip()):
            return number
    return len(lines)


def _with_opening(lines: list[str], end: int) -> int:
    """Return where "On …, Ana wrote:" begins when it stands before line `end`, else `end`."""
    if end == 0 or not _WROTE.search(lines[end - 1].strip()):
        return end
    for start in range(end - 1, max(-1, end - 1 - _LOOK_BACK), -1):
        if _OPENS.match(lines[start].strip()) or not lines[start].strip():
            return start
    return end - 1


def _block_from(lines: list[str]) -> int | None:
    """Return where the block of headers begins that some programs put above a mail they quote without signs."""
    for number, line in enumerate(lines):
        if _DIVIDER.fullmatch(line) and any(_FROM.match(each) for each in lines[number + 1 : number + 4]):
            return number
        if _is_head(line, lines[number + 1 : number + 6]):
            return None if _is_forwarded(lines, number) else number
    return None


def _is_head(line: str, below: list[str]) -> bool:
    """Say whether a line and those below it are the head of a mail; "From: Lisbon" in an order is none."""
    return (
        _FROM.match(line) is not None
        and _ADDRESS.search(line) is not None
        and any(_SENT.match(each) for each in below)
        and any(_TO.match(each) for each in below)
    )


def _is_forwarded(lines: list[str], number: int) -> bool:
    above = [each for each in lines[max(0, number - 3) : number] if each.strip()]
    return (
        bool(above)
        and re.search(r"forward|weitergeleitet|transféré|reenviad|inoltrat", above[-1], re.IGNORECASE) is not None
    )
