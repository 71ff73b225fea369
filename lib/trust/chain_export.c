/* SPDX-License-Identifier: Apache-2.0 */
/* The chain as JSON Lines, for whoever verifies it without the library: docs/reference/audit.md. */
#include "base/str.h"
#include "text/json.h"
#include "trust/chain.h"

static void put_text(csuccess__json_writer *out, const char *key, csuccess_str text)
{
    csuccess__json_key(out, csuccess__str(key));
    csuccess__json_str(out, text);
}

/* Beyond 2^53 a number would not be the same when it is read; nobody has so many entries. */
static void put_whole(csuccess__json_writer *out, const char *key, double value)
{
    csuccess__json_key(out, csuccess__str(key));
    csuccess__json_num(out, value);
}

void csuccess__chain_write_head(csuccess__json_writer *out, const csuccess__state_head *head)
{
    char hex[64];
    csuccess__json_open(out, '{');
    put_text(out, "chain", CSUCCESS_STR(CSUCCESS__CHAIN_DOMAIN));
    csuccess__hex_put(hex, head->pseudonym, sizeof head->pseudonym);
    put_text(out, "pseudonym", (csuccess_str){hex, 2 * sizeof head->pseudonym});
    put_whole(out, "seq", (double)head->seq);
    csuccess__hex_put(hex, head->chain, sizeof head->chain);
    put_text(out, "digest", (csuccess_str){hex, 2 * sizeof head->chain});
    csuccess__json_close(out, '}');
}

void csuccess__chain_write_entry(csuccess__json_writer *out, const csuccess_entry *entry)
{
    csuccess__json_open(out, '{');
    put_whole(out, "seq", (double)entry->seq);
    put_whole(out, "at_ms", (double)entry->at_ms);
    put_text(out, "kind", entry->kind);
    put_text(out, "cause", entry->cause);
    put_text(out, "by", entry->by);
    put_text(out, "config", entry->config);
    if (entry->subject.len) put_text(out, "subject", entry->subject);
    csuccess__json_key(out, CSUCCESS_STR("body"));
    if (entry->body.ptr) {
        csuccess__json_str(out, entry->body);
    } else {
        csuccess__json_null(out);
    }
    put_text(out, "commitment", entry->commitment);
    put_text(out, "digest", entry->digest);
    csuccess__json_close(out, '}');
}
