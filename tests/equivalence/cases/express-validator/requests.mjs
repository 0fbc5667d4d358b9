// Rules of express-validator: what they find in each part of the request, and what sanitizers leave for the handler.

import { bare, form, json, text } from '../../lib/requests.mjs';

const good = { name: ' tea ', again: 'tea' };

export default [
  json('POST', '/api/x/a', good),
  json('POST', '/api/x/a', { name: 'tea', again: 'tee' }),
  json('POST', '/api/x/a', { name: 'much too long' }),
  json('POST', '/api/x/a?page=07', good),
  json('POST', '/api/x/a?page=last&name=x', good),
  json('POST', '/api/x/a?page=1&page=2', good),
  json('POST', '/api/x/a', good, { Cookie: 'seen=2; name=y', 'X-Team': 'r2' }),
  json('POST', '/api/x/name?slug=b', good, { Cookie: 'seen=1', 'X-Team': 'red' }),
  form('POST', '/api/x/a', 'name=+tea+&again=tea'),
  text('POST', '/api/x/a', 'name'),
  bare('POST', '/api/x/a?name=q&again=q'),
  json('POST', '/api/direct', { email: 'Ada.L+x@GMAIL.com', tags: ['a', 'b'], age: '36' }),
  json('POST', '/api/direct', { email: 'nobody', age: 'old' }),
  json('POST', '/api/direct', []),
  json('POST', '/api/direct', null),
  bare('GET', '/api/direct?email=a@b.co'),
];
