"""Writes record batches that no client makes: python3 batches.py HOST:PORT TOPIC PARTITION BATCH…

A BATCH is one of
  plain:COUNT           COUNT small records, nothing compressed
  bomb:CODEC:MIB        one record of MIB mebibytes of zeros, compressed by gzip, snappy, lz4 or zstd
  torn:CODEC:COUNT      COUNT records whose compressed bytes are cut off, under a right checksum
  garbled:CODEC:COUNT   COUNT records, the compressed bytes overwritten, under a right checksum
  crowd:CODEC:COUNT     COUNT records without key and value
  crc:COUNT             COUNT records under a wrong checksum
  short:COUNT           COUNT records, the last of which says that it is longer than the batch
and for each one line is printed: what the broker answered (0: it is in the log), its offset, its bytes.

The codecs are written out here, so that nothing but Python is needed; what is repeated takes a few bytes.
"""

import functools
import socket
import struct
import sys
import zlib

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
KEY = b"11111111-2222-4333-8444-555555555555"


def crc32c(data, table=[]):
    if not table:
        for byte in range(256):
            for _ in range(8):
                byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
            table.append(byte)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def varint(value, zigzag=True):
    value = (value << 1 ^ value >> 63) & (1 << 64) - 1 if zigzag else value
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def record(delta, size, value):
    """A record of `size` bytes of value that begins with `value`: the bytes before the zeros, their count, after."""
    head = b"\0" + varint(0) + varint(delta) + varint(len(KEY)) + KEY + varint(size) + value
    zeros = size - len(value)
    return varint(len(head) + zeros + 1) + head, zeros, b"\0"


def gzip(head, zeros, tail):
    made = zlib.compressobj(9, zlib.DEFLATED, 31)
    out = made.compress(head)
    for at in range(0, zeros, 1 << 20):
        out += made.compress(bytes(min(1 << 20, zeros - at)))
    return out + made.compress(tail) + made.flush()


def snappy(head, zeros, tail):
    """Snappy's own form: literals, then copies of up to 64 bytes from one byte back."""
    def literal(data):
        return b"".join(
            bytes([61 << 2]) + struct.pack("<H", len(data[at:at + 65536]) - 1) + data[at:at + 65536]
            for at in range(0, len(data), 65536))
    out = varint(len(head) + zeros + len(tail), zigzag=False) + literal(head)
    if zeros:
        whole, rest = divmod(zeros - 1, 64)
        out += literal(b"\0") + (bytes([63 << 2 | 2]) + b"\1\0") * whole
        out += bytes([(rest - 1) << 2 | 2]) + b"\1\0" if rest else b""
    return out + literal(tail)


def lz4(head, zeros, tail):
    """A frame of independent blocks; a block of zeros is one literal, one long match, five literals."""
    def length(count):
        return b"\xff" * ((count - 15) // 255) + bytes([(count - 15) % 255]) if count >= 15 else b""

    def block(data):
        return struct.pack("<I", len(data)) + data

    def literals(data):
        return bytes([min(len(data), 15) << 4]) + length(len(data)) + data
    out = b"\x04\x22\x4d\x18\x60\x70\x73"
    out += block(literals(head))
    while zeros > 64:
        part = min(zeros, 4 << 20)
        match = part - 1 - 5 - 4
        out += block(b"\x1f\0" + b"\1\0" + length(match) + literals(bytes(5)))
        zeros -= part
    return out + block(literals(bytes(zeros) + tail)) + bytes(4)


def zstd(head, zeros, tail):
    """A frame without a content size, in raw blocks and blocks that repeat one byte."""
    def block(kind, size, data, last=0):
        return struct.pack("<I", size << 3 | kind << 1 | last)[:3] + data
    out = b"\x28\xb5\x2f\xfd\x00\x58" + block(0, len(head), head)
    for at in range(0, zeros, 1 << 17):
        out += block(1, min(1 << 17, zeros - at), b"\0")
    return out + block(0, len(tail), tail, last=1)


PACK = {"none": lambda head, zeros, tail: head + bytes(zeros) + tail,
        "gzip": gzip, "snappy": snappy, "lz4": lz4, "zstd": zstd}


def batch(codec, count, payload, wrong=0):
    body = struct.pack(">hiqqqhii", CODECS[codec], count - 1, 0, 0, -1, -1, -1, count) + payload
    crc = (crc32c(body) ^ wrong) & 0xFFFFFFFF
    return struct.pack(">qiibI", 0, len(body) + 9, -1, 2, crc) + body


def small(count):
    return b"".join(b"".join((head, bytes(zeros), tail)) for head, zeros, tail in
                    (record(delta, 2, b"{}") for delta in range(count)))


@functools.cache
def make(name):
    kind, *rest = name.split(":")
    if kind == "plain":
        return batch("none", int(rest[0]), small(int(rest[0])))
    if kind == "bomb":
        return batch(rest[0], 1, PACK[rest[0]](*record(0, int(rest[1]) << 20, b"{")))
    if kind in ("torn", "garbled"):
        whole = PACK[rest[0]](small(int(rest[1])), 0, b"")
        half = len(whole) // 2
        return batch(rest[0], int(rest[1]), whole[:half] if kind == "torn" else whole[:4] + b"\xee" * half)
    if kind == "crowd":
        crowd = bytearray()
        for delta in range(int(rest[1])):
            one = b"\0" + varint(0) + varint(delta) + varint(-1) + varint(-1) + b"\0"
            crowd += varint(len(one)) + one
        return batch(rest[0], int(rest[1]), PACK[rest[0]](bytes(crowd), 0, b""))
    if kind == "crc":
        return batch("none", int(rest[0]), small(int(rest[0])), wrong=1)
    if kind == "short":
        whole = small(int(rest[0]))
        return batch("none", int(rest[0]), whole[:-1 - len(record(0, 2, b"{}")[0])] + varint(1 << 20) + whole[-40:])
    sys.exit(f"{name}: no such batch")


def send(connection, topic, partition, data):
    request = struct.pack(">hhih", 0, 7, 1, -1) + struct.pack(">hhii", -1, -1, 30_000, 1)
    request += struct.pack(">h", len(topic)) + topic + struct.pack(">iii", 1, partition, len(data)) + data
    connection.sendall(struct.pack(">i", len(request)) + request)
    size, = struct.unpack(">i", read(connection, 4))
    answer = read(connection, size)
    at = 4 + 4 + 2 + len(topic) + 4 + 4
    return struct.unpack(">hq", answer[at:at + 10])


def read(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            sys.exit("the broker has closed the connection")
        data += more
    return data


def main():
    address, topic, partition, *names = sys.argv[1:]
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        for name in names:
            data = make(name)
            error, offset = send(connection, topic.encode(), int(partition), data)
            print(f"{name} {error} {offset} {len(data)}", flush=True)


main()
