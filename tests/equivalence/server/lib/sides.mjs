// The two sides of an app, and the wrong migrations of it: copied, migrated, built and served.

import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { install, linkPackages, readTree, run, runOrThrow, send, serve } from '../../../node/lib/app.mjs';
import { binary } from '../../lib/sides.mjs';

const versions = fileURLToPath(new URL('../../versions/', import.meta.url));

/** `{ folder, exact }` of the packages of a version. */
export async function packagesOf(version) {
  const folder = await install(path.join(versions, version));
  return { folder, exact: createRequire(folder)('next/package.json').version };
}

/** Copies the app, migrates one copy, lays the wrong files over another: `{ before, after, mutated, report }`. */
export async function prepare(app, version, packages, folder) {
  const sides = {};
  for (const side of app.mutants.length > 0 ? ['before', 'after', 'mutated'] : ['before', 'after']) {
    const copy = path.join(folder, `${app.name}-${side}`);
    cpSync(app.before, copy, { recursive: true });
    const manifest = { name: app.name, private: true, dependencies: { next: packages.exact, react: '*', 'react-dom': '*' } };
    writeFileSync(path.join(copy, 'package.json'), JSON.stringify(manifest));
    if (Number(version) >= 16) renameMiddleware(copy);
    await linkPackages(packages.folder, copy);
    sides[side] = copy;
  }
  const report = await migrate(sides.after);
  if (sides.mutated) {
    await migrate(sides.mutated);
    cpSync(app.wrong, sides.mutated, { recursive: true });
    for (const file of app.replaced) rmSync(path.join(sides.mutated, file), { force: true });
  }
  return { ...sides, report };
}

/** Next 16 calls it `proxy`. */
function renameMiddleware(copy) {
  for (const below of ['', 'src']) {
    const [file, renamed] = ['middleware.js', 'proxy.js'].map((name) => path.join(copy, below, name));
    if (!existsSync(file)) continue;
    renameSync(file, renamed);
    writeFileSync(renamed, readFileSync(renamed, 'utf8').replace('export function middleware', 'export function proxy'));
  }
}

async function migrate(copy) {
  const { code, stdout, stderr } = await run(binary, ['--unsafe', '--format', 'json', '.'], { cwd: copy });
  if (code !== 0) throw new Error(`routelift failed: ${stderr}`);
  await runOrThrow(binary, ['apply', '--unsafe', '--yes', '--allow-no-vcs', '--allow-dirty', '.'], { cwd: copy });
  return JSON.parse(stdout).apps[0];
}

/** Builds the apps, two at a time. */
export async function build(copies) {
  const waiting = [...copies];
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  const work = async () => {
    for (let copy = waiting.shift(); copy; copy = waiting.shift()) {
      await runOrThrow(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { cwd: copy, env });
    }
  };
  await Promise.all([work(), work()]);
}

/** Serves a built app and sends the requests, one after the other. */
export async function record(copy, requests) {
  const counter = await countingServer();
  try {
    return await serve(copy, { COUNTER_URL: counter.url }, async (port) => {
      const answers = [];
      for (const request of requests) {
        if (request.wait) await sleep(request.wait);
        answers.push(await answerOf(port, request));
      }
      return answers;
    });
  } finally {
    counter.close();
  }
}

async function answerOf(port, request) {
  try {
    const answer = await send(port, { ...request, headers: { Host: 'shop.example', ...request.headers } });
    return { ...withoutBuild(JSON.parse(JSON.stringify(answer).replaceAll(`:${port}`, ':PORT'))), effects: [] };
  } catch (error) {
    return { status: error.message.startsWith('no answer') ? 'hangs' : `fails: ${error.code ?? error.message}`, effects: [] };
  }
}

/** Of a page, only what it shows is compared: it names the files of its build. The draft cookie is a key of the build. */
function withoutBuild(answer) {
  const { etag, ...headers } = answer.headers;
  const cookies = headers['set-cookie']?.map((cookie) => cookie.replace(/(__prerender_bypass)=\w+/, '$1=KEY'));
  if (cookies) headers['set-cookie'] = cookies;
  if (!/^text\/html/.test(headers['content-type'])) return { ...answer, headers: etag ? { ...headers, etag } : headers };
  const shown = answer.body.replace(/<(script|style)\b.*?<\/\1>/gs, '').replace(/<[^>]*>/g, '');
  return { ...answer, headers, body: shown };
}

/** A service outside: each answer is a number higher than the one before, so that a cached one shows. */
function countingServer() {
  let count = 0;
  const server = http.createServer((_, response) => response.end(String(++count)));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() });
    });
  });
}

/** The text of all sources of the app. */
export const sourcesOf = (app) => Object.values(readTree(app.before)).join('\n');
