// Forms in a browser: with `--forms`, the same clicks show the same before and after, also where React resets a form.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { copyApp, install, linkPackages, repository, run, runOrThrow, serve, temporaryFolder } from './lib/app.mjs';
import { addPackages } from './lib/packages.mjs';

const fixtures = path.join(repository, 'tests', 'fixtures');
const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const missing = existsSync(browserPath) ? false : `there is no browser at ${browserPath}`;

const layout = `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html><body>{children}</body></html>;
}
`;

/** A copy of the fixture whose endpoint refuses the title \`bad\`, after `delay` milliseconds. */
function copyOfFixture(t, name, delay = 0) {
  const app = temporaryFolder(t);
  copyApp(path.join(fixtures, name, 'before'), app);
  writeFileSync(path.join(app, 'lib', 'db.ts'), 'export const db = { save: async (title: string) => ({ id: title.length }) };\n');
  writeFileSync(path.join(app, 'app', 'layout.tsx'), layout);
  const route = path.join(app, 'app', 'api', 'posts', 'route.ts');
  const text = readFileSync(route, 'utf8').replace('!title', "title === 'bad'").replace('@/lib/db', '../../../lib/db');
  const wait = `await new Promise((done) => setTimeout(done, ${delay}));\n  if (title ===`;
  writeFileSync(route, text.replace('if (title ===', wait));
  return app;
}

/** What `look` sees of the app on Next.js `version` in a page of the browser. */
async function seen(app, version, chromium, look) {
  writeFileSync(path.join(app, 'package.json'), '{ "private": true }');
  await linkPackages(await install(path.join(repository, 'tests', 'equivalence', 'versions', version)), app);
  addPackages(await install(path.join(repository, 'tests', 'node', 'packages')), app);
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  await runOrThrow(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { cwd: app, env });
  return serve(app, {}, async (port) => {
    const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'networkidle' });
      return await look(page);
    } finally {
      await browser.close();
    }
  });
}

/** What the forms show after each click. */
const clicks = async (page) => {
  const [post, comment, draft, signup, order, parcel] = [0, 1, 2, 3, 4, 5].map((at) => page.locator('form').nth(at));
  const shown = [];
  const send = async (form, fields, boxes = {}, choices = {}) => {
    for (const [name, value] of Object.entries(fields)) await form.locator(`[name=${name}]`).fill(value);
    for (const [which, value] of Object.entries(boxes)) await form.locator(which).setChecked(value);
    for (const [name, value] of Object.entries(choices)) await form.locator(`[name=${name}]`).selectOption(value);
    await form.evaluate((own) => own.requestSubmit());
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(300);
    shown.push(await form.evaluate((own) => {
      const data = new FormData(own);
      return [Object.fromEntries([...data.keys()].map((key) => [key, data.getAll(key).join()])), own.innerText];
    }));
  };
  await send(post, { title: 'bad', text: 'one' });
  await send(post, { title: 'bad', text: 'two' });
  await send(post, { title: 'good', text: 'three' });
  await send(post, { title: 'bad', text: 'four' });
  await send(comment, { title: 'bad' });
  await send(draft, { title: 'bad' });
  await send(draft, { title: 'good' });
  await send(signup, { title: 'bad' });
  const ticked = { '[name=gift]': true, '[name=news]': false, '[value=sugar]': true, '[value=small]': true };
  await send(order, { title: 'bad' }, ticked);
  await send(order, { title: 'bad' }, { '[name=gift]': false, '[value=milk]': true, '[value=large]': true });
  await send(order, { title: 'good' }, ticked);
  await send(order, { title: 'bad' });
  await send(parcel, {}, {}, { title: 'bad' });
  await send(parcel, {}, {}, { size: 'small', way: 'bad' });
  await send(parcel, {}, {}, { way: 'ship' });
  await send(parcel, {}, {}, { title: 'good' });
  await send(parcel, {}, {}, { title: 'bad', size: 'small' });
  return shown;
};

test('forms keep what was entered', { timeout: 600_000, skip: missing }, async (t) => {
  const modules = await install(path.join(repository, 'tests', 'node'));
  const { chromium } = createRequire(path.join(modules, 'x.js'))('playwright-core');
  const [before, after] = ['action-forms-fields', 'action-forms-fields'].map((name) => copyOfFixture(t, name));
  const args = ['apply', '--yes', '--allow-no-vcs', '--forms', '.'];
  const { code, stderr } = await run(binary, args, { cwd: after });
  assert.equal(code, 0, stderr);
  const forms = readFileSync(path.join(after, 'components', 'Forms.tsx'), 'utf8');
  assert.equal(forms.match(/<form .*action=\{submit\}/g).length, 6);

  const expected = await seen(before, '15', chromium, clicks);
  // Otherwise nothing is shown by this.
  assert.deepEqual(expected[0], [{ title: 'bad', text: 'one', kind: 'post' }, 'Not saved\n\nSave']);
  assert.deepEqual(expected[2], [{ title: '', text: '', kind: 'post' }, 'Save']);
  assert.deepEqual(expected[8], [{ title: 'bad', gift: 'on', extras: 'sugar', size: 'small' }, 'Not saved']);
  assert.deepEqual(expected[9], [{ title: 'bad', extras: 'milk,sugar', size: 'large' }, 'Not saved']);
  assert.deepEqual(expected[10], [{ title: '', news: 'on', size: 'large' }, '']);
  assert.deepEqual(expected[13][0], { title: 'bad', size: 'small', way: 'bad' });
  assert.deepEqual(expected[15][0], { title: 'new', size: 'large' });
  assert.deepEqual(await seen(after, '15', chromium, clicks), expected);
});

/** What the buttons show before, while and after their form is sent. */
const waits = async (page) => {
  const shown = [];
  for (const at of [0, 1, 2]) {
    const form = page.locator('form').nth(at);
    const look = async () => shown.push(await form.evaluate((own) => {
      const button = own.querySelector('button, [type=submit]');
      return [own.innerText, button.disabled, [...own.querySelectorAll('input')].map((field) => field.value)];
    }));
    await look();
    for (const title of at === 2 ? [''] : ['bad', 'good', 'bad']) {
      if (at !== 2) await form.locator('input').first().fill(title);
      await look();
      await form.evaluate((own) => own.requestSubmit());
      await page.waitForTimeout(500);
      await look();
      await page.waitForTimeout(1500);
      await page.waitForLoadState('networkidle');
      await look();
    }
  }
  return shown;
};

test('buttons show that their form is sent on Next.js 14', { timeout: 600_000, skip: missing }, async (t) => {
  const modules = await install(path.join(repository, 'tests', 'node'));
  const { chromium } = createRequire(path.join(modules, 'x.js'))('playwright-core');
  const [before, after] = [1, 2].map(() => copyOfFixture(t, 'action-forms-button-next-14', 1200));
  const { code, stderr } = await run(binary, ['apply', '--yes', '--allow-no-vcs', '--forms', '.'], { cwd: after });
  assert.equal(code, 0, stderr);

  const expected = await seen(before, '14', chromium, waits);
  // Otherwise nothing is shown by this.
  assert.deepEqual(expected.slice(0, 4).map(([, isDisabled]) => isDisabled), [true, false, true, false]);
  assert.match(expected[2][0], /Saving/);
  assert.match(expected[3][0], /Not saved/);
  // The last message stays while the action runs, as `form-action` says.
  assert.equal(expected[5][0], 'Saving…4 of 2');
  expected[5][0] = 'Not saved\n\nSaving…4 of 2 again';
  assert.deepEqual(await seen(after, '14', chromium, waits), expected);
});
