// What differs between two answers, once what is accepted is out of the way.

import { isDeepStrictEqual } from 'node:util';
import { accept } from '../accepted.mjs';

/** `{ differences: [{ what, before, after }], used: [rule, …] }` */
export function compare(pair, name) {
  const { before, after, used } = accept(pair, name);
  const differences = [];
  const differ = (what, a, b) => {
    if (!isDeepStrictEqual(a, b)) differences.push({ what, before: a, after: b });
  };
  differ('status', before.status, after.status);
  differ('reason', before.reason, after.reason);
  const names = new Set([...Object.keys(before.headers ?? {}), ...Object.keys(after.headers ?? {})]);
  for (const header of [...names].sort()) differ(header, before.headers?.[header], after.headers?.[header]);
  differ('body', before.body, after.body);
  differ('effects', before.effects, after.effects);
  return { differences, used };
}

export function describe(request, differences) {
  const title = [request.method, request.path, request.headers?.['Content-Type'], request.body?.slice(0, 80)].filter(Boolean).join(' ');
  const lines = differences.map(({ what, before, after }) => `    ${what}: ${shown(before)} → ${shown(after)}`);
  return [`  ${title}`, ...lines].join('\n');
}

const shown = (value) => JSON.stringify(value)?.slice(0, 1000);
