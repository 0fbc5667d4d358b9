// Both sides of a case: copies, migrates, bundles and runs them.

import { fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, readTree, repository, run, runOrThrow } from '../../node/lib/app.mjs';
import { bundle, fakeModules } from './bundle.mjs';
import { automatic } from './requests.mjs';

export const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));
const own = fileURLToPath(new URL('../', import.meta.url));

/** A version of Next.js: two processes, one for each router. */
export async function startVersion(version) {
  const ownPackages = path.dirname(await install(own.replace(/\/$/, '')));
  const nextPackages = path.dirname(await install(path.join(own, 'versions', version)));
  const esbuild = createRequire(path.join(ownPackages, 'package.json'))('esbuild');
  const exact = createRequire(path.join(nextPackages, 'package.json'))('next/package.json').version;
  const sides = { pages: await startSide(nextPackages, ownPackages, 'pages'), app: await startSide(nextPackages, ownPackages, 'app') };
  return {
    version,
    exact,
    esbuild,
    available: (id) => /^(node:|next(\/|$)|react)/.test(id) || existsSync(path.join(ownPackages, 'node_modules', id.split('/')[0])),
    ask: (side, message) => sides[side].ask(message),
    stop: () => Promise.all(Object.values(sides).map((side) => side.stop())),
  };
}

async function startSide(nextPackages, ownPackages, side) {
  const child = fork(path.join(own, 'lib', 'runtime.cjs'), [nextPackages, ownPackages, side], {
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', SECRET: 'secret of the tests', SESSION_SECRET: 's'.repeat(32), NEXTAUTH_SECRET: 'secret of the tests', NEXTAUTH_URL: 'http://localhost:3000' },
  });
  let exited = false;
  const exit = new Promise((resolve) => child.once('exit', () => resolve((exited = true))));
  const next = () =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the process of the ${side} side ended`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  await next();
  return {
    async ask(message) {
      const answer = next();
      child.send(message);
      const { results, error } = await answer;
      if (error) throw new Error(error);
      return results;
    },
    async stop() {
      if (!exited) child.kill();
      await exit;
    },
  };
}

/** Copies the case, migrates the copy; `{ before, after, endpoints }`. */
export async function migrate(testCase, next, folder) {
  const name = testCase.name.replace(/\W+/g, '-');
  const [before, after] = ['before', 'after'].map((side) => path.join(folder, `${name}-${side}`));
  for (const copy of [before, after]) {
    cpSync(testCase.before, copy, { recursive: true });
    if (!existsSync(path.join(copy, 'package.json')) && testCase.own !== false && !isWorkspace(copy)) {
      const manifest = { name: 'case', private: true, dependencies: { next: next.exact, react: '*', 'react-dom': '*' } };
      writeFileSync(path.join(copy, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    }
  }
  const options = ['--next', next.exact, ...testCase.args];
  const { code, stdout, stderr } = await run(binary, [...options, '--format', 'json', '.'], { cwd: after });
  if (code !== 0) return { before, after, endpoints: [], refused: stderr.trim() };
  await runOrThrow(binary, ['apply', ...options, '--yes', '--allow-no-vcs', '--allow-dirty', '.'], { cwd: after });
  const report = JSON.parse(stdout);
  const endpoints = report.apps.flatMap((app) => app.endpoints);
  return { before, after, endpoints };
}

const isWorkspace = (dir) => readdirSync(dir).some((name) => name === 'apps' || name === 'packages');

/** Runs both sides; an array of `{ request, route, before, after, exported, findings, sources }`. */
export async function runBoth(testCase, next, { before, after, endpoints }) {
  const moved = endpoints.filter(
    ({ outcome, router, route }) => outcome === 'route-handler' && router === 'pages' && !testCase.except?.[route],
  );
  const requests = testCase.requests ?? moved.flatMap((endpoint) => automatic(before, endpoint));
  const fakes = fakeModules(before, after, Object.keys(readTree(before)));
  const pages = moved.map((endpoint) => endpoint.route);
  const answers = {};
  for (const [side, root, key] of [['pages', before, 'file'], ['app', after, 'to']]) {
    const code = await bundle(next.esbuild, root, moved.map((endpoint) => endpoint[key]), fakes, testCase.packages);
    answers[side] = await next.ask(side, { code, pages, requests });
  }
  const sources = Object.values(readTree(before)).join('\n');
  const { matches } = routeMatcher(moved);
  return requests.map((request, index) => {
    const endpoint = matches(request.path);
    return {
      request,
      route: endpoint?.route,
      before: answers.pages[index],
      after: answers.app[index],
      exported: endpoint?.methods ?? [],
      findings: endpoint?.findings.map(({ rule }) => rule) ?? [],
      sources,
    };
  });
}

/** Which endpoint a path belongs to, only to know its methods: the runtime matches with Next's own code. */
export function routeMatcher(endpoints) {
  const patterns = endpoints.map((endpoint) => {
    const source = endpoint.route
      .replace(/\/\[\[\.\.\.\w+\]\]/g, '(?:/.+)?')
      .replace(/\[\.\.\.\w+\]/g, '.+')
      .replace(/\[\w+\]/g, '[^/]+');
    return { endpoint, pattern: new RegExp(`^${source}/?$`), dynamic: endpoint.route.split('[').length };
  });
  patterns.sort((a, b) => a.dynamic - b.dynamic);
  return { matches: (url) => patterns.find(({ pattern }) => pattern.test(url.split('?')[0]))?.endpoint };
}
