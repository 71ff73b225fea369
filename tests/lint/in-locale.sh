#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a test, and every program that it starts, in the locale CHECK_LOCALE; messages stay English.
unset LC_ALL
LANG=$CHECK_LOCALE LC_MESSAGES=C LD_PRELOAD=${CHECK_LOCALE_SO:-} exec "$@"
