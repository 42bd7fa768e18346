"""Opens and makes again every vector of a file with Python's cryptography, from the layouts' text and not from Swift.

seal.py FILE    prints how many vectors agree; ends with 1 and the names of those that do not

A vector is an object of vectors.json: a kind, a name, and inputs and outputs. Bytes are hexadecimal; owner, topic,
type, source, id and address are text.
"""

import hashlib
import hmac
import json
import struct
import sys

from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

TEXTS = {"kind", "name", "owner", "topic", "type", "source", "id", "address"}
CHUNK = 65536
SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def lp(x):
    x = x.encode() if isinstance(x, str) else x
    return struct.pack(">H", len(x)) + x


def pad32(x):
    return x + b"\x80" + bytes(-(len(x) + 1) % 32)


def unpad32(x):
    text, mark, zeros = x.rpartition(b"\x80")
    assert mark and not any(zeros) and len(zeros) < 32 and pad32(text) == x, "padding"
    return text


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(key, salt, info, count):
    return HKDF(hashes.SHA256(), count, salt or None, info).derive(key)


def same(found, expected, what):
    assert found == expected, what


def field(v):
    head = struct.pack(">BBHI", 1, v["category"], v["fieldID"], v["period"]) + v["keyID"]
    context = b"troth/field/v1" + v["subject"] + head
    keys = hkdf(v["dataKey"], v["salt"], context, 64)
    nonce = mac(keys[32:], v["random"] + context + pad32(v["plaintext"]))[:12]
    made = head + nonce + AESGCM(keys[:32]).encrypt(nonce, pad32(v["plaintext"]), context)
    same(made, v["sealed"], "made")
    opened = AESGCM(keys[:32]).decrypt(v["sealed"][24:36], v["sealed"][36:], context)
    same(unpad32(opened), v["plaintext"], "opened")


def wrap(v):
    head = struct.pack(">BBH", 1, v["category"], v["generation"]) + v["keyID"] + v["subject"]
    outer = hkdf(v["kek"], b"", b"troth/wrap/v1" + head, 32)
    same(head + aes_key_wrap(outer, v["dataKey"]), v["wrapped"], "made")
    same(aes_key_unwrap(outer, v["wrapped"][36:]), v["dataKey"], "opened")
    info = b"troth/kek-check/v1" + struct.pack(">BH", v["category"], v["generation"])
    same(hkdf(v["kek"], b"", info, 16), v["check"], "check value")


def labeled(suite, label, data):
    return b"HPKE-v1" + suite + label + data


def expand(suite, key, label, info, count):
    return HKDFExpand(hashes.SHA256(), count, struct.pack(">H", count) + labeled(suite, label, info)).derive(key)


def kem_secret(agreed, enc, recipient):
    suite = b"KEM" + struct.pack(">H", 0x20)
    key = mac(bytes(32), labeled(suite, b"eae_prk", agreed))
    return expand(suite, key, b"shared_secret", enc + recipient, 32)


def hpke_seal(shared, info, plaintext):
    suite = b"HPKE" + struct.pack(">HHH", 0x20, 1, 2)
    empty, whole = (mac(bytes(32), labeled(suite, *x)) for x in ((b"psk_id_hash", b""), (b"info_hash", info)))
    secret = mac(shared, labeled(suite, b"secret", b""))
    context = b"\0" + empty + whole
    nonce = expand(suite, secret, b"base_nonce", context, 12)
    return AESGCM(expand(suite, secret, b"key", context, 32)).encrypt(nonce, plaintext, b"")


def public(key):
    return key.public_key().public_bytes_raw()


def box(v):
    key, ephemeral = (X25519PrivateKey.from_private_bytes(v[k]) for k in ("secretKey", "ephemeral"))
    same(public(key), v["publicKey"], "public key")
    key_id = hashlib.sha256(v["publicKey"]).digest()[:16]
    info = b"troth/box/v1" + lp(v["owner"]) + key_id
    info += b"".join(lp(v[part]) for part in ("topic", "type", "source", "id", "recordKey"))
    info += struct.pack(">HH", v["fieldID"], v["index"])
    enc = public(ephemeral)
    shared = kem_secret(ephemeral.exchange(key.public_key()), enc, v["publicKey"])
    made = b"\x01" + key_id + enc + hpke_seal(shared, info, pad32(v["plaintext"]))
    same(made, v["box"], "made")
    same(unpad32(SUITE.decrypt(v["box"][17:], key, info)), v["plaintext"], "opened by the library")


