"""Makes the programs of deploy/demo importable."""

import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"

sys.path.insert(0, str(FOLDER))
