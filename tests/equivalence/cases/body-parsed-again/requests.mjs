// `JSON.parse(req.body)`: works for text, fails for parsed JSON.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
