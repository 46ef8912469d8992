#!/usr/bin/env python3
"""A bad network between devices and server, on one machine.

    flaky_proxy.py --listen PORT --to PORT [--seed N] [--calm-after S] [--stats F]

Passes TCP connections of 127.0.0.1 on to a server on 127.0.0.1, and on the way

    cuts      at a random byte, in either direction; also after the server has
              had the whole request and before its answer is through
    delays    what it passes on, and throttles some connections
    repeats   plays what a finished connection sent once more, byte for byte, on
              a connection of its own, and throws the answer away: the server
              gets the same requests twice

After `--calm-after` seconds, or on SIGUSR1, it only passes on. Prints `listening
on 127.0.0.1:PORT` when ready. On SIGTERM and SIGINT it writes its counts to
`--stats` and ends. What happens to the n-th connection depends on the seed and n
alone, as far as bytes arrive alike.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import pathlib
import random
import signal
from typing import Any, Callable, Coroutine

CHUNK = 16 * 1024
# What is played again: no more of a connection than this.
REPLAY_BYTES_MAX = 4 << 20
REPLAY_SECONDS_MAX = 2.0


@dataclasses.dataclass
class Stats:
    """Counts since the start. Bytes are those passed on, not replays."""

    connections: int = 0
    refused: int = 0  # The server was not there.
    bytes_to_server: int = 0
    bytes_to_client: int = 0
    cuts_to_server: int = 0
    cuts_to_client: int = 0
    throttled: int = 0
    replays: int = 0
    bytes_replayed: int = 0


@dataclasses.dataclass
class Fate:
    """What happens to one connection.

    A cut comes when so many bytes have passed in that direction; None: never.
    """

    cut_to_server: int | None = None
    cut_to_client: int | None = None
    delay_seconds: float = 0.0
    bytes_per_second: int | None = None
    replay: bool = False


def draw_fate(rng: random.Random) -> Fate:
    """The fate of one connection in bad weather."""
    fate = Fate(delay_seconds=rng.choice((0.0, 0.001, 0.005, 0.02)))
    # Sizes are spread over magnitudes: a cut may fall into the first frame.
    size = int(2 ** rng.uniform(4, 20))
    kind = rng.random()
    if kind < 0.3:
        fate.cut_to_server = size
    elif kind < 0.6:
        fate.cut_to_client = size
    if rng.random() < 0.2:
        fate.bytes_per_second = rng.choice((64, 256, 1024)) * 1024
    fate.replay = rng.random() < 0.3
    return fate


class Cut(Exception):
    """The connection's bytes are used up."""


class FlakyProxy:
    """Passes connections on to `server_port`, badly until `calm` is set."""

    def __init__(self, server_port: int, seed: int) -> None:
        self.calm = asyncio.Event()
        self.stats = Stats()
        self._server_port = server_port
        self._seed = seed
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Takes one connection from a device."""
        self._start(self._serve(reader, writer))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.stats.connections += 1
        rng = random.Random(f"{self._seed}/{self.stats.connections}")
        fate = Fate() if self.calm.is_set() else draw_fate(rng)
        if fate.bytes_per_second is not None:
            self.stats.throttled += 1
        sent = bytearray()
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            self.stats.refused += 1
            writer.transport.abort()
            return
        try:
            await self._both_ways((reader, writer), upstream, fate, sent)
        finally:
            # Abort, not close: a link that breaks says no goodbye.
            writer.transport.abort()
            upstream[1].transport.abort()
        if fate.replay and sent and not self.calm.is_set():
            self._start(self._replay(bytes(sent)))

    async def _both_ways(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        fate: Fate,
        sent: bytearray,
    ) -> None:
        """Until either side ends or the connection is cut."""
        ways = {
            asyncio.create_task(self._up(client[0], server[1], fate, sent)),
            asyncio.create_task(self._down(server[0], client[1], fate)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _up(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        fate: Fate,
        sent: bytearray,
    ) -> None:
        def passed(data: bytes) -> None:
            self.stats.bytes_to_server += len(data)
            if len(sent) + len(data) <= REPLAY_BYTES_MAX:
                sent.extend(data)

        try:
            await self._pass_on(reader, writer, fate.cut_to_server, fate, passed)
        except Cut:
            self.stats.cuts_to_server += 1

    async def _down(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fate: Fate
    ) -> None:
        def passed(data: bytes) -> None:
            self.stats.bytes_to_client += len(data)

        try:
            await self._pass_on(reader, writer, fate.cut_to_client, fate, passed)
        except Cut:
            self.stats.cuts_to_client += 1

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        cut_after: int | None,
        fate: Fate,
        passed: Callable[[bytes], None],
    ) -> None:
        """Copies until the end of input; raises Cut at byte `cut_after`.

        When calm, the rest passes without harm.
        """
        done = 0
        while data := await reader.read(CHUNK):
            cut = cut_after is not None and done + len(data) >= cut_after
            cut = cut and not self.calm.is_set()
            if cut:
                data = data[: cut_after - done]
            if not self.calm.is_set():
                await asyncio.sleep(delay_of(fate, len(data)))
            writer.write(data)
            await writer.drain()
            done += len(data)
            passed(data)
            if cut:
                raise Cut

    async def _replay(self, data: bytes) -> None:
        """Plays `data` to the server on a connection of its own."""
        try:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self._server_port
            )
        except OSError:
            return
        self.stats.replays += 1
        self.stats.bytes_replayed += len(data)
        try:
            writer.write(data)
            await asyncio.wait_for(drain_away(reader, writer), REPLAY_SECONDS_MAX)
        except (OSError, asyncio.TimeoutError):
            pass
        finally:
            writer.transport.abort()


async def drain_away(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Lets the other side take what was written, and ignores what it says."""
    await writer.drain()
    while await reader.read(CHUNK):
        pass


def delay_of(fate: Fate, size: int) -> float:
    """How long `size` bytes are held back, in seconds."""
    delay = fate.delay_seconds
    if fate.bytes_per_second is not None:
        delay += size / fate.bytes_per_second
    return delay


async def run(args: argparse.Namespace) -> None:
    proxy = FlakyProxy(args.to, args.seed)
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, proxy.calm.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    if args.calm_after is not None:
        loop.call_later(args.calm_after, proxy.calm.set)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", args.listen)
    port = server.sockets[0].getsockname()[1]
    print(f"listening on 127.0.0.1:{port}", flush=True)
    await end.wait()
    server.close()
    if args.stats is not None:
        args.stats.write_text(json.dumps(dataclasses.asdict(proxy.stats)) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--listen", type=int, default=0, help="port; 0: any free one")
    parser.add_argument("--to", type=int, required=True, help="the server's port")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm-after", type=float, metavar="SECONDS")
    parser.add_argument("--stats", type=pathlib.Path, metavar="FILE")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
