/* SPDX-License-Identifier: Apache-2.0 */
/* Access: the standard matrix against the table of docs/reference/access.md, scopes, roles of a configuration, principals that cannot be. */
#include "check.h"

#include "base/arena.h"
#include "base/str.h"
#include "trust/access.h"
#include <csuccess/csuccess.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static csuccess_str text(const char *s)
{
    return csuccess__str(s);
}

static csuccess_config *compile(const char *document)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_config_compile(&config, text(document), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
    }
    return config;
}

/* Who leads whom: boss leads lead, lead leads ann, boss leads nobody directly else. `ud` counts. */
static int32_t leads(void *ud, csuccess_str manager, csuccess_str member)
{
    ++*(int *)ud;
    if (csuccess__str_is(member, "lost")) return CSUCCESS_ECALLBACK;
    if (csuccess__str_is(member, "odd")) return 7;
    bool boss = csuccess__str_is(manager, "boss"), lead = csuccess__str_is(manager, "lead");
    bool ann = csuccess__str_is(member, "ann");
    return (boss && (ann || csuccess__str_is(member, "lead"))) || (lead && ann);
}

typedef struct ask {
    const char *id, *roles, *resource, *action, *owner;
} ask;

typedef struct answer {
    csuccess_result result;
    csuccess_str rule;
    csuccess_error err;
    int led;
} answer;

/* Roles are separated by blanks; id NULL: the host. */
static answer check(const csuccess_config *config, ask a)
{
    csuccess_str roles[8];
    csuccess_principal principal = CSUCCESS_PRINCIPAL_INIT;
    answer out = {.err = CSUCCESS_ERROR_INIT};
    principal.roles = roles;
    if (a.id) principal.id = text(a.id);
    for (const char *p = a.roles; p && *p;) {
        size_t n = check_span(p, " ");
        roles[principal.role_count++] = (csuccess_str){p, n};
        p += n + (p[n] == ' ');
    }
    csuccess_access_question q = {.size = sizeof q,
                                  .principal = a.id ? &principal : NULL,
                                  .resource = text(a.resource),
                                  .action = text(a.action),
                                  .owner = text(a.owner),
                                  .leads = leads,
                                  .leads_ud = &out.led};
    out.result = csuccess_access_check(config, &q, &out.rule, &out.err);
    return out;
}

static csuccess_result result_of(const csuccess_config *config, ask a)
{
    return check(config, a).result;
}

/* ---- The standard roles ---- */

static const char *const resources[] = {"customer", "health",   "prediction", "event",
                                        "alert",    "override", "consent",    "task",
                                        "approval", "audit",    "engine",     "configuration"};
static const char *const actions[] = {"read", "write", "run", "erase", "approve", "export"};
static const char *const roles[] = {"csm", "manager", "admin", "approver", "service"};

/* The cell of a row "| `customer` | read | … |" of the page; its n-th column. */
static bool documented(const char *page, const char *resource, size_t column,
                       const char *action)
{
    char start[64], cell[200];
    snprintf(start, sizeof start, "\n| `%s` |", resource);
    const char *at = strstr(page, start);
    if (!CHECK(at != NULL)) return false;
    at += strlen(start);
    for (size_t i = 0; i < column; i++) at += check_span(at, "|") + 1;
    snprintf(cell, sizeof cell, "%.*s", (int)check_span(at, "|"), at);
    return strstr(cell, action) != NULL;
}

