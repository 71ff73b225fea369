/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses a webhook may reach: the special-purpose registries of IANA, judged on the address that a socket is opened to. */
#include "internal.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct block {
    unsigned char bytes[16];
    unsigned bits;
    csuccess__webhook_reach reach;
} block;

#define OPEN CSUCCESS__WEBHOOK_REACH_OPEN
#define LOOPBACK CSUCCESS__WEBHOOK_REACH_LOOPBACK
#define PRIVATE CSUCCESS__WEBHOOK_REACH_PRIVATE
#define LINK_LOCAL CSUCCESS__WEBHOOK_REACH_LINK_LOCAL
#define NOWHERE CSUCCESS__WEBHOOK_REACH_NOWHERE

/* https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. The first block that has an address decides. */
static const block blocks4[] = {
    {{0}, 8, NOWHERE},
    {{10}, 8, PRIVATE},
    {{100, 64}, 10, PRIVATE},
    {{127}, 8, LOOPBACK},
    {{169, 254}, 16, LINK_LOCAL},
    {{172, 16}, 12, PRIVATE},
    {{192, 0, 0}, 24, NOWHERE},
    {{192, 0, 2}, 24, NOWHERE},
    {{192, 88, 99}, 24, NOWHERE},
    {{192, 168}, 16, PRIVATE},
    {{198, 18}, 15, NOWHERE},
    {{198, 51, 100}, 24, NOWHERE},
    {{203, 0, 113}, 24, NOWHERE},
    {{224}, 3, NOWHERE},
};

/* https://www.iana.org/assignments/iana-ipv6-special-registry; of the rest only 2000::/3 is given out. */
static const block blocks6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, LOOPBACK},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, NOWHERE},
    {{0x20, 0x01}, 23, NOWHERE}, /* Teredo, benchmarks, ORCHID and what else is not for hosts */
    {{0x3f, 0xff}, 20, NOWHERE},
    {{0x20}, 3, OPEN},
    {{0xfc}, 7, PRIVATE},
    {{0xfe, 0x80}, 10, LINK_LOCAL},
    {{0}, 0, NOWHERE},
};

/* Those that stand for an address of version 4, and where in them that is. */
static const struct {
    block block;
    unsigned at;
} carriers[] = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, OPEN}, 12}, /* mapped */
    {{{0, 0x64, 0xff, 0x9b}, 96, OPEN}, 12},                      /* NAT64 */
    {{{0x20, 0x02}, 16, OPEN}, 2},                                /* 6to4 */
};

static bool holds(const block *b, const unsigned char *bytes)
{
    unsigned whole = b->bits / 8, rest = b->bits % 8;
    if (memcmp(b->bytes, bytes, whole) != 0) return false;
    return rest == 0 || ((b->bytes[whole] ^ bytes[whole]) >> (8 - rest)) == 0;
}

static csuccess__webhook_reach find(const block *blocks, size_t count,
                                    const unsigned char *bytes)
{
    for (size_t i = 0; i < count; i++) {
        if (holds(&blocks[i], bytes)) return blocks[i].reach;
    }
    return OPEN;
}

csuccess__webhook_reach csuccess__webhook_reach_of(const unsigned char *bytes, size_t len)
{
    if (len == 4) return find(blocks4, sizeof blocks4 / sizeof blocks4[0], bytes);
    if (len != 16) return NOWHERE;
    for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++) {
        if (holds(&carriers[i].block, bytes)) {
            return csuccess__webhook_reach_of(bytes + carriers[i].at, 4);
        }
    }
    return find(blocks6, sizeof blocks6 / sizeof blocks6[0], bytes);
}

bool csuccess__webhook_allows(uint32_t flags, bool plain, csuccess__webhook_reach reach)
{
    static const uint32_t needed[] = {
        [LOOPBACK] = CSUCCESS_WEBHOOK_LOOPBACK,
        [PRIVATE] = CSUCCESS_WEBHOOK_PRIVATE,
        [LINK_LOCAL] = CSUCCESS_WEBHOOK_LINK_LOCAL,
    };
    if (reach == NOWHERE) return false;
    if (plain && reach != LOOPBACK && !(flags & CSUCCESS_WEBHOOK_PLAIN)) return false;
    return reach == OPEN || (flags & needed[reach]);
}

static csuccess__webhook_reach reach_of_socket(const struct curl_sockaddr *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->family == AF_INET && address->addrlen >= sizeof v4) {
        memcpy(&v4, &address->addr, sizeof v4);
        return csuccess__webhook_reach_of((const unsigned char *)&v4.sin_addr, 4);
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof v6) {
        memcpy(&v6, &address->addr, sizeof v6);
        return csuccess__webhook_reach_of((const unsigned char *)&v6.sin6_addr, 16);
    }
    return NOWHERE;
}

curl_socket_t csuccess__webhook_socket(void *ud, curlsocktype purpose,
                                       struct curl_sockaddr *address)
{
    csuccess_webhook *webhook = ud;
    int type = address->socktype;
    if (purpose != CURLSOCKTYPE_IPCXN ||
        !csuccess__webhook_allows(webhook->options.flags, webhook->plain,
                                  reach_of_socket(address))) {
        webhook->now.refused = true;
        return CURL_SOCKET_BAD;
    }
#ifdef SOCK_CLOEXEC
    type |= SOCK_CLOEXEC;
#endif
    return socket(address->family, type, address->protocol);
}
