// An origin that is given and empty turns CORS off, other empty options are as if they were not given.

import { bare, get } from '../../lib/requests.mjs';

const asked = { Origin: 'https://a.example', 'Access-Control-Request-Headers': 'X-A' };

export default ['unset', 'empty', 'nothing', 'never', 'rest'].flatMap((name) => [
  get(`/api/${name}`),
  get(`/api/${name}`, asked),
  bare('POST', `/api/${name}`, asked),
  bare('OPTIONS', `/api/${name}`, asked),
]);
