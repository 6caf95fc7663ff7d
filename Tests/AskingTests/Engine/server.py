#!/usr/bin/env python3
"""OPA's REST API over OPA's engine, as far as Towpath uses it.

usage: server.py LIBRARY SECONDS

Statuses and bodies are those that OPA documents; strict-builtin-errors is taken and has no effect, since the library
cannot. Prints the address, and ends with its standard input or after SECONDS. OPA_TOKEN asks for a bearer token.
"""
import http.server
import json
import os
import sys
import threading
import urllib.parse

sys.dont_write_bytecode = True  # leaves the checkout as it is

from engine import Complaint, Engine  # noqa: E402


class Store:
    """The modules that are uploaded, and the engine that they make."""

    def __init__(self, library):
        self.library = library
        self.lock = threading.RLock()
        self.modules = {}
        self.engine = Engine(library, {})

    def replace(self, modules):
        engine = Engine(self.library, modules)
        self.engine.close()
        self.engine, self.modules = engine, modules


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    store = None
    token = None

    def respond(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        try:
            with self.store.lock:
                status, answer = self.route(body)
        except Complaint as complaint:
            status, answer = (400, {"code": "invalid_parameter", "message": "error(s) occurred while compiling module(s)"})
            if complaint.code == "evaluate":
                status, answer = 500, {"code": "internal_error", "message": "error(s) occurred while evaluating query"}
            answer["errors"] = complaint.errors
        raw = json.dumps(answer).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PUT = do_DELETE = respond

    def route(self, body):
        path = [urllib.parse.unquote(part) for part in urllib.parse.urlsplit(self.path).path.split("/") if part]
        if self.token and self.headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"code": "unauthorized", "message": "request rejected by administrative policy"}
        if path[:2] == ["v1", "policies"]:
            return self.policy("/".join(path[2:]), body)
        if path[:2] == ["v1", "data"] and self.command == "POST":
            return self.data(path[2:], body)
        return 404, {"code": "resource_not_found", "message": "no such resource"}

    def policy(self, name, body):
        modules = self.store.modules
        if self.command == "GET":
            return 200, {"result": [{"id": key, "raw": text} for key, text in modules.items()]}
        if self.command == "PUT":
            self.store.replace({**modules, name: body})
            return 200, {}
        if name not in modules:
            return 404, {"code": "resource_not_found", "message": f"storage_not_found_error: policy id \"{name}\""}
        self.store.replace({key: text for key, text in modules.items() if key != name})
        return 200, {}

    def data(self, path, body):
        try:
            document = json.loads(body)
        except ValueError as error:
            return 400, {"code": "invalid_parameter", "message": f"body contains malformed input document: {error}"}
        given = json.dumps(document["input"]) if "input" in document else None
        rows = self.store.engine.rows("data" + "".join(f"[{json.dumps(part)}]" for part in path), given)
        answer = {"result": rows[0]["expressions"][0]["value"]} if rows else {}
        if given is None:
            answer["warning"] = {"code": "api_usage_warning", "message": "'input' key missing from the request"}
        return 200, answer

    def log_message(self, *arguments):
        pass


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    Handler.store = Store(sys.argv[1])
    Handler.token = os.environ.get("OPA_TOKEN")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Timer(float(sys.argv[2]), os._exit, [0]).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()
    os._exit(0)


main()
