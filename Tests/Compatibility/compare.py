#!/usr/bin/env python3
"""Counts what a repository declares by a second route, and compares it with what towpath says.

    compare.py REPOSITORY [--fleet FILE] [--ref COMMIT] [--towpath PROGRAM] [--history COUNT] [-v]

Uses git and PyYAML alone; nothing of towpath's readers. Environments and their files are taken from the layout
(`--fleet`, or what `towpath init --print` proposes), everything else is found anew:

- inventory: for each environment every (file, name, tag, digest);
- history: for each environment the commits of the first-parent walk at which that set changes;
- diff: of two environments beside each other in the list, and of staging and production, the components whose
  artifacts differ. Which components are one is taken from the inventory; the artifacts are compared anew.

Prints one line for each environment and a summary; exits with 1 where the two routes differ.
"""
import argparse, collections, functools, json, re, subprocess, sys, tempfile

import yaml


class Loader(yaml.SafeLoader):
    """Every scalar is the text that is written; unknown tags are looked through."""
    yaml_implicit_resolvers = {}

    def compose_node(self, parent, index):
        """A value is declared where it is written; what an alias repeats is looked up by merge keys alone."""
        is_alias = self.check_event(yaml.AliasEvent)
        node = super().compose_node(parent, index)
        is_merge = isinstance(index, yaml.ScalarNode) and index.value == "<<"
        if not is_alias or is_merge:
            return node
        is_scalar = isinstance(node, yaml.ScalarNode)
        return yaml.ScalarNode("aliased", node.value if is_scalar else "", style=node.style if is_scalar else None)


class Text(str):
    """A scalar, whether it was written plain, and whether an alias stands for it."""
    plain = aliased = False


def scalar(loader, node):
    text = Text(node.value)
    text.plain, text.aliased = node.style is None, node.tag == "aliased"
    return text


def mapping(loader, node):
    loader.flatten_mapping(node)
    result = {}
    for key, value in node.value:
        made = loader.construct_object(key, deep=True)
        result[made if isinstance(made, str) else str(made)] = loader.construct_object(value, deep=True)
    return result


Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("^<<$"), ["<"])
Loader.add_constructor("tag:yaml.org,2002:str", scalar)
Loader.add_constructor("aliased", scalar)
Loader.add_constructor("tag:yaml.org,2002:map", mapping)
for tag in ("!", ""):
    Loader.add_multi_constructor(tag, lambda loader, suffix, node: (
        mapping(loader, node) if isinstance(node, yaml.MappingNode)
        else loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode)
        else scalar(loader, node)))

