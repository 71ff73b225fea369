# SPDX-License-Identifier: Apache-2.0
"""The webhook channel against receivers on loopback: signatures by the official library of Standard Webhooks, events by the SDK of CloudEvents, every
status, and servers that are slow, cut off, lie or drip: webhook_test.py WEBHOOK_SCRIPT"""
import base64
import email.utils
import hashlib
import ipaddress
import json
import os
import random
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SCRIPT = None
DELIVERED, LATER, NEVER, UNKNOWN = 1, 2, 3, 5
LOOPBACK, PRIVATE, LINK_LOCAL, PLAIN = 1, 2, 4, 8
OK, EINVALID, ERANGE, EDENIED = 0, -3, -11, -23
DAY = 86_400_000
SECRETS = ["whsec_" + base64.b64encode(hashlib.sha512(bytes([i])).digest()[:n]).decode() for i, n in enumerate((24, 32, 64))]


class Receiver(BaseHTTPRequestHandler):
    """Notes what it is sent and answers what its server was told."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((dict(self.headers.items()), body, self.path))
        self.server.answer(self)

    do_GET = do_POST

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass


def reply(status, headers=(), body=b""):
    def answer(handler):
        handler.send_response_only(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True
    return answer


def raw(data, pause=0.0):
    """Bytes as they are, and then the end of the connection."""
    def answer(handler):
        handler.wfile.write(data)
        handler.wfile.flush()
        time.sleep(pause)
        handler.close_connection = True
    return answer


class Server:
    def __init__(self, answer=reply(204), context=None):
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.http.daemon_threads = True
        self.http.answer, self.http.requests = answer, []
        if context:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.port = self.http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hooks?a=1"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def requests(self):
        return self.http.requests

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


class Script:
    def __init__(self, **environment):
        self.process = subprocess.Popen([SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ, **environment))

    def ask(self, *fields):
        self.process.stdin.write("\t".join(map(str, fields)).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().decode()
        assert line, "the script ended"
        return line.rstrip("\n").split("\t")

    def new(self, url, flags=LOOPBACK, timeout=30_000, secrets=SECRETS[:1], source="", type="", ca="", clock=0):
        code, message = self.ask("new", url, flags, timeout, " ".join(secrets), source, type, ca, clock)
        return int(code), message

    def _said(self, fields):
        result, outcome, wait, reason = fields
        assert result == "0"
        return int(outcome), int(wait), reason

    def send(self, number=1, body='{"text":"hello"}', recipient='{"email":"ann@example.com"}', customer="acme"):
        return self._said(self.ask("send", number, body, recipient, customer))

    def send_size(self, size, number=1):
        return self._said(self.ask("size", number, size))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(20) == 0


class Case(unittest.TestCase):
    def post(self, answer, size=None, timeout=30_000, **more):
        """One attempt at a receiver that answers so."""
        with Server(answer) as server, Script() as script:
            self.assertEqual(script.new(server.url, timeout=timeout, **more)[0], OK)
            said = script.send_size(size) if size else script.send()
            return said, server.requests


class Signature(Case):
    def test_verifies_with_the_official_library(self):
        for secret in SECRETS:
            (outcome, wait, reason), requests = self.post(reply(200), secrets=[secret])
            self.assertEqual((outcome, wait, reason), (DELIVERED, 0, ""))
            headers, body, path = requests[0]
            self.assertEqual(path, "/hooks?a=1")
            event = Webhook(secret).verify(body, headers)
            self.assertEqual(event["id"], headers["webhook-id"])

    def test_tampered_fails(self):
        _, [(headers, body, _)] = self.post(reply(200))
        webhook = Webhook(SECRETS[0])
        webhook.verify(body, headers)
        seconds = str(int(headers["webhook-timestamp"]) + 1)
        for wrong, tampered in ((body.replace(b"hello", b"hallo"), headers), (body, dict(headers, **{"webhook-id": "f" * 64})),
                                (body, dict(headers, **{"webhook-timestamp": seconds}))):
            with self.assertRaises(WebhookVerificationError):
                webhook.verify(wrong, tampered)
        with self.assertRaises(WebhookVerificationError):
            Webhook(SECRETS[1]).verify(body, headers)

    def test_secrets_are_replaced_without_a_gap(self):
        old, new = SECRETS[0], SECRETS[1]
        with Server() as server, Script() as script:
            script.new(server.url, secrets=[old])
            script.send()
            self.assertEqual(script.ask("secrets", f"{new} {old}")[0], "0")
            script.send()
            self.assertEqual(script.ask("secrets", "whsec_short")[0], str(EINVALID))  # those before stay
            script.send()
            self.assertEqual(script.ask("secrets", new)[0], "0")
            script.send()
        good = []
        for headers, body, _ in server.requests:
            for secret in (old, new):
                try:
                    Webhook(secret).verify(body, headers)
                    good.append(1)
                except WebhookVerificationError:
                    good.append(0)
        self.assertEqual(good, [1, 0, 1, 1, 1, 1, 0, 1])
        self.assertEqual(server.requests[1][0]["webhook-signature"].count("v1,"), 2)

    def test_time_is_that_of_the_attempt_and_the_body_stays(self):
        with Server() as server, Script() as script:
            for clock in (1_700_000_000_999, 1_700_000_061_000):
                script.new(server.url, clock=clock)
                script.send(7)
        (first, body, _), (second, again, _) = server.requests
        self.assertEqual((first["webhook-timestamp"], second["webhook-timestamp"]), ("1700000000", "1700000061"))
        self.assertEqual(body, again)
        self.assertEqual(first["webhook-id"], second["webhook-id"])
        self.assertNotEqual(first["webhook-signature"], second["webhook-signature"])

    def test_secrets_that_are_none(self):
        good = base64.b64encode(bytes(range(32))).decode()
        wrong = ["", "whsec_", "secret", good, "whsec_" + base64.b64encode(bytes(23)).decode(), "whsec_" + base64.b64encode(bytes(65)).decode(),
                 "whsec_" + good[:-2] + "!=", "whsec_" + good + "=", "whsec_" + good[:-1] + "==", "whsec_" + good[:20] + "=" + good[21:], "WHSEC_" + good]
        with Script() as script:
            for secret in wrong:
                code, message = script.new("https://example.com/", secrets=[secret] if secret else [])
                self.assertEqual(code, EINVALID, secret)
                self.assertNotIn(secret[6:] or "\0", message)
            self.assertEqual(script.new("https://example.com/", secrets=[SECRETS[0]] * 9)[0], EINVALID)
            self.assertEqual(script.new("https://example.com/", secrets=[SECRETS[0]] * 8)[0], OK)

    def test_padding_may_be_missing(self):
        for n in range(24, 65):
            key = random.Random(n).randbytes(n)
            secret = "whsec_" + base64.b64encode(key).decode().rstrip("=")
            _, [(headers, body, _)] = self.post(reply(200), secrets=[secret])
            Webhook(key).verify(body, headers)


class Event(Case):
    def event(self, source="", type="", **message):
        with Server() as server, Script() as script:
            self.assertEqual(script.new(server.url, source=source, type=type)[0], OK)
            self.assertEqual(script.send(**message)[0], DELIVERED)
        headers, body, _ = server.requests[0]
        self.assertEqual(headers["Content-Type"], "application/cloudevents+json; charset=utf-8")
        return from_structured_event(HTTPMessage(headers, body), JSONFormat()), headers

    def test_is_a_cloud_event(self):
        event, headers = self.event()
        self.assertEqual(event.get_specversion(), "1.0")
        self.assertEqual(event.get_id(), headers["webhook-id"])
        self.assertEqual(event.get_source(), "/csuccess/Caf%C3%A9%2F7")
        self.assertEqual(event.get_type(), "csuccess.message")
        self.assertEqual(event.get_subject(), "acme")
        self.assertEqual(event.get_datacontenttype(), "application/json")
        self.assertEqual(event.get_time().isoformat(), "2026-01-31T08:00:00.250000+00:00")
        self.assertEqual(event.get_data(), {"channel": "email", "customer": "acme", "contact": "ann", "purpose": "service",
                                            "definition": "alert/usage_low/tier1", "recipient": {"email": "ann@example.com"}, "body": {"text": "hello"}})

    def test_source_and_type_of_the_host(self):
        event, _ = self.event(source="urn:shop:eu", type="com.example.alert")
        self.assertEqual((event.get_source(), event.get_type()), ("urn:shop:eu", "com.example.alert"))
        with Script() as script:
            for wrong in ({"source": "a b"}, {"source": "a\"b"}, {"source": "\u00fc"}, {"type": "a\x01b"}):
                self.assertEqual(script.new("https://example.com/", **wrong)[0], EINVALID, wrong)

    def test_odd_customers_and_bodies(self):
        event, _ = self.event(customer='a"b\\c \u00e4\u2028\U0001F600', body=' [1.50, "\\u00e4\\"", {"a" : null}] ', recipient="")
        self.assertEqual(event.get_subject(), 'a"b\\c \u00e4\u2028\U0001F600')
        self.assertEqual(event.get_data()["body"], [1.5, '\u00e4"', {"a": None}])
        self.assertEqual(event.get_data()["recipient"], {})
        for customer in ("", "a\x07b", "\u0085"):
            event, _ = self.event(customer=customer)
            self.assertIsNone(event.get_subject())
            self.assertEqual(event.get_data()["customer"], customer)

    def test_what_is_no_json_or_no_id_is_never_sent(self):
        with Server() as server, Script() as script:
            script.new(server.url)
            for message in ({"body": "{"}, {"body": '{"a":1}}'}, {"recipient": "ann@example.com"}, {"body": '"\x01"'}, {"number": "!"}):
                self.assertEqual(script.send(**message)[0], NEVER, message)
        self.assertEqual(server.requests, [])


class Status(Case):
    def test_each(self):
        meaning = {status: NEVER for status in range(300, 500)}
        meaning.update({status: DELIVERED for status in range(200, 300)})
        meaning.update({status: LATER for status in [408, 425, 429, *range(500, 600)]})
        meaning.update({600: NEVER, 999: NEVER})
        with Server() as server, Script() as script:
            script.new(server.url)
            for status, outcome in meaning.items():
                server.http.answer = reply(status)
                said = script.send()
                self.assertEqual(said, (outcome, 0, "" if outcome == DELIVERED else f"HTTP {status}"))
        self.assertEqual(len(server.requests), len(meaning))

    def test_redirects_are_refused(self):
        with Server() as elsewhere:
            for status in (301, 302, 303, 307, 308):
                said, _ = self.post(reply(status, [("Location", elsewhere.url), ("Retry-After", "9")]))
                self.assertEqual(said, (NEVER, 0, f"HTTP {status}"))
            self.assertEqual(elsewhere.requests, [])

    def test_interim_responses_decide_nothing(self):
        early = b"HTTP/1.1 103 Early Hints\r\nRetry-After: 50\r\n\r\n"
        self.assertEqual(self.post(raw(early + b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"))[0], (LATER, 0, "HTTP 503"))
        self.assertEqual(self.post(raw(early))[0][0], UNKNOWN)

    def test_retry_after(self):
        now = 1_700_000_000_000
        date = lambda seconds: email.utils.formatdate(now / 1000 + seconds, usegmt=True)
        cases = [("7", 7000), ("0", 0), ("-1", 0), ("", 0), ("soon", 0), ("1.5", 0), ("86400", DAY), ("86401", DAY), ("9" * 60, DAY), ("9" * 70, 0), (" 12 ", 12000),
                 (date(90), 90_000), (date(-90), 0), (date(10**8), DAY), ("7 apples", 0)]
        for status in (408, 425, 429, 500, 503):
            for value, wait in cases:
                with self.subTest(status=status, value=value):
                    said, _ = self.post(reply(status, [("retry-AFTER", value)]), clock=now)
                    self.assertEqual(said, (LATER, wait, f"HTTP {status}"))

    def test_a_date_is_one_of_the_receivers_clock(self):
        now, off = 1_700_000_000, 5000
        headers = [("Date", email.utils.formatdate(now + off, usegmt=True)), ("Retry-After", email.utils.formatdate(now + off + 30, usegmt=True))]
        self.assertEqual(self.post(reply(503, headers), clock=now * 1000)[0], (LATER, 30_000, "HTTP 503"))

    def test_forms_of_dates(self):
        with Script() as script:
            for form in ("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"):  # RFC 9110, 5.6.7
                self.assertEqual(script.ask("wait", 784111777_000 - 5000, form), ["5000"])


class Failure(Case):
    def test_slow_is_unknown(self):
        begin = time.monotonic()
        (outcome, wait, reason), requests = self.post(lambda handler: time.sleep(4), timeout=1500)
        self.assertEqual((outcome, reason), (UNKNOWN, "there was no answer in time"))
        self.assertEqual(len(requests), 1)
        self.assertLess(time.monotonic() - begin, 20)

    def test_closed_early_is_unknown_and_not_sent_again(self):
        for data in (b"", b"HTTP/1.1 2", b"HTTP/1.1 100 Continue\r\n\r\n"):
            said, requests = self.post(raw(data))
            self.assertEqual(said[0], UNKNOWN)
            self.assertEqual(len(requests), 1)

    def test_no_http_is_unknown(self):
        for data in (b"SSH-2.0-OpenSSH_9\r\n", b"<html>ok</html>", b"\0" * 100):
            self.assertEqual(self.post(raw(data))[0][0], UNKNOWN)

    def test_the_status_counts_whatever_follows(self):
        head = b"HTTP/1.1 %d X\r\nContent-Length: 1000000\r\n\r\n"
        self.assertEqual(self.post(raw(head % 200 + b"x" * 10))[0], (DELIVERED, 0, ""))  # cut off
        self.assertEqual(self.post(raw(head % 503 + b"x" * 10))[0], (LATER, 0, "HTTP 503"))
        self.assertEqual(self.post(raw(head % 200 + b"x", pause=4), timeout=1500)[0], (DELIVERED, 0, ""))  # drips
        self.assertEqual(self.post(raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 90_000, pause=0.2))[0], (DELIVERED, 0, ""))

    def test_endless_responses_are_cut_off(self):
        sent = []

        def endless(head, piece):
            def answer(handler):
                sent.append(0)
                handler.wfile.write(head)
                while sent[-1] < 500_000_000:
                    handler.wfile.write(piece)
                    sent[-1] += len(piece)
            return answer
        self.assertEqual(self.post(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536))[0], (DELIVERED, 0, ""))
        self.assertEqual(self.post(endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000))[0], (DELIVERED, 0, ""))
        self.assertEqual(self.post(endless(b"", b"HTTP/1.1 103 Early\r\n\r\n" * 1000))[0][0], UNKNOWN)
        self.assertLess(max(sent), 50_000_000)

    def test_nobody_there_is_for_later(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))  # and does not listen
            with Script() as script:
                script.new(f"http://127.0.0.1:{free.getsockname()[1]}/")
                self.assertEqual(script.send(), (LATER, 0, "there was no connection"))
                script.new("https://no-such-name.invalid/")
                outcome, _, reason = script.send()
                self.assertEqual(outcome, LATER)
                self.assertNotIn("invalid", reason)

    def test_what_was_not_wholly_sent_is_for_later(self):
        with socket.socket() as deaf, Script() as script:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.bind(("127.0.0.1", 0))
            deaf.listen()
            script.new(f"http://127.0.0.1:{deaf.getsockname()[1]}/", timeout=1500)
            self.assertEqual(script.send_size(20_000_000), (LATER, 0, "there was no answer in time"))
            self.assertEqual(script.send_size(1000), (UNKNOWN, 0, "there was no answer in time"))

    def test_a_large_message_arrives(self):
        said, [(headers, body, _)] = self.post(reply(200), size=3_000_000)
        self.assertEqual(said[0], DELIVERED)
        self.assertNotIn("Expect", headers)
        self.assertEqual(len(Webhook(SECRETS[0]).verify(body, headers)["data"]["body"]), 2_999_998)

    def test_the_environment_is_not_asked(self):
        with Server() as proxy, Server() as server, Script(http_proxy=proxy.url, all_proxy=proxy.url, HTTPS_PROXY=proxy.url) as script:
            script.new(server.url)
            self.assertEqual(script.send()[0], DELIVERED)
        self.assertEqual((len(server.requests), len(proxy.requests)), (1, 0))


class Reach(Case):
    def test_urls(self):
        cases = [("https://example.com/a?b", 0, OK), ("HTTPS://EXAMPLE.COM", 0, OK), ("http://example.com/", 0, EDENIED), ("http://example.com/", PLAIN, OK),
                 ("http://127.0.0.1/", 0, EDENIED), ("http://127.0.0.1/", LOOPBACK, OK), ("http://localhost/", LOOPBACK, OK), ("http://[::1]/", LOOPBACK, OK),
                 ("https://localhost/", 0, EDENIED), ("https://a.localhost/", PRIVATE, EDENIED), ("https://127.1/", 0, EDENIED), ("https://0x7f000001/", 0, EDENIED),
                 ("https://2130706433/", 0, EDENIED), ("https://10.1.2.3/", 0, EDENIED), ("https://10.1.2.3/", PRIVATE, OK), ("http://10.1.2.3/", PRIVATE, EDENIED),
                 ("http://10.1.2.3/", PRIVATE | PLAIN, OK), ("https://169.254.169.254/", PRIVATE | LOOPBACK, EDENIED), ("https://169.254.169.254/", LINK_LOCAL, OK),
                 ("https://[::ffff:10.1.2.3]/", 0, EDENIED), ("https://[fe80::1]/", 7, OK), ("https://[fd00::1]/", 0, EDENIED), ("https://0.0.0.0/", 15, EDENIED),
                 ("https://224.0.0.1/", 15, EDENIED), ("https://8.8.8.8/", 0, OK), ("https://[2606:4700::1111]/", 0, OK), ("ftp://example.com/", 0, EINVALID),
                 ("file:///etc/passwd", 15, EINVALID), ("example.com", 0, EINVALID), ("", 0, EINVALID), ("https://", 0, EINVALID), ("https://u:p@example.com/", 0, EINVALID),
                 ("https://u@example.com/", 0, EINVALID), ("https://example.com/#a", 0, EINVALID), ("https://example.com:99999/", 0, EINVALID), ("https://example.com/", 16, EINVALID)]
        with Script() as script:
            for url, flags, wanted in cases:
                code, message = script.new(url, flags)
                self.assertEqual(code, wanted, f"{url} {flags}: {message}")
                self.assertNotIn("u:p", message)
            self.assertEqual(script.new("https://example.com/", timeout=600_001)[0], ERANGE)

    def test_what_a_name_resolves_to_is_judged(self):
        with Server() as server, Script() as script:
            for address, flags in (("127.0.0.1", 0), ("127.0.0.1", PRIVATE | LINK_LOCAL), ("[::1]", 0), ("10.0.0.1", 0), ("10.0.0.1", LOOPBACK), ("169.254.169.254", LOOPBACK | PRIVATE),
                                   ("0.0.0.0", 7), ("[::ffff:127.0.0.1]", 0), ("192.168.1.1,127.0.0.1", 0)):
                self.assertEqual(script.new(f"http://hooks.example:{server.port}/", flags | PLAIN)[0], OK)
                self.assertEqual(script.ask("resolve", f"hooks.example:{server.port}:{address}"), ["0"])
                self.assertEqual(script.send(), (LATER, 0, "the address is one that is not allowed"), address)
            self.assertEqual(server.requests, [])
            script.new(f"http://hooks.example:{server.port}/", LOOPBACK | PLAIN)
            script.ask("resolve", f"hooks.example:{server.port}:127.0.0.1")
            self.assertEqual(script.send()[0], DELIVERED)
            # "loopback" that leads elsewhere gets no http
            script.new(f"http://x.localhost:{server.port}/", LOOPBACK | PRIVATE)
            script.ask("resolve", f"x.localhost:{server.port}:10.0.0.1")
            outcome, _, reason = script.send()
            self.assertIn((outcome, reason), [(LATER, "the address is one that is not allowed"), (DELIVERED, "")])

    def test_addresses_against_pythons_registry(self):
        """What is let through without a flag is global to Python's ipaddress; what it calls loopback, private or link-local has that name here."""
        names, rng, seen = ["open", "loopback", "private", "link_local", "nowhere"], random.Random(1), set()
        edges = ["0.0.0.0", "0.255.255.255", "1.0.0.0", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0",
                 "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0", "169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0", "172.15.255.255", "172.16.0.0",
                 "172.31.255.255", "172.32.0.0", "192.0.0.0", "192.0.0.255", "192.0.1.0", "192.0.2.0", "192.0.3.0", "192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0",
                 "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0", "198.51.100.1", "203.0.113.255", "203.0.114.0", "223.255.255.255", "224.0.0.0", "239.255.255.255",
                 "240.0.0.0", "255.255.255.255", "::", "::1", "::2", "::ffff:1.2.3.4", "64:ff9b::8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
                 "2002:808:808::1", "2002:a00:1::1", "2002:7f00:1::", "2606:4700::1", "3fff::1", "3fff:1000::1", "4000::1", "fbff::1", "fc00::", "fdff:ffff::1", "fe00::1", "fe80::1",
                 "febf:ffff::1", "fec0::1", "ff02::1", "ffff::1"]
        for _ in range(3000):
            edges.append(str(ipaddress.IPv4Address(rng.getrandbits(32))))
            edges.append(str(ipaddress.IPv6Address(rng.getrandbits(128) >> rng.randrange(128) if rng.random() < .5 else rng.getrandbits(125) | 1 << 125)))
        with Script() as script:
            for text in edges:
                address = ipaddress.ip_address(text)
                name = names[int(script.ask("reach", address.packed.hex())[0])]
                if address.version == 6:
                    carried = address.ipv4_mapped or address.sixtofour
                    if address in ipaddress.ip_network("64:ff9b::/96"):
                        carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
                    address = carried or address
                seen.add(name)
                if name == "open":
                    self.assertTrue(address.is_global and not address.is_multicast, text)
                elif name != "nowhere":
                    self.assertTrue(not address.is_global, text)
                if address.is_loopback or address.is_link_local:
                    self.assertEqual(name, "loopback" if address.is_loopback else "link_local", text)
                if address in ipaddress.ip_network("10.0.0.0/8" if address.version == 4 else "fc00::/7"):
                    self.assertEqual(name, "private", text)
                if address.version == 4 and address.is_global and not address.is_multicast and not str(address).startswith(("192.88.99.", "192.0.0.")):
                    self.assertEqual(name, "open", text)
        self.assertEqual(seen, set(names))


