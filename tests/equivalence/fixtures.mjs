// What the suite has to know about fixtures of the Rust tests, beside their files: `skip` says why a fixture cannot
// run here, `except` why an endpoint cannot; `requests` replace those that are made up from the sources; `todo` is a bug.

import { createHash, createHmac } from 'node:crypto';
import { bare, field, file, get, json, multipart, send } from './lib/requests.mjs';

const event = JSON.stringify({ id: 'größe' }, null, 2);
// The runtime sets this secret.
const signature = createHmac('sha256', 'secret of the tests').update(event).digest('hex');

// A visitor whom next-auth knows: it gives out no new token, which would be another one each time.
const token = 'a'.repeat(64);
const hash = createHash('sha256').update(`${token}secret of the tests`).digest('hex');
const visitor = { Cookie: `next-auth.csrf-token=${token}%7C${hash}; next-auth.callback-url=http%3A%2F%2Flocalhost%3A3000` };
const nextAuth = {
  requests: [
    ...['session', 'providers', 'csrf', 'signin'].map((action) => get(`/api/auth/${action}`, visitor)),
    json('POST', '/api/auth/_log', { code: 'x', level: 'debug' }, visitor),
  ],
};

const title = field('title', 'Größe');
const files = ['photo', 'photos', 'file', 'docs', 'image'].map((name) => file(name, 'ä b.txt', 'text/plain', `the ${name}`));

