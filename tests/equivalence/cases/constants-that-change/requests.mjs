// Statuses that constants hold which somebody changes: 204, which allows no body, and none at all.

import { get } from '../../lib/requests.mjs';

const kinds = ['not-written', 'written', 'looked-up', 'handed-on', 'spread', 'called', 'frozen', 'inside', 'variable', 'other'];

export default [
  ...kinds.map((kind) => get(`/api/own?kind=${kind}`)),
  ...['not-written', 'written', 'namespace', 'barrel', 'other'].map((kind) => get(`/api/others?kind=${kind}`)),
  get('/api/loaded'),
];
