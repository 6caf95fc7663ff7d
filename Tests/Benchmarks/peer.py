#!/usr/bin/env python3
"""The job of `towpath inventory` as it is usually done in Python: pygit2 and PyYAML with libyaml below it.

peer.py REPOSITORY    reads every file below environments/ of refs/heads/main and counts the container images
peer.py --versions    says what it is made of
"""

import sys

import pygit2
import yaml
from yaml import CSafeLoader


def images(node):
    """How many containers of any list of containers in a document name an image."""
    count = 0
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("containers", "initContainers", "ephemeralContainers") and isinstance(value, list):
                count += sum(1 for item in value if isinstance(item, dict) and item.get("image"))
            else:
                count += images(value)
    elif isinstance(node, list):
        for item in node:
            count += images(item)
    return count


def walk(tree):
    for entry in tree:
        if entry.type_str == "tree":
            yield from walk(entry)
        elif entry.type_str == "blob":
            yield entry


def main(argument):
    if argument == "--versions":
        print(f"pygit2 {pygit2.__version__} (libgit2 {pygit2.LIBGIT2_VERSION})")
        print(f"PyYAML {yaml.__version__} (libyaml {yaml._yaml.get_version_string()})")
        return
    repository = pygit2.Repository(argument)
    tip = repository.references["refs/heads/main"].peel(pygit2.Commit)
    found = files = size = 0
    for blob in walk(tip.tree["environments"]):
        files += 1
        data = blob.data
        size += len(data)
        for document in yaml.load_all(data, Loader=CSafeLoader):
            found += images(document)
    print(f"{found} images, {files} files, {size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
