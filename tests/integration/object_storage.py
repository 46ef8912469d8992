"""Object storage for tests: moto's server, and what goes wrong on the way."""

import http.client
import http.server
import os
import pathlib
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable

BUCKET = "bucket"
# moto takes any; the program takes no others than these.
WHO = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# Which moto does not look into.
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=key/20140402/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)
SERVE = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.getLogger("werkzeug").disabled = True
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


class Store:
    """A server of S3 with one bucket, in a process of its own."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-c", SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.request("PUT", "")

    def end(self) -> None:
        self.process.communicate()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, method: str, key: str, data: bytes | None = None) -> bytes:
        asked = urllib.request.Request(
            f"{self.address}/{BUCKET}/{key}", method=method, data=data,
            headers={"Authorization": SIGNED},
        )  # fmt: skip
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.read()

    def keys(self) -> list[str]:
        listed = self.request("GET", "?list-type=2&max-keys=100000").decode()
        return [part.split("</Key>")[0] for part in listed.split("<Key>")[1:]]

    def uploads(self) -> int:
        """How many are under way, or were never ended."""
        return self.request("GET", "?uploads").decode().count("<UploadId>")


# What becomes of a request: None, it goes through; a status, that is answered;
# "cut", the connection ends within the answer; "slow", it takes its time.
Fault = Callable[[str, str], "int | str | None"]
SLOW_SECONDS = 0.05


class Gate:
    """Stands before a store and spoils what it is told to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.fault: Fault = lambda method, path: None
        self.passed = 0  # requests
        self.scheme = "http"
        gate = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def pass_on(self) -> None:
                gate.handle(self)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Whoever asked was killed."""

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def secure(self, certificate: pathlib.Path, key: pathlib.Path) -> None:
        """From here on it is reached by TLS alone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https"

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}"

    def handle(self, asked: http.server.BaseHTTPRequestHandler) -> None:
        body = self.read(asked)
        fault = self.fault(asked.command, asked.path)
        self.passed += 1
        if fault == "slow":
            time.sleep(SLOW_SECONDS)
        if isinstance(fault, int):
            code = "AccessDenied" if fault == 403 else "SlowDown"
            text = f"<Error><Code>{code}</Code><Message>no</Message></Error>"
            head = asked.command == "HEAD"
            self.answer(asked, fault, {}, b"" if head else text.encode())
            return
        onward = http.client.HTTPConnection("127.0.0.1", self.store.port, timeout=30)
        onward.request(asked.command, asked.path, body, dict(asked.headers))
        got = onward.getresponse()
        whole = got.read()
        onward.close()
        if fault == "cut":
            # What was asked for is done; nobody comes to know.
            asked.close_connection = True
            if asked.command != "HEAD":
                asked.send_response_only(got.status)
                asked.send_header("Content-Length", str(len(whole) or 9))
                asked.end_headers()
                asked.wfile.write(whole[: len(whole) // 2])
            return
        self.answer(asked, got.status, dict(got.getheaders()), whole)

    @staticmethod
    def read(asked: http.server.BaseHTTPRequestHandler) -> bytes:
        if "Expect" in asked.headers:
            del asked.headers["Expect"]
        if asked.headers.get("Transfer-Encoding", "") != "chunked":
            return asked.rfile.read(int(asked.headers.get("Content-Length", 0)))
        chunks = b""
        while size := int(asked.rfile.readline().split(b";")[0], 16):
            chunks += asked.rfile.read(size)
            asked.rfile.readline()
        while asked.rfile.readline() not in (b"\r\n", b""):
            pass
        del asked.headers["Transfer-Encoding"]
        return chunks

    @staticmethod
    def answer(asked: http.server.BaseHTTPRequestHandler, status: int,
               headers: dict, body: bytes) -> None:  # fmt: skip
        asked.send_response_only(status)
        length = headers.get("Content-Length") if asked.command == "HEAD" else None
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                asked.send_header(name, value)
        asked.send_header("Content-Length", length or str(len(body)))
        asked.end_headers()
        asked.wfile.write(body)


def environment(address: str) -> dict:
    """Of a program that is to find the store at `address`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return {**kept, **WHO, "AWS_ENDPOINT_URL": address}