NULLS = {"", "~", "null", "Null", "NULL"}
WORKLOADS = {"Pod", "PodTemplate", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob"}
IMAGE_KEY = re.compile(r"^image$|Image$|_image$|-image$")
DIGEST = re.compile(r"^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$")


def text(value):
    """The text of a scalar that says something."""
    if not isinstance(value, str) or not value:
        return None
    return None if getattr(value, "plain", False) and value in NULLS else value


def templated(value):
    return isinstance(value, str) and ("{{" in value or value.startswith("ENC["))


def split(reference):
    """name, tag, digest of a reference as container tools read it."""
    digest = tag = None
    if "@" in reference:
        reference, digest = reference.split("@", 1)
        if not DIGEST.match(digest):
            return None
    head, slash, last = reference.rpartition("/")
    plain = re.sub(r"\$\{[^}]*\}", lambda found: "x" * len(found.group()), last)
    if ":" in plain:
        at = plain.rindex(":")
        last, tag = last[:at], last[at + 1:]
    name = head + slash + last
    if not name or tag == "" or re.search(r"\s", name + (tag or "")):
        return None
    return name, tag, digest


class Found:
    def __init__(self):
        self.artifacts, self.open = [], 0

    def reference(self, value):
        value = text(value)
        if value is None or getattr(value, "aliased", False):
            return
        if templated(value):
            self.open += 1
        else:
            parts = split(value)
            if parts:
                self.artifacts.append(parts)

    def parts(self, name, tag=None, digest=None, is_image=True):
        if any(templated(part) for part in (name, tag, digest)):
            self.open += 1
            return
        name, tag, digest = text(name), text(tag), text(digest)
        if name is None or all(getattr(part, "aliased", False) for part in (name, tag, digest) if part):
            return
        if digest and re.match(r"^[0-9a-f]{64}$", digest):
            digest = "sha256:" + digest
        if digest and not DIGEST.match(digest):
            return
        if is_image:
            parts = split(name + (":" + tag if tag else "") + ("@" + digest if digest and "@" not in (tag or "") else ""))
            if parts:
                self.artifacts.append(parts)
        else:
            self.artifacts.append((str(name), tag and str(tag), digest and str(digest)))


def complete(value):
    return ":" in value.rsplit("/", 1)[-1] or "@" in value


def first(mapping, keys):
    return next((mapping[key] for key in keys if text(mapping.get(key)) is not None), None)


def as_image(node, key):
    """The parts of a mapping that is an image as a whole."""
    tag, digest = first(node, ("tag", "imageTag", "image_tag")), first(node, ("digest", "sha", "imageDigest", "image_digest"))
    repository, name, registry = (text(node.get(part)) for part in ("repository", "name", "registry"))
    if any(part and "://" in part for part in (repository or "",)):
        return None
    prefix = registry + "/" if registry else ""
    if "repository" in node and isinstance(node["repository"], str):
        if repository is None:
            return None
        if not (tag or digest or "pullPolicy" in node or IMAGE_KEY.search(key)):
            return None
        if not tag and "version" in node:
            return None
        image = text(node.get("image"))
        if image and not re.search(r"[:@/]", image):
            return prefix + repository + "/" + image, tag, digest
        if name and registry and IMAGE_KEY.search(key):
            return prefix + repository + "/" + name, tag, digest
        return prefix + repository, tag, digest
    if name and "://" not in name and IMAGE_KEY.search(key) and any(part in node for part in ("tag", "digest", "pullPolicy")):
        return prefix + name, tag, digest
    return None


def sibling_keys(key):
    for ending in ("Name", "_name", "Repository", "_repository", "Repo", "_repo", ""):
        if not key.endswith(ending):
            continue
        image = key[: len(key) - len(ending)]
        for word, joint in (("_image", "_"), ("-image", "-"), ("Image", ""), ("image", "")):
            if image.endswith(word):
                stem = image[: -len(word)]
                if not stem:
                    return ["tag", "imageTag", "image_tag", "image-tag", "version", "imageVersion", "image_version", "image-version"]
                if joint:
                    return [stem + joint + "image" + joint + "tag", stem + joint + "tag", stem + joint + "image" + joint + "version", stem + joint + "version"]
                return [stem + "ImageTag", stem + "Tag", stem + "ImageVersion", stem + "Version"]
    return []


def walk_values(node, found, key="", parent="", objects=False, container=False, skip=()):
    """Images in values of charts, and in objects of any kind."""
    if isinstance(node, list):
        holds = objects and key in ("containers", "initContainers", "ephemeralContainers", "steps", "sidecars")
        listed = key == "images" or key.endswith("Images") or key.endswith("_images") or (key == "tags" and parent == "images")
        for item in node:
            if isinstance(item, str):
                if listed and "/" in item and "://" not in item and complete(item) and not re.search(r"\s", item):
                    (None if objects and "$(" in item else found.reference(item))
            else:
                walk_values(item, found, key, parent, objects, holds)
        return
    if not isinstance(node, dict):
        return
    whole = as_image(node, key)
    if whole and not (objects and any("$(" in (part or "") for part in whole)):
        found.parts(*whole)
    listed = key == "images" or key.endswith("Images") or key.endswith("_images") or (key == "tags" and parent == "images")
    for name, value in node.items():
        if name in skip:
            continue
        if not isinstance(value, str):
            walk_values(value, found, name, key, objects, objects and name in ("container", "script"))
            continue
        content = text(value)
        if content is None or (objects and "$(" in content):
            continue
        if container and name == "image":
            found.reference(value)
            continue
        is_image = bool(IMAGE_KEY.search(name))
        named = is_image or re.search(r"^imageName$|^image_name$|ImageName$|_image_name$|mageRepository$|mageRepo$|image_repository$|image_repo$", name)
        if named and "repository" not in node:
            if templated(content):
                if is_image:
                    found.open += 1
                continue
            if "://" in content:
                continue
            if complete(content):
                found.reference(value)
                continue
            tag = first(node, sibling_keys(name))
            tag_key = next((k for k in sibling_keys(name) if text(node.get(k)) is not None), "")
            if tag and (tag_key.lower().endswith("tag") or re.match(r"^v?[0-9]", tag) or templated(tag)):
                registry = first(node, ("registry", "imageRegistry"))
                found.parts(registry + "/" + content if registry else content, tag, None)
                continue
            if is_image and "/" in content:
                found.reference(value)
        elif listed and "/" in content and "://" not in content and complete(content) and not re.search(r"\s", content):
            found.reference(value)


def walk_containers(node, found):
    if isinstance(node, list):
        for item in node:
            walk_containers(item, found)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("containers", "initContainers", "ephemeralContainers") and isinstance(value, list):
                for item in value:
                    if isinstance(item, dict):
                        found.reference(item.get("image"))
            walk_containers(value, found)


def patches(items, found):
    for item in items if isinstance(items, list) else []:
        body = item.get("patch", item) if isinstance(item, dict) else item
        if isinstance(body, str):
            if "\n" not in body:
                continue
            try:
                bodies = list(yaml.load_all(body, Loader))
            except Exception:
                continue
        else:
            bodies = [body]
        for one in bodies:
            if isinstance(one, list):
                json_patch(one, found)
            elif isinstance(one, dict) and one is not item or isinstance(item, dict) and "patch" not in item:
                document(one, "", found, is_patch=True)


def json_patch(operations, found):
    for operation in operations:
        if not isinstance(operation, dict) or operation.get("op") not in ("add", "replace"):
            continue
        path, value = operation.get("path") or "", operation.get("value")
        key = path.rsplit("/", 1)[-1]
        if isinstance(value, str):
            if key == "image" or IMAGE_KEY.search(key) and ("/" in value or complete(value)):
                found.reference(value)
        else:
            keys = [part for part in path.split("/") if part]
            listed = keys[-2] if len(keys) > 1 and (key == "-" or key.isdigit()) else key
            inside = isinstance(value, dict) and listed in ("containers", "initContainers")
            walk_values(value, found, listed, objects=True, container=inside)


def kustomize_images(items, found):
    for image in items if isinstance(items, list) else []:
        if isinstance(image, dict) and text(image.get("name")) and any(
                isinstance(image.get(part), str) for part in ("newName", "newTag", "digest")):
            found.parts(text(image.get("newName")) or image["name"], image.get("newTag"), image.get("digest"))


def kustomization(root, found):
    kustomize_images(root.get("images"), found)
    for field in ("resources", "bases", "components", "crds"):
        for item in root.get(field) or []:
            match = isinstance(item, str) and re.match(r"^([^?]+)\?(.*)$", item)
            for parameter in match.group(2).split("&") if match else []:
                if parameter.startswith(("ref=", "version=")) and not parameter.endswith("="):
                    found.artifacts.append((match.group(1), parameter.split("=", 1)[1], None))
                    break
    for field in ("helmCharts", "helmChartInflationGenerator"):
        for chart in root.get(field) or []:
            kustomize_chart(chart, found)
    for field in ("patches", "patchesJson6902", "patchesStrategicMerge"):
        patches(root.get(field), found)


def kustomize_chart(chart, found):
    name, version = chart.get("name") or chart.get("chartName"), chart.get("version") or chart.get("chartVersion")
    if version or any(chart.get(key) for key in ("repo", "chartRepo", "chartRepoUrl")):
        found.parts(name, version, None, is_image=False)
    walk_values(chart.get("valuesInline"), found)


def flux(root, kind, found):
    spec = root.get("spec") or {}
    if kind in ("HelmRelease", "HelmChart"):
        chart = spec.get("chart")
        inner = (chart.get("spec") or {}) if isinstance(chart, dict) and "spec" in chart else (chart if isinstance(chart, dict) else spec)
        source = ((inner.get("sourceRef") or {}).get("kind")) if isinstance(inner, dict) else None
        name = inner.get("chart") or inner.get("name") if isinstance(inner, dict) else None
        if text(name) and source not in ("GitRepository", "Bucket"):
            found.parts(name, inner.get("version"), None, is_image=False)
        walk_values(spec.get("values"), found)
        for renderer in spec.get("postRenderers") or []:
            body = renderer.get("kustomize") or {}
            kustomize_images(body.get("images"), found)
            patches(body.get("patches"), found)
    elif kind in ("OCIRepository", "GitRepository"):
        ref = spec.get("ref") or {}
        keys = ("semver", "tag") if kind == "OCIRepository" else ("commit", "name", "semver", "tag", "branch")
        found.parts(spec.get("url"), first(ref, keys), ref.get("digest") if kind == "OCIRepository" else None, is_image=False)
    elif kind == "Kustomization":
        kustomize_images(spec.get("images"), found)
        patches(spec.get("patches"), found)


def argo_source(source, found):
    if not isinstance(source, dict):
        return
    name = source.get("chart") or source.get("repoURL")
    if text(name):
        found.parts(name, source.get("targetRevision"), None, is_image=False)
    helm = source.get("helm") or {}
    values = {item.get("name"): item.get("value") for item in helm.get("parameters") or [] if isinstance(item, dict)}
    for key, value in values.items():
        if not key or not text(value):
            continue
        stem, _, last = key.rpartition(".")
        prefix = stem + "." if stem else ""
        if last == "repository" and (first(values, (prefix + "tag", prefix + "digest")) or IMAGE_KEY.search(stem)):
            registry = text(values.get(prefix + "registry"))
            found.parts((registry + "/" if registry else "") + value, values.get(prefix + "tag"), values.get(prefix + "digest"))
        elif IMAGE_KEY.search(last) and (complete(value)):
            found.reference(value)
        elif last == "tag" and stem and IMAGE_KEY.search(stem.rsplit(".", 1)[-1]) and prefix + "repository" not in values:
            found.parts(stem, value, None)
        elif last == "imageTag":
            found.parts(prefix + "image", value, None)
    inline = helm.get("values")
    if text(inline):
        try:
            for one in yaml.load_all(inline, Loader):
                walk_values(one, found)
        except Exception:
            pass
    walk_values(helm.get("valuesObject"), found)
    kustomize = source.get("kustomize") or {}
    for image in kustomize.get("images") or []:
        if text(image):
            found.reference(Text(image.split("=", 1)[-1]))
    patches(kustomize.get("patches"), found)


def argo(root, kind, found):
    def templates(node):
        if isinstance(node, dict):
            spec = node.get("template", {}).get("spec") if isinstance(node.get("template"), dict) else None
            if isinstance(spec, dict):
                sources(spec)
            for value in node.values():
                templates(value)
        elif isinstance(node, list):
            for item in node:
                templates(item)

    def sources(spec):
        argo_source(spec.get("source"), found)
        for source in spec.get("sources") or []:
            argo_source(source, found)
        argo_source((spec.get("sourceHydrator") or {}).get("drySource"), found)

    if kind == "Application":
        sources(root.get("spec") or {})
    else:
        templates(root.get("spec") or {})


SPEAKERS = re.compile(
    r"^(apiextensions\.k8s\.io|admissionregistration\.k8s\.io|kyverno\.io|policies\.kyverno\.io|.*gatekeeper\.sh|image\.toolkit\.fluxcd\.io"
    r"|external-secrets\.io|rbac\.authorization\.k8s\.io|policy|networking\.k8s\.io|storage\.k8s\.io|certificates\.k8s\.io|.*openpolicyagent\.org)$")


def custom(root, group, found):
    skip = {"metadata", "status", "apiVersion", "kind"}
    argo_workflow = group == "argoproj.io"
    before = found.open
    for key, value in root.items():
        if key not in skip and not isinstance(value, str):
            walk_values({key: value}, found, objects=True)
    if argo_workflow:
        found.open = before

    def bundles(node):
        if isinstance(node, dict):
            if node.get("kind") == "DockerImage" and text(node.get("name")) and "$(" not in node["name"]:
                found.reference(node["name"])
            if node.get("resolver") in ("bundles", "git"):
                values = {item.get("name"): item.get("value") for item in node.get("params") or [] if isinstance(item, dict)}
                if node["resolver"] == "bundles" and text(values.get("bundle")) and "$(" not in values["bundle"]:
                    found.reference(values["bundle"])
                if node["resolver"] == "git" and text(values.get("url")) and "$(" not in values["url"] + (values.get("revision") or ""):
                    found.artifacts.append((values["url"], text(values.get("revision")), None))
            if text(node.get("bundle")) and "name" in node:
                found.reference(node["bundle"])
            for key, value in node.items():
                if key != "output":
                    bundles(value)
        elif isinstance(node, list):
            for item in node:
                bundles(item)

    bundles({key: value for key, value in root.items() if key not in skip})
    if "pkg.crossplane.io" == group and text((root.get("spec") or {}).get("package")):
        found.reference(root["spec"]["package"])


def document(root, path, found, is_patch=False):
    name = path.rsplit("/", 1)[-1]
    if isinstance(root, list):
        if root and isinstance(root[0], dict):
            if "op" in root[0] and str(root[0].get("path", "")).startswith("/"):
                json_patch(root, found)
            elif "dmap" in root[0]:
                promoter(root, found)
        return
    if not isinstance(root, dict):
        return
    kind, version = text(root.get("kind")), text(root.get("apiVersion"))
    group = (version.rpartition("/")[0] if version else None)
    if kind and version is not None:
        if kind.endswith("List") and isinstance(root.get("items"), list) or kind == "Template" and isinstance(root.get("objects"), list):
            for item in root.get("items") or root.get("objects"):
                if isinstance(item, dict):
                    item.setdefault("apiVersion", version), item.setdefault("kind", kind[:-4])
                    document(item, path, found)
        elif group == "kustomize.config.k8s.io":
            kustomization(root, found)
        elif version == "builtin":
            if kind == "HelmChartInflationGenerator":
                kustomize_chart(root, found)
        elif group in ("", "apps", "batch", "extensions"):
            if kind in WORKLOADS:
                walk_containers(root.get("spec") or root.get("template"), found)
        elif re.match(r"^(helm|source|kustomize)\.toolkit\.fluxcd\.io$", group):
            flux(root, kind, found)
        elif group == "argoproj.io" and kind in ("Application", "ApplicationSet"):
            argo(root, kind, found)
        elif "." in group and not SPEAKERS.match(group):
            custom(root, group, found)
        return
    if version and group == "kustomize.config.k8s.io" or name in ("kustomization.yaml", "kustomization.yml", "Kustomization"):
        kustomization(root, found)
    elif re.match(r"^(compose|docker-compose|podman-compose|docker-stack)[.-]", name) and isinstance(root.get("services"), dict):
        for service in root["services"].values():
            if isinstance(service, dict):
                found.reference(service.get("image"))
    elif isinstance(root.get("images"), list) and root["images"] and isinstance(root["images"][0], dict) and "dmap" in root["images"][0]:
        promoter(root["images"], found)
    elif (name.startswith("helmfile") or "helmfile.d/" in path) and any(key in root for key in ("releases", "environments", "helmfiles")) or (
            isinstance(root.get("releases"), list) and any(isinstance(item, dict) and "chart" in item for item in root["releases"])):
        helmfile(root, found)
    elif name in ("Chart.yaml", "requirements.yaml"):
        for item in root.get("dependencies") or []:
            repository = text(item.get("repository"))
            if text(item.get("version")) and repository and not repository.startswith("file:"):
                found.parts(item.get("name"), item["version"], None, is_image=False)
    elif kind is None and version is None and not is_patch:
        walk_values(root, found)


def promoter(images, found):
    for image in images:
        for digest, tags in (image.get("dmap") or {}).items():
            for tag in (tags if isinstance(tags, list) and tags else [None]):
                if text(image.get("name")) and DIGEST.match(digest):
                    found.artifacts.append((str(image["name"]), tag and str(tag), digest))


def helmfile(root, found):
    for release in root.get("releases") or []:
        chart = text(release.get("chart")) if isinstance(release, dict) else None
        if chart and (text(release.get("version")) or chart.startswith("oci://")) and not chart.startswith("."):
            found.parts(chart, release.get("version"), None, is_image=False)
        for values in (release.get("values") or []) if isinstance(release, dict) else []:
            walk_values(values, found)
    for environment in (root.get("environments") or {}).values() if isinstance(root.get("environments"), dict) else []:
        for values in (environment or {}).get("values") or []:
            walk_values(values, found)


HOUSE = []


def house(root, path, found):
    """Rules `artifacts:` with a path of plain keys and the file's name as the artifact's."""
    for rule in HOUSE:
        if any(glob_match(glob, path) is not None for glob in listed(rule["files"])):
            node = root
            for key in rule["path"].split("."):
                node = node.get(key) if isinstance(node, dict) else None
            if text(node):
                base = re.sub(r"\.(yaml|yml|json)$", "", path.rsplit("/", 1)[-1])
                name = rule["name"].replace("{basename}", base) if "name" in rule else None
                found.parts(name, node, None) if name else found.reference(node)


def parts_at(root, section):
    """The parts of a document at `web.prod`, `["a.b"].*` or `envs[name=prod]`; all of it without a section."""
    nodes = [root]
    for step in re.findall(r'\["[^"]*"\]|\[[^\]]*\]|[^.\[\]]+', section or ""):
        key = step.strip("[]").strip('"')
        following = []
        for node in nodes:
            values = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
            if step == "*":
                following += values
            elif step.startswith("[") and not step.startswith('["') and isinstance(node, list):
                field, equals, wanted = key.partition("=")
                following += (
                    [item for item in node if isinstance(item, dict) and item.get(field) == wanted] if equals
                    else node[int(key):int(key) + 1])
            elif isinstance(node, dict) and key in node:
                following.append(node[key])
        nodes = following
    return nodes


def listed(value):
    return value if isinstance(value, list) else [value]


@functools.lru_cache(None)
def glob_expression(glob):
    out, rest = "", glob
    while rest:
        if rest.startswith("**/"):
            out, rest = out + "(?:[^/]+/)*", rest[3:]
        elif rest.startswith("**"):
            out, rest = out + ".+", rest[2:]
        elif rest[0] == "*":
            out, rest = out + "[^/]*", rest[1:]
        elif rest[0] == "{":
            end = rest.index("}")
            out, rest = out + f"(?P<{rest[1:end]}>[^/]+?)", rest[end + 1:]
        else:
            out, rest = out + re.escape(rest[0]), rest[1:]
    return re.compile(out + "$")


@functools.lru_cache(None)
def glob_match(glob, path):
    match = glob_expression(glob).match(path)
    return match.groupdict() if match else None


class Repository:
    def __init__(self, path):
        self.path, self.blobs = path, {}
        self.cat = subprocess.Popen(["git", "-C", path, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def git(self, *arguments):
        return subprocess.run(["git", "-C", self.path, *arguments], check=True, capture_output=True).stdout

    def files(self, tree):
        for line in self.git("ls-tree", "-r", "-z", tree).split(b"\0"):
            if line:
                head, path = line.split(b"\t", 1)
                mode, _, blob = head.decode().split()
                if mode.startswith("100"):
                    yield path.decode("utf-8", "replace"), blob

    def content(self, blob):
        self.cat.stdin.write(blob.encode() + b"\n")
        self.cat.stdin.flush()
        size = int(self.cat.stdout.readline().split()[2])
        data = self.cat.stdout.read(size)
        self.cat.stdout.read(1)
        return data

    def declared(self, path, blob, section=None):
        """(artifacts, places that are open, unreadable) of one file, or of the part of its documents at a path."""
        is_house = any(glob_match(glob, path) is not None for rule in HOUSE for glob in listed(rule["files"]))
        name = path.rsplit("/", 1)[-1]
        if not is_house and not name.endswith((".yaml", ".yml", ".json")) and name != "Kustomization":
            return (), 0, False
        if name.endswith(".json") and not is_house and not section and b'"apiVersion"' not in self.content(blob):
            return (), 0, False
        key = (path, blob, section)
        if key not in self.blobs:
            found, bad = Found(), False
            try:
                roots = list(yaml.load_all(self.content(blob).decode("utf-8-sig"), Loader))
                for root in [part for root in roots for part in parts_at(root, section)]:
                    house(root, path, found) if is_house else document(root, path, found)
            except (yaml.YAMLError, UnicodeDecodeError, ValueError):
                found, bad = Found(), True
            self.blobs[key] = (tuple(sorted(found.artifacts, key=str)), found.open, bad)
        return self.blobs[key]


def environments(rules, files):
    result = collections.defaultdict(list)
    for path, blob in files:
        owners = set()
        for rule in rules:
            if "branch" in rule or "tag" in rule:
                continue
            if any(glob_match(glob, path) is not None for glob in listed(rule.get("exclude", []))):
                continue
            for glob in listed(rule["paths"]):
                captures = glob_match(glob, path)
                if captures is not None:
                    name, section = rule["name"], rule.get("section")
                    for key, value in captures.items():
                        name = name.replace("{" + key + "}", value)
                        section = section and section.replace("{" + key + "}", value)
                    owners.add((name, section))
        for owner, section in owners:
            result[owner].append((path, blob, section))
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("repository"), parser.add_argument("--fleet"), parser.add_argument("--ref", default="HEAD")
    parser.add_argument("--towpath", default="towpath"), parser.add_argument("--history", type=int, default=0)
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()

    def towpath(*arguments):
        run = subprocess.run([options.towpath, *arguments, "--repo", options.repository], capture_output=True)
        return run.returncode, run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace")

    fleet = options.fleet
    if not fleet:
        layout = towpath("init", "--print")[1]
        layout = layout.split("\n---")[0]
        kept = tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False)
        kept.write(layout), kept.close()
        fleet = kept.name
    spec = yaml.load(open(fleet), Loader)["spec"]
    HOUSE.extend(spec.get("artifacts", []))
    repository = Repository(options.repository)
    commit = repository.git("rev-parse", options.ref + "^{commit}").decode().strip()
    found = environments(spec["environments"], list(repository.files(commit)))
    code, output, errors = towpath("inventory", "--fleet", fleet, "--ref", commit, "--output", "json")
    told = {environment["name"]: environment for environment in json.loads(output)["environments"]}
    failed = False
    total = [0, 0]
    components = {}
    for name in sorted(set(found) | set(told)):
        mine, opened, bad = collections.Counter(), 0, 0
        for path, blob, section in found.get(name, []):
            artifacts, places, broken = repository.declared(path, blob, section)
            mine.update((path, *artifact) for artifact in artifacts)
            opened, bad = opened + places, bad + broken
        entries = told.get(name, {}).get("artifacts", [])
        theirs = collections.Counter((a["file"], a["name"], a["tag"], a["digest"]) for a in entries)
        components[name] = {a["component"]: (a["name"], a["tag"], a["digest"]) for a in entries}
        total[0] += sum(theirs.values())
        total[1] += sum(mine.values())
        print(f"{name}: towpath {sum(theirs.values())}, second route {sum(mine.values())}; {opened} open, {bad} files not read")
        for sign, rest in (("-", mine - theirs), ("+", theirs - mine)):
            failed = failed or bool(rest)
            for item in list(rest)[: 1000 if options.v else 5]:
                print(f"  {sign} {item}")
    print(f"{commit[:12]} inventory: towpath {total[0]}, second route {total[1]}")
    names = list(told)
    pairs = list(zip(names, names[1:])) + [("staging", "production")] * ({"staging", "production"} <= set(names))
    for one, two in dict.fromkeys(pairs):
        code, output, errors = towpath("diff", one, two, "--fleet", fleet, "--at", commit, "--output", "json")
        told_pairs = json.loads(output)["components"]
        differing = sorted(p["component"] for p in told_pairs if p["relation"] == "differs")
        expected = sorted(key for key in components[one] if key in components[two] and components[one][key] != components[two][key])
        print(f"diff {one} {two}: towpath {len(differing)} differ, second route {len(expected)}")
        failed = failed or differing != expected
    if options.history:
        failed = history(options, repository, spec, commit, names, towpath, fleet) or failed
    sys.exit(1 if failed else 0)


def history(options, repository, spec, commit, names, towpath, fleet):
    """Commits of the first-parent walk at which what an environment declares changes."""
    failed = False
    log = repository.git("log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=@%H",
                         f"--max-count={options.history}", commit).decode("utf-8", "replace")
    changed = collections.defaultdict(list)
    fields = [field for field in log.split("\0")]
    current, index = None, 0
    while index < len(fields):
        field = fields[index].lstrip("\n")
        if field.startswith("@"):
            current = field[1:]
        elif field.startswith(":"):
            old_mode, new_mode, old, new, _ = field[1:].split(" ")
            path = fields[index + 1]
            index += 1
            for name, claims in environments(spec["environments"], [(path, new)]).items():
                for _, _, section in claims:
                    before = repository.declared(path, old, section)[0] if old_mode.startswith("100") else ()
                    after = repository.declared(path, new, section)[0] if new_mode.startswith("100") else ()
                    if before != after:
                        changed[name].append(current)
        index += 1
    commits = repository.git("log", "--first-parent", "--format=%H", f"--max-count={options.history}", commit).decode().split()
    for name in names:
        code, output, errors = towpath("history", name, "--fleet", fleet, "--ref", commit, "--limit", str(options.history), "--output", "json")
        theirs = [entry["commit"] for entry in json.loads(output)["entries"] if entry["commit"] in set(commits)]
        mine = set(changed[name])
        print(f"history {name}, last {len(commits)} commits: towpath {len(set(theirs))}, second route {len(mine)}")
        for sign, rest in (("-", mine - set(theirs)), ("+", set(theirs) - mine)):
            failed = failed or bool(rest)
            for item in sorted(rest)[:5]:
                print(f"  {sign} {item[:12]}")
    return failed


main()
