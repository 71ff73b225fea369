/* SPDX-License-Identifier: Apache-2.0 */
/* Runs cases (see README.md) and writes a line for everything that they come to: vectors FOLDER CASES... */
#include "vectors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *need(void *block)
{
    if (!block) exit(3);
    return block;
}

static char *keep(world *w, char *block)
{
    w->kept = need(realloc(w->kept, (w->kept_count + 1) * sizeof *w->kept));
    w->kept[w->kept_count++] = block;
    return block;
}

static csuccess_str read_file(world *w, const char *path, const char *folder)
{
    char name[1024];
    snprintf(name, sizeof name, "%s%s%s", folder, *folder ? "/" : "", path);
    FILE *file = fopen(name, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "%s cannot be read\n", name);
        exit(2);
    }
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *bytes = keep(w, need(malloc(size + 1)));
    csuccess_str text = {bytes, fread(bytes, 1, size, file)};
    fclose(file);
    return text;
}

/* ---- Arguments ---- */

static csuccess_str of_hex(world *w, const char *hex)
{
    csuccess_str text = {NULL, strlen(hex) / 2};
    char *bytes = keep(w, need(malloc(text.len + 1)));
    for (size_t i = 0; i < text.len; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        bytes[i] = (char)strtol(pair, NULL, 16);
    }
    text.ptr = bytes;
    return text;
}

/* {"hex": …}, {"file": …}, {"repeat": [text, count]} */
static csuccess_str of_object(world *w, const cJSON *value)
{
    const cJSON *hex = cJSON_GetObjectItem(value, "hex");
    const cJSON *file = cJSON_GetObjectItem(value, "file");
    const cJSON *repeat = cJSON_GetObjectItem(value, "repeat");
    if (hex) return of_hex(w, hex->valuestring);
    if (file) return read_file(w, file->valuestring, w->folder);
    const char *piece = cJSON_GetArrayItem(repeat, 0)->valuestring;
    size_t count = (size_t)cJSON_GetArrayItem(repeat, 1)->valueint, len = strlen(piece);
    char *bytes = keep(w, need(malloc(len * count + 1)));
    for (size_t i = 0; i < count; i++) memcpy(bytes + i * len, piece, len);
    return (csuccess_str){bytes, len * count};
}

/* A text, or something that stands for one. */
static csuccess_str of_piece(world *w, const cJSON *value)
{
    if (cJSON_IsString(value)) {
        return (csuccess_str){value->valuestring, strlen(value->valuestring)};
    }
    if (cJSON_IsObject(value)) return of_object(w, value);
    return (csuccess_str){NULL, 0};
}

/* An array is its pieces put together. */
static csuccess_str of_value(world *w, const cJSON *value)
{
    if (!cJSON_IsArray(value)) return of_piece(w, value);
    size_t len = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, value) len += of_piece(w, item).len;
    char *bytes = keep(w, need(malloc(len + 1)));
    csuccess_str all = {bytes, 0};
    cJSON_ArrayForEach(item, value)
    {
        csuccess_str piece = of_piece(w, item);
        if (piece.len) memcpy(bytes + all.len, piece.ptr, piece.len);
        all.len += piece.len;
    }
    return all;
}

csuccess_str arg_text(world *w, const cJSON *args, int i)
{
    return of_value(w, cJSON_GetArrayItem(args, i));
}

double arg_number(const cJSON *args, int i, double absent)
{
    const cJSON *value = cJSON_GetArrayItem(args, i);
    return cJSON_IsNumber(value) ? value->valuedouble : absent;
}

csuccess_str member_text(world *w, const cJSON *object, const char *name)
{
    return of_value(w, cJSON_GetObjectItemCaseSensitive(object, name));
}

double member_number(const cJSON *object, const char *name, double absent)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNumber(value) ? value->valuedouble : absent;
}

/* ---- Lines ---- */

static void line(world *w, const char *text, size_t len)
{
    printf("%s/%d %.*s\n", w->name, w->step, (int)len, text);
    w->told = true;
}

void say(world *w, cJSON *value)
{
    char *text = need(cJSON_PrintUnformatted(need(value)));
    line(w, text, strlen(text));
    cJSON_free(text);
    cJSON_Delete(value);
}

cJSON *json_text(csuccess_str text)
{
    char *copy = need(malloc(text.len + 1));
    if (text.len) memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    cJSON *value = cJSON_CreateString(copy);
    free(copy);
    return value;
}

