"""A device that keeps a passkey, for tests without a browser: its answers, and broken ones."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from crypto.encoding import decode_base64url, encode_base64url

PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40
Asked = dict[str, Any]


@dataclass
class Device:
    """A key for one account at one host; whatever of it a test changes, its answers show."""

    host: str = "localhost"
    origin: str = "http://localhost:8000"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    handle: str = ""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, asked: Asked) -> Asked:
        """Return what a browser sends of a fresh key."""
        self.handle = asked["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(HOLDS_KEY) + held
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client(asked, "webauthn.create"), attestationObject=attested
        )

    def sign(self, asked: Asked) -> Asked:
        """Return what a browser sends of a signed challenge."""
        self.count += 1
        client, data = self._client(asked, "webauthn.get"), self._data()
        signed = data + hashlib.sha256(client).digest()
        answer = self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )
        answer["response"]["userHandle"] = self.handle
        return answer

    def _answer(self, **parts: bytes) -> Asked:
        name = encode_base64url(self.id)
        response = {part: encode_base64url(content) for part, content in parts.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": response}

    def _data(self, more: int = 0) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, asked: Asked, kind: str) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        assert decode_base64url(asked["challenge"])
        return json.dumps(told).encode()
