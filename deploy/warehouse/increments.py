"""What loaders of databases have in common: the increments of a survey, over
gRPC, and where the next one begins.

A loader hands `main` what opens its database. That has

    surveys()                             those that it has, at most one
    position(survey)                      (log, seq), or None at first
    records_past(seq)                     ids of the records changed past it
    take_in(survey, tables, summary)      all of it, and its position, at once

and is asked in this order. The protocol files are in ../../proto.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from typing import Any, Callable, Iterable, Protocol

import grpc
import pyarrow

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "proto"
SERVICE = "chasqui/v1/export_service.proto"
ALSO_MAX = 100_000

RECORDS, OF_RECORDS, LOG, SNAPSHOT = 1, 2, 3, 4

# A table as the server describes it, with its rows.
Increment = list[tuple[Any, pyarrow.Table]]


def quoted(name: str) -> str:
    """An identifier, for databases that follow the standard."""
    return '"' + name.replace('"', '""') + '"'


def unique_ids(rows: Iterable[tuple[str]]) -> list[bytes]:
    """Ids as the server takes them."""
    ids = {bytes.fromhex(each.replace("-", "")) for (each,) in rows}
    if len(ids) > ALSO_MAX:
        raise SystemExit(f"{len(ids)} records to take again: begin anew")
    return sorted(ids)


def outdated(table: Any, summary: Any) -> str | None:
    """Which rows of a table an increment takes the place of, as what stands in SQL
    behind its name; None: of none. The ids of records that came are in _changed."""
    if table.kind in (RECORDS, OF_RECORDS):
        return "WHERE _id IN (SELECT _id FROM _changed)"
    if table.kind == SNAPSHOT:
        return ""
    if table.kind == LOG:
        # After a restore of the server: what it lost never happened.
        return f"WHERE _seq > {int(getattr(summary, 'from'))}"
    return None


class Warehouse(Protocol):
    """The present of a survey, and up to where it is the present."""

    def surveys(self) -> list[str]: ...

    def position(self, survey: str) -> tuple[int, int] | None: ...

    def records_past(self, seq: int) -> list[bytes]: ...

    def take_in(self, survey: str, increment: Increment, summary: Any) -> int: ...


class Server:
    """A survey at its server."""

    def __init__(
        self, address: str, survey: str, ca: str | None, credential: str | None
    ):
        sys.path.insert(0, str(PROTOS))
        messages, services = grpc.protos_and_services(SERVICE)
        self.messages = messages
        anything = [("grpc.max_receive_message_length", -1)]
        if address.startswith("grpcs://"):
            trusted = pathlib.Path(ca).read_bytes() if ca else None
            channel = grpc.secure_channel(
                address.removeprefix("grpcs://"),
                grpc.ssl_channel_credentials(trusted),
                options=anything,
            )
        else:
            channel = grpc.insecure_channel(address, options=anything)
        self.stub = services.ExportServiceStub(channel)
        self.survey = survey
        self.metadata = []
        if credential:
            key = pathlib.Path(credential).read_text(encoding="utf-8").split("\n")[0]
            self.metadata = [("authorization", f"Bearer {key}")]

    def log(self):
        request = self.messages.DescribeLogRequest(survey=self.survey)
        return self.stub.DescribeLog(request, metadata=self.metadata)

    def increment(self, since, also: list[bytes]) -> tuple[Increment, Any]:
        """The tables with their rows, and the summary."""
        request = self.messages.ExportArrowRequest()
        request.export.survey = self.survey
        request.export.also.extend(also)
        if since is not None:
            request.export.since.log, request.export.since.seq = since
        tables, streams, summary = [], [], None
        for part in self.stub.ExportArrow(request, metadata=self.metadata):
            if part.HasField("tables"):
                tables = list(part.tables.tables)
                streams = [bytearray() for _ in tables]
            elif part.HasField("bytes"):
                streams[part.bytes.table] += part.bytes.data
            else:
                summary = part.summary
        if summary is None:
            raise SystemExit("the export ended before it was complete")
        rows = [pyarrow.ipc.open_stream(bytes(s)).read_all() for s in streams]
        return list(zip(tables, rows)), summary


def shared(position: tuple[int, int], log) -> int:
    """The last seq that the server's log shares with the one of `position`."""
    names = list(log.lineage.names)
    for i, name in enumerate(names):
        if name.log == position[0]:
            end = names[i + 1].seq - 1 if i + 1 < len(names) else position[1]
            return min(position[1], end)
    return 0


def load(options: argparse.Namespace, warehouse: Warehouse) -> None:
    """Takes in the increment past what the warehouse has."""
    for other in warehouse.surveys():
        if other != options.survey:
            raise SystemExit(
                f"the survey {other} is there already, and tables are called alike:"
                f" give {options.survey} a place of its own"
            )
    server = Server(options.server, options.survey, options.ca, options.credential)
    since = warehouse.position(options.survey)
    also = []
    if since is not None:
        seq = shared(since, server.log())
        also = warehouse.records_past(seq) if seq < since[1] else []
    increment, summary = server.increment(since, also)
    rows = warehouse.take_in(options.survey, increment, summary)
    print(f"{rows} rows, up to {summary.position.log:016x}:{summary.position.seq}")


def main(doc: str, database: str, opened: Callable[[str], Warehouse]) -> None:
    """The program: `doc` is its description, `database` what it calls where the
    rows go, `opened` opens that."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("survey")
    parser.add_argument("database", metavar=database)
    parser.add_argument(
        "--server", default=os.environ.get("CHASQUI_SERVER", "127.0.0.1:7707")
    )
    parser.add_argument("--ca", default=os.environ.get("CHASQUI_CA"))
    parser.add_argument("--credential", default=os.environ.get("CHASQUI_CREDENTIAL"))
    options = parser.parse_args()
    try:
        load(options, opened(options.database))
    except grpc.RpcError as error:
        raise SystemExit(f"{options.server}: {error.details()}") from None
