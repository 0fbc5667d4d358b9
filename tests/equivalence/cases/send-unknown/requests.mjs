// `res.send` of a value of which only the caller knows the type.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?kind=object'),
  get('/api/x?kind=text'),
  get('/api/x?kind=html'),
  get('/api/x?kind=number'),
  get('/api/x?kind=null'),
  get('/api/x?kind=buffer'),
  get('/api/x'),
];
