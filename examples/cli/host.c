/* SPDX-License-Identifier: Apache-2.0 */
/* Making and driving of the engine. */
#define _DEFAULT_SOURCE
#include "host.h"

#include "clock.h"
#include "config_file.h"
#include "history.h"
#include "zones.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#ifdef CLI_FILE
#include <csuccess/file.h>
#endif

/* Calls of one instant at most: signals between customers come to rest, or something is wrong. */
enum { ROUNDS_MOST = 100000, RANDOM_MOST = 256 };

int host_tell(const args *given, csuccess_result result, const csuccess_error *err)
{
    const char *message = err->message[0] ? err->message : csuccess_result_text(result);
    fprintf(stderr, "csuccess %s: %s\n", given->command, message);
    return 1;
}

bool host_time(const args *given, option which, int64_t otherwise, int64_t *out)
{
    const char *word = given->values[which];
    *out = otherwise;
    if (!word || clock_parse(word, out)) return true;
    args_usage(given->command, "%s is no time: give one such as 2026-01-31T00:00:00Z", word);
    return false;
}

/* ---- Secrets ---- */

static csuccess_result random_bytes(void *ud, uint8_t *bytes, size_t count)
{
    (void)ud;
    for (size_t done = 0; done < count;) {
        size_t part = count - done < RANDOM_MOST ? count - done : RANDOM_MOST;
        if (getentropy(bytes + done, part) != 0) return CSUCCESS_EGENERIC;
        done += part;
    }
    return CSUCCESS_OK;
}

/* --seed: every customer has the same secret, whatever came before. For tests, which compare bytes. */
static csuccess_result seeded_bytes(void *ud, uint8_t *bytes, size_t count)
{
    uint64_t state = strtoull(ud, NULL, 10);
    for (size_t i = 0; i < count; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (uint8_t)(state >> 56);
    }
    return CSUCCESS_OK;
}

/* ---- Principals ---- */

/* Cuts "csm,manager" at its commas. */
static int take_roles(cli_host *h, const args *given, char *at)
{
    size_t count = 0;
    for (char *end; at; at = end) {
        end = strchr(at, ',');
        if (end) *end++ = '\0';
        if (count == ROLES_MOST) {
            return args_usage(given->command, "--as %s: there are more than 64 roles",
                              given->values[OPTION_AS]);
        }
        h->roles[count++] = (csuccess_str){at, strlen(at)};
    }
    h->who.roles = h->roles;
    h->who.role_count = count;
    h->principal = &h->who;
    return 0;
}

int host_take_principal(cli_host *h, const args *given)
{
    const char *as = given->values[OPTION_AS];
    h->who = (csuccess_principal)CSUCCESS_PRINCIPAL_INIT;
    if (!as || strcmp(as, "host") == 0) return 0;
    if (strlen(as) >= sizeof h->who_text) {
        return args_usage(given->command, "%s is too long", "--as");
    }
    memcpy(h->who_text, as, strlen(as) + 1);
    char *roles = strchr(h->who_text, ':');
    if (!roles) {
        return args_usage(given->command,
                          "--as %s: say in which role, such as --as ada:csm (without one there "
                          "is only host)",
                          as);
    }
    *roles++ = '\0';
    h->who.id = (csuccess_str){h->who_text, strlen(h->who_text)};
    return take_roles(h, given, roles);
}

/* ---- Opening ---- */

/* The configuration that the file keeps. */
static csuccess_config *own_config(const cli_host *h, csuccess_str customer)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str document;
    char *body = database_definition(&h->db, customer, &document.len);
    if (!body) return NULL;
    document.ptr = body;
    if (csuccess_config_compile(&config, document, NULL, &err) < 0) {
        fprintf(stderr, "csuccess: the configuration that %s keeps: %s (give -c)\n", h->db.path,
                err.message);
    }
    free(body);
    return config;
}

/* Whether the configuration may take the place of the one that was in force last. One that this library cannot read any more forbids nothing. 0, or 1 after telling. */
static int ask_succession(const cli_host *h, const args *given)
{
    csuccess_config *before = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str document;
    char *body = database_last_definition(&h->db, &document.len);
    if (!body) return 0;
    document.ptr = body;
    csuccess_result result = CSUCCESS_OK;
    if (csuccess_config_compile(&before, document, NULL, NULL) >= 0) {
        result = csuccess_config_succeed(before, h->config, &err);
    }
    csuccess_config_unref(before);
    free(body);
    if (result >= 0) return 0;
    fprintf(stderr, "csuccess %s: %s keeps another configuration, and %s\n", given->command,
            h->db.path, err.message);
    return 1;
}

static bool whole(const char *digits, uint64_t most, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(digits, &end, 10);
    return *digits >= '0' && *digits <= '9' && *end == '\0' && errno == 0 && *out <= most;
}

