// What surrounds endpoints: rewrites, redirects, headers of the configuration, middleware, rendering at build time,
// the methods that Next answers by itself, Edge, large bodies, and who wins a path when only some endpoints move.

import { bare, form, get, head, json, options, send, text } from '../../../lib/requests.mjs';

export const stays = {
  '/api/cat/[id]/edit': 'request-member',
  '/api/cat/fixed': 'request-member',
  '/api/config/cookie': 'config-headers',
  '/api/config/equal': { 14: 'config-headers' },
  '/api/config/same': 'config-headers',
  '/api/config/type': 'config-headers',
  '/api/dog/[...all]': 'request-member',
  '/api/draft/on': 'response-member',
  '/api/draft/read': 'request-member',
  '/api/edge/[id]': 'edge-params',
  '/api/mix/[id]': 'request-member',
  '/api/mw/overlap': 'config-headers',
  '/api/opt/fixed': 'request-member',
  '/api/pick/[...all]': 'request-member',
  '/api/revalidate': 'response-member',
  '/api/rewrite/dashed': 'rewrite-query',
  '/api/rewrite/has': 'rewrite-query',
  '/api/rewrite/param': 'rewrite-query',
  '/api/rewrite/query': 'rewrite-query',
  '/api/row/[[...all]]': 'request-member',
  '/api/static/gzipped': { 15: 'content-encoding', 16: 'content-encoding' },
  '/api/upload': 'request-member',
};

/** Migrations as somebody could have written them. Each lies in `wrong/`, and the request has to be answered otherwise. */
export const mutants = [
  { name: 'a rewrite adds to the query', replaces: ['pages/api/rewrite/query.js'], path: '/old/7', fault: 'body' },
  { name: 'the configuration sets the same header', replaces: ['pages/api/config/same.js'], path: '/api/config/same', fault: 'x-same' },
  { name: 'a folder with an underscore', replaces: ['app/api/%5Fhealth/route.js'], path: '/api/_health', fault: 'status' },
  { name: 'a cookie less beside that of middleware', path: '/api/mw/cookie', fault: 'set-cookie' },
  { name: 'a header of middleware is not read', path: '/api/mw/request-header', fault: 'body' },
  { name: 'OPTIONS is not exported', method: 'OPTIONS', path: '/api/methods/preflight', fault: 'status' },
  { name: 'work after the response is dropped', versions: ['15', '16'], path: '/api/effects', fault: 'body' },
  { name: 'a redirect with an origin', path: '/api/redirect/relative', fault: 'location' },
  { name: 'a path is taken from a catch-all for GET only', method: 'DELETE', path: '/api/mix/fixed', fault: 'status' },
  { name: 'a GET is rendered at build time', versions: ['14'], path: '/api/static/get-only', fault: 'body' },
  { name: 'what a GET fetches is kept', versions: ['14'], path: '/api/static/fetched', fault: 'body' },
  { name: 'a body that is packed by hand', versions: ['16'], replaces: ['pages/api/static/gzipped.js'], path: '/api/static/gzipped', fault: 'body' },
];

const twice = (request) => [request, request];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const each = (path) => METHODS.map((method) => bare(method, path));

