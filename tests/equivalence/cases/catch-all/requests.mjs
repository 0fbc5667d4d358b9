// A catch-all parameter is an array of decoded parts.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/files/a'),
  get('/api/files/a/b%20c/d%2Fe'),
  get('/api/files/a?path=z'),
  get('/api/files/a/b?x=1&x=2'),
];