cJSON *json_bits(double value)
{
    uint64_t bits;
    char text[17];
    memcpy(&bits, &value, sizeof bits);
    snprintf(text, sizeof text, "%016" PRIx64, bits);
    return cJSON_CreateString(text);
}

cJSON *json_int(int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    return cJSON_CreateString(text);
}

void say_text(world *w, csuccess_str text)
{
    say(w, json_text(text));
}

void say_json(world *w, csuccess_str json)
{
    if (json.len == 0 || memchr(json.ptr, '\n', json.len)) {
        say_text(w, json);
    } else {
        line(w, json.ptr, json.len);
    }
}

void say_taken(world *w, csuccess_text *text)
{
    say_json(w, csuccess_text_view(text));
    csuccess_text_free(text);
}

bool went_plain(world *w, csuccess_result result)
{
    if (result >= 0) return true;
    cJSON *value = cJSON_CreateObject();
    cJSON_AddStringToObject(value, "error", csuccess_result_name(result));
    say(w, value);
    return false;
}

bool went(world *w, csuccess_result result)
{
    if (result >= 0) return true;
    cJSON *value = cJSON_CreateObject();
    cJSON_AddStringToObject(value, "error", csuccess_result_name(result));
    cJSON_AddStringToObject(value, "message", w->err.message);
    cJSON_AddStringToObject(value, "pointer", w->err.pointer);
    cJSON_AddNumberToObject(value, "offset", (double)w->err.offset);
    cJSON_AddNumberToObject(value, "line", w->err.line);
    cJSON_AddNumberToObject(value, "column", w->err.column);
    say(w, value);
    return false;
}

void each_line(csuccess_str text, void (*each)(world *w, csuccess_str line, double number),
               world *w, double number)
{
    while (text.len) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t len = end ? (size_t)(end - text.ptr) : text.len;
        each(w, (csuccess_str){text.ptr, len}, number);
        len += end != NULL;
        text.ptr += len;
        text.len -= len;
    }
}

/* ---- Cases ---- */

static void forget(world *w)
{
    csuccess_samples_free(w->samples);
    csuccess_tracking_free(w->tracking);
    csuccess_sentiment_free(w->sentiment);
    csuccess_accumulator_free(w->accumulator);
    csuccess_simulation_free(w->simulation);
    csuccess_engine_free(w->engine);
    csuccess_memory_store_free(w->store);
    csuccess_events_free(w->events);
    csuccess_scorer_free(w->scorer);
    csuccess_facts_free(w->facts);
    csuccess_config_unref(w->config);
    csuccess_model_unref(w->model);
    for (size_t i = 0; i < w->kept_count; i++) free(w->kept[i]);
    free(w->kept);
}

static step_fn find(const char *name)
{
    const step *tables[] = {config_steps, score_steps, engine_steps, other_steps};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (const step *s = tables[t]; s->name; s++) {
            if (strcmp(s->name, name) == 0) return s->run;
        }
    }
    fprintf(stderr, "there is no step %s\n", name);
    exit(2);
}

static void run_case(const cJSON *all, const char *folder)
{
    world w = {.folder = folder, .name = cJSON_GetObjectItem(all, "case")->valuestring};
    const cJSON *args;
    cJSON_ArrayForEach(args, cJSON_GetObjectItem(all, "do"))
    {
        w.step++;
        w.told = false;
        w.err = (csuccess_error)CSUCCESS_ERROR_INIT;
        find(cJSON_GetArrayItem(args, 0)->valuestring)(&w, args);
        if (!w.told) line(&w, "\"ok\"", 4);
    }
    forget(&w);
}

static void run_line(world *w, csuccess_str text, double number)
{
    (void)number;
    if (text.len == 0) return;
    cJSON *all = cJSON_ParseWithLength(text.ptr, text.len);
    if (!all) {
        fprintf(stderr, "no JSON: %.*s\n", (int)text.len, text.ptr);
        exit(2);
    }
    run_case(all, w->folder);
    cJSON_Delete(all);
}

int main(int count, char **words)
{
    if (count < 3) return 2;
    for (int i = 2; i < count; i++) {
        world w = {.folder = words[1]};
        each_line(read_file(&w, words[i], ""), run_line, &w, 0);
        forget(&w);
    }
    return 0;
}
