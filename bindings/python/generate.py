# SPDX-License-Identifier: Apache-2.0
"""Makes the module's C source out of the public headers, in cffi's API mode: the FFI that cffi-gen-src asks for.

The folder of the headers, the generated results.h and the header of the SQLite store (empty: without it) come by the
environment: CSUCCESS_INCLUDE, CSUCCESS_RESULTS, CSUCCESS_SQLITE.
"""
import os
import sys
from pathlib import Path

from cffi import FFI

sys.path.insert(0, str(Path(__file__).resolve().parent / "subprojects/csuccess/bindings"))
import headers as public  # noqa: E402


def python_name(slot):
    """csuccess_zone_fn -> python_zone, csuccess_store_ops_load -> python_store_load."""
    return "python_" + slot.removeprefix("csuccess_").removesuffix("_fn").replace("_ops_", "_")


# What capsules.c, which is part of the module, gives Python: what is one step there, since an interrupt of the keyboard
# may come between two of Python.
CAPSULES = """
typedef struct python_table python_table;
void python_text_end(csuccess_text **text);
const char *python_capsule_name(int kind);
uintptr_t python_capsule_end(int kind);
void *python_arrow_new(int kind);
void python_arrow_free(int kind, void *what);
void python_schema_free(struct ArrowSchema *schema);
void python_array_free(struct ArrowArray *array);
void python_stream_free(struct ArrowArrayStream *stream);
python_table *python_table_new(struct ArrowSchema *schema);
void python_table_free(python_table *table);
int python_table_add(python_table *table, struct ArrowArray *array);
size_t python_table_count(const python_table *table);
int64_t python_table_rows(const python_table *table, size_t batch);
int python_table_schema(python_table *table, struct ArrowSchema *out);
int python_table_array(python_table *table, size_t batch, struct ArrowArray *out);
int python_table_stream(python_table *table, struct ArrowArrayStream *out);
int python_stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out);
void python_stream_move(struct ArrowArrayStream *from, struct ArrowArrayStream *to);
int python_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out);
const char *python_stream_error(struct ArrowArrayStream *stream);
"""


def definitions(model):
    """What cffi may know: constants, types, functions, and a Python function for each place where C calls the host."""
    lines = [f"#define {name} ..." for name in model.constants]
    lines.append(model.declarations)
    lines.append('extern "Python" {')
    for slot, function in model.slots():
        lines.append(f"    {public.declare(function, python_name(slot))};")
    lines += ["    void python_ud_free(void *ud);", "}", CAPSULES]
    return "\n".join(lines)


def build():
    adapters = [path for path in [os.environ.get("CSUCCESS_SQLITE")] if path]
    model = public.read(os.environ["CSUCCESS_INCLUDE"], os.environ["CSUCCESS_RESULTS"], *adapters)
    ffi = FFI()
    ffi.cdef(definitions(model))
    capsules = (Path(__file__).resolve().parent / "capsules.c").read_text(encoding="utf-8")
    ffi.set_source("csuccess._csuccess", "#include <csuccess/csuccess.h>\n"
                   + "".join(f'#include "{path}"\n' for path in adapters) + capsules)
    return ffi


ffibuilder = build