export const fixtures = {
  'ignored-response': { skip: 'the request hung, and a `Response` that went nowhere is the answer now' },
  formidable: {
    requests: [
      multipart('/api/photo', [field('title', 'Ada'), file('photo', 'a.png', 'image/png', 'png')]),
      multipart('/api/photo', [field('title', 'Ada')]),
      multipart('/api/callback', [file('docs', 'a.txt', 'text/plain', 'ä'), field('note', 'x')]),
      send('POST', '/api/callback', 'text/plain', 'no form'),
      multipart('/api/helper', [file('docs', 'a.txt', 'text/plain', 'ä'), field('note', 'x')]),
      multipart('/api/helper', [file('docs', '', 'application/octet-stream', '')]),
    ],
  },
  'library-multer': {
    packages: { 'next-connect': 'next-connect-0' },
    requests: [
      multipart('/api/avatar', [field('title', 'Größe'), file('avatar', 'ü "x".png', 'image/png', 'png')]),
      multipart('/api/avatar', [field('tags[]', 'a'), field('tags[]', 'b'), field('title[x]', 'y')]),
      multipart('/api/avatar', [file('other', 'a.png', 'image/png', 'png')]),
      multipart('/api/avatar', [field('title', 'breaks off')], ''),
      multipart('/api/gallery', [1, 2, 3].map((n) => file('images', `${n}.png`, 'image/png', 'x'.repeat(n)))),
      multipart('/api/gallery', [field('album', 'full'), ...[1, 2, 3, 4].map((n) => file('images', `${n}.png`, 'image/png', 'x'))]),
      multipart('/api/gallery', [file('images', 'a.txt', 'text/plain', 'filtered'), field('album', 'x')]),
      multipart('/api/gallery', [file('images', 'large.png', 'image/png', 'x'.repeat(2 * 1024 * 1024 + 1))]),
      send('POST', '/api/gallery', 'text/plain', 'no form'),
      multipart('/api/note', [field('a', '1'), field('a', '2'), field('b[c]', '3')]),
      multipart('/api/note', [file('a', 'a.txt', 'text/plain', 'none expected')]),
      get('/api/note'),
      json('PUT', '/api/note', { a: 1 }),
      json('POST', '/api/title', { title: 'JSON' }),
      multipart('/api/form', [field('a', '1')]),
      json('POST', '/api/form', { a: 1 }),
    ],
  },
  'next-connect-packages': {
    requests: ['/api/wrapped', '/api/plain'].flatMap((path) => [
      multipart(path, [field('title', 'x'), file(path === '/api/plain' ? 'images' : 'image', 'a.png', 'image/png', 'png')]),
      multipart(path, [field('title', 'no file')]),
      get('/api/allowed', { Origin: 'https://shop.example' }),
    ]),
  },
  'library-qstash': { skip: 'it needs keys; the case wrapper-qstash has some' },
  'imports-of-folders': { skip: 'it asks for its own place, which the bundles of this suite do not have' },
  'formidable-1': {
    packages: { formidable: 'formidable-1' },
    requests: [
      multipart('/api/avatar', [file('avatar', 'a.png', 'image/png', 'png')]),
      multipart('/api/gallery', [field('title', 'Ada'), field('title', 'Größe'), file('photo', 'a.png', 'image/png', 'png')]),
      send('POST', '/api/gallery', 'application/json', '{"a":[1]}'),
      send('POST', '/api/gallery', 'application/x-www-form-urlencoded', 'a=1&a=2'),
      send('POST', '/api/gallery', 'text/plain', 'no form'),
      bare('POST', '/api/gallery'),
      get('/api/gallery'),
    ],
  },
  'lib-without-iterables': { skip: 'all headers are shown, in another order' },
  'formidable-2': { skip: 'formidable 2 is not installed' },
  'formidable-stream': {
    requests: [
      'at-once', 'beside', 'beside-elsewhere', 'beside-pattern', 'caught', 'events', 'folder', 'kept', 'limit',
      'not-awaited', 'passed', 'shown', 'typed', 'wrapped',
    ].flatMap((name) => [
      // What is shown of a file has the name that formidable makes up, and several are in the order of their writing.
      ...(['passed', 'shown'].includes(name) ? [] : files.map((own) => multipart(`/api/${name}`, [title, own]))),
      multipart(`/api/${name}`, [field('title', 'no files')]),
      multipart(`/api/${name}`, [file('photo', '', 'application/octet-stream', '')]),
      multipart(`/api/${name}`, [title, files[0]], ''),
      send('POST', `/api/${name}`, 'application/json', '{"a":[1]}'),
      send('POST', `/api/${name}`, 'text/plain', 'no form'),
      bare('POST', `/api/${name}`),
      get(`/api/${name}`),
    ]),
  },
  'library-uploadthing-6': { skip: 'uploadthing is there in version 7 only' },
  // The others would be answered differently after five requests: Next refuses methods before the rate limit counts them.
  'wrapper-configured-nested': {
    requests: [
      get('/api/all'),
      bare('POST', '/api/all'),
      json('POST', '/api/red/members', { name: 'Ada' }),
      json('POST', '/api/blue/members', { name: 'Bob' }, { Cookie: 'session=abc' }),
      bare('POST', '/api/blue/members'),
      bare('POST', '/api/blue/members'),
      bare('POST', '/api/blue/members'),
      bare('POST', '/api/blue/members'),
    ],
  },
  'callback-read-file': { requests: ['GET', 'POST', 'HEAD', 'OPTIONS'].map((method) => bare(method, '/api/read')) },
  callbacks: {
    except: {
      '/api/events': 'its stream never ends; one that ends is in the case callbacks',
      '/api/promise': 'as above',
    },
  },
  'middleware-waited-elsewhere': {
    skip: 'the barrel in between knows nothing of requests, so that its calls count as effects',
  },
  'middleware-waited-by-name': { skip: 'as above' },
  // Not a malformed body: Pages refuses it before the handler counts.
  'status-undefined': {
    // Pages breaks the connection where `json` was to send no status; the other two answer 500.
    requests: ['json', 'end', 'send'].flatMap((name) =>
      ['fine', 'gone', 'missing', 'broken'].filter((kind) => `${name}-${kind}` !== 'json-broken').map((kind) => get(`/api/${name}?kind=${kind}`)),
    ),
  },
  'module-state-kinds': { skip: 'its packages are not installed, and what moves has another copy, as its findings say' },
  'module-state-made-once': { skip: 'its packages are not installed' },
  'module-state-registered': { skip: 'mongoose is not installed' },
  'module-state-unsafe': { requests: [get('/api/count'), bare('POST', '/api/count'), get('/api/count'), bare('PUT', '/api/count')] },
  'sibling-export-with-setup': { except: { '/api/visits': 'it counts its requests, also those that Pages refuses' } },
  'redirects-without-url': { except: { '/api/asked': 'a repeated key gives no URL, as its finding says' } },
  'refused-server-layer': { except: { '/api/mail-loaded-later': 'react-dom is not installed for this suite' } },
  'refused-file-location': { skip: 'the one that moves fails for want of packages' },
  'work-after-send': { except: { '/api/kept-and-logged': 'on 14, which has no `after`, its log comes first; the case log-after-send' } },
  'wrapper-work': { except: { '/api/time': 'it writes how long it took' } },
  'refused-middleware-waited': {
    skip: 'the one that moves has a `finally` that runs now where the middleware has answered, as its finding says',
  },
  'library-next-basics': {
    requests: [
      get('/api/users'),
      get('/api/users?id=1'),
      bare('PUT', '/api/users'),
      bare('PUT', '/api/users?id=1'),
      bare('POST', '/api/users'),
      bare('POST', '/api/users?plain=1'),
      bare('POST', '/api/users?page=1'),
      bare('POST', '/api/users?away=1'),
      bare('DELETE', '/api/users'),
    ],
  },
  // With `--narrow-methods`, other methods than those of the callers are refused on purpose.
  'narrow-methods': {
    requests: [
      bare('POST', '/api/like?id=1'),
      ...['GET', 'HEAD', 'DELETE'].map((method) => bare(method, '/api/report')),
      json('PUT', '/api/items/1', { name: 'Ada' }),
      json('PUT', '/api/items/1', { name: 'Ada' }, { Cookie: 'user=ada' }),
      ...['GET', 'POST', 'DELETE'].map((method) => bare(method, '/api/cart')),
    ],
  },
  'library-graphql-yoga': {
    requests: [
      json('POST', '/api/graphql', { query: '{ agent }' }, { 'User-Agent': 'tests' }),
      json('POST', '/api/graphql', { query: '{ nobody }' }),
      get('/api/graphql?query={agent}', { Accept: 'application/json' }),
      send('POST', '/api/shop', 'application/graphql', '{ open }'),
      json('POST', '/api/shop', { query: 'mutation { open }' }),
    ],
  },
  'cookies-behind-answer': { skip: 'its cookies are sealed with something random; the case session-iron-6 tells how' },
  'iron-session-unawaited': { except: { '/api/login': 'its cookie is sealed with something random' } },
  'library-iron-session': { except: { '/api/login': 'its cookie is sealed with something random' } },
  'library-iron-session-6': { skip: 'its cookies are sealed with something random; the case session-iron-6 tells how' },
  'library-auth-js': { skip: 'needs another version of next-auth' },
  'library-next-auth-3': { skip: 'needs another version of next-auth' },
  'library-cookies-next-4': { skip: 'needs another version of cookies-next' },
  'library-next-auth-arrow': nextAuth,
  'library-next-auth-in-handler': nextAuth,
  'library-next-auth-old': nextAuth,
  'library-next-auth-route': { requests: [...nextAuth.requests, get('/api/me'), get('/api/me', visitor)] },
  'refused-next-connect-preflight': { packages: { 'next-connect': 'next-connect-0' } },
  'next-connect-0': { packages: { 'next-connect': 'next-connect-0' } },
  'next-connect-0-copied': { packages: { 'next-connect': 'next-connect-0' } },
  'next-connect-0-error-body': { packages: { 'next-connect': 'next-connect-0' } },
  'next-connect-cors': {
    packages: { 'next-connect': 'next-connect-0' },
    except: { '/api/shop': 'calls of the middleware that lib/allow holds are not calls of the app' },
    requests: ['/api/open', '/api/preflight', '/api/one-method'].flatMap((path) => [
      ...['https://shop.example', 'https://x.b.example'].map((Origin) => get(path, { Origin })),
      get(path),
      bare('OPTIONS', path, { Origin: 'https://a.example', 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'X-A' }),
      json('POST', path, { name: 'Ada' }, { Origin: 'https://shop.example' }),
      json('POST', path, {}, { Origin: 'https://shop.example' }),
    ]),
  },
  'next-connect-logged': {
    packages: { 'next-connect': 'next-connect-0' },
    args: ['--unsafe'],
    except: { '/api/imported': 'calls of the middleware that lib/log holds are not calls of the app' },
  },
  'next-connect-shared': { packages: { 'next-connect': 'next-connect-0' } },
  'next-connect-wrapped': { packages: { 'next-connect': 'next-connect-0' } },
  'next-connect-caught': { packages: { 'next-connect': 'next-connect-0' } },
  'narrow-methods-kept': { except: { '/api/edge': 'an Edge endpoint, as in `route-config`' } },
  'narrow-methods-wrapper': { requests: ['GET', 'HEAD', 'PUT'].map((method) => bare(method, '/api/ping')) },
  'narrow-methods-next-14': { requests: ['GET', 'HEAD'].map((method) => bare(method, '/api/ping')) },
  'raw-body-webhook': {
    requests: [
      send('POST', '/api/webhook', 'application/json', event, { 'X-Signature': signature }),
      send('POST', '/api/webhook', 'text/plain', event, { 'X-Signature': signature }),
      send('POST', '/api/webhook', 'application/json', `${event} `, { 'X-Signature': signature }),
      json('POST', '/api/webhook', { id: 1 }),
      bare('POST', '/api/webhook'),
      get('/api/webhook'),
    ],
  },
  'refused-edge-extension': { except: { '/api/geo': 'an Edge endpoint, which moves on 14 and 16; as in `route-config`' } },
  'streamed-body': {
    except: {
      '/api/pipe': 'it opens a file that is not there',
      '/api/sse': 'its stream never ends',
    },
  },
  'route-config': { except: { '/api/edge': 'an Edge endpoint, which needs another runtime than `apiResolver`' } },
};
