# SPDX-License-Identifier: Apache-2.0
"""Makes the addon's tables and thunks in C out of the public headers.

    generate.py INCLUDE RESULTS SQLITE OUT

SQLITE is the header of the SQLite store, or "-" where the build has none. OUT gets: tables of structs and handles, a thunk per function that the
rules below cover, and the list of everything that the module exports. A function that no rule covers stops the build.
"""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import headers as public  # noqa: E402

# Thunks in src/by_hand.c: what they take or give has no general rule.
BY_HAND = {
    "csuccess_scorer_segments": "gives bits",
    "csuccess_membership_members": "gives bits",
    "csuccess_membership_undecided": "gives bits",
    "csuccess_columns_new": "remembers how many rows there are",
    "csuccess_columns_bind_f64": "keeps arrays", "csuccess_columns_bind_i64": "keeps arrays", "csuccess_columns_bind_i32": "keeps arrays",
    "csuccess_columns_bind_u8": "keeps arrays", "csuccess_columns_bind_bits": "keeps arrays", "csuccess_columns_bind_utf8": "keeps arrays",
    "csuccess_columns_bind_dictionary": "keeps arrays",
    "csuccess_scorer_columns": "writes into arrays",
    "csuccess_calibrator_apply": "gives an array",
    "csuccess_events_result": "its result is what it tells",
    "csuccess_survival_log_rank": "takes a list of handles",
    "csuccess_engine_start": "what the call holds, it holds until it is finished",
    "csuccess_engine_finish": "what the call holds, it holds until it is finished",
    "csuccess_engine_next": "gives a request by its kind, and a reply",
    "csuccess_engine_answer": "takes the reply back",
    "csuccess_op_call": "takes what csuccess_engine_next() gave",
    "csuccess_conformance_run": "reopens the store",
}

# What those in C by hand name: addon.h declares them.
KINDS_BY_HAND = ["csuccess_" + name for name in (
    "config", "model", "facts", "scorer", "membership", "columns", "calibrator", "survival", "events", "engine", "txn", "reply", "memory_store", "sqlite")]
LAYOUTS_BY_HAND = ("write", "entry", "message", "delta", "prediction", "send_request", "feeling", "zone_answer", "call", "outcome", "log_rank", "conformance_options")

# What JavaScript does not need or cannot have; written to unbound.tsv.
UNBOUND = {
    "csuccess_text_view": "A text is given as a string, and freed by the addon.",
    "csuccess_text_free": "A text is given as a string, and freed by the addon.",
    "csuccess_memory_store_ops": "The store itself is handed to the engine.",
    "csuccess_sqlite_ops": "The store itself is handed to the engine.",
    "csuccess_columns_import": "No Arrow of JavaScript has the C Data Interface; typed arrays are bound without copying.",
    "csuccess_scorer_export": "No Arrow of JavaScript has the C Data Interface; results go into typed arrays.",
    "csuccess_score_stream": "No Arrow of JavaScript has the C Data Interface; results go into typed arrays.",
}
UNBOUND |= {f"csuccess_batch_{part}": "A batch is given as one object with all that it holds." for part in (
    "writes", "entries", "messages", "deltas", "inputs", "cancels", "write", "entry", "message", "delta", "input", "cancel")}

SHARED = {"csuccess_config": "csuccess_config_unref", "csuccess_model": "csuccess_model_unref", "csuccess_sqlite": "csuccess_sqlite_close"}
IMMUTABLE = {"csuccess_config", "csuccess_model"}
NO_HANDLE = {"csuccess_text", "csuccess_batch"}

# Functions whose hooks live on after the call: with the first handle. The label tells what takes whose place; None: nothing does.
KEEPS = {"csuccess_scorer_set_model": "set_model", "csuccess_scorer_set_log": "set_log", "csuccess_engine_set_store": "set_store",
         "csuccess_engine_add_channel": None, "csuccess_engine_set_trace": "set_trace"}
# Lent objects that end with the lender's next call that changes it; others with the lender.
UNTIL_CHANGED = {"csuccess_explanation"}

