// A member of the body that may not be an object.

import { bare, form, json, malformed, send, text } from '../../lib/requests.mjs';

export default [
  bare('POST', '/api/x'),
  json('POST', '/api/x', { name: 'Ada', n: 1 }),
  json('POST', '/api/x', [1, 2]),
  json('POST', '/api/x', null),
  json('POST', '/api/x', 'text'),
  json('POST', '/api/x', 0),
  send('POST', '/api/x', 'application/json', ''),
  send('POST', '/api/x', 'application/json', ' '),
  send('POST', '/api/x', 'application/json; charset=utf-8', '{"name":"é"}'),
  send('POST', '/api/x', 'application/ld+json', '{"name":"ld"}'),
  send('POST', '/api/x', 'application/vnd.api+json', '{"name":"vnd"}'),
  malformed('POST', '/api/x'),
  form('POST', '/api/x', 'name=Ada+L&n=1&n=2'),
  form('POST', '/api/x', ''),
  text('POST', '/api/x', '{"name":"text"}'),
  text('POST', '/api/x', ''),
  send('POST', '/api/x', null, '{"name":"untyped"}'),
  send('POST', '/api/x', 'application/octet-stream', 'bytes'),
];