class Tls(Case):
    def test_only_trusted_certificates(self):
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = Path(folder, "key.pem"), Path(folder, "cert.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=hooks.example",
                            "-addext", "subjectAltName=DNS:hooks.example", "-keyout", key, "-out", certificate], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            with Server(context=context) as server, Script() as script:
                def attempt(name, ca):
                    self.assertEqual(script.new(f"https://{name}:{server.port}/", LOOPBACK, ca=ca)[0], OK)
                    script.ask("resolve", f"{name}:{server.port}:127.0.0.1")
                    return script.send()
                self.assertEqual(attempt("hooks.example", certificate), (DELIVERED, 0, ""))
                self.assertEqual(attempt("hooks.example", ""), (LATER, 0, "the certificate is not trusted"))
                self.assertEqual(attempt("other.example", certificate), (LATER, 0, "the certificate is not trusted"))
                self.assertEqual(attempt("hooks.example", Path(folder, "none.pem"))[0], LATER)
            self.assertEqual(len(server.requests), 1)
            with Server() as server, Script() as script:  # speaks no TLS
                script.new(f"https://127.0.0.1:{server.port}/", LOOPBACK)
                self.assertEqual(script.send(), (LATER, 0, "TLS did not come about"))


if __name__ == "__main__":
    SCRIPT = sys.argv.pop(1)
    unittest.main()
