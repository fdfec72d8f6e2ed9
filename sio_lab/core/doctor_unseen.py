"""What leaves no trace on the server, and so can only be told: where to look when the doctor finds nothing."""

from __future__ import annotations

_HTTPS = (
    "A page that came by https (jsbin, CodePen, a hub) may reach http://localhost and http://127.0.0.1 of the "
    "machine its browser runs on, and no other http address: the browser blocks it ('mixed content'), and nothing "
    "arrives here. Newer browsers ask the reader for permission first; what is not answered looks like a timeout."
)
_MACHINE = (
    "127.0.0.1 and localhost in a page are the machine on which the browser runs. Where the notebook runs "
    "elsewhere, or the browser is a phone, the page needs the server's own address: %sio open finds it, and for a "
    "class there is %sio start --join."
)
_NETWORK = "Guest networks often keep devices apart; then nothing of a phone arrives, even with the right address."
_PAGE = (
    "'io is not defined' in the browser's console (F12) says that the client's script was not loaded; offline, one "
    "from a CDN is not."
)
UNSEEN = (
    ("an https page", _HTTPS),
    ("another machine", _MACHINE),
    ("a firewall, or another network", _NETWORK),
    ("the page itself", _PAGE),
)
"""What it is -> what is to be known of it."""
