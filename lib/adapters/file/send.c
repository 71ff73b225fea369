/* SPDX-License-Identifier: Apache-2.0 */
/* The slot of the file channel: a message as a line, and the file that it belongs in. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 200 };

/* ---- Which file ---- */

/* False: it is too long, or there is none. */
static bool name_file(char name[CSUCCESS__FILE_NAME], csuccess_str channel)
{
    char *out = name;
    for (size_t i = 0; i < channel.len; i++) {
        if (out - name > LONGEST_NAME - 3) return false;
        if (csuccess__envelope_is_word(channel.ptr[i], i ? "_-." : "_-")) {
            *out++ = channel.ptr[i];
        } else {
            out += snprintf(out, 4, "%%%02X", (unsigned)(unsigned char)channel.ptr[i]);
        }
    }
    memcpy(out, ".jsonl", sizeof ".jsonl");
    return channel.len > 0;
}

static bool is_of(const csuccess__file_sink *sink, csuccess_str channel)
{
    return sink->channel.len == channel.len &&
           memcmp(sink->channel.bytes, channel.ptr, channel.len) == 0;
}

static csuccess__file_sink *add_sink(csuccess_file *file, csuccess_str channel)
{
    csuccess__file_sink **sinks =
        realloc(file->sinks, (file->sink_count + 1) * sizeof(csuccess__file_sink *));
    if (!sinks) return NULL;
    file->sinks = sinks;
    csuccess__file_sink *sink = calloc(1, sizeof *sink);
    if (!sink) return NULL;
    sink->fd = -1;
    csuccess__envelope_put(&sink->channel, channel.ptr, channel.len);
    if (sink->channel.failed) {
        free(sink);
        return NULL;
    }
    name_file(sink->name, channel);
    file->sinks[file->sink_count++] = sink;
    return sink;
}

static csuccess__file_sink *sink_of(csuccess_file *file, csuccess_str channel)
{
    for (size_t i = 0; i < file->sink_count; i++) {
        if (is_of(file->sinks[i], channel)) return file->sinks[i];
    }
    return add_sink(file, channel);
}

/* ---- The line ---- */

/* `"key":` and a JSON value, or what stands for one that is empty. False: it is no JSON. */
static bool put_json(csuccess__envelope *line, const char *key, csuccess_str json,
                     const char *nothing)
{
    csuccess__envelope_word(line, key);
    if (json.len) return csuccess__envelope_json(line, json, CSUCCESS__ENVELOPE_DEPTH);
    csuccess__envelope_word(line, nothing);
    return true;
}

/* False: the message is no JSON. */
static bool write_message(csuccess__envelope *line, const csuccess_send_request *request)
{
    char at[32], attempt[32];
    size_t n = csuccess__envelope_time(at, request->now_ms);
    snprintf(attempt, sizeof attempt, "\"attempt\":%lu,", (unsigned long)request->attempt);
    csuccess__envelope_reset(line);
    csuccess__envelope_word(line, "{");
    csuccess__envelope_member(line, "id", request->message->id);
    csuccess__envelope_about(line, request);
    csuccess__envelope_member(line, "at", (csuccess_str){at, n});
    csuccess__envelope_word(line, attempt);
    bool good = put_json(line, "\"recipient\":", request->recipient, "{}") &&
                put_json(line, ",\"body\":", request->message->body, "null");
    csuccess__envelope_word(line, "}\n");
    return good;
}

static csuccess__file_said deliver(csuccess_file *file, const csuccess_send_request *request)
{
    char name[CSUCCESS__FILE_NAME];
    if (!name_file(name, request->channel)) {
        return (csuccess__file_said){CSUCCESS_SENT_NEVER,
                                     "the channel's name is empty or too long for a file"};
    }
    if (!write_message(&file->line, request)) {
        return (csuccess__file_said){CSUCCESS_SENT_NEVER, "body or recipient are no JSON"};
    }
    csuccess__file_sink *sink = file->line.failed ? NULL : sink_of(file, request->channel);
    if (!sink) return (csuccess__file_said){CSUCCESS_SENT_LATER, "out of memory"};
    return csuccess__file_append(file, sink, request->message->id);
}

void csuccess__file_send(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    csuccess__file_said said = deliver(ud, request);
    csuccess_str reason = {said.reason, strlen(said.reason)};
    csuccess_reply_sent(reply, said.outcome, 0, reason);
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}
