// An app below a path, with trailing slashes, languages, `src/`, names of its own for pages, and an App Router already.

import { bare, get, json } from '../../../lib/requests.mjs';

export const stays = {
  '/api/edge': { 15: 'route-config' },
  '/api/search': 'rewrite-query',
  '/api/shared': 'config-headers',
};

export const mutants = [
  { name: 'a file without the extension of pages', replaces: ['src/app/api/plain/route.api.js'], path: '/base/api/plain/', fault: 'status' },
  { name: 'a redirect to a path of the app', path: '/base/api/leave/', fault: 'location' },
];

export default [
  ...['/base/api/plain', '/base/api/plain/', '/base/api/plain/?a=1&a=2', '/base/fr/api/plain/', '/api/plain/'].map((path) => get(path)),
  ...['/base/api/items/7/', '/base/api/items/7?a=1', '/base/api/items/a%20b/'].map((path) => get(path)),
  // What the Pages Router makes of a rewrite to a dynamic route differs from version to version; the README has the rows.
  { ...get('/base/shop/7/'), versions: ['14', '16'] },
  { ...get('/base/shop/7/?id=8'), versions: ['16'] },
  ...['/base/api/all/a/b/', '/base/api/all/', '/base/find/red/', '/base/api/version/', '/base/api/link/', '/base/api/helper/'].map((path) => get(path)),
  bare('DELETE', '/base/api/version/'),
  bare('OPTIONS', '/base/api/version/'),
  json('POST', '/base/api/items/7/', { a: 1 }),
  get('/base/api/leave/'),
  get('/base/api/edge/?a=1'),
  get('/base/api/shared/'),
  get('/base/api/hello/'),
  get('/base/about/'),
  get('/base/'),
];
