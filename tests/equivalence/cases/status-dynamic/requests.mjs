// A status that is known at run time only, 204 among them.

import { get } from '../../lib/requests.mjs';

// The client chooses the status, which asks for a review.
export const args = ['--unsafe'];

export default [
  get('/api/x'),
  get('/api/x?status=404'),
  get('/api/x?status=204'),
  get('/api/x?status=304'),
];
