"""An export's folder: its manifest, and its files once each is known to be the one that was written."""

import hashlib
import json
import pathlib


def manifest(folder: str) -> dict:
    """The manifest; it stands only beside an export that is finished."""
    return json.loads((pathlib.Path(folder) / "manifest.json").read_text())


def checked_files(folder: str) -> list[str]:
    """The paths of the files, in the order of positions. A file that is not the one exported ends the program."""
    paths = []
    for part in manifest(folder)["parts"]:
        path = pathlib.Path(folder) / part["file"]
        if hashlib.sha256(path.read_bytes()).hexdigest() != part["sha256"]:
            raise SystemExit(f"{path} is not the file that was exported; export again")
        paths.append(str(path))
    return paths
