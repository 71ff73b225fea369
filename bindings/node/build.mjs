// SPDX-License-Identifier: Apache-2.0
// Builds the package out of a folder of the sources: the addon with Meson, into prebuilds/, and the TypeScript, into dist/. npm runs it as `prepare`, so that
// `npm install ./bindings/node` is one command; what is published has both already and runs nothing when it is installed.
//
//   node build.mjs            everything
//   node build.mjs addon      the addon alone
//   node build.mjs types      the TypeScript alone
//
// CSUCCESS_ADDON: the path of an addon that is built already and is taken as it is.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, "..", "..");
const build = join(folder, "build");
const target = join(folder, "prebuilds", `${process.platform}-${process.arch}`, "csuccess.node");
const DEBIAN = {
  meson: "meson", ninja: "ninja-build", cc: "build-essential", pkgconf: "pkg-config", libcjson: "libcjson-dev", "libpcre2-8": "libpcre2-dev",
  pycparser: "python3-pycparser",
};

function stop(text) {
  console.error(`csuccess: ${text}`);
  process.exit(1);
}

/** Runs a program; what it says is shown when it fails. */
function run(program, parameters, options = {}) {
  const done = spawnSync(program, parameters, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28, ...options });
  if (done.error) stop(`${program} did not start: ${done.error.message}`);
  if (done.status !== 0) {
    process.stderr.write(`${done.stdout ?? ""}${done.stderr ?? ""}`);
    stop(`"${[program, ...parameters].join(" ")}" failed`);
  }
  return done.stdout ?? "";
}

const starts = (program, ...parameters) => spawnSync(program, parameters, { encoding: "utf8" }).status === 0;

/** Names what is lacking, and what brings it, before anything begins. */
function check() {
  const compiler = process.env.CC?.split(" ").at(-1) ?? "cc";
  const lacks = [];
  if (!starts("meson", "--version")) lacks.push("meson");
  if (!starts("ninja", "--version")) lacks.push("ninja");
  if (!starts(compiler, "--version")) lacks.push("cc");
  if (!starts("pkg-config", "--version")) lacks.push("pkgconf");
  else for (const library of ["libcjson", "libpcre2-8"]) if (!starts("pkg-config", "--exists", library)) lacks.push(library);
  if (!["python3", "/usr/bin/python3"].some((python) => starts(python, "-c", "import pycparser"))) lacks.push("pycparser");
  if (lacks.length) stop(`to build the addon, install what is lacking: ${lacks.join(", ")} (Debian, Ubuntu: apt-get install ${lacks.map((name) => DEBIAN[name]).join(" ")})`);
}

/** TypeScript and the headers of Node-API. npm does not install what a linked folder needs to be built. */
function fetchTools() {
  if (existsSync(join(folder, "node_modules", "typescript")) && existsSync(join(folder, "node_modules", "node-api-headers"))) return;
  // Without what the npm around this one was told: it may have been to install somewhere else.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config_(prefix|local_prefix|global|save|package_lock_only|dry_run|omit|include)|package_|lifecycle_)/i.test(name)));
  const npm = process.env.npm_execpath;
  const parameters = [existsSync(join(folder, "package-lock.json")) ? "ci" : "install", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  if (npm) run(process.execPath, [npm, ...parameters], { env });
  else run("npm", parameters, { env });
}

function headers() {
  return join(folder, "node_modules", "node-api-headers", "include");
}

function options() {
  const list = ["-Dbuildtype=release", "-Dnode=enabled", `-Dnode_headers=${headers()}`, "-Dtests=false", "-Dexamples=false", "-Dwebhook=disabled",
    "-Ddefault_library=static", "-Dprefer_static=true"];
  return list;
}

function addon() {
  const given = process.env.CSUCCESS_ADDON;
  const made = given ?? join(build, "bindings", "node", "csuccess-node.node");
  if (!given) {
    check();
    if (existsSync(join(build, "build.ninja"))) run("meson", ["setup", "--reconfigure", build, root, ...options()]);
    else {
      rmSync(build, { recursive: true, force: true });
      run("meson", ["setup", build, root, ...options()]);
    }
    run("ninja", ["-C", build, "bindings/node/csuccess-node.node", "bindings/node/structs.ts"]);
  }
  // What is made from the headers goes where the compiler of TypeScript looks for it.
  const structs = join(dirname(made), "structs.ts");
  if (existsSync(structs)) copyFileSync(structs, join(folder, "src", "structs.ts"));
  // In one step: another process may have the old one loaded.
  mkdirSync(dirname(target), { recursive: true });
  const fresh = `${target}.${process.pid}`;
  copyFileSync(made, fresh);
  chmodSync(fresh, 0o755);
  if (!given) starts("strip", "--strip-unneeded", fresh);
  renameSync(fresh, target);
}

function types() {
  if (!existsSync(join(folder, "src", "structs.ts"))) stop('src/structs.ts is not made yet: run "node build.mjs" without "types"');
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const compiler = createRequire(join(folder, "package.json")).resolve("typescript/package.json");
  run(process.execPath, [join(dirname(compiler), "bin", "tsc"), "-p", join(folder, "tsconfig.json")]);
}

const what = process.argv[2];
if (what !== undefined && !["addon", "types"].includes(what)) stop(`"${what}" is neither "addon" nor "types"`);
// A published package has no sources beside it, and needs none.
if (existsSync(join(root, "meson.build")) && existsSync(join(folder, "src"))) {
  fetchTools();
  if (what !== "types") addon();
  if (what !== "addon") types();
}
