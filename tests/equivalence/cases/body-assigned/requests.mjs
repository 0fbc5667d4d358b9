// A member is written to the body.

import { bare, form, json, text } from '../../lib/requests.mjs';

export default [
  json('POST', '/api/x', { a: 1 }),
  form('POST', '/api/x', 'a=1'),
  text('POST', '/api/x', 'a'),
  bare('POST', '/api/x'),
];
