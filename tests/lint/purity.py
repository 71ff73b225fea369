# SPDX-License-Identifier: Apache-2.0
"""Whether the shared library imports only what it may: purity.py LIBRARY ALLOWED"""
import subprocess
import sys
from pathlib import Path


def main(library, allowed_file):
    lines = Path(allowed_file).read_text().splitlines()
    allowed = {line for line in lines if line and not line.startswith("#")}
    prefixes = tuple(name[:-1] for name in allowed if name.endswith("*"))
    output = subprocess.run(["nm", "-D", "--undefined-only", library], check=True, capture_output=True, text=True).stdout
    names = [line.split()[-1].split("@")[0] for line in output.splitlines()]
    bad = [name for name in names if name not in allowed and not name.startswith(prefixes)]
    for name in bad:
        print(f"{library} imports {name}, which {allowed_file} does not allow")
    print(f"{len(names)} imports")
    return 1 if bad or not names else 0


sys.exit(main(*sys.argv[1:]))
