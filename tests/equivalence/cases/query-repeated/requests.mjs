// A repeated key is an array, a single one a string, a missing one undefined, an empty one ''.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?tag=a'),
  get('/api/x?tag=a&tag=b'),
  get('/api/x?tag='),
  get('/api/x?tag'),
  get('/api/x?tag=a+b%20c&tag=%C3%A9'),
  get('/api/x?other=1'),
];
