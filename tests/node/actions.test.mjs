// Every fixture that gets Server Actions type-checks strictly and builds before and after, on each version of Next.js.
//
// All of them are one app per version: `app/before/<fixture>` and `app/after/<fixture>`, each a whole tree, so that one
// run of `tsc` and one of `next build` looks at all.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { copyApp, install, linkPackages, readTree, repository, run, runOrThrow, temporaryFolder } from './lib/app.mjs';

const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));
const fixtures = path.join(repository, 'tests', 'fixtures');
const versions = (process.env.NEXT_VERSIONS ?? '14 15 16').split(' ');
const LEAST_BUILT = 30;

/** Fixtures that are no apps of their own, or no correct ones; the reason. */
const left = {
};

let packages;
before(async () => {
  packages = await install(path.join(repository, 'tests', 'node', 'packages'));
});

const tsconfig = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['dom', 'dom.iterable', 'esnext'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    resolveJsonModule: true,
    isolatedModules: true,
    jsx: 'preserve',
    allowJs: true,
    plugins: [{ name: 'next' }],
    paths: { '@/*': ['./*'] },
  },
  include: ['next-env.d.ts', '**/*.ts', '**/*.tsx', '.next/types/**/*.ts'],
  exclude: ['node_modules'],
};

const layout = `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html><body>{children}</body></html>;
}
`;

/** An app without pages on Next.js `version`. */
async function emptyApp(t, version) {
  const app = temporaryFolder(t);
  await linkPackages(await install(path.join(repository, 'tests', 'equivalence', 'versions', version)), app);
  await runOrThrow('cp', ['-al', '--update=none', `${packages}/.`, path.join(app, 'node_modules')]);
  mkdirSync(path.join(app, 'app'));
  writeFileSync(path.join(app, 'package.json'), '{ "private": true }');
  writeFileSync(path.join(app, 'tsconfig.json'), JSON.stringify(tsconfig));
  writeFileSync(path.join(app, 'next-env.d.ts'), '/// <reference types="next" />\n');
  writeFileSync(path.join(app, 'app', 'layout.tsx'), layout);
  return app;
}

/** The fixture at `from` as a part of the app, with what it means by `@/`. */
function place(from, app, part) {
  const tree = readTree(from);
  const source = tree['tsconfig.json']?.includes('./src/*') ? `${part}/src` : part;
  for (const [name, text] of Object.entries(tree)) {
    // These are read at the root of an app only.
    if (/^(src\/)?(middleware|proxy|next\.config|package|tsconfig|app\/layout)\.\w+$/.test(name)) continue;
    const file = path.join(app, part, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll(/(['"])@\//g, `$1@/${source}/`));
  }
}

/** Migrates a copy of the fixture on Next.js `version`; null if no action comes of it. */
async function migrated(t, name, version) {
  const [from, to] = [path.join(fixtures, name, 'before'), temporaryFolder(t)];
  copyApp(from, to);
  const manifest = path.join(to, 'package.json');
  if (!existsSync(manifest)) return null;
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/("next": ")[^"]+/, `$1${version}.0.0`));
  const own = path.join(fixtures, name, 'args');
  const args = existsSync(own) ? readFileSync(own, 'utf8').split(/\s+/).filter(Boolean) : [];
  const { code, stdout } = await run(binary, ['apply', '--yes', '--allow-no-vcs', '--format', 'json', ...args, '.'], { cwd: to });
  if (code !== 0) return null;
  const endpoints = JSON.parse(stdout).apps.flatMap((app) => app.endpoints);
  return endpoints.some(({ outcome }) => outcome === 'server-action') ? { from, to } : null;
}

async function tsc(app) {
  const { stdout } = await run(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false'], { cwd: app });
  return stdout;
}

function build(app) {
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  return run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { cwd: app, env });
}

for (const version of versions) {
  test(`the fixtures with actions type-check and build on Next.js ${version}`, async (t) => {
    const app = await emptyApp(t, version);
    const names = readdirSync(fixtures).filter((name) => !(name in left));
    const trees = await Promise.all(names.map((name) => migrated(t, name, version)));
    const built = names.filter((_, at) => trees[at]);
    for (const [at, name] of names.entries()) {
      if (!trees[at]) continue;
      place(trees[at].from, app, `app/before/${name}`);
      place(trees[at].to, app, `app/after/${name}`);
    }
    assert.ok(built.length >= LEAST_BUILT, `only ${built.length} fixtures have actions`);

    assert.equal(await tsc(app), '');
    const { code, stdout, stderr } = await build(app);
    assert.equal(code, 0, stdout + stderr);
    t.diagnostic(`${built.length} fixtures`);
  });
}
