"""The vector of starting files, read in another language."""

import json
import pathlib
import unittest

import sealed
import starting

VECTOR = json.loads(
    pathlib.Path(__file__).with_name("starting.json").read_text()
)


class StartingTest(unittest.TestCase):
    def setUp(self):
        self.file = bytes.fromhex(VECTOR["file"])
        self.key = bytes.fromhex(VECTOR["key"])
        self.signer = sealed.public_key(bytes.fromhex(VECTOR["server_seed"]))

    def test_the_head_says_what_it_is_of(self):
        name, head = starting.read_head(self.file)
        self.assertEqual(
            name,
            (
                VECTOR["survey"],
                VECTOR["bucket"],
                int(VECTOR["log"], 16),
                VECTOR["seq"],
            ),
        )
        self.assertEqual(
            starting.file_key(bytes.fromhex(VECTOR["server_seed"]), head),
            self.key,
        )

    def test_it_opens_to_what_was_sealed(self):
        self.assertEqual(
            [
                each.hex()
                for each in starting.chunks(self.file, self.key, self.signer)
            ],
            VECTOR["contents"],
        )

    def test_no_bit_of_it_may_be_another(self):
        for at in range(len(self.file) * 8):
            flipped = bytearray(self.file)
            flipped[at // 8] ^= 1 << at % 8
            with self.assertRaises((ValueError, KeyError), msg=at):
                starting.chunks(bytes(flipped), self.key, self.signer)


if __name__ == "__main__":
    unittest.main()
