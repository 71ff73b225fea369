/* SPDX-License-Identifier: Apache-2.0 */
/* Values that were kept under an earlier definition: as they are seen now, and the entry that says so. The state keeps what
   it has until the next value comes. */
#include "customer/known_internal.h"

bool csuccess__migrates(const csuccess__attribute *attribute, const csuccess__kept *kept)
{
    const csuccess__migration *migration = attribute->migrate;
    return migration && kept->tag != CSUCCESS__KEPT_UNSET &&
           kept->tag != CSUCCESS__KEPT_QUARANTINED &&
           csuccess__kept_fits(kept, migration->type, migration->item);
}

/* The machine of these facts, made when first asked for. */
static csuccess__machine *machine_of(csuccess_facts *facts)
{
    if (!facts->machine) {
        csuccess__machine_new(&facts->machine, &facts->mem, facts->limits);
    }
    return facts->machine;
}

static csuccess_result run(csuccess__value *out, const csuccess__attribute *attribute,
                           csuccess__value old, csuccess_facts *facts)
{
    csuccess__machine *machine = machine_of(facts);
    if (!machine) return CSUCCESS_ENOMEM;
    csuccess__frame frame = {.slots = &old, .count = 1};
    csuccess_result failed = CSUCCESS_OK;
    *out = csuccess__program_run(attribute->migrate->program, machine, &frame, &failed);
    if (failed == CSUCCESS_ENOMEM) return failed;
    if (out->kind == CSUCCESS__KIND_STRING && out->code == 0) {
        out->code = csuccess__constants_find(facts->constants, out->as.string);
    }
    if (out->kind == CSUCCESS__KIND_TIME && attribute->type == CSUCCESS__ATTRIBUTE_DATE) {
        out->as.time = csuccess__days_between(0, out->as.time) * CSUCCESS__DAY_MS;
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__migrate(csuccess__value *out, const csuccess__attribute *attribute,
                                  const csuccess__kept *kept, csuccess_facts *facts)
{
    csuccess__value old;
    if (!csuccess__migrates(attribute, kept)) {
        *out = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        return CSUCCESS_OK;
    }
    if (!csuccess__kept_value(&old, kept, facts->constants, &facts->set->arena)) {
        return CSUCCESS_ENOMEM;
    }
    if (attribute->migrate->program) return run(out, attribute, old, facts);
    *out = old;
    return CSUCCESS_OK;
}

static void leave_entry(csuccess__applying *at, const csuccess__attribute *attribute)
{
    const csuccess__migration *migration = attribute->migrate;
    csuccess__json_writer *w = csuccess__step_body(at->step);
    csuccess__json_key(w, CSUCCESS_STR("attribute"));
    csuccess__json_str(w, attribute->name);
    csuccess__json_key(w, CSUCCESS_STR("type"));
    csuccess__json_str(w, csuccess__str(csuccess__attribute_type_name(attribute->type)));
    csuccess__json_key(w, CSUCCESS_STR("from"));
    csuccess__json_str(w, migration->from);
    csuccess__json_key(w, CSUCCESS_STR("from_type"));
    csuccess__json_str(w, csuccess__str(csuccess__attribute_type_name(migration->type)));
    if (migration->program) {
        csuccess__json_key(w, CSUCCESS_STR("value"));
        csuccess__json_str(w, migration->program->text);
    }
    csuccess__step_entry(at->step, "migration", (csuccess_str){NULL, 0},
                         csuccess__step_body_end(at->step));
}

/* The field that an attribute's value is migrated from: of its own name, else of the earlier one. */
static csuccess_str field_of(const csuccess__state *state, const csuccess__attribute *attribute,
                             csuccess_str *name)
{
    *name = attribute->name;
    csuccess_str payload = csuccess__state_get(state, CSUCCESS__STATE_ATTRIBUTE, *name);
    if (payload.ptr || !attribute->migrate->renames) return payload;
    *name = attribute->migrate->from;
    return csuccess__state_get(state, CSUCCESS__STATE_ATTRIBUTE, *name);
}

static void note(csuccess__applying *at, const csuccess__attribute *attribute)
{
    csuccess_str name;
    csuccess_str payload = field_of(at->step->state, attribute, &name);
    csuccess__readings readings;
    if (!payload.ptr) return;
    if (!csuccess__readings_get(payload, &readings)) {
        csuccess__step_fail(at->step, CSUCCESS_ESTATE);
        return;
    }
    const csuccess__kept *kept = &readings.list[0].kept;
    bool own = csuccess__str_eq(name, attribute->name) &&
               csuccess__kept_fits(kept, attribute->type, attribute->item);
    if (readings.noted || own || !csuccess__migrates(attribute, kept)) return;
    readings.noted = true;
    csuccess__buffer_clear(at->step->scratch);
    csuccess__readings_put(at->step->scratch, &readings);
    csuccess__apply_put(at, CSUCCESS__STATE_ATTRIBUTE, name);
    leave_entry(at, attribute);
}

void csuccess__migrations_note(csuccess__applying *at)
{
    const csuccess__schema *schema = at->with->schema;
    if (schema->migrations == 0) return;
    for (uint32_t i = 0; i < schema->inputs; i++) {
        const csuccess__attribute *attribute = schema->slots[i].attribute;
        if (attribute->migrate) note(at, attribute);
    }
}
