#!/usr/bin/env python3
"""`opa eval` over OPA's engine, with the options that Towpath uses and no others.

usage: opa.py LIBRARY eval --format=json --strict-builtin-errors --timeout=DURATION --stdin-input --data FILE QUERY

Answers and exit codes are OPA's: 0 with a result or without one, 2 with errors. The library has no switch for strict
errors of built-in functions, and the time limit is left to the caller.
"""
import argparse
import json
import sys

sys.dont_write_bytecode = True  # leaves the checkout as it is

from engine import Complaint, Engine  # noqa: E402


def main():
    library, command, *arguments = sys.argv[1:]
    if command != "eval":
        sys.exit(f"unknown command {command}")
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--format", required=True, choices=["json"])
    parser.add_argument("--strict-builtin-errors", action="store_true")
    parser.add_argument("--timeout")
    parser.add_argument("--stdin-input", action="store_true")
    parser.add_argument("--data", required=True)
    parser.add_argument("query")
    options = parser.parse_args(arguments)
    with open(options.data, encoding="utf-8") as file:
        module = file.read()
    document = sys.stdin.read() if options.stdin_input else None
    try:
        rows = Engine(library, {options.data: module}).rows(options.query, document)
    except Complaint as complaint:
        json.dump({"errors": complaint.errors}, sys.stdout)
        sys.exit(2)
    json.dump({"result": rows} if rows else {}, sys.stdout)


main()
