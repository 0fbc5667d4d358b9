// A status that a `Response` may not take, chosen by the client: for review.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'status-range' };

export default [get('/api/x?status=299'), get('/api/x?status=600')];
