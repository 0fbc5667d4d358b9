// Helpers of packages that belong to no app have generated helpers of their own; a body that a function of the app has
// read is there for `onError` of a package.

import { bodies, json, text } from '../../lib/requests.mjs';

export const packages = { 'next-connect': 'next-connect-0' };

export default [
  ...bodies('/api/plain'),
  json('POST', '/api/plain', { reason: 'none' }),
  ...bodies('/api/posts'),
  json('POST', '/api/posts', { title: 'taken', reason: { at: 1 } }),
  json('POST', '/api/posts', { title: 'taken' }),
  json('POST', '/api/posts', { title: 'new' }),
  text('POST', '/api/posts', 'new'),
];