static void the_standard_matrix_is_the_documented_one(void)
{
    csuccess_config *config = compile("{\"csuccess\": 1}");
    char *page = check_read(CHECK_SOURCE_ROOT "/docs/reference/access.md", NULL);
    unsigned allowed = 0;
    if (!CHECK(page != NULL)) return;
    for (size_t role = 0; role < LENGTH(roles); role++) {
        for (size_t r = 0; r < LENGTH(resources); r++) {
            for (size_t a = 0; a < LENGTH(actions); a++) {
                answer got =
                    check(config, (ask){"ann", roles[role], resources[r], actions[a], "ann"});
                bool wanted = documented(page, resources[r], role, actions[a]);
                allowed += wanted;
                if (!CHECK_RESULT(got.result, wanted ? CSUCCESS_OK : CSUCCESS_EDENIED)) {
                    printf("# %s: %s %s\n", roles[role], resources[r], actions[a]);
                }
                CHECK_HAS(got.rule.ptr, wanted ? roles[role] : "access.roles: ");
                CHECK_HAS(got.rule.ptr, resources[r]);
                CHECK_HAS(got.rule.ptr, actions[a]);
            }
        }
    }
    CHECK(allowed > 100); /* the page was read */
    free(page);
    csuccess_config_unref(config);
}

static void a_csm_sees_only_assigned_customers(void)
{
    csuccess_config *config = compile("{\"csuccess\": 1}");
    answer mine = check(config, (ask){"ann", "csm", "customer", "read", "ann"});
    CHECK_RESULT(mine.result, CSUCCESS_OK);
    CHECK_STR(mine.rule, "access.roles.csm: customer read, assigned");
    answer other = check(config, (ask){"ann", "csm", "customer", "read", "bob"});
    CHECK_RESULT(other.result, CSUCCESS_EDENIED);
    CHECK_STR(other.rule, "access.roles.csm: customer read, assigned");
    CHECK_CSTR(other.err.message,
               "access.roles.csm: customer read, assigned; is not the owner");
    CHECK_INT(other.err.code, CSUCCESS_EDENIED);
    answer nobodys = check(config, (ask){"ann", "csm", "customer", "read", ""});
    CHECK_CSTR(nobodys.err.message,
               "access.roles.csm: customer read, assigned; nobody owns it");
    answer erase = check(config, (ask){"ann", "csm", "customer", "erase", "ann"});
    CHECK_STR(erase.rule, "access.roles: customer erase");
    CHECK_CSTR(erase.err.message, "access.roles: customer erase; no role of the principal may");
    CHECK_INT(mine.led + other.led + nobodys.led, 0);
    csuccess_config_unref(config);
}

