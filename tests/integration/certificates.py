"""A certificate authority for tests, made by openssl."""

from __future__ import annotations

import base64
import datetime
import hashlib
import pathlib
import subprocess

NAMES = "DNS:localhost,IP:127.0.0.1"


def openssl(*words: str, given: bytes = b"") -> bytes:
    return subprocess.run(
        ["openssl", *words],
        input=given,
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout


class Authority:
    """Issues certificates of P-256 keys into a directory."""

    def __init__(self, into: pathlib.Path, name: str = "ca") -> None:
        into.mkdir(exist_ok=True)
        self.into = into
        self.key = into / f"{name}.key"
        self.certificate = into / f"{name}.pem"
        new_key(self.key)
        openssl(
            "req", "-x509", "-key", str(self.key), "-days", "30",
            "-subj", f"/CN={name}", "-out", str(self.certificate),
        )  # fmt: skip

    def issue(
        self, name: str, expires: float = 86_400, names: str = NAMES
    ) -> tuple[pathlib.Path, pathlib.Path]:
        """A chain, up to and with this authority, and its key. It expires so
        many seconds from now; renewed under the same name it keeps its key."""
        key, chain = self.into / f"{name}.key", self.into / f"{name}.pem"
        if not key.exists():
            new_key(key)
        request = openssl(
            "req", "-new", "-key", str(key), "-subj", f"/CN={name}",
            "-addext", f"subjectAltName={names}",
        )  # fmt: skip
        # Its days are whole; `ca` takes any moment.
        issued = sign(self, request, expires)
        chain.write_bytes(issued + self.certificate.read_bytes())
        return chain, key

    def pin(self) -> str:
        return pin_of(self.certificate)


def new_key(path: pathlib.Path) -> None:
    openssl(
        "genpkey", "-algorithm", "EC", "-pkeyopt",
        "ec_paramgen_curve:prime256v1", "-out", str(path),
    )  # fmt: skip


def sign(authority: Authority, request: bytes, expires: float) -> bytes:
    folder = authority.into / "issuing"
    folder.mkdir(exist_ok=True)
    (folder / "index").write_text("")
    (folder / "index.attr").write_text("unique_subject = no\n")
    (folder / "request").write_bytes(request)
    (folder / "ca.conf").write_text(
        "[ca]\ndefault_ca = d\n[d]\n"
        f"database = {folder}/index\nnew_certs_dir = {folder}\n"
        "rand_serial = yes\ndefault_md = sha256\npolicy = p\n"
        "copy_extensions = copy\n[p]\ncommonName = supplied\n"
    )
    now = datetime.datetime.now(datetime.timezone.utc)
    ends = now + datetime.timedelta(seconds=expires)
    begins = min(now, ends) - datetime.timedelta(days=2)
    out = folder / "issued"
    openssl(
        "ca", "-batch", "-notext", "-config", str(folder / "ca.conf"),
        "-cert", str(authority.certificate), "-keyfile", str(authority.key),
        "-in", str(folder / "request"), "-out", str(out),
        "-startdate", begins.strftime("%Y%m%d%H%M%SZ"),
        "-enddate", ends.strftime("%Y%m%d%H%M%SZ"),
    )  # fmt: skip
    return out.read_bytes()


def pin_of(certificate: pathlib.Path) -> str:
    """As `chasqui device init --pin` takes it."""
    public = openssl(
        "pkey", "-pubin", "-outform", "DER",
        given=openssl("x509", "-in", str(certificate), "-pubkey", "-noout"),
    )  # fmt: skip
    digest = hashlib.sha256(public).digest()
    return "sha256:" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
