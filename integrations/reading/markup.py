"""Reading a provider's XML with care: no document types, no entities, names without namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from integrations.payload import Payload
from postexp.kernel.inbox import Unreadable


def read_xml(body: bytes, provider: str) -> Element:
    """Return the root element; raises Unreadable for what is not XML, or declares entities."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(
            f"The body of the {provider} message is not XML that can be read: {error}",
            "Look at the raw request, and have it sent again.",
        ) from error
    return root


def name_of(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def inside(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a name at any depth, the element itself included."""
    return (one for one in element.iter() if name_of(one) == name)


def texts(element: Element, provider: str) -> Payload:
    """Return the texts of an element's children by name; the first of a name counts."""
    data: dict[str, str] = {}
    for child in element:
        data.setdefault(name_of(child), child.text or "")
    return Payload(data, provider, f"{name_of(element)}.")


def attributes(element: Element, provider: str) -> Payload:
    """Return the attributes of an element by name."""
    return Payload(dict(element.attrib), provider, f"{element.get('name', name_of(element))}.")
