// Headers that are set in a branch: which responses they reach where it returns, breaks out of a loop, or throws.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?type=text'),
  get('/api/x?type=bad'),
  get('/api/x?refuse=1'),
  get('/api/y'),
  get('/api/y?item=a'),
  get('/api/y?item=b&leave=1'),
];
