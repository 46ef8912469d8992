#!/usr/bin/env python3
"""Keeps a DuckDB database up to date with a survey, over gRPC alone.

    load_duckdb.py SURVEY DATABASE [--server ADDRESS] [--ca FILE] [--credential FILE]

ADDRESS is HOST:PORT, or by TLS grpcs://HOST:PORT.

Takes the increment past what the database has, as Arrow streams, and puts it in
in one transaction together with the position it reaches: interrupted at any
moment and run again, no row is lost and none is there twice. Each run leaves the
present: a table for each form, repeat and so on, as `chasqui export` has them.

Wants duckdb, pyarrow, grpcio and grpcio-tools; the protocol files are beside
this one, in ../../proto.
"""

import argparse
import os
import pathlib
import sys

import duckdb
import grpc
import pyarrow

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "proto"
SERVICE = "chasqui/v1/export_service.proto"
ALSO_MAX = 100_000

RECORDS, OF_RECORDS, LOG, SNAPSHOT = 1, 2, 3, 4


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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

    def increment(self, since, also: list[bytes]):
        """The tables, their rows and the summary."""
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


class Warehouse:
    """The present of a survey, and up to where it is the present."""

    def __init__(self, path: str):
        self.database = duckdb.connect(path)
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS _chasqui (survey VARCHAR PRIMARY KEY,"
            " log UBIGINT, seq UBIGINT)"
        )

    def position(self, survey: str):
        return self.database.execute(
            "SELECT log, seq FROM _chasqui WHERE survey = ?", [survey]
        ).fetchone()

    def records_past(self, seq: int) -> list[bytes]:
        """What was changed past a position that the server no longer has."""
        ids = set()
        for (table,) in self.database.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = '_form_version'"
        ).fetchall():
            found = self.database.execute(
                f"SELECT _id FROM {quoted(table)} WHERE _seq > ?", [seq]
            ).fetchall()
            ids |= {bytes.fromhex(each.replace("-", "")) for (each,) in found}
        if len(ids) > ALSO_MAX:
            raise SystemExit(f"{len(ids)} records to take again: begin anew")
        return sorted(ids)

    def take_in(self, survey: str, increment, summary) -> int:
        self.database.execute("BEGIN")
        self._gather_ids(increment)
        for table, rows in increment:
            self._fit(table.name, rows)
            self._put(table, rows, summary)
        self.database.execute("DROP TABLE _changed")
        self.database.execute(
            "INSERT OR REPLACE INTO _chasqui VALUES (?, ?, ?)",
            [survey, summary.position.log, summary.position.seq],
        )
        self.database.execute("COMMIT")
        return sum(len(rows) for _, rows in increment)

    def _gather_ids(self, increment) -> None:
        self.database.execute("CREATE TEMP TABLE _changed (_id VARCHAR)")
        for table, rows in increment:
            if table.kind == RECORDS and len(rows) > 0:
                ids = rows.select(["_id"])  # noqa: F841, by its name below
                self.database.execute("INSERT INTO _changed SELECT _id FROM ids")

    def _fit(self, name: str, rows) -> None:
        """Makes the table, or adds the columns that later forms have added."""
        self.database.execute(
            f"CREATE TABLE IF NOT EXISTS {quoted(name)} AS SELECT * FROM rows LIMIT 0"
        )
        there = {
            column
            for (column,) in self.database.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = ?",
                [name],
            ).fetchall()
        }
        for column, of_type in self.database.execute(
            "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM rows)"
        ).fetchall():
            if column not in there:
                self.database.execute(
                    f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(column)} {of_type}"
                )

    def _put(self, table, rows, summary) -> None:
        into = quoted(table.name)
        if table.kind in (RECORDS, OF_RECORDS):
            self.database.execute(
                f"DELETE FROM {into} WHERE _id IN (SELECT _id FROM _changed)"
            )
        elif table.kind == SNAPSHOT:
            self.database.execute(f"DELETE FROM {into}")
        else:
            # After a restore of the server: what it lost never happened.
            self.database.execute(
                f"DELETE FROM {into} WHERE _seq > ?", [getattr(summary, "from")]
            )
        there = " WHERE NOT _deleted" if table.kind == RECORDS else ""
        self.database.execute(
            f"INSERT INTO {into} BY NAME SELECT * FROM rows{there}"
        )


def shared(position, log) -> int:
    """The last seq that the server's log shares with the one of `position`."""
    names = list(log.lineage.names)
    for i, name in enumerate(names):
        if name.log == position[0]:
            end = names[i + 1].seq - 1 if i + 1 < len(names) else position[1]
            return min(position[1], end)
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("survey")
    parser.add_argument("database")
    parser.add_argument(
        "--server", default=os.environ.get("CHASQUI_SERVER", "127.0.0.1:7707")
    )
    parser.add_argument("--ca", default=os.environ.get("CHASQUI_CA"))
    parser.add_argument("--credential", default=os.environ.get("CHASQUI_CREDENTIAL"))
    options = parser.parse_args()

    try:
        load(options)
    except grpc.RpcError as error:
        raise SystemExit(f"{options.server}: {error.details()}") from None


def load(options: argparse.Namespace) -> None:
    server = Server(options.server, options.survey, options.ca, options.credential)
    warehouse = Warehouse(options.database)
    since = warehouse.position(options.survey)
    also = []
    if since is not None:
        seq = shared(since, server.log())
        also = warehouse.records_past(seq) if seq < since[1] else []
    increment, summary = server.increment(since, also)
    rows = warehouse.take_in(options.survey, increment, summary)
    print(f"{rows} rows, up to {summary.position.log:016x}:{summary.position.seq}")


if __name__ == "__main__":
    main()
