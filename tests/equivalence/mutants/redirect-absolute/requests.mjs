// A relative redirect is made absolute with the URL of the server.

import { get } from '../../lib/requests.mjs';

export const fault = 'location';

export default [
  get('/api/x'),
];
