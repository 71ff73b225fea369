/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of small CSV files by column name. */
#include "table_file.h"

#include <errno.h>
#include <string.h>

bool table_refuse(table_file *t, const char *what)
{
    fprintf(stderr, "%s:%llu: %s\n", t->path, (unsigned long long)t->record.line, what);
    t->failed = true;
    return false;
}

static bool read_record(table_file *t)
{
    const char *problem;
    csv_result result;
    do {
        result = csv_read(&t->stream, ',', &t->record, &problem);
    } while (result == CSV_RECORD && t->record.blank);
    if (result == CSV_BAD) return table_refuse(t, problem);
    if (result == CSV_END && t->stream.broken)
        return table_refuse(t, strerror(t->stream.broken));
    return result == CSV_RECORD;
}

static size_t find(const csv_record *header, const char *name)
{
    for (size_t i = 0; i < header->count; i++) {
        size_t len;
        const char *field = csv_field(header, i, &len);
        if (len == strlen(name) && memcmp(field, name, len) == 0) return i;
    }
    return SIZE_MAX;
}

bool table_open(table_file *t, const char *path, const char *const *wanted, int required)
{
    memset(t, 0, sizeof *t);
    t->path = path;
    if (!stream_open(&t->stream, path)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        t->failed = true;
        return false;
    }
    stream_skip_mark(&t->stream);
    if (!read_record(t)) return t->failed ? false : table_refuse(t, "the file is empty");
    for (int i = 0; wanted[i] && i < TABLE_COLUMNS; i++) {
        char message[100];
        t->columns[i] = find(&t->record, wanted[i]);
        if (t->columns[i] != SIZE_MAX || i >= required) continue;
        snprintf(message, sizeof message, "there is no column \"%s\"", wanted[i]);
        return table_refuse(t, message);
    }
    return true;
}

bool table_next(table_file *t)
{
    return !t->failed && read_record(t);
}

const char *table_cell(const table_file *t, int which, char *buf, size_t cap)
{
    size_t at = t->columns[which], len = 0;
    const char *field = at < t->record.count ? csv_field(&t->record, at, &len) : "";
    if (len > cap - 1) len = cap - 1;
    if (len > 0) memcpy(buf, field, len);
    buf[len] = '\0';
    return buf;
}

void table_close(table_file *t)
{
    stream_close(&t->stream);
    csv_free(&t->record);
}
