"""This machine's address on the local network: in the settings, and as a QR code for the terminal."""

import fcntl
import io
import socket
import struct

import segno

from signage.processes.run import ANY_ADDRESS
from signage.settings import Settings

SIOCGIFADDR = 0x8915  # Linux: the IPv4 address of an interface, 20 bytes into the answer
LOOPBACK = "127.0.0.1"
BLACK_AND_WHITE = "\x1b[97;40m", "\x1b[0m"  # whatever the terminal's own colours are: not every phone reads a negative


def lan_address() -> str:
    """The address that others on the network reach this machine by; 127.0.0.1 when there is no network.

    Connecting a UDP socket sends nothing: it only asks the kernel which interface it would use. A shop's network
    without a way out has no such answer; then it is the first interface that has an address.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): never routed
            return str(probe.getsockname()[0])
        except OSError:
            found = (_address(probe, name) for _, name in socket.if_nameindex())
            return next((address for address in found if address and not address.startswith("127.")), LOOPBACK)


def _address(probe: socket.socket, interface: str) -> str:
    try:
        answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, struct.pack("256s", interface.encode()))
    except OSError:
        return ""
    return socket.inet_ntoa(answer[20:24])


def qr_lines(address: str) -> str:
    """A QR code in block characters, with the address under it."""
    drawn = io.StringIO()
    segno.make(address, error="m").terminal(drawn, compact=True, border=2)
    on, off = BLACK_AND_WHITE
    return "".join(f"{on}{line}{off}\n" for line in drawn.getvalue().splitlines()) + f"\n  {address}\n"


def reachable(settings: Settings) -> Settings:
    """Bound to every address, QRs must name one that a phone can open: this machine's on the local network."""
    if settings.public_url or settings.host not in ANY_ADDRESS or (settings.tls and settings.tls_names):
        return settings
    scheme = "https" if settings.tls else "http"
    return settings.model_copy(update={"public_url": f"{scheme}://{lan_address()}:{settings.port}"})
