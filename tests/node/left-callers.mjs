#!/usr/bin/env node
// Does anything still call an endpoint that became a Server Action?
//
//     node left-callers.mjs CHECKOUT [routelift options]
//
// Applies the migration to a copy of CHECKOUT in a temporary folder, then looks through every text file of the copy for
// what has the shape of a removed URL: `/api/posts/${id}`, '/api/' + x, "https://host/api/posts". It knows nothing of
// how routelift finds callers, and so is a check of that. Where only some methods of a file became actions, a mention
// counts if it stands near the name of one of them.
// Exit code: 0 nothing is left, 1 something is, 2 could not run.

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { repository } from './lib/app.mjs';

const SKIPPED = new Set(['node_modules', '.next', '.git', '.turbo', 'dist', 'coverage']);
const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|mdx?|html|ya?ml|json|sh|http|toml)$/;
const MAX_BYTES = 1 << 20;
/** How far from a URL its method may be named. */
const NEAR = 400;

/** Every file below `folder` that may name a URL. */
function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) yield* sources(file);
    } else if (entry.isFile() && SOURCE.test(entry.name) && statSync(file).size <= MAX_BYTES) {
      yield file;
    }
  }
}

/** `/api/posts/[id]` as a pattern for what may stand in a source: a value is anything without a slash. */
export function shapeOf(route) {
  const rest = '(?:\\$\\{[^}]*\\}|[^/\\s\'"`?#)])+';
  const part = (segment) => {
    if (segment.startsWith('[[...')) return '(?:/[^\\s\'"`?#]*)?';
    if (segment.startsWith('[...')) return `/[^\\s'"\`?#]+`;
    // `'/api/posts/' + id`
    if (segment.startsWith('[')) return `/(?:${rest}|(?=['"]\\s*\\+))`;
    return `/(?:${segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}|\\$\\{[^}]*\\})`;
  };
  const whole = route.split('/').slice(2).map(part).join('');
  return new RegExp(`/api${whole}/?(?=[\\s'"\`?#)]|\\$\\{|$)`, 'g');
}

/** Whether `route` is what Next.js takes for a URL that fits `other`, too: it has a name where the other has a value. */
function isNearer(route, other) {
  const [own, others] = [route.split('/'), other.split('/')];
  const at = own.findIndex((part, index) => part !== others[index]);
  return at >= 0 && others[at]?.startsWith('[') && !own[at].startsWith('[');
}

/** The mentions in `text` of the URL of a removed endpoint, that are not of one in `routes`: `{ line, text }`. */
export function mentionsOf(text, { route, methods, whole }, routes = []) {
  const nearer = routes.filter((other) => isNearer(other, route)).map(shapeOf);
  const found = [];
  for (const match of text.matchAll(shapeOf(route))) {
    if (nearer.some((shape) => [...text.matchAll(shape)].some(({ index }) => index === match.index))) continue;
    const near = text.slice(Math.max(0, match.index - NEAR / 4), match.index + NEAR);
    const called = methods.some((method) => new RegExp(`\\b${method}\\b|\\.${method}\\(`, 'i').test(near));
    if (!whole && !called) continue;
    const line = text.slice(0, match.index).split('\n').length;
    found.push({ line, text: text.split('\n')[line - 1].trim() });
  }
  return found;
}

/** The methods that the Route Handler in `text` exports. */
function exported(text) {
  return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) => new RegExp(`export[^;]*\\b${method}\\b`).test(text));
}

/** Which endpoints of the copy at `app` are gone, by the report of the run: `{ route, methods, whole }`. */
function removed(before, report) {
  const gone = [];
  const endpoints = report.apps.flatMap(({ root, endpoints }) => endpoints.map((endpoint) => ({ root, ...endpoint })));
  for (const { root, route, file, router, methods, actions, outcome } of endpoints) {
    if (outcome !== 'server-action' || actions.length === 0) continue;
    const all = router === 'app' ? exported(readFileSync(path.join(before, file), 'utf8')) : ['POST', 'PUT', 'PATCH', 'DELETE'];
    const own = all.filter((method) => !methods.includes(method));
    gone.push({ root, route, methods: own, whole: methods.length === 0 });
  }
  return gone;
}

/** What is left in `checkout` after its migration: `{ endpoints, left: [{ route, file, line, text }] }`. */
export function leftCallers(checkout, options, binary) {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'routelift-left-')));
  try {
    const filter = (file) => file === checkout || !SKIPPED.has(path.basename(file));
    cpSync(checkout, folder, { recursive: true, filter, verbatimSymlinks: true });
    const args = ['apply', '--yes', '--allow-no-vcs', '--format', 'json', ...options, folder];
    const result = spawnSync(binary, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
    if (result.status !== 0) throw new Error(`routelift ${args.join(' ')}: exit code ${result.status}\n${result.stderr}`);
    const report = JSON.parse(result.stdout);
    const gone = removed(checkout, report);
    const routes = report.apps.flatMap(({ endpoints }) => endpoints.map(({ route }) => route));
    const stay = routes.filter((route) => !gone.some((endpoint) => endpoint.whole && endpoint.route === route));
    const left = [];
    for (const file of gone.length > 0 ? sources(folder) : []) {
      const text = readFileSync(file, 'utf8');
      if (!text.includes('/api')) continue;
      const name = path.relative(folder, file).replaceAll(path.sep, '/');
      for (const endpoint of gone) {
        left.push(...mentionsOf(text, endpoint, stay).map((mention) => ({ route: endpoint.route, file: name, ...mention })));
      }
    }
    return { endpoints: gone.length, left };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [checkout, ...options] = process.argv.slice(2);
  if (!checkout || !existsSync(checkout)) {
    console.error('usage: node left-callers.mjs CHECKOUT [routelift options]');
    process.exit(2);
  }
  const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));
  try {
    const { endpoints, left } = leftCallers(realpathSync(checkout), options, binary);
    for (const { route, file, line, text } of left) console.log(`${file}:${line}: ${route}: ${text}`);
    console.log(`${endpoints} endpoints with actions, ${left.length} mentions left`);
    process.exitCode = left.length > 0 ? 1 : 0;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 2;
  }
}
