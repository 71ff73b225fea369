/* SPDX-License-Identifier: Apache-2.0 */
/* The system's database of zones, for those that a configuration has no table of. */
#define _DEFAULT_SOURCE
#include "zones.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DIRECTORY "/usr/share/zoneinfo/"
#define WEEK INT64_C(604800)
/* What is answered lies within so many seconds of the beginning of a period of them, so that an answer depends on nothing but zone and time. */
#define WINDOW INT64_C(94608000)

enum { NAME_MOST = 64, UNKNOWN_MOST = 16 };

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* IANA's names: no way out of the directory, and none into a file that begins with a dot. */
static bool is_name(csuccess_str zone)
{
    bool part = false;
    for (size_t i = 0; i < zone.len; i++) {
        char c = zone.ptr[i];
        bool inside = part && c != '\0' && strchr("0123456789_-+", c);
        if (c == '/' ? !part : !is_letter(c) && !inside) return false;
        part = c != '/';
    }
    return part && zone.len < NAME_MOST;
}

static bool is_known(const char *name)
{
    char path[sizeof DIRECTORY + NAME_MOST];
    struct stat what;
    snprintf(path, sizeof path, "%s%s", DIRECTORY, name);
    return stat(path, &what) == 0 && S_ISREG(what.st_mode);
}

static void tell_unknown(csuccess_str zone)
{
    static char told[UNKNOWN_MOST][NAME_MOST];
    static size_t count;
    char name[NAME_MOST];
    snprintf(name, sizeof name, "%.*s", zone.len < NAME_MOST ? (int)zone.len : NAME_MOST - 1,
             zone.ptr);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(told[i], name) == 0) return;
    }
    if (count == UNKNOWN_MOST) return;
    snprintf(told[count++], NAME_MOST, "%s", name);
    fprintf(stderr,
            "csuccess: neither \"calendars\": {\"zones\"} nor this system knows a zone \"");
    for (const char *c = name; *c; c++) fputc(*c < ' ' || *c == 127 ? '?' : *c, stderr);
    fprintf(stderr, "\"; what is asked of it counts in UTC\n");
}

static bool offset(int64_t at, int32_t *seconds)
{
    time_t t = (time_t)at;
    struct tm local;
    if ((int64_t)t != at || !localtime_r(&t, &local)) return false;
    *seconds = (int32_t)local.tm_gmtoff;
    return true;
}

/* Brings the two sides of a change together, to a second. */
static bool narrow(int64_t *inside, int64_t *outside, int32_t seconds)
{
    while (*outside - *inside > 1 || *inside - *outside > 1) {
        int64_t middle = *inside + (*outside - *inside) / 2;
        int32_t other;
        if (!offset(middle, &other)) return false;
        *(other == seconds ? inside : outside) = middle;
    }
    return true;
}

/* The first second after `inside` with another offset when `way` is 1, or the last one before it that begins this offset when -1. */
static int64_t edge(int64_t inside, int64_t end, int way, int32_t seconds)
{
    int32_t other = seconds;
    int64_t outside = inside;
    while (other == seconds) {
        inside = outside;
        if (way > 0 ? inside >= end : inside <= end) return end;
        outside = inside + way * WEEK;
        if (!offset(outside, &other)) return end;
    }
    if (!narrow(&inside, &outside, seconds)) return end;
    int64_t found = way > 0 ? outside : inside;
    return (way > 0 ? found < end : found > end) ? found : end;
}

csuccess_result zones_ask(void *ud, csuccess_str zone, int64_t at_ms, csuccess_zone_answer *out)
{
    static char now_set[NAME_MOST + 1];
    char name[NAME_MOST + 1] = ":";
    int32_t seconds;
    (void)ud;
    if (is_name(zone)) memcpy(name + 1, zone.ptr, zone.len);
    if (!name[1] || !is_known(name + 1)) {
        tell_unknown(zone);
        return CSUCCESS_ENAME;
    }
    if (strcmp(name, now_set) != 0) {
        if (setenv("TZ", name, 1) != 0) return CSUCCESS_ENOMEM;
        tzset();
        memcpy(now_set, name, strlen(name) + 1);
    }
    int64_t at = at_ms / 1000 - (at_ms % 1000 < 0);
    int64_t begins = (at / WINDOW - (at % WINDOW < 0)) * WINDOW;
    if (!offset(at, &seconds)) return CSUCCESS_ENAME;
    out->offset_minutes = (seconds - (seconds % 60 + 60) % 60) / 60;
    out->from_ms = edge(at, begins, -1, seconds) * 1000;
    out->until_ms = edge(at, begins + WINDOW, 1, seconds) * 1000;
    return CSUCCESS_OK;
}
