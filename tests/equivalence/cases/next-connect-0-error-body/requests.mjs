// The same with next-connect 0: a middleware reads a copy, and `onError` has a copy beside it for an endpoint that stays.

import { bodies, form, json, malformed, text } from '../../lib/requests.mjs';

export const packages = { 'next-connect': 'next-connect-0' };

export const stays = { '/api/shared': 'helper-form', '/api/stuck': 'request-member' };

export default [
  ...bodies('/api/spaces'),
  json('POST', '/api/spaces', { spaceId: 's1' }),
  json('POST', '/api/spaces?spaceId=q1', { name: 'n1' }),
  json('POST', '/api/spaces', { spaceId: 's1', name: 'n1' }),
  form('POST', '/api/spaces', 'spaceId=s1&spaceId=s2'),
  text('PUT', '/api/spaces', 'nothing'),
  text('PUT', '/api/spaces', 'more'),
  json('PUT', '/api/spaces', { name: 'n1' }),
  malformed('PUT', '/api/spaces'),
];
