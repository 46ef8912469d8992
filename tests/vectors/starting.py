"""Reads starting files as sync/seal/starting_file.cc documents them."""

import ctypes
import hashlib

import sealed

KINDS = {1: "area", 2: "person"}
NONCE = 24
TAG = 16


def file_key(server_seed, head):
    said = b"chasqui starting file" + head
    return hashlib.blake2b(said, digest_size=32, key=server_seed).digest()


def _derived(key, what, said=b"", size=32):
    return hashlib.blake2b(what + said, digest_size=size, key=key).digest()


def read_head(file):
    """(survey, bucket, log, seq), and the head's bytes."""
    rest = sealed.Bytes(file)
    if rest.raw(7) != sealed.MAGIC or rest.raw(2) != b"\x01\x03":
        raise ValueError("no starting file")
    survey = rest.bytes().decode()
    bucket = KINDS[rest.byte()] + "/" + rest.bytes().decode()
    log = int.from_bytes(rest.raw(8), "little")
    seq = rest.varint()
    size = len(file) - len(rest.rest)
    return (survey, bucket, log, seq), file[:size]


def chunks(file, key, signer):
    """The contents of all its chunks. ValueError if a bit is not as it was
    written, or one is missing."""
    _, head = read_head(file)
    rest = sealed.Bytes(file[len(head) :])
    contents = []
    last = 0
    while not last:
        number, last = rest.varint(), rest.byte()
        signature = rest.raw(64)
        nonce, box = rest.raw(NONCE), rest.bytes()
        if number != len(contents) or last > 1:
            raise ValueError("chunks out of order")
        bound = head + sealed.varint(number) + bytes([last])
        sealed.verify(
            signature, b"chasqui starting chunk" + bound + nonce + box, signer
        )
        content = sealed.sodium_call(
            "crypto_aead_xchacha20poly1305_ietf_decrypt",
            len(box) - TAG,
            None, None,
            box, ctypes.c_ulonglong(len(box)),
            bound, ctypes.c_ulonglong(len(bound)),
            nonce, _derived(key, b"encrypt"),
        )  # fmt: skip
        nonces = _derived(key, b"nonce")
        if nonce != _derived(nonces, bound, content, NONCE):
            raise ValueError("its nonce does not follow from what is in it")
        contents.append(content)
    if rest.rest:
        raise ValueError("more after the last chunk")
    return contents