/* --lease, --shard, --seed. 0, or 2 after telling. */
static int take_options(csuccess_engine_options *options, const args *given)
{
    const char *lease = given->values[OPTION_LEASE], *shard = given->values[OPTION_SHARD];
    const char *seed = given->values[OPTION_SEED];
    uint64_t value = 0;
    if (lease && (!whole(lease, 86400 * 365, &value) || value == 0)) {
        return args_usage(given->command, "--lease %s: give seconds, 1 or more", lease);
    }
    options->lease_ms = (int64_t)value * 1000;
    unsigned of = 0, all = 0;
    char rest;
    if (shard && (sscanf(shard, "%9u/%9u%c", &of, &all, &rest) != 2 || of >= all)) {
        return args_usage(given->command, "--shard %s: give I/N, I from 0, such as 0/4", shard);
    }
    options->shard = of;
    options->shards = all;
    if (seed && !whole(seed, UINT64_MAX, &value)) {
        return args_usage(given->command, "--seed %s: give a whole number", seed);
    }
    options->zone = zones_ask;
    options->random = seed ? seeded_bytes : random_bytes;
    options->random_ud = (void *)(uintptr_t)seed;
    return 0;
}

static int make_engine(cli_host *h, const args *given)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    int code = take_options(&options, given);
    if (code != 0) return code;
    csuccess_result result = csuccess_engine_new(&h->engine, h->config, &options, &err);
    if (result >= 0) result = database_give(&h->db, h->engine, &err);
    return result < 0 ? host_tell(given, result, &err) : 0;
}

static int check_given(const args *given, uint32_t flags)
{
    if (!given->values[OPTION_DB]) {
        return args_usage(given->command, "%s is required", "--db FILE");
    }
    if (!given->values[OPTION_CONFIG] && !(flags & HOST_OWN)) {
        return args_usage(given->command, "%s is required", "-c CONFIG");
    }
    return 0;
}

/* The configuration, given or the file's own, and the file. 0, or 1 after telling. */
static int open_file(cli_host *h, const args *given, uint32_t flags, csuccess_str customer)
{
    const char *config = given->values[OPTION_CONFIG];
    if (config) h->config = config_load(config, given);
    if (config && !h->config) return 1;
    if (!database_open(&h->db, given->values[OPTION_DB], (flags & HOST_MAKES) != 0)) return 1;
    if (!config) h->config = own_config(h, customer);
    if (!h->config) return 1;
    return (flags & HOST_SUCCEEDS) ? ask_succession(h, given) : 0;
}

int host_open(cli_host *h, const args *given, uint32_t flags, csuccess_str customer)
{
    memset(h, 0, sizeof *h);
    h->next = INT64_MIN;
    int code = check_given(given, flags);
    if (code == 0) code = host_take_principal(h, given);
    if (code != 0) return code;
    if (!host_time(given, OPTION_NOW, clock_now(), &h->now)) return 2;
    code = open_file(h, given, flags, customer);
    return code == 0 ? make_engine(h, given) : code;
}

void host_close(cli_host *h)
{
    csuccess_engine_free(h->engine);
#ifdef CLI_FILE
    csuccess_file_close(h->outbox);
#endif
    database_close(&h->db);
    csuccess_config_unref(h->config);
    memset(h, 0, sizeof *h);
}

/* ---- Messages ---- */

int host_send_into(cli_host *h, const char *folder)
{
#ifdef CLI_FILE
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_file_options options = CSUCCESS_FILE_OPTIONS_INIT;
    options.flags = CSUCCESS_FILE_DEDUPE;
    csuccess_result result =
        csuccess_file_open(&h->outbox, (csuccess_str){folder, strlen(folder)}, &options, &err);
    for (uint32_t i = 0; result >= 0 && i < csuccess_config_channels(h->config); i++) {
        csuccess_str name;
        csuccess_config_channel(h->config, i, &name);
        result = csuccess_engine_add_channel(h->engine, name, csuccess_file_ops(), h->outbox,
                                             NULL, &err);
    }
    if (result >= 0) return 0;
    fprintf(stderr, "csuccess: %s\n", err.message);
    return 1;
#else
    (void)h;
    fprintf(stderr, "csuccess: --outbox %s: this build has no file channel\n", folder);
    return 1;
#endif
}

/* ---- Time ---- */

csuccess_result host_clock(cli_host *h, int64_t now, csuccess_error *err)
{
    if (now <= h->now) return CSUCCESS_OK;
    csuccess_result result = csuccess_engine_confirm_clock(h->engine, now, err);
    if (result >= 0) h->now = now;
    return result;
}

csuccess_result host_pass(cli_host *h, int64_t until, csuccess_error *err)
{
    for (uint32_t rounds = 0; rounds < ROUNDS_MOST; rounds++) {
        h->next = CSUCCESS_TIME_NEVER;
        csuccess_result result =
            csuccess_engine_run(h->engine, h->principal, h->now, NULL, &h->next, err);
        if (result < 0) return result;
        if (stop_asked()) return CSUCCESS_ECANCELLED;
        if (h->next > until) return CSUCCESS_OK;
        if (h->next > h->now) {
            rounds = 0;
            result = host_clock(h, h->next, err);
            if (result < 0) return result;
        }
    }
    snprintf(err->message, sizeof err->message,
             "the engine does not come to rest at one instant");
    return CSUCCESS_ELIMIT;
}
