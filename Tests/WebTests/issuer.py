"""An issuer of OpenID Connect: whoever comes chooses on a page who they are."""

import base64
import hashlib
import http.server
import json
import random
import threading
import time
import urllib.parse
import uuid

CLIENT = "wardline-chat"


def text(data):
    """base64url, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def prime(bits):
    """A probable prime (Miller and Rabin): good enough for a key that lives for one test."""
    while True:
        number = random.getrandbits(bits) | 1 | 3 << (bits - 2)
        if all(number % small for small in range(3, 2000, 2)) and is_prime(number):
            return number


def is_prime(number, rounds=20):
    odd, halvings = number - 1, 0
    while odd % 2 == 0:
        odd, halvings = odd // 2, halvings + 1
    for _ in range(rounds):
        power = pow(random.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(halvings - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


class Key:
    """An RSA key that signs with RS256."""

    def __init__(self):
        self.exponent = 65537
        while True:
            p, q = prime(1024), prime(1024)
            if p != q and (p - 1) * (q - 1) % self.exponent:
                break
        self.modulus = p * q
        self.private = pow(self.exponent, -1, (p - 1) * (q - 1))

    def sign(self, data):
        prefix = bytes.fromhex("3031300d060960864801650304020105000420")
        digest = prefix + hashlib.sha256(data).digest()
        padded = b"\x00\x01" + b"\xff" * (256 - 3 - len(digest)) + b"\x00" + digest
        return pow(int.from_bytes(padded, "big"), self.private, self.modulus).to_bytes(256, "big")

    def document(self):
        return {
            "kty": "RSA", "kid": "k", "use": "sig", "alg": "RS256",
            "n": text(self.modulus.to_bytes(256, "big")), "e": text(b"\x01\x00\x01"),
        }


class Issuer:
    """Listens on a port of its own for as long as the program runs."""

    def __init__(self):
        self.codes = {}
        self.lock = threading.Lock()
        self.lazy_key = None
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.get(self)

            def do_POST(self):
                issuer.post(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        # Another name than the chat's, so that the way back comes from another site, as it will.
        self.address = f"http://localhost:{self.server.server_port}"

    @property
    def key(self):
        """Made when it is needed first: it takes a second."""
        with self.lock:
            if self.lazy_key is None:
                self.lazy_key = Key()
            return self.lazy_key

    def settings(self):
        """Those of a server that trusts this issuer."""
        return {
            "WARDLINE_OIDC_PROVIDERS": "clinic",
            "WARDLINE_OIDC_CLINIC_NAME": "Clinic account",
            "WARDLINE_OIDC_CLINIC_ISSUER": self.address,
            "WARDLINE_OIDC_CLINIC_CLIENT_ID": CLIENT,
        }

    def get(self, request):
        url = urllib.parse.urlsplit(request.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/.well-known/openid-configuration":
            return self.json(request, {
                "issuer": self.address,
                "authorization_endpoint": self.address + "/authorize",
                "token_endpoint": self.address + "/token",
                "jwks_uri": self.address + "/jwks",
                "authorization_response_iss_parameter_supported": True,
            })
        if url.path == "/jwks":
            return self.json(request, {"keys": [self.key.document()]})
        if url.path == "/authorize":
            return self.choices(request, query)
        return self.answer(request, 404, b"")

    def choices(self, request, query):
        """One link for each person, and one for nobody."""

        def link(name, **fields):
            fields |= {"state": query["state"], "iss": self.address}
            address = query["redirect_uri"] + "?" + urllib.parse.urlencode(fields)
            return f'<p><a href="{address.replace("&", "&amp;")}">{name}</a></p>'

        page = "<!doctype html><title>Clinic account</title>"
        for user in ("amara", "dr-lindqvist", "stranger"):
            code = uuid.uuid4().hex
            self.codes[code] = (user, query)
            page += link(user, code=code)
        page += link("Cancel", error="access_denied")
        self.answer(request, 200, page.encode(), "text/html")

    def post(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(body))
        user, query = self.codes.pop(form.get("code"), (None, None))
        challenge = text(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if user is None or challenge != query["code_challenge"] or form["client_id"] != CLIENT:
            return self.json(request, {"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.address, "sub": user, "aud": CLIENT, "iat": now, "exp": now + 60,
            "nonce": query["nonce"],
        }
        header = {"alg": "RS256", "kid": "k"}
        signed = ".".join(text(json.dumps(part).encode()) for part in (header, claims))
        token = signed + "." + text(self.key.sign(signed.encode()))
        return self.json(request, {"id_token": token, "access_token": "a", "token_type": "Bearer"})

    def json(self, request, value, status=200):
        self.answer(request, status, json.dumps(value).encode(), "application/json")

    @staticmethod
    def answer(request, status, body, kind="text/plain"):
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
