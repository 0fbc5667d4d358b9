// `res.json` of each type.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?kind=text'),
  get('/api/x?kind=null'),
  get('/api/x?kind=number'),
  get('/api/x?kind=date'),
  get('/api/x?kind=array'),
  get('/api/x'),
];
