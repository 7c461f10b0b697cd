"""This machine's address on the local network, and a QR code of it for the terminal."""

import io
import socket

import segno


def lan_address() -> str:
    """The address that others on the network reach this machine by; 127.0.0.1 when there is no network.

    Connecting a UDP socket sends nothing: it only asks the kernel which interface it would use.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): never routed
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def qr_lines(address: str) -> str:
    """A QR code in block characters, with the address under it."""
    drawn = io.StringIO()
    segno.make(address, error="m").terminal(drawn, compact=True, border=2)
    return f"{drawn.getvalue()}\n  {address}\n"
