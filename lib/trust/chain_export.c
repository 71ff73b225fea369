/* SPDX-License-Identifier: Apache-2.0 */
/* The chain as JSON Lines, for whoever verifies it without the library: docs/reference/audit.md. */
#include "base/str.h"
#include "text/json.h"
#include "trust/chain.h"

void csuccess__chain_write_head(csuccess__json_writer *out, const csuccess__state_head *head)
{
    char hex[64];
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "chain", CSUCCESS_STR(CSUCCESS__CHAIN_DOMAIN));
    csuccess__hex_put(hex, head->pseudonym, sizeof head->pseudonym);
    csuccess__json_put_str(out, "pseudonym", (csuccess_str){hex, 2 * sizeof head->pseudonym});
    csuccess__json_put_num(out, "seq", (double)head->seq);
    csuccess__hex_put(hex, head->chain, sizeof head->chain);
    csuccess__json_put_str(out, "digest", (csuccess_str){hex, 2 * sizeof head->chain});
    csuccess__json_close(out, '}');
}

void csuccess__chain_write_entry(csuccess__json_writer *out, const csuccess_entry *entry)
{
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "seq", (double)entry->seq);
    csuccess__json_put_num(out, "at_ms", (double)entry->at_ms);
    csuccess__json_put_str(out, "kind", entry->kind);
    csuccess__json_put_str(out, "cause", entry->cause);
    csuccess__json_put_str(out, "by", entry->by);
    csuccess__json_put_str(out, "config", entry->config);
    if (entry->subject.len) csuccess__json_put_str(out, "subject", entry->subject);
    csuccess__json_key(out, CSUCCESS_STR("body"));
    if (entry->body.ptr) {
        csuccess__json_str(out, entry->body);
    } else {
        csuccess__json_null(out);
    }
    csuccess__json_put_str(out, "commitment", entry->commitment);
    csuccess__json_put_str(out, "digest", entry->digest);
    csuccess__json_close(out, '}');
}
