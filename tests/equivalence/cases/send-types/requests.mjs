// `res.send` of each type has a content type of its own.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?kind=object'),
  get('/api/x?kind=array'),
  get('/api/x?kind=number'),
  get('/api/x?kind=boolean'),
  get('/api/x?kind=null'),
  get('/api/x?kind=buffer'),
  get('/api/x?kind=text'),
  get('/api/x?kind=empty'),
  get('/api/x?kind=html'),
  get('/api/x?kind=typed'),
  get('/api/x'),
];