HOOKS = {"csuccess_resolve_fn": "hook_resolve", "csuccess_model_fn": "hook_model", "csuccess_leads_fn": "hook_leads", "csuccess_predict_fn": "hook_predict",
         "csuccess_log_fn": "hook_log", "csuccess_random_fn": "hook_random", "csuccess_zone_fn": "hook_zone", "csuccess_variable_fn": "hook_variable",
         "csuccess_sentiment_fn": "hook_sentiment", "csuccess_trace_fn": "hook_trace", "csuccess_simulated_send_fn": "hook_simulated_send"}
MEMBER_HOOKS = {"progress": "hook_progress", "reopen": "hook_reopen"}

# The count of an array in a struct; "": it is the parameter `count` of the function.
COUNTS = {("csuccess_principal", "roles"): "role_count", ("csuccess_trajectory_input", "times"): "count", ("csuccess_trajectory_input", "scores"): "count",
          ("csuccess_load_request", "keys"): "key_count", ("csuccess_load_request", "inputs"): "input_count",
          ("csuccess_distributions", "then"): "then_count", ("csuccess_distributions", "now"): "now_count",
          ("csuccess_revenue_customer", "survival"): "survivals", ("csuccess_stage_path", "stage"): "stages", ("csuccess_stage_path", "at"): "stages",
          ("csuccess_history", "item"): "items", ("csuccess_history", "at"): "items", ("csuccess_series", "times"): "count", ("csuccess_series", "values"): "count",
          ("csuccess_tracked", "action"): "actions", ("csuccess_samples_options", "metrics"): "metric_count", ("csuccess_samples_options", "exclude"): "exclude_count",
          ("csuccess_train_options", "rising"): "rising_count", ("csuccess_train_options", "falling"): "falling_count",
          ("csuccess_backtest_options", "horizons"): "horizon_count", ("csuccess_backtest_options", "gaps"): "gap_count",
          ("csuccess_backtest_options", "bands"): "band_count", ("csuccess_predictions", "scores"): "count", ("csuccess_predictions", "outcomes"): "count",
          ("csuccess_predictions", "weights"): "count"}
SAMPLE_COLUMNS = "csuccess_sample_columns"
# Texts that are opaque bytes, and those that are null where there is none.
BYTES = {("csuccess_write", "body")}
NULLABLE = {("csuccess_entry", "body")}
# Those that a function gives whole: what it gives is a Buffer.
BYTES_GIVEN = {"csuccess_accumulator_save"}
# Functions that give something beside an error, and are asked for that: what was given is no failure.
GIVES_BESIDE = {"csuccess_config_check": "out"}
# Structs that are looked into by hand only.
NO_LAYOUT = {"csuccess_str", "csuccess_error", "csuccess_allocator", "csuccess_store_ops", "csuccess_channel_ops", "csuccess_customer_ops", "csuccess_op",
             "csuccess_predict_batch", "csuccess_column_results", "csuccess_arrow_options"}
SKIPPED = {"size", "reserved", "allocator", "lock", "unlock"}

SCALARS = {"uint32_t": "U32", "int32_t": "I32", "int": "I32", "csuccess_result": "I32", "uint64_t": "U64", "int64_t": "I64", "size_t": "SIZE", "double": "F64"}
ELEMENTS = {"uint8_t": "U8", "int32_t": "I32", "uint32_t": "U32", "int64_t": "I64", "double": "F64", "csuccess_str": "STR"}
TAKE = {"U32": "take_u32", "I32": "take_i32", "U64": "take_u64", "I64": "take_i64", "SIZE": "take_size", "F64": "take_f64"}
GIVE = {"U32": "give_u32", "I32": "give_i32", "U64": "give_u64", "I64": "give_i64", "SIZE": "give_u64", "F64": "give_f64"}


def camel(name):
    return re.sub(r"_([a-z0-9])", lambda m: m.group(1).upper(), name.rstrip("_"))


