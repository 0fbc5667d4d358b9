// Installs, copies, builds and serves a Next.js app.

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Not part of an app: what npm and Next make of it. */
const GENERATED = new Set(['node_modules', '.next', 'next-env.d.ts', 'tsconfig.tsbuildinfo']);

/** Runs a command to its end, whatever its exit code; throws only if it cannot be started or takes too long. */
export function run(command, args, { cwd, env, timeout = 240_000 } = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout, maxBuffer: 64 << 20 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error && (error.killed || typeof error.code !== 'number')) reject(error);
      else resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

/** As `run`, but an exit code other than 0 is an error that shows the output. */
export async function runOrThrow(command, args, options) {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** The `node_modules` folder for the app at `dir`, from a cache that is keyed by what npm reads. */
export async function install(dir) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package-lock.json', '.npmrc']) {
    if (existsSync(path.join(dir, file))) hash.update(readFileSync(path.join(dir, file)));
  }
  const key = hash.digest('hex').slice(0, 16);
  const cache = path.join(repository, 'target', 'node-cache', path.basename(dir), key);
  if (!existsSync(cache)) {
    mkdirSync(path.dirname(cache), { recursive: true });
    const fresh = mkdtempSync(`${cache}.`);
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      if (existsSync(path.join(dir, file))) cpSync(path.join(dir, file), path.join(fresh, file));
    }
    const args = ['ci', '--prefix', fresh, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await runOrThrow('npm', args, { cwd: fresh });
    try {
      renameSync(fresh, cache);
    } catch (error) {
      // Another test file was faster.
      rmSync(fresh, { recursive: true, force: true });
      if (!existsSync(cache)) throw error;
    }
  }
  return path.join(cache, 'node_modules');
}

/** A new temporary folder, removed when the test `t` ends. */
export function temporaryFolder(t) {
  const dir = mkdtempSync(path.join(tmpdir(), 'routelift-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Copies the sources of an app. */
export function copyApp(from, to) {
  cpSync(from, to, { recursive: true, filter: (file) => file === from || !GENERATED.has(path.basename(file)) });
}

/** Puts `node_modules` into the app: by hard links where the file system allows, since Next refuses symbolic links. */
export async function linkPackages(nodeModules, app) {
  const target = path.join(app, 'node_modules');
  const linked = await run('cp', ['-al', nodeModules, target]).catch(() => ({ code: 1 }));
  if (linked.code !== 0) {
    rmSync(target, { recursive: true, force: true });
    cpSync(nodeModules, target, { recursive: true, verbatimSymlinks: true });
  }
}

/** Relative path → contents of every source file of the app. */
export function readTree(app, below = '') {
  const files = {};
  for (const entry of readdirSync(path.join(app, below), { withFileTypes: true })) {
    if (GENERATED.has(entry.name)) continue;
    const name = path.posix.join(below, entry.name);
    if (entry.isDirectory()) Object.assign(files, readTree(app, name));
    else files[name] = readFileSync(path.join(app, name), 'utf8');
  }
  return files;
}

/** `tsc --noEmit` and `next build`, from nothing. */
export async function typeCheckAndBuild(app) {
  // What an earlier build generated describes the routes of that time.
  for (const name of ['.next', 'next-env.d.ts', 'tsconfig.tsbuildinfo']) {
    rmSync(path.join(app, name), { recursive: true, force: true });
  }
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  await runOrThrow(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'], { cwd: app });
  await runOrThrow(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { cwd: app, env });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Serves the built app while `use(port)` runs. */
export async function serve(app, env, use) {
  const port = await freePort();
  const args = ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', String(port)];
  const server = spawn(process.execPath, args, {
    cwd: app,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (log += text));
  const exited = new Promise((resolve) => server.once('exit', resolve));

  try {
    for (let attempt = 0; ; attempt++) {
      if (server.exitCode !== null || attempt > 300) throw new Error(`the server does not start:\n${log}`);
      if (await send(port, { method: 'GET', path: '/' }).catch(() => null)) break;
      await sleep(100);
    }
    return await use(port);
  } finally {
    server.kill();
    await exited;
  }
}

/**
 * One request; answers with what a client can see. Not `fetch`: that would decide about headers of its own, and hide
 * how often a header was sent.
 */
export function send(port, { method, path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, method, path, agent: false, timeout: 15_000, headers: { Connection: 'close', ...headers } },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const received = {};
          for (let i = 0; i < response.rawHeaders.length; i += 2) {
            (received[response.rawHeaders[i].toLowerCase()] ??= []).push(response.rawHeaders[i + 1]);
          }
          const { statusCode: status, statusMessage: reason } = response;
          const bytes = Buffer.concat(chunks);
          const body = response.headers['content-encoding'] === 'gzip' && bytes.length > 0 ? gunzipSync(bytes) : bytes;
          resolve({ status, reason, headers: received, body: body.toString('utf8') });
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${path}`)));
    request.on('error', reject);
    if (body !== undefined) request.setHeader('Content-Length', Buffer.byteLength(body));
    request.end(body);
  });
}

/** The Server Actions that the build offers to the browser, by id: those that client code imports. */
export function builtActions(app) {
  return JSON.parse(readFileSync(path.join(app, '.next', 'server', 'server-reference-manifest.json'), 'utf8')).node;
}

/** Calls a Server Action on `page` as the browser does, and answers with what it returns. */
export async function callAction(port, id, page, args, headers = {}) {
  const answer = await send(port, {
    method: 'POST',
    path: page,
    headers: { 'Next-Action': id, 'Content-Type': 'text/plain;charset=UTF-8', Accept: 'text/x-component', ...headers },
    body: JSON.stringify(args),
  });
  if (answer.status !== 200) throw new Error(`action on ${page}: ${answer.status} ${answer.body}`);
  // The first row of the answer refers to the result, which is the second one.
  return JSON.parse(answer.body.split('\n').find((row) => row.startsWith('1:')).slice(2));
}
