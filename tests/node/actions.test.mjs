// Every fixture that gets Server Actions type-checks strictly and builds before and after, on each version of Next.js.
//
// All of them are one app per version: `app/before/<fixture>` and `app/after/<fixture>`, each a whole tree, so that one
// run of `tsc` and one of `next build` looks at all.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import {
  builtActions, callAction, copyApp, install, linkPackages, readTree, repository, run, runOrThrow, send, serve, temporaryFolder,
} from './lib/app.mjs';
import { addPackages } from './lib/packages.mjs';

const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));
const fixtures = path.join(repository, 'tests', 'fixtures');
const versions = (process.env.NEXT_VERSIONS ?? '14 15 16').split(' ');
const only = process.env.ONLY ?? '';
const LEAST_BUILT = only ? 1 : 30;

/** Fixtures that are no apps of their own, or no correct ones; the reason. */
const left = {
  'action-refused-unparsed-caller': 'a file of it is half written, on purpose',
  'action-refused-part-of-workspace': 'a monorepo: `@/` means the folder of one of its apps',
  'action-refused-native-client': 'a monorepo, too',
  'override-action-against-test': 'its test needs the types of a test runner',
  'action-refused-stories': 'it imports packages of Storybook that are not installed here',
  'action-refused-leaving-elsewhere': 'it imports a package of hooks that is not installed here',
  'action-refused-unusual-urls': 'it imports a package that does not exist',
  'action-refused-base-clients': 'it imports HTTP clients that are not installed here',
  'action-refused-caller-imported': 'its test needs the types of a test runner',
  'action-context-type': 'the type says the URL, which is another one among other fixtures',
  'settings-endpoints': 'endpoints that stay have untyped parameters',
};

/** Fixtures whose types are those of one version: there, `params` is no Promise. */
const writtenFor = { 'action-next-14': '14', 'action-next-14-get-stays': '14' };

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

// What a page shows is no concern here; the types are checked by `tsc`, which names all that is wrong.
const config = `export default {
  typescript: { ignoreBuildErrors: true },
  turbopack: {},
  webpack: (config) => ({ ...config, optimization: { ...config.optimization, minimize: false } }),
};
`;

const layout = `export const dynamic = 'force-dynamic';

export default function Layout({ children }: { children: React.ReactNode }) {
  return <html><body>{children}</body></html>;
}
`;

