"""HTML from strangers: made harmless, and readable as text.

Nothing that runs, nothing that loads from elsewhere: remote images keep their address in `data-src`, so that a
reader may ask for them and a sender learns nothing before.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import nh3

LIMIT = 256 * 1024
"""Characters of HTML that are kept; the whole stays with the delivery."""
_REMOTE = "x-remote:"
_TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd "
        "del details div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li "
        "main mark ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th "
        "thead time tr tt u ul var wbr ",
    )
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align", "valign"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "width"},
    "th": {"colspan", "rowspan", "width"},
    "table": {"width", "cellpadding", "cellspacing", "border"},
    "ol": {"start", "type"},
    "font": {"color", "size"},
    "time": {"datetime"},
}
_LINK = re.compile(r"\s*(https?:|mailto:|tel:)", re.IGNORECASE)
_INLINE = re.compile(r"\s*(cid:|data:image/(png|jpe?g|gif|webp);base64,)", re.IGNORECASE)
_FAR = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
_WITHOUT_CONTENT = {"script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_SHORT = frozenset(re.findall(r"\w+", "br hr img input meta link col wbr area base p li dt dd td th tr tbody option"))
"""Tags that hold nothing, or end where the next one begins."""
_COST = 1_000_000
_MANY_BLANK = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def cleaned(html: str) -> str:
    """Return HTML without scripts, styles, forms, frames and anything that loads by itself; at most `LIMIT` long.

    What would be longer is cut before it is read, never after: half a tag would swallow what stands behind it.
    """
    given = _bearable(html[:LIMIT])
    while len(safe := _clean(given)) > LIMIT:
        given = given[: len(given) // 2]
    return safe


def _clean(html: str) -> str:
    safe = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=_WITHOUT_CONTENT,
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
    )
    # A quote sign is always written as an entity inside an attribute, so this can only meet an attribute's start.
    return safe.replace(f' src="{_REMOTE}', ' data-src="')


def readable(html: str) -> str:
    """Return what a person reads of HTML that `cleaned` returned: blocks as lines, quotations behind `>`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = "\n".join(line.rstrip() for line in "".join(reader.found).replace("\xa0", " ").split("\n"))
    return _MANY_BLANK.sub("\n\n", text).strip("\n")


def _bearable(html: str) -> str:
    """Return HTML up to where its nesting costs too much: reading takes time for every tag by every open one."""
    cost, open_tags, counted = 0, list[str](), Counter[str]()
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        cost += 1 + len(open_tags)
        if cost > _COST:
            return html[: tag.start()]
        if tag[1]:
            while counted[name] and open_tags:
                counted[closed := open_tags.pop()] -= 1
                if closed == name:
                    break
        elif name not in _SHORT:
            open_tags.append(name)
            counted[name] += 1
    return html


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("a", "href"):
        return value if _LINK.match(value) else None
    if (tag, attribute) == ("img", "src"):
        if _FAR.match(value):
            return _REMOTE + value.strip()
        return value if _INLINE.match(value) else None
    return value


class _Reader(HTMLParser):
    _PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote"})
    _LINES = _PARAGRAPHS | frozenset({"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "hr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._depth = 0
        self._is_fresh = True
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._break()
        if tag in self._LINES:
            self._end_line(tag)
        if tag == "blockquote":
            self._depth += 1
        if tag == "pre":
            self._pre += 1
        if tag == "li":
            self._say("- ")
        if tag == "img":
            self._say(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._LINES:
            self._end_line(tag)
        if tag == "blockquote":
            self._depth = max(0, self._depth - 1)
        if tag == "pre":
            self._pre = max(0, self._pre - 1)
        if tag in ("td", "th"):
            self._say(" ")

    def handle_data(self, data: str) -> None:
        if self._pre:
            for number, line in enumerate(data.split("\n")):
                if number:
                    self._break()
                self._say(line)
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        self._say(text.lstrip(" ") if self._is_fresh else text)

    def _say(self, text: str) -> None:
        if not text:
            return
        if self._is_fresh and self._depth:
            self.found.append("> " * min(self._depth, 9))
        self.found.append(text)
        self._is_fresh = False

    def _break(self) -> None:
        self.found.append("\n")
        self._is_fresh = True

    def _end_line(self, tag: str) -> None:
        if not self._is_fresh:
            self._break()
        if tag in self._PARAGRAPHS and self.found and self.found[-2:] != ["\n", "\n"]:
            self._break()
