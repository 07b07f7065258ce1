"""Which browsers' requests are a page's of another site.

The API serves no pages but its description, so that whatever a page of elsewhere sends here is
sent behind its reader's back. Browsers say so in ``Sec-Fetch-Site`` (W3C Fetch Metadata), older
ones in ``Origin`` (RFC 6454); other programs send neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_OURS = (b"same-origin", b"none")


def is_cross_site(fields: Mapping[bytes, bytes]) -> bool:
    """Whether a request's header fields (names in lower case) tell of another site's page."""
    site = fields.get(b"sec-fetch-site")
    if site is not None and site not in _OURS:
        return True
    origin = fields.get(b"origin")
    if origin is None:
        return False
    try:
        named = urlsplit(origin.decode("ascii")).netloc
    except ValueError:
        return True
    return not named or named.lower().encode() != fields.get(b"host", b"").lower()
