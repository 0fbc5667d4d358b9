// `res.json` replaces a content type that was set; `res.send` of text keeps it.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?send=1'),
];
