// SPDX-License-Identifier: Apache-2.0
// The declarations of the package, as a host's compiler reads them.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("a host in TypeScript compiles, and what is wrong does not", () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", fileURLToPath(new URL("types", import.meta.url))], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});
