"""The proxy cuts, repeats, becomes calm and counts."""

import asyncio
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import unittest

import demo_folder
import flaky_proxy


class EchoServer:
    """Sends back what it gets, and keeps it by connection."""

    def __init__(self):
        self.received = []

    async def serve(self, reader, writer):
        data = bytearray()
        self.received.append(data)
        try:
            while chunk := await reader.read(1024):
                data += chunk
                writer.write(chunk)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass  # Cut, or the test is over.
        finally:
            writer.transport.abort()


async def exchange(port, data):
    """What comes back for `data` before the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        writer.write(data)
        while len(answer) < len(data):
            chunk = await asyncio.wait_for(reader.read(4096), 10)
            if not chunk:
                break
            answer += chunk
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()
    return answer


class FateTest(unittest.TestCase):
    def test_bad_weather_has_everything_in_it(self):
        fates = [flaky_proxy.draw_fate(random.Random(n)) for n in range(200)]
        self.assertTrue(any(f.cut_to_server is not None for f in fates))
        self.assertTrue(any(f.cut_to_client is not None for f in fates))
        self.assertTrue(any(f.bytes_per_second is not None for f in fates))
        self.assertTrue(any(f.replay for f in fates))
        self.assertTrue(any(f.delay_seconds > 0 for f in fates))
        self.assertTrue(any(f == flaky_proxy.Fate() for f in fates))

    def test_a_seed_says_it_all(self):
        for seed in range(20):
            self.assertEqual(
                flaky_proxy.draw_fate(random.Random(seed)),
                flaky_proxy.draw_fate(random.Random(seed)),
            )


class ProxyTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.echo = EchoServer()
        server = await asyncio.start_server(self.echo.serve, "127.0.0.1", 0)
        self.addAsyncCleanup(server.wait_closed)
        self.addCleanup(server.close)
        port = server.sockets[0].getsockname()[1]
        self.proxy = flaky_proxy.FlakyProxy(port, seed=1)

    async def through(self, fate, data):
        """Sends `data` through the proxy under `fate`."""
        draw, flaky_proxy.draw_fate = flaky_proxy.draw_fate, lambda _: fate
        server = await asyncio.start_server(self.proxy.accept, "127.0.0.1", 0)
        try:
            return await exchange(server.sockets[0].getsockname()[1], data)
        finally:
            flaky_proxy.draw_fate = draw
            server.close()

    async def until(self, condition):
        for _ in range(500):
            if condition():
                return
            await asyncio.sleep(0.01)
        self.fail("did not happen within 5 seconds")

    async def test_passes_on(self):
        data = bytes(range(256)) * 100
        self.assertEqual(await self.through(flaky_proxy.Fate(), data), data)
        self.assertEqual(self.proxy.stats.bytes_to_server, len(data))
        self.assertEqual(self.proxy.stats.bytes_to_client, len(data))

    async def test_cuts_a_request_at_the_byte(self):
        answer = await self.through(flaky_proxy.Fate(cut_to_server=7), b"x" * 100)
        self.assertLessEqual(len(answer), 7)
        await self.until(lambda: self.echo.received)
        await self.until(lambda: self.proxy.stats.cuts_to_server == 1)
        self.assertEqual(self.proxy.stats.bytes_to_server, 7)

    async def test_cuts_an_answer_after_the_server_had_the_request(self):
        answer = await self.through(flaky_proxy.Fate(cut_to_client=5), b"x" * 100)
        self.assertLessEqual(len(answer), 5)
        self.assertEqual(bytes(self.echo.received[0]), b"x" * 100)
        await self.until(lambda: self.proxy.stats.cuts_to_client == 1)

    async def test_repeats_a_finished_connection_byte_for_byte(self):
        data = bytes(range(256))
        await self.through(flaky_proxy.Fate(replay=True), data)
        await self.until(lambda: len(self.echo.received) == 2)
        await self.until(lambda: bytes(self.echo.received[1]) == data)
        self.assertEqual(self.proxy.stats.replays, 1)

    async def test_calm_does_no_harm(self):
        self.proxy.calm.set()
        fate = flaky_proxy.Fate(cut_to_server=1, cut_to_client=1, replay=True)
        self.assertEqual(await self.through(fate, b"x" * 5000), b"x" * 5000)
        self.assertEqual(len(self.echo.received), 1)

    async def test_a_server_that_is_away_ends_the_connection(self):
        self.proxy = flaky_proxy.FlakyProxy(await self.closed_port(), seed=1)
        self.assertEqual(await self.through(flaky_proxy.Fate(), b"x"), b"")
        self.assertEqual(self.proxy.stats.refused, 1)

    async def closed_port(self):
        server = await asyncio.start_server(self.echo.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        return port

    async def test_the_program_says_where_it_listens_and_writes_its_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            stats = pathlib.Path(folder) / "stats.json"
            command = [sys.executable, "-B", demo_folder.FOLDER / "flaky_proxy.py"]
            command += ["--to", str(self.proxy._server_port), "--calm-after", "0"]
            with subprocess.Popen(
                [*command, "--stats", stats], stdout=subprocess.PIPE, text=True
            ) as program:
                line = await asyncio.to_thread(program.stdout.readline)
                port = int(re.fullmatch(r"listening on 127.0.0.1:(\d+)\n", line)[1])
                await asyncio.sleep(0.1)
                self.assertEqual(await exchange(port, b"hello"), b"hello")
                program.send_signal(signal.SIGUSR1)
                program.send_signal(signal.SIGTERM)
                await asyncio.to_thread(program.wait, 10)
            self.assertEqual(json.loads(stats.read_text())["connections"], 1)


if __name__ == "__main__":
    unittest.main()
