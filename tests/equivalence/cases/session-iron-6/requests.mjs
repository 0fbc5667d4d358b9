// Sessions of iron-session 6: read, saved, replaced and destroyed, on `req` behind a wrapper and without one.

import { bare, get, json } from '../../lib/requests.mjs';

export const packages = { 'iron-session': 'iron-session-6' };

// What 6.3.1 made of { user: 'ada', visits: 2 }, with a `ttl` of 0.
const sealed =
  'Fe26.2*1*d0a091ea8875b2cab4afff6598ba05f21468c5e30db037aa0771275b82d4afe4*GBSDZrlmVISVA15a9quFmA*ExoZDAg7OCJu1K47SgjVdV_pSdQZuwGX6LKS5h5Mrvs**88a36c9a1d8267de43423f44dddb8322c789c6a90bd9c06a637eff4a292e070a*UvO_1h2nCg_VB4jOI5gK8967BXUDMOjfysmzR33DjiU~2';
const known = { Cookie: `a=1; sid=${encodeURIComponent(sealed)}` };
const broken = { Cookie: 'sid=Fe26.2*1*nonsense~2' };

export default [{}, known, broken].flatMap((headers) => [
  get('/api/x', headers),
  json('POST', '/api/x', { name: 'grace' }, headers),
  json('PUT', '/api/x', {}, headers),
  bare('DELETE', '/api/x', headers),
  get('/api/direct', headers),
  bare('DELETE', '/api/direct', headers),
]);