class Generator:
    def __init__(self, model):
        self.model = model
        self.kinds = [h for h in model.handles if h not in NO_HANDLE]
        self.layouts = [n for n in model.structs if n not in NO_LAYOUT and not n.startswith("struct ")]
        self.out = []

    def write(self, text=""):
        self.out.append(text)

    # ---- tables ----

    def kind(self, name):
        return f"&handle_kinds[{self.kinds.index(name)}]"

    def layout(self, name):
        return f"&layouts[{self.layouts.index(name)}]"

    def tables(self):
        self.write("const handle_kind handle_kinds[] = {")
        for name in self.kinds:
            free = SHARED.get(name, name + "_free")
            has = free in self.model.functions
            self.write(f'    {{"a {name}", {"free_" + name if has else "NULL"}, {"true" if name in IMMUTABLE else "false"}}},')
        self.write("};")
        frees = []
        for name in self.kinds:
            free = SHARED.get(name, name + "_free")
            if free in self.model.functions:
                frees.append(f"static void free_{name}(void *object)\n{{\n    {free}(object);\n}}\n")
        self.out[-len(self.kinds) - 2:-len(self.kinds) - 2] = frees
        for name in self.layouts:
            self.fields(name)
        self.write("const layout layouts[] = {")
        for index, name in enumerate(self.layouts):
            sized = "true" if self.model.structs[name].sized else "false"
            self.write(f'    {{"{name}", sizeof({name}), {sized}, {index}, {len(self.members(name))}, fields_{name}}},')
        self.write(f"}};\nconst uint32_t layout_count = {len(self.layouts)};")
        for short in LAYOUTS_BY_HAND:
            self.write(f"const layout *const layout_of_{short} = {self.layout('csuccess_' + short)};")
        self.write(f"const layout *const layout_of_input = {self.layout('csuccess_input_key')};")
        self.write("const layout *const store_layouts[HOOK_SLOTS] = {")
        for slot in self.model.structs["csuccess_store_ops"].fields[1:]:
            self.write(f"    {self.layout(f'csuccess_{slot.name}_request')},")
        self.write("};")
        for name in KINDS_BY_HAND:
            short = name.removeprefix("csuccess_")
            value = self.kind(name) if name in self.kinds else "NULL"
            self.write(f"const handle_kind *const kind_of_{short} = {value};")

    def members(self, name):
        """Those that JavaScript sees."""
        struct = self.model.structs[name]
        counts = {field for (owner, _), field in COUNTS.items() if owner == name} | ({"count"} if name == "csuccess_commit_request" else set())
        user_data = {f"{member.name}_ud" for member in struct.fields} | {"ud"}
        return [member for member in struct.fields if member.name not in SKIPPED | counts | user_data]

    def fields(self, name):
        self.write(f"static const field fields_{name}[{max(1, len(self.members(name)))}] = {{")
        for member in self.members(name):
            self.write(f"    {{{self.field(name, member)}}},")
        if not self.members(name):
            self.write('    {.key = ""},')
        self.write("};")

    def field(self, owner, member):
        type_ = member.type
        common = f'.key = "{camel(member.name)}", .offset = offsetof({owner}, {member.name})'
        key = (owner, member.name)

        def row(kind, more=""):
            return f"{common}, .kind = FIELD_{kind}{more}"
        if type_.callback or type_.name in HOOKS:
            hook = MEMBER_HOOKS[member.name] if type_.callback else HOOKS[type_.name]
            at = "" if member.name == "reopen" else f", .at = offsetof({owner}, {member.name}_ud)"
            return row("HOOK", f", .hook = (void (*)(void)){hook}{at}")
        if type_.length:
            return row("U64S", f", .length = {type_.length}")
        if type_.pointers == 0:
            if type_.name in SCALARS:
                return row(SCALARS[type_.name])
            if type_.name == "csuccess_str":
                return row("BYTES" if key in BYTES else "NULLABLE" if key in NULLABLE else "STR")
            return row("STRUCT", f", .of = {self.layout(type_.name)}")
        if type_.name == "csuccess_batch":
            return row("BATCHES", f", .at = offsetof({owner}, count)")
        if type_.name == "csuccess_text":
            return row("TEXT")
        if type_.name == "csuccess_customer_ops":
            return row("CUSTOMERS")
        if key in COUNTS or owner == SAMPLE_COLUMNS:
            return row("ARRAY", self.array(owner, member))
        if type_.name in self.kinds:
            return row("HANDLE", f", .handle = {self.kind(type_.name)}, .length = {0 if type_.const else 1}")
        if type_.name in self.layouts and type_.pointers == 1:
            return row("POINTER", f", .of = {self.layout(type_.name)}")
        raise SystemExit(f"generate.py: no rule for {owner}.{member.name}")

    def array(self, owner, member):
        name = member.type.name
        element = ELEMENTS.get(name, "STRUCT")
        more = f", .element = ELEMENT_{element}" + (f", .of = {self.layout(name)}" if element == "STRUCT" else "")
        if owner == SAMPLE_COLUMNS:
            return more + ", .counted = COUNT_ROWS"
        count = COUNTS[owner, member.name]
        wide = next(f.type.name for f in self.model.structs[owner].fields if f.name == count)
        return more + f", .counted = COUNT_{'U32' if wide == 'uint32_t' else 'SIZE'}, .at = offsetof({owner}, {count})"

    # ---- thunks ----

    def thunk(self, function):
        if function.name.endswith("_free") or function.name in SHARED.values():
            self.write(f"static napi_value thunk_{function.name}(napi_env env, napi_callback_info info)\n{{\n"
                       f'    return free_handle(env, info, "{function.name}", {self.kind(function.parameters[0].type.name)});\n}}\n')
            return
        Thunk(self, function).write()

    def whole(self):
        self.write("/* SPDX-License-Identifier: Apache-2.0 */\n/* Made from the public headers by generate.py. */")
        self.write('#include "addon.h"\n#ifdef CSUCCESS_NODE_SQLITE\n#include <csuccess/sqlite.h>\n#endif\n')
        self.tables()
        bound = [f for f in self.model.functions.values() if f.name not in UNBOUND]
        for function in bound:
            if function.name in BY_HAND:
                self.write(f"napi_value by_hand_{function.name}(napi_env env, napi_callback_info info);")
            else:
                self.thunk(function)
        self.write("const entry_point entry_points[] = {")
        for function in bound:
            prefix = "by_hand_" if function.name in BY_HAND else "thunk_"
            self.write(f'    {{"{function.name}", {prefix}{function.name}}},')
        self.write(f"}};\nconst uint32_t entry_point_count = {len(bound)};")
        numbers = [(n, v) for n, v in self.model.constants.items() if n.startswith("CSUCCESS_") and not n.endswith("_H")]
        self.write("const constant constants[] = {")
        for name, value in numbers:
            self.write(f'    {{"{name}", {"HUGE_VAL" if value == (1 << 63) - 1 else float(value)}}},')
        self.write(f"}};\nconst uint32_t constant_count = {len(numbers)};")
        return "\n".join(self.out).replace('#include "addon.h"', '#include "addon.h"\n\n#include <math.h>') + "\n"


