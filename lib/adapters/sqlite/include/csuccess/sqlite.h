/* SPDX-License-Identifier: Apache-2.0 */
/* A store in a SQLite file: the contract of store.h, durable, for many processes at once, with tables for SQL beside it. The library is
   libcsuccess-sqlite (pkg-config: csuccess-sqlite). */
#ifndef CSUCCESS_SQLITE_H
#define CSUCCESS_SQLITE_H

#include <csuccess/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A connection to a file that holds everything that engines keep. Any number of connections, of one process or of several on one machine, may
 * use one file; each serves one engine at a time. The file is in WAL mode (beside it lie "-wal" and "-shm"), a commit is on the disk
 * before it is answered, and what is erased is overwritten. A connection must not be carried over fork().
 *
 * What a host may read with any SQLite program, while engines run, are the views
 *
 *   customers          one row per customer: revision, first_at, last_at, score, status, trend, probability, level, due_at, parked, failures, reason
 *   health_scores      one per customer and day (UTC) with a change: raw, score, status, previous (before the day's first), trend, profile, completeness
 *   churn_predictions  one per change: probability, level, previous_probability, previous_level, source, model
 *   alerts             one each time (occurrence) that an alert was raised: key, severity, tier, state, cause, raised_at, state_at, closed_at
 *   subscriptions      one per change of a subscription: change, movement, effective, product, currency, before, after, amount, reason
 *   outcomes           one per outcome (churned, renewed ...): effective, amount, reason
 *   touchpoints        one per touchpoint: contact, name, properties
 *   interventions      one per message to a channel with what became of it, and one each time that one was held, with the guard
 *   consents           one per contact, purpose and channel: what holds now
 *   overrides          one each time that an override began or ended
 *   audit              every entry
 *
 * Times (`at` and names that end so) are milliseconds since the epoch, days "YYYY-MM-DD", what comes out of a body is as it stands there. All have `tenant` and `customer`; what an entry's body does not say is NULL.
 * The tables whose names begin with "store_" are the store itself, those with "project_" are made of the entries and can be made anew; they may change
 * from version to version, and writing to any of them by hand voids everything that is promised here.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_sqlite csuccess_sqlite;

#define CSUCCESS_SQLITE_EXISTING \
    1u /**< flags: the file must be there; without it an absent or empty file is made */
#define CSUCCESS_SQLITE_BARE \
    2u /**< flags: a file that is made now never projects by itself, which commits a little faster */

/** How a file is opened; zero is the default of a field. @since 0.1 */
typedef struct csuccess_sqlite_options {
    size_t size;
    uint32_t flags; /**< CSUCCESS_SQLITE_* */
    uint32_t
        busy_ms; /**< how long to wait for another connection that writes; 5,000; at most 3,600,000 */
    uint32_t cache_kib; /**< pages kept in memory; 16,384; at most 1,048,576 */
    uint32_t
        checkpoint; /**< pages of the WAL from which it is written back; 4,000; at most 1,000,000 */
} csuccess_sqlite_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SQLITE_OPTIONS_INIT {sizeof(csuccess_sqlite_options), 0, 0, 0, 0}
#else
#define CSUCCESS_SQLITE_OPTIONS_INIT {.size = sizeof(csuccess_sqlite_options)}
#endif
/* clang-format on */

/**
 * Opens a file, makes its tables when it is new, and brings those of an older version of this library up to date (in one transaction: a crash leaves
 * the old ones). *out is NULL on failure. The message in err names the file and the remedy.
 *
 * CSUCCESS_ESTATE: no SQLite database, another program's, or damaged. CSUCCESS_EUNSUPPORTED: written by a newer version of this library; WAL mode is not
 * to be had there (a network file system, memory). CSUCCESS_EDENIED: it, or its folder, may not be written to. CSUCCESS_EBUSY: another program has locked it
 * for longer than busy_ms. CSUCCESS_EMISSING: it is not there (or its folder). CSUCCESS_EINVALID (empty path, a NUL in it, unknown flags), CSUCCESS_ERANGE (a
 * number beyond its limit), CSUCCESS_EABI, CSUCCESS_ENOMEM, CSUCCESS_EGENERIC: what the system said.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_sqlite_open(csuccess_sqlite **out, csuccess_str path,
                                                  const csuccess_sqlite_options *options,
                                                  csuccess_error *err);
/** Closes a connection; NULL does nothing. Not while an engine uses it. @since 0.1 */
CSUCCESS_API void csuccess_sqlite_close(csuccess_sqlite *store);

/**
 * The slots; `ud` for them is the connection. How they end beside CSUCCESS_OK: CSUCCESS_EBUSY (another connection writes for longer than busy_ms), CSUCCESS_ESTATE (the
 * file is damaged), CSUCCESS_ELIMIT (a body of more than 1,000,000,000 bytes, a full disk), CSUCCESS_EDENIED (the file became read-only), CSUCCESS_ENOMEM,
 * CSUCCESS_EINVALID (a request that the contract does not know), CSUCCESS_EGENERIC (the disk fails). Nothing of the request was done then.
 * A batch of a commit that cannot be stored for its own sake (too large, a record of an unknown kind) stays without an answer; those beside it are committed.
 * @since 0.1
 */
CSUCCESS_API const csuccess_store_ops *csuccess_sqlite_ops(void);

/**
 * Makes the projections of all tenants anew from the entries, in one transaction; engines may run meanwhile, but wait at their next commit. Of a file made with
 * CSUCCESS_SQLITE_BARE they show the time of this call from then on. Errors as those of the slots, and CSUCCESS_EINVALID.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_sqlite_rebuild(csuccess_sqlite *store,
                                                     csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif
