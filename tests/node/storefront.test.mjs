// The storefront before and after its migration: both type-check and build, and both answer the same.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { normalise } from './accepted.mjs';
import {
  builtActions, callAction, copyApp, install, linkPackages, readTree, repository, run, runOrThrow, send, serve,
  temporaryFolder, typeCheckAndBuild,
} from './lib/app.mjs';
import { environment, pages, requests } from './storefront.requests.mjs';

const LEAST_MIGRATED = 8;
const LEAST_ACTIONS = 4;

const example = path.join(repository, 'examples', 'storefront');
const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));

async function preview(app) {
  return JSON.parse(await runOrThrow(binary, ['--format', 'json', '.'], { cwd: app }));
}

/** The page of `pages` that a build entry such as "app/products/[id]/page" serves. */
function pageOf(entry) {
  const pattern = entry.replace(/^app/, '').replace(/\/page$/, '').replace(/\[[^\]]+\]/g, '[^/]+');
  return pages.find((page) => new RegExp(`^${pattern}$`).test(page));
}

/** Calls the Server Action of that name on a page that has it. */
function callByName(port, app, name, args) {
  const [id, { workers }] = Object.entries(builtActions(app)).find(([, action]) => action.exportedName === name);
  return callAction(port, id, pageOf(Object.keys(workers)[0]), args);
}

/** The arguments that a caller passes instead of `request`; null for requests that no caller of the app sends. */
function actionArguments(route, request) {
  const values = request.path.split('/').filter((_, index) => route.split('/')[index]?.startsWith('['));
  if (request.headers?.['Content-Type'] === undefined) return request.body === undefined ? values : null;
  if (request.headers['Content-Type'] !== 'application/json') return null;
  try {
    return [...values, JSON.parse(request.body)];
  } catch {
    return null;
  }
}

/** Sends all requests; "METHOD path #n" → answer. Where `actions` names an action, that is called instead. */
async function record(app, actions) {
  return serve(app, environment, async (port) => {
    const answers = new Map();
    for (const [route, list] of Object.entries(requests)) {
      for (const [index, request] of list.entries()) {
        const name = `${route} #${index + 1}: ${request.method} ${request.path} ${request.body ?? ''}`.trim();
        const action = actions(route, request.method);
        const args = action && actionArguments(route, request);
        answers.set(name, args ? { result: await callByName(port, app, action, args) } : normalise(await send(port, request)));
      }
    }
    for (const page of pages) {
      answers.set(`page ${page}`, (await send(port, { method: 'GET', path: page })).status);
    }
    return answers;
  });
}

/** What a caller sees is the same: the status, and of the JSON whatever the action returns of it. */
function assertSameResult({ result }, answer) {
  assert.equal(result.status, answer.status);
  assert.equal(result.ok, answer.status >= 200 && answer.status < 300);
  if (result.data === undefined) return;
  const body = JSON.parse(answer.body);
  for (const [key, value] of Object.entries(result.data)) assert.deepEqual(value, body[key]);
}

