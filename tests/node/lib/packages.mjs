// The packages that fixtures import and that Next.js does not bring along.

import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Adds those in the folder `packages` to the app, but for what it has. */
export function addPackages(packages, app) {
  const top = readdirSync(packages).filter((name) => !name.startsWith('.'));
  const names = top.flatMap((name) => (name.startsWith('@') ? readdirSync(path.join(packages, name)).map((own) => `${name}/${own}`) : name));
  for (const name of names) {
    const target = path.join(app, 'node_modules', name);
    if (existsSync(target)) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(packages, name), target, { recursive: true });
  }
}
