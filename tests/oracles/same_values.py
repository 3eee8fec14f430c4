"""Builds every file of a folder of real manifests by itself, and holds what comes out against what PyYAML and kubectl
read from the source.

    same_values.py MESHC FOLDER

Prints counts as JSON, and each difference on stderr; exits with 1 if there is any.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import yaml

MESH = """apiVersion: meshc.dev/v1alpha1
kind: Mesh
spec: {clusters: [{name: c1, id: 1}]}
"""


class Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
    """PyYAML without its own opinions on dates and `=`, which are strings to Kubernetes."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":value"))]
    for first, resolvers in Loader.yaml_implicit_resolvers.items()
}


def objects(documents):
    """The objects of a stream, with lists taken apart."""
    for document in documents:
        if not isinstance(document, dict):
            continue
        if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
            yield from objects(document["items"])
        elif "apiVersion" in document and "kind" in document and "metadata" in document:
            if not str(document["apiVersion"]).startswith("kustomize.config.k8s.io/"):
                yield document


def canonical(value):
    return json.dumps(value, sort_keys=True, default=str)


def by_pyyaml(text):
    return sorted(canonical(found) for found in objects(yaml.load_all(text, Loader)))


def by_kubectl(path):
    run = subprocess.run(
        ["kubectl", "annotate", "--local", "-f", path, "meshc.dev/oracle=1", "-o", "json"],
        capture_output=True, text=True,
    )
    if run.returncode != 0:
        return None
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(run.stdout.rstrip()):
        value, at = decoder.raw_decode(run.stdout, at)
        found.append(value)
        while at < len(run.stdout) and run.stdout[at].isspace():
            at += 1
    return sorted(canonical(value) for value in objects(found))


def check(meshc, path):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "in", "source" + os.path.splitext(path)[1])
        os.mkdir(os.path.join(folder, "in"))
        with open(path, "rb") as file, open(source, "wb") as copy:
            copy.write(file.read())
        with open(os.path.join(folder, "in", "mesh.yaml"), "w") as file:
            file.write(MESH)
        run = subprocess.run(
            [meshc, "build", "in", "--message-format", "json"], cwd=folder, capture_output=True, text=True, timeout=60
        )
        said = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
        codes = Counter(f"{found['code']} {found['severity']}" for found in said)
        if any(not found["labels"] for found in said):
            return "a diagnostic without a place", codes
        if run.returncode == 1 and not said:
            return "no objects", codes
        if run.returncode == 1:
            return "diagnosed", codes
        if run.returncode != 0:
            return f"DIFFERS: exit {run.returncode}: {run.stderr}", codes
        built, expected, text = [], os.path.join(folder, "out", "clusters", "c1"), ""
        for name in sorted(os.listdir(expected)):
            if name != "kustomization.yaml":
                with open(os.path.join(expected, name)) as file:
                    text += file.read() + "\n---\n"
        with open(os.path.join(folder, "built.yaml"), "w") as file:
            file.write(text)
        with open(source, encoding="utf-8-sig") as file:
            # kubectl ends the last line before it reads, so a block of text there ends with a line break.
            wanted = by_pyyaml(file.read() + "\n")
        built = by_pyyaml(text)
        if wanted != built:
            return f"DIFFERS for PyYAML: {set(wanted) ^ set(built)}", codes
        source_by_kubectl = by_kubectl(source)
        if source_by_kubectl is None:
            return "same (PyYAML; kubectl refuses the source)", codes
        if source_by_kubectl != by_kubectl(os.path.join(folder, "built.yaml")):
            return "DIFFERS for kubectl", codes
        return "same (PyYAML and kubectl)", codes


def main():
    meshc, root = sys.argv[1], sys.argv[2]
    paths = [
        os.path.join(folder, name)
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith((".yaml", ".yml", ".json"))
    ]
    paths.sort()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda path: check(meshc, path), paths))
    outcomes, codes, wrong = Counter(), Counter(), 0
    for path, (outcome, said) in zip(paths, results):
        codes += said
        if outcome.startswith("DIFFERS") or outcome.startswith("a diagnostic"):
            print(f"{os.path.relpath(path, root)}: {outcome}", file=sys.stderr)
            wrong += 1
            outcome = outcome.split(":")[0]
        elif outcome in ("diagnosed", "no objects"):
            print(f"{os.path.relpath(path, root)}: {outcome} {dict(said)}", file=sys.stderr)
        outcomes[outcome] += 1
    print(json.dumps({"files": len(paths), "outcomes": outcomes, "diagnostics": codes}, indent=1, sort_keys=True))
    sys.exit(1 if wrong else 0)


main()
