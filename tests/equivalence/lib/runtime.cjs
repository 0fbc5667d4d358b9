// A process that answers requests with one side of a case, in the runtime of one version of Next.js: `apiResolver` for
// the Pages Router, the app route module and `sendResponse` for the App Router. That is what `next start` runs behind
// its router; matching a path with a route is Next's own code, too.
//
//     fork('runtime.cjs', [NEXT_DIR, OWN_DIR, 'pages' | 'app'])
//
// NEXT_DIR and OWN_DIR hold `node_modules` with `next` and with the packages of the tests. A message
// `{ code, routes, requests }` is answered with `{ results }`, one `{ status, reason, headers, body, effects }` for each
// request. `code` is a script whose exports are the modules of the routes; it is evaluated once per message, so what
// a module remembers is seen by later requests of the same case and by nobody else.

'use strict';

const http = require('node:http');
const Module = require('node:module');
const path = require('node:path');
const querystring = require('node:querystring');
const vm = require('node:vm');
const { inspect } = require('node:util');
const { createRequire } = require('node:module');

const [nextDir, ownDir, side] = process.argv.slice(2);
const fromNext = createRequire(path.join(nextDir, 'package.json'));
const fromTests = createRequire(path.join(ownDir, 'package.json'));
// Packages of the tests find Next.js and React where the version under test has them.
const resolve = Module._resolveFilename;
Module._resolveFilename = (id, parent, ...rest) =>
  /^(next|react)(\/|$)/.test(id) && parent?.path.startsWith(ownDir) ? fromNext.resolve(id) : resolve(id, parent, ...rest);
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH'];
const PREVIEW = {
  previewModeId: 'preview-mode-id',
  previewModeSigningKey: 's'.repeat(64),
  previewModeEncryptionKey: 'e'.repeat(64),
};
const HANGS_AFTER = 400;

/** The first of these modules that this version of Next.js has. */
function internal(...names) {
  for (const name of names) {
    try {
      return fromNext(`next/dist/${name}`);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`this version of Next.js has none of ${names.join(', ')}`);
}

// Next 14 runs route handlers with a build of React of its own, from which it takes this one function.
fromNext('react').cache ??= (work) => work;
internal('server/node-environment-baseline', 'server/node-environment');
const { addRequestMeta } = internal('server/request-meta');
const { NodeNextRequest, NodeNextResponse } = internal('server/base-http/node');
const { getRouteMatcher } = internal('shared/lib/router/utils/route-matcher');
const { getRouteRegex } = internal('shared/lib/router/utils/route-regex');
const { getSortedRoutes } = internal('shared/lib/router/utils/sorted-routes');
const { sendResponse } = internal('server/send-response');
const { apiResolver } = side === 'pages' ? internal('server/api-utils/node/api-resolver') : {};
const { AppRouteRouteModule } =
  side === 'app' ? internal('server/route-modules/app-route/module', 'server/future/route-modules/app-route/module') : {};
const { NextRequestAdapter, signalFromNodeResponse } = internal('server/web/spec-extension/adapters/next-request');

// What Next logs about an error differs between the routers; what a handler logs is recorded as an effect.
for (const level of ['log', 'info', 'warn', 'error', 'debug']) console[level] = () => {};
// Errors of work that nobody waits for: the process goes on, as a server with a handler for them does.
process.on('unhandledRejection', (error) => effects.push(`unhandled: ${show(error)}`));
process.on('uncaughtException', (error) => effects.push(`uncaught: ${show(error)}`));

/** What happens while a request is answered, in this order. */
let effects = [];
let pending = [];
let answered = false;

function show(value) {
  // The message of a TypeError names variables of the code.
  if (value instanceof TypeError || value instanceof ReferenceError) return value.name;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'function') return '[function]';
  // The prototype of a parsed form or query is nobody's business.
  return inspect(value, { depth: 6, breakLength: Infinity, sorted: true }).replaceAll('[Object: null prototype] ', '');
}

function respond() {
  if (!answered) effects.push('(response)');
  answered = true;
}

