#!/usr/bin/env python3
"""Checks a receipt by hand: the leaf, the way to the root, the signature. Standard library only (docs/proof.md).

usage: verify_receipt.py RECEIPT VERIFIER-KEY
"""
import base64
import hashlib
import json
import sys
import uuid


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf(event):
    number = lambda name: event[name].to_bytes(8, "big", signed=True)
    text = lambda name: len(event[name].encode()).to_bytes(8, "big") + event[name].encode()
    numbers = ["position", "version", "schema_version", "happened_at", "recorded_at"]
    ids = ["event_id", "command_id", "correlation_id", "causation_id"]
    texts = ["stream", "event_type", "actor", "metadata", "payload"]
    return sha256(
        b"\x00\x01"
        + b"".join(number(name) for name in numbers)
        + b"".join(uuid.UUID(event[name]).bytes for name in ids)
        + b"".join(text(name) for name in texts)
    )


def root(leaf_hash, index, size, path):
    """RFC 9162, section 2.1.3.2."""
    place, last, value = index, size - 1, leaf_hash
    for sibling in path:
        if place % 2 == 1 or place == last:
            value = sha256(b"\x01" + sibling + value)
            while place % 2 == 0 and place != 0:
                place, last = place // 2, last // 2
        else:
            value = sha256(b"\x01" + value + sibling)
        place, last = place // 2, last // 2
    assert last == 0, "the path is too short"
    return value


# Ed25519 as in RFC 8032, section 5.1; slow and simple.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def x_of(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    assert (x * x - square) % P == 0, "no point of the curve"
    return P - x if x % 2 != sign else x


def point(data):
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255, number >> 255
    x = x_of(y, sign)
    return (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, p):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, p)
        p, scalar = add(p, p), scalar >> 1
    return result


def signed(public, message, signature):
    y = 4 * pow(5, -1, P) % P
    base = (x_of(y, 0), y, 1, x_of(y, 0) * y % P)
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, base), add(point(signature[:32]), times(k, point(public)))
    same = lambda axis: (left[axis] * right[2] - right[axis] * left[2]) % P == 0
    return s < L and same(0) and same(1)


def main(path, key):
    with open(path, encoding="utf-8") as file:
        receipt = json.load(file)
    name, _, public = key.strip().split("+", 2)
    public = base64.b64decode(public)[1:]
    text, signature = receipt["checkpoint"].split("\n\n")
    text += "\n"
    line = signature.strip().split(" ")
    assert line[1] == name, "signed by somebody else"
    assert signed(public, text.encode(), base64.b64decode(line[2])[4:]), "the signature is wrong"
    origin, size, expected = text.splitlines()
    assert origin == name, "a note about another log"
    event, hashes = receipt["event"], [base64.b64decode(hash) for hash in receipt["path"]]
    found = root(leaf(event), event["position"] - 1, int(size), hashes)
    assert found == base64.b64decode(expected), "the event is not in the signed tree"
    print(f"HOLDS: {event['event_type']} at position {event['position']} of {origin}: {event['payload']}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except (AssertionError, ValueError, KeyError) as wrong:
        sys.exit(f"WRONG: {wrong}")