const multipart = (fields) =>
  `${Object.entries(fields)
    .map(([name, value]) => `--limit\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--limit--\r\n`;

export default [
  // Rewrites, redirects and headers of next.config.js.
  get('/old/7'),
  get('/old/7?id=8&a=1'),
  get('/api/moved/7'),
  get('/named/red'),
  get('/dash-red'),
  get('/tenant', { 'X-Tenant': 'acme' }),
  get('/tenant'),
  get('/item/7'),
  get('/item/7?a=1&a=2'),
  get('/item/7/details'),
  get('/files/a/b'),
  get('/files'),
  get('/plain'),
  get('/plain?a=1'),
  get('/go/7'),
  get('/api/rewrite/target?from=7'),
  ...['quiet', 'same', 'equal', 'other', 'cookie', 'type', 'cached', 'edge'].map((name) => get(`/api/config/${name}`)),

  // Middleware.
  get('/api/mw/request-header', { 'X-Secret': 'a' }),
  get('/api/mw/cookie', { Cookie: 'a=1' }),
  get('/api/mw/added'),
  get('/api/mw/overlap'),
  get('/api/mw/blocked'),
  json('POST', '/api/mw/body', { name: 'Ada' }),
  send('POST', '/api/mw/body', 'application/json', '{'),
  get('/mw/to-echo?a=1'),
  get('/mw/to-query?a=1'),
  get('/mw/to-item?a=1'),

  // Nothing is rendered at build time, and nothing that is fetched is kept.
  ...['count', 'get-only', 'fetched', 'fetched-or-posted', 'fetched-any', 'fetched-elsewhere'].flatMap((name) => twice(get(`/api/static/${name}`))),
  ...twice(get('/api/static/one')),
  ...twice(get('/api/static/two?id=three')),
  ...each('/api/static/get-only'),
  get('/api/static/etag'),
  head('/api/static/etag'),
  get('/api/static/etag', { 'If-None-Match': '"d-Yk2tTjKqY4NzZwS6oDqYcN1nM"' }),
  get('/api/static/large', { 'Accept-Encoding': 'gzip' }),
  get('/api/static/cached'),
  get('/api/static/gzipped', { 'Accept-Encoding': 'gzip' }),
  get('/api/static/length'),
  head('/api/static/length'),

  // Methods.
  ...each('/api/methods/post-only'),
  ...each('/api/methods/preflight'),
  ...each('/api/methods/any'),
  get('/api/effects'),
  get('/api/methods/later'),
  // 14 has no `after()`: there the client waits for the work, and a reviewer is told.
  { ...get('/api/effects'), wait: 100, versions: ['15', '16'] },
  { ...get('/api/effects'), wait: 700, versions: ['15', '16'] },

  // The Edge runtime.
  ...each('/api/edge/query?name=Ada'),
  get('/api/edge/7'),
  get('/api/edge/7?id=8'),
  ...twice(get('/api/edge/count')),
  ...each('/api/edge/body'),
  text('POST', '/api/edge/body', 'some text'),

  // Bodies.
  ...['/api/body/echo', '/api/body/limited'].flatMap((path) => [
    json('POST', path, { name: 'Ada' }),
    json('POST', path, { text: 'x'.repeat(20_000) }),
    form('POST', path, 'a=1&a=2&b=3'),
    text('POST', path, 'größe'),
    send('POST', path, 'multipart/form-data; boundary=limit', multipart({ name: 'Ada', note: 'a' })),
    bare('POST', path),
  ]),
  json('POST', '/api/body/echo', { text: 'x'.repeat(1_200_000) }),
  json('POST', '/api/body/limited', { text: 'x'.repeat(1_200_000) }),
  send('POST', '/api/upload', 'application/octet-stream', 'some bytes'),

  // Names, and who wins a path.
  get('/api/_health'),
  get('/api/_private/status'),
  ...['cat', 'dog', 'opt', 'row', 'mix', 'pick'].flatMap((name) => [
    get(`/api/${name}`),
    get(`/api/${name}/fixed`),
    bare('DELETE', `/api/${name}/fixed`),
    get(`/api/${name}/other?a=1`),
    get(`/api/${name}/one/two`),
    get(`/api/${name}/7/edit`),
    get(`/api/${name}/a%2Fb/edit`),
    get(`/api/${name}/fixed/more`),
  ]),
  ...['GET', 'POST', 'PUT'].map((method) => bare(method, '/api/pick/post')),

  // Redirects, errors and what Next offers on `res`.
  get('/api/redirect/relative'),
  get('/api/redirect/host', { 'X-Forwarded-Host': 'front.example' }),
  get('/api/throws'),
  get('/api/draft/on'),
  get('/api/draft/read'),
  get('/isr'),
  get('/api/revalidate'),
  get('/isr'),
  get('/api/none'),
];
