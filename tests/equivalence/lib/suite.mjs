// Behaviour is kept: every case answers the same before and after its migration, in Next.js 14, 15 and 16.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { after, before, describe as suite, test } from 'node:test';
import { repository, temporaryFolder } from '../../node/lib/app.mjs';
import { rules } from '../accepted.mjs';
import { readCases, readMutants } from './cases.mjs';
import { compare, describe } from './compare.mjs';
import { binary, migrate, runBoth, startVersion } from './sides.mjs';

const ALL = ['14', '15', '16'];
const VERSIONS = process.env.NEXT_VERSIONS?.split(' ') ?? ALL;
// Of a version that is not there, no test would run, and none would fail.
assert.deepEqual(VERSIONS.filter((version) => !ALL.includes(version)), [], 'NEXT_VERSIONS names other versions');
const ONLY = process.env.ONLY;

const chosen = ({ name }) => !ONLY || name.includes(ONLY);
const cases = (await readCases()).filter(chosen);
const mutants = (await readMutants()).filter(chosen);
const totals = new Map();
const used = new Map();
const todos = new Map();

/**
 * Registers the tests of one major version of Next.js. Each has a test file, so that the versions run side by side: most of
 * the time is spent waiting for answers that never come.
 */
export function compareIn(version) {
  if (!VERSIONS.includes(version)) return;

  test('a binary to test', () => {
    assert.ok(existsSync(binary), 'target/release/routelift is missing: run cargo build --release, or set ROUTELIFT');
  });

  test('every accepted difference is a row of the README', () => {
    const readme = readFileSync(path.join(repository, 'README.md'), 'utf8');
    for (const { name, row, finding } of rules) {
      if (finding) assert.ok(readme.includes(`\n| \`${finding}\` |`), `${name}: README.md has no finding "${finding}"`);
      if (row) assert.ok(readme.includes(`\n| ${row} |`), `${name}: README.md has no row "${row}"`);
    }
  });

  suite(`Next.js ${version}`, () => {
    let next;
    const count = { cases: 0, endpoints: 0, requests: 0, stay: 0, todo: 0, mutants: 0, skipped: 0 };
    before(async () => {
      next = await startVersion(version);
      totals.set(next.exact, count);
    });
    after(() => next?.stop());

    for (const testCase of cases) {
      const { name, skip, todo, versions = VERSIONS } = testCase;
      if (!versions.includes(version)) continue;
      if (skip) {
        count.skipped++;
        test(name, { skip }, () => {});
        continue;
      }
      test(name, async (t) => {
        const sides = await migrate(testCase, next, temporaryFolder(t));
        const stay = sides.endpoints.filter(({ outcome }) => outcome !== 'route-handler');
        checkOutcomes(testCase, sides, version);
        if (stay.length === sides.endpoints.length) {
          count.stay++;
          return;
        }
        const missing = await unavailable(next, sides);
        if (missing) {
          count.skipped++;
          t.skip(missing);
          return;
        }
        const pairs = await runBoth(testCase, next, sides);
        const reports = [];
        const waiting = new Map();
        const compared = [];
        for (const pair of pairs) {
          const { differences, used: names } = compare(pair, name);
          const reason = pair.request.todo ?? (typeof todo === 'string' ? todo : todo?.[pair.route]);
          if (reason) {
            waiting.set(reason, (waiting.get(reason) ?? 0) + (differences.length > 0 ? 1 : 0));
            continue;
          }
          compared.push(pair.route);
          if (differences.length > 0) reports.push(describe(pair.request, differences));
          for (const rule of names) used.set(rule, (used.get(rule) ?? 0) + 1);
        }
        assert.ok(pairs.some(({ before }) => before.status !== 404), 'no request reaches the handler');
        assert.equal(reports.length, 0, `${reports.length} of ${pairs.length} requests differ: before → after\n${reports.join('\n')}`);
        for (const [reason, differing] of waiting) {
          count.todo++;
          todos.set(`${name}: ${reason}`, [...(todos.get(`${name}: ${reason}`) ?? []), `${version}: ${differing || 'none'}`]);
        }
        if (compared.length > 0) count.cases++;
        count.requests += compared.length;
        count.endpoints += new Set(compared).size;
      });
    }

    for (const mutant of mutants) {
      const { versions = VERSIONS } = mutant;
      if (!versions.includes(version)) continue;
      test(`mutant ${mutant.name}`, async (t) => {
        const folder = temporaryFolder(t);
        const right = await migrate(mutant, next, folder);
        const differing = (pairs) =>
          pairs.flatMap((pair) => compare(pair, mutant.name).differences.map(({ what }) => what));
        assert.deepEqual(differing(await runBoth(mutant, next, right)), [], 'the right migration differs, too');

        const wrong = { ...right, after: mutant.after };
        const endpoints = right.endpoints.map((endpoint) => ({ ...endpoint, to: endpoint.to ?? '' }));
        const found = differing(await runBoth(mutant, next, { ...wrong, endpoints }));
        assert.ok(found.includes(mutant.fault), `not caught: expected a difference of ${mutant.fault}, found ${found.join(', ') || 'none'}`);
        count.mutants++;
      });
    }
  });

  after(() => {
    for (const [version, count] of totals) {
      console.log(
        `Next.js ${version}: ${count.cases} cases with ${count.endpoints} endpoints and ${count.requests} requests are equal, ` +
          `${count.stay} cases stay, ${count.todo} todo, ${count.skipped} cannot run here, ${count.mutants} mutants caught`,
      );
    }
    const list = [...used].sort(([, a], [, b]) => b - a).map(([name, times]) => `${name} ${times}`);
    console.log(`Accepted differences met: ${list.join(', ') || 'none'}`);
    // A bug that shows in no request any more is to be taken off its list.
    for (const [what, counts] of todos) console.log(`To do: ${what} (requests that differ in Next.js ${counts.join(', in ')})`);
  });
}

/** Every endpoint moves, unless the case says under which rule it stays. */
function checkOutcomes({ own, stays = {} }, { endpoints, refused }, version) {
  if (!own) return;
  assert.equal(refused, undefined);
  for (const { route, outcome, findings } of endpoints) {
    const found = findings.map(({ rule }) => rule);
    const rule = typeof stays[route] === 'object' ? stays[route][version] : stays[route];
    if (rule) {
      assert.equal(outcome, 'stays', `${route} moves`);
      assert.ok(found.includes(rule), `${route} stays for ${found.join(', ')}, not for ${rule}`);
    } else {
      assert.equal(outcome, 'route-handler', `${route} does not become a Route Handler: ${found.join(', ')}`);
    }
  }
}

/** Why the case cannot run: a package that is not installed for the tests. */
async function unavailable(next, { before, endpoints }) {
  const { metafile, errors } = await next.esbuild
    .build({
      entryPoints: endpoints.filter(({ outcome }) => outcome === 'route-handler').map(({ file }) => path.join(before, file)),
      bundle: true, write: false, metafile: true, platform: 'node', packages: 'external', logLevel: 'silent',
      outdir: before, absWorkingDir: before, jsx: 'automatic', loader: { '.js': 'jsx' },
    })
    .catch((error) => ({ errors: error.errors }));
  if (errors?.length) return `imports what the fixture does not have: ${errors[0].text}`;
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((item) => item.path));
  const missing = imported.filter((id) => !isBuiltin(id) && !next.available(id));
  return missing.length > 0 && `needs ${[...new Set(missing)].join(', ')}`;
}
