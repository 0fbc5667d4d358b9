// Programs made up at random answer as before. `random/run.mjs` tries more of them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startVersion } from './lib/sides.mjs';
import { tryProgram } from './random/try.mjs';

const SEEDS = [2, 4, 7, 103, 122, 150];
const version = (process.env.NEXT_VERSIONS ?? '16').split(' ').at(-1);

describe(`random programs, Next.js ${version}`, { skip: process.env.ONLY && !'random'.includes(process.env.ONLY) }, () => {
  let next;
  before(async () => {
    next = await startVersion(version);
  });
  after(() => next?.stop());

  for (const seed of SEEDS) {
    test(`seed ${seed}`, async () => {
      const { moved, reports } = await tryProgram(next, seed);
      assert.ok(moved.length > 3, `only ${moved.length} endpoints move`);
      assert.deepEqual(reports.map(({ route, text }) => `${route}\n${text}`), []);
    });
  }

  test('a wrong migration is noticed', async () => {
    const spoil = (text) => text.replace(/status: (\d+)/, 'status: 299');
    const { reports } = await tryProgram(next, SEEDS[0], { spoil });
    assert.ok(reports.length > 0);
    assert.ok(reports.every(({ text }) => text.includes('299')));
  });
});
