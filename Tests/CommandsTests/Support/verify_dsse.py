"""Verifies a DSSE envelope without any of our code: verify_dsse.py ENVELOPE PUBLIC.pem | ENVELOPE SIGNERS PRINCIPAL."""
import base64
import json
import os
import subprocess
import sys
import tempfile


def encoded(envelope):
    kind, body = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def check(command, message=None):
    subprocess.run(command, input=message, check=True, stdout=subprocess.DEVNULL)


def main(path, trust, principal=None):
    with open(path, "rb") as file:
        envelope = json.load(file)
    message, blob = encoded(envelope), base64.b64decode(envelope["signatures"][0]["sig"])
    with tempfile.TemporaryDirectory() as folder:
        signature, content = os.path.join(folder, "sig"), os.path.join(folder, "message")
        with open(content, "wb") as file:
            file.write(message)
        with open(signature, "wb") as file:
            if principal:
                file.write(b"-----BEGIN SSH SIGNATURE-----\n" + base64.encodebytes(blob) + b"-----END SSH SIGNATURE-----\n")
            else:
                file.write(blob)
        if principal:
            check(["ssh-keygen", "-Y", "verify", "-f", trust, "-I", principal, "-n", "towpath-evidence", "-s", signature], message)
        elif len(blob) == 64:
            check(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", trust, "-rawin", "-in", content, "-sigfile", signature])
        else:
            check(["openssl", "dgst", "-sha256", "-verify", trust, "-signature", signature, content])
    print(json.loads(base64.b64decode(envelope["payload"]))["predicateType"])


main(*sys.argv[1:])
