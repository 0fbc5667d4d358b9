// The socket is asked behind checks of what is made of the header.

import { get } from '../../lib/requests.mjs';

export default ['helper', 'inline'].flatMap((name) => [
  get(`/api/${name}`),
  get(`/api/${name}`, { 'X-Real-IP': '9.8.7.6' }),
  get(`/api/${name}`, { 'X-Forwarded-For': '1.2.3.4' }),
  get(`/api/${name}`, { 'X-Forwarded-For': ' 1.2.3.4 , 10.0.0.1', 'X-Real-IP': '9.8.7.6' }),
]);
