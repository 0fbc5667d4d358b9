// The storefront before and after its migration: both type-check and build, and both answer the same.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { normalise } from './accepted.mjs';
import {
  copyApp, install, linkPackages, readTree, repository, run, runOrThrow, send, serve, temporaryFolder, typeCheckAndBuild,
} from './lib/app.mjs';
import { environment, pages, requests } from './storefront.requests.mjs';

const LEAST_MIGRATED = 6;

const example = path.join(repository, 'examples', 'storefront');
const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));

async function preview(app) {
  return JSON.parse(await runOrThrow(binary, ['--format', 'json', '.'], { cwd: app }));
}

/** "file#name" of every Server Action that the build offers to the browser: those that client code imports. */
function builtActions(app) {
  const manifest = JSON.parse(readFileSync(path.join(app, '.next', 'server', 'server-reference-manifest.json'), 'utf8'));
  return Object.values(manifest.node).map(({ filename, exportedName }) => `${filename}#${exportedName}`);
}

/** Sends all requests that `wanted` keeps; "METHOD path #n" → answer. */
async function record(app, wanted) {
  return serve(app, environment, async (port) => {
    const answers = new Map();
    for (const [route, list] of Object.entries(requests)) {
      for (const [index, request] of list.entries()) {
        if (!wanted(route, request.method)) continue;
        const name = `${route} #${index + 1}: ${request.method} ${request.path} ${request.body ?? ''}`.trim();
        answers.set(name, normalise(await send(port, request)));
      }
    }
    for (const page of pages) {
      answers.set(`page ${page}`, (await send(port, { method: 'GET', path: page })).status);
    }
    return answers;
  });
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

  /** Whether a request is compared: not if a Server Action took its place. */
  const overHttp = (route, method) => {
    const endpoint = plan.apps[0].endpoints.find((endpoint) => endpoint.route === route);
    return endpoint.outcome !== 'server-action' || endpoint.methods.includes(method);
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
    t.diagnostic(`not compared over HTTP: ${actions.map((endpoint) => endpoint.route).join(', ') || 'none'}`);
    assert.ok(migrated.length >= LEAST_MIGRATED, `only ${migrated.length} endpoints migrate`);

    writeFileSync(path.join(folder, 'preview.patch'), diff);
    await runOrThrow('git', ['apply', '--check', path.join(folder, 'preview.patch')], { cwd: patched });
  });

  await step('before: type-checks, builds and answers', async () => {
    await linkPackages(await install(example), app);
    await typeCheckAndBuild(app);
    before = await record(app, overHttp);
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
    assert.deepEqual(builtActions(app).sort(), planned.sort());
    after = await record(app, overHttp);
  });

  await step('every answer is the same', async (t) => {
    const differences = [];
    for (const [name, answer] of before) {
      try {
        assert.deepEqual(after.get(name), answer);
      } catch (error) {
        differences.push(`${name}\n${error.message.replace(/^.*\n/, '')}`);
      }
    }
    t.diagnostic(`${before.size} answers compared`);
    assert.equal(differences.length, 0, `+ after  - before\n\n${differences.join('\n\n')}`);
  });
});