static void managers_see_their_teams_customers(void)
{
    csuccess_config *config = compile("{\"csuccess\": 1}");
    static const struct {
        const char *id, *owner;
        csuccess_result result;
        int led;
        const char *message;
    } rows[] = {
        {"boss", "ann", CSUCCESS_OK, 1, ""},
        {"boss", "lead", CSUCCESS_OK, 1, ""},
        {"boss", "boss", CSUCCESS_OK, 0, ""},
        {"lead", "boss", CSUCCESS_EDENIED, 1,
         "access.roles.manager: health read, team; leads not the owner"},
        {"boss", "zoe", CSUCCESS_EDENIED, 1,
         "access.roles.manager: health read, team; leads not the owner"},
        {"boss", "", CSUCCESS_EDENIED, 0,
         "access.roles.manager: health read, team; nobody owns it"},
        {"boss", "lost", CSUCCESS_EDENIED, 1,
         "access.roles.manager: health read, team; who leads whom is not known"},
        {"boss", "odd", CSUCCESS_EDENIED, 1,
         "access.roles.manager: health read, team; who leads whom is not known"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        answer got =
            check(config, (ask){rows[i].id, "manager", "health", "read", rows[i].owner});
        CHECK_RESULT(got.result, rows[i].result);
        CHECK_INT(got.led, rows[i].led);
        CHECK_CSTR(got.err.message, rows[i].message);
        CHECK_STR(got.rule, "access.roles.manager: health read, team");
    }
    csuccess_principal boss = {sizeof boss, text("boss"), &(csuccess_str){"manager", 7}, 1};
    csuccess_access_question q = {.size = sizeof q,
                                  .principal = &boss,
                                  .resource = text("health"),
                                  .action = text("read"),
                                  .owner = text("ann")};
    CHECK_RESULT(csuccess_access_check(config, &q, NULL, NULL),
                 CSUCCESS_EDENIED); /* nobody to ask */
    csuccess_config_unref(config);
}

static void admins_and_the_host_see_all(void)
{
    csuccess_config *config = compile("{\"csuccess\": 1}");
    for (size_t r = 0; r < LENGTH(resources); r++) {
        for (size_t a = 0; a < LENGTH(actions); a++) {
            CHECK_OK(result_of(config, (ask){"root", "admin", resources[r], actions[a], ""}));
            answer host = check(config, (ask){NULL, NULL, resources[r], actions[a], "bob"});
            CHECK_RESULT(host.result, CSUCCESS_OK);
            CHECK_STR(host.rule, "host");
        }
    }
    csuccess_config_unref(config);
}

/* ---- Several roles ---- */

static void the_first_role_that_allows_decides(void)
{
    csuccess_config *config = compile("{\"csuccess\": 1}");
    answer got =
        check(config, (ask){"ann", "nobody csm service admin", "customer", "read", "bob"});
    CHECK_RESULT(got.result, CSUCCESS_OK);
    CHECK_STR(got.rule, "access.roles.service: customer read, all");
    got = check(config, (ask){"ann", "nobody approver csm", "task", "write", "bob"});
    CHECK_RESULT(got.result, CSUCCESS_EDENIED);
    CHECK_STR(got.rule, "access.roles.csm: task write, assigned");
    got = check(config, (ask){"ann", "nobody", "task", "write", "ann"});
    CHECK_CSTR(got.err.message,
               "access.roles: task write; no role of the principal is defined");
    csuccess_config_unref(config);
}

/* ---- Roles of a configuration ---- */

#define ROLES(roles) \
    "{\"csuccess\": 1, \"attributes\": {\"csm\": {\"type\": \"string\"}, \"arr\": {\"type\": " \
    "\"number\"}}, \"access\": {" roles "}}"

static void roles_of_a_configuration(void)
{
    csuccess_config *config = compile(ROLES(
        "\"owner\": \"csm\", \"description\": \"who may what\", \"roles\": {"
        "\"csm\": {\"may\": {\"customer\": [\"read\", \"export\"], \"override\": []}},"
        "\"auditor\": {\"scope\": \"all\", \"description\": \"reads\", \"may\": {\"*\": "
        "[\"read\"], \"audit\": \"*\", \"consent\": []}},"
        "\"operator\": {\"scope\": \"team\", \"may\": {\"engine\": [\"run\"], "
        "\"configuration\": [\"read\"]}},"
        "\"description\": {\"scope\": \"all\", \"may\": {\"*\": \"*\"}}, \"guest\": {}}"));
    static const struct {
        ask a;
        csuccess_result result;
    } rows[] = {
        {{"ann", "csm", "customer", "export", "ann"}, CSUCCESS_OK},
        {{"ann", "csm", "health", "read", "ann"}, CSUCCESS_EDENIED}, /* replaced as a whole */
        {{"ann", "csm", "customer", "read", "bob"},
         CSUCCESS_EDENIED}, /* assigned, unless it says more */
        {{"ann", "auditor", "task", "read", "bob"}, CSUCCESS_OK},
        {{"ann", "auditor", "task", "write", "bob"}, CSUCCESS_EDENIED},
        {{"ann", "auditor", "audit", "export", "bob"}, CSUCCESS_OK},
        {{"ann", "auditor", "consent", "read", "bob"}, CSUCCESS_EDENIED},
        {{"ann", "operator", "engine", "run", ""},
         CSUCCESS_OK}, /* of no customer, so of no team */
        {{"ann", "operator", "engine", "read", ""}, CSUCCESS_EDENIED},
        {{"ann", "description", "engine", "read", ""}, CSUCCESS_OK},
        {{"ann", "guest", "customer", "read", "ann"}, CSUCCESS_EDENIED},
        {{"ann", "manager", "customer", "read", "ann"},
         CSUCCESS_OK}, /* the standard one stays */
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (!CHECK_RESULT(result_of(config, rows[i].a), rows[i].result))
            printf("# row %zu\n", i);
    }
    csuccess_config_unref(config);
}

static bool same_hash(const char *one, const char *other)
{
    csuccess_config *a = compile(one), *b = compile(other);
    csuccess_str x = csuccess_config_hash(a), y = csuccess_config_hash(b);
    bool same = x.len > 0 && csuccess__str_eq(x, y);
    csuccess_config_unref(a);
    csuccess_config_unref(b);
    return same;
}

#define PURPOSES \
    "\"privacy\": {\"purposes\": {\"order\": {}, \"description\": {\"requires\": " \
    "\"nothing\"}}, "
#define RULED(by) \
    "{\"csuccess\": 1, " PURPOSES "\"jurisdictions\": {\"order\": {\"description\": \"" by \
    "\"}}}}"

/* Descriptions do not count in the hash, but what people called "description" or "order" does. */
static void the_hash_knows_words_from_names(void)
{
    CHECK(same_hash(
        ROLES("\"roles\": {\"x\": {}}"),
        ROLES("\"description\": \"d\", \"roles\": {\"x\": {\"description\": \"e\"}}")));
    CHECK(!same_hash(ROLES("\"roles\": {\"x\": {}}"),
                     ROLES("\"roles\": {\"x\": {}, \"description\": {}}")));
    CHECK(!same_hash(ROLES("\"roles\": {\"order\": {}}"),
                     ROLES("\"roles\": {\"order\": {\"scope\": \"all\"}}")));
    CHECK(same_hash(ROLES("\"roles\": {\"x\": {}, \"y\": {}}"),
                    ROLES("\"roles\": {\"y\": {}, \"x\": {}}")));
    CHECK(!same_hash(RULED("opt_in"), RULED("opt_out")));
    CHECK(
        !same_hash(RULED("opt_in"), "{\"csuccess\": 1, " PURPOSES "\"description\": \"d\"}}"));
}

static void shapes_are_checked(void)
{
    static const struct {
        const char *document, *pointer, *message;
        csuccess_result code;
    } rows[] = {
        {ROLES("\"owner\": \"cms\""), "/access/owner", "\"cms\"", CSUCCESS_ENAME},
        {ROLES("\"owner\": \"arr\""), "/access/owner", "a string", CSUCCESS_ETYPE},
        {ROLES("\"owner\": 3"), "/access/owner", "string", CSUCCESS_ECONFIG},
        {ROLES("\"onwer\": \"csm\""), "/access/onwer", "owner", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": []"), "/access/roles", "object", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": 1}"), "/access/roles/x", "object", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"\": {}}"), "/access/roles/", "1 to 256", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": {\"scope\": \"teams\"}}"), "/access/roles/x/scope", "team",
         CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": {\"may\": \"*\"}}"), "/access/roles/x/may", "object",
         CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": {\"may\": {\"custmer\": \"*\"}}}"),
         "/access/roles/x/may/custmer", "\"customer\"", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": {\"may\": {\"zzz\": \"*\"}}}"), "/access/roles/x/may/zzz",
         "configuration", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": {\"may\": {\"task\": \"read\"}}}"),
         "/access/roles/x/may/task", "a list", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": {\"may\": {\"task\": [\"raed\"]}}}"),
         "/access/roles/x/may/task/0", "\"read\"", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": {\"may\": {\"task\": [1]}}}"), "/access/roles/x/may/task/0",
         "a number", CSUCCESS_ECONFIG},
        {ROLES("\"roles\": {\"x\": {\"may\": {\"*\": [\"*\"]}}}"), "/access/roles/x/may/*/0",
         "\"*\"", CSUCCESS_ECONFIG},
        {"{\"csuccess\": 1, \"access\": []}", "/access", "object", CSUCCESS_ECONFIG},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        CHECK_RESULT(csuccess_config_compile(&config, text(rows[i].document), NULL, &err),
                     rows[i].code);
        CHECK_CSTR(err.pointer, rows[i].pointer);
        CHECK_HAS(err.message, rows[i].message);
        csuccess_config_unref(config);
    }
}

