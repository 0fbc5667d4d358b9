// A helper of another file reads the body and answers 400.

import { bare, form, json, malformed, send, text } from '../../lib/requests.mjs';

export default [
  bare('POST', '/api/x'),
  json('POST', '/api/x', { name: 'Ada', n: 1 }),
  json('POST', '/api/x', null),
  send('POST', '/api/x', 'application/json', ''),
  malformed('POST', '/api/x'),
  form('POST', '/api/x', 'name=Ada+L&n=1&n=2'),
  text('POST', '/api/x', '{"name":"text"}'),
];
