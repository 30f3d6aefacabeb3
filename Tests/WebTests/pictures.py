"""Files for attachments, made here."""

import hashlib
import struct
import zlib


def png(width=320, height=240):
    """A picture of a soft gradient."""
    rows = b"".join(
        b"\0" + bytes(
            value for x in range(width) for value in (40 + x * 150 // width, 140 + y * 80 // height, 130)
        )
        for y in range(height)
    )

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pdf(size=20_000):
    """Looks like a PDF to whoever looks at its beginning."""
    return b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n" + b"%" + b"x" * size + b"\ntrailer\n<<>>\n%%EOF\n"


def upload(clinic, user, name, content_type, data):
    """By REST: gives the attachment's id."""
    digest = hashlib.sha256(data).hexdigest()
    body = {"File_name": name, "Content_type": content_type, "Size": len(data), "Sha256": digest}
    started = clinic.post(user, "/api/attachments", body)
    headers = {
        "Content-Type": "application/octet-stream", "Upload-Offset": "0", "Upload-Complete": "?1",
    }
    path = f"/api/attachments/{started['Attachment_id']}"
    status, answer = clinic.call(user, "PATCH", path, raw=data, headers=headers)
    assert status == 200, answer
    return started["Attachment_id"]
