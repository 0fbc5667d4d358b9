import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { install, repository, run, temporaryFolder } from './lib/app.mjs';

const script = fileURLToPath(new URL('tsc-compare.mjs', import.meta.url));
const tsconfig = JSON.stringify({ compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', types: [] } });

let nodeModules;
before(async () => {
  nodeModules = await install(path.join(repository, 'examples', 'storefront'));
});

function project(folder, name, files) {
  const dir = path.join(folder, name);
  for (const [file, text] of Object.entries({ 'tsconfig.json': tsconfig, ...files })) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
  symlinkSync(nodeModules, path.join(dir, 'node_modules'));
  return dir;
}

async function compare(t, beforeFiles, afterFiles, changes, app = '') {
  const folder = temporaryFolder(t);
  const args = [script, project(folder, `before/${app}`, beforeFiles), project(folder, `after/${app}`, afterFiles)];
  if (changes) {
    writeFileSync(path.join(folder, 'report.json'), JSON.stringify({ version: 1, apps: [{ root: app }], changes }));
    args.push('--report', path.join(folder, 'report.json'));
  }
  return run(process.execPath, args);
}

const wrongNumber = "export const a: number = 'a';\n";
const shape = "import { gone } from '../lib/gone';\nexport type Shape = { a: string };\nexport const shape: Shape = gone;\n";

test('an error that was there before is not new, wherever it stands in its file', async (t) => {
  const { code, stdout } = await compare(t, { 'a.ts': wrongNumber }, { 'a.ts': `// moved down\n\n${wrongNumber}` });
  assert.equal(stdout, '1 errors before, 1 after: 0 new, 0 gone\n');
  assert.equal(code, 0);
});

test('a new error is shown', async (t) => {
  const { code, stdout } = await compare(t, { 'a.ts': wrongNumber }, { 'a.ts': 'export const a = 1;\n', 'b.ts': wrongNumber });
  assert.match(stdout, /^b\.ts\(1,14\): TS2322: Type 'string' is not assignable to type 'number'\.\n1 .*: 1 new, 1 gone\n$/);
  assert.equal(code, 1);
});

test('a second error of the same kind in the same file is new', async (t) => {
  const { code, stdout } = await compare(t, { 'a.ts': wrongNumber }, { 'a.ts': wrongNumber + wrongNumber.replace('a:', 'b:') });
  assert.match(stdout, /1 new, 0 gone/);
  assert.equal(code, 1);
});

test('a moved file is the same file, and its relative paths are the same paths', async (t) => {
  const changes = [{ kind: 'move', from: 'pages/x.ts', path: 'app/x/route.ts' }];
  const moved = { 'app/x/route.ts': shape.replace('../lib', '../../lib') };

  const known = await compare(t, { 'pages/x.ts': shape }, moved, changes);
  assert.equal(known.stdout, '1 errors before, 1 after: 0 new, 0 gone\n');
  assert.equal(known.code, 0);

  const unknown = await compare(t, { 'pages/x.ts': shape }, moved);
  assert.match(unknown.stdout, /1 new, 1 gone/);
});

test('an app of a monorepo is compared by the report of the whole', async (t) => {
  const changes = [{ kind: 'move', from: 'apps/web/pages/x.ts', path: 'apps/web/app/x/route.ts' }];
  const moved = { 'app/x/route.ts': shape.replace('../lib', '../../lib') };
  const { code, stdout } = await compare(t, { 'pages/x.ts': shape }, moved, changes, 'apps/web');
  assert.equal(stdout, '1 errors before, 1 after: 0 new, 0 gone\n');
  assert.equal(code, 0);
});

test('the order in which a type lists its members says nothing', async (t) => {
  const wrong = (type) => `declare const value: ${type};\nexport const a: number = value;\n`;
  const { code } = await compare(t, { 'a.ts': wrong('{ b: 1; c: 2 }') }, { 'a.ts': wrong('{ c: 2; b: 1 }') });
  assert.equal(code, 0);
  const other = await compare(t, { 'a.ts': wrong('{ b: 1; c: 2 }') }, { 'a.ts': wrong('{ b: 1; d: 2 }') });
  assert.equal(other.code, 1);
});

test('a moved file whose import was not adapted has a new error', async (t) => {
  const changes = [{ kind: 'move', from: 'pages/x.ts', path: 'app/x/route.ts' }];
  const { code, stdout } = await compare(t, { 'pages/x.ts': shape }, { 'app/x/route.ts': shape }, changes);
  assert.match(stdout, /TS2307.*'\.\.\/lib\/gone'/);
  assert.equal(code, 1);
});

test('an error that went from a changed file into a new one is not new', async (t) => {
  const changes = [
    { kind: 'create', path: 'app/shared.ts' },
    { kind: 'delete', path: 'pages/x.ts' },
  ];
  const { code } = await compare(t, { 'pages/x.ts': wrongNumber, 'y.ts': '' }, { 'app/shared.ts': wrongNumber, 'y.ts': '' }, changes);
  assert.equal(code, 0);
});

test('a project that cannot be checked is an error, not a success', async (t) => {
  for (const [config, error] of [
    ['{ "files": ["missing.ts"] }', /TS6053/],
    ['{ "compilerOptions": { "module": "esnext", "moduleResolution": "nodenext" } }', /TS5110/],
  ]) {
    const files = { 'tsconfig.json': config, 'a.ts': wrongNumber };
    const { code, stderr } = await compare(t, files, files);
    assert.match(stderr, error);
    assert.equal(code, 2);
  }
  assert.equal((await run(process.execPath, [script])).code, 2);
});