static void too_many_roles_are_a_limit(void)
{
    static char document[16384];
    int n = snprintf(document, sizeof document, "{\"csuccess\": 1, \"access\": {\"roles\": {");
    for (int i = 0; i < 257; i++)
        n += snprintf(document + n, sizeof document - (size_t)n, "%s\"r%d\": {}", i ? "," : "",
                      i);
    snprintf(document + n, sizeof document - (size_t)n, "}}}");
    csuccess_config *config = NULL;
    CHECK_RESULT(csuccess_config_compile(&config, text(document), NULL, NULL), CSUCCESS_ELIMIT);
}

/* ---- Misuse ---- */

static void questions_that_cannot_be(void)
{
    csuccess_config *config = compile("{\"csuccess\": 1}");
    csuccess_str rule = text("before");
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_access_question q = {
        .size = sizeof q, .resource = text("customer"), .action = text("read")};
    CHECK_RESULT(csuccess_access_check(NULL, &q, &rule, &err), CSUCCESS_EINVALID);
    CHECK_UINT(rule.len, 0);
    CHECK_RESULT(csuccess_access_check(config, NULL, &rule, &err), CSUCCESS_EINVALID);
    q.resource = text("customers");
    CHECK_RESULT(csuccess_access_check(config, &q, &rule, &err), CSUCCESS_EINVALID);
    CHECK_HAS(err.message, "\"customers\" is no resource");
    q.resource = text("customer");
    q.action = (csuccess_str){NULL, 0};
    CHECK_RESULT(csuccess_access_check(config, &q, &rule, &err), CSUCCESS_EINVALID);
    q.action = text("read");
    q.owner = (csuccess_str){NULL, 3};
    CHECK_RESULT(csuccess_access_check(config, &q, &rule, &err), CSUCCESS_EINVALID);
    q.owner = text("");
    q.size = 4;
    CHECK_RESULT(csuccess_access_check(config, &q, &rule, &err), CSUCCESS_EABI);
    q.size = sizeof q;
    CHECK_OK(csuccess_access_check(config, &q, &rule, NULL));
    csuccess_config_unref(config);
}