test('storefront', { timeout: 600_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const app = path.join(folder, 'storefront');
  const patched = path.join(folder, 'patched');
  let plan;
  let before;
  let after;

  let failed = false;
  /** A step needs those before it: after a failure the others are skipped. */
  const step = (name, body) =>
    t.test(name, { skip: failed && 'an earlier step failed' }, async (t) => {
      try {
        await body(t);
      } catch (error) {
        failed = true;
        throw error;
      }
    });

  const endpointOf = (route) => plan.apps[0].endpoints.find((endpoint) => endpoint.route === route);

  /** The action that takes the place of a method: those of the storefront are the only one of their endpoint. */
  const actionOf = (route, method) => {
    const { actions, methods } = endpointOf(route);
    return method === 'POST' && !methods.includes(method) ? actions[0] : undefined;
  };

  await step('a binary to test', () => {
    assert.ok(existsSync(binary), `${binary} is missing: run cargo build --release, or set ROUTELIFT`);
  });

  await step('the preview proposes a migration and writes nothing', async (t) => {
    copyApp(example, app);
    copyApp(example, patched);
    const original = readTree(app);
    plan = await preview(app);
    const diff = await runOrThrow(binary, ['.'], { cwd: app });
    assert.deepEqual(readTree(app), original);

    const { endpoints } = plan.apps[0];
    assert.deepEqual(endpoints.map((endpoint) => endpoint.route).sort(), Object.keys(requests).sort());

    for (const { route, outcome, to, actions, findings } of endpoints) {
      t.diagnostic(`${route}: ${outcome}${to ? `, ${to}` : ''}${actions.length ? ` (${actions.join(', ')})` : ''}`);
      if (outcome === 'stays') for (const { rule, message } of findings) t.diagnostic(`  ${rule}: ${message}`);
    }
    const actions = endpoints.filter((endpoint) => endpoint.outcome === 'server-action');
    const migrated = endpoints.filter((endpoint) => endpoint.outcome !== 'stays');
    t.diagnostic(`compared by calling the action: ${actions.map((endpoint) => endpoint.route).join(', ') || 'none'}`);
    assert.ok(actions.length >= LEAST_ACTIONS, `only ${actions.length} endpoints become Server Actions`);
    // `actionOf` knows these; another one needs to be called in a way of its own.
    const known = ['/api/cart', '/api/reviews', '/api/signup', '/api/wishlist/[productId]'];
    assert.deepEqual(actions.map((endpoint) => endpoint.route), known);
    assert.ok(migrated.length >= LEAST_MIGRATED, `only ${migrated.length} endpoints migrate`);

    writeFileSync(path.join(folder, 'preview.patch'), diff);
    await runOrThrow('git', ['apply', '--check', path.join(folder, 'preview.patch')], { cwd: patched });
  });

  await step('before: type-checks, builds and answers', async () => {
    await linkPackages(await install(example), app);
    await typeCheckAndBuild(app);
    before = await record(app, () => null);
  });

  await step('apply writes what the preview showed', async () => {
    await runOrThrow(binary, ['apply', '--yes', '--allow-no-vcs', '--allow-dirty', '.'], { cwd: app });
    await runOrThrow('git', ['apply', path.join(folder, 'preview.patch')], { cwd: patched });
    assert.deepEqual(readTree(app), readTree(patched));
  });

  await step('a second run proposes nothing', async () => {
    assert.deepEqual((await preview(app)).changes, []);
    const { code, stdout } = await run(binary, ['--check', '.'], { cwd: app });
    assert.deepEqual({ code, stdout }, { code: 0, stdout: '' });
  });

  await step('after: type-checks, builds and answers', async () => {
    await typeCheckAndBuild(app);
    const planned = plan.apps[0].endpoints.flatMap(({ to, actions }) => actions.map((name) => `${to}#${name}`));
    const built = Object.values(builtActions(app)).map(({ filename, exportedName }) => `${filename}#${exportedName}`);
    assert.deepEqual(built.sort(), planned.sort());
    after = await record(app, actionOf);
  });

  await step('every answer is the same', async (t) => {
    const differences = [];
    let calls = 0;
    for (const [name, answer] of before) {
      const now = after.get(name);
      const route = name.split(' #')[0];
      try {
        if (now.result) {
          calls++;
          assertSameResult(now, answer);
        } else if (requests[route] && endpointOf(route).outcome === 'server-action') {
          // No caller of the app sends it, and the URL is gone.
          assert.equal(now.status, 404);
        } else {
          assert.deepEqual(now, answer);
        }
      } catch (error) {
        differences.push(`${name}\n${error.message.replace(/^.*\n/, '')}`);
      }
    }
    t.diagnostic(`${before.size} answers compared, ${calls} of them results of actions`);
    assert.ok(calls > 0);
    assert.equal(differences.length, 0, `+ after  - before\n\n${differences.join('\n\n')}`);
  });
});
