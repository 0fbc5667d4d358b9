// Headers that are numbers or lists, by what they are made of.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?n=3'),
  get('/api/kinds?part=a'),
  get('/api/kinds'),
];
