# SPDX-License-Identifier: Apache-2.0
"""meson-python, but for source distributions: in place of the link to the tree of the library one has what of the tree
the package is built from.

It is made in a clone, since it holds what git knows.
"""
import io
import subprocess
import tarfile
from pathlib import Path

from mesonpy import build_editable, build_wheel, get_requires_for_build_editable, get_requires_for_build_wheel, tomllib
from pyproject_metadata import StandardMetadata

__all__ = [
    "build_editable", "build_sdist", "build_wheel", "get_requires_for_build_editable", "get_requires_for_build_wheel",
]

HERE = Path(__file__).resolve().parent
TREE = HERE.parents[1]
LINK = "subprojects/csuccess"
# What is built: without tests, examples and documents.
PARTS = [
    "LICENSE", "README.md", "meson.build", "meson_options.txt", "bindings/headers.py", "bindings/node/meson.build",
    "include", "lib", "pkgconfig",
]


def known(folder, *paths):
    out = subprocess.run(["git", "ls-files", "-z", "--", *paths], cwd=folder, check=True, capture_output=True).stdout
    return [name for name in out.decode().split("\0") if name]


def build_sdist(sdist_directory, config_settings=None):
    document = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    project = StandardMetadata.from_pyproject(document, HERE)
    root = f"{project.name}-{project.version}"
    with tarfile.open(Path(sdist_directory) / f"{root}.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as tar:
        for name in known(HERE, "."):
            if name != LINK:
                tar.add(HERE / name, f"{root}/{name}")
        for name in known(TREE, *PARTS):
            tar.add(TREE / name, f"{root}/{LINK}/{name}")
        head = tarfile.TarInfo(f"{root}/PKG-INFO")
        said = str(project.as_rfc822()).encode()
        head.size = len(said)
        tar.addfile(head, io.BytesIO(said))
    return f"{root}.tar.gz"
