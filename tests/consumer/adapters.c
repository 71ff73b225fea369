/* SPDX-License-Identifier: Apache-2.0 */
/* A stranger's program over the installed adapters: a store and two channels, each found by pkg-config. */
#include <csuccess/file.h>
#include <csuccess/sqlite.h>
#include <csuccess/webhook.h>
#include <stdio.h>

int main(void)
{
    csuccess_str secret = CSUCCESS_STR("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_webhook_options options = CSUCCESS_WEBHOOK_OPTIONS_INIT;
    csuccess_sqlite *store = NULL;
    csuccess_file *file = NULL;
    csuccess_webhook *webhook = NULL;
    int bad = 0;
    options.secrets = &secret;
    options.secret_count = 1;
    bad += csuccess_sqlite_open(&store, CSUCCESS_STR("consumer.db"), NULL, &err) != CSUCCESS_OK;
    bad += csuccess_file_open(&file, CSUCCESS_STR("."), NULL, &err) != CSUCCESS_OK;
    bad += csuccess_webhook_new(&webhook, CSUCCESS_STR("https://example.com/"), &options,
                                &err) != CSUCCESS_OK;
    if (!csuccess_sqlite_ops()->commit || !csuccess_file_ops()->send) bad++;
    if (!csuccess_webhook_ops()->send) bad++;
    if (bad) fprintf(stderr, "%s\n", err.message);
    csuccess_sqlite_close(store);
    csuccess_file_close(file);
    csuccess_webhook_free(webhook);
    return bad;
}
