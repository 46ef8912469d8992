"""The vectors of this folder, read by columns.py: what another language can check
itself against.

columns.json   what the two ends know of each other, and for each vector its
               columns and the rows they stand for
*.bin          statistics
"""

import json
import pathlib
import unittest

from columns import BatchReader
from symbols import Malformed, Statistics

FOLDER = pathlib.Path(__file__).parent


def conversation_of(vector):
    told = vector["conversation"]
    return {
        "person": told["person"].encode(),
        "log": told["log"],
        "clock": (told["boot"], told["mono_ms"], told["wall_ms"]),
        "form": told["form"],
        "layouts": {told["form"]: [tuple(c) for c in told["columns"]]},
        "records": {r["seq"]: bytes.fromhex(r["id"]) for r in told["records"]},
    }


def read(vector, columns):
    statistics = None
    if vector["statistics"]:
        statistics = Statistics((FOLDER / vector["statistics"]).read_bytes())
    return BatchReader(columns, conversation_of(vector), statistics).rows()


class ColumnsTest(unittest.TestCase):

    def setUp(self):
        text = (FOLDER / "columns.json").read_text(encoding="utf-8")
        self.vectors = json.loads(text)

    def test_every_vector_reads_as_its_rows(self):
        self.assertGreaterEqual(len(self.vectors), 5)
        for vector in self.vectors:
            with self.subTest(vector["name"]):
                rows = read(vector, bytes.fromhex(vector["columns"]))
                self.assertEqual([row.hex() for row in rows], vector["rows"])

    def test_a_flipped_bit_is_noticed(self):
        vector = self.vectors[0]
        columns = bytearray.fromhex(vector["columns"])
        columns[-1] ^= 0x40
        with self.assertRaises((Malformed, IndexError, KeyError)):
            read(vector, bytes(columns))


if __name__ == "__main__":
    unittest.main()