/** An app without pages on Next.js `version`. */
async function emptyApp(t, version) {
  const app = temporaryFolder(t);
  await linkPackages(await install(path.join(repository, 'tests', 'equivalence', 'versions', version)), app);
  addPackages(packages, app);
  addPackages(path.join(repository, 'tests', 'node', 'stubs'), app);
  mkdirSync(path.join(app, 'app'));
  writeFileSync(path.join(app, 'package.json'), '{ "private": true }');
  writeFileSync(path.join(app, 'tsconfig.json'), JSON.stringify(tsconfig));
  writeFileSync(path.join(app, 'next-env.d.ts'), '/// <reference types="next" />\n');
  writeFileSync(path.join(app, 'next.config.mjs'), config);
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

/** The fixtures of which a method becomes an action, by their snapshots. */
function withActions() {
  const snapshots = path.join(repository, 'snapshots', 'fixtures');
  const hasAction = (name) => / server-action /.test(readFileSync(path.join(snapshots, `${name}.snap`), 'utf8'));
  return readdirSync(fixtures).filter((name) => !(name in left) && name.includes(only) && hasAction(name));
}

async function tsc(app) {
  const { stdout } = await run(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false'], { cwd: app });
  return stdout;
}

function build(app) {
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  return run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { cwd: app, env });
}

/** What is asked of the actions of fixtures by several users, and of the handlers that they come of. */
const wrapped = {
  'action-wrapped': [
    ['likePost', ['p1'], 'POST', 'posts/p1/like'],
    ['updateShare', ['p1'], 'PUT', 'posts/p1/share'],
    ['updatePost', ['p1', { title: ' News ' }], 'PATCH', 'posts/p1', { title: ' News ' }],
    ['updatePost', ['p1', {}], 'PATCH', 'posts/p1', {}],
    ['deletePost', ['p1'], 'DELETE', 'posts/p1'],
  ],
  'action-wrapper-forms': [
    ['createFirst', [{ title: 'News' }], 'POST', 'first', { title: 'News' }],
    ['createNested', [{ title: 'News' }], 'POST', 'nested', { title: 'News' }],
    // Its title has no length, and what is thrown gets past `withErrors`.
    ['createNested', [{ title: null }], 'POST', 'nested', { title: null }],
    ['createNear', [{ title: 'News' }], 'POST', 'near', { title: 'News' }],
    ['createSpread', [{ title: 'News' }], 'POST', 'spread', { title: 'News' }],
    ['createAny', [{ title: 'News' }], 'POST', 'any', { title: 'News' }],
    ['createRead', [], 'POST', 'reads'],
    ['deletePost', ['p1'], 'DELETE', 'posts/p1'],
  ],
  // What a URL makes of values, the calls have as texts.
  'action-query': [
    ['deletePosts', ['p 1&2'], 'DELETE', 'posts?id=p%201%262'],
    ['deletePosts', [''], 'DELETE', 'posts?id='],
    ['publish', [{ title: 'News' }, '1', 'p1'], 'POST', 'publish?post-id=p1&draft=1', { title: 'News' }],
    ['publish', [{ title: 'News' }, null, '3'], 'POST', 'publish?post-id=3', { title: 'News' }],
    ['archive', ['3', ''], 'PUT', 'archive?id=3&reason='],
    ['archive', ['all', null], 'PUT', 'archive?id=all'],
    ['createNew', ['p1', ''], 'POST', 'new?new=p1&flag'],
    ['movePost', ['p1', 'a', 'b-3'], 'PATCH', 'posts/p1/move?from=a&to=b-3'],
    ['movePost', ['p1', 'a', ''], 'PATCH', 'posts/p1/move?from=a&to='],
  ],
  // Who is signed in, the stubs of the services ask in the same ways.
  'action-sessions': [
    ['createDirect', [{ text: 'News' }], 'POST', 'direct', { text: 'News' }],
    ['createNamed', [{ text: 'News' }], 'POST', 'named', { text: 'News' }],
    ['createElsewhere', [{ text: 'News' }], 'POST', 'elsewhere', { text: 'News' }],
    ['createWrapped', [{ text: 'News' }], 'POST', 'wrapped', { text: 'News' }],
    ['createClerk', [{ text: 'News' }], 'POST', 'clerk', { text: 'News' }],
    ['createUser', [{ text: 'News' }], 'POST', 'user', { text: 'News' }],
    ['createSupabase', [{ text: 'News' }], 'POST', 'supabase', { text: 'News' }],
  ],
  // Six calls of three users: the last ones are too often.
  'action-module-state': Array.from({ length: 2 }, () => ['createHit', [{ name: 'ada' }], 'POST', 'hits', { name: 'ada' }]),
};

/** Requests that see what others before them left in a module. */
const remembered = {
  'action-module-state': [
    ['POST', 'api/codes', { email: 'ada' }],
    ['GET', 'api/codes'],
    ['POST', 'api/visits'],
    ['GET', ''],
  ],
};

/** Requests to what stays of a fixture before and after, which remembers the same. */
async function remembersTheSame(app, fixture, requests) {
  await serve(app, {}, async (port) => {
    for (const [method, url, body] of requests) {
      const request = (side) => send(port, {
        method,
        path: `/${side}/${fixture}/app/${url}`.replace(/\/$/, ''),
        headers: { 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      // Of a page, what it shows in front of its buttons.
      const shown = ({ status, body }) => [status, url === '' ? /<main>.*?<p>/.exec(body)?.[0] : body];
      const [before, after] = [await request('before'), await request('after')].map(shown);
      assert.equal(before[0], 200);
      assert.deepEqual(after, before, `${method} ${url}`);
    }
  });
}

/** The handlers of a fixture under their wrappers, and its actions under the twins of those, for the same users. */
async function wrappedAnswersTheSame(app, fixture, calls) {
  const users = [{}, { Cookie: 'user=u1' }, { Cookie: 'user=u2' }];
  const actions = Object.entries(builtActions(app)).filter(([, { filename }]) => filename.startsWith(`app/after/${fixture}/`));
  const statuses = new Set();
  await serve(app, {}, async (port) => {
    for (const [name, args, method, url, body] of calls) {
      const [id] = actions.find(([, { exportedName }]) => exportedName === name) ?? assert.fail(`no ${name}`);
      for (const headers of users) {
        const what = `${method} ${url} ${JSON.stringify(body)} ${JSON.stringify(headers)}`;
        const result = await callAction(port, id, `/after/${fixture}/app`, args, headers);
        const answer = await send(port, {
          method,
          path: `/before/${fixture}/app/api/${url}`,
          headers: { 'Content-Type': 'application/json', ...headers },
          body: JSON.stringify(body ?? null),
        });
        assert.equal(result.status, answer.status, what);
        statuses.add(answer.status);
        assert.equal(result.ok, answer.status < 300, what);
        if (result.data !== undefined) assert.deepEqual(result.data, JSON.parse(answer.body), what);
      }
    }
  });
  // Otherwise the users make no difference.
  assert.ok(statuses.has(200) && statuses.size > 1, `${fixture} answers ${[...statuses]}`);
}

for (const version of versions) {
  test(`the fixtures with actions type-check and build on Next.js ${version}`, async (t) => {
    const app = await emptyApp(t, version);
    const names = withActions().filter((name) => (writtenFor[name] ?? version) === version);
    const trees = await Promise.all(names.map((name) => migrated(t, name, version)));
    const built = names.filter((_, at) => trees[at]);
    for (const [at, name] of names.entries()) {
      if (!trees[at]) continue;
      place(trees[at].from, app, `app/before/${name}`);
      place(trees[at].to, app, `app/after/${name}`);
    }
    assert.ok(built.length >= LEAST_BUILT, `only ${built.length} fixtures have actions`);

    const { code, stdout, stderr } = await build(app);
    assert.equal(code, 0, stdout + stderr);
    // With what Next.js expects of pages and Route Handlers, which the build wrote down.
    assert.equal(await tsc(app), '');
    t.diagnostic(`${built.length} fixtures`);
    for (const [fixture, calls] of Object.entries(wrapped)) {
      if (version === '15' && built.includes(fixture)) await wrappedAnswersTheSame(app, fixture, calls);
    }
    for (const [fixture, requests] of Object.entries(remembered)) {
      if (built.includes(fixture)) await remembersTheSame(app, fixture, requests);
    }
  });
}

test('a wrong migration does not type-check or build', async (t) => {
  const version = versions.at(-1);
  const app = await emptyApp(t, version);
  const { to } = await migrated(t, 'action-types', version);
  place(to, app, 'app/after');
  const file = path.join(app, 'app', 'after', 'app', 'editor', 'actions.ts');
  const actions = readFileSync(file, 'utf8');
  assert.equal(await tsc(app), '');

  const wrong = [
    ['json: z.input<typeof commentSchema>', 'json: { text: number }', /Editor\.tsx\(\d+,\d+\): error TS2322/],
    ['error: string; again?: boolean', 'again?: boolean', /Editor\.tsx\(\d+,\d+\): error TS2339: Property 'error'/],
  ];
  for (const [right, fault, expected] of wrong) {
    assert.ok(actions.includes(right), right);
    writeFileSync(file, actions.replace(right, fault));
    assert.match(await tsc(app), expected);
  }

  // All that a file of actions exports is an async function; only the build knows.
  writeFileSync(file, `${actions}\nexport const limit = 10;\n`);
  const { code, stdout, stderr } = await build(app);
  assert.notEqual(code, 0);
  assert.match(stdout + stderr, /Only async functions are allowed to be exported/);
});
