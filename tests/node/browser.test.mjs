// The storefront in a browser: the same clicks see the same before and after the migration. The form of a product is
// also sent without JavaScript.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import {
  copyApp, install, linkPackages, repository, runOrThrow, serve, temporaryFolder, typeCheckAndBuild,
} from './lib/app.mjs';
import { environment } from './storefront.requests.mjs';

const example = path.join(repository, 'examples', 'storefront');
const binary = path.resolve(process.env.ROUTELIFT ?? path.join(repository, 'target', 'release', 'routelift'));
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const switches = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** What a customer does, and what the pages show: with JavaScript. */
async function shop(page) {
  const seen = [];
  const see = async (locator) => {
    await locator.waitFor();
    seen.push(await locator.innerText());
  };

  await page.goto('/signup');
  await page.getByPlaceholder('E-mail').fill('grace@example.com');
  await page.getByRole('button', { name: 'Create account' }).click();
  await see(page.locator('main [role=alert]'));
  await page.getByPlaceholder('Name').fill('Grace');
  await page.getByRole('button', { name: 'Create account' }).click();
  await see(page.getByText('Welcome, Grace!'));

  await page.goto('/products/p2');
  await page.getByRole('button', { name: 'Add to wishlist' }).click();
  await see(page.getByRole('button', { name: 'On your wishlist' }));
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await see(page.getByText('1 in your cart'));
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await see(page.getByText('2 in your cart'));
  await page.goto('/cart');
  await see(page.locator('main ul'));

  await review(page, see, 'p2');
  return seen;
}

/** Sends the form of a product by each of its buttons. */
async function review(page, see, product) {
  await page.goto(`/products/${product}`);
  await page.getByRole('button', { name: 'I like it' }).click();
  await see(page.locator('main [role=alert]'));
  await page.locator('textarea').fill('Heavy,\nand <good> & "solid"');
  await page.getByRole('button', { name: 'I like it' }).click();
  await see(page.getByText('★★★★★'));
  await page.locator('textarea').fill('Too heavy');
  await page.getByRole('button', { name: 'I do not like it' }).click();
  await see(page.getByText('★ Too heavy'));
  await page.reload();
  await see(page.locator('main ul'));
  assert.equal(new URL(page.url()).pathname, `/products/${product}`);
}

async function browse(app, chromium) {
  return serve(app, environment, async (port) => {
    const browser = await chromium.launch({ executablePath: browserPath, args: switches });
    try {
      const open = async (javaScriptEnabled) => {
        const context = await browser.newContext({ baseURL: `http://127.0.0.1:${port}`, javaScriptEnabled });
        context.setDefaultTimeout(15_000);
        return context.newPage();
      };
      const plain = [];
      const page = await open(false);
      await review(page, async (locator) => {
        await locator.waitFor();
        plain.push(await locator.innerText());
      }, 'p3');
      return { shop: await shop(await open(true)), plain };
    } finally {
      await browser.close();
    }
  });
}

const missing = !existsSync(browserPath) && `there is no browser at ${browserPath}; install chromium, or set CHROMIUM`;

test('the storefront in a browser', { timeout: 600_000, skip: missing }, async (t) => {
  const require = createRequire(path.join(await install(path.join(repository, 'tests', 'node')), 'index.js'));
  const { chromium } = require('playwright-core');
  const app = path.join(temporaryFolder(t), 'storefront');
  copyApp(example, app);
  await linkPackages(await install(example), app);

  await typeCheckAndBuild(app);
  const before = await browse(app, chromium);
  await runOrThrow(binary, ['apply', '--yes', '--allow-no-vcs', '--allow-dirty', '.'], { cwd: app });
  assert.ok(!existsSync(path.join(app, 'pages/api/reviews.ts')), 'the endpoint of the form has become an action');
  await typeCheckAndBuild(app);
  const after = await browse(app, chromium);

  assert.equal(before.shop.length, 10);
  assert.equal(before.plain.length, 4);
  assert.deepEqual(after, before);
});
