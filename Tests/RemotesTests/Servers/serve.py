#!/usr/bin/env python3
"""A git server on a free port of 127.0.0.1 for the bare repositories NAME.git in a folder.

usage: serve.py https|http|ssh|git FOLDER SECONDS

Prints the address that the repositories are below. Ends with its standard input, so that it never outlives whoever
started it, or after SECONDS. FOLDER/.server holds what clients need: ca.crt for https; known_hosts, client and
stranger (keys that are accepted and refused) for ssh. GIT_SERVER_USER and GIT_SERVER_PASSWORD ask for a login over
http and https. Pushes are taken.
"""
import base64
import ctypes
import http.server
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

LIBC = ctypes.CDLL(None)


def follow():
    """Run in a child: it ends with this process, whatever ends that."""
    # SIGTERM may be blocked in whoever started this.
    LIBC.prctl(1, signal.SIGKILL)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    folder = None
    login = None

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def respond(self):
        body = self.body()
        if self.login and self.headers.get("Authorization") != self.login:
            return self.answer(401, [("WWW-Authenticate", 'Basic realm="git"')], b"")
        path, _, query = self.path.partition("?")
        variables = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "GIT_PROJECT_ROOT": self.folder, "GIT_HTTP_EXPORT_ALL": "",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "REMOTE_USER": "somebody",
            "REMOTE_ADDR": "127.0.0.1", "REQUEST_METHOD": self.command, "PATH_INFO": path, "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "GIT_COMMITTER_NAME": "server",
            "GIT_COMMITTER_EMAIL": "server@localhost",
        }
        run = subprocess.run(["/usr/lib/git-core/git-http-backend"], input=body, env=variables, capture_output=True)
        head, _, content = run.stdout.partition(b"\r\n\r\n")
        status, lines = 200, []
        for line in head.decode("latin-1").split("\r\n"):
            key, _, value = line.partition(": ")
            if key == "Status":
                status = int(value.split()[0])
            elif key:
                lines.append((key, value))
        self.answer(status, lines, content)

    def answer(self, status, lines, content):
        self.send_response(status)
        for key, value in lines + [("Content-Length", str(len(content)))]:
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = respond

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that goes away is what some tests are about


def run(*arguments):
    subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def make_certificate(state):
    """An authority, and a certificate for localhost signed by it."""
    if os.path.exists(f"{state}/server.pem"):
        return
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run("openssl", "req", "-x509", *curve, "-keyout", f"{state}/ca.key", "-out", f"{state}/ca.crt", "-days", "2",
        "-subj", "/CN=Authority of a test", "-addext", "keyUsage=critical,keyCertSign")
    run("openssl", "req", *curve, "-keyout", f"{state}/server.key", "-out", f"{state}/server.csr", "-subj", "/CN=localhost")
    with open(f"{state}/names", "w") as file:
        file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    run("openssl", "x509", "-req", "-in", f"{state}/server.csr", "-CA", f"{state}/ca.crt", "-CAkey", f"{state}/ca.key",
        "-CAcreateserial", "-days", "2", "-extfile", f"{state}/names", "-out", f"{state}/server.crt")
    with open(f"{state}/server.pem", "w") as file:
        for part in ("server.crt", "server.key"):
            file.write(open(f"{state}/{part}").read())


def serve_http(folder, state, secure):
    Handler.folder = folder
    if user := os.environ.get("GIT_SERVER_USER"):
        login = f"{user}:{os.environ['GIT_SERVER_PASSWORD']}"
        Handler.login = "Basic " + base64.b64encode(login.encode()).decode()
    server = Server(("127.0.0.1", 0), Handler)
    if secure:
        make_certificate(state)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{state}/server.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"{'https' if secure else 'http'}://localhost:{server.server_address[1]}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(make):
    """Starts a program on a port that is free, and on another where somebody was quicker."""
    for _ in range(5):
        port = free_port()
        process = subprocess.Popen(
            make(port), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=follow)
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return port
            except OSError:
                if process.poll() is not None:
                    break
                time.sleep(0.01)
        process.kill()
    sys.exit("the server did not start")


def serve_ssh(folder, state):
    for name in ("host", "client", "stranger"):
        if not os.path.exists(f"{state}/{name}"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", f"{state}/{name}")
    public = open(f"{state}/client.pub").read()
    with open(f"{state}/authorized_keys", "w") as file:
        file.write('restrict,command="git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"" ' + public)
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)

    def make(port):
        with open(f"{state}/sshd_config", "w") as file:
            file.write(
                f"ListenAddress 127.0.0.1:{port}\nHostKey {state}/host\nPidFile none\nMaxStartups 200\n"
                f"AuthorizedKeysFile {state}/authorized_keys\nStrictModes no\nPasswordAuthentication no\n"
                "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nUsePAM no\n"
                "AcceptEnv GIT_PROTOCOL\n")
        return ["/usr/sbin/sshd", "-D", "-e", "-f", f"{state}/sshd_config"]

    port = start(make)
    key = " ".join(open(f"{state}/host.pub").read().split()[:2])
    with open(f"{state}/known_hosts", "w") as file:
        file.write(f"[127.0.0.1]:{port} {key}\n")
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    return f"ssh://{user}@127.0.0.1:{port}{folder}"


def serve_git(folder):
    port = start(lambda port: [
        "/usr/lib/git-core/git-daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", f"--base-path={folder}",
        "--export-all", "--enable=receive-pack"])
    return f"git://127.0.0.1:{port}"


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    kind, folder, seconds = sys.argv[1], os.path.realpath(sys.argv[2]), float(sys.argv[3])
    state = f"{folder}/.server"
    os.makedirs(state, mode=0o700, exist_ok=True)
    threading.Timer(seconds, os._exit, [0]).start()
    if kind in ("http", "https"):
        address = serve_http(folder, state, kind == "https")
    elif kind == "ssh":
        address = serve_ssh(folder, state)
    elif kind == "git":
        address = serve_git(folder)
    else:
        sys.exit(__doc__)
    print(address, flush=True)
    sys.stdin.read()
    os._exit(0)


main()
