/* SPDX-License-Identifier: Apache-2.0 */
/* Messaging by callbacks: what a channel is asked to send, and how it answers. docs/guides/writing-a-channel.md goes through it. */
#ifndef CSUCCESS_CHANNEL_H
#define CSUCCESS_CHANNEL_H

#include <csuccess/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** `send`: one message, whose id is its idempotency key: the same id again is the same message. `size` set by the library. @since 0.1 */
typedef struct csuccess_send_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    csuccess_str channel;
    const csuccess_message *message;
    csuccess_str recipient; /**< JSON object: the contact's record, or {} */
    uint32_t attempt;       /**< from 1 */
    uint32_t reserved;
} csuccess_send_request;

/* What became of an attempt: csuccess_reply_sent(). */
/** taken over by whoever delivers it */
#define CSUCCESS_SENT_DELIVERED 1u
/** not delivered, worth another attempt */
#define CSUCCESS_SENT_LATER 2u
/** not delivered, and no attempt will help: the message is dead */
#define CSUCCESS_SENT_NEVER 3u
/** the same, because of the address: contact and channel are suppressed */
#define CSUCCESS_SENT_BOUNCED 4u
/** may or may not have been delivered; tried again only where the channel delivers at least
 * once */
#define CSUCCESS_SENT_UNKNOWN 5u

/**
 * Answers `send`. `retry_after_ms`: at least so long until the next attempt; 0: as the configuration says. `reason` (may be empty, no personal data) is kept with the message.
 * CSUCCESS_EINVALID for an unknown outcome, another operation or a second answer; CSUCCESS_EBUSY after it was done; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_reply_sent(csuccess_reply *reply, uint32_t outcome,
                                                 int64_t retry_after_ms, csuccess_str reason);

/**
 * The slots of a channel. A slot that returns without csuccess_reply_done(), or ends with an error, counts as CSUCCESS_SENT_UNKNOWN.
 *
 * A channel that delivers at least once (the default) is asked first and the message is settled afterwards: after a crash between the two the same id comes again. One that delivers
 * at most once (`"delivery": "at_most_once"`) finds the message settled as unknown before it is asked, and is asked once: nothing is sent twice, and nobody but the figures learns
 * what became of it. Staff's messages (CSUCCESS_MESSAGE_INTERNAL) of the section `checks` have no customer and are in no outbox.
 * @since 0.1
 */
typedef struct csuccess_channel_ops {
    size_t size;
    void (*send)(void *ud, const csuccess_send_request *request, csuccess_reply *reply);
} csuccess_channel_ops;

#ifdef __cplusplus
}
#endif

#endif
