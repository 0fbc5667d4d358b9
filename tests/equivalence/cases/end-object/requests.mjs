// `res.end` of an object fails, even where the status forbids a body; of nothing it does not.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?what=text'),
  get('/api/x?what=object'),
];
