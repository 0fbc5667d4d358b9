import { add } from '../../../lib/db';
import { endpoint } from '../../../lib/endpoint';

export default endpoint({
  role: 'writer',
  handler: async (req, res) => {
    res.status(201).json(await add(req.body.text));
  },
});
