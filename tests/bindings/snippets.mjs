// SPDX-License-Identifier: Apache-2.0
// Runs every JavaScript snippet of the pages given: snippets.mjs PACKAGE PAGE...
//
// A page's snippets are one module in a folder of its own, one behind the other, as somebody who reads it would type them. ```js fragment is only looked at for its syntax. ```json NAME
// is a file that the snippets read. What a snippet prints is compared with the ```text output behind it, if there is one. What snippets.py does for Python.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

const FENCE = /^```(js|json|text)\b[ \t]*(\S*)[ \t]*\n([\s\S]*?)^```/gm;
const MARK = "\u0001";

const node = (folder, ...parameters) => spawnSync(process.execPath, parameters, { cwd: folder, encoding: "utf8", timeout: 120_000 });

/** The fences of a page: kind, word, code, line. */
function fences(text) {
  return [...text.matchAll(FENCE)].map(({ 1: kind, 2: word, 3: code, index }) => ({ kind, word, code, line: text.slice(0, index).split("\n").length }));
}

/** One page; gives what is wrong. */
function run(folder, page, list) {
  const bad = [];
  const module = [];
  for (const [index, { kind, word, code, line }] of list.entries()) {
    if (kind === "json" && word) writeFileSync(join(folder, word), code);
    if (kind !== "js") continue;
    if (word !== "fragment") {
      module.push(`console.log("${MARK}${index}");`, code);
      continue;
    }
    writeFileSync(join(folder, "fragment.mjs"), code);
    const { status, stderr } = node(folder, "--check", "fragment.mjs");
    if (status !== 0) bad.push(`${page}:${line}:\n${stderr}`);
  }
  writeFileSync(join(folder, "page.mjs"), module.join("\n"));
  const { status, stdout, stderr } = node(folder, "page.mjs");
  const printed = new Map(stdout.split(MARK).slice(1).map((part) => [Number.parseInt(part, 10), part.slice(part.indexOf("\n") + 1)]));
  if (status !== 0) bad.push(`${page}: the snippet of line ${list[[...printed.keys()].at(-1)]?.line ?? "1"}, or one before it:\n${stderr}`);
  let before;
  for (const [index, { kind, word, code, line }] of list.entries()) {
    if (kind === "js") before = printed.get(index);
    else if (kind === "text" && word === "output" && before !== undefined && before.trim() !== code.trim()) bad.push(`${page}:${line}: the snippet above prints\n${before}`);
  }
  return bad;
}

const [folder, ...pages] = process.argv.slice(2);
const bad = [];
let count = 0;
for (const page of pages) {
  const place = mkdtempSync(join(tmpdir(), "csuccess-"));
  try {
    mkdirSync(join(place, "node_modules"));
    symlinkSync(resolve(folder), join(place, "node_modules", "csuccess"));
    const list = fences(readFileSync(page, "utf8"));
    count += list.filter(({ kind }) => kind === "js").length;
    bad.push(...run(place, basename(page), list));
  } finally {
    rmSync(place, { recursive: true });
  }
}
console.log([...bad, `${count} snippets, ${bad.length} bad`].join("\n"));
process.exitCode = bad.length || !count ? 1 : 0;
