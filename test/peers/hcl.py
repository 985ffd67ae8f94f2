"""Parses every file of a Terraform module, and prints its resources as JSON."""
import json
import pathlib
import sys

import hcl2

found = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.tf")):
    with open(path, encoding="utf-8") as file:
        for block in hcl2.load(file).get("resource", []):
            for kind, named in block.items():
                for name, body in named.items():
                    found[f"{kind}.{name}".replace('"', "")] = body
json.dump(found, sys.stdout)
