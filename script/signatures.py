#!/usr/bin/env python3
"""The rule for signatures (docs/evidence.md) in Python without a library, as a model for other languages.

    script/signatures.py chain/types/vectors/signatures.json      one line per row: the verdict and the row's name

Exits with 1 when a verdict differs from the row's. Not for secrets: the arithmetic is not constant-time.
"""

import hashlib
import json
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)


def add(one, other):
    """The sum of two points in extended coordinates (RFC 8032 section 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    total = IDENTITY
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def is_identity(point):
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


def decode(encoded):
    """The point of 32 bytes in their canonical form (RFC 8032 section 5.1.3), or None."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number % 2**255
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (v * x * x - u) % P != 0 or (x == 0 and sign == 1):
        return None
    if x % 2 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_valid(key, message, signature):
    """Whether a signature (64 bytes: R and S) of a message by a key (32 bytes) is valid."""
    a, r, s = decode(key), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or is_identity(multiply(8, a)):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, t = multiply(s, BASE)
    difference = add((-x % P, y, z, -t % P), add(r, multiply(k, a)))
    return is_identity(multiply(8, difference))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = json.load(file)
    wrong = 0
    for row in rows:
        key, signature = bytes.fromhex(row["key"]), bytes.fromhex(row["signature"])
        # The first byte names the scheme; 1 is Ed25519.
        is_known = key[0] == 1 and signature[0] == 1
        verdict = is_known and is_valid(key[1:], bytes.fromhex(row["message"]), signature[1:])
        wrong += verdict != row["accepted"]
        print(int(verdict), row["name"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
