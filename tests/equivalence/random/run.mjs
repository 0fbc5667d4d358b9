// Looks for wrong migrations: `NEXT_VERSIONS=16 SEEDS=1-40 node random/run.mjs [options of routelift apply]`.

import { startVersion } from '../lib/sides.mjs';
import { tryProgram } from './try.mjs';

const [first, last = first] = (process.env.SEEDS ?? '1-10').split('-').map(Number);
const next = await startVersion(process.env.NEXT_VERSIONS ?? '16');
const total = { moved: 0, stay: 0, requests: 0, differing: 0 };
const reasons = new Map();
for (let seed = first; seed <= last; seed++) {
  const { moved, stay, requests, reports } = await tryProgram(next, seed, { args: process.argv.slice(2) });
  total.moved += moved.length;
  total.stay += stay.length;
  total.requests += requests;
  for (const { findings } of stay) {
    const manual = findings.filter(({ level }) => level === 'manual').map(({ rule, message }) => `${rule}: ${message}`);
    for (const reason of new Set(manual)) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const route of new Set(reports.map((report) => report.route))) {
    const own = reports.filter((report) => report.route === route);
    total.differing++;
    console.log(`seed ${seed} ${route} (${own[0].findings.join(', ')}): ${own.length} requests differ`);
    for (const { text } of own.slice(0, 3)) console.log(text);
  }
}
await next.stop();
console.log(total);
for (const [reason, times] of [...reasons].sort(([, a], [, b]) => b - a)) console.log(`${times} stay: ${reason}`);
process.exitCode = total.differing > 0 ? 1 : 0;