class Thunk:
    """One function: what is taken from JavaScript, the call, and what is given back."""

    def __init__(self, generator, function):
        self.g, self.f = generator, function
        self.argv, self.before, self.arguments, self.outs = [], [], [], []
        self.owner = None  # the handle that lends or keeps
        self.fails = function.result.name == "csuccess_result" and not function.result.pointers

    def take(self, name, statement):
        index = len(self.argv)
        self.argv.append(name)
        self.before.append(f'f.name = "{camel(name)}";')
        self.before.append(statement.replace("$", f"argv[{index}]"))

    def write(self):
        parameters = list(self.f.parameters)
        while parameters:
            self.parameter(parameters)
        self.body()

    def parameter(self, rest):
        p = rest.pop(0)
        type_, name = p.type, p.name
        if name == "err":
            self.arguments.append("&f.err")
        elif type_.name == "csuccess_allocator":
            self.arguments.append("NULL")
        elif type_.pointers == 0 and type_.name in SCALARS:
            kind = SCALARS[type_.name]
            self.take(name, f"{type_.name} {name} = {TAKE[kind]}(&f, $);")
            self.arguments.append(name)
            if name == "count":
                self.before.append("f.rows = count;")
        elif type_.pointers == 0 and type_.name == "csuccess_str":
            self.take(name, f"csuccess_str {name} = take_str(&f, $);")
            self.arguments.append(name)
        elif type_.name in HOOKS:
            self.hook(type_.name, name, rest)
        elif type_.name in ("csuccess_store_ops", "csuccess_channel_ops"):
            self.ops(type_.name, name, rest)
        elif type_.name == "csuccess_customer_ops":
            self.take(name, f"const csuccess_customer_ops *{name} = take_customers(&f, $);")
            self.arguments.append(name)
        elif type_.name == "csuccess_text" and type_.pointers == 2:
            give = "give_text_bytes" if self.f.name in BYTES_GIVEN else "give_text"
            self.out(name, f"csuccess_text *{name} = NULL;", f"{give}(&f, {name})")
        elif type_.name in self.g.kinds:
            self.handle(type_, name)
        elif type_.name in self.g.layouts:
            self.struct(type_, name)
        else:
            self.pointer(type_, name, rest)

    def hook(self, type_name, name, rest):
        self.take(name, f"hook *{name} = take_hook(&f, $);")
        self.arguments += [f"{name} ? {HOOKS[type_name]} : NULL", name]
        rest.pop(0)
        if rest and rest[0].name == "ud_free":
            rest.pop(0)
            self.arguments.append("NULL")

    def ops(self, type_name, name, rest):
        take = "take_store" if type_name == "csuccess_store_ops" else "take_channel"
        self.before.append(f"void *{name}_ud = NULL;")
        self.take(name, f"const {type_name} *{name} = {take}(&f, $, &{name}_ud);")
        self.arguments += [name, f"{name}_ud"]
        rest.pop(0)
        if rest and rest[0].name == "ud_free":
            rest.pop(0)
            self.arguments.append("NULL")

    def out(self, name, declaration, give, argument=None):
        self.before.append(declaration)
        self.outs.append((camel(name), give))
        self.arguments.append(argument or f"&{name}")

    def handle(self, type_, name):
        kind = self.g.kind(type_.name)
        if type_.pointers == 2:
            self.out(name, f"{type_.name} *{name} = NULL;", f"give_own(&f, {kind}, {name}, NULL)")
            return
        changes = "false" if type_.const else "true"
        self.take(name, f"handle *{name} = take_handle(&f, $, {kind}, {changes});")
        self.arguments.append(f"{name} ? {name}->object : NULL")
        self.owner = self.owner or name

    def struct(self, type_, name):
        layout = self.g.layout(type_.name)
        if type_.const:
            self.take(name, f"const {type_.name} *{name} = take_pointer(&f, $, {layout});")
            self.arguments.append(name)
            return
        size = ".size = sizeof(" + type_.name + ")" if self.g.model.structs[type_.name].sized else "0"
        self.out(name, f"{type_.name} {name} = {{{size}}};", f"give_struct(&f, {layout}, &{name})")

    def pointer(self, type_, name, rest):
        if type_.pointers != 1:
            raise SystemExit(f"generate.py: no rule for {self.f.name}({name})")
        if not type_.const and type_.name == "csuccess_str":
            self.out(name, f"csuccess_str {name} = {{NULL, 0}};", f"give_str(&f, {name})")
        elif not type_.const and type_.name in SCALARS:
            self.out(name, f"{type_.name} {name} = 0;", f"{GIVE[SCALARS[type_.name]]}(&f, {name})")
        elif type_.const and any(p.name == "count" for p in rest):
            element = ELEMENTS[type_.name]
            self.before.append(f"size_t {name}_count = 0;")
            self.take(name, f"const {type_.name} *{name} = take_array(&f, $, ELEMENT_{element}, NULL, &{name}_count);")
            self.arguments.append(name)
            if rest[0].name == "count":
                rest.pop(0)
                self.arguments.append(f"{name}_count")
                first = next((n for n in self.argv if f"size_t {n}_count = 0;" in self.before and n != name), None)
                if first:
                    self.before.append(f'if ({first}_count != {name}_count) frame_type_error(&f, "as long as {camel(first)}");')
        elif type_.const and type_.name == "double":
            self.take(name, f"const double *{name} = take_f64_or_null(&f, $);")
            self.arguments.append(name)
        else:
            raise SystemExit(f"generate.py: no rule for {self.f.name}({name})")

    # ---- the end of it ----

    def result(self):
        """What the function itself returns, as (declaration, expression)."""
        type_ = self.f.result
        if type_.pointers == 0 and type_.name == "void":
            return "", None
        if type_.pointers == 0 and type_.name in SCALARS:
            return f"{type_.name} returned = 0;", f"{GIVE[SCALARS[type_.name]]}(&f, returned)"
        if type_.name == "csuccess_str":
            return "csuccess_str returned = {NULL, 0};", "give_str(&f, returned)"
        if type_.name == "char":
            return 'const char *returned = "";', "give_chars(&f, returned)"
        if type_.name == "csuccess_batch":
            return "const csuccess_batch *returned = NULL;", "give_batch(&f, returned)"
        if type_.name in self.g.layouts and type_.const:
            return f"const {type_.name} *returned = NULL;", f"(returned ? give_struct(&f, {self.g.layout(type_.name)}, returned) : give_null(&f))"
        if type_.name in self.g.kinds:
            kind = self.g.kind(type_.name)
            const = "const " if type_.const else ""
            if self.f.name.endswith("_ref"):
                return f"{type_.name} *returned = NULL;", f"give_own(&f, {kind}, returned, NULL)"
            until = "true" if type_.name in UNTIL_CHANGED else "false"
            return f"{const}{type_.name} *returned = NULL;", f"give_lent(&f, {kind}, returned, {self.owner}, {until})"
        raise SystemExit(f"generate.py: no rule for what {self.f.name} returns")

    def body(self):
        w = self.g.write
        count = len(self.argv)
        declaration, give = self.result()
        w(f"static napi_value thunk_{self.f.name}(napi_env env, napi_callback_info info)\n{{\n    frame f;\n    napi_value argv[{count or 1}], given_back = NULL;")
        w(f'    if (!frame_begin(&f, env, info, {count}, argv))\n        return NULL;\n    f.function = "{self.f.name}";')
        for line in self.before:
            w("    " + line)
        if declaration:
            w("    " + declaration)
        called = f"{'returned = ' if declaration else ''}{self.f.name}({', '.join(self.arguments)});"
        w(f"    if (frame_ready(&f))\n        {called}")
        beside = GIVES_BESIDE.get(self.f.name)
        result = "CSUCCESS_OK" if not self.fails else f"{beside} ? CSUCCESS_OK : returned" if beside else "returned"
        w(f"    if (frame_result(&f, {result})) {{")
        if self.f.name in KEEPS:
            label = KEEPS[self.f.name]
            text = f'label_{label}' if label else "NULL"
            if label:
                w(f'        static const char label_{label}[] = "{label}";')
            w(f"        frame_keep(&f, {self.owner}, {text});")
        outs = list(self.outs)
        if not self.fails and give:
            outs.insert(0, ("result", give))
        if len(outs) == 1:
            w(f"        given_back = {outs[0][1]};")
        elif outs:
            w("        given_back = give_object(&f);")
            for key, expression in outs:
                w(f'        give_member(&f, given_back, "{key}", {expression});')
        elif self.fails:
            w("        given_back = give_i32(&f, returned);")
        texts = [name for name, expression in self.outs if "give_text" in expression]
        if texts:
            w("    } else {")
            for index, name in enumerate(texts):
                w(f"        frame_report(&f, {self.raw_name(name)}, {'true' if index == 0 else 'false'});")
        w("    }\n    return frame_end(&f, given_back);\n}\n")

    def raw_name(self, key):
        return next(p.name for p in self.f.parameters if camel(p.name) == key)


def unbound():
    """The lines of bindings/unbound.tsv that are Node's."""
    return "".join(f"{name}\tnode\t{reason}\n" for name, reason in UNBOUND.items())


def main():
    include, results, sqlite, out = sys.argv[1:5]
    adapters = [] if sqlite == "-" else [sqlite]
    model = public.read(include, results, *adapters)
    Path(out).write_text(Generator(model).whole())


if __name__ == "__main__":
    if sys.argv[1:] == ["unbound"]:
        sys.stdout.write(unbound())
    else:
        main()
