import type { NextApiRequest, NextApiResponse } from 'next';
import { audit, find } from '../../lib/db';
import { tenant } from '../../lib/tenant';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { id } = req.query as { id?: string };
  await audit('asked');
  await tenant.run('acme', async () => {
    if (!id) {
      res.status(400).json({ error: 'Which one?' });
      return;
    }
    return find(id, tenant.getStore())
      .then((found) => (found ? res.json(found) : res.status(404).json({ error: 'No such order' })))
      .catch((error) => res.status(500).json({ error: error.message }));
  });
}
