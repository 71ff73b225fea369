# SPDX-License-Identifier: Apache-2.0
"""Says in which folder node_api.h lies, or nothing. Given: the folder of the package."""
import shutil
import subprocess
import sys
from pathlib import Path


def beside_node():
    node = shutil.which("node") or shutil.which("nodejs")
    if node:
        path = subprocess.run([node, "-p", "process.execPath"], capture_output=True, text=True, check=False).stdout.strip()
        if path:
            yield Path(path).resolve().parent.parent / "include" / "node"


def places(package):
    yield from beside_node()
    yield Path("/usr/include/node")
    yield Path("/usr/include/nodejs/src")
    yield Path(package) / "node_modules" / "node-api-headers" / "include"
    yield Path(package) / "build" / "headers" / "node_modules" / "node-api-headers" / "include"


print(next((place for place in places(sys.argv[1]) if (place / "node_api.h").is_file()), ""))
