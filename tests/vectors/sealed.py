"""Reads sealed units as sync/seal/envelope.cc documents them, step by step with
the primitives of libsodium rather than its sealed boxes."""

import ctypes
import ctypes.util
import hashlib

_sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))

MAGIC = b"chasqui"
KINDS = {1: "batch", 2: "receipt"}


def sodium_call(name, size, *arguments):
    """What a function of libsodium writes: `size` bytes."""
    out = ctypes.create_string_buffer(size)
    if getattr(_sodium, name)(out, *arguments) != 0:
        raise ValueError(f"{name} refuses it")
    return out.raw


def verify(signature, said, signer):
    """ValueError unless whoever has the other half of `signer` signed it."""
    if _sodium.crypto_sign_verify_detached(
        signature, said, ctypes.c_ulonglong(len(said)), signer
    ):
        raise ValueError("not signed by its signer")


class Bytes:
    """A grammar's input, taken from the left."""

    def __init__(self, content):
        self.rest = content

    def raw(self, size):
        if size > len(self.rest):
            raise ValueError("cut short")
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def byte(self):
        return self.raw(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def bytes(self):
        return self.raw(self.varint())


def varint(value):
    spelled = b""
    while value >= 0x80:
        spelled += bytes([value & 0x7F | 0x80])
        value >>= 7
    return spelled + bytes([value])


def public_key(seed):
    """Of the Ed25519 pair that the seed makes."""
    secret = ctypes.create_string_buffer(64)
    return sodium_call("crypto_sign_seed_keypair", 32, secret, seed)


def _box_keys(seed):
    """The X25519 pair that follows from it."""
    secret = ctypes.create_string_buffer(64)
    public = sodium_call("crypto_sign_seed_keypair", 32, secret, seed)
    return (
        sodium_call("crypto_sign_ed25519_pk_to_curve25519", 32, public),
        sodium_call("crypto_sign_ed25519_sk_to_curve25519", 32, secret),
    )


def open_unit(unit, seed):
    """(kind, device, signer, content) of a unit sealed to the seed's key."""
    outside = Bytes(unit)
    if outside.raw(len(MAGIC)) != MAGIC:
        raise ValueError("no sealed unit")
    version, kind = outside.byte(), outside.byte()
    recipient = public_key(seed)
    to = outside.raw(8)
    if to != hashlib.blake2b(recipient, digest_size=16).digest()[:8]:
        raise ValueError("sealed to another key")
    box = outside.bytes()
    if outside.rest:
        raise ValueError("bytes too many")
    box_public, box_secret = _box_keys(seed)
    ephemeral, sealed = box[:32], box[32:]
    nonce = hashlib.blake2b(ephemeral + box_public, digest_size=24).digest()
    body = Bytes(
        sodium_call(
            "crypto_box_open_easy", len(sealed) - 16, sealed,
            ctypes.c_ulonglong(len(sealed)), nonce, ephemeral, box_secret,
        )
    )  # fmt: skip
    device, signer, signature = body.bytes(), body.raw(32), body.raw(64)
    content = body.rest
    said = (
        b"chasqui sealed unit" + bytes([version, kind]) + recipient
        + varint(len(device)) + device + content
    )  # fmt: skip
    verify(signature, said, signer)
    return KINDS[kind], device.decode(), signer, content
