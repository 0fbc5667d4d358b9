// Parts of a catch-all by position.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/act/show/1'),
  get('/api/act/show'),
  get('/api/act/other/1/2'),
];
