// Reads the cases: the folders of `cases/`, and the fixtures of the Rust tests.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { repository } from '../../node/lib/app.mjs';
import { fixtures } from '../fixtures.mjs';

const own = fileURLToPath(new URL('../', import.meta.url));
const folders = (dir) => readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);

async function describeFolder(dir) {
  const file = path.join(dir, 'requests.mjs');
  return existsSync(file) ? await import(pathToFileURL(file)) : {};
}

/**
 * `todo` names a bug by its route, or is one for all routes of the case.
 *
 * `{ name, before, args, requests, stays, todo, versions, skip }`: `requests` is missing where they are made up from
 * the sources.
 */
export async function readCases() {
  const cases = [];
  const inRust = path.join(repository, 'tests', 'fixtures');
  for (const name of folders(path.join(own, 'cases'))) {
    const dir = path.join(own, 'cases', name);
    const { default: requests, ...more } = await describeFolder(dir);
    // Requests alone are for the app of the fixture.
    const home = existsSync(path.join(dir, 'before')) ? dir : path.join(inRust, name);
    cases.push({ name, before: path.join(home, 'before'), args: [], requests, own: true, ...more });
  }
  for (const name of folders(inRust)) {
    const args = path.join(inRust, name, 'args');
    const before = path.join(inRust, name, 'before');
    cases.push({
      name: `fixture ${name}`,
      before,
      args: existsSync(args) ? readFileSync(args, 'utf8').split(/\s+/).filter(Boolean) : [],
      ...fixtures[name],
    });
  }
  return cases;
}

/** `{ name, before, after, requests, fault, versions }` */
export async function readMutants() {
  const mutants = [];
  for (const name of folders(path.join(own, 'mutants'))) {
    const dir = path.join(own, 'mutants', name);
    const { default: requests, ...more } = await describeFolder(dir);
    mutants.push({ name, before: path.join(dir, 'before'), after: path.join(dir, 'after'), args: [], requests, ...more });
  }
  return mutants;
}
