// Behaviour is kept by the whole server: `next build && next start` before and after the migration.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, describe as suite, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { temporaryFolder } from '../../node/lib/app.mjs';
import { compare, describe } from '../lib/compare.mjs';
import { routeMatcher } from '../lib/sides.mjs';
import { build, packagesOf, prepare, record, sourcesOf } from './lib/sides.mjs';

const VERSIONS = (process.env.NEXT_VERSIONS ?? '14 15 16').split(' ');
const ONLY = process.env.ONLY;

const own = fileURLToPath(new URL('apps/', import.meta.url));
const totals = [];
const used = new Map();

for (const version of VERSIONS) {
  suite(`Next.js ${version}, the whole server`, () => {
    for (const name of readdirSync(own)) {
      if (ONLY && !name.includes(ONLY)) continue;
      test(name, { timeout: 600_000 }, async (t) => {
        const app = await readApp(name, version);
        if (!app.versions.includes(version)) return t.skip(`not for Next.js ${version}`);
        const packages = await packagesOf(version);
        const sides = await prepare(app, version, packages, temporaryFolder(t));
        const { endpoints } = sides.report;
        checkOutcomes(app, endpoints);
        await build([sides.before, sides.after, sides.mutated].filter(Boolean));

        const before = await record(sides.before, app.requests);
        const differences = compareAll(app, endpoints, before, await record(sides.after, app.requests));
        const reports = differences.map(({ request, found }) => describe(request, found));
        assert.equal(reports.length, 0, `${reports.length} of ${app.requests.length} requests differ: before → after\n${reports.join('\n')}`);

        if (sides.mutated) {
          const wrong = compareAll(app, endpoints, before, await record(sides.mutated, app.requests));
          for (const mutant of app.mutants) assertCaught(mutant, wrong);
        }
        const moved = endpoints.filter(({ outcome }) => outcome === 'route-handler').length;
        totals.push(
          `Next.js ${packages.exact}, ${name}: ${moved} endpoints moved, ${endpoints.length - moved} stay, ` +
            `${app.requests.length} requests are equal, ${app.mutants.length} mutants caught`,
        );
      });
    }
  });
}

after(() => {
  for (const line of totals) console.log(line);
  const list = [...used].sort(([, a], [, b]) => b - a).map(([name, times]) => `${name} ${times}`);
  console.log(`Accepted differences met: ${list.join(', ') || 'none'}`);
});

/** What a folder of `apps` says, as far as it concerns the version. */
async function readApp(name, version) {
  const dir = path.join(own, name);
  const { default: requests, stays = {}, mutants = [], versions = VERSIONS } = await import(pathToFileURL(path.join(dir, 'requests.mjs')));
  const fits = (item) => !item.versions || item.versions.includes(version);
  return {
    name,
    version,
    before: path.join(dir, 'before'),
    wrong: path.join(dir, 'wrong'),
    requests: requests.filter(fits),
    stays: Object.fromEntries(
      Object.entries(stays)
        .map(([route, rule]) => [route, typeof rule === 'object' ? rule[version] : rule])
        .filter(([, rule]) => rule),
    ),
    mutants: mutants.filter(fits),
    replaced: mutants.flatMap(({ replaces = [] }) => replaces),
    versions,
  };
}

/** Every endpoint moves, unless the app says under which rule it stays. */
function checkOutcomes({ stays }, endpoints) {
  const found = Object.fromEntries(
    endpoints
      .filter(({ router, outcome }) => router === 'pages' && outcome !== 'route-handler')
      .map(({ route, findings }) => [route, findings.map(({ rule }) => rule).join(' ')]),
  );
  assert.deepEqual(found, stays);
}

function compareAll(app, endpoints, before, after) {
  const { matches } = routeMatcher(endpoints);
  const sources = sourcesOf(app);
  return app.requests.flatMap((request, index) => {
    const endpoint = matches(request.at ?? request.path);
    const pair = {
      version: app.version,
      request,
      before: before[index],
      after: after[index],
      exported: endpoint?.methods ?? [],
      findings: endpoint?.findings.map(({ rule }) => rule) ?? [],
      sources,
    };
    const { differences, used: names } = compare(pair, `server ${app.name}`);
    for (const rule of names) used.set(rule, (used.get(rule) ?? 0) + 1);
    return differences.length > 0 ? [{ request, found: differences }] : [];
  });
}

function assertCaught({ name, path, method = 'GET', fault }, wrong) {
  const found = wrong
    .filter(({ request }) => request.path === path && request.method === method)
    .flatMap((difference) => difference.found.map(({ what }) => what));
  assert.ok(found.includes(fault), `mutant "${name}" is not caught: expected a difference of ${fault}, found ${found.join(', ') || 'none'}`);
}
