// The `cookies` package: cookies that are read, set, replaced, signed and removed, beside other headers and in helpers.

import { createHmac } from 'node:crypto';
import { bare, get, json } from '../../lib/requests.mjs';

const sign = (text, key) => createHmac('sha1', key).update(text).digest('base64url');
const user = (key, value = 'bob') => ({ Cookie: `user=${value}; user.sig=${sign('user=bob', key)}` });

export default [
  get('/api/plain'),
  get('/api/plain', { Cookie: 'last=x%20y; other="quoted"' }),
  get('/api/plain', { Cookie: 'last=1; last=2; otherwise=3' }),
  json('POST', '/api/plain', { value: 'ä' }),
  json('POST', '/api/plain', { value: 'a;b' }),
  json('POST', '/api/plain', { value: '' }),
  get('/api/signed'),
  get('/api/signed', user('new')),
  get('/api/signed', user('old')),
  get('/api/signed', user('unknown')),
  get('/api/signed', user('new', 'eve')),
  bare('DELETE', '/api/signed', user('old')),
  get('/api/secure'),
  get('/api/secure?secure=yes'),
  get('/api/secure?cookie=yes'),
  get('/api/secure?secure=yes&cookie=yes', { 'X-Forwarded-Proto': 'https' }),
  bare('POST', '/api/logout'),
  bare('POST', '/api/logout?fail=1'),
  get('/api/logout'),
  get('/api/guarded'),
  get('/api/guarded', user('new')),
  get('/api/guarded', user('unknown')),
];
