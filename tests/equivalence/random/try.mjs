// Migrates a random program, and asks both sides.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compare, describe } from '../lib/compare.mjs';
import { migrate, runBoth } from '../lib/sides.mjs';
import { program } from './generate.mjs';
import { requests } from './requests.mjs';

const ENDPOINTS = 12;

/**
 * What becomes of the program of `seed`: `{ moved, stay, requests, reports }`, with a report `{ route, findings, text }`
 * for each request that is answered otherwise. `spoil` changes the text of every Route Handler first.
 */
export async function tryProgram(next, seed, { args = [], spoil } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'routelift-random-'));
  try {
    const before = path.join(folder, 'program');
    for (const [file, text] of Object.entries(program(seed, ENDPOINTS))) {
      mkdirSync(path.dirname(path.join(before, file)), { recursive: true });
      writeFileSync(path.join(before, file), text);
    }
    const testCase = { name: `random ${seed}`, before, args };
    const sides = await migrate(testCase, next, folder);
    if (sides.refused) throw new Error(sides.refused);
    const moved = sides.endpoints.filter(({ outcome }) => outcome === 'route-handler');
    const stay = sides.endpoints.filter(({ outcome }) => outcome !== 'route-handler');
    for (const { to } of spoil ? moved : []) {
      const file = path.join(sides.after, to);
      writeFileSync(file, spoil(readFileSync(file, 'utf8')));
    }
    if (moved.length === 0) return { moved, stay, requests: 0, reports: [] };
    const pairs = await runBoth({ ...testCase, requests: requests(moved.map(({ route }) => route)) }, next, sides);
    const reports = pairs.filter((pair) => !isRefusedByNext(pair)).flatMap((pair) => {
      const { differences } = compare(pair, testCase.name);
      return differences.length > 0 ? [{ route: pair.route, findings: pair.findings, text: describe(pair.request, differences) }] : [];
    });
    return { moved, stay, requests: pairs.length, reports };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A method that the handler refuses is refused before its checks run, and `OPTIONS` and `HEAD` are derived: README. */
function isRefusedByNext({ before, after, exported, request: { method } }) {
  if (exported.includes(method) || before.status < 400) return false;
  return after.status === 405 || method === 'OPTIONS' || method === 'HEAD';
}
