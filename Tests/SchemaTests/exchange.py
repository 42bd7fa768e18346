"""The other side of the exchange with Python's protobuf.

exchange.py MODULES check FILE         parses each message of FILE and serialises it again: the bytes must be the same
exchange.py MODULES make FILE COUNT    writes COUNT random messages to FILE

A message in FILE: one byte (0 usage, 1 totals), four bytes of length (little-endian), the message.
"""

import random
import struct
import sys

sys.path.insert(0, sys.argv[1])
import troth_pb2  # noqa: E402  made by protoc from docs/troth.proto

TYPES = [troth_pb2.Usage, troth_pb2.Totals]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST = LETTERS + LETTERS.lower() + "0123456789"
INSTANT_MAX = 253_402_300_799_999_999


def name():
    return random.choice(FIRST) + "".join(random.choices(FIRST + "._:/@-", k=random.randint(0, 95)))


def number(low, high):
    return random.choice([low, high, random.randint(low, high), random.randint(low, min(high, low + 300))])


def currency():
    return "".join(random.choices(LETTERS, k=3))


def usage():
    record = troth_pb2.Usage()
    for _ in range(random.randint(1, 2)):
        call = record.calls.add(
            call_id=random.randbytes(16), called_at=number(1, INSTANT_MAX), api_key_id=random.randbytes(16),
            outcome=random.randint(1, 3))
        for index in range(random.choice([1, 1, 1, random.randint(1, 16)])):
            attempt = call.attempts.add(
                number=index + 1, upstream=name(), model=name(), region=random.choice(["", name()]),
                tier_served=random.randint(0, 4), started_at=number(1, INSTANT_MAX),
                duration_ms=number(0, 4_294_967_295), outcome=random.randint(1, 3))
            for unit in random.sample(range(1, 24), random.choice([1, 2, random.randint(0, 23)])):
                attempt.units.add(unit=unit, count=number(0, 10**12))
            for one in sorted({currency() for _ in range(random.choice([0, 0, random.randint(0, 4)]))}):
                attempt.stated.add(currency=one, nano=number(-(2**63), 2**63 - 1))
    return record


def totals():
    message = troth_pb2.Totals()
    for _ in range(random.randint(0, 4)):
        message.totals.add(
            account=random.randbytes(16), hour=number(0, INSTANT_MAX), currency=currency(), calls=number(0, 2**53),
            nano=number(-(2**63), 2**63 - 1), millionths=number(0, 999_999), revision=number(0, 2**53))
    return message


def check(path):
    content = open(path, "rb").read()
    at = count = 0
    while at < len(content):
        kind, length = struct.unpack_from("<BI", content, at)
        body = content[at + 5:at + 5 + length]
        message = TYPES[kind].FromString(body)
        if message.SerializeToString(deterministic=True) != body:
            sys.exit(f"message {count} is not the same: {body.hex()}")
        at += 5 + length
        count += 1
    print(count)


def make(path, count):
    random.seed(5)
    with open(path, "wb") as file:
        for index in range(count):
            body = (usage() if index % 2 == 0 else totals()).SerializeToString(deterministic=True)
            file.write(struct.pack("<BI", index % 2, len(body)) + body)


if sys.argv[2] == "check":
    check(sys.argv[3])
else:
    make(sys.argv[3], int(sys.argv[4]))