static void principals_that_cannot_be(void)
{
    static char large[300];
    memset(large, 'a', sizeof large);
    const csuccess_str good[65] = {{"csm", 3}}, empty = {"", 0}, bad = {"\xff", 1},
                       null = {NULL, 4}, long_one = {large, 257};
    const struct {
        csuccess_principal principal;
        csuccess_result result;
    } rows[] = {
        {{sizeof(csuccess_principal), {"ann", 3}, good, 1}, CSUCCESS_OK},
        {{sizeof(csuccess_principal), {large, 256}, good, 1}, CSUCCESS_OK},
        {{sizeof(csuccess_principal), {large, 257}, good, 1}, CSUCCESS_ELIMIT},
        {{sizeof(csuccess_principal), {"", 0}, good, 1}, CSUCCESS_EINVALID},
        {{sizeof(csuccess_principal), {NULL, 4}, good, 1}, CSUCCESS_EINVALID},
        {{sizeof(csuccess_principal), {"host", 4}, good, 1}, CSUCCESS_EINVALID},
        {{sizeof(csuccess_principal), {"\xc3", 1}, good, 1}, CSUCCESS_EENCODING},
        {{sizeof(csuccess_principal), {"ann", 3}, NULL, 1}, CSUCCESS_EINVALID},
        {{sizeof(csuccess_principal), {"ann", 3}, good, 0}, CSUCCESS_EINVALID},
        {{sizeof(csuccess_principal), {"ann", 3}, good, 65}, CSUCCESS_ELIMIT},
        {{sizeof(csuccess_principal), {"ann", 3}, good, 2},
         CSUCCESS_EINVALID}, /* the second is empty */
        {{sizeof(csuccess_principal), {"ann", 3}, &empty, 1}, CSUCCESS_EINVALID},
        {{sizeof(csuccess_principal), {"ann", 3}, &null, 1}, CSUCCESS_EINVALID},
        {{sizeof(csuccess_principal), {"ann", 3}, &bad, 1}, CSUCCESS_EENCODING},
        {{sizeof(csuccess_principal), {"ann", 3}, &long_one, 1}, CSUCCESS_ELIMIT},
        {{3, {"ann", 3}, good, 1}, CSUCCESS_EABI},
    };
    csuccess__arena arena;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess_config *config = compile("{\"csuccess\": 1}");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        csuccess__principal out;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        if (!CHECK_RESULT(csuccess__principal_take(&out, &rows[i].principal, &arena, &err),
                          rows[i].result))
            printf("# row %zu\n", i);
        CHECK(!out.host);
        CHECK(rows[i].result == CSUCCESS_OK
                  ? out.id.ptr != rows[i].principal.id.ptr && out.role_count == 1
                  : out.id.len == 0);
        csuccess_access_question q = {.size = sizeof q,
                                      .principal = &rows[i].principal,
                                      .resource = text("audit"),
                                      .action = text("erase")};
        CHECK_RESULT(csuccess_access_check(config, &q, NULL, NULL),
                     rows[i].result == CSUCCESS_OK ? CSUCCESS_EDENIED : rows[i].result);
    }
    csuccess__principal host;
    CHECK_OK(csuccess__principal_take(&host, NULL, &arena, NULL));
    CHECK(host.host);
    CHECK_STR(host.id, "host");
    csuccess_config_unref(config);
    csuccess__arena_free(&arena);
}

