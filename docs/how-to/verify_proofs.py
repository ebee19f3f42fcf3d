#!/usr/bin/env python3
"""Asks a service for proofs and checks them by hand: the signed checkpoint, that an event is in it, that the log of an
earlier size is its beginning, and the day's attestation. Standard library only (docs/proof.md).

usage: verify_proofs.py ADDRESS VERIFIER-KEY POSITION [EARLIER-CHECKPOINT-FILE]
"""
import base64
import json
import sys
import urllib.request

from verify_receipt import root, sha256, signed


def opened(note, key):
    """The lines of a signed note (C2SP signed-note), if this key signed it."""
    name, identity, public = key.strip().split("+", 2)
    public = base64.b64decode(public)[1:]
    assert sha256(f"{name}\n".encode() + b"\x01" + public)[:4].hex() == identity, "the key was mistyped"
    text, _, signature = note.rpartition("\n\n")
    dash, signer, encoded = signature.strip().split(" ")
    blob = base64.b64decode(encoded)
    assert (dash, signer, blob[:4].hex()) == ("\u2014", name, identity), "signed by somebody else"
    assert signed(public, (text + "\n").encode(), blob[4:]), "the signature is wrong"
    return (text + "\n").splitlines()


def checkpoint(note, key):
    """Size and root of a signed checkpoint (C2SP tlog-checkpoint)."""
    origin, size, encoded = opened(note, key)
    assert origin == key.split("+")[0], "a note about another log"
    return int(size), base64.b64decode(encoded)


def grew(old, old_root, new, new_root, path):
    """RFC 9162, section 2.1.4.2."""
    if old in (0, new):
        return not path and (old == 0 or old_root == new_root)
    path = ([old_root] if old & (old - 1) == 0 else []) + path
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = sha256(b"\x01" + sibling + before), sha256(b"\x01" + sibling + after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = sha256(b"\x01" + after + sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


def main(address, key, position, earlier=None):
    def asked(path):
        with urllib.request.urlopen(address.rstrip("/") + path) as answer:
            return answer.read().decode()

    proof = json.loads(asked(f"/api/v1/log/proof/event/{int(position)}"))
    hashes = [base64.b64decode(sibling) for sibling in proof["path"]]
    size, signed_root = checkpoint(proof["checkpoint"], key)
    found = root(base64.b64decode(proof["leaf"]), int(position) - 1, size, hashes)
    assert found == signed_root, "the event is not in the signed tree"
    print(f"HOLDS: position {position} is among the {size} events that were signed")
    if earlier:
        with open(earlier, encoding="utf-8") as file:
            old, old_root = checkpoint(file.read().rstrip("\n") + "\n", key)
        proof = json.loads(asked(f"/api/v1/log/proof/consistency?from={old}&to={size}"))
        hashes = [base64.b64decode(sibling) for sibling in proof["path"]]
        assert grew(old, old_root, size, signed_root, hashes), "the log does not begin with the earlier one"
        print(f"HOLDS: the log of {old} events is the beginning of the log of {size}")
    attestation = json.loads(asked("/status.json"))["attestation"]
    if attestation:
        said = opened(attestation, key)
        print(f"SIGNED: {said[0]}, {said[1]}: " + "; ".join(line for line in said[4:]))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:5])
    except (AssertionError, ValueError, KeyError, OSError) as wrong:
        sys.exit(f"WRONG: {wrong}")
