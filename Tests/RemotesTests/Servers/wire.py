#!/usr/bin/env python3
"""A wire to a port of 127.0.0.1, with a fault in it.

usage: wire.py PORT silence|request|answer|death WORDS TIMES SECONDS

The fault comes when a client has said WORDS, TIMES times in all. silence: what the client says arrives, and nothing
comes back any more (without WORDS, from the start). request: the connection is cut before the words arrive. answer:
they arrive, and the connection is cut when the answer begins. death: so it is, and each later
connection is cut at once. Prints its port; ends with its standard input.
"""
import os
import socket
import sys
import threading


class Wire:
    def __init__(self, port, fault, words, times):
        self.port, self.fault, self.words, self.left = port, fault, words, times
        self.lock = threading.Lock()
        self.dead = threading.Event()

    def strike(self):
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def carry(self, client):
        if self.dead.is_set():
            return end(client)
        server = socket.create_connection(("127.0.0.1", self.port))
        struck = threading.Event()
        if self.fault == "silence" and not self.words:
            struck.set()
        threading.Thread(target=self.back, args=(client, server, struck), daemon=True).start()
        said = b""
        while True:
            try:
                data = client.recv(1 << 16)
            except OSError:
                data = b""
            if not data:
                break
            said = said[-200:] + data
            if self.words and self.words in said:
                said = b""
                if self.strike():
                    if self.fault == "request":
                        break
                    struck.set()
                    if self.fault == "death":
                        self.dead.set()
            try:
                server.sendall(data)
            except OSError:
                break
        end(client, server)

    def back(self, client, server, struck):
        while True:
            try:
                data = server.recv(1 << 16)
            except OSError:
                data = b""
            if struck.is_set() and self.fault == "silence":
                if not data:
                    return
                continue
            if struck.is_set() or not data:
                end(client, server)
                return
            try:
                client.sendall(data)
            except OSError:
                end(client, server)
                return


def end(*sockets):
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    wire = Wire(int(sys.argv[1]), sys.argv[2], sys.argv[3].encode(), int(sys.argv[4]))
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Timer(float(sys.argv[5]), os._exit, [0]).start()

    def listen():
        while True:
            client, _ = listener.accept()
            threading.Thread(target=wire.carry, args=(client,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()
    os._exit(0)


main()
