#!/usr/bin/env python3
"""Prints what the devices and the proxy counted.

    traffic.py FOLDER

FOLDER has a `PERSON.json` for each device's last sync, and `proxy.stat`.
"""

from __future__ import annotations

import json
import pathlib
import sys

DEVICE = ("round_trips", "bytes_sent", "bytes_received")


def device_totals(folder: pathlib.Path) -> dict[str, int]:
    """The sums over the devices."""
    totals = dict.fromkeys(DEVICE, 0)
    for path in sorted(folder.glob("*.json")):
        stats = json.loads(path.read_text(encoding="utf-8"))
        for name in DEVICE:
            totals[name] += int(stats.get(name, 0))
    return totals


def report(folder: pathlib.Path) -> list[str]:
    """Lines for people."""
    devices = device_totals(folder)
    proxy = json.loads((folder / "proxy.stat").read_text(encoding="utf-8"))
    cuts = proxy["cuts_to_server"] + proxy["cuts_to_client"]
    return [
        f"  devices: {devices['bytes_sent']:,} bytes sent, "
        f"{devices['bytes_received']:,} received, "
        f"{devices['round_trips']:,} round trips",
        f"  network: {proxy['connections']:,} connections, {cuts:,} cut, "
        f"{proxy['throttled']:,} throttled, {proxy['replays']:,} played twice, "
        f"{proxy['refused']:,} while the server was away",
        f"           {proxy['bytes_to_server']:,} bytes to the server, "
        f"{proxy['bytes_to_client']:,} from it",
    ]


if __name__ == "__main__":
    print("\n".join(report(pathlib.Path(sys.argv[1]))))