def kem(v):
    sender, key = (X25519PrivateKey.from_private_bytes(v[k]) for k in ("ephemeral", "secretKey"))
    same(public(sender), v["enc"], "enc")
    same(public(key), v["publicKey"], "public key")
    for agreed in (sender.exchange(key.public_key()), key.exchange(sender.public_key())):
        same(kem_secret(agreed, v["enc"], v["publicKey"]), v["shared"], "shared secret")


def index(v):
    made = bytes([v["generation"]]) + mac(v["pepper"], b"troth/claim/v1" + lp(v["address"]))
    same(made, v["index"], "made")


def signature(v):
    key = Ed25519PrivateKey.from_private_bytes(v["seed"])
    same(public(key), v["publicKey"], "public key")
    signed = b"troth/sig/v1" + lp(v["topic"]) + struct.pack(">I", v["partition"]) + lp(v["key"])
    signed += lp(v["type"]) + lp(v["source"]) + lp(v["id"]) + struct.pack(">q", v["time"]) + lp(v["link"])
    signed += hashlib.sha256(v["value"]).digest()
    made = b"\x01" + hashlib.sha256(v["publicKey"]).digest()[:8] + key.sign(signed)
    same(made, v["header"], "made")
    Ed25519PublicKey.from_public_bytes(v["publicKey"]).verify(v["header"][9:], signed)


def chunk_nonce(number, last):
    return struct.pack(">Q", number) + bytes([0, 0, 0, last])


def stream(v):
    prefix = b"TROTHST1" + struct.pack(">BBHI", 1, v["purpose"], 0, CHUNK)
    info = b"troth/stream/v1" + prefix + lp(v["context"])
    keys = hkdf(v["fileKey"], v["salt"], info, 64)
    gcm, text = AESGCM(keys[:32]), v["plaintext"] * v.get("repeat", 1)
    pieces = [text[i:i + CHUNK] for i in range(0, len(text), CHUNK)] or [b""]
    made = prefix + v["salt"] + keys[32:]
    for i, piece in enumerate(pieces):
        made += gcm.encrypt(chunk_nonce(i, i == len(pieces) - 1), piece, b"")
    if "hash" in v:
        return same(hashlib.sha256(made).digest(), v["hash"], "made")
    same(made, v["stream"], "made")
    head, rest = v["stream"][:80], v["stream"][80:]
    same(head[48:], keys[32:], "commitment")
    sealed = [rest[i:i + CHUNK + 16] for i in range(0, len(rest), CHUNK + 16)]
    opened = b"".join(gcm.decrypt(chunk_nonce(i, i == len(sealed) - 1), x, b"") for i, x in enumerate(sealed))
    same(opened, text, "opened")


def sha256(v):
    same(hashlib.sha256(v["data"]).digest(), v["hash"], "hash")


def hmac_sha256(v):
    same(mac(v["key"], v["data"]), v["tag"], "tag")


def hkdf_sha256(v):
    same(hkdf(v["key"], v["salt"], v["info"], len(v["output"])), v["output"], "output")


def aes_gcm(v):
    same(AESGCM(v["key"]).encrypt(v["nonce"], v["plaintext"], v["context"]), v["sealed"], "made")
    same(AESGCM(v["key"]).decrypt(v["nonce"], v["sealed"], v["context"]), v["plaintext"], "opened")


def aes_kw(v):
    same(aes_key_wrap(v["kek"], v["key"]), v["wrapped"], "made")
    same(aes_key_unwrap(v["kek"], v["wrapped"]), v["key"], "opened")


def x25519(v):
    key = X25519PrivateKey.from_private_bytes(v["secretKey"])
    same(public(key), v["publicKey"], "public key")
    same(key.exchange(X25519PublicKey.from_public_bytes(v["peer"])), v["shared"], "shared secret")


def ed25519(v):
    key = Ed25519PrivateKey.from_private_bytes(v["seed"])
    same(public(key), v["publicKey"], "public key")
    same(key.sign(v["message"]), v["signature"], "made")
    key.public_key().verify(v["signature"], v["message"])


KINDS = {
    "field": field, "wrap": wrap, "box": box, "kem": kem, "index": index, "signature": signature, "stream": stream,
    "sha256": sha256, "hmac": hmac_sha256, "hkdf": hkdf_sha256, "aes-gcm": aes_gcm, "aes-kw": aes_kw,
    "x25519": x25519, "ed25519": ed25519,
}


def main(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    wrong = 0
    for vector in vectors:
        read = {k: x if k in TEXTS or isinstance(x, int) else bytes.fromhex(x) for k, x in vector.items()}
        try:
            KINDS[vector["kind"]](read)
        except Exception as error:
            wrong += 1
            print(f"{vector['kind']} {vector['name']}: {type(error).__name__} {error}")
    if wrong:
        sys.exit(1)
    print(len(vectors))


if __name__ == "__main__":
    main(sys.argv[1])
