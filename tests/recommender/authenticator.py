"""A phone's authenticator in a few lines: answers a browser's options as WebAuthn has it, with ES256 and a count."""

import hashlib
import json
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey. `origin`: what the browser says of the page; `flags`: what was made sure of."""

    origin: str
    flags: int = PRESENT | VERIFIED
    count: int = 0
    credential_id: bytes = b"credential-of-one-phone"
    user_handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """The answer to the options for `navigator.credentials.create`."""
        told = json.loads(options)
        self.user_handle = told["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(cose)
        data = self._data(told["rp"]["id"], ATTESTED) + attested
        return self._answer(
            {
                "clientDataJSON": b64(self._client("webauthn.create", told["challenge"])),
                "attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            }
        )

    def use(self, options: str) -> str:
        """The answer to the options for `navigator.credentials.get`; counts up."""
        told = json.loads(options)
        self.count += 1
        data, client = self._data(told["rpId"]), self._client("webauthn.get", told["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                "userHandle": self.user_handle,
            }
        )

    def _data(self, rp_id: str, more: int = 0) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        name = b64(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
