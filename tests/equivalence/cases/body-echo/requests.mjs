// The body by content type: JSON, form, text, empty, invalid.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
