// A query that is told to be a string by a cast, and is one or is not.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=abc'),
  get('/api/x?id=a&id=b&id=c'),
  get('/api/x?id='),
];
