/* SPDX-License-Identifier: Apache-2.0 */
/* The runner of the cases: what a case has made so far, how arguments are read and lines are written. */
#ifndef VECTORS_H
#define VECTORS_H

#include <cjson/cJSON.h>
#include <csuccess/csuccess.h>
#include <stdbool.h>

/* The last of each kind that a case made; all of it goes with the case. */
typedef struct world {
    const char *folder;
    const char *name; /* of the case */
    int step;
    bool told; /* the step has written a line */
    csuccess_error err;
    void **kept; /* bytes of arguments, until the case ends */
    size_t kept_count;
    csuccess_model *model;
    csuccess_config *config;
    csuccess_facts *facts;
    csuccess_scorer *scorer;
    csuccess_events *events;
    csuccess_memory_store *store;
    csuccess_engine *engine;
    csuccess_simulation *simulation;
    csuccess_accumulator *accumulator;
    csuccess_sentiment *sentiment;
    csuccess_tracking *tracking;
    csuccess_samples *samples;
    uint8_t random; /* the next byte of the engine's random */
} world;

typedef void (*step_fn)(world *w, const cJSON *args);

typedef struct step {
    const char *name;
    step_fn run;
} step;

extern const step score_steps[];
extern const step config_steps[];
extern const step engine_steps[];
extern const step other_steps[];

/* Argument i (the name of the step is 0); an absent one is the empty text, or what stands beside. */
csuccess_str arg_text(world *w, const cJSON *args, int i);
double arg_number(const cJSON *args, int i, double absent);
csuccess_str member_text(world *w, const cJSON *object, const char *name);
double member_number(const cJSON *object, const char *name, double absent);

/* A line: JSON is written as it is while it has no line break, else as a JSON string. */
void say_json(world *w, csuccess_str json);
void say_text(world *w, csuccess_str text);
/* Writes and frees a value made for it. */
void say(world *w, cJSON *value);
void say_taken(world *w, csuccess_text *text);
/* Tells of the error in w->err, or "ok" at the end of the step. True: there was none. */
bool went(world *w, csuccess_result result);
/* The same of functions that tell nothing but their result. */
bool went_plain(world *w, csuccess_result result);

cJSON *json_text(csuccess_str text);
/* The bits of a double, which every language writes alike. */
cJSON *json_bits(double value);
/* 64 bits in decimal, as a string. */
cJSON *json_int(int64_t value);
/* Calls each with every line of a text. */
void each_line(csuccess_str text, void (*each)(world *w, csuccess_str line, double number),
               world *w, double number);

#endif