static csuccess_result take_a_principal(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess__arena arena;
    csuccess__principal out;
    const csuccess_str two[] = {{"csm", 3}, {"manager", 7}};
    const csuccess_principal in = {sizeof in, {"ann", 3}, two, 2};
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess_result result = csuccess__principal_take(&out, &in, &arena, NULL);
    CHECK(result == CSUCCESS_OK
              ? out.role_count == 2 && csuccess__str_is(out.roles[1], "manager")
              : out.id.ptr == NULL);
    csuccess__arena_free(&arena);
    return result;
}

static csuccess_result compile_a_section(check_memory *memory, void *ud)
{
    csuccess_config *config = NULL;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = &memory->allocator;
    csuccess_result result = csuccess_config_compile(&config, text(ud), &options, NULL);
    if (result == CSUCCESS_OK) {
        CHECK_OK(result_of(config, (ask){"ann", "auditor", "audit", "read", "bob"}));
        CHECK_OK(result_of(config, (ask){"ann", "csm", "task", "write", "ann"}));
    }
    csuccess_config_unref(config);
    return result;
}

static void memory_that_is_refused(void)
{
    CHECK(check_faults(take_a_principal, NULL) >= 1);
    CHECK(check_faults(compile_a_section,
                       ROLES("\"owner\": \"csm\", \"roles\": {\"auditor\": {\"scope\": "
                             "\"all\", \"may\": {\"*\": [\"read\"]}}}")) > 4);
}

CHECK_MAIN(CHECK_TEST(the_standard_matrix_is_the_documented_one),
           CHECK_TEST(a_csm_sees_only_assigned_customers),
           CHECK_TEST(managers_see_their_teams_customers),
           CHECK_TEST(admins_and_the_host_see_all),
           CHECK_TEST(the_first_role_that_allows_decides), CHECK_TEST(roles_of_a_configuration),
           CHECK_TEST(the_hash_knows_words_from_names), CHECK_TEST(shapes_are_checked),
           CHECK_TEST(too_many_roles_are_a_limit), CHECK_TEST(questions_that_cannot_be),
           CHECK_TEST(principals_that_cannot_be), CHECK_TEST(memory_that_is_refused))
