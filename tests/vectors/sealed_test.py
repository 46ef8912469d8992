"""The vector of sealed units, read in another language."""

import json
import pathlib
import unittest

import sealed

VECTOR = json.loads(
    pathlib.Path(__file__).with_name("sealed.json").read_text()
)


class SealedTest(unittest.TestCase):
    def setUp(self):
        self.unit = bytes.fromhex(VECTOR["unit"])
        self.server = bytes.fromhex(VECTOR["server_seed"])

    def test_the_keys_follow_from_their_seeds(self):
        for whose in ("device", "server"):
            seed = bytes.fromhex(VECTOR[f"{whose}_seed"])
            self.assertEqual(
                sealed.public_key(seed).hex(), VECTOR[f"{whose}_key"]
            )

    def test_it_opens_to_what_was_sealed(self):
        self.assertEqual(
            sealed.open_unit(self.unit, self.server),
            (
                "batch",
                VECTOR["device_name"],
                bytes.fromhex(VECTOR["device_key"]),
                bytes.fromhex(VECTOR["content"]),
            ),
        )

    def test_no_bit_of_it_may_be_another(self):
        for at in range(len(self.unit) * 8):
            flipped = bytearray(self.unit)
            flipped[at // 8] ^= 1 << at % 8
            with self.assertRaises((ValueError, KeyError), msg=at):
                sealed.open_unit(bytes(flipped), self.server)


if __name__ == "__main__":
    unittest.main()
