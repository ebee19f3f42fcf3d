"""An export's folder: its manifest, and its files once each is known to be the one that was written.

    python export_files.py FOLDER        names the files, if they are what the programs beside this one can read
"""

import hashlib
import json
import pathlib
import sys


def manifest(folder: str) -> dict:
    """The manifest; it stands only beside an export that is finished."""
    path = pathlib.Path(folder) / "manifest.json"
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SystemExit(f"{folder} holds no finished export ({error}); make one with `deploy/export events {folder}`")


def checked_files(folder: str, rows: str | None = "events") -> list[str]:
    """The paths of the Parquet files, in the order of positions, whatever their rows are if None is said. A file that is
    not the one exported, or an export of another kind, ends the program."""
    export = manifest(folder)
    shape, encoding = export["request"]["shape"], export["request"]["encoding"]
    rows = rows or shape
    if (shape, encoding) != (rows, "parquet"):
        raise SystemExit(
            f"{folder} holds {shape} as {encoding}, and this program reads {rows} as parquet; "
            f"export into a new folder with `deploy/export {rows} NEW-FOLDER`"
        )
    paths = []
    for part in export["parts"]:
        path = pathlib.Path(folder) / part["file"]
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != part["sha256"]:
            raise SystemExit(f"{path} is not the file that was exported; export again")
        paths.append(str(path))
    return paths


def arguments(*names: str) -> list[str]:
    """What the program was called with, if it is as much as it needs."""
    if len(sys.argv) != len(names) + 1:
        raise SystemExit(f"usage: python {pathlib.Path(sys.argv[0]).name} {' '.join(names)}")
    return sys.argv[1:]


if __name__ == "__main__":
    print(*checked_files(*arguments("FOLDER")), sep="\n")
