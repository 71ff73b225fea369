# SPDX-License-Identifier: Apache-2.0
# The extension module as far as types go: cffi's two objects, whose members are those of the headers.
from typing import Any

ffi: Any
lib: Any
