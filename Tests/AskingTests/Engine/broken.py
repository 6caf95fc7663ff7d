#!/usr/bin/env python3
"""A server that answers as no OPA should.

usage: broken.py WAY     WAY: silent, cut, huge, endless, garbage, redirect, empty, echo

Prints the address, and ends with its standard input. An upload succeeds; the question goes wrong in the way asked for.
"""
import http.server
import os
import sys
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    way = None

    def respond(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command != "POST" and self.way not in ("redirect", "echo"):
            return self.answer(200, b"{}")
        getattr(self, self.way)()

    do_POST = do_PUT = do_DELETE = do_GET = respond

    def answer(self, status, body, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def silent(self):
        time.sleep(30)

    def cut(self):
        self.answer(200, b'{"result": {"answer": [[]]', 4000)
        self.close_connection = True

    def huge(self):
        self.answer(200, b'{"result": "' + b"x" * (3 << 20) + b'"}')

    def endless(self):
        """An answer without a length that never ends."""
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65536)

    def garbage(self):
        self.answer(200, b"<html>It works!</html>")

    def redirect(self):
        self.answer(307, b"", Location=f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")

    def empty(self):
        self.close_connection = True

    def echo(self):
        secret = self.headers.get("Authorization", "").encode()
        self.answer(500, b'{"code": "internal_error", "message": "seen: ' + secret + b'"}')

    def log_message(self, *arguments):
        pass


def main():
    Handler.way = sys.argv[1]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *arguments: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()
    os._exit(0)


main()
