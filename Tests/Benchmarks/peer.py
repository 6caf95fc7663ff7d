#!/usr/bin/env python3
"""The job of `towpath inventory` as it is usually done in Python: pygit2 and PyYAML with libyaml below it.

peer.py REPOSITORY          reads every file below environments/ of refs/heads/main and counts the container images
peer.py --git REPOSITORY    the same with the program git instead of pygit2, which is started twice in all
peer.py --versions          says what it is made of
"""

import subprocess
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


def read_by_library(path):
    repository = pygit2.Repository(path)
    tip = repository.references["refs/heads/main"].peel(pygit2.Commit)
    for blob in walk(tip.tree["environments"]):
        yield blob.data


def read_by_git(path):
    """The files as `git cat-file --batch` gives them: a line that ends with the size, the bytes, a newline."""
    git = ["git", "-C", path]
    listed = subprocess.run(
        [*git, "ls-tree", "-r", "-z", "refs/heads/main", "environments/"], check=True, stdout=subprocess.PIPE).stdout
    ids = b"".join(line.split(b"\t")[0].split(b" ")[2] + b"\n" for line in listed.split(b"\0") if line)
    found = subprocess.run([*git, "cat-file", "--batch"], check=True, input=ids, stdout=subprocess.PIPE).stdout
    position = 0
    while position < len(found):
        end = found.index(b"\n", position)
        start, size = end + 1, int(found[position:end].split(b" ")[2])
        yield found[start:start + size]
        position = start + size + 1


def main(arguments):
    if arguments == ["--versions"]:
        print(f"pygit2 {pygit2.__version__} (libgit2 {pygit2.LIBGIT2_VERSION})")
        print(f"PyYAML {yaml.__version__} (libyaml {yaml._yaml.get_version_string()})")
        return
    found = files = size = 0
    for data in read_by_git(arguments[1]) if arguments[0] == "--git" else read_by_library(arguments[0]):
        files += 1
        size += len(data)
        for document in yaml.load_all(data, Loader=CSafeLoader):
            found += images(document)
    print(f"{found} images, {files} files, {size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