/** The exports of a fake module, with every call recorded. */
function record(name, value) {
  if (typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value))) {
    return function (...args) {
      effects.push(`${name}(${args.map(show).join(', ')})`);
      return Reflect.apply(value, this, args);
    };
  }
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return new Proxy(value, {
    get: (target, key) => (typeof key === 'symbol' ? target[key] : record(`${name}.${key}`, target[key])),
  });
}

const recordedConsole = Object.fromEntries(
  ['log', 'info', 'warn', 'error', 'debug'].map((level) => [
    level,
    (...args) => effects.push(`console.${level}(${args.map(show).join(', ')})`),
  ]),
);

/** Both sides see the same moment. */
class FixedDate extends Date {
  constructor(...args) {
    super(...(args.length > 0 ? args : [FixedDate.now()]));
  }
  static now() {
    return Date.UTC(2024, 0, 15, 12);
  }
}

/** Nothing random, and the same on both sides for the same request. */
let drawn = 0;
const randomUUID = () => `00000000-0000-4000-8000-${String(++drawn).padStart(12, '0')}`;
const fixedCrypto = (real) =>
  new Proxy(real, {
    get: (target, key) => {
      if (key === 'randomUUID') return randomUUID;
      const value = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** The world outside: every URL answers with its own address. */
async function fakeFetch(input, init = {}) {
  const url = String(input?.url ?? input);
  effects.push(`fetch(${[init.method, url].filter(Boolean).join(' ')})`);
  return Response.json({ url });
}

function load(id) {
  if (/^(node:)?crypto$/.test(id)) return fixedCrypto(require('node:crypto'));
  return /^(next|react|react-dom)(\/|$)/.test(id) ? fromNext(id) : fromTests(id);
}

function evaluate(code) {
  const world = { console: recordedConsole, Date: FixedDate, crypto: fixedCrypto(globalThis.crypto), fetch: fakeFetch };
  const names = ['exports', 'require', 'module', 'recordCalls', ...Object.keys(world)];
  const recordCalls = (name, exported) => {
    // esbuild marks what was an ES module; the mark and live bindings go through a plain object.
    const copy = Object.defineProperty({}, '__esModule', { value: true });
    for (const key of Object.keys(exported)) copy[key] = record(`${name}.${key}`, exported[key]);
    return copy;
  };
  const script = new vm.Script(`(function (${names.join(', ')}) {${code}\n})`, { filename: `${side}.js` });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, load, module, recordCalls, ...Object.values(world));
  return module.exports;
}

async function answerPages(req, res, route, params) {
  const end = res.end;
  res.end = function (...args) {
    respond();
    return Reflect.apply(end, this, args);
  };
  const query = { ...querystring.parse(new URL(req.url, 'http://localhost').search.slice(1)), ...params };
  await apiResolver(req, res, query, route.module, PREVIEW, false, false, route.page);
}

async function answerApp(req, res, route, params) {
  const userland = Object.fromEntries(
    Object.entries(route.module).filter(([name]) => METHODS.includes(name) || /^(dynamic|revalidate|runtime|fetchCache)$/.test(name)),
  );
  const routeModule = new AppRouteRouteModule({
    definition: { kind: 'APP_ROUTE', page: `${route.page}/route`, pathname: route.page, filename: 'route', bundlePath: `app${route.page}/route` },
    distDir: '.next',
    relativeProjectDir: '',
    projectDir: '/',
    resolvedPagePath: `app${route.page}/route.ts`,
    nextConfigOutput: undefined,
    // Next 16 loads the module when it is first needed.
    userland: typeof AppRouteRouteModule.prototype.ensureUserland === 'function' ? () => userland : userland,
  });
  const context = {
    params,
    previewProps: PREVIEW,
    prerenderManifest: { version: 4, routes: {}, dynamicRoutes: {}, notFoundRoutes: [], preview: PREVIEW },
    renderOpts: {
      experimental: { after: true },
      supportsDynamicResponse: true,
      isDraftMode: false,
      isRevalidate: false,
      waitUntil: (work) => pending.push(work),
      onClose: (callback) => res.on('close', callback),
    },
    sharedContext: { buildId: 'build', deploymentId: '' },
  };
  addRequestMeta(req, 'initURL', `http://localhost:3000${req.url}`);
  const request = NextRequestAdapter.fromNodeNextRequest(new NodeNextRequest(req), signalFromNodeResponse(res));
  // As `next start` answers for an error that no handler caught.
  const response = await routeModule.handle(request, context).catch((error) => {
    if (error?.message?.startsWith('No response is returned')) effects.push('(no response)');
    return new Response(null, { status: 500 });
  });
  respond();
  await sendResponse(new NodeNextRequest(req), new NodeNextResponse(res), response, context.renderOpts.pendingWaitUntil);
}

const answer = side === 'pages' ? answerPages : answerApp;
let routes = [];
let work = Promise.resolve();

const server = http.createServer((req, res) => {
  // Next tries to answer an error that is thrown after the response, and the response objects.
  res.on('error', () => {});
  // As the server of Next fills them in.
  req.headers['x-forwarded-host'] ??= req.headers.host;
  req.headers['x-forwarded-proto'] ??= 'http';
  req.headers['x-forwarded-for'] ??= req.socket.remoteAddress;

  const { pathname } = new URL(req.url, 'http://localhost');
  for (const route of routes) {
    const params = route.match(pathname);
    if (!params) continue;
    work = answer(req, res, route, route.page.includes('[') ? params : undefined).catch((error) => {
      effects.push(`(runtime failed: ${error.stack})`);
      if (!res.headersSent) res.statusCode = 599;
      res.end();
    });
    return;
  }
  res.statusCode = 404;
  res.end('no such route');
});

/** Not `fetch`: that would decide about headers of its own, hide how often one was sent, and refuse some requests. */
function send({ method, path: url, headers = {}, body }) {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: server.address().port, method, path: url, agent: false };
    const fixed = { Host: 'localhost:3000', Connection: 'close', ...headers };
    const request = http.request({ ...options, headers: fixed, timeout: HANGS_AFTER }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', () => resolve({ status: 'broken off' }));
      response.on('end', () => {
        const received = {};
        for (let i = 0; i < response.rawHeaders.length; i += 2) {
          (received[response.rawHeaders[i].toLowerCase()] ??= []).push(response.rawHeaders[i + 1]);
        }
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString('utf8');
        resolve({
          status: response.statusCode,
          reason: response.statusMessage,
          headers: received,
          body: Buffer.from(text).equals(bytes) ? text : `base64:${bytes.toString('base64')}`,
        });
      });
    });
    request.on('timeout', () => {
      resolve({ status: 'hangs' });
      request.destroy();
    });
    request.on('error', (error) => resolve({ status: error.code ?? 'broken off' }));
    if (body !== undefined) request.setHeader('Content-Length', Buffer.byteLength(body));
    request.end(body);
  });
}

const settled = (promises) => Promise.race([Promise.allSettled(promises), new Promise((done) => setTimeout(done, HANGS_AFTER))]);
const soon = () => new Promise((done) => setTimeout(done, 4));

async function runCase({ code, pages, requests }) {
  effects = [];
  const modules = evaluate(code);
  routes = getSortedRoutes(pages).map((page) => {
    const index = pages.indexOf(page);
    return { page, module: modules[`route${index}`], match: getRouteMatcher(getRouteRegex(page)) };
  });
  const results = [];
  for (const request of requests) {
    effects = [];
    pending = [];
    answered = false;
    drawn = 0;
    work = Promise.resolve();
    const response = await send(request);
    // What goes on behind the response belongs to the request, too.
    await settled([work]);
    await soon();
    await settled(pending);
    results.push({ ...response, effects });
  }
  return results;
}

process.on('message', async (message) => {
  try {
    process.send({ results: await runCase(message) });
  } catch (error) {
    process.send({ error: String(error.stack ?? error) });
  }
});

server.listen(0, '127.0.0.1', () => process.send({ version: fromNext('next/package.json').version }));
