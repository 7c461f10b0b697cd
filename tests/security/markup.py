"""Pages read as a browser reads them: what in them would run, load from elsewhere, or was never ours; and their forms."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

PAYLOAD = (
    "'\"></script><xss>"  # out of an attribute, out of a block of data, into an element; short enough for any field
)
HANDLERS = re.compile(r"on[a-z]+")
INERT = {"application/ld+json", "application/json"}  # blocks of data, which no browser runs
ADDRESSES = ("href", "src", "action", "formaction", "srcset", "poster", "data", "ping")
TEXTS = {"text", "search", "tel", "url", ""}


@dataclass
class Form:
    """As a browser would send it when nothing is touched: names and values, and which of them are free text."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: set[str] = set()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, list[str]] | None = None
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in reversed(attrs)}  # of two alike browsers take the first
        if tag in {"xss", "style"} or (tag == "script" and "src" not in told and told.get("type") not in INERT):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in told if HANDLERS.fullmatch(name) or name == "style"]
        self.found += [f"{tag} {name}={told[name]}" for name in ADDRESSES if name in told and _bad(tag, told[name])]
        if tag == "a" and "href" in told:
            self.links.add(told["href"])
        self._fields(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select and self._form:
            name, values = self._select
            self._form.fields += [(name, value) for value in values[-1:]]
            self._select = None

    def _fields(self, tag: str, told: dict[str, str]) -> None:
        if tag == "form":
            self._form = Form(told.get("action", ""), told.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in told:
            self._field(self._form, tag, told)

    def _field(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, kind, value = told.get("name", ""), told.get("type", ""), told.get("value", "")
        if tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select and (not self._select[1] or "selected" in told):
            self._select[1].append(value)  # the first stands, until one is marked
        elif tag == "textarea" or (tag == "input" and kind in TEXTS):
            form.texts.append(name)
        elif tag == "input" and kind == "file":
            form.files.append(name)
        elif tag == "button" or (tag == "input" and (kind not in {"checkbox", "radio"} or "checked" in told)):
            form.fields.append((name, value or ("on" if kind == "checkbox" else "")))


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    return page


def born(text: str) -> list[str]:
    """What a policy without unsafe-inline would stop, what would be fetched from others, and elements that are nobody's."""
    return read(text).found


def _bad(tag: str, address: str) -> bool:
    cleaned = re.sub(r"[\t\r\n]", "", address).strip("".join(map(chr, range(33)))).lower()
    fetched = tag != "a" and re.match(r"(https?:)?//", cleaned) and not cleaned.startswith("http://localhost/")
    return bool(fetched) or cleaned.startswith(("javascript:", "vbscript:", "data:text"))
