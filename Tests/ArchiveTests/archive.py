"""What Python makes of an archive of ours, and archives that nobody should believe."""
import csv
import hashlib
import html.parser
import io
import json
import stat
import sys
import zipfile

import jsonschema
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
import base64
import struct
from datetime import datetime


def b64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def lp(data):
    return struct.pack(">H", len(data)) + data


def verify(manifest, raw, sig):
    """The signature header of SECURITY.md, over the manifest."""
    header = b64(sig.decode().strip())
    key = b64(manifest["publicKey"])
    assert len(header) == 73 and header[0] == 1 and header[1:9] == hashlib.sha256(key).digest()[:8]
    at = int(datetime.fromisoformat(manifest["madeAt"].replace("Z", "+00:00")).timestamp()) * 1_000_000
    signed = b"troth/sig/v1" + lp(b"troth.archive") + struct.pack(">I", 0) + lp(b"") + lp(b"troth.archive.v1")
    signed += lp(manifest["madeBy"].encode()) + lp(manifest["request"].encode()) + struct.pack(">q", at) + lp(b"")
    Ed25519PublicKey.from_public_bytes(key).verify(header[9:], signed + hashlib.sha256(raw).digest())


class Page(html.parser.HTMLParser):
    """Refuses what loads or runs."""
    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "img", "iframe", "link", "object", "embed", "form", "base"), tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "srcset", "style"), name
            assert name != "href" or value.startswith("#"), value
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(path):
    """Reads an archive as a person's programs would, and checks all that it says of itself."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        raw = archive.read("manifest.json")
        manifest = json.loads(raw)
        verify(manifest, raw, archive.read("manifest.sig"))
        listed = {entry["name"]: entry for entry in manifest["entries"]}
        assert set(names) == set(listed) | {"manifest.json", "manifest.sig"}
        for name, entry in listed.items():
            content = archive.read(name)
            assert len(content) == entry["bytes"] and hashlib.sha256(content).hexdigest() == entry["sha256"], name
        slices = {}
        for name in [name for name in names if name.endswith(".jsonl")]:
            slices[name] = rows(archive, name, listed)
        page = Page()
        page.feed(archive.read("index.html").decode())
        assert not page.open, page.open
    print(json.dumps({"slices": slices, "page": page.text, "names": names}))


def rows(archive, name, listed):
    path = name[len("data/"):-len(".jsonl")]
    schema = json.loads(archive.read(f"schema/{path}.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    lines = [json.loads(line) for line in archive.read(name).decode().splitlines()]
    for line in lines:
        validator.validate(line)
    table = list(csv.reader(io.StringIO(archive.read(f"data/{path}.csv").decode(), newline="")))
    assert len(table) == len(lines) + 1 == listed[name]["rows"] + 1
    assert table[0] == list(schema["properties"])
    for line, cells in zip(lines, table[1:]):
        for column, cell in zip(table[0], cells):
            value = line.get(column)
            text = "" if value is None else value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            assert cell == text or (cell == "'" + text and text[0] in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"), (cell, text)
    return len(lines)


def evil(kind, source, path):
    """A copy of a good archive with one thing that must be refused."""
    with zipfile.ZipFile(source) as good:
        entries = [(name, good.read(name)) for name in good.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad:
        for name, content in entries:
            bad.writestr(name, content)
        names = {"slip": "../evil.txt", "absolute": "/etc/evil.txt", "backslash": "..\\evil.txt", "dot": "data/./x",
                 "twice": "README.txt", "case": "readme.TXT", "more": "extra.txt", "hidden": ".profile",
                 "drive": "C:evil.txt", "deep": "data/a/b/c.txt", "unicode": "data/\u0430.txt", "long": "a" * 300}
        if kind in names:
            import warnings
            warnings.simplefilter("ignore")
            bad.writestr(names[kind], b"evil")
        elif kind == "symlink":
            info = zipfile.ZipInfo("link.txt")
            info.create_system = 3
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            bad.writestr(info, "/etc/passwd")
        elif kind == "folder":
            bad.writestr("folder/", b"")
        elif kind == "bomb":
            bad.writestr("bomb.txt", b"\0" * 300_000_000)
        elif kind == "many":
            for index in range(2_000):
                bad.writestr(f"x{index}.txt", b"")
        elif kind == "comment":
            bad.comment = b"more"
    if kind == "before":
        content = open(path, "rb").read()
        open(path, "wb").write(b"MZ" + b"\0" * 100 + content)
    if kind == "lie":
        # the directory names another file than the header does
        content = open(path, "rb").read()
        at = content.rindex(b"README.txt")
        open(path, "wb").write(content[:at] + b"README.txz" + content[at + 10:])
    if kind == "tar":
        import tarfile
        with tarfile.open(path, "w") as tar:
            for name, content in entries:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))


if __name__ == "__main__":
    {"read": read, "evil": evil}[sys.argv[1]](*sys.argv[2:])
