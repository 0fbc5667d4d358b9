// uploadthing: what it takes, uploads that a callback of the file router refuses, calls back with and without a
// signature, and what it does not know. Uploads that go on would reach its servers.

import { createHmac } from 'node:crypto';
import { bare, get, json, send } from '../../lib/requests.mjs';

const upload = { input: null, files: [{ name: 'a.png', size: 3, type: 'image/png', lastModified: 1 }] };
const at = (slug, action) => `/api/uploadthing?slug=${slug}${action ? `&actionType=${action}` : ''}`;

const done = JSON.stringify({
  status: 'uploaded',
  origin: 'https://ingest.example',
  metadata: { folder: 'x' },
  file: { name: 'a.txt', size: 1, type: 'text/plain', lastModified: 1, customId: null, key: 'k', url: 'u', appUrl: 'a', ufsUrl: 'f', fileHash: 'h' },
});
const signature = `hmac-sha256=${createHmac('sha256', 'sk_test').update(done).digest('hex')}`;
const called = (headers) => send('POST', at('text'), 'application/json', done, { 'uploadthing-hook': 'callback', ...headers });

export default [
  get('/api/uploadthing'),
  get('/api/uploadthing?slug=avatar'),
  json('POST', at('avatar', 'upload'), upload),
  json('POST', at('avatar', 'upload'), upload, { Cookie: 'user=ada' }),
  json('POST', at('avatar', 'upload'), upload, { 'X-User': 'bob' }),
  json('POST', at('text', 'upload'), { ...upload, input: { folder: 'closed' } }),
  json('POST', at('avatar', 'upload'), { files: 'none' }),
  json('POST', at('nothing', 'upload'), upload),
  json('POST', at('avatar', 'unknown'), upload),
  json('POST', at('avatar'), upload),
  json('POST', '/api/uploadthing', upload),
  bare('POST', at('avatar', 'upload')),
  called({}),
  called({ 'x-uploadthing-signature': signature }),
];
