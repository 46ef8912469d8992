"""Just enough of HTTP/2 to say what no client of ours would."""

from __future__ import annotations

import socket
import ssl
import struct

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    size = struct.pack(">I", len(payload))[1:]
    return size + struct.pack(">BBI", kind, flags, stream) + payload


def text(value: bytes) -> bytes:
    """A literal of HPACK."""
    size = len(value)
    if size < 127:
        return bytes([size]) + value
    prefix, size = [127], size - 127
    while size > 127:
        prefix.append(size & 127 | 128)
        size >>= 7
    return bytes([*prefix, size]) + value


def grpc_headers(path: str, **more: str) -> bytes:
    fields = {
        ":method": "POST", ":scheme": "http", ":path": path,
        ":authority": "localhost", "te": "trailers",
        "content-type": "application/grpc",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }  # fmt: skip
    return b"".join(
        b"\0" + text(name.encode()) + text(value.encode())
        for name, value in fields.items()
    )


def message(body: bytes = b"") -> bytes:
    return struct.pack(">BI", 0, len(body)) + body


class Http2:
    """A connection; answers what a peer must answer, when it reads."""

    def __init__(
        self, port: int, context: ssl.SSLContext | None = None
    ) -> None:
        self.socket: socket.socket = socket.create_connection(
            ("127.0.0.1", port), timeout=30
        )
        if context is not None:
            self.socket = context.wrap_socket(
                self.socket, server_hostname="localhost"
            )
        self.got = b""
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0))

    def send(self, *frames: bytes) -> None:
        self.socket.sendall(b"".join(frames))

    def open(self, stream: int, path: str, **more: str) -> None:
        self.send(
            frame(HEADERS, END_HEADERS, stream, grpc_headers(path, **more))
        )

    def read(self) -> tuple[int, int, int, bytes]:
        """The next frame that is not about the connection alone. EOFError:
        there is none."""
        while True:
            head = self._take(9)
            size = int.from_bytes(head[:3], "big")
            kind, flags, stream = struct.unpack(">BBI", head[3:])
            payload = self._take(size)
            if kind == SETTINGS and not flags & ACK:
                self.send(frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                self.send(frame(PING, ACK, 0, payload))
            elif kind in (DATA, HEADERS, RST_STREAM, GOAWAY):
                return kind, flags, stream, payload

    def _take(self, size: int) -> bytes:
        while len(self.got) < size:
            more = self.socket.recv(65_536)
            if not more:
                raise EOFError
            self.got += more
        taken, self.got = self.got[:size], self.got[size:]
        return taken

    def close(self) -> None:
        self.socket.close()
